"""A parcel's journey: any event starts its timer again, late ones and repeats do not, and being signed for ends it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from app.domain.tracking import Sighting
from app.fulfilment.waybills import Said
from app.persistence.database import writing
from app.persistence.tracking import record
from tests.clock.tower import HOUR, NOW, Tower, rule

Trade = Callable[..., dict[str, Any]]


@pytest.fixture
def parcel(tower: Tower, trade: Trade) -> Tower:
    """One parcel on its way since NOW, and the rule of 72 hours."""
    tower.rules(rule("still", "no_tracking", 72, {"do": "remind"}, {"do": "supervisor", "after_hours": 24}))
    tower.house.post(trade("1"))
    tower.hands.pick()
    tower.hands.ship(Said(1, tower.hands.parcel("1").number, "SF10001", "SF"))
    return tower


def see(tower: Tower, kind: str, hours: float, place: str = "", *, waybill: str = "SF10001") -> str:
    """An event that happened so many hours after the beginning is told now."""
    with writing(tower.services.database) as db:
        shop_id = 1
        seen = Sighting(waybill, kind, NOW + int(hours * HOUR), place)
        (became,) = record(db, shop_id, [seen], now=tower.clock.now())
    return became


def test_seventy_two_hours_without_an_event_open_a_task_that_names_the_waybill(parcel: Tower) -> None:
    assert parcel.strike(71.9) == []
    assert parcel.strike(0.2) == [("still", 0)]
    ((kind, owner, details),) = parcel.tasks("kind", "owner", "details")
    assert (kind, owner) == ("escalation-no_tracking", "clerk")
    assert '"waybill":"SF10001"' in details


def test_an_event_starts_it_again_and_settles_what_was_asked(parcel: Tower) -> None:
    parcel.strike(73)
    assert see(parcel, "scanned", 73) == "taken"
    assert parcel.tasks("kind") == []
    assert parcel.timers() == [("still", 145)]
    assert parcel.strike(72) == [("still", 0)]


def test_a_late_event_and_a_repeated_one_do_not_start_it_again(parcel: Tower) -> None:
    parcel.strike(20)
    assert [see(parcel, "scanned", 20), see(parcel, "scanned", 20), see(parcel, "collected", 3)] == [
        "taken", "repeated", "late",
    ]  # fmt: skip
    assert parcel.timers() == [("still", 92)]


def test_being_signed_for_ends_it_even_when_told_late(parcel: Tower) -> None:
    parcel.strike(50)
    assert see(parcel, "scanned", 50) == "taken"
    assert see(parcel, "signed", 49) == "late"
    assert (parcel.timers(), parcel.strike(500)) == ([], [])


def test_what_cannot_be_is_not_kept(parcel: Tower) -> None:
    assert see(parcel, "scanned", 5) == "future"
    assert see(parcel, "scanned", 0, waybill="SF9") == "unknown"
    assert parcel.timers() == [("still", 72)]


def test_the_platform_that_says_signed_ends_it(parcel: Tower, trade: Trade) -> None:
    parcel.house.post(trade("1", status="TRADE_FINISHED", modified="2026-07-16 10:00:00"))
    assert parcel.timers() == []


def test_a_waybill_taken_back_runs_no_more(parcel: Tower) -> None:
    (sent,) = parcel.hands.parcel("1").shipments
    parcel.strike(80)
    parcel.hands.unship(sent.id)
    assert (parcel.timers(), parcel.tasks("kind")) == ([], [])
