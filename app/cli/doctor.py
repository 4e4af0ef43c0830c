"""`pandan doctor`: settings, connections and the invariants."""

from __future__ import annotations

import sys
from typing import Any

import click
import redis
from sqlalchemy.exc import SQLAlchemyError

from app.bootstrap import Services, assemble
from app.cli.output import choose, show
from app.domain.errors import Unavailable
from app.domain.messages import say
from app.insight.invariants import Numbers
from app.insight.rete import RuleSet, ask_rete
from app.persistence.database import SAFE_SQLITE, reading, sqlite_module
from app.persistence.migrate import current, head
from app.persistence.packs import live_version, read_document
from app.persistence.people import has_administrator
from app.persistence.reads.groups import all_groups
from app.persistence.reads.numbers import read_numbers
from app.persistence.reads.packs import changed_versions, failing_workers
from app.persistence.reads.timers import count_timers, first_due
from app.persistence.reads.watches import totals
from app.persistence.reads.work_counts import count_work, unowned
from app.persistence.rearming import is_behind
from app.queue.durability import durability_problem
from app.rulebook.escalation import calendar_warnings

Check = dict[str, Any]
_LATE_SECONDS = 300
"""A timer that was due this long ago says that nothing fires them."""


@click.command()
@click.option("--json", "as_json", is_flag=True)
def doctor(as_json: bool) -> None:
    """Check settings, connections and that nothing is lost or oversold. 体检。"""
    services = assemble()
    numbers, checks = _examine(services)
    ok = all(check["ok"] for check in checks)
    counts = ("accepted", "decided", "quarantined", "duplicate", "dead", "backlog")
    if as_json:
        shown = numbers.as_dict() if numbers else {}
        show({"ok": ok, "checks": checks, **{name: shown.get(name) for name in counts}, "numbers": shown})
    else:
        for check in checks:
            click.echo(f"{'✔' if check['ok'] else '✘'} {check['name']}: {check['detail']}")
    sys.exit(0 if ok else 1)


def _examine(services: Services) -> tuple[Numbers | None, list[Check]]:
    checks = [_settings(services), _sqlite(services), _native(), _queue(services), _schema(services)]
    try:
        accepted, waiting = services.stream.census()
        with reading(services.database) as db:
            numbers = read_numbers(db, accepted, waiting)
    except (redis.RedisError, SQLAlchemyError, Unavailable) as error:
        return None, [*checks, _check("invariants", False, str(error).splitlines()[0])]
    ended = numbers.decided + numbers.quarantined + numbers.duplicate + numbers.dead
    lost = f"accepted {numbers.accepted} = ended {ended} + backlog {numbers.backlog}; rows {numbers.counted}"
    stock = f"reserved {numbers.reserved} = live {numbers.live_reservations}; ledger off {numbers.ledger_off}"
    return numbers, [
        *checks,
        _check("nothing-lost", numbers.nothing_lost, lost),
        _check("stock-adds-up", numbers.stock_adds_up, stock),
        _owners(services),
        _rules(services),
        _clock(services),
        _holidays(services),
        _watches(services),
    ]


def _rules(services: Services) -> Check:
    """Whether every version is what was published, and every worker decides by the live one."""
    with reading(services.database) as db:
        changed, failing = changed_versions(db), failing_workers(db)
    told = [f"version {number} is not what was published" for number in changed]
    told += [f"{row.worker} decides by version {row.version}: {row.reason}" for row in failing]
    return _check("rules-live", not told, "; ".join(told) or choose("生效的规则都已装上", "the live rules are loaded"))


def _clock(services: Services) -> Check:
    """Whether the timers fire when they are due."""
    with reading(services.database) as db:
        first, running = first_due(db), sum(count_timers(db).values())
        behind = is_behind(db)
    late = max(0, services.clock.now() - first) if first is not None else 0
    walking = choose("，正在按新规则重设", ", being set anew by changed rules") if behind else ""
    return _check("timers-on-time", late < _LATE_SECONDS, f"running {running}; late {late} s{walking}")


def _holidays(services: Services) -> Check:
    """Whether the holidays that working hours are counted by are known; if not it is said, and nothing is wrong."""
    with reading(services.database) as db:
        version = live_version(db)
        document = read_document(db, version) if version is not None else {}
    warnings = calendar_warnings(document, services.clock.now())
    told = [say(one.code, choose("zh", "en"), **one.details) for one in warnings]
    return _check("holidays-known", True, " ".join(told) or choose("已知", "known"))


def _owners(services: Services) -> Check:
    """Whether everything that waits for a person has an owner with an active user."""
    with reading(services.database) as db:
        if not has_administrator(db):
            return _check("every-owner-active", True, choose("还没有用户", "nobody is set up yet"))
        counts = count_work(db, services.clock.now(), frozenset(), all_groups(db))
        lost, waiting = unowned(db, counts), sum(count.n for count in counts)
    return _check("every-owner-active", not lost, f"waiting {waiting}; without an active owner {lost}")


def _watches(services: Services) -> Check:
    """Whether the two engines of the watches have always agreed."""
    with reading(services.database) as db:
        n = totals(db, services.clock.now())
    detail = (
        f"looks {n['runs']}, by the correlator {n['fell_back']}; compared {n['compared']}, differed {n['differed']}"
    )
    return _check("watches-agree", not n["differed"], detail)


def _check(name: str, ok: bool, detail: str) -> Check:
    return {"name": name, "ok": ok, "detail": detail}


def _settings(services: Services) -> Check:
    return _check("settings", True, f"home {services.settings.home}")


def _sqlite(services: Services) -> Check:
    if not services.settings.embedded_database:
        return _check("sqlite", True, choose("未使用", "not used"))
    version = tuple(int(part) for part in sqlite_module().sqlite_version.split("."))
    text = ".".join(map(str, version))
    note = "" if version >= SAFE_SQLITE else choose("（低于 3.51.3，请升级）", " (below 3.51.3, please update)")
    return _check("sqlite", True, text + note)


def _native() -> Check:
    """Whether durable-rules works, tried where it cannot hurt; without it the correlator stands in."""
    answer = ask_rete([RuleSet({"seen": {"all": [{"one": {"t": "try"}}]}}, [{"id": "1", "t": "try"}])])
    if answer.fired:
        return _check("durable-rules", True, choose("可用", "works"))
    missing = choose(
        f"不可用（{answer.failure} {answer.detail}）：监视由关联器代替，发布前没有第二意见",
        f"not to be had ({answer.failure} {answer.detail}): the correlator stands in, and packs get no second opinion",
    )
    return _check("durable-rules", True, missing)


def _queue(services: Services) -> Check:
    try:
        problem = durability_problem(services.redis)
    except redis.RedisError as error:
        return _check("queue", False, str(error))
    return _check("queue", problem is None, problem or "appendonly, appendfsync always, noeviction")


def _schema(services: Services) -> Check:
    try:
        found = current(services.database)
    except SQLAlchemyError as error:
        return _check("schema", False, str(error).splitlines()[0])
    return _check("schema", found == head(), f"{found} / {head()}")


COMMANDS: list[click.Command] = [doctor]
