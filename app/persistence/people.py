"""Users and their logins. Passwords are argon2id; login tokens are stored as hashes."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError
from sqlalchemy import Connection, delete, insert, select, update

from app.domain.errors import Refused
from app.persistence import tables as t

ROLES = ("administrator", "supervisor", "clerk", "warehouse", "viewer")
IDLE_SECONDS = 12 * 3600
ABSOLUTE_SECONDS = 7 * 86_400
SHORTEST_PASSWORD = 10
_SEEN_EVERY_SECONDS = 60
_hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
_NOBODY = _hasher.hash(secrets.token_hex(8))


@dataclass(frozen=True, slots=True)
class User:
    """Who is asking."""

    id: int
    name: str
    role: str
    language: str


def token_hash(token: str) -> str:
    """What is stored of a random token."""
    return hashlib.sha256(token.encode()).hexdigest()


def add_user(db: Connection, name: str, password: str, role: str, *, language: str = "zh", now: int) -> None:
    """Add a user. Raises `Refused` for a missing name or a password that is too short."""
    if not name.strip():
        raise Refused("name-missing")
    if len(password) < SHORTEST_PASSWORD:
        raise Refused("password-short")
    row = {"name": name.strip(), "password_hash": _hasher.hash(password), "role": role, "language": language}
    db.execute(insert(t.users).values(**row, active=True, created_at=now))


def has_administrator(db: Connection) -> bool:
    """Whether anybody can administer yet."""
    chosen = (t.users.c.role == "administrator") & t.users.c.active
    return db.execute(select(t.users.c.id).where(chosen)).first() is not None


def log_in(db: Connection, name: str, password: str, *, now: int) -> str | None:
    """A new login's token, or None; takes equally long whether or not the name exists."""
    row = db.execute(select(t.users).where(t.users.c.name == name, t.users.c.active)).first()
    try:
        _hasher.verify(row.password_hash if row and row.password_hash else _NOBODY, password)
    except VerificationError:
        return None
    if row is None:
        return None
    token = secrets.token_urlsafe(32)
    db.execute(
        insert(t.logins).values(
            token_hash=token_hash(token), user_id=row.id, created_at=now, seen_at=now, expires_at=now + ABSOLUTE_SECONDS
        )
    )
    return token


def log_out(db: Connection, token: str) -> None:
    """End a login."""
    db.execute(delete(t.logins).where(t.logins.c.token_hash == token_hash(token)))


def who(db: Connection, token: str, *, now: int) -> tuple[User | None, bool]:
    """The user of a living login of an active user, and whether it should be marked as seen."""
    statement = select(t.users, t.logins.c.seen_at).join_from(t.logins, t.users)
    living = (t.logins.c.expires_at > now) & (t.logins.c.seen_at > now - IDLE_SECONDS) & t.users.c.active
    row = db.execute(statement.where(t.logins.c.token_hash == token_hash(token), living)).first()
    if row is None:
        return None, False
    return User(row.id, row.name, row.role, row.language), row.seen_at < now - _SEEN_EVERY_SECONDS


def mark_seen(db: Connection, token: str, *, now: int) -> None:
    """Push a login's idle end back."""
    db.execute(update(t.logins).where(t.logins.c.token_hash == token_hash(token)).values(seen_at=now))


def issue_setup_token(db: Connection) -> str | None:
    """A new one-time set-up token in place of any earlier one; None when there is an administrator."""
    if has_administrator(db):
        return None
    token = secrets.token_urlsafe(24)
    db.execute(delete(t.facts).where(t.facts.c.key == "setup"))
    db.execute(insert(t.facts).values(key="setup", value=token_hash(token)))
    return token


def use_setup_token(db: Connection, token: str) -> None:
    """Take the set-up token back. Raises `Refused("setup-link-used")` when it is not the one that counts."""
    chosen = (t.facts.c.key == "setup") & (t.facts.c.value == token_hash(token))
    if has_administrator(db) or not db.execute(delete(t.facts).where(chosen)).rowcount:
        raise Refused("setup-link-used")
