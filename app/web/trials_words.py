"""The words of trials: where one stands, what ends an order came to, and how two sides compare."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from app.domain.messages import say, sentences
from app.web.language import language, pick, t
from app.web.words import money, outcome_word, reason_word, span

Json = Mapping[str, Any]
_SECTIONS = {
    "duplicates/strong": ("疑似重复", "A suspected repeat"),
    "duplicates/weak": ("可能重复", "Maybe a repeat"),
    "consolidation/join": ("合单", "Shares a parcel"),
}


@dataclass(frozen=True, slots=True)
class Measured:
    """One line of the comparison; `tone` says whether more of it is worse."""

    name: str
    before: str
    after: str
    change: str
    tone: str = ""


def state_of(trial: Json) -> tuple[str, str, str]:
    """A trial's state as a badge: word, tone, icon."""
    states = {
        "waiting": (t("排队中", "Waiting"), "calm", "clock"),
        "running": (t("进行中", "Running"), "calm", "play"),
        "done": (t("完成", "Done"), "good", "check"),
        "failed": (t("没有完成", "Failed"), "bad", "alert"),
        "cancelled": (t("已停止", "Stopped"), "", "close"),
        "stopped": (t("已停止", "Stopped"), "", "close"),
        "promoted": (t("已采用", "Adopted"), "good", "check"),
    }
    return states[trial["state"]]


def source_word(source: Json) -> str:
    """What is tried."""
    words = {
        "draft": t("草稿：{title}", "Draft: {title}"),
        "version": t("版本 {number}", "Version {number}"),
        "file": t("文件：{title}", "File: {title}"),
    }
    return words[source["kind"]].format(**source)


def scope_word(trial: Json) -> str:
    """On which orders a backtest runs."""
    if trial.get("import_id"):
        return t("导入：{name}", "Import: {name}").format(name=trial.get("import_name") or trial["import_id"])
    return t(f"最近 {trial['days']} 天的订单", f"Orders of the last {trial['days']} days")


def end_word(end: Json, reasons: dict[str, dict[str, str]], names: Mapping[str, str] | None = None) -> str:
    """How an order ends, in a few words: outcome, where, why."""
    parts = [outcome_word(end["outcome"])]
    if end.get("warehouses"):
        parts.append(" + ".join((names or {}).get(code, code) for code in end["warehouses"].split(" + ")))
    if end.get("reason"):
        parts.append(reasons_word(end["reason"], reasons))
    return " · ".join(parts)


def reasons_word(joined: str, reasons: dict[str, dict[str, str]]) -> str:
    """Why an order is held, every reason."""
    return t("、", ", ").join(reason_word(reason, reasons) for reason in joined.split(" + "))


def decider_word(named: Json, reasons: dict[str, dict[str, str]]) -> str:
    """The rules that decided, by their titles; without one the reason, or nothing."""
    if named.get("title"):
        return pick(named["title"])
    if not named["rule"]:
        return t("没有规则参与", "No rule had a part")
    return " + ".join(_rule_word(rule, reasons) for rule in named["rule"].split(" + "))


def _rule_word(rule: str, reasons: dict[str, dict[str, str]]) -> str:
    if rule in _SECTIONS:
        return t(*_SECTIONS[rule])
    titled = reasons.get(rule)
    if titled is not None and "/" in rule:
        return pick(titled)
    return t("一条没有名称的规则", "A rule without a title") if "/" in rule else reason_word(rule, reasons)


def remarks_of(trial: Json) -> list[str]:
    """What could not be done again as it was."""
    found = trial.get("result", {}).get("remarks", [])
    return [say(one["code"], language(), **one["details"]) for one in found]


def refusal_of(trial: Json) -> str:
    """Why a trial failed; empty when it did not."""
    code = trial.get("code", "")
    return say(code, language(), **trial.get("details", {})) if code in sentences() else ""


def measured(result: Json) -> Iterator[Measured]:
    """Both sides line by line."""
    before, after = result["before"], result["after"]
    outcomes = ("allocated", "held", "backordered", "consolidated", "recorded", "quarantined")
    for outcome in outcomes:
        one, other = before["outcomes"].get(outcome, 0), after["outcomes"].get(outcome, 0)
        if one or other:
            worse = outcome in ("held", "backordered", "quarantined")
            yield _counted(outcome_word(outcome), one, other, more_is_worse=worse if outcome != "recorded" else None)
    yield _counted(t("拆成多个包裹的订单", "Orders in several parcels"), before["splits"], after["splits"])
    yield _counted(t("包裹", "Parcels"), before["parcels"], after["parcels"], more_is_worse=None)
    yield _counted(t("要调拨的订单", "Orders with a transfer"), before["transfers"], after["transfers"])
    yield _counted(t("调拨件数", "Units transferred"), before["units_moved"], after["units_moved"])
    yield from _ways(before, after)
    yield from _prices(before, after)
    yield from _climbs(result)


def _climbs(result: Json) -> Iterator[Measured]:
    """For how many orders each escalation rule would have asked something of people."""
    for row in result.get("escalation", ()):
        one, other = ((row[side] or {"orders": 0})["orders"] for side in ("before", "after"))
        yield _counted(t("升级：{rule}", "Escalation: {rule}").format(rule=pick(row["title"])), one, other)


def _counted(name: str, one: int, other: int, *, more_is_worse: bool | None = True) -> Measured:
    change = other - one
    tone = "" if not change or more_is_worse is None else "bad" if (change > 0) == more_is_worse else "good"
    return Measured(name, f"{one:,}", f"{other:,}", _signed(change), tone)


def _ways(before: Json, after: Json) -> Iterator[Measured]:
    if not before["km_orders"] or not after["km_orders"]:
        return
    one, other = (round(side["km"] / side["km_orders"]) for side in (before, after))
    tone = "" if one == other else "bad" if other > one else "good"
    name = t("平均路程（公里）", "Mean way (km)")
    yield Measured(name, f"{one:,}", f"{other:,}", _signed(other - one), tone)


def _prices(before: Json, after: Json) -> Iterator[Measured]:
    if not before["freight_orders"] or not after["freight_orders"]:
        return
    one, other = (side["freight"] for side in (before, after))
    tone = "" if one == other else "bad" if other > one else "good"
    sign = "" if one == other else "+" if other > one else "−"
    name = t("运费合计", "Freight in all")
    yield Measured(name, money(one), money(other), sign + money(abs(other - one)) if sign else "0", tone)


def _signed(change: int) -> str:
    return f"{change:+,}".replace("-", "−") if change else "0"


def took(trial: Json) -> str:
    """How long it took."""
    seconds = trial.get("result", {}).get("seconds", 0)
    return span(round(seconds)) if seconds >= 1 else t("不到 1 秒", "less than a second")
