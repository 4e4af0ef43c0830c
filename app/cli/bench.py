"""`pandan bench`: the benchmarks of a checkout; they are not part of an installed package."""

from __future__ import annotations

import importlib
import os
from pathlib import Path
from typing import Any

import click

from app.cli.output import show
from app.domain.errors import Refused

_FOLDER = Path(__file__).resolve().parents[2] / "bench"


@click.command()
@click.argument("name", type=click.Choice(["engine", "pipeline", "intake", "duplicates", "imports"]))
@click.option("--orders", type=click.IntRange(min=1), help="Orders to measure with.")
@click.option("--json", "as_json", is_flag=True)
def bench(name: str, orders: int | None, as_json: bool) -> None:
    """Measure on this machine, in a home that is thrown away. 性能测试，使用临时目录，不碰现有数据。"""
    measure, report = _module(name), _module("report")
    for foreign in ("DATABASE_URL", "REDIS_URL"):
        # Whatever these name, it is not for a benchmark to fill.
        os.environ.pop(foreign, None)
    result: dict[str, Any] = measure.run() if orders is None else measure.run(orders=orders)
    if as_json:
        show(result)
        return
    for line in report.lines(name, result):
        click.echo(line)


def _module(name: str) -> Any:
    """A module of the checkout's `bench` folder. Raises `Refused("bench-missing")` where there is none."""
    # By name: the floors know nothing of what lies beside the program.
    if not (_FOLDER / f"{name}.py").is_file():
        raise Refused("bench-missing", folder=_FOLDER.name)
    return importlib.import_module(f"bench.{name}")


COMMANDS: list[click.Command] = [bench]
