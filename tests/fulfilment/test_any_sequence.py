"""Whatever the warehouse, the platform and people do in any order, stock and reservations add up."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.domain.errors import PandanError
from app.fulfilment.waybills import Said
from app.persistence.fulfilment.transfers import LEFT, LOST, Arrival
from app.persistence.packs import publish
from tests.fulfilment.hands import Hands
from tests.fulfilment.test_transfers import Trade, moving_pack
from tests.line.house import NOW, House

TIDS = ("1", "2", "3", "4")
_DEEDS = (
    "list",
    "back",
    "off",
    "ship",
    "part",
    "unship",
    "stop",
    "restore",
    "cancel",
    "send",
    "arrive",
    "short",
    "undo",
)
STEP = st.tuples(st.sampled_from(_DEEDS), st.integers(0, 3))


@pytest.fixture
def start(house: House, hands: Hands, trade: Trade) -> Any:
    hands.write(lambda db: publish(db, moving_pack(), author="t", note="", now=NOW))
    house.pump.live.refresh(house.services.database)

    def begin() -> None:
        house.forget()
        hands.write(
            lambda db: [db.exec_driver_sql(f"DELETE FROM {n}") for n in ("pick_lists", "shipments", "shipment_lines")]
        )
        hands.write(lambda db: db.exec_driver_sql("DELETE FROM ledger WHERE reason <> 'count'"))
        hands.write(lambda db: db.exec_driver_sql(_RECOUNT))
        house.stock(("HZ", "A", 5), ("GZ", "A", 9), ("HZ", "B", 9))
        house.post(*(trade(tid, ("A", 2), ("B", 1)) for tid in TIDS))
        house.check()

    return begin


_RECOUNT = (
    "UPDATE balances SET reserved = 0, on_hand = COALESCE((SELECT SUM(l.on_hand_delta) FROM ledger l "
    "WHERE l.warehouse_id = balances.warehouse_id AND l.sku = balances.sku), 0)"
)


@given(steps=st.lists(STEP, min_size=4, max_size=14))
@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_sequence_of_deeds_keeps_the_books(
    house: House, hands: Hands, trade: Trade, start: Any, steps: list[tuple[str, int]]
) -> None:
    start()
    for number, (deed, which) in enumerate(steps):
        # Refused: then it changed nothing, which is checked too.
        with suppress(PandanError):
            _do(house, hands, trade, deed, which, number)
        house.check()
    house.drain()
    house.check()
    live = hands.rows("SELECT COUNT(*) FROM reservations r JOIN fulfilments f ON f.id = r.fulfilment_id "
                      "WHERE r.state = 'live' AND f.state NOT IN ('open', 'picked')")  # fmt: skip
    assert live == [(0,)]


def _do(house: House, hands: Hands, trade: Trade, deed: str, which: int, number: int) -> None:
    tid = TIDS[which]
    lists = [row[0] for row in hands.rows("SELECT id FROM pick_lists ORDER BY id")]
    parcels = [parcel for each in lists for parcel in hands.parcels(each)]
    parcel = parcels[which % len(parcels)] if parcels else None
    moves = hands.rows("SELECT id, state FROM transfers WHERE state <> 'cancelled' ORDER BY id")
    move = int(moves[which % len(moves)][0]) if moves else 0
    match deed:
        case "list":
            hands.pick(limit=which + 1)
        case "back" if lists:
            hands.take_back(lists[-1])
        case "off" if parcel:
            hands.take_back(parcel.list_id or 0, parcel.id)
        case "ship" if parcel:
            hands.ship(Said(1, parcel.number, f"WB{number:05}", "SF"))
        case "part" if parcel:
            hands.ship(Said(1, parcel.number, f"WB{number:05}", "SF", "A", 1))
        case "unship" if parcel and parcel.shipments:
            hands.unship(parcel.shipments[-1].id)
        case "stop":
            house.post(trade(tid, ("A", 2), ("B", 1), status="TRADE_CLOSED", modified=f"2026-07-15 19:{number:02}:00"))
        case "restore" if parcel:
            hands.put_back(parcel.id)
        case "cancel":
            house.word(tid, "cancel", {})
            house.drain()
        case "send" if move:
            hands.send(move)
        case "arrive" if move:
            hands.arrive(Arrival(move))
        case "short" if move:
            hands.arrive(Arrival(move, 0, (LOST, LEFT)[which % 2]))
            house.drain()
        case "undo" if move:
            hands.unarrive(move)
