"""From one order's inputs to its decision. Pure: the same inputs and rules give the same decision, always.

Deciding and replay both come through here. Nothing is spent; `decide` carries the answer into the world's stock.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from app.allocation.choose import Unsure
from app.allocation.parts import Taken
from app.allocation.plans import Passed, Plan, Situation, carry_out, whole
from app.domain.calendar import local_text
from app.domain.decision import Fulfilment, Outcome, Pick, TaskRequest
from app.domain.protection import HELD_FOR, SKU, TAG
from app.processing.inputs import Inputs
from app.processing.profile import Profile
from app.processing.ruling import CONSOLIDATE_BY_HAND, UNKNOWN_VALUE, Ruling

REASON_OF_STRENGTH = {"strong": "suspected-duplicate", "weak": "maybe-duplicate"}


def settle(inputs: Inputs, profile: Profile) -> Ruling:
    """The ruling on one order."""
    ruling = Ruling(inputs)
    if inputs.eligible:
        _hold_for_people(ruling)
        _hold_unmatched(ruling)
        _hold_repeat(ruling, profile)
        _protect(ruling)
        _screen(ruling, profile)
        if inputs.resumed:
            # That was asked for, and gifts were given, when the first parcels were decided.
            ruling.decision.tasks.clear()
        if not (_held(ruling) or _join_as_told(ruling) or _consolidate(ruling)):
            _allocate_all(ruling, profile)
        if not inputs.resumed:
            _give_gifts(ruling)
        _heed_people(ruling)
    return ruling


def _held(ruling: Ruling) -> bool:
    if ruling.decision.holds:
        ruling.decision.outcome = Outcome.HELD
    return bool(ruling.decision.holds)


def _hold_for_people(ruling: Ruling) -> None:
    overlay = ruling.inputs.overlay
    if overlay.held:
        ruling.hold(overlay.hold_reason or "held-by-person", "clerk")


def _hold_unmatched(ruling: Ruling) -> None:
    unmatched = ruling.inputs.unmatched
    if unmatched:
        # Cannot be released: without a SKU there is nothing to reserve.
        ruling.decision.unmatched = list(unmatched)
        ruling.hold_always("unmatched-item", "clerk", items=list(unmatched))


def _hold_repeat(ruling: Ruling, profile: Profile) -> None:
    suspicion = ruling.inputs.suspicion
    if suspicion is None:
        return
    strength = suspicion.likeness.strength
    rule, action = f"duplicates/{strength}", profile.duplicate_actions[strength]
    ruling.decision.anchor = suspicion.anchor
    ruling.decision.rules.append(rule)
    reason = action.get("reason") or REASON_OF_STRENGTH[strength]
    owner = action.get("owner") or "supervisor"
    ruling.hold(reason, owner, rule, anchor=suspicion.anchor[1], shop=suspicion.anchor[0], seconds=suspicion.seconds)


def _protect(ruling: Ruling) -> None:
    """What watches laid over the order's SKUs or its buyer."""
    for one in ruling.inputs.protections:
        rule = f"watches/{one.watch}"
        if rule not in ruling.decision.rules:
            ruling.decision.rules.append(rule)
        if one.action == TAG:
            ruling.tag(one.tag)
        else:
            until = local_text(one.until)
            about = {"sku": one.subject} if one.kind == SKU else {}
            ruling.hold(HELD_FOR[one.kind], one.owner, rule, until=until, **about)


def _screen(ruling: Ruling, profile: Profile) -> None:
    for match in profile.screening.evaluate(ruling.inputs):
        rule = profile.screening_rules[match.index]
        if match.unknown:
            _hold_unknown(ruling, rule.key)
        else:
            ruling.decision.rules.append(rule.key)
            ruling.act(rule.then, rule.key)


def _hold_unknown(ruling: Ruling, rule: str, **details: Any) -> bool:
    held = ruling.hold(UNKNOWN_VALUE, "supervisor", rule, **details)
    if held:
        ruling.decision.rules.append(rule)
    return held


def _join_as_told(ruling: Ruling) -> bool:
    inputs, decision = ruling.inputs, ruling.decision
    if inputs.overlay.joins is None:
        return False
    host = inputs.candidate(inputs.host_at) if inputs.host_at is not None else None
    if host is None or not host.covers_order:
        ruling.tried.append([CONSOLIDATE_BY_HAND, "host-gone" if host is None else "host-short"])
        return False
    decision.joins = inputs.overlay.joins
    _follow(ruling, Plan(Outcome.CONSOLIDATED, whole(host, inputs.demand).fulfilments))
    return True


def _consolidate(ruling: Ruling) -> bool:
    inputs = ruling.inputs
    for offer in inputs.offers:
        host = inputs.candidate(offer.warehouse)
        if host is None or not host.covers_order or inputs.overlay.warehouse not in (None, host.code):
            continue
        ruling.decision.joins = offer.host
        ruling.decision.rules.append("consolidation/join")
        _follow(ruling, Plan(Outcome.CONSOLIDATED, whole(host, inputs.demand).fulfilments))
        return True
    return False


def _allocate_all(ruling: Ruling, profile: Profile) -> None:
    """The order as a whole; where people split it, each parcel on its own, the later from what the earlier leave."""
    inputs, taken = ruling.inputs, Taken()
    if inputs.portion is None:
        return _allocate(ruling, profile)
    parts: list[Ruling] = []
    for place in range(inputs.shares):
        portion = inputs.portion(place, taken)
        inputs.portions.append(portion)
        part = Ruling(portion)
        _allocate(part, profile)
        taken.add(part.decision.fulfilments)
        parts.append(part)
    return ruling.gather(parts)


def _allocate(ruling: Ruling, profile: Profile) -> None:
    inputs = ruling.inputs
    rules = inputs.allocation or profile.allocation
    if inputs.overlay.warehouse is not None:
        return _allocate_as_told(ruling, inputs.overlay.warehouse)
    situation = Situation(inputs.demand, inputs.warehouse, inputs.target, inputs.network, inputs.now)
    for match in rules.matches(inputs):
        rule = profile.allocation_rules[match.index]
        if match.unknown:
            decided = _hold_unknown(ruling, rule.key)
        else:
            situation.under(rule.key, partial(rules.members, match.index, inputs, "warehouse"))
            decided = _try(ruling, rule.key, rule.then, situation)
        if decided:
            _held(ruling)
            return None
    ruling.hold_always("no-rule", "supervisor")
    _held(ruling)
    return None


def _try(ruling: Ruling, rule: str, actions: Any, situation: Situation) -> bool:
    result = next((r for r in (carry_out(action, situation) for action in actions) if r is not None), None)
    if isinstance(result, Passed):
        ruling.tried.append([rule, result.why])
        return False
    if isinstance(result, Unsure):
        return _hold_unknown(ruling, rule, fact=result.fact, warehouse=result.warehouse)
    before = len(ruling.decision.holds)
    ruling.act(actions, rule)
    return _conclude(ruling, rule, result, before)


def _conclude(ruling: Ruling, rule: str, plan: Plan | None, holds_before: int) -> bool:
    if plan is None and len(ruling.decision.holds) == holds_before:
        # Only side actions, or a hold that people released: the next rule decides.
        return False
    ruling.decision.rules.append(rule)
    if plan is not None and not ruling.decision.holds:
        _follow(ruling, plan)
    return True


def _allocate_as_told(ruling: Ruling, code: str) -> None:
    told = ruling.inputs.candidate(code)
    if told is not None and told.covers_order:
        _follow(ruling, whole(told, ruling.inputs.demand))
    else:
        ruling.hold_always("fixed-warehouse-short", "supervisor", warehouse=code)
        _held(ruling)


def _follow(ruling: Ruling, plan: Plan) -> None:
    decision = ruling.decision
    decision.outcome = plan.outcome
    decision.fulfilments = plan.fulfilments
    decision.transfers = plan.transfers
    decision.purchases = plan.purchases


def _give_gifts(ruling: Ruling) -> None:
    if ruling.decision.fulfilments:
        for number, (rule, sku, quantity) in enumerate(ruling.gifts, 1):
            _give(ruling, f"gift:{number}", rule, sku, quantity)


def _give(ruling: Ruling, line: str, rule: str, sku: str, quantity: int) -> None:
    parts = [(part, each * quantity) for part, each in ruling.inputs.gift(sku)]
    for fulfilment in ruling.decision.fulfilments:
        if all(_free(ruling, fulfilment.warehouse, part) >= count for part, count in parts):
            picks = [Pick(line, part, count, fulfilment.warehouse) for part, count in parts]
            fulfilment.picks.extend(picks)
            ruling.decision.gifts.extend(picks)
            return
    details = {"sku": sku, "quantity": quantity}
    ruling.decision.tasks.append(TaskRequest("gift-short", "clerk", rule, details=details))


def _free(ruling: Ruling, warehouse: str, sku: str) -> int:
    candidate = ruling.inputs.candidate(warehouse)
    taken = sum(p.quantity for p in _picks(ruling.decision.fulfilments) if p.source == warehouse and p.sku == sku)
    return 0 if candidate is None else candidate.at(sku) - taken


def _picks(fulfilments: list[Fulfilment]) -> list[Pick]:
    return [pick for fulfilment in fulfilments for pick in fulfilment.picks]


def _heed_people(ruling: Ruling) -> None:
    overlay, decision = ruling.inputs.overlay, ruling.decision
    if overlay.priority is not None:
        decision.priority = overlay.priority
    if overlay.carrier is not None:
        decision.carrier = overlay.carrier
