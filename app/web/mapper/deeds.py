"""What each control of the mapper means: a form becomes the platform's section as it is to be, in one edit."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from werkzeug.datastructures import MultiDict

from app.domain.errors import Refused
from app.intake.mapper import editing
from app.intake.mapper.editing import Section
from app.intake.mapper.rows import money_in_fen
from app.intake.mapper.suggest import Suggested, Sureness
from app.mapping.leaves import Leaf
from app.rulebook.drafts import Edit, join_path

Form = MultiDict[str, str]


@dataclass(frozen=True, slots=True)
class Asked:
    """A form about one platform's section, with what its samples suggest."""

    section: Section
    suggested: Suggested
    envelopes: list[str]
    form: Form

    @property
    def place(self) -> str:
        """The row that it is about."""
        return self.form.get("place", "")

    def leaf(self, path: str) -> Leaf:
        """The leaf at the path; one without values where no sample has it."""
        return next((one for one in self.suggested.leaves if one.path == path), None) or Leaf(path, (path,))


def edit_of(deed: str, platform: str, asked: Asked) -> Edit:
    """The edit that a control means. Raises `Refused`."""
    if deed not in _DEEDS:
        raise Refused("edit-wrong")
    changed = _DEEDS[deed](asked)
    if deed in ("connect", "accept"):
        changed = editing.with_envelopes(changed, asked.envelopes)
    return Edit("set", join_path("mappings", platform), changed)


def _connect(asked: Asked) -> Section:
    form, path = asked.form, asked.form.get("path", "")
    section = asked.section
    if not path:
        raise Refused("mapper-nothing-chosen")
    if not any(True for _ in editing.rows_of(section)) and editing.each_of(section) == editing.WHOLE:
        # The first connection of all settles where the lines are, as far as that is seen.
        section = {**section, "lines": {**section["lines"], "each": asked.suggested.each}}
    fen = money_in_fen(asked.suggested)
    return editing.connect(section, form.get("field", ""), asked.leaf(path), fen=fen, also="also" in form)


def _accept(asked: Asked) -> Section:
    which = asked.form.get("which", "sure")
    wanted = {"sure": [Sureness.SURE], "likely": [Sureness.SURE, Sureness.LIKELY]}.get(which, list(Sureness))
    return editing.accept(asked.section, asked.suggested, wanted, asked.form.get("field", ""))


def _disconnect(asked: Asked) -> Section:
    return editing.disconnect(asked.section, asked.place)


def _paths(asked: Asked) -> Section:
    return editing.with_paths(asked.section, asked.place, asked.form.get("paths", ""))


def _option(asked: Asked) -> Section:
    return editing.with_option(asked.section, asked.place, asked.form.get("name", ""), asked.form.get("value", ""))


def _choice(asked: Asked) -> Section:
    code = asked.form.get("code", "") or asked.form.get("new_code", "").strip()
    return editing.with_choice(asked.section, asked.place, code, asked.form.get("meaning", ""))


def _lines(asked: Asked) -> Section:
    return editing.with_lines(asked.section, asked.form.get("each", ""))


def _flag(asked: Asked) -> Section:
    form = asked.form
    values = [part.strip() for part in form.get("values", "").replace("，", ",").split(",") if part.strip()]
    return editing.with_flag(asked.section, form.get("flag", ""), form.get("flag_path", "").strip(), values)


def _unflag(asked: Asked) -> Section:
    place = asked.form.get("place", "")
    return editing.without_flag(asked.section, int(place) if place.isdigit() else -1)


_DEEDS: Mapping[str, Callable[[Asked], Any]] = {
    "connect": _connect, "accept": _accept, "disconnect": _disconnect, "paths": _paths, "option": _option,
    "choice": _choice, "lines": _lines, "flag": _flag, "unflag": _unflag,
}  # fmt: skip
