"""Why an order is decided as it is, told from its decision record by the rules that decided it."""

from __future__ import annotations

from typing import Any

import orjson
from sqlalchemy import Connection

from app.persistence.reads.packs import read_pack
from app.persistence.reads.places import list_shops, warehouse_names
from app.persistence.scope import limited
from app.processing.explanation import Names, explain_record
from app.rulebook import load_pack
from app.web.language import language


def why(db: Connection, decision: Any) -> tuple[dict[str, Any], list[str], dict[str, Any]]:
    """The record of a decision (a row of `decisions`), its sentences, and the reasons of the pack that decided."""
    record: dict[str, Any] = orjson.loads(decision.record)
    pack = load_pack(orjson.loads(read_pack(db, decision.pack_version).document))
    shops = {shop.code: shop.name for shop in list_shops(db)}
    names = Names(shops, dict(warehouse_names(db)), only=limited() is not None)
    # What tells of the warehouses stands beside it.
    told = explain_record(record, pack, names, warehouses=False)
    return record, [one[language()] for one in told], dict(pack.reasons)
