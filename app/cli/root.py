"""The command's root: all groups, and one place where refusals become sentences and exit status 1."""

from __future__ import annotations

import sys

import click

from app.cli import backtest, backups, bench, decide, demo, doctor, imports, orders, packs, running, tables
from app.cli.output import fail
from app.cli.version import VERSION
from app.domain.errors import PandanError


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(VERSION, prog_name="pandan")
def pandan() -> None:
    """pandan 判单: rules for e-commerce orders. 电商订单规则引擎。"""


for group in (running, backups, tables, packs, orders, decide, backtest, doctor, demo, imports, bench):
    for command in group.COMMANDS:
        pandan.add_command(command)


def main() -> None:
    """Run the command; a refusal exits with 1, wrong usage with 2."""
    try:
        pandan(standalone_mode=True)
    except PandanError as error:
        fail(error)
        sys.exit(1)
