"""Backtests of what is not plain: history, other mappings, a command that writes nothing and says what it left out."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from app.cli import backtest as command
from app.jobs.backtest import backtest, trial_of
from app.persistence.database import looking, writing
from app.persistence.stock import StockCount, set_stock
from app.rulebook import load_pack
from tests.line.house import House
from tests.line.test_any_order import Trade
from tests.line.test_backtest import Ticking, checksum, document


def result_of(house: House, pack: dict[str, Any], **asked: Any) -> dict[str, Any]:
    trial = trial_of(house.services, load_pack(pack), **{"days": 30, **asked})
    with backtest(house.services, trial, lambda _done, _total: None) as result:
        return {**result.document, "ends": {key[1]: final for key, final in result.after.finals.items()}}


@pytest.fixture
def clock(house: House) -> Ticking:
    clock = Ticking()
    house.services.clock = clock  # type: ignore[assignment]
    return clock


def test_through_a_connection_that_looks_nothing_can_be_written(house: House) -> None:
    with pytest.raises(DatabaseError), looking(house.services.database) as db:
        db.execute(text("UPDATE balances SET on_hand = 0"))
    # The same connection writes again once it has been given back.
    with writing(house.services.database) as db:
        db.execute(text("UPDATE balances SET bin = 'A1'"))


def test_history_is_taken_as_paid_and_spends_what_was_counted_first(house: House, clock: Ticking, trade: Trade) -> None:
    left = {"status": "TRADE_FINISHED"}
    house.post(*[trade(str(n), ("A", 10), minute=n, **left) for n in (1, 2, 3)], live=False)
    clock.at += 3600
    result = result_of(house, document())
    assert {tid: end.outcome for tid, end in result["ends"].items()} == {
        "1": "allocated", "2": "allocated", "3": "backordered",
    }  # fmt: skip
    assert "trial-history" in [one["code"] for one in result["remarks"]]


def test_a_draft_without_a_mapping_would_quarantine_what_the_live_one_reads(
    house: House, clock: Ticking, trade: Trade
) -> None:
    house.post(trade("1"))
    clock.at += 60
    pack = document()
    del pack["mappings"]["taobao"]
    result = result_of(house, pack)
    assert (result["changed"], result["ends"]["1"].outcome) == (1, "quarantined")


def test_each_side_spends_its_own_stock_and_feels_what_people_brought(
    house: House, clock: Ticking, trade: Trade
) -> None:
    """Live: 10 + 10 units go to two orders, the third waits and gets what comes. The draft holds the first."""
    house.post(trade("1", ("A", 10), minute=1, payment="900.00"))
    house.post(trade("2", ("A", 10), minute=2), trade("3", ("A", 10), minute=3))
    clock.at += 10
    with writing(house.services.database) as db:
        set_stock(db, [StockCount("HZ", "A", 20)], doc="came", now=clock.at)
    house.drain()
    clock.at += 10
    pack = document()
    (rule,) = [rule for rule in pack["screening"]["rules"] if rule["id"] == "big-value"]
    rule["when"] = {"all": [{"field": "order.paid", "op": ">", "value": 50_000}]}
    result = result_of(house, pack)
    assert result["before"]["outcomes"] == {"allocated": 3}
    assert result["after"]["outcomes"] == {"allocated": 2, "held": 1}
    # What the first no longer takes goes to the others, from nearer by.
    assert result["ends"]["2"].where == "HZ"
    assert result["after"]["km"] < result["before"]["km"]


def test_what_rules_hold_climbs_the_ladder_of_escalation_on_the_trials_clock(
    house: House, clock: Ticking, trade: Trade
) -> None:
    """The draft holds two orders; one of them meets the condition, and 30 hours reach the first two of three steps."""
    house.post(trade("1", payment="900.00"), trade("2", minute=1, payment="100.00"), trade("3", minute=2))
    clock.at += 30 * 3600
    pack = document()
    (rule,) = [rule for rule in pack["screening"]["rules"] if rule["id"] == "big-value"]
    rule["when"] = {"any": [{"field": "order.paid", "op": "between", "value": [9_000, 95_000]}]}
    pack["escalation"] = [
        {
            "id": "held-long", "title": {"zh": "挂久了", "en": "Held long"}, "on": {"timer": "held", "hours": 24},
            "when": {"field": "order.paid", "op": ">", "value": 20_000},
            "ladder": [{"do": "remind", "owner": "clerk"}, {"do": "remind", "owner": "supervisor", "after_hours": 4},
                       {"do": "remind", "owner": "supervisor", "after_hours": 4}],
        }
    ]  # fmt: skip
    result = result_of(house, pack)
    held = [tid for tid, end in result["ends"].items() if end.outcome == "held"]
    assert {"1", "2"} <= set(held)
    (told,) = [row for row in result["escalation"] if row["rule"] == "held-long"]
    assert (told["before"], told["after"]) == (None, {"orders": 1, "steps": 2})
    assert "trial-escalation" in [one["code"] for one in result["remarks"]]


def test_a_parcel_in_hand_no_longer_nears_its_ship_by_time(house: House, clock: Ticking, trade: Trade) -> None:
    due = {"send_time": "2026-07-15 22:00:00"}
    house.post(trade("1", **due), trade("2", minute=1, **due))
    clock.at += 60
    with writing(house.services.database) as db:
        db.execute(text("UPDATE orders SET picked_at = :at WHERE tid = '1'"), {"at": clock.at})
    clock.at += 5 * 3600
    pack = document()
    pack["escalation"] = [
        {
            "id": "near", "title": {"zh": "快到期", "en": "Near"}, "on": {"timer": "ship_by", "hours": 2},
            "ladder": [{"do": "remind", "owner": "warehouse"}],
        }
    ]  # fmt: skip
    result = result_of(house, pack)
    (told,) = [row for row in result["escalation"] if row["rule"] == "near"]
    assert told["after"] == {"orders": 1, "steps": 1}


def test_capacity_and_the_parcels_of_the_day_before_the_window_count(
    house: House, clock: Ticking, trade: Trade
) -> None:
    with writing(house.services.database) as db:
        db.execute(text("UPDATE warehouses SET daily_capacity = 1"))
    house.post(trade("1"))
    clock.at += 10
    house.post(trade("2", minute=2))
    clock.at += 10
    result = result_of(house, document())
    assert result["changed"] == 0


def test_the_command_prints_what_the_contract_says_and_writes_nothing(
    house: House, clock: Ticking, trade: Trade, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.post(trade("1"), trade("2", minute=1))
    clock.at += 60
    monkeypatch.setattr(command, "ready", lambda: house.services)
    pack = document()
    pack["allocation"]["rules"] = [pack["allocation"]["rules"][-1]]
    pack["examples"] = []
    file = tmp_path / "draft.json"
    file.write_text(json.dumps(pack), "utf-8")
    before = checksum(house)
    done = CliRunner().invoke(command.run_backtest, [f"--pack={file}", "--days=2", "--json"])
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    assert (told["orders"], told["changed"]) == (2, 2)
    assert {"order", "before", "after"} <= told["changes"][0].keys()
    assert told["changes"][0]["before"]["outcome"] == "allocated"
    assert checksum(house) == before
