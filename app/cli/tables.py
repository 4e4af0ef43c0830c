"""Commands that set goods, places and shops from files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
from sqlalchemy import Connection

from app.cli.output import choose, show
from app.cli.ready import FILE, ready
from app.domain.errors import Refused
from app.intake.tables import Parsed, parse_freight, parse_listings, parse_skus, parse_stock, parse_warehouses
from app.persistence.database import writing
from app.persistence.goods import add_shop, set_freight, set_listings, set_skus, set_warehouses
from app.persistence.stock import StockCount, set_stock
from app.rulebook.order_fields import PLATFORMS


def rows_of(parsed: Parsed[Any]) -> list[Any]:
    """A file's rows; raises `Refused` with every problem when there is one."""
    if parsed.problems:
        raise Refused("rows-refused", problems=tuple(parsed.problems))
    return parsed.rows


def _store(
    file: Path, parse: Callable[[bytes], Parsed[Any]], write: Callable[[Connection, list[Any], int], int]
) -> None:
    services = ready()
    rows = rows_of(parse(file.read_bytes()))
    with writing(services.database) as db:
        write(db, rows, services.clock.now())
    click.echo(choose(f"已保存 {len(rows)} 行。", f"{len(rows)} rows saved."))


@click.group()
def shop() -> None:
    """Shops and their API keys. 店铺。"""


@shop.command("add")
@click.argument("code")
@click.option("--platform", required=True, help=f"{', '.join(PLATFORMS)}, or any name with --new-platform.")
@click.option("--new-platform", "new", is_flag=True, help="Its fields are mapped later. 新平台，字段以后再对。")
@click.option("--name", default="")
@click.option("--json", "as_json", is_flag=True)
def shop_add(code: str, platform: str, new: bool, name: str, as_json: bool) -> None:
    """Add a shop; its API key is shown this once. 添加店铺，密钥只显示这一次。"""
    if platform not in PLATFORMS and not new:
        raise click.BadParameter(f"{platform}: {', '.join(PLATFORMS)}; --new-platform", param_hint="--platform")
    services = ready()
    with writing(services.database) as db:
        key = add_shop(db, code, platform, name=name, now=services.clock.now(), new=new)
    if as_json:
        show({"shop": code, "api_key": key})
    else:
        click.echo(choose(f"店铺 {code} 的密钥（只显示这一次）：{key}", f"API key of {code} (shown this once): {key}"))


def _setter(noun: str, about: str, parse: Callable[[bytes], Parsed[Any]], write: Any) -> click.Group:
    group = click.Group(noun, help=about)

    @group.command("set", help=about)
    @FILE
    def _set(file: Path) -> None:
        _store(file, parse, write)

    return group


def _stock(db: Connection, rows: list[Any], now: int) -> int:
    counts = [StockCount(row.warehouse, row.sku, row.on_hand, row.bin or None) for row in rows]
    return set_stock(db, counts, doc="file", now=now)


COMMANDS: list[click.Command] = [
    shop,
    _setter(
        "warehouse", "Warehouses from a CSV. 仓库。", parse_warehouses, lambda db, rows, _: set_warehouses(db, rows)
    ),
    _setter("stock", "Stock on hand from a CSV. 库存。", parse_stock, _stock),
    _setter("sku", "SKUs and bundles from a CSV. 商品。", parse_skus, lambda db, rows, _: set_skus(db, rows)),
    _setter(
        "listing", "Shop items matched to SKUs, from a CSV. 店铺商品对应。", parse_listings,
        lambda db, rows, now: set_listings(db, [(r.shop, r.item, r.sku, r.price) for r in rows], now=now),
    ),
    _setter(
        "freight", "Freight rates from a CSV. 运费表。", parse_freight,
        lambda db, rows, _: set_freight(db, [(r.warehouse, r.province, r.rate) for r in rows]),
    ),
]  # fmt: skip
