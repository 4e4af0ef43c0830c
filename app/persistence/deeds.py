"""Carrying out what people say of orders: the word, what follows from it at once, and the audit; and taking it back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import Connection, Row, insert, select

from app.domain.book import Stored
from app.domain.errors import NotFound, Refused
from app.domain.words import Word
from app.persistence import tables as t
from app.persistence.audit import note
from app.persistence.people_words import UNDO, intervene, say_same, seal_address, undo_intervention
from app.persistence.redecisions import ask_again
from app.persistence.rows import upsert
from app.persistence.sealing import Sealer

_PLAIN = ("reason", "reasons", "warehouse", "carrier", "priority", "urgent")
_CROSSED = {"address": "address-crossed", "cancel": "cancel-crossed"}
"""The task that the platform's speaking across a word opens: said anew or taken back, there is nothing to ask."""
_TASK = ("open_key", "kind", "order_id", "owner", "details", "opened_at", "waits_by")


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who speaks, when, and as a part of which deed to several orders."""

    name: str
    now: int
    deed: int | None = None


def say(db: Connection, sealer: Sealer, stored: Stored, word: Word, by: Speaker) -> int:
    """Lay a word over an order and ask for it to be decided again; its number (0 for `again`, which only asks).

    The cancellation of what is on a pick list asks the warehouse to stop the parcel.
    """
    number = 0
    if word.kind != "again":
        number = _lay(db, sealer, stored, word, by)
    if stored.picked:
        _stop_parcel(db, stored.id, by.now)
    else:
        ask_again(db, [stored.id], "people" if word.kind == "not-same" else "intervention", now=by.now)
    note(db, by.name, f"order.{word.kind}", str(stored.id), now=by.now, **_told(word, by))
    return number


def take_back(db: Connection, row: Row[Any], by: Speaker) -> list[int]:
    """Take back the word of this row, with those of the same consolidation; the orders to be decided again.

    Raises `Refused` when one of them is picked (but for a cancellation, whose parcel then goes on) or it is gone.
    """
    rows = words_of_deed(db, row.deed_id) if row.kind == "consolidate" and row.deed_id else [row]
    orders = [done for each in rows if (done := take_back_one(db, each, by)) is not None]
    if not orders:
        raise Refused("undo-gone")
    return orders


def take_back_one(db: Connection, row: Row[Any], by: Speaker) -> int | None:
    """Take back one word alone; the order, None when it was taken back before."""
    picked = db.scalar(select(t.orders.c.picked_at).where(t.orders.c.id == row.order_id)) is not None
    if picked and row.kind != "cancel":
        raise Refused("order-picked")
    undone = undo_intervention(db, row.id, actor=by.name, now=by.now, deed=by.deed)
    if undone is None:
        return None
    if picked:
        _close(db, undone, ("stop-parcel",), by)
    else:
        ask_again(db, [undone], "intervention", now=by.now)
    if row.kind in _CROSSED:
        _close(db, undone, (_CROSSED[row.kind],), by)
    note(db, by.name, "order.undo", str(undone), now=by.now, word=row.id, kind=row.kind)
    return undone


def read_word(db: Connection, number: int) -> Row[Any]:
    """The word of that number. Raises `NotFound("undo-gone")`."""
    row = db.execute(select(t.interventions).where(t.interventions.c.id == number)).first()
    if row is None or row.kind == UNDO:
        raise NotFound("undo-gone")
    return row


def open_deed(db: Connection, kind: str, by: Speaker) -> int:
    """A new deed to several orders; its number."""
    row = {"kind": kind, "actor": by.name, "at": by.now, "results": "[]"}
    identity = db.execute(insert(t.deeds).values(**row)).inserted_primary_key
    return int(identity[0]) if identity else 0


def tell_results(db: Connection, deed: int, results: Sequence[tuple[int, str, Mapping[str, object]]]) -> None:
    """How the deed ended for each order: (order id, code of the refusal or nothing, its details)."""
    body = orjson.dumps([[order_id, code, dict(details)] for order_id, code, details in results]).decode()
    db.execute(t.deeds.update().where(t.deeds.c.id == deed).values(results=body))


def read_deed(db: Connection, deed: int) -> Row[Any]:
    """The deed of that number. Raises `NotFound("not-found")`."""
    row = db.execute(select(t.deeds).where(t.deeds.c.id == deed)).first()
    if row is None:
        raise NotFound("not-found", what=str(deed))
    return row


def undo_deed(db: Connection, deed: int, by: Speaker) -> tuple[int, int]:
    """Take back all words of a deed that can be; how many were and how many could not, being picked."""
    done = refused = 0
    for row in words_of_deed(db, deed):
        try:
            done += take_back_one(db, row, by) is not None
        except Refused:
            refused += 1
    db.execute(t.deeds.update().where(t.deeds.c.id == deed).values(undone_at=by.now))
    note(db, by.name, "deed.undo", str(deed), now=by.now, orders=done, refused=refused)
    return done, refused


def words_of_deed(db: Connection, deed: Any) -> Sequence[Row[Any]]:
    """The words of a deed that still count, the latest first."""
    found = t.interventions.c
    chosen = (found.deed_id == deed) & found.undone_at.is_(None) & (found.kind != UNDO)
    # The latest first, so that a host loses its guests' words before its own.
    return db.execute(select(t.interventions).where(chosen).order_by(found.id.desc())).all()


def _lay(db: Connection, sealer: Sealer, stored: Stored, word: Word, by: Speaker) -> int:
    sealed = seal_address(sealer, stored.id, word.address)
    number = intervene(
        db, stored.id, word.kind, word.value, actor=by.name, now=by.now, sealed=sealed, other=word.other, deed=by.deed
    )
    repeat = word.value.get("repeat_of")
    if repeat is not None:
        say_same(db, stored.id, repeat, same=True, actor=by.name, now=by.now)
    if word.kind == "not-same" and word.other is not None:
        say_same(db, stored.id, word.other, same=False, actor=by.name, now=by.now)
    if word.kind == "address":
        _close(db, stored.id, (_CROSSED["address"],), by)
    return number


def _stop_parcel(db: Connection, order_id: int, now: int) -> None:
    places = (
        select(t.warehouses.c.name)
        .join(t.fulfilments, t.fulfilments.c.warehouse_id == t.warehouses.c.id)
        .where(t.fulfilments.c.order_id == order_id, t.fulfilments.c.state == "picked")
    )
    names = "、".join(sorted(set(db.scalars(places))))
    details = orjson.dumps({"warehouse": names}).decode()
    row = (f"stop-parcel:{order_id}:", "stop-parcel", order_id, "warehouse", details, now, now)
    upsert(db, t.tasks, _TASK, [row], "(open_key) DO NOTHING")


def _close(db: Connection, order_id: int, kinds: Sequence[str], by: Speaker) -> None:
    found = t.tasks.c
    chosen = (found.order_id == order_id) & found.kind.in_(kinds) & found.open_key.is_not(None)
    db.execute(t.tasks.update().where(chosen).values(open_key=None, closed_at=by.now, closed_by=by.name))


def _told(word: Word, by: Speaker) -> dict[str, object]:
    """What the audit tells of a word: no personal data, no free text."""
    told = {key: value for key, value in word.value.items() if key in _PLAIN}
    if word.address:
        told["fields"] = sorted(word.address)
    if word.kind == "split":
        told["parcels"] = len(word.value["parts"]) + 1
    if word.other is not None or "repeat_of" in word.value:
        told["other"] = word.other or word.value["repeat_of"]
    if by.deed is not None:
        told["deed"] = by.deed
    return told
