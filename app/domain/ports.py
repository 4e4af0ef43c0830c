"""What the line needs from persistence and queue, said without naming either."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Entry:
    """One accepted payload in the stream. `id` is its place there and its receipt; `received_at` in epoch seconds.

    `live` is False for history imports, `origin` the import it came by, if any. `payload` is the platform's JSON as
    bytes, as it came.
    """

    id: str
    shop: str
    payload: bytes
    received_at: int
    live: bool = True
    origin: str = ""


class Clock(Protocol):
    """The time, replaceable in tests and trials."""

    def now(self) -> int:
        """Epoch seconds, UTC."""
        ...


class Stream(Protocol):
    """The durable buffer between intake and the pump."""

    def append(
        self, shop: str, payloads: Sequence[bytes], *, at: int, live: bool = True, origin: str = ""
    ) -> list[str]:
        """Write all payloads and the accepted count in one step, on disk before it returns; their receipts.

        Raises `errors.Unavailable` when it cannot be made durable; then nothing was written, or the caller's
        repeat is recognised as a duplicate by the order's own number.
        """
        ...

    def room(self) -> int:
        """How many more payloads the backlog takes before intake must refuse."""
        ...

    def holds(self, receipt: str, shop: str | None = None) -> bool:
        """Whether the entry, of that shop when one is given, is still in the stream."""
        ...
