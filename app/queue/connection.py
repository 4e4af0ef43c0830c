"""Clients of Redis or Valkey."""

from __future__ import annotations

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry


def intake_client(url: str) -> redis.Redis:
    """A client that never repeats a command by itself: a lost answer to XADD must not become two entries."""
    return redis.Redis.from_url(url, retry=Retry(NoBackoff(), 0), socket_timeout=3.0, socket_connect_timeout=1.0)


def worker_client(url: str) -> redis.Redis:
    """A client for workers: commands that are safe to repeat, long blocking reads."""
    return redis.Redis.from_url(url, socket_timeout=30.0, socket_connect_timeout=2.0)
