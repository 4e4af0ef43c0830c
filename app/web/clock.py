"""What waits on the clock: the escalation rules in words, what comes due next, and how the reminding goes on."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, render_template, request, url_for

from app.bootstrap import Services
from app.domain.alarms import Target
from app.persistence.database import reading
from app.persistence.reads.packs import live_pack
from app.persistence.reads.timers import count_timers, next_tasks, next_timers
from app.rulebook.escalation import written_out
from app.rulebook.escalation_words import phrase_calendar, phrase_escalation
from app.web.fulfilment_words import carrier_word
from app.web.language import language, t
from app.web.permissions import permit
from app.web.rules_words import aside
from app.web.stories import countdown, task_text

_SHOWN = 50
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class ToldRule:
    """An escalation rule as pages show it; `running` timers of it."""

    id: str
    title: str
    sentence: str
    running: int
    webhook: bool


@dataclass(frozen=True, slots=True)
class ToldTimer:
    """A timer that comes due: `what` it runs for, `url` of that, `why` it would fire, `then` what is done."""

    at: int
    left: tuple[str, str]
    what: str
    url: str
    about: str
    why: str
    then: str


def blueprint(services: Services) -> Blueprint:
    """The routes over these services."""
    pages = Blueprint("clock", __name__, url_prefix="/clock")

    @pages.get("/")
    @permit("orders.read")
    def page() -> str:
        now = services.clock.now()
        with reading(services.database) as db:
            row = live_pack(db)
            pack: Json = json.loads(row.document) if row is not None else {}
            running = count_timers(db)
            rule = request.args.get("rule", "")
            coming = [_timer(each, pack, now) for each in next_timers(db, _SHOWN + 1, rule)]
            coming += _tasks(pack, next_tasks(db, _SHOWN), now, rule)
        coming.sort(key=lambda one: one.at)
        rules = told_rules(pack, running)
        return render_template(
            "pages/clock/index.html", rules=rules, coming=coming[:_SHOWN], chips=_chips(rules, rule),
            total=sum(running.values()), calendar=calendar_of(pack), more=len(coming) > _SHOWN,
        )  # fmt: skip

    return pages


def told_rules(pack: Json, running: dict[str, int] | None = None) -> list[ToldRule]:
    """The escalation rules of a pack in words."""
    kinds = pack.get("reasons", {})
    return [
        ToldRule(
            rule["id"], rule["title"][language()], phrase_escalation(rule, language(), kinds) + aside(rule),
            (running or {}).get(rule["id"], 0), any(step["do"] == "webhook" for step in rule["ladder"]),
        )
        for rule in pack.get("escalation", ())
    ]  # fmt: skip


def calendar_of(pack: Json) -> str:
    """The working hours in words, where a rule counts them."""
    counted = any(rule.get("clock") == "working" for rule in pack.get("escalation", ()) if not rule.get("muted"))
    return phrase_calendar(pack.get("calendar"), language()) if counted else ""


def _timer(row: Any, pack: Json, now: int) -> ToldTimer:
    rule = next((one for one in pack.get("escalation", ()) if one["id"] == row.rule), None)
    url = url_for("orders.detail", order_id=row.order_id) if row.order_id else ""
    what, about = row.tid or "", row.shop_name or ""
    if row.target == Target.WAYBILL:
        what, about = row.waybill or "", " · ".join(filter(None, (carrier_word(row.carrier), row.tid)))
    elif row.target == Target.TASK:
        what = task_text(row.kind, json.loads(row.details), pack.get("reasons")) if row.kind else ""
        about = " · ".join(filter(None, (row.tid, row.shop_name)))
    why = rule["title"][language()] if rule else ""
    return ToldTimer(row.due_at, countdown(row.due_at, now), what, url, about, why, _then(rule, row.step))


def _chips(rules: list[ToldRule], chosen: str) -> list[tuple[str, str, bool, int]]:
    """(title, address, chosen, how many) of each rule that has timers running."""
    return [
        (one.title, url_for("clock.page", rule=None if one.id == chosen else one.id), one.id == chosen, one.running)
        for one in rules
        if one.running or one.id == chosen
    ]


def _tasks(pack: Json, rows: Any, now: int, only: str) -> list[ToldTimer]:
    """Open tasks stand on the clock by their own due time, once for each rule about that."""
    acting = [rule for rule in pack.get("escalation", ()) if not rule.get("muted")]
    rules = [rule for rule in acting if rule["on"]["timer"] == "task_due" and only in ("", rule["id"])]
    return [
        ToldTimer(
            row.due_at, countdown(row.due_at, now),
            task_text(row.kind, json.loads(row.details), pack.get("reasons")),
            url_for("orders.detail", order_id=row.order_id) if row.order_id else url_for("tasks.index", whose="all"),
            "", rule["title"][language()], _then(rule, 0),
        )
        for row in rows
        for rule in rules
    ]  # fmt: skip


def _then(rule: Json | None, place: int) -> str:
    steps = list(written_out(rule["ladder"])) if rule else []
    if place >= len(steps):
        return ""
    return {
        "remind": t("提醒", "Remind"), "supervisor": t("升级给主管", "Raise to the supervisor"),
        "ticket": t("转成工单", "Make it a ticket"), "webhook": t("发签名通知", "Send a webhook"),
    }[steps[place].do]  # fmt: skip
