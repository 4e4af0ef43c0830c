"""What the analysis is told about the things rules speak of: which values there are, and what always holds.

A condition may here also be `{"two_<scope>": C}`: at least two members for which C is true; never unknown.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class FieldFacts:
    """What values a field can have.

    `unknown`: it may be unknown. `low`, `high` bound a number, which moves in steps of `step`. `values` lists all
    there are (None: whatever the type allows). `usual` is the value that a counter-example takes when it may choose.
    """

    unknown: bool = True
    low: float | None = None
    high: float | None = None
    step: float = 1
    values: tuple[Any, ...] | None = None
    usual: Any = None


@dataclass(frozen=True, slots=True)
class Domain:
    """`facts` by field key (others may be anything, unknown among it).

    `least` is how many members a list has at least; `member_of` names for a single scope the list of which it is
    one member, or absent; `axioms` are conditions that are true of everything that can be, `likely`
    ones that counter-examples meet where they can.
    """

    facts: Mapping[str, FieldFacts] = field(default_factory=dict)
    least: Mapping[str, int] = field(default_factory=dict)
    member_of: Mapping[str, str] = field(default_factory=dict)
    axioms: Sequence[Json] = ()
    likely: Sequence[Json] = ()

    def of(self, key: str) -> FieldFacts:
        """The facts of one field."""
        return self.facts.get(key, _ANYTHING)


_ANYTHING = FieldFacts()


@dataclass(frozen=True, slots=True)
class Point:
    """One thing that can be: `values` of single fields, and of each list its members' own.

    `place` says which member a single scope is (None: absent). Fields that no condition reads are left out.
    """

    values: Mapping[str, Any]
    members: Mapping[str, Sequence[Mapping[str, Any]]] = field(default_factory=dict)
    place: Mapping[str, int | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule as the analysis sees it.

    `when` (None: always) is asked first. Where it holds, `unsure` true means that the rule ends unknown, else `done`
    true that it acts; otherwise it is passed over. `then` are its actions, for comparing.
    """

    id: str
    path: str
    when: Json | None
    then: Sequence[Json] = ()
    done: Json | None = None
    unsure: Json | None = None


Paths = Collection[str]
