"""Transfers between own warehouses, and purchases that rules asked for."""

from __future__ import annotations

import io
from itertools import groupby
from typing import Any

from flask import Blueprint, g, redirect, render_template, request, send_file, url_for
from werkzeug.wrappers import Response

from app.bootstrap import Services
from app.domain.errors import Refused
from app.fulfilment.workbooks import Table, workbook
from app.persistence.audit import note
from app.persistence.database import reading, writing
from app.persistence.fulfilment.purchases import close_purchases, reopen_purchases
from app.persistence.fulfilment.transfers import Arrival, arrive, send, unarrive, unsend
from app.persistence.reads.places import warehouse_names
from app.persistence.reads.shipping import PAGE_ROWS, count_purchases, count_transfers, find_purchases, find_transfers
from app.web.fragments import tell
from app.web.fulfilment_papers import XLSX
from app.web.language import t
from app.web.permissions import permit
from app.web.words import clock

STATES = ("going", "arrived", "cancelled")


def blueprint(services: Services) -> Blueprint:
    """The routes over these services."""
    pages = Blueprint("transfers", __name__, url_prefix="/transfers")

    @pages.context_processor
    def words() -> dict[str, Any]:
        return {"transfer_state": transfer_state, "missing_word": missing_word, "tabs": _tabs}

    _transfers(pages, services)
    _deeds(pages, services)
    _purchases(pages, services)
    return pages


def _transfers(pages: Blueprint, services: Services) -> None:
    @pages.get("/")
    @permit("shipping.read")
    def index() -> str:
        asked = _asked()
        with reading(services.database) as db:
            rows, counts, places = find_transfers(db, **asked), count_transfers(db), warehouse_names(db)
        older = ""
        if asked["state"] != "going" and len(rows) > PAGE_ROWS:
            older = url_for("transfers.index", **{**asked, "before": rows[PAGE_ROWS - 1].id})
            rows = rows[:PAGE_ROWS]
        tally = {"going": counts["open"] + counts["sent"], "arrived": counts["arrived"]}
        tally["cancelled"] = counts["cancelled"]
        roads = [(key, list(some)) for key, some in groupby(rows, lambda row: (row.source_name, row.destination_name))]
        return render_template(
            "pages/transfers/index.html", roads=roads if asked["state"] == "going" else [("", rows)] if rows else [],
            counts=tally, asked=asked, places=places, older=older,
        )  # fmt: skip

    @pages.get("/transfers.xlsx")
    @permit("shipping.read")
    def export() -> Response:
        with reading(services.database) as db:
            rows = find_transfers(db, **_asked())
        headings = (
            (t("调出仓", "From"), 14), (t("调入仓", "To"), 14), ("SKU", 22), (t("商品", "Goods"), 28),
            (t("库位", "Bin"), 11), (t("数量", "Units"), 8), (t("订单号", "Order"), 24), (t("应到", "Due"), 12),
            (t("状态", "State"), 10), (t("实到", "Arrived"), 8),
        )  # fmt: skip
        lines = [
            (r.source_name, r.destination_name, r.sku, r.name, r.bin or "", r.quantity, r.tid, r.arrives_on,
             transfer_state(r.state)[0], r.arrived if r.arrived is not None else "")
            for r in rows
        ]  # fmt: skip
        said = clock(services.clock.now())
        table = Table(t("调拨", "Transfers"), t("调拨单", "Transfers"), headings, lines, note=said, landscape=True)
        return _file(workbook([table]), "transfers.xlsx")


def _deeds(pages: Blueprint, services: Services) -> None:
    @pages.post("/sent")
    @permit("shipping.do")
    def sent() -> Response:
        now, actor, chosen = services.clock.now(), g.user.name, _chosen()
        with writing(services.database) as db:
            count = send(db, chosen, actor=actor, now=now)
            note(db, actor, "transfers.sent", now=now, transfers=chosen)
        tell(f"{count} 笔已发出。到货前订单不会自动改动。", f"{count} were sent. Their orders stay as they are.")
        return redirect(_back(), 303)

    @pages.post("/arrived")
    @permit("shipping.do")
    def arrived() -> Response:
        now, actor, chosen = services.clock.now(), g.user.name, _chosen()
        with writing(services.database) as db:
            count = arrive(db, [Arrival(each) for each in chosen], actor=actor, now=now)
            note(db, actor, "transfers.arrived", now=now, transfers=chosen)
        tell(
            f"{count} 笔已到货，库存已移过来，订单可以拣了。",
            f"{count} have arrived: the stock is moved and the orders can be picked.",
        )
        return redirect(_back(), 303)

    @pages.post("/<int:transfer_id>/short")
    @permit("shipping.do")
    def short(transfer_id: int) -> Response:
        now, actor, form = services.clock.now(), g.user.name, request.form
        units = form.get("units", "")
        if not units.isdigit():
            raise Refused("number-needed")
        missing = form.get("missing", "")
        with writing(services.database) as db:
            arrive(db, [Arrival(transfer_id, int(units), missing)], actor=actor, now=now)
            note(db, actor, "transfer.short", str(transfer_id), now=now, units=int(units), missing=missing)
        tell("差额已记账，订单重新判定。", "The difference is booked; the order is decided again.")
        return redirect(_back(), 303)

    @pages.post("/<int:transfer_id>/undo")
    @permit("shipping.do")
    def undo(transfer_id: int) -> Response:
        now, actor = services.clock.now(), g.user.name
        with writing(services.database) as db:
            if request.form.get("what") == "sent":
                unsend(db, transfer_id, now=now)
            else:
                unarrive(db, transfer_id, now=now)
            note(db, actor, "transfer.undo", str(transfer_id), now=now)
        tell("已撤销。", "Taken back.")
        return redirect(_back(), 303)


def _purchases(pages: Blueprint, services: Services) -> None:
    @pages.get("/purchases")
    @permit("shipping.read")
    def purchases() -> str:
        state = "done" if request.args.get("state") == "done" else "requested"
        with reading(services.database) as db:
            rows, counts = find_purchases(db, state=state), count_purchases(db)
        return render_template("pages/transfers/purchases.html", rows=rows, counts=counts, state=state)

    @pages.get("/purchases.xlsx")
    @permit("shipping.read")
    def purchases_file() -> Response:
        with reading(services.database) as db:
            rows = find_purchases(db)
        headings = (
            ("SKU", 22), (t("商品", "Goods"), 30), (t("要买", "To buy"), 9), (t("现在可用", "Free now"), 10),
            (t("订单号", "Order"), 24), (t("店铺", "Shop"), 16),
            (t("发货期限", "Ship by"), 17), (t("提出", "Asked"), 17),
        )  # fmt: skip
        lines = [
            (r.sku, r.name, r.quantity, int(r.free), r.tid, r.shop_name, clock(r.ship_by), clock(r.created_at))
            for r in rows
        ]
        title = t("采购需求", "Purchases asked for")
        table = Table(title, title, headings, lines, note=clock(services.clock.now()), landscape=True)
        return _file(workbook([table]), "purchases.xlsx")

    @pages.post("/purchases/done")
    @permit("shipping.do")
    def purchases_done() -> Response:
        now, actor, chosen = services.clock.now(), g.user.name, _chosen()
        with writing(services.database) as db:
            if request.form.get("again"):
                count = reopen_purchases(db, chosen)
            else:
                count = close_purchases(db, chosen, actor=actor, now=now)
            note(db, actor, "purchases.again" if request.form.get("again") else "purchases.done", now=now, ids=chosen)
        tell(f"{count} 条已更新。货到后在库存里登记。", f"{count} updated. Set the stock when the goods come.")
        return redirect(url_for("transfers.purchases"), 303)


def _asked() -> dict[str, Any]:
    args = request.args
    state, before = args.get("state", "going"), args.get("before", "")
    return {
        "state": state if state in STATES else "going", "source": args.get("source", ""),
        "destination": args.get("destination", ""), "before": int(before) if before.isdigit() else None,
    }  # fmt: skip


def _chosen() -> list[int]:
    """The rows that were ticked. Raises `Refused("none-chosen")`."""
    chosen = [int(each) for each in request.form.getlist("id") if each.isdigit() and len(each) < 18]
    if not chosen:
        raise Refused("none-chosen")
    return chosen


def _back() -> str:
    wanted = request.form.get("back", "")
    return wanted if wanted.startswith("/transfers/") else url_for("transfers.index")


def _file(data: bytes, name: str) -> Response:
    return send_file(io.BytesIO(data), XLSX, as_attachment=True, download_name=name)


def _tabs(counts: dict[str, int], here: str) -> list[tuple[str, str, bool, int]]:
    words = {"going": t("在办", "Under way"), "arrived": t("已到", "Arrived"), "cancelled": t("已取消", "Cancelled")}
    return [(words[each], url_for("transfers.index", state=each), each == here, counts[each]) for each in STATES]


def transfer_state(state: str) -> tuple[str, str, str]:
    """A transfer's state as (word, tone, icon)."""
    return {
        "open": (t("待发", "To send"), "", "clock"),
        "sent": (t("在途", "On the road"), "calm", "truck"),
        "arrived": (t("已到", "Arrived"), "good", "check"),
        "cancelled": (t("已取消", "Cancelled"), "", "close"),
    }[state]


def missing_word(missing: str | None) -> str:
    """Where the missing units are, in words."""
    return {"lost": t("丢失", "lost"), "left": t("没发出来", "never left")}.get(missing or "", "")
