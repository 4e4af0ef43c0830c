"""Orders: find one among a million, see what was decided and why, and say otherwise."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import orjson
from flask import Blueprint, g, redirect, render_template, request, url_for
from sqlalchemy import Connection
from werkzeug.wrappers import Response

from app.bootstrap import Services
from app.domain.errors import NotFound, Refused
from app.domain.order import OrderState
from app.persistence.audit import note
from app.persistence.database import reading, writing
from app.persistence.order_rows import decode
from app.persistence.people_words import intervene, say_same, undo_intervention
from app.persistence.reads import order as reads
from app.persistence.reads.orders import OrderSearch, find_orders, search_for
from app.persistence.reads.packs import live_pack, read_pack
from app.persistence.reads.places import list_shops, warehouse_names
from app.persistence.redecisions import ask_again
from app.persistence.scope import limited
from app.processing.explanation import Names, explain_record, needed_units
from app.rulebook import load_pack
from app.web.buyers import masked_buyer
from app.web.fragments import page, tell
from app.web.language import language, t
from app.web.payload import payload_tree, private_paths
from app.web.permissions import permit
from app.web.stories import countdown, next_step, parcel_word, timeline

OUTCOMES = ("allocated", "held", "consolidated", "backordered", "recorded")
_CHINA = timedelta(hours=8)
_LONGEST_NOTE = 200
DEEDS = ("hold", "release", "cancel", "again", "urgent", "warehouse")


def blueprint(services: Services) -> Blueprint:
    """The routes over these services."""
    pages = Blueprint("orders", __name__, url_prefix="/orders")

    @pages.context_processor
    def words() -> dict[str, Any]:
        return {"choices_of": choices_of, "parcel_word": parcel_word}

    @pages.get("/")
    @permit("orders.read")
    def index() -> str:
        now = services.clock.now()
        with reading(services.database) as db:
            search = _search(db)
            found = find_orders(db, search, request.args.get("after", ""))
            shops, reasons = list_shops(db), live_reasons(db)
        buyers = {row.id: masked_buyer(services.sealer, row.id, row.personal, row.phone_tail) for row in found.rows}
        return page(
            "pages/orders/index.html", "partials/orders/list.html",
            found=found, buyers=buyers, shops=shops, reasons=reasons, search=search, outcomes=OUTCOMES,
            states=tuple(OrderState), left={row.id: countdown(row.ship_by, now) for row in found.rows},
            filters=_filters(), older=_older(found.older),
        )  # fmt: skip

    @pages.get("/<int:order_id>")
    @permit("orders.read")
    def detail(order_id: int) -> str:
        with reading(services.database) as db:
            return render_template("pages/orders/detail.html", **_file(services, db, order_id))

    @pages.get("/<int:order_id>/payload/<int:revision>")
    @permit("orders.read")
    def payload(order_id: int, revision: int) -> str:
        with reading(services.database) as db:
            sealed = reads.read_payload(db, order_id, revision)
            head, live = reads.read_order(db, order_id).head, live_pack(db)
        plain = orjson.loads(services.sealer.open(sealed, f"payload:{order_id}:{revision}"))
        mapping = orjson.loads(live.document)["mappings"].get(head.platform, {}) if live else {}
        tree = payload_tree(plain, private_paths(mapping))
        return render_template("partials/orders/payload.html", tree=tree, order_id=order_id, revision=revision)

    @pages.post("/<int:order_id>/<action>")
    @permit("orders.decide")
    def act(order_id: int, action: str) -> Response:
        if action not in DEEDS:
            raise NotFound("page-missing")
        now, actor = services.clock.now(), g.user.name
        with writing(services.database) as db:
            head = reads.read_order(db, order_id).head
            if action != "again":
                intervene(db, order_id, action, _said(action, head), actor=actor, now=now)
            ask_again(db, [order_id], "intervention", now=now)
            note(db, actor, f"order.{action}", str(order_id), now=now)
        if action == "again":
            tell("正在重新判定。", "It is being decided again.")
        else:
            tell(
                "好了，正在重新判定；可以在时间线里撤销。", "Done; being decided again. The timeline can take it back."
            )
        return redirect(url_for("orders.detail", order_id=order_id), 303)

    @pages.post("/<int:order_id>/undo/<int:intervention_id>")
    @permit("orders.decide")
    def undo(order_id: int, intervention_id: int) -> Response:
        now = services.clock.now()
        with writing(services.database) as db:
            undone = undo_intervention(db, intervention_id, now=now)
            if undone is not None:
                ask_again(db, [undone], "intervention", now=now)
                note(db, g.user.name, "order.undo", str(undone), now=now, intervention=intervention_id)
        tell("已撤销，正在重新判定。", "Taken back; it is being decided again.")
        return redirect(url_for("orders.detail", order_id=order_id), 303)

    @pages.post("/<int:order_id>/same/<int:other_id>")
    @permit("orders.decide")
    def answer(order_id: int, other_id: int) -> Response:
        now, actor, same = services.clock.now(), g.user.name, request.form.get("same") == "yes"
        with writing(services.database) as db:
            say_same(db, order_id, other_id, same=same, actor=actor, now=now)
            if same:
                intervene(db, order_id, "cancel", {"repeat_of": other_id}, actor=actor, now=now)
            ask_again(db, [order_id], "people", now=now)
            note(db, actor, "order.same" if same else "order.not-same", str(order_id), now=now, other=other_id)
        tell(
            "记下了：是同一笔，这一单已取消。" if same else "记下了：不是同一笔，正在重新判定。",
            "Noted: a repeat, this one is cancelled." if same else "Noted: not the same; it is being decided again.",
        )
        return redirect(url_for("orders.detail", order_id=order_id), 303)

    @pages.get("/find/<path:name>")
    @permit("orders.read")
    def find(name: str) -> Response:
        with reading(services.database) as db:
            return redirect(url_for("orders.detail", order_id=reads.find_order_id(db, name)), 303)

    return pages


def choices_of(codes: Iterable[str], word: Callable[[str], str]) -> list[tuple[str, str]]:
    """Codes with their words, for a select."""
    return [(code, word(code)) for code in codes]


def live_reasons(db: Connection) -> dict[str, Any]:
    """The live pack's own reasons, code → text."""
    row = live_pack(db)
    found: dict[str, Any] = orjson.loads(row.document).get("reasons", {}) if row else {}
    return found


def _search(db: Connection) -> OrderSearch:
    asked = request.args
    shop = asked.get("shop", "")
    since, until = _day(asked.get("since", "")), _day(asked.get("until", ""), after=1)
    return replace(
        search_for(db, asked.get("q", "")),
        shop_id=int(shop) if shop.isdigit() else None,
        outcome=asked.get("outcome", ""),
        state=asked.get("state", ""),
        reason=asked.get("reason", ""),
        since=since,
        until=until,
    )


def _filters() -> dict[str, str]:
    return {key: request.args.get(key, "") for key in ("q", "shop", "outcome", "state", "since", "until", "reason")}


def _older(cursor: str) -> str:
    asked: dict[str, Any] = {key: value for key, value in _filters().items() if value}
    return url_for("orders.index", **asked, after=cursor) if cursor else ""


def _day(text: str, *, after: int = 0) -> int | None:
    """The first second of a day in China, `after` days later; None without a day."""
    try:
        day = date.fromisoformat(text) + timedelta(days=after)
    except (ValueError, OverflowError):
        return None
    return int((datetime(day.year, day.month, day.day, tzinfo=UTC) - _CHINA).timestamp())


def _said(action: str, head: Any) -> dict[str, Any]:
    form = request.form
    if action == "release":
        return {"reasons": [head.reason]}
    if action == "hold":
        return {"reason": "by-hand", "note": form.get("note", "")[:_LONGEST_NOTE]}
    if action == "urgent":
        return {"urgent": True}
    if action == "warehouse":
        if not form.get("warehouse"):
            raise Refused("choose-warehouse")
        return {"warehouse": form["warehouse"]}
    return {}


def _file(services: Services, db: Connection, order_id: int) -> dict[str, Any]:
    file = reads.read_order(db, order_id)
    record, sentences, reasons = _why(db, file)
    head, now = file.head, services.clock.now()
    personal = services.sealer.open(head.personal, f"order:{head.id}") if head.personal else None
    order = decode(head.shop, head.tid, head.doc, personal)
    related = reads.related_orders(db, head)
    return {
        "file": file, "head": head, "order": order, "record": record, "sentences": sentences, "reasons": reasons,
        "buyer": masked_buyer(services.sealer, head.id, head.personal, head.phone_tail),
        "next_step": next_step(file, reasons), "events": timeline(file, reasons), "left": countdown(head.ship_by, now),
        "candidates": _candidates(db, record), "warehouses": warehouse_names(db), "related": related,
        "comparison": _comparison(services, file, related), "verdicts": reads.verdicts_of(db, order_id),
    }  # fmt: skip


def _why(db: Connection, file: reads.OrderFile) -> tuple[dict[str, Any], list[str], dict[str, Any]]:
    latest = file.decisions[-1]
    record: dict[str, Any] = orjson.loads(latest.record)
    pack = load_pack(orjson.loads(read_pack(db, latest.pack_version).document))
    shops = {shop.code: shop.name for shop in list_shops(db)}
    names = Names(shops, dict(warehouse_names(db)), only=limited() is not None)
    # The table beside it tells of the warehouses.
    told = explain_record(record, pack, names, warehouses=False)
    return record, [one[language()] for one in told], dict(pack.reasons)


def _candidates(db: Connection, record: dict[str, Any]) -> list[dict[str, Any]]:
    needed = needed_units(record)
    if not needed:
        return []
    held, names = reads.stock_of(db, list(needed)), dict(warehouse_names(db))
    return [
        {
            "name": names.get(facts["code"], facts["code"]), "target": facts["code"] == record.get("target"),
            "km": facts.get("km"), "km_to_target": facts.get("km_to_target"),
            "stock": [_stock_line(sku, count, facts, held) for sku, count in needed.items()],
        }
        for facts in record.get("warehouses", ())
    ]  # fmt: skip


def _stock_line(sku: str, count: int, facts: Any, held: dict[str, dict[str, tuple[int, int]]]) -> dict[str, Any]:
    on_hand, reserved = held.get(facts["code"], {}).get(sku, (0, 0))
    then = facts["stock"].get(sku, 0)
    return {"sku": sku, "needed": count, "then": then, "now": on_hand - reserved, "enough": then >= count}


def _comparison(services: Services, file: reads.OrderFile, related: dict[str, list[Any]]) -> dict[str, Any] | None:
    """This order beside the earlier one it may repeat, as rows of (name, this, that, alike)."""
    if not related["anchor"]:
        return None
    other = related["anchor"][0]
    sides = [_side(services, head) for head in (file.head, other)]
    (mine, buyer, goods), (that, their_buyer, their_goods) = sides
    rows = [
        (t("店铺", "Shop"), mine.shop_name, that.shop_name),
        (t("买家", "Buyer"), f"{buyer.name} {buyer.phone}", f"{their_buyer.name} {their_buyer.phone}"),
        (
            t("地址", "Address"),
            f"{mine.province or ''} {buyer.address}",
            f"{that.province or ''} {their_buyer.address}",
        ),
        (t("商品", "Goods"), goods, their_goods),
    ]
    return {"other": that, "seconds": abs(mine.created_at - that.created_at),
            "rows": [(name, one, two, one == two) for name, one, two in rows]}  # fmt: skip


def _side(services: Services, head: Any) -> tuple[Any, Any, str]:
    buyer = masked_buyer(services.sealer, head.id, head.personal, head.phone_tail)
    order = decode(head.shop, head.tid, head.doc, None)
    goods = sorted(f"{line.sku or line.title} × {line.quantity}" for line in order.lines)
    return head, buyer, " + ".join(goods)
