"""A draft's decision table as a grid that is written like a spreadsheet: blocks of cells and whole rows, one edit each.

What is answered is data for js/table.js, which writes it into the cells that nobody is typing into.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from app.domain.errors import Refused
from app.domain.messages import say
from app.engine.vocabulary import Text
from app.rulebook import editing, listing
from app.rulebook.cells import BadCellError, read_cell, write_cell
from app.rulebook.drafts import Edit, free_id, join_path
from app.rulebook.order_vocabulary import SECTIONS
from app.rulebook.tables import TITLES, Row, Rule, Table, rewritten, with_names
from app.web.configurator.rows import Told
from app.web.configurator.tree import faults_of
from app.web.language import language
from app.web.rules_cells import remembered_column, remembered_row

MOST_CELLS = 20_000
Names = Mapping[str, Mapping[str, Text]]
NEW = "+"
"""What leads the name of a row that is yet to be: `+0`, `+1`, … in the order of the block that was pasted."""
_NEW_TITLE = {"zh": "新规则", "en": "New rule"}


@dataclass(frozen=True, slots=True)
class Written:
    """What a block of cells makes of the rules; `wrong` are the cells that cannot be read: rule, column, why."""

    edit: Edit | None
    wrong: Sequence[tuple[str, str, str]]


def written(section: str, rules: Sequence[Rule], cells: Any, names: Names) -> Written:
    """The edit that writes these cells (rule, column, text), read by the words of `names`.

    Raises `Refused` where they are none.

    What can be read is taken, the rest named: one wrong cell of a pasted block loses nobody the others.
    """
    if not isinstance(cells, list) or len(cells) > MOST_CELLS:
        raise Refused("edit-wrong")
    by_rule: dict[str, dict[str, str]] = {}
    for name, key, text in cells:
        by_rule.setdefault(str(name), {})[str(key)] = str(text)
    made, wrong = list(rules), []
    for name, texts in by_rule.items():
        place = next((at for at, rule in enumerate(made) if rule.get("id") == name), None)
        if place is None and not name.startswith(NEW):
            raise Refused("edit-place-gone", path=name)
        rule, faults = _row_written(section, made, None if place is None else made[place], texts, names)
        wrong += [(name, key, why) for key, why in faults]
        if place is not None:
            made[place] = rule
        elif rule:
            made.insert(len(made) - int(listing.ends_otherwise(made)), rule)
    return Written(_edit(section, rules, made), wrong)


def row_edit(section: str, rules: Sequence[Rule], form: Mapping[str, Any], chosen: Sequence[str]) -> Edit:
    """The edit of a button about whole rows. Raises `Refused`."""
    places = [place for place, rule in enumerate(rules) if rule.get("id") in chosen]
    do, last = form.get("do", ""), len(rules) - int(listing.ends_otherwise(rules))
    if do == "insert":
        place = min(places[0] if places else last, last)
        action = editing.new_action(SECTIONS[section].actions["hold"])
        return Edit("insert", join_path(section, "rules", place), editing.new_rule(list(rules), _NEW_TITLE, [action]))
    if not places:
        raise Refused("rules-none-chosen")
    match do:
        case "up" | "down":
            made = listing.moved(rules, chosen, places[0] + (1 if do == "down" else -1))
        case "copy":
            made = listing.doubled(rules, chosen)
        case "remove":
            made = listing.removed(rules, chosen)
        case _:
            raise Refused("edit-wrong")
    return Edit("set", join_path(section, "rules"), made)


def column_edit(section: str, rules: Sequence[Rule], key: str) -> Edit | None:
    """The edit that empties a whole column; None where no rule fills it. Raises `Refused`."""
    remembered_column(section, key)
    if key in TITLES:
        raise Refused("edit-wrong")
    return _edit(section, rules, [_without(section, rule, key) for rule in rules])


def _without(section: str, rule: Rule, key: str) -> Rule:
    cells = remembered_row(section, orjson.dumps(rule)).cells
    after = {name: value for name, value in cells.items() if name != key}
    return rule if key not in cells else rewritten(rule, cells, after, SECTIONS[section], str(rule["id"]))


def texts_of(table: Table, row: Row, section: str) -> list[str]:
    """A row's cells as they are shown, empty where the rule says nothing."""
    return [
        str(write_cell(row.cells[column.key], column.kind, SECTIONS[section], language()))
        if column.key in row.cells
        else ""
        for column in table.columns
    ]


def faults_at(rule: Rule, told: Told, section: str) -> dict[str, str]:
    """What is wrong with the rule, by the column that says it; under no key what no column says."""
    found: dict[str, list[str]] = {}
    for path, texts in faults_of(told.problems, SECTIONS[section]).items():
        found.setdefault(_column_at(rule, path), []).extend(texts)
    return {key: " ".join(texts) for key, texts in found.items()}


def _row_written(
    section: str, rules: Sequence[Rule], rule: Rule | None, texts: Mapping[str, str], names: Names
) -> tuple[Rule, list[tuple[str, str]]]:
    """The rule with these cells, and those that could not be read; an empty one for a new row of empty cells."""
    row = remembered_row(section, orjson.dumps(rule)) if rule is not None else Row({"when": None})
    if row.misfit:
        raise Refused("table-fixed")
    after, wrong = dict(row.cells), []
    for key, text in texts.items():
        column, written_text = with_names(remembered_column(section, key), names), text.strip()
        try:
            if not written_text:
                after.pop(key, None)
            elif row.otherwise and column.part == "when":
                wrong.append((key, say("table-otherwise", language())))
            else:
                after[key] = read_cell(written_text, column.kind, SECTIONS[section])
        except BadCellError as error:
            wrong.append((key, say(error.code, language(), **{**error.details, "column": column.label[language()]})))
    if rule is None and not after:
        return {}, wrong
    # Which rule it is is not told by its words: a copy of another has an id of its own.
    name = free_id(list(rules), "rule") if rule is None else str(rule["id"])
    return rewritten(rule, row.cells, after, SECTIONS[section], name), wrong


def _edit(section: str, before: Sequence[Rule], after: Sequence[Rule]) -> Edit | None:
    if len(before) == len(after):
        changed = [place for place, rule in enumerate(after) if rule != before[place]]
        if not changed:
            return None
        if len(changed) == 1:
            return Edit("set", join_path(section, "rules", changed[0]), after[changed[0]])
    return Edit("set", join_path(section, "rules"), list(after))


def _column_at(rule: Rule, path: str) -> str:
    """The key of the column that a path within the rule is about."""
    node: Any = rule
    who, key = "", ""
    for step in path.strip("/").split("/"):
        if isinstance(node, dict) and "do" in node:
            return f"then/{node['do']}/{step}"
        node = node[int(step)] if isinstance(node, list) and step.isdigit() and int(step) < len(node) else (
            node.get(step) if isinstance(node, dict) else None
        )  # fmt: skip
        if "_" in step and isinstance(node, dict):
            who = step
        if isinstance(node, dict) and "field" in node:
            key = f"when/{who}/{node['field']}/{node.get('op')}"
    return key
