"""What `pack check` finds of escalation rules and of names: nobody reached, loops, idle rules, what does not exist."""

from __future__ import annotations

from typing import Any

from app.domain.alarms import Wait
from app.rulebook.check import name_problems
from app.rulebook.proofs_effects import ABOVE, RELEASING
from app.rulebook.proofs_escalation import WORKING
from app.web.permissions import PERMISSIONS

Json = dict[str, Any]
CLERK = {"do": "ask", "owner": "clerk"}
REPEAT = {"do": "hold", "owner": "supervisor"}


def pack(*escalation: Json, screening: tuple[Json, ...] = ()) -> Json:
    return {
        "duplicates": {"strong": REPEAT, "weak": REPEAT},
        "screening": {"rules": list(screening)},
        "allocation": {"rules": []},
        "escalation": list(escalation),
    }


def rule(timer: Wait, *ladder: Json, **more: Any) -> Json:
    title = {"zh": "规则", "en": "rule"}
    return {"id": "r", "title": title, "on": {"timer": timer, "hours": 1}, "ladder": list(ladder), **more}


def codes(document: Json, **known: Any) -> list[tuple[str, str]]:
    return [(problem.code, problem.path) for problem in name_problems(document, known)]


def test_the_roles_that_may_release_and_work_are_those_of_the_permissions() -> None:
    assert {role for role, may in PERMISSIONS.items() if "orders.decide" in may} == set(RELEASING)
    assert {role for role, may in PERMISSIONS.items() if "tasks.work" in may} == set(WORKING)


def test_a_ladder_that_only_sends_webhooks_or_asks_viewers_reaches_nobody() -> None:
    alone = pack(rule(Wait.HELD, {"do": "webhook"}, {"do": "remind", "owner": "viewer"}))
    assert codes(alone) == [("escalation-reaches-nobody", "escalation/0/ladder")]
    mended = pack(rule(Wait.HELD, {"do": "webhook"}, {"do": "supervisor"}))
    assert codes(mended) == []


def test_a_role_without_an_active_user_is_nobody() -> None:
    asked = {**pack(rule(Wait.NO_TRACKING, {"do": "remind"})), "duplicates": {"strong": CLERK, "weak": CLERK}}
    assert ("escalation-reaches-nobody", "escalation/0/ladder") in codes(asked, roles={"warehouse"})
    assert codes(asked, roles={"clerk"}) == []


def test_who_may_do_more_stands_in() -> None:
    asked = pack(rule(Wait.NO_TRACKING, {"do": "remind"}))
    assert codes(asked, roles={"administrator"}) == []
    for role, above in ABOVE.items():
        assert all(PERMISSIONS[role] <= PERMISSIONS[other] for other in above)


def test_a_new_time_for_an_overdue_task_is_a_loop() -> None:
    ticket = {"do": "ticket", "kind": "look", "owner": "clerk", "within_hours": 2}
    assert codes(pack(rule(Wait.TASK_DUE, ticket))) == [("loop", "escalation/0/ladder/0/within_hours")]
    assert codes(pack(rule(Wait.HELD, ticket))) == []


def test_a_condition_that_no_order_meets_makes_an_escalation_idle() -> None:
    never = {"all": [{"field": "order.quantity", "op": "<", "value": 1}]}
    shipped = {"all": [{"field": "order.state", "op": "is", "value": "shipped"}]}
    assert codes(pack(rule(Wait.HELD, {"do": "supervisor"}, when=never))) == [("always-false", "escalation/0/when")]
    assert codes(pack(rule(Wait.NO_TRACKING, {"do": "supervisor"}, when=shipped))) == []


def test_goods_carriers_and_places_that_do_not_exist_are_named() -> None:
    then = [{"do": "add_gift", "sku": "BAG", "quantity": 1}, {"do": "wish_carrier", "carrier": "XX"}]
    given = {"id": "g", "when": {"any_line": {"field": "line.sku", "op": "in", "value": ["A", "B"]}}, "then": then}
    found = codes(pack(screening=(given,)), skus={"A"}, warehouses={"HZ"})
    assert found == [
        ("names-nothing", "screening/rules/0/then/0/sku"),
        ("names-nothing", "screening/rules/0/then/1/carrier"),
        ("names-nothing", "screening/rules/0/when/any_line/value"),
    ]
    assert codes(pack(screening=(given,))) == [("names-nothing", "screening/rules/0/then/1/carrier")]


def test_an_owner_without_an_active_user_is_a_warning() -> None:
    held = {"id": "h", "when": {"all": []}, "then": [{"do": "hold", "reason": "x", "owner": "clerk"}]}
    (found,) = [
        problem
        for problem in name_problems(pack(screening=(held,)), {"roles": {"warehouse"}})
        if problem.code == "owner-without-user" and problem.path.startswith("screening")
    ]
    assert (found.severity, found.path) == ("warning", "screening/rules/0/then/0/owner")


def test_a_platform_is_known_by_a_shop_or_by_its_mapping() -> None:
    when = {"field": "order.platform", "op": "in", "value": ["taobao", "youmai", "yetmai", "toabao"]}
    asked = pack(screening=({"id": "p", "when": when, "then": [{"do": "mark_presale"}]},)) | {
        "mappings": {"youmai": {}}
    }
    missing = [problem.details["value"] for problem in name_problems(asked, {"platforms": {"yetmai"}})]
    assert missing == ["toabao"]
    assert codes(asked) == []
