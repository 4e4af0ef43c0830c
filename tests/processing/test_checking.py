"""Drafts are checked in a process of their own: the latest state counts, and what takes too long is given up."""

from __future__ import annotations

import copy
import random
import time
from typing import Any

import orjson

from app.domain.provinces import PROVINCES
from app.persistence.packs import SHIPPED
from app.processing import publishing
from app.processing.checking import Checker, read_report, write_report
from app.processing.examples import decide_example
from app.rulebook.check import check_pack

ARTICLE: dict[str, Any] = orjson.loads((SHIPPED / "article-as-written.json").read_bytes())


def slow() -> dict[str, Any]:
    """A pack whose proofs take many seconds: rules that cut across each other."""
    chance = random.Random(1)
    rules = [
        {
            "id": f"r{place}",
            "when": {"all": [
                {"field": "order.province", "op": "in", "value": chance.sample(list(PROVINCES), 3)},
                {"field": "order.paid", "op": ">=", "value": 1000 * place},
            ]},
            "then": [{"do": "reserve", "at": "target"}],
        }
        for place in range(120)
    ]  # fmt: skip
    document = copy.deepcopy(ARTICLE)
    document["allocation"]["rules"][0:0] = rules
    return document


def test_a_report_comes_through_the_pipe_as_it_is() -> None:
    report = check_pack(ARTICLE, decide_example)
    told = read_report(write_report(report))
    assert [(one.code, one.path, one.severity) for one in told.diagnostics] == [
        (one.code, one.path, one.severity) for one in report.diagnostics
    ]
    assert [one.details["remedy"] for one in told.diagnostics] == [one.details["remedy"] for one in report.diagnostics]
    assert told.coverage == report.coverage


def test_a_newer_state_ends_the_check_of_an_older_one_and_comes_first() -> None:
    publishing._reports.clear()
    checker, heavy = Checker(), slow()
    assert checker.ask("draft", heavy, 0.1).report is None
    time.sleep(2)
    began = time.monotonic()
    answer = checker.ask("draft", ARTICLE, 60)
    assert answer.report is not None
    assert [one.code for one in answer.report.diagnostics].count("gap") == 7
    assert publishing.known_report(publishing.canonical(heavy)) is None, f"after {time.monotonic() - began} s"
    assert checker.ask("other", ARTICLE, 0).report is answer.report, "remembered by content, whoever asks"


def test_what_takes_too_long_is_given_up_and_the_next_is_checked_all_the_same() -> None:
    publishing._reports.clear()
    checker = Checker(most_seconds=0.5)
    assert checker.ask("draft", slow(), 60).given_up
    assert checker.ask("draft", slow(), 0).given_up, "and is not begun anew"
    checker._most_seconds = 60
    assert checker.ask("draft", ARTICLE, 60).report is not None
