"""The papers of a pick list: Excel and PDF to pick by, packing slips, carriers' files. Each download is audited."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import orjson
from flask import Blueprint, g, request, send_file
from sqlalchemy import Connection
from werkzeug.wrappers import Response

from app.bootstrap import Services
from app.domain.errors import Forbidden, NotFound
from app.domain.order import PERSONAL_FIELDS, Order
from app.fulfilment.carriers import Template, carrier_code, rows_of
from app.fulfilment.documents import Paper, Receiver, carrier_facts, receiver_of
from app.fulfilment.parcels import Parcel, list_number
from app.fulfilment.printing import print_pdf
from app.fulfilment.workbooks import csv_file, plain_workbook, workbook
from app.persistence.audit import note
from app.persistence.database import reading, writing
from app.persistence.fulfilment.templates import read_template
from app.persistence.people_words import overlays
from app.persistence.reads.parcels import list_parcels, read_sealed
from app.persistence.reads.shipping import read_list
from app.web.access import may
from app.web.buyers import buyer_of
from app.web.fulfilment_prints import list_data, list_tables, slips_data
from app.web.permissions import permit
from app.web.words import clock

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def add_routes(pages: Blueprint, services: Services) -> None:
    """Add the downloads of a pick list."""

    @pages.get("/lists/<int:list_id>/list.<kind>")
    @permit("shipping.read")
    def pick_paper(list_id: int, kind: str) -> Response:
        with reading(services.database) as db:
            paper = read_paper(db, list_id)
        if kind == "xlsx":
            data, media = workbook(list_tables(paper)), XLSX
        elif kind == "pdf":
            data, media = print_pdf("list", list_data(paper)), "application/pdf"
        else:
            raise NotFound("page-missing")
        _noted(services, "papers.list", paper, kind=kind)
        return _file(data, media, f"{paper.number}.{kind}")

    @pages.post("/lists/<int:list_id>/slips")
    @permit("shipping.do")
    def slips(list_id: int) -> Response:
        full = request.form.get("receiver") == "full"
        if full and not may("shipping.addresses"):
            raise Forbidden("not-permitted")
        with reading(services.database) as db:
            paper = read_paper(db, list_id)
            to = receivers(services, db, paper.to_pick, full=full)
        _noted(services, "papers.slips", paper, receiver="full" if full else "masked")
        return _file(print_pdf("slips", slips_data(paper, to)), "application/pdf", f"{paper.number}-slips.pdf")

    @pages.post("/lists/<int:list_id>/carrier")
    @permit("shipping.do")
    def carrier(list_id: int) -> Response:
        with reading(services.database) as db:
            paper, template = read_paper(db, list_id), read_template(db, request.form.get("carrier", ""))
            if template.personal and not may("shipping.addresses"):
                raise Forbidden("not-permitted")
            chosen = of_carrier(paper.to_pick, template)
            rows = carrier_rows(paper, chosen, template, receivers(services, db, chosen, full=True))
        _noted(services, "papers.carrier", replace(paper, parcels=chosen), carrier=template.carrier)
        name = f"{paper.number}-{template.carrier}"
        if request.form.get("format") == "csv":
            return _file(csv_file(rows), "text/csv; charset=utf-8", f"{name}.csv")
        return _file(plain_workbook(template.name, rows), XLSX, f"{name}.xlsx")


def read_paper(db: Connection, list_id: int) -> Paper:
    """A pick list as it goes to paper. Raises `NotFound("not-found")`."""
    row = read_list(db, list_id)
    place = " ".join(filter(None, (row.province, row.city, row.district)))
    return Paper(list_number(list_id), row.name, place, clock(row.made_at), row.made_by, list_parcels(db, list_id))


def receivers(services: Services, db: Connection, parcels: Sequence[Parcel], *, full: bool) -> dict[int, Receiver]:
    """To whom each parcel goes: in full, or masked."""
    shares = {parcel.id: next((s for s in parcel.shares if s.here), parcel.shares[0]) for parcel in parcels}
    sealed = read_sealed(db, [share.order_id for share in shares.values()])
    words = overlays(db, [share.order_id for share in shares.values()], services.sealer)
    found = {}
    for parcel_id, share in shares.items():
        seal = sealed.get(share.order_id)
        values = orjson.loads(services.sealer.open(seal, f"order:{share.order_id}")) if seal else ()
        told = replace(share.order, **dict(zip(PERSONAL_FIELDS, values, strict=False)))
        order = words.get(share.order_id, share.overlay).over(told)
        found[parcel_id] = receiver_of(order) if full else _masked(order)
    return found


def _masked(order: Order) -> Receiver:
    buyer = buyer_of(order)
    return replace(
        receiver_of(order), name=buyer.name, phone=buyer.phone, address=buyer.address, message=buyer.message,
        memo=buyer.memo,
    )  # fmt: skip


def of_carrier(parcels: Sequence[Parcel], template: Template) -> list[Parcel]:
    """The parcels that go by the template's carrier, and those that go by none yet."""
    return [p for p in parcels if carrier_code(p.carrier or template.carrier) == carrier_code(template.carrier)]


def carrier_rows(
    paper: Paper, parcels: Sequence[Parcel], template: Template, to: dict[int, Receiver]
) -> list[list[str]]:
    """A carrier's file: its headings, then a row for each parcel."""
    facts = [carrier_facts(paper, p, to[p.id], clock(_ship_by(p)) if _ship_by(p) else "") for p in parcels]
    return [[column.heading for column in template.columns], *rows_of(template, facts)]


def _ship_by(parcel: Parcel) -> int | None:
    return min((share.ship_by for share in parcel.shares if share.ship_by is not None), default=None)


def _noted(services: Services, action: str, paper: Paper, **details: Any) -> None:
    now = services.clock.now()
    with writing(services.database) as db:
        note(db, g.user.name, action, paper.number, now=now, parcels=len(paper.parcels), **details)


def _file(data: bytes, media: str, name: str) -> Response:
    return send_file(io.BytesIO(data), media, as_attachment=True, download_name=name)
