"""The mapper: every control is one edit of the platform's section, and the page shows what becomes of the samples."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from openpyxl import Workbook

from app.bootstrap import Services
from app.persistence.database import reading, writing
from app.persistence.drafts import Draft
from app.persistence.goods import add_shop
from app.persistence.reads.payloads import platforms_of_shops
from app.queue.pasted import MOST
from tests.line.house import House, a_trade
from tests.web.conftest import NOW
from tests.web.impacts import impact, token
from tests.web.unknown_platform import an_order

Do = Callable[..., Any]
PART = {"HX-Request": "true"}


@pytest.fixture
def clerk(client_of: Callable[[str], FlaskClient]) -> FlaskClient:
    return client_of("clerk")


@pytest.fixture
def shop(services: Services, app: Any) -> str:
    with writing(services.database) as db:
        add_shop(db, "yz", "youmai", name="Youmai", now=NOW, new=True)
    return "yz"


@pytest.fixture
def number(clerk: FlaskClient) -> int:
    answer = clerk.post("/rules/mappings/youmai/draft")
    assert answer.status_code == 303
    return int(answer.headers["Location"].split("/")[3])


@pytest.fixture
def do(clerk: FlaskClient, number: int, draft: Callable[[], Draft]) -> Do:
    def post(deed: str, *, status: int = 200, **data: Any) -> str:
        form = {"revision": draft().revision, **data}
        answer = clerk.post(f"/rules/drafts/{number}/mappings/youmai/{deed}", data=form, headers=PART)
        assert answer.status_code == status, answer.text
        return answer.text

    return post


def rows(draft: Draft) -> dict[str, dict[str, Any]]:
    section = draft.document["mappings"]["youmai"]
    return {row["field"]: row for row in (*section["order"], *section["lines"]["fields"])}


def test_a_page_without_samples_says_what_to_do(clerk: FlaskClient, number: int) -> None:
    page = clerk.get(f"/rules/drafts/{number}/mappings/youmai").text
    assert "还没有样本" in page
    assert clerk.get(f"/rules/drafts/{number}/mappings").status_code == 200
    assert clerk.get(f"/rules/drafts/{number}/mappings/excel").status_code == 404
    assert clerk.get(f"/rules/drafts/{number}/mappings/No!").status_code == 404


def test_what_is_sure_is_connected_with_one_press_and_read_at_once(do: Do, draft: Any) -> None:
    do("paste", text=json.dumps([an_order(1), an_order(2, quantity=3)]))
    page = do("accept", which="sure")
    found = rows(draft())
    assert found["order.id"]["from"] == "$.base.orderNumber"
    assert found["line.quantity"]["from"] == "$.buyCount"
    assert draft().document["mappings"]["youmai"]["lines"]["each"] == "$.goods[*]"
    assert found["order.goods_amount"]["unit"] == "fen"
    assert "E2026071500001" in page
    do("undo")
    assert "youmai" not in draft().document["mappings"]


def test_a_value_is_connected_moved_and_taken_off(do: Do, draft: Any) -> None:
    do("paste", text=json.dumps(an_order(1)))
    do("connect", path="$.base.orderNumber", field="order.id")
    do("connect", path="$.goods[*].merchantNo", field="line.sku")
    assert draft().document["mappings"]["youmai"]["lines"] == {
        "each": "$.goods[*]", "fields": [{"field": "line.sku", "from": "$.merchantNo", "as": "text"}],
    }  # fmt: skip
    do("connect", path="$.receiver.mobile", field="order.phone")
    assert rows(draft())["order.phone"]["privacy"] == "phone"
    assert [row["kind"] for row in draft().document["mappings"]["youmai"]["identity"]] == [
        "phone",
        "masked_phone_and_district",
    ]
    do("connect", path="$.base.channel", field="order.id", also="1")
    assert rows(draft())["order.id"]["from"] == ["$.base.orderNumber", "$.base.channel"]
    do("disconnect", place="order/1")
    assert "order.phone" not in rows(draft())
    assert "identity" not in draft().document["mappings"]["youmai"]
    do("connect", path="", field="order.id", status=422)


def test_settings_are_those_of_the_section_and_nonsense_is_refused(do: Do, draft: Any) -> None:
    do("paste", text=json.dumps(an_order(1)))
    do("connect", path="$.money.cash", field="order.paid")
    assert rows(draft())["order.paid"]["unit"] == "fen"
    do("option", place="order/0", name="unit", value="yuan")
    do("option", place="order/0", name="default", value="1.50")
    do("option", place="order/0", name="required", value="true")
    assert rows(draft())["order.paid"] == {
        "field": "order.paid", "from": "$.money.cash", "as": "money", "unit": "yuan", "default": 150, "required": True,
    }  # fmt: skip
    before = draft().revision
    do("option", place="order/0", name="unit", value="dollars", status=422)
    do("option", place="order/0", name="default", value="much", status=422)
    do("paths", place="order/0", paths="money..(", status=422)
    do("option", place="order/9", name="unit", value="fen", status=422)
    assert draft().revision == before
    do("paths", place="order/0", paths="$.money.cash\n$.money.goodsSum")
    assert rows(draft())["order.paid"]["from"] == ["$.money.cash", "$.money.goodsSum"]
    do("connect", path="$.base.bornAt", field="order.created_at")
    assert (rows(draft())["order.created_at"]["format"], "zone" in rows(draft())["order.created_at"]) == (
        "epoch_ms",
        False,
    )
    do("option", place="order/0", name="format", value="text")
    assert rows(draft())["order.created_at"]["zone"] == "Asia/Shanghai"


def test_codes_are_asked_for_and_said(do: Do, draft: Any) -> None:
    do("paste", text=json.dumps([an_order(1), an_order(2, state="Z9")]))
    page = do("connect", path="$.base.stage", field="order.state")
    assert "<code>K2</code>" in page
    assert "<code>Z9</code>" in page
    do("choice", place="order/0", code="K2", meaning="paid")
    page = do("choice", place="order/0", code="Z9", meaning="closed")
    assert rows(draft())["order.state"]["choices"] == {"K2": "paid", "Z9": "closed"}
    do("choice", place="order/0", code="K2", meaning="splendid", status=422)


def test_a_flag_is_raised_by_a_value(do: Do, draft: Any) -> None:
    do("flag", flag="risk_review", flag_path="$.base.risk", values="1，2")
    assert draft().document["mappings"]["youmai"]["flags"] == [
        {"flag": "risk_review", "from": "$.base.risk", "in": ["1", "2"]}
    ]
    do("flag", flag="risk_review", flag_path="$.base..(", values="1", status=422)
    do("unflag", place="0")
    assert "flags" not in draft().document["mappings"]["youmai"]


def test_rows_copied_from_a_sheet_are_samples_too(do: Do, draft: Any) -> None:
    do(
        "paste",
        text="订单编号\t商家编码\t数量\t实付金额\t订单状态\nS1\tTENT\t2\t59.80\t待发货\nS2\tLAMP\t1\t9.90\t已发货",
    )
    page = do("accept", which="all")
    section = draft().document["mappings"]["youmai"]
    assert section["lines"]["each"] == "$"
    assert rows(draft())["line.sku"]["from"] == "$['商家编码']"
    assert rows(draft())["order.state"]["choices"] == {"待发货": "paid", "已发货": "shipped"}
    assert "59.80" in page
    do("paste", text="nothing", status=422)
    do("paste", text='{"a": ', status=422)


def test_the_first_rows_of_a_file_are_samples_too(do: Do, draft: Any) -> None:
    book = Workbook()
    for row in [("订单编号", "商家编码", "数量", "实付金额"), *((f"S{n}", "TENT", 2, 59.8) for n in range(50))]:
        book.active.append(row)  # type: ignore[union-attr]
    data = io.BytesIO()
    book.save(data)
    page = do("sheet", file=(io.BytesIO(data.getvalue()), "orders.xlsx"))
    assert (page.count('id="sample-'), "$[&#39;商家编码&#39;]" in page) == (MOST, True)
    do("accept", which="all")
    assert rows(draft())["line.sku"]["from"] == "$['商家编码']"
    do("forget")
    assert 'id="sample-0"' in do("sheet", file=(io.BytesIO("货号,几件\nTENT,2".encode("gb18030")), "odd.csv"))
    for wrong in (b"", b"%PDF-1.7", b"PK\x03\x04 not a book", "只有一列\n1".encode()):
        do("sheet", file=(io.BytesIO(wrong), "orders.xlsx"), status=422)
    do("sheet", status=422)


def test_personal_data_is_never_shown_plain(do: Do) -> None:
    do("paste", text=json.dumps(an_order(1)))
    page = do("accept", which="all")
    assert "13912345678" not in page
    assert "王小明" not in page


def test_quarantined_orders_go_through_once_the_mapping_is_published(
    client_of_known: Any,
    clerk: FlaskClient,
    number: int,
    do: Do,
    draft: Any,
    house: House,
    shop: str,
    services: Services,
) -> None:
    house.post(*(an_order(n) for n in range(1, 4)), shop=shop)
    assert house.orders() == {}
    group = clerk.get("/quarantine/group", query_string={"key": "youmai|mapping-missing|"}).text
    assert "/rules/mappings/youmai/draft" in group
    assert "0 / 3 个样本能读成订单" in do("accept", which="all")
    place = next(n for n, row in enumerate(_order(draft())) if row["field"] == "order.state")
    assert "3 / 3 个样本能读成订单" in do("choice", place=f"order/{place}", code="K2", meaning="paid")
    boss = client_of_known("supervisor")
    boss.post(f"/rules/drafts/{number}/take-over", data={"revision": draft().revision})
    seen = token(impact(boss, number, "mappings/youmai"))
    form = {"revision": draft().revision, "section": ["mappings/youmai"], "note": "new platform", "seen": seen}
    answer = boss.post(f"/rules/drafts/{number}/publish", data=form)
    assert answer.status_code == 303, answer.text
    house.pump.live.refresh(services.database)
    house.drain()
    assert len(house.orders()) == 3
    house.check()


def test_what_a_platform_altered_is_told(clerk: FlaskClient, services: Services, house: House) -> None:
    house.post(*(a_trade(str(n)) for n in range(1, 19)))
    later = [a_trade(str(n)) for n in range(19, 34)]
    for trade in later:
        del trade["receiver_district"]
        trade |= {"payment": 34800, "risk_level": "low"}
    house.post(*later)
    start = clerk.post("/rules/mappings/taobao/draft").headers["Location"]
    page = clerk.get(start).text
    assert "$.receiver_district 不见了：收货区县从它读取" in page
    assert "$.payment 以前是带小数的数，现在是整数：请核对实付金额。元和分可能换了。" in page
    assert "$.risk_level 是新出现的。" in page
    assert page.count("平台改了</span>") == 2


def _order(draft: Draft) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = draft.document["mappings"]["youmai"]["order"]
    return found


def test_a_shop_may_be_of_a_platform_of_any_name(client_of_known: Any, clerk: FlaskClient, services: Services) -> None:
    boss = client_of_known("administrator")
    form = {"platform": "", "new_platform": "Xianyu", "code": "xy"}
    assert "pk_" in boss.post("/shops/", data=form).text
    with reading(services.database) as db:
        assert "xianyu" in platforms_of_shops(db)
    assert boss.post("/shops/", data={**form, "new_platform": "闲鱼", "code": "xy2"}).status_code == 422
    assert boss.post("/shops/", data={"platform": "ebay", "code": "xy3"}).status_code == 422


def test_somebody_elses_draft_is_only_looked_at(client_of_known: Any, number: int, do: Do, draft: Any) -> None:
    boss = client_of_known("supervisor")
    page = boss.get(f"/rules/drafts/{number}/mappings/youmai").text
    assert "paste-form" not in page
    form = {"revision": draft().revision, "text": json.dumps(an_order(1))}
    url = f"/rules/drafts/{number}/mappings/youmai"
    assert boss.post(f"{url}/paste", data=form, headers=PART).status_code == 422
    asked = {**form, "path": "$.a", "field": "order.id"}
    assert boss.post(f"{url}/connect", data=asked, headers=PART).status_code == 409
    old = draft().revision
    do("connect", path="$.base.stage", field="order.state")
    stale = {"revision": old, "path": "$.base.channel", "field": "order.id"}
    assert client_of_known("clerk").post(f"{url}/connect", data=stale, headers=PART).status_code == 409
    assert client_of_known("warehouse").post(f"{url}/connect", data=form, headers=PART).status_code == 403
