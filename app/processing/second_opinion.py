"""The second opinion: before a pack goes live, durable-rules must name the same rules on the same orders.

Its order rules are told again for durable-rules (`rulebook.retelling`) and run in a child with limits. A disagreement
is an error. When the library is absent or the child dies there is no opinion, which is said and blocks nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import orjson

from app.domain.decision import Decision
from app.domain.errors import PandanError, Problem
from app.domain.order import PERSONAL_FIELDS
from app.domain.versions import Document
from app.engine import CompiledRules
from app.engine.vocabulary import Vocabulary
from app.insight.rete import Answer, Ask, RuleSet, ask_rete
from app.processing.examples import decide_for_example
from app.processing.inputs import Inputs
from app.processing.publishing import Check, checked
from app.processing.replay import inputs_of
from app.rulebook.order_vocabulary import SECTIONS
from app.rulebook.pack import CompiledPack, load_pack
from app.rulebook.retelling import FALSE, TRUE, Retelling, UnfitError, retell, rule_sets

MOST_SAMPLES = 300
"""Environments that are looked at: the first of those given."""
HISTORY = 100
"""Decisions of the past that a pack is looked at on before it goes live."""
SECONDS = 30.0
UNKNOWN, BOTH = "unknown", "both"
Retell = Callable[[Sequence[Mapping[str, Any]], Vocabulary], Retelling]
"""How rules are told again: `rulebook.retelling.retell`, or in tests another that is wrong."""


@dataclass(slots=True)
class Opinion:
    """What the second opinion came to.

    `agreed`: rules times orders on which both engines said the same; `orders`: how many orders were looked at.
    `precomputed`: paths of the rules of which durable-rules was handed the answer to some condition. `left_out`:
    orders with values that it must not be given. `failure`: why there is no opinion, a code of `insight.rete`.
    """

    problems: list[Problem] = field(default_factory=list)
    agreed: int = 0
    orders: int = 0
    precomputed: list[str] = field(default_factory=list)
    left_out: int = 0
    failure: str = ""

    def as_json(self) -> dict[str, Any]:
        """For `pandan pack check --json`."""
        return {
            "agreed": self.agreed, "orders": self.orders, "precomputed": self.precomputed,
            "left_out": self.left_out, "failure": self.failure,
        }  # fmt: skip


def second_opinion(
    pack: CompiledPack, samples: Sequence[Any], *, ask: Ask | None = None, tell_again: Retell = retell
) -> Opinion:
    """Whether durable-rules names the same rules of this pack on these environments (`Inputs`, or what looks like one).

    Two engines say the same of a rule when it is true, false or unknown to both. Never raises for what it finds.
    """
    opinion = Opinion()
    looked_at: set[int] = set()
    for section, vocabulary in SECTIONS.items():
        rules: list[dict[str, Any]] = pack.document[section]["rules"]
        told = tell_again(rules, vocabulary)
        opinion.precomputed += dict.fromkeys(f"{section}/rules/{path}" for path, _ in told.asked.values())
        facts, kept = _facts(told, samples[:MOST_SAMPLES], opinion)
        looked_at |= kept.keys()
        answer = _ask(told, facts, ask)
        if answer.failure:
            opinion.failure = answer.failure
            details = {"failure": answer.failure, "detail": answer.detail}
            opinion.problems = [Problem(f"second-opinion-{_KIND_OF[answer.failure]}", "", details, "warning")]
            return opinion
        _compare(section, getattr(pack, section), kept, _said(answer), opinion)
    opinion.orders = len(looked_at)
    if not opinion.orders:
        opinion.problems.append(Problem("second-opinion-empty", "", severity="warning"))
    return opinion


_KIND_OF = {
    "library-missing": "missing", "fact-seen": "broke", "engine-error": "broke", "timed-out": "broke", "died": "broke",
}  # fmt: skip


def opinion_of(document: Mapping[str, Any], found: Iterable[Problem] = (), records: Iterable[bytes] = ()) -> Opinion:
    """The opinion on a valid pack: on its examples, the counter-examples of what was `found`, and stored `records`."""
    pack = load_pack(dict(document))
    givens = [example["given"] for example in document.get("examples", ())]
    givens += [given for given in (problem.details.get("counterexample") for problem in found) if given]
    return second_opinion(pack, [*samples_of_givens(givens, pack), *samples_of_records(records)])


def gate_check(records: Callable[[], Iterable[bytes]]) -> Check:
    """The second opinion as a check of the publish gate, on stored `records` too: a disagreement blocks.

    That there is no opinion is only worth a note: nobody has to give reasons for what the machine cannot do.
    """

    def check(document: Document) -> list[Problem]:
        problems = opinion_of(document, checked(document).diagnostics, records()).problems
        return [replace(one, severity="note") if one.severity == "warning" else one for one in problems]

    return check


def samples_of_givens(givens: Iterable[Mapping[str, Any]], pack: CompiledPack) -> list[Inputs]:
    """The environments in which these small worlds' orders are decided, their earlier orders included.

    A world that does not load has its own diagnostics and is passed over.
    """
    samples = []
    for given in givens:
        try:
            samples += samples_of_decisions(decide_for_example(given, pack))
        except PandanError:
            continue
    return samples


def samples_of_decisions(decisions: Iterable[Decision]) -> list[Inputs]:
    """The environments that these decisions were made in, personal text included."""
    samples = []
    for decision in decisions:
        inputs = inputs_of(orjson.loads(decision.record))
        personal = {name: getattr(decision.order, name) for name in PERSONAL_FIELDS}
        inputs.order = replace(inputs.order, **personal)
        samples.append(inputs)
    return samples


def samples_of_records(records: Iterable[bytes]) -> list[Inputs]:
    """The environments of stored decision records; what they do not tell is unknown to both engines alike."""
    return [inputs_of(orjson.loads(record)) for record in records]


def _facts(told: Retelling, samples: Sequence[Any], opinion: Opinion) -> tuple[list[dict[str, Any]], dict[int, Any]]:
    facts, kept = [], {}
    for number, sample in enumerate(samples):
        try:
            facts.append({**told.facts_of(sample), "t": "order", "id": str(number)})
            kept[number] = sample
        except UnfitError:
            opinion.left_out += 1
    return facts, kept


def _ask(told: Retelling, facts: Sequence[dict[str, Any]], ask: Ask | None) -> Answer:
    sets = [RuleSet(rules, facts) for rules in rule_sets(told.tellings)]
    if not sets or not facts:
        return Answer()
    return ask(sets) if ask is not None else ask_rete(sets, SECONDS)


def _said(answer: Answer) -> dict[tuple[int, int], set[str]]:
    """(order, rule) → the ways in which the rule fired for it; a rule may fire by several conjunctions."""
    said: dict[tuple[int, int], set[str]] = {}
    for _, name, facts in answer.fired:
        if name != "seen":
            rule, wanted, _ = name.split(":")
            said.setdefault((int(facts["m"]), int(rule)), set()).add(wanted)
    return said


def _compare(
    section: str,
    rules: CompiledRules,
    samples: Mapping[int, Any],
    said: Mapping[tuple[int, int], set[str]],
    opinion: Opinion,
) -> None:
    differ: Counter[int] = Counter()
    first: dict[int, dict[str, Any]] = {}
    asked = [place for place, rule in enumerate(rules.rules) if "when" in rule]
    for number, sample in samples.items():
        ours = {match.index: UNKNOWN if match.unknown else TRUE for match in rules.evaluate(sample)}
        for place in asked:
            mine, theirs = ours.get(place, FALSE), _one_word(said.get((number, place), set()))
            if mine == theirs:
                opinion.agreed += 1
            else:
                differ[place] += 1
                order = getattr(getattr(sample, "order", None), "id", str(number))
                first.setdefault(place, {"order": order, "ours": mine, "theirs": theirs})
    for place, count in differ.items():
        details = {"rule": rules.rules[place]["id"], "orders": count, **first[place]}
        opinion.problems.append(Problem("second-opinion-differs", f"{section}/rules/{place}", details))


def _one_word(ways: set[str]) -> str:
    if len(ways) > 1:
        return BOTH
    return next(iter(ways), UNKNOWN)
