"""zen-engine or rule-engine on one table, in a process that its caller may kill: a plan in, the result out, as JSON."""

from __future__ import annotations

import sys

import orjson

from bench.peers import Row, rule_engine, zen
from bench.timing import evaluations_per_second


def main() -> None:
    """Plan: `{"peer", "rows", "mode", "facts", "seconds"}`; told: `{"per_second", "answers"}`, one for each fact."""
    plan = orjson.loads(sys.stdin.buffer.read())
    make = zen if plan["peer"] == "zen-engine" else rule_engine
    contestant = make([Row(*row) for row in plan["rows"]], plan["mode"], plan["facts"])
    answers = [contestant.read(contestant.ask(fact)) for fact in contestant.facts]
    per_second = evaluations_per_second(contestant.ask, contestant.facts, plan["seconds"])
    sys.stdout.buffer.write(orjson.dumps({"answers": answers, "per_second": per_second}))


if __name__ == "__main__":
    main()
