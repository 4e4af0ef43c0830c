"""Suggesting a whole mapping for payloads of a platform that nobody has mapped yet.

Pure. Each canonical field is scored against each path: by what the path's names mean, by what its values look like, by
where it stands (in the list of lines or not, beside an address), and by what adds up. Then every field gets the path
that makes the whole best.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from app.intake.mapper.assign import assign
from app.intake.mapper.fitting import NEVER, fit
from app.intake.mapper.names import meanings_of, own_concepts, tokens_of
from app.intake.mapper.structure import Facts, structure
from app.intake.mapper.sums import Sums, add_up
from app.intake.meanings import LIKELY, SURE, UNSURE
from app.mapping.leaves import Leaf, leaves_of, lists_of
from app.mapping.order_fields import TYPES


class Sureness(StrEnum):
    """How sure a suggestion is."""

    SURE = "sure"
    LIKELY = "likely"
    UNSURE = "unsure"


@dataclass(frozen=True, slots=True)
class Suggestion:
    """That a field is to be read from a leaf; `score` 0 to 100. `of_order`: a line's field that stands in the order."""

    field: str
    leaf: Leaf
    score: int
    sureness: Sureness
    of_order: bool = False


@dataclass(frozen=True, slots=True)
class Suggested:
    """Where the lines are, the leaves of the samples, and a suggestion for each field that has one."""

    each: str
    leaves: Sequence[Leaf]
    fields: Mapping[str, Suggestion]


_NAMED = {
    "id": ("order.id", "line.id"), "state": ("order.state", ""), "line.id": ("", "line.id"),
    "paid": ("order.paid", "line.paid"), "goods_amount": ("order.goods_amount", "line.paid"),
    "line.price": ("order.goods_amount", "line.price"), "line.paid": ("order.paid", "line.paid"),
    "line.sku": ("", "line.sku"), "line.item": ("", "line.item"), "line.title": ("", "line.title"),
    "line.spec": ("", "line.spec"), "line.quantity": ("", "line.quantity"), "discount": ("order.discount", ""),
    "line.refund": ("line.refund", "line.refund"), "postage": ("order.postage", ""),
}  # fmt: skip
"""What a sheet's field is in the order, and in a line; "" where it is nothing there."""
_ELSEWHERE_LESS = {"line.price": 12, "goods_amount": 10, "line.paid": 4}
_ORDER_ONLY = (
    "created_at", "paid_at", "modified_at", "ship_by", "currency", "province", "city", "district", "town",
    "customer_name", "phone", "address", "buyer_id", "buyer_message", "seller_memo", "seller_flag", "carrier_wish",
)  # fmt: skip
_NUMBERS = frozenset({"decimal", "integer"})
_SHARED = ("line.item", "line.sku")
"""What stands in for a line's own number, where it has none."""
_MARGIN = 6
_CLEARLY = 30.0
"""A name that says one thing so much more than another says only the one."""
_FIRST = 0.02
_RARE = 15.0
_LEAST_OWN_NUMBER = 50.0


def suggest(samples: Sequence[Any], *, without: Collection[str] = ()) -> Suggested:
    """Suggest every field for orders out of their envelopes. `without`: platforms whose own words are not known."""
    left_out = frozenset(without)
    leaves = leaves_of(samples)
    each = lines_at(samples, leaves, left_out)
    order, line = placed(leaves, each)
    order = [*order, *_deadlines(line, each, left_out)]
    names = {field: dict[str, float]() for field in TYPES}
    for leaf, inside in (*((leaf, False) for leaf in order), *((leaf, True) for leaf in line)):
        for field, score in _meanings(leaf, left_out, inside=inside).items():
            names[field][leaf.path] = score
    decimals = any(isinstance(value, str) for leaf in leaves if leaf.shapes == {"decimal"} for value in leaf.values)
    numbers = [[leaf for leaf in part if leaf.shapes and leaf.shapes <= _NUMBERS] for part in (order, line)]
    sums = add_up(samples, each, numbers[0], numbers[1], names)
    facts = structure(samples, each, order, line, left_out)
    scores = _scores(order, line, names, sums, facts)
    if decimals:
        _without_counts(scores, [*order, *line])
    chosen, known = assign(scores, list(TYPES)), [*order, *line]
    found = {
        field: Suggestion(field, _leaf(known, path), round(min(99, score)), _sureness(scores[field], path, known))
        for field, (path, score) in chosen.items()
    }
    return Suggested(each, leaves, _fallbacks(found, leaves))


def placed(leaves: Sequence[Leaf], each: str) -> tuple[list[Leaf], list[Leaf]]:
    """The leaves of the order itself, and those of its lines; where an order is one line, both are the same."""
    if each in ("$", ""):
        own = [leaf for leaf in leaves if "[*]" not in leaf.path]
        return own, own if each else []
    inside = [leaf for leaf in leaves if leaf.path.startswith(each) and "[*]" not in leaf.path[len(each) :]]
    return [leaf for leaf in leaves if "[*]" not in leaf.path], inside


def lines_at(samples: Sequence[Any], leaves: Sequence[Leaf], without: frozenset[str] = frozenset()) -> str:
    """The path of the list that holds the lines; `$` where the order itself is its one line."""
    best, most = "$", 1.0
    for path in lists_of(samples):
        inside = [leaf for leaf in leaves if leaf.path.startswith(path) and "[*]" not in leaf.path[len(path) :]]
        told = {
            field
            for leaf in inside
            for field, score in _meanings(leaf, without, inside=True).items()
            if score >= LIKELY and fit(field, leaf) > NEVER
        }
        there = max((leaf.seen for leaf in inside), default=0) / max(1, len(samples))
        points = len(told) * there - path.count("[*]") - path.count(".") / 10
        if points > most:
            best, most = path, points
    return best


def _deadlines(line: Sequence[Leaf], each: str, without: frozenset[str]) -> list[Leaf]:
    """Times by which lines must have left, as the order's own: those of its first line."""
    if each in ("$", ""):
        return []
    first = each.removesuffix("[*]") + "[0]"
    own = [leaf for leaf in line if meanings_of(leaf.keys, without).get("ship_by", 0) >= LIKELY]
    return [replace(leaf, path=first + leaf.path[len(each) :]) for leaf in own]


def _meanings(leaf: Leaf, without: frozenset[str], *, inside: bool) -> dict[str, float]:
    """Canonical field → score of the leaf's names."""
    found: dict[str, float] = {}
    said = meanings_of(leaf.keys, without)
    most = max(said.values(), default=0.0)
    for field, score in said.items():
        if score < most - _CLEARLY:
            continue
        if field in _ORDER_ONLY:
            name = "" if inside else f"order.{field}"
        else:
            name = _NAMED.get(field, ("", ""))[int(inside)]
        if name:
            moved = name.partition(".")[2] != field.removeprefix("line.")
            found[name] = max(found.get(name, 0), score - (_ELSEWHERE_LESS.get(field, 0) if moved else 0))
    if not inside and {"urgent", "rush", "加急"} & set(tokens_of(leaf.key)):
        found["order.urgent"] = 90.0
    if inside and {"gift", "赠品"} & set(tokens_of(leaf.key)):
        found["line.gift"] = 80.0
    return found


def _scores(
    order: Sequence[Leaf], line: Sequence[Leaf], names: Mapping[str, Mapping[str, float]], sums: Sums, facts: Facts
) -> dict[str, dict[str, float]]:
    """Field → path → how well it fits, for what fits at all."""
    found: dict[str, dict[str, float]] = {field: {} for field in TYPES}
    for leaves, scope in ((order, "order."), (line, "line.")):
        for nth, leaf in enumerate(leaves):
            for field in TYPES:
                if not field.startswith(scope):
                    continue
                name = names[field].get(leaf.path, 0.0)
                base = max(name, facts.base(field, leaf.path))
                base += sums.of(field, leaf.path) + facts.more(field, leaf.path)
                if base < UNSURE:
                    continue
                fits = fit(field, leaf)
                score = base + fits - _FIRST * nth - _RARE * (leaf.seen * 2 < facts.samples)
                least = _LEAST_OWN_NUMBER if field == "line.id" else UNSURE
                if fits > NEVER and score >= least:
                    found[field][leaf.path] = score
    return found


def _without_counts(scores: dict[str, dict[str, float]], leaves: Sequence[Leaf]) -> None:
    """Where amounts are texts with decimals, a text without any is no amount."""
    counts = {
        leaf.path
        for leaf in leaves
        if leaf.shapes == {"integer"} and all(isinstance(one, str) and one != "0" for one in leaf.values)
    }
    for field, kind in TYPES.items():
        if kind == "money":
            scores[field] = {path: score for path, score in scores[field].items() if path not in counts}


def _leaf(leaves: Sequence[Leaf], path: str) -> Leaf:
    return next(leaf for leaf in leaves if leaf.path == path)


def _sureness(scores: Mapping[str, float], path: str, leaves: Sequence[Leaf]) -> Sureness:
    """By the score, and by how far behind the next one is that says something else."""
    own = _leaf(leaves, path)
    others = [s for other, s in scores.items() if other != path and _leaf(leaves, other).values != own.values]
    near = bool(others) and scores[path] - max(others) < _MARGIN
    if scores[path] >= SURE:
        return Sureness.LIKELY if near else Sureness.SURE
    return Sureness.UNSURE if near or scores[path] < LIKELY else Sureness.LIKELY


def _fallbacks(found: dict[str, Suggestion], leaves: Sequence[Leaf]) -> dict[str, Suggestion]:
    """What stands in for a field that has no path of its own."""
    for field, others in (("line.item", ("line.sku",)), ("line.id", _SHARED)):
        stand_in = next((found[other] for other in others if other in found), None)
        if field not in found and stand_in is not None:
            found[field] = replace(stand_in, field=field, score=LIKELY, sureness=Sureness.LIKELY)
    if "line.refund" not in found:
        whole = [
            leaf
            for leaf in leaves
            if "[*]" not in leaf.path
            and {"REFUND", "STATUS"} <= own_concepts(leaf.keys)
            and fit("line.refund", leaf) > 0
        ]
        taken = {one.leaf.path for one in found.values()}
        if whole and whole[0].path not in taken:
            found["line.refund"] = Suggestion("line.refund", whole[0], LIKELY, Sureness.LIKELY, of_order=True)
    return found
