"""Listings: which SKU a shop's item is; what nobody has matched yet waits here, and one click lets it go on."""

from __future__ import annotations

from flask import Blueprint, g, redirect, render_template, request, url_for
from sqlalchemy import Connection
from werkzeug.wrappers import Response

from app.bootstrap import Services
from app.domain.errors import PandanError, Refused
from app.fulfilment.suggestions import SkuIndex
from app.intake.tables import parse_listings
from app.persistence.audit import note
from app.persistence.database import reading, writing
from app.persistence.goods import match_item, set_listings
from app.persistence.reads.goods import find_listings, read_sku, sku_names, unmatched, unmatched_count
from app.persistence.scope import must_see
from app.web.fragments import tell
from app.web.permissions import permit
from app.web.uploads import told, uploaded

_OFFERED = 2_000


def blueprint(services: Services) -> Blueprint:
    """The routes over these services."""
    pages = Blueprint("listings", __name__, url_prefix="/listings")

    @pages.get("/")
    @permit("stock.read")
    def index() -> str:
        return _index(services)

    @pages.post("/match")
    @permit("listings.match")
    def match() -> Response | tuple[str, int]:
        form, now = request.form, services.clock.now()
        sku, item = form.get("sku", "").strip(), form.get("item", "")
        try:
            with writing(services.database) as db:
                if read_sku(db, sku) is None:
                    raise Refused("sku-unknown", sku=sku)
                shop_id = _shop_id(db, form.get("shop_id", ""), item)
                must_see(db, "shops", id=shop_id)
                gone_on = match_item(db, shop_id, item, sku, now=now)
                note(db, g.user.name, "listing.match", f"{shop_id}/{item}"[:200], now=now, sku=sku, orders=gone_on)
        except PandanError as error:
            return _index(services, told(error)), 422
        tell(f"{item} 就是 {sku}，{gone_on} 单继续。", f"{item} is {sku}; {gone_on} orders go on.")
        return redirect(url_for("listings.index"), 303)

    @pages.post("/file")
    @permit("listings.match")
    def file() -> Response | tuple[str, int]:
        now = services.clock.now()
        try:
            rows = uploaded(parse_listings)
            with writing(services.database) as db:
                for shop in {row.shop for row in rows}:
                    must_see(db, "shops", code=shop)
                set_listings(db, [(row.shop, row.item, row.sku, row.price) for row in rows], now=now)
                note(db, g.user.name, "listing.file", now=now, rows=len(rows))
        except PandanError as error:
            return _index(services, told(error)), 422
        tell(f"已匹配 {len(rows)} 个商品。", f"{len(rows)} items matched.")
        return redirect(url_for("listings.index"), 303)

    return pages


def _index(services: Services, problems: list[str] | None = None) -> str:
    words = request.args.get("q", "").strip()
    with reading(services.database) as db:
        waiting, total = unmatched(db), unmatched_count(db)
        names = sku_names(db) if waiting else []
        matched = find_listings(db, words)
    index = SkuIndex(names)
    suggested = {(row.shop_id, row.item): index.suggest(row.code or "", f"{row.title} {row.spec}") for row in waiting}
    return render_template(
        "pages/listings/index.html", waiting=waiting, total=total, suggested=suggested, names=names[:_OFFERED],
        matched=matched, words=words, problems=problems or [],
    )  # fmt: skip


def _shop_id(db: Connection, text: str, item: str) -> int:
    waiting = {(row.shop_id, row.item) for row in unmatched(db, limit=10_000)}
    if not text.isdigit() or (int(text), item) not in waiting:
        raise Refused("item-matched-before", item=item)
    return int(text)
