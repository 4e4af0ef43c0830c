"""How often rules of a draft would have held for the orders of the last days, and for which."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from app.engine import CompiledRules, compile_rules, validate_rules
from app.processing.inputs import Inputs
from app.rulebook.order_vocabulary import SECTIONS

MOST_SAMPLES = 5


@dataclass(frozen=True, slots=True)
class Past:
    """An order that was decided: its number in the database, and the facts it was decided on."""

    order_id: int
    shop: str
    tid: str
    inputs: Inputs


@dataclass(slots=True)
class Hits:
    """Of one rule: how many orders it holds for, some of them, and for how many it comes first.

    In a section where all matching rules act the two numbers are the same. An order for which the rule's condition
    is unknown counts in `unknown` alone.
    """

    holds: int = 0
    first: int = 0
    unknown: int = 0
    samples: list[Past] = field(default_factory=list)


def count_hits(section: str, rules: Sequence[dict[str, Any]], past: Sequence[Past]) -> dict[str, Hits]:
    """The hits of every rule by its id; a rule that is not finished or muted has none and is passed over."""
    vocabulary = SECTIONS[section]
    whole = [rule for rule in rules if not rule.get("muted") and not _unfinished(rule, vocabulary)]
    found = {rule["id"]: Hits() for rule in whole}
    compiled = compile_rules([{**rule, "then": []} for rule in whole], vocabulary)
    for one in past:
        if one.inputs.eligible:
            _count(compiled, one, found, ordered=section == "allocation")
    return found


def _count(rules: CompiledRules, one: Past, found: dict[str, Hits], *, ordered: bool) -> None:
    taken = False
    for match in rules.evaluate(one.inputs):
        hits = found[match.id]
        if match.unknown or match.error:
            hits.unknown += not match.error
            continue
        hits.holds += 1
        hits.first += not (ordered and taken)
        if len(hits.samples) < MOST_SAMPLES:
            hits.samples.append(one)
        taken = True


def _unfinished(rule: dict[str, Any], vocabulary: Any) -> bool:
    """Whether its condition cannot be evaluated yet; what it does plays no part."""
    return any("/when" in problem.path for problem in validate_rules([rule], "rules", vocabulary))
