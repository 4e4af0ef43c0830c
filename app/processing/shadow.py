"""A shadow: a draft decides again what the line just decided, on the very facts the line had. Nothing is spent.

The facts come out of the decision record; what the record leaves out, because the live rules do not read it, out of
the order as it is stored, today's warehouses and freight. Each order is looked at alone: a shadow has no stock of its
own, so that whatever diverges does so for a rule.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from app.allocation.demand import weight_of
from app.allocation.facts import Candidate, Request
from app.domain.decision import Neighbour, Overlay
from app.domain.geo import short_province
from app.domain.goods import Catalogue, FreightRate, Warehouse
from app.domain.order import Order, Refund
from app.duplicates.clusters import Suspicion, Verdicts, find_clusters
from app.duplicates.consolidation import Hosts, Offer
from app.duplicates.evidence import Hasher, address_key, participant, sku_set, stored_participant
from app.processing.explanation import explain_record
from app.processing.inputs import Inputs
from app.processing.measure import without_rules
from app.processing.profile import Profile, profile_of
from app.processing.record import answer, write_record
from app.processing.replay import inputs_of, portions_of
from app.processing.ruling import Ruling
from app.processing.settle import settle
from app.rulebook.pack import CompiledPack

Json = dict[str, Any]
Free = Mapping[str, Mapping[str, int]]


@dataclass(frozen=True, slots=True)
class Whole:
    """An order as it is stored, with what people said of it."""

    order: Order
    overlay: Overlay


@dataclass(frozen=True, slots=True)
class Around:
    """What a record leaves out: places and goods of today, and units free now (only gifts are looked up there)."""

    warehouses: Mapping[str, Warehouse]
    catalogue: Catalogue
    free: Free

    def rates(self) -> dict[tuple[str, str], FreightRate]:
        """Freight by (warehouse, short province)."""
        return {(code, short_province(name)): rate for (code, name), rate in self.catalogue.freight.items()}


@dataclass(frozen=True, slots=True)
class Near:
    """Orders near one, and pairs that are not the same; asked for only when the draft compares orders otherwise."""

    neighbours: list[Neighbour]
    apart: Verdicts
    hasher: Hasher


class Shadow:
    """A draft beside the live pack. `near` finds an order's neighbours."""

    def __init__(
        self, draft: CompiledPack, live: CompiledPack, around: Around, near: Callable[[Order, int, int], Near]
    ) -> None:
        self._draft = draft
        self._live = live
        self._profile = profile_of(draft)
        self._around = around
        self._rates = around.rates()
        self._near = near
        same = ("duplicates", "consolidation")
        self.compares_alike = all(draft.document[name] == live.document[name] for name in same)

    def decide(self, record: Json, whole: Whole) -> Ruling:
        """What the draft makes of the facts of a record."""
        return settle(self.inputs(record, whole), self._profile)

    def inputs(self, record: Json, whole: Whole) -> Inputs:
        """The facts of a record, with those that the live rules do not read."""
        inputs = inputs_of(record)
        if inputs.eligible:
            self._complete(inputs, record, whole)
        return inputs

    def divergence(self, record: Json, whole: Whole) -> Json | None:
        """How the draft diverges from the recorded decision, with both told in sentences; None when it does not."""
        ruling = self.decide(record, whole)
        if without_rules(answer(ruling.decision)) == without_rules(record["decision"]):
            return None
        other = write_record(ruling, self._profile, None)
        return {
            "shop": record["order"]["shop"],
            "order": record["order"]["id"],
            "before": end_of(record["decision"]),
            "after": end_of(other["decision"]),
            "why_before": explain_record(record, self._live, warehouses=False),
            "why_after": explain_record(other, self._draft, warehouses=False),
        }

    def _complete(self, inputs: Inputs, record: Json, whole: Whole) -> None:
        skus = {line.id: line.sku for line in inputs.line}
        shown = whole.overlay.over(whole.order)
        lines = [replace(line, sku=skus.get(line.id, line.sku)) for line in shown.lines]
        inputs.order, inputs.source = replace(shown, lines=lines), whole.order
        inputs.overlay = whole.overlay
        inputs.line = [line for line in lines if line.refund == Refund.NONE]
        inputs.gift_parts, inputs.explode = {}, self._around.catalogue.explode
        self._know_warehouses(inputs)
        if not self.compares_alike:
            self._compare(inputs, whole.order)
        portions = portions_of(inputs, record)
        for portion in portions:
            self._know_warehouses(portion)
            portion.said = self._profile.probes.ask(portion)
        if portions:
            inputs.shares, inputs.portion = len(portions), lambda place, _taken: portions[place]
        inputs.said = self._profile.probes.ask(inputs)

    def _know_warehouses(self, inputs: Inputs) -> None:
        catalogue = self._around.catalogue
        request = Request(
            inputs.demand.units,
            short_province(inputs.order.province or ""),
            self._rates,
            lambda units: weight_of(units, catalogue),
        )
        request.target = inputs.target
        for candidate in inputs.warehouse:
            candidate.request = request
            candidate.stock = self._around.free.get(candidate.code, {})
            self._know(candidate)

    def _know(self, candidate: Candidate) -> None:
        """Facts that the record left out because the live rules do not read them."""
        place = self._around.warehouses.get(candidate.code)
        if place is not None:
            candidate.name, candidate.kind = candidate.name or place.name, candidate.kind or place.kind
            candidate.province, candidate.city = candidate.province or place.province, candidate.city or place.city
        # An empty slot is worked out when a rule first asks.
        if candidate.freight is None:
            del candidate.freight
        if candidate.transfer_freight is None:
            del candidate.transfer_freight

    def _compare(self, inputs: Inputs, order: Order) -> None:
        profile = self._profile
        window = max(profile.duplicates.window_seconds, profile.consolidation.window_seconds)
        near = self._near(order, window, profile.duplicates.window_seconds)
        inputs.suspicion = suspicion_of(order, near, profile, self._around.catalogue)
        inputs.offers = offers_of(inputs, order, near, profile, self._around.catalogue)


def suspicion_of(order: Order, near: Near, profile: Profile, catalogue: Catalogue) -> Suspicion | None:
    """What the order would repeat by this pack, among all that is stored now."""
    own = participant(order, sku_set(order, catalogue))
    if own is None:
        return None
    others = [replace(stored_participant(n), anchored=None, stored=False) for n in near.neighbours if n.eligible]
    return find_clusters([own, *others], profile.duplicates, near.apart).repeats.get(own.key)


def offers_of(inputs: Inputs, order: Order, near: Near, profile: Profile, catalogue: Catalogue) -> list[Offer]:
    """The parcels that the order may join by this pack, among those that are open now."""
    overlay, own = inputs.overlay, participant(order, sku_set(order, catalogue))
    special = "sealed" in inputs.order.flags or overlay.parts or overlay.address or overlay.joins or overlay.hosts
    if own is None or special:
        return []
    hosts = Hosts(profile.consolidation, near.neighbours)
    key = address_key(inputs.order, near.hasher)
    offers = [hosts.offer(own, host, key) for host in hosts.near(own)]
    return [offer for offer in offers if offer is not None]


def end_of(said: Json) -> Json:
    """How a recorded answer ends, as people compare it: outcome, rule, reason, warehouses."""
    holds, parcels = said.get("holds") or [], said.get("fulfilments") or []
    rules = [rule for rule in said["rules"] if rule.startswith(("allocation/", "consolidation/"))]
    reason = " + ".join(hold["reason"] for hold in holds)
    holding = " + ".join(hold.get("rule") or hold["reason"] for hold in holds)
    return {
        "outcome": said["outcome"],
        "rule": holding or (rules[-1] if rules else ""),
        "reason": reason,
        "warehouses": " + ".join(parcel["warehouse"] for parcel in parcels),
    }
