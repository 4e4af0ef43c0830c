"""One table of rules laid over its space: when each acts, passes or ends unknown, as formulas and at a point."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from app.engine.analyse.domain import Domain, Json, Point, Rule
from app.engine.analyse.findings import NOT_TRUE, ONLY, Claim, Confirm, Finding, Part
from app.engine.analyse.prover import Formula, Prover, UndecidedError
from app.engine.analyse.space import Key, Space, conjuncts, name_of
from app.engine.analyse.touching import touches
from app.engine.trace import Truth
from app.engine.vocabulary import Vocabulary

TRIES = 6


class Table:
    """The rules of one section, `ordered` or all acting.

    `reach` are conditions with what they must come to for the section to be asked at all.
    """

    def __init__(
        self,
        rules: Sequence[Rule],
        vocabulary: Vocabulary,
        domain: Domain,
        *,
        reach: Sequence[Part] = (),
        accepts: Json | None = None,
        ordered: bool = False,
        confirm: Confirm,
    ) -> None:
        self.rules = rules
        self.accepts = accepts
        self._confirm = confirm
        asked = [d for rule in rules for d in (rule.when, rule.done, rule.unsure) if d is not None]
        asked += [document for document, _ in reach] + ([accepts] if accepts is not None else [])
        self.touches = touches(rules[:-1]) if ordered else []
        asked += [touch.at for touch in self.touches]
        stages = [stage for d in asked for part in conjuncts(d) for stage in stages_of(part)]
        self.space = Space([*asked, *stages], vocabulary, domain)
        self.prover = Prover(self.space)
        self.reached = self.prover.all_of(self.comes_to(part) for part in reach)

    # ---- as formulas

    def comes_to(self, part: Part) -> Formula:
        """The formula "this condition comes to one of these"."""
        return self.prover.either(self.prover.says(part[0], truth) for truth in sorted(part[1]))

    def when(self, rule: Rule, truth: Truth) -> Formula:
        """That the rule's condition comes to `truth`."""
        return self.prover.says(rule.when if rule.when is not None else ALWAYS, truth)

    def acts(self, rule: Rule) -> Formula:
        """That the rule, being asked, acts."""
        return self.prover.all_of(
            (self.when(rule, Truth.TRUE), self.prover.denied(self._unsure(rule)), self._done(rule))
        )

    def unknown(self, rule: Rule) -> Formula:
        """That the rule, being asked, ends unknown."""
        unsure = self.prover.all_of((self.when(rule, Truth.TRUE), self._unsure(rule)))
        return self.prover.either((self.when(rule, Truth.UNKNOWN), unsure))

    def passes(self, rule: Rule) -> Formula:
        """That the rule, being asked, leaves the order to the next."""
        idle = (
            self.when(rule, Truth.TRUE),
            self.prover.denied(self._unsure(rule)),
            self.prover.denied(self._done(rule)),
        )
        return self.prover.either((self.when(rule, Truth.FALSE), self.prover.all_of(idle)))

    def _unsure(self, rule: Rule) -> Formula:
        return self.prover.says(rule.unsure if rule.unsure is not None else NEVER, Truth.TRUE)

    def _done(self, rule: Rule) -> Formula:
        return self.prover.says(rule.done if rule.done is not None else ALWAYS, Truth.TRUE)

    # ---- at a point

    def parts_at(self, rule: Rule, point: Point) -> list[Part]:
        """How far the rule comes at a point that it does not act on: what holds of it, and the first that does not."""
        documents = [rule.when] if rule.when is not None else []
        if rule.when is not None and self.space.truth(rule.when, point) is Truth.TRUE:
            documents = [d for d in (rule.done,) if d is not None]
        found: list[Part] = []
        parts = [part for document in documents for part in conjuncts(document)]
        wanted = Truth.FALSE if any(self.space.truth(p, point) is Truth.FALSE for p in parts) else Truth.UNKNOWN
        for part in parts:
            truth = self.space.truth(part, point)
            if truth is Truth.TRUE:
                found.append((part, ONLY[truth]))
            elif truth is wanted:
                return [*found, *self._stage(part, point)]
        return found

    def _stage(self, part: Json, point: Point) -> list[Part]:
        """How far the members of a list come: the last stage that some member reaches, and the first that none does."""
        reached: list[Part] = []
        for stage in stages_of(part):
            truth = self.space.truth(stage, point)
            if truth is not Truth.TRUE:
                return [*reached[-1:], (stage, ONLY[truth])]
            reached.append((stage, ONLY[truth]))
        return [(part, ONLY[self.space.truth(part, point)])]

    def variables_at(self, point: Point) -> Iterator[tuple[Key, Any]]:
        """Every variable with its value at a point; lists first."""
        for members in point.members.values():
            for slot, member in enumerate(members):
                yield from (((key, slot), value) for key, value in member.items())
        yield from (((key, -1), value) for key, value in point.values.items())

    # ---- witnesses

    def witness(self, formula: Formula, claim: Claim) -> tuple[Point | None, Any]:
        """A point where the formula holds and what came of confirming it; (None, None) when there is no such point.

        A point that cannot be borne out is set aside and another is sought, a few times; then (point, None).
        Raises UndecidedError.
        """
        wishes = [self.reached, *self.prover.wishes()]
        last: Point | None = None
        with self.prover.aside():
            for _ in range(TRIES):
                point = self.prover.find(formula, wishes)
                if point is None:
                    return last, None
                last = point
                witness = self._confirm(point, claim)
                if witness is not None:
                    return point, witness
                self.prover.add(self.prover.denied(self._same(point)))
        return last, None

    def _same(self, point: Point) -> Formula:
        return self.prover.at(point)

    def borne_out(self, finding: Finding, formula: Formula, claim: Claim) -> Iterator[Finding]:
        """The finding with a witness where the formula holds; `undecided` in its stead where none can be had."""
        try:
            _, witness = self.witness(formula, claim)
        except UndecidedError:
            witness = None
        if witness is None:
            yield undecided(finding.path, finding.code, finding.rule)
        else:
            yield replace(finding, witness=witness)

    def possible(self, formula: Formula) -> bool:
        """Whether the formula holds somewhere; raises UndecidedError, also when the space cannot rule it out."""
        if self.prover.holds_somewhere(formula):
            return True
        if not self.space.exact:
            raise UndecidedError
        return False


def does_the_same(rule: Rule, other: Rule) -> bool:
    """Whether two rules do the same when they act, choosing among the same where they choose."""
    return (rule.then, rule.done, rule.unsure) == (other.then, other.done, other.unsure)


def undecided(path: str, about: str, rule: int = -1) -> Finding:
    """That something could not be decided."""
    return Finding("undecided", path, details={"about": about}, rule=rule)


def stages_of(part: Json) -> Iterator[Json]:
    """For `any_<scope>` of several conditions: the same of the first, of the first two, and so on; else the part."""
    key = next(iter(part))
    if not key.startswith("any_"):
        yield part
        return
    inner = part[key]
    held: list[Json] = []
    for each in conjuncts(inner):
        held.append(each)
        yield {key: held[0] if len(held) == 1 else {"all": list(held)}}


ALWAYS: Json = {"all": []}
NEVER: Json = {"any": []}

__all__ = ["ALWAYS", "NEVER", "NOT_TRUE", "Table", "does_the_same", "name_of", "undecided"]
