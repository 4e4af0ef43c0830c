"""The cells of a decision table as pages show and take them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import orjson
from flask import request

from app.domain.errors import Refused
from app.domain.messages import say
from app.engine.vocabulary import ActionKind, Vocabulary
from app.rulebook.order_vocabulary import SECTIONS
from app.rulebook.tables import Column, Row, Rule, Table, column_of, row_of, table_of
from app.web.language import language, t
from app.web.rules_words import rule_title

MOST_ADDED = 10
_REMEMBERED = 8_192


@dataclass(frozen=True, slots=True)
class ShownRow:
    """A row as the page shows it; `cells` are texts, empty where the rule says nothing; `faults` by column."""

    place: int
    id: str
    title: str
    cells: Sequence[str]
    faults: Mapping[str, str]
    row: Row
    why: str


def columns_asked(vocabulary: Vocabulary) -> list[str]:
    """Keys of columns that somebody wants to see though no rule has them yet."""
    found = request.values.getlist("add")
    who, name, op = (request.values.get(key, "") for key in ("who", "field", "op"))
    if name and op:
        found.append(f"when/{who}/{name}/{op}")
    action = vocabulary.actions.get(request.values.get("action", ""))
    if action is not None:
        found += _columns_of(action)
    return list(dict.fromkeys(found))[:MOST_ADDED]


def _columns_of(action: ActionKind) -> list[str]:
    """What a row must fill for the action to be whole; one column to say yes in where it asks nothing."""
    return [f"then/{action.name}/{row.name}" for row in action.parameters if row.required] or [f"then/{action.name}/"]


def table_with(section: str, rules: Sequence[Rule], more: Sequence[str]) -> Table:
    """The table with these columns too; keys that name nothing are left out."""
    vocabulary = SECTIONS[section]
    table = table_of(rules, vocabulary, [remembered_row(section, orjson.dumps(rule)) for rule in rules])
    known = {column.key for column in table.columns}
    added = []
    for key in more:
        try:
            column = remembered_column(section, key)
        except Refused:
            continue
        if key not in known:
            added.append(column)
    last = max((i for i, column in enumerate(table.columns) if column.part != "then"), default=-1) + 1
    conditions = [column for column in added if column.part == "when"]
    actions = [column for column in added if column.part == "then"]
    return Table([*table.columns[:last], *conditions, *table.columns[last:], *actions], table.rows)


@lru_cache(maxsize=_REMEMBERED)
def remembered_row(section: str, text: bytes) -> Row:
    """The rule of that text as a row."""
    return row_of(orjson.loads(text), SECTIONS[section])


@lru_cache(maxsize=_REMEMBERED)
def remembered_column(section: str, key: str) -> Column:
    """The column of that key. Raises `Refused("edit-place-gone")`."""
    try:
        column = column_of(key, SECTIONS[section])
    except (KeyError, StopIteration, ValueError, IndexError) as error:
        raise Refused("edit-place-gone", path=key) from error
    if not _fits(column, SECTIONS[section]):
        raise Refused("edit-place-gone", path=key)
    return column


def shown_row(place: int, row: Row, texts: Sequence[str], faults: Mapping[str, str]) -> ShownRow:
    """One row of a page."""
    why = say(row.misfit, language()) if row.misfit else ""
    return ShownRow(place, str(row.rule.get("id", "")), rule_title(row.rule), texts, faults, row, why)


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


def addable_actions(vocabulary: Vocabulary, table: Table) -> dict[str, list[tuple[str, str]]]:
    """What a new action's column may do: whole actions, and what may be said besides; without those that are there."""
    there, word = {column.key for column in table.columns}, language()
    whole, more = [], []
    for action in vocabulary.actions.values():
        if not there.issuperset(_columns_of(action)):
            needed = t("、", ", ").join(row.label[word] for row in action.parameters if row.required)
            whole.append(
                (action.name, f"{action.label[word]}{t('：', ': ')}{needed}" if needed else action.label[word])
            )
        for row in action.parameters:
            key = f"then/{action.name}/{row.name}"
            if not row.required and key not in there:
                more.append((key, f"{action.label[word]}{t('：', ': ')}{row.label[word]}"))
    return {"whole": whole, "more": more}


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


def choices_of_column(column: Column) -> list[str]:
    """What a cell of the column may say, or would say most often."""
    kind = column.kind
    if kind.mere:
        return [t("是", "yes")]
    if kind.yes_no:
        return [t("是", "yes"), t("否", "no")]
    several = kind.operator is not None and kind.operator.shape != "value"
    return [] if several else [words[language()] for words in kind.words.values()]
