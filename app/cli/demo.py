"""The demo: simulated shops whose orders trickle in, removed in one step."""

from __future__ import annotations

import random
import time

import click
import orjson

from app.bootstrap import Services, assemble
from app.cli.output import choose
from app.domain.errors import Unavailable
from app.persistence.database import reading, writing
from app.persistence.demo import is_new, is_there, put_in
from app.persistence.demo_removal import take_out
from connectors.sandbox import PLATFORMS, SKUS, Sandbox

_PAUSE_SECONDS = (0.3, 1.2)
_REPEATED = 0.08


def ensure(services: Services, *, only_when_new: bool) -> None:
    """Put the demo in where it is not yet; with `only_when_new` only into a database nobody has used."""
    with writing(services.database) as db:
        wanted = is_new(db) if only_when_new else not is_there(db)
        if wanted:
            put_in(db, PLATFORMS, SKUS, now=services.clock.now())


@click.group()
def demo() -> None:
    """Simulated shops. 演示数据。"""


@demo.command()
def trickle() -> None:
    """Send simulated orders until stopped, or until the demo is removed. 模拟订单。"""
    services = assemble()
    seed = services.clock.now()
    sandbox, chance = Sandbox(seed), random.Random(seed)  # noqa: S311
    last: tuple[str, bytes] | None = None
    while True:
        time.sleep(chance.uniform(*_PAUSE_SECONDS))
        with reading(services.database) as db:
            if not is_there(db):
                time.sleep(5)
                continue
        if last is None or chance.random() > _REPEATED:
            platform = chance.choice(PLATFORMS)
            last = (f"demo-{platform}", orjson.dumps(sandbox.order(platform, services.clock.now())))
        try:
            services.stream.append(last[0], [last[1]], at=services.clock.now())
        except Unavailable:
            time.sleep(1)


@demo.command()
def remove() -> None:
    """Remove everything the demo brought. 一步清除演示数据。"""
    services = assemble()
    with writing(services.database) as db:
        count = take_out(db, now=services.clock.now())
    click.echo(choose(f"演示数据已清除（{count} 个订单）。", f"The demo is gone ({count} orders)."))


COMMANDS: list[click.Command] = [demo]
