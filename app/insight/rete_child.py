"""The program that runs durable-rules, in a short-lived process of its own that may hang, leak or die alone.

Started by `insight.rete`. Reads one request from standard input, `{"sets": [{"rules": {name: rule}, "facts": [fact]}],
"seconds"}`, and writes one answer: `{"fired": [[set, name, {alias: fact id}]]}` or `{"failed": code, "detail"}`.
"""

from __future__ import annotations

import copy
import json
import os
import resource
import signal
import sys
from collections.abc import Callable
from typing import Any

MEMORY_BYTES = 1024**3
RULESET = "r"
WITHOUT = "PANDAN_WITHOUT_DURABLE"
"""Set to 1: as if the library were not installed."""

Json = dict[str, Any]


def main() -> None:
    """Answer the request on standard input, and end at once: the library leaves threads behind (H16)."""
    request = json.load(sys.stdin)
    _limit(request["seconds"])
    answer = _answer(request)
    sys.stdout.write(json.dumps(answer))
    sys.stdout.flush()
    os._exit(0)


def _limit(seconds: float) -> None:
    # The parent kills it sooner; should the parent be killed, the kernel ends what it left behind.
    whole = int(seconds) + 2
    # Whatever it does, orders come first.
    os.nice(10)
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.alarm(whole)
    resource.setrlimit(resource.RLIMIT_CPU, (whole, whole))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _answer(request: Json) -> Json:
    if os.environ.get(WITHOUT) == "1":
        return {"failed": "library-missing", "detail": WITHOUT}
    try:
        from durable import engine
    except ImportError as error:
        return {"failed": "library-missing", "detail": str(error)[:200]}
    fired: list[Any] = []
    for place, one in enumerate(request["sets"]):
        told = _apart(engine, one) if len(request["sets"]) > 1 else _alone(engine, one)
        if "failed" in told:
            return told
        fired += [[place, name, facts] for name, facts in told["fired"]]
    return {"fired": fired}


def _apart(engine: Any, one: Json) -> Json:
    """One rule set in a process of its own, so that none stands on what an earlier one left behind."""
    ear, mouth = os.pipe()
    pid = os.fork()
    if not pid:
        os.close(ear)
        with os.fdopen(mouth, "w", encoding="utf-8") as out:
            json.dump(_alone(engine, one), out)
        os._exit(0)
    os.close(mouth)
    with os.fdopen(ear, encoding="utf-8") as heard:
        told = heard.read()
    _, status = os.waitpid(pid, 0)
    if os.WIFSIGNALED(status):
        return {"failed": "died", "detail": f"signal {os.WTERMSIG(status)}"}
    answer: Json = json.loads(told) if told else {"failed": "died", "detail": "said nothing"}
    return answer


def _alone(engine: Any, one: Json) -> Json:
    fired: list[Any] = []
    try:
        _run(engine, one, lambda name, facts: fired.append([name, facts]))
    except engine.MessageObservedException as error:
        return {"failed": "fact-seen", "detail": str(error)[:200]}
    except Exception as error:
        return {"failed": "engine-error", "detail": f"{type(error).__name__}: {error}"[:200]}
    return {"fired": fired}


def _run(engine: Any, one: Json, tell: Callable[[str, Json], None]) -> None:
    class Host(engine.Host):  # type: ignore[misc]
        """Without the two timer threads, which race with everything else (H3)."""

        def _run(self) -> None:
            return

    host = Host()
    # A deep copy, because registering takes the actions out of what it is given.
    rules = {name: {**copy.deepcopy(rule), "run": _action(name, tell)} for name, rule in one["rules"].items()}
    host.register_rulesets({RULESET: rules})
    for fact in one["facts"]:
        host.assert_fact(RULESET, fact)
    failed = (host.get_state(RULESET) or {}).get("exception")
    if failed:
        # What an action raised is swallowed into the state (H14).
        raise RuntimeError(failed)


def _action(name: str, tell: Callable[[str, Json], None]) -> Callable[[Any], None]:
    """An action of one argument, which the library tells from one that ends later by counting arguments."""

    def act(closure: Any) -> None:
        tell(name, {alias: fact["id"] for alias, fact in closure._m.items()})

    return act


if __name__ == "__main__":
    main()
