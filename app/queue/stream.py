"""The durable buffer between intake and the pump: one stream, one consumer group.

Only commands of Redis 6.2 are used. An entry is removed (XACK and XDEL together) after its effect is committed.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from typing import Any

import redis

from app.domain.errors import Unavailable
from app.domain.ports import Entry
from app.queue.grouping import GroupCommit
from app.queue.wire import Part, append_message, transact

STREAM = "pandan:orders"
ACCEPTED = "pandan:accepted"
GROUP = "pump"
_MEMORY_SHARE = 0.8
_TOGETHER = 500
"""Payloads from which a write takes no further request with it: one answer must not wait for all of the others'."""


class RedisStream:
    """Fulfils `domain.ports.Stream`; the pump's side (`read`, `reclaim`, `done`) is here too."""

    def __init__(self, client: redis.Redis, limit: int) -> None:
        self._redis: Any = client
        self._limit = limit
        self._together = GroupCommit(self._append_all, _TOGETHER)

    def append(
        self, shop: str, payloads: Sequence[bytes], *, at: int, live: bool = True, origin: str = ""
    ) -> list[str]:
        """See the port: on disk before it returns, counted in the same step.

        Threads that come while another's write is under way share the next one.
        """
        return self._together.add(Part(shop, payloads, at, live, origin), len(payloads))

    def _append_all(self, parts: list[Part]) -> list[list[str]]:
        count = sum(len(part.payloads) for part in parts)
        try:
            answers = iter(transact(self._redis, append_message(STREAM, ACCEPTED, parts), count + 1))
        except redis.RedisError as error:
            raise Unavailable("queue-unavailable") from error
        return [[answer.decode() for answer in islice(answers, len(part.payloads))] for part in parts]

    def room(self) -> int:
        """How many more payloads fit before the backlog limit or four fifths of the server's memory."""
        try:
            waiting = self._redis.xlen(STREAM)
            memory = self._redis.info("memory")
        except redis.RedisError as error:
            raise Unavailable("queue-unavailable") from error
        most = int(memory.get("maxmemory") or 0)
        if most and memory["used_memory"] > most * _MEMORY_SHARE:
            return 0
        return max(0, self._limit - int(waiting))

    def length(self) -> int:
        """Entries in the stream."""
        try:
            return int(self._redis.xlen(STREAM))
        except redis.RedisError as error:
            raise Unavailable("queue-unavailable") from error

    def newest(self) -> str:
        """The id last handed out; `0-0` before the first."""
        try:
            found = self._redis.xinfo_stream(STREAM)["last-generated-id"]
        except redis.ResponseError:
            return "0-0"
        except redis.RedisError as error:
            raise Unavailable("queue-unavailable") from error
        return found.decode() if isinstance(found, bytes) else str(found)

    def holds_until(self, last: str) -> bool:
        """Whether any entry up to the id `last` is still in the stream."""
        try:
            return bool(self._redis.xrange(STREAM, "-", last, count=1))
        except redis.RedisError as error:
            raise Unavailable("queue-unavailable") from error

    def holds(self, receipt: str, shop: str | None = None) -> bool:
        """Whether the entry, of that shop when one is given, is still in the stream."""
        try:
            found = self._redis.xrange(STREAM, receipt, receipt, count=1)
            return any(
                entry_id == receipt.encode() and shop in (None, fields[b"s"].decode()) for entry_id, fields in found
            )
        except redis.ResponseError:
            return False
        except redis.RedisError as error:
            raise Unavailable("queue-unavailable") from error

    def setting(self, name: str) -> str:
        """A setting of the server, as text."""
        answer = self._redis.config_get(name)
        value = answer.get(name, answer.get(name.encode(), b""))
        return value.decode() if isinstance(value, bytes) else str(value)

    def pulse(self) -> tuple[int, int, int | None]:
        """Receipts handed out, entries in the stream, and when the oldest of them was received (epoch seconds)."""
        pipe = self._redis.pipeline(transaction=True)
        pipe.get(ACCEPTED)
        pipe.xlen(STREAM)
        pipe.xrange(STREAM, count=1)
        accepted, waiting, oldest = pipe.execute()
        return int(accepted or 0), int(waiting), int(oldest[0][1][b"t"]) if oldest else None

    def settled_until(self) -> int:
        """The millisecond before which every receipt has had its effect: what is in the stream came since.

        In one step, so that nothing is handed out in between. 0 when there is no stream yet.
        """
        pipe = self._redis.pipeline(transaction=True)
        pipe.xrange(STREAM, count=1)
        pipe.xinfo_stream(STREAM)
        try:
            # XINFO fails where there is no stream yet.
            entries, about = pipe.execute(raise_on_error=False)
        except redis.RedisError as error:
            raise Unavailable("queue-unavailable") from error
        if isinstance(about, redis.ResponseError):
            return 0
        oldest = entries[0][0] if entries else about["last-generated-id"]
        return int((oldest.decode() if isinstance(oldest, bytes) else str(oldest)).partition("-")[0])

    def accepted(self) -> int:
        """Receipts handed out since the beginning."""
        return int(self._redis.get(ACCEPTED) or 0)

    def census(self) -> tuple[int, list[str]]:
        """In one step: receipts handed out since the beginning, and those still in the stream, oldest first."""
        pipe = self._redis.pipeline(transaction=True)
        pipe.get(ACCEPTED)
        pipe.xrange(STREAM)
        accepted, entries = pipe.execute()
        return int(accepted or 0), [entry_id.decode() for entry_id, _ in entries]

    def prepare(self) -> None:
        """Make the consumer group; does nothing when it is there."""
        try:
            self._redis.xgroup_create(STREAM, GROUP, id="0", mkstream=True)
        except redis.ResponseError as error:
            if "BUSYGROUP" not in str(error):
                raise

    def own_pending(self, consumer: str, count: int) -> list[Entry]:
        """Entries this consumer was given before and never finished (its former process died)."""
        return _entries(self._redis.xreadgroup(GROUP, consumer, {STREAM: "0"}, count=count))

    def reclaim(self, consumer: str, count: int, idle_ms: int) -> list[Entry]:
        """Entries another consumer has left unfinished for `idle_ms`."""
        answer = self._redis.xautoclaim(STREAM, GROUP, consumer, min_idle_time=idle_ms, count=count)
        return [entry_of(entry_id, fields) for entry_id, fields in answer[1] if fields]

    def read(self, consumer: str, count: int, block_ms: int | None = None) -> list[Entry]:
        """New entries; waits up to `block_ms` for the first, not at all when it is None."""
        return _entries(self._redis.xreadgroup(GROUP, consumer, {STREAM: ">"}, count=count, block=block_ms))

    def done(self, ids: Sequence[str]) -> None:
        """Forget entries whose effect is committed."""
        if not ids:
            return
        pipe = self._redis.pipeline(transaction=True)
        pipe.xack(STREAM, GROUP, *ids)
        pipe.xdel(STREAM, *ids)
        pipe.execute()


def _entries(answer: Any) -> list[Entry]:
    streams = answer.items() if isinstance(answer, dict) else (answer or [])
    return [entry_of(entry_id, fields) for _, entries in streams for entry_id, fields in _flat(entries) if fields]


def _flat(entries: Any) -> Any:
    # RESP3 wraps a stream's entries in one list more than RESP2.
    return entries[0] if entries and isinstance(entries[0], list) else entries


def entry_of(entry_id: bytes, fields: dict[bytes, bytes]) -> Entry:
    """An entry as the server gives it."""
    return Entry(
        id=entry_id.decode(),
        shop=fields[b"s"].decode(),
        payload=fields[b"p"],
        received_at=int(fields[b"t"]),
        live=fields[b"l"] == b"1",
        origin=fields.get(b"i", b"").decode(),
    )
