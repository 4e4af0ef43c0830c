"""Restoring: whole, or refused with nothing changed."""

from __future__ import annotations

import hashlib
import os
import tarfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, inspect, text

from app.bootstrap import assemble
from app.cli.safekeeping import archive, swap
from app.cli.safekeeping.taking import back_up
from app.cli.supervise import homelock
from app.domain.errors import Refused
from app.persistence import tables as t
from app.persistence.database import connect, writing
from app.persistence.migrate import upgrade
from app.settings import Settings, load_settings
from tests.cli.conftest import restored, tell
from tests.line.house import NOW


@pytest.fixture
def small(tmp_path: Path, file: Path) -> Path:
    """A backup of a new system, taken while it is down."""
    joined = assemble(load_settings({"PANDAN_HOME": str(tmp_path / "old")}))
    upgrade(joined.database)
    back_up(file, joined, tell)
    joined.database.dispose()
    return file


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
    # However soon after each other, no restore mixes its kept files with another's.
    assert restored(small, new_home, replacing=True).kept not in (None, kept)
    assert tree(kept) == before
    assert not (new_home.home / "imports").exists()


def test_a_home_that_somebody_runs_on_is_refused(small: Path, new_home: Settings) -> None:
    lock = homelock.take(new_home.home)
    try:
        assert refusal(small, new_home, replacing=True) == "home-in-use"
        assert tree(new_home.home) == {}
    finally:
        os.close(lock)


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


@pytest.mark.postgres
def test_rows_that_the_new_database_cannot_hold_are_told_and_nothing_is_left_there(
    tmp_path: Path, file: Path, on_postgres: Settings
) -> None:
    old = assemble(load_settings({"PANDAN_HOME": str(tmp_path / "old")}))
    upgrade(old.database)
    with writing(old.database) as db:
        db.execute(insert(t.shops).values(code="s" * 65, platform="manual", created_at=NOW))
    back_up(file, old, tell)
    assert refusal(file, on_postgres) == "restore-failed"
    assert inspect(connect(on_postgres.database_url)).get_table_names() == []
    assert [p.name for p in on_postgres.home.iterdir()] == ["up.lock"]


@pytest.mark.parametrize("key", ["A" * 43 + "=", "no key"])
def test_another_key_than_the_backups_is_refused(
    small: Path, new_home: Settings, monkeypatch: pytest.MonkeyPatch, key: str
) -> None:
    monkeypatch.setenv("PANDAN_SECRET_KEY", key)
    assert refusal(small, new_home) in ("backup-key-differs", "secret-key-invalid")
    assert not new_home.home.exists()


def test_a_key_that_was_never_in_the_file_must_be_given(
    tmp_path: Path, file: Path, new_home: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PANDAN_SECRET_KEY", "A" * 43 + "=")
    old = assemble(load_settings({"PANDAN_HOME": str(tmp_path / "old")}))
    upgrade(old.database)
    assert back_up(file, old, tell)["key"] == "environment"
    monkeypatch.delenv("PANDAN_SECRET_KEY")
    assert refusal(file, new_home) == "backup-key-missing"
    monkeypatch.setenv("PANDAN_SECRET_KEY", "A" * 43 + "=")
    assert restored(file, new_home).accepted == 0


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
