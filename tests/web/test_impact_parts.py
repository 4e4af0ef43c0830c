"""Before publishing, every changed part says what it would come to: windows, ladders, watches and mappings too."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from app.bootstrap import Services
from app.persistence.database import writing
from app.persistence.drafts import Draft, Writer, edit_draft
from app.rulebook.drafts import Edit
from app.web.configurator import near
from tests.line.house import House
from tests.web.impacts import impact, token
from tests.web.test_windows import at

Set = Callable[..., None]


@pytest.fixture
def put(services: Services, number: int, draft: Callable[[], Draft]) -> Set:
    def edit(path: str, value: Any = None, do: str = "set") -> None:
        with writing(services.database) as db:
            edit_draft(db, number, Edit(do, path, value), Writer("supervisor", draft().revision, services.clock.now()))

    return edit


def told(page: str) -> str:
    """What a person reads, without markup."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def test_another_window_says_how_many_are_held_asked_and_let_go(
    boss: FlaskClient, services: Services, number: int, house: House, put: Set, draft: Any
) -> None:
    now = services.clock.now()
    house.post(*(at(now - 4000 + later, f"10{later}", receiver_mobile="13900001111") for later in (0, 100, 1000)))
    live = draft().document["duplicates"]
    put("duplicates/window_seconds", 3600)
    wider = told(impact(boss, number))
    assert "1 单会被当成重复拦下，现在照常发" in wider
    assert "最近 7 天的 3 单里" in wider
    put("duplicates/strong", {"do": "ask", "owner": "clerk"})
    assert "其中 1 单要问人" in told(impact(boss, number))
    assert "1 单照样拦下，但处理方式或负责人不同" in told(impact(boss, number))
    put("duplicates", {**live, "window_seconds": 10})
    assert "1 单不再拦下" in told(impact(boss, number))
    put("duplicates", {**live, "window_seconds": live["window_seconds"] + 1})
    page = impact(boss, number)
    assert "没有一单会不同" in page
    assert token(page)


def test_another_time_to_join_says_how_many_parcels_are_shared_or_not(
    boss: FlaskClient, services: Services, number: int, house: House, put: Set
) -> None:
    now = services.clock.now()
    same = {"receiver_mobile": "13900003333", "receiver_address": "文三路 1 号"}
    house.post(*(at(now - 9000 + later, f"20{later}", (sku, 1), **same) for later, sku in ((0, "A"), (600, "B"))))
    put("consolidation/window_seconds", 300)
    assert "1 单会单独发，现在是并着发" in told(impact(boss, number))


def test_a_changed_ladder_says_how_many_things_it_takes_how_far(
    boss: FlaskClient, services: Services, number: int, house: House, put: Set, draft: Any
) -> None:
    now = services.clock.now()
    house.post(at(now - 40 * 3600, "501", ("UNKNOWN", 1)), at(now - 3600, "502", ("UNKNOWN", 1)))
    made = {
        "id": "waits", "title": {"zh": "等太久", "en": "Waits too long"}, "on": {"timer": "unallocated", "hours": 20},
        "ladder": [{"do": "remind", "owner": "clerk"}, {"do": "supervisor", "after_hours": 6}],
    }  # fmt: skip
    put("escalation/-", made, "insert")
    page = told(impact(boss, number))
    assert "等太久 开始生效" in page
    assert "会为 1 件事做 2 步" in page
    waits = next(n for n, one in enumerate(draft().document["escalation"]) if one["on"]["timer"] == "unallocated")
    put(f"escalation/{waits}", do="remove")
    assert "不再生效 原来会为 1 件事做" in told(impact(boss, number))


def test_other_working_hours_say_so_of_the_rules_that_count_them(
    boss: FlaskClient, number: int, put: Set, draft: Any
) -> None:
    put("calendar", {"days": [1], "from": "10:00", "to": "12:00", "holidays": "none"})
    page = told(impact(boss, number))
    working = [rule["title"]["zh"] for rule in draft().document["escalation"] if rule.get("clock") == "working"]
    assert working
    assert all(title in page for title in working)
    assert "最近 7 天没有这样的事，估不出来" in page


def test_a_changed_watch_says_how_often_it_would_have_fired(
    boss: FlaskClient, services: Services, number: int, house: House, put: Set
) -> None:
    now = services.clock.now()
    house.post(*(at(now - 50_000 + place * 60, f"60{place}", ("A", 4)) for place in range(3)))
    made = {
        "id": "twelve", "title": {"zh": "卖出一打", "en": "A dozen sold"}, "kind": "burst", "window_seconds": 600,
        "units": 10, "then": [{"do": "open_task", "owner": "supervisor"}],
    }  # fmt: skip
    put("watches/-", made, "insert")
    page = told(impact(boss, number))
    assert "卖出一打 开始生效" in page
    assert "会触发 1 次" in page


def test_another_mapping_says_which_of_the_latest_orders_read_otherwise(
    boss: FlaskClient, services: Services, number: int, house: House, put: Set, draft: Any
) -> None:
    now = services.clock.now()
    house.post(at(now - 600, "701"), at(now - 300, "702"))
    rows = draft().document["mappings"]["taobao"]["order"]
    place = next(n for n, row in enumerate(rows) if row["field"] == "order.paid")
    put(f"mappings/taobao/order/{place}/unit", "fen")
    page = told(impact(boss, number))
    assert "2 单读出来不同：" in page or "2 单读不出来了" in page
    put(f"mappings/taobao/order/{place}", {**rows[place], "from": "$.no_such_part", "required": True})
    assert "2 单读不出来了，会进隔离区" in told(impact(boss, number))
    put(f"mappings/taobao/order/{place}", {**rows[place], "default": 1})
    assert "最近收到的 2 单读出来都和现在一样" in told(impact(boss, number))


def test_what_cannot_be_told_is_said(boss: FlaskClient, number: int, put: Set, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(near, "_EMPTY_SECONDS", 0.0)
    put("duplicates/window_seconds", 3600)
    assert "没有订单可以比，估不出来" in impact(boss, number)
    put("mappings/jd/note", {"zh": "京东", "en": "JD"})
    page = impact(boss, number, "mappings/jd")
    assert "这个平台还没有收到过订单，估不出来" in page or "还有错误" in page
