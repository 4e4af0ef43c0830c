"""Carriers' templates: the ones that ship, and over them those that people changed."""

from __future__ import annotations

import orjson
from sqlalchemy import Connection, insert, select

from app.domain.errors import NotFound
from app.fulfilment.carriers import CARRIERS, STARTING, Column, Template
from app.persistence.tables import carrier_templates


def read_templates(db: Connection) -> dict[str, tuple[Template, bool]]:
    """Every carrier's template, and whether people changed it; the shipped carriers first."""
    changed = {
        row.carrier: Template(row.carrier, row.name, _columns(row.columns))
        for row in db.execute(select(carrier_templates).order_by(carrier_templates.c.carrier))
    }
    every = {**STARTING, **changed}
    return {carrier: (template, carrier in changed) for carrier, template in every.items()}


def read_template(db: Connection, carrier: str) -> Template:
    """A carrier's template. Raises `NotFound("not-found")`."""
    found = read_templates(db).get(carrier)
    if found is None:
        raise NotFound("not-found", what=carrier)
    return found[0]


def save_template(db: Connection, template: Template, *, actor: str, now: int) -> None:
    """Keep a template as people want it."""
    forget_template(db, template.carrier)
    columns = [{"heading": c.heading, "field": c.field, "text": c.text} for c in template.columns]
    values = {
        "carrier": template.carrier,
        "name": template.name,
        "columns": orjson.dumps(columns).decode(),
        "changed_by": actor,
        "changed_at": now,
    }
    db.execute(insert(carrier_templates).values(**values))


def forget_template(db: Connection, carrier: str) -> bool:
    """Back to the template that ships, or to none; whether there was one of people's own."""
    gone = db.execute(carrier_templates.delete().where(carrier_templates.c.carrier == carrier)).rowcount
    return bool(gone)


def new_template(carrier: str) -> Template:
    """What a carrier without a template begins with."""
    name = CARRIERS[carrier].zh if carrier in CARRIERS else carrier
    return Template(carrier, name, STARTING["ZTO"].columns)


def _columns(document: str) -> tuple[Column, ...]:
    return tuple(Column(one["heading"], one["field"], one["text"]) for one in orjson.loads(document))
