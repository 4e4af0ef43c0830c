"""An ordered set of rules as a decision table, and back. Pure.

A column is one thing that rules ask (a field and an operator, maybe over the lines or warehouses) or do (an action's
parameter); a row is a rule, top to bottom in the order they are tried. Rules that are not of the table's shape keep
their place and are named with the reason. What a row does not change stays exactly as its rule has it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import Any

from app.engine.vocabulary import Text, Vocabulary
from app.rulebook.cells import LONGEST, Kind, write_cell

Rule = dict[str, Any]
Cells = dict[str, Any]
"""A row's values as rules write them, by the key of their column."""

TITLES = ("title/zh", "title/en")


@dataclass(frozen=True, slots=True)
class Column:
    """One column. `key` is `title/zh`, `when/<any_warehouse or nothing>/<field>/<operator>` or `then/<action>/<param>`.

    `group` says who is asked (or which action it is), `label` what.
    """

    key: str
    group: Text
    label: Text
    kind: Kind

    @property
    def part(self) -> str:
        """`title`, `when` or `then`."""
        return self.key.partition("/")[0]


@dataclass(frozen=True, slots=True)
class Row:
    """A rule in the table; `misfit` is the code of why it is not of the table's shape."""

    rule: Rule
    cells: Cells = field(default_factory=dict)
    misfit: str = ""

    @property
    def otherwise(self) -> bool:
        """Whether it is the row that catches what is left."""
        return "when" not in self.rule


@dataclass(frozen=True, slots=True)
class Table:
    """A section's rules as a table."""

    columns: list[Column]
    rows: list[Row]

    def runs(self) -> list[tuple[Text, list[Column]]]:
        """The columns by what they belong to, neighbours together."""
        return [(listed[0].group, listed) for _, each in groupby(self.columns, _group) for listed in [list(each)]]

    @property
    def misfits(self) -> list[Row]:
        """The rules that are not of the table's shape."""
        return [row for row in self.rows if row.misfit]


def _group(column: Column) -> tuple[str, str]:
    return column.part, column.group["en"]


def with_names(column: Column, names: Mapping[str, Mapping[str, Text]]) -> Column:
    """The column with words for what its cells refer to (`reasons`), by their codes."""
    return replace(column, kind=column.kind.named(names))


class _MisfitError(Exception):
    """Why a rule does not fit, as a code."""


def table_of(rules: Sequence[Rule], vocabulary: Vocabulary, known: Sequence[Row] | None = None) -> Table:
    """The table of these rules; `known` are their rows, where the caller has them already."""
    rows = list(known) if known is not None else [row_of(rule, vocabulary) for rule in rules]
    keys: list[str] = []
    for row in rows:
        _merge(keys, list(row.cells))
    conditions = [key for key in keys if key.startswith("when/")]
    actions = [key for key in keys if key.startswith("then/")]
    return Table([column_of(key, vocabulary) for key in (*TITLES, *conditions, *actions)], rows)


def row_of(rule: Rule, vocabulary: Vocabulary) -> Row:
    """The rule as a row; one of another shape with the reason's code and no cells."""
    try:
        cells = dict(_titles(rule))
        cells |= _conditions(rule, vocabulary)
        cells |= _actions(rule, vocabulary)
        _short_enough(cells, vocabulary)
    except _MisfitError as error:
        return Row(rule, misfit=str(error))
    return Row(rule, cells)


def column_of(key: str, vocabulary: Vocabulary) -> Column:
    """The column of that key. Raises KeyError when the vocabulary has no such thing."""
    part, *rest = key.split("/")
    if part == "title":
        names = {"zh": {"zh": "中文", "en": "Chinese"}, "en": {"zh": "英文", "en": "English"}}
        return Column(key, {"zh": "规则名称", "en": "Title"}, names[rest[0]], Kind(free=True))
    if part == "then":
        return _action_column(key, rest[0], rest[1], vocabulary)
    who, name, op = rest
    row, operator = vocabulary.fields[name], vocabulary.operators[op]
    counts = row.unit is not None and operator.shape != "none"
    unit = (f"（{row.unit['zh']}）", f" ({row.unit['en']})") if row.unit is not None and counts else ("", "")
    label = {
        "zh": f"{row.label['zh']} {operator.label['zh']}{unit[0]}",
        "en": f"{row.label['en']} {operator.label['en']}{unit[1]}",
    }
    return Column(key, _asked(who, vocabulary), label, Kind(row, operator))


def rewritten(rule: Rule | None, before: Cells, after: Cells, vocabulary: Vocabulary, id_: str) -> Rule:
    """The rule with what differs between its cells before and after; None: a new rule.

    Conditions and actions that stay keep their place and form; new ones come last.
    """
    changed = {key: after.get(key) for key in (*before, *after) if before.get(key) != after.get(key)}
    made: Rule = dict(rule) if rule is not None else {"id": id_, "title": None, "when": {"all": []}, "then": []}
    if any(key in changed for key in TITLES):
        made["title"] = _title({key: after.get(key, "") for key in TITLES})
    conditions = {key: value for key, value in changed.items() if key.startswith("when/")}
    if conditions:
        made["when"] = _rewritten_conditions(made.get("when"), conditions, vocabulary)
    actions = {key: value for key, value in changed.items() if key.startswith("then/")}
    if actions:
        made["then"] = _rewritten_actions(made["then"], actions)
    if made.get("title") is None and rule is None:
        made.pop("title")
    return made


# A rule's parts as cells.


def _titles(rule: Rule) -> Iterator[tuple[str, str]]:
    title = rule.get("title")
    for language in ("zh", "en"):
        if isinstance(title, Mapping) and title.get(language):
            yield f"title/{language}", title[language]


def _conditions(rule: Rule, vocabulary: Vocabulary) -> Cells:
    found: Cells = {}
    for who, leaf in _leaves(rule.get("when")):
        key = f"when/{who}/{leaf.get('field')}/{leaf.get('op')}"
        if key in found:
            raise _MisfitError("table-twice")
        _known(key, vocabulary)
        found[key] = leaf["value"] if leaf.get("value") is not None else True
    return found


def _leaves(when: Any) -> Iterator[tuple[str, Mapping[str, Any]]]:
    seen: set[str] = set()
    for part in _parts(when):
        if "field" in part:
            yield "", part
            continue
        ((who, inner),) = part.items()
        if who in ("all", "any", "none") or not isinstance(inner, Mapping):
            raise _MisfitError("table-nested")
        if who in seen:
            raise _MisfitError("table-twice")
        seen.add(who)
        for leaf in _parts(inner):
            if "field" not in leaf:
                raise _MisfitError("table-nested")
            yield who, leaf


def _parts(node: Any) -> Sequence[Mapping[str, Any]]:
    """What must all hold: the members of an `all`, or the one condition that stands alone."""
    if node is None:
        return []
    if "all" in node:
        return node["all"] if isinstance(node["all"], list) else []
    return [node]


def _actions(rule: Rule, vocabulary: Vocabulary) -> Cells:
    found: Cells = {}
    done: set[str] = set()
    for action in rule["then"]:
        name = action.get("do")
        if name in done:
            raise _MisfitError("table-twice")
        done.add(name)
        given = {key: value for key, value in action.items() if key != "do"} or {"": True}
        if any(value is None for value in given.values()):
            raise _MisfitError("table-unknown")
        for parameter, value in given.items():
            key = f"then/{name}/{parameter}"
            _known(key, vocabulary)
            found[key] = value
    return found


def _known(key: str, vocabulary: Vocabulary) -> None:
    try:
        column_of(key, vocabulary)
    except (KeyError, StopIteration, ValueError) as error:
        raise _MisfitError("table-unknown") from error


def _short_enough(cells: Cells, vocabulary: Vocabulary) -> None:
    for key, value in cells.items():
        kind = column_of(key, vocabulary).kind
        if any(len(str(write_cell(value, kind, vocabulary, language))) > LONGEST for language in ("zh", "en")):
            raise _MisfitError("table-long")


def _merge(keys: list[str], row: list[str]) -> None:
    """Put what is new in `row` after what it stands behind there."""
    place = 0
    for key in row:
        if key in keys:
            place = keys.index(key) + 1
        else:
            keys.insert(place, key)
            place += 1


def _asked(who: str, vocabulary: Vocabulary) -> Text:
    if not who:
        return {"zh": "条件", "en": "When"}
    found = vocabulary.quantifier(who)
    if found is None:
        raise KeyError(who)
    word, scope = found
    heads = {
        "any": {"zh": f"有{scope.label['zh']}", "en": f"Any {scope.label['en']}"},
        "every": {"zh": f"每个{scope.label['zh']}", "en": f"Every {scope.label['en']}"},
        "no": {"zh": f"没有{scope.label['zh']}", "en": f"No {scope.label['en']}"},
    }
    return heads[word]


def _action_column(key: str, name: str, parameter: str, vocabulary: Vocabulary) -> Column:
    kind = vocabulary.actions[name]
    if not parameter:
        if kind.parameters:
            raise KeyError(key)
        return Column(key, {"zh": "动作", "en": "Then"}, kind.label, Kind())
    row = next(row for row in kind.parameters if row.name == parameter)
    label = row.label
    if row.unit is not None:
        label = {"zh": f"{label['zh']}（{row.unit['zh']}）", "en": f"{label['en']} ({row.unit['en']})"}
    return Column(key, kind.label, label, Kind(parameter=row))


# Cells back into a rule.


def _title(cells: Mapping[str, Any]) -> Text | None:
    zh, en = (str(cells.get(key) or "") for key in TITLES)
    # A text has both languages; one that is not written stands for the other.
    return {"zh": zh or en, "en": en or zh} if zh or en else None


def _rewritten_conditions(when: Any, changed: Cells, vocabulary: Vocabulary) -> Any:
    left = dict(changed)
    parts = []
    for part in _parts(when):
        if "field" in part:
            kept = _rewritten_leaf("", part, left)
            parts += [] if kept is None else [kept]
            continue
        ((who, inner),) = part.items()
        leaves = [leaf for each in _parts(inner) if (leaf := _rewritten_leaf(who, each, left)) is not None]
        leaves += _new_leaves(who, left, vocabulary)
        if leaves or not _parts(inner):
            parts.append({who: leaves[0] if len(leaves) == 1 and "all" not in inner else {"all": leaves}})
    for who in dict.fromkeys(key.split("/")[1] for key, value in left.items() if value is not None):
        leaves = list(_new_leaves(who, left, vocabulary))
        parts += leaves if not who else [{who: leaves[0] if len(leaves) == 1 else {"all": leaves}}]
    alone = when is not None and "all" not in when and len(parts) == 1
    return parts[0] if alone else {"all": parts}


def _rewritten_leaf(who: str, leaf: Mapping[str, Any], left: Cells) -> Mapping[str, Any] | None:
    key = f"when/{who}/{leaf['field']}/{leaf['op']}"
    if key not in left:
        return leaf
    value = left.pop(key)
    return None if value is None else {**leaf, "value": value}


def _new_leaves(who: str, left: Cells, vocabulary: Vocabulary) -> Iterator[Mapping[str, Any]]:
    for key in [key for key, value in left.items() if key.split("/")[1] == who and value is not None]:
        _, _, name, op = key.split("/")
        value = left.pop(key)
        yield {"field": name, "op": op} | ({} if vocabulary.operators[op].shape == "none" else {"value": value})


def _rewritten_actions(then: Sequence[Mapping[str, Any]], changed: Cells) -> list[Mapping[str, Any]]:
    left = {tuple(key.split("/")[1:]): value for key, value in changed.items()}
    made: list[Mapping[str, Any]] = []
    for action in then:
        mine = {parameter: left.pop((name, parameter)) for name, parameter in list(left) if name == action["do"]}
        if mine.get("", 0) is None:
            continue
        kept = {key: value for key, value in {**action, **mine}.items() if key and value is not None}
        # An action without any of its parameters is one that the row no longer takes.
        if len(kept) > 1 or len(action) == 1:
            made.append(kept)
    for name in dict.fromkeys(name for name, _ in left):
        given = {p: value for (n, p), value in left.items() if n == name and value is not None}
        if given:
            made.append({"do": name, **{p: value for p, value in given.items() if p}})
    return made
