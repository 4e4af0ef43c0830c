"""What is wrong with a rule's actions: unknown ones, parameters missing, unfit or unknown, groups used twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from functools import lru_cache
from math import isfinite
from typing import Any

from app.engine.diagnostics import Problem, suggest
from app.engine.values import MAX_TEXT, compile_pattern, shown
from app.engine.vocabulary import ActionKind, Parameter, Vocabulary

Known = Mapping[str, Collection[str]]


def action_problems(then: list[Any], path: str, vocabulary: Vocabulary, known: Known) -> Iterator[Problem]:
    """All problems of one rule's actions, listed at `path`."""
    kinds: list[ActionKind] = []
    for number, action in enumerate(then):
        at = f"{path}/{number}"
        kind = vocabulary.actions.get(str(action.get("do"))) if isinstance(action, Mapping) else None
        if not isinstance(action, Mapping):
            yield Problem("not-an-object", at, {"got": shown(action)})
        elif kind is None:
            yield _unknown_action(action.get("do"), f"{at}/do", vocabulary)
        else:
            kinds.append(kind)
            yield from _parameters(action, kind, at, known)
    if len(kinds) == len(then):
        yield from _groups(kinds, path, vocabulary)


def _unknown_action(name: Any, path: str, vocabulary: Vocabulary) -> Problem:
    return Problem("unknown-action", path, {"action": shown(name), "did_you_mean": suggest(name, vocabulary.actions)})


def _groups(kinds: list[ActionKind], path: str, vocabulary: Vocabulary) -> Iterator[Problem]:
    counted = Counter(kind.group for kind in kinds if kind.group)
    for group, times in counted.items():
        if times > 1:
            names = ", ".join(kind.name for kind in kinds if kind.group == group)
            yield Problem("actions-exclude-each-other", path, {"actions": names})
    for group in sorted(vocabulary.required_groups - counted.keys()):
        names = ", ".join(kind.name for kind in vocabulary.actions.values() if kind.group == group)
        yield Problem("action-missing", path, {"actions": names})


def _parameters(action: Mapping[str, Any], kind: ActionKind, path: str, known: Known) -> Iterator[Problem]:
    rows = {row.name: row for row in kind.parameters}
    for key in action:
        if key != "do" and key not in rows:
            details = {"key": shown(key), "action": kind.name, "did_you_mean": suggest(key, rows)}
            yield Problem("unknown-parameter", f"{path}/{key}", details)
    for row in rows.values():
        at = f"{path}/{row.name}"
        if action.get(row.name) is not None:
            yield from _CHECKS[row.type](action[row.name], row, at, known)
        elif row.required:
            yield Problem("parameter-missing", at, {"parameter": row.name, "action": kind.name})


def _text(raw: Any, row: Parameter, path: str, known: Known) -> Iterator[Problem]:
    if not isinstance(raw, str) or not raw.strip():
        yield Problem("value-type", path, {"wanted": "text", "got": shown(raw)})
    elif len(raw) > MAX_TEXT:
        yield Problem("value-too-long", path, {"limit": MAX_TEXT, "length": len(raw)})
    elif row.pattern and not _pattern(row.pattern).fullmatch(raw):
        yield Problem("value-form", path, {"got": shown(raw), "pattern": row.pattern})
    elif not row.open and row.refers_to in known and raw not in known[row.refers_to]:
        details = {"value": shown(raw), "list": row.refers_to, "did_you_mean": suggest(raw, known[row.refers_to])}
        yield Problem("unknown-reference", path, details)


@lru_cache(maxsize=256)
def _pattern(raw: str) -> Any:
    return compile_pattern(raw)


def _choice(raw: Any, row: Parameter, path: str, known: Known) -> Iterator[Problem]:
    choices = row.choices or known.get(row.refers_to, ())
    if not isinstance(raw, str) or raw not in choices:
        yield Problem("unknown-choice", path, {"value": shown(raw), "did_you_mean": suggest(raw, choices)})


def _number(raw: Any, row: Parameter, path: str, _: Known) -> Iterator[Problem]:
    kinds = int if row.type == "integer" else int | float
    if not isinstance(raw, kinds) or isinstance(raw, bool) or not isfinite(raw):
        yield Problem("value-type", path, {"wanted": row.type, "got": shown(raw)})
        return
    low = row.minimum is not None and raw < row.minimum
    if low or (row.maximum is not None and raw > row.maximum):
        details = {"got": shown(raw), "minimum": _bound(row.minimum), "maximum": _bound(row.maximum)}
        yield Problem("value-out-of-range", path, details)


def _bound(bound: float | None) -> str:
    return "…" if bound is None else f"{bound:g}"


def _boolean(raw: Any, _: Parameter, path: str, __: Known) -> Iterator[Problem]:
    if not isinstance(raw, bool):
        yield Problem("value-type", path, {"wanted": "boolean", "got": shown(raw)})


def _weights(raw: Any, row: Parameter, path: str, _: Known) -> Iterator[Problem]:
    if not isinstance(raw, Mapping) or not raw:
        yield Problem("value-type", path, {"wanted": "weights", "got": shown(raw)})
        return
    for key, weight in raw.items():
        if key not in row.choices:
            details = {"value": shown(key), "did_you_mean": suggest(key, row.choices)}
            yield Problem("unknown-choice", f"{path}/{key}", details)
        elif not isinstance(weight, int | float) or isinstance(weight, bool) or not isfinite(weight):
            yield Problem("value-type", f"{path}/{key}", {"wanted": "number", "got": shown(weight)})


_CHECKS: dict[str, Callable[[Any, Parameter, str, Known], Iterator[Problem]]] = {
    "text": _text,
    "choice": _choice,
    "integer": _number,
    "number": _number,
    "boolean": _boolean,
    "weights": _weights,
}
