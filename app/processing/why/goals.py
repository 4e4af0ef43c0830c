"""What is asked "why not" of: a rule that should have acted, or a warehouse that should have shipped."""

from __future__ import annotations

from dataclasses import dataclass

from app.domain.decision import Decision


@dataclass(frozen=True, slots=True)
class RuleActs:
    """The rule `key` (`section/id`) acts."""

    key: str

    def met(self, decision: Decision) -> bool:
        return self.key in decision.rules


@dataclass(frozen=True, slots=True)
class WarehouseShips:
    """Goods leave from the warehouse `code`."""

    code: str

    def met(self, decision: Decision) -> bool:
        return any(self.code in (f.warehouse, *(pick.source for pick in f.picks)) for f in decision.fulfilments)


Goal = RuleActs | WarehouseShips
