"""Timers as everything that keeps them knows them. Times are epoch seconds."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple


class Target(StrEnum):
    """What a timer runs for."""

    ORDER = "order"
    TASK = "task"
    WAYBILL = "waybill"


class Wait(StrEnum):
    """What may last too long; the kinds of timers."""

    UNALLOCATED = "unallocated"
    SHIP_BY = "ship_by"
    HELD = "held"
    TASK_DUE = "task_due"
    NO_TRACKING = "no_tracking"


class Alarm(NamedTuple):
    """A timer to be set. It runs `since` then and is first due at `due_at`; one for each target and rule.

    `lasting`: when such a timer runs already, it keeps the time since when it runs. `digest` is the rule's.
    """

    target: str
    target_id: int
    order_id: int
    rule: str
    digest: str
    since: int
    due_at: int
    lasting: bool = False
