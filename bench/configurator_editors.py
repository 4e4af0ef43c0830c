"""Edits in the editors of escalation, watches and windows, each with what its page asks for after the edit."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Iterator
from typing import Any

from app.web.configurator.window_deeds import STEPS
from bench.supervisor import Form, Supervisor, spread

_HOURS = 60
Deeds = Iterator[tuple[str, str, Form]]
"""Action, rule, form."""


def escalation(by: Supervisor, edits: int) -> dict[str, Any]:
    """Waits, steps and conditions; after each how many would have climbed how far."""
    return _alarms(by, "escalation", _escalation_deeds(by, random.Random(2)), edits)


def watches(by: Supervisor, edits: int) -> dict[str, Any]:
    """Windows and thresholds; after each how often it would have fired."""
    return _alarms(by, "watches", _watch_deeds(by, random.Random(3)), edits)


def windows(by: Supervisor, edits: int) -> dict[str, Any]:
    """The duplicate window. While the picture of all orders is drawn, the next edit is made already."""
    editor, chance = "windows/duplicates", random.Random(4)
    first, text = by.get(f"{editor}/found")
    whole = _Whole(by, editor)
    whole.follow(text)
    whole.wait()
    by.edit(editor, "goods", {"skus": "any"})
    any_goods, text = by.get(f"{editor}/found")
    whole.follow(text)
    whole.wait()
    spent, pictures = [], []
    for action, form in _window_deeds(chance, edits):
        spent.append(by.edit(editor, action, form))
        picture, text = by.get(f"{editor}/found")
        pictures.append(picture)
        whole.follow(text)
    whole.wait()
    return {
        "first_picture_ms": round(first), "first_picture_any_goods_ms": round(any_goods), "edit": spread(spent),
        "picture": spread(pictures), "whole_picture": spread(whole.spent),
    }  # fmt: skip


def _alarms(by: Supervisor, section: str, deeds: Deeds, edits: int) -> dict[str, Any]:
    editor = f"alarms/{section}"
    spent, counts = [], []
    for _ in range(edits):
        action, rule, form = next(deeds)
        spent.append(by.edit(editor, action, {"rule": rule, **form}))
        counts.append(by.get(f"{editor}/counts", rule=rule)[0])
    return {"edit": spread(spent), "counts": spread(counts)}


def _escalation_deeds(by: Supervisor, chance: random.Random) -> Deeds:
    while True:
        for place, rule in enumerate(by.document()["escalation"]):
            name, path = rule["id"], f"escalation/{place}"
            hours = {"part": "hours", "value": str(chance.randint(1, _HOURS))}
            yield "part", name, {"path": f"{path}/on", **hours}
            yield "condition", name, {}
            yield "add-part", name, {"path": f"{path}/when", "field": "order.paid"}
            yield "value", name, {"path": f"{path}/when/all/0", "value": str(chance.randint(10, 900))}
            yield "add-step", name, {"do": "remind"}
            yield "undo", name, {}
            yield "condition", name, {}
            yield "title", name, {"title-zh": f"改过{chance.random()}", "title-en": "Changed"}


def _watch_deeds(by: Supervisor, chance: random.Random) -> Deeds:
    numbers = {"burst": "units", "price-gap": "percent", "repeat": "times"}
    while True:
        for place, watch in enumerate(by.document()["watches"]):
            name, path, number = watch["id"], f"watches/{place}", numbers[watch["kind"]]
            span = {"part": "window_seconds", "value": str(chance.randint(5, 90)), "unit": "minute"}
            yield "part", name, {"path": path, **span}
            yield "part", name, {"path": path, "part": number, "value": str(chance.randint(5, 90))}
            yield "undo", name, {}
            yield "title", name, {"title-zh": f"改过{chance.random()}", "title-en": "Changed"}


def _window_deeds(chance: random.Random, edits: int) -> Iterator[tuple[str, Form]]:
    for number in range(edits):
        kind = number % 10
        if kind == 0:
            yield "goods", {"skus": ("same_set", "any")[number // 10 % 2]}
        elif kind == 4:
            yield "action", {"strength": "weak", "value": ("hold", "ask")[number // 10 % 2]}
        elif kind == 7:
            yield "undo", {}
        else:
            yield "step", {"step": str(chance.randrange(len(STEPS)))}


class _Whole:
    """Asks for the picture of all orders as the page does, beside whatever comes next."""

    def __init__(self, by: Supervisor, editor: str) -> None:
        self._by, self._client, self._path = by, by.browser(), by.address(f"{editor}/found")
        self._asking: list[threading.Thread] = []
        self.spent: list[float] = []

    def follow(self, text: str) -> None:
        """Ask for it when a picture says that it follows."""
        if "found-more-" in text and not any(one.is_alive() for one in self._asking):
            self._asking = [threading.Thread(target=self._ask, args=(self._by.revision,))]
            self._asking[0].start()

    def wait(self) -> None:
        """Until it is there."""
        for one in self._asking:
            one.join()

    def _ask(self, revision: int) -> None:
        started = time.perf_counter()
        self._client.get(self._path, query_string={"whole": str(revision)}, headers={"HX-Request": "true"})
        self.spent.append(1_000 * (time.perf_counter() - started))
