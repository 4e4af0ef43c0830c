"""Rules as a table on the pages: read, changed cell by cell in a draft, to Excel and back by way of what differs."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from openpyxl import load_workbook

from app.bootstrap import Services
from app.persistence.database import reading
from app.persistence.drafts import read_draft
from app.persistence.packs import publish_shipped
from tests.line.house import NOW

PAID = "when//order.paid/>="


@pytest.fixture
def boss(client_of: Callable[[str], FlaskClient], services: Services) -> FlaskClient:
    publish_shipped(services.database, now=NOW)
    return client_of("supervisor")


def begun(client: FlaskClient) -> int:
    return int(client.post("/rules/drafts", data={"title": "x"}).headers["Location"].rsplit("/", 1)[1])


def rules(services: Services, number: int, section: str = "screening") -> list[dict[str, Any]]:
    with reading(services.database) as db:
        found: list[dict[str, Any]] = read_draft(db, number).document[section]["rules"]
    return found


def bound(rule: dict[str, Any]) -> int:
    """The one value that the rule compares with."""
    (value,) = (one["value"] for one in rule["when"]["all"] if "value" in one)
    return int(value)


def posted(
    client: FlaskClient, services: Services, number: int, what: str, section: str = "screening", **form: Any
) -> Any:
    with reading(services.database) as db:
        revision = read_draft(db, number).revision
    return client.post(f"/rules/drafts/{number}/table/{section}/{what}", data={"revision": revision, **form})


def written(client: FlaskClient, services: Services, number: int, value: str, column: str = PAID, **more: Any) -> Any:
    cells = json.dumps([["big-value", column, value]])
    return posted(client, services, number, "cells", cells=cells, **more)


def workbook(client: FlaskClient, change: Callable[[Any], None], where: str = "/rules/table/screening/workbook") -> Any:
    """The exported workbook after a change, as an upload."""
    book = load_workbook(io.BytesIO(client.get(where).data))
    change(book.worksheets[0])
    out = io.BytesIO()
    book.save(out)
    return client.post(where, data={"file": (io.BytesIO(out.getvalue()), "rules.xlsx")})


def unmarked(page: str) -> str:
    """The page without the marks at what differs."""
    return re.sub(r"</?(ins|del)>", "", page)


def column(sheet: Any, key: str) -> int:
    return next(c for c in range(1, sheet.max_column + 1) if sheet.cell(1, c).value == key)


def test_the_live_rules_are_read_as_a_table_and_cannot_be_written(boss: FlaskClient) -> None:
    page = boss.get("/rules/table/screening").text
    assert "实付金额 不少于（元）" in page
    assert '<td class="when">5000</td>' in page
    assert "data-editable" not in page
    assert "不是这张表的形状" in page  # “加急” asks for any of three things.


def test_one_cell_changes_one_value_and_says_when_it_cannot_be(boss: FlaskClient, services: Services) -> None:
    number = begun(boss)
    before = rules(services, number)
    told = written(boss, services, number, "8000").json
    assert "8000" in told["rows"]["big-value"]["cells"]
    assert not told["reload"]
    after = rules(services, number)
    assert bound(after[0]) == 800_000
    assert after[1:] == before[1:]
    ((name, column, why),) = written(boss, services, number, "many").json["wrong"]
    assert (name, column) == ("big-value", PAID)
    assert "要填数字" in why
    assert bound(rules(services, number)[0]) == 800_000
    assert written(boss, services, number, "9000", revision=1).status_code == 409


def test_a_pasted_block_is_one_change_and_what_cannot_be_read_is_left(boss: FlaskClient, services: Services) -> None:
    number = begun(boss)
    before = rules(services, number)
    block = [
        ["big-value", PAID, "6000"], ["big-value", "title/zh", "大单"], ["bulk", "when//order.quantity/>", "lots"],
        ["+0", PAID, "100"], ["+0", "then/hold/reason", before[0]["then"][0]["reason"]], ["+1", PAID, ""],
    ]  # fmt: skip
    told = posted(boss, services, number, "cells", cells=json.dumps(block)).json
    assert [one[:2] for one in told["wrong"]] == [["bulk", "when//order.quantity/>"]]
    assert told["reload"]
    after = rules(services, number)
    assert (bound(after[0]), after[0]["title"]["zh"]) == (600_000, "大单")
    assert len(after) == len(before) + 1
    assert after[-1]["when"] == {"all": [{"field": "order.paid", "op": ">=", "value": 10_000}]}
    assert posted(boss, services, number, "undo").json["redo"]
    assert rules(services, number) == before


def test_what_a_row_still_lacks_is_told_at_its_cell(boss: FlaskClient, services: Services) -> None:
    number = begun(boss)
    name = posted(boss, services, number, "rows", do="insert", chosen="big-value").json["order"][0]
    assert rules(services, number)[0]["id"] == name
    told = posted(boss, services, number, "cells", cells=json.dumps([[name, PAID, "10"]])).json
    assert "原因" in told["rows"][name]["faults"]["then/hold/reason"]


def test_an_emptied_cell_drops_the_condition_and_a_new_column_adds_one(boss: FlaskClient, services: Services) -> None:
    number = begun(boss)
    assert "优惠金额 大于" in boss.get(f"/rules/drafts/{number}/table/screening?who=&field=order.discount&op=%3E").text
    written(boss, services, number, "10", column="when//order.discount/>")
    written(boss, services, number, "")
    conditions = rules(services, number)[0]["when"]["all"]
    assert conditions[-1] == {"field": "order.discount", "op": ">", "value": 1000}
    assert ">=" not in [one["op"] for one in conditions]


def test_an_actions_columns_are_added_and_a_column_is_taken_away_as_one_edit(
    boss: FlaskClient, services: Services
) -> None:
    number = begun(boss)
    before = rules(services, number)
    page = boss.get(f"/rules/drafts/{number}/table/screening?action=add_gift").text
    assert page.count('data-key="then/add_gift/') == 2
    assert 'value="add_gift"' not in page
    gift = [["big-value", "then/add_gift/sku", "CARD"], ["big-value", "then/add_gift/quantity", "2"]]
    posted(boss, services, number, "cells", cells=json.dumps(gift))
    assert rules(services, number)[0]["then"][-1] == {"do": "add_gift", "sku": "CARD", "quantity": 2}
    for column in ("sku", "quantity"):
        told = posted(boss, services, number, "columns", key=f"then/add_gift/{column}").json
        assert (told["reload"], told["undo"]) == (True, True)
    assert rules(services, number) == before
    posted(boss, services, number, "undo")
    assert rules(services, number)[0]["then"][-1] == {"do": "add_gift", "quantity": 2}
    assert "refused" in posted(boss, services, number, "columns", key="title/zh").json


def test_a_row_is_moved_copied_and_taken_out(boss: FlaskClient, services: Services) -> None:
    number = begun(boss)
    for do, chosen in (("copy", "big-value"), ("down", "big-value"), ("remove", "bulk")):
        assert posted(boss, services, number, "rows", do=do, chosen=chosen).status_code == 200
    ids = [rule["id"] for rule in rules(services, number)]
    assert ids[:2] == ["big-value-2", "big-value"]
    assert "bulk" not in ids


def test_a_changed_workbook_is_shown_before_it_becomes_a_draft(boss: FlaskClient, services: Services) -> None:
    def cheaper(sheet: Any) -> None:
        sheet.cell(4, column(sheet, PAID)).value = 3000

    preview = workbook(boss, cheaper)
    assert "不少于 5,000 元" in unmarked(preview.text)
    assert "不少于 3,000 元" in unmarked(preview.text)
    packed = re.search(r'name="rules" value="([^"]+)"', preview.text)
    assert packed is not None
    made = boss.post("/rules/table/screening/take", data={"rules": packed[1]})
    number = int(made.headers["Location"].rsplit("/", 1)[1])
    assert bound(rules(services, number)[0]) == 300_000


def test_an_unchanged_workbook_differs_in_nothing(boss: FlaskClient) -> None:
    for section in ("screening", "allocation"):
        where = f"/rules/table/{section}/workbook"
        assert "没有不同" in workbook(boss, lambda _: None, where).text


def test_a_workbook_with_a_wrong_cell_says_which_and_changes_nothing(boss: FlaskClient) -> None:
    def wrong(sheet: Any) -> None:
        sheet.cell(4, column(sheet, PAID)).value = "a lot"

    answer = workbook(boss, wrong)
    assert answer.status_code == 422
    assert re.search(r"[A-Z]4 格", answer.text)
    assert "要填数字，现在是“a lot”" in answer.text


def test_what_others_changed_meanwhile_is_kept(boss: FlaskClient, services: Services) -> None:
    number = begun(boss)
    where = f"/rules/drafts/{number}/table/screening/workbook"
    exported = boss.get(where).data
    written(boss, services, number, "7000")
    book = load_workbook(io.BytesIO(exported))
    sheet = book.worksheets[0]
    sheet.cell(5, column(sheet, "when//order.quantity/>")).value = 60
    out = io.BytesIO()
    book.save(out)
    preview = boss.post(where, data={"file": (io.BytesIO(out.getvalue()), "rules.xlsx")}).text
    assert "大于 60 件" in unmarked(preview)
    assert "5,000" not in preview
    packed, revision = (re.search(rf'name="{name}" value="([^"]+)"', preview) for name in ("rules", "revision"))
    assert packed is not None
    assert revision is not None
    boss.post(f"/rules/drafts/{number}/table/screening/take", data={"rules": packed[1], "revision": revision[1]})
    values = [bound(rule) for rule in rules(services, number)[:2]]
    assert values == [700_000, 60]


def test_nobody_writes_without_the_right_and_nonsense_is_refused(
    boss: FlaskClient, client_of_known: Callable[[str], FlaskClient]
) -> None:
    viewer = client_of_known("viewer")
    assert viewer.get("/rules/table/allocation").status_code == 200
    assert viewer.post("/rules/table/allocation/take", data={"rules": "x"}).status_code == 403
    assert boss.get("/rules/table/mappings").status_code == 404
    for packed in ("x", "eJyLjgUAARUAuQ==", ""):
        assert boss.post("/rules/table/allocation/take", data={"rules": packed}).status_code in (303, 400)
    assert (
        boss.post("/rules/table/allocation/workbook", data={"file": (io.BytesIO(b"no"), "x.xlsx")}).status_code == 422
    )


def test_reasons_and_carriers_stand_in_words_on_the_page_and_in_excel(boss: FlaskClient, services: Services) -> None:
    number = begun(boss)
    page = boss.get(f"/rules/drafts/{number}/table/screening").text
    held = rules(services, number)[0]["then"][0]["reason"]
    with reading(services.database) as db:
        reasons = read_draft(db, number).document["reasons"]
    assert f">{reasons[held]['zh']}<" in page
    assert f">{held}<" not in page
    other = next(code for code in reasons if code != held)
    assert written(boss, services, number, reasons[other]["zh"], "then/hold/reason").status_code == 200
    assert rules(services, number)[0]["then"][0]["reason"] == other
    assert written(boss, services, number, "顺丰", "then/wish_carrier/carrier").status_code == 200
    assert {"do": "wish_carrier", "carrier": "SF"} in rules(services, number)[0]["then"]
    where = f"/rules/drafts/{number}/table/screening/workbook"
    assert "没有不同" in workbook(boss, lambda _: None, where).text
