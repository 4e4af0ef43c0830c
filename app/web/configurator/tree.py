"""A rule's condition as the panel shows it: groups, quantifiers and comparisons with all that can be chosen there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from app.domain.errors import Problem
from app.domain.messages import say
from app.engine.analyse.domain import FieldFacts
from app.engine.conditions import GROUPS
from app.engine.values import comparable_types
from app.engine.vocabulary import Field, Parameter, Vocabulary
from app.rulebook.drafts import join_path
from app.rulebook.editing import DEEPEST
from app.rulebook.proofs_domain import FACTS
from app.web.configurator.lookup import source_of
from app.web.configurator.values import other_fields, shown_value
from app.web.language import language, t

_USUAL = FieldFacts()
Choice = tuple[str, str]
"""A code and its word."""
Faults = Mapping[str, Sequence[str]]
"""What is wrong at each path, in words."""


@dataclass(frozen=True, slots=True)
class Shown:
    """One node. `kind`: `group`, `quantified`, `leaf`, or `odd` for what the panel cannot edit.

    `lookup` says among what the value of a leaf is looked up; it `hangs` where what it asks about may be unknown.
    """

    kind: str
    path: str
    depth: int
    inside: frozenset[str] = frozenset()
    word: str = ""
    scope: str = ""
    parts: Sequence[Shown] = ()
    row: Field | None = None
    op: str = ""
    operators: Sequence[Choice] = ()
    shape: str = ""
    value: Mapping[str, Any] = field(default_factory=dict)
    others: Sequence[Choice] = ()
    faults: Sequence[str] = ()
    lookup: str = ""
    hangs: bool = False

    @property
    def nests(self) -> bool:
        """Whether a group may be put into this one."""
        return self.depth < DEEPEST


@dataclass(frozen=True, slots=True)
class ShownParameter:
    """One parameter of an action with its input."""

    row: Parameter
    path: str
    value: Any
    choices: Sequence[Choice]
    faults: Sequence[str]


@dataclass(frozen=True, slots=True)
class ShownAction:
    """One action of a rule."""

    path: str
    name: str
    label: str
    parameters: Sequence[ShownParameter]
    faults: Sequence[str]


def faults_of(problems: Sequence[Problem], vocabulary: Vocabulary) -> Faults:
    """The sentences of the problems by their paths, with the words for what they name."""
    found: dict[str, list[str]] = defaultdict(list)
    for problem in problems:
        details = {**problem.details, **_named(problem.details, vocabulary)}
        found[problem.path].append(say(problem.code, language(), **details))
    return found


def _named(details: Mapping[str, Any], vocabulary: Vocabulary) -> dict[str, str]:
    kind = vocabulary.actions.get(str(details.get("action")))
    if kind is None:
        return {}
    row = next((one for one in kind.parameters if one.name == details.get("parameter")), None)
    return {"action": kind.label[language()], **({"parameter": row.label[language()]} if row else {})}


def shown_condition(
    node: Any, path: str, vocabulary: Vocabulary, faults: Faults, depth: int = 1, inside: frozenset[str] = frozenset()
) -> Shown:
    """The condition at `path` as the panel shows it."""
    own = [text for at, texts in faults.items() if at == path for text in texts]
    if not isinstance(node, Mapping) or not node:
        return Shown("odd", path, depth, inside, faults=own)
    if "field" in node:
        return _leaf(node, path, vocabulary, faults, depth, inside)
    key, inner = next(iter(node.items()))
    if key in GROUPS and isinstance(inner, list):
        parts = [
            shown_condition(part, join_path(*path.split("/"), key, place), vocabulary, faults, depth + 1, inside)
            for place, part in enumerate(inner)
        ]
        return Shown("group", path, depth, inside, word=key, parts=parts, faults=own)
    quantifier = vocabulary.quantifier(str(key))
    if quantifier is None:
        return Shown("odd", path, depth, inside, faults=own)
    word, scope = quantifier
    part = shown_condition(inner, f"{path}/{key}", vocabulary, faults, depth, inside | {scope.name})
    return Shown("quantified", path, depth, inside, word=word, scope=scope.name, parts=[part], faults=own)


def paths_of(node: Shown) -> list[str]:
    """The paths of a condition and of everything in it."""
    return [node.path, *(path for part in node.parts for path in paths_of(part))]


def homes_of(roots: Sequence[Shown], vocabulary: Vocabulary) -> Mapping[str, Sequence[Choice]]:
    """For each comparison and each of “any line …”, the groups of the same condition that it may be moved into."""
    found: dict[str, list[Choice]] = {}
    for root in roots:
        every = list(_every(root))
        groups = [node for node in every if node.kind == "group"]
        words = {node.path: _group_word(place, node, root) for place, node in enumerate(groups)}
        for node in every:
            own = node.path.rsplit("/", 2)[0]
            fitting = [one for one in groups if one.path != own and _fits(node, one, vocabulary)]
            found[node.path] = [(one.path, words[one.path]) for one in fitting]
    return found


def _fits(node: Shown, group: Shown, vocabulary: Vocabulary) -> bool:
    if node.row is not None:
        return _reached(node.row, vocabulary, group.inside)
    return node.kind == "quantified" and not group.inside


def _every(node: Shown) -> Iterator[Shown]:
    yield node
    for part in node.parts:
        yield from _every(part)


def _group_word(place: int, node: Shown, root: Shown) -> str:
    if node.path == root.path:
        return t("最外层", "the outermost group")
    held = {
        "all": t("全部满足", "all hold"),
        "any": t("任意一条满足", "any holds"),
        "none": t("都不满足", "none holds"),
    }
    return t(f"第 {place} 组（{held[node.word]}）", f"group {place} ({held[node.word]})")


def shown_actions(
    then: Sequence[Any], path: str, vocabulary: Vocabulary, faults: Faults, known: Mapping[str, Sequence[Choice]]
) -> list[ShownAction]:
    """The actions at `path`; `known` gives the names that parameters may refer to."""
    return [
        _action(action, f"{path}/{place}", vocabulary, faults, known)
        for place, action in enumerate(then)
        if isinstance(action, Mapping) and action.get("do") in vocabulary.actions
    ]


def choices_of(words: Mapping[str, Mapping[str, str]]) -> list[Choice]:
    """Codes with their words in the person's language."""
    return [(code, text[language()]) for code, text in words.items()]


def _leaf(
    node: Mapping[str, Any], path: str, vocabulary: Vocabulary, faults: Faults, depth: int, inside: frozenset[str]
) -> Shown:
    own = [text for at, texts in faults.items() if at == path or at.startswith(f"{path}/") for text in texts]
    row = vocabulary.fields.get(str(node["field"]))
    if row is None:
        return Shown("odd", path, depth, inside, faults=own)
    operators = [(name, one.label[language()]) for name, one in vocabulary.operators_of(row).items()]
    operator = vocabulary.operators.get(str(node.get("op")))
    shape = operator.shape if operator else ""
    value = shown_value(node.get("value"), row, operator) if operator else {}
    others = other_fields(row, vocabulary, comparable_types(row)) if shape == "value" else []
    reachable = [other for other in others if _reached(other, vocabulary, inside)]
    return Shown(
        "leaf", path, depth, inside, row=row, op=str(node.get("op")), operators=operators, shape=shape, value=value,
        others=[(other.key, other.label[language()]) for other in reachable], faults=own,
        lookup=source_of(row) if shape in ("value", "list") else "",
        hangs=bool(operator and not operator.total and FACTS.get(row.key, _USUAL).unknown),
    )  # fmt: skip


def _reached(row: Field, vocabulary: Vocabulary, inside: frozenset[str]) -> bool:
    scope = vocabulary.scopes.get(row.scope)
    return scope is None or not scope.many or row.scope in inside


def _action(
    action: Mapping[str, Any], path: str, vocabulary: Vocabulary, faults: Faults, known: Mapping[str, Sequence[Choice]]
) -> ShownAction:
    kind = vocabulary.actions[action["do"]]
    parameters = [
        ShownParameter(
            row, f"{path}/{row.name}", action.get(row.name),
            choices_of(row.choices) or list(known.get(row.refers_to, ())), faults.get(f"{path}/{row.name}", ()),
        )
        for row in kind.parameters
    ]  # fmt: skip
    return ShownAction(path, kind.name, kind.label[language()], parameters, faults.get(path, ()))
