"""The scan desk: a parcel's barcode, Enter, its waybill, Enter. The page queues scans; each is booked once."""

from __future__ import annotations

from flask import Blueprint, g, render_template, request
from sqlalchemy import Connection

from app.bootstrap import Services
from app.fulfilment.carriers import CARRIERS
from app.fulfilment.parcels import Parcel, parcel_id_of
from app.fulfilment.waybills import Said, Step
from app.persistence.audit import note
from app.persistence.database import reading, writing
from app.persistence.fulfilment.shipping import preview, ship
from app.persistence.reads.parcels import read_parcels
from app.persistence.reads.shipping import House, read_house
from app.web.fulfilment_waybills import problem_word, step_word
from app.web.permissions import permit

_LOOK = "00000"
"""A waybill that only asks what would be said of the parcel."""


def add_routes(pages: Blueprint, services: Services) -> None:
    """Add the scan desk."""

    @pages.get("/<code>/scan")
    @permit("shipping.do")
    def scan(code: str) -> str:
        with reading(services.database) as db:
            house = _house(db, services, code)
        return render_template("pages/fulfilment/scan.html", house=house, carriers=CARRIERS)

    @pages.get("/<code>/scan/parcel")
    @permit("shipping.do")
    def seen(code: str) -> str:
        number = request.args.get("parcel", "")
        with reading(services.database) as db:
            house = _house(db, services, code)
            (step,) = preview(db, [Said(0, number, _LOOK, "SF")], house.id)
        return _shown(step, looked=True)

    @pages.post("/<code>/scan")
    @permit("shipping.do")
    def book(code: str) -> str:
        form, now, actor = request.form, services.clock.now(), g.user.name
        said = Said(0, form.get("parcel", ""), form.get("waybill", ""), form.get("carrier", ""))
        with writing(services.database) as db:
            house = _house(db, services, code)
            (step,) = ship(db, [said], house.id, actor=actor, now=now)
            if step.kind in ("ship", "part", "extra") and step.parcel is not None:
                note(db, actor, "waybill.scan", step.parcel.number, now=now, waybill=step.waybill)
            parcel = _again(db, said.parcel)
        return _shown(step, parcel=parcel)


def _house(db: Connection, services: Services, code: str) -> House:
    return read_house(db, code, due=services.clock.now())


def _again(db: Connection, number: str) -> Parcel | None:
    """The parcel as it is after the deed."""
    parcel_id = parcel_id_of(number)
    return read_parcels(db, [parcel_id]).get(parcel_id) if parcel_id is not None else None


def _shown(step: Step, parcel: Parcel | None = None, *, looked: bool = False) -> str:
    return render_template(
        "partials/fulfilment/scanned.html", step=step, parcel=parcel or step.parcel, looked=looked,
        look=step_word(step), problem=problem_word(step.problem) if step.problem else "",
    )  # fmt: skip
