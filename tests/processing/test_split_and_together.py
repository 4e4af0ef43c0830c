"""What people split or put together themselves: each unit once, never oversold, undone as if never said, replayed."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from app.domain.decision import Case, Decision, Outcome, Overlay
from app.processing.decide import decide
from app.processing.record import answer
from app.processing.replay import is_identical
from tests.processing.conftest import LOCAL, NEAREST, NOON, make_order, make_pack, make_world
from tests.processing.test_properties import PACK, batches, cases, stocks, taken

parts = st.lists(st.dictionaries(st.sampled_from("0123"), st.integers(0, 4), max_size=3), min_size=1, max_size=3)


def one(overlay: Overlay, stock: dict[str, dict[str, int]], *lines: tuple[str, int], **facts: Any) -> Decision:
    case = Case(make_order("1", *lines, **facts), overlay)
    return decide([case], make_world(stock), make_pack([LOCAL, NEAREST]), NOON)[0]


def parcels(decision: Decision) -> list[tuple[str, list[tuple[str, str, int]]]]:
    return [(f.warehouse, [(p.line, p.sku, p.quantity) for p in f.picks]) for f in decision.fulfilments]


def units(decision: Decision) -> dict[tuple[str, str], int]:
    found: dict[tuple[str, str], int] = {}
    for pick in (p for f in decision.fulfilments for p in f.picks if not p.line.startswith("gift:")):
        found[pick.line, pick.sku] = found.get((pick.line, pick.sku), 0) + pick.quantity
    return found


def test_each_part_finds_its_own_warehouse() -> None:
    decision = one(Overlay(parts=({"2": 2},)), {"HZ": {"A": 5}, "GZ": {"B": 5}}, ("A", 1), ("B", 2))
    assert decision.outcome is Outcome.ALLOCATED
    assert parcels(decision) == [("HZ", [("1", "A", 1)]), ("GZ", [("2", "B", 2)])]


def test_two_parts_may_leave_from_one_warehouse_and_share_its_last_units() -> None:
    decision = one(Overlay(parts=({"1": 2},)), {"HZ": {"A": 3}, "GZ": {"A": 2}}, ("A", 4))
    assert parcels(decision) == [("HZ", [("1", "A", 2)]), ("GZ", [("1", "A", 2)])]


def test_a_part_without_stock_waits_and_keeps_nobody() -> None:
    decision = one(Overlay(parts=({"2": 1},)), {"HZ": {"A": 1}}, ("A", 1), ("B", 1))
    assert decision.outcome is Outcome.ALLOCATED
    assert parcels(decision) == [("HZ", [("1", "A", 1)])]
    assert [(task.kind, task.details) for task in decision.tasks] == [("part-waits", {"goods": "B × 1"})]
    assert decision.holds == []


def test_an_order_of_which_no_part_has_stock_waits_as_a_whole() -> None:
    decision = one(Overlay(parts=({"2": 1},)), {}, ("A", 1), ("B", 1))
    assert decision.outcome is Outcome.HELD
    assert [hold.reason for hold in decision.holds] == ["no-rule"]


def test_what_the_platform_took_away_leaves_the_parts() -> None:
    decision = one(Overlay(parts=({"1": 5, "9": 1},)), {"HZ": {"A": 5}}, ("A", 2))
    assert parcels(decision) == [("HZ", [("1", "A", 2)])]


@given(cases(), parts, stocks)
def test_no_unit_is_lost_doubled_or_oversold(case: Case, split: list[dict[str, int]], stock: Any) -> None:
    split_case = replace(case, overlay=replace(case.overlay, parts=tuple(split)))
    (decision,) = decide([split_case], make_world(stock), PACK, NOON)
    for (warehouse, sku), count in taken([decision]).items():
        assert count <= stock[warehouse].get(sku, 0)
    wanted: dict[tuple[str, str], int] = {}
    for line in case.order.wanted_lines:
        for sku, each in {"SET": {"A": 1, "B": 2}}.get(line.sku or "", {line.sku or "": 1}).items():
            wanted[line.id, sku] = wanted.get((line.id, sku), 0) + each * line.quantity
    given_out = units(decision)
    assert all(count <= wanted[at] for at, count in given_out.items())
    if decision.fulfilments and not any(task.kind == "part-waits" for task in decision.tasks):
        assert given_out == wanted


@given(batches, st.lists(parts, min_size=8, max_size=8), stocks)
def test_split_orders_replay_to_the_same_decision(batch: list[Case], splits: Any, stock: Any) -> None:
    said = [replace(c, overlay=replace(c.overlay, parts=tuple(s))) for c, s in zip(batch, splits, strict=False)]
    for decision in decide(said, make_world(stock, hasher=lambda *parts: "h"), PACK, NOON):
        assert is_identical(json.loads(decision.record), PACK)


@given(batches, stocks)
def test_parts_that_make_no_two_parcels_change_nothing(batch: list[Case], stock: Any) -> None:
    said = [replace(case, overlay=replace(case.overlay, parts=({"none": 3},))) for case in batch]
    plain = [answer(decision) for decision in decide(_alone(batch), make_world(stock), PACK, NOON)]
    assert [answer(decision) for decision in decide(_alone(said), make_world(stock), PACK, NOON)] == plain


def _alone(batch: list[Case]) -> list[Case]:
    """The same orders, each of a buyer of its own: who splits an order keeps it out of others' parcels, and should."""
    return [replace(case, order=replace(case.order, identity=())) for case in batch]


def together(stock: dict[str, dict[str, int]], *cases: Case, **world: Any) -> list[Decision]:
    return decide(list(cases), make_world(stock, **world), make_pack([LOCAL, NEAREST]), NOON)


def test_a_guest_joins_the_host_wherever_it_stands_in_the_batch() -> None:
    guest = Case(make_order("2", ("B", 1)), Overlay(joins=("s1", "1")))
    host = Case(make_order("1"), Overlay(hosts=True))
    decisions = together({"HZ": {"A": 1, "B": 1}, "GZ": {"B": 9}}, guest, host)
    assert [d.outcome for d in decisions] == [Outcome.CONSOLIDATED, Outcome.ALLOCATED]
    assert decisions[0].joins == ("s1", "1")
    assert parcels(decisions[0]) == [("HZ", [("1", "B", 1)])]
    assert all(is_identical(json.loads(d.record), make_pack([LOCAL, NEAREST])) for d in decisions)


def test_a_guest_whose_host_is_gone_or_short_leaves_alone_and_says_why() -> None:
    guest = Case(make_order("2", ("B", 1)), Overlay(joins=("s1", "1")))
    (gone,) = together({"GZ": {"B": 1}}, guest)
    short, _ = together({"HZ": {"A": 1}, "GZ": {"B": 1}}, guest, Case(make_order("1"), Overlay(hosts=True)))
    for decision, why in ((gone, "host-gone"), (short, "host-short")):
        assert decision.outcome is Outcome.ALLOCATED
        assert json.loads(decision.record)["tried"] == [["people/consolidate", why]]
        assert is_identical(json.loads(decision.record), make_pack([LOCAL, NEAREST]))


def test_a_guest_joins_a_host_decided_before() -> None:
    guest = Case(make_order("2", ("B", 1)), Overlay(joins=("s1", "1")))
    (decision,) = together({"HZ": {"B": 1}}, guest, parcels={("s1", "1"): "HZ"})
    assert (decision.outcome, decision.joins) == (Outcome.CONSOLIDATED, ("s1", "1"))
