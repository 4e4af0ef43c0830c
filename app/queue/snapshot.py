"""The stream as it stands, and put back elsewhere so that receipts keep their places."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

import redis

from app.domain.errors import Refused, Unavailable
from app.domain.ports import Entry
from app.queue.stream import ACCEPTED, GROUP, STREAM, entry_of

_STAGED = "pandan:restoring"
_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class StreamSnapshot:
    """Receipts handed out since the beginning, the last id handed out, and the entries that wait, oldest first."""

    accepted: int
    last: str
    entries: list[Entry]


def take_snapshot(client: redis.Redis) -> StreamSnapshot:
    """All three in one step. Raises `Unavailable("queue-unavailable")`."""
    pipe: Any = client.pipeline(transaction=True)
    pipe.get(ACCEPTED)
    pipe.xrange(STREAM)
    pipe.xinfo_stream(STREAM)
    try:
        # XINFO fails where there is no stream yet; the other answers count all the same.
        accepted, entries, about = pipe.execute(raise_on_error=False)
    except redis.RedisError as error:
        raise Unavailable("queue-unavailable") from error
    found = [entry_of(entry_id, fields) for entry_id, fields in entries]
    return StreamSnapshot(int(accepted or 0), _last(about), found)


def _last(about: Any) -> str:
    if isinstance(about, redis.ResponseError):
        return "0-0"
    last = about["last-generated-id"]
    return last.decode() if isinstance(last, bytes) else str(last)


def is_unused(client: redis.Redis) -> bool:
    """Whether this server has neither entries nor an accepted count."""
    return not client.exists(STREAM, ACCEPTED)


def running_workers(client: redis.Redis) -> list[str]:
    """Workers that have shown themselves lately; one that was killed counts for some minutes more."""
    found: Any = client.smembers("rq:workers")
    return sorted(key.decode().removeprefix("rq:worker:") for key in found if client.exists(key))


def put_back(client: redis.Redis, entries: Sequence[Entry], *, accepted: int, last: str) -> None:
    """Make the stream of these entries under their old ids, all at once; the next id comes after `last`.

    Raises `Refused("restore-outside-not-empty")` when another stream came into being meanwhile.
    """
    commands: Any = client
    commands.delete(_STAGED)
    rest = iter(entries)
    for batch in _batches(rest):
        pipe = commands.pipeline(transaction=False)
        for one in batch:
            fields = {b"s": one.shop, b"p": one.payload, b"t": one.received_at, b"l": 1 if one.live else 0}
            if one.origin:
                fields[b"i"] = one.origin
            pipe.xadd(_STAGED, fields, id=one.id)
        pipe.execute()
    commands.xgroup_create(_STAGED, GROUP, id="0", mkstream=True)
    commands.execute_command("XSETID", _STAGED, last)
    with commands.pipeline(transaction=True) as pipe:
        pipe.watch(STREAM, ACCEPTED)
        if pipe.exists(STREAM, ACCEPTED):
            raise Refused("restore-outside-not-empty", where=STREAM)
        pipe.multi()
        pipe.rename(_STAGED, STREAM)
        pipe.set(ACCEPTED, accepted)
        pipe.execute()


def take_back(client: redis.Redis) -> None:
    """Undo `put_back` on a server that was unused before."""
    client.delete(_STAGED, STREAM, ACCEPTED)


def _batches(entries: Iterator[Entry]) -> Iterator[list[Entry]]:
    while batch := list(islice(entries, _AT_ONCE)):
        yield batch
