"""Changes of JSON documents by path: of a record's facts or of a pack's rules; the original stays as it is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from app.processing.explanation import Sentence

Path = tuple[str | int, ...]


class _Gone:
    def __repr__(self) -> str:
        return "GONE"


GONE = _Gone()
"""As a change's new value: the thing is taken out."""


@dataclass(frozen=True, slots=True)
class Edit:
    """`after` instead of what stands at `path`; with `to`, the member of a list moves to that place instead."""

    path: Path
    after: Any = GONE
    to: int | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that could have been otherwise. `spot`: what it changes; `cost`: how much (0 nothing, 1 a whole thing).

    `size` is how many single facts it takes together.
    """

    told: Sentence
    edits: tuple[Edit, ...]
    spot: Path
    cost: float
    size: int = 1


def edited(document: Any, edits: Iterable[Edit]) -> Any:
    """The document with the edits made; what is taken out or moved comes last, so that places still hold."""
    for edit in sorted(edits, key=_turn):
        document = _moved(document, edit) if edit.to is not None else _with(document, edit.path, edit.after)
    return document


def _turn(edit: Edit) -> tuple[int, int, int]:
    """Values first, then what is taken out, the innermost and the last of a list first, then moves."""
    if edit.to is not None or edit.after is not GONE:
        return (0 if edit.to is None else 2), 0, 0
    last = edit.path[-1]
    return 1, -len(edit.path), -last if isinstance(last, int) else 0


def read(document: Any, path: Path) -> Any:
    """What stands at a path; None when nothing does."""
    for key in path:
        if isinstance(document, Mapping):
            document = document.get(key)
        elif isinstance(document, list | tuple) and isinstance(key, int) and key < len(document):
            document = document[key]
        else:
            return None
    return document


def distance(before: Any, after: Any) -> float:
    """How great a change is: for numbers by how much of the larger, else a whole thing."""
    numbers = [v for v in (before, after) if isinstance(v, int | float) and not isinstance(v, bool)]
    if len(numbers) < 2:
        return 1.0
    return float(abs(numbers[0] - numbers[1]) / max(abs(numbers[0]), abs(numbers[1]), 1))


def _with(node: Any, path: Path, value: Any) -> Any:
    if not path:
        return value
    key, rest = path[0], path[1:]
    if isinstance(node, list | tuple):
        place = int(key)
        inside = [] if not rest and value is GONE else [_with(node[place], rest, value)]
        return [*node[:place], *inside, *node[place + 1 :]]
    found = dict(node or {})
    if not rest and value is GONE:
        found.pop(key, None)
    else:
        found[key] = _with(found.get(key), rest, value)
    return found


def _moved(document: Any, edit: Edit) -> Any:
    *above, place = edit.path
    rows = list(read(document, tuple(above)))
    rows.insert(edit.to or 0, rows.pop(int(place)))
    return _with(document, tuple(above), rows)
