"""Deciding a batch of orders: the heart of the line. Pure, but for the world's working stock, which it spends."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import partial

import orjson

from app.allocation.parts import Taken
from app.domain.decision import Case, Decision, Outcome
from app.domain.order import Line, Order
from app.domain.protection import apply_to, sign_of
from app.duplicates.clusters import Clusters, find_clusters
from app.duplicates.consolidation import Host, Hosts, Offer
from app.duplicates.evidence import address_key, stored_participant
from app.processing.desk import Desk
from app.processing.inputs import Inputs
from app.processing.profile import Profile, profile_of
from app.processing.readying import Ready, make_ready, shares_of
from app.processing.record import write_record
from app.processing.settle import settle
from app.processing.world import World
from app.rulebook.pack import CompiledPack


def decide(cases: Sequence[Case], world: World, pack: CompiledPack, now: int) -> list[Decision]:
    """Decide every case, in order; earlier cases get stock and capacity first. `now` in epoch seconds.

    The order within `cases` matters for stock only; suspected duplicates come out alike in any order.
    `world.stale` gains the stored orders that must be decided again because their cluster changed.
    """
    profile = profile_of(pack)
    readied = [make_ready(case, world.catalogue) for case in cases]
    clusters = _clusters(readied, world, profile)
    world.stale |= clusters.stale
    bench = _Bench(world, profile, clusters, {ready.case.key for ready in readied}, now)
    decided = {place: bench.decide(readied[place]) for place in _turns(readied)}
    return [decided[place] for place in range(len(readied))]


def _turns(readied: Sequence[Ready]) -> Iterator[int]:
    """Places in the order of deciding: as given, but who is to share a parcel comes right after its host."""
    own = {ready.case.key: place for place, ready in enumerate(readied)}
    later: dict[int, list[int]] = defaultdict(list)
    for place, ready in enumerate(readied):
        joins = ready.case.overlay.joins
        host = own.get(joins, -1) if joins else -1
        if host > place:
            later[host].append(place)
    waiting = {place for places in later.values() for place in places}
    for place in range(len(readied)):
        if place not in waiting:
            yield place
            yield from later.get(place, ())


def _clusters(readied: Sequence[Ready], world: World, profile: Profile) -> Clusters:
    own = {ready.case.key for ready in readied}
    orders = [ready.participant for ready in readied if ready.participant is not None]
    orders += [stored_participant(n) for n in world.neighbours if n.eligible and n.key not in own]
    gone = {ready.case.key for ready in readied if not ready.eligible}
    gone.update(n.key for n in world.neighbours if not n.eligible)
    return find_clusters(orders, profile.duplicates, world.verdicts, gone)


class _Bench:
    def __init__(self, world: World, profile: Profile, clusters: Clusters, own: set[tuple[str, str]], now: int) -> None:
        self._world = world
        self._profile = profile
        self._clusters = clusters
        self._desk = Desk(world, now)
        self._hosts = Hosts(profile.consolidation, [n for n in world.neighbours if n.key not in own])
        self._hosting = set(world.joined.values())
        self._parcels = {key: code for key, code in world.parcels.items() if key not in own}
        self._now = now

    def decide(self, ready: Ready) -> Decision:
        case = ready.case
        inputs = Inputs(ready.order, case.order, case.overlay, self._now)
        if ready.eligible:
            self._complete(inputs, ready)
            inputs.said = self._profile.probes.ask(inputs)
            self._part(inputs, ready)
        ruling = settle(inputs, self._profile)
        decision = ruling.decision
        # As bytes at once: hundreds of records as trees of small objects would crowd the processor's caches.
        decision.record = orjson.dumps(write_record(ruling, self._profile, self._world.hasher, case.history))
        if decision.fulfilments:
            self._desk.spend(decision)
            self._offer_parcel(ready, decision)
        return decision

    def _complete(self, inputs: Inputs, ready: Ready) -> None:
        case = ready.case
        inputs.eligible = True
        inputs.line = ready.lines
        inputs.unmatched = ready.unmatched
        inputs.suspicion = self._clusters.repeats.get(case.key)
        inputs.offers = self._offers(ready)
        if case.overlay.joins is not None:
            inputs.host_at = self._parcels.get(case.overlay.joins)
        self._desk.lay_out(inputs, self._desk.demand(inputs))
        if self._world.protections and not case.placed:
            signs = self._signs(case.order)
            inputs.protections = apply_to(self._world.protections, case.order.shop, inputs.demand.units, signs)

    def _signs(self, order: Order) -> list[str]:
        hasher = self._world.hasher
        return [hasher(*sign_of(evidence)) for evidence in order.identity] if hasher is not None else []

    def _part(self, inputs: Inputs, ready: Ready) -> None:
        shares, inputs.resumed = shares_of(ready, self._world.catalogue), bool(ready.case.given)
        if not shares:
            return

        def portion(place: int, taken: Taken) -> Inputs:
            lines: list[Line] = shares[place]
            part = self._desk.portion(inputs, lines, taken)
            part.said = self._profile.probes.ask(part)
            return part

        inputs.shares, inputs.portion = len(shares), portion

    def _offers(self, ready: Ready) -> list[Offer]:
        order = ready.participant
        if order is None or not _may_share(ready) or order.key in self._hosting or ready.case.overlay.hosts:
            return []
        hosts = self._hosts.near(order)
        if not hosts:
            return []
        key = address_key(ready.order, self._world.hasher)
        offers = [self._hosts.offer(order, host, key) for host in hosts]
        return [offer for offer in offers if offer is not None]

    def _offer_parcel(self, ready: Ready, decision: Decision) -> None:
        alone = decision.outcome is Outcome.ALLOCATED and len(decision.fulfilments) == 1 and not decision.transfers
        if alone and not ready.case.overlay.parts:
            self._parcels[ready.case.key] = decision.fulfilments[0].warehouse
        if alone and ready.participant is not None and _may_share(ready):
            address = partial(address_key, ready.order, self._world.hasher)
            self._hosts.add(Host(ready.participant, decision.fulfilments[0].warehouse, address))


def _may_share(ready: Ready) -> bool:
    """Whether the rules may put the order into one parcel with another: nothing and nobody says that it is special."""
    overlay = ready.case.overlay
    return not ("sealed" in ready.order.flags or overlay.parts or overlay.address or overlay.joins)
