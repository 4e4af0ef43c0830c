"""Building rules beside a long past: what an edit costs at the server, and how soon the hits of every rule are new.

A house that decided 100,000 orders through the line, and a draft of 200 rules. Edits are posted to the web application
as the pages post them, while the orders are still being read and after, and in the editors of escalation, watches and
windows; after every one its page's counts or picture are asked for. `load` is the machine's, of one minute, before.
"""

from __future__ import annotations

import copy
import os
import random
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from app.bootstrap import Services, assemble
from app.cli.supervise import valkey
from app.domain.provinces import PROVINCES
from app.persistence import drafts
from app.persistence.database import writing
from app.persistence.packs import live_version, read_version
from app.persistence.people import add_user
from app.settings import load_settings
from app.web.factory import served_app
from bench import configurator_editors as editors
from bench import pipeline
from bench.supervisor import PASSWORD, Form, Supervisor, spread

_RULES = "rules/allocation"
_READ_SECONDS = 300


def run(orders: int = 100_000, rules: int = 200, edits: int = 200) -> dict[str, Any]:
    """Milliseconds of edits and of counting, with so many rules and past orders."""
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        environment = {"PANDAN_HOME": folder, "PANDAN_BACKLOG_LIMIT": "10000000"}
        server = subprocess.Popen(valkey.command(Path(folder)), stdout=subprocess.DEVNULL)
        try:
            services = assemble(load_settings(environment))
            pipeline.prepare(services, orders)
            pipeline.drain(services, environment)
            return {"orders": orders, "rules": rules, **measured(services, rules, edits)}
        finally:
            server.kill()
            server.wait()


def measured(services: Services, rules: int, edits: int) -> dict[str, Any]:
    """The same in a house that has its orders."""
    load = round(os.getloadavg()[0], 1)
    by = _supervisor(services, rules)
    return {
        "load": load, **_rules_edited(by, edits), "escalation": editors.escalation(by, edits // 2),
        "watches": editors.watches(by, edits // 2), "windows": editors.windows(by, edits // 2),
    }  # fmt: skip


def _supervisor(services: Services, rules: int) -> Supervisor:
    now = services.clock.now()
    with writing(services.database) as db:
        add_user(db, "lead", PASSWORD, "supervisor", now=now)
        number = live_version(db)
        document = _with_rules(read_version(db, number or 0).document, rules)
        draft = drafts.start(db, document, number or 0, title="bench", owner="lead", now=now)
    app = served_app(services)
    app.config["WTF_CSRF_ENABLED"] = False
    return Supervisor(services, app, draft)


def _rules_edited(by: Supervisor, edits: int) -> dict[str, Any]:
    """Edits while the orders are read, then as many again."""
    deeds = _deeds(by, random.Random(1))
    started = time.monotonic()
    page, _ = by.get(_RULES, part="", rule="r1")
    first, whole = _hits(by)
    while_reading: list[float] = []
    while not whole and time.monotonic() - started < _READ_SECONDS:
        while_reading.append(_edit(by, *next(deeds)))
        whole = _hits(by)[1]
    read_seconds = time.monotonic() - started
    again, counts = [], []
    for _ in range(edits):
        again.append(_edit(by, *next(deeds)))
        counts.append(_hits(by)[0])
    return {
        "page_ms": round(page), "first_hits_ms": round(first), "all_read_seconds": round(read_seconds, 1),
        "edit_while_reading": spread(while_reading), "edit": spread(again), "hits": spread(counts[1:]),
        "hits_first_time_ms": round(counts[0]),
    }  # fmt: skip


def _edit(by: Supervisor, action: str, form: Form) -> float:
    return by.edit(_RULES, action, form, part="bench-panel")


def _hits(by: Supervisor) -> tuple[float, bool]:
    """Milliseconds until the hits were counted, and whether on all orders."""
    spent, said = by.get(f"{_RULES}/hits", part="bench-panel", rule="r1")
    return spent, "hits-more-" not in said


def _deeds(by: Supervisor, chance: random.Random) -> Iterator[tuple[str, Form]]:
    """What a person does to rules, again and again: mostly values, sometimes the rest."""
    while True:
        many = len(by.document()["allocation"]["rules"])
        for place in chance.sample(range(many - 1), 20):
            rule = by.document()["allocation"]["rules"][place]
            path = f"allocation/rules/{place}"
            yield "value", {"rule": rule["id"], "path": f"{path}/when/all/0", "value": str(chance.randint(10, 900))}
            yield "move-rule", {"rule": rule["id"], "by": "1" if place == 0 else "-1"}
            yield "undo", {"rule": rule["id"]}
            yield "mute-rule", {"rule": rule["id"]}
            yield "add-part", {"rule": rule["id"], "path": f"{path}/when", "field": "order.urgent"}
            yield "title", {"rule": rule["id"], "title-zh": f"改过{place}", "title-en": f"Changed {place}"}


def _with_rules(document: dict[str, Any], many: int) -> dict[str, Any]:
    """The document with so many allocation rules of every kind of condition, before its last row."""
    last = document["allocation"]["rules"][-1]
    made = [_rule(number) for number in range(many - 1)]
    return {**copy.deepcopy(document), "allocation": {**document["allocation"], "rules": [*made, last]}}


def _rule(number: int) -> dict[str, Any]:
    provinces = [PROVINCES[(number + step) % len(PROVINCES)] for step in range(3)]
    asked: list[Any] = [
        {"field": "order.paid", "op": ">=", "value": 100 * (number % 97)},
        {"field": "order.province", "op": "in", "value": provinces},
    ]
    more: list[Any] = [
        {"any_warehouse": {"all": [{"field": "warehouse.km_to_buyer", "op": "<", "value": 100 + number}]}},
        {"any_line": {"all": [{"field": "line.quantity", "op": ">=", "value": 1 + number % 4}]}},
        {"any": [{"field": "order.seller_memo", "op": "contains", "value": "急"}, {"field": "order.urgent", "op": "is",
                                                                               "value": True}]},
        {"field": "target.covers_order", "op": "is", "value": number % 2 == 0},
    ]  # fmt: skip
    title = {"zh": f"规则 {number}", "en": f"Rule {number}"}
    then = [{"do": "reserve", "at": "nearest"}] if number % 3 else [{"do": "backorder"}]
    return {"id": f"r{number}", "title": title, "when": {"all": [*asked, more[number % 4]]}, "then": then}
