"""The words pages use for states, outcomes and reasons; a code is never shown bare."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from app.web.language import t


def outcome_word(outcome: str) -> str:
    """An outcome in words."""
    words = {
        "allocated": t("已分仓", "Allocated"),
        "held": t("已挂起", "Held"),
        "consolidated": t("已合单", "Consolidated"),
        "backordered": t("等货", "Backordered"),
        "recorded": t("仅记录", "Recorded"),
    }
    return words.get(outcome, outcome)


def state_word(state: str) -> str:
    """A platform state in words."""
    words = {
        "created": t("待付款", "Unpaid"),
        "paid": t("已付款", "Paid"),
        "shipped": t("已发货", "Shipped"),
        "signed": t("已签收", "Signed for"),
        "closed": t("已关闭", "Closed"),
        "refunding": t("退款中", "Refund running"),
        "refunded": t("已退款", "Refunded"),
    }
    return words.get(state, state)


def reason_word(reason: str, reasons: dict[str, dict[str, str]]) -> str:
    """Why an order is held, in words: the program's reasons, then the pack's."""
    words = {
        "suspected-duplicate": t("疑似重复下单", "Suspected duplicate"),
        "maybe-duplicate": t("可能重复，待确认", "Maybe a duplicate"),
        "unmatched-item": t("商品未匹配", "Item not matched"),
        "unknown-value": t("缺少判断所需的信息", "A needed value is unknown"),
        "no-rule": t("没有规则适用", "No rule applies"),
        "rule-error": t("规则出错", "A rule failed"),
    }
    if reason in words:
        return words[reason]
    text = reasons.get(reason)
    return t(text["zh"], text["en"]) if text else t("其他原因", "Another reason")


def money(fen: int | None) -> str:
    """An amount in yuan."""
    return "—" if fen is None else f"¥{fen / 100:,.2f}"


def clock(at: int | None) -> str:
    """A time in Beijing, to the minute."""
    if at is None:
        return "—"
    return (datetime.fromtimestamp(at, UTC) + timedelta(hours=8)).strftime("%Y-%m-%d %H:%M")
