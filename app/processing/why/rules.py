"""Every rule that an order met: whether it held, each condition with the order's value, and how near it came."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from app.engine import ConditionTrace
from app.engine.phrase import phrase_condition, phrase_needs, phrase_rule, phrase_value
from app.engine.vocabulary import Field, Vocabulary
from app.processing.explanation import Names, Record, Sentence
from app.processing.inputs import Inputs
from app.processing.profile import Profile
from app.processing.why.told import both, told
from app.rulebook.order_vocabulary import SECTIONS

Json = Mapping[str, Any]
MOST_MEMBERS = 6
"""Lines or warehouses of which a condition over a list is told one by one."""
_MINUTE, _HOUR, _DAY = 60, 3600, 86_400


@dataclass(frozen=True, slots=True)
class ToldCondition:
    """One condition as people read it; `depth` is how far it stands in.

    `result` is `true`, `false`, `unknown` or `error`. A comparison has a `value`, and `needs` where it failed; `near`:
    of several conditions this alone kept the rule from holding; `gap` is how far a number is from its bound; `note`
    stands where there is no value to show.
    """

    depth: int
    text: Sentence
    result: str
    value: Sentence | None = None
    needs: Sentence | None = None
    near: bool = False
    gap: Sentence | None = None
    note: Sentence | None = None


@dataclass(frozen=True, slots=True)
class ToldRule:
    """One rule's part in a decision. `status` says it as a code, `why` in words; `parcel` counts those of people."""

    key: str
    title: Sentence
    sentence: Sentence
    status: str
    result: str
    why: Sentence
    conditions: list[ToldCondition] = field(default_factory=list)
    parcel: int = 0

    @property
    def section(self) -> str:
        return self.key.partition("/")[0]

    @property
    def acted(self) -> bool:
        return self.status in ("decided", "acted")

    @property
    def near(self) -> list[ToldCondition]:
        """What alone kept the rule from holding."""
        return [one for one in self.conditions if one.near]


def tell_rules(record: Record, profile: Profile, inputs: Inputs, names: Names) -> list[ToldRule]:
    """The rules in order; none for an order that was only recorded, which no rule was asked of.

    `inputs` are those of the replayed ruling.
    """
    if not inputs.eligible:
        return []
    teller = _Teller(record, profile, names)
    found = list(teller.section("screening", inputs, 0))
    for place, subject in enumerate(inputs.portions or [inputs]):
        found += teller.section("allocation", subject, place + 1 if inputs.portions else 0)
    return found


class _Teller:
    def __init__(self, record: Record, profile: Profile, names: Names) -> None:
        self._profile = profile
        self._names = names
        self._acted = list(record["decision"]["rules"])
        self._tried: dict[str, str] = {row[0]: row[1] for row in record.get("tried", ())}
        self._unasked = _unasked(record)
        self._words = {"reasons": dict(profile.document.get("reasons", {}))}

    def section(self, section: str, inputs: Inputs, parcel: int) -> Iterator[ToldRule]:
        rules: Sequence[Json] = self._profile.document[section]["rules"]
        vocabulary = SECTIONS[section]
        answered = self._profile.answered(inputs.said)
        compiled = answered.allocation if section == "allocation" else answered.screening
        decider = self._decider(section, rules)
        for trace, rule in zip(compiled.explain(inputs), rules, strict=True):
            key = f"{section}/{rule['id']}"
            status = self._status(section, key, trace.result, trace.index, decider)
            sentence = both(lambda lang, rule=rule: phrase_rule(rule, vocabulary, lang, self._words))  # type: ignore[misc]
            asked = _Conditions(trace.conditions, vocabulary, inputs, self._names)
            conditions = list(asked.told(rule["when"], "when", (), 0)) if "when" in rule else []
            yield ToldRule(
                key=key,
                title=rule.get("title") or sentence,
                sentence=sentence,
                status=status,
                result=trace.result,
                why=self._why(status, key, any(one.near for one in conditions)),
                conditions=conditions,
                parcel=parcel,
            )

    def _decider(self, section: str, rules: Sequence[Json]) -> int:
        """The place of the rule that ended the section; behind the last when none did."""
        if section == "screening":
            return len(rules)
        return next((i for i, rule in enumerate(rules) if f"allocation/{rule['id']}" in self._acted), len(rules))

    def _status(self, section: str, key: str, result: str, place: int, decider: int) -> str:
        if key in self._tried:
            return "released" if self._tried[key] == "released" else "passed"
        if key in self._acted:
            return ("acted" if section == "screening" else "decided") if result != "unknown" else "unknown"
        if section == "allocation" and self._unasked:
            return f"unasked-{self._unasked}"
        if place > decider:
            return "later" if result == "true" else "later-not"
        return "aside" if result == "true" else "missed"

    def _why(self, status: str, key: str, near: bool) -> Sentence:
        if status == "passed":
            return told("why-passed", why=told(self._tried[key]))
        return told("why-near" if status == "missed" and near else f"why-{status}")


def _unasked(record: Record) -> str:
    """Why the allocation rules were not asked: `joined`, `told` or `held`; empty when they were."""
    decision = record["decision"]
    if decision["outcome"] == "consolidated":
        return "joined"
    if any(key.startswith("allocation/") for key in decision["rules"]):
        return ""
    asked = {row[0].partition("/")[0] for row in record.get("tried", ())}
    if "warehouse" in record.get("overlay", {}):
        return "told"
    if "allocation" in asked or any(map(_none_left, decision.get("holds", ()))):
        return ""
    return "held" if decision["outcome"] == "held" else ""


def _none_left(hold: Json) -> bool:
    """Whether the order is held since no allocation rule could be carried out."""
    return hold["reason"] == "no-rule" and "rule" not in hold


class _Conditions:
    """One rule's conditions beside their run."""

    def __init__(self, traces: Sequence[ConditionTrace], vocabulary: Vocabulary, inputs: Inputs, names: Names) -> None:
        self._found = {(trace.path, trace.members): trace for trace in traces}
        self._several = sum(trace.kind == "comparison" for trace in traces) > 1
        self._vocabulary = vocabulary
        self._inputs = inputs
        self._names = names

    def told(self, node: Json, path: str, members: tuple[int, ...], depth: int) -> Iterator[ToldCondition]:
        trace = self._found[path, members]
        if "field" in node or (trace.kind == "group" and next(iter(node)) not in ("all", "any", "none")):
            yield self._comparison(node, trace, depth)
            return
        ((key, inner),) = node.items()
        quantifier = self._vocabulary.quantifier(key)
        if quantifier is not None:
            yield ToldCondition(depth, told(f"why-{quantifier[0]}", scope=dict(quantifier[1].label)), trace.result)
            yield from self._members(quantifier[1].name, inner, f"{path}/{key}", members, depth + 1)
            return
        if depth or key != "all":
            yield ToldCondition(depth, told(f"why-group-{key}"), trace.result)
            depth += 1
        for place, part in enumerate(inner):
            yield from self.told(part, f"{path}/{key}/{place}", members, depth)

    def _members(
        self, scope: str, inner: Json, path: str, around: tuple[int, ...], depth: int
    ) -> Iterator[ToldCondition]:
        everyone = list(getattr(self._inputs, scope) or ())
        for place, member in enumerate(everyone[:MOST_MEMBERS]):
            here = (*around, place)
            name = self._member(scope, member, place)
            if "field" in inner:
                one = next(self.told(inner, path, here, depth))
                text = told("why-of", who=name, what=one.text)
                yield replace(one, depth=depth, text=text)
            else:
                yield ToldCondition(depth, name, self._found[path, here].result)
                yield from self.told(inner, path, here, depth + 1)
        if len(everyone) > MOST_MEMBERS:
            yield ToldCondition(depth, told("why-more", count=len(everyone) - MOST_MEMBERS), "")

    def _member(self, scope: str, member: Any, place: int) -> Sentence:
        if scope == "warehouse":
            return both(lambda _: self._names.warehouse(member.code))
        return told("why-line", place=place + 1, sku=getattr(member, "sku", "") or "—")

    def _comparison(self, node: Json, trace: ConditionTrace, depth: int) -> ToldCondition:
        text = both(lambda lang: phrase_condition(node, self._vocabulary, lang))
        if trace.kind != "comparison" or trace.withheld:
            return ToldCondition(depth, text, trace.result, near=self._near(trace), note=told("why-withheld"))
        row = self._vocabulary.fields[node["field"]]
        if row.type == "boolean":
            # The sentence says it all: "covers the order" holds, or does not.
            value = self._value(row, None) if trace.result == "unknown" else None
            return ToldCondition(depth, text, trace.result, value, near=self._near(trace))
        # Of anything but a bound the condition's own text says it already.
        bound = self._vocabulary.operators[node["op"]].indexable == "threshold"
        return ToldCondition(
            depth,
            text,
            trace.result,
            self._value(row, trace.value),
            both(lambda lang: phrase_needs(node, self._vocabulary, lang)) if bound and trace.result != "true" else None,
            self._near(trace),
            None if trace.distance is None else gap(row, trace.op, trace.distance),
        )

    def _near(self, trace: ConditionTrace) -> bool:
        return trace.near and self._several

    def _value(self, row: Field, value: Any) -> Sentence:
        called = {"warehouses": self._names.warehouse, "shops": self._names.shop}.get(row.refers_to)
        if called is not None and isinstance(value, str):
            name = called(value)
            return name if isinstance(name, dict) else both(lambda _: name)
        return both(lambda lang: phrase_value(value, row, lang))


def gap(row: Field, operator: str, distance: float) -> Sentence:
    """How far a number is from its bound, in words with its unit."""
    if row.type == "time":
        return span(int(distance))
    if operator in ("older_than", "younger_than"):
        return span(int(distance))
    exact = round(distance, 6)
    number = int(exact) if float(exact).is_integer() else exact
    return both(lambda lang: phrase_value(number, row, lang))


def span(seconds: int) -> Sentence:
    """A length of time in the largest unit that leaves no more than one digit after the point."""
    for code, unit in (("days", _DAY), ("hours", _HOUR), ("minutes", _MINUTE)):
        if seconds >= unit:
            return told(f"why-{code}", n=f"{seconds / unit:.1f}".removesuffix(".0"))
    return told("why-seconds", n=seconds)
