"""Escalation rules as sentences, Chinese and English."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.domain.alarms import Wait
from app.engine.phrase import phrase_condition
from app.engine.vocabulary import Text
from app.rulebook.order_actions import ROLES
from app.rulebook.order_fields import words
from app.rulebook.order_vocabulary import ESCALATION

Json = Mapping[str, Any]
Names = Mapping[str, Text]
_WEEK = words("一二三四五六日", "Mon Tue Wed Thu Fri Sat Sun")
_ON: Mapping[str, Text] = {
    Wait.UNALLOCATED: words("付款满 {hours}还没有分仓", "Paid {hours} ago and not allocated"),
    Wait.SHIP_BY: words("离最晚发货时间不到 {hours}、还没有发出", "Less than {hours} to the ship-by time, not shipped"),
    Wait.HELD: words("挂起满 {hours}", "Held for {hours}"),
    Wait.TASK_DUE: words("任务超过期限 {hours}没有完成", "A task not done {hours} after its due time"),
    Wait.NO_TRACKING: words("运单 {hours}没有新轨迹", "No tracking event of a waybill for {hours}"),
}
_AT_ONCE: Mapping[str, Text] = {
    **_ON,
    Wait.UNALLOCATED: words("付款后没有立刻分仓", "Paid and not allocated at once"),
    Wait.SHIP_BY: words("到了最晚发货时间还没有发出", "The ship-by time has come, not shipped"),
    Wait.HELD: words("一挂起", "As soon as it is held"),
    Wait.TASK_DUE: words("任务到期没有完成", "A task not done by its due time"),
}
_DO: Mapping[str, Text] = {
    "remind": words("提醒{owner}", "remind the {owner}"),
    "supervisor": words("升级给主管", "raise it to the supervisor"),
    "ticket": words("转成工单“{kind}”给{owner}{within}", "make it the ticket “{kind}” for the {owner}{within}"),
    "webhook": words("发送签名通知", "send a signed webhook"),
}
_OWNER = words("负责人", "owner")


def phrase_escalation(rule: Json, language: str, names: Names | None = None) -> str:
    """The whole rule in one sentence; `names` are the words of kinds of tickets."""
    working = rule.get("clock") == "working"
    hours = rule["on"]["hours"]
    told = (_ON if hours else _AT_ONCE)[rule["on"]["timer"]][language].format(hours=_hours(hours, language, working))
    if rule.get("when") is not None:
        condition = phrase_condition(rule["when"], ESCALATION, language)
        told += f"，而且{condition}" if language == "zh" else f", and {condition}"
    steps = [_step(step, place, language, working, names or {}) for place, step in enumerate(rule["ladder"])]
    return f"{told}：{'；'.join(steps)}。" if language == "zh" else f"{told}: {'; '.join(steps)}."


def phrase_calendar(calendar: Json | None, language: str) -> str:
    """The working hours of a pack in one sentence."""
    found = calendar or {"days": [1, 2, 3, 4, 5], "from": "09:00", "to": "18:00"}
    days = sorted(found["days"])
    hours = f"{found['from']}–{found['to']}"
    if language == "zh":
        named = "周" + "、".join(_WEEK["zh"][day - 1] for day in days)
        off = "" if found.get("holidays") == "none" else "，法定节假日休息，调休日上班"
        return f"工作时间：{named} {hours}{off}。"
    named = ", ".join(_WEEK["en"].split()[day - 1] for day in days)
    off = "" if found.get("holidays") == "none" else "; statutory holidays off, make-up days worked"
    return f"Working hours: {named} {hours}{off}."


def step_word(do: str, language: str, owner: str = "") -> str:
    """What a step does, without its details."""
    role = (ROLES.get(owner) or _OWNER)[language]
    return words(f"提醒{role}", f"reminded the {role}")[language] if do == "remind" else {
        "supervisor": words("升级给主管", "raised to the supervisor"),
        "ticket": words(f"转成工单给{role}", f"made a ticket for the {role}"),
        "webhook": words("发送签名通知", "sent a signed webhook"),
    }[do][language]  # fmt: skip


def _step(step: Json, place: int, language: str, working: bool, names: Names) -> str:
    kind = step.get("kind", "")
    within = ""
    if step.get("within_hours"):
        due = _hours(step["within_hours"], language, working)
        within = f"，{due}内完成" if language == "zh" else f", due within {due}"
    told = _DO[step["do"]][language].format(
        owner=(ROLES.get(step.get("owner", "")) or _OWNER)[language],
        kind=names.get(kind, {}).get(language, kind), within=within,
    )  # fmt: skip
    times = step.get("times", 1)
    if times > 1:
        every = _hours(step["every_hours"], language, working)
        told += f"（每 {every}一次，共 {times} 次）" if language == "zh" else f" ({times} times, every {every})"
    after = step.get("after_hours", 0)
    if not after:
        return told
    later = _hours(after, language, working)
    if language == "zh":
        return f"再过 {later}{told}" if place else f"{later}后{told}"
    return f"{later} later {told}"


def _hours(hours: int, language: str, working: bool) -> str:
    if language == "zh":
        return f"{hours} 个工作小时" if working else f"{hours} 小时"
    return f"{hours} working h" if working else f"{hours} h"
