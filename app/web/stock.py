"""Stock: balances, setting and adjusting them by hand or by file, and the ledger that explains them."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, g, redirect, render_template, request, url_for
from sqlalchemy import Connection
from werkzeug.wrappers import Response

from app.bootstrap import Services
from app.domain.errors import PandanError, Problem, Refused
from app.intake.tables import StockLine, parse_stock
from app.persistence.audit import note
from app.persistence.database import reading, writing
from app.persistence.reads.goods import read_sku
from app.persistence.reads.places import warehouse_names
from app.persistence.reads.stock import find_balances, has_balances, read_balance, read_ledger
from app.persistence.stock import StockCount, set_stock
from app.web.fragments import page, tell
from app.web.language import t
from app.web.permissions import permit
from app.web.uploads import told, uploaded


def blueprint(services: Services) -> Blueprint:
    """The routes over these services."""
    pages = Blueprint("stock", __name__, url_prefix="/stock")

    @pages.context_processor
    def words() -> dict[str, Any]:
        return {"ledger_word": ledger_word, "document_word": document_word}

    @pages.get("/")
    @permit("stock.read")
    def index() -> str:
        return _index(services)

    @pages.get("/sku/<path:sku>")
    @permit("stock.read")
    def detail(sku: str) -> str:
        before = request.args.get("before", "")
        with reading(services.database) as db:
            rows, _ = find_balances(db, sku=sku)
            moves = read_ledger(db, sku, int(before) if before.isdigit() else None, 101)
            places, known = warehouse_names(db), read_sku(db, sku)
        balances = [row for row in rows if row.sku == sku]
        older = url_for("stock.detail", sku=sku, before=moves[99].id) if len(moves) > 100 else ""
        return render_template(
            "pages/stock/detail.html", sku=sku, balances=balances, moves=moves[:100], places=places, known=known,
            older=older,
        )  # fmt: skip

    @pages.post("/set")
    @permit("stock.change")
    def change() -> Response | tuple[str, int]:
        now = services.clock.now()
        try:
            with writing(services.database) as db:
                count = _counted(db)
                waiting = set_stock(db, [count], doc=f"by {g.user.name}", now=now)
                note(db, g.user.name, "stock.set", f"{count.warehouse}/{count.sku}", now=now, on_hand=count.on_hand)
        except PandanError as error:
            return _index(services, problems=told(error)), 422
        tell(
            f"{count.warehouse} 的 {count.sku} 现在是 {count.on_hand} 件，{waiting} 单重新判定。",
            f"{count.sku} at {count.warehouse} is {count.on_hand} now; {waiting} orders are decided again.",
        )
        return redirect(url_for("stock.detail", sku=count.sku), 303)

    @pages.post("/file")
    @permit("stock.change")
    def file() -> Response | tuple[str, int]:
        now = services.clock.now()
        try:
            lines: list[StockLine] = uploaded(parse_stock)
            counts = [StockCount(one.warehouse, one.sku, one.on_hand, one.bin or None) for one in lines]
            with writing(services.database) as db:
                waiting = set_stock(db, counts, doc=f"file by {g.user.name}", now=now)
                note(db, g.user.name, "stock.file", now=now, rows=len(lines))
        except PandanError as error:
            return _index(services, problems=told(error)), 422
        tell(
            f"已保存 {len(lines)} 行库存，{waiting} 单重新判定。",
            f"{len(lines)} rows of stock saved; {waiting} orders are decided again.",
        )
        return redirect(url_for("stock.index"), 303)

    return pages


_REASONS = {
    "ship": ("发出", "Shipped"),
    "unship": ("撤销发货", "Shipment taken back"),
    "put-back": ("不发了，放回", "Put back, not shipped"),
    "transfer": ("调拨", "Transfer"),
    "transfer-undone": ("撤销调拨到货", "Arrival taken back"),
    "transfer-lost": ("调拨丢失", "Lost on a transfer"),
    "transfer-left": ("调拨没发出", "Not sent with a transfer"),
}


def ledger_word(move: Any) -> str:
    """Why a balance changed, in words."""
    if move.reason == "count":
        return t("盘点", "Counted")
    if move.reason in _REASONS:
        return t(*_REASONS[move.reason])
    if move.reason == "reserve":
        return t("订单占用", "Reserved for orders") if move.reserved_delta > 0 else t("订单释放", "Released by orders")
    return str(move.reason)


def document_word(document: str) -> str:
    """What a balance changed by, in words: a batch of decisions, or who did it."""
    kind, _, rest = document.partition(":")
    if kind == "batch":
        return t(f"判定批次 {rest}", f"batch {rest}")
    if kind in ("shipment", "transfer", "parcel"):
        words = {"shipment": ("运单登记", "waybill"), "transfer": ("调拨", "transfer"), "parcel": ("包裹", "parcel")}
        return f"{t(*words[kind])} {rest}"
    if document.startswith("file by "):
        return t(f"{document[8:]} 的文件", document)
    return document.removeprefix("by ")


def _index(services: Services, problems: list[str] | None = None) -> str:
    asked = request.args
    sku, warehouse, short = asked.get("sku", "").strip(), asked.get("warehouse", ""), asked.get("short") == "1"
    with reading(services.database) as db:
        rows, after = find_balances(db, sku=sku, warehouse=warehouse, short=short, after=asked.get("after", ""))
        places, any_stock = warehouse_names(db), has_balances(db)
    chosen = {"sku": sku, "warehouse": warehouse, "short": "1" if short else ""}
    asked_for: dict[str, Any] = {key: value for key, value in chosen.items() if value}
    older = url_for("stock.index", **asked_for, after=after)
    return page(
        "pages/stock/index.html", "partials/stock/list.html", rows=rows, places=places, any_stock=any_stock,
        filters=chosen, older=older if after else "", problems=problems or [],
    )  # fmt: skip


def _counted(db: Connection) -> StockCount:
    """What the form says is there: a count, or a change of what was there."""
    form = request.form
    warehouse, sku = form.get("warehouse", ""), form.get("sku", "").strip()
    try:
        number = int(form.get("number", ""))
    except ValueError:
        raise Refused("rows-refused", problems=(Problem("number-needed"),)) from None
    if not sku:
        raise Refused("rows-refused", problems=(Problem("sku-needed"),))
    if form.get("how") == "change":
        known = read_balance(db, warehouse, sku)
        number += known.on_hand if known else 0
    return StockCount(warehouse, sku, number, form.get("bin", "").strip() or None)
