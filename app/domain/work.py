"""What waits for a person: its kinds, who owns it, and when it breaches. Times are epoch seconds."""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum

from app.domain.order import MUST_NOT_SHIP, Order, OrderState

PATIENCE_SECONDS = 48 * 3600
"""What has no deadline of its own breaches when it has waited this long."""
SOON_SECONDS = 12 * 3600
"""An allocated order that nobody has picked waits for a person this long before its ship-by time."""

PART_WAITS = "part-waits"
"""The kind of task that tells of a part, split off by people, without goods; while it is open, stock is waited for."""


class Kind(StrEnum):
    """What kind of thing waits; a code that pages put into words."""

    HOLD = "hold"
    DUPLICATE = "duplicate"
    SHORTAGE = "shortage"
    UNMATCHED = "unmatched"
    QUARANTINE = "quarantine"
    SHIP_BY = "ship-by"
    TASK = "task"
    TRANSFER = "transfer"
    DEAD = "dead"
    BLOCKED = "blocked"
    RESTING = "resting"  # a shortage of which a person said that it may wait


class Solution(StrEnum):
    """Why a task was closed."""

    SOLVED = "solved"
    NO_PROBLEM = "no-problem"
    UNSOLVABLE = "unsolvable"
    REPEATED = "repeated"


OWNERS = {
    Kind.SHORTAGE: "supervisor",
    Kind.UNMATCHED: "clerk",
    Kind.QUARANTINE: "clerk",
    Kind.SHIP_BY: "warehouse",
    Kind.TRANSFER: "warehouse",
    Kind.DEAD: "supervisor",
    Kind.BLOCKED: "clerk",
    Kind.RESTING: "supervisor",
}
"""The role that owns a kind of which neither a rule nor a person said whose it is."""
QUIET = frozenset({Kind.BLOCKED, Kind.RESTING})
"""Kinds that ask for nothing now: shown when asked for, or last, and in no total."""

_LAST = "administrator"
_NEXT_UP = {"clerk": "supervisor", "warehouse": "supervisor", "supervisor": _LAST}


def stands_in(role: str, staffed: Collection[str]) -> str:
    """The role that answers for `role`: itself when it has an active user, else the next one up that has one."""
    while role not in staffed and role != _LAST:
        role = _NEXT_UP.get(role, _LAST)
    return role


def roles_answered_by(role: str, owners: Collection[str], staffed: Collection[str]) -> frozenset[str]:
    """Those of `owners` for which `role` answers now."""
    return frozenset(owner for owner in owners if stands_in(owner, staffed) == role)


def breach_at(opened_at: int, *deadlines: int | None) -> int:
    """When a thing breaches: at its first deadline, else after the patience that anything gets."""
    return min((at for at in deadlines if at is not None), default=opened_at + PATIENCE_SECONDS)


def blocked_reason(order: Order) -> str:
    """The must-not-ship flag that keeps a paid order from shipping, as a reason; empty when none does."""
    flags = sorted(order.flags & MUST_NOT_SHIP) if order.state == OrderState.PAID else []
    return flags[0].replace("_", "-") if flags else ""
