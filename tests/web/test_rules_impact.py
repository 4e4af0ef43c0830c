"""Nobody publishes what they were not shown the effect of; and any order can be tried beforehand."""

from __future__ import annotations

import re
from typing import Any

import orjson
import pytest
from flask.testing import FlaskClient

from app.bootstrap import Services
from app.persistence.database import reading, writing
from app.persistence.drafts import Draft, Writer, edit_draft, read_draft
from app.persistence.packs import live_version
from app.rulebook.drafts import Edit
from app.web import rules_drafts
from app.web.packed import packed
from tests.line.house import NOW, House, a_trade
from tests.web.impacts import impact, token

PART = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def _now(services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services.clock, "now", lambda: NOW + 60)


def draft(services: Services, number: int) -> Draft:
    with reading(services.database) as db:
        return read_draft(db, number)


def edit(services: Services, number: int, path: str, value: Any, do: str = "set") -> None:
    with writing(services.database) as db:
        edit_draft(db, number, Edit(do, path, value), Writer("supervisor", read_draft(db, number).revision, NOW))


def publish(client: FlaskClient, services: Services, number: int, seen: str, *sections: str) -> Any:
    data = {"revision": draft(services, number).revision, "section": list(sections), "seen": seen, "note": "because"}
    return client.post(f"/rules/drafts/{number}/publish", data=data)


def hold_over(fen: int) -> dict[str, Any]:
    return {"all": [{"field": "order.paid", "op": "is_known"}, {"field": "order.paid", "op": ">=", "value": fen}]}


def live(services: Services) -> int | None:
    with reading(services.database) as db:
        return live_version(db)


def test_the_orders_that_would_go_elsewhere_are_counted_and_named(
    boss: FlaskClient, services: Services, number: int, house: House
) -> None:
    house.post(*(a_trade(f"90{n}", payment=f"{n}000.00") for n in range(1, 5)))
    edit(services, number, "screening/rules/0/when", hold_over(300_000))
    page = impact(boss, number)
    assert re.search(r"<b[^>]*>2</b>\s*单会改去向（最近 7 天共 4 单）", page), page
    assert "新挂起 2 单" in page
    assert {"903", "904"} <= set(re.findall(r">(90\d)<", page))
    edit(services, number, "screening/rules/0/when", hold_over(500_000))
    edit(services, number, "screening/rules/0/title/zh", "大额单")
    assert re.search(r"<b[^>]*>0</b>\s*单会改去向", impact(boss, number))
    edit(services, number, "screening/rules/0/when/all/1/field", "order.payed")
    assert "还有错误" in impact(boss, number)


def test_only_who_was_shown_the_impact_of_just_this_can_publish(
    boss: FlaskClient, services: Services, number: int, house: House
) -> None:
    house.post(a_trade("901", payment="4000.00"))
    edit(services, number, "duplicates/window_seconds", 600)
    edit(services, number, "allocation/rules/0/title/zh", "新名")
    seen = token(impact(boss, number, "duplicates"))
    for wrong in ("", "1.none.0000", seen[:-1] + "x"):
        refused = publish(boss, services, number, wrong, "duplicates")
        assert refused.status_code == 409
        assert "没有发布：你看过影响之后" in refused.text
    assert publish(boss, services, number, seen, "duplicates", "allocation").status_code == 409
    edit(services, number, "allocation/rules/0/title/zh", "更新的名")
    assert publish(boss, services, number, seen, "duplicates").status_code == 409, "the draft moved on"
    assert live(services) == 1
    assert publish(boss, services, number, token(impact(boss, number, "duplicates")), "duplicates").status_code == 303
    assert live(services) == 2


def test_an_impact_beside_another_live_version_is_not_taken(boss: FlaskClient, services: Services, number: int) -> None:
    other = int(boss.post("/rules/drafts", data={"title": "other"}).headers["Location"].rsplit("/", 1)[1])
    edit(services, number, "allocation/rules/0/title/zh", "新名")
    edit(services, other, "duplicates/window_seconds", 600)
    seen = token(impact(boss, number))
    assert publish(boss, services, other, token(impact(boss, other)), "duplicates").status_code == 303
    assert publish(boss, services, number, seen, "allocation").status_code == 409
    assert publish(boss, services, number, token(impact(boss, number)), "allocation").status_code == 303


def test_what_decides_nothing_needs_no_ceremony(boss: FlaskClient, services: Services, number: int) -> None:
    edit(services, number, "note", {"zh": "双十一", "en": "11.11"})
    page = impact(boss, number)
    assert "不影响任何订单的判定" in page
    assert publish(boss, services, number, token(page), "about").status_code == 303


def tried(client: FlaskClient, number: int, **form: str) -> str:
    answer = client.post(f"/rules/drafts/{number}/try", data=form, headers=PART)
    assert answer.status_code == 200, answer.text
    return answer.text


def test_a_recent_order_is_tried_by_the_draft_beside_the_live_rules(
    boss: FlaskClient, services: Services, number: int, house: House
) -> None:
    house.post(a_trade("901", payment="4000.00"))
    edit(services, number, "screening/rules/0/when", hold_over(300_000))
    found = boss.get(f"/rules/drafts/{number}/try?q=901").text
    (link,) = set(re.findall(r"/try\?order=(\d+)", found))
    page = boss.get(f"/rules/drafts/{number}/try?order={link}").text
    mine, theirs = page.split('id="try-theirs"')
    assert "挂起" in mine.split('id="try-mine"')[1]
    assert "不一样" in theirs
    assert "文三路" not in page
    again = tried(boss, number, order=link, changed="1", **{"order.paid": "2,999.99", "line-0": "1"})
    assert "一样" in again.split('id="try-theirs"')[1].split("</section>")[0]
    assert "只差这一条" in again
    assert "需要" in again


def test_stock_can_be_changed_and_the_way_changes_with_it(
    boss: FlaskClient, services: Services, number: int, house: House
) -> None:
    house.post(a_trade("901"))
    number_of = str(house.order_id("901"))
    page = boss.get(f"/rules/drafts/{number}/try?order={number_of}").text
    stock = dict(re.findall(r'name="(stock-[^"]+)"[^>]*value="(\d+)"', page))
    assert len(stock) >= 2
    empty = tried(boss, number, order=number_of, changed="1", **dict.fromkeys(stock, "0"))
    assert "缺货就等补货" in empty
    assert "等" in empty.split('id="try-mine"')[1].split("</section>")[0]


def test_a_counter_example_and_a_pasted_order_are_tried(boss: FlaskClient, number: int, house: House) -> None:
    given = {"order": {"id": "W1", "lines": [{"sku": "A", "quantity": 2}]}, "stock": {"X": {"A": 5}}}
    page = boss.get(f"/rules/drafts/{number}/try", query_string={"given": packed(orjson.dumps(given).decode())})
    assert page.status_code == 200
    assert 'name="stock-X-A"' in page.text
    assert boss.get(f"/rules/drafts/{number}/try?given=nonsense").status_code == 422
    payload = orjson.dumps(a_trade("777")).decode()
    assert "777" in tried(boss, number, text=payload, shop="tb")
    wrong = boss.post(f"/rules/drafts/{number}/try", data={"text": "{", "shop": ""})
    assert wrong.status_code == 422
    assert "不是 JSON" in wrong.text


def test_unfinished_rules_have_no_part_in_a_try(
    boss: FlaskClient, services: Services, number: int, house: House
) -> None:
    house.post(a_trade("901"))
    boss.post(f"/rules/drafts/{number}/rules/allocation/add-rule", data={"revision": draft(services, number).revision})
    page = boss.get(f"/rules/drafts/{number}/try?order={house.order_id('901')}").text
    assert "1 条规则没写完" in page


def test_a_large_draft_is_shown_before_it_is_checked_and_what_was_typed_stays(
    boss: FlaskClient, services: Services, number: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules_drafts, "_AT_ONCE", 0)
    monkeypatch.setattr(rules_drafts, "WAIT_SECONDS", 0.1)
    edit(services, number, "allocation/rules/0/title/zh", "新名")
    asked = {"chosen": "1", "section": ["allocation"], "note": "因为双十一"}
    first = page = boss.get(f"/rules/drafts/{number}", query_string=asked, headers=PART).text
    assert "正在检查" in first
    assert "检查完就能发布" in first
    for _ in range(300):
        page = boss.get(f"/rules/drafts/{number}", query_string=asked, headers=PART).text
        if "正在检查" not in page:
            break
    assert "例子通过" in page
    assert "因为双十一" in page
