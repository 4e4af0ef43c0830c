"""An order's life in words: what happens next, and everything that has happened."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from app.domain.messages import sentences
from app.domain.messages.words import PARCELS, said
from app.domain.tracking import KINDS
from app.persistence.reads.order import OrderFile
from app.rulebook.escalation_words import step_word
from app.web.language import language, t
from app.web.personal import reason_of
from app.web.words import carriers, outcome_word, reason_word, role_word, solution_word, span

_CAUSES = {
    "received": ("收到订单", "the order came"),
    "revision": ("平台改了订单", "the platform changed it"),
    "stock": ("库存有变化", "stock changed"),
    "listing": ("商品匹配好了", "an item was matched"),
    "intervention": ("人工操作", "a person acted"),
    "cluster": ("相关订单有变化", "a related order changed"),
    "people": ("人工操作", "a person acted"),
    "rollback": ("恢复了以前的规则", "earlier rules were brought back"),
    "protection": ("保护结束了", "a protection ended"),
}
_ADDRESS_WORDS = {
    "province": ("省", "province"),
    "city": ("市", "city"),
    "district": ("区县", "district"),
    "town": ("街道", "town"),
    "address": ("详细地址", "address"),
    "customer_name": ("收件人", "name"),
    "phone": ("电话", "phone"),
}


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened; `tone` colours it.

    `word` is its number when it is what a person said; `undo` too, while it can be taken back.
    """

    at: int
    text: str
    tone: str = ""
    note: str = ""
    undo: int | None = None
    word: int = 0


def next_step(file: OrderFile, reasons: dict[str, Any]) -> str:
    """What happens to the order next, in one sentence."""
    head = file.head
    if file.waiting is not None:
        return t("正在排队重新判定，几秒后更新。", "It waits to be decided again; this takes seconds.")
    if head.history:
        return t("历史订单，只作记录，什么都不会发生。", "A history order: recorded, and nothing more happens.")
    states = {parcel.state for parcel in file.parcels} - {"cancelled"}
    if states == {"shipped"}:
        return t("已全部发出。", "Everything has left.")
    if any(row.state == "sent" for row in file.transfers):
        return t("货在调拨途中，到了就能拣。", "Its goods are on the road between warehouses.")
    if head.picked_at:
        return t("已进入拣货单，平台再改动会开任务给人处理。", "It is on a pick list; a later change opens a task.")
    if head.outcome == "held":
        why, owner = reason_word(head.reason, reasons), role_word(head.owner)
        return t(f"等{owner}处理：{why}。", f"It waits for the {owner.lower()}: {why}.")
    return _BY_OUTCOME[head.outcome]()


def timeline(file: OrderFile, reasons: dict[str, Any], warehouses: Mapping[str, str]) -> list[Event]:
    """Everything that happened, the latest first; `warehouses` are names by code."""
    events = [_revision(row) for row in file.revisions]
    events += [_decision(row) for row in file.decisions]
    events += [_intervention(row, reasons, warehouses) for row in file.interventions]
    events += [event for row in file.tasks for event in _task(row, reasons)]
    events += [Event(row.at, t(f"{row.author} 留言", f"{row.author} wrote"), "", row.text) for row in file.notes]
    events += [_look(row) for row in file.looks]
    events += tracking(file.sightings)
    # What happened within one second stays in its order: received, then decided.
    return sorted(events, key=lambda event: event.at)[::-1]


def _look(row: Any) -> Event:
    if row.action == "order.erase":
        return Event(row.at, t("个人信息已清除", "Personal data was erased"), "", row.actor)
    if row.action == "order.again":
        return Event(row.at, f"{row.actor} {word_text('again', {})}")
    details = json.loads(row.details)
    why = " ".join(filter(None, (reason_of(details["reason"]), details.get("words", ""))))
    return Event(row.at, t(f"{row.actor} 看了个人信息", f"{row.actor} looked at the personal data"), "", why)


def parcel_word(state: str) -> str:
    """A parcel's state in words."""
    return PARCELS[state][language()] if state in PARCELS else state


def task_text(kind: str, details: dict[str, Any], reasons: Mapping[str, Any] | None = None) -> str:
    """What a task asks for, in words: the program's own, the pack's, or the words its rule was written with."""
    if details.get("was"):
        before = task_text(details["was"], {key: value for key, value in details.items() if key != "was"}, reasons)
        return t(f"{_of_kind(kind, details, reasons)}：{before}", f"{_of_kind(kind, details, reasons)}: {before}")
    return _of_kind(kind, details, reasons)


def _of_kind(kind: str, details: dict[str, Any], reasons: Mapping[str, Any] | None) -> str:
    template = sentences().get(kind) or (reasons or {}).get(kind)
    if template is None:
        asked = kind.replace("-", " ").replace("_", " ")
        return t(f"规则要求人来做：{asked}", f"A rule asks for: {asked}")
    known = {key: value for key, value in details.items() if not isinstance(value, (dict, list))}
    return template[language()].format_map(_Open(known))


def countdown(ship_by: int | None, now: int) -> tuple[str, str]:
    """How long until the order must ship, and the tone for it; empty without a ship-by time."""
    if ship_by is None:
        return "", ""
    left = ship_by - now
    if left < 0:
        return t(f"已超时 {span(-left)}", f"{span(-left)} late"), "bad"
    return t(f"剩 {span(left)}", f"{span(left)} left"), "warn" if left < 6 * 3600 else ""


class _Open(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "…"


def _revision(row: Any) -> Event:
    told = t(f"收到平台数据（第 {row.revision} 版）", f"Received from the platform (revision {row.revision})")
    if row.applied:
        return Event(row.received_at, told)
    return Event(
        row.received_at, told, note=t("比现有的旧，留存但不采用", "older than what is known; kept, not applied")
    )


def _decision(row: Any) -> Event:
    word = outcome_word(row.outcome)
    zh, en = _CAUSES.get(row.cause, (row.cause, row.cause))
    note = t(f"因为{zh} · 规则版本 {row.pack_version}", f"because {en} · rules version {row.pack_version}")
    tone = {"allocated": "good", "consolidated": "good", "held": "warn"}.get(row.outcome, "")
    return Event(row.at, t(f"判定：{word}", f"Decided: {word}"), tone, note)


def word_text(kind: str, value: dict[str, Any]) -> str:
    """What a person did, in words, without who."""
    return said(kind, value, language())


def word_note(kind: str, value: dict[str, Any], reasons: dict[str, Any], warehouses: Mapping[str, str]) -> str:
    """What belongs to it: the reason, the warehouse, how many parcels."""
    if kind == "address":
        known = [_ADDRESS_WORDS[name] for name in value.get("fields", ()) if name in _ADDRESS_WORDS]
        return t("、".join(zh for zh, _ in known), ", ".join(en for _, en in known))
    if kind == "split":
        count = len(value.get("parts", ()))
        return t(f"另拆出 {count} 个包裹", f"{count} parcels apart from the rest")
    told = [reason_word(each, reasons) for each in (*value.get("reasons", ()), value.get("reason", "")) if each]
    if "repeat_of" in value:
        told.append(t("和较早的那一单是同一笔", "the same purchase as the earlier order"))
    plain = value.get(kind)
    if kind in ("carrier", "warehouse"):
        plain = (carriers() if kind == "carrier" else warehouses).get(plain or "", plain)
    if isinstance(plain, (str, int)) and not isinstance(plain, bool):
        told.append(str(plain))
    return " · ".join([*told, value.get("note", "")]).strip(" ·")


def _intervention(row: Any, reasons: dict[str, Any], warehouses: Mapping[str, str]) -> Event:
    value = json.loads(row.value)
    note = word_note(row.kind, value, reasons, warehouses)
    if row.undone_at is not None:
        note = " ".join(filter(None, (note, t("（已撤销）", "(taken back)"))))
    undo = row.id if row.undone_at is None and row.kind != "undo" else None
    text = word_text(row.kind, value)
    return Event(row.at, f"{row.actor} {text}", "", note, undo, row.id)


def _task(row: Any, reasons: dict[str, Any]) -> list[Event]:
    what = task_text(row.kind, json.loads(row.details), reasons)
    details = json.loads(row.details)
    climbed = [
        Event(at, t("升级：", "Escalation: ") + step_word(do, language(), owner), "warn", what)
        for at, do, owner in details.get("climbed", ())
    ]
    # What an escalation opened began with its first step.
    events = climbed if climbed and climbed[0].at == row.opened_at else [_opened(row, what), *climbed]
    if row.closed_at is not None:
        who = t("系统", "the system") if row.closed_by == "decision" else row.closed_by
        how = solution_word(row.solution) if row.solution else ""
        note = " · ".join(filter(None, (what, how, row.remark)))
        events.append(Event(row.closed_at, t(f"任务完成（{who}）", f"Task closed by {who}"), "good", note))
    return events


def _opened(row: Any, what: str) -> Event:
    return Event(row.opened_at, t("开任务：", "Task opened: ") + what, "warn" if row.closed_at is None else "")


def tracking(rows: Iterable[Any]) -> list[Event]:
    """What carriers said of the order's parcels."""
    return [
        Event(
            row.at, t("运单轨迹：", "Tracking: ") + KINDS[row.kind][language()],
            {"signed": "good", "problem": "warn"}.get(row.kind, ""), " · ".join(filter(None, (row.waybill, row.place))),
        )
        for row in rows
    ]  # fmt: skip


_BY_OUTCOME: dict[str, Callable[[], str]] = {
    "allocated": lambda: t("库存已占用，等仓库拣货发出。", "Stock is reserved; the warehouse picks and ships it."),
    "consolidated": lambda: t("和另一单同包裹发出，不用单独处理。", "It leaves in another order's parcel."),
    "backordered": lambda: t("到货后自动重新判定。", "It is decided again by itself when stock arrives."),
    "recorded": lambda: t(
        "平台状态变为可发货时自动重新判定。", "It is decided again by itself when the platform says it may ship."
    ),
    "held": lambda: "",
}
