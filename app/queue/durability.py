"""Whether a queue server keeps what it has accepted: "accepted" is only honest on disk."""

from __future__ import annotations

from typing import Any

import redis

WANTED = {"appendonly": "yes", "appendfsync": "always", "maxmemory-policy": "noeviction"}


def durability_problem(client: redis.Redis) -> str | None:
    """The first setting or state that would lose orders, as `name=value (wanted)`; None when all is well."""
    answers: Any = client
    found = {name: _text(answers.config_get(name).get(name, "")) for name in WANTED}
    for name, wanted in WANTED.items():
        if found[name] != wanted:
            return f"{name}={found[name]} ({wanted})"
    written = _text(answers.info("persistence").get("aof_last_write_status", "ok"))
    return None if written == "ok" else f"aof_last_write_status={written} (ok)"


def _text(value: Any) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)
