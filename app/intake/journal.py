"""The checkpoints of an import: what is written down before and after each chunk of orders is sent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Chunk:
    """A checkpoint: what becomes of the rows of some orders, and which of the orders were stored just so before.

    `accepted`, `duplicates` and `rejected` count rows; `added` and `changed` orders.
    """

    number: int
    accepted: int
    duplicates: int
    rejected: int
    added: int = 0
    changed: int = 0
    known: tuple[str, ...] = ()
    sent: bool = False


class Journal(Protocol):
    """The checkpoints of one import."""

    def find(self, number: int) -> Chunk | None:
        """The chunk of that number, when it was noted."""
        ...

    def note(self, chunk: Chunk) -> None:
        """Write a chunk down, durably."""
        ...

    def mark(self, number: int) -> None:
        """Write down that a chunk is sent."""
        ...


class NoJournal:
    """For what cannot go on later: a dry run."""

    def find(self, number: int) -> Chunk | None:  # noqa: ARG002 - the port's
        """Nothing."""
        return None

    def note(self, chunk: Chunk) -> None:
        """Nowhere."""

    def mark(self, number: int) -> None:
        """Nowhere."""
