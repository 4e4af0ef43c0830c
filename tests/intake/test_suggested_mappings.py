"""Mappings suggested from sample payloads alone: each shipped platform as if nobody had ever seen it."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from app.intake.mapper.editing import accept, blank, connect, disconnect, rows_of, with_lines
from app.intake.mapper.names import COINED, meanings_of
from app.intake.mapper.suggest import Sureness, suggest
from app.mapping.drift import changes
from app.mapping.leaves import Leaf, leaves_of, orders_in, values_at
from app.mapping.paths import compile_path
from app.mapping.section import section_problems
from bench import mappings
from tests.web.unknown_platform import an_order

PACK = orjson.loads(mappings.PACK.read_bytes())


def test_at_least_95_of_100_shipped_fields_are_suggested_right_and_nearly_all_that_are_sure() -> None:
    told = mappings.run()
    assert told["fields"] > 150
    assert told["share_right"] >= 0.95
    assert told["share_whole"] >= 0.95
    assert told["share_of_sure_right"] >= 0.98
    assert all(one["lines_found"] for one in told["platforms"].values())
    assert all(one["right"] >= 0.9 * one["fields"] for one in told["platforms"].values())
    assert told["other_platforms"]["share_right"] >= 0.85


@pytest.mark.parametrize("platform", PACK["mappings"])
def test_words_that_only_a_left_out_platform_coined_mean_nothing(platform: str) -> None:
    own = [word for word, makers in COINED.items() if makers == {platform}]
    for word in own:
        assert meanings_of((word,), frozenset({platform})) == {}
    known = suggest(mappings.samples_of(platform, PACK["mappings"][platform]))
    strange = suggest(mappings.samples_of(platform, PACK["mappings"][platform]), without=[platform])
    assert len(strange.fields) >= 0.8 * len(known.fields)


def test_what_is_accepted_makes_a_mapping_that_reads_the_samples() -> None:
    orders = [an_order(n, quantity=1 + n % 2) for n in range(4)]
    section = accept(blank(), suggest(orders), list(Sureness))
    assert [problem.code for problem in section_problems(section)] == ["mapping-choices-missing"]
    read = {row["field"]: row for _, row in rows_of(section)}
    assert read["order.paid"] == {
        "field": "order.paid", "from": "$.money.cash", "as": "money", "unit": "fen", "required": True,
    }  # fmt: skip
    assert (read["order.created_at"]["from"], read["order.created_at"]["format"]) == ("$.base.bornAt", "epoch_ms")
    assert read["line.price"]["from"] == "$.unitPrice"


def test_a_field_from_outside_the_lines_is_read_from_the_order_and_follows_the_lines() -> None:
    section = blank("$.items[*]")
    section = connect(section, "line.sku", Leaf("$.items[*].code", ("items", "code")), fen=False)
    section = connect(section, "line.title", Leaf("$.head.name", ("head", "name")), fen=False)
    assert [(row["from"], row.get("of")) for _, row in rows_of(section)] == [("$.code", None), ("$.head.name", "order")]
    moved = with_lines(section, "$.items[*].code")
    assert [(row["from"], row.get("of")) for _, row in rows_of(moved)] == [("$", None), ("$.head.name", "order")]
    assert section["lines"]["each"] == "$.items[*]"
    assert list(rows_of(disconnect(disconnect(section, "lines/fields/1"), "lines/fields/0"))) == []


def test_answers_are_peeled_down_to_their_orders_and_orders_left_whole() -> None:
    order = an_order(1)
    assert orders_in(order) == ("", [order])
    assert orders_in({"code": 0, "msg": "ok", "data": {"order": order}}) == ("$.data.order", [order])
    assert orders_in({"code": 0, "data": {"list": [order, order], "total": 2}}) == ("$.data.list[*]", [order, order])


@pytest.mark.parametrize("key", ["订单 编号", "a-b", "it's", "where", "a.b", "x[0]", "$", "数量（件）", "back\\slash"])
def test_whatever_a_key_is_called_its_path_leads_back_to_it(key: str) -> None:
    (leaf,) = leaves_of([{key: "v"}])
    assert values_at({key: "v"}, leaf.path) == ["v"]
    assert compile_path(leaf.path).find({key: "v"}) == ["v"]


def _old() -> list[Any]:
    return [{"id": f"A{n}", "pay": "12.50", "to": {"city": "杭州"}} for n in range(5)]


def test_gone_new_and_changed_paths_are_told_with_what_reads_them() -> None:
    reads = {"$.pay": ["order.paid"], "$.to.city": ["order.city"]}
    now = [{"id": f"B{n}", "pay": 1250, "vip": True} for n in range(5)]
    found = [(one.kind, one.path, one.fields, one.before, one.after) for one in changes(reads, _old(), now)]
    assert found == [
        ("gone", "$.to.city", ("order.city",), "", ""),
        ("shape", "$.pay", ("order.paid",), "decimal", "integer"),
        ("new", "$.vip", (), "", ""),
    ]
    assert changes(reads, _old(), _old()) == []
    assert changes(reads, _old()[:2], now) == []
