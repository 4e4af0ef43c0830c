"""Personal data at rest: sealed with AES-256-GCM; and the keyed hash that stands for a value in records."""

from __future__ import annotations

import base64
import hashlib
import os
from collections.abc import Mapping
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from app.domain.errors import Refused

_VERSION = b"\x01"
_NONCE_BYTES = 12


class Sealer:
    """Seals and opens bytes under one key; `context` must be the same for both and ties a value to its place."""

    def __init__(self, key: bytes) -> None:
        if len(key) != 32:
            raise Refused("secret-key-invalid", length=len(key))
        self._cipher = AESGCM(hashlib.blake2b(b"seal", key=key, digest_size=32).digest())
        self._hash_key = hashlib.blake2b(b"hash", key=key, digest_size=32).digest()

    def seal(self, plain: bytes, context: str) -> bytes:
        """The sealed form: version, nonce, ciphertext and tag."""
        nonce = os.urandom(_NONCE_BYTES)
        return _VERSION + nonce + self._cipher.encrypt(nonce, plain, context.encode())

    def open(self, sealed: bytes, context: str) -> bytes:
        """The plain bytes; raises `Refused("sealed-unreadable")` when key or context differ."""
        nonce, body = sealed[1 : 1 + _NONCE_BYTES], sealed[1 + _NONCE_BYTES :]
        try:
            return self._cipher.decrypt(nonce, body, context.encode())
        except InvalidTag as error:
            raise Refused("sealed-unreadable", context=context) from error

    def hasher(self, kind: str, scope: str, value: str) -> str:
        """A keyed hash (hex, 128 bits) that stands for a personal value and cannot be guessed without the key."""
        return self.fingerprint("\x1f".join((kind, scope, value)).encode()).hex()

    def fingerprint(self, data: bytes) -> bytes:
        """16 keyed bytes of `data`."""
        return hashlib.blake2b(data, key=self._hash_key, digest_size=16).digest()


def load_sealer(home: Path, environment: Mapping[str, str] | None = None) -> Sealer:
    """The sealer of this installation: key from PANDAN_SECRET_KEY (base64), else `home/secret.key`, made once."""
    env = os.environ if environment is None else environment
    given = env.get("PANDAN_SECRET_KEY")
    if given:
        return Sealer(base64.b64decode(given))
    return Sealer(_key_file(home / "secret.key"))


def _key_file(path: Path) -> bytes:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return base64.b64decode(path.read_bytes())
    key = os.urandom(32)
    with os.fdopen(handle, "wb") as file:
        file.write(base64.b64encode(key))
        file.flush()
        os.fsync(file.fileno())
    return key
