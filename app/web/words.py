"""The words pages use for states, outcomes, roles and reasons; a code is never shown bare."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from app.domain.carriers import NAMES
from app.domain.work import Solution
from app.rulebook.pack import BUILT_IN_REASONS
from app.web.language import language, t

CHINA = timedelta(hours=8)


def outcome_word(outcome: str) -> str:
    """An outcome, or how a receipt ended, in words."""
    words = {
        "allocated": t("已分仓", "Allocated"),
        "held": t("已挂起", "Held"),
        "consolidated": t("已合单", "Consolidated"),
        "backordered": t("等货", "Backordered"),
        "recorded": t("仅记录", "Recorded"),
        "quarantined": t("已隔离", "Quarantined"),
        "duplicate": t("重复提交", "Repeat"),
        "dead": t("死信", "Dead letter"),
        "accepted": t("已受理", "Accepted"),
        "decided": t("已判定", "Decided"),
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


def role_word(role: str) -> str:
    """A role, or who owns a task or hold, in words."""
    words = {
        "administrator": t("管理员", "Administrator"),
        "supervisor": t("主管", "Supervisor"),
        "clerk": t("客服", "Clerk"),
        "warehouse": t("仓库", "Warehouse"),
        "viewer": t("只读", "Viewer"),
    }
    return words.get(role, role)


def role_note(role: str) -> str:
    """What a role may do, in a sentence."""
    notes = {
        "administrator": t("可以做所有事，包括用户和店铺密钥。", "May do everything, users and shop keys included."),
        "supervisor": t(
            "处理订单，改库存、商品和规则，看审计。",
            "Works on orders; changes stock, goods and rules; reads the audit.",
        ),
        "clerk": t("处理订单和隔离区，导入，匹配商品。", "Works on orders and the quarantine, imports, matches items."),
        "warehouse": t("看订单，改库存。", "Reads orders and changes stock."),
        "viewer": t("只能看，不能改。", "Reads everything and changes nothing."),
    }
    return notes[role]


def reason_word(reason: str, reasons: dict[str, dict[str, str]]) -> str:
    """Why an order is held, in words: the program's reasons, then the pack's."""
    words = {
        "suspected-duplicate": t("疑似重复下单", "Suspected duplicate"),
        "maybe-duplicate": t("可能重复，待确认", "Maybe a duplicate"),
        "unmatched-item": t("商品未匹配", "Item not matched"),
        "unknown-value": t("缺少判断所需的信息", "A needed value is unknown"),
        "rule-error": t("规则出错", "A rule failed"),
        "by-hand": t("人工挂起", "Held by hand"),
        "customer-asked": t("买家要求等一等", "The buyer asked to wait"),
        "address-check": t("核对收货信息", "Check where it goes"),
        "goods-check": t("核对商品", "Check the goods"),
        "payment-check": t("核对付款", "Check the payment"),
        "wait-for-more": t("等下一单一起发", "Wait for the next order"),
        "fixed-warehouse-short": t("指定的仓库不够", "The chosen warehouse is short"),
        "held-by-person": t("人工挂起", "Held by hand"),
        "forbid-ship": t("平台禁止发货", "The platform forbids shipping"),
        "risk-review": t("平台风控审核中", "Under the platform's risk review"),
        "group-pending": t("拼团未成团", "Its group is not complete"),
        "balance-due": t("尾款未付", "Its balance is not paid"),
        "address-withheld": t("还没有收货地址", "Its address is withheld"),
        "cancel-requested": t("买家申请取消", "The buyer asked to cancel"),
    }
    if reason in words:
        return words[reason]
    text = {**BUILT_IN_REASONS, **reasons}.get(reason)
    return t(text["zh"], text["en"][:1].upper() + text["en"][1:]) if text else t("其他原因", "Another reason")


def solution_word(solution: str) -> str:
    """Why a task was closed, in words."""
    return {
        Solution.SOLVED: t("解决了", "Solved"),
        Solution.NO_PROBLEM: t("没有问题，不用处理", "No problem after all"),
        Solution.UNSOLVABLE: t("解决不了", "Cannot be solved"),
        Solution.REPEATED: t("别的任务里已经做了", "Done under another task"),
    }[Solution(solution)]


def money(fen: int | None) -> str:
    """An amount in yuan."""
    return "—" if fen is None else f"¥{fen / 100:,.2f}"


def clock(at: int | None) -> str:
    """A time in China, to the minute."""
    return "—" if at is None else (datetime.fromtimestamp(at, UTC) + CHINA).strftime("%Y-%m-%d %H:%M")


def span(seconds: int) -> str:
    """How long, in the largest unit that says enough."""
    if seconds < 60:
        return t(f"{seconds} 秒", f"{seconds} s")
    if seconds < 3600:
        return t(f"{seconds // 60} 分钟", f"{seconds // 60} min")
    if seconds < 172_800:
        return t(f"{seconds // 3600} 小时", f"{seconds // 3600} h")
    return t(f"{seconds // 86_400} 天", f"{seconds // 86_400} days")


def carriers() -> dict[str, str]:
    """The carriers people may choose, code → name."""
    return {code: name[language()] for code, name in NAMES.items()}
