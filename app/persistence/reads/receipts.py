"""Receipts that need a person: quarantined ones grouped by the same fault, and dead ones."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Row, Select, func, select

from app.domain.errors import NotFound, Problem
from app.persistence.tables import receipts, shops

GROUPED_ROWS = 5_000
PAGE_ROWS = 50
DISCARDED = "discarded"
"""The note on a receipt that a person has put aside; it stays counted where it was."""


@dataclass(slots=True)
class FaultGroup:
    """Quarantined receipts of one platform with the same first fault (`code` at `path`); `key` names the group.

    Values without a meaning are told apart: each is given its own.
    """

    code: str
    path: str
    platform: str
    problem: Problem
    shops: set[str] = field(default_factory=set)
    receipts: list[str] = field(default_factory=list)
    oldest_at: int = 0

    @property
    def key(self) -> str:
        value = f"|{self.problem.details.get('value', '')}" if self.code == "unknown-choice" else ""
        return f"{self.platform}|{self.code}|{self.path}{value}"


@dataclass(frozen=True, slots=True)
class ReceiptFile:
    """One receipt with its sealed payload (None once its order is stored) and every problem found."""

    id: str
    shop: str
    shop_name: str
    platform: str
    tid: str | None
    status: str
    note: str
    problems: list[Problem]
    payload: bytes | None
    received_at: int
    closed_at: int


def quarantine_groups(connection: Connection) -> list[FaultGroup]:
    """Open quarantined receipts grouped by platform, code and path, the largest first; the latest 5,000 of them."""
    groups: dict[str, FaultGroup] = {}
    columns = (receipts.c.id, receipts.c.problems, receipts.c.received_at, shops.c.code.label("shop"), shops.c.platform)
    for row in connection.execute(_open("quarantined").with_only_columns(*columns).limit(GROUPED_ROWS)):
        _add(groups, row)
    return sorted(groups.values(), key=lambda group: (-len(group.receipts), group.key))


def quarantine_count(connection: Connection) -> int:
    """How many quarantined receipts wait for a person."""
    waiting = select(func.count()).where(receipts.c.status == "quarantined", receipts.c.note != DISCARDED)
    return int(connection.scalar(waiting) or 0)


def dead_receipts(connection: Connection, after: str = "", limit: int = PAGE_ROWS) -> list[ReceiptFile]:
    """Dead receipts that nobody has put aside, the latest first, older than `after` when given."""
    statement = _open("dead").limit(limit)
    if after:
        statement = statement.where(receipts.c.id < after)
    return [_file(row) for row in connection.execute(statement)]


def read_receipt(connection: Connection, receipt_id: str) -> ReceiptFile:
    """The receipt `receipt_id`. Raises `NotFound("not-found")`."""
    row = connection.execute(_columns().where(receipts.c.id == receipt_id)).first()
    if row is None:
        raise NotFound("not-found", what=receipt_id)
    return _file(row)


def problems_of_each(connection: Connection, receipt_ids: Iterable[str]) -> dict[str, list[Problem]]:
    """The problems of each of these receipts."""
    statement = select(receipts.c.id, receipts.c.problems).where(receipts.c.id.in_(list(receipt_ids)))
    return {row.id: problems_of(row.problems) for row in connection.execute(statement)}


def problems_of(text: str | None) -> list[Problem]:
    """The problems stored with a receipt."""
    return [
        Problem(each["code"], each.get("path", ""), each.get("details", {}), each.get("severity", "error"))
        for each in json.loads(text or "[]")
    ]


def _columns() -> Select[Any]:
    columns = (shops.c.code.label("shop"), shops.c.name.label("shop_name"), shops.c.platform)
    return select(receipts, *columns).join(shops, shops.c.id == receipts.c.shop_id)


def _open(status: str) -> Select[Any]:
    wanted = (receipts.c.status == status, receipts.c.note != DISCARDED)
    return _columns().where(*wanted).order_by(receipts.c.id.desc())


def _add(groups: dict[str, FaultGroup], row: Any) -> None:
    problem = next(iter(problems_of(row.problems)), Problem("unknown-fault"))
    fault = FaultGroup(problem.code, _general(problem.path), row.platform, problem)
    group = groups.setdefault(fault.key, fault)
    group.shops.add(row.shop)
    group.receipts.append(row.id)
    group.oldest_at = min(group.oldest_at or row.received_at, row.received_at)


def _general(path: str) -> str:
    """The path with every place in a list made `[*]`: the same fault in line 2 and line 3 is one fault."""
    return re.sub(r"\[\d+\]", "[*]", path)


def _file(row: Row[Any]) -> ReceiptFile:
    return ReceiptFile(
        id=row.id,
        shop=row.shop,
        shop_name=row.shop_name,
        platform=row.platform,
        tid=row.tid,
        status=row.status,
        note=row.note,
        problems=problems_of(row.problems),
        payload=row.payload,
        received_at=row.received_at,
        closed_at=row.closed_at,
    )
