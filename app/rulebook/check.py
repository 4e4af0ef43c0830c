"""Checking a pack: shape, names and types first, then its examples; and which rules the examples decide."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from app.domain.errors import Problem
from app.rulebook.muting import told_of_whole, without_muted
from app.rulebook.pack import CompiledPack, acting, compile_pack, pack_problems
from app.rulebook.proofs import prove
from app.rulebook.proofs_effects import about_people, named
from app.rulebook.proofs_escalation import escalation_findings

Json = Mapping[str, Any]
Known = Mapping[str, Collection[str]]
Decide = Callable[[Json, CompiledPack], list[dict[str, Any]]]
"""Decides an example's `given`; the decisions in the shape of `pandan decide`, the example's own order last."""


@dataclass(slots=True)
class Report:
    """What a check found. `coverage`: rule key → how many examples it decided."""

    diagnostics: list[Problem] = field(default_factory=list)
    passed: int = 0
    failed: int = 0
    coverage: dict[str, int] = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        """No error among the diagnostics and no failed example."""
        return not self.failed and all(problem.severity != "error" for problem in self.diagnostics)


def check_pack(document: Any, decide: Decide, *, proofs: bool = True, known: Known | None = None) -> Report:
    """Everything there is to say about a pack's document; never raises for what is wrong with it.

    Without `proofs` only its shape and its examples are looked at. `known` are lists of what exists: `roles` that an
    active user has, `skus`, `carriers`, `warehouses`, `shops`, `platforms`; a list that is not given is not checked.
    """
    report = Report(pack_problems(document))
    if any(problem.severity == "error" for problem in report.diagnostics):
        return report
    pack = compile_pack(document)
    sections = ("screening", "allocation")
    report.coverage = {f"{s}/{rule['id']}": 0 for s in sections for rule in acting(document, s)}
    for place, example in enumerate(document.get("examples", ())):
        _run(example, f"examples/{place}", pack, decide, report)
    if proofs:
        acts, places = without_muted(document)
        acting_pack = pack if acts == document else compile_pack(acts)
        report.diagnostics += [told_of_whole(one, places) for one in prove(acting_pack, decide)]
        report.diagnostics += name_problems(document, known or {})
    return report


def name_problems(document: Json, known: Known) -> list[Problem]:
    """What a pack whose shape is right names that is in none of the lists."""
    return [*about_people(document, known), *named(document, known), *escalation_findings(document, known)]


def _run(example: Json, path: str, pack: CompiledPack, decide: Decide, report: Report) -> None:
    decision = decide(example["given"], pack)[-1]
    for rule in decision["rules"]:
        if rule in report.coverage:
            report.coverage[rule] += 1
    astray = [name for name, wanted in example["expect"].items() if not _meets(name, wanted, decision)]
    report.passed += not astray
    report.failed += bool(astray)
    for name in astray:
        details = {"id": example["id"], "part": name, "wanted": example["expect"][name], "got": _got(name, decision)}
        report.diagnostics.append(Problem("example-failed", f"{path}/expect/{name}", details))


def _meets(name: str, wanted: Any, decision: Json) -> bool:
    got = _got(name, decision)
    if name == "rule":
        return any(rule in (wanted, *(f"{s}/{wanted}" for s in ("screening", "allocation"))) for rule in got)
    if name in ("rules", "holds", "tags"):
        return set(wanted) <= set(got)
    return bool(got == wanted)


def _got(name: str, decision: Json) -> Any:
    warehouses: Sequence[str] = [fulfilment["warehouse"] for fulfilment in decision["fulfilments"]]
    match name:
        case "rule" | "rules":
            return decision["rules"]
        case "warehouse":
            return warehouses[0] if len(warehouses) == 1 else None
        case "warehouses":
            return warehouses
        case "holds":
            return [hold["reason"] for hold in decision["holds"]]
        case "purchases":
            return {buy["sku"]: buy["quantity"] for buy in decision["purchases"]}
        case "transfers":
            return len(decision["transfers"])
        case _:
            return decision.get(name)
