"""Changing a shop after it was added: a new key, and switching it off and on."""

from __future__ import annotations

import secrets

from sqlalchemy import Connection

from app.domain.errors import NotFound
from app.persistence import tables as t
from app.persistence.goods import key_hash


def rotate_key(db: Connection, code: str) -> str:
    """Give the shop a new API key, shown this once; the old one ends. Raises `NotFound("shop-unknown")`."""
    key = f"pk_{secrets.token_urlsafe(24)}"
    _change(db, code, key_hash=key_hash(key), key_tail=key[-4:])
    return key


def switch_shop(db: Connection, code: str, *, active: bool) -> None:
    """Switch a shop off (its key opens nothing) or on. Raises `NotFound("shop-unknown")`."""
    _change(db, code, active=active)


def _change(db: Connection, code: str, **values: object) -> None:
    if not db.execute(t.shops.update().where(t.shops.c.code == code).values(**values)).rowcount:
        raise NotFound("shop-unknown", shop=code)
