"""The workbench: how the line runs now, what needs a person, and whether every order is accounted for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, current_app, g, redirect, render_template, url_for
from werkzeug.wrappers import Response

from app.bootstrap import Services
from app.insight.invariants import Numbers
from app.persistence.audit import note
from app.persistence.database import reading, writing
from app.persistence.demo import is_there, take_out
from app.persistence.reads.numbers import read_numbers
from app.persistence.reads.pulse import Pulse, read_pulse
from app.persistence.scope import limited
from app.web.access import may
from app.web.fragments import partial, tell
from app.web.language import t
from app.web.permissions import needed, permit
from app.web.remembered import Remembered

MINUTES = 60
_LIVE_SECONDS, _PROOF_SECONDS = 1.0, 60.0
_MOST_TO_RECOUNT = 5_000


@dataclass(frozen=True, slots=True)
class Live:
    """One look at the line: receipts handed out, entries waiting, the oldest one's age in seconds, and the pulse."""

    accepted: int
    backlog: int
    oldest: int
    pulse: Pulse

    @property
    def per_minute(self) -> int:
        """Orders decided in the last whole minute."""
        return self.pulse.minutes[-2]


def blueprint(services: Services) -> Blueprint:
    """The routes over these services."""
    pages = Blueprint("workbench", __name__)
    look = Remembered(lambda: _look(services), _LIVE_SECONDS)
    prove = Remembered(lambda: _prove(services), _PROOF_SECONDS)

    @pages.get("/")
    @permit("workbench.read")
    def page() -> str:
        with reading(services.database) as db:
            demo = is_there(db)
        return render_template("pages/workbench.html", demo=demo, **_shown(look()))

    @pages.get("/workbench/live")
    @permit("workbench.read")
    def live() -> str:
        return partial("partials/workbench/live.html", **_shown(look()))

    @pages.get("/workbench/proof")
    @permit("workbench.read")
    def proof() -> str:
        numbers, at = prove()
        return partial("partials/workbench/proof.html", numbers=numbers, at=at)

    @pages.post("/demo/remove")
    @permit("users.change")
    def remove_demo() -> Response:
        with writing(services.database) as db:
            count = take_out(db)
            note(db, g.user.name, "demo.remove", now=services.clock.now(), orders=count)
        tell(f"演示数据已清除（{count} 个订单）。", f"The demo is gone ({count} orders).")
        return redirect(url_for("workbench.page"), 303)

    return pages


def _look(services: Services) -> Live:
    accepted, backlog, oldest = services.stream.pulse()
    now = services.clock.now()
    with reading(services.database) as db:
        pulse = read_pulse(db, now, MINUTES)
    return Live(accepted, backlog, max(0, now - oldest) if oldest else 0, pulse)


def _prove(services: Services) -> tuple[Numbers | None, int]:
    """The numbers behind the invariants and when they were counted; None while too much waits to count it often.

    They are the whole house's: who works for some shops only is not shown them.
    """
    now = services.clock.now()
    if limited() is not None or services.stream.pulse()[1] > _MOST_TO_RECOUNT:
        return None, now
    accepted, waiting = services.stream.census()
    with reading(services.database) as db:
        return read_numbers(db, accepted, waiting), now


def _shown(live: Live) -> dict[str, Any]:
    return {"live": live, "steps": _steps(live), "spark": spark(live.pulse.minutes[:-1])}


def _steps(live: Live) -> list[dict[str, Any]]:
    """What a new installation still needs; empty once the first order has come."""
    done = live.pulse.set_up
    if done["orders"]:
        return []
    return [
        {
            "done": done["shops"], "name": t("添加店铺", "Add a shop"), "url": _to("shops.index"),
            "text": t("导入表格就选“表格导入”；用接口提交就选平台，会给一个密钥。", "“Spreadsheet” to import files; a platform to post orders with a key."),  # noqa: E501
        },
        {
            "done": done["warehouses"], "name": t("添加仓库", "Add warehouses"), "url": _to("warehouses.index"),
            "text": t("在哪里、供哪些省、几点截单。", "Where they are, which provinces they serve, their cut-off."),
            "sample": "warehouses.csv",
        },
        {
            "done": done["skus"], "name": t("添加 SKU", "Add SKUs"), "url": _to("skus.index"),
            "text": t("仓库拣的是 SKU，订单里的商品要对得上它。", "Warehouses pick SKUs; items are matched to them."),
            "sample": "skus.csv",
        },
        {
            "done": done["stock"], "name": t("录入库存", "Set the stock"), "url": _to("stock.index"),
            "text": t("没有库存的商品会等货。", "Orders for goods without stock wait."),
            "sample": "stock.csv",
        },
        {
            "done": False, "name": t("提交第一个订单", "Send the first order"), "url": _to("imports.index"),
            "text": t("用接口提交，或导入 Excel；几秒后就能在这里看到判定。", "By the API or an Excel file; seconds later it is decided here."),  # noqa: E501
            "sample": "orders-live.xlsx",
        },
    ]  # fmt: skip


def _to(endpoint: str, **values: Any) -> str:
    """The address of a page that this person's role opens; empty otherwise."""
    permission = needed(current_app.view_functions.get(endpoint))
    return url_for(endpoint, **values) if permission and may(permission) else ""


def spark(values: list[int], width: int = 600, height: int = 84) -> dict[str, str]:
    """Points of a line through `values` and of the area below it, for an SVG of this size."""
    most, step = max([*values, 1]), width / max(1, len(values) - 1)
    points = [f"{i * step:.1f},{height - 2 - n / most * (height - 6):.1f}" for i, n in enumerate(values)]
    edge = " ".join(points)
    return {"edge": edge, "area": f"0,{height} {edge} {width},{height}", "size": f"0 0 {width} {height}"}
