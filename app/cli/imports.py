"""`pandan import`: a file of orders through intake."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import click
import orjson
from sqlalchemy import select

from app.bootstrap import Services
from app.cli.output import choose, problem_lines, show
from app.cli.tables import FILE, ready
from app.domain.errors import NotFound, Problem
from app.domain.order import Order
from app.intake.workbook import as_json, errors_csv, import_file
from app.persistence import tables as t
from app.persistence.book import SqlOrderBook
from app.persistence.database import reading
from app.persistence.order_rows import content
from app.processing.batch import CANONICAL_PLATFORMS
from app.rulebook.order_schema import load_order

_AT = 0


class ShopDestination:
    """A shop's stream; what it knows is read from the order book."""

    def __init__(self, services: Services, shop: str, *, live: bool) -> None:
        """Raises `NotFound("shop-unknown")`, also for shops whose payloads are not canonical orders."""
        self._services = services
        self._shop = shop
        self._live = live
        with reading(services.database) as db:
            platform = db.execute(select(t.shops.c.platform).where(t.shops.c.code == shop)).scalar()
        if platform not in CANONICAL_PLATFORMS:
            raise NotFound("shop-unknown", shop=shop)
        self._platform = platform

    def check(self, payload: bytes) -> list[Problem]:
        """See `intake.workbook.Destination`."""
        found = self._order(payload)
        return found if isinstance(found, list) else []

    def known(self, payloads: Mapping[str, bytes]) -> set[str]:
        """See `intake.workbook.Destination`."""
        with reading(self._services.database) as db:
            book = SqlOrderBook(db, self._services.sealer)
            stored = book.stored({(self._shop, number) for number in payloads})
        return {
            number
            for number, payload in payloads.items()
            if (held := stored.get((self._shop, number))) is not None
            and isinstance(order := self._order(payload, held.order.created_at or _AT), Order)
            and self._services.sealer.fingerprint(content(order)) == held.digest
        }

    def send(self, payloads: Sequence[bytes]) -> list[str]:
        """See `intake.workbook.Destination`."""
        stream, clock = self._services.stream, self._services.clock
        return stream.append(self._shop, payloads, at=clock.now(), live=self._live)

    def _order(self, payload: bytes, at: int = _AT) -> Order | list[Problem]:
        hasher = self._services.sealer.hasher
        return load_order(orjson.loads(payload), shop=self._shop, platform=self._platform, at=at, hasher=hasher)


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
