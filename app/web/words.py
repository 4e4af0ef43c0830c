"""The words pages use for states, outcomes, roles and reasons; a code is never shown bare."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from app.domain.carriers import NAMES
from app.domain.messages.words import HOLDS, OUTCOMES, STATES
from app.domain.work import Solution
from app.rulebook.pack import BUILT_IN_REASONS
from app.web.language import language, t

CHINA = timedelta(hours=8)


def outcome_word(outcome: str) -> str:
    """An outcome, or how a receipt ended, in words."""
    return OUTCOMES[outcome][language()] if outcome in OUTCOMES else outcome


def state_word(state: str) -> str:
    """A platform state in words."""
    return STATES[state][language()] if state in STATES else state


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
    if reason in HOLDS:
        return HOLDS[reason][language()]
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
