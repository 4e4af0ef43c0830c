"""The details of the audit in words: each key has a name, each code a word; a test holds that no key is without."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from app.web.audit_words import action_word
from app.web.fulfilment_words import carrier_word
from app.web.language import t
from app.web.personal import field_of, reason_of
from app.web.platforms import platform_word
from app.web.rights import area_word
from app.web.rules_words import edit_word, section_word
from app.web.stories import word_note, word_text
from app.web.transfers import missing_word
from app.web.words import reason_word, role_word, solution_word

_NAMES: dict[str, tuple[str, str]] = {
    "about": ("对象", "target"),
    "active": ("启用", "on"),
    "again": ("重新判定", "decided again"),
    "amount": ("数值", "amount"),
    "asked": ("开任务", "tasks opened"),
    "base": ("基于版本", "from version"),
    "address": ("来自", "from"),
    "by": ("谁", "who"),
    "carrier": ("快递", "carrier"),
    "columns": ("列数", "columns"),
    "content_of": ("内容同版本", "content of version"),
    "days": ("天数", "days"),
    "draft": ("草稿", "draft"),
    "deed": ("操作", "deed"),
    "did": ("怎么改", "how"),
    "edit": ("可改", "may change"),
    "fields": ("内容", "fields"),
    "firing": ("告警", "alarm"),
    "format": ("格式", "format"),
    "found": ("找到", "found"),
    "in_spite_of": ("明知", "in spite of"),
    "ids": ("采购", "purchases"),
    "kept": ("留下的订单", "orders kept"),
    "kind": ("种类", "kind"),
    "missing": ("少的", "the rest"),
    "n": ("数量", "how many"),
    "number": ("编号", "number"),
    "on_hand": ("现有", "on hand"),
    "watch": ("监视", "watch"),
    "orders": ("订单数", "orders"),
    "other": ("另一单", "other order"),
    "owner": ("交给", "to"),
    "pack": ("规则包", "pack"),
    "parcel": ("包裹", "parcel"),
    "parcels": ("包裹数", "parcels"),
    "path": ("位置", "place"),
    "person": ("交给", "to"),
    "platform": ("平台", "platform"),
    "priority": ("优先级", "priority"),
    "publish": ("可发布", "may publish"),
    "reason": ("原因", "reason"),
    "reasons": ("原因", "reasons"),
    "receiver": ("收件信息", "receiver"),
    "renewed": ("换了密钥", "with a new secret"),
    "refused": ("没做成", "not done"),
    "removed": ("撤掉的订单", "orders removed"),
    "role": ("角色", "role"),
    "rows": ("行数", "rows"),
    "rule": ("规则", "rule"),
    "said": ("说明", "note"),
    "sent": ("重新提交", "sent again"),
    "sections": ("部分", "sections"),
    "shipped": ("发出", "shipped"),
    "shop": ("店铺", "shop"),
    "shops": ("店铺", "shops"),
    "since": ("从", "from"),
    "sku": ("SKU", "SKU"),
    "solution": ("结果", "solution"),
    "source": ("来源订单", "of order"),
    "title": ("名称", "name"),
    "transfers": ("调拨", "transfers"),
    "units": ("件数", "units"),
    "until": ("到", "until"),
    "urgent": ("加急", "urgent"),
    "url": ("地址", "address"),
    "version": ("规则版本", "rules version"),
    "warehouse": ("仓库", "warehouse"),
    "warnings": ("警告", "warnings"),
    "waybill": ("运单", "waybill"),
    "what": ("操作", "deed"),
    "word": ("操作编号", "deed no."),
    "words": ("说明", "note"),
}
_BY_PEOPLE = ("order.hold", "order.release", "order.undo")


@dataclass(frozen=True, slots=True)
class Lookup:
    """What codes are called: warehouses and shops by code, and the live pack's reasons."""

    warehouses: Mapping[str, str]
    shops: Mapping[str, str]
    reasons: dict[str, dict[str, str]]


def is_named(key: str) -> bool:
    """Whether a key of the details has a name."""
    return key in _NAMES


def details_text(action: str, details: Mapping[str, Any], known: Lookup) -> str:
    """The details of one row in words; what says nothing is left out."""
    told = []
    for key, value in details.items():
        if value is None or value is False or value in ("", []) or (key == "warnings" and not value):
            continue
        name, word = t(*_NAMES.get(key, ("其他", "other"))), _word(action, key, value, known)
        told.append(t(f"{name}：{word}", f"{name}: {word}") if word else name)
    return t("；", "; ").join(told)


def _word(action: str, key: str, value: Any, known: Lookup) -> str:
    if isinstance(value, list):
        return t("、", ", ").join(_word(action, key, each, known) for each in value)
    if value is True:
        return ""
    text = str(value)
    match key:
        case "deed":
            return _deed(text)
        case "kind":
            return _kind(action, text)
        case "sections":
            return section_word(text)
        case "reason" | "reasons":
            return _reason(action, text, known)
        case "shop" | "shops":
            return t("全部", "all") if text == "all" else known.shops.get(text, text)
        case "warehouse":
            return known.warehouses.get(text, text)
    return _PLAIN[key](text) if key in _PLAIN else text


def _reason(action: str, value: str, known: Lookup) -> str:
    if action == "order.unmask":
        return reason_of(value)
    return reason_word(value, known.reasons) if action in _BY_PEOPLE else value


def _kind(action: str, value: str) -> str:
    if action.startswith("papers."):
        return {"xlsx": "Excel", "pdf": "PDF"}.get(value, value)
    tried = {
        "draft": t("草稿", "a draft"),
        "file": t("文件", "a file"),
        "version": t("版本", "a version"),
    }
    if value in tried:
        return tried[value]
    typed = {
        "typed": t("新录", "new"),
        "copy": t("复制", "copied"),
        "reship": t("补发", "shipped again"),
    }
    return typed.get(value) or word_text(value, {})


def _rights_word(value: str) -> str:
    return t("按角色", "by role") if value == "role" else area_word(value)


def _deed(value: str) -> str:
    if value.isdigit():
        return t(f"批量第 {value} 次", f"to many, no. {value}")
    desk = {
        "arrive": t("调拨到货", "transfers arrived"),
        "done": t("完成待办", "closed a task"),
        "hand": t("移交", "handed over"),
        "take": t("接手", "took it"),
        "wait": t("挂起等待", "let it wait"),
    }
    return desk.get(value) or action_word(f"order.{value}")


_PLAIN: dict[str, Callable[[str], str]] = {
    "did": lambda value: edit_word({"do": value}),
    "edit": lambda value: _rights_word(value),
    "publish": lambda value: _rights_word(value),
    "carrier": carrier_word,
    "days": lambda value: t("不清除", "never") if value == "never" else value,
    "fields": lambda value: word_note("address", {"fields": [value]}, {}, {}) or field_of(value),
    "missing": missing_word,
    "owner": role_word,
    "platform": platform_word,
    "receiver": lambda value: t("完整", "in full") if value == "full" else t("打码", "masked"),
    "role": role_word,
    "sections": section_word,
    "solution": solution_word,
}
"""What a key's codes are called, whatever was done."""
