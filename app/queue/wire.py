"""The one write that must be cheap, without a general client's layers: MULTI, XADD for each payload, INCRBY, EXEC."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import redis


@dataclass(frozen=True, slots=True)
class Part:
    """Payloads of one shop, received at `at` (epoch seconds); `origin` is the import they came by, if any."""

    shop: str
    payloads: Sequence[bytes]
    at: int
    live: bool
    origin: str = ""


def append_message(stream: str, counter: str, parts: Sequence[Part]) -> bytes:
    """The transaction that puts all payloads into `stream` and their number onto `counter`, ready for the socket."""
    pieces = [_command(b"MULTI")]
    for part in parts:
        origin = (b"i", part.origin.encode()) if part.origin else ()
        fields = (b"s", part.shop.encode(), b"t", b"%d" % part.at, b"l", b"1" if part.live else b"0", *origin, b"p")
        # The payload is the last argument.
        head = b"*%d\r\n" % (4 + len(fields)) + b"".join(map(_argument, (b"XADD", stream.encode(), b"*", *fields)))
        for payload in part.payloads:
            pieces += (head, b"$%d\r\n" % len(payload), payload, b"\r\n")
    count = sum(len(part.payloads) for part in parts)
    pieces += (_command(b"INCRBY", counter.encode(), b"%d" % count), _command(b"EXEC"))
    return b"".join(pieces)


def transact(client: Any, message: bytes, commands: int) -> list[Any]:
    """Send a transaction of so many commands between MULTI and EXEC; what EXEC answers.

    Never sent twice. Raises `redis.RedisError` when it was refused, or when the answer was lost and it may be either.
    """
    pool = client.connection_pool
    connection = pool.get_connection()
    try:
        connection.send_packed_command([message])
        for _ in range(commands + 1):
            connection.read_response()
        answers: list[Any] = connection.read_response()
        for answer in answers:
            if isinstance(answer, Exception):
                raise answer
    except BaseException:
        # Answers may still be under way: nobody else may read them.
        connection.disconnect()
        raise
    finally:
        pool.release(connection)
    if len(answers) != commands:
        raise redis.ResponseError("not one answer for each command")
    return answers


def _command(*arguments: bytes) -> bytes:
    return b"*%d\r\n" % len(arguments) + b"".join(map(_argument, arguments))


def _argument(value: bytes) -> bytes:
    return b"$%d\r\n%b\r\n" % (len(value), value)
