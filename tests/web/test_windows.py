"""The window editor: every control is one edit, and the picture is what the line would have done."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app.bootstrap import Services
from app.persistence import tables as t
from app.persistence.database import reading
from app.persistence.drafts import Draft
from app.web.configurator import near
from app.web.configurator.near import Extent
from app.web.factory import create_app
from tests.line.house import House, a_trade
from tests.web.conftest import PASSWORD

Do = Callable[..., Any]
PART = {"HX-Request": "true"}


@pytest.fixture
def do(boss: FlaskClient, number: int, draft: Callable[[], Draft]) -> Do:
    def post(action: str, *, section: str = "duplicates", status: int = 200, **data: Any) -> str:
        form = {"revision": draft().revision, **data}
        answer = boss.post(f"/rules/drafts/{number}/windows/{section}/{action}", data=form, headers=PART)
        assert answer.status_code == status, answer.text
        return answer.text

    return post


def kinds(draft: Draft, section: str = "duplicates") -> list[tuple[str, str]]:
    return [(one["kind"], one["strength"]) for one in draft.document[section]["evidence"]]


def test_the_page_tells_the_setting_as_one_sentence_in_both_languages(boss: FlaskClient, number: int) -> None:
    page = boss.get(f"/rules/drafts/{number}/windows/duplicates").text
    assert "同一买家前后 3 分钟内下单、买的商品相同（不看数量），就算疑似重复" in page
    assert "Orders of one buyer within 3 minutes for the same goods" in page
    other = boss.get(f"/rules/drafts/{number}/windows/consolidation").text
    assert "前一单下单后 4 小时内的新单" in other


def test_the_window_is_slid_and_written_with_its_unit(do: Do, draft: Callable[[], Draft]) -> None:
    page = do("step", step="24")
    assert draft().document["duplicates"]["window_seconds"] == 43_200
    assert "前后 12 小时内" in page
    for written, unit, seconds in (("90", "second", 90), ("1.5", "hour", 5400), ("1 天 6 小时", "minute", 108_000)):
        do("span", span=written, unit=unit)
        assert draft().document["duplicates"]["window_seconds"] == seconds
    before = draft().document
    assert "读不出多长时间" in do("span", span="很久", unit="hour", status=422)
    assert "最长 7 天" in do("span", span="8", unit="day", status=422)
    assert draft().document == before
    do("undo")
    assert draft().document["duplicates"]["window_seconds"] == 5400


def test_evidence_that_crosses_the_line_changes_its_strength(do: Do, draft: Callable[[], Draft]) -> None:
    do("add-evidence", kind="buyer_id")
    assert kinds(draft())[:3] == [("phone", "strong"), ("platform_address", "strong"), ("buyer_id", "strong")]
    do("move-evidence", place="2", to="3")
    assert kinds(draft())[2:] == [("buyer_id", "weak"), ("masked_phone_and_district", "weak")]
    do("move-evidence", place="3", to="0")
    assert kinds(draft())[0] == ("masked_phone_and_district", "strong")
    do("scope", place="0", scope="shop")
    assert draft().document["duplicates"]["evidence"][0]["scope"] == "shop"
    do("remove-evidence", place="0")
    assert "masked_phone_and_district" not in dict(kinds(draft()))
    do("add-evidence", kind="phone", status=422)


def test_a_new_reason_is_written_where_it_is_needed_and_is_one_step(do: Do, draft: Callable[[], Draft]) -> None:
    before = draft().document
    page = do("new-reason", strength="weak", **{"reason-zh": "像是点了两次", "reason-en": "Clicked twice?"})
    assert draft().document["duplicates"]["weak"]["reason"] == "clicked-twice"
    assert draft().document["reasons"]["clicked-twice"] == {"zh": "像是点了两次", "en": "Clicked twice?"}
    assert "（原因：像是点了两次）" in page
    do("new-reason", strength="strong", **{"reason-zh": "像是点了两次", "reason-en": "Clicked twice?"})
    assert draft().document["duplicates"]["strong"]["reason"] == "clicked-twice"
    do("new-reason", strength="strong", **{"reason-zh": "地址要核实"})
    assert draft().document["duplicates"]["strong"]["reason"] == "dzyhs"
    do("new-reason", strength="strong", **{"reason-zh": " "}, status=422)
    for _ in range(3):
        do("undo")
    assert draft().document == before


def test_consolidation_has_a_switch_and_evidence_of_its_own(do: Do, draft: Callable[[], Draft]) -> None:
    assert "不合单" in do("enabled", section="consolidation")
    assert draft().document["consolidation"]["enabled"] is False
    do("own-evidence", section="consolidation")
    assert kinds(draft(), "consolidation") == kinds(draft())
    do("own-evidence", section="consolidation")
    assert "evidence" not in draft().document["consolidation"]


def test_a_stale_form_is_refused_and_nothing_is_lost(boss: FlaskClient, number: int, do: Do, draft: Any) -> None:
    do("step", step="20")
    stale = {"revision": "1", "step": "3"}
    answer = boss.post(f"/rules/drafts/{number}/windows/duplicates/step", data=stale, headers=PART)
    assert answer.status_code == 409
    assert draft().document["duplicates"]["window_seconds"] == 10_800


def at(seconds: int, tid: str, *lines: tuple[str, int], **fields: Any) -> dict[str, Any]:
    """A trade that was created at that time."""
    created = (datetime.fromtimestamp(seconds, UTC) + timedelta(hours=8)).strftime("%Y-%m-%d %H:%M:%S")
    return a_trade(tid, *lines, created=created, pay_time=created, modified=created, **fields)


def a_buyer_clicks_twice(house: House, services: Services) -> None:
    now = services.clock.now()
    house.post(*(at(now - 4000 + later, f"10{later}", receiver_mobile="13900001111") for later in (0, 100, 1000)))
    house.post(at(now - 90_000, "77", receiver_mobile="13900002222"))


def test_the_picture_shows_who_would_be_held_beside_the_live_setting(
    house: House, services: Services, boss: FlaskClient, number: int, do: Do
) -> None:
    a_buyer_clicks_twice(house, services)
    found = f"/rules/drafts/{number}/windows/duplicates/found"
    page = boss.get(found, headers=PART).text
    assert "2 单像是同一单" in page
    assert "手机号" in page
    assert "13900001111" not in page
    assert "和生效的不同" not in page
    do("span", span="1", unit="hour")
    wider = boss.get(found, headers=PART).text
    assert "3 单像是同一单" in wider
    assert "新增" in wider
    assert "1 组里有 1 组和生效的设置不同" in wider
    do("span", span="10", unit="second")
    assert "2 单不再算重复" in boss.get(found, headers=PART).text


def test_a_picture_of_the_latest_orders_comes_first_and_the_whole_follows(
    house: House, services: Services, boss: FlaskClient, number: int, draft: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_buyer_clicks_twice(house, services)
    monkeypatch.setattr(near, "FIRST", Extent(2, 100))
    app = create_app(services)
    app.config["WTF_CSRF_ENABLED"] = False
    client = app.test_client()
    client.post("/login", data={"name": "supervisor", "password": PASSWORD})
    found = f"/rules/drafts/{number}/windows/duplicates/found"
    first = client.get(found, headers=PART).text
    assert "2 单算；更早的正在看……" in first
    assert "2 单像是同一单" not in first
    assert f'id="found-more-{draft().revision}"' in first
    whole = client.get(f"{found}?whole={draft().revision}", headers=PART).text
    assert "2 单像是同一单" in whole
    assert "更早的正在看" not in whole
    assert client.get(found, headers=PART).text == whole
    # What was asked for before another edit is not shown any more.
    assert client.get(f"{found}?whole={draft().revision - 1}", headers=PART).status_code == 204


def test_orders_that_would_leave_together_are_shown(
    house: House, services: Services, boss: FlaskClient, number: int, do: Do
) -> None:
    now = services.clock.now()
    same = {"receiver_mobile": "13900003333", "receiver_address": "文三路 1 号"}
    house.post(*(at(now - 9000 + later, f"20{later}", (sku, 1), **same) for later, sku in ((0, "A"), (600, "B"))))
    page = boss.get(f"/rules/drafts/{number}/windows/consolidation/found", headers=PART).text
    assert "2 单并成一个包裹" in page
    do("span", section="consolidation", span="5", unit="minute")
    page = boss.get(f"/rules/drafts/{number}/windows/consolidation/found", headers=PART).text
    assert "2 单不再并在一起" in page


def test_whoever_may_not_draft_sees_the_setting_and_no_orders(
    client_of: Callable[[str], FlaskClient], boss: FlaskClient, number: int
) -> None:
    viewer = client_of("viewer")
    assert viewer.get(f"/rules/drafts/{number}/windows/duplicates").status_code == 200
    assert viewer.get(f"/rules/drafts/{number}/windows/duplicates/found").status_code == 403


def test_whoever_may_not_change_the_words_still_writes_the_reason_that_their_window_needs(
    client_of: Callable[[str], FlaskClient], services: Services, boss: FlaskClient, number: int, do: Do, draft: Any
) -> None:
    with reading(services.database) as db:
        person = db.scalar(select(t.users.c.id).where(t.users.c.name == "supervisor"))
    given = {"which": "some", "edit": ["windows"]}
    assert client_of("administrator").post(f"/users/{person}/rules", data=given).status_code == 303
    before = draft().document
    assert "reason-zh" in boss.get(f"/rules/drafts/{number}/windows/duplicates").text
    do("new-reason", strength="weak", **{"reason-zh": "像是点了两次"})
    code = draft().document["duplicates"]["weak"]["reason"]
    assert draft().document["reasons"] == {**before["reasons"], code: {"zh": "像是点了两次", "en": "像是点了两次"}}
