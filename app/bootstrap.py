"""The one hand that joins: settings in, services out. Nothing connects before its first use."""

from __future__ import annotations

import time
from dataclasses import dataclass

import redis
from sqlalchemy import Engine

from app.domain.errors import Unavailable
from app.persistence.database import connect, reading
from app.persistence.order_rows import content
from app.persistence.packs import LivePack
from app.persistence.places import load_shops
from app.persistence.sealing import Sealer, load_sealer
from app.processing.batch import Line, Shop
from app.queue.connection import intake_client, worker_client
from app.queue.stream import RedisStream
from app.settings import Settings, load_settings


class SystemClock:
    """The machine's time."""

    def now(self) -> int:
        """Epoch seconds, UTC."""
        return int(time.time())


@dataclass(slots=True)
class Services:
    """Everything a door needs. `stream` writes without repeats; `redis` is for workers and look-ups."""

    settings: Settings
    clock: SystemClock
    database: Engine
    sealer: Sealer
    stream: RedisStream
    redis: redis.Redis


def line_of(services: Services, live: LivePack) -> Line:
    """What batches share now: shops, the live pack and the keys. Raises `Unavailable` without a pack."""
    loaded = live.refresh(services.database, now=services.clock.now())
    if loaded is None:
        raise Unavailable("pack-missing")
    with reading(services.database) as db:
        shops = {code: Shop(shop_id, code, platform) for shop_id, code, platform in load_shops(db)}
    sealer = services.sealer
    return Line(shops, loaded.pack, loaded.version, sealer.hasher, lambda order: sealer.fingerprint(content(order)))


def assemble(settings: Settings | None = None) -> Services:
    """The services for these settings (from the environment when none are given)."""
    settings = settings or load_settings()
    settings.home.mkdir(parents=True, exist_ok=True, mode=0o700)
    return Services(
        settings=settings,
        clock=SystemClock(),
        database=connect(settings.database_url),
        sealer=load_sealer(settings.home),
        stream=RedisStream(intake_client(settings.redis_url), settings.backlog_limit),
        redis=worker_client(settings.redis_url),
    )
