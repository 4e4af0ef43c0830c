"""Commands about stored orders."""

from __future__ import annotations

import sys
from dataclasses import asdict
from typing import Any

import click
import orjson
from sqlalchemy import Connection, select

from app.cli.order_words import answer_lines, head_line, names_of, parcel_line, rule_lines, word_line
from app.cli.output import choose, language, show
from app.cli.ready import ready
from app.persistence import tables as t
from app.persistence.database import reading
from app.persistence.goods import find_order
from app.persistence.packs import read_document
from app.persistence.reads.order import Parcel, read_order
from app.processing.explanation import explain_record
from app.processing.replay import is_identical
from app.processing.why.asked import Why
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
        words, parcels, names = _words(db, head.id), read_order(db, head.id).parcels, names_of(db)
    sentences = explain_record(record, pack, names)
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
    lines = [head_line(head), *(f"  {one[language()]}" for one in sentences)]
    lines += [f"  {parcel_line(parcel)}" for parcel in parcels]
    for line in [*lines, *(f"  {word_line(word, names)}" for word in words)]:
        click.echo(line)


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


@order.command()
@click.argument("name", metavar="ID")
@click.option("--not-warehouse", "warehouse", metavar="CODE", help="Why not from this warehouse. 为什么不从这个仓发。")
@click.option("--not-rule", "rule", metavar="RULE", help="Why not by this rule. 为什么不是这条规则。")
@click.option("--json", "as_json", is_flag=True)
def why(name: str, warehouse: str | None, rule: str | None, as_json: bool) -> None:
    """Every rule tried, every condition with the order's value; or why not. 每条规则、每个条件，或为什么不是。"""
    if warehouse is not None and rule is not None:
        raise click.UsageError("--not-warehouse / --not-rule")
    with reading(ready().database) as db:
        _, record, version = _newest(db, name)
        asked = Why(record, load_pack(read_document(db, version)), names_of(db))
    if warehouse is None and rule is None:
        _tell_why(asked, name, as_json)
        return
    answer = asked.not_rule(rule) if rule is not None else asked.not_warehouse(warehouse or "")
    if as_json:
        show({"order": name, **asdict(answer)})
        return
    for line in answer_lines(answer):
        click.echo(line)


def _tell_why(asked: Why, name: str, as_json: bool) -> None:
    rules, choice = asked.rules(), asked.choice()
    if as_json:
        told, warehouses = asked.told(), asked.record.get("warehouses", [])
        parts = {"explanation": told, "rules": [asdict(rule) for rule in rules], "warehouses": warehouses}
        show({"order": name, "decision": asked.record["decision"], **parts, "choice": choice})
        return
    for line in (*(one[language()] for one in (*asked.told(), *choice)), *rule_lines(rules)):
        click.echo(line)


@order.command("schema")
def schema_of_orders() -> None:
    """Print the JSON Schema of the canonical order. 标准订单的 JSON Schema。"""
    show(order_schema())


COMMANDS: list[click.Command] = [order]
