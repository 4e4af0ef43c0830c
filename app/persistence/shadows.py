"""What shadows read and write: the batches still to decide, the facts of their orders, and what diverged."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import Connection, delete, func, insert, select, text

from app.domain.decision import Overlay
from app.domain.order import Order
from app.persistence import tables as t
from app.persistence.order_rows import decode
from app.persistence.people_words import overlays
from app.persistence.rows import listed
from app.persistence.sealing import Sealer
from app.persistence.trials import SHADOW, change_trial, read_trial

Json = dict[str, Any]
MOST_BEHIND = 20_000
"""Orders a shadow may be behind the line; the oldest beyond are passed over, and counted."""
MOST_KEPT = 2_000
"""Divergences kept of a shadow, the latest; of those before only the count is."""
MOST_GROUPS = 200


@dataclass(frozen=True, slots=True)
class Decided:
    """One decision of the line, with its order as it is stored."""

    order_id: int
    seq: int
    at: int
    record: Json
    order: Order
    overlay: Overlay


def running_shadow(db: Connection) -> str | None:
    """The shadow that runs; there is at most one."""
    chosen = (t.trials.c.kind == SHADOW) & (t.trials.c.state == "running")
    return db.execute(select(t.trials.c.id).where(chosen)).scalar()


def follow_batch(db: Connection, at: int, decided: Sequence[Sequence[int]]) -> None:
    """Remember a batch for the shadow that runs."""
    db.execute(insert(t.shadow_batches).values(at=at, orders=len(decided), body=orjson.dumps(decided).decode()))


def is_behind(db: Connection) -> bool:
    """Whether a shadow has anything to decide."""
    return db.execute(select(t.shadow_batches.c.id).limit(1)).first() is not None


def count_behind(db: Connection) -> int:
    """How many decisions a shadow is behind the line."""
    return int(db.execute(select(func.coalesce(func.sum(t.shadow_batches.c.orders), 0))).scalar() or 0)


def pass_over(db: Connection) -> int:
    """Forget the oldest batches beyond what a shadow may be behind; how many orders."""
    passed, behind = 0, count_behind(db)
    rows = db.execute(select(t.shadow_batches.c.id, t.shadow_batches.c.orders).order_by(t.shadow_batches.c.id)).all()
    for row in rows:
        if behind - passed <= MOST_BEHIND:
            break
        passed += row.orders
        db.execute(delete(t.shadow_batches).where(t.shadow_batches.c.id == row.id))
    return passed


def next_batch(db: Connection) -> tuple[int, list[tuple[int, int]]] | None:
    """The oldest batch: its number, and `(order id, decision's number)` of each of its decisions."""
    row = db.execute(select(t.shadow_batches).order_by(t.shadow_batches.c.id).limit(1)).first()
    return None if row is None else (row.id, [(one[0], one[1]) for one in orjson.loads(row.body)])


def forget_batches(db: Connection, up_to: int | None = None) -> None:
    """Forget the batches up to a number, or all."""
    statement = delete(t.shadow_batches)
    db.execute(statement if up_to is None else statement.where(t.shadow_batches.c.id <= up_to))


def read_decided(db: Connection, sealer: Sealer, decided: Sequence[tuple[int, int]]) -> Iterator[Decided]:
    """These decisions, but for orders that were decided anew since: that decision comes later."""
    wanted = dict(decided)
    one_of, values = listed(db, sorted(wanted), "bigint")
    rows = db.execute(
        text(
            "SELECT o.id, s.code AS shop, o.tid, o.doc, o.personal, d.seq, d.at, d.record FROM orders o "
            "JOIN shops s ON s.id = o.shop_id JOIN decisions d ON d.order_id = o.id AND d.seq = o.decision_seq "
            f"WHERE o.id IN {one_of} AND NOT o.history"
        ),
        {"values": values},
    ).all()
    said = overlays(db, list(wanted), sealer)
    for row in rows:
        if wanted[row.id] != row.seq:
            continue
        personal = sealer.open(row.personal, f"order:{row.id}") if row.personal else None
        order = decode(row.shop, row.tid, row.doc, personal)
        yield Decided(row.id, row.seq, row.at, orjson.loads(row.record), order, said.get(row.id, Overlay()))


def decision_of(db: Connection, order_id: int) -> int | None:
    """The number of an order's latest decision; None where there is no such order or it was not decided yet."""
    row = db.execute(text("SELECT decision_seq FROM orders WHERE id = :id"), {"id": order_id}).first()
    return row.decision_seq if row else None


def latest_decided(db: Connection, since: int, most: int, below: int = 2**62) -> list[tuple[int, int]]:
    """(order, latest decision) of the live orders with numbers below that, decided since then, the latest first."""
    rows = db.execute(
        text(
            "SELECT id, decision_seq FROM orders WHERE NOT history AND decided_at >= :since AND id < :below "
            "ORDER BY id DESC LIMIT :most"
        ),
        {"since": since, "most": most, "below": below},
    )
    return [(row.id, row.decision_seq) for row in rows]


def free_units(db: Connection, skus: Sequence[str]) -> dict[str, dict[str, int]]:
    """Units of these SKUs free now, by warehouse."""
    found: dict[str, dict[str, int]] = defaultdict(dict)
    if not skus:
        return found
    one_of, values = listed(db, list(skus))
    rows = db.execute(
        text(
            "SELECT w.code, b.sku, b.on_hand - b.reserved AS units FROM balances b "
            f"JOIN warehouses w ON w.id = b.warehouse_id WHERE b.sku IN {one_of}"
        ),
        {"values": values},
    )
    for row in rows:
        found[row.code][row.sku] = row.units
    return found


def keep_divergences(
    db: Connection, trial_id: str, decided: int, passed: int, found: Sequence[tuple[Decided, Json]], *, now: int
) -> None:
    """Count what was decided, passed over and diverged, and keep the latest divergences."""
    doc = read_trial(db, trial_id, lock=True)
    groups: Counter[str] = Counter(doc.get("groups", {}))
    for one, told in found:
        row = {"trial_id": trial_id, "order_id": one.order_id, "seq": one.seq, "at": one.at}
        db.execute(insert(t.divergences).values(**row, doc=orjson.dumps(told).decode()))
        groups[group_of(told)] += 1
    if found:
        _forget_old(db, trial_id)
    change_trial(
        db, trial_id, told_at=now, decided=doc.get("decided", 0) + decided, passed=doc.get("passed", 0) + passed,
        diverged=doc.get("diverged", 0) + len(found), groups=dict(groups.most_common(MOST_GROUPS)),
    )  # fmt: skip


def group_of(told: Mapping[str, Any]) -> str:
    """By what divergences are counted: outcome and rule of both."""
    before, after = told["before"], told["after"]
    return "|".join((before["outcome"], before["rule"], after["outcome"], after["rule"]))


def latest_divergences(db: Connection, trial_id: str, limit: int) -> list[Json]:
    """The latest divergences, newest first, each with its `order_id` and when."""
    kept = t.divergences.c
    rows = db.execute(select(t.divergences).where(kept.trial_id == trial_id).order_by(kept.id.desc()).limit(limit))
    return [{**orjson.loads(row.doc), "order_id": row.order_id, "at": row.at} for row in rows]


def _forget_old(db: Connection, trial_id: str) -> None:
    kept = t.divergences.c
    last = select(kept.id).where(kept.trial_id == trial_id).order_by(kept.id.desc()).offset(MOST_KEPT).limit(1)
    oldest = db.execute(last).scalar()
    if oldest is not None:
        db.execute(delete(t.divergences).where(kept.trial_id == trial_id, kept.id <= oldest))
