"""A shadow decides what the line decided, on the same facts: itself it never diverges from, another pack it does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from app.jobs.relay import empty_outbox
from app.jobs.shadow import follow_line
from app.persistence import shadows
from app.persistence.database import reading, writing
from app.persistence.packs import publish
from app.persistence.trials import SHADOW, change_trial, open_trial, read_trial
from tests.line.house import NOW, House
from tests.line.test_any_order import SLOW, Trade
from tests.line.test_backtest import Day, days, document

Change = Callable[[dict[str, Any]], None]


def begin(house: House, candidate: dict[str, Any]) -> str:
    doc = {"source": {"kind": "file", "number": 0, "title": "draft"}, "live": 1, "actor": "boss", "at": NOW}
    with writing(house.services.database) as db:
        running = shadows.running_shadow(db)
        if running:
            change_trial(db, running, state="stopped")
        shadows.forget_batches(db)
        return open_trial(db, SHADOW, "running", candidate, {**doc, "told_at": NOW}, now=NOW)


def followed(house: House, trial_id: str) -> dict[str, Any]:
    """The shadow's document once it has decided everything that the line has."""
    empty_outbox(house.services)
    follow_line(house.services, 30)
    with reading(house.services.database) as db:
        return read_trial(db, trial_id)


def latest(house: House, trial_id: str) -> list[dict[str, Any]]:
    with reading(house.services.database) as db:
        return shadows.latest_divergences(db, trial_id, 10)


def changed(change: Change) -> dict[str, Any]:
    made = document()
    change(made)
    return made


@given(st.data())
@settings(SLOW, max_examples=5, phases=[Phase.explicit, Phase.generate])
def test_a_shadow_of_the_live_rules_never_diverges(house: House, trade: Trade, data: Any) -> None:
    day = Day(house, trade)
    happenings = data.draw(days(moved=True))
    day.forget()
    shadow = begin(house, document())
    for second, some in enumerate(happenings):
        day.tell_some(some)
        if second % 4 == 0:
            # Now and then behind by some batches, whose orders have been decided anew meanwhile.
            followed(house, shadow)
    doc = followed(house, shadow)
    assert latest(house, shadow) == []
    assert doc.get("decided", 0) > 0


def test_a_shadow_tells_what_another_rule_would_have_done(house: House, trade: Trade) -> None:
    def hold_all(pack: dict[str, Any]) -> None:
        pack["reasons"]["too-small"] = {"zh": "金额太小", "en": "too small"}
        pack["screening"]["rules"].insert(0, {
            "id": "too-small", "title": {"zh": "小单", "en": "Small orders"},
            "when": {"all": [{"any_line": {"field": "line.price", "op": "<", "value": 5000}}]},
            "then": [{"do": "hold", "reason": "too-small", "owner": "clerk"}],
        })  # fmt: skip

    shadow = begin(house, changed(hold_all))
    house.post(trade("1"))
    doc = followed(house, shadow)
    (one,) = latest(house, shadow)
    assert (doc["decided"], doc["diverged"]) == (1, 1)
    assert doc["groups"] == {"allocated|allocation/local|held|screening/too-small": 1}
    assert (one["order"], one["before"]["warehouses"], one["after"]["reason"]) == ("1", "HZ", "too-small")
    assert any("HZ" in said["en"] for said in one["why_before"])
    assert any("Small orders" in said["en"] for said in one["why_after"])


def test_a_draft_that_compares_orders_otherwise_is_given_the_neighbours(house: House, trade: Trade) -> None:
    shadow = begin(house, changed(lambda pack: pack["duplicates"].update(window_seconds=3600)))
    same = {"receiver_mobile": "13900001111", "buyer_open_uid": "u", "oaid": "o"}
    house.post(trade("1", minute=0, **same))
    house.post(trade("2", minute=20, **same))
    doc = followed(house, shadow)
    assert doc["diverged"] == 1
    assert latest(house, shadow)[0]["after"]["reason"] == "suspected-duplicate"


def test_a_shadow_that_falls_behind_passes_over_the_oldest_and_says_so(
    house: House, trade: Trade, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shadows, "MOST_BEHIND", 2)
    shadow = begin(house, document())
    for number in "12345":
        house.post(trade(number))
    doc = followed(house, shadow)
    assert (doc["passed"], doc["decided"]) == (3, 2)


def test_nothing_is_followed_once_no_shadow_runs(house: House, trade: Trade) -> None:
    house.post(trade("1"))
    empty_outbox(house.services)
    with reading(house.services.database) as db:
        assert not shadows.is_behind(db)


def test_a_decision_made_under_other_live_rules_is_still_compared_with_itself(house: House, trade: Trade) -> None:
    shadow = begin(house, document())
    with writing(house.services.database) as db:
        other = changed(lambda pack: pack["allocation"]["rules"].pop(0))
        publish(db, other, author="boss", note="", now=NOW)
    house.post(trade("1"))
    doc = followed(house, shadow)
    # By another rule to the same end.
    assert (doc["decided"], doc["diverged"]) == (1, 0)
