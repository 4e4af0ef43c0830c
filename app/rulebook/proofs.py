"""What can be proved of a pack's rules, each finding with an order that really is decided so."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from app.domain.errors import Problem
from app.engine.analyse import Claim, Finding, Point, Rule
from app.engine.analyse.findings import Part
from app.engine.analyse.ordered import gaps
from app.engine.analyse.table import Table
from app.engine.trace import Truth
from app.rulebook.pack import CompiledPack
from app.rulebook.proofs_domain import PROVING, order_domain
from app.rulebook.proofs_needs import need_of
from app.rulebook.proofs_remedies import remedy_of
from app.rulebook.proofs_words import case_in_words
from app.rulebook.witness import world_of

Json = Mapping[str, Any]
Decide = Callable[[Json, CompiledPack], list[dict[str, Any]]]
ERRORS = frozenset({"gap", "conflict", "loop", "unbounded-escalation", "hold-without-release"})
"""What keeps a pack from being published; the rest needs a reason."""
_NOT_TRUE = frozenset({Truth.FALSE})
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
        yield from gaps(self._table_of_allocation())

    def _table_of_allocation(self) -> Table:
        reach: list[Part] = []
        for rule, document in zip(self._screening, self._pack.document["screening"]["rules"], strict=True):
            if rule.when is not None:
                holds = any(action["do"] == "hold" for action in document["then"])
                reach.append((rule.when, _NOT_TRUE if holds else _SETTLED))
        accepts = self._pack.document["allocation"]["rules"][-1].get("accepts")
        asked = [d for rule in self._allocation for d in (rule.when, rule.done, rule.unsure) if d is not None]
        asked += [document for document, _ in reach] + ([accepts] if accepts else [])
        confirm = _Confirm("allocation", self._allocation, self._pack, self._decide)
        return Table(
            self._allocation, PROVING, order_domain(asked), reach=reach, accepts=accepts, confirm=confirm
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
            case _:
                return one in rules and one not in unknown


def _rules(document: Json, section: str) -> list[Rule]:
    found = []
    for place, rule in enumerate(document[section]["rules"]):
        path, need = f"{section}/rules/{place}", need_of(rule) if section == "allocation" else None
        done, unsure = (need.done, need.unsure) if need else (None, None)
        found.append(Rule(rule["id"], path, rule.get("when"), rule["then"], done, unsure))
    return found


def prove(pack: CompiledPack, decide: Decide) -> list[Problem]:
    """Everything the analysis finds, as problems with their sentences' details."""
    return [_problem(finding, pack) for finding in Proofs(pack, decide).findings()]


def _problem(finding: Finding, pack: CompiledPack) -> Problem:
    details: dict[str, Any] = dict(finding.details)
    rule = pack.document[finding.path.split("/")[0]]["rules"][finding.rule]
    details["rule"] = rule["id"]
    for language in ("zh", "en"):
        details[f"rule_{language}"] = rule.get("title", {}).get(language) or rule["id"]
        details[f"case_{language}"] = case_in_words(finding.parts, language)
    details |= _how(finding, len(pack.document[finding.path.split("/")[0]]["rules"]), details)
    details["remedy"] = remedy_of(finding, pack.document)
    details["counterexample"] = finding.witness
    if finding.beyond is not None:
        details["also"] = [finding.beyond]
    return Problem(finding.code, finding.path, details, "error" if finding.code in ERRORS else "warning")


def _how(finding: Finding, count: int, details: Mapping[str, Any]) -> dict[str, str]:
    """How a gap comes about: nothing takes the order, or a rule cannot tell."""
    if finding.rule == count - 1:
        return {
            "how_zh": "没有规则管这种订单，只会落到最后一行",
            "how_en": "No rule takes such an order, only the last row",
        }
    zh, en = details["rule_zh"], details["rule_en"]
    return {
        "how_zh": f"“{zh}”缺信息判断不了，订单只能挂起",
        "how_en": f"“{en}” lacks a value and cannot tell; the order is held",
    }
