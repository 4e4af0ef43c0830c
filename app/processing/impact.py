"""What publishing would change: the orders of the last days decided by both packs, each alone, on the facts they had.

Nothing is spent and no order sees another's stock, so that whatever ends otherwise does so for a rule. How orders are
compared with each other (repeats, shared parcels) and read (mappings) is not part of it: pages count that beside it.
"""

from __future__ import annotations

import copy
import hashlib
from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson

from app.processing.hits import Past
from app.processing.measure import without_rules
from app.processing.profile import Profile, profile_of
from app.processing.record import answer
from app.processing.settle import settle
from app.processing.shadow import end_of
from app.rulebook.pack import CompiledPack

Json = dict[str, Any]
COUNTED = frozenset({"screening", "allocation"})
"""The sections whose changes show in an impact."""
HARMLESS = frozenset({"about", "examples", "reasons"})
"""The sections that decide nothing."""
MOST_GROUPS, SAMPLES = 8, 5
_TOLD_EVERY = 100


@dataclass(frozen=True, slots=True)
class Moved:
    """An order that would end otherwise: how it does now, and how it would."""

    past: Past
    before: Json
    after: Json


@dataclass(frozen=True, slots=True)
class Group:
    """Orders that end alike now, and alike then. `orders` counts them, `first` is one of them."""

    before: Json
    after: Json
    orders: int


@dataclass(frozen=True, slots=True)
class Impact:
    """Of `orders` looked at, `moved` would end otherwise; `aside` the same, but with other tags, carrier or tasks.

    `groups` are the largest, `others` counts the orders of the rest; `samples` are a few orders of different groups.
    """

    orders: int
    moved: int = 0
    aside: int = 0
    held: int = 0
    let_go: int = 0
    groups: Sequence[Group] = ()
    others: int = 0
    samples: Sequence[Moved] = field(default_factory=list)

    @property
    def digest(self) -> str:
        """A short hash of what a person is shown."""
        shown = [self.orders, self.moved, self.aside, [[one.before, one.after, one.orders] for one in self.groups]]
        return hashlib.blake2b(orjson.dumps(shown), digest_size=8).hexdigest()


def impact_of(
    live: CompiledPack, draft: CompiledPack, past: Sequence[Past], told: Callable[[int], None] = lambda _: None
) -> Impact:
    """The impact of putting `draft` in the place of `live`; `told` hears how many orders are decided so far."""
    now, then = profile_of(live), profile_of(draft)
    moved: list[Moved] = []
    aside = 0
    for place, one in enumerate(past):
        if place % _TOLD_EVERY == 0:
            told(place)
        before, after = _answer(one, now), _answer(one, then)
        if without_rules(before) == without_rules(after):
            continue
        ends = [{**end_of(each), "rule": ""} for each in (before, after)]
        if _goes(before) == _goes(after):
            aside += 1
        else:
            moved.append(Moved(one, *ends))
    return _summed(len(past), moved, aside)


def shows_in(sections: Collection[str]) -> bool:
    """Whether a change of any of these sections could show in an impact."""
    return bool(COUNTED & set(sections))


def _answer(one: Past, profile: Profile) -> Json:
    # A copy: what a ruling writes beside the facts is its own.
    inputs = copy.copy(one.inputs)
    inputs.portions, inputs.gift_parts = [], dict(inputs.gift_parts)
    return answer(settle(inputs, profile).decision)


def _goes(said: Json) -> tuple[Any, ...]:
    """Where an answer lets the order go: what makes another way of it."""
    reasons = tuple(sorted(hold["reason"] for hold in said.get("holds", ())))
    parcels = tuple(sorted(parcel["warehouse"] for parcel in said.get("fulfilments", ())))
    return said["outcome"], reasons, parcels, bool(said.get("transfers")), bool(said.get("purchases"))


def _summed(orders: int, moved: Sequence[Moved], aside: int) -> Impact:
    groups: dict[bytes, list[Moved]] = defaultdict(list)
    for one in moved:
        groups[orjson.dumps([one.before, one.after])].append(one)
    ranked = sorted(groups.values(), key=lambda some: -len(some))
    shown = ranked[:MOST_GROUPS]
    # One of each group first, then the next of each.
    turns = [some[turn] for turn in range(SAMPLES) for some in shown if turn < len(some)]
    return Impact(
        orders,
        len(moved),
        aside,
        sum(one.before["outcome"] != "held" and one.after["outcome"] == "held" for one in moved),
        sum(one.before["outcome"] == "held" and one.after["outcome"] != "held" for one in moved),
        [Group(some[0].before, some[0].after, len(some)) for some in shown],
        sum(map(len, ranked[MOST_GROUPS:])),
        turns[:SAMPLES],
    )
