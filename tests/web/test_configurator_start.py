"""Starting from something: finished rules by one click, and three questions that make one rule."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from app.persistence.drafts import Draft
from app.persistence.packs import SHIPPED
from app.rulebook.starting import templates

PART = {"HX-Request": "true"}


@pytest.fixture
def do(boss: FlaskClient, number: int, draft: Callable[[], Draft]) -> Callable[..., str]:
    def post(action: str, section: str, status: int = 200, **data: Any) -> str:
        answer = boss.post(
            f"/rules/drafts/{number}/rules/{section}/{action}",
            data={"revision": draft().revision, **data},
            headers=PART,
        )
        assert answer.status_code == status, answer.text
        return answer.text

    return post


def test_a_template_comes_with_its_reason_opens_and_is_undone_by_one_click(
    do: Callable[..., str], draft: Callable[[], Draft]
) -> None:
    before = draft().document
    page = do("add-template", "screening", template="cod")
    made = draft().document
    assert made["screening"]["rules"][-1]["id"] == "cod"
    assert made["reasons"]["cod-confirm"]["zh"]
    assert 'id="row-cod" data-rule="cod"' in page
    assert "货到付款先和买家确认" in page or "货到付款，先和买家确认" in page, "it is open, and told"
    do("undo", "screening")
    assert draft().document == before
    do("add-template", "screening", 422, template="nearest")


def test_the_articles_rules_come_at_once_before_the_last_row(do: Callable[..., str], draft: Any) -> None:
    do("add-template", "allocation", template="three-rules")
    ids = [rule["id"] for rule in draft().document["allocation"]["rules"]]
    assert ids[-4:] == ["local-2", "transfer", "purchase", "otherwise"]


def test_three_answers_make_a_rule_that_says_what_was_answered(
    boss: FlaskClient, number: int, do: Callable[..., str], draft: Any
) -> None:
    answers = {"which": "paid", "value": "1.2万", "what": "hold", "reason": "大单先问", "owner": "clerk"}
    panel = boss.get(f"/rules/drafts/{number}/rules/screening/start", query_string=answers, headers=PART).text
    assert "实付金额不少于 12,000 元：挂起给客服处理（原因：大单先问）" in panel
    do("guided", "screening", **answers)
    rule = draft().document["screening"]["rules"][-1]
    assert rule["when"] == {"all": [
        {"field": "order.paid", "op": "is_known"}, {"field": "order.paid", "op": ">=", "value": 1_200_000},
    ]}  # fmt: skip
    assert draft().document["reasons"][rule["then"][0]["reason"]]["zh"] == "大单先问"
    assert rule["title"]["zh"].startswith("实付金额不少于 12,000 元")
    do("guided", "screening", which="province", value=["西藏自治区"], what="tag", tag="远", title="西藏")
    assert draft().document["screening"]["rules"][-1]["title"] == {"zh": "西藏", "en": "西藏"}
    do("guided", "allocation", which="target", what="target")
    assert draft().document["allocation"]["rules"][-2]["title"]["en"].endswith("from the target…"), "no word in two"
    do("guided", "allocation", which="short", what="wait")
    assert draft().document["allocation"]["rules"][-2]["then"] == [{"do": "backorder"}]


def test_what_is_not_answered_makes_no_rule(do: Callable[..., str], draft: Any) -> None:
    before = draft().revision
    assert "还没答完" in do("guided", "screening", 422, which="paid", value="", what="tag", tag="x")
    assert "还没答完" in do("guided", "screening", 422, which="urgent", what="tag", tag="")
    assert "读不出来" in do("guided", "screening", 422, which="paid", value="很多", what="tag", tag="x")
    assert draft().revision == before


def test_the_panel_lists_every_template_of_the_section(boss: FlaskClient, number: int) -> None:
    for section in ("screening", "allocation"):
        panel = boss.get(f"/rules/drafts/{number}/rules/{section}/start", headers=PART).text
        for one in templates():
            assert (f'id="template-{one.id}"' in panel) is (one.section == section)
    assert (SHIPPED / "templates").is_dir()


def test_every_page_of_rules_tells_of_unpublished_changes(
    boss: FlaskClient, number: int, do: Callable[..., str], client_of_known: Callable[[str], FlaskClient], draft: Any
) -> None:
    assert "没有发布" not in boss.get("/rules/").text, "a draft without changes is no news"
    do("add-template", "screening", template="cod")
    clerk = client_of_known("clerk")
    for path in ("/rules/", "/rules/versions/1", "/rules/compare", "/rules/table/screening"):
        page = clerk.get(path)
        assert "“before 11.11”有 2 处修改没有发布" in page.text, path
        assert "接手" in page.text
        assert "丢弃" not in page.text, "only its owner may"
    assert "丢弃" in boss.get("/rules/").text
    assert "没有发布" not in boss.get(f"/rules/drafts/{number}").text
    boss.post(f"/rules/drafts/{number}/discard", data={"revision": draft().revision})
    assert "没有发布" not in clerk.get("/rules/").text


def test_a_changed_rule_is_shown_with_the_words_that_changed(
    boss: FlaskClient, number: int, do: Callable[..., str], draft: Any
) -> None:
    rule = draft().document["screening"]["rules"][1]
    do("value", "screening", rule=rule["id"], path="screening/rules/1/when/all/0", value="80")
    page = boss.get(f"/rules/drafts/{number}").text
    assert "大于 <del>100</del> 件" in page
    assert "大于 <ins>80</ins> 件" in page
