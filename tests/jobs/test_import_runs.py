"""Imports as runs: history keeps its promises, the same file changes nothing, and what stands still is taken up."""

from __future__ import annotations

import threading
import time

import pytest
from sqlalchemy import text

from app.domain.errors import Unavailable
from app.intake import workbook
from app.jobs import destination, relay
from app.jobs.imports import MOST_TRIES, perform, take_up
from app.jobs.timer import tick
from app.persistence.database import writing
from app.persistence.import_files import alone, upload_path
from app.persistence.imports import change_import
from app.queue.wakeups import TAKE_UP, WORK, queue_of
from tests.jobs.clerk import Clerk, row
from tests.line.house import a_trade


def test_history_reserves_nothing_opens_nothing_and_joins_nothing(clerk: Clerk) -> None:
    clerk.imports(row("L1", phone="13800138000"))
    before = clerk.house.reserved(), clerk.house.orders()
    clerk.imports(
        row("H1", phone="13800138000", minute=1),  # the same buyer and goods a minute later
        row("H2", "NEVER-HEARD-OF"),
        row("H3", "A", 9_999),
        live=False,
    )
    found = clerk.house.orders()
    assert {found[number] for number in ("H1", "H2", "H3")} == {("recorded", "")}
    assert (clerk.house.reserved(), {"L1": found["L1"]}) == before
    for table in ("tasks", "unmatched_items", "redecisions", "purchases", "transfers"):
        assert clerk.count(table) == 0
    clerk.imports(row("L2", phone="13800138000", minute=2))
    # It is held for the live order, not for the history between them.
    with_anchor = f"tid = 'L2' AND anchor_id = {clerk.house.order_id('L1')}"
    assert clerk.count("orders", with_anchor) == 1
    clerk.house.check()


def test_history_never_revises_a_live_order_and_live_makes_history_live(clerk: Clerk) -> None:
    clerk.imports(row("T1", quantity=2))
    _, counts = clerk.imports(row("T1", quantity=3), live=False)
    assert (counts["accepted"], counts["duplicates"]) == (0, 1)
    clerk.imports(row("T2"), live=False)
    _, counts = clerk.imports(row("T2"))
    assert (counts["accepted"], counts["changed"]) == (1, 1)
    assert clerk.house.orders() == {"T1": ("allocated", ""), "T2": ("allocated", "")}
    assert clerk.count("receipts") == 3
    clerk.house.check()


@pytest.mark.parametrize("live", [True, False])
def test_the_same_file_again_changes_nothing(clerk: Clerk, live: bool) -> None:
    rows = [row("T1"), row("T2", "B", 2), row("T3", quantity="zwei")]
    _, first = clerk.imports(*rows, live=live)
    assert (first["accepted"], first["rejected"], first["added"]) == (2, 1, 2)
    before = clerk.house.state()
    _, again = clerk.imports(*rows, live=live)
    assert (again["accepted"], again["duplicates"], again["rejected"]) == (0, 2, 1)
    assert clerk.house.state() == before
    assert clerk.count("receipts") == 2


def test_a_dry_run_writes_nothing_and_shows_orders_as_they_would_be(clerk: Clerk) -> None:
    import_id, counts = clerk.imports(row("T1", phone="13800138000"), row("T2", "B", "x"), dry_run=True)
    state = clerk.state(import_id)
    assert (state["state"], counts["accepted"], counts["rejected"]) == ("checked", 1, 1)
    assert [(one["id"], one["phone"], one["rows"]) for one in state["preview"]] == [("T1", "138****8000", [2])]
    assert clerk.count("orders") == clerk.count("receipts") == clerk.count("import_chunks") == 0
    assert state["problems"][0]["row"] == 3


def waiting_jobs(clerk: Clerk, name: str) -> list[str]:
    """The jobs of that name which wait to be done."""
    return [job.func_name for job in queue_of(WORK, clerk.services.redis).jobs if job.func_name == name]


def test_an_import_whose_worker_died_is_taken_up_by_itself(clerk: Clerk) -> None:
    import_id = clerk.uploads(row("T1"))
    with writing(clerk.services.database) as db:
        change_import(db, import_id, state="running")
    with alone(clerk.services.settings.home, import_id):
        tick(clerk.services)
        assert not waiting_jobs(clerk, TAKE_UP)  # somebody works on it
    tick(clerk.services)
    assert len(waiting_jobs(clerk, TAKE_UP)) == 1
    take_up()
    assert clerk.state(import_id)["state"] == "done"
    assert not upload_path(clerk.services.settings.home, import_id).exists()
    assert clerk.count("import_chunks") == 0


def test_one_that_gets_no_further_is_left_to_a_person(clerk: Clerk) -> None:
    import_id = clerk.uploads(row("T1"))
    with writing(clerk.services.database) as db:
        change_import(db, import_id, state="running", tries=MOST_TRIES)
    assert perform(clerk.services, import_id)["state"] == "interrupted"


def test_a_full_backlog_makes_an_import_wait_for_another_try(clerk: Clerk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(destination, "PATIENCE_SECONDS", 0.1)
    monkeypatch.setattr(destination, "STILL_SECONDS", 0.05)
    monkeypatch.setattr(clerk.services.stream, "_limit", 1)
    import_id = clerk.uploads(row("T1"), row("T2"))
    with pytest.raises(Unavailable):
        perform(clerk.services, import_id)
    state = clerk.state(import_id)
    assert (state["state"], state["retry_at"] > state["told_at"]) == ("waiting", True)
    monkeypatch.setattr(clerk.services.stream, "_limit", 100)
    assert perform(clerk.services, import_id)["accepted"] == 2


def test_what_is_decided_while_an_import_runs_is_relayed_before_it_ends(
    clerk: Clerk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workbook, "CHUNK_ORDERS", 1)
    monkeypatch.setattr(relay, "EVERY_SECONDS", 0.02)
    import_id = clerk.uploads(*[row(f"H{n}") for n in range(3)], live=False)
    clerk.house.post(a_trade("1"))
    assert clerk.count("outbox", "topic = 'orders.decided'") == 1
    left: list[int] = []

    def watch(so_far: workbook.Import) -> None:
        if so_far.done == 2:
            until = time.monotonic() + 10
            while clerk.count("outbox", "topic = 'orders.decided'") and time.monotonic() < until:
                time.sleep(0.02)
            left.append(clerk.count("outbox", "topic = 'orders.decided'"))

    perform(clerk.services, import_id, watch)
    assert left == [0]
    assert clerk.count("minute_stats") == 1


def test_what_an_earlier_version_left_in_the_outbox_is_relayed_too(clerk: Clerk) -> None:
    clerk.house.post(a_trade("1"))
    with writing(clerk.services.database) as db:
        db.execute(text("UPDATE outbox SET body = :old WHERE topic = 'orders.decided'"), {"old": '[[1, "held", 2]]'})
    assert relay.empty_outbox(clerk.services) == 1
    assert clerk.count("minute_stats", "outcome = 'held' AND n = 2") == 1


def test_history_leaves_the_line_free_for_live_orders(clerk: Clerk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "CHUNK_ORDERS", 20)
    monkeypatch.setitem(destination.AHEAD, False, 30)
    import_id = clerk.uploads(*[row(f"H{n}") for n in range(200)], live=False)
    clerk.services.stream.prepare()
    run = threading.Thread(target=perform, args=(clerk.services, import_id))
    run.start()
    most = 0
    while run.is_alive():
        most = max(most, clerk.services.stream.length())
        clerk.house.step(10)
    clerk.house.drain()
    assert 20 <= most <= 30 + 20
    assert clerk.counts(import_id)["accepted"] == 200
