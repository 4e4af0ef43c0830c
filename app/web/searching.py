"""What a search for orders asks, as addresses and forms carry it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import Connection

from app.persistence.reads.orders import OrderSearch, search_for

FILTERS = ("q", "shop", "outcome", "state", "since", "until", "reason")
_CHINA = timedelta(hours=8)


def search_of(db: Connection, asked: Mapping[str, str]) -> OrderSearch:
    """The search that these values ask for; what cannot be read asks for nothing."""
    shop = asked.get("shop", "")
    since, until = _day(asked.get("since", "")), _day(asked.get("until", ""), after=1)
    return replace(
        search_for(db, asked.get("q", "")),
        shop_id=int(shop) if shop.isdigit() else None,
        outcome=asked.get("outcome", ""),
        state=asked.get("state", ""),
        reason=asked.get("reason", ""),
        since=since,
        until=until,
    )


def filters_of(asked: Mapping[str, str]) -> dict[str, str]:
    """The values of a search by name, empty where nothing is asked."""
    return {key: asked.get(key, "") for key in FILTERS}


def _day(text: str, *, after: int = 0) -> int | None:
    """The first second of a day in China, `after` days later; None without a day."""
    try:
        day = date.fromisoformat(text) + timedelta(days=after)
    except (ValueError, OverflowError):
        return None
    return int((datetime(day.year, day.month, day.day, tzinfo=UTC) - _CHINA).timestamp())
