"""The configurator: every control is one edit of the draft, told back as a sentence."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from app.bootstrap import Services
from app.persistence.drafts import Draft
from app.web import counting
from tests.line.house import a_trade

Do = Callable[..., Any]
PART = {"HX-Request": "true"}


@pytest.fixture
def do(boss: FlaskClient, number: int, draft: Callable[[], Draft]) -> Do:
    def post(action: str, rule: str = "", *, section: str = "allocation", status: int = 200, **data: Any) -> str:
        form = {"revision": draft().revision, "rule": rule, **data}
        answer = boss.post(f"/rules/drafts/{number}/rules/{section}/{action}", data=form, headers=PART)
        assert answer.status_code == status, answer.text
        return answer.text

    return post


def rules(draft: Draft, section: str = "allocation") -> list[dict[str, Any]]:
    listed: list[dict[str, Any]] = draft.document[section]["rules"]
    return listed


def made(do: Do, draft: Callable[[], Draft], section: str = "allocation") -> tuple[dict[str, Any], str]:
    """A new rule and its path."""
    before = {one["id"] for one in rules(draft(), section)}
    do("add-rule", section=section)
    place, rule = next((n, one) for n, one in enumerate(rules(draft(), section)) if one["id"] not in before)
    return rule, f"{section}/rules/{place}"


def test_the_page_shows_every_rule_as_a_sentence_and_opens_one(boss: FlaskClient, number: int, draft: Any) -> None:
    page = boss.get(f"/rules/drafts/{number}/rules/allocation").text
    for rule in rules(draft()):
        assert f'id="row-{rule["id"]}"' in page
        opened = boss.get(f"/rules/drafts/{number}/rules/allocation?rule={rule['id']}", headers=PART)
        assert opened.status_code == 200
        assert "titles" in opened.text


def test_a_rule_is_built_by_choosing_and_filling(do: Do, draft: Any) -> None:
    rule, path = made(do, draft)
    name = rule["id"]
    do("title", name, **{"title-zh": "大额单", "title-en": "Big orders"})
    do("add-part", name, path=f"{path}/when", field="order.paid")
    do("value", name, path=f"{path}/when/all/0", value="1.2万")
    do("add-part", name, path=f"{path}/when", kind="any")
    do("add-part", name, path=f"{path}/when/all/1", field="order.province")
    do("value", name, path=f"{path}/when/all/1/any/0", value=["新疆维吾尔自治区", "西藏自治区"])
    do("add-part", name, path=f"{path}/when/all/1", field="order.urgent")
    do("add-part", name, path=f"{path}/when", kind="any_line")
    do("add-part", name, path=f"{path}/when/all/2/any_line", field="line.quantity")
    page = do("value", name, path=f"{path}/when/all/2/any_line/all/0", value="10")
    do("add-action", name, kind="hold")
    do("parameter", name, path=f"{path}/then/0", parameter="reason", value="no-rule")
    page = do("parameter", name, path=f"{path}/then/0", parameter="owner", value="clerk")
    built = next(one for one in rules(draft()) if one["id"] == name)
    assert built == {
        "id": name,
        "title": {"zh": "大额单", "en": "Big orders"},
        "when": {"all": [
            {"field": "order.paid", "op": ">=", "value": 1_200_000},
            {"any": [
                {"field": "order.province", "op": "in", "value": ["新疆维吾尔自治区", "西藏自治区"]},
                {"field": "order.urgent", "op": "is", "value": True},
            ]},
            {"any_line": {"all": [{"field": "line.quantity", "op": ">=", "value": 10}]}},
        ]},
        "then": [{"do": "hold", "owner": "clerk", "reason": "no-rule"}],
    }  # fmt: skip
    assert "当实付金额不少于 12,000 元，并且（收货省份是“新疆”、“西藏”之一，或者加急）" in page


def test_a_new_reason_is_written_at_the_action_that_gives_it(do: Do, draft: Any) -> None:
    rule, path = made(do, draft)
    before = draft().document
    words = {"reason-zh": "等发票资料", "reason-en": "Waits for the invoice's details"}
    page = do("new-reason", rule["id"], path=f"{path}/then/0", parameter="reason", **words)
    code = "waits-for-the-invoices-details"
    assert next(one for one in rules(draft()) if one["id"] == rule["id"])["then"][0]["reason"] == code
    assert draft().document["reasons"][code] == {"zh": words["reason-zh"], "en": words["reason-en"]}
    assert "原因：等发票资料" in page
    do("undo", rule["id"])
    assert draft().document == before
    do("new-reason", rule["id"], status=422, path=f"{path}/then/0", parameter="owner", **words)


def test_another_field_or_operator_keeps_what_fits(do: Do, draft: Any) -> None:
    rule, path = made(do, draft)
    leaf = f"{path}/when/all/0"
    do("add-part", rule["id"], path=f"{path}/when", field="order.paid")
    do("value", rule["id"], path=leaf, value="500")
    do("operator", rule["id"], path=leaf, op="<")
    do("field", rule["id"], path=leaf, field="order.goods_amount")
    condition = {"field": "order.goods_amount", "op": "<", "value": 50_000}
    assert condition in next(one for one in rules(draft()) if one["id"] == rule["id"])["when"]["all"]
    do("operator", rule["id"], path=leaf, op="between")
    do("value", rule["id"], path=leaf, low="1", high="2.5")
    do("field", rule["id"], path=leaf, field="order.created_at")
    do("value", rule["id"], path=leaf, value="3", unit="days")
    after = next(one for one in rules(draft()) if one["id"] == rule["id"])["when"]["all"]
    assert after == [{"field": "order.created_at", "op": "older_than", "value": {"days": 3}}]


def test_what_cannot_be_read_is_said_and_changes_nothing(do: Do, draft: Any) -> None:
    rule, path = made(do, draft)
    do("add-part", rule["id"], path=f"{path}/when", field="order.paid")
    before = draft().revision
    page = do("value", rule["id"], path=f"{path}/when/all/0", value="很多钱", status=422)
    assert "“很多钱”读不出来" in page
    assert draft().revision == before
    do("value", rule["id"], path="allocation/rules/0/when/all/0", value="1", status=422)


def test_the_order_of_rules_is_their_place_and_otherwise_stays_last(do: Do, draft: Any) -> None:
    names = [one["id"] for one in rules(draft())]
    do("move-rule", names[0], to=1)
    assert [one["id"] for one in rules(draft())] == [names[1], names[0], *names[2:]]
    do("move-rule", names[-1], to=0, status=422)
    do("move-rule", names[0], to=len(names) - 1, status=422)
    do("remove-rule", names[-1], status=422)
    do("undo")
    assert [one["id"] for one in rules(draft())] == names
    do("redo")
    do("copy-rule", names[0])
    do("remove-rule", names[0])
    do("mute-rule", names[1])
    assert rules(draft())[0]["muted"] is True
    do("mute-rule", names[1])
    assert "muted" not in rules(draft())[0]


def test_a_rule_is_written_as_a_sentence_and_never_half_understood(do: Do, draft: Any, boss: FlaskClient) -> None:
    rule, _ = made(do, draft)
    said = "如果 订单金额 大于 500元 并且 收货省份 是 新疆 或 西藏，则 挂起给主管，原因没有规则适用"
    do("sentence", rule["id"], sentence=said)
    built = next(one for one in rules(draft()) if one["id"] == rule["id"])
    assert built["when"]["all"][0] == {"field": "order.paid", "op": ">", "value": 50_000}
    assert built["then"] == [{"do": "hold", "owner": "supervisor", "reason": "no-rule"}]
    do("sentence", rule["id"], sentence="如果 天气好，则 等货", status=422)
    assert next(one for one in rules(draft()) if one["id"] == rule["id"]) == built
    read = do("read", rule["id"], sentence="如果 天气好 并且 加急，则 等货")
    assert re.search(r"<mark>天气好 ?</mark>", read)
    assert "没看懂" in read
    assert "当加急时，等待补货。" in do("read", rule["id"], sentence="如果 加急，则 等货")
    assert 'data-complete="实付金额"' in do("read", rule["id"], sentence="如果 实")


def test_two_tabs_do_not_overwrite_each_other(boss: FlaskClient, number: int, draft: Any, do: Do) -> None:
    names = [one["id"] for one in rules(draft())]
    seen = draft().revision
    do("mute-rule", names[0])
    form = {"revision": seen, "rule": names[0], "title-zh": "x", "title-en": "y"}
    answer = boss.post(f"/rules/drafts/{number}/rules/allocation/title", data=form, headers=PART)
    assert answer.status_code == 409
    assert rules(draft())[0]["muted"] is True


def test_who_may_only_look_sees_the_rules_and_changes_none(client_of: Any, number: int, draft: Any) -> None:
    viewer = client_of("viewer")
    page = viewer.get(f"/rules/drafts/{number}/rules/allocation?rule={rules(draft())[0]['id']}").text
    assert "add-rule" not in page
    form = {"revision": draft().revision, "rule": rules(draft())[0]["id"]}
    assert viewer.post(f"/rules/drafts/{number}/rules/allocation/mute-rule", data=form).status_code == 403


def test_a_muted_rule_has_no_effect(draft: Any, do: Do) -> None:
    from app.rulebook.pack import load_pack

    first = rules(draft())[0]["id"]
    do("mute-rule", first)
    assert first not in [rule["id"] for rule in load_pack(draft().document).allocation.rules]


def test_every_rule_says_how_many_of_the_last_orders_it_holds_for(
    boss: FlaskClient, number: int, draft: Any, do: Do, house: Any, services: Services
) -> None:
    house.post(*(a_trade(str(n), payment=f"{100 * n}.00") for n in range(1, 6)))
    rule, path = made(do, draft)
    do("add-part", rule["id"], path=f"{path}/when", field="order.paid")
    do("value", rule["id"], path=f"{path}/when/all/0", value="300")
    page = boss.get(f"/rules/drafts/{number}/rules/allocation/hits?rule={rule['id']}", headers=PART).text
    assert "5 单里命中 3 单" in page
    assert page.count('class="chip"') == 3


def test_a_child_reads_the_orders_before_the_first_ones(
    house: Any, services: Services, boss: FlaskClient, number: int, draft: Any, do: Do, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.post(*(a_trade(str(n), payment=f"{100 * n}.00") for n in range(1, 6)))
    rule, path = made(do, draft)
    do("add-part", rule["id"], path=f"{path}/when", field="order.paid")
    do("value", rule["id"], path=f"{path}/when/all/0", value="300")
    monkeypatch.setattr(counting, "FIRST", 2)
    page = boss.get(f"/rules/drafts/{number}/rules/allocation/hits?rule={rule['id']}", headers=PART).text
    assert "2 单里命中 2 单" in page
    assert "先数了最近的 2 单，更早的正在读" in page
    ends = time.monotonic() + 30
    while "更早的正在读" in page and time.monotonic() < ends:
        page = boss.get(f"/rules/drafts/{number}/rules/allocation/hits?rule={rule['id']}", headers=PART).text
    assert "5 单里命中 3 单" in page
