"""`pandan decide`: decide orders from files, with no database and no side effect."""

from __future__ import annotations

import sys
import time
from datetime import datetime
from pathlib import Path
from typing import Any

import click
import orjson

from app.cli.output import fail, language, show
from app.cli.ready import read_pack_file
from app.cli.tables import rows_of
from app.domain.errors import Problem, Refused
from app.domain.goods import Catalogue, Stock, Warehouse
from app.domain.order import Order
from app.intake.tables import parse_freight, parse_listings, parse_skus, parse_stock, parse_warehouses
from app.processing.trial import decide_orders
from app.rulebook import CompiledPack, load_pack
from app.rulebook.order_schema import load_order

_PATH = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@click.option("--pack", "pack_file", required=True, type=_PATH)
@click.option("--orders", "orders_file", required=True, type=_PATH, help="One canonical order (JSON) a line.")
@click.option("--platform", help="The lines are this platform's payloads.")
@click.option("--warehouses", type=_PATH)
@click.option("--stock", type=_PATH)
@click.option("--skus", type=_PATH)
@click.option("--listings", type=_PATH)
@click.option("--freight", type=_PATH)
@click.option("--at", help="The time to decide at, ISO 8601 with a zone.")
@click.option("--explain", is_flag=True)
@click.option("--json", "as_json", is_flag=True)
def decide(
    pack_file: Path, orders_file: Path, platform: str | None, warehouses: Path | None, stock: Path | None,
    skus: Path | None, listings: Path | None, freight: Path | None, at: str | None, explain: bool, as_json: bool,
) -> None:  # fmt: skip
    """Decide orders in file order, spending the given stock. 试算，不写任何数据。"""
    pack = load_pack(read_pack_file(pack_file))
    now = _time(at)
    catalogue = Catalogue(trusting=skus is None)
    if skus:
        catalogue.skus = {row.sku: row for row in rows_of(parse_skus(skus.read_bytes()))}
    if listings:
        rows = rows_of(parse_listings(listings.read_bytes()))
        catalogue.listings = {(row.shop, row.item): row.sku for row in rows}
    if freight:
        rows = rows_of(parse_freight(freight.read_bytes()))
        catalogue.freight = {(row.warehouse, row.province): row.rate for row in rows}
    free, codes = _stock(stock)
    places = rows_of(parse_warehouses(warehouses.read_bytes())) if warehouses else [Warehouse(c) for c in codes]
    orders = _orders(orders_file, platform, pack, now)
    decisions = decide_orders(orders, pack, places, free, catalogue, now, explain=explain)
    if as_json:
        show({"decisions": decisions})
        return
    for decision in decisions:
        click.echo(f"{decision['order']}  {decision['outcome']}  {' '.join(decision['rules'])}")
        for one in decision["explanation"]:
            click.echo(f"  {one[language()]}")


def _time(at: str | None) -> int:
    if at is None:
        return int(time.time())
    try:
        return int(datetime.fromisoformat(at).timestamp())
    except ValueError:
        raise click.BadParameter(at, param_hint="--at") from None


def _stock(file: Path | None) -> tuple[Stock, list[str]]:
    stock = Stock()
    for row in rows_of(parse_stock(file.read_bytes())) if file else []:
        stock.available.setdefault(row.warehouse, {})[row.sku] = row.on_hand
    return stock, sorted(stock.available)


def _orders(file: Path, platform: str | None, pack: CompiledPack, now: int) -> list[Order]:
    orders: list[Order] = []
    problems: list[Problem] = []
    for number, line in enumerate(file.read_bytes().splitlines(), 1):
        if not line.strip():
            continue
        found = _order(line, platform, pack, now)
        if isinstance(found, Order):
            orders.append(found)
        else:
            problems += [Problem(p.code, f"line {number} {p.path}", p.details) for p in found]
    if problems:
        fail(Refused("rows-refused", problems=tuple(problems)))
        sys.exit(1)
    return orders


def _order(line: bytes, platform: str | None, pack: CompiledPack, now: int) -> Order | list[Problem]:
    try:
        payload: Any = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        return [Problem("payload-not-json", details={"reason": str(error)})]
    if platform is None:
        return load_order(payload, at=now)
    mapping = pack.mappings.get(platform)
    if mapping is None:
        return [Problem("mapping-missing", details={"platform": platform})]
    return mapping.map(payload, shop="default", hasher=lambda _kind, _scope, value: value)


COMMANDS: list[click.Command] = [decide]
