"""What waits for a person, in one queue: the first to breach first, each with the buttons that solve it."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.bootstrap import Services
from app.domain.errors import NotFound
from app.domain.work import QUIET, Kind
from app.persistence.database import reading
from app.persistence.reads.places import list_shops
from app.persistence.reads.waiting import Waiting, WorkFilter
from app.persistence.reads.work import WorkPage, find_work, read_work
from app.web import task_deeds
from app.web.buyers import masked_buyer
from app.web.desk import FILTERS, Desk, here
from app.web.fragments import page, partial, wants_part
from app.web.language import t
from app.web.permissions import permit
from app.web.task_panels import panel_of, receivers_of
from app.web.task_rows import ICONS, Shown, kind_word, shown
from app.web.words import solution_word

_FIRST_ROWS = 3


def blueprint(services: Services) -> Blueprint:
    """The routes over these services."""
    pages = Blueprint("tasks", __name__, url_prefix="/tasks")
    desk = Desk(services)

    @pages.app_context_processor
    def everywhere() -> dict[str, Any]:
        return {"waiting_now": desk.waiting, "first_waiting": lambda: _first(services, desk)}

    @pages.context_processor
    def words() -> dict[str, Any]:
        return {"solution_word": solution_word, "kind_word": kind_word, "kind_icon": ICONS}

    @pages.get("/")
    @permit("orders.read")
    def index() -> str:
        return page("pages/tasks/index.html", "partials/tasks/queue.html", **queue(services, desk))

    @pages.get("/open")
    @permit("orders.read")
    def panel() -> str:
        key = request.args.get("key", "")
        with reading(services.database) as db:
            one = read_work(db, desk.mine("all"), key)
            if one is None:
                raise NotFound("work-gone")
            return render_template("partials/tasks/panel.html", **panel_of(services, desk, db, one))

    task_deeds.register(pages, services, desk, lambda: _answer(services, desk))
    return pages


def queue(services: Services, desk: Desk) -> dict[str, Any]:
    """Everything the queue's template shows."""
    now, after = services.clock.now(), request.args.get("after", "")
    with reading(services.database) as db:
        asked = desk.asked(db)
        found = find_work(db, asked, after, groups=desk.house().groups)
        shops, receivers = list_shops(db), receivers_of(db)
    kinds = desk.kinds(asked)
    filters = {name: request.args.get(name, "") for name in FILTERS}
    return {
        "rows": rows_of(services, desk, found, now), "asked": asked, "shops": shops, "filters": filters,
        "receivers": receivers, "here": here(),
        "tabs": _tabs(desk, asked, filters), "chips": _chips(kinds, asked, filters),
        "more": _to(filters, after=found.more) if found.more else "", "first": _to(filters) if after else "",
        "total": sum(n for kind, n in kinds.items() if kind not in QUIET),
    }  # fmt: skip


def rows_of(services: Services, desk: Desk, found: WorkPage, now: int) -> list[Shown]:
    """The page's rows in words."""
    house = desk.house()
    return [
        shown(one, house, now, _buyer(services, one), desk.guess(one.group) if one.kind is Kind.UNMATCHED else "")
        for one in found.rows
    ]


def _first(services: Services, desk: Desk) -> dict[str, Any]:
    """The first to breach of what waits for the request's person, and how much of each kind; else of all there is."""
    mine = desk.mine() if desk.waiting() else desk.mine("all")
    with reading(services.database) as db:
        found = find_work(db, mine, limit=_FIRST_ROWS, groups=desk.house().groups)
    rows = [row for row in rows_of(services, desk, found, services.clock.now()) if row.one.kind not in QUIET]
    kinds = {kind: n for kind, n in desk.kinds(mine).items() if n and kind not in QUIET}
    return {
        "rows": rows,
        "kinds": kinds,
        "total": sum(kinds.values()),
        "whose": mine.whose,
        "icons": ICONS,
        "kind_word": kind_word,
    }


def _answer(services: Services, desk: Desk) -> str | Response:
    """After a deed: the queue as it is now, or the way back to it."""
    desk.house.forget()
    if wants_part():
        return partial("partials/tasks/queue.html", beside=True, **queue(services, desk))
    return redirect(url_for("tasks.index", **here()), 303)


def _buyer(services: Services, one: Waiting) -> Any:
    order = one.order
    return masked_buyer(services.sealer, order.id, order.personal, order.phone_tail) if order is not None else None


def _tabs(desk: Desk, asked: WorkFilter, filters: dict[str, str]) -> list[tuple[str, str, bool, int]]:
    names = {"role": t("等我处理", "For me"), "name": t("点名给我", "By name"), "all": t("全部", "All")}
    found = []
    for whose, name in names.items():
        n = sum(n for kind, n in desk.kinds(_like(desk, asked, whose)).items() if kind not in QUIET)
        found.append((name, _to(filters, whose=whose, kind=""), asked.whose == whose, n))
    return found


def _like(desk: Desk, asked: WorkFilter, whose: str) -> WorkFilter:
    mine = desk.mine(whose)
    return WorkFilter(mine.now, mine.person, mine.roles, mine.whose, shop=asked.shop)


def _chips(kinds: dict[Kind, int], asked: WorkFilter, filters: dict[str, str]) -> list[tuple[str, str, str, bool, int]]:
    """(icon, word, address, chosen, how many) of each kind there is something of."""
    shown_kinds = [kind for kind, n in kinds.items() if n or asked.kind == kind]
    return [
        (ICONS[kind], kind_word(kind), _to(filters, kind="" if asked.kind == kind else kind), asked.kind == kind,
         kinds[kind])
        for kind in shown_kinds
    ]  # fmt: skip


def _to(filters: dict[str, str], **other: str) -> str:
    asked: dict[str, Any] = {name: value for name, value in {**filters, **other}.items() if value}
    return url_for("tasks.index", **asked)
