"""What is known when a batch is decided, loaded by the caller; `decide` spends its stock."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from app.domain.decision import Neighbour
from app.domain.goods import Catalogue, Stock, Warehouse
from app.domain.protection import Protection
from app.duplicates.clusters import Verdicts
from app.duplicates.evidence import Hasher, Key


@dataclass(slots=True)
class World:
    """The facts around a batch.

    `stock` is a working copy of free units, in which the batch's own earlier reservations count as free; `decide`
    takes from it. `neighbours` are stored orders near the batch that are not in it: those sharing identity
    evidence within the duplicate or the consolidation window. `verdicts` are pairs of keys of which people said
    "not the same"; `joined` maps each consolidated order's key to its host's; `parcels` are the warehouses from which
    the hosts that people named leave, in one parcel that may still be joined. `hasher` is the keyed hash for
    personal data in records; without one, records leave it out. `protections` of watches are those that hold now.
    `stale` is filled by `decide`: stored orders whose cluster this batch changed, to be decided again by the caller.
    """

    warehouses: list[Warehouse]
    stock: Stock
    catalogue: Catalogue
    neighbours: list[Neighbour] = field(default_factory=list)
    verdicts: Verdicts = frozenset()
    joined: Mapping[Key, Key] = field(default_factory=dict)
    parcels: Mapping[Key, str] = field(default_factory=dict)
    hasher: Hasher | None = None
    protections: Sequence[Protection] = ()
    stale: set[Key] = field(default_factory=set)
