"""Finding a SKU while it is typed: by code, name or pinyin initials; with its last price and what is free of it."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection

from app.bootstrap import Services
from app.intake.chat import Goods
from app.intake.initials import initials
from app.persistence.database import reading
from app.persistence.reads.goods import sku_names
from app.persistence.reads.places import warehouse_names
from app.persistence.reads.typed import free_units, last_prices

SHOWN = 8


@dataclass(frozen=True, slots=True)
class Offer:
    """A SKU to choose: its last price in fen, and its free units by warehouse, the fullest first."""

    sku: str
    name: str
    price: int | None
    free: tuple[tuple[str, int], ...]

    @property
    def units(self) -> int:
        return sum(units for _, units in self.free)


@dataclass(frozen=True, slots=True)
class _Entry:
    sku: str
    name: str
    code: str
    plain: str
    letters: str


class Shelf:
    """The catalogue in this process, made anew only when it has changed."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._turn = threading.Lock()
        self._rows: list[tuple[str, str]] = []
        self._entries: list[_Entry] = []
        self._goods: Goods | None = None

    def names(self) -> Mapping[str, str]:
        """Every SKU with its name."""
        self._refresh()
        return dict(self._rows)

    def goods(self) -> Goods:
        """What chat texts are matched with."""
        self._refresh()
        with self._turn:
            if self._goods is None:
                self._goods = Goods(self._rows)
            return self._goods

    def find(self, words: str) -> list[tuple[str, str]]:
        """The SKUs that fit what is typed, the best first: `(sku, name)`."""
        self._refresh()
        asked = words.casefold().split()
        ranked = [(rank, entry) for entry in self._entries if (rank := _rank(entry, asked)) is not None]
        ranked.sort(key=lambda one: (one[0], len(one[1].name), one[1].sku))
        return [(entry.sku, entry.name) for _, entry in ranked[:SHOWN]]

    def _refresh(self) -> None:
        with reading(self._services.database) as db:
            rows = sku_names(db)
        with self._turn:
            if rows != self._rows or not self._entries:
                self._goods = None
                self._entries = [
                    _Entry(sku, name, sku.casefold(), name.casefold(), initials(name)) for sku, name in rows
                ]
                self._rows = rows


def offers(db: Connection, found: list[tuple[str, str]]) -> list[Offer]:
    """SKUs with their last price and free units."""
    skus = [sku for sku, _ in found]
    prices, free, names = last_prices(db, skus), free_units(db, skus), dict(warehouse_names(db))
    return [
        Offer(
            sku, name, prices.get(sku), tuple(sorted(((names.get(c, c), n) for c, n in free[sku].items()), key=_most))
        )
        for sku, name in found
    ]


def _most(place: tuple[str, int]) -> tuple[int, str]:
    return -place[1], place[0]


def _rank(entry: _Entry, asked: list[str]) -> int | None:
    """How well a SKU fits all the words; the smaller, the better; None when one word fits nowhere."""
    ranks = [_rank_word(entry, word) for word in asked]
    return None if not asked or None in ranks else sum(rank or 0 for rank in ranks)


def _rank_word(entry: _Entry, word: str) -> int | None:
    if entry.code == word:
        return 0
    if entry.code.startswith(word):
        return 1
    if entry.plain.startswith(word):
        return 2
    if word in entry.plain:
        return 3
    if entry.letters.startswith(word):
        return 4
    if word in entry.code:
        return 5
    return 6 if word in entry.letters else None
