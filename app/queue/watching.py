"""When watches look, and that they look one at a time. Lost keys cost a minute, never a firing."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import redis

ASKED, SEEN = "pandan:watch:asked", "pandan:watch:seen"
_TURN, _REST, _LONG_REST = "pandan:watch:turn", "pandan:watch:rest", "pandan:watch:long-rest"
REST_SECONDS = 3
"""Watches look this often at most, however many batches there are."""
LONGEST_REST_SECONDS = 60
"""They look this often at least: a listing's price changes without any batch."""
TURN_SECONDS = 50
"""A turn ends by itself after this: longer than a job may run."""
_GIVE_BACK = "if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('del', KEYS[1]) end return 0"


def ask_to_watch(client: redis.Redis) -> None:
    """Say that there is something new to look at."""
    client.incr(ASKED)


def asked_so_far(client: redis.Redis) -> int:
    """How often somebody has said so; told back to `seen_until` when it has been looked at."""
    found: Any = client.get(ASKED)
    return int(found or 0)


def seen_until(client: redis.Redis, asked: int) -> None:
    """What had been said up to here has been looked at."""
    client.set(SEEN, asked)


def is_time_to_watch(client: redis.Redis, *, ending: bool) -> bool:
    """Whether to wake the watches now: something is new, a protection is `ending`, or they have rested long enough."""
    asked, seen = (int(one or 0) for one in _values(client))
    if asked == seen and not ending and client.exists(_LONG_REST):
        return False
    if not client.set(_REST, "1", nx=True, ex=REST_SECONDS):
        return False
    client.set(_LONG_REST, "1", ex=LONGEST_REST_SECONDS)
    return True


def _values(client: Any) -> Any:
    return client.mget(ASKED, SEEN)


@contextmanager
def only_one(client: redis.Redis) -> Iterator[bool]:
    """Whether nobody else is looking now; the turn is given back when the block ends."""
    token = secrets.token_hex(8)
    mine = bool(client.set(_TURN, token, nx=True, ex=TURN_SECONDS))
    try:
        yield mine
    finally:
        if mine:
            client.eval(_GIVE_BACK, 1, _TURN, token)
