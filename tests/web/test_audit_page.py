"""The audit page: found by person, deed and time, in words, exported safely, its chain checked."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from pathlib import Path

from flask.testing import FlaskClient
from sqlalchemy import select, update

from app.bootstrap import Services
from app.persistence import tables as t
from app.persistence.audit import note
from app.persistence.database import reading, writing
from app.web.audit_words import is_known

NOW = 1_784_109_600
_ACTION = re.compile(r"[a-z]+(\.[a-z-]*)?")


def written_actions() -> Iterator[str]:
    """Every action that a source hands to `note`; of one put together, its beginning."""
    for path in Path("app").rglob("*.py"):
        for call in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in ("note", "_store"):
                for part in (part for argument in call.args[2:3] for part in ast.walk(argument)):
                    if isinstance(part, ast.Constant) and isinstance(part.value, str) and _ACTION.fullmatch(part.value):
                        yield part.value


def test_every_action_that_is_written_has_words() -> None:
    found = set(written_actions())
    assert len(found) > 40
    rooms = {"dead.", "quarantine.", "shop.", "again"}
    assert {action for action in found - rooms if not is_known(action)} == set()


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
    file = boss.get("/audit/export").get_data().decode("utf-8-sig")
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
