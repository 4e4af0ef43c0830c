"""What can be proved of a pack's rules, each finding with an order that really is decided so."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from app.domain.errors import Problem
from app.engine.analyse import Claim, Finding, Point, Rule
from app.engine.analyse.analysis import ordered, unordered
from app.engine.analyse.findings import NOT_TRUE, Part
from app.engine.analyse.prover import UndecidedError
from app.engine.analyse.table import Table, undecided
from app.engine.trace import Truth
from app.rulebook.pack import CompiledPack
from app.rulebook.proofs_domain import PROVING, order_domain
from app.rulebook.proofs_effects import MILD, contradiction
from app.rulebook.proofs_lines import mixed_lines
from app.rulebook.proofs_needs import need_of
from app.rulebook.proofs_remedies import remedy_of
from app.rulebook.proofs_words import ABOUT, case_in_words, how
from app.rulebook.witness import world_of

Json = Mapping[str, Any]
Decide = Callable[[Json, CompiledPack], list[dict[str, Any]]]
ERRORS = frozenset({"gap", "conflict", "loop", "unbounded-escalation", "hold-without-release"})
"""What keeps a pack from being published; the rest needs a reason."""
MOST_NAMED = 3
_FALSE = frozenset({Truth.FALSE})
_SETTLED = frozenset({Truth.TRUE, Truth.FALSE})


class Proofs:
    """The findings of one pack. `decide` is asked whether each counter-example is decided as is claimed."""

    def __init__(self, pack: CompiledPack, decide: Decide) -> None:
        self._pack = pack
        self._decide = decide
        self._screening = _rules(pack.document, "screening")
        self._allocation = _rules(pack.document, "allocation")

    def findings(self) -> Iterator[Finding]:
        """All of them."""
        yield from unordered(self._table_of_screening(), contradiction)
        found = list(ordered(self._table_of_allocation()))
        yield from found
        if any(finding.code == "gap" for finding in found):
            yield from self._mixed_lines()
        yield from self._loose()

    def order_for(self, key: str) -> dict[str, Any] | None:
        """A `given` that the rule of this key (`allocation/local`) decides; None where none can be had."""
        section, _, name = key.partition("/")
        rules = self._screening if section == "screening" else self._allocation
        place = next((n for n, rule in enumerate(rules) if rule.id == name), None)
        if place is None:
            return None
        table = self._table_of_screening() if section == "screening" else self._table_of_allocation()
        before = rules[:place] if section == "allocation" else ()
        formula = table.prover.all_of([*map(table.passes, before), table.acts(rules[place]), table.reached])
        try:
            witness: dict[str, Any] | None = table.witness(formula, Claim("acts", place))[1]
        except UndecidedError:
            return None
        return witness

    def _mixed_lines(self) -> Iterator[Finding]:
        last = self._allocation[-1]
        bounds = sorted(_distances(self._pack.document["allocation"]["rules"]))
        witness = mixed_lines(lambda g: self._decide(g, self._pack)[-1], f"allocation/{last.id}", bounds)
        if witness is not None:
            yield Finding("gap", last.path, details={"lines": True}, witness=witness, rule=len(self._allocation) - 1)

    def _loose(self) -> Iterator[Finding]:
        """Rules of which it is only roughly known when their action can be carried out."""
        for rule, document in zip(self._allocation, self._pack.document["allocation"]["rules"], strict=True):
            if need_of(document).loose:
                yield undecided(rule.path, "loose", int(rule.path.rpartition("/")[2]))

    def _table_of_screening(self) -> Table:
        asked = [rule.when for rule in self._screening if rule.when is not None]
        confirm = _Confirm("screening", self._screening, self._pack, self._decide)
        reach = [(rule.when, NOT_TRUE) for rule in self._screening if rule.when is not None and _holds(rule)]
        return Table(self._screening, PROVING, order_domain(asked), reach=reach, confirm=confirm)

    def _table_of_allocation(self) -> Table:
        reach: list[Part] = []
        for rule in self._screening:
            if rule.when is not None:
                reach.append((rule.when, _FALSE if _holds(rule) else _SETTLED))
        accepts = self._pack.document["allocation"]["rules"][-1].get("accepts")
        asked = [d for rule in self._allocation for d in (rule.when, rule.done, rule.unsure) if d is not None]
        asked += [document for document, _ in reach] + ([accepts] if accepts else [])
        confirm = _Confirm("allocation", self._allocation, self._pack, self._decide)
        return Table(
            self._allocation, PROVING, order_domain(asked), reach=reach, accepts=accepts, ordered=True, confirm=confirm
        )  # fmt: skip


class _Confirm:
    """Makes an order of a point, decides it, and gives it back when the decision is the one claimed."""

    def __init__(self, section: str, rules: Sequence[Rule], pack: CompiledPack, decide: Decide) -> None:
        self._keys = [f"{section}/{rule.id}" for rule in rules]
        self._pack = pack
        self._decide = decide

    def __call__(self, point: Point, claim: Claim) -> dict[str, Any] | None:
        given = world_of(point)
        if given is None:
            return None
        decision = self._decide(given, self._pack)[-1]
        return given if self._shows(decision, claim) else None

    def _shows(self, decision: Json, claim: Claim) -> bool:
        rules, one = decision["rules"], self._keys[claim.one]
        unknown = {hold["rule"] for hold in decision["holds"] if hold["reason"] == "unknown-value"}
        match claim.kind:
            case "unknown":
                return one in unknown
            case "both":
                return {one, self._keys[claim.other]} <= set(rules) - unknown
            case "silent":
                return one not in rules
            case "holds":
                return one in rules or any(key in rules for key in self._keys[: claim.one])
            case _:
                return one in rules and one not in unknown


def _holds(rule: Rule) -> bool:
    return any(action["do"] == "hold" for action in rule.then)


def _rules(document: Json, section: str) -> list[Rule]:
    found = []
    for place, rule in enumerate(document[section]["rules"]):
        path, need = f"{section}/rules/{place}", need_of(rule) if section == "allocation" else None
        done, unsure = (need.done, need.unsure) if need else (None, None)
        found.append(Rule(rule["id"], path, rule.get("when"), rule["then"], done, unsure))
    return found


def _distances(document: Any) -> set[float]:
    """Every distance to the target that rules name."""
    if isinstance(document, Mapping):
        value = document.get("value")
        if document.get("field") == "warehouse.km_to_target" and isinstance(value, int | float) and value > 0:
            return {float(value)}
        return set().union(*map(_distances, document.values())) if document else set()
    return set().union(*map(_distances, document)) if isinstance(document, list) and document else set()


def prove(pack: CompiledPack, decide: Decide) -> list[Problem]:
    """Everything the analysis finds, as problems with their sentences' details."""
    return [_problem(finding, pack) for finding in Proofs(pack, decide).findings()]


def _problem(finding: Finding, pack: CompiledPack) -> Problem:
    details: dict[str, Any] = dict(finding.details)
    rules = pack.document[finding.path.split("/")[0]]["rules"]
    details["rule"] = rules[finding.rule]["id"]
    for language, join in (("zh", "”“"), ("en", "”, “")):
        details[f"rule_{language}"] = _title(rules[finding.rule], language)
        details[f"others_{language}"] = join.join(_title(rules[n], language) for n in finding.others[:MOST_NAMED])
        details[f"case_{language}"] = case_in_words(finding.parts, language)
        about = details.get("about", "same-condition")
        details[f"about_{language}"] = ABOUT.get(about, ABOUT["other"])[language]
    details |= how(finding, len(rules), details) if finding.code == "gap" else {}
    details |= {"remedy": remedy_of(finding, pack.document), "counterexample": finding.witness}
    if finding.beyond is not None:
        details["also"] = [finding.beyond]
    details["related"] = finding.related
    # In screening an unknown value holds the order as a rule would: worth a reason, no hole.
    mild = finding.details.get("about") in MILD or (finding.code == "gap" and finding.path.startswith("screening"))
    severe = finding.code in ERRORS and not mild
    return Problem(finding.code, finding.path, details, "error" if severe else "warning")


def _title(rule: Json, language: str) -> str:
    return str(rule.get("title", {}).get(language) or rule["id"])
