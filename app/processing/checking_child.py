"""The child that checks drafts: a document on each line in, its report on a line out, until nobody asks any more."""

from __future__ import annotations

import os
import sys
import threading
import time

import orjson

from app.processing.checking import write_report
from app.processing.publishing import checked

_NICE = 10


def main() -> None:
    """Answer until the pipe is closed. It steps back behind whoever serves people, and ends with its parent."""
    os.nice(_NICE)
    threading.Thread(target=_end_with, args=(os.getppid(),), daemon=True).start()
    for line in sys.stdin.buffer:
        sys.stdout.buffer.write(write_report(checked(orjson.loads(line))))
        sys.stdout.buffer.flush()


def _end_with(parent: int) -> None:
    """A proof may take minutes, and nobody would hear of it any more."""
    while os.getppid() == parent:
        time.sleep(1)
    os._exit(1)


if __name__ == "__main__":
    main()
