"""The audit page: found by person, deed and time, in words, exported safely, its chain checked."""

from __future__ import annotations

import ast
import io
import re
from collections.abc import Callable, Iterator
from pathlib import Path

from flask.testing import FlaskClient
from openpyxl import load_workbook
from sqlalchemy import select, update

from app.bootstrap import Services
from app.persistence import tables as t
from app.persistence.audit import note
from app.persistence.database import reading, writing
from app.persistence.imports import open_import
from app.web.audit_details import is_named
from app.web.audit_words import is_known
from tests.line.house import House, a_trade

NOW = 1_784_109_600
_ACTION = re.compile(r"[a-z]+(\.[a-z-]*)?")
_WRITERS = ("note", "audit", "_noted", "_store")
_FILTERS = {"by", "what", "about", "since", "until"}
_OF_WORDS = {"reason", "reasons", "warehouse", "carrier", "priority", "urgent", "fields", "parcels", "other", "deed"}
_OF_DESK = {"owner", "person", "warehouse", "solution", "words"}


def notes_written() -> Iterator[ast.Call]:
    """Every call in the sources that leaves a row in the audit."""
    for path in Path("app").rglob("*.py"):
        for call in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in _WRITERS:
                yield call


def written_actions() -> Iterator[str]:
    """Every action that a source notes; of one put together, its beginning."""
    for call in notes_written():
        for part in (part for argument in call.args[1:3] for part in ast.walk(argument)):
            if isinstance(part, ast.Constant) and isinstance(part.value, str) and _ACTION.fullmatch(part.value):
                yield part.value


def test_every_action_that_is_written_has_words() -> None:
    found = set(written_actions())
    assert len(found) > 40
    rooms = {"dead.", "quarantine.", "shop.", "again", "actor", "pandan"}
    assert {action for action in found - rooms if not is_known(action)} == set()


def test_every_detail_that_is_written_has_a_name() -> None:
    named = {one.arg for call in notes_written() for one in call.keywords if one.arg} - {"now"}
    assert len(named) > 30
    assert {key for key in named | _FILTERS | _OF_WORDS | _OF_DESK if not is_named(key)} == set()


def test_details_are_words_in_both_languages(client_of: Callable[[str], FlaskClient], services: Services) -> None:
    lead = client_of("supervisor")
    with writing(services.database) as db:
        note(db, "lin", "login", now=NOW, address="10.0.0.7")
        note(db, "lin", "order.hold", "7", now=NOW, reason="customer-asked", warehouse=None)
        note(db, "lin", "order.address", "7", now=NOW, fields=["address", "phone"])
        note(db, "lin", "order.unmask", "7", now=NOW, fields=["customer_name", "buyer_message"], reason="after-sales")
        note(db, "lin", "user.role", "x", now=NOW, role="clerk")
        note(db, "lin", "user.shops", "x", now=NOW, shops="all")
        note(db, "lin", "stock.set", "W1/S", now=NOW, on_hand=0)
        note(db, "lin", "transfer.short", "4", now=NOW, units=3, missing="lost")
        note(db, "lin", "task.done", "4", now=NOW, owner="warehouse", solution="no-problem")
        note(db, "lin", "work.undo", "4", now=NOW, deed="hand", n=2)
        note(db, "lin", "papers.slips", "P1", now=NOW, receiver="masked", parcels=2)
        note(db, "lin", "order.undo", "7", now=NOW, word=3, kind="split")
    zh = lead.get("/audit/").text
    lead.set_cookie("language", "en")
    en = lead.get("/audit/").text
    for told in (
        "来自：10.0.0.7", "原因：买家要求等一等", "内容：详细地址、电话", "内容：收件人、买家留言；原因：处理售后",
        "角色：客服", "店铺：全部", "现有：0", "件数：3；少的：丢失", "交给：仓库；结果：没有问题，不用处理",
        "操作：移交；数量：2", "收件信息：打码；包裹数：2", "操作编号：3；种类：拆单",
    ):  # fmt: skip
        assert told in zh
    assert "reason: The buyer asked to wait" in en


def test_the_workbook_holds_what_the_page_shows_and_runs_no_formula(
    client_of: Callable[[str], FlaskClient], services: Services
) -> None:
    lead = client_of("supervisor")
    with writing(services.database) as db:
        note(db, "=cmd()", "order.hold", "7", now=NOW, reason="customer-asked")
    answer = lead.get("/audit/export.xlsx?actor=%3Dcmd()")
    sheet = load_workbook(io.BytesIO(answer.get_data())).worksheets[0]
    assert [cell.value for cell in sheet[1]] == ["时间", "谁", "做了什么", "对象", "细节"]
    assert [cell.value for cell in sheet[2]] == ["2026-07-15 18:00", "=cmd()", "挂起订单", "7", "原因：买家要求等一等"]
    assert sheet["B2"].data_type == "s"
    assert sheet["B2"].quotePrefix
    assert "格式：Excel" in lead.get("/audit/").text
    assert lead.get("/audit/export.pdf").status_code == 404


def test_a_supervisor_reads_it_and_who_works_at_a_desk_does_not(
    client_of: Callable[[str], FlaskClient],
) -> None:
    assert client_of("supervisor").get("/audit/").status_code == 200
    for role in ("clerk", "warehouse", "viewer"):
        assert client_of(role).get("/audit/").status_code == 403


def test_it_is_found_by_person_deed_and_day_and_exported_without_formulas(
    client_of: Callable[[str], FlaskClient], services: Services
) -> None:
    boss = client_of("administrator")
    with writing(services.database) as db:
        note(db, "=cmd()", "order.hold", "7", now=NOW, note="why")
        note(db, "lin", "user.add", "x", now=NOW + 86_400)
    page = boss.get("/audit/?actor=lin").text
    assert "添加用户" in page
    assert "=cmd()" not in page.partition("<table")[2]
    assert "挂起订单" in boss.get("/audit/?action=挂起订单&since=2026-07-15&until=2026-07-15").text
    assert "没有符合的记录" in boss.get("/audit/?action=挂起订单&until=2026-07-14").text
    file = boss.get("/audit/export.csv").get_data().decode("utf-8-sig")
    assert "'=cmd()" in file
    assert "导出了审计" in boss.get("/audit/").text


def test_a_changed_row_is_told(client_of: Callable[[str], FlaskClient], services: Services) -> None:
    boss = client_of("administrator")
    with writing(services.database) as db:
        note(db, "lin", "user.add", "x", now=NOW)
        note(db, "lin", "user.add", "y", now=NOW)
        db.execute(update(t.audit).where(t.audit.c.target == "x").values(target="z"))
    with reading(services.database) as db:
        broken = db.scalar(select(t.audit.c.id).where(t.audit.c.target == "z"))
    assert f"第 {broken} 条记录被改动过" in boss.get("/audit/").text


def test_an_order_and_an_import_are_called_what_people_call_them(
    house: House, client_of: Callable[[str], FlaskClient], services: Services
) -> None:
    house.post(a_trade("4711"))
    state = {
        "file": "七月.csv",
        "shop": "tb",
        "live": True,
        "dry_run": True,
        "state": "draft",
        "actor": "lin",
        "at": NOW,
    }
    with writing(services.database) as db:
        import_id = open_import(db, state, now=NOW)
        note(db, "lin", "import.upload", import_id, now=NOW)
        note(db, "lin", "order.hold", str(house.order_id("4711")), now=NOW)
        note(db, "lin", "order.hold", "999999", now=NOW)
    page = client_of("supervisor").get("/audit/").text
    assert f'<a href="/imports/{import_id}">七月.csv</a>' in page
    assert f'<a href="/orders/{house.order_id("4711")}">4711</a>' in page
    assert ">999999</td>" in page
