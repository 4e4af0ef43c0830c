"""Writing what a batch did: rows gathered for each table, then written table by table."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from typing import Any

import orjson
from sqlalchemy import Connection, text

from app.domain.alarms import Alarm
from app.domain.book import BatchResult, Stored
from app.domain.calendar import local_date
from app.domain.decision import Decision, Outcome
from app.domain.errors import Unavailable
from app.domain.goods import Catalogue
from app.domain.order import Order
from app.domain.words import LASTING_TASKS
from app.domain.work import PART_WAITS, blocked_reason, breach_at
from app.persistence import tables as t
from app.persistence.keys import identity_keys, next_ids, order_ids
from app.persistence.order_rows import encode
from app.persistence.picked import follow_platform, tasks_of
from app.persistence.receipts import count_receipts
from app.persistence.redecisions import ask_again
from app.persistence.rows import insert, listed, update, upsert
from app.persistence.sealing import Sealer
from app.persistence.timers import rules_to_set_by, set_for, set_for_orders, set_new
from app.persistence.tracking import end_journeys
from app.rulebook.alarms import OrderFacts, order_alarms

Balance = tuple[int, str]
"""(warehouse id, SKU)."""

_ORDER_COLUMNS = (
    "id", "shop_id", "tid", "state", "outcome", "reason", "owner", "created_at", "modified_at", "ship_by", "priority",
    "province", "phone_tail", "paid", "revision", "decision_seq", "history", "anchor_id", "joins_id", "doc",
    "personal", "decided_at",
)  # fmt: skip
_CHANGING = [c for c in _ORDER_COLUMNS if c not in ("id", "shop_id", "tid")]
_UPDATE_ORDER = f"UPDATE orders SET {', '.join(f'{c} = ?' for c in _CHANGING)} WHERE id = ?"


class StockMovedError(Unavailable):
    """A balance was not as it was read; the batch is rolled back and tried again."""


class Writer:
    """Gathers one batch's rows and writes them. Used once."""

    def __init__(
        self, db: Connection, sealer: Sealer, catalogue: Catalogue, shops: Mapping[str, int], result: BatchResult
    ) -> None:
        self._db = db
        self._sealer = sealer
        self._catalogue = catalogue
        self._shops = shops
        self._result = result
        self._now = result.now
        self._rows: dict[str, list[tuple[Any, ...]]] = defaultdict(list)
        self._reserved: Counter[Balance] = Counter()
        self._warehouses = {row.code: row.id for row in db.execute(text("SELECT id, code FROM warehouses"))}
        self._ids = {(s.order.shop, s.order.id): s.id for s, _ in result.decided}
        concerned = [*(stored for stored, _ in result.decided), *result.changed_after_pick]
        self._ship_by = {stored.id: stored.order.ship_by for stored in concerned}
        self._parcels: Counter[int] = Counter()
        self._decided: Counter[tuple[int, str]] = Counter()

    def write(self) -> None:
        """Write everything; raises `StockMovedError` when a guarded update finds a balance changed."""
        result = self._result
        self._forget([stored for stored, _ in result.decided if not stored.is_new])
        self._withdraw([stored for stored, _ in result.decided if not stored.is_new and not stored.given])
        self._close_waits([stored for stored, _ in result.decided if stored.given])
        self._look_up_others()
        self._number_parcels()
        for stored, decision in result.decided:
            self._order(stored, decision)
        for revision in result.revisions:
            self._revision(revision)
        self._changed_after_pick()
        for order_id, kind in result.crossed:
            self._task(order_id, kind, "supervisor", {})
        self._balances()
        self._announce()
        self._insert_all()
        self._timers()
        count_receipts(self._db, result.closed, self._shops, self._sealer, self._now)
        self._children()
        ask_again(self._db, result.unsettled, "cluster", now=self._now)

    def _forget(self, again: list[Stored]) -> None:
        """Make room for what is written anew of these orders."""
        if again:
            one_of, values = listed(self._db, [s.id for s in again], "bigint")
            for table in ("order_lines", "identities"):
                self._db.execute(text(f"DELETE FROM {table} WHERE order_id IN {one_of}"), {"values": values})

    def _close_waits(self, going_on: list[Stored]) -> None:
        """Close what asked for the part of these orders that waited; what they have of parcels stays."""
        if going_on:
            one_of, values = listed(self._db, [s.id for s in going_on], "bigint")
            for statement in (
                f"UPDATE purchases SET state = 'cancelled' WHERE state = 'requested' AND order_id IN {one_of}",
                f"{_CLOSE_TASKS.format(now=self._now)} AND kind = '{PART_WAITS}' AND order_id IN {one_of}",
            ):
                self._db.execute(text(statement), {"values": values})

    def _withdraw(self, again: list[Stored]) -> None:
        """Take back what an earlier decision of these orders gave them."""
        if not again:
            return
        one_of, values = listed(self._db, [s.id for s in again], "bigint")
        live = f"state = 'live' AND order_id IN {one_of}"
        taken = self._db.execute(
            text(f"SELECT warehouse_id, sku, SUM(quantity) FROM reservations WHERE {live} GROUP BY 1, 2"),
            {"values": values},
        )
        for warehouse_id, sku, units in taken:
            self._reserved[(warehouse_id, sku)] -= int(units)
        for statement in (
            f"UPDATE reservations SET state = 'released' WHERE {live}",
            f"UPDATE fulfilments SET state = 'cancelled' WHERE state = 'open' AND order_id IN {one_of}",
            f"UPDATE transfers SET state = 'cancelled' WHERE state = 'open' AND order_id IN {one_of}",
            f"UPDATE purchases SET state = 'cancelled' WHERE state = 'requested' AND order_id IN {one_of}",
            f"{_CLOSE_TASKS.format(now=self._now)} AND order_id IN {one_of}",
        ):
            self._db.execute(
                text(statement), {"values": values, "now": self._now} if ":now" in statement else {"values": values}
            )

    def _look_up_others(self) -> None:
        """Ids of the orders that decisions name and this batch does not hold."""
        named = {key for _, d in self._result.decided for key in (d.anchor, d.joins) if key} - self._ids.keys()
        self._ids.update(order_ids(self._db, named))

    def _number_parcels(self) -> None:
        from_book = sum(len(decision.fulfilments) for _, decision in self._result.decided)
        self._fulfilment_ids = iter(next_ids(self._db, "fulfilments", from_book))

    def _order(self, stored: Stored, decision: Decision) -> None:
        stored.decision_seq += 1
        self._order_row(stored, decision)
        order = stored.order
        for line in order.lines:
            sku = self._catalogue.resolve(order.shop, line.item, line.sku) or line.sku
            self._rows["order_lines"].append((stored.id, line.id, sku, line.item, line.quantity, str(line.refund)))
        for key in identity_keys(order):
            self._rows["identities"].append((key, order.created_at or 0, stored.id))
        self._parcels_of(stored, decision)
        self._effects(stored, decision)
        outcome = str(decision.outcome)
        self._rows["decisions"].append(
            (
                stored.id,
                stored.decision_seq,
                self._now,
                outcome,
                stored.cause,
                self._result.pack_version,
                decision.record,
            )
        )
        self._decided[(self._shops[order.shop], outcome)] += 1

    def _order_row(self, stored: Stored, decision: Decision) -> None:
        order = stored.order
        # Found and listed by where it goes and whom to call, as people left it; the mirror stays as it came.
        shown = stored.overlay.over(order)
        document, personal = encode(order)
        hold = decision.holds[0] if decision.outcome is Outcome.HELD and decision.holds else None
        reason = hold.reason if hold else _why_recorded(stored, decision)
        changing = (
            str(order.state), str(decision.outcome), reason, hold.owner if hold else "",
            order.created_at or self._now, order.modified_at, order.ship_by, decision.priority, shown.province,
            phone_tail(shown), order.paid, stored.revision, stored.decision_seq, stored.history,
            self._ids.get(decision.anchor) if decision.anchor else None,
            self._ids.get(decision.joins) if decision.joins else None,
            document, self._sealer.seal(personal, f"order:{stored.id}"), self._now,
        )  # fmt: skip
        if stored.is_new:
            self._rows["orders"].append((stored.id, self._shops[order.shop], order.id, *changing))
        else:
            self._rows["order_updates"].append((*changing, stored.id))

    def _parcels_of(self, stored: Stored, decision: Decision) -> None:
        for fulfilment in decision.fulfilments:
            parcel = next(self._fulfilment_ids)
            warehouse_id = self._warehouses[fulfilment.warehouse]
            self._rows["fulfilments"].append(
                (parcel, stored.id, warehouse_id, "open", decision.carrier, stored.decision_seq, self._now)
            )
            if decision.outcome is Outcome.ALLOCATED:
                self._parcels[warehouse_id] += 1
            for place, pick in enumerate(fulfilment.picks):
                source = self._warehouses[pick.source]
                self._reserved[(source, pick.sku)] += pick.quantity
                self._rows["reservations"].append(
                    (parcel, place, stored.id, pick.line, pick.sku, source, pick.quantity, "live")
                )

    def _effects(self, stored: Stored, decision: Decision) -> None:
        for move in decision.transfers:
            ends = self._warehouses[move.source], self._warehouses[move.destination]
            self._rows["transfers"].append(
                (stored.id, *ends, move.sku, move.quantity, move.arrives_on, "open", self._now)
            )
        for buy in decision.purchases:
            self._rows["purchases"].append((stored.id, buy.sku, buy.quantity, buy.rule, "requested", self._now))
        for task in decision.tasks:
            self._task(stored.id, task.kind, task.owner, task.details, task.rule, task.due_at)
        for item in decision.unmatched:
            self._unmatched(stored.order, item)

    def _task(
        self, order_id: int, kind: str, owner: str, details: dict[str, Any], rule: str = "", due: int | None = None
    ) -> None:
        open_key, told = f"{kind}:{order_id}:{rule}", orjson.dumps(details).decode()
        waits_by = breach_at(self._now, due, self._ship_by.get(order_id))
        self._rows["tasks"].append((open_key, kind, order_id, owner, told, self._now, due, waits_by))

    def _unmatched(self, order: Order, item: str) -> None:
        line = next((one for one in order.lines if item in (one.item, one.sku, one.id)), None)
        if line is not None:
            self._rows["unmatched_items"].append(
                (self._shops[order.shop], item, line.sku, line.title[:500], line.spec[:500], self._now)
            )

    def _revision(self, revision: Any) -> None:
        context = f"payload:{revision.order_id}:{revision.number}"
        entry = revision.receipt
        self._rows["source_orders"].append(
            (
                revision.order_id, revision.number, entry.id, revision.modified_at, revision.digest, revision.applied,
                self._sealer.seal(entry.payload, context), entry.received_at,
            )
        )  # fmt: skip
        if entry.origin:
            self._rows["imported_orders"].append((revision.order_id, revision.number, entry.origin))
        if revision.number > 1:
            # The order's row may not be written anew by this batch, or has been with a later number already.
            self._rows["revision_counts"].append((revision.number, revision.order_id, revision.number))

    def _changed_after_pick(self) -> None:
        changed = {stored.id: stored for stored in self._result.changed_after_pick}
        if changed:
            follow_platform(self._db, self._sealer, self._catalogue, changed.values())
            for stored, kind, owner in tasks_of(self._db, changed.values(), now=self._now):
                self._task(stored.id, kind, owner, {})

    def _balances(self) -> None:
        changes = sorted((key, delta) for key, delta in self._reserved.items() if delta)
        rows = [(delta, warehouse_id, sku, delta, delta) for (warehouse_id, sku), delta in changes]
        changed = update(self._db, _GUARDED, rows)
        if changed != len(rows):
            raise StockMovedError("stock-moved")
        document = self._result.closed[0].receipt.id if self._result.closed else "again"
        self._rows["ledger"] = [
            (warehouse_id, sku, 0, delta, "reserve", f"batch:{document}", self._now)
            for (warehouse_id, sku), delta in changes
        ]

    def _announce(self) -> None:
        """One message for the whole batch, keyed by its first decision, which no other batch can have made."""
        if self._decided:
            first, _ = self._result.decided[0]
            counts = [[*key, n] for key, n in sorted(self._decided.items())]
            decided = [[stored.id, stored.decision_seq] for stored, _ in self._result.decided]
            body = orjson.dumps({"counts": counts, "decided": decided}).decode()
            self._rows["outbox"] = [("orders.decided", f"decided:{first.id}:{first.decision_seq}", body, self._now)]

    def _insert_all(self) -> None:
        for name, columns in _INSERTS.items():
            insert(self._db, t.metadata.tables[name], columns, self._rows[name])
        update(self._db, _UPDATE_ORDER, self._rows["order_updates"])
        update(self._db, "UPDATE orders SET revision = ? WHERE id = ? AND revision < ?", self._rows["revision_counts"])
        upsert(self._db, t.tasks, _TASK, self._rows["tasks"], "(open_key) DO NOTHING")
        upsert(self._db, t.unmatched_items, _UNMATCHED, self._rows["unmatched_items"], "(shop_id, item) DO NOTHING")
        day = local_date(self._now).isoformat()
        used = [(warehouse_id, day, n) for warehouse_id, n in sorted(self._parcels.items())]
        raise_used = "(warehouse_id, day) DO UPDATE SET used = warehouse_days.used + excluded.used"
        upsert(self._db, t.warehouse_days, ("warehouse_id", "day", "used"), used, raise_used)

    def _timers(self) -> None:
        """What may take too long from now on. By the rules that are live now, whichever decided the batch."""
        escalation = rules_to_set_by(self._db)
        new: list[Alarm] = []
        again: list[Alarm] = []
        for stored, decision in self._result.decided:
            if not stored.history:
                order = stored.order
                paid_at = order.paid_at or order.created_at
                facts = OrderFacts(stored.id, order.state, decision.outcome, paid_at, order.ship_by, self._now)
                (new if stored.is_new else again).extend(order_alarms(escalation, facts, self._now))
        set_new(self._db, new)
        set_for(self._db, [s.id for s, _ in self._result.decided if not s.is_new], again, now=self._now)
        changed = self._result.changed_after_pick
        set_for_orders(self._db, [stored.id for stored in changed], now=self._now)
        end_journeys(self._db, [(stored.id, stored.order.state) for stored in changed], now=self._now)

    def _children(self) -> None:
        """Orders that share a parcel with one decided anew, or that people want to, are decided anew too."""
        again = [stored.id for stored, _ in self._result.decided if not stored.is_new]
        if not again:
            return
        one_of, values = listed(self._db, again, "bigint")
        children = (
            f"SELECT id FROM orders WHERE joins_id IN {one_of} UNION SELECT order_id FROM interventions "
            f"WHERE kind = 'consolidate' AND undone_at IS NULL AND other_id IN {one_of}"
        )
        rows = self._db.execute(text(children), {"values": values})
        ask_again(self._db, {row[0] for row in rows} - set(again), "cluster", now=self._now)


_CLOSE_TASKS = (
    "UPDATE tasks SET open_key = NULL, closed_at = {now}, closed_by = 'decision' "
    f"WHERE open_key IS NOT NULL AND kind NOT IN ({', '.join(repr(kind) for kind in LASTING_TASKS)}) "
    "AND open_key NOT LIKE 'escalation:%'"
)
_GUARDED = (
    "UPDATE balances SET reserved = reserved + ? WHERE warehouse_id = ? AND sku = ? "
    "AND reserved + ? >= 0 AND reserved + ? <= on_hand"
)
_TASK = ("open_key", "kind", "order_id", "owner", "details", "opened_at", "due_at", "waits_by")
_UNMATCHED = ("shop_id", "item", "code", "title", "spec", "first_seen_at")
_INSERTS: dict[str, tuple[str, ...]] = {
    "orders": _ORDER_COLUMNS,
    "order_lines": ("order_id", "line", "sku", "item", "quantity", "refund"),
    "identities": ("key", "created_at", "order_id"),
    "source_orders": (
        "order_id", "revision", "receipt_id", "modified_at", "digest", "applied", "payload", "received_at",
    ),
    "imported_orders": ("order_id", "revision", "import_id"),
    "fulfilments": ("id", "order_id", "warehouse_id", "state", "carrier", "decision_seq", "created_at"),
    "reservations": ("fulfilment_id", "position", "order_id", "line", "sku", "warehouse_id", "quantity", "state"),
    "transfers": (
        "order_id", "source_id", "destination_id", "sku", "quantity", "arrives_on", "state", "created_at",
    ),
    "purchases": ("order_id", "sku", "quantity", "rule", "state", "created_at"),
    "decisions": ("order_id", "seq", "at", "outcome", "cause", "pack_version", "record"),
    "ledger": ("warehouse_id", "sku", "on_hand_delta", "reserved_delta", "reason", "doc", "at"),
    "outbox": ("topic", "key", "body", "at"),
}  # fmt: skip


def _why_recorded(stored: Stored, decision: Decision) -> str:
    if decision.outcome is not Outcome.RECORDED or stored.history or stored.overlay.cancelled:
        return ""
    return blocked_reason(stored.order)


def phone_tail(order: Order) -> str | None:
    """The last four digits of the phone as far as they are visible; what people search by."""
    digits = "".join(c for c in (order.phone or "")[-4:] if c.isdigit())
    return digits or None
