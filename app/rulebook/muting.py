"""Muted rules are left out of what is proved; what is found is told by the places of the whole document."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from app.domain.errors import Problem
from app.rulebook.order_vocabulary import SECTIONS
from app.rulebook.remedy import Remedy

Document = dict[str, Any]
Places = Mapping[str, list[int]]
"""Section → the place in the whole document of each rule that is not muted."""


def without_muted(document: Document) -> tuple[Document, Places]:
    """The document as it acts, and where its rules stand in the whole one."""
    places = {
        section: [place for place, rule in enumerate(document[section]["rules"]) if not rule.get("muted")]
        for section in SECTIONS
    }
    kept = {
        section: {**document[section], "rules": [document[section]["rules"][place] for place in found]}
        for section, found in places.items()
    }
    return {**document, **kept}, places


def told_of_whole(problem: Problem, places: Places) -> Problem:
    """The problem of the acting document as one of the whole document."""
    remedy = problem.details.get("remedy")
    details = {**problem.details, "remedy": _remedy(remedy, places)} if isinstance(remedy, Remedy) else problem.details
    return replace(problem, path=_path(problem.path, places), details=details)


def _remedy(remedy: Remedy, places: Places) -> Remedy:
    if remedy.edit is None:
        return remedy
    edit = {**remedy.edit, "path": _path(str(remedy.edit["path"]), places)}
    section = edit["path"].split("/")[0]
    if edit["do"] == "move":
        edit["to"] = places[section][edit["to"]]
    return replace(remedy, edit=edit)


def _path(path: str, places: Places) -> str:
    steps = path.split("/")
    if len(steps) > 2 and steps[0] in places and steps[1] == "rules" and steps[2].isdigit():
        found = places[steps[0]]
        # A rule that is to be inserted after the last one keeps its distance from it.
        place = int(steps[2])
        steps[2] = str(found[place] if place < len(found) else (found[-1] + 1 if found else 0))
    return "/".join(steps)
