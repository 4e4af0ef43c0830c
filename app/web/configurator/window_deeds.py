"""What each control of the window editor means: a form becomes one edit of the duplicates or consolidation section."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from werkzeug.datastructures import MultiDict

from app.domain.errors import Refused
from app.intake.initials import initials
from app.rulebook.drafts import Edit
from app.rulebook.order_actions import ROLES
from app.rulebook.pack_schema import KINDS
from app.rulebook.reasons import with_new_reason
from app.rulebook.window_words import read_span

Evidence = dict[str, Any]

MOST_SECONDS = 7 * 86_400
_MINUTE, _HOUR, _DAY = 60, 3600, 86_400
STEPS: Sequence[int] = (
    0, 5, 10, 15, 20, 30, 45, _MINUTE, 90, 2 * _MINUTE, 3 * _MINUTE, 5 * _MINUTE, 10 * _MINUTE, 15 * _MINUTE,
    20 * _MINUTE, 30 * _MINUTE, 45 * _MINUTE, _HOUR, 90 * _MINUTE, 2 * _HOUR, 3 * _HOUR, 4 * _HOUR, 6 * _HOUR,
    8 * _HOUR, 12 * _HOUR, 18 * _HOUR, _DAY, 2 * _DAY, 3 * _DAY, 4 * _DAY, 5 * _DAY, 6 * _DAY, MOST_SECONDS,
)  # fmt: skip
"""Where the slider stops, in seconds: about evenly apart as people feel lengths of time."""
UNITS: Mapping[str, int] = {"second": 1, "minute": _MINUTE, "hour": _HOUR, "day": _DAY}
STRENGTHS = ("strong", "weak")


@dataclass(frozen=True, slots=True)
class AskedWindow:
    """A form about the section `duplicates` or `consolidation` of a document."""

    document: dict[str, Any]
    section: str
    form: MultiDict[str, str]

    @property
    def content(self) -> dict[str, Any]:
        """The section as it stands."""
        found: dict[str, Any] = self.document[self.section]
        return found

    @property
    def evidence(self) -> list[Evidence]:
        """Its evidence in order of strength."""
        return ranked(self.content.get("evidence", ()))

    def part(self, name: str, value: Any) -> Edit:
        """Set one part of the section."""
        return Edit("set", f"{self.section}/{name}", value)


def edit_of(deed: str, asked: AskedWindow) -> Edit:
    """The edit that a control means. Raises `Refused`."""
    if deed not in _DEEDS:
        raise Refused("edit-wrong")
    return _DEEDS[deed](asked)


def ranked(evidence: Sequence[Evidence]) -> list[Evidence]:
    """The strong ones first, each strength in its own order."""
    return sorted(evidence, key=lambda one: one["strength"] != "strong")


def unit_of(seconds: int) -> tuple[int, str]:
    """A length of time in its largest unit that divides it."""
    unit = next((name for name, size in reversed([*UNITS.items()]) if seconds and seconds % size == 0), "second")
    return seconds // UNITS[unit], unit


def nearest_step(seconds: int) -> int:
    """The place of the slider's stop that is nearest."""
    return min(range(len(STEPS)), key=lambda place: abs(STEPS[place] - seconds))


def _step(asked: AskedWindow) -> Edit:
    step = asked.form.get("step", "")
    if not step.isdigit() or int(step) >= len(STEPS):
        raise Refused("edit-wrong")
    return asked.part("window_seconds", STEPS[int(step)])


def _span(asked: AskedWindow) -> Edit:
    written = asked.form.get("span", "")
    seconds = read_span(written, UNITS.get(asked.form.get("unit", ""), _MINUTE))
    if seconds is None:
        raise Refused("span-not-read", value=written)
    if seconds > MOST_SECONDS:
        raise Refused("span-too-long")
    return asked.part("window_seconds", seconds)


def _goods(asked: AskedWindow) -> Edit:
    return asked.part("skus", _one_of(asked.form.get("skus", ""), ("same_set", "any")))


def _add_evidence(asked: AskedWindow) -> Edit:
    kind = _one_of(asked.form.get("kind", ""), KINDS)
    if any(one["kind"] == kind for one in asked.evidence):
        raise Refused("edit-wrong")
    weak = kind == "masked_phone_and_district"
    # Tokens of a platform say something among orders of one shop only.
    scope = {"scope": "shop"} if kind in ("platform_address", "buyer_id") else {}
    made = {"kind": kind, "strength": "weak" if weak else "strong", **scope}
    return asked.part("evidence", ranked([*asked.evidence, made]))


def _remove_evidence(asked: AskedWindow) -> Edit:
    place = _place(asked)
    return asked.part("evidence", [one for at, one in enumerate(asked.evidence) if at != place])


def _move_evidence(asked: AskedWindow) -> Edit:
    """To another place of the list in which a line parts the strong from the weak; who crosses it becomes the other."""
    strong = sum(one["strength"] == "strong" for one in asked.evidence)
    listed: list[Evidence | None] = [*asked.evidence[:strong], None, *asked.evidence[strong:]]
    place, to = _place(asked), asked.form.get("to", "")
    if not to.isdigit() or int(to) >= len(listed):
        raise Refused("edit-wrong")
    listed.insert(int(to), listed.pop(place + (place >= strong)))
    line = listed.index(None)
    strengths = ["strong" if at < line else "weak" for at in range(len(listed))]
    moved = [{**one, "strength": strength} for one, strength in zip(listed, strengths, strict=True) if one is not None]
    return asked.part("evidence", moved)


def _strength(asked: AskedWindow) -> Edit:
    strength = _one_of(asked.form.get("strength", ""), STRENGTHS)
    return _with_evidence(asked, {"strength": strength})


def _scope(asked: AskedWindow) -> Edit:
    scope = _one_of(asked.form.get("scope", ""), ("", "shop"))
    return _with_evidence(asked, {"scope": scope})


def _with_evidence(asked: AskedWindow, change: Mapping[str, str]) -> Edit:
    listed, place = asked.evidence, _place(asked)
    changed = {**listed[place], **change}
    listed[place] = {key: value for key, value in changed.items() if value}
    return asked.part("evidence", ranked(listed))


def _action(asked: AskedWindow) -> Edit:
    return _with_action(asked, "do", _one_of(asked.form.get("value", ""), ("hold", "ask")))


def _owner(asked: AskedWindow) -> Edit:
    return _with_action(asked, "owner", _one_of(asked.form.get("value", ""), tuple(ROLES)))


def _reason(asked: AskedWindow) -> Edit:
    return _with_action(asked, "reason", asked.form.get("value", ""))


def _new_reason(asked: AskedWindow) -> Edit:
    words = {tongue: asked.form.get(f"reason-{tongue}", "") for tongue in ("zh", "en")}
    return with_new_reason(asked.document, words, lambda code: _with_action(asked, "reason", code), initials)


def _with_action(asked: AskedWindow, name: str, value: str) -> Edit:
    strength = _one_of(asked.form.get("strength", ""), STRENGTHS)
    action = {**asked.content[strength], name: value}
    return asked.part(strength, {key: said for key, said in action.items() if said})


def _enabled(asked: AskedWindow) -> Edit:
    return asked.part("enabled", not asked.content.get("enabled", True))


def _own_evidence(asked: AskedWindow) -> Edit:
    """Consolidation recognises buyers as duplicates do, or by a list of its own that begins as theirs."""
    if asked.content.get("evidence"):
        return Edit("remove", f"{asked.section}/evidence")
    return asked.part("evidence", ranked(asked.document["duplicates"]["evidence"]))


def _place(asked: AskedWindow) -> int:
    """The place that the form names in the list as it is shown."""
    place = asked.form.get("place", "")
    if not place.isdigit() or int(place) >= len(asked.evidence):
        raise Refused("edit-wrong")
    return int(place)


def _one_of(value: str, choices: Sequence[str]) -> str:
    if value not in choices:
        raise Refused("edit-wrong")
    return value


_DEEDS: Mapping[str, Callable[[AskedWindow], Edit]] = {
    "step": _step, "span": _span, "goods": _goods, "add-evidence": _add_evidence, "remove-evidence": _remove_evidence,
    "move-evidence": _move_evidence, "strength": _strength, "scope": _scope, "action": _action, "owner": _owner,
    "reason": _reason, "new-reason": _new_reason, "enabled": _enabled, "own-evidence": _own_evidence,
}  # fmt: skip
