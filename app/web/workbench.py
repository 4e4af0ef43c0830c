"""The workbench: how the line runs now, what needs a person, and whether every order is accounted for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, g, redirect, render_template, url_for
from werkzeug.wrappers import Response

from app.bootstrap import Services
from app.insight.invariants import Numbers
from app.persistence.audit import note
from app.persistence.database import reading, writing
from app.persistence.demo import is_there
from app.persistence.demo_removal import take_out
from app.persistence.reads.numbers import read_numbers
from app.persistence.reads.packs import failing_workers
from app.persistence.reads.pulse import Pulse, read_pulse
from app.persistence.scope import limited
from app.web.fragments import partial, tell
from app.web.onboarding import steps
from app.web.permissions import permit
from app.web.remembered import Remembered

MINUTES = 60
_LIVE_SECONDS, _PROOF_SECONDS = 1.0, 60.0
_MOST_TO_RECOUNT = 5_000


@dataclass(frozen=True, slots=True)
class Live:
    """One look at the line: receipts handed out, entries waiting, the oldest one's age in seconds, and the pulse.

    `failing` are the workers that could not load the live rules.
    """

    accepted: int
    backlog: int
    oldest: int
    pulse: Pulse
    failing: Sequence[Any] = ()

    @property
    def per_minute(self) -> int:
        """Orders decided in the last whole minute."""
        return self.pulse.minutes[-2]


def blueprint(services: Services) -> Blueprint:
    """The routes over these services."""
    pages = Blueprint("workbench", __name__)
    look = Remembered(lambda: _look(services), _LIVE_SECONDS)
    prove = Remembered(lambda: _prove(services), _PROOF_SECONDS)

    @pages.get("/")
    @permit("workbench.read")
    def page() -> str:
        with reading(services.database) as db:
            demo = is_there(db)
        return render_template("pages/workbench.html", demo=demo, **_shown(look()))

    @pages.get("/workbench/live")
    @permit("workbench.read")
    def live() -> str:
        return partial("partials/workbench/live.html", **_shown(look()))

    @pages.get("/workbench/proof")
    @permit("workbench.read")
    def proof() -> str:
        numbers, at = prove()
        return partial("partials/workbench/proof.html", numbers=numbers, at=at)

    @pages.post("/demo/remove")
    @permit("users.change")
    def remove_demo() -> Response:
        with writing(services.database) as db:
            now = services.clock.now()
            count = take_out(db, now=now)
            note(db, g.user.name, "demo.remove", now=now, orders=count)
        tell(f"演示数据已清除（{count} 个订单）。", f"The demo is gone ({count} orders).")
        return redirect(url_for("workbench.page"), 303)

    return pages


def _look(services: Services) -> Live:
    accepted, backlog, oldest = services.stream.pulse()
    now = services.clock.now()
    with reading(services.database) as db:
        pulse, failing = read_pulse(db, now, MINUTES), failing_workers(db)
    return Live(accepted, backlog, max(0, now - oldest) if oldest else 0, pulse, failing)


def _prove(services: Services) -> tuple[Numbers | None, int]:
    """The numbers behind the invariants and when they were counted; None while too much waits to count it often.

    They are the whole house's: who works for some shops only is not shown them.
    """
    now = services.clock.now()
    if limited() is not None or services.stream.pulse()[1] > _MOST_TO_RECOUNT:
        return None, now
    accepted, waiting = services.stream.census()
    with reading(services.database) as db:
        return read_numbers(db, accepted, waiting), now


def _shown(live: Live) -> dict[str, Any]:
    return {"live": live, "steps": steps(live.pulse.set_up, live.pulse.pack), "spark": spark(live.pulse.minutes[:-1])}


def spark(values: list[int], width: int = 600, height: int = 84) -> dict[str, str]:
    """Points of a line through `values` and of the area below it, for an SVG of this size."""
    most, step = max([*values, 1]), width / max(1, len(values) - 1)
    points = [f"{i * step:.1f},{height - 2 - n / most * (height - 6):.1f}" for i, n in enumerate(values)]
    edge = " ".join(points)
    return {"edge": edge, "area": f"0,{height} {edge} {width},{height}", "size": f"0 0 {width} {height}"}
