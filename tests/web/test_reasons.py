"""Reasons: renamed and removed on a page of their own; new ones come with their use, whoever the words belong to."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app.bootstrap import Services
from app.persistence import tables as t
from app.persistence.database import reading, writing
from app.persistence.drafts import Draft, Writer, edit_draft
from app.persistence.packs import live_version
from app.rulebook.drafts import Edit
from tests.line.house import House, a_trade
from tests.web.impacts import impact, token

PART = {"HX-Request": "true"}
Post = Callable[..., str]
WORDS = {"reason-zh": "等发票资料", "reason-en": "Waits for an invoice"}


@pytest.fixture
def post(boss: FlaskClient, number: int, draft: Callable[[], Draft]) -> Post:
    def do(where: str, status: int = 200, **data: Any) -> str:
        form = {"revision": draft().revision, **data}
        answer = boss.post(f"/rules/drafts/{number}/{where}", data=form, headers=PART)
        assert answer.status_code == status, answer.text
        return answer.text

    return do


@pytest.fixture
def only(client_of: Any, services: Services) -> Callable[..., None]:
    """Leaves the supervisor these parts of the rules."""

    def give(*parts: str) -> None:
        with reading(services.database) as db:
            person = db.scalar(select(t.users.c.id).where(t.users.c.name == "supervisor"))
        given = {"which": "some", "edit": list(parts), "publish": list(parts)}
        assert client_of("administrator").post(f"/users/{person}/rules", data=given).status_code == 303

    return give


def test_a_reason_is_renamed_where_all_are_listed_with_what_uses_them(
    post: Post, boss: Any, number: int, draft: Any
) -> None:
    page = boss.get(f"/rules/drafts/{number}/words/reasons").text
    reasons = draft().document["reasons"]
    assert all(text["zh"] in page for text in reasons.values())
    assert "用在 " in page
    code = next(iter(reasons))
    post("words/reasons/rename", code=code, **WORDS)
    assert draft().document["reasons"] == {**reasons, code: {"zh": WORDS["reason-zh"], "en": WORDS["reason-en"]}}
    assert "请写出这个原因" in post("words/reasons/rename", 422, code=code, **{"reason-zh": " "})
    post("words/reasons/undo")
    assert draft().document["reasons"] == reasons


def test_only_what_nothing_uses_and_nothing_waits_for_is_removed(
    post: Post, house: House, services: Services, number: int, draft: Any
) -> None:
    before = draft().document["reasons"]
    assert "等发票资料" in post("words/reasons/add", **WORDS)
    assert "已经有一个" in post("words/reasons/add", 422, **WORDS)
    code = next(one for one in draft().document["reasons"] if one not in before)
    post("words/reasons/remove", code=code)
    assert draft().document["reasons"] == before
    rule = draft().document["screening"]["rules"][0]
    used = rule["then"][0]["reason"]
    assert "还有规则或例子在用" in post("words/reasons/remove", 422, code=used)
    house.post(a_trade("77", payment="90000.00"))
    with reading(services.database) as db:
        held = db.scalar(select(t.orders.c.reason).where(t.orders.c.outcome == "held"))
    assert held in before
    document = draft().document

    with writing(services.database) as db:
        emptied = {**document, "screening": {**document["screening"], "rules": []}, "examples": []}
        edit_draft(db, number, Edit("set", "", emptied), Writer("supervisor", draft().revision, 0))
    assert "还有 1 件事因为它等着" in post("words/reasons/remove", 422, code=held)


def test_a_new_reason_comes_with_its_use_for_whoever_may_change_the_use(
    post: Post, only: Any, boss: FlaskClient, services: Services, number: int, draft: Any
) -> None:
    only("screening")
    before = draft().document
    answers = {"which": "sku", "value": "INVOICE", "what": "hold", "owner": "supervisor"}
    assert "等发票资料" in post("rules/screening/guided", reason="等发票资料", **answers)
    post("rules/screening/undo")
    assert draft().document == before
    post("rules/screening/redo")
    assert draft().document != before
    code = next(one for one in draft().document["reasons"] if one not in before["reasons"])
    # The words alone are not theirs, nor those that were there.
    assert "不归你改" in post("words/reasons/rename", 422, code=code, **{"reason-zh": "别的"})
    assert "不归你改" in post("words/reasons/add", 422, **{"reason-zh": "没人用的"})
    assert "add-reason" not in boss.get(f"/rules/drafts/{number}/words/reasons").text
    page = boss.get(f"/rules/drafts/{number}").text
    assert 'value="reasons"' in page
    seen = token(impact(boss, number, "screening", "reasons"))
    form = {"revision": draft().revision, "section": ["screening", "reasons"], "note": "because", "seen": seen}
    assert boss.post(f"/rules/drafts/{number}/publish", data=form).status_code == 303
    with reading(services.database) as db:
        assert live_version(db) == 2


def test_words_that_somebody_else_changed_are_not_published_along(
    post: Post, only: Any, boss: FlaskClient, services: Services, number: int, draft: Any
) -> None:
    code = next(iter(draft().document["reasons"]))
    post("words/reasons/rename", code=code, **{"reason-zh": "改过的字"})
    only("screening")
    at = {"rule": draft().document["screening"]["rules"][0]["id"], "path": "screening/rules/0/then/0"}
    post("rules/screening/new-reason", **at, parameter="reason", **WORDS)
    assert 'value="reasons"' not in boss.get(f"/rules/drafts/{number}").text
    seen = token(impact(boss, number, "screening", "reasons"))
    form = {"revision": draft().revision, "section": ["screening", "reasons"], "note": "because", "seen": seen}
    assert boss.post(f"/rules/drafts/{number}/publish", data=form).status_code == 403
    with reading(services.database) as db:
        assert live_version(db) == 1


def test_a_template_is_taken_with_its_reason_without_the_right_to_words(post: Post, only: Any, draft: Any) -> None:
    only("screening")
    before = draft().document["reasons"]
    post("rules/screening/add-template", template="message")
    assert draft().document["reasons"].keys() > before.keys()


def test_the_kind_of_a_task_is_chosen_in_words_and_a_new_one_is_written(post: Post, draft: Any) -> None:
    rule = draft().document["screening"]["rules"][0]
    post("rules/screening/add-action", rule=rule["id"], kind="open_task")
    place = len(draft().document["screening"]["rules"][0]["then"]) - 1
    at = {"rule": rule["id"], "path": f"screening/rules/0/then/{place}", "parameter": "kind"}
    page = post("rules/screening/new-reason", **at, **WORDS)
    assert "开任务“等发票资料”" in page
    assert " selected>等发票资料</option>" in page
    assert draft().document["screening"]["rules"][0]["then"][place]["kind"] == "waits-for-an-invoice"
    post("rules/screening/add-action", rule=rule["id"], kind="wish_carrier")
    at = {"rule": rule["id"], "path": f"screening/rules/0/then/{place + 1}", "parameter": "carrier"}
    page = post("rules/screening/parameter", **at, value="SF")
    assert "用顺丰发货" in page
