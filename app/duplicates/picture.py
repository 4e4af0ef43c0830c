"""What a duplicate or a consolidation window would have made of the orders of the last days, by the line's own code.

Nothing is decided here: who would be held as a repeat of whom, and who would have left in whose parcel. Whether the
warehouse of that parcel had the goods is not looked at.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from app.domain.calendar import local_date
from app.duplicates.clusters import Policy, Verdicts, count_pairs, find_clusters, nearest_alike
from app.duplicates.consolidation import ConsolidationPolicy, Host, Hosts, Offer
from app.duplicates.evidence import Key, Participant

MOST_PAIRS = 150_000
"""Pairs of orders that one picture compares; where there are more, it speaks of the latest orders only."""
MOST_PARCELS = 200
"""So many parcels of one buyer are offered to whoever comes later."""
Section = Mapping[str, Any]
AddressOf = Callable[[int], str | None]
"""The address key of an order, by its number in the database."""


@dataclass(frozen=True, slots=True)
class PastOrder:
    """An order of the last days: its number in the database and what comparing needs of it.

    `parcel`: it left, or is to leave, in a parcel (it is neither held nor waiting for goods); `picked_at` is when that
    was taken in hand.
    """

    order_id: int
    order: Participant
    parcel: bool = True
    picked_at: int | None = None


@dataclass(frozen=True, slots=True)
class Member:
    """An order of a cluster, `seconds` after the first. `state`: `same` as by the live setting, `new`, `gone`, `other`.

    `strength` and `kinds` tell why it is there; both are empty for the first. Of a `gone` one they are the live ones.
    """

    key: Key
    seconds: int
    strength: str = ""
    kinds: tuple[str, ...] = ()
    state: str = "same"


@dataclass(frozen=True, slots=True)
class Cluster:
    """Orders that belong together: the first, which goes on, and those that would be held for it or join it."""

    at: int
    members: tuple[Member, ...]

    @property
    def changed(self) -> bool:
        """Whether the live setting sees it otherwise."""
        return any(member.state != "same" for member in self.members[1:])


@dataclass(frozen=True, slots=True)
class Count:
    """How many orders a setting takes, all in all and by the day (ISO date in Asia/Shanghai)."""

    strong: int = 0
    weak: int = 0
    days: Mapping[str, Counter[str]] = field(default_factory=dict)

    @property
    def total(self) -> int:
        """Strong and weak together."""
        return self.strong + self.weak


@dataclass(frozen=True, slots=True)
class Picture:
    """The clusters by the edited setting, those that only the live one sees among them, the changed and latest first.

    `orders` were looked at, from `since` on; `late` would have joined a parcel that was picked already.
    """

    clusters: Sequence[Cluster]
    edited: Count
    live: Count
    orders: int
    since: int
    late: int = 0


def draw_repeats(past: Sequence[PastOrder], edited: Section, live: Section, apart: Verdicts) -> Picture:
    """Suspected repeats by two `duplicates` sections; `past` by time."""
    policies = Policy.of(edited), Policy.of(live)
    shown = bounded(past, *policies)
    orders = [one.order for one in shown]
    mine, theirs = (find_clusters(orders, policy, apart).repeats for policy in policies)
    found = {order.key: order for order in orders}
    links = {key: (one.anchor, one.likeness.strength, one.likeness.kinds) for key, one in mine.items()}
    others = {key: (one.anchor, one.likeness.strength, one.likeness.kinds) for key, one in theirs.items()}
    return Picture(
        _clusters(links, others, found), _count(links, found), _count(others, found), len(shown), _since(shown)
    )


def draw_shared(
    past: Sequence[PastOrder], edited: Mapping[str, Section], live: Mapping[str, Section], apart: Verdicts,
    address_of: AddressOf,
) -> Picture:  # fmt: skip
    """Orders that would have left in an earlier one's parcel, by the `duplicates` and `consolidation` of two packs."""
    policies = Policy.of(edited["duplicates"]), Policy.of(live["duplicates"])
    shown = bounded(past, *policies)
    found = {one.order.key: one.order for one in shown}
    both = [
        _joins(shown, ConsolidationPolicy.of(pack["consolidation"], pack["duplicates"]), policy, apart, address_of)
        for pack, policy in zip((edited, live), policies, strict=True)
    ]
    (mine, late), (theirs, _) = both
    return Picture(
        _clusters(mine, theirs, found), _count(mine, found), _count(theirs, found), len(shown), _since(shown), late
    )


def spread(past: Sequence[PastOrder], section: Section, apart: Verdicts, edges: Sequence[int]) -> list[int]:
    """How many orders came that long after one that is like them: up to each edge, in seconds, but beyond the last."""
    policy = Policy.of({**section, "window_seconds": edges[-1]})
    counts = [0] * len(edges)
    for seconds in nearest_alike([one.order for one in bounded(past, policy)], policy, apart).values():
        counts[bisect_left(edges, seconds)] += 1
    return counts


def sharing(past: Sequence[PastOrder]) -> list[int]:
    """The numbers of the orders that share a piece of evidence as it stands with another."""
    seen = Counter((e.kind, e.scope, e.value) for one in past for e in one.order.identity)
    return [
        one.order_id for one in past if any(seen[e.kind, e.scope, e.value] > 1 for e in one.order.identity if e.value)
    ]


def bounded(past: Sequence[PastOrder], *policies: Policy) -> Sequence[PastOrder]:
    """The latest of these orders, as many as can be compared at once."""
    shown = past
    while len(shown) > 1 and max(count_pairs([one.order for one in shown], each) for each in policies) > MOST_PAIRS:
        shown = shown[len(shown) // 2 :]
    return shown


_Links = Mapping[Key, tuple[Key, str, tuple[str, ...]]]
"""Each order that a setting takes: the first of its cluster, the strength, and the kinds of evidence."""


def _joins(
    past: Sequence[PastOrder], policy: ConsolidationPolicy, repeats: Policy, apart: Verdicts, address_of: AddressOf
) -> tuple[_Links, int]:
    held = find_clusters([one.order for one in past], repeats, apart).repeats
    hosts, picked = Hosts(policy, ()), {one.order.key: one.picked_at for one in past}
    joins: dict[Key, tuple[Key, str, tuple[str, ...]]] = {}
    late = 0
    for one in past:
        if not one.parcel or one.order.key in held:
            continue
        near = hosts.near(one.order)
        address = address_of(one.order_id) if near else None
        offers = [offer for host in near if (offer := hosts.offer(one.order, host, address)) is not None]
        open_ = [offer for offer in offers if _is_open(offer, picked, one.order.created_at)]
        if open_:
            joins[one.order.key] = (open_[0].host, "strong", open_[0].kinds)
            continue
        late += bool(offers)
        if len(near) < MOST_PARCELS:
            hosts.add(Host(one.order, "", partial(address_of, one.order_id)))
    return joins, late


def _is_open(offer: Offer, picked: Mapping[Key, int | None], at: int) -> bool:
    taken = picked[offer.host]
    return taken is None or taken > at


def _clusters(mine: _Links, theirs: _Links, orders: Mapping[Key, Participant]) -> list[Cluster]:
    groups: dict[Key, dict[Key, str]] = defaultdict(dict)
    for key, (anchor, strength, _) in mine.items():
        before = theirs.get(key)
        groups[anchor][key] = "new" if before is None else "same" if before[1] == strength else "other"
    for key, (anchor, _, _) in theirs.items():
        if key not in mine:
            groups[mine[anchor][0] if anchor in mine else anchor][key] = "gone"
    made = [_cluster(anchor, states, mine, theirs, orders) for anchor, states in groups.items()]
    return sorted(made, key=lambda one: (not one.changed, -one.at))


def _cluster(
    anchor: Key, states: Mapping[Key, str], mine: _Links, theirs: _Links, orders: Mapping[Key, Participant]
) -> Cluster:
    start = orders[anchor].created_at
    members = [Member(anchor, 0)]
    for key, state in states.items():
        _, strength, kinds = mine[key] if key in mine else theirs[key]
        members.append(Member(key, orders[key].created_at - start, strength, kinds, state))
    return Cluster(start, tuple(sorted(members, key=lambda one: (bool(one.strength), one.seconds))))


def _count(links: _Links, orders: Mapping[Key, Participant]) -> Count:
    days: dict[str, Counter[str]] = defaultdict(Counter)
    for key, (_, strength, _) in links.items():
        days[local_date(orders[key].created_at).isoformat()][strength] += 1
    strengths = Counter(strength for _, strength, _ in links.values())
    return Count(strengths["strong"], strengths["weak"], days)


def _since(past: Sequence[PastOrder]) -> int:
    return past[0].order.created_at if past else 0
