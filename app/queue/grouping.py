"""One write for many threads: what arrives while a write is on its way to the disk goes out together in the next."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

Asked = TypeVar("Asked")
Answer = TypeVar("Answer")


@dataclass(slots=True, eq=False)
class _Turn(Generic[Asked, Answer]):
    """One thread's part: `ready` is held until its answer, or the lead, is handed to it."""

    asked: Asked
    size: int
    ready: threading.Lock = field(default_factory=threading.Lock)
    answer: Answer | None = None
    error: BaseException | None = None
    leads: bool = False


class GroupCommit(Generic[Asked, Answer]):
    """Calls `write` with the parts of several threads at once; a part alone is never delayed.

    `write` answers each part in order, or raises for all of them. `most` is the size, in the caller's measure, from
    which a group takes no further part.
    """

    def __init__(self, write: Callable[[list[Asked]], list[Answer]], most: int) -> None:
        self._write = write
        self._most = most
        self._lock = threading.Lock()
        self._waiting: list[_Turn[Asked, Answer]] = []
        self._busy = False

    def add(self, asked: Asked, size: int) -> Answer:
        """This part's answer, once it is written. Raises what `write` raised for the group it went with."""
        turn: _Turn[Asked, Answer] = _Turn(asked, size)
        turn.ready.acquire()
        with self._lock:
            self._waiting.append(turn)
            turn.leads = not self._busy
            self._busy = True
        if not turn.leads:
            turn.ready.acquire()
        if turn.leads:
            self._lead()
        if turn.error is not None:
            raise turn.error
        return turn.answer  # type: ignore[return-value]

    def _lead(self) -> None:
        group = self._next_group()
        try:
            for turn, answer in zip(group, self._write([turn.asked for turn in group]), strict=True):
                turn.answer = answer
        except BaseException as error:
            for turn in group:
                turn.error = error
        self._hand_over()
        for turn in group:
            turn.ready.release()

    def _next_group(self) -> list[_Turn[Asked, Answer]]:
        """The parts that go now, the leader's own first."""
        with self._lock:
            count, size = 0, 0
            while count < len(self._waiting) and (count == 0 or size < self._most):
                size += self._waiting[count].size
                count += 1
            group, self._waiting = self._waiting[:count], self._waiting[count:]
        return group

    def _hand_over(self) -> None:
        """Let the first that waits lead the next group."""
        with self._lock:
            self._busy = bool(self._waiting)
            if self._waiting:
                self._waiting[0].leads = True
                self._waiting[0].ready.release()
