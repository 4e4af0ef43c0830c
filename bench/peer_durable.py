"""durable-rules on one table, in a process that its caller may kill: a plan from standard input, the result as JSON.

First match: an event, which the best-placed rule consumes. All matches: a fact in a context of its own, forgotten
after it. A rule that always holds stands last, so that no message goes unmatched (which may crash the library).
"""

from __future__ import annotations

import itertools
import os
import sys
from collections.abc import Callable
from typing import Any

import orjson
from durable import engine

from bench.timing import evaluations_per_second

_TAG = {"kind": "order"}


class Host(engine.Host):  # type: ignore[misc]
    """A host without the timer threads, which crash it."""

    def _run(self) -> None:
        return None


def _action(place: int, found: list[int]) -> Callable[[Any], None]:
    def act(_context: Any) -> None:
        found.append(place)

    return act


def _rules(rows: list[list[Any]], found: list[int]) -> dict[str, Any]:
    tests = [
        [_TAG, {"platform": platform}, {"province": province}, {"$gte": {"paid": paid}}, {"$lte": {"quantity": most}}]
        for platform, province, paid, most in rows
    ]
    return {
        f"r{place}": {"all": [{"m": {"$and": test}}], "run": _action(place, found), "pri": place}
        for place, test in enumerate([*tests, [_TAG, {"$ex": {"quantity": 1}}]])
    }


def main() -> None:
    """Plan: `{"rows", "mode", "facts", "seconds"}`; told: `{"per_second", "answers"}`, an answer for each fact."""
    plan = orjson.loads(sys.stdin.buffer.read())
    found: list[int] = []
    host = Host()
    host.register_rulesets({"table": _rules(plan["rows"], found)})
    number = itertools.count()

    def first(fact: dict[str, Any]) -> list[int]:
        found.clear()
        host.post("table", {**fact, **_TAG, "id": str(next(number))})
        return found

    def every(fact: dict[str, Any]) -> list[int]:
        found.clear()
        context = str(next(number))
        host.assert_fact("table", {**fact, **_TAG, "id": context, "sid": context})
        host.delete_state("table", context)
        return found

    ask = first if plan["mode"] == "first" else every
    answers = [list(ask(fact)) for fact in plan["facts"]]
    told = {"answers": answers, "per_second": evaluations_per_second(ask, plan["facts"], plan["seconds"])}
    sys.stdout.buffer.write(orjson.dumps(told))
    sys.stdout.flush()
    # The library's threads would keep the process alive.
    os._exit(0)


if __name__ == "__main__":
    main()
