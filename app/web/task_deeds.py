"""Deeds in the queue: for one row or for all that are chosen, told in numbers, taken back by the toast."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, g, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response

from app.bootstrap import Services
from app.domain.errors import Forbidden, NotFound, Refused
from app.domain.work import Kind, Solution
from app.persistence import tables
from app.persistence.audit import note
from app.persistence.database import reading, writing
from app.persistence.desk_deeds import ON_ORDERS, ON_TASKS, ON_TRANSFERS, Deed, Done, add_note, carry_out, take_back
from app.persistence.goods import match_item
from app.persistence.reads.goods import read_sku
from app.persistence.reads.waiting import Waiting
from app.persistence.reads.work import read_work
from app.persistence.receipts import send_again
from app.web.access import may
from app.web.desk import Desk, here
from app.web.fragments import tell
from app.web.language import t
from app.web.permissions import permit

_FOR_EVERYBODY = frozenset({"done", "take", "hand"})
Answer = Callable[[], "str | Response"]


def register(pages: Blueprint, services: Services, desk: Desk, answer: Answer) -> None:
    """Add the deeds' routes; `answer` shows the queue afterwards."""
    _deeds(pages, services, desk, answer)
    _groups(pages, services, desk, answer)

    @pages.post("/note")
    @permit("tasks.work")
    def write() -> str | Response:
        form, now, actor = request.form, services.clock.now(), g.user.name
        one = _one(services, desk)
        if one.key[0] not in "ot":
            raise NotFound("work-gone")
        with writing(services.database) as db:
            order_id, task_id = one.order.id if one.order else None, one.number if one.kind is Kind.TASK else None
            add_note(db, order_id, task_id, form.get("remark", ""), author=actor, now=now)
            note(db, actor, "note.add", str(order_id or task_id), now=now)
        tell("记下了。", "Noted.")
        return answer()


def _deeds(pages: Blueprint, services: Services, desk: Desk, answer: Answer) -> None:
    @pages.post("/do")
    @permit("tasks.work")
    def do() -> str | Response:
        deed, keys = _asked(services, desk)
        with writing(services.database) as db:
            done = carry_out(db, deed, keys)
        _tell_done(deed.name, done)
        return answer()

    @pages.post("/undo/<int:deed>")
    @permit("tasks.work")
    def undo(deed: int) -> str | Response:
        with writing(services.database) as db:
            name = db.execute(select(tables.desk_deeds.c.deed).where(tables.desk_deeds.c.id == deed)).scalar()
            _allowed(name or "done")
            back, lost = take_back(db, deed, actor=g.user.name, now=services.clock.now())
        if lost:
            tell(f"撤销了 {back} 步，{lost} 步已来不及。", f"{back} taken back; too late for {lost}.", kind="bad")
        else:
            tell("已撤销。", "Taken back.")
        return answer()


def _groups(pages: Blueprint, services: Services, desk: Desk, answer: Answer) -> None:
    @pages.post("/match")
    @permit("listings.match")
    def match() -> str | Response:
        sku, now = request.form.get("sku", "").strip(), services.clock.now()
        group = _group(services, desk, Kind.UNMATCHED)
        with writing(services.database) as db:
            if read_sku(db, sku) is None:
                raise Refused("sku-unknown", sku=sku)
            n = match_item(db, group["shop_id"], group["item"], sku, now=now)
            target = f"{group['shop_id']}/{group['item']}"
            note(db, g.user.name, "listing.match", target, now=now, sku=sku, orders=n)
        tell(f"{group['item']} 就是 {sku}，{n} 单继续。", f"{group['item']} is {sku}; {n} orders go on.")
        return answer()

    @pages.post("/resend")
    @permit("quarantine.mend")
    def resend() -> str | Response:
        group = _group(services, desk, Kind.QUARANTINE)
        with writing(services.database) as db:
            n = send_again(db, group["fault"].receipts)
            note(db, g.user.name, "quarantine.again", group["fault"].key, now=services.clock.now(), n=n)
        tell(f"{n} 条已重新提交。", f"{n} sent again.")
        return answer()


def _one(services: Services, desk: Desk) -> Waiting:
    """What the form's key names, if this person may see it: a read is narrowed to their shops, a write is not."""
    with reading(services.database) as db:
        one = read_work(db, desk.mine("all"), request.form.get("key", ""))
    if one is None:
        raise NotFound("work-gone")
    return one


def _group(services: Services, desk: Desk, kind: Kind) -> dict[str, Any]:
    one = _one(services, desk)
    if one.kind is not kind:
        raise NotFound("work-gone")
    return one.group


def _asked(services: Services, desk: Desk) -> tuple[Deed, list[str]]:
    """The deed a form asks for and for what: one row's button, else what is chosen."""
    form = request.form
    name, _, key = form.get("one", "").partition(".")
    keys = [key] if key else form.getlist("chosen")
    name = name or form.get("deed", "")
    if name not in {*ON_ORDERS, *ON_TASKS, *ON_TRANSFERS}:
        raise Refused("deed-unknown")
    _allowed(name)
    owner, person = ("", g.user.name) if name == "take" else _receiver(form.get("to", ""))
    deed = Deed(
        name, g.user.name, services.clock.now(), desk.house().repeats, owner, person, form.get("warehouse", ""),
        form.get("solution", Solution.SOLVED), form.get("remark", "").strip(),
    )  # fmt: skip
    return deed, keys


def _allowed(name: str) -> None:
    needed = "shipping.do" if name in ON_TRANSFERS else "tasks.work" if name in _FOR_EVERYBODY else "orders.decide"
    if not may(needed):
        raise Forbidden("not-permitted")


def _receiver(to: str) -> tuple[str, str]:
    kind, _, name = to.partition(":")
    return (name, "") if kind == "role" else ("", name) if kind == "name" else ("", "")


def _tell_done(name: str, done: Done) -> None:
    undo = url_for("tasks.undo", deed=done.id, **here()) if done.id else ""
    why = _passed(done)
    if not done.n:
        tell(f"没有做：{why}", f"Not done: {why}", kind="bad")
        return
    zh, en = _TOLD[name]
    n = "" if done.n == 1 and not why else done.n
    told = t(f"{zh} {n} 个" if n else zh, f"{en}: {n}" if n else en)
    told += t("。", ".") + (t(f"另有 {why}", f" {why}") if why else "")
    tell(told, told, undo=undo)


def _passed(done: Done) -> str:
    words = {
        "gone": t("{n} 个已经不在等了", "{n} wait no more"),
        "answered": t("{n} 个刚被别人处理", "{n} were just dealt with by somebody else"),
        "unfit": t("{n} 个不适用", "{n} cannot be solved like that"),
    }
    told = [words[code].format(n=n) for code, n in sorted(done.passed.items())]
    return t("、", ", ").join(told) + t("。", ".") if told else ""


_TOLD = {
    "release": ("已放行，正在重新判定", "Released; being decided again"),
    "same": ("记下了：是同一笔，后一单已取消", "Noted: the same; the later one is cancelled"),
    "not-same": ("记下了：不是同一笔，正在重新判定", "Noted: not the same; being decided again"),
    "again": ("正在重新判定", "Being decided again"),
    "urgent": ("已标为加急", "Marked urgent"),
    "warehouse": ("仓库已指定，正在重新判定", "Warehouse chosen; being decided again"),
    "wait": ("就等到货；快到发货期限时再回来", "It waits for stock, and comes back when time runs out"),
    "done": ("任务完成", "Done"),
    "take": ("归你了", "It is yours"),
    "hand": ("已转交", "Handed over"),
    "arrive": ("到货了，库存已移过来", "Arrived; the stock is moved"),
}
