"""Duplicate and consolidation windows as sentences, and lengths of time as people write them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from app.engine.vocabulary import Text
from app.rulebook.order_actions import ROLES
from app.rulebook.part_words import EVIDENCE_WORDS
from app.rulebook.watches_words import told_span

Json = Mapping[str, Any]
Names = Mapping[str, Text]
_UNITS = {
    "秒": 1, "s": 1, "sec": 1, "second": 1, "分": 60, "分钟": 60, "m": 60, "min": 60, "minute": 60,
    "小时": 3600, "时": 3600, "h": 3600, "hr": 3600, "hour": 3600, "天": 86_400, "日": 86_400, "d": 86_400,
    "day": 86_400, "周": 604_800, "星期": 604_800, "w": 604_800, "week": 604_800,
}  # fmt: skip
_PART = re.compile(r"\s*(\d+(?:\.\d+)?)\s*(?:个)?([a-z]+|[\u4e00-\u9fff]+)?\s*(?:and|零|又)?", re.IGNORECASE)
_LONGEST_TEXT = 40


def read_span(written: str, unit_seconds: int = 0) -> int | None:
    """The seconds that a text says: “90 秒”, “1.5h”, “1 天 6 小时”; a bare number counts `unit_seconds` each.

    None when it cannot be read or is no whole number of seconds.
    """
    text, at, total = written.strip().lower(), 0, 0.0
    if not text or len(text) > _LONGEST_TEXT:
        return None
    while at < len(text):
        found = _PART.match(text, at)
        if found is None or found.end() == at:
            return None
        alone = found[0].strip() == text
        size = _unit(found[2]) if found[2] else unit_seconds if alone else 0
        if not size:
            return None
        total += float(found[1]) * size
        at = found.end()
    return int(total) if total == int(total) else None


def told_gap(seconds: int, language: str) -> str:
    """How far apart two moments are, in the two largest units: 150 → “2 分钟 30 秒”, “2 min 30 s”."""
    zh, parts, left = language == "zh", [], abs(seconds)
    for size, word, name in ((86_400, "天", "d"), (3600, "小时", "h"), (60, "分钟", "min"), (1, "秒", "s")):
        count, left = divmod(left, size)
        if count:
            parts.append(f"{count} {word if zh else name}")
    return " ".join(parts[:2]) or ("同一秒" if zh else "the same second")


def _unit(word: str) -> int:
    return _UNITS.get(word) or _UNITS.get(word.removesuffix("s")) or 0


def phrase_duplicates(section: Json, language: str, names: Names | None = None) -> str:
    """What a valid `duplicates` section does, in one sentence; `names` are the words of reasons."""
    zh = language == "zh"
    window = told_span(section["window_seconds"], zh=zh)
    kinds = {one: _kinds(section["evidence"], one, language) for one in ("strong", "weak")}
    deeds = [_deed(section, strength, kinds[strength], language, names or {}) for strength in kinds if kinds[strength]]
    if not deeds:
        return "没有说怎么认出同一买家，所以不查重复。" if zh else (
            "Nothing says how a buyer is recognised, so no repeats are looked for.")  # fmt: skip
    same = section.get("skus", "same_set") == "same_set"
    if zh:
        goods = "买的商品相同（不看数量）" if same else "不管买什么"
        return f"同一买家前后 {window}内下单、{goods}，就算疑似重复，最早的一单照常走；{'；'.join(deeds)}。"
    goods = "the same goods, whatever the quantity," if same else "whatever goods"
    told = f"Orders of one buyer within {window} for {goods} are suspected repeats, and the earliest goes on"
    return f"{told}; {'; '.join(deeds)}."


def phrase_consolidation(section: Json, duplicates: Json, language: str) -> str:
    """What a valid `consolidation` section does, in one sentence; evidence it lacks is that of `duplicates`."""
    zh = language == "zh"
    if not section.get("enabled", True) or not section["window_seconds"]:
        return "不合单：每张订单各发各的包裹。" if zh else "Orders are not put together: each leaves in its own parcel."
    window = told_span(section["window_seconds"], zh=zh)
    kinds = _kinds(section.get("evidence") or duplicates["evidence"], "strong", language)
    if not kinds:
        return "没有确凿的证据能认出同一买家，所以不合单。" if zh else (
            "No strong evidence recognises a buyer, so orders are not put together.")  # fmt: skip
    if zh:
        return f"同一买家（{kinds}）、同一地址，前一单下单后 {window}内的新单，并进前一单还没拣货的包裹一起发。"
    return (
        f"An order of one buyer (recognised by {kinds}) to the same address that comes within {window} of an earlier "
        "one leaves in its parcel, while that is not picked yet."
    )


def _kinds(evidence: Sequence[Json], strength: str, language: str) -> str:
    """The kinds of one strength in words, with where they mean something."""
    told = [_kind(one, language) for one in evidence if one["strength"] == strength]
    return ("或" if language == "zh" else " or ").join(told)


def _kind(one: Json, language: str) -> str:
    word = EVIDENCE_WORDS[one["kind"]][language]
    if language == "zh":
        return f"{'同店内' if one.get('scope') == 'shop' else ''}{word}相同"
    return f"{word}{' within one shop' if one.get('scope') == 'shop' else ''}"


def _deed(section: Json, strength: str, kinds: str, language: str, names: Names) -> str:
    action = section[strength]
    owner, reason = ROLES[action["owner"]][language], names.get(action.get("reason", ""), {}).get(language, "")
    asks = action["do"] == "ask"
    if language == "zh":
        why = f"（原因：{reason}）" if reason else ""
        sure = "确凿" if strength == "strong" else "只是像"
        return f"{kinds}，证据{sure}，后来的{f'先挂起，问{owner}是不是同一单' if asks else f'挂起给{owner}处理'}{why}"
    why = f" (reason: {reason})" if reason else ""
    deed = f"is held and the {owner} asked whether it is the same" if asks else f"is held for the {owner}"
    return f"on {strength} evidence ({kinds}), the later one {deed}{why}"
