"""`pandan import`: a file of orders through intake."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from app.cli.output import choose, problem_lines, show
from app.cli.tables import FILE, ready
from app.intake.workbook import as_json, errors_csv, import_file
from app.jobs.destination import ShopDestination


@click.command("import")
@FILE
@click.option("--shop", required=True, help="A shop of platform excel or manual.")
@click.option("--as", "as_", type=click.Choice(["live", "history"]), required=True)
@click.option("--sheet")
@click.option("--dry-run", is_flag=True)
@click.option("--json", "json_", is_flag=True)
def import_orders(file: Path, shop: str, as_: str, sheet: str | None, dry_run: bool, json_: bool) -> None:
    """Import orders from Excel or CSV. 导入订单。"""
    live = as_ == "live"
    destination = ShopDestination(ready(), shop, live=live)
    result = import_file(file.read_bytes(), destination, live=live, dry_run=dry_run, sheet=sheet)
    errors_file = None
    if result.rejected_rows:
        errors_file = f"{file.stem}-errors.csv"
        Path(errors_file).write_bytes(errors_csv(result))
    if json_:
        show(as_json(result, errors_file))
    else:
        click.echo(
            choose(
                f"{result.rows} 行：受理 {result.accepted}，重复 {result.duplicates}，拒绝 {result.rejected}。",
                f"{result.rows} rows: {result.accepted} accepted, {result.duplicates} duplicate, "
                f"{result.rejected} rejected.",
            )
        )
        for line in problem_lines(result.problems[:20]):
            click.echo(f"  {line}")
    sys.exit(0 if result.accepted or result.duplicates or not result.rows else 1)


COMMANDS: list[click.Command] = [import_orders]
