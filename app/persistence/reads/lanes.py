"""The queue's lanes over orders, tasks and transfers: each walks an index that holds only what waits, in its order."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    and_,
    case,
    exists,
    func,
    literal_column,
    or_,
    select,
    text,
    tuple_,
)

from app.domain.calendar import local_date
from app.domain.work import OWNERS, PATIENCE_SECONDS, SOON_SECONDS, Kind
from app.persistence.reads.orders import search_conditions
from app.persistence.reads.waiting import MOST, Place, Waiting, WorkFilter
from app.persistence.tables import (
    MOVING,
    WAITING,
    assignments,
    order_lines,
    orders,
    redecisions,
    tasks,
    transfers,
    unmatched_items,
    warehouses,
)

UNMATCHED = "unmatched-item"
_WHICH = {name: text(which) for name, _, which in WAITING}
_CHINA = timedelta(hours=8)


@dataclass(frozen=True, slots=True)
class Lane:
    """One lane: its number, the kinds in it, whether it only informs, and the statement that walks it.

    The statement yields (number, sort, owner, person, resting, outcome, reason); `later` added to the sort gives when
    the row breaches.
    """

    number: int
    letter: str
    kinds: tuple[Kind, ...]
    statement: Callable[[WorkFilter], Select[Any]]
    columns: tuple[Any, Any]
    later: int = 0
    informs: bool = False

    def answers(self, asked: WorkFilter, after: Place | None) -> bool:
        """Whether the lane can hold what is asked for, behind `after`."""
        past = after is not None and after.informs and not self.informs
        other = asked.only is not None and asked.only[0] != self.letter
        return asked.wants(*self.kinds) and not past and not other


def find_lane(
    connection: Connection, lane: Lane, asked: WorkFilter, after: Place | None, limit: int
) -> list[tuple[Place, Waiting]]:
    """The first rows of a lane behind `after`."""
    return [_waiting(lane, asked, row) for row in connection.execute(lane_statement(lane, asked, after, limit))]


def lane_statement(lane: Lane, asked: WorkFilter, after: Place | None, limit: int) -> Select[Any]:
    """The statement that reads a lane; public so that a test can ask for its query plan."""
    statement = lane.statement(asked)
    number, sort = lane.columns
    if asked.only is not None:
        statement = statement.where(number == asked.only[1])
    floor = _floor(lane, after)
    if floor is not None:
        statement = statement.where(tuple_(sort, number) > tuple_(*floor))
    return statement.order_by(sort, number).limit(limit)


def task_rows(connection: Connection, numbers: Sequence[int]) -> dict[str, Row[Any]]:
    """Open tasks by key."""
    found = connection.execute(select(tasks).where(tasks.c.id.in_(numbers), tasks.c.open_key.is_not(None)))
    return {f"t{row.id}": row for row in found} if numbers else {}


def transfer_rows(connection: Connection, numbers: Sequence[int]) -> dict[str, Row[Any]]:
    """Transfers that have not arrived by key, with the names of both warehouses."""
    if not numbers:
        return {}
    source, destination = warehouses.alias("source"), warehouses.alias("destination")
    statement = (
        select(transfers, source.c.name.label("source"), destination.c.name.label("destination"))
        .join(source, source.c.id == transfers.c.source_id)
        .join(destination, destination.c.id == transfers.c.destination_id)
        .where(transfers.c.id.in_(numbers), transfers.c.state.in_(("open", "sent")))
    )
    return {f"x{row.id}": row for row in connection.execute(statement)}


def kind_of(outcome: str, reason: str, repeats: frozenset[str], *, resting: bool) -> Kind:
    """What kind of work a waiting order is."""
    if resting:
        return Kind.RESTING
    if outcome == "held":
        return Kind.DUPLICATE if reason in repeats else Kind.HOLD
    return {"backordered": Kind.SHORTAGE, "recorded": Kind.BLOCKED}.get(outcome, Kind.SHIP_BY)


def assigned() -> Any:
    """Orders with what people said of whose they are; it counts for the cause it was said of."""
    cause = case((orders.c.outcome == "held", orders.c.reason), else_=orders.c.outcome)
    return orders.outerjoin(assignments, and_(assignments.c.order_id == orders.c.id, assignments.c.cause == cause))


def order_owner() -> ColumnElement[Any]:
    """The role that owns a waiting order."""
    by_rule = case(
        (orders.c.outcome == "held", orders.c.owner),
        (orders.c.outcome == "backordered", OWNERS[Kind.SHORTAGE]),
        (orders.c.outcome == "recorded", OWNERS[Kind.BLOCKED]),
        else_=OWNERS[Kind.SHIP_BY],
    )
    return func.coalesce(assignments.c.owner, by_rule)


def answered() -> ColumnElement[bool]:
    """Whether a person has just acted on the order, or matched its item, and the line has not decided it again yet."""
    said = redecisions.c.cause.in_(("intervention", "people", "listing"))
    return exists().where(redecisions.c.order_id == orders.c.id, said)


def alone() -> ColumnElement[bool]:
    """Whether the order stands in the queue itself: one that waits for a match stands there under its item.

    Should no item be known for it, it is shown rather than lost.
    """
    lines, items = order_lines.c, unmatched_items.c
    named = items.item.in_((lines.item, lines.sku, lines.line))
    under = exists().where(lines.order_id == orders.c.id, items.shop_id == orders.c.shop_id, named)
    return or_(orders.c.reason != UNMATCHED, ~under)


def resting(now: int) -> ColumnElement[bool]:
    """Whether a person said that the order may wait for stock, and there is still time."""
    late = and_(orders.c.ship_by.is_not(None), orders.c.ship_by < now + SOON_SECONDS)
    aside = and_(orders.c.outcome != "held", assignments.c.set_aside.is_(True), ~late)
    return func.coalesce(aside, literal_column("FALSE"))


def _orders(which: str) -> Callable[[WorkFilter], Select[Any]]:
    def statement(asked: WorkFilter) -> Select[Any]:
        sort = orders.c.ship_by if which.endswith("_due") else orders.c.created_at
        found = (
            select(
                orders.c.id.label("number"), sort.label("sort"), order_owner().label("owner"), assignments.c.person,
                resting(asked.now).label("resting"), orders.c.outcome, orders.c.reason,
            )
            .select_from(assigned())
            .where(_WHICH[which], ~answered(), *_whose(asked, order_owner(), assignments.c.person))
            .where(*_of_orders(asked), *_kinds(asked))
        )  # fmt: skip
        if which == "unpicked_due":
            found = found.where(orders.c.ship_by < asked.now + SOON_SECONDS)
        elif which.startswith("waiting"):
            found = found.where(alone())
            if asked.only is None:
                rests = resting(asked.now)
                found = found.where(rests if asked.kind == Kind.RESTING else ~rests)
        return found

    return statement


def _kinds(asked: WorkFilter) -> list[ColumnElement[bool]]:
    # Said by what it is not, which serves no other index than the lane's.
    held, repeats = orders.c.outcome != "backordered", sorted(asked.repeats)
    if asked.kind == Kind.DUPLICATE:
        return [held, orders.c.reason.in_(repeats)]
    if asked.kind == Kind.HOLD:
        return [held, orders.c.reason.not_in(repeats)]
    return [orders.c.outcome != "held"] if asked.kind in (Kind.SHORTAGE, Kind.RESTING) else []


def _of_orders(asked: WorkFilter) -> list[ColumnElement[bool]]:
    conditions = search_conditions(asked.search)
    if asked.search.sku:
        conditions.append(exists().where(order_lines.c.order_id == orders.c.id, order_lines.c.sku == asked.search.sku))
    if asked.shop_id is not None:
        # The sum keeps planners from the index on the shop, which holds every order that it ever had.
        conditions.append(orders.c.shop_id + 0 == asked.shop_id)
    return conditions


def _whose(asked: WorkFilter, owner: Any, person: Any) -> list[ColumnElement[bool]]:
    if asked.whose == "all":
        return []
    by_name = person == asked.person
    return [by_name if asked.whose == "name" else or_(by_name, and_(person.is_(None), owner.in_(sorted(asked.roles))))]


def _tasks(asked: WorkFilter) -> Select[Any]:
    statement = select(
        tasks.c.id.label("number"), tasks.c.waits_by.label("sort"), tasks.c.owner, tasks.c.person,
        literal_column("NULL").label("resting"), literal_column("''").label("outcome"), tasks.c.kind.label("reason"),
    ).where(tasks.c.open_key.is_not(None), *_whose(asked, tasks.c.owner, tasks.c.person))  # fmt: skip
    return _through_orders(statement, asked, tasks.c.order_id)


def _transfers(asked: WorkFilter) -> Select[Any]:
    owner: Any = literal_column(f"'{OWNERS[Kind.TRANSFER]}'")
    person: Any = literal_column("NULL")
    statement = select(
        transfers.c.id.label("number"), transfers.c.arrives_on.label("sort"), owner.label("owner"),
        person.label("person"), person.label("resting"), literal_column("''").label("outcome"),
        literal_column("''").label("reason"),
    ).where(
        text(MOVING), transfers.c.arrives_on <= local_date(asked.now).isoformat(),
        *_whose(asked, owner, person),
    )  # fmt: skip
    return _through_orders(statement, asked, transfers.c.order_id)


def _through_orders(statement: Select[Any], asked: WorkFilter, order_id: Any) -> Select[Any]:
    conditions = _of_orders(asked)
    if not conditions:
        return statement
    return statement.where(exists(select(orders.c.id).where(orders.c.id == order_id, *conditions)))


def _floor(lane: Lane, after: Place | None) -> tuple[Any, int] | None:
    if after is None or after.informs != lane.informs:
        return None
    same, earlier = lane.number == after.lane, lane.number < after.lane
    number = after.number if same else MOST if earlier else -1
    if lane is not TRANSFERS:
        return after.at - lane.later, number
    # A day breaches at its end: the day of the last second before `at`, or the day that `at` begins.
    return (_day(after.at), -1) if earlier else (_day(after.at - 1), number)


def _day(at: int) -> str:
    return local_date(at).isoformat()


def _end_of(day: str) -> int:
    return int((datetime.fromisoformat(day).replace(tzinfo=UTC) + timedelta(days=1) - _CHINA).timestamp())


def _waiting(lane: Lane, asked: WorkFilter, row: Any) -> tuple[Place, Waiting]:
    at = _end_of(row.sort) if lane is TRANSFERS else row.sort + lane.later
    kind = lane.kinds[0]
    if lane.letter == "o":
        kind = kind_of(row.outcome, row.reason, asked.repeats, resting=bool(row.resting))
    one = Waiting(f"{lane.letter}{row.number}", kind, row.number, at, row.owner, row.person)
    return Place(lane.informs, at, lane.number, row.number), one


_HELD = (Kind.HOLD, Kind.DUPLICATE, Kind.SHORTAGE, Kind.RESTING)
_BY_SHIP_BY, _BY_AGE = (orders.c.id, orders.c.ship_by), (orders.c.id, orders.c.created_at)
TASKS = Lane(3, "t", (Kind.TASK,), _tasks, (tasks.c.id, tasks.c.waits_by))
TRANSFERS = Lane(4, "x", (Kind.TRANSFER,), _transfers, (transfers.c.id, transfers.c.arrives_on))
LANES = (
    Lane(0, "o", _HELD, _orders("waiting_due"), _BY_SHIP_BY),
    Lane(1, "o", _HELD, _orders("waiting_aged"), _BY_AGE, later=PATIENCE_SECONDS),
    Lane(2, "o", (Kind.SHIP_BY,), _orders("unpicked_due"), _BY_SHIP_BY),
    TASKS,
    TRANSFERS,
    Lane(6, "o", (Kind.BLOCKED,), _orders("blocked_aged"), _BY_AGE, later=PATIENCE_SECONDS, informs=True),
)
