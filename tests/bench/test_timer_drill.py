"""The drill of days on a fake clock, short: exactly the right tasks, once each."""

from __future__ import annotations

import pytest

from bench.timers import run


@pytest.mark.faults
def test_days_of_waybills_with_a_standstill_and_killed_timers_open_exactly_the_right_tasks() -> None:
    result = run(waybills=60, kills=0.06)
    assert result["wrong"] == 0
    assert min(result[name] for name in ("late", "repeated", "tasks", "webhooks", "steps")) > 0
