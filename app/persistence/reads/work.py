"""What waits for a person, in one queue by when it breaches; read a page at a time.

The queue has several lanes, each in order over an index of its own (`reads.lanes`) or small enough to be read whole
(`reads.groups`). A page merges the heads of the lanes; its cursor is the place of its last row: (informs only, when
it breaches, lane, number within the lane).
"""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import islice

from sqlalchemy import Connection

from app.domain.errors import Refused
from app.domain.work import Kind
from app.persistence.reads.groups import all_groups, chosen_groups
from app.persistence.reads.lanes import LANES, find_lane, task_rows, transfer_rows
from app.persistence.reads.orders import order_rows
from app.persistence.reads.waiting import Place, Waiting, WorkFilter

PAGE_ROWS = 50
_GROUPS = 5


@dataclass(frozen=True, slots=True)
class WorkPage:
    """One page of what waits; `more` is the cursor of the next page, empty on the last."""

    rows: list[Waiting]
    more: str = ""


def find_work(
    connection: Connection,
    asked: WorkFilter,
    cursor: str = "",
    limit: int = PAGE_ROWS,
    groups: Sequence[Waiting] | None = None,
) -> WorkPage:
    """The page of what waits after `cursor` (empty: the first). Raises `Refused("bad-cursor")`.

    `groups` are all groups, where the caller has read them a moment ago.
    """
    after = _place(cursor)
    lanes = [find_lane(connection, lane, asked, after, limit + 1) for lane in LANES if lane.answers(asked, after)]
    chosen = chosen_groups(all_groups(connection) if groups is None else groups, asked)
    placed = [(Place(False, one.at, _GROUPS, one.number), one) for one in chosen]
    lanes.append(sorted((pair for pair in placed if after is None or pair[0] > after), key=lambda pair: pair[0]))
    found = list(islice(heapq.merge(*lanes, key=lambda pair: pair[0]), limit + 1))
    rows = _filled(connection, [one for _, one in found[:limit]])
    return WorkPage(rows, found[limit - 1][0].cursor if len(found) > limit else "")


def read_work(connection: Connection, asked: WorkFilter, key: str) -> Waiting | None:
    """One thing of the queue by its key; None when it does not wait (any more)."""
    if key[:1] in ("o", "t", "x") and key[1:].isdigit():
        only = replace(asked, only=(key[0], int(key[1:])))
        lanes = [find_lane(connection, lane, only, None, 1) for lane in LANES if lane.answers(only, None)]
        found = [one for lane in lanes for _, one in lane]
    else:
        found = [one for one in chosen_groups(all_groups(connection), asked) if one.key == key]
    return next(iter(_filled(connection, found[:1])), None)


def _filled(connection: Connection, found: Sequence[Waiting]) -> list[Waiting]:
    """The rows with their orders, tasks and transfers, each table asked once; one that is gone by now is left out."""
    tasks = task_rows(connection, [one.number for one in found if one.kind is Kind.TASK])
    moves = transfer_rows(connection, [one.number for one in found if one.kind is Kind.TRANSFER])
    rows = {**tasks, **moves}
    numbers = {one.key: one.number for one in found if one.key[0] == "o"}
    numbers |= {key: row.order_id for key, row in rows.items() if row.order_id}
    orders = {row.id: row for row in order_rows(connection, sorted(set(numbers.values())))}
    return [
        replace(one, order=orders.get(numbers.get(one.key, 0)), row=rows.get(one.key))
        for one in found
        if one.key in rows or one.key[0] not in ("o", "t", "x") or numbers.get(one.key) in orders
    ]


def _place(cursor: str) -> Place | None:
    if not cursor:
        return None
    parts = cursor.split(".")
    if len(parts) != 4 or not all(part.lstrip("-").isdigit() and len(part) < 20 for part in parts):
        raise Refused("bad-cursor")
    informs, at, lane, number = (int(part) for part in parts)
    return Place(bool(informs), at, lane, number)
