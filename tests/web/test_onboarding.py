"""The first quarter of an hour: steps that are told from the data, and the rules to begin with."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app.bootstrap import Services
from app.domain.goods import Sku
from app.persistence import demo
from app.persistence import tables as t
from app.persistence.database import reading, writing
from app.persistence.goods import set_skus
from tests.line.house import NOW


@pytest.fixture
def boss(client_of: Callable[[str], FlaskClient]) -> FlaskClient:
    return client_of("administrator")


def done(client: FlaskClient) -> int:
    return client.get("/workbench/live").text.count('<li class="done">')


def test_a_step_is_done_when_the_data_say_so_and_the_demo_does_none(boss: FlaskClient, services: Services) -> None:
    before = done(boss)  # colleagues are there already
    with writing(services.database) as db:
        demo.put_in(db, ("taobao",), (("D-1", "演示", 100),), now=NOW)
    assert done(boss) == before


def test_a_step_done_is_ticked_after_a_moment(boss: FlaskClient, services: Services) -> None:
    with writing(services.database) as db:
        set_skus(db, [Sku("A", "杯子")])
    page = boss.get("/").text
    assert "添加 SKU" in page
    assert page.count('<li class="done">') == 2  # SKUs, colleagues
    assert "现在用的是“服装默认规则”" in page


def test_the_list_is_put_away_for_good(boss: FlaskClient) -> None:
    boss.post("/steps/dismiss")
    assert "从这里开始" not in boss.get("/").text


def test_keeping_the_live_pack_adds_no_version_and_one_with_holes_becomes_a_draft_that_shows_them(
    boss: FlaskClient, services: Services
) -> None:
    assert "生效中" in boss.get("/rules/choose").text
    assert boss.post("/rules/choose", data={"pack": "apparel-default"}).status_code == 303
    shown = boss.post("/rules/choose", data={"pack": "article-as-written"}).headers["Location"]
    with reading(services.database) as db:
        rows = db.execute(select(t.pack_versions)).all()
    assert [(row.pack, row.live) for row in rows] == [("apparel-default", True)]
    page = boss.get(shown).text
    assert "看这样的一单" in page
    assert "有漏洞，没有生效" in page


def test_a_clerk_may_not_choose_the_rules(client_of: Callable[[str], FlaskClient]) -> None:
    clerk = client_of("clerk")
    assert clerk.post("/rules/choose", data={"pack": "article-as-written"}).status_code == 403
    assert "从这里开始" not in clerk.get("/").text


def test_a_supervisor_is_asked_for_nothing_that_only_an_administrator_can_do(
    client_of: Callable[[str], FlaskClient],
) -> None:
    page = client_of("supervisor").get("/").text
    assert "添加仓库" in page
    assert "添加店铺" not in page
