"""What a clerk does with order files: import them, look what came of it, undo it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import text

from app.jobs import current
from app.jobs.imports import perform
from app.jobs.undoing import undo
from app.persistence.database import reading, writing
from app.persistence.import_files import keep_upload
from app.persistence.imports import begin_undo, open_import, read_import
from tests.line.house import NOW, House

HEAD = "订单编号,订单状态,商品编码,数量,联系手机,收货人,收货地址,实付金额,下单时间\n"
COUNTS = ("rows", "orders", "accepted", "duplicates", "rejected", "added", "changed")


def row(number: str, sku: str = "A", quantity: object = 1, *, phone: str = "", minute: int = 0) -> str:
    """One paid order of one line."""
    place = "浙江省杭州市西湖区文三路1号"
    return f"{number},已付款,{sku},{quantity},{phone},林{number},{place},20,2026-07-15 18:{minute:02}:00\n"


class Clerk:
    """Imports into the shop `sheet`."""

    def __init__(self, house: House) -> None:
        self.house, self.services = house, house.services
        current.hold(house.services, None)

    def uploads(self, *rows: str, live: bool = True, dry_run: bool = False) -> str:
        """A file that waits to be imported."""
        state = {
            "file": "day.csv", "shop": "sheet", "live": live, "dry_run": dry_run, "state": "waiting", "actor": "clerk",
            "at": NOW, "rows": 0, "done": 0,
        }  # fmt: skip
        with writing(self.services.database) as db:
            import_id = open_import(db, state, now=NOW)
        keep_upload(self.services.settings.home, import_id, (HEAD + "".join(rows)).encode())
        return import_id

    def imports(self, *rows: str, live: bool = True, dry_run: bool = False) -> tuple[str, dict[str, int]]:
        """Import a file and let the line decide all of it: the import and its counts."""
        import_id = self.uploads(*rows, live=live, dry_run=dry_run)
        perform(self.services, import_id)
        self.house.drain()
        return import_id, self.counts(import_id)

    def undoes(self, import_id: str) -> dict[str, Any]:
        """Undo it; what came of that."""
        with writing(self.services.database) as db:
            begin_undo(db, import_id, actor="clerk", now=NOW)
        found: dict[str, Any] = undo(self.services, import_id)["undo"]
        self.house.drain()
        return found

    def state(self, import_id: str) -> dict[str, Any]:
        """Its document."""
        with reading(self.services.database) as db:
            return read_import(db, import_id)

    def counts(self, import_id: str) -> dict[str, int]:
        """Its counts, which add up."""
        state = self.state(import_id)
        assert state["rows"] == state["accepted"] + state["duplicates"] + state["rejected"]
        return {name: state[name] for name in COUNTS}

    def count(self, table: str, where: str = "1 = 1") -> int:
        """Rows of a table."""
        with reading(self.services.database) as db:
            return int(db.execute(text(f"SELECT COUNT(*) FROM {table} WHERE {where}")).scalar_one())
