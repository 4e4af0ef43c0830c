"""The cells of a decision table as pages show and take them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import request

from app.domain.errors import Refused
from app.domain.messages import say
from app.engine.vocabulary import Vocabulary
from app.rulebook.cells import BadCellError, read_cell, write_cell
from app.rulebook.tables import Column, Row, Rule, Table, column_of, rewritten, row_of, table_of
from app.web.language import language, t
from app.web.rules_words import rule_title

MOST_ADDED = 10


@dataclass(frozen=True, slots=True)
class ShownRow:
    """A row as the page shows it; `cells` are texts, empty where the rule says nothing."""

    place: int
    id: str
    title: str
    cells: list[str]
    row: Row
    why: str


@dataclass(frozen=True, slots=True)
class CellForm:
    """One cell being written: what it holds and what it may hold."""

    rule: str
    column: Column
    text: str
    title: str
    choices: list[str]

    @staticmethod
    def of(rules: Sequence[Rule], asked: Mapping[str, str], vocabulary: Vocabulary) -> CellForm:
        """The cell of the rule and column that are asked for. Raises `Refused("edit-place-gone")`."""
        _, row, column = _cell(rules, asked, vocabulary)
        value = row.cells.get(column.key)
        text = "" if value is None else str(write_cell(value, column.kind, vocabulary, language()))
        return CellForm(str(row.rule["id"]), column, text, rule_title(row.rule), _choices(column))


def columns_asked() -> list[str]:
    """Keys of columns that somebody wants to see though no rule has them yet."""
    found = request.values.getlist("add")
    who, name, op = (request.values.get(key, "") for key in ("who", "field", "op"))
    if name and op:
        found.append(f"when/{who}/{name}/{op}")
    return list(dict.fromkeys(found))[:MOST_ADDED]


def table_with(rules: Sequence[Rule], vocabulary: Vocabulary, more: Sequence[str]) -> Table:
    """The table with these columns too; keys that name nothing are left out."""
    table = table_of(rules, vocabulary)
    known = {column.key for column in table.columns}
    added = []
    for key in more:
        try:
            column = column_of(key, vocabulary)
        except (KeyError, StopIteration, ValueError, IndexError):
            continue
        if key not in known and _fits(column, vocabulary):
            added.append(column)
    last = max((i for i, column in enumerate(table.columns) if column.part != "then"), default=-1) + 1
    conditions = [column for column in added if column.part == "when"]
    actions = [column for column in added if column.part == "then"]
    return Table([*table.columns[:last], *conditions, *table.columns[last:], *actions], table.rows)


def shown_rows(table: Table, first: int, many: int, vocabulary: Vocabulary) -> list[ShownRow]:
    """The rows of one page."""
    shown = []
    for place, row in enumerate(table.rows[first : first + many], first):
        texts = [
            str(write_cell(row.cells[column.key], column.kind, vocabulary, language()))
            if column.key in row.cells
            else ""
            for column in table.columns
        ]
        why = say(row.misfit, language()) if row.misfit else ""
        shown.append(ShownRow(place, str(row.rule.get("id", "")), rule_title(row.rule), texts, row, why))
    return shown


def edited_rule(rules: Sequence[Rule], form: Mapping[str, str], vocabulary: Vocabulary) -> tuple[int, Rule]:
    """The rule's place, and the rule with the cell as it was written. Raises `Refused` with what is wrong with it."""
    place, row, column = _cell(rules, form, vocabulary)
    text = form.get("value", "").strip()
    after = {key: value for key, value in row.cells.items() if key != column.key}
    if text:
        if row.otherwise and column.part == "when":
            raise Refused("table-otherwise")
        try:
            after[column.key] = read_cell(text, column.kind, vocabulary)
        except BadCellError as error:
            raise Refused(error.code, **error.details, column=column.label[language()]) from error
    return place, rewritten(row.rule, row.cells, after, vocabulary, str(row.rule["id"]))


def addable(vocabulary: Vocabulary) -> dict[str, Any]:
    """What a new condition's column may ask: who, which field, how."""
    heads = {"any": t("有{}", "any {}"), "every": t("每个{}", "every {}"), "no": t("没有{}", "no {}")}
    who = [("", t("订单、目标仓、全网", "the order, the target, the network"))]
    who += [
        (f"{word}_{scope.name}", heads[word].format(scope.label[language()]))
        for scope in vocabulary.scopes.values()
        if scope.many
        for word in heads
    ]
    fields = [(field.key, field.label[language()]) for field in vocabulary.fields.values()]
    operators = [(operator.name, operator.label[language()]) for operator in vocabulary.operators.values()]
    return {"who": who, "fields": fields, "operators": operators}


def _cell(rules: Sequence[Rule], asked: Mapping[str, str], vocabulary: Vocabulary) -> tuple[int, Row, Column]:
    name, key = asked.get("rule", ""), asked.get("column", "")
    place = next((i for i, rule in enumerate(rules) if rule.get("id") == name), None)
    try:
        column = column_of(key, vocabulary)
    except (KeyError, StopIteration, ValueError, IndexError) as error:
        raise Refused("edit-place-gone", path=key) from error
    if place is None or not _fits(column, vocabulary):
        raise Refused("edit-place-gone", path=name)
    row = row_of(rules[place], vocabulary)
    if row.misfit:
        raise Refused("table-fixed")
    return place, row, column


def _fits(column: Column, vocabulary: Vocabulary) -> bool:
    """Whether the field may be asked of whom the column asks, and by its operator."""
    if column.part != "when":
        return True
    _, who, name, op = column.key.split("/")
    field = vocabulary.fields[name]
    scope = vocabulary.scopes.get(field.scope)
    many = scope is not None and scope.many
    asked = who.partition("_")[2]
    return op in vocabulary.operators_of(field) and (asked == field.scope if many else not asked)


def _choices(column: Column) -> list[str]:
    kind = column.kind
    if kind.mere:
        return [t("是", "yes")]
    if kind.yes_no:
        return [t("是", "yes"), t("否", "no")]
    return [words[language()] for words in kind.choices.values()]
