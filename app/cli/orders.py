"""Commands about stored orders."""

from __future__ import annotations

import sys
from typing import Any

import click
import orjson
from sqlalchemy import Connection, select

from app.cli.output import choose, language, show
from app.cli.tables import ready
from app.domain.carriers import NAMES
from app.domain.messages.words import PARCELS, said
from app.persistence import tables as t
from app.persistence.database import reading
from app.persistence.goods import find_order
from app.persistence.packs import read_document
from app.persistence.reads.order import Parcel, read_order
from app.processing.explanation import explain_record
from app.processing.replay import is_identical
from app.rulebook import load_pack
from app.rulebook.json_schemas import order_schema


@click.group()
def order() -> None:
    """Stored orders. 订单。"""


def _newest(db: Connection, name: str) -> tuple[Any, dict[str, Any], int]:
    order_id, _ = find_order(db, name)
    head = db.execute(select(t.orders).where(t.orders.c.id == order_id)).one()
    chosen = (t.decisions.c.order_id == order_id) & (t.decisions.c.seq == head.decision_seq)
    row = db.execute(select(t.decisions).where(chosen)).one()
    return head, orjson.loads(row.record), row.pack_version


@order.command("show")
@click.argument("name", metavar="ID")
@click.option("--json", "as_json", is_flag=True)
def show_order(name: str, as_json: bool) -> None:
    """The order, its decision record, its parcels and what people said. 订单、判单书、包裹和人工操作。"""
    with reading(ready().database) as db:
        head, record, version = _newest(db, name)
        pack = load_pack(read_document(db, version))
        steps = select(t.decisions.c.seq, t.decisions.c.at, t.decisions.c.outcome, t.decisions.c.cause)
        chosen = steps.where(t.decisions.c.order_id == head.id).order_by(t.decisions.c.seq)
        timeline = [{str(k): v for k, v in row._mapping.items()} for row in db.execute(chosen)]
        words, parcels = _words(db, head.id), read_order(db, head.id).parcels
    sentences = explain_record(record, pack)
    if as_json:
        plain = {k: getattr(head, k) for k in ("tid", "state", "outcome", "reason", "owner", "priority", "revision")}
        show(
            {
                "order": plain,
                "timeline": timeline,
                "words": words,
                "parcels": _plain(parcels),
                "record": record,
                "explanation": sentences,
            }
        )
        return
    click.echo(f"{head.tid}  {head.state}  {head.outcome}")
    for one in sentences:
        click.echo(f"  {one[language()]}")
    for parcel in parcels:
        click.echo(f"  {_parcel_line(parcel)}")
    for word in words:
        back = choose("（已撤销）", " (taken back)") if word["undone_at"] is not None else ""
        click.echo(f"  {word['actor']} {said(word['kind'], word['value'], language())}{back}")


def _parcel_line(parcel: Parcel) -> str:
    goods = " + ".join(f"{pick.sku} × {pick.quantity}" for pick in parcel.picks)
    carrier = NAMES[parcel.carrier][language()] if parcel.carrier in NAMES else parcel.carrier
    return " · ".join(filter(None, (parcel.warehouse_name, goods, carrier, PARCELS[parcel.state][language()])))


def _plain(parcels: list[Parcel]) -> list[dict[str, Any]]:
    return [
        {
            "warehouse": parcel.warehouse, "state": parcel.state, "carrier": parcel.carrier,
            "picks": [{k: getattr(pick, k) for k in ("sku", "quantity", "source", "state")} for pick in parcel.picks],
        }
        for parcel in parcels
    ]  # fmt: skip


def _words(db: Connection, order_id: int) -> list[dict[str, Any]]:
    """What people said of the order; addresses stay sealed, their fields are named."""
    said = t.interventions.c
    columns = (said.id, said.kind, said.value, said.actor, said.at, said.undone_at)
    rows = db.execute(select(*columns).where(said.order_id == order_id).order_by(said.id))
    return [{**{str(k): v for k, v in row._mapping.items()}, "value": orjson.loads(row.value)} for row in rows]


@order.command()
@click.argument("name", metavar="ID")
@click.option("--json", "as_json", is_flag=True)
def replay(name: str, as_json: bool) -> None:
    """Decide again from the record alone. 按判单书重算。"""
    with reading(ready().database) as db:
        _, record, version = _newest(db, name)
        identical = is_identical(record, load_pack(read_document(db, version)))
    if as_json:
        show({"identical": identical})
    else:
        click.echo(
            choose("重算结果一致。", "The same answer.") if identical else choose("重算结果不同！", "Another answer!")
        )
    sys.exit(0 if identical else 1)


@order.command("schema")
def schema_of_orders() -> None:
    """Print the JSON Schema of the canonical order. 标准订单的 JSON Schema。"""
    show(order_schema())


COMMANDS: list[click.Command] = [order]
