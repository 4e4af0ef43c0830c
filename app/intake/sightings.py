"""Tracking events as a shop's system or a carrier's script sends them: one or an array, read or refused as a whole."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

import orjson

from app.domain.errors import Problem, Refused
from app.domain.tracking import KINDS, LATEST, LONGEST_PLACE, Sighting
from app.intake.receive import Limits, TooLarge
from app.mapping.strict import Strict, anything, problems_of, text

_WRITTEN = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)", re.ASCII)
_LEAP = re.compile(r"(?<=:[0-5][0-9]):60")
_LONGEST = 64


class SightingSchema(Strict):
    """One tracking event."""

    waybill = text(required=True)
    carrier = text()
    kind = text(required=True, choices=tuple(KINDS))
    at = anything(required=True)
    place = text(empty=True)


def read_sightings(body: bytes, limits: Limits) -> list[Sighting]:
    """The events of a request's body. Raises `Refused` with every fault and its place, or `TooLarge`."""
    if len(body) > limits.request_bytes:
        raise TooLarge("request-too-large", bytes=len(body), most=limits.request_bytes)
    try:
        document = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise Refused("body-not-json", reason=str(error)) from error
    items = document if isinstance(document, list) else [document]
    if not items:
        raise Refused("body-not-events")
    if len(items) > limits.request_orders:
        raise TooLarge("request-too-many", orders=len(items), most=limits.request_orders)
    problems = [problem for place, item in enumerate(items) for problem in _problems(item, f"$[{place}]")]
    if problems:
        raise Refused("body-not-events", problems=tuple(problems))
    return [_sighting(item) for item in items]


def _problems(item: Any, path: str) -> list[Problem]:
    if not isinstance(item, dict):
        return [Problem("item-not-an-event", path)]
    found = problems_of(SightingSchema(), item, path)
    if not found and _time(item["at"]) is None:
        found.append(Problem("event-time", f"{path}/at"))
    return found


def _sighting(item: dict[str, Any]) -> Sighting:
    waybill, carrier = _plain(item["waybill"], _LONGEST), _plain(item.get("carrier", ""), _LONGEST)
    place = _plain(item.get("place", ""), LONGEST_PLACE)
    return Sighting(waybill, item["kind"], _time(item["at"]) or 0, place, carrier)


def _time(written: Any) -> int | None:
    """Epoch seconds of an integer, or of an ISO 8601 time with a zone (RFC 3339); None for anything else."""
    if isinstance(written, int) and not isinstance(written, bool):
        return written if 0 <= written <= LATEST else None
    if not isinstance(written, str) or not _WRITTEN.fullmatch(written):
        return None
    try:
        at = datetime.fromisoformat(_LEAP.sub(":59", written.upper()))
    except ValueError:
        return None
    return int(at.timestamp())


def _plain(written: str, longest: int) -> str:
    """Without what no screen shows."""
    return "".join(character for character in written if character.isprintable())[:longest].strip()
