"""Whether a queue server keeps what it has accepted: "accepted" is only honest on disk."""

from __future__ import annotations

from typing import Any

import redis

WANTED = {"appendonly": "yes", "appendfsync": "always", "maxmemory-policy": "noeviction"}


def durability_problem(client: redis.Redis) -> str | None:
    """The first setting that would lose orders, as `name=value (wanted)`; None when all is well."""
    for name, wanted in WANTED.items():
        answer: Any = client.config_get(name)
        value = answer.get(name, answer.get(name.encode(), b""))
        value = value.decode() if isinstance(value, bytes) else str(value)
        if value != wanted:
            return f"{name}={value} ({wanted})"
    return None
