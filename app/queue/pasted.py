"""Sample payloads that people pasted into the mapper: sealed, kept for three days beside the draft, then forgotten."""

from __future__ import annotations

from typing import Any, Protocol

import orjson
import redis

KEPT_SECONDS = 3 * 86_400
MOST = 12
_KEY = "pandan:pasted:{draft}:{platform}"


class Seals(Protocol):
    """What seals and opens bytes under a context."""

    def seal(self, plain: bytes, context: str) -> bytes:
        """The sealed form."""

    def open(self, sealed: bytes, context: str) -> bytes:
        """The plain bytes."""


def keep_pasted(client: redis.Redis, sealer: Seals, draft: int, platform: str, payloads: list[Any]) -> None:
    """Keep these payloads before those that were pasted earlier, at most `MOST` in all."""
    key = _KEY.format(draft=draft, platform=platform)
    kept = [*payloads, *pasted(client, sealer, draft, platform)][:MOST]
    client.set(key, sealer.seal(orjson.dumps(kept), key), ex=KEPT_SECONDS)


def forget_pasted(client: redis.Redis, draft: int, platform: str) -> None:
    """Forget all of them."""
    client.delete(_KEY.format(draft=draft, platform=platform))


def pasted(client: redis.Redis, sealer: Seals, draft: int, platform: str) -> list[Any]:
    """The payloads that are kept, the latest first."""
    key = _KEY.format(draft=draft, platform=platform)
    sealed: Any = client.get(key)
    found: list[Any] = orjson.loads(sealer.open(sealed, key)) if sealed else []
    return found
