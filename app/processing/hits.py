"""How often rules of a draft would have held for the orders of the last days, and for which.

A hundred thousand orders are held as blocks of columns (`engine.columns`), which remember every condition they were
asked: after an edit only the changed rule is judged, and the rest is adding up.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import orjson

from app.engine import validate_rules
from app.engine.columns import Columns, Gathered, gather
from app.processing.inputs import Inputs
from app.rulebook.order_vocabulary import SECTIONS, VOCABULARY

MOST_SAMPLES = 5


@dataclass(frozen=True, slots=True)
class Past:
    """An order that was decided: its number in the database, and the facts it was decided on."""

    order_id: int
    shop: str
    tid: str
    inputs: Inputs


@dataclass(frozen=True, slots=True)
class Sample:
    """An order that a rule holds for."""

    order_id: int
    tid: str


@dataclass(slots=True)
class Hits:
    """Of one rule: how many orders it holds for, some of them, and for how many it comes first.

    In a section where all matching rules act the two numbers are the same. An order for which the rule's condition
    is unknown counts in `unknown` alone.
    """

    holds: int = 0
    first: int = 0
    unknown: int = 0
    samples: list[Sample] = field(default_factory=list)


@dataclass(slots=True)
class Gist:
    """What is kept of some decided orders, the latest first: their facts as columns.

    `eligible` has one byte for each; orders that rules never look at have 0. Plain values: a child process may make it.
    """

    ids: array[int]
    tids: tuple[str, ...]
    eligible: bytes
    facts: Gathered

    @staticmethod
    def of(past: Sequence[Past]) -> Gist:
        """What is kept of these."""
        facts = gather((one.inputs for one in past), VOCABULARY)
        ids = array("q", [one.order_id for one in past])
        return Gist(ids, tuple(one.tid for one in past), bytes(one.inputs.eligible for one in past), facts)


class Block:
    """Some decided orders, and what rules say of them; orders that rules never look at are not counted."""

    def __init__(self, gist: Gist) -> None:
        self.ids, self._tids = gist.ids, gist.tids
        self._columns = Columns(gist.facts, VOCABULARY)
        self._counted = int.from_bytes(gist.eligible, "little")

    def __len__(self) -> int:
        return self._counted.bit_count()

    def leave_out(self, orders: set[int]) -> None:
        """Count these orders no more: they were decided again, and stand in another block."""
        for place, number in enumerate(self.ids):
            if number in orders:
                self._counted &= ~(1 << 8 * place)

    def wanted(self, condition: Mapping[str, Any]) -> Iterator[tuple[int, bool]]:
        """Every order with whether a condition holds for it or may hold."""
        _, false = self._columns.judge(condition)
        refused = false.to_bytes(len(self.ids), "little")
        return ((number, not no) for number, no in zip(self.ids, refused, strict=True))

    def count(self, rules: Sequence[_Asked], found: dict[str, Hits], *, ordered: bool) -> None:
        """Add the hits of the rules, which are asked in their order."""
        taken, counted = 0, self._counted
        for rule in rules:
            hits, true, false = found[rule.id], self._columns.ones, 0
            if rule.when is not None:
                true, false = self._columns.judge(rule.when, rule.key)
            holds = true & counted
            first = holds & ~taken if ordered else holds
            taken |= holds
            hits.holds += holds.bit_count()
            hits.first += first.bit_count()
            hits.unknown += (counted & ~(true | false)).bit_count()
            if holds and len(hits.samples) < MOST_SAMPLES:
                hits.samples += self._samples(holds, MOST_SAMPLES - len(hits.samples))

    def _samples(self, lanes: int, most: int) -> list[Sample]:
        found: list[Sample] = []
        while lanes and len(found) < most:
            place = ((lanes & -lanes).bit_length() - 1) >> 3
            lanes &= lanes - 1
            found.append(Sample(self.ids[place], self._tids[place]))
        return found


@dataclass(frozen=True, slots=True)
class _Asked:
    """A rule whose condition is whole; `key` names the condition."""

    id: str
    when: dict[str, Any] | None
    key: bytes


def count_hits(section: str, rules: Sequence[dict[str, Any]], blocks: Iterable[Block]) -> dict[str, Hits]:
    """The hits of every rule by its id; a rule that is not finished or muted has none and is passed over."""
    asked = [
        _Asked(rule["id"], rule.get("when"), orjson.dumps(rule.get("when")))
        for rule in rules
        if not rule.get("muted") and _is_whole(section, orjson.dumps(rule.get("when")))
    ]
    found = {rule.id: Hits() for rule in asked}
    for block in blocks:
        block.count(asked, found, ordered=section == "allocation")
    return found


@lru_cache(maxsize=8_192)
def _is_whole(section: str, when: bytes) -> bool:
    """Whether a condition can be judged; what the rule does plays no part."""
    if when == b"null":
        return True
    rule = {"id": "it", "when": orjson.loads(when), "then": []}
    return not any("/when" in problem.path for problem in validate_rules([rule], "rules", SECTIONS[section]))
