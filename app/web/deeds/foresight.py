"""What a deed would do, found by deciding now without writing anything: for one order and for many."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Row

from app.bootstrap import Services, line_of
from app.domain.book import Key, Stored
from app.domain.decision import Decision, Overlay, units_of
from app.domain.errors import PandanError
from app.domain.messages import say
from app.domain.words import Word, lay
from app.persistence.book import SqlOrderBook
from app.persistence.deeds import words_of_deed
from app.persistence.packs import LivePack
from app.persistence.people_words import overlays
from app.persistence.reads.places import list_shops, warehouse_names
from app.persistence.reads.standing import Standing, followers, sharing_identity, standings
from app.processing.batch import foresee
from app.processing.deeds import Subject, check
from app.processing.together import is_same, key_of, put_together
from app.rulebook.pack import CompiledPack
from app.web.language import language

_LAST = float("inf")
_UNFINISHED = ("word-same", "address-same", "split-parcels", "hold-reason", "consolidate-few")
MakeWord = Callable[[Stored, Standing], Word]


@dataclass(frozen=True, slots=True)
class Change:
    """One order before and after. `after` is None when nothing is decided: refused, picked, or left as it is.

    `unfinished`: it is refused only because the form is not filled in yet.
    """

    standing: Standing
    after: Decision | None = None
    refused: str = ""
    chosen: bool = True
    unfinished: bool = False

    @property
    def moved(self) -> bool:
        """Whether the order comes out otherwise than it stands."""
        after = self.after
        return after is not None and (
            str(after.outcome) != self.standing.outcome or units_of(after) != self.standing.units
        )


@dataclass(slots=True)
class Foresight:
    """What a deed would do to the orders chosen and to those that follow them, by the rules of `pack`.

    `names` are those of warehouses by code, `shops` those of shops.
    """

    changes: list[Change] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)
    reasons: dict[str, Any] = field(default_factory=dict)
    pack: CompiledPack | None = None
    shops: dict[str, str] = field(default_factory=dict)

    @property
    def chosen(self) -> list[Change]:
        """The orders that were chosen."""
        return [change for change in self.changes if change.chosen]

    @property
    def others(self) -> list[Change]:
        """Orders nobody chose that would come out otherwise."""
        return [change for change in self.changes if not change.chosen and change.moved]

    @property
    def unfinished(self) -> bool:
        """Whether only the form is not filled in yet."""
        return all(change.unfinished for change in self.chosen)

    @property
    def refused(self) -> str:
        """Why nothing at all can be done; empty when something can."""
        told = {change.refused for change in self.chosen}
        return told.pop() if len(told) == 1 and "" not in told else ""


class _Imagined(SqlOrderBook):
    """The book as it would be had somebody said "not the same" of the pairs `apart`, and not of those `unsure`."""

    apart: frozenset[frozenset[Key]] = frozenset()
    unsure: frozenset[frozenset[Key]] = frozenset()

    def verdicts(self, keys: Collection[Key]) -> set[frozenset[Key]]:
        """See the port."""
        known = super().verdicts(keys) | {pair for pair in self.apart if pair <= set(keys)}
        return known - self.unsure


class Foreseer:
    """Decides, without writing, what the live rules would make of what a person is about to say."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._live = LivePack()

    def words(self, db: Connection, order_ids: Sequence[int], make: MakeWord) -> Foresight:
        """What it would do to say this of each of these orders; the refused ones are told and left as they are."""
        book = _Imagined(db, self._services.sealer, looking=True)
        standing = standings(db, order_ids)
        said: list[Stored] = []
        refused: dict[int, PandanError] = {}
        apart = set()
        for stored in book.by_ids(standing):
            try:
                word = make(stored, standing[stored.id])
                check(Subject(stored, standing[stored.id].shipped), word)
            except PandanError as error:
                refused[stored.id] = error
                continue
            lay(stored.overlay, word)
            said.append(stored)
            if word.kind == "not-same" and word.host:
                apart.add(frozenset({key_of(stored), word.host}))
        book.apart = frozenset(apart)
        return self._seen(db, book, said, standing, refused)

    def together(self, db: Connection, order_ids: Sequence[int]) -> Foresight:
        """What it would do to put these orders into one parcel."""
        book, standing = self._book(db), standings(db, order_ids)
        try:
            said = self._words_together(book, standing)
        except PandanError as error:
            return self._seen(db, book, [], standing, dict.fromkeys(standing, error))
        for stored, word in said:
            lay(stored.overlay, word)
        return self._seen(db, book, list({stored.id: stored for stored, _ in said}.values()), standing, {})

    def unsaid(self, db: Connection, row: Row[Any]) -> Foresight:
        """What it would do to take back this word, with those of the same consolidation."""
        rows = words_of_deed(db, row.deed_id) if row.kind == "consolidate" and row.deed_id else [row]
        book = _Imagined(db, self._services.sealer, looking=True)
        ids = sorted({each.order_id for each in rows})
        left = overlays(db, ids, self._services.sealer, without=[each.id for each in rows])
        said = book.by_ids(ids)
        for stored in said:
            stored.overlay = left.get(stored.id, Overlay())
        if row.kind == "not-same":
            other = book.by_ids([row.other_id])
            book.unsure = frozenset(frozenset({key_of(said[0]), key_of(one)}) for one in other)
        return self._seen(db, book, said, standings(db, ids), {})

    def companions(self, db: Connection, order_id: int) -> list[Standing]:
        """Orders that may share this one's parcel, as far as buyer and address tell."""
        book, line = self._book(db), line_of(self._services, self._live)
        own, *others = book.by_ids([order_id]) + book.by_ids(set(sharing_identity(db, order_id)) - {order_id})
        fit = [one.id for one in others if is_same(own, one, book, line.pack, line.hasher)]
        return list(standings(db, fit).values())

    def words_together(self, db: Connection, order_ids: Sequence[int]) -> list[tuple[Stored, Word]]:
        """The words that put these orders into one parcel. Raises `Refused` when they cannot share one."""
        return self._words_together(self._book(db), standings(db, order_ids))

    def _words_together(self, book: SqlOrderBook, standing: dict[int, Standing]) -> list[tuple[Stored, Word]]:
        line = line_of(self._services, self._live)
        group = [Subject(stored, standing[stored.id].shipped) for stored in book.by_ids(standing)]
        return put_together(group, book, line.pack, line.hasher, self._services.clock.now())

    def _book(self, db: Connection) -> SqlOrderBook:
        return SqlOrderBook(db, self._services.sealer, looking=True)

    def _seen(
        self,
        db: Connection,
        book: SqlOrderBook,
        said: list[Stored],
        standing: dict[int, Standing],
        refused: Mapping[int, PandanError],
    ) -> Foresight:
        line = line_of(self._services, self._live)
        also = book.by_ids(set(followers(db, [one.id for one in said])) - {one.id for one in said})
        # In the order in which the line takes what waits to be decided again.
        turns = sorted([*said, *also], key=lambda one: _turn(one, standing))
        decided = foresee(turns, book, line, self._services.clock.now()) if said else []
        after = {stored.id: decision for stored, decision in decided}
        others = standings(db, after.keys() - standing.keys())
        changes = [_change(one, after.get(one.order_id), refused.get(one.order_id)) for one in standing.values()]
        changes += [Change(one, after[one.order_id], chosen=False) for one in others.values()]
        shops = {shop.code: shop.name for shop in list_shops(db)}
        return Foresight(changes, dict(warehouse_names(db)), dict(line.pack.reasons), line.pack, shops)


def _change(standing: Standing, after: Decision | None, error: PandanError | None) -> Change:
    if error is None:
        return Change(standing, after)
    told = say(error.code, language(), **error.details)
    return Change(standing, None, told, unfinished=error.code in _UNFINISHED)


def _turn(stored: Stored, standing: Mapping[int, Standing]) -> tuple[int, float, int]:
    known, ship_by = standing.get(stored.id), stored.order.ship_by
    return (-known.priority if known else 0, _LAST if ship_by is None else ship_by, stored.id)
