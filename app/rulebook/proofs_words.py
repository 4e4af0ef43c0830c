"""Findings in words: what makes the case, said with the vocabulary's own words, and as conditions again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from app.engine.analyse import Finding
from app.engine.analyse.domain import Json
from app.engine.analyse.findings import Part
from app.engine.analyse.space import conjuncts
from app.engine.phrase import phrase_condition
from app.engine.trace import Truth
from app.rulebook.order_fields import words
from app.rulebook.proofs_domain import HIDDEN, PROVING

ABOUT = {
    "same-condition": words("条件一样，结果不一样", "the same condition, different outcomes"),
    "priority": words("设的优先级不一样", "they set different priorities"),
    "carrier": words("指定的快递不一样", "they wish different carriers"),
    "owner": words("同一个原因挂起给不同的人", "one reason, held for different roles"),
    "owners": words("挂起给不同的人，要各放行一次", "held for different roles, each of which must release it"),
    "gap": words("有没有漏掉的订单", "whether orders fall through"),
    "conflict": words("有没有矛盾", "whether it contradicts another"),
    "unreachable": words("会不会轮到它", "whether it ever decides"),
    "duplicate": words("是不是重复", "whether it is a duplicate"),
    "subsumed": words("是不是多余", "whether it can go"),
    "always-true": words("是不是总成立", "whether it always holds"),
    "always-false": words("能不能成立", "whether it can hold"),
    "always-true-part": words("是不是总成立", "whether a condition always holds"),
    "impossible-value": words("值会不会出现", "whether a value can be"),
    "threshold-touching": words("临界值有没有人管", "whether the bound is taken"),
    "loose": words("动作什么时候做得到", "when its action can be carried out"),
    "other": words("一项检查", "one check"),
}
"""What a finding is about, by its code or by what two rules contradict each other in."""
_UNKNOWN = {"zh": "不知道是否“{told}”", "en": "it is not known whether “{told}”"}
_NOT = {"zh": "并非“{told}”", "en": "not “{told}”"}
_JOIN = {"zh": "；", "en": "; "}
_WORDS = {"any": "no", "no": "any"}
_HIDDEN = {field.key for field in HIDDEN}


def how(finding: Finding, count: int, details: Mapping[str, Any]) -> dict[str, str]:
    """How a gap comes about: nothing takes the order, its lines want different things, or a rule cannot tell."""
    if finding.details.get("lines"):
        return {
            "how_zh": "一单里的几行各有规则管，合在一起就没有规则管",
            "how_en": "Each line alone has its rule, the order as a whole has none",
            "case_zh": "各行的答案不一样",
            "case_en": "its lines get different answers",
        }
    if finding.rule == count - 1:
        return {
            "how_zh": "没有规则管这种订单，只会落到最后一行",
            "how_en": "No rule takes such an order, only the last row",
        }
    return {
        "how_zh": f"“{details['rule_zh']}”缺信息判断不了，订单只能挂起",
        "how_en": f"“{details['rule_en']}” lacks a value and cannot tell; the order is held",
    }


def case_in_words(parts: Sequence[Part], language: str) -> str:
    """All parts of a case in one sentence; what is said twice is said once."""
    return _JOIN[language].join(dict.fromkeys(_part(document, truths, language) for document, truths in parts))


def _part(document: Json, truths: frozenset[Truth], language: str) -> str:
    if truths == {Truth.TRUE}:
        return phrase_condition(document, PROVING, language)
    if truths == {Truth.FALSE}:
        turned = _turned(document)
        if turned is not None:
            return phrase_condition(turned, PROVING, language)
        return _NOT[language].format(told=phrase_condition(document, PROVING, language))
    return _UNKNOWN[language].format(told=phrase_condition(document, PROVING, language))


def _turned(document: Json) -> dict[str, Any] | None:
    """The condition that is true exactly where this one is false, where it can be said plainly."""
    if "field" in document:
        if document.get("value") is False and document["op"] == "is":
            return {**document, "value": True}
        negation = PROVING.operators[document["op"]].negation
        return {**document, "op": negation} if negation else None
    ((key, inner),) = document.items()
    word, _, scope = key.partition("_")
    if word in _WORDS and scope:
        return {f"{_WORDS[word]}_{scope}": inner}
    return None


def case_as_condition(parts: Sequence[Part]) -> dict[str, Any] | None:
    """A condition that is true where all parts are as said; None where they hang on what no rule can ask."""
    found: list[Mapping[str, Any]] = []
    for document, truths in parts:
        if _asks_hidden(document):
            return None
        made = _as_condition(document, truths)
        if made is not None and made not in found:
            found.append(made)
    return {"all": [dict(each) for each in found]}


def _as_condition(document: Json, truths: frozenset[Truth]) -> Json | None:
    if truths == {Truth.TRUE}:
        return document
    if truths == {Truth.FALSE}:
        return _turned(document) or {"none": [document]}
    return unknown_of(document)


def unknown_of(document: Json) -> dict[str, Any]:
    """A condition that is true where this one is unknown for want of a value."""
    if "field" in document:
        keys = [document["field"]]
        value = document.get("value")
        if isinstance(value, Mapping) and "field" in value:
            keys.append(value["field"])
        asked = [{"field": key, "op": "is_unknown"} for key in keys]
        return asked[0] if len(asked) == 1 else {"any": asked}
    ((key, inner),) = document.items()
    if key in ("all", "any", "none"):
        return {"any": [unknown_of(part) for part in inner]}
    scope = key.partition("_")[2]
    *before, last = conjuncts(inner)
    return {f"any_{scope}": {"all": [*before, unknown_of(last)]}}


def _asks_hidden(document: Json) -> bool:
    if "field" in document:
        return document["field"] in _HIDDEN
    ((key, inner),) = document.items()
    if key.startswith("two_"):
        return True
    return any(_asks_hidden(part) for part in (inner if isinstance(inner, list) else [inner]))
