"""Consolidation (合单): a wanted order that leaves in the parcel of an earlier one of the same buyer and address."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from app.domain.decision import Neighbour
from app.domain.order import Evidence
from app.duplicates.evidence import Key, Likeness, Participant, Rules, evidence_rules, likeness, stored_participant


@dataclass(frozen=True, slots=True)
class ConsolidationPolicy:
    """A pack's `consolidation` section; `window_seconds` 0 switches it off."""

    window_seconds: int
    evidence: Rules

    @classmethod
    def of(cls, section: Mapping[str, Any], fallback: Mapping[str, Any]) -> ConsolidationPolicy:
        """The policy a valid section states; without evidence of its own it takes that of `fallback` (duplicates)."""
        window = section.get("window_seconds", 0) if section.get("enabled", True) else 0
        return cls(window, evidence_rules(section if section.get("evidence") else fallback))


@dataclass(slots=True)
class Host:
    """An allocated, unpicked order that leaves in one parcel from `warehouse`, and may be joined.

    `address` gives its address key; asked only when somebody might join.
    """

    order: Participant
    warehouse: str
    address: Callable[[], str | None]


@dataclass(frozen=True, slots=True)
class Offer:
    """The parcel that an order may join: its host, `seconds` earlier, and why both are the same buyer's."""

    host: Key
    warehouse: str
    seconds: int
    kinds: tuple[str, ...]


class Hosts:
    """Parcels that may be joined, found by identity evidence. Filled from storage and as the batch is decided."""

    def __init__(self, policy: ConsolidationPolicy, stored: Iterable[Neighbour]) -> None:
        """`stored` are neighbours; those with a parcel, unpicked and not sealed, are hosts."""
        self._policy = policy
        self._by_evidence: dict[tuple[str, str, str], list[Host]] = defaultdict(list)
        for neighbour in stored:
            if neighbour.parcel and not neighbour.picked and not neighbour.sealed and neighbour.eligible:
                self.add(Host(stored_participant(neighbour), neighbour.parcel, partial(_address_key, neighbour)))

    def add(self, host: Host) -> None:
        """Offer one more parcel."""
        for evidence in self._strong(host.order.identity):
            self._by_evidence[evidence.kind, evidence.scope, evidence.value].append(host)

    def near(self, order: Participant) -> list[Host]:
        """Hosts that share a piece of strong evidence with the order, the earliest first."""
        found = {
            host.order.key: host
            for evidence in self._strong(order.identity)
            for host in self._by_evidence.get((evidence.kind, evidence.scope, evidence.value), ())
        }
        return sorted(found.values(), key=lambda host: host.order.rank)

    def offer(self, order: Participant, host: Host, address_key: str | None) -> Offer | None:
        """What joining `host` rests on; None unless it is earlier, in the window, one buyer and one address."""
        seconds = order.created_at - host.order.created_at
        if host.order.key == order.key or not 0 <= seconds <= self._policy.window_seconds:
            return None
        like = likeness(order, host.order, self._policy.evidence)
        if like is None or like.strength != "strong" or not _same_address(like, host.address(), address_key):
            return None
        return Offer(host.order.key, host.warehouse, seconds, like.kinds)

    def _strong(self, identity: tuple[Evidence, ...]) -> list[Evidence]:
        if self._policy.window_seconds <= 0:
            return []
        rules = self._policy.evidence
        return [e for e in identity if e.value and e.kind in rules and rules[e.kind].strength == "strong"]


def _address_key(neighbour: Neighbour) -> str | None:
    return neighbour.address_key


def _same_address(like: Likeness, one: str | None, other: str | None) -> bool:
    return "platform_address" in like.kinds or (one is not None and one == other)
