"""A pump in a process of its own that is killed at a chosen moment of its first batch.

`python -m tests.faults.dying_pump before-commit|after-commit [ack-first]`, with the home and the queue server in the
environment.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Sequence
from typing import Any

from app.bootstrap import assemble
from app.jobs.pump import Pump
from app.persistence.packs import LivePack
from app.processing.batch import Line, Mapped


class DyingPump(Pump):
    """Ends with kill -9, as if the power went, before or after it commits."""

    after_commit = False

    def _tried(self, mapped: Sequence[Mapped], line: Line, *counts: Any) -> bool:
        if self.after_commit:
            super()._tried(mapped, line, *counts)
        os.kill(os.getpid(), signal.SIGKILL)
        return True


if __name__ == "__main__":
    pump = DyingPump(assemble(), "dying:0", LivePack(), acknowledge_first="ack-first" in sys.argv, block_ms=1)
    DyingPump.after_commit = "after-commit" in sys.argv
    pump.drain(5, until_empty=True)
