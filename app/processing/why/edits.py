"""Which single edits of the rules could have decided otherwise: a bound, a condition, a choice, a rule's place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from app.engine import ConditionTrace, RuleTrace
from app.engine.nearest import Reading, turned_constants
from app.engine.phrase import phrase_action, phrase_condition, phrase_needs
from app.processing.explanation import Sentence
from app.processing.why.changes import GONE, Change, Edit, Path, distance, read
from app.processing.why.told import both, told
from app.rulebook.order_vocabulary import SECTIONS

Json = Mapping[str, Any]
_TAKE_OUT, _DROP, _MOVE, _ACTION = 1.1, 1.6, 1.2, 1.0
_CHOICES = {
    ("reserve", "at"): ("target", "nearest", "cheapest", "fewest_parcels"),
    ("transfer", "from"): ("nearest", "cheapest"),
}


class RuleEdits:
    """Edits of one pack's rules; `document` has its sections, `titles` what people call each rule by its key."""

    def __init__(self, document: Json, titles: Mapping[str, Sentence], now: int) -> None:
        self._document = document
        self._titles = titles
        self._now = now

    def of(self, section: str, trace: RuleTrace) -> Iterator[Change]:
        """Edits of the rule's conditions and of what it does."""
        for one in trace.conditions:
            yield from self._bounds(section, trace, one)
        seen: set[Path] = set()
        for one in trace.conditions:
            path = self._path(section, trace.index, one.path)
            if path not in seen and self._may_go(path):
                seen.add(path)
                yield self._without(section, trace, path)
        yield from self._actions(section, trace)

    def dropped(self, section: str, trace: RuleTrace) -> Iterator[Change]:
        """Without the rule; the otherwise row stays."""
        if "when" in self._rule(section, trace.index):
            edit = Edit((section, "rules", trace.index))
            spot: Path = (section, "order", trace.index)
            yield Change(told("why-if-dropped", rule=self._title(section, trace)), (edit,), spot, _DROP)

    def moved(self, section: str, trace: RuleTrace, before: int) -> Iterator[Change]:
        """The rule before another one."""
        if before < trace.index and "when" in self._rule(section, trace.index):
            other = self._titles[f"{section}/{self._rule(section, before)['id']}"]
            text = told("why-if-moved", rule=self._title(section, trace), other=other)
            edit = Edit((section, "rules", trace.index), to=before)
            yield Change(text, (edit,), (section, "order"), _MOVE)

    def _rule(self, section: str, index: int) -> Json:
        rule: Json = self._document[section]["rules"][index]
        return rule

    def _title(self, section: str, trace: RuleTrace) -> Sentence:
        return self._titles[f"{section}/{trace.id}"]

    def _path(self, section: str, index: int, path: str) -> Path:
        return (section, "rules", index, *(int(key) if key.isdigit() else key for key in path.split("/")))

    def _bounds(self, section: str, trace: RuleTrace, one: ConditionTrace) -> Iterator[Change]:
        path = self._path(section, trace.index, one.path)
        node = read(self._document, path)
        if one.kind != "comparison" or one.withheld or not isinstance(node, Mapping) or "field" not in node:
            return
        reading = Reading(one.value, self._now, one.other)
        for raw in turned_constants(node, SECTIONS[section], reading, one.result != "true")[:2]:
            text = self._rewritten(section, trace, node, {**node, "value": raw})
            yield Change(text, (Edit((*path, "value"), raw),), path, distance(node.get("value"), raw))

    def _rewritten(self, section: str, trace: RuleTrace, before: Json, after: Json) -> Sentence:
        vocabulary = SECTIONS[section]
        row = vocabulary.fields[before["field"]]
        # Of a yes-or-no fact the sentence is all there is to say.
        phrase = phrase_condition if row.type == "boolean" else phrase_needs
        what = told("why-the-condition") if row.type == "boolean" else dict(row.label)
        sides = [both(partial(phrase, node, vocabulary)) for node in (before, after)]
        rule = self._title(section, trace)
        return told("why-if-rule", rule=rule, what=what, before=sides[0], after=sides[1])

    def _may_go(self, path: Path) -> bool:
        """Whether the condition is one of several in its group."""
        siblings = read(self._document, path[:-1])
        return isinstance(path[-1], int) and isinstance(siblings, Sequence) and len(siblings) > 1

    def _without(self, section: str, trace: RuleTrace, path: Path) -> Change:
        node = read(self._document, path)
        said = both(partial(phrase_condition, node, SECTIONS[section]))
        text = told("why-if-without", rule=self._title(section, trace), condition=said)
        # Taking two members out of one list would shift the second: they exclude each other.
        return Change(text, (Edit(path, GONE),), path[:-1], _TAKE_OUT)

    def _actions(self, section: str, trace: RuleTrace) -> Iterator[Change]:
        for place, action in enumerate(self._rule(section, trace.index)["then"]):
            for edits in _other_actions(action):
                path: Path = (section, "rules", trace.index, "then", place)
                sides = [both(partial(phrase_action, a, SECTIONS[section])) for a in (action, {**action, **edits})]
                text = told("why-if-action", rule=self._title(section, trace), before=sides[0], after=sides[1])
                made = tuple(Edit((*path, name), value) for name, value in edits.items())
                yield Change(text, made, path, _ACTION)


def _other_actions(action: Json) -> Iterable[dict[str, Any]]:
    for (do, name), values in _CHOICES.items():
        if action["do"] == do:
            yield from ({name: value} for value in values if value != action.get(name))
    if action["do"] == "reserve" and action.get("at") == "score":
        known = action.get("tie_break") or "code"
        yield from ({"tie_break": value} for value in ("nearest", "cheapest", "code") if value != known)
    if action["do"] == "split" and action["at_most"] < 10:
        yield {"at_most": action["at_most"] + 1}
