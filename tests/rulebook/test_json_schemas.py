"""The JSON Schemas: generated, as committed, in both languages, and of one mind with the loader."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from app.engine.validate import condition_problems
from app.rulebook.json_schemas import order_schema, pack_schema
from app.rulebook.order_schema import load_order
from app.rulebook.order_vocabulary import SCREENING
from app.rulebook.pack import pack_problems

FOLDER = Path(__file__).parents[2] / "rule_packs"
PACKS = ("apparel-default", "article-as-written")
PACK, ORDER = pack_schema(), order_schema()
SAYS = Draft202012Validator(PACK)
SAYS_OF_ORDERS = Draft202012Validator(ORDER)
SAYS_OF_CONDITIONS = Draft202012Validator({"$ref": "#/$defs/condition", "$defs": PACK["$defs"]})


def document(name: str) -> dict[str, Any]:
    found: dict[str, Any] = orjson.loads((FOLDER / f"{name}.json").read_bytes())
    return found


def test_the_committed_schema_is_the_generated_one() -> None:
    assert orjson.loads((FOLDER / "rule-pack.schema.json").read_bytes()) == PACK


@pytest.mark.parametrize("schema", [PACK, ORDER], ids=["pack", "order"])
def test_a_schema_is_a_valid_one_of_its_draft(schema: dict[str, Any]) -> None:
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    Draft202012Validator.check_schema(schema)


def parts(node: Any) -> Iterator[tuple[str, Any]]:
    """Every named part of every object that may stand in a document."""
    if isinstance(node, dict):
        if node.get("additionalProperties") is False:
            yield from node.get("properties", {}).items()
        for inner in node.values():
            yield from parts(inner)
    elif isinstance(node, list):
        for inner in node:
            yield from parts(inner)


@pytest.mark.parametrize("schema", [PACK, ORDER], ids=["pack", "order"])
def test_every_part_is_named_in_both_languages(schema: dict[str, Any]) -> None:
    nameless = {"do", "zh", "en", "field", *("minutes", "hours", "days")}
    assert {name for name, part in parts(schema) if " / " not in part.get("title", "")} <= nameless


@pytest.mark.parametrize("name", PACKS)
def test_a_shipped_pack_fits_and_so_do_the_orders_of_its_examples(name: str) -> None:
    pack = document(name)
    assert [e.message for e in SAYS.iter_errors(pack)] == []
    orders = [o for e in pack["examples"] for o in (e["given"]["order"], *e["given"].get("earlier", ()))]
    assert orders
    assert all(SAYS_OF_ORDERS.is_valid(order) for order in orders)


BROKEN: dict[str, tuple[str, Any]] = {
    "an unknown section": ("colour", "red"),
    "no title in English": ("title", {"zh": "甲"}),
    "another format": ("format", 2),
    "a name with blanks": ("pack", "my pack"),
    "a section not supported yet": ("watches", [{"id": "x"}]),
    "an unknown timer": ("escalation/0/on/timer", "asleep"),
    "hours below nothing": ("escalation/0/on/hours", -1),
    "a ladder without a step": ("escalation/0/ladder", []),
    "an unknown step": ("escalation/0/ladder/0/do", "shout"),
    "a ticket without a kind": ("escalation/0/ladder/0", {"do": "ticket", "owner": "clerk"}),
    "a reminder with a kind": ("escalation/0/ladder/0", {"do": "remind", "kind": "x"}),
    "an escalation that never ends": ("escalation/0/ladder/0", {"do": "remind", "every_hours": 24}),
    "a repetition without a pause": ("escalation/0/ladder/0", {"do": "remind", "times": 3}),
    "an escalation that asks for warehouses": (
        "escalation/0/when", {"field": "target.covers_order", "op": "is", "value": True},
    ),
    "a working week without days": ("calendar/days", []),
    "an hour that is none": ("calendar/from", "25:00"),
    "an unknown platform": ("mappings/amazon", {}),
    "an unknown key of a mapped field": ("mappings/taobao/order/0/colour", "red"),
    "an unknown field to fill": ("mappings/taobao/order/0/field", "order.colour"),
    "an empty path": ("mappings/taobao/order/0/from", []),
    "a join that is no text": ("mappings/taobao/order/0/join", 1),
    "a window too long": ("duplicates/window_seconds", 10**9),
    "a window in words": ("duplicates/window_seconds", "180"),
    "unknown evidence": ("duplicates/evidence/0/kind", "face"),
    "an unknown role": ("duplicates/strong/owner", "king"),
    "a truth in words": ("consolidation/enabled", "yes"),
    "an unknown key of a rule": ("allocation/rules/0/colour", "red"),
    "a rule without a code": ("allocation/rules/0/id", ""),
    "a rule title in one language": ("allocation/rules/0/title", {"zh": "甲"}),
    "a condition that is null": ("allocation/rules/0/when", None),
    "an unknown group": ("allocation/rules/0/when", {"some": []}),
    "two groups at once": ("allocation/rules/0/when", {"all": [], "any": []}),
    "an unknown field": ("allocation/rules/0/when/all/0/field", "target.covers"),
    "an unknown key of a comparison": ("allocation/rules/0/when/all/0/colour", "red"),
    "an operator that does not fit": ("allocation/rules/0/when/all/0/op", "<"),
    "a value of another type": ("allocation/rules/0/when/all/0/value", "true"),
    "a list field outside its list": (
        "allocation/rules/0/when/all/0", {"field": "warehouse.covers_order", "op": "is", "value": True},
    ),
    "a condition beside accepts": ("allocation/rules/0/accepts", {"all": []}),
    "an unknown action": ("allocation/rules/0/then/0/do", "burn"),
    "an unknown parameter": ("allocation/rules/0/then/0/colour", "red"),
    "an unknown place": ("allocation/rules/0/then/0/at", "moon"),
    "two outcomes": ("allocation/rules/0/then", [{"do": "purchase"}, {"do": "backorder"}]),
    "no outcome": ("allocation/rules/0/then", []),
    "an allocating action in screening": ("screening/rules/0/then", [{"do": "purchase"}]),
    "a priority out of range": ("screening/rules/2/then/0/priority", 101),
    "a priority in words": ("screening/rules/2/then/0/priority", "50"),
    "a tag of blanks": ("screening/rules/2/then/1/tag", " "),
    "a reason in one language": ("reasons/big-value", {"zh": "大额"}),
    "an example that expects the impossible": ("examples/0/expect/outcome", "lost"),
    "stock below nothing": ("examples/0/given/stock/HZ/DRESS-M", -1),
    "an example without an order": ("examples/0/given", {}),
}  # fmt: skip


def changed(pack: dict[str, Any], path: str, value: Any) -> dict[str, Any]:
    made: Any = copy.deepcopy(pack)
    *way, last = path.split("/")
    at = made
    for step in way:
        at = at[int(step)] if isinstance(at, list) else at[step]
    at[int(last) if isinstance(at, list) else last] = value
    return made  # type: ignore[no-any-return]


@pytest.mark.parametrize("what", BROKEN)
def test_what_the_loader_refuses_for_its_shape_the_schema_refuses_too(what: str) -> None:
    pack = changed(document("apparel-default"), *BROKEN[what])
    assert any(problem.severity == "error" for problem in pack_problems(pack))
    assert not SAYS.is_valid(pack)


VALUES: list[Any] = [
    None, True, 0, 5, -1, 1.5, "", "x", "paid", "taobao", "presale", "浙江省", "2026-06-18", "2026-06-18 20:00",
    "20:00", [], [1, 2], [5], ["x"], ["a", "b"], ["08:00", "20:00"], ["8:00", "20:00"], [1, 7], [0], ["浙江省"],
    ["paid", "x"], [True], [1, 2, 3], ["2026-06-18", "2026-06-19"], {}, {"hours": 2}, {"weeks": 1}, {"hours": "2"},
    {"hours": -1},
    {"field": "order.paid"}, {"field": "order.city"}, {"field": "order.quantity"}, {"field": "order.colour"},
    {"field": "order.paid", "op": "is"}, {"field": "now"},
]  # fmt: skip
ABSENT = object()
comparisons = st.tuples(
    st.sampled_from([*SCREENING.fields, "order.colour"]),
    st.sampled_from([*SCREENING.operators, "near"]),
    st.sampled_from([*VALUES, ABSENT]),
)


@settings(max_examples=600, deadline=None)
@given(comparisons, st.sampled_from(["", "any_line", "every_warehouse"]))
def test_schema_and_loader_are_of_one_mind_about_every_comparison(parts: tuple[str, str, Any], within: str) -> None:
    field, operator, value = parts
    comparison = {"field": field, "op": operator} | ({} if value is ABSENT else {"value": value})
    condition = {within: comparison} if within else comparison
    problems = condition_problems(condition, "when", SCREENING)
    assert SAYS_OF_CONDITIONS.is_valid(condition) == (not problems), problems


SMALL: dict[str, Any] = {"id": "1", "lines": [{"sku": "A", "quantity": 2}]}


@pytest.mark.parametrize(
    "change",
    [
        {}, {"paid": None}, {"created_at": 1_784_109_600}, {"created_at": "2026-07-15T18:00:00+08:00"},
        {"created_at": "2026-07-15T10:00:00Z"}, {"created_at": "2026-07-15 18:00:00"}, {"created_at": "2026-07-15"},
        {"created_at": True}, {"lines": []}, {"lines": None}, {"id": None}, {"id": ""}, {"state": "paidd"},
        {"colour": "red"}, {"paid": 1.5}, {"paid": "100"}, {"urgent": 1}, {"flags": ["presale"]}, {"flags": ["x"]},
        {"lines": [{"sku": "A"}]}, {"lines": [{"sku": "A", "quantity": -1}]}, {"lines": [{"sku": None, "quantity": 1}]},
        {"identity": [{"kind": "phone", "value": "1", "strength": "sure"}]},
    ],
    ids=str,
)  # fmt: skip
def test_schema_and_loader_are_of_one_mind_about_orders(change: dict[str, Any]) -> None:
    order = {**SMALL, **change}
    assert SAYS_OF_ORDERS.is_valid(order) == (not isinstance(load_order(order, at=0), list))
