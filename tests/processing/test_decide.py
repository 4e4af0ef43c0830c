"""One batch decided: who gets stock, who is held and why, who shares a parcel."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import orjson
import pytest

from app.domain.decision import Case, Decision, Neighbour, Outcome, Overlay
from app.domain.order import Evidence, Line, Order, Refund, Strength
from app.processing.decide import decide
from app.processing.world import World
from tests.processing.conftest import LOCAL, NEAREST, NOON, make_order, make_pack, make_world, phone

HANGZHOU_FULL = {"HZ": {"A": 10, "B": 10}, "GZ": {"A": 10, "B": 10}}
CONSOLIDATE = {"enabled": True, "window_seconds": 3600}
HOME = {"address": "文三路 1 号"}


def one(order: Order, world: World | None = None, overlay: Overlay | None = None, **sections: Any) -> Decision:
    case = Case(order, overlay or Overlay())
    return decide([case], world or make_world(HANGZHOU_FULL), make_pack(**sections), NOON)[0]


def picks(decision: Decision) -> list[tuple[str, str, str, int]]:
    return [(f.warehouse, p.line, p.sku, p.quantity) for f in decision.fulfilments for p in f.picks]


def reasons(decision: Decision) -> list[str]:
    return [hold.reason for hold in decision.holds]


def test_the_target_warehouse_is_the_one_assigned_to_the_buyers_province() -> None:
    world = make_world(HANGZHOU_FULL)
    decision = one(make_order("1", ("A", 1), ("B", 2)), world)
    assert decision.outcome is Outcome.ALLOCATED
    assert decision.rules == ["allocation/local"]
    assert picks(decision) == [("HZ", "1", "A", 1), ("HZ", "2", "B", 2)]
    assert world.stock.at("HZ", "B") == 8


def test_a_province_nobody_is_assigned_to_is_served_by_the_nearest() -> None:
    decision = one(make_order("1", ("A", 1), province="广西", city="南宁", district="青秀区"))
    assert decision.fulfilments[0].warehouse == "GZ"


def test_earlier_cases_get_stock_first() -> None:
    world = make_world({"HZ": {"A": 1}})
    first, second = decide([Case(make_order("1")), Case(make_order("2"))], world, make_pack(), NOON)
    assert (first.outcome, second.outcome) == (Outcome.ALLOCATED, Outcome.HELD)
    assert reasons(second) == ["no-rule"]
    assert world.stock.at("HZ", "A") == 0


@pytest.mark.parametrize(
    "facts",
    [
        {"state": "created"},
        {"state": "shipped"},
        {"flags": frozenset({"risk_review"})},
        {"lines": [Line("1", "A", 1, refund=Refund.RUNNING)]},
    ],
)
def test_what_may_not_ship_is_recorded_and_gets_no_stock(facts: dict[str, Any]) -> None:
    world = make_world(HANGZHOU_FULL)
    assert one(make_order("1", **facts), world).outcome is Outcome.RECORDED
    assert world.stock.at("HZ", "A") == 10


def test_history_and_cancelled_orders_are_recorded() -> None:
    assert decide([Case(make_order(), history=True)], make_world({}), make_pack(), NOON)[0].outcome is Outcome.RECORDED
    assert one(make_order(), overlay=Overlay(cancelled=True)).outcome is Outcome.RECORDED


def test_a_refunded_line_releases_its_goods_only() -> None:
    lines = [Line("1", "A", 1, refund=Refund.DONE), Line("2", "B", 1)]
    assert picks(one(make_order("1", lines=lines))) == [("HZ", "2", "B", 1)]


def test_a_listing_names_the_sku_and_an_unmatched_item_waits() -> None:
    listed = one(make_order("1", lines=[Line("1", "shop-code", 1, item="item-9")]))
    assert picks(listed) == [("HZ", "1", "A", 1)]
    unknown = one(make_order("1", lines=[Line("1", "A", 1), Line("2", "nobody", 1, item="item-0")]))
    assert (reasons(unknown), unknown.unmatched) == (["unmatched-item"], ["item-0"])
    assert unknown.fulfilments == []


def test_a_bundle_is_picked_as_its_components() -> None:
    decision = one(make_order("1", ("SET", 2), ("A", 1)))
    assert picks(decision) == [("HZ", "1", "A", 2), ("HZ", "1", "B", 4), ("HZ", "2", "A", 1)]


def test_a_bundle_and_its_component_together_must_be_covered() -> None:
    world = make_world({"HZ": {"A": 1, "B": 2}})
    assert reasons(one(make_order("1", ("SET", 1), ("A", 1)), world)) == ["no-rule"]


def test_a_double_click_is_held_and_ships_once() -> None:
    world = make_world(HANGZHOU_FULL)
    twice = [Case(make_order("1", identity=phone())), Case(make_order("2", identity=phone(), created_at=NOON + 60))]
    first, second = decide(twice, world, make_pack(), NOON)
    assert first.outcome is Outcome.ALLOCATED
    assert (second.outcome, reasons(second), second.anchor) == (Outcome.HELD, ["suspected-duplicate"], ("s1", "1"))
    assert world.stock.at("HZ", "A") == 9


def test_weak_evidence_asks() -> None:
    masked = (Evidence("masked_phone_and_district", "138****5678", "", Strength.WEAK),)
    cases = [Case(make_order(number, identity=masked)) for number in "12"]
    assert reasons(decide(cases, make_world(HANGZHOU_FULL), make_pack(), NOON)[1]) == ["maybe-duplicate"]


def test_an_unpaid_first_click_does_not_hold_the_paid_one() -> None:
    cases = [Case(make_order("1", identity=phone(), state="created")), Case(make_order("2", identity=phone()))]
    assert decide(cases, make_world(HANGZHOU_FULL), make_pack(), NOON)[1].outcome is Outcome.ALLOCATED


def test_a_released_suspicion_lets_the_order_pass() -> None:
    cases = [Case(make_order("1", identity=phone()))]
    cases.append(Case(make_order("2", identity=phone()), Overlay(released=frozenset({"suspected-duplicate"}))))
    assert decide(cases, make_world(HANGZHOU_FULL), make_pack(), NOON)[1].outcome is Outcome.ALLOCATED


def test_a_late_earlier_order_makes_the_stored_one_stale() -> None:
    stored = Neighbour("s1", "2", NOON + 60, frozenset("A"), phone())
    world = make_world(HANGZHOU_FULL, neighbours=[stored])
    assert one(make_order("1", identity=phone()), world).outcome is Outcome.ALLOCATED
    assert world.stale == {("s1", "2")}


def test_every_screening_rule_that_matches_acts() -> None:
    when = {"all": [{"field": "order.quantity", "op": ">=", "value": 2}]}
    rules = [
        {"id": "vip", "title": {"zh": "a", "en": "a"}, "when": when, "then": [{"do": "tag", "tag": "vip"}]},
        {"id": "soon", "title": {"zh": "b", "en": "b"}, "when": when, "then": [{"do": "set_priority", "priority": 5}]},
    ]
    decision = one(make_order("1", ("A", 2)), screening=rules)
    assert (decision.tags, decision.priority) == (["vip"], 5)
    assert decision.rules == ["screening/vip", "screening/soon", "allocation/local"]


def test_a_screening_hold_reserves_nothing_until_released() -> None:
    rule = {
        "id": "many",
        "title": {"zh": "多件", "en": "Many"},
        "when": {"all": [{"field": "order.quantity", "op": ">=", "value": 2}]},
        "then": [{"do": "hold", "reason": "no-rule", "owner": "clerk"}],
    }
    held = one(make_order("1", ("A", 2)), screening=[rule])
    assert (held.outcome, held.fulfilments) == (Outcome.HELD, [])
    released = one(make_order("1", ("A", 2)), overlay=Overlay(released=frozenset({"no-rule"})), screening=[rule])
    assert released.outcome is Outcome.ALLOCATED


def test_unknown_holds_the_order_and_releasing_it_lets_the_next_rule_decide() -> None:
    urgent = {
        "id": "urgent",
        "title": {"zh": "加急", "en": "Urgent"},
        "when": {"all": [{"field": "order.urgent", "op": "is", "value": True}]},
        "then": [{"do": "reserve", "at": "nearest"}],
    }
    held = one(make_order(), allocation=[urgent, LOCAL])
    assert (reasons(held), held.rules) == (["unknown-value"], ["allocation/urgent"])
    released = one(make_order(), overlay=Overlay(released=frozenset({"unknown-value"})), allocation=[urgent, LOCAL])
    assert released.rules == ["allocation/local"]
    told = one(make_order(), overlay=Overlay(urgent=True), allocation=[urgent, LOCAL])
    assert told.rules == ["allocation/urgent"]


def test_a_rule_that_cannot_be_carried_out_is_passed_over_and_noted() -> None:
    always = {"all": [{"field": "order.quantity", "op": ">=", "value": 1}]}
    decision = one(make_order(), make_world({"GZ": {"A": 1}}), allocation=[{**LOCAL, "when": always}, NEAREST])
    assert decision.rules == ["allocation/nearest"]
    assert orjson.loads(decision.record)["tried"] == [["allocation/local", "target-short"]]


def test_a_person_may_choose_the_warehouse_carrier_and_priority() -> None:
    decision = one(make_order(), overlay=Overlay(warehouse="GZ", carrier="SF", priority=9))
    assert (decision.fulfilments[0].warehouse, decision.carrier, decision.priority) == ("GZ", "SF", 9)
    short = one(make_order(), make_world({"HZ": {"A": 1}}), Overlay(warehouse="GZ"))
    assert reasons(short) == ["fixed-warehouse-short"]


def test_a_persons_address_moves_the_target() -> None:
    address = {"province": "广东省", "city": "深圳市", "district": "南山区"}
    assert one(make_order(), overlay=Overlay(address=address)).fulfilments[0].warehouse == "GZ"


def gift(quantity: int) -> list[dict[str, Any]]:
    then = [{"do": "add_gift", "sku": "G", "quantity": quantity}]
    return [{"id": "gift", "title": {"zh": "赠", "en": "Gift"}, "when": {"all": []}, "then": then}]


def test_a_gift_leaves_with_the_order_or_becomes_a_task() -> None:
    world = make_world({"HZ": {"A": 1, "G": 1}})
    given = one(make_order(), world, screening=gift(1))
    assert picks(given) == [("HZ", "1", "A", 1), ("HZ", "gift:1", "G", 1)]
    assert world.stock.at("HZ", "G") == 0
    missing = one(make_order(), make_world({"HZ": {"A": 1, "G": 1}}), screening=gift(2))
    assert (missing.outcome, [task.kind for task in missing.tasks]) == (Outcome.ALLOCATED, ["gift-short"])


def test_capacity_shrinks_as_parcels_are_decided() -> None:
    world = make_world(HANGZHOU_FULL)
    world.warehouses[0].daily_capacity = 1
    room = {"all": [*LOCAL["when"]["all"], {"field": "target.capacity_left", "op": ">", "value": 0}]}
    cases = [Case(make_order("1")), Case(make_order("2"))]
    first, second = decide(cases, world, make_pack([{**LOCAL, "when": room}]), NOON)
    assert (first.outcome, second.outcome) == (Outcome.ALLOCATED, Outcome.HELD)


def two_wanted(**later: Any) -> list[Case]:
    """Two orders of one buyer and address, with different goods."""
    first = make_order("1", ("A", 1), identity=phone(), **HOME)
    second = make_order("2", ("B", 1), identity=phone(), created_at=NOON + 600, **{**HOME, **later})
    return [Case(first), Case(second)]


def test_two_wanted_orders_leave_in_one_parcel() -> None:
    world = make_world(HANGZHOU_FULL)
    first, second = decide(two_wanted(), world, make_pack(consolidation=CONSOLIDATE), NOON)
    assert (first.outcome, second.outcome, second.joins) == (Outcome.ALLOCATED, Outcome.CONSOLIDATED, ("s1", "1"))
    assert picks(second) == [("HZ", "1", "B", 1)]
    assert world.stock.at("HZ", "B") == 9


@pytest.mark.parametrize(
    "later",
    [
        {"address": "文三路 2 号"},
        {"address": "文三路 *** 号"},
        {"identity": phone("p2")},
        {"flags": frozenset({"sealed"})},
        {"created_at": NOON + 3601},
    ],
)
def test_without_one_buyer_address_and_window_each_leaves_alone(later: dict[str, Any]) -> None:
    cases = two_wanted(**{k: v for k, v in later.items() if k not in ("identity", "created_at")})
    facts = {k: v for k, v in later.items() if k in ("identity", "created_at")}
    cases[1] = Case(replace(cases[1].order, **facts))
    decided = decide(cases, make_world(HANGZHOU_FULL), make_pack(consolidation=CONSOLIDATE), NOON)
    assert [d.outcome for d in decided] == [Outcome.ALLOCATED, Outcome.ALLOCATED]


def test_a_parcel_whose_warehouse_lacks_the_goods_is_not_joined() -> None:
    world = make_world({"HZ": {"A": 5}, "GZ": {"B": 5}})
    second = decide(two_wanted(), world, make_pack(consolidation=CONSOLIDATE), NOON)[1]
    assert (second.outcome, second.joins, second.fulfilments[0].warehouse) == (Outcome.ALLOCATED, None, "GZ")


@pytest.mark.parametrize(("picked", "outcome"), [(False, Outcome.CONSOLIDATED), (True, Outcome.ALLOCATED)])
def test_a_stored_parcel_is_joined_while_unpicked(picked: bool, outcome: Outcome) -> None:
    _, second = (case.order for case in two_wanted())
    token = (Evidence("platform_address", "t", "s1", Strength.STRONG),)
    stored = Neighbour("s1", "1", NOON, frozenset("A"), token, picked=picked, parcel="HZ")
    world = make_world(HANGZHOU_FULL, neighbours=[stored])
    decision = one(replace(second, identity=token), world, consolidation=CONSOLIDATE)
    assert decision.outcome is outcome


def test_an_order_that_others_joined_joins_nobody() -> None:
    world = make_world(HANGZHOU_FULL, joined={("s1", "3"): ("s1", "2")})
    decided = decide(two_wanted(), world, make_pack(consolidation=CONSOLIDATE), NOON)
    assert decided[1].outcome is Outcome.ALLOCATED
