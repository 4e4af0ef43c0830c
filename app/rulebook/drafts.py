"""Changing a pack's document one edit at a time. Pure: an edit makes a new document and leaves the old one as it was.

A path is written as in diagnostics: `allocation/rules/3/when/all/1`; list members by their place, `-` for the place
after the last. Within a step `~1` stands for `/` and `~0` for `~`. The empty path is the whole document.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.domain.errors import Refused

Document = dict[str, Any]
Step = str | int

_END = "-"
_NUMBERED = re.compile(r"^(.*?)-(\d+)$")


@dataclass(frozen=True, slots=True)
class Edit:
    """One change: `set` the value at a path, `insert` it before a place of a list (or under a new key), `remove`
    what is there, or `move` a list member so that afterwards it stands at place `to`.
    """

    do: str
    path: str = ""
    value: Any = None
    to: int = 0

    def as_json(self) -> dict[str, Any]:
        """What undo's list and the audit tell of it: the change without its value."""
        return {"do": self.do, "path": self.path, **({"to": self.to} if self.do == "move" else {})}


def read_edit(given: Any) -> Edit:
    """An edit from its JSON form. Raises `Refused("edit-wrong")`."""
    if not isinstance(given, Mapping) or given.get("do") not in _DEEDS or not isinstance(given.get("path", ""), str):
        raise Refused("edit-wrong")
    to = given.get("to", 0)
    if not isinstance(to, int) or isinstance(to, bool) or ("value" not in given and given["do"] in ("set", "insert")):
        raise Refused("edit-wrong")
    return Edit(given["do"], given.get("path", ""), given.get("value"), to)


def apply(document: Document, edit: Edit) -> Document:
    """The document after the edit.

    Raises `Refused`: `edit-place-gone` when the path leads nowhere, `edit-id-taken` and `edit-id-changed` when an id
    would no longer name the one member that it names (ids stay what decision records call them), `edit-wrong`.
    """
    if edit.do not in _DEEDS:
        raise Refused("edit-wrong")
    if not edit.path:
        return _whole(edit)
    steps = split_path(edit.path)
    changed = dict(document)
    holder: Any = changed
    # Only what lies on the path is copied: a document of a thousand rules is shared but for a few lists.
    for step in steps[:-1]:
        inner = copy.copy(_inside(holder, step, edit.path))
        holder[_key(holder, step, edit.path)] = inner
        holder = inner
    if not isinstance(holder, dict | list):
        raise Refused("edit-place-gone", path=edit.path)
    _DEEDS[edit.do](holder, steps[-1], edit)
    return changed


def value_at(document: Document, path: str) -> Any:
    """What stands at a path. Raises `Refused("edit-place-gone")`."""
    value: Any = document
    for step in split_path(path) if path else ():
        value = _inside(value, step, path)
    return value


def split_path(path: str) -> list[str]:
    """The steps of a path."""
    return [step.replace("~1", "/").replace("~0", "~") for step in path.split("/")]


def join_path(*steps: Step) -> str:
    """The path of these steps."""
    return "/".join(str(step).replace("~", "~0").replace("/", "~1") for step in steps)


def copied(rules: list[Any], place: int) -> dict[str, Any]:
    """A copy of a list's member under an id of its own, to be inserted. Raises `Refused("edit-place-gone")`."""
    if not 0 <= place < len(rules) or not isinstance(rules[place], dict):
        raise Refused("edit-place-gone", path=str(place))
    return {**copy.deepcopy(rules[place]), "id": free_id(rules, str(rules[place].get("id", "")))}


def free_id(rules: list[Any], like: str) -> str:
    """An id that no member of the list has, made from another: `local` → `local-2` → `local-3`."""
    taken = {rule.get("id") for rule in rules if isinstance(rule, dict)}
    stem = like or "rule"
    if stem not in taken:
        return stem
    found = _NUMBERED.match(stem)
    stem = found[1] if found and found[1] in taken else stem
    number = 2
    while f"{stem}-{number}" in taken:
        number += 1
    return f"{stem}-{number}"


def _whole(edit: Edit) -> Document:
    if edit.do != "set" or not isinstance(edit.value, dict):
        raise Refused("edit-wrong")
    return copy.deepcopy(edit.value)


def _inside(holder: Any, step: str, path: str) -> Any:
    if isinstance(holder, dict) and step in holder:
        return holder[step]
    if isinstance(holder, list):
        return holder[_place(holder, step, path)]
    raise Refused("edit-place-gone", path=path)


def _key(holder: Any, step: str, path: str) -> Step:
    return _place(holder, step, path) if isinstance(holder, list) else step


def _place(holder: list[Any], step: str, path: str, *, room: int = 0) -> int:
    """A place in a list; with `room` 1 the one after the last is a place too."""
    place = len(holder) if step == _END else int(step) if step.isascii() and step.isdigit() else -1
    if not 0 <= place < len(holder) + room:
        raise Refused("edit-place-gone", path=path)
    return place


def _set(holder: Any, step: str, edit: Edit) -> None:
    if isinstance(holder, list):
        place = _place(holder, step, edit.path)
        _keep_id(holder[place], edit.value)
        holder[place] = copy.deepcopy(edit.value)
        return
    if step == "id" and holder.get("id", edit.value) != edit.value:
        raise Refused("edit-id-changed", id=holder["id"])
    holder[step] = copy.deepcopy(edit.value)


def _insert(holder: Any, step: str, edit: Edit) -> None:
    value = copy.deepcopy(edit.value)
    if isinstance(holder, dict):
        if step in holder:
            raise Refused("edit-id-taken", id=step)
        holder[step] = value
        return
    place = _place(holder, step, edit.path, room=1)
    if isinstance(value, dict) and "id" in value and any(_id(one) == value["id"] for one in holder):
        raise Refused("edit-id-taken", id=value["id"])
    holder.insert(place, value)


def _remove(holder: Any, step: str, edit: Edit) -> None:
    _inside(holder, step, edit.path)
    del holder[_key(holder, step, edit.path)]


def _move(holder: Any, step: str, edit: Edit) -> None:
    if not isinstance(holder, list) or not 0 <= edit.to < len(holder):
        raise Refused("edit-place-gone", path=edit.path)
    holder.insert(edit.to, holder.pop(_place(holder, step, edit.path)))


def _keep_id(before: Any, after: Any) -> None:
    if _id(before) is not None and _id(before) != _id(after):
        raise Refused("edit-id-changed", id=_id(before))


def _id(member: Any) -> Any:
    return member.get("id") if isinstance(member, dict) else None


_DEEDS = {"set": _set, "insert": _insert, "remove": _remove, "move": _move}
