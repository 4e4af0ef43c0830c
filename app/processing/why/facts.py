"""Which facts of an order could have been otherwise: what its rules compare, stock, distances, people's words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from app.domain.messages.words import HOLDS
from app.engine import ConditionTrace, RuleTrace
from app.engine.nearest import ANOTHER, Reading, turned_values
from app.engine.phrase import phrase_condition, phrase_value
from app.engine.vocabulary import Field
from app.processing.explanation import Names, Record, Sentence
from app.processing.inputs import Inputs
from app.processing.profile import Profile
from app.processing.why.changes import GONE, Change, Edit, Path, distance
from app.processing.why.stock import stock_changes
from app.processing.why.told import both, told
from app.rulebook.order_vocabulary import VOCABULARY
from app.rulebook.pack import BUILT_IN_REASONS

_RECORD_KEYS = {"km_to_buyer": "km", "serves_buyer": "serves"}
_DERIVED = ("covers_order", "covers_shortfall", "available")
_FIXED = ("sku", "code", "name", "id", "shop", "platform", "currency")
"""Attributes that make another order or warehouse of it, not this one otherwise."""
_PLACE_COST = 1.0
_WORD_COST = 0.9
_COMPARED = (("km_to_buyer", "km", 0.1), ("freight", "freight", 1), ("km_to_target", "km_to_target", 0.1))
"""What warehouses are compared by: the field, the record's key, the least step."""
_PLACES = ("province", "city", "district", "town", "km_to_buyer", "km_to_target", "serves_buyer", "freight")


def order_changes(
    record: Record, profile: Profile, inputs: Inputs, traces: Iterable[RuleTrace], names: Names, warehouse: str = ""
) -> list[Change]:
    """Changes of single facts that could matter to the rules of `traces`, each with the nearest values.

    `warehouse`: the one that is asked for.
    """
    finder = _Facts(record, profile, inputs, names)
    found = [change for trace in traces for one in trace.conditions for change in finder.compared(one)]
    found += finder.words()
    found += finder.personal()
    if warehouse:
        found += finder.nearer(warehouse)
    found += stock_changes(record, inputs, names, warehouse)
    found += _fewer_units(record, inputs)
    return list({repr(change.edits): change for change in reversed(found)}.values())[::-1]


class _Facts:
    def __init__(self, record: Record, profile: Profile, inputs: Inputs, names: Names) -> None:
        self._record = record
        self._profile = profile
        self._inputs = inputs
        self._names = names

    def compared(self, trace: ConditionTrace) -> Iterator[Change]:
        """The nearest values that turn one comparison round."""
        if trace.kind != "comparison" or trace.withheld:
            return
        row = VOCABULARY.fields[trace.key]
        if row.attribute in (*_FIXED, *_DERIVED) or row.scope == "network":
            return
        node: dict[str, Any] = {"field": trace.key, "op": trace.op}
        if trace.wanted is not None:
            node["value"] = trace.wanted
        wanted = trace.result != "true"
        reading = Reading(trace.value, self._inputs.now, trace.other)
        for value in turned_values(node, VOCABULARY, reading, wanted)[:2]:
            yield from self._change(row, trace, value)

    def _change(self, row: Field, trace: ConditionTrace, value: Any) -> Iterator[Change]:
        if row.scope == "order" and row.attribute == "quantity":
            if isinstance(value, int):
                yield from self._quantity(value)
            return
        path, of = self._place(row, trace.members)
        if path is None or (value == ANOTHER and row.choices):
            return
        after = GONE if value is None else value
        text = self._text(row, of, trace.value, value)
        cost = distance(trace.value, value) + (_PLACE_COST if row.attribute in _PLACES else 0)
        yield Change(text, (Edit(path, after),), path, cost)

    def _quantity(self, total: int) -> Iterator[Change]:
        """The order's units as a whole, by the line with the most."""
        lines = sorted(self._inputs.line, key=lambda line: -line.quantity)
        if lines and (wanted := lines[0].quantity + total - self._inputs.order.quantity) >= 1:
            change = line_change(self._record, lines[0].id, wanted)
            if change is not None:
                yield change

    def _place(self, row: Field, members: tuple[int, ...]) -> tuple[Path | None, Sentence | None]:
        """Where the record keeps the field, and of whom it is told."""
        name = _RECORD_KEYS.get(row.attribute, row.attribute)
        if not row.scope:
            return ("at",), None
        if row.scope == "order":
            return ("order", name), None
        if row.scope == "line" and members:
            line = self._inputs.line[members[-1]]
            place = next(i for i, one in enumerate(self._record["order"]["lines"]) if one["id"] == line.id)
            return ("order", "lines", place, name), told("why-line", place=members[-1] + 1, sku=line.sku or "—")
        return self._of_warehouse(row, members, name)

    def _of_warehouse(self, row: Field, members: tuple[int, ...], name: str) -> tuple[Path | None, Sentence | None]:
        codes = [facts["code"] for facts in self._record["warehouses"]]
        code = self._record.get("target") if row.scope == "target" else None
        if row.scope == "warehouse" and members:
            code = self._inputs.warehouse[members[-1]].code
        if code not in codes:
            return None, None
        return ("warehouses", codes.index(code), name), both(lambda _: self._names.warehouse(str(code)))

    def _text(self, row: Field, of: Sentence | None, before: Any, after: Any) -> Sentence:
        what: Sentence = dict(row.label)
        if of is not None:
            what = told("why-of", who=of, what=what)
        return told("why-instead", what=what, before=_said(row, before), after=_said(row, after))

    def words(self) -> Iterator[Change]:
        """What people said or could say: releases, their choice of warehouse, repeats, shared parcels."""
        record = self._record
        decision, overlay = record["decision"], record.get("overlay", {})
        released = list(overlay.get("released", ()))
        for hold in decision.get("holds", ()):
            path: Path = ("overlay", "released")
            text = told("why-if-released", reason=self._reason(hold["reason"]))
            yield Change(text, (Edit(path, [*released, hold["reason"]]),), (*path, hold["reason"]), _WORD_COST)
        if "warehouse" in overlay:
            yield self._without(("overlay", "warehouse"), told("why-if-not-told"))
        if "joins" in overlay:
            yield self._without(("overlay", "joins"), told("why-if-apart"))
        if "repeats" in record:
            yield self._without(("repeats",), told("why-if-no-repeat"))
        if record.get("parcels") and decision["outcome"] == "consolidated":
            yield self._without(("parcels",), told("why-if-apart"))

    def _reason(self, code: str) -> Sentence:
        known: Mapping[str, Any] = self._profile.document.get("reasons", {})
        return dict({**BUILT_IN_REASONS, **HOLDS, **known}.get(code) or told("why-hold"))

    def _without(self, path: Path, text: Sentence) -> Change:
        return Change(text, (Edit(path),), path, _WORD_COST)

    def personal(self) -> Iterator[Change]:
        """Conditions on personal text, of which only the answer is kept."""
        said = self._record.get("personal", {}).get("said", "")
        for place, probe in enumerate(self._profile.probes.found[: len(said)]):
            turned = "0" if said[place] == "1" else "1"
            condition = both(partial(phrase_condition, probe.condition, VOCABULARY))
            text = told(f"why-if-said-{turned}", condition=condition)
            path: Path = ("personal", "said")
            yield Change(text, (Edit(path, said[:place] + turned + said[place + 1 :]),), path, 1.0)

    def nearer(self, code: str) -> Iterator[Change]:
        """The asked warehouse just ahead of all others, by each thing that warehouses are compared by."""
        for name, key, step in (
            ("km_to_buyer", "km", 0.1),
            ("freight", "freight", 1),
            ("km_to_target", "km_to_target", 0.1),
        ):
            rows: Sequence[Mapping[str, Any]] = self._record["warehouses"]
            place = next((i for i, facts in enumerate(rows) if facts["code"] == code), None)
            others = [facts[key] for facts in rows if facts["code"] != code and facts.get(key) is not None]
            others = [value for value in others if value > 0]
            if place is None or not others or (mine := rows[place].get(key)) is None or mine < min(others):
                continue
            value = round(min(others) - step, 6)
            row = VOCABULARY.fields[f"warehouse.{name}"]
            path: Path = ("warehouses", place, key)
            text = self._text(row, both(lambda _: self._names.warehouse(code)), mine, value)
            yield Change(text, (Edit(path, value),), path, distance(mine, value) + _PLACE_COST)


def line_change(record: Record, line: str, quantity: int) -> Change | None:
    """Another quantity of one line; None where the line is a bundle that does not divide."""
    lines = record["order"]["lines"]
    place = next(i for i, one in enumerate(lines) if one["id"] == line)
    before = lines[place]["quantity"]
    path: Path = ("order", "lines", place, "quantity")
    edits = [Edit(path, quantity)]
    if "needs" in record:
        scaled = [[n[0], n[1], n[2] * quantity / before if n[0] == line else n[2]] for n in record["needs"]]
        if any(float(count) != int(count) for _, _, count in scaled):
            return None
        edits.append(Edit(("needs",), [[a, b, int(c)] for a, b, c in scaled]))
    name = told("why-line", place=place + 1, sku=lines[place].get("sku") or "—")
    what = told("why-of", who=name, what=dict(VOCABULARY.fields["line.quantity"].label))
    text = told("why-instead", what=what, before=str(before), after=str(quantity))
    return Change(text, tuple(edits), path, distance(before, quantity))


def _fewer_units(record: Record, inputs: Inputs) -> Iterator[Change]:
    """Each line cut to what some warehouse has of it."""
    for line in inputs.line:
        held = {facts["stock"].get(line.sku, 0) for facts in record["warehouses"]}
        for units in sorted(n for n in held if 1 <= n < line.quantity)[-2:]:
            change = line_change(record, line.id, units)
            if change is not None:
                yield change


def _said(row: Field, value: Any) -> Sentence:
    if value == ANOTHER or value == [ANOTHER]:
        return told("why-another")
    return both(lambda lang: phrase_value(value, row, lang))
