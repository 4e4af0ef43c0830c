"""What each control of the escalation and watch editors means: a form becomes one edit of the draft's document."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from app.domain.errors import Refused
from app.engine.parse import read_value
from app.engine.vocabulary import Vocabulary
from app.intake.initials import initials
from app.rulebook import alarm_editing as making
from app.rulebook.drafts import Edit, copied, join_path
from app.rulebook.escalation_schema import STEPS, WAITS
from app.rulebook.order_vocabulary import ESCALATION, VOCABULARY
from app.rulebook.reasons import with_new_reason
from app.rulebook.watches_schema import ACTIONS
from app.rulebook.window_words import read_span
from app.web.configurator import deeds
from app.web.configurator.deeds import Asked
from app.web.configurator.window_deeds import UNITS

_EVERYWHERE = (
    "add-part", "field", "operator", "value", "kind", "wrap", "move-part", "remove", "move", "mute-rule", "mend",
    "keep-example",
)  # fmt: skip
"""Deeds to a rule, its condition and what is found of it, as everywhere; taking away and moving serve its steps too."""
_NUMBERS = frozenset({"hours", "after_hours", "within_hours", "every_hours", "times", "units", "percent"})
_SPANS = frozenset({"window_seconds", "for_seconds"})
_LISTS = frozenset({"shops", "evidence"})
_WORDS = frozenset({"clock", "owner", "kind", "of", "tag"})


@dataclass(frozen=True, slots=True)
class AskedAlarm(Asked):
    """A form about a list of rules that lie in the section itself: `escalation` or `watches`."""

    @property
    def vocabulary(self) -> Vocabulary:
        """What conditions of an escalation rule may say."""
        return ESCALATION

    @property
    def rules(self) -> list[Any]:
        """The section's rules; none where the pack has no such section."""
        listed: list[Any] = self.document.get(self.section) or []
        return listed

    @property
    def at(self) -> str:
        """The path of the rule."""
        return join_path(self.section, self.rule)


def edit_of(deed: str, asked: AskedAlarm) -> Edit:
    """The edit that a control means. Raises `Refused`."""
    if deed in _EVERYWHERE:
        return deeds.edit_of(deed, asked)
    if deed not in _DEEDS:
        raise Refused("edit-wrong")
    return _DEEDS[deed](asked)


def _add(asked: AskedAlarm) -> Edit:
    start = asked.form.get("start", "")
    if asked.section == "watches":
        made = making.new_watch(asked.rules, _known(start, making.STARTS))
    else:
        made = making.new_escalation(asked.rules, _known(start, WAITS))
    return _inserted(asked, len(asked.rules), made)


def _copy(asked: AskedAlarm) -> Edit:
    return _inserted(asked, asked.rule + 1, copied(asked.rules, asked.rule))


def _inserted(asked: AskedAlarm, place: int, made: dict[str, Any]) -> Edit:
    if asked.section not in asked.document:
        return Edit("set", asked.section, [made])
    return Edit("insert", join_path(asked.section, place), made)


def _remove_rule(asked: AskedAlarm) -> Edit:
    return Edit("remove", asked.at)


def _title(asked: AskedAlarm) -> Edit:
    titles = {tongue: asked.form.get(f"title-{tongue}", "").strip() for tongue in ("zh", "en")}
    known = titles["zh"] or titles["en"]
    return Edit("set", f"{asked.at}/title", {tongue: text or known for tongue, text in titles.items()})


def _part(asked: AskedAlarm) -> Edit:
    """One part of the rule, or of a step or deed within it."""
    name, node = asked.form.get("part", ""), asked.node()
    if not isinstance(node, dict):
        raise Refused("edit-wrong")
    if name in ("do", "timer"):
        return Edit("set", asked.path, _changed(name, asked, node))
    value = _read(name, asked)
    made = {**node, name: value}
    if name == "times" and value == 1:
        made.pop("every_hours", None)
    empty = value in (None, "", [], False) or (name, value) in (("after_hours", 0), ("times", 1), ("least", 0))
    return Edit("set", asked.path, {key: said for key, said in made.items() if key != name or not empty})


def _changed(name: str, asked: AskedAlarm, node: dict[str, Any]) -> dict[str, Any]:
    value = asked.form.get("value", "")
    if name == "timer":
        return making.with_timer(node, _known(value, WAITS))
    return making.with_do(node, _known(value, STEPS))


def _read(name: str, asked: AskedAlarm) -> Any:
    written = asked.form.get("value", "").strip()
    if name in _LISTS:
        return asked.form.getlist("value")
    if name in _WORDS:
        return written
    if name == "each_shop":
        return written == "true"
    if not written:
        return None
    found = _number(name, written, asked)
    if found is None:
        raise Refused("span-not-read" if name in _SPANS else "value-not-read", value=written)
    return found


def _number(name: str, written: str, asked: AskedAlarm) -> Any:
    if name in _SPANS:
        return read_span(written, UNITS.get(asked.form.get("unit", ""), 60))
    if name == "least":
        return read_value(written, VOCABULARY.fields["order.paid"], asked.language)
    if name not in _NUMBERS:
        raise Refused("edit-wrong")
    return int(written) if written.isascii() and written.isdigit() and len(written) < 10 else None


def _add_step(asked: AskedAlarm) -> Edit:
    ladder = asked.rules[asked.rule]["ladder"]
    made = making.new_step(_known(asked.form.get("do", ""), STEPS), first=not ladder)
    return Edit("insert", join_path(*asked.at.split("/"), "ladder", len(ladder)), made)


def _add_deed(asked: AskedAlarm) -> Edit:
    then = asked.rules[asked.rule]["then"]
    made = making.new_deed(_known(asked.form.get("do", ""), ACTIONS))
    return Edit("insert", join_path(*asked.at.split("/"), "then", len(then)), made)


def _condition(asked: AskedAlarm) -> Edit:
    """Only for some orders: begun, or taken away."""
    path = f"{asked.at}/when"
    if "when" in asked.rules[asked.rule]:
        return Edit("remove", path)
    return Edit("set", path, {"all": []})


def _new_reason(asked: AskedAlarm) -> Edit:
    """The kind of a ticket, whose words lie with the reasons."""
    step, words = asked.node(), {tongue: asked.form.get(f"reason-{tongue}", "") for tongue in ("zh", "en")}
    return with_new_reason(
        asked.document, words, lambda code: Edit("set", asked.path, {**step, "kind": code}), initials
    )


def _calendar(asked: AskedAlarm) -> Edit:
    form = asked.form
    days = sorted({int(day) for day in form.getlist("days") if day.isdigit()})
    made = {
        "days": days,
        "from": form.get("from", ""),
        "to": form.get("to", ""),
        "holidays": form.get("holidays", "cn"),
    }
    return Edit("set", "calendar", made)


def _known(value: str, choices: Mapping[str, Any]) -> str:
    if value not in choices:
        raise Refused("edit-wrong")
    return value


_DEEDS: Mapping[str, Callable[[AskedAlarm], Edit]] = {
    "add": _add, "copy": _copy, "remove-rule": _remove_rule, "title": _title, "part": _part, "add-step": _add_step,
    "add-deed": _add_deed, "condition": _condition, "new-reason": _new_reason, "calendar": _calendar,
}  # fmt: skip
