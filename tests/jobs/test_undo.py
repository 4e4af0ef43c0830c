"""Undoing an import: what it alone brought goes, what anybody touched stays, and the file may be imported again."""

from __future__ import annotations

from app.persistence import tables as t
from app.persistence.database import writing
from app.persistence.undo_import import MADE_BY_THE_LINE
from tests.jobs.clerk import Clerk, row
from tests.line.house import NOW


def test_live_orders_give_back_their_stock_and_come_again(clerk: Clerk) -> None:
    clerk.imports(row("KEPT"))
    before = clerk.house.state()
    rows = [row("T1", "A", 4), row("T2", "B", 2), row("T3", "NEVER-HEARD-OF"), row("T4", "A", 99)]
    import_id, first = clerk.imports(*rows)
    assert clerk.house.state() != before
    assert clerk.undoes(import_id)["removed"] == 4
    assert clerk.house.state() == before
    for table in MADE_BY_THE_LINE:
        assert clerk.count(table, f"order_id <> {clerk.house.order_id('KEPT')}") == 0
    clerk.house.check()
    assert clerk.state(import_id)["state"] == "undone"
    assert clerk.count("receipts", "note = 'undone' AND order_id IS NULL") == 4
    assert clerk.count("audit", "action IN ('import.undo', 'import.undone')") == 2
    _, again = clerk.imports(*rows)
    assert again == first
    clerk.house.check()


def test_numbers_of_what_is_gone_are_not_given_again(clerk: Clerk) -> None:
    import_id, _ = clerk.imports(row("T1"))
    gone = clerk.house.order_id("T1")
    clerk.undoes(import_id)
    clerk.imports(row("T2"))
    assert clerk.house.order_id("T2") > gone


def test_history_goes_too(clerk: Clerk) -> None:
    import_id, _ = clerk.imports(*[row(f"H{n}") for n in range(30)], live=False)
    assert clerk.undoes(import_id) == {"actor": "clerk", "at": NOW, "removed": 30, "kept": {}}
    assert clerk.house.orders() == {}
    clerk.house.check()


def test_what_was_touched_or_there_before_stays_and_is_told(clerk: Clerk) -> None:
    clerk.imports(row("O1"))
    import_id, _ = clerk.imports(row("O1", quantity=2), row("S1"), row("P1"), row("R1"), row("G1"))
    clerk.house.word("S1", "priority", {"priority": 3})
    with writing(clerk.services.database) as db:
        db.execute(t.orders.update().where(t.orders.c.tid == "P1").values(picked_at=NOW))
    clerk.imports(row("R1", quantity=2))
    undone = clerk.undoes(import_id)
    assert (undone["removed"], undone["kept"]) == (1, {"older": 1, "said": 1, "picked": 1, "revised": 1})
    assert set(clerk.house.orders()) == {"O1", "S1", "P1", "R1"}
    clerk.house.check()


def test_an_order_held_for_one_that_goes_is_decided_again(clerk: Clerk) -> None:
    import_id, _ = clerk.imports(row("FIRST", phone="13800138000"))
    clerk.imports(row("SECOND", phone="13800138000", minute=1))
    assert clerk.house.orders()["SECOND"][0] == "held"
    clerk.undoes(import_id)
    assert clerk.house.orders() == {"SECOND": ("allocated", "")}
    clerk.house.check()


def test_freed_stock_goes_to_who_waits_for_it(clerk: Clerk) -> None:
    import_id, _ = clerk.imports(row("T1", "B", 10))
    clerk.imports(row("T2", "B", 5))
    assert clerk.house.orders()["T2"][0] != "allocated"
    clerk.undoes(import_id)
    assert clerk.house.orders() == {"T2": ("allocated", "")}
    clerk.house.check()
