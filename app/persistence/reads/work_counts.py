"""How much waits, counted once for everybody: pages, badges and metrics take their share of the same counts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, func, select, text

from app.domain.calendar import local_date
from app.domain.work import OWNERS, SOON_SECONDS, Kind, stands_in
from app.persistence.reads.lanes import alone, answered, assigned, kind_of, order_owner, resting
from app.persistence.reads.waiting import Waiting, WorkFilter
from app.persistence.tables import WAITING, assignments, orders, shops, tasks, transfers, users


@dataclass(frozen=True, slots=True)
class Count:
    """`n` rows of the queue that are alike; `shop` is empty for what belongs to none or several."""

    kind: Kind
    owner: str
    person: str | None
    shop: str
    n: int


def count_work(connection: Connection, now: int, repeats: frozenset[str], groups: Iterable[Waiting]) -> list[Count]:
    """Everything that waits, counted by what a page may narrow it to; `groups` are all groups."""
    found = [*_orders(connection, now, repeats), *_tasks(connection), *_transfers(connection, now)]
    for one in groups:
        held = sorted(one.group["shops"])
        found.append(Count(one.kind, one.owner, None, held[0] if len(held) == 1 else "", 1))
    return found


def waiting_for(counts: Iterable[Count], asked: WorkFilter) -> list[Count]:
    """Those of the counts that the filter's person, roles and shop leave."""
    return [count for count in counts if _theirs(count, asked) and (not asked.shop or count.shop == asked.shop)]


def by_kind(counts: Iterable[Count]) -> dict[Kind, int]:
    """The counts by kind, in the kinds' order."""
    total = dict.fromkeys(Kind, 0)
    for count in counts:
        total[count.kind] += count.n
    return total


def unowned(connection: Connection, counts: Iterable[Count]) -> int:
    """How much waits for a person who is switched off, or for a role that nobody active answers for."""
    staffed, people = staffed_roles(connection), {name for name, _ in active_people(connection)}
    return sum(
        count.n
        for count in counts
        if (count.person is not None and count.person not in people)
        or (count.person is None and stands_in(count.owner, staffed) not in staffed)
    )


def staffed_roles(connection: Connection) -> frozenset[str]:
    """Roles with at least one active user."""
    return frozenset(connection.scalars(select(users.c.role).where(users.c.active).distinct()))


def active_people(connection: Connection) -> list[tuple[str, str]]:
    """(name, role) of every active user, by name."""
    rows = connection.execute(select(users.c.name, users.c.role).where(users.c.active).order_by(users.c.name))
    return [(row.name, row.role) for row in rows]


def _theirs(count: Count, asked: WorkFilter) -> bool:
    if asked.whose == "all":
        return True
    if count.person is not None:
        return count.person == asked.person
    return asked.whose == "role" and count.owner in asked.roles


def _orders(connection: Connection, now: int, repeats: frozenset[str]) -> Iterable[Count]:
    for name, _, which in WAITING:
        soon = [orders.c.ship_by < now + SOON_SECONDS] if name == "unpicked_due" else []
        yield from _counted(connection, (text(which), *soon), now, repeats)


def _counted(connection: Connection, narrowed: Sequence[Any], now: int, repeats: frozenset[str]) -> Iterable[Count]:
    alike = (orders.c.outcome, orders.c.reason, orders.c.shop_id, order_owner(), assignments.c.person, resting(now))
    labels = ("outcome", "reason", "shop_id", "owner", "person", "resting")
    columns = [column.label(label) for column, label in zip(alike, labels, strict=True)]
    inner = select(*columns).select_from(assigned()).where(*narrowed, ~answered(), alone())
    rows = inner.subquery()
    statement = (
        select(*rows.c, shops.c.code.label("shop"), func.count().label("n"))
        .join(shops, shops.c.id == rows.c.shop_id)
        .group_by(*rows.c, shops.c.code)
    )
    for row in connection.execute(statement):
        kind = kind_of(row.outcome, row.reason, repeats, resting=bool(row.resting))
        yield Count(kind, row.owner, row.person, row.shop, row.n)


def _tasks(connection: Connection) -> Iterable[Count]:
    statement = (
        select(tasks.c.owner, tasks.c.person, func.coalesce(shops.c.code, "").label("shop"), func.count().label("n"))
        .join(orders, orders.c.id == tasks.c.order_id, isouter=True)
        .join(shops, shops.c.id == orders.c.shop_id, isouter=True)
        .where(tasks.c.open_key.is_not(None))
        .group_by(tasks.c.owner, tasks.c.person, shops.c.code)
    )
    for row in connection.execute(statement):
        yield Count(Kind.TASK, row.owner, row.person, row.shop, row.n)


def _transfers(connection: Connection, now: int) -> Iterable[Count]:
    statement = (
        select(shops.c.code, func.count().label("n"))
        .select_from(transfers)
        .join(orders, orders.c.id == transfers.c.order_id)
        .join(shops, shops.c.id == orders.c.shop_id)
        .where(transfers.c.state.in_(("open", "sent")), transfers.c.arrives_on <= local_date(now).isoformat())
        .group_by(shops.c.code)
    )
    for row in connection.execute(statement):
        yield Count(Kind.TRANSFER, OWNERS[Kind.TRANSFER], None, row.code, row.n)
