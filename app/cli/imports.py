"""`pandan import`: a file of orders through intake."""

from __future__ import annotations

import getpass
import hashlib
import sys
import time
from pathlib import Path
from typing import Any

import click
import orjson

from app.bootstrap import Services
from app.cli.output import choose, show
from app.cli.ready import FILE, ready
from app.intake.corrections import errors_name, write_corrections
from app.intake.layout import Layout
from app.intake.workbook import Import, as_json, import_file
from app.jobs.destination import ShopDestination
from app.jobs.imports import perform
from app.persistence.audit import note
from app.persistence.database import reading, writing
from app.persistence.import_files import alone, errors_path, keep_upload
from app.persistence.imports import UNFINISHED, change_import, open_import, read_import, resumable_import
from app.persistence.layouts import layout_json, layout_named

_TOLD = 20
_TELL_SECONDS = 1.0


@click.command("import")
@FILE
@click.option("--shop", required=True, help="A shop of platform excel or manual.")
@click.option("--as", "as_", type=click.Choice(["live", "history"]), required=True)
@click.option("--sheet", help="The sheet's name; without it the first that holds orders.")
@click.option("--mapping", help="The name of a remembered layout: which column holds what.")
@click.option("--dry-run", is_flag=True, help="Check every row, import nothing.")
@click.option("--json", "json_", is_flag=True)
def import_orders(
    file: Path, shop: str, as_: str, sheet: str | None, mapping: str | None, dry_run: bool, json_: bool
) -> None:
    """Import orders from Excel or CSV. 导入订单。

    An import that was stopped goes on when the same file is imported again.
    """
    services = ready()
    layout = _layout(services, sheet, mapping)
    live = as_ == "live"
    if dry_run:
        counts = _checked(services, file, shop, layout, live=live)
    else:
        # Also tells at once when the shop is not one to import into.
        ShopDestination(services, shop, live=live)
        counts = _imported(services, file, shop, layout, live=live)
    if json_:
        show(counts)
    else:
        _tell(counts)
    sys.exit(0 if counts["accepted"] or counts["duplicates"] or not counts["rows"] else 1)


def _layout(services: Services, sheet: str | None, mapping: str | None) -> Layout:
    if mapping is None:
        return Layout(sheet=sheet or "")
    with reading(services.database) as db:
        found = layout_named(db, mapping).layout
    return Layout(sheet or found.sheet, found.header_row, found.columns, found.key, found.day_first)


def _checked(services: Services, file: Path, shop: str, layout: Layout, *, live: bool) -> dict[str, Any]:
    destination = ShopDestination(services, shop, live=live)
    result = import_file(file, destination, live=live, dry_run=True, layout=layout, progress=_Progress())
    if not result.rejected_rows:
        return as_json(result)
    name = errors_name(file.name)
    with Path(name).open("wb") as out:
        write_corrections(out, file, result.place, result.rejected_rows)
    return as_json(result, name)


def _imported(services: Services, file: Path, shop: str, layout: Layout, *, live: bool) -> dict[str, Any]:
    import_id = _begun(services, file, shop, layout, live=live)
    state = _followed(services, import_id)
    name = state.get("errors_file")
    if name:
        Path(name).write_bytes(errors_path(services.settings.home, import_id).read_bytes())
    names = (
        "rows", "orders", "accepted", "duplicates", "rejected", "added", "changed", "columns", "reasons",
        "problem_count", "problems", "errors_file",
    )  # fmt: skip
    return {"import": import_id, **{name: state[name] for name in names}}


def _begun(services: Services, file: Path, shop: str, layout: Layout, *, live: bool) -> str:
    """This import, gone on with or new."""
    data, now = file.read_bytes(), services.clock.now()
    how = orjson.dumps([shop, live, layout_json(layout)], option=orjson.OPT_SORT_KEYS)
    digest = hashlib.sha256(how + data).hexdigest()
    with writing(services.database) as db:
        import_id = resumable_import(db, digest)
        if import_id is not None:
            if read_import(db, import_id)["state"] == "interrupted":
                change_import(db, import_id, state="waiting", tries=0, told_at=now)
            return import_id
        state: dict[str, Any] = {
            "file": file.name[:200], "shop": shop, "layout": layout_json(layout), "live": live, "dry_run": False,
            "state": "waiting", "actor": _actor(), "at": now, "told_at": now, "rows": 0, "done": 0,
            # Before anybody else may think that it stands still.
            "retry_at": now + 2,
        }  # fmt: skip
        import_id = open_import(db, state, now=now, digest=digest)
        keep_upload(services.settings.home, import_id, data)
        note(db, state["actor"], "import.file", import_id, now=now, shop=shop)
    return import_id


def _followed(services: Services, import_id: str) -> dict[str, Any]:
    """Run it, or watch whoever does, to its end."""
    progress = _Progress()
    while True:
        with alone(services.settings.home, import_id) as free:
            if free:
                return perform(services, import_id, progress)
        with reading(services.database) as db:
            state = read_import(db, import_id)
        if state["state"] not in UNFINISHED:
            return state
        progress.tell(state["done"], state["rows"])
        time.sleep(0.2)


def _actor() -> str:
    try:
        return getpass.getuser()[:64]
    except OSError:
        return "command"


class _Progress:
    """Rows done, on standard error, once a second."""

    def __init__(self) -> None:
        self._told = time.monotonic()

    def __call__(self, so_far: Import) -> None:
        self.tell(so_far.done, so_far.rows)

    def tell(self, done: int, rows: int) -> None:
        if time.monotonic() - self._told >= _TELL_SECONDS:
            self._told = time.monotonic()
            line = choose(f"{done:,} / {rows:,} 行", f"{done:,} / {rows:,} rows")
            sys.stderr.write(f"\r{line}" if sys.stderr.isatty() else f"{line}\n")


def _tell(counts: dict[str, Any]) -> None:
    rows, accepted, duplicates, rejected = (counts[key] for key in ("rows", "accepted", "duplicates", "rejected"))
    click.echo(
        choose(
            f"{rows} 行：受理 {accepted}，重复 {duplicates}，拒绝 {rejected}。",
            f"{rows} rows: {accepted} accepted, {duplicates} duplicate, {rejected} rejected.",
        )
    )
    for problem in counts["problems"][:_TOLD]:
        click.echo(f"  {problem[choose('message', 'message_en')]}")
    if counts["errors_file"]:
        name = counts["errors_file"]
        click.echo(choose(f"有错的行在 {name}，改好后再导入它。", f"The wrong rows are in {name}; mend and import it."))


COMMANDS: list[click.Command] = [import_orders]
