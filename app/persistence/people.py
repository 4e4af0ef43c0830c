"""Users and their logins. Passwords are argon2id; login tokens and one-time links are stored as hashes."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError
from sqlalchemy import Connection, Row, delete, insert, select, update

from app.domain.errors import NotFound, Refused
from app.domain.rights import CHOOSABLE, NONE, Rights, rights_of
from app.persistence import tables as t
from app.persistence.assigning import give_back

ROLES = ("administrator", "supervisor", "clerk", "warehouse", "viewer")
IDLE_SECONDS = 12 * 3600
ABSOLUTE_SECONDS = 7 * 86_400
LINK_SECONDS = 3 * 86_400
SHORTEST_PASSWORD, LONGEST_PASSWORD, LONGEST_NAME = 10, 200, 64
_SEEN_EVERY_SECONDS = 60
_SETUP, _PASSWORD = "setup:", "password:"
_hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
_NOBODY = _hasher.hash(secrets.token_hex(8))


@dataclass(frozen=True, slots=True)
class User:
    """Who is asking; `shops` are the ids of those that the person works for, None for all; `rights` over the rules."""

    id: int
    name: str
    role: str
    language: str
    shops: frozenset[int] | None = None
    rights: Rights = NONE


def token_hash(token: str) -> str:
    """What is stored of a random token."""
    return hashlib.sha256(token.encode()).hexdigest()


def add_user(db: Connection, name: str, password: str | None, role: str, *, language: str = "zh", now: int) -> int:
    """Add a user; the new id. Without a password nobody can log in until a one-time link has set one.

    Raises `Refused`: `name-missing`, `name-long`, `name-taken`, `password-short`, `password-long`, `role-unknown`.
    """
    name = name.strip()
    if not name:
        raise Refused("name-missing")
    if len(name) > LONGEST_NAME:
        raise Refused("name-long", most=LONGEST_NAME)
    if db.execute(select(t.users.c.id).where(t.users.c.name == name)).first():
        raise Refused("name-taken", name=name)
    row = {"name": name, "role": _known_role(role), "language": language, "active": True, "created_at": now}
    made = db.execute(insert(t.users).values(**row, password_hash=_hashed(password) if password is not None else None))
    return int(made.inserted_primary_key[0]) if made.inserted_primary_key else 0


def list_users(db: Connection) -> list[Row[Any]]:
    """Every user by name: id, name, role, language, active, created_at, `has_password`, `seen_at` (or None)."""
    seen = select(t.logins.c.seen_at).where(t.logins.c.user_id == t.users.c.id)
    latest = seen.order_by(t.logins.c.seen_at.desc()).limit(1).scalar_subquery().label("seen_at")
    columns = [column for column in t.users.c if column.name != "password_hash"]
    has_password = t.users.c.password_hash.is_not(None).label("has_password")
    return list(db.execute(select(*columns, has_password, latest).order_by(t.users.c.name)))


def user_name(db: Connection, user_id: int) -> str:
    """A user's name. Raises `NotFound("user-unknown")`."""
    name = db.execute(select(t.users.c.name).where(t.users.c.id == user_id)).scalar()
    if name is None:
        raise NotFound("user-unknown")
    return str(name)


def change_role(db: Connection, user_id: int, role: str) -> str:
    """Give a user another role and end their logins; their name. Raises as `deactivate` does."""
    name = _changeable(db, user_id, keeps_administrator=role == "administrator")
    # Whoever gives people their shops works for all of them.
    everywhere = {"all_shops": True} if role == "administrator" else {}
    changed = {"role": _known_role(role), "rights": None, **everywhere}
    db.execute(update(t.users).where(t.users.c.id == user_id).values(**changed))
    end_logins(db, user_id)
    if role == "viewer":
        give_back(db, name)
    return name


def set_active(db: Connection, user_id: int, active: bool) -> str:
    """Switch a user off, ending their logins, or on again; their name. What waited for them goes to its role.

    Raises `NotFound("user-unknown")`, or `Refused("last-administrator")`: somebody must be able to administer.
    """
    name = _changeable(db, user_id, keeps_administrator=active)
    db.execute(update(t.users).where(t.users.c.id == user_id).values(active=active))
    if not active:
        end_logins(db, user_id)
        give_back(db, name)
    return name


def set_language(db: Connection, user_id: int, language: str) -> None:
    """Remember a user's language, `zh` or `en`."""
    db.execute(update(t.users).where(t.users.c.id == user_id).values(language=language))


def change_password(db: Connection, user_id: int, old: str, new: str, *, keep: str) -> None:
    """Change one's own password and end every other login; `keep` is the token of this one.

    Raises `Refused("password-old-wrong")`, or for the new one as `add_user` does.
    """
    stored = db.execute(select(t.users.c.password_hash).where(t.users.c.id == user_id)).scalar()
    if not _matches(stored, old):
        raise Refused("password-old-wrong")
    db.execute(update(t.users).where(t.users.c.id == user_id).values(password_hash=_hashed(new)))
    others = (t.logins.c.user_id == user_id) & (t.logins.c.token_hash != token_hash(keep))
    db.execute(delete(t.logins).where(others))


def has_administrator(db: Connection) -> bool:
    """Whether anybody can administer yet."""
    chosen = (t.users.c.role == "administrator") & t.users.c.active
    return db.execute(select(t.users.c.id).where(chosen)).first() is not None


def verify(db: Connection, name: str, password: str) -> int | None:
    """The id of the active user with this name and password; equally slow whether or not the name exists."""
    row = db.execute(select(t.users).where(t.users.c.name == name.strip(), t.users.c.active)).first()
    matches = _matches(row.password_hash if row else None, password)
    return int(row.id) if row is not None and matches else None


def log_in(db: Connection, user_id: int, *, now: int, instead_of: str = "") -> str:
    """A new login's token; the browser's former login and everybody's expired ones end."""
    token = secrets.token_urlsafe(32)
    former = t.logins.c.token_hash == token_hash(instead_of)
    db.execute(delete(t.logins).where(former | (t.logins.c.expires_at <= now)))
    row = {"user_id": user_id, "created_at": now, "seen_at": now, "expires_at": now + ABSOLUTE_SECONDS}
    db.execute(insert(t.logins).values(token_hash=token_hash(token), **row))
    return token


def log_out(db: Connection, token: str) -> None:
    """End a login."""
    db.execute(delete(t.logins).where(t.logins.c.token_hash == token_hash(token)))


def end_logins(db: Connection, user_id: int) -> None:
    """End every login of a user."""
    db.execute(delete(t.logins).where(t.logins.c.user_id == user_id))


def who(db: Connection, token: str, *, now: int) -> tuple[User | None, bool]:
    """The user of a living login of an active user, and whether it should be marked as seen."""
    statement = select(t.users, t.logins.c.seen_at).join_from(t.logins, t.users)
    living = (t.logins.c.expires_at > now) & (t.logins.c.seen_at > now - IDLE_SECONDS) & t.users.c.active
    row = db.execute(statement.where(t.logins.c.token_hash == token_hash(token), living)).first()
    if row is None:
        return None, False
    shops = None if row.all_shops else shops_of(db, row.id)
    rights = rights_of(row.role, row.rights)
    return User(row.id, row.name, row.role, row.language, shops, rights), row.seen_at < now - _SEEN_EVERY_SECONDS


def shops_of(db: Connection, user_id: int) -> frozenset[int]:
    """The ids of the shops that were chosen for a user."""
    return frozenset(db.scalars(select(t.user_shops.c.shop_id).where(t.user_shops.c.user_id == user_id)))


def with_typed(db: Connection, shops: frozenset[int]) -> frozenset[int]:
    """These shops and those that orders are typed for, unless one of the latter was chosen: what one types one sees."""
    typed = frozenset(db.scalars(select(t.shops.c.id).where(t.shops.c.platform == "manual")))
    return shops if shops & typed else shops | typed


def chosen_shops(db: Connection) -> dict[int, list[int]]:
    """The ids of the shops chosen for each user who does not work for all."""
    limited = select(t.users.c.id).where(~t.users.c.all_shops)
    found: dict[int, list[int]] = {user_id: [] for user_id in db.scalars(limited)}
    for row in db.execute(select(t.user_shops).order_by(t.user_shops.c.shop_id)):
        if row.user_id in found:
            found[row.user_id].append(row.shop_id)
    return found


def set_shops(db: Connection, user_id: int, shops: Collection[int] | None) -> str:
    """Let a user work for these shops only, or for all (None), from the next request on; their name.

    Raises `NotFound("user-unknown")`, `Refused("administrator-all-shops")`, `Refused("shop-missing")` for none at all.
    """
    name = user_name(db, user_id)
    role = db.scalar(select(t.users.c.role).where(t.users.c.id == user_id))
    if shops is not None and role == "administrator":
        raise Refused("administrator-all-shops")
    known = set(db.scalars(select(t.shops.c.id).where(t.shops.c.id.in_(shops or ()))))
    if shops is not None and not known:
        raise Refused("shop-missing")
    db.execute(update(t.users).where(t.users.c.id == user_id).values(all_shops=shops is None))
    db.execute(delete(t.user_shops).where(t.user_shops.c.user_id == user_id))
    if known:
        db.execute(insert(t.user_shops), [{"user_id": user_id, "shop_id": shop} for shop in sorted(known)])
    return name


def chosen_rights(db: Connection, user_id: int) -> Rights | None:
    """The rights over the rules that were chosen for a user; None for those of the role."""
    row = db.execute(select(t.users.c.role, t.users.c.rights).where(t.users.c.id == user_id)).first()
    return None if row is None or row.rights is None else rights_of(row.role, row.rights)


def set_rights(db: Connection, user_id: int, rights: Rights | None) -> str:
    """Give a user rights of their own over the rules, or those of the role (None); their name.

    Raises `NotFound("user-unknown")`, `Refused("rights-by-role")` for a role whose rights are as they are.
    """
    name = user_name(db, user_id)
    role = db.scalar(select(t.users.c.role).where(t.users.c.id == user_id))
    if rights is not None and role not in CHOOSABLE:
        raise Refused("rights-by-role")
    stored = None if rights is None else rights.as_json()
    db.execute(update(t.users).where(t.users.c.id == user_id).values(rights=stored))
    return name


def rights_by_name(db: Connection, name: str) -> Rights | None:
    """The rights of the user of that name; None where it is none: the program itself, or its owner on the server."""
    row = db.execute(select(t.users.c.role, t.users.c.rights).where(t.users.c.name == name)).first()
    return None if row is None else rights_of(row.role, row.rights)


def mark_seen(db: Connection, token: str, *, now: int) -> None:
    """Push a login's idle end back."""
    db.execute(update(t.logins).where(t.logins.c.token_hash == token_hash(token)).values(seen_at=now))


def issue_setup_token(db: Connection) -> str | None:
    """Another set-up token; None when there is an administrator. Each stays valid until there is one."""
    if has_administrator(db):
        return None
    token = secrets.token_urlsafe(24)
    db.execute(insert(t.facts).values(key=_key(_SETUP, token), value=""))
    return token


def setup_token_counts(db: Connection, token: str) -> bool:
    """Whether this token may still make the first administrator."""
    known = db.execute(select(t.facts.c.key).where(t.facts.c.key == _key(_SETUP, token))).first()
    return known is not None and not has_administrator(db)


def use_setup_token(db: Connection, token: str) -> None:
    """Take all set-up tokens back. Raises `Refused("setup-link-used")` when this one does not count any more."""
    if not setup_token_counts(db, token):
        raise Refused("setup-link-used")
    db.execute(delete(t.facts).where(t.facts.c.key.startswith(_SETUP)))


def issue_password_token(db: Connection, user_id: int, *, now: int) -> str:
    """A token with which a user sets a password, once and within three days. The old password and logins end."""
    token = secrets.token_urlsafe(24)
    db.execute(delete(t.facts).where(t.facts.c.key.startswith(_PASSWORD), t.facts.c.value.startswith(f"{user_id}:")))
    db.execute(insert(t.facts).values(key=_key(_PASSWORD, token), value=f"{user_id}:{now + LINK_SECONDS}"))
    db.execute(update(t.users).where(t.users.c.id == user_id).values(password_hash=None))
    end_logins(db, user_id)
    return token


def password_token_user(db: Connection, token: str, *, now: int) -> User:
    """Whose password this token sets. Raises `Refused("password-link-used")`."""
    value = db.execute(select(t.facts.c.value).where(t.facts.c.key == _key(_PASSWORD, token))).scalar() or "0:0"
    user_id, expires_at = (int(part) for part in value.split(":"))
    row = db.execute(select(t.users).where(t.users.c.id == user_id, t.users.c.active)).first()
    if row is None or expires_at <= now:
        raise Refused("password-link-used")
    return User(row.id, row.name, row.role, row.language)


def use_password_token(db: Connection, token: str, password: str, *, now: int) -> User:
    """Set the password that the token is for and take the token back; the user. Raises `Refused`."""
    user = password_token_user(db, token, now=now)
    db.execute(update(t.users).where(t.users.c.id == user.id).values(password_hash=_hashed(password)))
    db.execute(delete(t.facts).where(t.facts.c.key == _key(_PASSWORD, token)))
    return user


def _key(kind: str, token: str) -> str:
    # The column takes 64 characters; 192 bits of the hash are plenty.
    return kind + token_hash(token)[:48]


def _known_role(role: str) -> str:
    if role not in ROLES:
        raise Refused("role-unknown", role=role)
    return role


def _hashed(password: str) -> str:
    if len(password) < SHORTEST_PASSWORD:
        raise Refused("password-short", least=SHORTEST_PASSWORD)
    if len(password) > LONGEST_PASSWORD:
        raise Refused("password-long", most=LONGEST_PASSWORD)
    return _hasher.hash(password)


def _matches(stored: str | None, password: str) -> bool:
    try:
        return _hasher.verify(stored or _NOBODY, password) and stored is not None
    except VerificationError:
        return False


def _changeable(db: Connection, user_id: int, *, keeps_administrator: bool) -> str:
    row = db.execute(select(t.users).where(t.users.c.id == user_id)).first()
    if row is None:
        raise NotFound("user-unknown")
    if row.role == "administrator" and row.active and not keeps_administrator:
        others = (t.users.c.role == "administrator") & t.users.c.active & (t.users.c.id != user_id)
        if db.execute(select(t.users.c.id).where(others)).first() is None:
            raise Refused("last-administrator")
    return str(row.name)
