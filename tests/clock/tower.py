"""A house on a fake clock: what is done to it, and what the clock does when it strikes."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import text

from app.bootstrap import Services
from app.jobs.clock import fire_all
from app.persistence.database import reading, writing
from app.persistence.firing import Fired
from app.persistence.packs import publish
from tests.fulfilment.hands import Hands
from tests.line.house import NOW, House

HOUR = 3600
DEFAULT: dict[str, Any] = orjson.loads((Path(__file__).parents[2] / "rule_packs" / "apparel-default.json").read_bytes())
WORDS = {"zh": "甲", "en": "a"}


def rule(name: str, timer: str, hours: int, *steps: dict[str, Any], **more: Any) -> dict[str, Any]:
    """An escalation rule; without steps it reminds once."""
    on = {"timer": timer, "hours": hours}
    return {"id": name, "title": WORDS, "on": on, "ladder": list(steps) or [{"do": "remind"}], **more}


def pack(*rules: dict[str, Any], **parts: Any) -> dict[str, Any]:
    """The shipped pack with these escalation rules."""
    return {**copy.deepcopy(DEFAULT), "escalation": list(rules), **parts}


class FakeClock:
    """A clock that stands."""

    def __init__(self, at: int) -> None:
        self.at = at

    def now(self) -> int:
        return self.at


class Tower:
    """The house, its hands, and its clock."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.services: Services = house.services
        self.clock = FakeClock(NOW)
        self.services.clock = self.clock  # type: ignore[assignment]
        self.hands = Hands(house)

    def rules(self, *rules: dict[str, Any], **parts: Any) -> None:
        """Make these the live escalation rules."""
        with writing(self.services.database) as db:
            publish(db, pack(*rules, **parts), author="w", note="", now=self.clock.at)
        self.house.pump.live.refresh(self.services.database)

    def strike(self, hours: float = 0, *, at: int | None = None) -> list[tuple[str, int]]:
        """Let the time pass, then fire what is due: (rule, number of the step) of each."""
        self.clock.at = at if at is not None else self.clock.at + int(hours * HOUR)
        return [(one.rule, one.step) for one in self.fire()]

    def fire(self) -> list[Fired]:
        return fire_all(self.services)

    def tasks(self, *columns: str, open_only: bool = True) -> list[tuple[Any, ...]]:
        """These columns of the tasks, in the order in which they were opened."""
        which = "WHERE open_key IS NOT NULL" if open_only else ""
        with reading(self.services.database) as db:
            rows = db.execute(text(f"SELECT {', '.join(columns)} FROM tasks {which} ORDER BY id"))
            return [tuple(row) for row in rows]

    def timers(self) -> list[tuple[str, int | None]]:
        """(rule, when it is due in hours from the beginning) of every timer."""
        with reading(self.services.database) as db:
            rows = db.execute(text("SELECT rule, due_at FROM timers ORDER BY rule, order_id, target_id"))
            return [(row.rule, None if row.due_at is None else (row.due_at - NOW) // HOUR) for row in rows]

    def run(self, statement: str, **values: Any) -> None:
        with writing(self.services.database) as db:
            db.execute(text(statement), values)
