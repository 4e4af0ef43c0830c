"""Who is asking: the login of a browser, the key of a shop; and whether they may."""

from __future__ import annotations

import time
from dataclasses import replace
from urllib.parse import urlsplit

from flask import current_app, g, redirect, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response

from app.bootstrap import Services
from app.domain.errors import Forbidden, NotFound, PandanError
from app.persistence import tables as t
from app.persistence.database import reading, writing
from app.persistence.goods import key_hash
from app.persistence.people import User, mark_seen, who, with_typed
from app.persistence.scope import limit, must_see
from app.web.permissions import PERMISSIONS, PUBLIC, SHOP_KEY, WHOLE_HOUSE, needed

OPEN_ENDPOINTS = frozenset({"static", "api-docs.openapi_json"})
"""Views that libraries bring and that anybody may see."""
_SHOP_SECONDS = 0.9
"""A key that was taken back works no longer than this."""
_MOST_KEYS = 10_000


ROWS = {
    "order_id": ("orders", "id", ""),
    "other_id": ("orders", "id", ""),
    "intervention_id": ("interventions", "id", ""),
    "task_id": ("tasks", "id", ""),
    "receipt_id": ("receipts", "id", ""),
    "import_id": ("imports", "id", ""),
    "shipment_id": ("shipments", "id", ""),
    "parcel_id": ("fulfilments", "id", ""),
    "transfer_id": ("transfers", "id", ""),
    "deed_id": ("deeds", "id", ""),  # done to orders of several shops maybe, and so not taken back by them
    "list_id": ("pick_lists", "id", ""),  # a list holds every shop's parcels, and is nobody's of theirs
    "shop": ("shops", "code", ""),
}
"""What the parts of addresses name: table, column, and what leads the value there. It must be a shop's of theirs."""
NOT_OF_A_SHOP = frozenset(
    {
        "action",
        "carrier",
        "code",
        "deed",
        "draft_id",
        "filename",
        "kind",
        "name",
        "number",  # of a protection, which is every shop's
        "platform",  # whose payloads are read, which is every shop's
        "revision",
        "section",
        "sku",
        "tid",
        "trial_id",  # closed to who works for some shops
        "user_id",
        "version",
        "what",
    }
)
"""Parts of addresses that name nothing of a shop, or are looked for by reading alone. Any other closes the address."""


class Unauthorised(PandanError):
    """No key, or a key that no active shop has."""

    status = 401


def login_cookie(services: Services) -> str:
    """The login cookie's name; behind HTTPS it is bound to this very host."""
    return "__Host-pandan" if services.settings.secure_cookies else "pandan_login"


def may(permission: str) -> bool:
    """Whether the request's person has a permission."""
    user: User | None = g.get("user")
    if user is None or (user.shops is not None and permission in WHOLE_HOUSE):
        return False
    return permission in PERMISSIONS.get(user.role, frozenset())


class Keys:
    """The shops by their keys, remembered for less than a second in this process."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._known: dict[str, tuple[float, str | None, int]] = {}

    def identify(self) -> None:
        """Put the key's shop into `g.shop` and `g.shop_id`.

        Raises `Unauthorised`; and `NotFound` where the address names another shop than the key's, as if it did not
        exist.
        """
        scheme, _, key = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not key:
            raise Unauthorised("key-missing")
        code, g.shop_id = self._owner(key_hash(key.strip()))
        if code is None:
            raise Unauthorised("key-wrong")
        asked = (request.view_args or {}).get("shop", code)
        if asked != code:
            raise NotFound("shop-unknown", shop=asked)
        g.shop = code

    def _owner(self, hashed: str) -> tuple[str | None, int]:
        now = time.monotonic()
        known = self._known.get(hashed)
        if known is None or now - known[0] > _SHOP_SECONDS:
            known = (now, *self._read(hashed))
            if len(self._known) > _MOST_KEYS:
                self._known.clear()
            self._known[hashed] = known
        return known[1], known[2]

    def _read(self, hashed: str) -> tuple[str | None, int]:
        chosen = (t.shops.c.key_hash == hashed) & t.shops.c.active
        with reading(self._services.database) as db:
            row = db.execute(select(t.shops.c.code, t.shops.c.id).where(chosen)).first()
        return (row.code, row.id) if row else (None, 0)


class Guard:
    """Lets a request through to its view, or not. A view that states no permission is closed to everybody."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._keys = Keys(services)

    def check(self) -> Response | None:
        """Run before every request. Raises `Forbidden`, `Unauthorised` or `NotFound`; leads to the login."""
        limit(None)
        if request.endpoint in OPEN_ENDPOINTS:
            return None
        if "\0" in request.path or b"%00" in request.query_string:
            # PostgreSQL takes no NUL in a text.
            raise NotFound("page-missing")
        permission = needed(current_app.view_functions.get(request.endpoint or ""))
        if permission == SHOP_KEY:
            self._keys.identify()
            return None
        self._load_user()
        if permission == PUBLIC or request.endpoint is None:
            return None
        if g.user is None:
            return _to_login()
        if permission is None or not may(permission):
            raise Forbidden("not-permitted")
        if g.user.shops is not None:
            self._keep_within(g.user.shops)
        return None

    def _keep_within(self, shops: frozenset[int]) -> None:
        """Show the rest of the request these shops only. Raises `NotFound` where its address names another's."""
        limit(shops)
        with reading(self._services.database) as db:
            for name, value in (request.view_args or {}).items():
                if name in ROWS:
                    table, column, lead = ROWS[name]
                    must_see(db, table, **{column: f"{lead}{value}" if lead else value})
                elif name not in NOT_OF_A_SHOP:
                    raise NotFound("page-missing")

    def _load_user(self) -> None:
        g.user = None
        token = request.cookies.get(login_cookie(self._services))
        if not token:
            return
        now = self._services.clock.now()
        with reading(self._services.database) as db:
            g.user, stale = who(db, token, now=now)
            if g.user is not None and g.user.shops is not None and "orders.type" in PERMISSIONS[g.user.role]:
                g.user = replace(g.user, shops=with_typed(db, g.user.shops))
        if stale:
            with writing(self._services.database) as db:
                mark_seen(db, token, now=now)


def _to_login() -> Response:
    """To the login, and from there back to the page that the person was on."""
    if request.headers.get("HX-Request") == "true":
        # A redirect would put the login into the middle of the page.
        here = _local(request.headers.get("HX-Current-URL", ""))
        return Response("", 401, headers={"HX-Redirect": url_for("session.login_page", next=here)})
    wanted = request.full_path.rstrip("?") if request.method == "GET" else _local(request.headers.get("Referer", ""))
    return redirect(url_for("session.login_page", next=wanted if wanted != "/" else None), 303)


def _local(address: str) -> str | None:
    """Path and query of an address of this very site; None of any other."""
    if not address.startswith(request.host_url):
        return None
    parts = urlsplit(address)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path
