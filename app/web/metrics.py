"""Figures in Prometheus' text format."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, text

from app.bootstrap import Services
from app.persistence.database import reading
from app.persistence.packs import live_version
from app.persistence.reads.numbers import read_totals
from app.persistence.reads.packs import failing_workers
from app.persistence.reads.watches import totals as watch_totals

_STATUSES = ("decided", "quarantined", "duplicate", "dead")
_OUTCOMES = ("allocated", "held", "consolidated", "backordered", "recorded")


@dataclass(frozen=True, slots=True)
class Figure:
    """One metric: `values` by the value of `label`, or under "" when it has none."""

    name: str
    kind: str
    help: str
    values: Mapping[str, int]
    label: str = ""


def metrics_text(services: Services) -> str:
    """All figures. Raises what queue and database raise when they are away."""
    return "\n".join(_lines(_figures(services))) + "\n"


def _figures(services: Services) -> list[Figure]:
    accepted, backlog, oldest = services.stream.pulse()
    now = services.clock.now()
    with reading(services.database) as db:
        totals = read_totals(db)
        outcomes = _outcomes(db, now // 60 - 1)
        tasks = _one(db, "SELECT COUNT(*) FROM tasks WHERE open_key > ''")
        outbox = _one(db, "SELECT COUNT(*) FROM outbox")
        version, failing = live_version(db) or 0, len(failing_workers(db))
        redecisions = _one(db, "SELECT COUNT(*) FROM redecisions")
        watched = watch_totals(db, now)
    waited = {"": max(0, now - oldest) if oldest else 0}
    return [
        Figure("pandan_accepted_total", "counter", "Receipts handed out.", {"": accepted}),
        Figure(
            "pandan_receipts_total", "counter", "Receipts by how they ended.",
            {status: totals.get(status, 0) for status in _STATUSES}, "status",
        ),
        Figure(
            "pandan_decided_last_minute", "gauge", "Orders decided in the last whole minute by outcome.",
            {outcome: outcomes.get(outcome, 0) for outcome in _OUTCOMES}, "outcome",
        ),
        Figure("pandan_stream_entries", "gauge", "Entries in the stream.", {"": backlog}),
        Figure("pandan_stream_room", "gauge", "Entries the backlog still takes.", {"": services.stream.room()}),
        Figure("pandan_oldest_waiting_seconds", "gauge", "Age of the oldest entry in the stream.", waited),
        Figure("pandan_open_tasks", "gauge", "Tasks that wait for a person.", {"": tasks}),
        Figure("pandan_outbox_rows", "gauge", "Effects that wait for the relay.", {"": outbox}),
        Figure("pandan_rules_version", "gauge", "The live version of the rules.", {"": version}),
        Figure("pandan_rules_failing_workers", "gauge", "Workers that could not load the live rules.", {"": failing}),
        Figure("pandan_redecisions", "gauge", "Orders that wait to be decided again.", {"": redecisions}),
        *_watch_figures(watched),
    ]  # fmt: skip


def _watch_figures(watched: Mapping[str, int]) -> list[Figure]:
    return [
        Figure("pandan_watch_firings_total", "counter", "Windows that watches fired for.", {"": watched["fired"]}),
        Figure("pandan_protections", "gauge", "Protections that hold now.", {"": watched["standing"]}),
        Figure("pandan_watch_looks_total", "counter", "Looks of watches.", {"": watched["runs"]}),
        Figure(
            "pandan_watch_fallbacks_total", "counter", "Looks at which the correlator stood in for durable-rules.",
            {"": watched["fell_back"]},
        ),
        Figure("pandan_watch_compared_total", "counter", "Looks of both engines.", {"": watched["compared"]}),
        Figure(
            "pandan_watch_differences_total", "counter", "Looks at which the engines differed; must stay 0.",
            {"": watched["differed"]},
        ),
    ]  # fmt: skip


def _lines(figures: Iterable[Figure]) -> Iterator[str]:
    for figure in figures:
        yield f"# HELP {figure.name} {figure.help}"
        yield f"# TYPE {figure.name} {figure.kind}"
        for value, n in figure.values.items():
            labels = f'{{{figure.label}="{value}"}}' if figure.label else ""
            yield f"{figure.name}{labels} {n}"


def _outcomes(db: Connection, minute: int) -> dict[str, int]:
    statement = text("SELECT outcome, SUM(n) AS n FROM minute_stats WHERE minute = :minute GROUP BY outcome")
    return {row.outcome: int(row.n) for row in db.execute(statement, {"minute": minute})}


def _one(db: Connection, statement: str) -> int:
    return int(db.execute(text(statement)).scalar() or 0)
