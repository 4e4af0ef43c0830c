"""A small made-up document in an address: short, and the same for everybody who follows the link."""

from __future__ import annotations

import zlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Any

import orjson

from app.domain.errors import Refused

_MOST_BYTES = 100_000


def packed(text: str) -> str:
    """A JSON text for an address."""
    return urlsafe_b64encode(zlib.compress(orjson.dumps(orjson.loads(text)), 9)).decode()


def unpacked(text: str) -> Any:
    """What was packed. Raises `Refused("address-broken")`."""
    try:
        # No more than what could have been packed: an address may come from anybody.
        return orjson.loads(zlib.decompressobj().decompress(urlsafe_b64decode(text), _MOST_BYTES))
    except (ValueError, zlib.error) as error:
        raise Refused("address-broken") from error
