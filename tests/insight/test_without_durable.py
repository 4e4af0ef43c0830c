"""One pass with durable-rules' import blocked, as where it cannot be built: the correlator stands in everywhere."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from app.insight.rete_child import WITHOUT

ROOT = Path(__file__).parents[2]
_PASS = """
import sys
class Blocked:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in ("durable", "durable_rules_engine"):
            raise ModuleNotFoundError(name)
sys.meta_path.insert(0, Blocked())
import pytest
sys.exit(pytest.main(sys.argv[1:]))
"""
_TESTS = ("tests/insight/test_correlation.py", "tests/processing/test_second_opinion.py")
_ON_THE_LINE = "tests/line/test_watches.py"
_SOME = "(releases_them or window_fires_once or keyed_hash or two_prices) and sqlite"


def _run(tmp_path: Path, *arguments: str) -> str:
    surroundings = {k: v for k, v in os.environ.items() if not k.startswith("PYTEST")}
    told = subprocess.run(
        [sys.executable, "-c", _PASS, "-q", "-p", "no:cacheprovider", f"--basetemp={tmp_path / 'pt'}", *arguments],
        cwd=ROOT, env={**surroundings, WITHOUT: "1"}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert told.returncode == 0, told.stdout[-3000:] + told.stderr[-1000:]
    return told.stdout


@pytest.mark.skipif(os.environ.get(WITHOUT) == "1", reason="this is that pass")
def test_watches_and_second_opinion_work_without_the_library(tmp_path: Path) -> None:
    assert " passed" in _run(tmp_path, *_TESTS)
    assert "4 passed" in _run(
        tmp_path, _ON_THE_LINE, "-k", f"{_SOME} or (holds_both and correlator and 300 and sqlite)"
    )
