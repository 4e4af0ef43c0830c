"""What a hand begins with in the editors of escalation rules and watches: whole ones with usual values. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from app.domain.alarms import Wait
from app.engine.vocabulary import Text
from app.rulebook import editing
from app.rulebook.drafts import free_id
from app.rulebook.escalation_schema import MAY_NAME, MUST_NAME, STEPS, WAITS
from app.rulebook.order_fields import words
from app.rulebook.order_vocabulary import ESCALATION
from app.rulebook.watches import (
    BURST,
    CANCELLATIONS,
    HASHED_KINDS,
    ORDERS,
    PRICE_GAP,
    REPEAT,
    THRESHOLDS,
    UNTITLED,
)
from app.rulebook.watches_schema import WATCHES

Json = dict[str, Any]
_HOURS = {Wait.UNALLOCATED: 24, Wait.SHIP_BY: 6, Wait.HELD: 12, Wait.TASK_DUE: 0, Wait.NO_TRACKING: 48}
_REMINDED = {Wait.UNALLOCATED: "clerk", Wait.SHIP_BY: "warehouse", Wait.NO_TRACKING: "clerk"}
"""Whom a first step tells; the others have an owner of their own."""
_USUAL = {"owner": "clerk"}
_REPEATED = ("times", "every_hours")
_HOUR, _DAY = 3600, 86_400

STARTS: Mapping[str, Text] = {
    BURST: words("一个 SKU 短时间卖出很多", "One SKU sells very much in a short time"),
    PRICE_GAP: words("同一 SKU 各店价格差太多", "One SKU is priced apart in two shops"),
    f"{REPEAT}-{ORDERS}": words("同一买家反复下单", "One buyer orders again and again"),
    f"{REPEAT}-{CANCELLATIONS}": words("同一买家反复取消或退款", "One buyer cancels or refunds again and again"),
}
"""What a new watch may look for."""
_WINDOWS = {BURST: 10 * 60, PRICE_GAP: _DAY, ORDERS: _HOUR, CANCELLATIONS: 30 * _DAY}
_THRESHOLDS = {BURST: 100, PRICE_GAP: 30, ORDERS: 5, CANCELLATIONS: 3}


def new_escalation(rules: Sequence[Any], timer: str) -> Json:
    """A rule on that clock with one step."""
    wait = Wait(timer)
    owner = {"owner": _REMINDED[wait]} if wait in _REMINDED else {}
    return {
        "id": free_id(list(rules), timer.replace("_", "-")),
        "title": dict(WAITS[wait]),
        "on": {"timer": timer, "hours": _HOURS[wait]},
        "ladder": [{"do": "remind", **owner}],
    }


def new_step(do: str, *, first: bool) -> Json:
    """A step of that kind with what it must name, some hours after the one before."""
    later = {} if first else {"after_hours": 12}
    return {"do": do, **{part: _USUAL[part] for part in MUST_NAME.get(do, ()) if part in _USUAL}, **later}


def with_do(step: Json, do: str) -> Json:
    """The step doing something else: what still means something is kept."""
    kept = {key: value for key, value in step.items() if key in ("after_hours", *_REPEATED, *MAY_NAME[do])}
    return {**new_step(do, first=True), **kept}


def with_timer(on: Json, timer: str) -> Json:
    """On another clock, its hours kept unless there were none to speak of."""
    return {"timer": timer, "hours": on.get("hours") or _HOURS[Wait(timer)]}


def new_watch(watches: Sequence[Any], start: str) -> Json:
    """A watch that looks for that, over all shops, and tells the supervisor."""
    kind, _, of = start.partition("-") if start.startswith(REPEAT) else (start, "", "")
    about = of or kind
    title = dict(STARTS[start]) if of else dict(UNTITLED[kind])
    made: Json = {"id": free_id(list(watches), start), "title": title, "kind": kind}
    if of:
        made |= {"of": of, "evidence": list(HASHED_KINDS)}
    made |= {"window_seconds": _WINDOWS[about], THRESHOLDS[kind]: _THRESHOLDS[about]}
    return {**made, "then": [new_deed("open_task")]}


def new_deed(do: str) -> Json:
    """Something a watch does, whole."""
    return {
        "hold": {"do": "hold", "for_seconds": _HOUR, "owner": "supervisor"},
        "tag": {"do": "tag", "tag": "重点关注", "for_seconds": _DAY},
        "open_task": {"do": "open_task", "owner": "supervisor", "within_hours": 8},
    }[do]


def deeds_left(watch: Json) -> list[str]:
    """What the watch may do and does not do yet."""
    done = {action.get("do") for action in watch.get("then", ())}
    return [name for name in WATCHES[watch["kind"]][1] if name not in done]


def can_be_edited(section: str, rule: Any) -> bool:
    """Whether the rule has the parts that its editor shows; one from a file may lack them."""
    if not isinstance(rule, Mapping) or not isinstance(rule.get("id"), str):
        return False
    if section == "watches":
        whole = rule.get("kind") in WATCHES and {"window_seconds", THRESHOLDS[rule["kind"]]} <= rule.keys()
        return whole and isinstance(rule["window_seconds"], int) and _all_do(rule.get("then"), WATCHES[rule["kind"]][1])
    on = rule.get("on")
    timed = isinstance(on, Mapping) and on.get("timer") in WAITS and isinstance(on.get("hours"), int)
    return timed and _all_do(rule.get("ladder"), STEPS)


def _all_do(parts: Any, known: Collection[str]) -> bool:
    return isinstance(parts, list) and all(isinstance(one, Mapping) and one.get("do") in known for one in parts)


def whole_escalation(rule: Json) -> Json:
    """The rule with `…` for what is not written yet, so that it can be told."""
    ladder = [{**dict.fromkeys(MUST_NAME.get(step["do"], ()), editing.BLANK), **step} for step in rule["ladder"]]
    made = {**rule, "ladder": ladder}
    if rule.get("when") is not None:
        made["when"] = editing.with_blanks({"when": rule["when"], "then": []}, ESCALATION)["when"]
    return made
