"""A stored order in words on the command line: its head, its parcels, and why it was decided so."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Connection

from app.cli.output import choose, language
from app.domain.carriers import NAMES
from app.domain.messages.words import OUTCOMES, PARCELS, STATES, said
from app.persistence.reads.order import Parcel
from app.persistence.reads.places import list_shops, warehouse_names
from app.processing.explanation import Names, Sentence
from app.processing.why.asked import Answer, WouldHave
from app.processing.why.rules import ToldCondition, ToldRule

_SIGNS = {"true": "✓", "false": "✗", "unknown": "?", "error": "!"}


def names_of(db: Connection) -> Names:
    """What shops and warehouses are called."""
    return Names({shop.code: shop.name for shop in list_shops(db)}, dict(warehouse_names(db)))


def head_line(head: Any) -> str:
    """The order's number, the platform's state and the outcome."""
    state, outcome = (table[code][language()] for table, code in ((STATES, head.state), (OUTCOMES, head.outcome)))
    return f"{head.tid}  {choose('平台：', 'platform: ')}{state}  {choose('判定：', 'decided: ')}{outcome}"


def parcel_line(parcel: Parcel) -> str:
    """A parcel's warehouse, goods, carrier and state."""
    goods = " + ".join(f"{pick.sku} × {pick.quantity}" for pick in parcel.picks)
    parts = (parcel.warehouse_name, goods, carrier_name(parcel.carrier), PARCELS[parcel.state][language()])
    return " · ".join(filter(None, parts))


def carrier_name(code: str | None) -> str:
    """A carrier by its name; what a rule wrote that is no known code, as it wrote it."""
    return NAMES[code][language()] if code in NAMES else code or ""


def word_line(word: dict[str, Any], names: Names) -> str:
    """What a person said, and the carrier or warehouse that they named."""
    value, kind = word["value"], word["kind"]
    plain = value.get(kind)
    named = {"carrier": carrier_name, "warehouse": names.warehouse}.get(kind)
    what = f"：{named(plain)}" if named and plain else f"：{plain}" if kind == "priority" and plain is not None else ""
    back = choose("（已撤销）", " (taken back)") if word["undone_at"] is not None else ""
    colon = what if language() == "zh" else what.replace("：", ": ")
    return f"{word['actor']} {said(kind, value, language())}{colon}{back}"


def rule_lines(rules: Sequence[ToldRule]) -> Iterator[str]:
    """Each rule with what came of it and its conditions."""
    for rule in rules:
        parcel = choose(f"[包裹 {rule.parcel}] ", f"[parcel {rule.parcel}] ") if rule.parcel else ""
        yield f"{_SIGNS[rule.result]} {parcel}{rule.title[language()]}{choose('：', ': ')}{rule.why[language()]}"
        yield from (condition_line(one) for one in rule.conditions)


def condition_line(one: ToldCondition) -> str:
    """One condition with the order's value, and what it needs where it failed."""
    told = [one.text[language()]]
    if one.note is not None:
        told.append(one.note[language()])
    if one.value is not None:
        told.append(choose("实际 ", "it was ") + one.value[language()])
    if one.needs is not None:
        told.append(choose("需要", "needs ") + one.needs[language()])
    if one.gap is not None:
        told.append(choose("差 ", "short by ") + one.gap[language()])
    near = choose("  ← 只差这一条", "  ← by this alone") if one.near else ""
    return "  " * (one.depth + 2) + f"{_SIGNS.get(one.result, '·')} " + choose("，", ", ").join(told) + near


def answer_lines(answer: Answer) -> Iterator[str]:
    """Why not, and the smallest changes."""
    yield answer.question[language()]
    yield from (f"  {reason[language()]}" for reason in answer.reasons)
    if answer.already:
        return
    yield from _changes(choose("这一单要变成这样才会：", "The order would have had to be otherwise:"), answer.order)
    yield from _changes(choose("或者规则改成这样：", "Or the rules:"), answer.rules)
    if not answer.order and not answer.rules:
        yield choose(
            f"试了 {answer.tried} 种改法，改一两处都做不到。",
            f"{answer.tried} changes tried; no change of one or two things is enough.",
        )


def _changes(head: str, found: Sequence[WouldHave]) -> Iterator[str]:
    if found:
        yield head
    for one in found:
        yield f"  · {_all(one.changes)} → {one.then[language()]}"


def _all(changes: Sequence[Sentence]) -> str:
    return choose("，并且", ", and ").join(change[language()] for change in changes)
