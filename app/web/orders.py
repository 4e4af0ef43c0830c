"""Orders: find one among a million, see what was decided and why, and say otherwise."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import orjson
from flask import Blueprint, redirect, render_template, request, url_for
from sqlalchemy import Connection
from werkzeug.wrappers import Response

from app.bootstrap import Services
from app.domain.order import OrderState
from app.domain.provinces import ENGLISH_NAMES
from app.domain.words import Word
from app.persistence.book import SqlOrderBook
from app.persistence.database import reading
from app.persistence.order_rows import decode
from app.persistence.people_words import last_words
from app.persistence.reads import order as reads
from app.persistence.reads.orders import find_ids, find_orders
from app.persistence.reads.packs import live_pack
from app.persistence.reads.parcels import order_parcels
from app.persistence.reads.places import list_shops, warehouse_names
from app.processing.explanation import needed_units
from app.web.buyers import buyer_of, masked_buyer
from app.web.deeds import many, one
from app.web.deeds.doing import Seen
from app.web.deeds.foresight import Foreseer
from app.web.deeds.kinds import deeds
from app.web.deeds.offers import differing, offers_of, place_of
from app.web.deeds.one import told
from app.web.fragments import page, wants_part
from app.web.fulfilment_words import ORDER_WORDS, with_shipments
from app.web.language import language, t
from app.web.orders_why import choices_of as asked_choices
from app.web.orders_why import register as register_why
from app.web.payload import payload_tree, private_paths
from app.web.permissions import permit
from app.web.searching import filters_of, search_of
from app.web.stories import countdown, next_step, parcel_word, timeline, word_text
from app.web.why import asked, why
from app.web.words import carriers, reason_word

OUTCOMES = ("allocated", "held", "consolidated", "backordered", "recorded")


def blueprint(services: Services) -> Blueprint:
    """The routes over these services."""
    pages = Blueprint("orders", __name__, url_prefix="/orders")
    foreseer = Foreseer(services)

    @pages.context_processor
    def words() -> dict[str, Any]:
        return {
            **ORDER_WORDS,
            "choices_of": choices_of, "parcel_word": parcel_word, "carrier_word": carrier_word, "word_text": word_text,
            "reason_choices": reason_choices, "provinces": province_choices, "wants_part": wants_part,
        }  # fmt: skip

    @pages.get("/")
    @permit("orders.read")
    def index() -> str:
        now = services.clock.now()
        with reading(services.database) as db:
            search = search_of(db, request.args)
            found = find_orders(db, search, request.args.get("after", ""))
            shops, reasons = list_shops(db), live_reasons(db)
            # How many the deeds to all of them would be for; beyond the limit it only matters that it is more.
            matching = len(find_ids(db, search, many.MOST_ORDERS)) if found.older else len(found.rows)
        buyers = {row.id: masked_buyer(services.sealer, row.id, row.personal, row.phone_tail) for row in found.rows}
        return page(
            "pages/orders/index.html", "partials/orders/list.html",
            found=found, buyers=buyers, shops=shops, reasons=reasons, search=search, outcomes=OUTCOMES,
            states=tuple(OrderState), left={row.id: countdown(row.ship_by, now) for row in found.rows},
            filters=filters_of(request.args), older=_older(found.older), matching=matching,
            most=many.MOST_ORDERS, deeds=[deed for deed in deeds(for_many=True).values() if deed.many],
        )  # fmt: skip

    @pages.get("/<int:order_id>")
    @permit("orders.read")
    def detail(order_id: int) -> str:
        with reading(services.database) as db:
            return render_template("pages/orders/detail.html", **_file(services, foreseer, db, order_id))

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

    @pages.get("/find/<path:name>")
    @permit("orders.read")
    def find(name: str) -> Response:
        with reading(services.database) as db:
            return redirect(url_for("orders.detail", order_id=reads.find_order_id(db, name)), 303)

    register_why(pages, services)
    one.register(pages, services, foreseer)
    many.register(pages, services, foreseer)
    return pages


def choices_of(codes: Iterable[str], word: Callable[[str], str]) -> list[tuple[str, str]]:
    """Codes with their words, for a select."""
    return [(code, word(code)) for code in codes]


def reason_choices(codes: Iterable[str]) -> list[tuple[str, str]]:
    """Reasons for holding an order with their words, for a select."""
    return [(code, reason_word(code, {})) for code in codes]


def province_choices() -> list[tuple[str, str]]:
    """Every province with its name, for a select."""
    return [(name, t(name, english)) for name, english in ENGLISH_NAMES.items()]


def carrier_word(code: str) -> str:
    """A carrier by its name."""
    return carriers().get(code, code)


def live_reasons(db: Connection) -> dict[str, Any]:
    """The live pack's own reasons, code → text."""
    row = live_pack(db)
    found: dict[str, Any] = orjson.loads(row.document).get("reasons", {}) if row else {}
    return found


def _older(cursor: str) -> str:
    asked: dict[str, Any] = {key: value for key, value in filters_of(request.args).items() if value}
    return url_for("orders.index", **asked, after=cursor) if cursor else ""


def _file(services: Services, foreseer: Foreseer, db: Connection, order_id: int) -> dict[str, Any]:
    file = reads.read_order(db, order_id)
    record, sentences, reasons = why(db, file.decisions[-1])
    head, now, names = file.head, services.clock.now(), warehouse_names(db)
    stored = SqlOrderBook(db, services.sealer, looking=True).by_ids([order_id])[0]
    order = stored.overlay.over(stored.order)
    related = reads.related_orders(db, head)
    comparison = _comparison(services, file, related)
    ways = order_parcels(db, order_id)
    offers = offers_of(file, order, stored.overlay, answering=comparison is not None)
    return {
        "file": file, "head": head, "order": order, "record": record, "sentences": sentences, "reasons": reasons,
        "buyer": buyer_of(order, head.phone_tail), "place": place_of(order), "overlay": stored.overlay,
        "differing": differing(stored.order, stored.overlay, dict(names)), "offers": offers,
        "seen": Seen(order_id, last_words(db, [order_id])[order_id], head.decision_seq),
        "release": _release(foreseer, db, order_id) if offers.first and offers.first.code == "release" else None,
        "next_step": next_step(file, reasons), "left": countdown(head.ship_by, now),
        "events": with_shipments(timeline(file, reasons, dict(names)), ways), "ways": ways,
        "candidates": _candidates(db, record), "related": related, "comparison": comparison,
        **_asked(db, file.decisions[-1]),
    }  # fmt: skip


def _asked(db: Connection, decision: Any) -> dict[str, Any]:
    question = asked(db, decision)
    return {"choice": [one[language()] for one in question.choice()], "choices": asked_choices(question)}


def _release(foreseer: Foreseer, db: Connection, order_id: int) -> dict[str, Any]:
    """What the button would do that is pressed without a panel."""
    return told(foreseer.words(db, [order_id], lambda _, now: Word("release", {"reasons": now.holds})))


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
