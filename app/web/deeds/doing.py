"""A deed done within one transaction: checked against what others said meanwhile, then said, then in the audit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from flask import g
from sqlalchemy import Connection

from app.bootstrap import Services
from app.domain.book import Stored
from app.domain.errors import NotFound, PandanError
from app.domain.words import Word, in_the_way
from app.persistence.book import SqlOrderBook
from app.persistence.deeds import Speaker, open_deed, say, tell_results
from app.persistence.people_words import hold_still, words_since
from app.persistence.reads.standing import Standing, holds_of, standings
from app.processing.deeds import Subject, check
from app.web.deeds.foresight import Foreseer
from app.web.deeds.kinds import Form, word_of


@dataclass(frozen=True, slots=True)
class Seen:
    """An order as a person saw it: the number of the latest word and of the decision."""

    order_id: int
    word: int
    decision: int

    def __str__(self) -> str:
        return f"{self.order_id}.{self.word}.{self.decision}"

    @classmethod
    def read(cls, text: str) -> Seen | None:
        """What a form carries; None when it is nothing of the kind."""
        parts = text.split(".")
        return cls(*map(int, parts)) if len(parts) == 3 and all(part.isdigit() for part in parts) else None


class Crossed(PandanError):
    """Somebody else said something of the order that this person has not seen."""

    status = 409

    def __init__(self, rows: Sequence[Any]) -> None:
        super().__init__("crossed", actor=", ".join(sorted({row.actor for row in rows})))
        self.rows = rows


def speaker(services: Services, deed: int | None = None) -> Speaker:
    """The request's person, speaking now."""
    return Speaker(g.user.name, services.clock.now(), deed)


def look_out(db: Connection, seen: Seen | None, kind: str) -> None:
    """Raises `Crossed` when somebody else said something since that gets in the way of a word of this kind."""
    if seen is None:
        return
    rows = [row for row in words_since(db, seen.order_id, seen.word) if row.actor != g.user.name]
    if any(in_the_way(kind, _kind(row)) for row in rows):
        raise Crossed(rows)


def do_one(services: Services, db: Connection, code: str, form: Form, order_id: int, seen: Seen | None) -> None:
    """Do it to one order. Raises `Refused`, `Crossed` or `NotFound`."""
    hold_still(db, [order_id])
    standing = standings(db, [order_id]).get(order_id)
    if standing is None:
        raise NotFound("not-found", what=str(order_id))
    stored = SqlOrderBook(db, services.sealer, looking=True).by_ids([order_id])[0]
    _say(services, db, code, form, stored, standing, seen, speaker(services))


def do_many(
    services: Services, db: Connection, code: str, form: Form, chosen: Sequence[Seen], deed: int
) -> list[tuple[int, str, Mapping[str, object]]]:
    """Do it to each order, as a part of a deed; for each its id and, where it was refused, why."""
    ids = [seen.order_id for seen in chosen]
    hold_still(db, ids)
    standing, by = standings(db, ids), speaker(services, deed)
    known = {stored.id: stored for stored in SqlOrderBook(db, services.sealer, looking=True).by_ids(ids)}
    results: list[tuple[int, str, Mapping[str, object]]] = []
    for seen in chosen:
        if seen.order_id not in known:
            continue
        try:
            _say(services, db, code, form, known[seen.order_id], standing[seen.order_id], seen, by)
            results.append((seen.order_id, "", {}))
        except PandanError as error:
            results.append((seen.order_id, error.code, error.details))
    return results


def do_together(services: Services, db: Connection, foreseer: Foreseer, chosen: Sequence[Seen]) -> int:
    """Put orders into one parcel; the deed's number. Raises `Refused` or `Crossed`."""
    ids = [seen.order_id for seen in chosen]
    hold_still(db, ids)
    for seen in chosen:
        look_out(db, seen, "consolidate")
    words = foreseer.words_together(db, ids)
    deed = open_deed(db, "consolidate", speaker(services))
    by = speaker(services, deed)
    for stored, word in words:
        say(db, services.sealer, stored, word, by)
    tell_results(db, deed, [(order_id, "", {}) for order_id in ids])
    return deed


def _say(
    services: Services,
    db: Connection,
    code: str,
    form: Form,
    stored: Stored,
    standing: Standing,
    seen: Seen | None,
    by: Speaker,
) -> Word:
    # A release frees from the reasons that the person saw, not from one that came since.
    holds = holds_of(db, stored.id, seen.decision) if seen else standing.holds
    word = word_of(code, form, stored, holds)
    look_out(db, seen, word.kind)
    check(Subject(stored, standing.shipped), word)
    say(db, services.sealer, stored, word, by)
    return word


def _kind(row: Any) -> str:
    return str(orjson.loads(row.value)["kind"]) if row.kind == "undo" else str(row.kind)
