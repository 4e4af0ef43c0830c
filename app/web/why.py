"""Why an order is decided as it is, told from its decision record by the rules that decided it."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import orjson
from sqlalchemy import Connection

from app.persistence.reads.packs import read_pack
from app.persistence.reads.places import list_shops, warehouse_names
from app.persistence.scope import limited
from app.processing.explanation import Names, explain_record
from app.processing.why.asked import Why
from app.rulebook import load_pack
from app.rulebook.pack import CompiledPack
from app.web.language import language


def why(db: Connection, decision: Any) -> tuple[dict[str, Any], list[str], dict[str, Any]]:
    """The record of a decision (a row of `decisions`), its sentences, and the reasons of the pack that decided."""
    record: dict[str, Any] = orjson.loads(decision.record)
    pack = _pack(db, decision)
    # What tells of the warehouses stands beside it.
    told = explain_record(record, pack, _names(db), warehouses=False)
    return record, [one[language()] for one in told], dict(pack.reasons)


def asked(db: Connection, decision: Any) -> Why:
    """A decision to ask "why" and "why not" of."""
    return Why(orjson.loads(decision.record), _pack(db, decision), _names(db))


def _names(db: Connection) -> Names:
    shops = {shop.code: shop.name for shop in list_shops(db)}
    return Names(shops, dict(warehouse_names(db)), only=limited() is not None)


def _pack(db: Connection, decision: Any) -> CompiledPack:
    return _load(read_pack(db, decision.pack_version).document)


@lru_cache(maxsize=16)
def _load(document: str) -> CompiledPack:
    """Compiling a pack takes longer than all the rest of a page; a version never changes."""
    return load_pack(orjson.loads(document))
