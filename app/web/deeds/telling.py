"""A foresight in words: before and after, stock freed and taken, tasks closed and opened."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import orjson

from app.domain.decision import Decision, Outcome, Units, units_of
from app.domain.messages import say
from app.domain.words import LASTING_TASKS
from app.persistence.reads.standing import Standing
from app.persistence.scope import limited
from app.processing.explanation import Names, explain_record
from app.web.deeds.foresight import Change, Foresight
from app.web.language import language, t
from app.web.stories import parcel_word, task_text
from app.web.words import carriers, outcome_word, reason_word


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the comparison: what, as it is, as it would be."""

    name: str
    before: str
    after: str

    @property
    def same(self) -> bool:
        """Whether nothing changes."""
        return self.before == self.after


def rows_of(change: Change, foresight: Foresight, *, whole: bool = False) -> list[Row]:
    """The comparison of one order, line by line: what changes, and how it is decided.

    `whole`: also from where and by whom it leaves when that stays the same.
    """
    standing, after = change.standing, change.after
    if after is None:
        return []
    reason = after.holds[0].reason if after.outcome is Outcome.HELD and after.holds else ""
    rows = [
        Row(
            t("结果", "Outcome"),
            _outcome(standing.outcome, standing.reason, foresight),
            _outcome(str(after.outcome), reason, foresight),
        ),
        Row(t("包裹", "Parcels"), _parcels_now(standing, foresight), _parcels_then(after, foresight)),
        Row(t("优先级", "Priority"), str(standing.priority), str(after.priority)),
        Row(t("快递", "Carrier"), _carrier(standing.carrier), _carrier(after.carrier if after.fulfilments else None)),
    ]
    kept = (0, 1, 3) if whole else (0,)
    return [row for place, row in enumerate(rows) if place in kept or not row.same]


def why_of(change: Change, foresight: Foresight) -> list[str]:
    """Why the order would be decided so, in sentences: people's words, the rules, how far each of its parcels goes."""
    if change.after is None or foresight.pack is None:
        return []
    record = orjson.loads(change.after.record)
    names = Names(foresight.shops, foresight.names, only=limited() is not None)
    first, *why = explain_record(record, foresight.pack, names, warehouses=False)
    told = [first] if change.after.outcome is Outcome.RECORDED else why
    return [one[language()] for one in told] + _distances(record, change.after, foresight)


def _distances(record: dict[str, Any], after: Decision, foresight: Foresight) -> list[str]:
    km = {place["code"]: place.get("km") for place in record.get("warehouses", ())}
    leaving = dict.fromkeys(fulfilment.warehouse for fulfilment in after.fulfilments)
    return [
        t(f"{name} 距收货地 {far:,.0f} 公里。", f"{name} is {far:,.0f} km from the receiver.")
        for code in leaving
        if (far := km.get(code)) is not None and (name := foresight.names.get(code, code))
    ]


def effects_of(changes: Iterable[Change], foresight: Foresight) -> list[str]:
    """What else happens, in sentences: stock, transfers, purchases, tasks."""
    told: list[str] = []
    freed: Units = Counter()
    taken: Units = Counter()
    for change in changes:
        if change.after is None:
            continue
        before, after = change.standing.units, units_of(change.after)
        freed += before - after
        taken += after - before
        told += _movements(change.after, foresight)
        told += _tasks(change)
    stock = [
        (t("释放库存：", "Stock freed: "), freed),
        (t("占用库存：", "Stock taken: "), taken),
    ]
    return [word + _by_place(units, foresight) for word, units in stock if units] + told


def tally(foresight: Foresight) -> list[tuple[str, int, str]]:
    """How the chosen orders would end: (outcome or `refused`, how many, the reason where there is one)."""
    counts: Counter[tuple[str, str]] = Counter()
    for change in foresight.chosen:
        if change.after is not None:
            after = change.after
            reason = after.holds[0].reason if after.outcome is Outcome.HELD and after.holds else ""
            counts[str(after.outcome), reason_word(reason, foresight.reasons) if reason else ""] += 1
        elif change.refused:
            counts["refused", change.refused] += 1
        else:
            counts["picked", ""] += 1
    return [(outcome, n, why) for (outcome, why), n in counts.most_common()]


def _outcome(outcome: str, reason: str, foresight: Foresight) -> str:
    return outcome_word(outcome) + (t("：", ": ") + reason_word(reason, foresight.reasons) if reason else "")


def _carrier(code: str | None) -> str:
    return carriers().get(code, code) if code else t("不指定", "any")


def _parcels_now(standing: Standing, foresight: Foresight) -> str:
    told = []
    for parcel in standing.parcels.values():
        state = "" if parcel.state == "open" else f" · {parcel_word(parcel.state)}"
        told.append(_parcel(parcel.warehouse, parcel.units, foresight) + state)
    return "\n".join(told) or t("没有包裹", "none")


def _parcels_then(after: Decision, foresight: Foresight) -> str:
    told = []
    for fulfilment in after.fulfilments:
        units: Units = Counter()
        for pick in fulfilment.picks:
            units[pick.source, pick.sku] += pick.quantity
        told.append(_parcel(fulfilment.warehouse, units, foresight))
    if after.outcome is Outcome.CONSOLIDATED and after.joins:
        told.append(t(f"和订单 {after.joins[1]} 同一个包裹", f"in the parcel of order {after.joins[1]}"))
    return "\n".join(told) or t("没有包裹", "none")


def _parcel(warehouse: str, units: Units, foresight: Foresight) -> str:
    goods: Counter[str] = Counter()
    for (_, sku), count in units.items():
        goods[sku] += count
    return f"{foresight.names.get(warehouse, warehouse)} · " + " + ".join(f"{sku} × {n}" for sku, n in goods.items())


def _by_place(units: Units, foresight: Foresight) -> str:
    places: dict[str, list[str]] = {}
    for (code, sku), count in sorted(units.items()):
        places.setdefault(foresight.names.get(code, code), []).append(f"{sku} × {count}")
    return t("；", "; ").join(f"{name} {' + '.join(goods)}" for name, goods in places.items())


def _movements(decision: Decision, foresight: Foresight) -> list[str]:
    name = foresight.names.get
    told = [
        say(
            "told-transfer", language(), source=name(move.source, move.source), sku=move.sku, quantity=move.quantity,
            destination=name(move.destination, move.destination), arrives_on=move.arrives_on,
        )
        for move in decision.transfers
    ]  # fmt: skip
    return told + [say("told-purchase", language(), sku=buy.sku, quantity=buy.quantity) for buy in decision.purchases]


def _tasks(change: Change) -> list[str]:
    assert change.after is not None  # noqa: S101 - the caller looked
    then = {task.kind for task in change.after.tasks}
    # Whether an escalation is settled shows only when it is done.
    stay = {*then, *LASTING_TASKS, *(kind for kind, _ in change.standing.tasks if kind.startswith("escalation-"))}
    closed = [kind for kind, _ in change.standing.tasks if kind not in stay]
    known = {kind for kind, _ in change.standing.tasks}
    opened = [task for task in change.after.tasks if task.kind not in known]
    details = dict(change.standing.tasks)
    told = [t("关闭任务：", "Closes the task: ") + task_text(kind, details[kind]) for kind in closed]
    return told + [t("新开任务：", "Opens a task: ") + task_text(task.kind, task.details) for task in opened]
