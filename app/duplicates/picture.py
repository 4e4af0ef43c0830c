"""What a duplicate or a consolidation window would have made of the orders of the last days, by the line's own code.

Nothing is decided here: who would be held as a repeat of whom, and who would have left in whose parcel. Whether the
warehouse of that parcel had the goods is not looked at.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from app.domain.calendar import local_date
from app.domain.order import Evidence
from app.duplicates.clusters import Policy, Verdicts, count_pairs, find_clusters, nearest_alike
from app.duplicates.consolidation import ConsolidationPolicy, Host, Hosts, Offer
from app.duplicates.evidence import MASKED, Key, Participant

MOST_PAIRS = 150_000
"""Pairs of orders that one picture compares; where there are more, it speaks of the latest orders only."""
MOST_PARCELS = 200
"""So many parcels of one buyer are offered to whoever comes later."""
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


@dataclass(frozen=True, slots=True)
class Shift:
    """Orders that only the edited setting takes, by strength; that only the live one takes; and taken by both, with
    which something else is done.
    """

    newly: Mapping[str, int]
    gone: int
    otherwise: int


_OTHER = {"strong": "weak", "weak": "strong"}
Links = Mapping[Key, tuple[Key, str, tuple[str, ...]]]
"""Each order that a setting takes: the first of its cluster, the strength, and the kinds of evidence."""


def likely(past: Sequence[PastOrder], policy: Policy) -> list[PastOrder]:
    """The orders that another may be like at all, whatever the window: found by evidence as the line finds them."""
    groups: dict[tuple[Any, ...], list[int]] = defaultdict(list)
    for place, one in enumerate(past):
        goods = one.order.skus if policy.same_skus else None
        for evidence in one.order.identity:
            if evidence.kind in policy.evidence and (value := _sought(evidence, one.order)):
                groups[evidence.kind, evidence.scope, value, goods].append(place)
    places = {place for group in groups.values() if len(group) > 1 for place in group}
    return [past[place] for place in sorted(places)]


def reach(orders: Sequence[PastOrder], policy: Policy, most_pairs: int = MOST_PAIRS) -> int:
    """Since when orders can be compared at once; 0 for all of them."""
    shown = [one.order for one in orders]
    cut = 0
    while len(shown) > 1 and count_pairs(shown, policy) > most_pairs:
        shown = shown[len(shown) // 2 :]
        cut = shown[0].created_at
    return cut


def repeats(orders: Sequence[PastOrder], policy: Policy, apart: Verdicts, since: int) -> Links:
    """Which of the orders since then are suspected repeats."""
    shown = [one.order for one in orders if one.order.created_at >= since]
    found = find_clusters(shown, policy, apart).repeats
    return {key: (one.anchor, one.likeness.strength, one.likeness.kinds) for key, one in found.items()}


def sharing(past: Sequence[PastOrder]) -> list[PastOrder]:
    """The orders that share a piece of evidence, as it stands, with another: who may leave with somebody."""
    seen = Counter((e.kind, e.scope, e.value) for one in past for e in one.order.identity)
    return [one for one in past if any(e.value and seen[e.kind, e.scope, e.value] > 1 for e in one.order.identity)]


def joins(
    orders: Sequence[PastOrder], policy: ConsolidationPolicy, held: Collection[Key], address_of: AddressOf, since: int
) -> tuple[Links, int]:
    """Which of the orders would have left in another's parcel, and how many came when that was picked already."""
    hosts, picked = Hosts(policy, ()), {one.order.key: one.picked_at for one in orders}
    found: dict[Key, tuple[Key, str, tuple[str, ...]]] = {}
    late = 0
    for one in orders:
        if not one.parcel or one.order.key in held or one.order.created_at < since:
            continue
        near = hosts.near(one.order)
        address = address_of(one.order_id) if near else None
        offers = [offer for host in near if (offer := hosts.offer(one.order, host, address)) is not None]
        open_ = [offer for offer in offers if _is_open(offer, picked, one.order.created_at)]
        if open_:
            found[one.order.key] = (open_[0].host, "strong", open_[0].kinds)
            continue
        late += bool(offers)
        if len(near) < MOST_PARCELS:
            hosts.add(Host(one.order, "", partial(address_of, one.order_id)))
    return found, late


def compose(past: Sequence[PastOrder], since: int, mine: Links, theirs: Links, late: int = 0) -> Picture:
    """The picture of what the edited and the live setting take among the orders since then."""
    shown = [one for one in past if one.order.created_at >= since]
    taken = {*mine, *theirs, *(one[0] for links in (mine, theirs) for one in links.values())}
    found = {one.order.key: one.order for one in shown if one.order.key in taken}
    first = shown[0].order.created_at if shown else 0
    return Picture(_clusters(mine, theirs, found), _count(mine, found), _count(theirs, found), len(shown), first, late)


def shift(picture: Picture, alike: Callable[[str, str], bool]) -> Shift:
    """What the edited setting changes; `alike` says whether both do the same with orders of a strength by each."""
    newly: Counter[str] = Counter()
    gone = otherwise = 0
    for cluster in picture.clusters:
        for member in cluster.members[1:]:
            if member.state == "new":
                newly[member.strength] += 1
            elif member.state == "gone":
                gone += 1
            else:
                before = member.strength if member.state == "same" else _OTHER[member.strength]
                otherwise += not alike(member.strength, before)
    return Shift(newly, gone, otherwise)


def spread(
    orders: Sequence[PastOrder], policy: Policy, apart: Verdicts, edges: Sequence[int], since: int = 0
) -> list[int]:
    """How many orders came that long after one that is like them: up to each edge, in seconds, but beyond the last."""
    shown = [one.order for one in orders if one.order.created_at >= since]
    counts = [0] * len(edges)
    for seconds in nearest_alike(shown, policy, apart).values():
        counts[bisect_left(edges, seconds)] += 1
    return counts


def _sought(evidence: Evidence, order: Participant) -> Any:
    if evidence.kind != MASKED:
        return evidence.value
    return order.place and (*order.place[:2], evidence.value[-2:])


def _is_open(offer: Offer, picked: Mapping[Key, int | None], at: int) -> bool:
    taken = picked[offer.host]
    return taken is None or taken > at


def _clusters(mine: Links, theirs: Links, orders: Mapping[Key, Participant]) -> list[Cluster]:
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
    anchor: Key, states: Mapping[Key, str], mine: Links, theirs: Links, orders: Mapping[Key, Participant]
) -> Cluster:
    start = orders[anchor].created_at
    members = [Member(anchor, 0)]
    for key, state in states.items():
        _, strength, kinds = mine[key] if key in mine else theirs[key]
        members.append(Member(key, orders[key].created_at - start, strength, kinds, state))
    return Cluster(start, tuple(sorted(members, key=lambda one: (bool(one.strength), one.seconds))))


def _count(links: Links, orders: Mapping[Key, Participant]) -> Count:
    days: dict[str, Counter[str]] = defaultdict(Counter)
    for key, (_, strength, _) in links.items():
        days[local_date(orders[key].created_at).isoformat()][strength] += 1
    strengths = Counter(strength for _, strength, _ in links.values())
    return Count(strengths["strong"], strengths["weak"], days)
