"""The benchmarks run and keep the contract's shape; their figures are not judged here."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from click.testing import CliRunner

from app.cli import bench as command
from app.domain.errors import Refused
from bench import analyse, duplicates, engine, imports, intake, peers, report, versions


def test_the_engine_and_a_plain_reading_name_the_same_rules() -> None:
    told = engine.run(orders=20, sizes=(10,), seconds=0.01)
    assert [(table["rules"], table["mode"]) for table in told["tables"]] == [(10, "first"), (10, "all"), (10, "trace")]
    for table in told["tables"]:
        assert table["evaluations_per_second"] > 0
        assert set(table["peers"]) >= {"durable-rules", "rule-engine", "zen-engine"}
    assert all(table["peers"]["naive closures"] > 0 for table in told["tables"][:2])
    assert any(line.startswith("10") for line in report.lines("engine", told))


def test_a_peer_that_says_something_else_has_no_figure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(peers, "outside", lambda *_: peers.Outside(1e9, [[0]] * 20))
    told = engine.run(orders=20, sizes=(10,), seconds=0.01)
    assert [table["peers"]["durable-rules"] for table in told["tables"]] == [None, None, None]
    assert told["left_out"]["durable-rules, 10 rules, first"] == "answers differ"


def test_a_peer_that_hangs_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(peers, "CHILD_SECONDS", 0.0)
    found = peers.outside("durable-rules", engine.make_rows(3), "first", engine.make_orders(2), 0.01)
    assert (found.per_second, found.why_not) == (None, "did not build and answer in 0 s")


def test_a_large_table_without_fault_has_no_finding_and_seeded_faults_are_found() -> None:
    told = analyse.run(rows=60, edited_rows=50, rounds=1)
    assert told["findings"] == 0
    assert set(told["with_faults"]["seeded"]) <= set(told["with_faults"]["found"])
    assert told["after_one_edit"]["rows"] == 50


def test_intake_answers_every_request_and_measures_the_bare_route_beside() -> None:
    told = intake.run(orders=400)
    assert {"requests_per_second", "p50_ms", "p99_ms", "bare_route_requests_per_second", "ratio"} <= set(told["single"])
    assert told["array"]["orders_per_second"] > 0


def test_planted_repeats_are_found_and_what_is_meant_is_let_through() -> None:
    told = duplicates.run(orders=600)
    assert told["planted"] == 24
    assert told["precision_of_acts"] == 1.0
    assert told["recall"] >= 0.95


def test_a_miss_and_a_needless_question_are_counted() -> None:
    day = duplicates.make_day(100, 1)
    repeats = [duplicates._key(one) for one in day if one.repeats is not None]
    others = [duplicates._key(one) for one in day if one.repeats is None]
    told = duplicates.judge(day, {repeats[0]: "acts", others[0]: "acts", others[1]: "asks"})
    assert told["precision_of_acts"] == 0.5
    assert told["recall"] == 0.25
    assert told["needless_questions_per_1000"] == 10.0


def test_the_command_hands_the_orders_on_and_prints_the_document(monkeypatch: pytest.MonkeyPatch) -> None:
    def measure(orders: int) -> dict[str, Any]:
        return {"single": {"p50_ms": orders}}

    modules = {"intake": SimpleNamespace(run=measure), "report": report}
    monkeypatch.setattr(command, "_module", modules.__getitem__)
    runner = CliRunner()
    assert '"p50_ms": 7' in runner.invoke(command.bench, ["intake", "--orders", "7", "--json"]).output
    assert runner.invoke(command.bench, ["intake", "--orders", "7"]).output == "single.p50_ms  7\n"
    assert runner.invoke(command.bench, ["nothing"]).exit_code == 2


def test_an_installation_without_the_checkout_says_so(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command, "_FOLDER", tmp_path / "bench")
    found = CliRunner().invoke(command.bench, ["intake"])
    assert isinstance(found.exception, Refused)
    assert found.exception.code == "bench-missing"


def test_the_facts_of_the_machine_name_no_machine() -> None:
    assert set(report.machine()) == {"cores", "python", "sqlite", "valkey", "date"}


def test_a_file_is_imported_beside_live_orders_and_once_more() -> None:
    told = imports.run(orders=60)
    assert told["rows"] == told["accepted"] + told["duplicates"] + told["rejected"] > 1_000
    assert (told["again"]["accepted"], told["nothing_lost"]) == (0, True)
    assert 0 < told["undone"]["orders"] <= told["orders"]
    assert told["peak_mb"] > 0


def test_while_orders_stream_through_versions_come_and_go_and_every_decision_names_the_one_that_made_it() -> None:
    told = versions.run(orders=240, deeds=8)
    assert (told["publishes"], told["rollbacks"], told["versions"], told["live_versions"]) == (4, 4, 9, 1)
    assert told["decisions"] >= 240
    assert told["nothing_lost"]
    assert told["stock_adds_up"]
    assert [told[name] for name in ("lost", *versions.FAULTS)] == [0, 0, 0, 0]
