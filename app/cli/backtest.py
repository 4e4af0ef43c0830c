"""`pandan backtest`: a draft against the live pack on past orders."""

from __future__ import annotations

import sys
import time
from itertools import islice
from pathlib import Path
from typing import Any

import click

from app.cli.output import choose, sentence, show
from app.cli.ready import read_pack_file, ready
from app.jobs.backtest import backtest, changes_of, trial_of
from app.processing.comparison import change_json
from app.rulebook import load_pack

_PATH = click.Path(exists=True, dir_okay=False, path_type=Path)
_TOLD = 20
_TELL_SECONDS = 1.0


@click.command("backtest")
@click.option("--pack", "pack_file", required=True, type=_PATH, help="The draft: a pack as JSON.")
@click.option("--days", type=click.IntRange(min=1), default=30, show_default=True, help="Orders of the last days.")
@click.option("--import", "import_id", help="The orders of this import instead.")
@click.option("--json", "as_json", is_flag=True)
def run_backtest(pack_file: Path, days: int, import_id: str | None, as_json: bool) -> None:
    """Decide past orders by a draft and by the live pack, and compare. Writes nothing. 回测，不写任何数据。"""
    draft = load_pack(read_pack_file(pack_file))
    services = ready()
    trial = trial_of(services, draft, days=days, import_id=import_id)
    with backtest(services, trial, _progress()) as result:
        if as_json:
            show(result.document | {"changes": [change_json(change) for change in changes_of(result)]})
            return
        _tell(result.document)
        for change in islice(changes_of(result), _TOLD):
            one = change_json(change)
            click.echo(f"  {one['order']}  {_side(one['before'])}  →  {_side(one['after'])}")


def _side(end: dict[str, Any]) -> str:
    return " ".join(part for part in (end["outcome"], end["warehouses"], end["reason"] or end["rule"]) if part)


def _tell(document: dict[str, Any]) -> None:
    orders, changed, held, seconds = (document[key] for key in ("orders", "changed", "newly_held", "seconds"))
    click.echo(
        choose(
            f"{orders} 单：{changed} 单会变，其中 {held} 单新挂起。用时 {seconds} 秒。",
            f"{orders} orders: {changed} would change, {held} of them newly held. {seconds} s.",
        )
    )
    for remark in document["remarks"]:
        click.echo(f"- {sentence(remark['code'], **remark['details'])}")


def _progress() -> Any:
    told = time.monotonic()

    def tell(done: int, total: int) -> None:
        nonlocal told
        if time.monotonic() - told >= _TELL_SECONDS:
            told = time.monotonic()
            line = f"{done * 100 // max(1, total)} %"
            sys.stderr.write(f"\r{line}" if sys.stderr.isatty() else f"{line}\n")

    return tell


COMMANDS: list[click.Command] = [run_backtest]
