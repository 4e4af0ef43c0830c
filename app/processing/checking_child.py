"""The child that checks drafts: a document on each line in, its report on a line out, until nobody asks any more."""

from __future__ import annotations

import os
import sys

import orjson

from app.processing.checking import write_report
from app.processing.publishing import checked

_NICE = 10


def main() -> None:
    """Answer until the pipe is closed. It steps back behind whoever serves people."""
    os.nice(_NICE)
    for line in sys.stdin.buffer:
        sys.stdout.buffer.write(write_report(checked(orjson.loads(line))))
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
