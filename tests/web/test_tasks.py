"""The queue: what waits for whom, in words, with the buttons that solve it; deeds, and taking them back."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from app.bootstrap import Services
from app.domain.goods import Sku
from app.persistence import tables as t
from app.persistence.database import writing
from app.persistence.goods import set_skus
from tests.line.house import House, a_trade
from tests.web.desk_hands import BIG, all_of, do, key, open_task, rows, undo_in


def test_a_released_order_leaves_the_queue_at_once_and_comes_back_when_taken_back(
    house: House, boss: FlaskClient
) -> None:
    house.post(a_trade("1", **BIG))
    assert rows(boss) == [key(house, "1")]
    answer = do(boss, "release", key(house, "1"))
    assert answer.status_code == 200
    assert rows(boss) == []
    house.drain()
    assert house.orders()["1"][0] == "allocated"
    assert boss.post(undo_in(answer)).status_code == 303
    house.drain()
    assert house.orders()["1"] == ("held", "big-value")
    assert rows(boss) == [key(house, "1")]


def test_many_are_released_and_taken_back_as_a_whole(house: House, boss: FlaskClient) -> None:
    tids = [str(number) for number in range(1, 9)]
    house.post(*(a_trade(tid, **BIG) for tid in tids))
    answer = do(boss, "release", *(key(house, tid) for tid in tids))
    assert "8" in answer.text
    house.drain()
    assert {outcome for outcome, _ in house.orders().values()} == {"allocated"}
    boss.post(undo_in(answer))
    house.drain()
    assert set(house.orders().values()) == {("held", "big-value")}
    assert boss.post(undo_in(answer)).status_code == 404


def test_what_does_not_fit_is_passed_over_and_told(house: House, boss: FlaskClient, services: Services) -> None:
    house.post(a_trade("1", **BIG), a_trade("2", ("NONE", 1)), a_trade("3", ("B", 99)))
    answer = do(boss, "release", key(house, "1"), key(house, "2"), key(house, "3"), open_task(services), "o999")
    assert "1 个已经不在等了" in answer.text
    assert "3 个不适用" in answer.text
    house.drain()
    assert house.orders() == {"1": ("allocated", ""), "2": ("held", "unmatched-item"), "3": ("backordered", "")}


def test_two_people_release_the_same_order_and_the_second_is_told(
    house: House, boss: FlaskClient, client_of_known: Callable[[str], FlaskClient], services: Services
) -> None:
    house.post(a_trade("1", **BIG))
    do(boss, "release", key(house, "1"))
    second = do(client_of_known("clerk"), "release", key(house, "1"))
    assert "刚被别人处理" in second.text
    assert len(all_of(services, t.interventions)) == 1


@pytest.mark.parametrize(("deed", "after"), [("not-same", "allocated"), ("same", "recorded")])
def test_a_duplicate_is_answered_and_the_answer_forgotten_again(
    house: House, boss: FlaskClient, services: Services, deed: str, after: str
) -> None:
    house.post(a_trade("1"), a_trade("2", oaid="oaid-1", receiver_address="文三路9号"))
    assert house.orders()["2"] == ("held", "suspected-duplicate")
    answer = do(boss, deed, key(house, "2"))
    house.drain()
    assert house.orders()["2"][0] in (after, "consolidated" if deed == "not-same" else after)
    assert len(all_of(services, t.verdicts)) == 1
    boss.post(undo_in(answer))
    house.drain()
    assert all_of(services, t.verdicts) == []
    assert house.orders()["2"] == ("held", "suspected-duplicate")


def test_a_cluster_is_shown_side_by_side_with_what_differs_and_answered_at_once(
    house: House, boss: FlaskClient
) -> None:
    house.post(a_trade("1"), a_trade("2", oaid="oaid-1"), a_trade("3", ("A", 2), oaid="oaid-1"))
    page = boss.get(f"/tasks/open?key={key(house, '3')}").text
    assert [page.count(f">{tid}</a>") for tid in ("1", "2", "3")] == [1, 1, 1]
    assert re.search(r'<td class="differs">A\s+× 2', page)
    assert "都不是同一笔" in page
    do(boss, "same", key(house, "2"), key(house, "3"))
    house.drain()
    assert {tid: outcome for tid, (outcome, _) in house.orders().items()} == {
        "1": "allocated", "2": "recorded", "3": "recorded",
    }  # fmt: skip


def test_a_shortage_is_shipped_from_where_a_person_says(house: House, boss: FlaskClient) -> None:
    house.post(a_trade("1", ("A", 50)))
    assert house.orders()["1"][0] == "backordered"
    panel = boss.get(f"/tasks/open?key={key(house, '1')}").text
    assert "杭州仓" in panel
    assert "A</span> × 50" in panel
    do(boss, "warehouse", key(house, "1"), warehouse="HZ")
    house.stock(("HZ", "A", 60))
    assert house.orders()["1"][0] == "allocated"


def test_a_shortage_that_may_wait_leaves_the_queue_and_its_order_is_not_touched(
    house: House, boss: FlaskClient, services: Services
) -> None:
    house.post(a_trade("1", ("A", 50)))
    answer = do(boss, "wait", key(house, "1"))
    assert rows(boss) == []
    assert rows(boss, "/tasks/?kind=resting") == [key(house, "1")]
    assert all_of(services, t.redecisions) == []
    boss.post(undo_in(answer))
    assert rows(boss) == [key(house, "1")]


def test_an_item_is_matched_in_the_queue_and_its_orders_go_on(house: House, boss: FlaskClient) -> None:
    house.post(a_trade("1", ("NONE", 1)), a_trade("2", ("NONE", 1)))
    (group,) = rows(boss, "/tasks/?whose=all&kind=unmatched")
    page = boss.get("/tasks/?whose=all").text
    assert "2 单在等" in page
    with writing(house.services.database) as db:
        set_skus(db, [Sku("A", "衬衫")])
    assert boss.post("/tasks/match", data={"key": group, "sku": "NEVER"}).status_code == 400
    assert boss.post("/tasks/match", data={"key": group, "sku": "A"}).status_code == 303
    house.drain()
    assert {outcome for outcome, _ in house.orders().values()} == {"allocated"}


def test_a_fault_is_sent_again_from_the_queue(house: House, boss: FlaskClient) -> None:
    house.post(a_trade("1", payment="x"), a_trade("2", payment="y"))
    (group,) = rows(boss, "/tasks/?whose=all")
    assert boss.post("/tasks/resend", data={"key": group}).status_code == 303
    assert {status for status, _ in house.receipts()} == {"retry"}


def test_a_task_is_closed_with_a_reason_and_reopened(boss: FlaskClient, services: Services, house: House) -> None:
    task = open_task(services)
    assert do(boss, "done", task, solution="unsolvable").status_code == 400
    answer = do(boss, "done", task, solution="unsolvable", remark="电话打不通")
    (row,) = all_of(services, t.tasks)
    assert (row.open_key, row.closed_by, row.solution, row.remark) == (None, "supervisor", "unsolvable", "电话打不通")
    boss.post(undo_in(answer))
    (row,) = all_of(services, t.tasks)
    assert (row.open_key, row.closed_at, row.solution) == ("call-buyer:None:", None, None)


def test_a_note_is_in_the_orders_timeline(house: House, boss: FlaskClient) -> None:
    house.post(a_trade("1", **BIG))
    boss.post("/tasks/note", data={"key": key(house, "1"), "remark": "买家要晚点发"})
    assert "买家要晚点发" in boss.get(f"/orders/{house.order_id('1')}").text
    assert "买家要晚点发" in boss.get(f"/tasks/open?key={key(house, '1')}").text
    assert boss.post("/tasks/note", data={"key": key(house, "1"), "remark": " "}).status_code == 400


def test_a_form_that_htmx_did_not_send_leads_back_to_the_queue(house: House, boss: FlaskClient) -> None:
    house.post(a_trade("1", **BIG))
    answer = boss.post("/tasks/do?kind=hold&whose=all", data={"one": f"release.{key(house, '1')}"})
    assert answer.status_code == 303
    assert answer.headers["Location"] == "/tasks/?whose=all&kind=hold"


def test_more_than_two_hundred_at_once_are_refused(house: House, boss: FlaskClient) -> None:
    assert do(boss, "take", *(f"o{number}" for number in range(201))).status_code == 400
    assert do(boss, "take").status_code == 400
    assert do(boss, "explode", "o1").status_code == 400


def test_the_badge_and_the_workbench_tell_how_much_waits_for_me(house: House, boss: FlaskClient) -> None:
    house.post(a_trade("1", **BIG), a_trade("2", **BIG), a_trade("3", ("NONE", 1)))
    home = boss.get("/").text
    assert re.search(r'id="waiting-now">2<', home)
    assert "等我处理" in home
    assert "大额订单" in home


@pytest.mark.parametrize(
    ("words", "found"),
    [("1", ["1"]), ("0002", ["2"]), ("B", ["3"]), ("NONE", ["item"]), ("nothing-like-it", [])],
)
def test_the_queue_is_searched_by_number_phone_and_sku(
    house: House, boss: FlaskClient, words: str, found: list[str]
) -> None:
    house.post(a_trade("1", **BIG), a_trade("2", **BIG), a_trade("3", ("B", 99)))
    house.post(a_trade("4", ("NONE", 1)))
    keys = {tid: key(house, tid) for tid in "123"} | {"item": "i1/90NONE"}
    assert rows(boss, f"/tasks/?whose=all&q={words}") == [keys[name] for name in found]


def test_a_hold_tells_why_when_it_is_opened(house: House, boss: FlaskClient) -> None:
    house.post(a_trade("1", **BIG))
    page = boss.get(f"/tasks/open?key={key(house, '1')}").text
    assert "已挂起，没有占用库存" in page
    assert "起作用的规则" in page
