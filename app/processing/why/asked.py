"""Why an order was decided so, and why not by another rule or from another warehouse: all from its record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from app.domain.decision import Decision
from app.domain.errors import NotFound
from app.engine import RuleTrace
from app.engine.joined import Joiner
from app.processing.explanation import (
    NAMELESS,
    Names,
    Record,
    Sentence,
    explain_record,
    needed_units,
    rule_titles,
    tell_outcome,
)
from app.processing.profile import Profile, profile_of
from app.processing.record import answer
from app.processing.replay import settled
from app.processing.why.changes import GONE, Change, Edit, edited, read
from app.processing.why.choice import Chooser, tell_choice
from app.processing.why.edits import RuleEdits
from app.processing.why.facts import order_changes
from app.processing.why.goals import Goal, RuleActs, WarehouseShips
from app.processing.why.rules import ToldRule, tell_rules
from app.processing.why.search import Found, smallest
from app.processing.why.told import told
from app.rulebook.order_vocabulary import SECTIONS
from app.rulebook.pack import CompiledPack

_MOST_RULES = 12
"""Rules beside the asked one whose conditions are looked at for a change."""


@dataclass(frozen=True, slots=True)
class WouldHave:
    """A smallest change, and what the order would then have come to (decided again by the same evaluator).

    `edits` tell of it in JSON; `made` are the changes themselves.
    """

    changes: list[Sentence]
    then: Sentence
    edits: list[dict[str, Any]]
    made: tuple[Edit, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """Why not: what stood in the way, and the smallest changes of the order and of the rules; `tried` in all.

    `already`: it is so as it is.
    """

    question: Sentence
    reasons: list[Sentence]
    already: bool = False
    order: list[WouldHave] = field(default_factory=list)
    rules: list[WouldHave] = field(default_factory=list)
    tried: int = 0
    rule: ToldRule | None = None


class Why:
    """One decision record, asked about. `pack` is the version that the record names."""

    def __init__(self, record: Record, pack: CompiledPack, names: Names = NAMELESS) -> None:
        self.record = record
        self._pack = pack
        self.names = names
        self._profile = profile_of(pack)
        self._inputs = settled(record, self._profile).inputs
        self._titles = rule_titles(pack)
        self._answered = self._profile.answered(self._inputs.said)

    @property
    def asked_rules(self) -> bool:
        """Whether rules were asked at all; not of an order that is only recorded."""
        return self._inputs.eligible

    def rules(self) -> list[ToldRule]:
        """Every rule with its conditions."""
        return tell_rules(self.record, self._profile, self._inputs, self.names)

    def told(self) -> list[Sentence]:
        """The decision in sentences."""
        return explain_record(self.record, self._pack, self.names)

    def choice(self) -> list[Sentence]:
        """How a warehouse was chosen among those that could."""
        return tell_choice(self.record, self._profile, self._inputs, self.names) if self.asked_rules else []

    def candidates(self) -> list[str]:
        """Codes of the warehouses that the order could have been sent from."""
        return [facts["code"] for facts in self.record.get("warehouses", ())]

    def titles(self) -> dict[str, Sentence]:
        """What may be asked about as a rule, by its key."""
        return {key: self._titles[key] for key in self._keys()} if self.asked_rules else {}

    def not_rule(self, name: str) -> Answer:
        """Why not this rule, by `section/id` or by its id alone; raises `NotFound("why-no-rule")`."""
        key = self._key(name)
        rule = next(rule for rule in self.rules() if rule.key == key)
        question = told("why-not-rule", rule=rule.title)
        goal = RuleActs(key)
        if rule.acted:
            return Answer(question, [told("why-rule-acted", rule=rule.title)], already=True, rule=rule)
        reasons = [told("why-rule-status", rule=rule.title, why=rule.why), *map(_near, rule.near)]
        return self._answer(Answer(question, [*reasons, *self._before(key)], rule=rule), goal, [key])

    def not_warehouse(self, code: str) -> Answer:
        """Why not this warehouse, by its code; raises `NotFound("why-no-warehouse")`."""
        facts = next((f for f in self.record.get("warehouses", ()) if f["code"] == code), None)
        if facts is None:
            raise NotFound("why-no-warehouse", warehouse=self.names.warehouse(code))
        name, goal = self.names.warehouse(code), WarehouseShips(code)
        question = told("why-not-warehouse", warehouse=name)
        if _ships(self.record, code):
            return Answer(question, [told("why-warehouse-ships", warehouse=name), *self.choice()], already=True)
        short = _short(facts, self.record)
        reasons = [_stock(short, name), *self._passed_over(code, name, bool(short)), *self._before("")]
        return self._answer(Answer(question, reasons), goal, self._keys("allocation"), code)

    def rewritten(self, change: WouldHave) -> dict[str, Any]:
        """The document of the rules that decided, with such a change of the rules made."""
        document: dict[str, Any] = edited(self._profile.document, change.made)
        return document

    def _keys(self, *sections: str) -> list[str]:
        document = self._profile.document
        return [f"{s}/{rule['id']}" for s in sections or SECTIONS for rule in document[s]["rules"]]

    def _key(self, name: str) -> str:
        found = [key for key in self._keys() if name in (key, key.partition("/")[2])] if self.asked_rules else []
        if not found:
            raise NotFound("why-no-rule", rule=name)
        return found[-1]

    def _before(self, key: str) -> list[Sentence]:
        """What came before allocation and ended the matter."""
        if key.startswith("screening/"):
            return []
        reasons = explain_record({**self.record, "warehouses": []}, self._pack, self.names)
        decision = self.record["decision"]
        return reasons[1 : 1 + len(decision.get("holds", ()))] if decision["outcome"] == "held" else []

    def _passed_over(self, code: str, name: str, short: bool) -> list[Sentence]:
        chooser = Chooser(self.record, self._profile, self._inputs, self.names)
        if not chooser.action or self.record["decision"]["outcome"] == "held":
            return []
        acted = next(k for k in self.record["decision"]["rules"] if k.startswith("allocation/"))
        head = told("why-decided-by", rule=self._titles[acted])
        if chooser.action["do"] not in ("reserve", "transfer") or chooser.action.get("at") == "target":
            return [head, *self.choice()]
        pool = [candidate.code for candidate in chooser.pool()]
        outside = [told("why-not-in-pool", warehouse=name)] if code not in pool and not short else []
        return [head, *outside, *self.choice()]

    def _answer(self, answer: Answer, goal: Goal, keys: Sequence[str], warehouse: str = "") -> Answer:
        if not self.asked_rules or self._inputs.portions:
            # Split by people: each parcel has facts of its own, and no one fact decides them all.
            return answer
        traces = self._traces(keys)
        facts = order_changes(
            self.record, self._profile, self._inputs, [trace for _, trace in traces], self.names, warehouse
        )
        by_order = smallest(facts, goal, self._with_facts)
        by_rules = _Rewritten(self, traces).search(goal, keys)
        return replace(
            answer,
            order=[self._would(found) for found in by_order.found],
            rules=[self._would(found) for found in by_rules.found],
            tried=by_order.tried + by_rules.tried,
        )

    def _traces(self, keys: Sequence[str]) -> list[tuple[str, RuleTrace]]:
        """The asked rules, the nearest ones first, and those that held before them."""
        acted = {*self.record["decision"]["rules"], *(row[0] for row in self.record.get("tried", ()))}
        asked, before = [], []
        for section, rules in (("screening", self._answered.screening), ("allocation", self._answered.allocation)):
            for trace in rules.explain(self._inputs):
                key = f"{section}/{trace.id}"
                if key in keys:
                    asked.append((section, trace))
                elif key in acted or trace.result == "unknown":
                    before.append((section, trace))
        asked.sort(key=lambda row: row[1].result == "false" and not row[1].near_misses)
        return [*asked[:_MOST_RULES], *before[:_MOST_RULES]]

    def _with_facts(self, changes: tuple[Change, ...]) -> Decision | None:
        record = edited(self.record, [edit for change in changes for edit in change.edits])
        return settled(record, self._profile).decision

    def _would(self, found: Found) -> WouldHave:
        record = {**self.record, "decision": answer(found.decision)}
        made = tuple(edit for change in found.changes for edit in change.edits)
        told = [change.told for change in found.changes]
        return WouldHave(told, tell_outcome(record, self.names), [self._edit(edit) for edit in made], made)

    def _edit(self, edit: Edit) -> dict[str, Any]:
        of_rules = edit.path[0] in SECTIONS
        source: Any = self._profile.document if of_rules else self.record
        path = "/".join(map(str, edit.path))
        if edit.to is not None:
            return {"path": path, "to_place": edit.to}
        after = None if edit.after is GONE else edit.after
        return {"path": path, "before": read(source, edit.path), "after": after, "removed": edit.after is GONE}


class _Rewritten:
    """The rules with edits. Rules that do not hold and are not edited cannot decide this order and are left out."""

    def __init__(self, why: Why, traces: Sequence[tuple[str, RuleTrace]]) -> None:
        self._why = why
        self._profile = why._answered
        self._traces = traces
        said = self._profile.probes
        self._record = _unsaid(why.record)
        self._document = {
            **self._profile.document,
            **{s: {"rules": said.answered(s, _rules(self._profile, s), why._inputs.said)} for s in SECTIONS},
        } if why._inputs.said else self._profile.document  # fmt: skip
        self._joiners = {section: Joiner(vocabulary) for section, vocabulary in SECTIONS.items()}
        self._kept = {section: self._kept_places(section) for section in SECTIONS}

    def search(self, goal: Goal, keys: Sequence[str]) -> Any:
        """The smallest edits that meet the goal."""
        edits = RuleEdits(self._document, self._why._titles, self._why._inputs.now)
        found: list[Change] = []
        decider = self._decider()
        for section, trace in self._traces:
            found += edits.of(section, trace)
            key = f"{section}/{trace.id}"
            if key not in keys or isinstance(goal, WarehouseShips):
                found += edits.dropped(section, trace)
            if key in keys and section == "allocation" and decider is not None:
                found += edits.moved(section, trace, decider)
        return smallest(found, goal, self._decide)

    def _decider(self) -> int | None:
        acted = self._why.record["decision"]["rules"]
        rules = _rules(self._profile, "allocation")
        return next((i for i, rule in enumerate(rules) if f"allocation/{rule['id']}" in acted), None)

    def _kept_places(self, section: str) -> list[int]:
        rules = self._profile.screening if section == "screening" else self._profile.allocation
        edited_places = {trace.index for s, trace in self._traces if s == section}
        holding = {match.index for match in rules.evaluate(self._why._inputs)}
        return sorted(edited_places | holding)

    def _decide(self, changes: tuple[Change, ...]) -> Decision | None:
        edits = [self._nearer(edit) for change in changes for edit in change.edits]
        kept = {s: {"rules": [_rules_of(self._document, s)[i] for i in self._kept[s]]} for s in SECTIONS}
        document = edited(kept, edits)
        screening, allocation = (self._joiners[s].join(document[s]["rules"]) for s in ("screening", "allocation"))
        return settled(self._record, self._profile.rewritten(screening, allocation)).decision

    def _nearer(self, edit: Edit) -> Edit:
        """The edit at the places that the rules have among those kept."""
        section, name, place, *rest = edit.path
        kept = self._kept[str(section)]
        to = None if edit.to is None else kept.index(edit.to)
        return Edit((section, name, kept.index(int(place)), *rest), edit.after, to)


def _rules(profile: Profile, section: str) -> Sequence[Mapping[str, Any]]:
    return _rules_of(profile.document, section)


def _rules_of(document: Mapping[str, Any], section: str) -> Sequence[Mapping[str, Any]]:
    rules: Sequence[Mapping[str, Any]] = document[section]["rules"]
    return rules


def _unsaid(record: Record) -> Record:
    """The record without answers on personal text: the rules hold them in their place."""
    personal = {key: value for key, value in record.get("personal", {}).items() if key != "said"}
    return {**record, "personal": personal}


def _near(condition: Any) -> Sentence:
    if condition.value is None:
        return told("why-near-plain", condition=condition.text)
    if condition.needs is None:
        return told("why-near-was", condition=condition.text, value=condition.value)
    return told("why-near-value", condition=condition.text, value=condition.value, needs=condition.needs)


def _ships(record: Record, code: str) -> bool:
    return any(
        code in (f["warehouse"], *(pick[3] for pick in f["picks"])) for f in record["decision"].get("fulfilments", ())
    )


def _short(facts: Mapping[str, Any], record: Record) -> dict[str, str]:
    """What a warehouse lacked, as `have/need` by SKU."""
    stock = facts["stock"]
    return {
        sku: f"{stock.get(sku, 0)}/{need}" for sku, need in needed_units(record).items() if stock.get(sku, 0) < need
    }


def _stock(short: Mapping[str, str], name: str) -> Sentence:
    if not short:
        return told("why-has-all", warehouse=name)
    return told("why-short", warehouse=name, goods=" + ".join(f"{sku} {held}" for sku, held in short.items()))
