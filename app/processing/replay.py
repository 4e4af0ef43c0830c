"""Deciding again from a record alone: the same rules on the recorded facts must give the same answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from app.allocation.demand import Demand
from app.allocation.facts import UNLIMITED, Candidate, Network, Request
from app.domain.decision import Decision, Overlay
from app.domain.order import Line, Order, Refund
from app.domain.protection import Protection
from app.duplicates.clusters import Suspicion
from app.duplicates.consolidation import Offer
from app.duplicates.evidence import Likeness
from app.processing.inputs import Inputs
from app.processing.profile import Profile, profile_of
from app.processing.record import answer
from app.processing.ruling import Ruling
from app.processing.settle import settle
from app.rulebook.pack import CompiledPack

Record = Mapping[str, Any]


def replay(record: Record, pack: CompiledPack) -> Decision:
    """The decision that `pack` (the version the record names) gives on the recorded facts.

    Its order carries no personal data; conditions on personal text answer as they did then.
    """
    return settled(record, profile_of(pack)).decision


def settled(record: Record, profile: Profile) -> Ruling:
    """The ruling on the recorded facts by these rules; its inputs are those that the rules read."""
    inputs = inputs_of(record)
    portions = portions_of(inputs, record)
    for portion in portions:
        portion.allocation = profile.answered(portion.said).allocation
    if portions:
        inputs.shares, inputs.portion = len(portions), lambda place, _taken: portions[place]
    return settle(inputs, profile.answered(inputs.said))


def is_identical(record: Record, pack: CompiledPack) -> bool:
    """Whether deciding again from the record gives exactly the recorded answer."""
    return bool(answer(replay(record, pack)) == record["decision"])


def inputs_of(record: Record) -> Inputs:
    """The inputs a record holds."""
    order = _order(record["order"])
    inputs = Inputs(order, order, _overlay(record.get("overlay", {})), record["at"])
    inputs.said = record.get("personal", {}).get("said", "")
    if "warehouses" in record:
        inputs.eligible = True
        _restore_circumstances(inputs, record)
    return inputs


def _order(facts: Record) -> Order:
    values = dict(facts)
    values["lines"] = [Line(**line) for line in facts["lines"]]
    values["flags"] = frozenset(facts.get("flags", ()))
    return Order(**values)


def _overlay(facts: Record) -> Overlay:
    return Overlay(
        cancelled=facts.get("cancelled", False),
        held="held" in facts,
        hold_reason=facts.get("held", ""),
        released=frozenset(facts.get("released", ())),
        warehouse=facts.get("warehouse"),
        carrier=facts.get("carrier"),
        priority=facts.get("priority"),
        urgent=facts.get("urgent"),
        parts=tuple(facts.get("parts", ())),
        joins=(facts["joins"][0], facts["joins"][1]) if "joins" in facts else None,
        hosts=facts.get("hosts", False),
    )


def _restore_circumstances(inputs: Inputs, record: Record) -> None:
    inputs.line = [line for line in inputs.order.lines if line.refund == Refund.NONE]
    inputs.unmatched = list(record.get("unmatched", ()))
    inputs.gift_parts = {sku: tuple((p, n) for p, n in parts) for sku, parts in record.get("gifts", {}).items()}
    inputs.demand = _demand(inputs, record)
    inputs.suspicion = _suspicion(record.get("repeats"))
    inputs.offers = [
        Offer((o["order"][0], o["order"][1]), o["warehouse"], o["seconds"], tuple(o["kinds"]))
        for o in record.get("parcels", ())
    ]
    inputs.host_at = record.get("host_at")
    inputs.resumed = record.get("resumed", False)
    inputs.protections = [Protection(*facts) for facts in record.get("protections", ())]
    _restore_warehouses(inputs, record)


def portions_of(whole: Inputs, record: Record) -> list[Inputs]:
    """The inputs of each parcel into which people had split the order; none when they had not."""
    lines = {line.id: line for line in whole.line}
    portions = []
    for facts in record.get("parts", ()):
        portion = Inputs(whole.order, whole.source, whole.overlay, whole.now)
        portion.eligible = True
        portion.line = [replace(lines[line], quantity=count) for line, count in facts["lines"]]
        portion.demand = _demand(portion, facts)
        portion.said = facts.get("said", "")
        _restore_warehouses(portion, {**facts, "target": record["target"]} if "target" in record else facts)
        portions.append(portion)
    return portions


def _demand(inputs: Inputs, record: Record) -> Demand:
    plain = [(line.id, line.sku or "", line.quantity) for line in inputs.line]
    needs = tuple((line, sku, count) for line, sku, count in record.get("needs", plain))
    units: dict[str, int] = {}
    for _, sku, count in needs:
        units[sku] = units.get(sku, 0) + count
    return Demand(needs, units)


def _suspicion(facts: Record | None) -> Suspicion | None:
    if facts is None:
        return None
    shop, number = facts["order"]
    return Suspicion((shop, number), facts["seconds"], Likeness(facts["strength"], tuple(facts["kinds"])))


def _restore_warehouses(inputs: Inputs, record: Record) -> None:
    request = Request(inputs.demand.units, "", {}, lambda _units: None)
    candidates = [_candidate(facts, request) for facts in record["warehouses"]]
    inputs.warehouse = candidates
    inputs.network = Network(candidates, inputs.demand.units)
    target = inputs.candidate(record["target"]) if "target" in record else None
    if target is not None:
        inputs.target = request.target = target


def _candidate(facts: Record, request: Request) -> Candidate:
    candidate = Candidate()
    candidate.code = facts["code"]
    candidate.request = request
    candidate.stock = {}
    candidate.have = dict(facts["stock"])
    candidate.covers_order = candidate.covers(request.units)
    candidate.km_to_buyer = facts.get("km")
    candidate.km_to_target = facts.get("km_to_target")
    candidate.serves_buyer = facts.get("serves")
    candidate.capacity_left = facts.get("capacity_left", UNLIMITED)
    candidate.before_cut_off = facts.get("before_cut_off", True)
    candidate.freight = facts.get("freight")
    candidate.transfer_freight = facts.get("transfer_freight")
    for name in ("name", "kind", "province", "city"):
        setattr(candidate, name, facts.get(name, ""))
    return candidate
