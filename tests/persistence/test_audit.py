"""The audit's chain: what was written stays as it was written."""

from __future__ import annotations

from sqlalchemy import Engine, delete, update

from app.persistence import tables as t
from app.persistence.audit import first_broken, note
from app.persistence.database import reading, writing


def _write(database: Engine) -> None:
    for number in range(4):
        with writing(database) as db:
            note(db, "老板", "user.add", f"u{number}", now=number, role="clerk")


def test_rows_as_written_are_a_whole_chain(database: Engine) -> None:
    _write(database)
    with reading(database) as db:
        assert first_broken(db) is None


def test_a_changed_row_breaks_the_chain_at_itself(database: Engine) -> None:
    _write(database)
    with writing(database) as db:
        db.execute(update(t.audit).where(t.audit.c.id == 2).values(actor="somebody else"))
        assert first_broken(db) == 2


def test_a_removed_row_breaks_the_chain_at_the_next(database: Engine) -> None:
    _write(database)
    with writing(database) as db:
        db.execute(delete(t.audit).where(t.audit.c.id == 2))
        assert first_broken(db) == 3
