"""Backups: taken from a running system, put back whole on any database, or refused with nothing changed."""

from __future__ import annotations

import hashlib
import os
import tarfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import orjson
import pytest
from sqlalchemy import Engine, select, text

from app.bootstrap import Services, assemble
from app.cli.safekeeping import archive, swap, taking
from app.cli.safekeeping.restoring import Restored, restore
from app.cli.safekeeping.taking import back_up
from app.cli.supervise import homelock, valkey
from app.domain.errors import Refused
from app.jobs.pump import Pump
from app.persistence import tables as t
from app.persistence.audit import first_broken, note
from app.persistence.database import connect, reading, writing
from app.persistence.dump import place_of
from app.persistence.imports import open_import, read_import
from app.persistence.migrate import upgrade
from app.persistence.order_rows import decode
from app.persistence.packs import LivePack, read_document
from app.processing.replay import is_identical
from app.queue.wakeups import WORK, queue_of
from app.rulebook import load_pack
from app.settings import Settings, load_settings
from tests.line.conftest import NOW, House

Trade = Callable[..., dict[str, Any]]


def tell(_zh: str, _en: str) -> None:
    pass


@pytest.fixture
def services(settings: Settings, database: Engine) -> Services:
    """A system on each kind of database."""
    joined = replace(assemble(settings), database=database)
    client: Any = joined.redis
    client.flushall()
    return joined


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "copy.tar"


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def target(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    """Settings of a new home with an empty database of each kind and the queue server that comes along."""
    environment = {"PANDAN_HOME": str(tmp_path / "new")}
    if request.param == "postgres":
        url = request.getfixturevalue("postgres_url")
        with connect(url).connect().execution_options(isolation_level="AUTOCOMMIT") as server:
            server.execute(text("DROP DATABASE IF EXISTS restored"))
            server.execute(text("CREATE DATABASE restored"))
        environment["DATABASE_URL"] = url.replace("/postgres?", "/restored?")
        assert environment["DATABASE_URL"] != url
    return load_settings(environment)


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


def restored(file: Path, settings: Settings, *, replacing: bool = False) -> Restored:
    return restore(file, settings, replace=replacing, tell=tell)[1]


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


@pytest.fixture
def small(request: pytest.FixtureRequest, tmp_path: Path, file: Path) -> Path:
    """A backup of a new system, taken while it is down."""
    joined = assemble(load_settings({"PANDAN_HOME": str(tmp_path / "old")}))
    upgrade(joined.database)
    back_up(file, joined, tell)
    joined.database.dispose()
    return file


@pytest.fixture
def new_home(tmp_path: Path) -> Settings:
    return load_settings({"PANDAN_HOME": str(tmp_path / "new")})


def tree(home: Path) -> dict[str, str]:
    """Every file with its digest, without the lock."""
    files = [p for p in home.rglob("*") if p.is_file() and p.name != "up.lock"]
    return {str(p.relative_to(home)): hashlib.sha256(p.read_bytes()).hexdigest() for p in files}


def refusal(file: Path, settings: Settings, *, replacing: bool = False) -> str:
    with pytest.raises(Refused) as caught:
        restored(file, settings, replacing=replacing)
    return caught.value.code


def test_a_system_that_is_down_can_be_backed_up_and_restored(small: Path, new_home: Settings) -> None:
    found = restored(small, new_home)
    assert (found.accepted, found.backlog, found.kept) == (0, 0, None)
    assert {"pandan.db", "secret.key"} <= set(tree(new_home.home))


@pytest.mark.parametrize("part", ["manifest.json", "tables/facts.jsonl.gz", "stream.jsonl.gz", "secret.key"])
def test_a_damaged_byte_anywhere_is_refused(small: Path, new_home: Settings, part: str) -> None:
    with tarfile.open(small) as tar:
        member = tar.getmember(part)
    damaged = bytearray(small.read_bytes())
    damaged[member.offset_data + member.size // 2] ^= 1
    small.write_bytes(damaged)
    assert refusal(small, new_home) == "backup-damaged"
    assert not new_home.home.exists()


@pytest.mark.parametrize("share", [0.0, 0.3, 0.9])
def test_a_file_that_was_cut_off_is_refused(small: Path, new_home: Settings, share: float) -> None:
    whole = small.read_bytes()
    small.write_bytes(whole[: int(len(whole.rstrip(b"\0")) * share)])
    assert refusal(small, new_home) == "backup-damaged"
    assert not new_home.home.exists()


@pytest.mark.parametrize("change", [{"format": archive.FORMAT + 1}, {"revision": "20990101_later"}])
def test_a_backup_of_a_newer_program_is_refused(
    small: Path, new_home: Settings, change: dict[str, Any], tmp_path: Path
) -> None:
    with archive.opened(small) as backup:
        manifest = {k: v for k, v in backup.manifest.items() if k != "members"} | change
        for name in backup.manifest["members"]:
            path = tmp_path / "parts" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(backup.part(name).read())
    parts = [str(p.relative_to(tmp_path / "parts")) for p in (tmp_path / "parts").rglob("*") if p.is_file()]
    archive.write(small, tmp_path / "parts", parts, manifest)
    assert refusal(small, new_home) == "backup-newer"
    assert not new_home.home.exists()


def test_a_home_with_data_is_refused_unless_it_is_to_be_replaced_and_then_it_is_kept(
    small: Path, new_home: Settings
) -> None:
    restored(small, new_home)
    (new_home.home / "imports").mkdir()
    (new_home.home / "imports" / "mine.upload").write_bytes(b"mine")
    before = tree(new_home.home)
    assert refusal(small, new_home) == "restore-not-empty"
    assert tree(new_home.home) == before
    kept = restored(small, new_home, replacing=True).kept
    assert kept is not None
    assert tree(kept) == before
    assert not (new_home.home / "imports").exists()


def test_a_home_that_somebody_runs_on_is_refused(small: Path, new_home: Settings) -> None:
    lock = homelock.take(new_home.home)
    try:
        assert refusal(small, new_home, replacing=True) == "home-in-use"
        assert tree(new_home.home) == {}
    finally:
        os.close(lock)


def test_another_key_than_the_backups_is_refused(
    small: Path, new_home: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PANDAN_SECRET_KEY", "A" * 43 + "=")
    assert refusal(small, new_home) == "backup-key-differs"
    assert not new_home.home.exists()


def test_an_outside_queue_that_is_in_use_is_refused_and_an_empty_one_is_filled(
    small: Path, new_home: Settings, valkey_url: str
) -> None:
    outside = replace(new_home, redis_url=valkey_url)
    joined = assemble(replace(outside, home=new_home.home.parent / "other"))
    client: Any = joined.redis
    client.flushall()
    receipt = joined.stream.append("s", [b"{}"], at=NOW)
    assert refusal(small, outside) == "restore-outside-not-empty"
    assert joined.stream.census() == (1, receipt)
    assert tree(new_home.home) == {}
    client.flushall()
    assert restored(small, outside).accepted == 0
    client.flushall()


@pytest.mark.postgres
def test_a_postgresql_with_tables_is_refused_and_keeps_its_rows(
    small: Path, new_home: Settings, postgres_url: str
) -> None:
    engine = connect(postgres_url)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
    upgrade(engine)
    assert refusal(small, replace(new_home, database_url=postgres_url)) == "restore-outside-not-empty"
    assert tree(new_home.home) == {}


def test_a_restore_that_fails_half_way_leaves_nothing(
    small: Path, new_home: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise OSError("no space left")

    monkeypatch.setattr("app.cli.safekeeping.restoring.put_back", fail)
    assert refusal(small, new_home) == "restore-failed"
    assert [p.name for p in new_home.home.iterdir()] == ["up.lock"]


@pytest.mark.parametrize("stage", ["ready", "half aside", "moving", "half moved"])
def test_a_swap_that_was_interrupted_is_carried_through(tmp_path: Path, stage: str) -> None:
    (tmp_path / "pandan.db").write_text("old")
    (tmp_path / "secret.key").write_text("old")
    staged = swap.stage(tmp_path)
    for name in ("pandan.db", "secret.key"):
        (staged / name).write_text("new")
    kept = tmp_path / staged.stem.replace(".restore-", "before-restore-")
    ready = staged.rename(staged.with_suffix(".ready"))
    if stage != "ready":
        kept.mkdir()
        (tmp_path / "pandan.db").rename(kept / "pandan.db")
    if stage in ("moving", "half moved"):
        (tmp_path / "secret.key").rename(kept / "secret.key")
        ready = ready.rename(ready.with_suffix(".moving"))
    if stage == "half moved":
        (ready / "pandan.db").rename(tmp_path / "pandan.db")
    swap.finish(tmp_path)
    assert {p.name: p.read_text() for p in tmp_path.iterdir() if p.is_file()} == {
        "pandan.db": "new", "secret.key": "new",
    }  # fmt: skip
    assert {p.name: p.read_text() for p in kept.iterdir()} == {"pandan.db": "old", "secret.key": "old"}
    assert not list(tmp_path.glob(".restore-*"))
