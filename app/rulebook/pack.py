"""A pack, loaded: one JSON document with mappings, duplicate policy and rules, compiled once for each version."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.domain.errors import Problem, Refused
from app.engine import CompiledRules, compile_rules, validate_rules
from app.mapping import CompiledMapping, compile_mapping, section_problems
from app.mapping.strict import problems_of
from app.rulebook.escalation import Escalation, compile_escalation, escalation_problems
from app.rulebook.order_actions import ROLES
from app.rulebook.order_vocabulary import ALLOCATION, SCREENING, SECTIONS
from app.rulebook.pack_schema import PackSchema
from app.rulebook.watches import Watch, read_watches
from app.rulebook.watches_schema import watch_problems

Document = dict[str, Any]

BUILT_IN_REASONS: dict[str, dict[str, str]] = {
    "no-rule": {"zh": "没有规则适用", "en": "no rule applies"},
}
"""Reasons that every pack may hold an order for, besides its own `reasons`."""


@dataclass(frozen=True, slots=True, eq=False)
class CompiledPack:
    """A pack ready to decide with. `document` is the JSON it was made of, nothing dropped or added.

    `hash` is the sha256 (hex) of the document's canonical JSON; `reasons` code → text in both languages.
    """

    name: str
    title: Mapping[str, str]
    hash: str
    document: Document
    mappings: Mapping[str, CompiledMapping]
    duplicates: Mapping[str, Any]
    consolidation: Mapping[str, Any]
    screening: CompiledRules
    allocation: CompiledRules
    reasons: Mapping[str, Mapping[str, str]]
    escalation: Escalation
    watches: tuple[Watch, ...] = ()


def content_hash(document: Document) -> str:
    """sha256 (hex) of the document as canonical JSON: sorted keys, no spaces, UTF-8."""
    canonical = json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


def load_pack(document: Document) -> CompiledPack:
    """The compiled pack; raises `Refused("pack-invalid")` with every problem found, each with its path."""
    problems = pack_problems(document)
    errors = tuple(problem for problem in problems if problem.severity == "error")
    if errors:
        raise Refused("pack-invalid", problems=errors)
    return compile_pack(document)


def compile_pack(document: Document) -> CompiledPack:
    """The compiled pack of a document in which `pack_problems` finds no error."""
    return CompiledPack(
        name=document["pack"],
        title=document["title"],
        hash=content_hash(document),
        document=document,
        mappings={platform: compile_mapping(section, platform) for platform, section in document["mappings"].items()},
        duplicates=document["duplicates"],
        consolidation=document["consolidation"],
        screening=compile_rules(acting(document, "screening"), SCREENING),
        allocation=compile_rules(acting(document, "allocation"), ALLOCATION),
        reasons=known_reasons(document),
        escalation=compile_escalation(document),
        watches=read_watches(document.get("watches", ())),
    )


def acting(document: Mapping[str, Any], section: str) -> list[dict[str, Any]]:
    """The rules of a section that have effect: all but the muted ones, in their order."""
    return [rule for rule in document[section]["rules"] if not rule.get("muted")]


def known_reasons(document: Document) -> dict[str, Mapping[str, str]]:
    """Every reason the pack may hold an order for, with its text."""
    return {**BUILT_IN_REASONS, **document.get("reasons", {})}


def pack_problems(document: Any) -> list[Problem]:
    """Everything wrong with a pack's document: its shape first, then mappings, rules and sections."""
    if not isinstance(document, dict):
        return [Problem("pack-not-an-object")]
    shape = problems_of(PackSchema(), document)
    if shape:
        return shape
    problems = [p for name, section in document["mappings"].items() for p in section_problems(section, _at(name))]
    for section in SECTIONS:
        problems += _rule_problems(document, section)
    problems += watch_problems(document.get("watches", []))
    return problems + escalation_problems(document) + _example_problems(document)


def _at(platform: str) -> str:
    return f"mappings/{platform}"


def _rule_problems(document: Document, section: str) -> list[Problem]:
    rules = document[section]["rules"]
    known = {"reasons": list(known_reasons(document)), "roles": list(ROLES)}
    path = f"{section}/rules"
    found = [
        Problem(p.code, p.path, p.details, p.severity) for p in validate_rules(rules, path, SECTIONS[section], known)
    ]
    return found if section != "allocation" else [*found, *_ending(rules, path)]


def _ending(rules: list[Any], path: str) -> list[Problem]:
    """An ordered set ends with the one rule that has no condition, and no other lacks one."""
    if not rules or not isinstance(rules[-1], Mapping) or "when" in rules[-1]:
        return [Problem("otherwise-missing", path)]
    early = [i for i, rule in enumerate(rules[:-1]) if isinstance(rule, Mapping) and "when" not in rule]
    return [Problem("otherwise-early", f"{path}/{i}") for i in early]


def _example_problems(document: Document) -> list[Problem]:
    seen: set[str] = set()
    problems = []
    for i, example in enumerate(document.get("examples", ())):
        if example["id"] in seen:
            problems.append(Problem("example-repeated", f"examples/{i}/id", {"id": example["id"]}))
        seen.add(example["id"])
    return problems
