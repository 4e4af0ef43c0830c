"""What proofs find of a draft, beside its rules: asked for after the page, shown where it is about."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import current_app, g

from app.domain.errors import Problem
from app.persistence.drafts import Draft
from app.rulebook.order_vocabulary import SECTIONS
from app.rulebook.pack import pack_problems
from app.rulebook.proofs import ERRORS
from app.web.checker import WAIT_SECONDS, checker_of
from app.web.language import t
from app.web.rights import may_edit
from app.web.rules_sections import editor_url
from app.web.rules_words import ToldFinding, told_findings

ALARMS = ("escalation", "watches")
"""Sections that are their rules themselves."""
DONE, CHECKING, UNFINISHED, GIVEN_UP = "done", "checking", "unfinished", "given-up"
_REMEMBERED = 256


@dataclass(frozen=True, slots=True)
class Found:
    """What is known of a draft's sections. `fresh`: it is about the draft as it stands, and can be acted on.

    `by_rule`: problems by (section, id of the rule), `elsewhere` those of other parts; `unfinished` counts what keeps
    the proofs from running.
    """

    state: str = CHECKING
    fresh: bool = False
    by_rule: Mapping[tuple[str, str], Sequence[Problem]] = field(default_factory=dict)
    elsewhere: Sequence[Problem] = ()
    unfinished: int = 0

    def at(self, section: str, rule: str) -> Sequence[Problem]:
        """What is found at a rule."""
        return self.by_rule.get((section, rule), ())

    def count(self, section: str) -> int:
        """How many findings a section's rules have."""
        return len(self._every(section))

    def rules(self, section: str) -> list[str]:
        """The section's rules at which something is found."""
        return [rule for of, rule in self.by_rule if of == section]

    def worst(self, section: str, rule: str = "") -> str:
        """`error` where one of them keeps the draft from going live, else `warning`; empty without any."""
        listed = self.at(section, rule) if rule else self._every(section)
        return "error" if any(one.severity == "error" for one in listed) else "warning" if listed else ""

    def summary(self, section: str) -> list[tuple[str, str]]:
        """The section's findings counted, as (tone, words)."""
        every = self._every(section)
        errors = Counter(one.code for one in every if one.severity == "error")
        rest = sum(one.severity != "error" for one in every)
        told = [("bad", _counted(code, n)) for code, n in errors.most_common()]
        return [
            *told,
            *([("warn", t(f"{rest} 条提醒", f"{rest} reminders" if rest > 1 else "1 reminder"))] if rest else []),
        ]

    def _every(self, section: str) -> list[Problem]:
        return [one for (of, _), some in self.by_rule.items() if of == section for one in some]


class Finder:
    """Findings of drafts as they are edited; the last ones stay known until the next are there."""

    def __init__(self) -> None:
        self._last: dict[int, tuple[int, Found]] = {}

    def last(self, draft: Draft) -> Found:
        """What is known without asking; of an older state maybe."""
        revision, found = self._last.get(draft.id, (-1, Found()))
        if revision == draft.revision:
            return found
        return Found(CHECKING, False, found.by_rule, found.elsewhere)

    def ask(self, draft: Draft) -> Found:
        """What is found of the draft as it stands, unless it takes longer than `WAIT_SECONDS`."""
        known = self.last(draft)
        if known.fresh:
            return known
        unfinished = [one for one in pack_problems(draft.document) if one.severity == "error"]
        if unfinished:
            return self._keep(draft, Found(UNFINISHED, True, unfinished=len(unfinished)))
        answer = checker_of().ask(draft.id, draft.document, WAIT_SECONDS)
        if answer.given_up:
            return self._keep(draft, Found(GIVEN_UP, True))
        return self._keep(draft, _sorted(draft, answer.report.diagnostics)) if answer.report else known

    def _keep(self, draft: Draft, found: Found) -> Found:
        if len(self._last) >= _REMEMBERED:
            self._last.clear()
        self._last[draft.id] = (draft.revision, found)
        return found


def finder_of() -> Finder:
    """The one of this process, for whoever asks within a request."""
    found: Finder = current_app.extensions.setdefault("finder", Finder())
    return found


def found_values(
    draft: Draft,
    section: str,
    rule: str,
    rules: Sequence[str],
    paths: Sequence[str],
    found: Found,
    before: Found | None = None,
) -> dict[str, Any]:
    """What templates show of findings: counts by rule, and those of the open `rule` at the `paths` that have room.

    `before` is what was shown until now.
    """
    touched = {*found.rules(section), *(before.rules(section) if before else ())}
    return {
        "draft": draft, "section": section, "found": found, "found_rule": rule,
        "found_here": placed(draft.document, found.at(section, rule) if rule else (), paths), "found_paths": paths,
        "found_rules": [name for name in rules if name in touched], "found_tabs": [*SECTIONS, *ALARMS],
        "found_base": editor_url(draft.id, section), "found_last": "",
        "editable": draft.ended_at is None and draft.owner == g.user.name and may_edit(section),
    }  # fmt: skip


def placed(
    document: Mapping[str, Any], problems: Sequence[Problem], paths: Sequence[str]
) -> dict[str, list[ToldFinding]]:
    """The findings in words by the innermost of these paths that they are about; the others under the empty path."""
    found: dict[str, list[ToldFinding]] = {}
    for one in told_findings(document, problems):
        around = [path for path in paths if one.path == path or one.path.startswith(f"{path}/")]
        found.setdefault(max(around, key=len, default=""), []).append(one)
    return found


def _sorted(draft: Draft, problems: Sequence[Problem]) -> Found:
    by_rule: dict[tuple[str, str], list[Problem]] = {}
    elsewhere = []
    for one in problems:
        rule = _rule_at(draft.document, one.path)
        if rule:
            by_rule.setdefault((one.path.split("/")[0], rule), []).append(one)
        else:
            elsewhere.append(one)
    return Found(DONE, True, by_rule, elsewhere)


def _rule_at(document: Mapping[str, Any], path: str) -> str:
    """The id of the rule that a path leads to or into; empty where it leads to none."""
    room, *steps = path.split("/")
    if room in SECTIONS and steps[:1] == ["rules"]:
        rules, steps = document[room]["rules"], steps[1:]
    elif room in ALARMS:
        rules = document[room]
    else:
        return ""
    return str(rules[int(steps[0])]["id"]) if steps and steps[0].isdigit() else ""


def _counted(code: str, n: int) -> str:
    words = {
        "gap": t(f"{n} 个漏洞", f"{n} holes" if n > 1 else "1 hole"),
        "conflict": t(f"{n} 个冲突", f"{n} conflicts" if n > 1 else "1 conflict"),
        "loop": t(f"{n} 个死循环", f"{n} loops" if n > 1 else "1 loop"),
    }
    return words.get(code) or t(f"{n} 个错误", f"{n} errors" if n > 1 else "1 error")


assert {"gap", "conflict", "loop"} <= ERRORS  # noqa: S101 - what has words of its own is known to the proofs
