"""The names of what exists, for rules that name roles, goods, warehouses, shops and platforms."""

from __future__ import annotations

from sqlalchemy import Connection, select

from app.persistence import tables as t


def known_names(db: Connection) -> dict[str, frozenset[str]]:
    """`roles` that an active user has, the codes of `skus`, `warehouses` and `shops`, and the `platforms` of shops.

    A list with nothing in it is left out: a house that has no goods yet cannot tell a wrong SKU from a right one.
    """
    found = {
        "roles": db.scalars(select(t.users.c.role).where(t.users.c.active).distinct()),
        "skus": db.scalars(select(t.skus.c.sku)),
        "warehouses": db.scalars(select(t.warehouses.c.code)),
        "shops": db.scalars(select(t.shops.c.code)),
        "platforms": db.scalars(select(t.shops.c.platform).distinct()),
    }
    return {name: listed for name, rows in found.items() if (listed := frozenset(rows))}
