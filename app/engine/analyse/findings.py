"""What the analysis finds, and how a finding is borne out by really evaluating its counter-example."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from app.engine.analyse.domain import Json, Point
from app.engine.trace import Truth

Part = tuple[Json, frozenset[Truth]]
"""A condition, and what it comes to."""


@dataclass(frozen=True, slots=True)
class Claim:
    """What evaluating a point must show, for rules by their place in the table.

    `falls`: none but the last rule takes it. `unknown`: rule `one` ends unknown, none before it acts. `acts`: rule
    `one` acts. `silent`: rule `one` does not act. `both`: `one` and `other` both act.
    """

    kind: str
    one: int
    other: int = -1


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found, with its witness: what `confirm` made of a point (the point itself when nobody confirms).

    `parts` are the conditions that make the case, in the order of the rules; `beyond` a second witness, off the
    bounds that rules name. A finding without witness whose code is not `undecided` concerns what no order can be.
    """

    code: str
    path: str
    related: tuple[str, ...] = ()
    details: Mapping[str, Any] = field(default_factory=dict)
    witness: Any = None
    beyond: Any = None
    parts: tuple[Part, ...] = ()
    rule: int = -1
    others: tuple[int, ...] = ()


Confirm = Callable[[Point, Claim], Any]
"""Makes a witness of a point and evaluates it; None when it cannot be, or does not show what is claimed."""


def believe(point: Point, _claim: Claim) -> Any:
    """Take the point itself as the witness."""
    return point


NOT_TRUE = frozenset({Truth.FALSE, Truth.UNKNOWN})
ONLY = {truth: frozenset({truth}) for truth in Truth}
Paths = Sequence[str]
