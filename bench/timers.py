"""Drill: 10,000 waybills for days on a fake clock, with a standstill, repeated and late events, and killed timers.

What the timers did is compared, waybill by waybill and step by step, with a naive simulation that knows no timers:
it looks at every waybill at every stroke of the clock. Real SQLite; the timers fire in processes of their own, some of
which are killed in the middle and some of which run two at a time.
"""

from __future__ import annotations

import os
import random
import signal
import tempfile
import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import insert, text

from app.bootstrap import Services, assemble
from app.domain.order import Line, Order
from app.domain.tracking import Sighting
from app.jobs.clock import fire_all
from app.persistence import tables as t
from app.persistence.database import reading, writing
from app.persistence.migrate import upgrade
from app.persistence.order_rows import encode
from app.persistence.packs import SHIPPED, publish
from app.persistence.timers import set_for_waybills
from app.persistence.tracking import record
from app.settings import load_settings

HOUR = 3600
START = 1_784_109_600
HOURS, STROKE_MINUTES = 240, 20
STANDSTILL = (96, 120)
"""Hours in which no timer runs; events go on coming in."""
SILENCE, SUPERVISOR, TICKET = 72, 24, 12
LADDER = (("remind", 0), ("supervisor", SUPERVISOR), ("ticket", TICKET), ("webhook", 0))
RULE = {
    "id": "still", "title": {"zh": "停滞", "en": "still"}, "on": {"timer": "no_tracking", "hours": SILENCE},
    "ladder": [
        {"do": "remind", "owner": "clerk"}, {"do": "supervisor", "after_hours": SUPERVISOR},
        {"do": "ticket", "kind": "trace-parcel", "owner": "clerk", "after_hours": TICKET}, {"do": "webhook"},
    ],
}  # fmt: skip
_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Told:
    """An event as it is told: when it happened, when we hear of it."""

    waybill: int
    kind: str
    at: int
    told_at: int


@dataclass(slots=True)
class Outcome:
    """What there is to show for a waybill: its tasks, each as (what was done when, still open), and its webhooks."""

    tasks: list[tuple[tuple[tuple[int, str], ...], bool]] = field(default_factory=list)
    webhooks: int = 0


class _Clock:
    def __init__(self) -> None:
        self.at = START

    def now(self) -> int:
        return self.at


def run(waybills: int = 10_000, seed: int = 3, kills: float = 0.2) -> dict[str, Any]:
    """The whole drill; at a share of the strokes, `kills`, a timer is killed.

    `wrong` are the waybills whose tasks are not exactly those of the naive simulation.
    """
    chance = random.Random(seed)
    told = [one for number in range(1, waybills + 1) for one in _journey(number, chance)]
    told.sort(key=lambda one: (one.told_at, one.waybill, one.at))
    with tempfile.TemporaryDirectory() as folder:
        services = _house(Path(folder), waybills)
        began = time.perf_counter()
        counted = _live(services, told, chance, kills)
        seconds = time.perf_counter() - began
        found = _found(services)
        services.database.dispose()
    expected = _naive(waybills, told)
    wrong = [number for number in range(1, waybills + 1) if found[number] != expected[number]]
    tasks = [task for one in expected.values() for task in one.tasks]
    return {
        "waybills": waybills, "hours": HOURS, "standstill_hours": STANDSTILL[1] - STANDSTILL[0], **counted,
        "tasks": len(tasks), "steps": sum(len(steps) for steps, _ in tasks),
        "webhooks": sum(one.webhooks for one in expected.values()), "wrong": len(wrong),
        "seconds": round(seconds, 1),
    }  # fmt: skip


def strokes() -> list[int]:
    """Every time at which the clock looks."""
    step = STROKE_MINUTES * 60
    return [
        START + place * step
        for place in range(1, HOURS * HOUR // step + 1)
        if not STANDSTILL[0] * HOUR < place * step < STANDSTILL[1] * HOUR
    ]


def _journey(number: int, chance: random.Random) -> list[Told]:
    """What is told of one waybill: events after pauses, some told late, some twice, some signed for at the end."""
    told: list[Told] = []
    at = START
    for _ in range(chance.randint(0, 5)):
        at += int(chance.choice((6, 20, 40, 71, 73, 80, 110)) * HOUR * chance.uniform(0.8, 1.1))
        delay = chance.choice((0, 0, 0, 600, 3 * HOUR, 90 * HOUR))
        told.append(Told(number, "scanned", at, at + delay))
        if chance.random() < 0.3:
            told.append(Told(number, "scanned", at, at + delay + chance.randint(60, 30 * HOUR)))
    if chance.random() < 0.5:
        told.append(Told(number, "signed", at + 5 * HOUR, at + 5 * HOUR + chance.choice((0, 0, 50 * HOUR))))
    return [one for one in told if one.told_at <= START + HOURS * HOUR]


def _house(folder: Path, waybills: int) -> Services:
    services = assemble(load_settings({"PANDAN_HOME": str(folder / "home")}))
    services.clock = _Clock()  # type: ignore[assignment]
    upgrade(services.database)
    document = orjson.loads((SHIPPED / "apparel-default.json").read_bytes()) | {"escalation": [RULE]}
    order = Order("1", "tb", "taobao", "paid", [Line("1", "A", 1)], created_at=START, paid_at=START)
    document_of_order, personal = encode(order)
    with writing(services.database) as db:
        publish(db, document, author="bench", note="", now=START)
        db.execute(insert(t.shops).values(code="tb", name="tb", platform="taobao", created_at=START))
        rows = [
            {
                "id": number, "shop_id": 1, "tid": str(number), "state": "paid", "outcome": "allocated",
                "created_at": START, "doc": document_of_order, "decided_at": START, "picked_at": START,
                "personal": services.sealer.seal(personal, f"order:{number}"),
            }
            for number in range(1, waybills + 1)
        ]  # fmt: skip
        db.execute(insert(t.orders), rows)
        sent = [
            {
                "id": number, "parcel_id": number, "order_id": number, "warehouse_id": 1, "carrier": "SF",
                "waybill": f"SF{number:08}", "open_key": f"SF:SF{number:08}", "shipped_by": "bench",
                "shipped_at": START, "tracked_at": START,
            }
            for number in range(1, waybills + 1)
        ]  # fmt: skip
        db.execute(insert(t.shipments), sent)
        set_for_waybills(db, range(1, waybills + 1), now=START)
    return services


def _live(services: Services, told: list[Told], chance: random.Random, kills: float) -> dict[str, int]:
    """Let the days pass; what became of the events, and how many timers were killed in the middle."""
    clock: Any = services.clock
    counted: Counter[str] = Counter()
    waiting = iter([*told, None])
    coming = next(waiting)
    for stroke in strokes():
        clock.at = stroke
        batch: list[Told] = []
        while coming is not None and coming.told_at <= stroke:
            batch.append(coming)
            coming = next(waiting)
        for place in range(0, len(batch), _AT_ONCE):
            counted.update(_tell(services, batch[place : place + _AT_ONCE]))
        counted["killed"] += _strike(services, chance, kills)
        counted["strokes"] += 1
    return {
        "strokes": counted["strokes"], "events": len(told), "late": counted["late"], "repeated": counted["repeated"],
        "killed": counted["killed"],
    }  # fmt: skip


def _tell(services: Services, batch: list[Told]) -> list[str]:
    seen = [Sighting(f"SF{one.waybill:08}", one.kind, one.at) for one in batch]
    with writing(services.database) as db:
        return record(db, 1, seen, now=services.clock.now())


def _strike(services: Services, chance: random.Random, kills: float) -> int:
    """Fire what is due: now and then in two processes at once, or in one that is killed; how many were killed."""
    killed = 0
    fate = chance.random()
    if fate < kills / 3:
        pids = [_fork(services) for _ in range(2)]
        for pid in pids:
            os.waitpid(pid, 0)
    elif fate < kills * 4 / 3:
        pid = _fork(services)
        time.sleep(chance.uniform(0.001, 0.03))
        os.kill(pid, signal.SIGKILL)
        killed += os.WIFSIGNALED(os.waitpid(pid, 0)[1])
    fire_all(services)
    return killed


def _fork(services: Services) -> int:
    services.database.dispose()
    pid = os.fork()
    if not pid:
        try:
            fire_all(services)
        finally:
            os._exit(0)
    return pid


def _found(services: Services) -> dict[int, Outcome]:
    """What the timers did, by waybill (its number is its order's)."""
    found: dict[int, Outcome] = defaultdict(Outcome)
    with reading(services.database) as db:
        for row in db.execute(text("SELECT order_id, details, open_key FROM tasks ORDER BY id")):
            steps = tuple((at, do) for at, do, _ in orjson.loads(row.details)["climbed"])
            found[row.order_id].tasks.append((steps, row.open_key is not None))
        for row in db.execute(text("SELECT body FROM outbox WHERE topic = 'webhook'")):
            found[orjson.loads(row.body)["order_id"]].webhooks += 1
    return found


def _naive(waybills: int, told: list[Told]) -> dict[int, Outcome]:
    """The same days without timers: every waybill is looked at whenever the clock strikes."""
    by_waybill: dict[int, list[Told]] = defaultdict(list)
    for one in told:
        by_waybill[one.waybill].append(one)
    times = strokes()
    return {number: _naive_one(by_waybill[number], times) for number in range(1, waybills + 1)}


def _naive_one(told: list[Told], times: list[int]) -> Outcome:
    outcome, newest, signed, heard = Outcome(), START, False, 0
    climbed: list[tuple[int, str]] = []
    last, steps = 0, 0
    for now in times:
        while heard < len(told) and told[heard].told_at <= now:
            one = told[heard]
            heard += 1
            signed = signed or one.kind == "signed"
            if one.at > newest or signed:
                newest = max(newest, one.at)
                _close(outcome, climbed)
                climbed, steps = [], 0
        while not signed and steps < len(LADDER):
            do, after = LADDER[steps]
            if now < (newest + SILENCE * HOUR if not steps else last + after * HOUR):
                break
            steps, last = steps + 1, now
            if do == "webhook":
                outcome.webhooks += 1
            else:
                climbed.append((now, do))
    if climbed:
        outcome.tasks.append((tuple(climbed), True))
    return outcome


def _close(outcome: Outcome, climbed: list[tuple[int, str]]) -> None:
    if climbed:
        outcome.tasks.append((tuple(climbed), False))
