"""Values, shapes and changes of payloads in words."""

from __future__ import annotations

from typing import Any

from app.domain.masking import masked_text
from app.domain.order import PERSONAL_FIELDS
from app.intake.mapper.rows import PRIVACY
from app.mapping.drift import Change
from app.mapping.order_fields import TYPES
from app.web.language import t
from app.web.mending import field_word, meaning_of
from app.web.words import clock, money

_LONGEST = 60


def shown_value(field: str, value: Any) -> str:
    """A canonical value as a person reads it; personal data masked; "" for none."""
    if value is None or value == "":
        return ""
    match TYPES[field]:
        case "money":
            return money(value)
        case "time":
            return clock(value)
        case "choice":
            return meaning_of(field, str(value))
        case "boolean":
            return t("是", "yes") if value else t("否", "no")
    text = str(value)
    if field in PRIVACY or field.partition(".")[2] in PERSONAL_FIELDS:
        return masked_text(text)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def shape_word(shape: str) -> str:
    """How values look, in words."""
    words = {
        "decimal": t("带小数的数", "a number with decimals"), "integer": t("整数", "a whole number"),
        "long": t("一长串数字", "a long number"), "epoch_s": t("秒数时间", "a time in seconds"),
        "epoch_ms": t("毫秒时间", "a time in milliseconds"), "time": t("时间", "a time"),
        "zoned": t("带时区的时间", "a time with its zone"), "date": t("日期", "a date"),
        "url": t("网址", "an address on the web"), "boolean": t("是/否", "yes or no"),
        "words": t("文字", "words"), "text": t("文字", "words"),
        "code": t("代号", "a code"), "phone": t("手机号", "a phone number"), "cipher": t("密文", "something encrypted"),
        "email": t("邮箱", "a mail address"),
    }  # fmt: skip
    return words.get(shape, shape)


def change_text(change: Change) -> str:
    """A change of the platform's payloads as a sentence."""
    fields = t("、", ", ").join(field_word(name) for name in change.fields)
    match change.kind:
        case "gone" if fields:
            return t(
                f"{change.path} 不见了：{fields}从它读取，新报文里已经没有。",
                f"{change.path} is gone: {fields} is read from it, and new payloads lack it.",
            )
        case "gone":
            return t(
                f"{change.path} 不见了，这份映射没用到它。", f"{change.path} is gone; this mapping does not use it."
            )
        case "new":
            return t(f"{change.path} 是新出现的。", f"{change.path} is new.")
    was, is_now = shape_word(change.before), shape_word(change.after)
    hint = (
        t("元和分可能换了。", "Yuan may have become fen.")
        if (change.before, change.after) == ("decimal", "integer")
        else ""
    )
    return t(
        f"{change.path} 以前是{was}，现在是{is_now}：请核对{fields}。{hint}",
        f"{change.path} was {was} and is {is_now} now: check {fields}. {hint}",
    ).strip()
