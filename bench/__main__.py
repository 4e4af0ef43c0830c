"""`python -m bench [NAME …]`: run these benchmarks (all that need nothing more installed, when none is named).

Prints one table and writes bench/results.json; a benchmark that was not run keeps its earlier figures there.
"""

from __future__ import annotations

import argparse
import importlib
import sys
from pathlib import Path
from typing import Any

import orjson

from bench import report

NAMES = (
    "analyse", "backtest", "configurator", "duplicates", "engine", "imports", "intake", "mappings", "pipeline",
    "shadow", "timers", "watches",
)  # fmt: skip
WITH_DEVELOPMENT = ("million", "pipeline_postgresql")
"""These need what the tests need."""
DRILLS = ("versions",)
"""These take minutes and are run when they are named."""
RESULTS = Path(__file__).with_name("results.json")


def main() -> None:
    """The command line."""
    options = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    options.add_argument("names", nargs="*", metavar="|".join((*NAMES, *WITH_DEVELOPMENT, *DRILLS)))
    names = options.parse_args().names or NAMES
    if unknown := set(names) - {*NAMES, *WITH_DEVELOPMENT, *DRILLS}:
        options.error(f"unknown: {', '.join(sorted(unknown))}")
    machine = report.machine()
    _print("machine", machine)
    for name in names:
        result = importlib.import_module(f"bench.{name}").run()
        _print(name, result)
        _keep(name, result | {"machine": machine})


def _print(name: str, result: dict[str, Any]) -> None:
    sys.stdout.write("\n".join([name, *(f"  {line}" for line in report.lines(name, result))]) + "\n\n")
    sys.stdout.flush()


def _keep(name: str, result: dict[str, Any]) -> None:
    kept = orjson.loads(RESULTS.read_bytes()) if RESULTS.exists() else {}
    kept[name] = result
    RESULTS.write_bytes(orjson.dumps(kept, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS) + b"\n")


if __name__ == "__main__":
    main()
