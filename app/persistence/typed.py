"""Typed orders: a number for each form, given once, and what became of it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select, text

from app.domain.calendar import local_date
from app.persistence import tables as t
from app.persistence.database import is_sqlite

_LOCK = 7_260_325
_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"


@dataclass(frozen=True, slots=True)
class Numbered:
    """A form with its number. `fresh` when it is new; `same` when what was typed is what was typed before."""

    tid: str
    at: int
    receipt: str | None
    fresh: bool
    same: bool


@dataclass(frozen=True, slots=True)
class Form:
    """What is kept of a form; `digest` is a keyed hash of what was typed, so that nothing personal is kept."""

    token: str
    shop_id: int
    kind: str
    digest: bytes
    actor: str
    source_id: int | None = None
    reason: str = ""


def number_form(db: Connection, form: Form, *, now: int) -> Numbered:
    """Give a form its number, the same one however often it is sent. A sent form that failed may be changed."""
    if not is_sqlite(db):
        # The next number is read and then written.
        db.execute(text(f"SELECT pg_advisory_xact_lock({_LOCK})"))
    known = db.execute(select(t.typed_orders).where(t.typed_orders.c.token == form.token)).first()
    if known is not None:
        return _again(db, form, known)
    day = local_date(now).strftime("%Y%m%d")
    last = db.scalar(select(func.max(t.typed_orders.c.seq)).where(t.typed_orders.c.day == day)) or 0
    tid = f"M-{day}-{last + 1:04d}-{_mark(form.token)}"
    row = {"tid": tid, "day": day, "seq": last + 1, "at": now}
    kept = {name: getattr(form, name) for name in Form.__slots__}
    db.execute(insert(t.typed_orders).values(**kept, **row))
    return Numbered(tid, now, None, fresh=True, same=True)


def accepted(db: Connection, token: str, receipt: str) -> None:
    """Remember that a form's order is on disk."""
    db.execute(t.typed_orders.update().where(t.typed_orders.c.token == token).values(receipt=receipt))


def _again(db: Connection, form: Form, known: Row[Any]) -> Numbered:
    same = known.digest == form.digest
    if known.receipt is None and not same:
        values = {"digest": form.digest, "shop_id": form.shop_id, "reason": form.reason}
        db.execute(t.typed_orders.update().where(t.typed_orders.c.token == form.token).values(**values))
    return Numbered(known.tid, known.at, known.receipt, fresh=False, same=same)


def _mark(token: str) -> str:
    """Two letters, so that a number is not given twice after an older copy of the database was restored."""
    value = int.from_bytes(hashlib.blake2b(token.encode(), digest_size=4).digest(), "big")
    return _LETTERS[value % len(_LETTERS)] + _LETTERS[value // len(_LETTERS) % len(_LETTERS)]
