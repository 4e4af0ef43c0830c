"""Watches: what they look for, what they found lately with the orders behind it, and what they protect now."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import orjson
from flask import Blueprint, g, redirect, render_template, request, url_for
from sqlalchemy import Row
from werkzeug.wrappers import Response

from app.bootstrap import Services
from app.insight.rete import is_installed
from app.persistence.database import reading
from app.persistence.protections import release
from app.persistence.reads.packs import live_pack
from app.persistence.reads.places import list_shops
from app.persistence.reads.watches import Firing, ended_lately, firings, standing_now, states
from app.rulebook.part_words import EVIDENCE_WORDS
from app.rulebook.watches import BURST, CANCELLATIONS, PRICE_GAP, watch_title
from app.rulebook.watches_words import phrase_watch
from app.web.fragments import tell
from app.web.language import language, pick, t
from app.web.permissions import permit
from app.web.words import clock, money, span

_SHOWN_ORDERS = 6


@dataclass(frozen=True, slots=True)
class ToldWatch:
    """One watch as pages show it; `tone` colours how its last look went."""

    id: str
    title: str
    sentence: str
    state: str = ""
    tone: str = ""
    looked: str = ""


@dataclass(frozen=True, slots=True)
class Board:
    """What the live pack says of watches, by their codes, and the shops' names."""

    watches: dict[str, dict[str, Any]]
    shops: dict[str, str]

    def title(self, watch: str) -> str:
        """What people call a watch; one that is no longer in the pack goes by its code."""
        known = self.watches.get(watch)
        return pick(dict(watch_title(known))) if known else watch


def blueprint(services: Services) -> Blueprint:
    """The routes over these services."""
    pages = Blueprint("watches", __name__, url_prefix="/watches")

    @pages.app_context_processor
    def everywhere() -> dict[str, Any]:
        return {"told_watches": told_watches}

    @pages.get("/")
    @permit("rules.read")
    def index() -> str:
        now, before = services.clock.now(), request.args.get("before", "")
        with reading(services.database) as db:
            pack = live_pack(db)
            found, more = firings(db, int(before) if before.isdigit() else None)
            standing, ended, looks = standing_now(db, now), ended_lately(db, now), states(db)
            shops = {shop.code: shop.name for shop in list_shops(db)}
        document: dict[str, Any] = orjson.loads(pack.document) if pack else {}
        board = Board({one["id"]: one for one in document.get("watches", ())}, shops)
        return render_template(
            "pages/watches/index.html", watches=told_watches(document, looks, now), first=not before,
            standing=[_protection(row, board, now, held) for row, held in standing],
            ended=[_protection(row, board, now) for row in ended], found=[_firing(one, board) for one in found],
            older=url_for("watches.index", before=more) if more else "", installed=is_installed(),
            shown_orders=_SHOWN_ORDERS,
        )  # fmt: skip

    @pages.post("/protections/<int:number>/release")
    @permit("rules.change")
    def let_go(number: int) -> Response:
        freed = release(services.database, number, actor=g.user.name, now=services.clock.now())
        tell(
            f"保护已放开，{freed} 张挂起的订单重新判定。",
            f"The protection is over; {freed} held {'order is' if freed == 1 else 'orders are'} decided again.",
        )
        return redirect(url_for("watches.index"), 303)

    return pages


def told_watches(
    document: dict[str, Any], looks: dict[str, Row[Any]] | None = None, now: int | None = None
) -> list[ToldWatch]:
    """A pack's watches as sentences; with how their last look went where that is known."""
    return [_told(one, (looks or {}).get(one["id"]), now) for one in document.get("watches", ())]


def _told(watch: dict[str, Any], look: Row[Any] | None, now: int | None) -> ToldWatch:
    title, sentence = pick(dict(watch_title(watch))), phrase_watch(watch, language())
    if watch.get("muted"):
        return ToldWatch(watch["id"], title, sentence, t("已停用", "muted"))
    if look is None or now is None:
        return ToldWatch(watch["id"], title, sentence, t("还没有看过", "has not looked yet") if now else "")
    looked = t(f"{span(max(0, now - look.ran_at))}前看过", f"looked {span(max(0, now - look.ran_at))} ago")
    state, tone = _how(look)
    return ToldWatch(watch["id"], title, sentence, state, tone, looked)


def _how(look: Row[Any]) -> tuple[str, str]:
    """How the last look that found anything to look at went."""
    if look.differed:
        return t("两个引擎结果有过不同", "the engines have differed"), "bad"
    if look.failure == "library-missing":
        return t("由关联器看，没有装 durable-rules", "by the correlator; durable-rules is not installed"), ""
    if look.failure == "too-many-facts":
        return t("事实太多，由关联器看", "too many facts; by the correlator"), ""
    if look.failure:
        return t("durable-rules 没有答复，由关联器看", "durable-rules gave no answer; by the correlator"), "warn"
    return t("正常", "in order"), "good"


def _protection(row: Row[Any], board: Board, now: int, held: int = 0) -> dict[str, Any]:
    return {
        "id": row.id, "watch": board.title(row.watch), "sku": row.subject if row.kind == "sku" else "",
        "shop": board.shops.get(row.shop, row.shop), "until": clock(row.until), "held": held, "since": clock(row.since),
        "left": span(max(0, row.until - now)), "tag": row.tag if row.action == "tag" else "",
        "ended": clock(row.ended_at), "by": row.ended_by or "",
    }  # fmt: skip


def _firing(one: Firing, board: Board) -> dict[str, Any]:
    row = one.row
    kind, _, _ = row.subject.partition(":")
    return {
        "watch": board.title(row.watch), "at": clock(row.fired_at), "sku": row.subject if row.kind != "repeat" else "",
        "buyer": pick(dict(EVIDENCE_WORDS[kind])) if kind in EVIDENCE_WORDS else "",
        "shop": board.shops.get(row.shop, row.shop), "what": _what(one, board),
        "window": f"{clock(row.anchor)} – {clock(row.ends)[-5:]}", "orders": one.orders,
        "engine": t("关联器", "correlator") if row.engine == "correlator" else "durable-rules",
    }  # fmt: skip


def _what(one: Firing, board: Board) -> str:
    """What the window came to, in words."""
    row, took = one.row, span(one.row.ends - one.row.anchor)
    if row.kind == BURST:
        n = one.details["threshold"]
        return t(f"{took}内 {row.amount} 件（阈值 {n}）", f"{row.amount} units within {took} (threshold {n})")
    if row.kind == PRICE_GAP:
        (low, cheap), (high, dear) = one.details["prices"]
        names = board.shops.get(cheap, cheap), board.shops.get(dear, dear)
        return t(
            f"{names[0]} {money(low)}，{names[1]} {money(high)}", f"{names[0]} {money(low)}, {names[1]} {money(high)}"
        )
    if one.details["of"] == CANCELLATIONS:
        return t(f"{took}内取消或退款 {row.amount} 次", f"{row.amount} cancellations or refunds within {took}")
    return t(f"{took}内下单 {row.amount} 次", f"{row.amount} orders within {took}")
