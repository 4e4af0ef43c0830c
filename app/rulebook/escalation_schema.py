"""The shape of a pack's escalation rules and working hours: what may last too long, and who is told, in which turn."""

from __future__ import annotations

from collections.abc import Mapping

from app.domain.alarms import Wait
from app.engine.vocabulary import Text
from app.mapping.strict import Strict, listed, text, whole
from app.rulebook.order_actions import ROLES
from app.rulebook.order_fields import words

MOST_HOURS = 8760
MOST_TIMES = 30
MOST_STEPS = 20
CLOCKS = {"always": words("全天候", "around the clock"), "working": words("工作时间", "working hours")}
WAITS: Mapping[str, Text] = {
    Wait.UNALLOCATED: words("付款后还没有分仓", "paid and not allocated"),
    Wait.SHIP_BY: words("最晚发货时间快到，还没有发出", "ship-by time near and not shipped"),
    Wait.HELD: words("挂起", "held"),
    Wait.TASK_DUE: words("任务超过期限没有完成", "task not done by its due time"),
    Wait.NO_TRACKING: words("运单没有新轨迹", "no tracking event of a waybill"),
}
STEPS: Mapping[str, Text] = {
    "remind": words("提醒", "remind"),
    "supervisor": words("升级给主管", "raise it to the supervisor"),
    "ticket": words("转成工单", "make it a ticket"),
    "webhook": words("发送签名通知", "send a signed webhook"),
}
MAY_NAME: Mapping[str, tuple[str, ...]] = {
    "remind": ("owner",),
    "supervisor": (),
    "ticket": ("kind", "owner", "within_hours"),
    "webhook": (),
}
"""What a step may say besides when it comes."""
MUST_NAME: Mapping[str, tuple[str, ...]] = {"ticket": ("kind", "owner")}
_KIND = r"[A-Za-z0-9_\-]{1,64}"
_CLOCK = r"([01][0-9]|2[0-3]):[0-5][0-9]|24:00"


class CalendarSchema(Strict):
    """When the house works, for rules that count working hours."""

    days = listed(whole(least=1, most=7), required=True)
    opens = text(required=True, pattern=_CLOCK, key="from")
    closes = text(required=True, pattern=_CLOCK, key="to")
    holidays = text(choices=("cn", "none"))


class LastsSchema(Strict):
    """What lasts too long, and from how many hours on."""

    timer = text(required=True, choices=tuple(WAITS))
    hours = whole(required=True, least=0, most=MOST_HOURS)


class StepSchema(Strict):
    """One step of a ladder. It comes `after_hours` after the step before; with `times`, again `every_hours`."""

    do = text(required=True, choices=tuple(STEPS))
    after_hours = whole(least=0, most=MOST_HOURS)
    owner = text(choices=tuple(ROLES))
    kind = text(pattern=_KIND)
    within_hours = whole(least=1, most=MOST_HOURS)
    every_hours = whole(least=1, most=MOST_HOURS)
    times = whole(least=1, most=MOST_TIMES)
