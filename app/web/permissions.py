"""Who may do what: a table of permissions by role; an endpoint that states none is closed to everybody."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

PUBLIC = "public"
"""Needs no login."""
SHOP_KEY = "shop-key"
"""Needs a shop's key, and is about that shop only."""

_READ = frozenset({"orders.read", "rules.read", "stock.read", "workbench.read", "shipping.read", "account.own"})
_DESK = _READ | {
    "orders.decide",
    "orders.type",
    "quarantine.mend",
    "imports.make",
    "listings.match",
    "tasks.work",
    "personal.see",
    "rules.draft",
}
_HOUSE = frozenset({"stock.change", "shipping.do", "shipping.addresses"})
_LEAD = _DESK | _HOUSE | {"rules.change", "goods.change", "audit.read"}
# Drafts decide nothing; `rules.change` is what changes the rules that decide: publishing and going back.
PERMISSIONS: dict[str, frozenset[str]] = {
    "viewer": _READ,
    "warehouse": _READ | _HOUSE | {"tasks.work", "personal.see"},
    "clerk": _DESK,
    "supervisor": _LEAD,
    "administrator": _LEAD | {"shops.change", "users.change", "personal.erase"},
}
WHOLE_HOUSE = frozenset({"rules.draft", "rules.change", "shops.change", "users.change", "audit.read", "personal.erase"})
"""What is every shop's business, and so not for who works for some shops only."""
View = TypeVar("View", bound=Callable[..., object])


def permit(permission: str) -> Callable[[View], View]:
    """Say which permission a view needs: one of the table's, `PUBLIC` or `SHOP_KEY`."""

    def mark(view: View) -> View:
        view.permission = permission  # type: ignore[attr-defined]
        return view

    return mark


def needed(view: Callable[..., object] | None) -> str | None:
    """The permission a view states; None when it states none."""
    return getattr(view, "permission", None)
