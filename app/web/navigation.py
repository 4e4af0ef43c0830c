"""The links of every page's side: what the person may open, grouped by what it is for."""

from __future__ import annotations

from dataclasses import dataclass

from flask import current_app, request, url_for

from app.web.access import may
from app.web.language import t
from app.web.permissions import needed

_KEYS = {"typing.new": "n"}
"""The letter that opens a place from any page."""
_ROOMS = dict.fromkeys(("configurator", "windows", "alarms", "mapper"), "rules")
"""The rooms whose pages belong to another one's link: a draft's editors to the rules."""


@dataclass(frozen=True, slots=True)
class Link:
    """One place to go; `here` when the page shown is one of its pages; `key` opens it from any page."""

    url: str
    icon: str
    name: str
    here: bool
    key: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Links under one heading; no heading when `name` is empty."""

    name: str
    links: list[Link]


def _places() -> tuple[tuple[str, tuple[tuple[str, str, str], ...]], ...]:
    """(heading, ((endpoint, icon, name), …)) in the order shown."""
    return (
        (
            "",
            (
                ("workbench.page", "home", t("工作台", "Workbench")),
                ("orders.index", "orders", t("订单", "Orders")),
                ("typing.new", "plus", t("录单", "New order")),
                ("tasks.index", "tasks", t("待办", "Tasks")),
                ("clock.page", "clock", t("计时", "On the clock")),
            ),
        ),
        (
            t("要修的", "To mend"),
            (
                ("quarantine.index", "alert", t("隔离区", "Quarantine")),
                ("dead.index", "dead", t("死信", "Dead letters")),
                ("listings.index", "link", t("商品匹配", "Listings")),
            ),
        ),
        (
            t("发货", "Shipping"),
            (
                ("fulfilment.index", "truck", t("发货", "Shipping")),
                ("transfers.index", "transfer", t("调拨与采购", "Transfers")),
                ("carrier_files.index", "columns", t("快递模板", "Carrier files")),
            ),
        ),
        (
            t("货与仓", "Goods"),
            (
                ("stock.index", "box", t("库存", "Stock")),
                ("warehouses.index", "warehouse", t("仓库", "Warehouses")),
                ("skus.index", "tag", t("SKU", "SKUs")),
            ),
        ),
        (
            t("设置", "Set-up"),
            (
                ("rules.page", "rules", t("规则", "Rules")),
                ("trials.index", "eye", t("试用规则", "Try rules")),
                ("watches.index", "bolt", t("监视", "Watches")),
                ("imports.index", "upload", t("导入", "Import")),
                ("shops.index", "shop", t("店铺与密钥", "Shops and keys")),
                ("people.index", "users", t("用户", "Users")),
                ("privacy.page", "shield", t("个人信息", "Personal data")),
                ("audit.index", "note", t("审计", "Audit")),
            ),
        ),
    )


def navigation() -> list[Group]:
    """The groups with at least one link that the request's person may open."""
    groups = [Group(name, [_link(*place) for place in places if _open(place[0])]) for name, places in _places()]
    return [group for group in groups if group.links]


def _open(endpoint: str) -> bool:
    permission = needed(current_app.view_functions.get(endpoint))
    return permission is not None and may(permission)


def _link(endpoint: str, icon: str, name: str) -> Link:
    room = request.blueprint or ""
    here = _ROOMS.get(room, room) == endpoint.partition(".")[0] and request.endpoint != "people.account"
    return Link(url_for(endpoint), icon, name, here, _KEYS.get(endpoint, ""))
