"""Shipping: what is open in each warehouse, pick lists and the parcels on them."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, g, redirect, render_template, request, url_for
from sqlalchemy import Connection
from werkzeug.wrappers import Response

from app.bootstrap import Services
from app.domain.errors import PandanError
from app.fulfilment.carriers import carrier_code
from app.fulfilment.parcels import Wishes, list_number
from app.persistence.audit import note
from app.persistence.database import reading, writing
from app.persistence.fulfilment.lists import MOST_PARCELS, make_list, take_back
from app.persistence.fulfilment.release import put_back
from app.persistence.fulfilment.shipping import undo_shipment
from app.persistence.fulfilment.templates import read_templates
from app.persistence.reads.parcels import list_parcels, stranded_parcels
from app.persistence.reads.shipping import (
    count_purchases,
    count_transfers,
    find_lists,
    open_carriers,
    read_house,
    read_houses,
    read_list,
)
from app.web import fulfilment_papers, fulfilment_scan, fulfilment_waybills
from app.web.fragments import tell
from app.web.fulfilment_words import WORDS
from app.web.permissions import permit
from app.web.uploads import told

DAY = 86_400
_PAGE = 20
DUE = {"today": 0, "day": DAY, "two": 2 * DAY}


def blueprint(services: Services) -> Blueprint:
    """The routes over these services."""
    pages = Blueprint("fulfilment", __name__, url_prefix="/shipping")

    @pages.context_processor
    def words() -> dict[str, Any]:
        return dict(WORDS)

    _looks(pages, services)
    _deeds(pages, services)
    fulfilment_papers.add_routes(pages, services)
    fulfilment_waybills.add_routes(pages, services)
    fulfilment_scan.add_routes(pages, services)
    return pages


def _looks(pages: Blueprint, services: Services) -> None:
    @pages.get("/")
    @permit("shipping.read")
    def index() -> str:
        with reading(services.database) as db:
            houses = read_houses(db, due=services.clock.now() + DAY)
            transfers, purchases = count_transfers(db), count_purchases(db)
        going = transfers["open"] + transfers["sent"]
        return render_template(
            "pages/fulfilment/index.html", houses=houses, going=going, purchases=purchases["requested"]
        )

    @pages.get("/<code>/")
    @permit("shipping.read")
    def house(code: str) -> str:
        return _house(services, code)

    @pages.get("/lists/<int:list_id>")
    @permit("shipping.read")
    def detail(list_id: int) -> str:
        with reading(services.database) as db:
            return _detail(db, list_id)


def _deeds(pages: Blueprint, services: Services) -> None:
    @pages.post("/<code>/lists")
    @permit("shipping.do")
    def make(code: str) -> Response | tuple[str, int]:
        now, actor = services.clock.now(), g.user.name
        try:
            with writing(services.database) as db:
                found = read_house(db, code, due=now)
                list_id = make_list(db, found.id, _wishes(now), actor=actor, now=now)
                note(db, actor, "list.make", list_number(list_id), now=now, warehouse=code)
        except PandanError as error:
            return _house(services, code, told(error)), error.status if error.status != 400 else 422
        tell(
            "拣货单做好了。订单不会再自动改动；没发货前可以整单撤回。",
            "The list is made. Its orders stay as they are; until something leaves it can be taken back.",
        )
        return redirect(url_for("fulfilment.detail", list_id=list_id), 303)

    @pages.post("/lists/<int:list_id>/back")
    @permit("shipping.do")
    def back(list_id: int) -> Response:
        now, actor = services.clock.now(), g.user.name
        with writing(services.database) as db:
            row = read_list(db, list_id)
            count = take_back(db, list_id, actor=actor, now=now)
            note(db, actor, "list.take-back", list_number(list_id), now=now, parcels=count)
        tell(f"已撤回，{count} 个包裹回到待拣。", f"Taken back; {count} parcels are open again.")
        return redirect(url_for("fulfilment.house", code=row.code), 303)

    @pages.post("/lists/<int:list_id>/parcels/<int:parcel_id>/off")
    @permit("shipping.do")
    def off(list_id: int, parcel_id: int) -> Response:
        now, actor = services.clock.now(), g.user.name
        with writing(services.database) as db:
            take_back(db, list_id, actor=actor, now=now, parcel_id=parcel_id)
            note(db, actor, "list.parcel-off", list_number(list_id), now=now, parcel=parcel_id)
        tell("已移出这张单，包裹回到待拣。", "Taken off the list; the parcel is open again.")
        return redirect(url_for("fulfilment.detail", list_id=list_id), 303)

    @pages.post("/parcels/<int:parcel_id>/put-back")
    @permit("shipping.do")
    def restore(parcel_id: int) -> Response:
        now, actor = services.clock.now(), g.user.name
        with writing(services.database) as db:
            orders, units = put_back(db, parcel_id, actor=actor, now=now)
            note(db, actor, "parcel.put-back", str(parcel_id), now=now, orders=orders, units=units)
        tell(f"已放回 {units} 件，库存可以再用了。", f"{units} units were put back; their stock is free again.")
        return redirect(_safe_back(), 303)

    @pages.post("/shipments/<int:shipment_id>/undo")
    @permit("shipping.do")
    def unship(shipment_id: int) -> Response:
        now, actor = services.clock.now(), g.user.name
        with writing(services.database) as db:
            parcel = undo_shipment(db, shipment_id, actor=actor, now=now)
            note(db, actor, "shipment.undo", str(shipment_id), now=now, parcel=parcel.number)
        tell(
            f"运单已撤销，{parcel.number} 又在仓库里了。",
            f"The waybill was taken back; {parcel.number} is in the house again.",
        )
        return redirect(_safe_back(), 303)


def _house(services: Services, code: str, problems: list[str] | None = None) -> str:
    now, before = services.clock.now(), request.args.get("before", "")
    with reading(services.database) as db:
        found = read_house(db, code, due=now + DAY)
        lists = find_lists(db, found.id, int(before) if before.isdigit() else None)
        stranded, carriers = stranded_parcels(db, found.id), open_carriers(db, found.id)
    older = url_for("fulfilment.house", code=code, before=lists[_PAGE - 1].row.id) if len(lists) > _PAGE else ""
    return render_template(
        "pages/fulfilment/house.html", house=found, lists=lists[:_PAGE], older=older, stranded=stranded,
        carriers=carriers, problems=problems or [], most=MOST_PARCELS, form=request.form,
    )  # fmt: skip


def _detail(db: Connection, list_id: int) -> str:
    row = read_list(db, list_id)
    parcels = list_parcels(db, list_id)
    shown = request.args.get("show", "")
    counts = {state: sum(1 for one in parcels if one.state == state) for state in _STATES}
    templates = read_templates(db)
    wanted = {carrier_code(parcel.carrier or "") for parcel in parcels}
    first = sorted(templates, key=lambda carrier: (carrier not in wanted, list(templates).index(carrier)))
    return render_template(
        "pages/fulfilment/list.html", row=row, parcels=[p for p in parcels if shown in ("", p.state)], shown=shown,
        counts=counts, every=len(parcels), templates=[(each, templates[each][0].name) for each in first],
        gone=any(parcel.shipments for parcel in parcels),
    )  # fmt: skip


def _wishes(now: int) -> Wishes:
    form = request.form
    limit, carrier = form.get("limit", ""), form.get("carrier", "any")
    due = form.get("due", "")
    return Wishes(
        carrier=None if carrier == "any" else carrier[:32],
        ship_by=now + DUE[due] if due in DUE else None,
        size=form.get("size", "") if form.get("size") in ("single", "multi") else "",
        urgent_first=form.get("first", "urgent") == "urgent",
        limit=int(limit) if limit.isdigit() and int(limit) else 200,
    )


def _safe_back() -> str:
    """Where the deed was done; the start of shipping when the browser does not say."""
    wanted = request.form.get("back", "")
    return wanted if wanted.startswith("/shipping/") else url_for("fulfilment.index")


_STATES = ("stopped", "picked", "part", "shipped", "put-back")
