"""An import in words: its five steps, its state as a badge, how fast it goes, its faults by reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import url_for

from app.domain.errors import PandanError
from app.domain.messages import say, sentences
from app.web.language import language, t

EXAMPLES = 5


@dataclass(frozen=True, slots=True)
class Step:
    """One of the five steps; `url` is empty while it is out of reach."""

    name: str
    url: str = ""
    here: bool = False
    done: bool = False


@dataclass(slots=True)
class Fault:
    """One kind of fault: how many rows have it, in which columns, and the first of them."""

    name: str
    count: int
    columns: list[str] = field(default_factory=list)
    examples: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Pace:
    """How far a run has come: rows done of `total` (0: not known yet), rows a second, seconds left."""

    done: int
    total: int
    per_second: int
    left: int | None


@dataclass(frozen=True, slots=True)
class UnderWay:
    """What a page of a run tells: whether it runs, its file is kept and a worker is there; `url` asks again."""

    running: bool
    interrupted: bool
    kept: bool
    worker: bool
    pace: Pace
    url: str


def step_of(state: Mapping[str, Any]) -> str:
    """The step that an import is at, as the endpoint of its page."""
    where = state["state"]
    if where == "draft":
        return "columns"
    if where in ("waiting", "running", "interrupted", "failed"):
        dry = state["dry_run"]
        return "check" if dry else "result" if where == "failed" else "progress"
    return "check" if where == "checked" else "result"


def steps_of(import_id: str = "", state: Mapping[str, Any] | None = None, here: str = "upload") -> list[Step]:
    """The five steps as links, as far as they may be opened: columns may change until the import begins."""
    names = {
        "upload": t("上传", "Upload"), "columns": t("对列", "Columns"), "check": t("检查", "Check"),
        "progress": t("导入", "Import"), "result": t("结果", "Result"),
    }  # fmt: skip
    order = list(names)
    reached = order.index(step_of(state)) if state else 0
    begun = reached > order.index("check")
    steps = []
    for place, (key, name) in enumerate(names.items()):
        open_ = bool(state) and (place == reached or (0 < place < reached and not begun))
        url = url_for(f"imports.{key}", import_id=import_id) if open_ else ""
        steps.append(Step(name, url, key == here, place < reached))
    return steps


def state_of(state: Mapping[str, Any]) -> tuple[str, str, str]:
    """An import's state as badge: word, tone, icon."""
    looks = {
        "draft": (t("在对列", "Columns to match"), "warn", "edit"),
        "waiting": (t("排队中", "Waiting"), "calm", "clock"),
        "running": (t("检查中", "Checking") if state["dry_run"] else t("导入中", "Importing"), "calm", "refresh"),
        "interrupted": (t("中断了", "Interrupted"), "warn", "alert"),
        "checked": (t("已检查，未导入", "Checked, not imported"), "warn", "eye"),
        "done": (t("完成", "Done"), "good", "check"),
        "failed": (t("没有导入", "Not imported"), "bad", "alert"),
        "undoing": (t("正在撤销", "Being undone"), "calm", "undo"),
        "undone": (t("已撤销", "Undone"), "", "undo"),
    }
    return looks[state["state"]]


def pace_of(state: Mapping[str, Any], now: int) -> Pace:
    """How fast the run goes, from its beginning to its last word."""
    done, total = state.get("done", 0), state.get("rows", 0)
    seconds = max(0, min(now, state.get("told_at", now)) - state.get("started_at", now))
    rate = done / seconds if seconds and done else 0.0
    left = round((total - done) / rate) if rate and total > done else None
    return Pace(done, total, round(rate), left)


def refusal_of(state: Mapping[str, Any]) -> str:
    """Why an import failed, as a sentence; empty when it did not."""
    if state["state"] != "failed":
        return ""
    return sentence(PandanError(state["code"], **state["details"]))


def sentence(error: PandanError) -> str:
    """A refusal in words."""
    if error.code not in sentences():
        return t("出了问题。", "Something failed.")
    return say(error.code, language(), **error.details)


def file_note(code: str, details: Mapping[str, Any]) -> str:
    """What is worth telling of a previewed order, as a sentence."""
    return say(code, language(), **details)


def faults_of(state: Mapping[str, Any]) -> list[Fault]:
    """The wrong rows of an import by reason, the most frequent reason first."""
    said = "message" if language() == "zh" else "message_en"
    counts: Mapping[str, int] = state.get("reasons", {})
    found = {code: Fault(fault_word(code), count) for code, count in counts.items()}
    for one in state.get("problems", ()):
        fault = found.setdefault(one["code"], Fault(fault_word(one["code"]), 0))
        if one["column"] and one["column"] not in fault.columns:
            fault.columns.append(one["column"])
        if len(fault.examples) < EXAMPLES:
            fault.examples.append({**one, "text": one[said]})
    return sorted(found.values(), key=lambda fault: -fault.count)


def rows_word(count: int) -> str:
    """So many rows."""
    return t(f"{count:,} 行", "1 row" if count == 1 else f"{count:,} rows")


def stays_of(kept: Mapping[str, int]) -> list[tuple[int, str]]:
    """The orders that an undoing leaves, with the reason in words."""
    words = {
        "older": t("导入之前就有的订单，这次只是更新。", "they were there before; this import only updated them."),
        "revised": t("导入之后又有了新的内容。", "they have been changed since."),
        "picked": t("仓库已经拣货或发货。", "the warehouse has picked or shipped them."),
        "said": t("有人处理过（挂起、备注、判重等）。", "somebody has worked on them (held, noted, answered …)."),
    }
    return [(count, words.get(reason, t("其他原因。", "another reason."))) for reason, count in kept.items() if count]


def fault_word(code: str) -> str:
    """A kind of fault, in a few words."""
    words = {
        "cell-empty": t("空着，不能为空", "Empty where something is needed"),
        "cell-money": t("金额看不懂", "Not an amount"),
        "cell-time": t("时间看不懂", "Not a time"),
        "cell-whole-number": t("数量不是整数", "Not a whole number"),
        "order-number-missing": t("没有订单号", "No order number"),
        "number-lost-digits": t("订单号被改成了科学计数", "Order number rounded by the spreadsheet"),
        "state-unknown": t("不认识的订单状态", "Unknown order state"),
        "refund-unknown": t("不认识的退款状态", "Unknown refund state"),
        "quantity-not-positive": t("数量不大于 0", "Quantity not above 0"),
        "line-without-goods": t("不知道是什么商品", "No goods named"),
        "price-below-zero": t("单价小于 0", "Price below 0"),
        "row-adjusts": t("调账的行，不是订单", "Adjustments, not orders"),
        "row-cancels": t("取消的行", "Cancellations"),
        "row-is-a-charge": t("费用的行，不是商品", "Charges, not goods"),
        "order-row-rejected": t("同一订单的另一行有错", "Another row of the order is wrong"),
    }
    return words.get(code, t("其他问题", "Something else"))
