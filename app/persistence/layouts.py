"""How files with certain headings were read last, so that the next of their kind is read the same way."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import Connection, Row, select

from app.domain.errors import NotFound
from app.intake.layout import Layout
from app.persistence import tables as t
from app.persistence.rows import upsert


@dataclass(frozen=True, slots=True)
class RememberedLayout:
    """A layout under its name, for headings of this `intake.columns.signature`; `at` in epoch seconds."""

    signature: str
    name: str
    layout: Layout
    author: str
    at: int


def layout_json(layout: Layout) -> dict[str, Any]:
    """A layout as plain JSON."""
    return {
        "sheet": layout.sheet,
        "header_row": layout.header_row,
        "columns": dict(layout.columns),
        "key": list(layout.key),
        "day_first": layout.day_first,
    }


def layout_from(document: dict[str, Any]) -> Layout:
    """The layout that `layout_json` wrote; what is left out is found by itself."""
    return Layout(
        sheet=document.get("sheet", ""),
        header_row=document.get("header_row", 0),
        columns=document.get("columns") or {},
        key=tuple(document.get("key") or ()),
        day_first=document.get("day_first"),
    )


def remember_layout(db: Connection, signature: str, name: str, layout: Layout, *, author: str, now: int) -> None:
    """Remember how files of this signature are read, in place of what was remembered before."""
    columns = ("signature", "name", "layout", "author", "at")
    row = (signature, name[:100], orjson.dumps(layout_json(layout)).decode(), author, now)
    change = ", ".join(f"{column} = excluded.{column}" for column in columns[1:])
    upsert(db, t.import_layouts, columns, [row], f"(signature) DO UPDATE SET {change}")


def layout_for(db: Connection, signature: str) -> RememberedLayout | None:
    """What is remembered for files of this signature."""
    row = db.execute(select(t.import_layouts).where(t.import_layouts.c.signature == signature)).first()
    return None if row is None else _remembered(row)


def layout_named(db: Connection, name: str) -> RememberedLayout:
    """The newest layout of that name. Raises `NotFound("layout-unknown")`, naming those there are."""
    found = t.import_layouts.c
    row = db.execute(select(t.import_layouts).where(found.name == name).order_by(found.at.desc()).limit(1)).first()
    if row is None:
        raise NotFound("layout-unknown", name=name, names="、".join(one.name for one in layouts(db)) or "—")
    return _remembered(row)


def layouts(db: Connection) -> list[RememberedLayout]:
    """All that are remembered, by name."""
    return [_remembered(row) for row in db.execute(select(t.import_layouts).order_by(t.import_layouts.c.name))]


def forget_layout(db: Connection, signature: str) -> None:
    """Forget what is remembered for files of this signature."""
    db.execute(t.import_layouts.delete().where(t.import_layouts.c.signature == signature))


def _remembered(row: Row[Any]) -> RememberedLayout:
    return RememberedLayout(row.signature, row.name, layout_from(orjson.loads(row.layout)), row.author, row.at)
