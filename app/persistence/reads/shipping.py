"""What the warehouse looks at: what is open in each house, its pick lists, transfers and purchases."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, text

from app.domain.errors import NotFound
from app.persistence.reads.parcels import PICKABLE, list_parcels

PAGE_ROWS = 50
_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class House:
    """One warehouse's work: parcels to pick, of them due by a time, parcels waiting for transfers, on lists."""

    id: int
    code: str
    name: str
    open: int
    due: int
    waiting: int
    picked: int


def read_houses(db: Connection, *, due: int) -> list[House]:
    """Every active warehouse by code; `due` is the time by which parcels count as due."""
    rows = db.execute(
        text(
            "SELECT w.id, w.code, w.name, COUNT(x.ready) AS open, SUM(CASE WHEN x.ready = 1 AND x.ship_by <= :due "
            "THEN 1 ELSE 0 END) AS due, SUM(CASE WHEN x.waits = 1 THEN 1 ELSE 0 END) AS waiting, "
            "SUM(CASE WHEN x.state = 'picked' THEN 1 ELSE 0 END) AS picked FROM warehouses w LEFT JOIN ("
            "SELECT f.warehouse_id, f.state, o.ship_by, "
            f"CASE WHEN {PICKABLE} THEN 1 END AS ready, "
            "CASE WHEN f.state = 'open' AND EXISTS (SELECT 1 FROM transfers t WHERE t.order_id = o.id "
            "AND t.state IN ('open', 'sent')) THEN 1 ELSE 0 END AS waits "
            "FROM fulfilments f JOIN orders o ON o.id = f.order_id WHERE f.state IN ('open', 'picked') "
            "AND (f.parcel_id IS NULL OR f.parcel_id = f.id)) x ON x.warehouse_id = w.id "
            "WHERE w.active GROUP BY w.id, w.code, w.name ORDER BY w.code"
        ),
        {"due": due},
    )
    return [House(r.id, r.code, r.name, int(r.open), *map(_whole, (r.due, r.waiting, r.picked))) for r in rows]


def read_house(db: Connection, code: str, *, due: int) -> House:
    """One warehouse's work. Raises `NotFound("not-found")`."""
    found = next((house for house in read_houses(db, due=due) if house.code == code), None)
    if found is None:
        raise NotFound("not-found", what=code)
    return found


def open_carriers(db: Connection, warehouse_id: int) -> list[tuple[str, int]]:
    """(carrier, open parcels) of a warehouse; "" is none."""
    rows = db.execute(
        text(
            "SELECT COALESCE(f.carrier, '') AS carrier, COUNT(*) AS n FROM fulfilments f "
            f"JOIN orders o ON o.id = f.order_id WHERE f.warehouse_id = :id AND {PICKABLE} GROUP BY 1 ORDER BY 1"
        ),
        {"id": warehouse_id},
    )
    return [(row.carrier, row.n) for row in rows]


@dataclass(frozen=True, slots=True)
class ListState:
    """A pick list with how its parcels stand: state (`fulfilment.parcels.Parcel.state`) → count."""

    row: Row[Any]
    parcels: Counter[str]

    @property
    def state(self) -> str:
        """taken-back | stopped | done | part | open."""
        if self.row.taken_back_at is not None:
            return "taken-back"
        here = self.parcels["picked"] + self.parcels["part"] + self.parcels["stopped"]
        if self.parcels["stopped"]:
            return "stopped"
        if not here:
            return "done"
        return "part" if self.parcels["shipped"] or self.parcels["part"] else "open"


def find_lists(db: Connection, warehouse_id: int, before: int | None = None) -> list[ListState]:
    """A warehouse's pick lists, the latest first, with ids below `before`; a page at most, and one more."""
    rows = db.execute(
        text(
            "SELECT * FROM pick_lists WHERE warehouse_id = :warehouse_id AND id < :before ORDER BY id DESC LIMIT :most"
        ),
        {"warehouse_id": warehouse_id, "before": before or 2**62, "most": 21},
    )
    return [_state(db, row) for row in rows]


def latest_list(db: Connection) -> int | None:
    """The newest pick list that was not taken back; None when there is none."""
    newest = text("SELECT MAX(id) FROM pick_lists WHERE taken_back_at IS NULL")
    found = db.execute(newest).scalar()
    return None if found is None else int(found)


def read_list(db: Connection, list_id: int) -> Row[Any]:
    """A pick list with its warehouse's `code` and `name`. Raises `NotFound("not-found")`."""
    row = db.execute(
        text(
            "SELECT l.*, w.code, w.name, w.province, w.city, w.district FROM pick_lists l "
            "JOIN warehouses w ON w.id = l.warehouse_id WHERE l.id = :id"
        ),
        {"id": list_id},
    ).first()
    if row is None:
        raise NotFound("not-found", what=str(list_id))
    return row


def _state(db: Connection, row: Row[Any]) -> ListState:
    parcels = [] if row.taken_back_at is not None else list_parcels(db, row.id)
    return ListState(row, Counter(parcel.state for parcel in parcels))


_TRANSFERS = (
    "SELECT t.*, s.code AS source, s.name AS source_name, d.code AS destination, d.name AS destination_name, "
    "COALESCE(k.name, '') AS name, o.tid, o.outcome, o.ship_by, o.priority, h.name AS shop_name, "
    "(SELECT MIN(b.bin) FROM balances b WHERE b.warehouse_id = t.source_id AND b.sku = t.sku) AS bin, "
    "EXISTS (SELECT 1 FROM fulfilments f WHERE f.order_id = t.order_id AND f.state IN ('picked', 'shipped')) AS used "
    "FROM transfers t JOIN warehouses s ON s.id = t.source_id JOIN warehouses d ON d.id = t.destination_id "
    "JOIN orders o ON o.id = t.order_id JOIN shops h ON h.id = o.shop_id LEFT JOIN skus k ON k.sku = t.sku "
)


def find_transfers(
    db: Connection, *, state: str = "", source: str = "", destination: str = "", before: int | None = None
) -> list[Row[Any]]:
    """Transfers: those under way by the day they are due, others the latest first; a page at most, and one more.

    `state` is `going` (open or sent), `arrived`, `cancelled` or ""; warehouses are codes. `before` is an id.
    """
    where, values = ["1 = 1"], {"most": PAGE_ROWS + 1, "before": before or 2**62}
    if state == "going":
        where.append("t.state IN ('open', 'sent')")
    elif state:
        where.append("t.state = :state")
    where += ["s.code = :source"] * bool(source) + ["d.code = :destination"] * bool(destination)
    given: dict[str, Any] = {**values, "state": state, "source": source, "destination": destination}
    if state == "going":
        given["most"] = _AT_ONCE
        order = "s.code, d.code, t.arrives_on, t.sku, t.id"
    else:
        where.append("t.id < :before")
        order = "t.id DESC"
    statement = f"{_TRANSFERS}WHERE {' AND '.join(where)} ORDER BY {order} LIMIT :most"
    known = {key: value for key, value in given.items() if f":{key}" in statement}
    return list(db.execute(text(statement), known))


def count_transfers(db: Connection) -> Counter[str]:
    """Transfers by state."""
    rows = db.execute(text("SELECT state, COUNT(*) AS n FROM transfers GROUP BY state"))
    return Counter({row.state: int(row.n) for row in rows})


def find_purchases(db: Connection, *, state: str = "requested", before: int | None = None) -> list[Row[Any]]:
    """Purchases in a state, the latest first, with the order that needs them; a page at most, and one more."""
    return list(
        db.execute(
            text(
                "SELECT p.*, o.tid, o.ship_by, h.name AS shop_name, COALESCE(k.name, '') AS name, "
                "COALESCE((SELECT SUM(b.on_hand - b.reserved) FROM balances b WHERE b.sku = p.sku), 0) AS free "
                "FROM purchases p JOIN orders o ON o.id = p.order_id JOIN shops h ON h.id = o.shop_id "
                "LEFT JOIN skus k ON k.sku = p.sku WHERE p.state = :state AND p.id < :before "
                "ORDER BY p.id DESC LIMIT :most"
            ),
            {"state": state, "before": before or 2**62, "most": _AT_ONCE},
        )
    )


def count_purchases(db: Connection) -> Counter[str]:
    """Purchases by state."""
    rows = db.execute(text("SELECT state, COUNT(*) AS n FROM purchases GROUP BY state"))
    return Counter({row.state: int(row.n) for row in rows})


def _whole(value: Any) -> int:
    return int(value or 0)
