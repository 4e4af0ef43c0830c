"""Trying rules on the pages: a backtest from its start to its list, a shadow begun, ended and adopted."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest
from flask.testing import FlaskClient

from app.bootstrap import Services
from app.domain.errors import PandanError
from app.jobs import current
from app.jobs.trials import MOST_TRIES, perform, run_backtest, take_up
from app.persistence.database import reading, writing
from app.persistence.drafts import start
from app.persistence.packs import SHIPPED, live_version
from app.persistence.shadows import running_shadow
from app.persistence.trials import cancel, change_trial, due_backtests, read_trial
from app.queue.wakeups import WORK, queue_of
from tests.line.house import NOW, House, a_trade

PACK = json.loads((SHIPPED / "apparel-default.json").read_text("utf-8"))


class Standing:
    """A clock that stands where the house's orders were decided."""

    def now(self) -> int:
        return NOW + 1


@pytest.fixture
def boss(house: House, client_of: Callable[[str], FlaskClient], services: Services) -> FlaskClient:
    services.clock = Standing()  # type: ignore[assignment]
    house.post(*[a_trade(str(number)) for number in (1, 2, 3)])
    return client_of("supervisor")


def cautious() -> dict[str, Any]:
    """The shipped pack, but that it holds every order from 15 yuan on."""
    pack: dict[str, Any] = json.loads(json.dumps(PACK))
    (rule,) = [rule for rule in pack["screening"]["rules"] if rule["id"] == "big-value"]
    rule["when"] = {"all": [{"field": "order.paid", "op": ">=", "value": 1500}]}
    return pack


def begun(client: FlaskClient, **more: Any) -> str:
    """Start a trial of a file, or what `more` says; its id."""
    file = (io.BytesIO(json.dumps(cautious()).encode()), "cautious.json")
    answer = client.post("/trials/", data={"days": "7", "file": file, **more}, content_type="multipart/form-data")
    assert answer.status_code == 303, answer.get_data(as_text=True)
    return answer.headers["Location"].rsplit("/", 1)[1]


def trial_of(services: Services, trial_id: str) -> dict[str, Any]:
    with reading(services.database) as db:
        return read_trial(db, trial_id)


def test_a_backtest_tells_what_would_change_and_gives_the_list(boss: FlaskClient, services: Services) -> None:
    trial_id = begun(boss)
    waiting = boss.get(f"/trials/{trial_id}").get_data(as_text=True)
    assert "hx-trigger" in waiting
    perform(services, trial_id)
    page = boss.get(f"/trials/{trial_id}").get_data(as_text=True)
    assert "hx-trigger" not in page
    result = trial_of(services, trial_id)["result"]
    assert (result["orders"], result["changed"], result["newly_held"]) == (3, 3, 3)
    assert (result["before"]["outcomes"], result["after"]["outcomes"]) == ({"allocated": 3}, {"held": 3})
    assert "大额订单复核" in page
    sheet = openpyxl.load_workbook(io.BytesIO(boss.get(f"/trials/{trial_id}/changes").data)).active
    assert [row[0] for row in sheet.iter_rows(min_row=4, values_only=True)] == ["1", "2", "3"]


def test_a_backtest_that_is_stopped_keeps_no_result(boss: FlaskClient, services: Services) -> None:
    trial_id = begun(boss)
    assert boss.post(f"/trials/{trial_id}/stop").status_code == 303
    perform(services, trial_id)
    assert trial_of(services, trial_id)["state"] == "cancelled"
    assert "result" not in trial_of(services, trial_id)
    with writing(services.database) as db, pytest.raises(PandanError):
        cancel(db, trial_id, now=NOW)


def test_a_backtest_whose_worker_died_is_begun_again_and_given_up_in_the_end(
    boss: FlaskClient, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    # In the worker's child it is for the job alone; here it would be for the tests that follow.
    monkeypatch.setattr("app.jobs.trials.os.nice", lambda _: None)
    trial_id = begun(boss)
    with writing(services.database) as db:
        change_trial(db, trial_id, state="running", tries=1, told_at=NOW - 600)
        assert due_backtests(db, now=NOW) == [trial_id]
    current.hold(services)
    sent = len(queue_of(WORK, services.redis))
    take_up()
    take_up()
    assert len(queue_of(WORK, services.redis)) == sent + 1
    run_backtest(trial_id)
    assert trial_of(services, trial_id)["state"] == "done"
    with writing(services.database) as db:
        change_trial(db, trial_id, state="running", tries=MOST_TRIES, told_at=NOW - 600)
    run_backtest(trial_id)
    assert trial_of(services, trial_id)["state"] == "failed"
    assert "trial-broke" not in boss.get(f"/trials/{trial_id}").get_data(as_text=True)


def test_a_draft_that_was_tried_is_handed_to_its_page_to_be_published(boss: FlaskClient, services: Services) -> None:
    with writing(services.database) as db:
        live = live_version(db) or 0
        draft = start(db, cautious(), live, title="careful", owner="supervisor", now=NOW)
    assert "careful" in boss.get("/trials/").get_data(as_text=True)
    shadow = begun(boss, do="shadow", candidate=f"draft:{draft}", file=(io.BytesIO(), ""))
    refused = boss.post("/trials/", data={"do": "shadow", "candidate": f"draft:{draft}"})
    assert refused.status_code == 400
    answer = boss.post(f"/trials/{shadow}/adopt")
    assert answer.headers["Location"] == f"/rules/drafts/{draft}"
    with reading(services.database) as db:
        assert running_shadow(db) is None
    assert trial_of(services, shadow)["state"] == "promoted"


def test_who_may_not_draft_rules_tries_none(house: House, client_of: Callable[[str], FlaskClient]) -> None:
    assert client_of("viewer").get("/trials/").status_code == 403


@pytest.mark.parametrize("asked", [{"file": (io.BytesIO(b"{"), "x.json")}, {"days": "8"}, {"candidate": "draft:99"}])
def test_what_cannot_be_tried_is_refused_with_a_sentence(boss: FlaskClient, asked: dict[str, Any]) -> None:
    file = (io.BytesIO(json.dumps(PACK).encode()), "pack.json")
    data = {"days": "7", **({} if "candidate" in asked else {"file": file}), **asked}
    answer = boss.post("/trials/", data=data, content_type="multipart/form-data")
    assert answer.status_code in (400, 404)
