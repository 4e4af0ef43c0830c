"""A load generator lean enough to share two cores with what it loads: raw sockets, one request in flight each.

Run as a process of its own (`python -m bench.load`): reads a plan from standard input, writes the result as JSON.
"""

from __future__ import annotations

import json
import selectors
import socket
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

_END = b"\r\n\r\n"


def request(path: str, key: str, body: bytes) -> bytes:
    """One POST of JSON with a shop's key, ready for the wire."""
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {key}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def split_answer(buffer: bytes) -> tuple[int, bytes, bytes] | None:
    """`(status, body, rest)` of the first whole answer in `buffer`; None while it is incomplete."""
    end = buffer.find(_END)
    if end < 0:
        return None
    head = buffer[:end].lower()
    at = head.find(b"content-length:")
    length = int(head[at + 15 :].split(b"\r\n", 1)[0]) if at >= 0 else 0
    start = end + len(_END)
    if len(buffer) < start + length:
        return None
    return int(buffer[9:12]), buffer[start : start + length], buffer[start + length :]


class Wire:
    """One keep-alive connection; opens itself again after a failure."""

    def __init__(self, port: int, timeout_seconds: float = 20.0) -> None:
        self._port = port
        self._timeout = timeout_seconds
        self._socket: socket.socket | None = None

    def post(self, path: str, key: str, body: bytes) -> tuple[int, bytes]:
        """Status and body of the answer. Raises `OSError` when there was none: the order may or may not be taken."""
        try:
            return self._exchange(request(path, key, body))
        except OSError:
            self.close()
            raise

    def close(self) -> None:
        """Forget the connection."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def _exchange(self, message: bytes) -> tuple[int, bytes]:
        if self._socket is None:
            self._socket = socket.create_connection(("127.0.0.1", self._port), self._timeout)
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._socket.sendall(message)
        buffer = b""
        while (answer := split_answer(buffer)) is None:
            chunk = self._socket.recv(65536)
            if not chunk:
                raise ConnectionResetError("the server closed the connection")
            buffer += chunk
        return answer[0], answer[1]


@dataclass(slots=True)
class Loop:
    """One connection of the closed loop."""

    socket: socket.socket
    buffer: bytes = b""
    sent_at: float = 0.0


def closed_loop(port: int, messages: Sequence[bytes], connections: int) -> dict[str, Any]:
    """Send all messages, one in flight on each connection; seconds, latencies in ms, answers by status."""
    selector = selectors.DefaultSelector()
    waiting = iter(messages)
    latencies: list[float] = []
    statuses: dict[int, int] = {}
    started = time.perf_counter()
    for message in (next(waiting) for _ in range(min(connections, len(messages)))):
        loop = Loop(socket.create_connection(("127.0.0.1", port)))
        loop.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        selector.register(loop.socket, selectors.EVENT_READ, loop)
        _send(loop, message)
    while len(latencies) < len(messages):
        for ready, _ in selector.select():
            loop = ready.data
            chunk = loop.socket.recv(262_144)
            if not chunk:
                raise ConnectionResetError("the server closed a connection")
            loop.buffer += chunk
            answer = split_answer(loop.buffer)
            if answer is None:
                continue
            latencies.append((time.perf_counter() - loop.sent_at) * 1000)
            statuses[answer[0]] = statuses.get(answer[0], 0) + 1
            loop.buffer = answer[2]
            following = next(waiting, None)
            if following is not None:
                _send(loop, following)
    return {"seconds": time.perf_counter() - started, "latencies": latencies, "statuses": statuses}


def _send(loop: Loop, message: bytes) -> None:
    loop.sent_at = time.perf_counter()
    loop.socket.sendall(message)


def main() -> None:
    """Plan: `{"port", "connections", "file", "repeat"}`; the length-prefixed messages are sent `repeat` times."""
    plan = json.load(sys.stdin)
    with open(plan["file"], "rb") as file:
        data = file.read()
    messages: list[bytes] = []
    at = 0
    while at < len(data):
        size = int.from_bytes(data[at : at + 4], "big")
        messages.append(data[at + 4 : at + 4 + size])
        at += 4 + size
    result = closed_loop(plan["port"], messages * plan.get("repeat", 1), plan["connections"])
    latencies = sorted(result.pop("latencies"))
    result["p50_ms"], result["p99_ms"] = (latencies[int(len(latencies) * share)] for share in (0.5, 0.99))
    json.dump(result, sys.stdout)


if __name__ == "__main__":
    main()
