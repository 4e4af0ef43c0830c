"""Rules, sections, findings and differences in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson

from app.domain.errors import Problem
from app.domain.messages import say, sentences
from app.engine import phrase_rule
from app.engine.phrase import phrase_condition
from app.rulebook.differences import Difference
from app.rulebook.drafts import join_path
from app.rulebook.examples import undecided_by_examples
from app.rulebook.order_vocabulary import SECTIONS
from app.rulebook.pack import known_reasons
from app.rulebook.sections import MAPPINGS
from app.rulebook.window_words import phrase_consolidation, phrase_duplicates
from app.web.alarm_words import alarm_sentence
from app.web.language import language, t
from app.web.mapping_words import mapping_sentence, part_name
from app.web.marking import Part, marked
from app.web.mending import field_word
from app.web.order_cards import OrderCard, order_card
from app.web.platforms import platform_word
from app.web.words import outcome_word, reason_word, span

Document = Mapping[str, Any]

EXAMPLE_FAILED = "example-failed"


@dataclass(frozen=True, slots=True)
class ToldRule:
    """One rule as pages show it; `hits` of the latest decisions, `problems` in sentences where it is a draft's.

    `sentence` is empty when the rule is not whole enough to be told.
    """

    id: str
    title: str
    sentence: str
    hits: int = 0
    place: int = 0
    path: str = ""
    last: bool = False
    state: str = ""
    problems: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class ToldFinding:
    """A finding in words: where, what, the order that shows it, and what would mend it.

    `edit` is the one edit (JSON, as `rulebook.drafts` takes it) that mends it, where there is one.
    """

    code: str
    severity: str
    where: str
    text: str
    path: str
    counterexample: str = ""
    remedy: str = ""
    edit: str = ""
    card: OrderCard | None = None


@dataclass(frozen=True, slots=True)
class ToldDifference:
    """One difference in words: kind, name, and what stood and stands there; `parts` of both where words differ."""

    kind: str
    word: str
    tone: str
    name: str
    before: str
    after: str

    @property
    def parts(self) -> tuple[list[Part], list[Part]]:
        """Both sides with what differs marked; a side as a whole where the other has nothing."""
        if self.kind != "changed" or not (self.before and self.after):
            return [(self.before, False)], [(self.after, False)]
        return marked(self.before, self.after)


def section_word(name: str) -> str:
    """A section in words."""
    if name.startswith(f"{MAPPINGS}/"):
        return t("平台字段：", "Platform fields: ") + platform_word(name.partition("/")[2])
    words = {
        "about": t("名称与说明", "Name and purpose"),
        MAPPINGS: t("平台字段", "Platform fields"),
        "duplicates": t("疑似重复", "Repeats"),
        "consolidation": t("合单", "Shared parcels"),
        "screening": t("审单", "Screening"),
        "allocation": t("分仓", "Allocation"),
        "calendar": t("工作日历", "Working calendar"),
        "escalation": t("升级", "Escalation"),
        "watches": t("监视", "Watches"),
        "reasons": t("原因", "Reasons"),
        "examples": t("例子", "Examples"),
    }
    return words.get(name, name)


def rules_of(document: Document, section: str) -> list[Any]:
    """A section's rules; nothing where a draft has none that can be read."""
    content = document.get(section)
    rules = content.get("rules") if isinstance(content, Mapping) else None
    return rules if isinstance(rules, list) else []


def told_rules(
    document: Document, section: str, hits: Counter[str] | None = None, problems: Sequence[Problem] = (),
    states: Mapping[str, str] | None = None,
) -> list[ToldRule]:  # fmt: skip
    """A section's rules in words, in order."""
    rules = rules_of(document, section)
    told = []
    for place, rule in enumerate(rules):
        path, name = join_path(section, "rules", place), str(rule.get("id", "")) if isinstance(rule, dict) else ""
        faults = [fault_text(one) for one in problems if one.path == path or one.path.startswith(f"{path}/")]
        sentence, many = rule_sentence(document, section, rule), (hits or Counter())[f"{section}/{name}"]
        last, state = place == len(rules) - 1, (states or {}).get(name, "")
        told.append(ToldRule(name, rule_title(rule), sentence, many, place, path, last, state, faults))
    return told


def rule_title(rule: Any) -> str:
    """What a rule is called: in the page's language, else in the other."""
    if not isinstance(rule, Mapping):
        return "?"
    title = rule.get("title")
    known = (title.get(language()) or next(iter(title.values()), "")) if isinstance(title, Mapping) else ""
    return str(known or rule.get("id") or "?")


def rule_sentence(document: Document, section: str, rule: Any) -> str:
    """A rule as a sentence; empty when it is not whole."""
    try:
        return phrase_rule(rule, SECTIONS[section], language(), {"reasons": known_reasons(dict(document))})
    except (AttributeError, KeyError, TypeError, ValueError, IndexError):
        return ""


def fault_text(problem: Problem) -> str:
    """A finding as a sentence."""
    details = {"path": problem.path, **problem.details}
    code = f"rule-{problem.code}" if f"rule-{problem.code}" in sentences() else problem.code
    if code not in sentences():
        return t("这里有问题。", "Something is wrong here.")
    told = say(code, language(), **details)
    near = details.get("did_you_mean")
    return told + (" " + say("did-you-mean", language(), **details) if near else "")


def told_findings(document: Document, problems: Sequence[Problem]) -> list[ToldFinding]:
    """Findings in words, errors first."""
    told: dict[tuple[str, str], ToldFinding] = {}
    for one in sorted(problems, key=lambda problem: problem.severity != "error"):
        failed = one.code == EXAMPLE_FAILED
        path = "/".join(one.path.split("/")[:2]) if failed else one.path
        text = _astray(document, one) if failed else fault_text(one)
        # One example may go astray in several parts; it is one finding.
        before = told.get((path, one.code)) if failed else None
        text = t("；", "; ").join([before.text, text]) if before else text
        key = (path, one.code if failed else f"{one.code} {len(told)}")
        shown = one.details.get("counterexample")
        told[key] = ToldFinding(
            one.code, one.severity, place_word(document, path), text, path, _pretty(shown) if shown else "",
            *_mending(one), order_card(shown) if shown else None,
        )  # fmt: skip
    return list(told.values())


def _mending(problem: Problem) -> tuple[str, str]:
    """What would mend it, in words, and the edit that does it as JSON; empty where there is none."""
    remedy = problem.details.get("remedy")
    if remedy is None:
        return "", ""
    edit = orjson.dumps(remedy.edit).decode() if remedy.edit is not None else ""
    return t(remedy.zh, remedy.en), edit


def _astray(document: Document, problem: Problem) -> str:
    """What an example expects and what it gives, in words."""
    part = str(problem.details.get("part", ""))
    wanted, got = (_expected(document, part, problem.details.get(name)) for name in ("wanted", "got"))
    word = _example_words().get(part, part)
    return t(f"{word}应为“{wanted}”，实际是“{got}”", f"{word}: “{wanted}” expected, “{got}” found")


def _example_words() -> dict[str, str]:
    return {
        "outcome": t("结果", "outcome"), "rule": t("规则", "rule"), "rules": t("规则", "rules"),
        "warehouse": t("仓库", "warehouse"), "warehouses": t("仓库", "warehouses"), "holds": t("挂起", "holds"),
        "tags": t("标签", "tags"), "priority": t("优先级", "priority"), "purchases": t("采购", "purchases"),
        "transfers": t("调拨", "transfers"),
    }  # fmt: skip


def _expected(document: Document, part: str, value: Any) -> str:
    many = list(value) if isinstance(value, list | tuple) else [] if value is None else [value]
    if isinstance(value, Mapping):
        many = [f"{key} × {n}" for key, n in value.items()]
    return t("、", ", ").join(_one_expected(document, part, str(one)) for one in many) or t("无", "none")


def _one_expected(document: Document, part: str, value: str) -> str:
    match part:
        case "outcome":
            return outcome_word(value)
        case "holds":
            return reason_word(value, {code: dict(text) for code, text in known_reasons(dict(document)).items()})
        case "rule" | "rules":
            return _rule_called(document, value)
        case _:
            return value


def _rule_called(document: Document, name: str) -> str:
    """A rule by its title, given its id, with its section or without."""
    section, _, own = name.rpartition("/")
    for each in (section,) if section else SECTIONS:
        for rule in rules_of(document, each):
            if isinstance(rule, Mapping) and rule.get("id") == own:
                return rule_title(rule)
    return own


def place_word(document: Document, path: str) -> str:
    """Where in the pack a path leads, in words: "分仓第 3 条“缺货就等补货”"."""
    steps = path.split("/")
    if not steps[0]:
        return t("整个规则包", "The whole pack")
    section = "/".join(steps[:2]) if steps[0] == MAPPINGS and len(steps) > 1 else steps[0]
    word = section_word("about" if section in ("format", "pack", "title", "note") else section)
    if len(steps) > 2 and steps[1] == "rules" and steps[2].isdigit():
        return word + _nth(rules_of(document, section), int(steps[2]), rule_title)
    if section == "examples" and len(steps) > 1 and steps[1].isdigit():
        examples = document.get("examples")
        return word + _nth(examples if isinstance(examples, list) else [], int(steps[1]), rule_title)
    return word


def part_of(path: str) -> str:
    """The part of the pack that is edited as a whole when something at this path is to be mended: a rule, a section."""
    steps = path.split("/")
    many = 3 if len(steps) > 2 and steps[1] == "rules" else 2 if steps[0] in (MAPPINGS, "examples", "reasons") else 1
    return "/".join(steps[:many])


def told_difference(difference: Difference, before: Document, after: Document) -> ToldDifference:
    """A difference in words."""
    word, tone = {
        "added": (t("新增", "Added"), "good"), "removed": (t("删除", "Removed"), "bad"),
        "changed": (t("修改", "Changed"), "warn"), "moved": (t("移动", "Moved"), "calm"),
    }[difference.kind]  # fmt: skip
    old, new = _member(difference, before, difference.before), _member(difference, after, difference.after)
    if difference.kind == "moved" or (difference.kind == "changed" and old == new):
        # What sentences do not tell apart differs in the text itself.
        old, new = _finer(difference)
    member = difference.after if difference.after is not None else difference.before
    return ToldDifference(difference.kind, word, tone, _name(difference, member), old, new)


def policy_sentences(document: Document) -> list[str]:
    """What the pack does about repeats and shared parcels."""
    reasons = known_reasons(dict(document))
    return [
        phrase_duplicates(document["duplicates"], language(), reasons),
        phrase_consolidation(document["consolidation"], document["duplicates"], language()),
    ]


def _nth(members: Sequence[Any], place: int, name: Any) -> str:
    number = t(f"第 {place + 1} 条", f", no. {place + 1}")
    return number + (t(f"“{name(members[place])}”", f" “{name(members[place])}”") if place < len(members) else "")


def _name(difference: Difference, member: Any) -> str:
    if difference.section.startswith(f"{MAPPINGS}/"):
        # A field's second row is named with a number behind it.
        return part_name(difference.name) or field_word(difference.name.partition(" ")[0])
    if isinstance(member, Mapping) and ("title" in member or "id" in member):
        return rule_title(member)
    return (
        "" if difference.name.isdigit() or not difference.name else _part_words().get(difference.name, difference.name)
    )


def _part_words() -> dict[str, str]:
    return {
        "window_seconds": t("时间窗", "Window"), "evidence": t("证据", "Evidence"), "skus": t("商品", "Goods"),
        "strong": t("证据确凿时", "On strong evidence"), "weak": t("证据不足时", "On weak evidence"),
        "enabled": t("启用", "Switched on"), "title": t("名称", "Name"), "note": t("说明", "Purpose"),
        "pack": t("代号", "Code"), "hit": t("怎么命中", "How rules hit"),
    }  # fmt: skip


def _member(difference: Difference, document: Document, member: Any) -> str:
    if member is None:
        return ""
    if difference.section in SECTIONS and isinstance(member, Mapping):
        told = rule_sentence(document, difference.section, member)
        if not told:
            return t("这条规则还写不成一句话。", "This rule is not whole enough to be told.")
        return told + _accepted(difference.section, member) + aside(member)
    if difference.section in ("escalation", "watches") and isinstance(member, Mapping):
        told = alarm_sentence(document, difference.section, member, language())
        if told:
            return told + aside(member)
    if difference.section.startswith(f"{MAPPINGS}/"):
        return mapping_sentence(difference.name, member) or _pretty(member)
    if difference.section == "examples" and isinstance(member, Mapping) and isinstance(member.get("expect"), Mapping):
        return _told_example(document, member["expect"])
    if isinstance(member, Mapping) and member.keys() == {"zh", "en"}:
        return str(member[language()])
    if difference.name == "window_seconds" and isinstance(member, int):
        return span(member)
    return member if isinstance(member, str) else _pretty(member)


def _accepted(section: str, rule: Mapping[str, Any]) -> str:
    """Which orders the last row may leave to a person, in words."""
    accepts = rule.get("accepts")
    try:
        told = phrase_condition(accepts, SECTIONS[section], language()) if accepts else ""
    except (AttributeError, KeyError, TypeError, ValueError, IndexError):
        return ""
    return t(f"这些可以等人处理：{told}。", f" These may wait for a person: {told}.") if told else ""


def _told_example(document: Document, expect: Mapping[str, Any]) -> str:
    """What an example expects of its order, in words."""
    parts = [
        f"{word} {_expected(document, part, expect[part])}" for part, word in _example_words().items() if part in expect
    ]
    return t("，", ", ").join(parts) or _pretty(dict(expect))


def aside(rule: Mapping[str, Any]) -> str:
    """What a rule's sentence leaves out: that it is muted, and its group."""
    group = rule.get("group")
    named = t(f"组：{group['zh']}", f"group: {group['en']}") if isinstance(group, Mapping) else ""
    asides = [t("已停用", "muted") if rule.get("muted") else "", named]
    said = t("；", "; ").join(filter(None, asides))
    return t(f"（{said}）", f" ({said})") if said else ""


def _finer(difference: Difference) -> tuple[str, str]:
    if difference.kind == "moved":
        before, after = (difference.was_at or 0) + 1, (difference.is_at or 0) + 1
        return t(f"第 {before} 条", f"no. {before}"), t(f"第 {after} 条", f"no. {after}")
    return _pretty(difference.before), _pretty(difference.after)


def _pretty(value: Any) -> str:
    return orjson.dumps(value, option=orjson.OPT_INDENT_2, default=str).decode()


def edit_word(edit: Any) -> str:
    """What undo would take back, or redo do again, in words."""
    words = {
        "set": t("修改", "change"), "insert": t("新增", "addition"), "remove": t("删除", "removal"),
        "move": t("移动", "move"), "rebase": t("换底", "rebase"), "publish": t("发布", "publication"),
    }  # fmt: skip
    steps = str(edit.get("path", "")).split("/")
    where = section_word("/".join(steps[:2]) if steps[0] == "mappings" else steps[0]) if steps[0] else ""
    return words.get(str(edit.get("do")), "") + (t(f"（{where}）", f" ({where})") if where else "")


def without_example(document: Document, coverage: Mapping[str, int]) -> list[tuple[str, str]]:
    """The rules that no example decides: key and title."""
    found = []
    for key in undecided_by_examples(coverage):
        section, _, name = key.partition("/")
        rule = next(one for one in document[section]["rules"] if one["id"] == name)
        found.append((key, rule["title"][language()] if "title" in rule else name))
    return found
