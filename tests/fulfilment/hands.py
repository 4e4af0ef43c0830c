"""What people in the warehouse do, each deed in a transaction of its own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import orjson
from sqlalchemy import Connection, select, text

from app.fulfilment.parcels import Parcel, Wishes
from app.fulfilment.waybills import Said, Step
from app.persistence import tables as t
from app.persistence.database import reading, writing
from app.persistence.fulfilment.lists import make_list, take_back
from app.persistence.fulfilment.release import put_back
from app.persistence.fulfilment.shipping import ship, undo_shipment
from app.persistence.fulfilment.transfers import Arrival, arrive, send, unarrive, unsend
from app.persistence.reads.parcels import list_parcels, order_parcels
from tests.line.house import NOW, House

Answer = TypeVar("Answer")


class Hands:
    """A warehouse person over a house."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.services = house.services

    def write(self, deed: Callable[[Connection], Answer]) -> Answer:
        with writing(self.services.database) as db:
            return deed(db)

    def warehouse(self, code: str) -> int:
        with reading(self.services.database) as db:
            return int(db.execute(select(t.warehouses.c.id).where(t.warehouses.c.code == code)).scalar_one())

    def pick(self, code: str = "HZ", **wishes: Any) -> int:
        return self.write(lambda db: make_list(db, self.warehouse(code), Wishes(**wishes), actor="w", now=NOW))

    def take_back(self, list_id: int, parcel_id: int | None = None) -> int:
        return self.write(lambda db: take_back(db, list_id, actor="w", now=NOW, parcel_id=parcel_id))

    def ship(self, *said: Said, code: str | None = None) -> list[Step]:
        place = self.warehouse(code) if code else None
        return self.write(lambda db: ship(db, said, place, actor="w", now=NOW))

    def unship(self, shipment_id: int) -> Parcel:
        return self.write(lambda db: undo_shipment(db, shipment_id, actor="w", now=NOW))

    def put_back(self, parcel_id: int) -> tuple[list[str], int]:
        return self.write(lambda db: put_back(db, parcel_id, actor="w", now=NOW))

    def send(self, *ids: int) -> int:
        return self.write(lambda db: send(db, ids, actor="w", now=NOW))

    def unsend(self, transfer_id: int) -> None:
        self.write(lambda db: unsend(db, transfer_id, now=NOW))

    def arrive(self, *arrivals: Arrival) -> int:
        return self.write(lambda db: arrive(db, arrivals, actor="w", now=NOW))

    def unarrive(self, transfer_id: int) -> None:
        self.write(lambda db: unarrive(db, transfer_id, now=NOW))

    def parcels(self, list_id: int) -> list[Parcel]:
        with reading(self.services.database) as db:
            return list_parcels(db, list_id)

    def parcel(self, tid: str) -> Parcel:
        """The one parcel of an order."""
        (found,) = self.parcels_of(tid)
        return found

    def parcels_of(self, tid: str) -> list[Parcel]:
        with reading(self.services.database) as db:
            return order_parcels(db, self.house.order_id(tid))

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        with reading(self.services.database) as db:
            return [tuple(row) for row in db.execute(text(sql))]

    def stock(self, code: str, sku: str) -> tuple[int, int]:
        """(on hand, reserved)."""
        row = self.rows(
            f"SELECT on_hand, reserved FROM balances WHERE sku = '{sku}' AND warehouse_id = {self.warehouse(code)}"
        )
        return (int(row[0][0]), int(row[0][1])) if row else (0, 0)

    def tasks(self) -> list[tuple[str, str]]:
        """(kind, owner) of open tasks."""
        return [(kind, owner) for kind, owner in self.rows("SELECT kind, owner FROM tasks WHERE open_key IS NOT NULL")]

    def told(self) -> list[dict[str, Any]]:
        """What platforms are to be told of shipments."""
        return [
            orjson.loads(body)
            for (body,) in self.rows("SELECT body FROM outbox WHERE topic = 'order.shipped' ORDER BY id")
        ]
