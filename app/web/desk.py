"""Whose desk a page shows: what was asked for in its address, which roles its person answers for, what waits there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import orjson
from flask import g, request
from sqlalchemy import Connection

from app.bootstrap import Services
from app.domain.work import QUIET, Kind, roles_answered_by, stands_in
from app.fulfilment.suggestions import SkuIndex
from app.persistence.database import reading
from app.persistence.people import ROLES
from app.persistence.reads.goods import sku_names
from app.persistence.reads.groups import all_groups
from app.persistence.reads.orders import search_for
from app.persistence.reads.packs import live_pack
from app.persistence.reads.places import list_shops
from app.persistence.reads.waiting import Waiting, WorkFilter
from app.persistence.reads.work_counts import Count, by_kind, count_work, staffed_roles, waiting_for
from app.web.remembered import Remembered

WHOSE = ("role", "name", "all")
FILTERS = ("whose", "kind", "shop", "q")
_COUNTED_SECONDS = 3.0
_SUGGESTED_SECONDS = 30.0
_REPEATS = {"strong": "suspected-duplicate", "weak": "maybe-duplicate"}


@dataclass(frozen=True, slots=True)
class House:
    """What is the same for everybody: groups, counts, the pack's reasons, those that mean a duplicate, who is there."""

    groups: list[Waiting]
    counts: list[Count]
    reasons: dict[str, Any]
    repeats: frozenset[str]
    staffed: frozenset[str]

    def answers(self, role: str) -> frozenset[str]:
        """The owning roles that `role` answers for now."""
        return roles_answered_by(role, {count.owner for count in self.counts} | set(ROLES), self.staffed)

    def stands_in(self, owner: str) -> str:
        """The role that answers for `owner` now."""
        return stands_in(owner, self.staffed)


class Desk:
    """What waits, for the pages of this process."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self.house = Remembered(self._look, _COUNTED_SECONDS)
        self._skus = Remembered(self._index, _SUGGESTED_SECONDS)

    def asked(self, db: Connection, values: Mapping[str, str] | None = None) -> WorkFilter:
        """What the request's address asks for."""
        values = request.args if values is None else values
        shop_id = int(values["shop"]) if values.get("shop", "").isdigit() else None
        kind, words = values.get("kind", ""), values.get("q", "").strip()
        shops = {shop.id: shop.code for shop in list_shops(db)} if shop_id is not None else {}
        mine = self.mine(values.get("whose", "role"))
        return replace(
            mine, kind=kind if kind in set(Kind) else "", shop_id=shop_id, shop=shops.get(shop_id or 0, ""),
            search=search_for(db, words), words=words,
        )  # fmt: skip

    def mine(self, whose: str = "role") -> WorkFilter:
        """What waits for the request's person."""
        house, user = self.house(), g.user
        return WorkFilter(
            self._services.clock.now(), user.name, house.answers(user.role), whose if whose in WHOSE else "role",
            repeats=house.repeats,
        )  # fmt: skip

    def kinds(self, asked: WorkFilter) -> dict[Kind, int]:
        """How much there is of each kind, whatever kind was asked for."""
        return by_kind(waiting_for(self.house().counts, asked))

    def waiting(self) -> int:
        """How much waits for the request's person; what only informs is left out."""
        return sum(n for kind, n in self.kinds(self.mine()).items() if kind not in QUIET) if g.user else 0

    def guess(self, group: Mapping[str, Any]) -> str:
        """The SKU that an unmatched item most likely is; empty when none is near."""
        return self._skus().suggest(group["code"], f"{group['title']} {group['spec']}") or ""

    def _index(self) -> SkuIndex:
        with reading(self._services.database) as db:
            return SkuIndex(sku_names(db))

    def _look(self) -> House:
        with reading(self._services.database) as db:
            row = live_pack(db)
            pack = orjson.loads(row.document) if row else {}
            repeats = repeat_reasons(pack)
            groups = all_groups(db)
            counts = count_work(db, self._services.clock.now(), repeats, groups)
            return House(groups, counts, pack.get("reasons", {}), repeats, staffed_roles(db))


def here() -> dict[str, Any]:
    """What the request's address narrows the queue to, for the addresses of what is done there."""
    return {name: request.args[name] for name in (*FILTERS, "after") if request.args.get(name)}


def repeat_reasons(pack: Mapping[str, Any]) -> frozenset[str]:
    """The reasons for which a pack holds what may be a duplicate."""
    section = pack.get("duplicates", {})
    own = {section.get(strength, {}).get("reason") for strength in _REPEATS}
    return frozenset({*_REPEATS.values(), *own} - {None})
