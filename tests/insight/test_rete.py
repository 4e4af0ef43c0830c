"""durable-rules in its child: what hangs, crashes or is killed there is an answer here, and nothing else happens."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
import time

import pytest

from app.insight import rete, rete_child
from app.insight.rete import RuleSet, ask_rete, is_installed

pytestmark = pytest.mark.skipif(not is_installed(), reason="durable-rules is not installed")

PLAIN = RuleSet({"seen": {"all": [{"m": {"t": "x"}}]}}, [{"id": "1", "t": "x"}])
# Matches the engine's own state message too, so that it never comes to an end (H17).
ENDLESS = RuleSet({"loop": {"all": [{"m": {"$ex": {"id": 1}}}]}}, [{"id": "1", "t": "x"}])
# The engine divides by nothing, and the process dies (H6).
CRASHING = RuleSet(
    {"boom": {"all": [{"a": {"t": "x"}}, {"b": {"$gt": {"n": {"$div": {"$l": {"a": "n"}, "$r": {"a": "zero"}}}}}}]}},
    [{"id": "1", "t": "x", "n": 1, "zero": 0}, {"id": "2", "t": "x", "n": 2, "zero": 0}],
)


def children() -> set[int]:
    """Processes of the child's program that are alive."""
    told = subprocess.run(["ps", "-eo", "pid,ppid,args"], capture_output=True, text=True, check=True).stdout
    mine = str(os.getpid())
    return {int(line.split()[0]) for line in told.splitlines() if "rete_child" in line and line.split()[1] == mine}


def test_what_fires_is_told_with_its_facts() -> None:
    answer = ask_rete([PLAIN, PLAIN])
    assert answer.fired == [(0, "seen", {"m": "1"}), (1, "seen", {"m": "1"})]


def test_an_endless_loop_in_the_engine_is_killed_from_outside() -> None:
    began = time.monotonic()
    answer = ask_rete([ENDLESS], seconds=1.5)
    assert answer.failure == "timed-out"
    assert time.monotonic() - began < 6
    assert not children()


def test_each_of_many_rule_sets_runs_apart_and_what_hangs_among_them_is_killed_with_all() -> None:
    assert len(ask_rete([PLAIN] * 120, seconds=60).fired) == 120
    assert ask_rete([PLAIN, CRASHING, PLAIN]).failure == "died"
    assert ask_rete([PLAIN, ENDLESS], seconds=2).failure == "timed-out"
    time.sleep(0.2)
    told = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True).stdout
    assert "app.insight.rete_child" not in told or not children()


def test_a_crash_in_the_engine_is_told() -> None:
    answer = ask_rete([CRASHING])
    assert (answer.failure, answer.detail) == ("died", f"signal {signal.SIGFPE.value}")


def test_a_child_that_is_killed_is_told() -> None:
    def kill() -> None:
        while not (found := children()):
            time.sleep(0.01)
        for pid in found:
            os.kill(pid, signal.SIGKILL)

    threading.Thread(target=kill).start()
    answer = ask_rete([ENDLESS], seconds=8)
    assert (answer.failure, answer.detail) == ("died", f"signal {signal.SIGKILL.value}")


def test_a_fact_that_comes_twice_is_told() -> None:
    assert ask_rete([RuleSet(PLAIN.rules, [*PLAIN.facts, *PLAIN.facts])]).failure == "fact-seen"


def test_rules_that_the_engine_does_not_take_are_told() -> None:
    assert ask_rete([RuleSet({"odd": {"all": [{"m": {"$odd": {"t": "x"}}}]}}, PLAIN.facts)]).failure == "engine-error"


def test_without_the_library_that_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(rete_child.WITHOUT, "1")
    assert ask_rete([PLAIN]).failure == "library-missing"
    monkeypatch.setattr(rete, "is_installed", lambda: True)
    assert ask_rete([PLAIN]).failure == "library-missing"
