"""The order API over a real socket: single orders at 32 connections, arrays of 200, and a bare route beside it.

`python -m bench.intake`: the web part and the queue server run as `pandan up` runs them (every write on disk before
its answer), keys, checks and receipts on, the backlog limit lifted and no pump. The load comes from a process of its
own on the same cores. The bare route takes turns with the API, so that both meet the same noise.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import orjson

from app.bootstrap import Services
from app.queue.stream import STREAM
from bench import bare
from bench.load import request
from bench.serving import SHOP, Served, queue_and_home, serving
from bench.site import Site
from connectors.sandbox import Sandbox

CONNECTIONS = 32
ARRAY = 200
_ROUNDS = 5
_SINGLES = 20_000
_KINDS = 4_000
"""Different orders that the load is made of; intake does not look whether it has seen one."""
_URL = f"/api/v1/shops/{SHOP}/orders"

Told = dict[str, Any]


def run(orders: int = 200_000) -> dict[str, Any]:
    """The contract's document for `pandan bench intake`; up to 20,000 single orders and `orders` in arrays of 200."""
    with tempfile.TemporaryDirectory(dir="/tmp") as name:
        folder = Path(name)
        with queue_and_home(folder) as (site, services, key), serving(site, "app.web.wsgi:app", "/readyz") as api:
            beside = Site(folder)
            with serving(beside, "bench.bare:application()", "/ready") as peer:
                single = _single(api, peer, key, min(orders, _SINGLES), folder, services)
            array = _array(api, key, orders, folder, services)
        return {"single": single, "array": array, "connections": CONNECTIONS}


def _single(api: Served, peer: Served, key: str, orders: int, folder: Path, services: Services) -> dict[str, Any]:
    each = max(CONNECTIONS, orders // _ROUNDS)
    bodies = [orjson.dumps(order) for order in _orders(each)]
    own, others = ([request(path, key, body) for body in bodies] for path in (_URL, "/orders"))
    _warm(api, own)
    _warm(peer, others)
    told: list[Told] = []
    bare_told: list[Told] = []
    for turn in range(_ROUNDS):
        pair = [(api, own, told), (peer, others, bare_told)]
        for served, messages, kept in pair if turn % 2 else reversed(pair):
            kept.append(_accepted(served.load(messages, CONNECTIONS, folder), len(messages)))
        services.redis.delete(STREAM, bare.STREAM)
    mine, bares = ([each / one["seconds"] for one in kept] for kept in (told, bare_told))
    return {
        "requests_per_second": round(statistics.median(mine)),
        "p50_ms": round(statistics.median(one["p50_ms"] for one in told), 1),
        "p99_ms": round(statistics.median(one["p99_ms"] for one in told), 1),
        "cpu_ms_per_request": _cpu_ms(told, each),
        "bare_route_requests_per_second": round(statistics.median(bares)),
        "bare_route_cpu_ms_per_request": _cpu_ms(bare_told, each),
        # Of neighbours in time: what slows the machine for a while slows both.
        "ratio": round(statistics.median(a / b for a, b in zip(mine, bares, strict=True)), 2),
    }


def _array(api: Served, key: str, orders: int, folder: Path, services: Services) -> dict[str, Any]:
    kinds = _orders(_KINDS)
    messages = [request(_URL, key, orjson.dumps(kinds[start : start + ARRAY])) for start in range(0, len(kinds), ARRAY)]
    requests = max(1, orders // ARRAY)
    repeat = -(-requests // len(messages))
    _warm(api, messages)
    services.redis.delete(STREAM)
    told = _accepted(api.load(messages, CONNECTIONS, folder, repeat), repeat * len(messages))
    sent = repeat * len(messages) * ARRAY
    if services.stream.pulse()[1] != sent:
        raise AssertionError("the stream does not hold what was accepted")
    return {
        "orders": sent,
        "orders_per_second": round(sent / told["seconds"]),
        "p50_ms": round(told["p50_ms"], 1),
        "p99_ms": round(told["p99_ms"], 1),
        "cpu_ms_per_1000_orders": round(told["cpu_seconds"] / sent * 1e6, 1),
    }


def _orders(count: int) -> list[Any]:
    sandbox, now = Sandbox(1), int(time.time())
    return [sandbox.order("taobao", now - count + n, mishaps=False) for n in range(count)]


def _warm(served: Served, messages: list[bytes]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        served.load(messages[:500], CONNECTIONS, Path(folder))


def _accepted(told: Told, requests: int) -> Told:
    """What was told. Raises `AssertionError` unless every request was answered 202."""
    if told["statuses"] != {"202": requests}:
        raise AssertionError(f"not all accepted: {told['statuses']}")
    return told


def _cpu_ms(told: list[Told], requests: int) -> float:
    spent: float = statistics.median(one["cpu_seconds"] for one in told)
    return round(spent / requests * 1000, 3)


if __name__ == "__main__":
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 200_000
    sys.stdout.write(orjson.dumps(run(count), option=orjson.OPT_INDENT_2).decode() + "\n")
