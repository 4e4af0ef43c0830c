"""One row of the queue in words: why it waits, for whom, how long still, and the buttons that solve it."""

from __future__ import annotations

import json
from dataclasses import dataclass, field

from flask import url_for

from app.domain.messages import say
from app.domain.work import PATIENCE_SECONDS, Kind
from app.persistence.desk_deeds import UNRELEASABLE
from app.persistence.reads.waiting import Waiting
from app.web.access import may
from app.web.buyers import Buyer
from app.web.desk import House
from app.web.language import language, t
from app.web.quarantine import fault_text
from app.web.stories import countdown, task_text
from app.web.words import reason_word, role_word, span

ICONS = {
    Kind.HOLD: "pause", Kind.DUPLICATE: "copy", Kind.SHORTAGE: "hourglass", Kind.UNMATCHED: "link",
    Kind.QUARANTINE: "alert", Kind.SHIP_BY: "clock", Kind.TASK: "tasks", Kind.TRANSFER: "truck", Kind.DEAD: "dead",
    Kind.BLOCKED: "lock", Kind.RESTING: "hourglass",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Button:
    """A deed that solves a row right there; `url` leads elsewhere instead."""

    deed: str
    word: str
    sign: str
    look: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Shown:
    """A row as the page shows it."""

    one: Waiting
    title: str
    told: list[str]
    left: tuple[str, str]
    owner: str
    instead: str = ""
    buttons: list[Button] = field(default_factory=list)
    buyer: Buyer = field(default_factory=Buyer)
    guess: str = ""
    raised: tuple[str, str] = ("", "")

    @property
    def id(self) -> str:
        """The row's id in the page."""
        return f"w-{self.one.key[0]}{self.one.number}"


def shown(one: Waiting, house: House, now: int, buyer: Buyer | None = None, guess: str = "") -> Shown:
    """The row in words; `guess` is the SKU that an unmatched item may be."""
    owner = role_word(one.owner)
    stand_in = house.stands_in(one.owner)
    instead = ""
    if one.person is None and stand_in != one.owner:
        instead = t(f"没有在岗的{owner}，由{role_word(stand_in)}处理", f"No active {owner.lower()}")
        owner = role_word(stand_in)
    return Shown(
        one, title_of(one, house), _told(one), _left(one, now), one.person or owner, instead,
        _buttons(one), buyer or Buyer(), guess, _raised(one),
    )  # fmt: skip


def kind_word(kind: Kind) -> str:
    """A kind in words."""
    return {
        Kind.HOLD: t("挂起", "Held"),
        Kind.DUPLICATE: t("疑似重复", "Duplicates"),
        Kind.SHORTAGE: t("缺货", "Shortages"),
        Kind.UNMATCHED: t("商品未匹配", "Unmatched items"),
        Kind.QUARANTINE: t("隔离", "Quarantine"),
        Kind.SHIP_BY: t("快到发货期限", "Ship by soon"),
        Kind.TASK: t("任务", "Tasks"),
        Kind.TRANSFER: t("调拨待确认", "Transfers due"),
        Kind.DEAD: t("死信", "Dead letters"),
        Kind.BLOCKED: t("平台暂不可发", "Must not ship yet"),
        Kind.RESTING: t("就等到货", "May wait for stock"),
    }[kind]


def meaning_of(one: Waiting) -> str:
    """What the row means and what gets it out of the way."""
    by_reason = f"work-{one.order.reason}" if one.order is not None else ""
    code = by_reason if by_reason in ("work-no-rule", "work-fixed-warehouse-short") else f"work-{one.kind}"
    return say(code, language())


def title_of(one: Waiting, house: House) -> str:
    """Why it waits, in words."""
    order, group = one.order, one.group
    match one.kind:
        case Kind.TASK:
            return task_text(one.row.kind, json.loads(one.row.details), house.reasons)
        case Kind.UNMATCHED:
            item = group["title"] or group["item"]
            return t(f"不知道是哪个 SKU：{item}", f"Which SKU is {item}?")
        case Kind.QUARANTINE:
            return fault_text(group["fault"].problem)
        case Kind.DEAD:
            n = group["n"]
            return t(f"{n} 条数据让程序反复出错", f"{'1 entry' if n == 1 else f'{n} entries'} broke the program")
        case Kind.TRANSFER:
            return t(
                f"{one.row.source} → {one.row.destination}：{one.row.sku} × {one.row.quantity} 应该到了",
                f"{one.row.quantity} × {one.row.sku} from {one.row.source} are due at {one.row.destination}",
            )
        case Kind.SHORTAGE | Kind.RESTING:
            return t("缺货，等补货", "Out of stock; waits for more")
        case Kind.SHIP_BY:
            return t("发货期限快到了，还没有拣货", "To ship soon and not picked yet")
    return reason_word(order.reason, house.reasons) if order is not None else ""


def _told(one: Waiting) -> list[str]:
    group = one.group
    if one.kind is Kind.UNMATCHED:
        n, spec = group["n"], group["spec"]
        return [
            group["shop_name"],
            *([spec] if spec else []),
            t(f"{n} 单在等", "1 order waits" if n == 1 else f"{n} orders wait"),
        ]
    if one.kind is Kind.QUARANTINE:
        n = group["n"]
        return [t(f"{n} 条", "1 entry" if n == 1 else f"{n} entries"), group["fault"].path]
    if one.kind is Kind.DEAD:
        return [group["shop_name"]]
    return []


def _raised(one: Waiting) -> tuple[str, str]:
    """How far an escalation has come, in words, with a tone."""
    if one.kind is not Kind.TASK or one.row is None or not one.row.raised:
        return "", ""
    climbed = json.loads(one.row.details).get("climbed", ())
    do = climbed[-1][1] if climbed else "remind"
    if do == "remind":
        times = sum(step[1] == "remind" for step in climbed)
        return (t(f"第 {times} 次提醒", f"reminded {times} times"), "warn") if times > 1 else ("", "")
    return t("已转成工单", "made a ticket") if do == "ticket" else t("已升级", "raised"), "bad"


def _left(one: Waiting, now: int) -> tuple[str, str]:
    """How long until it breaches where it has a deadline, else how long it has waited; with a tone."""
    dated = one.kind is Kind.TRANSFER or one.group.get("dated", one.order is not None and one.order.ship_by is not None)
    if one.kind is Kind.TASK and one.row is not None:
        dated = one.at != one.row.opened_at + PATIENCE_SECONDS
    if dated:
        return countdown(one.at, now)
    waited = now - (one.at - PATIENCE_SECONDS)
    tone = "bad" if waited > PATIENCE_SECONDS and one.kind is not Kind.BLOCKED else ""
    return t(f"已等 {span(max(0, waited))}", f"{span(max(0, waited))} old"), tone


def _buttons(one: Waiting) -> list[Button]:
    if one.kind is Kind.TASK:
        return _task_buttons(one) if may("tasks.work") else []
    if one.kind is Kind.TRANSFER:
        return [Button("arrive", t("到货了", "It arrived"), "check", "first")] if may("shipping.do") else []
    if one.kind is Kind.SHIP_BY and may("shipping.do"):
        ship = Button("", t("去发货", "Ship it"), "truck", "first", url_for("fulfilment.index"))
        return [ship, *(_order_buttons(one) if may("orders.decide") else [])]
    if one.kind is Kind.QUARANTINE and may("orders.read"):
        mend = url_for("quarantine.group", key=one.group["fault"].key)
        return [Button("", t("去修", "Mend"), "edit", "first", mend)]
    if one.kind is Kind.DEAD:
        return [Button("", t("去看", "See why"), "eye", "first", url_for("dead.index"))]
    return _order_buttons(one) if may("orders.decide") else []


def _task_buttons(one: Waiting) -> list[Button]:
    done = Button("done", t("做完了", "Done"), "check")
    if one.row is not None and one.row.kind == "escalation-webhook" and may("users.change"):
        return [Button("", t("看原因", "See why"), "eye", "first", url_for("webhooks.page")), done]
    if one.row is not None and one.row.kind.startswith("escalation-") and one.order is not None:
        see = url_for("orders.detail", order_id=one.order.id)
        return [Button("", t("去处理", "See to it"), "eye", "first", see), done]
    if one.row is not None and one.row.kind == "decision-broke" and may("orders.decide"):
        return [Button("again", t("重新判定", "Decide again"), "refresh", "first"), done]
    if one.row is not None and one.row.kind.startswith("watch-") and may("rules.read"):
        return [Button("", t("去看", "See it"), "eye", "first", url_for("watches.index")), done]
    return [done]


def _order_buttons(one: Waiting) -> list[Button]:
    again = Button("again", t("重新判定", "Decide again"), "refresh")
    match one.kind:
        case Kind.DUPLICATE:
            return [
                Button("not-same", t("不是同一笔", "Not the same"), "check", "first"),
                Button("same", t("是同一笔", "The same"), "copy", "danger"),
            ]
        case Kind.SHORTAGE:
            return [Button("wait", t("就等到货", "Let it wait"), "hourglass"), again]
        case Kind.RESTING:
            return [again]
        case Kind.SHIP_BY:
            return [Button("urgent", t("标为加急", "Mark urgent"), "clock")]
        case Kind.HOLD:
            if one.order is not None and one.order.reason in UNRELEASABLE:
                return [again]
            return [Button("release", t("放行", "Release"), "play", "first")]
    return []
