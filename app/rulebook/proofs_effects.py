"""What rules do beyond one order's decision: effects that contradict each other, and holds that nobody can release."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from app.domain.carriers import CARRIERS
from app.domain.errors import Problem
from app.engine.analyse.domain import Json
from app.rulebook.order_actions import ROLES
from app.rulebook.order_fields import PLATFORMS, words
from app.rulebook.remedy import Remedy

ABOVE = {"clerk": ("supervisor", "administrator"), "warehouse": ("supervisor", "administrator"),
         "supervisor": ("administrator",)}  # fmt: skip
"""Roles that may do all that a role may."""
RELEASING = ("administrator", "supervisor", "clerk")
"""Roles that may release a hold, as the table of permissions says (a test holds them equal)."""
_SAME = {"set_priority": ("priority", "priority"), "wish_carrier": ("carrier", "carrier")}

MILD = frozenset({"owners"})
"""Contradictions with which an order still gets its right: each of two holds is released by its own owner."""


def contradiction(one: Sequence[Json], other: Sequence[Json]) -> str:
    """In what two rules' actions contradict each other on one order: `priority`, `carrier`, `owner`, `owners` or ""."""
    found = [about for first in one for second in other if (about := _between(first, second))]
    return next((about for about in found if about not in MILD), found[0] if found else "")


def _between(first: Json, second: Json) -> str:
    do = first["do"]
    if do != second["do"]:
        return ""
    if do in _SAME:
        about, name = _SAME[do]
        return about if first[name] != second[name] else ""
    if do == "hold" and first.get("owner") != second.get("owner"):
        return "owner" if first.get("reason") == second.get("reason") else "owners"
    return ""


def about_people(document: Json, known: Mapping[str, Collection[str]]) -> Iterator[Problem]:
    """Holds whose owner may not release them, or whose role nobody has (`roles`: those with an active user)."""
    roles = known.get("roles")
    for path, owner, rule in _owners(document):
        details = {"rule": rule, **{f"owner_{language}": word for language, word in ROLES[owner].items()}}
        if owner not in RELEASING:
            remedy = Remedy("交给主管。", "Name the supervisor.", {"do": "set", "path": path, "value": "supervisor"})
            yield Problem("hold-without-release", path, {**details, "remedy": remedy})
        elif roles is not None and not {owner, *ABOVE.get(owner, ())} & set(roles):
            yield Problem("owner-without-user", path, details, "warning")


def _owners(document: Json) -> Iterator[tuple[str, str, str]]:
    """Every place that says for whom an order is held."""
    for strength in ("strong", "weak"):
        yield f"duplicates/{strength}/owner", document["duplicates"][strength]["owner"], strength
    for section in ("screening", "allocation"):
        for place, rule in enumerate(document[section]["rules"]):
            for number, action in enumerate(rule["then"]):
                if action["do"] == "hold":
                    path = f"{section}/rules/{place}/then/{number}/owner"
                    yield path, action.get("owner") or "supervisor", rule["id"]


def named(document: Json, known: Mapping[str, Collection[str]]) -> Iterator[Problem]:
    """What conditions and actions name that is in no list of what exists; carriers are those of this program."""
    known = {"carriers": _CARRIERS, **known}
    if "platforms" in known:
        known["platforms"] = {*PLATFORMS, *document.get("mappings", {}), *known["platforms"]}
    for section in ("screening", "allocation"):
        for place, rule in enumerate(document[section]["rules"]):
            path = f"{section}/rules/{place}"
            for number, action in enumerate(rule["then"]):
                carrier = action.get("carrier") if action["do"] == "wish_carrier" else None
                yield from _missing("carriers", carrier, f"{path}/then/{number}/carrier", known)
                sku = action.get("sku") if action["do"] == "add_gift" else None
                yield from _missing("skus", sku, f"{path}/then/{number}/sku", known)
            yield from _compared(rule.get("when"), f"{path}/when", known)


_CARRIERS = {*CARRIERS, *(word for words_ in CARRIERS.values() for word in words_)}
_WORDS = {
    "shops": words("店铺", "shop"),
    "skus": words("SKU", "SKU"),
    "warehouses": words("仓库", "warehouse"),
    "carriers": words("快递", "carrier"),
    "platforms": words("平台", "platform"),
}
_LISTS = {
    "order.shop": "shops",
    "order.platform": "platforms",
    "line.sku": "skus",
    "warehouse.code": "warehouses",
    "target.code": "warehouses",
    "order.carrier_wish": "carriers",
}


def _compared(node: Any, path: str, known: Mapping[str, Collection[str]]) -> Iterator[Problem]:
    if isinstance(node, Mapping) and "field" in node:
        listed, value = _LISTS.get(node["field"]), node.get("value")
        if listed and node["op"] in ("is", "is_not", "in", "not_in"):
            for each in value if isinstance(value, list) else (value,):
                if isinstance(each, str):
                    yield from _missing(listed, each, f"{path}/value", known)
    elif isinstance(node, Mapping):
        for key, inner in node.items():
            yield from _compared(inner, f"{path}/{key}", known)
    elif isinstance(node, list):
        for place, part in enumerate(node):
            yield from _compared(part, f"{path}/{place}", known)


def _missing(listed: str, value: Any, path: str, known: Mapping[str, Collection[str]]) -> Iterator[Problem]:
    if value is not None and listed in known and value not in known[listed]:
        details = {"value": value, **{f"list_{language}": word for language, word in _WORDS[listed].items()}}
        yield Problem("names-nothing", path, details, "warning")
