"""What would mend a finding: a sentence, and where possible the one edit of the document that does it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

Edit = Mapping[str, Any]
"""One step as in JSON Patch: `{"op": "add" | "replace" | "remove", "path": "/allocation/rules/3", "value": …}`."""


@dataclass(frozen=True, slots=True)
class Remedy:
    """`edit` is empty where only a person can know what is meant."""

    zh: str
    en: str
    edit: tuple[Edit, ...] = ()


def apply_edit(document: Mapping[str, Any], edit: Sequence[Edit]) -> dict[str, Any]:
    """A new document with the steps carried out, in order; raises KeyError or IndexError where a path leads nowhere."""
    made = dict(deepcopy(document))
    for step in edit:
        *above, last = [part.replace("~1", "/").replace("~0", "~") for part in step["path"].split("/")[1:]]
        place: Any = made
        for part in above:
            place = place[int(part)] if isinstance(place, list) else place[part]
        _step(place, last, step)
    return made


def _step(place: Any, last: str, step: Edit) -> None:
    if step["op"] == "remove":
        del place[int(last) if isinstance(place, list) else last]
    elif isinstance(place, list) and step["op"] == "add":
        place.insert(len(place) if last == "-" else int(last), deepcopy(step["value"]))
    else:
        place[int(last) if isinstance(place, list) else last] = deepcopy(step["value"])
