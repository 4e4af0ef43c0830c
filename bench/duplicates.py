"""Suspected duplicates on a made-up day: 50,000 orders of five platforms through the line, 2,000 of them planted.

`python -m bench duplicates`. Planted repeats come the way real ones do: in one shop and across platforms, with
tokens, plain and masked phones, up to the very edge of the window. Among the others are buyers who mean it: the same
goods after the window, other goods within it, and members of one household. `acts` are the orders that the line held
of itself, `asks` those it put a question about.
"""

from __future__ import annotations

import random
import subprocess
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import orjson
from redis import RedisError
from sqlalchemy import text

from app.bootstrap import Services, assemble
from app.cli.supervise import valkey
from app.domain.goods import Sku
from app.jobs.pump import Pump
from app.persistence import demo
from app.persistence.database import reading, writing
from app.persistence.goods import set_skus
from app.persistence.migrate import upgrade
from app.persistence.packs import LivePack, publish_shipped
from app.persistence.stock import StockCount, set_stock
from app.settings import load_settings
from bench.places import busy_places
from bench.site import wait_until
from connectors.sandbox import PLATFORMS, Payload, Sandbox

_SHARE_PLANTED = 0.04
_WINDOW_SECONDS = 180
_DAY_SECONDS = 86_400
_NOW = 1_784_109_600
_SKUS = tuple((f"SKU-{n:03}", f"商品 {n}", 5_000 + 100 * n) for n in range(200))
_Lines = tuple[tuple[str, str, int, int], ...]


@dataclass(frozen=True, slots=True)
class Purchase:
    """One order to come: who buys what, where and when. `repeats` names the purchase it was planted to repeat."""

    number: int
    platform: str
    phone: str
    place: tuple[str, str, str]
    lines: _Lines
    at: int
    kind: str = "plain"
    repeats: int | None = None


class Shops(Sandbox):
    """Words a purchase as its platform does, for a given phone."""

    def word(self, purchase: Purchase) -> Payload:
        """The platform's payload."""
        self._now_calling = purchase.phone
        make = getattr(self, f"_{purchase.platform}")
        payload: Payload = make(_number(purchase), purchase.at, list(purchase.lines), purchase.place)
        return payload

    def _phone(self) -> str:
        return self._now_calling


def run(orders: int = 50_000, seed: int = 11) -> dict[str, Any]:
    """Precision, recall and needless questions over `orders` orders, 4 % of them planted repeats."""
    day = make_day(orders, seed)
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        server = subprocess.Popen(valkey.command(Path(folder)), stdout=subprocess.DEVNULL)
        try:
            services = assemble(load_settings({"PANDAN_HOME": folder, "PANDAN_BACKLOG_LIMIT": "10000000"}))
            _prepare(services)
            seconds = _decide(services, day, seed)
            found = _found(services)
            services.database.dispose()
        finally:
            server.kill()
            server.wait()
    return judge(day, found) | {"seconds": round(seconds, 1)}


def judge(day: list[Purchase], found: dict[str, str]) -> dict[str, Any]:
    """The figures; `found` says of each suspected order whether the line `acts` or `asks`."""
    planted = {_key(one): one for one in day if one.repeats is not None}
    acts = {key for key, how in found.items() if how == "acts"}
    asks = found.keys() - acts
    missed = Counter(one.kind for key, one in planted.items() if key not in found)
    return {
        "orders": len(day),
        "planted": len(planted),
        "acts": len(acts),
        "asks": len(asks),
        "precision_of_acts": round(len(acts & planted.keys()) / max(1, len(acts)), 4),
        "recall": round(len(found.keys() & planted.keys()) / max(1, len(planted)), 4),
        "needless_questions_per_1000": round(1000 * len(asks - planted.keys()) / len(day), 2),
        "missed": dict(sorted(missed.items())),
    }


def make_day(orders: int, seed: int) -> list[Purchase]:
    """A day's purchases in order of creation; the same seed makes the same day."""
    chance = random.Random(seed)
    planted = round(orders * _SHARE_PLANTED)
    echoes = [_meant_again] * (planted * 2) + [_repeated] * planted
    chance.shuffle(echoes)
    firsts = [_first(number, chance) for number in range(orders - len(echoes))]
    chosen = chance.sample(firsts, len(echoes))
    later = [echo(one, len(firsts) + n, chance) for n, (echo, one) in enumerate(zip(echoes, chosen, strict=True))]
    return sorted([*firsts, *later], key=lambda one: (one.at, one.number))


def _first(number: int, chance: random.Random) -> Purchase:
    phone = f"1{chance.choice('3578')}{chance.randrange(10**9):09}"
    place = chance.choices(*busy_places())[0]
    # Half of the day's orders fall into its two best hours, as when somebody sells live.
    at = chance.randrange(_DAY_SECONDS) if chance.random() < 0.5 else chance.randrange(20 * 3600, 22 * 3600)
    lines = tuple((*sku, chance.choice((1, 1, 1, 2))) for sku in _basket(chance))
    return Purchase(number, chance.choice(PLATFORMS), phone, place, lines, _NOW - _DAY_SECONDS + at)


def _basket(chance: random.Random) -> list[tuple[str, str, int]]:
    wanted = chance.choice((1, 1, 1, 2, 2, 3))
    basket: dict[str, tuple[str, str, int]] = {}
    while len(basket) < wanted:
        # The best seller goes sixty times as often as the fiftieth.
        sku = _SKUS[min(int(chance.paretovariate(1.0)) - 1, len(_SKUS) - 1)]
        basket[sku[0]] = sku
    return list(basket.values())


def _repeated(one: Purchase, number: int, chance: random.Random) -> Purchase:
    """The same purchase sent twice: by a double click, or once more on another platform."""
    edge = chance.random() < 0.1
    after = _WINDOW_SECONDS if edge else chance.randrange(1, _WINDOW_SECONDS)
    platform = one.platform if chance.random() < 0.5 else chance.choice(PLATFORMS)
    lines = tuple((*line[:3], chance.choice((line[3], 1))) for line in one.lines)
    kind = f"{one.platform} → {platform}" + (" at the edge" if edge else "")
    return replace(one, number=number, platform=platform, lines=lines, at=one.at + after, kind=kind, repeats=one.number)


def _meant_again(one: Purchase, number: int, chance: random.Random) -> Purchase:
    """A purchase of its own that looks like one before."""
    how = chance.choice(("after the window", "other goods", "household"))
    if how == "after the window":
        after = _WINDOW_SECONDS + 1 if chance.random() < 0.1 else chance.randrange(_WINDOW_SECONDS + 1, 36_000)
        return replace(one, number=number, at=one.at + after, kind=how)
    if how == "household":
        phone = f"1{chance.choice('3578')}{chance.randrange(10**9):09}"
        return replace(one, number=number, phone=phone, at=one.at + chance.randrange(1, _WINDOW_SECONDS), kind=how)
    had = {line[0] for line in one.lines}
    other = chance.choice([sku for sku in _SKUS if sku[0] not in had])
    return replace(one, number=number, lines=((*other, 1),), at=one.at + chance.randrange(1, 120), kind=how)


def _prepare(services: Services) -> None:
    wait_until(lambda: _answers(services), 30, "the queue server")
    upgrade(services.database)
    publish_shipped(services.database, now=_NOW)
    with writing(services.database) as db:
        demo.put_in(db, PLATFORMS, _SKUS[:1], now=_NOW)
        set_skus(db, [Sku(code, name, 400, price // 2) for code, name, price in _SKUS])
        codes = ("DEMO-HZ", "DEMO-GZ", "DEMO-TJ")
        counts = [StockCount(code, sku, 10_000_000) for code in codes for sku, _, _ in _SKUS]
        set_stock(db, counts, doc="bench", now=_NOW)


def _answers(services: Services) -> bool:
    try:
        return bool(services.redis.ping())
    except RedisError:
        return False


def _decide(services: Services, day: list[Purchase], seed: int) -> float:
    """Send the day as polling brings it, some orders minutes late, and decide it; seconds that deciding took."""
    shops, chance = Shops(seed), random.Random(seed)
    arrivals = sorted(day, key=lambda one: one.at + chance.choice((0, 0, 0, 60, 300)))
    for one in arrivals:
        body = orjson.dumps(shops.word(one))
        services.stream.append(f"demo-{one.platform}", [body], at=_NOW)
    started = time.perf_counter()
    pump = Pump(services, "bench", LivePack(), block_ms=1)
    pump.live.refresh(services.database)
    pump.drain(3_600, until_empty=True)
    return time.perf_counter() - started


def _found(services: Services) -> dict[str, str]:
    with reading(services.database) as db:
        rows = db.execute(
            text(
                "SELECT s.code, o.tid, d.record FROM orders o JOIN shops s ON s.id = o.shop_id "
                "JOIN decisions d ON d.order_id = o.id AND d.seq = o.decision_seq WHERE o.anchor_id IS NOT NULL"
            )
        ).all()
    told = {f"{row.code}:{row.tid}": orjson.loads(row.record)["decision"]["rules"] for row in rows}
    return {key: "acts" if "duplicates/strong" in rules else "asks" for key, rules in told.items()}


def _number(purchase: Purchase) -> str:
    return str(10**12 + purchase.number)


def _key(purchase: Purchase) -> str:
    before = {"pdd": "26-", "doudian": "69", "wechat_store": "37"}.get(purchase.platform, "")
    return f"demo-{purchase.platform}:{before}{_number(purchase)}"
