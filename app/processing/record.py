"""The decision record (判单书): what one decision rested on and what it says, as plain JSON without personal data.

Facts at their usual value are left out (no flag, no refund, no limit of parcels, cut-off not passed), and of
the order only what every reader needs and what the pack's rules read. Personal data leaves one keyed hash, which
shows later whether the same data was decided on, and the results of the conditions that read it.
"""

from __future__ import annotations

from typing import Any

from app.allocation.facts import UNLIMITED, Candidate
from app.domain.decision import Decision, Overlay
from app.domain.order import PERSONAL_FIELDS, Line, Order, Refund
from app.duplicates.evidence import Hasher
from app.processing.inputs import Inputs
from app.processing.profile import Profile
from app.processing.ruling import Ruling

SEMANTICS = 1
"""Raised whenever the same inputs and rules could give another decision than before."""

Json = dict[str, Any]


def write_record(ruling: Ruling, profile: Profile, hasher: Hasher | None, history: bool = False) -> Json:
    """The record of a ruling."""
    inputs = ruling.inputs
    record: Json = {"semantics": SEMANTICS, "pack": profile.name, "hash": profile.hash, "at": inputs.now}
    if history:
        record["history"] = True
    record["order"] = _order(inputs, profile)
    overlay = _overlay(inputs.overlay)
    if overlay:
        record["overlay"] = overlay
    personal = _personal(inputs.order, inputs.said, hasher)
    if personal:
        record["personal"] = personal
    if inputs.eligible:
        _write_circumstances(record, inputs, profile)
    if ruling.tried:
        record["tried"] = ruling.tried
    record["decision"] = answer(ruling.decision)
    return record


def _order(inputs: Inputs, profile: Profile) -> Json:
    order = inputs.order
    facts: Json = {"shop": order.shop, "id": order.id, "platform": order.platform, "state": order.state}
    if order.created_at is not None:
        facts["created_at"] = order.created_at
    if order.province:
        facts["province"] = order.province
    if order.city:
        facts["city"] = order.city
    if order.district:
        facts["district"] = order.district
    if order.flags:
        facts["flags"] = sorted(order.flags)
    for name in profile.order_facts:
        value = getattr(order, name)
        if value is not None:
            facts[name] = value
    facts["lines"] = _lines(inputs, profile.line_facts)
    return facts


def _lines(inputs: Inputs, extras: tuple[str, ...]) -> list[Json]:
    wanted = iter(inputs.line)
    lines = inputs.order.lines
    matched = [next(wanted, line) if line.refund == Refund.NONE else line for line in lines] if inputs.line else lines
    return [_line(line, extras) for line in matched]


def _line(line: Line, extras: tuple[str, ...]) -> Json:
    facts: Json = {"id": line.id, "sku": line.sku, "quantity": line.quantity}
    if line.refund != Refund.NONE:
        facts["refund"] = line.refund
    for name in extras:
        facts[name] = getattr(line, name)
    return facts


def _overlay(overlay: Overlay) -> Json:
    facts: Json = {}
    if overlay.cancelled:
        facts["cancelled"] = True
    if overlay.held:
        facts["held"] = overlay.hold_reason
    if overlay.released:
        facts["released"] = sorted(overlay.released)
    if overlay.warehouse is not None:
        facts["warehouse"] = overlay.warehouse
    if overlay.carrier is not None:
        facts["carrier"] = overlay.carrier
    if overlay.priority is not None:
        facts["priority"] = overlay.priority
    if overlay.urgent is not None:
        facts["urgent"] = overlay.urgent
    if overlay.address:
        facts["address"] = sorted(overlay.address)
    if overlay.parts:
        facts["parts"] = [dict(part) for part in overlay.parts]
    if overlay.joins is not None:
        facts["joins"] = list(overlay.joins)
    if overlay.hosts:
        facts["hosts"] = True
    return facts


def _personal(order: Order, said: str, hasher: Hasher | None) -> Json:
    facts: Json = {}
    if hasher is not None:
        values = [getattr(order, name) or "" for name in PERSONAL_FIELDS]
        if any(values):
            facts["hash"] = hasher("personal", order.shop, "\x1f".join(values))
    if said:
        facts["said"] = said
    return facts


def _write_circumstances(record: Json, inputs: Inputs, profile: Profile) -> None:
    if inputs.unmatched:
        record["unmatched"] = inputs.unmatched
    suspicion = inputs.suspicion
    if suspicion is not None:
        like = suspicion.likeness
        record["repeats"] = {
            "order": list(suspicion.anchor),
            "seconds": suspicion.seconds,
            "strength": like.strength,
            "kinds": list(like.kinds),
        }
    if inputs.offers:
        record["parcels"] = [
            {"order": list(o.host), "warehouse": o.warehouse, "seconds": o.seconds, "kinds": list(o.kinds)}
            for o in inputs.offers
        ]
    if inputs.host_at is not None:
        record["host_at"] = inputs.host_at
    if inputs.protections:
        record["protections"] = [
            [p.number, p.watch, p.kind, p.subject, p.shop, p.action, p.owner, p.tag, p.until]
            for p in inputs.protections
        ]
    if inputs.portions:
        record["parts"] = [_portion(portion, profile) for portion in inputs.portions]
    if inputs.resumed:
        record["resumed"] = True
    if inputs.target is not None:
        record["target"] = inputs.target.code
    record["warehouses"] = [_candidate(candidate, profile.warehouse_facts) for candidate in inputs.warehouse]
    composed = {sku: [list(part) for part in parts] for sku, parts in inputs.gift_parts.items() if parts != ((sku, 1),)}
    if composed:
        record["gifts"] = composed
    units = [[line, sku, count] for line, sku, count in inputs.demand.needs]
    if units != [[line.id, line.sku, line.quantity] for line in inputs.line]:
        record["needs"] = units


def _portion(portion: Inputs, profile: Profile) -> Json:
    """What one of the parcels of a split order rested on."""
    facts: Json = {"lines": [[line.id, line.quantity] for line in portion.line]}
    facts["needs"] = [[line, sku, count] for line, sku, count in portion.demand.needs]
    facts["warehouses"] = [_candidate(candidate, profile.warehouse_facts) for candidate in portion.warehouse]
    if portion.said:
        facts["said"] = portion.said
    return facts


def _candidate(candidate: Candidate, extras: tuple[str, ...]) -> Json:
    facts: Json = {"code": candidate.code, "stock": candidate.have}
    if candidate.km_to_buyer is not None:
        facts["km"] = candidate.km_to_buyer
    if candidate.km_to_target is not None:
        facts["km_to_target"] = candidate.km_to_target
    if candidate.serves_buyer is not None:
        facts["serves"] = candidate.serves_buyer
    if candidate.capacity_left != UNLIMITED:
        facts["capacity_left"] = candidate.capacity_left
    if not candidate.before_cut_off:
        facts["before_cut_off"] = False
    for name in extras:
        value = getattr(candidate, name)
        if value is not None:
            facts[name] = value
    return facts


def answer(decision: Decision) -> Json:
    """What a decision says, as JSON: equal exactly when two decisions are the same."""
    facts: Json = {"outcome": str(decision.outcome), "rules": decision.rules}
    if decision.fulfilments:
        facts["fulfilments"] = [
            {"warehouse": f.warehouse, "picks": [[p.line, p.sku, p.quantity, p.source] for p in f.picks]}
            for f in decision.fulfilments
        ]
    if decision.holds:
        facts["holds"] = [_hold(hold.reason, hold.owner, hold.rule, hold.details) for hold in decision.holds]
    if decision.tasks:
        facts["tasks"] = [[t.kind, t.owner, t.rule, t.due_at, t.details] for t in decision.tasks]
    if decision.transfers:
        facts["transfers"] = [[t.source, t.destination, t.sku, t.quantity, t.arrives_on] for t in decision.transfers]
    if decision.purchases:
        facts["purchases"] = [[p.sku, p.quantity, p.rule] for p in decision.purchases]
    return _wishes(facts, decision)


def _hold(reason: str, owner: str, rule: str, details: Json) -> Json:
    facts: Json = {"reason": reason, "owner": owner}
    if rule:
        facts["rule"] = rule
    if details:
        facts["details"] = details
    return facts


def _wishes(facts: Json, decision: Decision) -> Json:
    if decision.tags:
        facts["tags"] = decision.tags
    if decision.priority:
        facts["priority"] = decision.priority
    if decision.carrier is not None:
        facts["carrier"] = decision.carrier
    if decision.presale:
        facts["presale"] = True
    if decision.anchor is not None:
        facts["anchor"] = list(decision.anchor)
    if decision.joins is not None:
        facts["joins"] = list(decision.joins)
    return facts
