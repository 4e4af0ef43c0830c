"""A rule as a sentence in Chinese or English, made of the vocabulary's own words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from app.engine.values import SHANGHAI
from app.engine.vocabulary import Field, Parameter, Text, Vocabulary

Json = Mapping[str, Any]
Names = Mapping[str, Mapping[str, Mapping[str, str]]]

_JOINTS = {"all": {"zh": "，并且", "en": " and "}, "any": {"zh": "，或者", "en": " or "}}
_WHEN = {"zh": "当{condition}时，{actions}。", "en": "When {condition}: {actions}."}
_ALWAYS = {"zh": "{actions}。", "en": "{actions}."}
_OTHERWISE = {"zh": "其他情况，{actions}。", "en": "Otherwise {actions}."}
_NONE = {"zh": "以下都不成立：{parts}", "en": "none of these holds: {parts}"}
_FALSE = {"zh": "不满足“{field}”", "en": "“{field}” does not hold"}
_QUANTIFIED = {
    "any": {"zh": "有{scope}满足（{inner}）", "en": "any {scope} where ({inner})"},
    "every": {"zh": "每个{scope}都满足（{inner}）", "en": "every {scope} has ({inner})"},
    "no": {"zh": "没有{scope}满足（{inner}）", "en": "no {scope} where ({inner})"},
}
_AGES = {
    "days": {"zh": "{n} 天", "en": "{n} days"},
    "hours": {"zh": "{n} 小时", "en": "{n} hours"},
    "minutes": {"zh": "{n} 分钟", "en": "{n} minutes"},
}
_WEEKDAYS = {"zh": "一二三四五六日", "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")}
_TO = {"zh": " 到 ", "en": " and "}
_AND = {"zh": "、", "en": ", "}
_EMPTY = {"all": {"zh": "任何情况", "en": "in every case"}, "any": {"zh": "任何情况都不", "en": "in no case"}}
_THEN = {"zh": "；", "en": "; "}
_YES = {True: {"zh": "是", "en": "yes"}, False: {"zh": "否", "en": "no"}}
_UNKNOWN = {"zh": "不知道", "en": "unknown"}
_NOTHING = {"zh": "空", "en": "empty"}


def phrase_rule(rule: Json, vocabulary: Vocabulary, language: str, names: Names | None = None) -> str:
    """The whole rule; one without a condition acts on everything that comes to it.

    `names` gives the words for what parameters refer to: {"reasons": {"no-rule": {"zh": …, "en": …}}}.
    """
    actions = _THEN[language].join(phrase_action(action, vocabulary, language, names) for action in rule["then"])
    if rule.get("when") is None:
        return (_OTHERWISE if rule.get("id") == "otherwise" else _ALWAYS)[language].format(actions=actions)
    return _WHEN[language].format(condition=phrase_condition(rule["when"], vocabulary, language), actions=actions)


def phrase_condition(node: Json, vocabulary: Vocabulary, language: str) -> str:
    """A condition in words; groups within groups stand in brackets."""
    if "field" in node:
        return _comparison(node, vocabulary, language)
    ((key, inner),) = node.items()
    quantifier = vocabulary.quantifier(key)
    if quantifier is not None:
        word, scope = quantifier
        told = phrase_condition(inner, vocabulary, language)
        return _QUANTIFIED[word][language].format(scope=scope.label[language], inner=told)
    if not inner:
        return _EMPTY["any" if key == "any" else "all"][language]
    parts = [_part(part, vocabulary, language) for part in inner]
    if key == "none":
        return _NONE[language].format(parts=_THEN[language].join(parts))
    return _JOINTS[key][language].join(parts)


def phrase_action(action: Json, vocabulary: Vocabulary, language: str, names: Names | None = None) -> str:
    """One action in words; what it leaves open is not said. `names` as in `phrase_rule`."""
    kind = vocabulary.actions[action["do"]]
    given = {row.name: row for row in kind.parameters if action.get(row.name) is not None}

    def optional(found: re.Match[str]) -> str:
        return found[1] if all(name in given for name in re.findall(r"\{(\w+)\}", found[1])) else ""

    template = re.sub(r"\[([^\]]*)\]", optional, kind.phrase[language])
    return template.format(**_parameters(action, given, language, names or {}))


def phrase_value(value: Any, row: Field, language: str) -> str:
    """A field's value in words, with its unit; None is unknown."""
    if value is None:
        return _UNKNOWN[language]
    if isinstance(value, list | tuple | set | frozenset):
        listed = _AND[language].join(_single(each, row, language).strip() for each in sorted(value, key=str))
        return listed or _NOTHING[language]
    return _NOTHING[language] if value == "" else _single(value, row, language).strip()


def phrase_needs(node: Json, vocabulary: Vocabulary, language: str) -> str:
    """What a comparison asks of its field, without naming it: `more than 100 yuan`."""
    row, operator = vocabulary.fields[node["field"]], vocabulary.operators[node["op"]]
    told = _told_value(node.get("value"), operator.shape, row, vocabulary, language) if "value" in node else ""
    joint = "：" if operator.shape == "list" and language == "zh" else "" if told.startswith("“") else " "
    return f"{operator.label[language]}{joint}{told.strip()}".strip()


def _part(node: Json, vocabulary: Vocabulary, language: str) -> str:
    told = phrase_condition(node, vocabulary, language)
    key, inner = next(iter(node.items()))
    group = key == "none" or (key in ("all", "any") and len(inner) > 1)
    return (f"（{told}）" if language == "zh" else f"({told})") if group else told


def _comparison(node: Json, vocabulary: Vocabulary, language: str) -> str:
    row, operator = vocabulary.fields[node["field"]], vocabulary.operators[node["op"]]
    label, value = row.label[language], node.get("value")
    if row.type == "boolean" and isinstance(value, bool) and node["op"] in ("is", "is_not"):
        return label if value == (node["op"] == "is") else _denied(row, language)
    told = _told_value(value, operator.shape, row, vocabulary, language)
    return operator.phrase[language].format(field=label, value=told)


def _denied(row: Field, language: str) -> str:
    said = row.denied.get(language)
    return said[0] if said else _FALSE[language].format(field=row.label[language])


def _told_value(value: Any, shape: str, row: Field, vocabulary: Vocabulary, language: str) -> str:
    if isinstance(value, Mapping) and "field" in value:
        return vocabulary.fields[value["field"]].label[language]
    return _value(value, shape, row, language)


def _value(value: Any, shape: str, row: Field, language: str) -> str:
    if shape in ("pair", "clock"):
        return _TO[language].join(_single(each, row, language) for each in value)
    if shape == "weekdays":
        prefix = "周" if language == "zh" else ""
        return _AND[language].join(prefix + _WEEKDAYS[language][int(day) - 1] for day in value)
    if shape == "age":
        return " ".join(_AGES[unit][language].format(n=n) for unit, n in value.items())
    if shape == "list":
        return _AND[language].join(_single(each, row, language) for each in value)
    return _single(value, row, language)


def _single(value: Any, row: Field, language: str) -> str:
    if isinstance(value, bool):
        return _YES[value][language]
    if row.type == "money" and isinstance(value, int):
        value = money(value)
    elif row.type == "time" and isinstance(value, int):
        value = moment(value)
    elif value in row.choices:
        return quoted(row.choices[value][language])
    elif isinstance(value, str):
        return quoted(value)
    told = f"{value} {row.unit[language]}" if row.unit else str(value)
    # Chinese sets figures apart from its own signs; English sentences have their spaces already.
    return f" {told}" if language == "zh" else told


def money(fen: int) -> str:
    """An amount in yuan as sentences say it: `1,299` or `0.01`."""
    yuan, rest = divmod(abs(fen), 100)
    return f"{'-' if fen < 0 else ''}{yuan:,}" + (f".{rest:02}" if rest else "")


def moment(at: int) -> str:
    """Epoch seconds as China's clock shows them: `2026-06-18 20:00`, with seconds where there are some."""
    return datetime.fromtimestamp(at, SHANGHAI).strftime("%Y-%m-%d %H:%M:%S").removesuffix(":00")


def quoted(text: str) -> str:
    """A text in the quotes of sentences; a closing quote within it is doubled, so that it can be read back."""
    return f"“{text.replace('”', '””')}”"


def _parameters(action: Json, given: Mapping[str, Parameter], language: str, names: Names) -> dict[str, str]:
    return {
        name: _given(action[name], row, {**row.choices, **names.get(row.refers_to, {})}, language)
        for name, row in given.items()
    }


def _given(value: Any, row: Parameter, words: Mapping[str, Text], language: str) -> str:
    if isinstance(value, Mapping):
        return _AND[language].join(f"{_choice(name, words, language)} {n}" for name, n in value.items())
    # A text of free form needs its ends marked; one that a pattern bounds has none that could be mistaken.
    free = row.type == "text" and not row.pattern and value not in words
    return quoted(value) if free else _choice(value, words, language)


def _choice(value: Any, words: Mapping[str, Text], language: str) -> str:
    if isinstance(value, bool):
        return _YES[value][language]
    return words[value][language] if value in words else str(value)
