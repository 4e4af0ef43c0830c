"""What differs between two versions of a section, member by member: a rule, a mapped field, an example, a reason."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from app.rulebook.sections import MAPPINGS, Document, differing, sections_of


@dataclass(frozen=True, slots=True)
class Difference:
    """One member that was `added`, `removed`, `changed` or only `moved`; places count from 0."""

    section: str
    kind: str
    name: str
    before: Any = None
    after: Any = None
    was_at: int | None = None
    is_at: int | None = None


def differences(before: Document, after: Document) -> list[Difference]:
    """Everything that differs, section by section, members in the order they have afterwards; removed ones last."""
    old, new = sections_of(before), sections_of(after)
    return [one for name in differing(before, after) for one in of_section(name, old.get(name), new.get(name))]


def of_section(section: str, before: Any, after: Any) -> list[Difference]:
    """The differences of one section; None where a side has none."""
    old, new = members_of(section, before), members_of(section, after)
    moved = _moved([name for name in old if name in new], [name for name in new if name in old])
    places = {name: place for place, name in enumerate(old)}
    found = []
    for place, (name, member) in enumerate(new.items()):
        at = places.get(name)
        if name not in old:
            found.append(Difference(section, "added", name, None, member, None, place))
        elif old[name] != member:
            found.append(Difference(section, "changed", name, old[name], member, at, place))
        elif name in moved and _ordered(section):
            found.append(Difference(section, "moved", name, member, member, at, place))
    gone = [name for name in old if name not in new]
    return found + [Difference(section, "removed", name, old[name], None, places[name]) for name in gone]


def members_of(section: str, content: Any) -> dict[str, Any]:
    """A section's members by name, in order: by id where they have one, else by field, by key or by place."""
    if section.startswith(f"{MAPPINGS}/") and isinstance(content, Mapping):
        return _mapping_members(content)
    if isinstance(content, Mapping) and isinstance(content.get("rules"), list):
        others = {key: value for key, value in content.items() if key != "rules"}
        return _named(content["rules"]) | others
    if isinstance(content, Mapping):
        return {str(key): value for key, value in content.items()}
    return _named(content) if isinstance(content, list) else {} if content is None else {"": content}


def _ordered(section: str) -> bool:
    """Whether the order of a section's members means anything."""
    return section in ("screening", "allocation")


def _mapping_members(content: Mapping[str, Any]) -> dict[str, Any]:
    lines = content.get("lines")
    rows = {"order": content.get("order"), "line": lines.get("fields") if isinstance(lines, Mapping) else None}
    found: dict[str, Any] = {}
    for of, listed in rows.items():
        for row in listed if isinstance(listed, list) else ():
            name = str(row.get("field", "")) if isinstance(row, Mapping) else of
            found[_unused(found, name)] = row
    rest: dict[str, Any] = {key: value for key, value in content.items() if key not in ("order", "lines")}
    if isinstance(lines, Mapping):
        rest |= {f"lines.{key}": value for key, value in lines.items() if key != "fields"}
    return found | rest


def _named(members: Sequence[Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for place, member in enumerate(members):
        name = str(member.get("id", place)) if isinstance(member, Mapping) else str(place)
        found[_unused(found, name)] = member
    return found


def _unused(found: Mapping[str, Any], name: str) -> str:
    number = 2
    unused = name
    while unused in found:
        unused, number = f"{name} {number}", number + 1
    return unused


def _moved(old: list[str], new: list[str]) -> set[str]:
    """The fewest members that had to move for the one order to become the other."""
    stays: set[str] = set()
    for block in SequenceMatcher(None, old, new, autojunk=False).get_matching_blocks():
        stays |= set(old[block.a : block.a + block.size])
    return set(old) - stays
