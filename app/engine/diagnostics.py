"""What the validator says about a rule: a stable code, where, how grave, and what fills its sentence."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong. `path` such as `allocation/rules/3/when/all/1`; `severity` `error` or `warning`."""

    code: str
    path: str = ""
    details: dict[str, Any] = field(default_factory=dict)
    severity: str = "error"


class RulesInvalid(ValueError):
    """Rules that `validate_rules` finds wrong cannot be compiled; `problems` lists everything found."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__(", ".join(f"{p.path}: {p.code}" for p in problems))
        self.problems = problems
