"""The compiled rules against a plain reading of the same conditions: index or not, traced or not, one answer."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from app.engine import compile_rules
from app.rulebook.order_vocabulary import VOCABULARY

PROVINCES = ["浙江省", "上海市", "广东省", None]
OPS = {
    "is": lambda a, b: a == b,
    "is_not": lambda a, b: a != b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
}
paid = st.builds(
    lambda op, v: {"field": "order.paid", "op": op, "value": v},
    st.sampled_from(["<", "<=", ">", ">="]),
    st.integers(0, 9),
)
province = st.builds(
    lambda op, v: {"field": "order.province", "op": op, "value": v},
    st.sampled_from(["is", "is_not"]),
    st.sampled_from(PROVINCES[:3]),
)
covers = st.builds(lambda v: {"field": "warehouse.covers_order", "op": "is", "value": v}, st.booleans())
over = st.builds(lambda word, c: {f"{word}_warehouse": c}, st.sampled_from(["any", "every", "no"]), covers)
leaf = st.one_of(paid, province, over)
condition = st.recursive(
    leaf,
    lambda inner: st.builds(
        lambda kind, parts: {kind: parts},
        st.sampled_from(["all", "any", "none"]),
        st.lists(inner, min_size=1, max_size=3),
    ),
    max_leaves=6,
)
orders = st.builds(
    lambda p, v: SimpleNamespace(paid=v, province=p),
    st.sampled_from(PROVINCES),
    st.one_of(st.none(), st.integers(0, 9)),
)
houses = st.lists(st.sampled_from([True, False, None]), max_size=3).map(
    lambda all_: [SimpleNamespace(covers_order=covers_) for covers_ in all_]
)


def plain(node: dict[str, Any], env: Any, member: Any = None) -> bool | None:
    """The condition's truth by its definition; None is unknown."""
    (key, inner), *rest = node.items()
    if rest:
        owner = member if node["field"].startswith("warehouse.") else env.order
        value = getattr(owner, node["field"].partition(".")[2])
        return None if value is None else OPS[node["op"]](value, node["value"])
    if key in ("all", "any", "none"):
        return group(key, [plain(part, env, member) for part in inner])
    found = [plain(inner, env, house) for house in env.warehouse]
    if key == "every_warehouse":
        return group("all", found) if found else False
    return group("any" if key == "any_warehouse" else "none", found)


def group(kind: str, found: list[bool | None]) -> bool | None:
    if kind == "all":
        return False if False in found else None if None in found else True
    either = True if True in found else None if None in found else False
    return either if kind == "any" or either is None else not either


def rules_of(conditions: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{"id": f"r{n}", "when": when, "then": []} for n, when in enumerate(conditions)]


@settings(max_examples=300, deadline=None)
@given(st.lists(condition, min_size=1, max_size=14), orders, houses)
def test_compiled_rules_say_what_a_plain_reading_says(
    conditions: list[dict[str, Any]], order: Any, warehouses: list[Any]
) -> None:
    env = SimpleNamespace(order=order, warehouse=warehouses, line=[], target=None, network=None, now=0)
    compiled = compile_rules(rules_of(conditions), VOCABULARY)
    wanted = [(n, truth is None) for n, when in enumerate(conditions) if (truth := plain(when, env)) is not False]
    assert [(match.index, match.unknown) for match in compiled.evaluate(env)] == wanted
    words = {True: "true", False: "false", None: "unknown"}
    assert [trace.result for trace in compiled.explain(env)] == [words[plain(when, env)] for when in conditions]


def test_the_first_match_can_be_taken_without_asking_the_rest() -> None:
    compiled = compile_rules(rules_of([{"field": "order.paid", "op": ">", "value": 1}] * 20), VOCABULARY)
    env = SimpleNamespace(order=SimpleNamespace(paid=5), warehouse=[], line=[], target=None, network=None, now=0)
    assert next(compiled.matches(env)).index == 0


def test_a_rule_that_cannot_be_evaluated_is_an_error_and_never_no_match() -> None:
    compiled = compile_rules(rules_of([{"field": "order.paid", "op": ">", "value": 1}]), VOCABULARY)
    env = SimpleNamespace(order=SimpleNamespace(paid="text"), warehouse=[], line=[], target=None, network=None, now=0)
    (match,) = compiled.evaluate(env)
    assert match.error is not None
