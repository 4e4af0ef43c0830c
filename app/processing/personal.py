"""Conditions on personal text: their results are kept, so that a decision replays without the text.

A *probe* is a condition of a pack that reads personal data: one comparison, or, where the comparison also reads
a member (a line, a warehouse), the whole quantifier around it. Deciding notes each probe's result as one
character in `said`; replay puts the result in the probe's place.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.engine import CompiledRules, compile_rules
from app.engine.vocabulary import Vocabulary

TRUE, FALSE, UNKNOWN = "1", "0", "?"
SECTIONS = ("screening", "allocation")
_QUANTIFIERS = ("any_", "every_", "no_")
# What a probe becomes in replay; an unknown one stays, for without the text it is unknown again.
_CONSTANTS: dict[str, Mapping[str, Any]] = {TRUE: {"all": []}, FALSE: {"any": []}}

Path = tuple[str | int, ...]
Rules = Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Probe:
    """A condition that reads personal data, and where it stands: (section, rule's index, "when", …)."""

    path: Path
    condition: Mapping[str, Any]


class Probes:
    """All probes of a pack, in the order of the document, compiled together."""

    def __init__(self, document: Mapping[str, Any], vocabulary: Vocabulary) -> None:
        """`document` is a valid pack."""
        self.found = tuple(_probes_of(document, vocabulary))
        self._compiled: CompiledRules | None = None
        if self.found:
            rules = [{"id": str(n), "when": probe.condition, "then": []} for n, probe in enumerate(self.found)]
            self._compiled = compile_rules(rules, vocabulary)

    def ask(self, environment: Any) -> str:
        """One character for each probe: true, false or unknown; empty when the pack has none."""
        if self._compiled is None:
            return ""
        said = [FALSE] * len(self.found)
        for match in self._compiled.evaluate(environment):
            said[match.index] = UNKNOWN if match.unknown else TRUE
        return "".join(said)

    def answered(self, section: str, rules: Rules, said: str) -> list[dict[str, Any]]:
        """The section's rules with every probe replaced by what it said."""
        answers = {p.path: _CONSTANTS[s] for p, s in zip(self.found, said, strict=True) if s in _CONSTANTS}
        return [_replaced(rule, (section, place), answers) for place, rule in enumerate(rules)]


def _probes_of(document: Mapping[str, Any], vocabulary: Vocabulary) -> Iterator[Probe]:
    for section in SECTIONS:
        for place, rule in enumerate((document.get(section) or {}).get("rules", ())):
            if rule.get("when"):
                yield from _walk(rule["when"], (section, place, "when"), vocabulary)


def _walk(node: Mapping[str, Any], path: Path, vocabulary: Vocabulary) -> Iterator[Probe]:
    if "field" in node:
        if _reads_personal(node, vocabulary):
            yield Probe(path, node)
        return
    for key, inner in node.items():
        if not key.startswith(_QUANTIFIERS):
            for place, part in enumerate(inner):
                yield from _walk(part, (*path, key, place), vocabulary)
        elif any(_reads_personal(leaf, vocabulary) and _reads_member(leaf, vocabulary) for leaf in _leaves(inner)):
            yield Probe(path, node)
        else:
            yield from _walk(inner, (*path, key), vocabulary)


def _leaves(node: Any) -> Iterator[Mapping[str, Any]]:
    if isinstance(node, Mapping):
        if "field" in node:
            yield node
        else:
            for inner in node.values():
                yield from _leaves(inner)
    elif isinstance(node, list):
        for inner in node:
            yield from _leaves(inner)


def _fields(leaf: Mapping[str, Any]) -> list[str]:
    value = leaf.get("value")
    other = [value["field"]] if isinstance(value, Mapping) and "field" in value else []
    return [leaf["field"], *other]


def _reads_personal(leaf: Mapping[str, Any], vocabulary: Vocabulary) -> bool:
    return any(vocabulary.fields[key].personal for key in _fields(leaf))


def _reads_member(leaf: Mapping[str, Any], vocabulary: Vocabulary) -> bool:
    scopes = (vocabulary.scopes.get(vocabulary.fields[key].scope) for key in _fields(leaf))
    return any(scope is not None and scope.many for scope in scopes)


def _replaced(node: Any, path: Path, answers: Mapping[Path, Any]) -> Any:
    if path in answers:
        return answers[path]
    if isinstance(node, Mapping):
        return {key: _replaced(inner, (*path, key), answers) for key, inner in node.items()}
    if isinstance(node, list):
        return [_replaced(inner, (*path, place), answers) for place, inner in enumerate(node)]
    return node
