"""Receiving orders: every check that can be made before they are durable, and then one write."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from app.domain.errors import Overloaded, PandanError, Problem, Refused
from app.domain.ports import Clock, Stream

_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")
_RETRY_SECONDS = 5
DEEPEST = 254
"""Levels of nesting that orjson writes; no platform comes near."""


class TooLarge(PandanError):
    """The request, or one of its orders, is larger than intake takes."""

    status = 413


@dataclass(frozen=True, slots=True)
class Limits:
    """What one request may bring, in bytes and orders."""

    order_bytes: int
    request_bytes: int
    request_orders: int


def read_body(body: bytes, limits: Limits) -> list[bytes]:
    """The payloads of a request's body, one order or an array of them, each as JSON bytes.

    Raises `Refused` (not JSON, not orders, each with its place) or `TooLarge`.
    """
    if len(body) > limits.request_bytes:
        raise TooLarge("request-too-large", bytes=len(body), most=limits.request_bytes)
    try:
        document = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise Refused("body-not-json", reason=str(error)) from error
    if isinstance(document, dict):
        if _SURROGATE.search(body) or body.count(b"{") + body.count(b"[") > DEEPEST:
            _written(document, "$")
        return [_sized(body, limits, "$")]
    if not isinstance(document, list) or not document:
        raise Refused("body-not-orders")
    if len(document) > limits.request_orders:
        raise TooLarge("request-too-many", orders=len(document), most=limits.request_orders)
    problems = [
        Problem("item-not-an-order", f"$[{i}]") for i, item in enumerate(document) if not isinstance(item, dict)
    ]
    if problems:
        raise Refused("body-not-orders", problems=tuple(problems))
    return [_sized(_written(item, f"$[{i}]"), limits, f"$[{i}]") for i, item in enumerate(document)]


def receive(
    stream: Stream, clock: Clock, shop: str, payloads: Sequence[bytes], room: int, *, live: bool = True
) -> list[str]:
    """Make the payloads durable; their receipts, in order.

    Raises `Overloaded` when the backlog has no room, `Unavailable` when the queue is away; then nothing is kept.
    """
    if room < len(payloads):
        raise Overloaded("backlog-full", retry_after_seconds=_RETRY_SECONDS)
    return stream.append(shop, payloads, at=clock.now(), live=live)


def _sized(payload: bytes, limits: Limits, place: str) -> bytes:
    if len(payload) > limits.order_bytes:
        problem = Problem("order-too-large", place, {"bytes": len(payload), "most": limits.order_bytes})
        raise TooLarge("order-too-large", problems=(problem,), bytes=len(payload), most=limits.order_bytes)
    return payload


def _written(document: Any, place: str) -> bytes:
    """The document as JSON. Raises `Refused` for what can be read but not written: too deep, half a character."""
    try:
        return orjson.dumps(document)
    except orjson.JSONEncodeError as error:
        deep = "Recursion" in str(error)
        code = "order-too-deep" if deep else "body-not-json"
        raise Refused(code, problems=(Problem(code, place, {"most": DEEPEST}),), most=DEEPEST, reason=error) from error
