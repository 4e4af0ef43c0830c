"""What must hold for any batch: never oversold, equal to a plain reference, and replayed from the record alone."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from app.domain.decision import Case, Decision, Overlay
from app.domain.order import Evidence, Line, Order, Refund, Strength
from app.processing.decide import decide
from app.processing.replay import is_identical, replay
from tests.processing.conftest import LOCAL, NEAREST, NOON, make_pack, make_world

TEXT = {"zh": "规则", "en": "Rule"}
TRANSFER = {
    "id": "transfer",
    "title": TEXT,
    "when": {"all": [{"any_warehouse": {"field": "warehouse.covers_shortfall", "op": "is", "value": True}}]},
    "then": [{"do": "transfer", "from": "nearest", "arrives": "T+1"}],
}
SPLIT = {
    "id": "split",
    "title": TEXT,
    "when": {"all": [{"field": "order.quantity", "op": ">=", "value": 3}]},
    "then": [{"do": "split", "at_most": 2}],
}
BUY = {
    "id": "buy",
    "title": TEXT,
    "when": {"all": [{"field": "order.urgent", "op": "is", "value": True}]},
    "then": [{"do": "purchase"}],
}
SCREENING = [
    {
        "id": "many",
        "title": TEXT,
        "when": {"all": [{"field": "order.quantity", "op": ">", "value": 7}]},
        "then": [{"do": "hold", "reason": "no-rule", "owner": "clerk"}],
    },
    {
        "id": "gift",
        "title": TEXT,
        "when": {"any_line": {"field": "line.sku", "op": "is", "value": "B"}},
        "then": [{"do": "add_gift", "sku": "G", "quantity": 1}],
    },
    {
        "id": "message",
        "title": TEXT,
        "when": {"all": [{"field": "order.buyer_message", "op": "contains", "value": "顺丰"}]},
        "then": [{"do": "wish_carrier", "carrier": "SF"}, {"do": "tag", "tag": "sf"}],
    },
]
PACK = make_pack(
    [LOCAL, NEAREST, TRANSFER, SPLIT, BUY],
    SCREENING,
    consolidation={"enabled": True, "window_seconds": 3600},
)

lines = st.lists(
    st.tuples(
        st.sampled_from(["A", "B", "C", "SET", "?"]),
        st.integers(1, 4),
        st.sampled_from([Refund.NONE] * 4 + [Refund.DONE]),
    ),
    min_size=1,
    max_size=3,
)
overlays = st.sampled_from(
    [
        *[Overlay()] * 5,
        Overlay(cancelled=True),
        Overlay(held=True),
        Overlay(warehouse="GZ"),
        Overlay(released=frozenset({"unknown-value", "suspected-duplicate"})),
        Overlay(priority=3, carrier="YTO", urgent=True),
        Overlay(address={"province": "广东省", "city": "深圳市", "district": "南山区"}),
    ]
)


@st.composite
def cases(draw: st.DrawFn, number: int = 0) -> Case:
    drawn = draw(lines)
    order = Order(
        id=draw(st.uuids()).hex[:12],
        shop=draw(st.sampled_from(["s1", "s2"])),
        platform="manual",
        state=draw(st.sampled_from(["paid"] * 5 + ["created"])),
        lines=[Line(str(n), sku, count, refund=refund) for n, (sku, count, refund) in enumerate(drawn)],
        created_at=NOON + draw(st.integers(0, 400)),
        province=draw(st.sampled_from(["浙江省", "广东省", "广西", "火星", None])),
        city="杭州市",
        urgent=draw(st.sampled_from([True, False, None])),
        buyer_message=draw(st.sampled_from(["发顺丰", "", None])),
        address=draw(st.sampled_from(["文三路1号", "文三路***"])),
        identity=(Evidence("phone", draw(st.sampled_from(["p1", "p2", "p3", "p4"])), "", Strength.STRONG),),
    )
    return Case(order, draw(overlays))


batches = st.lists(cases(), min_size=1, max_size=8, unique_by=lambda case: case.key)
shelf = st.dictionaries(st.sampled_from("ABCG"), st.integers(0, 5), max_size=4)
stocks = st.fixed_dictionaries({"HZ": shelf, "GZ": shelf})


def taken(decisions: list[Decision]) -> dict[tuple[str, str], int]:
    found: dict[tuple[str, str], int] = {}
    for decision in decisions:
        for fulfilment in decision.fulfilments:
            for pick in fulfilment.picks:
                found[pick.source, pick.sku] = found.get((pick.source, pick.sku), 0) + pick.quantity
    return found


@given(batches, stocks)
def test_a_batch_never_sells_what_is_not_there(batch: list[Case], stock: dict[str, dict[str, int]]) -> None:
    world = make_world(stock)
    decisions = decide(batch, world, PACK, NOON)
    for (warehouse, sku), units in taken(decisions).items():
        assert units <= stock[warehouse].get(sku, 0)
        assert world.stock.at(warehouse, sku) == stock[warehouse].get(sku, 0) - units


@given(batches, stocks)
def test_every_record_replays_to_the_same_decision(batch: list[Case], stock: dict[str, dict[str, int]]) -> None:
    for decision in decide(batch, make_world(stock, hasher=lambda *parts: "h"), PACK, NOON):
        stored = json.loads(decision.record)
        assert is_identical(stored, PACK)
        again = replay(stored, PACK)
        for part in ("outcome", "rules", "fulfilments", "holds", "tasks", "transfers", "purchases", "tags", "gifts"):
            assert getattr(again, part) == getattr(decision, part), part


@given(batches, stocks)
def test_records_hold_no_personal_text(batch: list[Case], stock: dict[str, dict[str, int]]) -> None:
    for decision in decide(batch, make_world(stock), PACK, NOON):
        text = decision.record.decode()
        assert "文三路" not in text
        assert "发顺丰" not in text


@given(batches, stocks)
def test_an_allocated_order_gets_each_wanted_unit_once(batch: list[Case], stock: dict[str, dict[str, int]]) -> None:
    components = {"SET": {"A": 1, "B": 2}}
    for case, decision in zip(batch, decide(batch, make_world(stock), PACK, NOON), strict=True):
        if not decision.fulfilments:
            continue
        wanted: dict[tuple[str, str], int] = {}
        for line in case.order.wanted_lines:
            for sku, each in components.get(line.sku or "", {line.sku or "": 1}).items():
                wanted[line.id, sku] = wanted.get((line.id, sku), 0) + each * line.quantity
        given_out: dict[tuple[str, str], int] = {}
        for pick in (p for f in decision.fulfilments for p in f.picks if not p.line.startswith("gift:")):
            given_out[pick.line, pick.sku] = given_out.get((pick.line, pick.sku), 0) + pick.quantity
        assert given_out == wanted


PLAIN = make_pack([LOCAL, NEAREST])
plain_orders = st.lists(
    st.tuples(
        st.sampled_from(["浙江省", "广东省"]),
        st.lists(st.tuples(st.sampled_from("AB"), st.integers(1, 3)), min_size=1, max_size=3),
    ),
    min_size=1,
    max_size=8,
)


def reference(orders: list[Any], stock: dict[str, dict[str, int]]) -> list[tuple[str, str]]:
    """Local first, then the other one, else hold: written down as plainly as it can be."""
    left = {code: dict(held) for code, held in stock.items()}
    found = []
    for province, wanted in orders:
        home, away = ("HZ", "GZ") if province == "浙江省" else ("GZ", "HZ")
        units = {sku: sum(n for s, n in wanted if s == sku) for sku, _ in wanted}
        chosen = next((c for c in (home, away) if all(left[c].get(s, 0) >= n for s, n in units.items())), None)
        found.append(("allocated", chosen) if chosen else ("held", ""))
        if chosen:
            for sku, count in units.items():
                left[chosen][sku] -= count
    return found


@given(plain_orders, stocks)
def test_allocation_equals_a_plain_reference(orders: list[Any], stock: dict[str, dict[str, int]]) -> None:
    batch = [
        Case(Order(str(n), "s1", "manual", "paid", [Line(str(i), s, q) for i, (s, q) in enumerate(ls)], province=p))
        for n, (p, ls) in enumerate(orders)
    ]
    decisions = decide(batch, make_world(stock), PLAIN, NOON)
    found = [(str(d.outcome), d.fulfilments[0].warehouse if d.fulfilments else "") for d in decisions]
    assert found == reference(orders, stock)


@given(batches.flatmap(lambda batch: st.tuples(st.just(batch), st.permutations(batch))))
def test_duplicates_are_the_same_in_any_order(both: tuple[list[Case], list[Case]]) -> None:
    plenty = {code: dict.fromkeys("ABCG", 999) for code in ("HZ", "GZ")}
    one, other = ({d.order.id: d.anchor for d in decide(batch, make_world(plenty), PACK, NOON)} for batch in both)
    assert one == other
