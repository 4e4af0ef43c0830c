"""An import in a process of its own that is killed at a chosen moment of its second chunk.

`python -m tests.faults.dying_import IMPORT_ID before-note|after-note|after-send`, with the home and the queue server
in the environment.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Sequence

from app.bootstrap import assemble
from app.intake import workbook
from app.intake.journal import Chunk
from app.jobs import imports
from app.jobs.destination import ShopDestination

CHUNK_ORDERS = 5
_SECOND = 1


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


class _DyingCheckpoints(imports._Checkpoints):
    def note(self, chunk: Chunk) -> None:
        if chunk.number == _SECOND and "before-note" in sys.argv:
            _die()
        super().note(chunk)
        if chunk.number == _SECOND and "after-note" in sys.argv:
            _die()


class _DyingDestination(ShopDestination):
    sent = 0

    def send(self, payloads: Sequence[bytes]) -> None:
        super().send(payloads)
        self.sent += 1
        if self.sent == _SECOND + 1 and "after-send" in sys.argv:
            _die()


if __name__ == "__main__":
    workbook.CHUNK_ORDERS = CHUNK_ORDERS
    imports._Checkpoints = _DyingCheckpoints  # type: ignore[misc]
    imports.ShopDestination = _DyingDestination  # type: ignore[misc]
    imports.perform(assemble(), sys.argv[1])
