"""What to do about orders that rules decided which were withdrawn since: found by deciding them again, only looking."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from app.domain.book import OrderBook, Stored
from app.domain.decision import Decision, Outcome, Units, units_of
from app.processing.batch import Line, foresee


class Compensation(StrEnum):
    """`release`: it is held and need not be. `hold`: it must not go on. `reallocate`: its goods come from elsewhere, or
    it waits for them, or no longer. All three are carried out by deciding it again. `ask`: its parcel is in somebody's
    hands, who must be asked. `none`: it comes out as it stands.
    """

    RELEASE = "release"
    HOLD = "hold"
    REALLOCATE = "reallocate"
    ASK = "ask"
    NONE = "none"


AGAIN = frozenset({Compensation.RELEASE, Compensation.HOLD, Compensation.REALLOCATE})
"""What is put right by deciding again."""


class Stands(Protocol):
    """An order as it stands."""

    outcome: str

    @property
    def units(self) -> Units:
        """What is reserved for it."""
        ...


@dataclass(frozen=True, slots=True)
class Proposal:
    """One order, what is proposed for it, and what the present rules would decide."""

    order_id: int
    kind: Compensation
    after: Decision | None = None


def propose(
    stored: Sequence[Stored], standing: Mapping[int, Stands], book: OrderBook, line: Line, now: int
) -> list[Proposal]:
    """A proposal for each of these orders, in their order, by the rules of `line`. The book only looks."""
    picked = {one.id for one in stored if one.picked}
    for one in stored:
        # A picked order is never decided again, but what would come out of it says whether anybody must be asked.
        one.picked = False
    after = {one.id: decision for one, decision in foresee(stored, book, line, now)} if stored else {}
    return [_proposal(one.id, standing[one.id], after.get(one.id), one.id in picked) for one in stored]


def _proposal(order_id: int, before: Stands, after: Decision | None, picked: bool) -> Proposal:
    if after is None or (str(after.outcome) == before.outcome and units_of(after) == before.units):
        return Proposal(order_id, Compensation.NONE, after)
    if picked:
        return Proposal(order_id, Compensation.ASK, after)
    if after.outcome is Outcome.HELD:
        return Proposal(order_id, Compensation.HOLD, after)
    released = before.outcome == Outcome.HELD
    return Proposal(order_id, Compensation.RELEASE if released else Compensation.REALLOCATE, after)
