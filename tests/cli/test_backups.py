"""Backups: taken from a running system, put back whole on any database."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import orjson
import pytest
from sqlalchemy import Engine, select

from app.bootstrap import Services, assemble
from app.cli.safekeeping import taking
from app.cli.safekeeping.taking import back_up
from app.cli.supervise import valkey
from app.jobs.pump import Pump
from app.persistence import tables as t
from app.persistence.audit import first_broken, note
from app.persistence.database import reading, writing
from app.persistence.dump import place_of
from app.persistence.imports import open_import, read_import
from app.persistence.order_rows import decode
from app.persistence.packs import LivePack, read_document
from app.processing.replay import is_identical
from app.queue.wakeups import WORK, queue_of
from app.rulebook import load_pack
from app.settings import Settings, load_settings
from tests.cli.conftest import restored, tell
from tests.line.house import NOW, House

Trade = Callable[..., dict[str, Any]]


@pytest.fixture
def services(settings: Settings, database: Engine) -> Services:
    """A system on each kind of database."""
    joined = replace(assemble(settings), database=database)
    client: Any = joined.redis
    client.flushall()
    return joined


@contextmanager
def started(settings: Settings) -> Iterator[House]:
    """A restored system with its queue server up."""
    with valkey.running(settings.home) as client:
        url = f"unix://{client.connection_pool.connection_kwargs['path']}"
        joined = assemble(replace(settings, redis_url=url))
        pump = Pump(joined, "test:0", LivePack())
        pump.live.refresh(joined.database)
        yield House(joined, pump)
        joined.database.dispose()


def names(house: House) -> dict[str, str]:
    """Platform id → the buyer's name as it is read back from its sealed form."""
    with reading(house.services.database) as db:
        rows = db.execute(select(t.orders)).all()
    opened = {r.tid: decode("tb", r.tid, r.doc, house.services.sealer.open(r.personal, f"order:{r.id}")) for r in rows}
    return {tid: order.customer_name or "" for tid, order in opened.items()}


def replays(house: House) -> list[bool]:
    with reading(house.services.database) as db:
        rows = db.execute(select(t.decisions)).all()
        return [is_identical(orjson.loads(r.record), load_pack(read_document(db, r.pack_version))) for r in rows]


def test_a_copy_of_a_busy_system_loses_and_doubles_nothing(
    house: House, trade: Trade, file: Path, target: Settings
) -> None:
    house.stock(("HZ", "A", 500))
    acknowledged = house.post(trade("1"), trade("2", status="NEW_STATE"), trade("1"))
    stop = threading.Event()

    def write() -> None:
        number = 10
        while not stop.is_set():
            body = orjson.dumps(trade(str(number), receiver_name=f"林{number}"))
            acknowledged.extend(house.services.stream.append("tb", [body], at=NOW))
            number += 1

    def decide() -> None:
        while not stop.is_set():
            house.pump.drain(0.2)

    threads = [threading.Thread(target=write), threading.Thread(target=decide)]
    for one in threads:
        one.start()
    try:
        while len(acknowledged) < 60:
            stop.wait(0.01)
        promised = list(acknowledged)
        back_up(file, house.services, tell)
    finally:
        stop.set()
        for one in threads:
            one.join()

    found = restored(file, target)
    with started(target) as new:
        accepted, waiting = new.services.stream.census()
        assert (accepted, len(waiting)) == (found.accepted, found.backlog)
        new.check()
        with reading(new.services.database) as db:
            ended = set(db.execute(select(t.receipts.c.id)).scalars())
        assert not ended & set(waiting)
        assert set(promised) <= ended | set(waiting) <= set(acknowledged)
        new.pump.drain(30, until_empty=True)
        new.check()
        assert new.services.stream.census()[1] == []
        assert len(new.receipts()) == accepted
        assert len(new.orders()) == accepted - 2
        assert all(replays(new))
        assert all(name == f"林{tid}" for tid, name in names(new).items() if int(tid) >= 10)
        later = new.post(trade("9"))[0]
        assert place_of(later) > max(place_of(receipt) for receipt in ended | set(waiting))


def test_what_is_decided_or_accepted_between_the_two_snapshots_counts_once(
    house: House, trade: Trade, file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.post(trade("1"))
    waiting = house.services.stream.append("tb", [orjson.dumps(trade("2")), orjson.dumps(trade("3"))], at=NOW)
    really = taking.frozen

    def frozen(engine: Engine) -> Any:
        house.pump.drain(5, until_empty=True)
        house.post(trade("4"))
        house.services.stream.append("tb", [orjson.dumps(trade("5"))], at=NOW)
        return really(engine)

    monkeypatch.setattr(taking, "frozen", frozen)
    manifest = back_up(file, house.services, tell)
    assert (manifest["stream"]["accepted"], manifest["stream"]["entries"]) == (3, len(waiting))
    new_home = load_settings({"PANDAN_HOME": str(tmp_path / "new")})
    found = restored(file, new_home)
    assert (found.accepted, found.backlog) == (4, 0)
    with started(new_home) as new:
        new.check()
        assert set(new.orders()) == {"1", "2", "3", "4"}


def test_a_loss_of_the_old_system_stays_visible(house: House, trade: Trade, file: Path, tmp_path: Path) -> None:
    lost = house.services.stream.append("tb", [orjson.dumps(trade("1"))], at=NOW)
    house.services.stream.done(lost)
    back_up(file, house.services, tell)
    new_home = load_settings({"PANDAN_HOME": str(tmp_path / "new")})
    found = restored(file, new_home)
    assert (found.accepted, found.backlog) == (1, 0)


def test_new_rows_get_new_numbers_and_the_audit_chain_goes_on(
    house: House, trade: Trade, file: Path, target: Settings
) -> None:
    house.post(trade("1"), trade("2"))
    with writing(house.services.database) as db:
        note(db, "a", "one", now=NOW)
    back_up(file, house.services, tell)
    restored(file, target)
    with started(target) as new:
        new.post(trade("3"))
        assert len(new.orders()) == 3
        with writing(new.services.database) as db:
            note(db, "a", "two", now=NOW)
            assert first_broken(db) is None
            assert db.execute(select(t.audit.c.action).order_by(t.audit.c.id)).scalars().all() == ["one", "two"]


def test_an_import_that_waited_runs_again_and_one_without_its_file_is_said_to_have_failed(
    house: House, file: Path, tmp_path: Path
) -> None:
    uploads = house.services.settings.home / "imports"
    uploads.mkdir()
    state = {"state": "running", "shop": "tb", "file": "f.csv"}
    with writing(house.services.database) as db:
        kept, gone = (open_import(db, state, now=NOW + place) for place in (0, 1))
    (uploads / f"{kept}.upload").write_bytes(b"rows")
    back_up(file, house.services, tell)
    new_home = load_settings({"PANDAN_HOME": str(tmp_path / "new")})
    assert restored(file, new_home).imports == [kept]
    assert (new_home.home / "imports" / f"{kept}.upload").read_bytes() == b"rows"
    with started(new_home) as new:
        assert [job.args for job in queue_of(WORK, new.services.redis).jobs] == [[kept]]
        with reading(new.services.database) as db:
            assert read_import(db, gone)["state"] == "failed"


def test_the_file_is_for_its_owner_only_and_nothing_else_is_left_beside_it(house: House, file: Path) -> None:
    before = set(file.parent.iterdir())
    back_up(file, house.services, tell)
    assert file.stat().st_mode & 0o777 == 0o600
    assert set(file.parent.iterdir()) - before == {file}
