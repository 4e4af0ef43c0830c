"""A pack as deciding uses it: its policies, its rules' actions by index, and which facts its rules read.

Made once for each pack and remembered by the pack's hash.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

from app.domain.order import PERSONAL_FIELDS, Line, Order
from app.duplicates.clusters import Policy
from app.duplicates.consolidation import ConsolidationPolicy
from app.engine import CompiledRules, compile_rules
from app.processing.personal import Probes
from app.rulebook.order_vocabulary import SECTIONS, VOCABULARY
from app.rulebook.pack import CompiledPack

_REMEMBERED_PACKS = 64


@dataclass(frozen=True, slots=True)
class RuleActions:
    """A rule's key (`section/id`) and what it does."""

    key: str
    then: Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Profile:
    """What deciding needs of a pack. `reads` are the field keys its rules name."""

    name: str
    hash: str
    screening: CompiledRules
    allocation: CompiledRules
    screening_rules: tuple[RuleActions, ...]
    allocation_rules: tuple[RuleActions, ...]
    duplicates: Policy
    duplicate_actions: Mapping[str, Mapping[str, Any]]
    consolidation: ConsolidationPolicy
    reads: frozenset[str]
    order_facts: tuple[str, ...]
    line_facts: tuple[str, ...]
    warehouse_facts: tuple[str, ...]
    probes: Probes
    document: Mapping[str, Any]

    def answered(self, said: str) -> Profile:
        """This profile with every condition on personal text replaced by what it said when the order was decided."""
        if not said:
            return self
        rules = {
            s: compile_rules(self.probes.answered(s, _rules(self.document, s), said), SECTIONS[s]) for s in SECTIONS
        }
        return replace(self, screening=rules["screening"], allocation=rules["allocation"])

    def rewritten(self, screening: CompiledRules, allocation: CompiledRules) -> Profile:
        """This profile with other rules, which read no other facts."""
        document = {**self.document, "screening": {"rules": screening.rules}, "allocation": {"rules": allocation.rules}}
        return replace(
            self,
            screening=screening,
            allocation=allocation,
            screening_rules=_actions(document, "screening"),
            allocation_rules=_actions(document, "allocation"),
            document=document,
        )


_profiles: dict[str, Profile] = {}


def profile_of(pack: CompiledPack) -> Profile:
    """The pack's profile; remembered, the oldest is dropped beyond 64 packs."""
    known = _profiles.get(pack.hash)
    if known is None:
        if len(_profiles) >= _REMEMBERED_PACKS:
            _profiles.pop(next(iter(_profiles)))
        known = _profiles[pack.hash] = _profile(pack)
    return known


def _profile(pack: CompiledPack) -> Profile:
    document = pack.document
    duplicates = document.get("duplicates") or {}
    reads = frozenset(_fields_read([_rules(document, "screening"), _rules(document, "allocation")]))
    return Profile(
        name=pack.name,
        hash=pack.hash,
        screening=pack.screening,
        allocation=pack.allocation,
        screening_rules=_actions(document, "screening"),
        allocation_rules=_actions(document, "allocation"),
        duplicates=Policy.of(duplicates),
        duplicate_actions={s: duplicates.get(s) or {} for s in ("strong", "weak")},
        consolidation=ConsolidationPolicy.of(document.get("consolidation") or {}, duplicates),
        reads=reads,
        order_facts=_stored(reads, "order", Order, ALWAYS_ORDER),
        line_facts=_stored(reads, "line", Line, ALWAYS_LINE),
        warehouse_facts=tuple(
            n for n in ("name", "kind", "province", "city") if {f"warehouse.{n}", f"target.{n}"} & reads
        )
        + tuple(_freight_read(document, reads)),
        probes=Probes(document, VOCABULARY),
        document=document,
    )


ALWAYS_ORDER = ("shop", "id", "platform", "state", "created_at", "province", "city", "district", "flags", "lines")
ALWAYS_LINE = ("id", "sku", "quantity", "refund")


def _stored(reads: frozenset[str], scope: str, kind: type, always: tuple[str, ...]) -> tuple[str, ...]:
    names = [f.name for f in fields(kind) if f.name not in always and f.name not in PERSONAL_FIELDS]
    return tuple(name for name in names if f"{scope}.{name}" in reads)


def _freight_read(document: Mapping[str, Any], reads: frozenset[str]) -> Iterator[str]:
    """The kinds of freight that the pack's conditions or choices of a warehouse look at."""
    actions = [action for rule in _rules(document, "allocation") for action in rule["then"]]
    chosen = {a.get("at") for a in actions} | {a.get("tie_break") for a in actions}
    weighed = {name for a in actions for name in a.get("weights") or ()}
    if "cheapest" in chosen or "freight" in weighed or {"warehouse.freight", "target.freight"} & reads:
        yield "freight"
    moved = {"warehouse.transfer_freight", "target.transfer_freight"}
    if "cheapest" in {a.get("from") for a in actions} or moved & reads:
        yield "transfer_freight"


def _rules(document: Mapping[str, Any], section: str) -> Sequence[Mapping[str, Any]]:
    rules: Sequence[Mapping[str, Any]] = (document.get(section) or {}).get("rules", ())
    return rules


def _actions(document: Mapping[str, Any], section: str) -> tuple[RuleActions, ...]:
    return tuple(RuleActions(f"{section}/{rule['id']}", rule["then"]) for rule in _rules(document, section))


def _fields_read(node: Any) -> Iterator[str]:
    if isinstance(node, Mapping):
        if isinstance(node.get("field"), str):
            yield node["field"]
        for value in node.values():
            yield from _fields_read(value)
    elif isinstance(node, list | tuple):
        for value in node:
            yield from _fields_read(value)
