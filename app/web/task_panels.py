"""What a row of the queue shows when it is opened: what it means, what is behind it, and everything one can do."""

from __future__ import annotations

from collections import Counter
from typing import Any

from sqlalchemy import Connection

from app.bootstrap import Services
from app.domain.work import Kind, Solution
from app.persistence.order_rows import decode
from app.persistence.reads.cases import cluster_of, latest_decision, notes_of, waiting_for_item
from app.persistence.reads.goods import sku_names
from app.persistence.reads.order import stock_of
from app.persistence.reads.places import warehouse_names
from app.persistence.reads.waiting import Waiting
from app.persistence.reads.work_counts import active_people
from app.web.buyers import masked_buyer
from app.web.desk import Desk, here
from app.web.language import t
from app.web.task_rows import meaning_of, shown
from app.web.why import why
from app.web.words import clock, money, outcome_word, role_word, state_word

ROLES = ("supervisor", "clerk", "warehouse", "administrator")
_OFFERED, _SENTENCES = 2_000, 3


def panel_of(services: Services, desk: Desk, db: Connection, one: Waiting) -> dict[str, Any]:
    """Everything an opened row's template shows."""
    order_id, task_id = one.order.id if one.order else None, one.number if one.kind is Kind.TASK else None
    return {
        "row": shown(one, desk.house(), services.clock.now()), "one": one, "meaning": meaning_of(one),
        "notes": notes_of(db, order_id, task_id), "receivers": receivers_of(db), "solutions": list(Solution),
        "compared": compare(services, db, one) if one.kind is Kind.DUPLICATE else None,
        "why": _why(db, one), "stock": _stock(db, one), "here": here(),
        "orders": waiting_for_item(db, one.group["shop_id"], one.group["item"]) if one.kind is Kind.UNMATCHED else [],
        "names": sku_names(db)[:_OFFERED] if one.kind is Kind.UNMATCHED else [],
    }  # fmt: skip


def _why(db: Connection, one: Waiting) -> list[str]:
    """The first sentences of why an order is held; the meaning of the other kinds says it all."""
    decision = latest_decision(db, one.number) if one.kind is Kind.HOLD else None
    return why(db, decision)[1][:_SENTENCES] if decision is not None else []


def compare(services: Services, db: Connection, one: Waiting) -> dict[str, Any] | None:
    """The orders of a suspected cluster side by side, the earliest first: rows of (name, [(text, differs)])."""
    found = cluster_of(db, one.number)
    if len(found) < 2:
        return None
    sides = [_side(services, head) for head in found]
    told = (t("下单", "Created"), t("判定", "Decided"))  # differ by their nature
    rows = [
        (name, [(side[name], name not in told and side[name] != sides[0][name]) for side in sides]) for name in sides[0]
    ]
    return {"orders": found, "rows": rows, "seconds": [head.created_at - found[0].created_at for head in found]}


def _side(services: Services, head: Any) -> dict[str, str]:
    buyer = masked_buyer(services.sealer, head.id, head.personal, head.phone_tail)
    order = decode(head.shop, head.tid, head.doc, None)
    goods = sorted(f"{line.title or line.sku} {line.spec} × {line.quantity}" for line in order.lines)
    place = " ".join(filter(None, (order.province, order.city, order.district)))
    return {
        t("店铺", "Shop"): head.shop_name,
        t("下单", "Created"): clock(head.created_at),
        t("买家", "Buyer"): f"{buyer.name} {buyer.phone}".strip() or "—",
        t("地址", "Address"): f"{place} {buyer.address}".strip() or "—",
        t("商品", "Goods"): " + ".join(goods),
        t("实付", "Paid"): money(head.paid),
        t("留言", "Message"): " ".join(filter(None, (buyer.message, buyer.memo))) or "—",
        t("平台状态", "State"): state_word(head.state),
        t("判定", "Decided"): outcome_word(head.outcome),
    }


def _stock(db: Connection, one: Waiting) -> dict[str, Any] | None:
    """What a short order needs and what each warehouse has free of it; None where that is not the matter."""
    short = one.kind in (Kind.SHORTAGE, Kind.RESTING) or (
        one.order and one.order.reason in ("no-rule", "fixed-warehouse-short")
    )
    if not short:
        return None
    needed = _needed(db, one.number)
    held, names = stock_of(db, list(needed)), dict(warehouse_names(db))
    places = []
    for code, name in names.items():
        free = {sku: n - reserved for sku, (n, reserved) in held.get(code, {}).items()}
        places.append((code, name, free, all(free.get(sku, 0) >= n for sku, n in needed.items())))
    return {"needed": needed, "places": sorted(places, key=lambda place: (not place[3], place[1]))}


def _needed(db: Connection, order_id: int) -> dict[str, int]:
    needed: Counter[str] = Counter()
    for head in cluster_of(db, order_id, alone=True):
        for line in decode(head.shop, head.tid, head.doc, None).wanted_lines:
            needed[line.sku or line.title] += line.quantity
    return dict(needed)


def receivers_of(db: Connection) -> list[tuple[str, str]]:
    """Whom one can hand something to: (value, word), roles first."""
    people = [(f"name:{name}", f"{name} · {role_word(role)}") for name, role in active_people(db) if role != "viewer"]
    return [*((f"role:{role}", role_word(role)) for role in ROLES), *people]
