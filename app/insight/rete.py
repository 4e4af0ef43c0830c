"""The parent's side of durable-rules: a child with limits, ended from outside, whose silence is an answer too.

The library's measured hazards (hangs that hold the interpreter, crashes, leaks) are why it never runs in a process
that does anything else.
"""

from __future__ import annotations

import importlib.util
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson

from app.insight.rete_child import WITHOUT

SECONDS = 10.0
_ROOT = str(Path(__file__).parents[2])

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class RuleSet:
    """Rules by name as durable-rules takes them, without actions, and the facts to assert, each with an `id`."""

    rules: Mapping[str, Json]
    facts: Sequence[Json]


@dataclass(frozen=True, slots=True)
class Answer:
    """What fired, as (place of the rule set, rule's name, alias → fact's id); or why there is no answer.

    `failure`: `library-missing`, `fact-seen`, `engine-error`, `timed-out` or `died`.
    """

    fired: list[tuple[int, str, dict[str, str]]] = field(default_factory=list)
    failure: str = ""
    detail: str = ""


Ask = Callable[[Sequence[RuleSet]], Answer]


def is_installed() -> bool:
    """Whether the library is there and not switched off; whether it also works, only an answer can tell."""
    return os.environ.get(WITHOUT) != "1" and importlib.util.find_spec("durable") is not None


def ask_rete(sets: Sequence[RuleSet], seconds: float = SECONDS) -> Answer:
    """Run the rule sets one after the other in a child; it is killed after `seconds`. Never raises for what it does."""
    if not is_installed():
        return Answer(failure="library-missing")
    request = {"sets": [{"rules": one.rules, "facts": one.facts} for one in sets], "seconds": seconds}
    # No secrets in its surroundings.
    kept = {name: os.environ[name] for name in ("PATH", WITHOUT) if name in os.environ}
    with subprocess.Popen(
        [sys.executable, "-P", "-m", "app.insight.rete_child"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={**kept, "PYTHONPATH": _ROOT, "LANG": "C.UTF-8"},
        start_new_session=True,
    ) as child:
        try:
            told, _ = child.communicate(orjson.dumps(request), timeout=seconds)
        except subprocess.TimeoutExpired:
            _kill(child)
            return Answer(failure="timed-out", detail=f"{seconds:g} s")
        except BaseException:
            _kill(child)
            raise
    return _read(told, child.returncode)


def _kill(child: subprocess.Popen[bytes]) -> None:
    """End the child with every process it started."""
    with suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGKILL)


def _read(told: bytes, code: int) -> Answer:
    try:
        answer = orjson.loads(told)
    except orjson.JSONDecodeError:
        return Answer(failure="died", detail=f"signal {-code}" if code < 0 else f"exit {code}")
    if "failed" in answer:
        return Answer(failure=answer["failed"], detail=answer["detail"])
    return Answer([(place, name, facts) for place, name, facts in answer["fired"]])
