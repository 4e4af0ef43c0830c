"""How the deciding rule chose among warehouses: who could, by what they were compared, and what broke a tie."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from app.allocation.choose import CRITERIA, Unsure, scores_of, tie_fact
from app.allocation.facts import Candidate
from app.engine.phrase import phrase_value
from app.processing.explanation import Names, Record, Sentence
from app.processing.inputs import Inputs
from app.processing.profile import Profile
from app.processing.why.told import both, listed, told
from app.rulebook.order_actions import CRITERIA_WORDS
from app.rulebook.order_vocabulary import VOCABULARY

_MOST_TOLD = 6
_FACTS = {"nearest": "km_to_buyer", "cheapest": "freight"}
_SOURCES = {"nearest": "km_to_target", "cheapest": "transfer_freight"}


def tell_choice(record: Record, profile: Profile, inputs: Inputs, names: Names) -> list[Sentence]:
    """Sentences on the choice of each parcel; none where no rule chose."""
    if "warehouse" in record.get("overlay", {}):
        return []
    found: list[Sentence] = []
    for subject in inputs.portions or [inputs]:
        chooser = Chooser(record, profile, subject, names)
        found += [one for one in chooser.told() if one not in found]
    return found


class Chooser:
    """The choice of the rule that decided one parcel."""

    def __init__(self, record: Record, profile: Profile, inputs: Inputs, names: Names) -> None:
        self._inputs = inputs
        self._names = names
        self._rules = profile.answered(inputs.said).allocation
        self._place = _decider(record, profile)
        rules = profile.allocation_rules
        self.action: Mapping[str, Any] = _allocating(rules[self._place].then) if self._place is not None else {}

    def told(self) -> Iterator[Sentence]:
        """How the choice was made."""
        kind = self.action.get("do")
        if kind == "reserve":
            yield from self._reserved(self.action["at"])
        elif kind == "split":
            yield told("why-fewest", most=self.action["at_most"])
        elif kind == "transfer":
            yield from self._compared(self.pool(), _SOURCES[self.action["from"]], "why-source-alone")

    def pool(self) -> list[Candidate]:
        """The warehouses that the rule could choose from."""
        members = self._rules.members(self._place, self._inputs, "warehouse") if self._place is not None else []
        if self.action.get("do") == "transfer":
            target = self._inputs.target
            lacks = target.request.shortfall() if target is not None else {}
            return [c for c in members if c is not target and c.covers(lacks)]
        return [c for c in members if c.covers_order]

    def _reserved(self, at: str) -> Iterator[Sentence]:
        if at == "target" and self._inputs.target is not None:
            yield told("why-target", warehouse=self._names.warehouse(self._inputs.target.code))
        elif at == "fewest_parcels":
            yield told("why-fewest", most=len(self._inputs.warehouse))
        elif at == "score":
            yield from self._scored(self.pool())
        elif at in _FACTS:
            yield from self._compared(self.pool(), _FACTS[at], "why-alone")

    def _compared(self, pool: Sequence[Candidate], fact: str, alone: str) -> Iterator[Sentence]:
        if len(pool) == 1:
            yield told(alone, warehouse=self._names.warehouse(pool[0].code))
        elif pool and all(getattr(c, fact) is not None for c in pool):
            ranked = sorted(pool, key=lambda c: (getattr(c, fact), c.code))
            yield self._ranked(f"why-least-{fact}", ranked, lambda c: self._value(fact, c))
            if getattr(ranked[0], fact) == getattr(ranked[1], fact):
                yield told("why-tie-code", warehouse=self._names.warehouse(ranked[0].code))

    def _scored(self, pool: Sequence[Candidate]) -> Iterator[Sentence]:
        if len(pool) == 1:
            yield told("why-alone", warehouse=self._names.warehouse(pool[0].code))
            return
        weights = self.action.get("weights") or {}
        scores = scores_of(pool, weights) if pool else []
        if isinstance(scores, Unsure) or not pool:
            return
        fact = tie_fact(self.action.get("tie_break") or "code")
        by_code = {c.code: score for c, score in zip(pool, scores, strict=True)}
        ranked = sorted(pool, key=lambda c: (-by_code[c.code], getattr(c, fact), c.code))
        yield told("why-weights", weights=listed(_weight(name, n) for name, n in weights.items() if n))
        yield self._ranked("why-most-score", ranked, lambda c: both(lambda _: f"{by_code[c.code]:g}"))
        if by_code[ranked[0].code] == by_code[ranked[1].code]:
            yield told(f"why-tie-{fact}", warehouse=self._names.warehouse(ranked[0].code))

    def _ranked(self, code: str, ranked: Sequence[Candidate], value: Callable[[Candidate], Sentence]) -> Sentence:
        shown = ranked[:_MOST_TOLD]
        parts = [told("why-rank", warehouse=self._names.warehouse(c.code), value=value(c)) for c in shown]
        return told(code, count=len(ranked), ranked=listed(parts))

    def _value(self, fact: str, candidate: Candidate) -> Sentence:
        row = VOCABULARY.fields.get(f"warehouse.{fact}", VOCABULARY.fields["warehouse.freight"])
        return both(lambda lang: phrase_value(getattr(candidate, fact), row, lang))


def _weight(name: str, weight: float) -> Sentence:
    return both(lambda lang: f"{CRITERIA_WORDS[name][lang]} {weight:g}")


def _decider(record: Record, profile: Profile) -> int | None:
    acted = set(record["decision"]["rules"])
    return next((i for i, rule in enumerate(profile.allocation_rules) if rule.key in acted), None)


def _allocating(actions: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
    return next((a for a in actions if a["do"] in ("reserve", "split", "transfer", "purchase", "backorder")), {})


assert CRITERIA.keys() == CRITERIA_WORDS.keys()  # noqa: S101  (what is weighed has words)
