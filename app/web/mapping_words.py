"""What a platform's mapping reads, as sentences: for comparing versions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from app.rulebook.order_fields import FIELDS
from app.rulebook.part_words import EVIDENCE_WORDS
from app.web.language import language, t
from app.web.mending import meaning_of
from app.web.words import money

_MOST_CODES = 20
_FLAG_WORDS = next(field.choices for field in FIELDS if field.key == "order.flags")


def flag_word(flag: str) -> str:
    """A platform's flag in words."""
    return _FLAG_WORDS[flag][language()]


def evidence_word(kind: str) -> str:
    """A kind of identity evidence in words."""
    return EVIDENCE_WORDS[kind][language()]


def mapping_sentence(name: str, member: Any) -> str:
    """A member of a mapping, by its name: a field's row, or what stands beside the fields; "" for what is none."""
    try:
        return _row(member) if isinstance(member, Mapping) else _part(name, member)
    except (AttributeError, KeyError, TypeError, ValueError):
        return ""


def part_name(name: str) -> str:
    """What that part is called; "" for any other."""
    return {
        "flags": t("订单标记", "Flags"), "identity": t("买家是谁", "Who the buyer is"),
        "envelopes": t("订单外面的包装", "What is around the order"),
        "lines.each": t("商品行在", "Where the lines are"),
    }.get(name, "")  # fmt: skip


def _row(row: Mapping[str, Any]) -> str:
    clauses = [
        _read(row), *_less(row), *_form(row), *_meanings(row), *_when_missing(row), *_privacy(row),
        *([t("没有就隔离", "quarantined without")] if row.get("required") else []),
    ]  # fmt: skip
    return _sentence(clauses)


def _part(name: str, part: Any) -> str:
    match name:
        case "flags":
            return _sentence([_flag(row) for row in part])
        case "identity":
            return _sentence([f"{evidence_word(row['kind'])} ← {_paths(row['from'])}" for row in part])
        case "envelopes":
            return _sentence(part)
    return str(part)


def _sentence(clauses: Sequence[str]) -> str:
    return t("；", "; ").join(clauses) + t("。", ".")


def _several(paths: str | Sequence[str]) -> list[str]:
    return [paths] if isinstance(paths, str) else list(paths)


def _paths(paths: str | Sequence[str]) -> str:
    return t("，没有再读 ", ", else ").join(_several(paths))


def _read(row: Mapping[str, Any]) -> str:
    where = t("（在整单里找）", " (of the whole order)") if row.get("of") == "order" else ""
    if "join" in row:
        listed = t("、", " and ").join(_several(row["from"]))
        return t(f"{listed} 用“{row['join']}”连起来{where}", f"{listed} joined by “{row['join']}”{where}")
    return t("读 ", "read from ") + _paths(row["from"]) + where


def _less(row: Mapping[str, Any]) -> list[str]:
    return [t(f"减去 {row['less']}", f"less {row['less']}")] if "less" in row else []


def _form(row: Mapping[str, Any]) -> list[str]:
    units = {"yuan": t("单位是元", "in yuan"), "fen": t("单位是分", "in fen")}
    forms = {
        "text": t("写成日期时间", "written as date and time"), "iso": t("带时区的时间", "with its time zone"),
        "epoch_s": t("秒数", "seconds"), "epoch_ms": t("毫秒数", "milliseconds"),
    }  # fmt: skip
    zone = [t(f"时区 {row['zone']}", f"time zone {row['zone']}")] if "zone" in row else []
    return [words[row[key]] for key, words in (("unit", units), ("format", forms)) if key in row] + zone


def _meanings(row: Mapping[str, Any]) -> list[str]:
    codes = row.get("choices") or {}
    told = [_meaning(row, code, meaning) for code, meaning in list(codes.items())[:_MOST_CODES]]
    more = len(codes) - len(told)
    return [*told, *([t(f"还有 {more} 个值", f"{more} more values")] if more else [])]


def _meaning(row: Mapping[str, Any], code: str, meaning: Any) -> str:
    said = t("其他值", "any other value") if code == "*" else f"“{code}”"
    if meaning is None:
        return t(f"{said}不看", f"{said} is not used")
    return t(f"{said}是{_called(row, meaning)}", f"{said} is {_called(row, meaning)}")


def _called(row: Mapping[str, Any], value: Any) -> str:
    match row.get("as"):
        case "money":
            return money(value)
        case "choice":
            return meaning_of(row["field"], str(value))
        case "boolean":
            return t("是", "yes") if value else t("否", "no")
    return f"“{value}”" if value != "" else t("空", "empty")


def _when_missing(row: Mapping[str, Any]) -> list[str]:
    absent = [f"“{one}”" for one in row.get("absent") or () if one != ""]
    told = [t("、", ", ").join(absent) + t("算没有值", " counts as missing")] if absent else []
    if "default" in row:
        usual = _called(row, row["default"])
        told.append(t(f"没有值时算作{usual}", f"when missing it is {usual}"))
    return told


def _privacy(row: Mapping[str, Any]) -> list[str]:
    kinds = {
        "name": t("姓名", "a name"), "phone": t("电话", "a phone"), "address": t("地址", "an address"),
        "message": t("留言备注", "a message"), "id": t("买家编号", "a buyer's id"),
    }  # fmt: skip
    return [t(f"按{kinds[row['privacy']]}保密", f"kept private as {kinds[row['privacy']]}")] if "privacy" in row else []


def _flag(row: Mapping[str, Any]) -> str:
    values = t("、", ", ").join(f"“{one}”" for one in row["in"])
    flag = flag_word(row["flag"])
    return t(f"{row['from']} 是{values}时为{flag}", f"{flag} when {row['from']} is {values}")
