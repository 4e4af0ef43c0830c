"""What the validator says about a rule: a stable code, where, how grave, and what fills its sentence."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong. `path` such as `allocation/rules/3/when/all/1`; `severity` `error` or `warning`."""

    code: str
    path: str = ""
    details: dict[str, Any] = field(default_factory=dict)
    severity: str = "error"


class RulesInvalidError(ValueError):
    """Rules that `validate_rules` finds wrong cannot be compiled; `problems` lists everything found."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__(", ".join(f"{p.path}: {p.code}" for p in problems))
        self.problems = problems


def suggest(word: Any, possible: Iterable[str]) -> str:
    """The possible word nearest to `word` ("did you mean"), or an empty text."""
    return next(iter(get_close_matches(str(word), list(possible), n=1, cutoff=0.6)), "")
