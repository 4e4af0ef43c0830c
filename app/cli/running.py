"""Commands that run parts of the program."""

from __future__ import annotations

import logging
import os
import signal
import socket
import sys
import threading
import time
from dataclasses import replace

import click
import redis

from app.bootstrap import Services, assemble
from app.cli import demo
from app.cli.output import choose
from app.cli.safekeeping import swap
from app.cli.supervise import gunicorn, homelock, valkey
from app.cli.supervise.supervisor import Supervisor, children_environment
from app.domain.errors import Refused
from app.jobs.timer import run_timer
from app.jobs.worker import NAMES, run_worker
from app.persistence.database import reading, writing
from app.persistence.demo import is_there
from app.persistence.migrate import upgrade
from app.persistence.packs import publish_shipped
from app.persistence.people import issue_setup_token
from app.queue.durability import durability_problem
from app.settings import load_settings

_READY_SECONDS = 30.0


@click.command()
@click.option("--host")
@click.option("--port", type=int)
@click.option("--workers", type=int, default=1, help="Pump processes.")
@click.option("--demo", "with_demo", is_flag=True, help="Simulated shops and a live trickle of orders.")
@click.option("--demo-when-new", is_flag=True, help="The same, when the database is new.")
def up(host: str | None, port: int | None, workers: int, with_demo: bool, demo_when_new: bool) -> None:
    """Start everything; restart what dies; Ctrl-C stops. 启动全部。"""
    settings = load_settings()
    settings = replace(settings, host=host or settings.host, port=port or settings.port)
    lock = homelock.take(settings.home)
    swap.finish(settings.home)
    services = assemble(settings)
    extra = {"PANDAN_HOME": str(settings.home), "HOST": settings.host, "PORT": str(settings.port)}
    supervisor = Supervisor(children_environment(extra), lock)
    supervisor.handle_signals()
    try:
        if settings.embedded_queue:
            supervisor.add("queue", valkey.command(settings.home))
        _wait_for_queue(supervisor, services)
        upgrade(services.database)
        publish_shipped(services.database, now=services.clock.now())
        if with_demo or demo_when_new:
            demo.ensure(services, only_when_new=not with_demo)
        trickles = _has_demo(services)
        services.database.dispose()
        _start_parts(supervisor, workers, trickles=trickles)
        supervisor.wait_until(lambda: _listening(settings.host, settings.port), _READY_SECONDS)
        click.echo(
            choose(
                f"pandan 已启动：http://{settings.host}:{settings.port}",
                f"pandan runs at http://{settings.host}:{settings.port}",
            )
        )
        _print_setup_link(services)
        supervisor.run()
    finally:
        supervisor.stop()


def _print_setup_link(services: Services) -> None:
    with writing(services.database) as db_:
        token = issue_setup_token(db_)
    services.database.dispose()
    if token:
        link = f"http://{services.settings.host}:{services.settings.port}/setup?token={token}"
        click.echo(
            choose(f"请打开这个一次性链接设置管理员：{link}", f"Set the administrator's password once here: {link}")
        )


def _listening(host: str, port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(0.2)
        return probe.connect_ex((host, port)) == 0


def _wait_for_queue(supervisor: Supervisor, services: Services) -> None:
    def answers() -> bool:
        try:
            return bool(services.redis.ping())
        except redis.RedisError:
            return False

    if not supervisor.wait_until(answers, _READY_SECONDS):
        raise Refused("queue-server-missing", detail=services.settings.redis_url)
    problem = durability_problem(services.redis)
    if problem is not None:
        name, _, value = problem.partition("=")
        raise Refused("queue-not-durable", setting=name, value=value, wanted="")


def _start_parts(supervisor: Supervisor, workers: int, *, trickles: bool) -> None:
    own = [sys.executable, "-m", "app.cli"]
    supervisor.add("web", [*own, "web"])
    for slot in range(workers):
        supervisor.add(f"pump{slot or ''}", [*own, "worker", "pump", "--slot", str(slot)])
    supervisor.add("work", [*own, "worker", "work"])
    supervisor.add("timer", [*own, "timer"])
    if trickles:
        supervisor.add("demo", [*own, "demo", "trickle"])


def _has_demo(services: Services) -> bool:
    with reading(services.database) as db_:
        return is_there(db_)


@click.command()
def web() -> None:
    """Serve pages and the order API. 只启动网页和接口。"""
    command = gunicorn.command("app.web.wsgi:app", load_settings())
    os.execv(sys.executable, command)  # noqa: S606 - gunicorn takes this process's place; nothing comes from a user


@click.command()
@click.argument("name", type=click.Choice(NAMES))
@click.option("--slot", default="0", help="Tells apart the pumps of one machine.")
def worker(name: str, slot: str) -> None:
    """Work on one queue. 只启动一个工作进程。"""
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s %(message)s")
    run_worker(assemble(), name, slot)


@click.command()
def timer() -> None:
    """Wake workers and due timers. 只启动定时器。"""
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    run_timer(assemble(), stop)


@click.group()
def db() -> None:
    """The database. 数据库。"""


@db.command("upgrade")
def db_upgrade() -> None:
    """Run missing migrations. 升级数据库结构。"""
    started = time.monotonic()
    upgrade(assemble().database)
    click.echo(choose("数据库已是最新。", "The database is up to date.") + f" ({time.monotonic() - started:.1f} s)")


COMMANDS: list[click.Command] = [up, web, worker, timer, db]
