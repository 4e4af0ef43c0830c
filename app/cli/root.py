"""The command's root: all groups, and one place where refusals become sentences and exit status 1."""

from __future__ import annotations

import importlib
import sys

import click

from app.cli.output import fail
from app.cli.version import VERSION
from app.domain.errors import PandanError

_ROOMS = {
    "running": ("up", "web", "worker", "timer", "db"),
    "backups": ("backup", "restore"),
    "tables": ("shop", "warehouse", "stock", "sku", "listing", "freight"),
    "packs": ("pack",),
    "orders": ("order",),
    "decide": ("decide",),
    "backtest": ("backtest",),
    "doctor": ("doctor",),
    "demo": ("demo",),
    "imports": ("import",),
    "bench": ("bench",),
}
"""Which module of this package has which commands."""
_ROOM_OF = {command: room for room, commands in _ROOMS.items() for command in commands}


class _Rooms(click.Group):
    """Commands whose modules are loaded when they are asked for: reading them all takes longer than most run."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's
        """Every command's name."""
        return sorted(_ROOM_OF)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's
        """The command of that name."""
        room = _ROOM_OF.get(cmd_name)
        if room is None:
            return None
        commands: list[click.Command] = importlib.import_module(f"app.cli.{room}").COMMANDS
        return next(command for command in commands if command.name == cmd_name)


@click.group(cls=_Rooms, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(VERSION, prog_name="pandan")
def pandan() -> None:
    """pandan 判单: rules for e-commerce orders. 电商订单规则引擎。"""


def main() -> None:
    """Run the command; a refusal exits with 1, wrong usage with 2."""
    try:
        pandan(standalone_mode=True)
    except PandanError as error:
        fail(error)
        sys.exit(1)
