"""An import that nobody works on any more says so, and goes on at a press."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from app.bootstrap import Services
from app.jobs import current
from app.jobs import imports as job
from app.persistence.database import reading, writing
from app.persistence.goods import add_shop
from app.persistence.import_files import keep_upload, upload_path
from app.persistence.imports import SILENCE_SECONDS, change_import, is_interrupted, open_import, read_import
from app.queue.wakeups import IMPORT, WORK, queue_of, send

ClientOf = Callable[[str], FlaskClient]
FILE = "订单编号,订单状态,商品编码,数量\nA-1,已付款,TENT,1\nA-2,已付款,TENT,2\n"


@pytest.fixture
def import_id(services: Services) -> str:
    """An uploaded file that waits."""
    now = services.clock.now()
    state = {
        "file": "day.csv", "shop": "sheet", "live": True, "dry_run": False, "state": "waiting",
        "actor": "clerk", "at": now, "rows": 0, "done": 0, "layout": {},
    }  # fmt: skip
    with writing(services.database) as db:
        add_shop(db, "sheet", "excel", now=now)
        made = open_import(db, state, now=now)
    keep_upload(services.settings.home, made, FILE.encode())
    current.hold(services, None)
    return made


def _set(services: Services, import_id: str, **changes: Any) -> None:
    with writing(services.database) as db:
        change_import(db, import_id, **changes)


def _state(services: Services, import_id: str) -> dict[str, Any]:
    with reading(services.database) as db:
        return read_import(db, import_id)


@pytest.mark.parametrize(
    ("state", "silent", "queued", "interrupted"),
    [
        ("running", SILENCE_SECONDS - 1, False, False),
        ("running", SILENCE_SECONDS, False, True),
        ("running", SILENCE_SECONDS, True, True),  # what is queued is another one
        ("waiting", 3600, True, False),  # behind a long one
        ("waiting", SILENCE_SECONDS, False, True),  # the queue has forgotten it
        ("done", 3600, False, False),
        ("checked", 3600, False, False),
    ],
)
def test_only_silence_makes_an_import_interrupted(state: str, silent: int, queued: bool, interrupted: bool) -> None:
    told = {"state": state, "at": 0, "told_at": 1000}
    assert is_interrupted(told, now=1000 + silent, queued=queued) is interrupted


def test_a_dead_import_is_sent_again_and_its_orders_come_in_once(
    services: Services, client_of: ClientOf, import_id: str
) -> None:
    clerk, page = client_of("clerk"), f"/imports/{import_id}"

    def shown() -> str:
        return clerk.get(page, follow_redirects=True).text

    # A killed worker leaves behind what it told last.
    _set(services, import_id, state="running", rows=2, done=1, told_at=services.clock.now() - SILENCE_SECONDS)
    assert "中断了" in clerk.get("/imports/").text
    assert "接着做" in shown()
    assert "every 1s" not in shown()
    assert clerk.post(f"{page}/go").status_code == 303
    assert queue_of(WORK, services.redis).count == 1
    assert "排队中" in shown()
    job.run_import(import_id)
    assert _state(services, import_id)["accepted"] == 2
    assert "接着做" not in shown()
    assert clerk.post(f"{page}/go").status_code == 400  # it is done


def test_an_import_that_fails_by_our_own_fault_may_be_sent_again_at_once(
    services: Services, client_of: ClientOf, import_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        assert _state(services, import_id)["state"] == "running"  # told before the file is read
        raise MemoryError

    monkeypatch.setattr(job, "import_file", broken)
    with pytest.raises(MemoryError):
        job.run_import(import_id)
    assert "接着做" in client_of("clerk").get(f"/imports/{import_id}", follow_redirects=True).text


def test_an_import_tells_that_it_lives_while_it_waits(
    services: Services, import_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(job, "BEAT_SECONDS", 0.01)
    with job._Telling(services, import_id).beating():
        _set(services, import_id, told_at=1)
        for _ in range(500):
            if _state(services, import_id)["told_at"] > 1:
                break
    assert _state(services, import_id)["told_at"] > 1


def test_one_without_its_file_asks_for_it(services: Services, client_of: ClientOf, import_id: str) -> None:
    _set(services, import_id, state="running", told_at=0)
    upload_path(services.settings.home, import_id).unlink()
    send(services.redis, IMPORT, "another")
    shown = client_of("clerk").get(f"/imports/{import_id}", follow_redirects=True).text
    assert "重新上传" in shown
    assert f"/imports/{import_id}/go" not in shown
