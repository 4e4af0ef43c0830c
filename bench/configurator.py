"""Building rules beside a long past: what an edit costs at the server, and how soon the hits of every rule are new.

A house that decided 100,000 orders through the line, and a draft of 200 rules. Edits are posted to the web application
as the page posts them, while the orders are still being read and after; every one asks for the hits as the page does.
"""

from __future__ import annotations

import copy
import random
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient

from app.bootstrap import Services, assemble
from app.cli.supervise import valkey
from app.domain.provinces import PROVINCES
from app.persistence import drafts
from app.persistence.database import reading, writing
from app.persistence.packs import live_version, read_version
from app.persistence.people import add_user
from app.settings import load_settings
from app.web.factory import create_app
from bench import pipeline

Form = dict[str, Any]
_PART = {"HX-Request": "true", "HX-Target": "bench-panel"}
_PASSWORD = "a long enough phrase"
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
            return {"orders": orders, "rules": rules, **_Bench(services, rules).measured(edits)}
        finally:
            server.kill()
            server.wait()


class _Bench:
    """A supervisor at the configurator."""

    def __init__(self, services: Services, rules: int) -> None:
        self._services = services
        now = services.clock.now()
        with writing(services.database) as db:
            add_user(db, "lead", _PASSWORD, "supervisor", now=now)
            number = live_version(db)
            document = _with_rules(read_version(db, number or 0).document, rules)
            self._draft = drafts.start(db, document, number or 0, title="bench", owner="lead", now=now)
        app = create_app(services)
        app.config["WTF_CSRF_ENABLED"] = False
        self._client: FlaskClient = app.test_client()
        self._client.post("/login", data={"name": "lead", "password": _PASSWORD})
        self._revision = 1
        self._base = f"/rules/drafts/{self._draft}/rules/allocation"

    def measured(self, edits: int) -> dict[str, Any]:
        """Edits while the orders are read, then as many again."""
        deeds = self._deeds(random.Random(1))
        started = time.monotonic()
        page_ms = _milliseconds(lambda: self._client.get(f"{self._base}?rule=r1"))
        first, whole = self._hits()
        reading_edits: list[float] = []
        while not whole and time.monotonic() - started < _READ_SECONDS:
            reading_edits.append(self._edit(*next(deeds)))
            whole = self._hits()[1]
        read_seconds = time.monotonic() - started
        again, counts = [], []
        for _ in range(edits):
            again.append(self._edit(*next(deeds)))
            counts.append(self._hits()[0])
        return {
            "page_ms": round(page_ms), "first_hits_ms": round(first), "all_read_seconds": round(read_seconds, 1),
            "edit_while_reading": _spread(reading_edits), "edit": _spread(again), "hits": _spread(counts[1:]),
            "hits_first_time_ms": round(counts[0]),
        }  # fmt: skip

    def _edit(self, action: str, form: Form) -> float:
        def post() -> None:
            answer = self._client.post(
                f"{self._base}/{action}", data={"revision": self._revision, **form}, headers=_PART
            )
            if answer.status_code != 200:
                raise AssertionError((action, form, answer.status_code))

        spent = _milliseconds(post)
        with reading(self._services.database) as db:
            # An edit that happens to change nothing makes no new revision.
            self._revision = drafts.read_draft(db, self._draft).revision
        return spent

    def _hits(self) -> tuple[float, bool]:
        """Milliseconds until the hits were counted, and whether on all orders."""
        said: list[str] = []
        asked = {"rule": "r1"}
        spent = _milliseconds(
            lambda: said.append(self._client.get(f"{self._base}/hits", query_string=asked, headers=_PART).text)
        )
        return spent, "hits-more-" not in said[0]

    def _deeds(self, chance: random.Random) -> Iterator[tuple[str, Form]]:
        """What a person does to rules, again and again: mostly values, sometimes the rest."""
        while True:
            for place in chance.sample(range(len(self._rules()) - 1), 20):
                rule = self._rules()[place]
                path = f"allocation/rules/{place}"
                yield "value", {"rule": rule["id"], "path": f"{path}/when/all/0", "value": str(chance.randint(10, 900))}
                yield "move-rule", {"rule": rule["id"], "by": "1" if place == 0 else "-1"}
                yield "undo", {"rule": rule["id"]}
                yield "mute-rule", {"rule": rule["id"]}
                yield "add-part", {"rule": rule["id"], "path": f"{path}/when", "field": "order.urgent"}
                yield "title", {"rule": rule["id"], "title-zh": f"改过{place}", "title-en": f"Changed {place}"}

    def _rules(self) -> list[dict[str, Any]]:
        with reading(self._services.database) as db:
            listed: list[dict[str, Any]] = drafts.read_draft(db, self._draft).document["allocation"]["rules"]
        return listed


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


def _milliseconds(do: Any) -> float:
    started = time.perf_counter()
    do()
    return 1_000 * (time.perf_counter() - started)


def _spread(each: list[float]) -> dict[str, int]:
    ranked = sorted(each) or [0.0]
    return {
        "times": len(each), "p50_ms": round(ranked[len(ranked) // 2]),
        "p95_ms": round(ranked[min(int(len(ranked) * 0.95), len(ranked) - 1)]), "most_ms": round(ranked[-1]),
    }  # fmt: skip
