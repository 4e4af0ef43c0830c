"""The one table of what may be said: fields, scopes, operators and actions, with their words in both languages.

The engine knows no nouns of its own. Whoever uses it hands in a `Vocabulary`; the picker, the JSON Schema, the
validator, the compiler, the sentence and the documentation all read it. A `Text` is `{"zh": …, "en": …}`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

Text = Mapping[str, str]
Sayings = Mapping[str, Sequence[str]]
"""Other ways to say the same, by language."""

FIELD_TYPES = ("integer", "number", "money", "text", "choice", "boolean", "time", "texts")
NUMERIC_TYPES = frozenset({"integer", "number", "money"})
QUANTIFIERS = ("any", "every", "no")


@dataclass(frozen=True, slots=True)
class Field:
    """One thing a condition may ask about.

    `key` is `scope.attribute`, the attribute read from the environment's object of that scope; a key without a
    dot (`now`) is an attribute of the environment itself. `type` is one of `FIELD_TYPES`: money in integer fen,
    time in epoch seconds, `texts` a set of texts; None is unknown. `choices` (code → label) closes the values of
    a `choice`, and of `texts` when given, unless the field is `open`: then there are others, too. `unit` is said
    after a number. `operators` narrows what the type allows. `refers_to` names a list of `known` values
    (`validate_rules`) that a text should come from. `personal` values never appear in traces, only whether the
    condition held. `also`: other words that people use for it, by language; they are read, never printed. `denied`:
    how one says that a boolean is false, the words that are printed first.
    """

    key: str
    type: str
    label: Text
    unit: Text | None = None
    choices: Mapping[str, Text] = field(default_factory=dict)
    operators: tuple[str, ...] = ()
    refers_to: str = ""
    personal: bool = False
    help: Text | None = None
    also: Sayings = field(default_factory=dict)
    denied: Sayings = field(default_factory=dict)
    open: bool = False

    @property
    def scope(self) -> str:
        """The scope's name; empty for an attribute of the environment itself."""
        return self.key.rpartition(".")[0]

    @property
    def attribute(self) -> str:
        return self.key.rpartition(".")[2]


@dataclass(frozen=True, slots=True)
class Scope:
    """An object of the environment that fields are read from; an absent one (None) makes its fields unknown.

    `many`: the environment holds a list of them, reached through `any_<name>`, `every_<name>`, `no_<name>`.
    `lazy`: reading a fact costs work, so it is read only when a condition needs it, never ahead.
    """

    name: str
    label: Text
    many: bool = False
    lazy: bool = False


@dataclass(frozen=True, slots=True)
class Operator:
    """One way to compare; the row's words, and the shape of the value it takes.

    `shape`: `value` (one of the field's type, or `{"field": other}`), `pair` (two, low and high), `list`, `none`,
    `pattern` (re2), `clock` (two `HH:MM`), `weekdays` (1 Monday to 7 Sunday) or `age` (`{"hours": 2}`).
    `phrase` holds `{field}` and `{value}`. `indexable`: `equality`, `threshold` or "". `negation`: the operator
    that is true exactly where this one is false (unknown stays unknown), "" when there is none. `total`: never
    unknown.
    """

    name: str
    label: Text
    types: frozenset[str]
    shape: str
    phrase: Text
    indexable: str = ""
    negation: str = ""
    total: bool = False


@dataclass(frozen=True, slots=True)
class Parameter:
    """One value that an action takes.

    `type`: `text`, `choice`, `integer`, `number`, `boolean` or `weights` (an object: choice → number).
    `minimum`/`maximum` bound numbers; `pattern` (re2, whole text) bounds a text; `refers_to` as for fields. `open`:
    other texts than those it refers to, or its choices, may be given. `usual`: what it is in an action that a person
    begins.
    """

    name: str
    type: str
    label: Text
    required: bool = True
    choices: Mapping[str, Text] = field(default_factory=dict)
    minimum: float | None = None
    maximum: float | None = None
    pattern: str = ""
    unit: Text | None = None
    refers_to: str = ""
    open: bool = False
    usual: Any = None


@dataclass(frozen=True, slots=True)
class ActionKind:
    """One thing a rule may do, written `{"do": name, parameter: value, …}`.

    `phrase` holds one `{parameter}` for each; a part in square brackets is left out when its parameter is not
    given. Of the actions of one `group` a rule may carry at most one. `also`: other phrases that are read, never
    printed; they may leave parameters out.
    """

    name: str
    label: Text
    phrase: Text
    parameters: tuple[Parameter, ...] = ()
    group: str = ""
    help: Text | None = None
    also: Sayings = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """All rows, by key or name. `required_groups`: every rule carries one action of each of these groups."""

    fields: Mapping[str, Field]
    scopes: Mapping[str, Scope]
    operators: Mapping[str, Operator]
    actions: Mapping[str, ActionKind]
    required_groups: frozenset[str] = frozenset()

    @staticmethod
    def of(
        fields: Iterable[Field],
        scopes: Iterable[Scope],
        operators: Mapping[str, Operator],
        actions: Iterable[ActionKind],
        required_groups: Collection[str] = (),
    ) -> Vocabulary:
        """A vocabulary from rows; `operators` is usually `app.engine.operators.OPERATORS`."""
        return Vocabulary(
            {f.key: f for f in fields},
            {s.name: s for s in scopes},
            operators,
            {a.name: a for a in actions},
            frozenset(required_groups),
        )

    def only(
        self,
        *,
        scopes: Collection[str] | None = None,
        actions: Collection[str] | None = None,
        required_groups: Collection[str] = (),
    ) -> Vocabulary:
        """The part of it that one set of rules may use: these scopes with their fields, these actions."""
        kept = self.scopes.keys() if scopes is None else scopes
        return replace(
            self,
            fields={k: f for k, f in self.fields.items() if not f.scope or f.scope in kept},
            scopes={k: s for k, s in self.scopes.items() if k in kept},
            actions={k: a for k, a in self.actions.items() if actions is None or k in actions},
            required_groups=frozenset(required_groups),
        )

    def operators_of(self, row: Field) -> dict[str, Operator]:
        """The operators that the field allows, in the table's order."""
        return {
            name: operator
            for name, operator in self.operators.items()
            if row.type in operator.types and (not row.operators or name in row.operators)
        }

    def quantifier(self, key: str) -> tuple[str, Scope] | None:
        """`any_line` → (`any`, the scope); None when the key is no quantifier of this vocabulary."""
        word, _, name = key.partition("_")
        scope = self.scopes.get(name)
        return (word, scope) if word in QUANTIFIERS and scope is not None and scope.many else None

    def quantifiers(self) -> list[str]:
        """Every quantifier key: `any_line`, `every_line`, `no_line`, …"""
        return [f"{word}_{scope.name}" for scope in self.scopes.values() if scope.many for word in QUANTIFIERS]
