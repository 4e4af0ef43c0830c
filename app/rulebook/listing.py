"""Several rules of a list changed at once: each function gives the list as it is to be, made of the old one. Pure.

Order is position only, and a last row without a condition stays the last. Rules are named by their ids; names that
the list does not have (any more) are passed over.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from app.domain.errors import Refused
from app.rulebook.drafts import copied

Rule = dict[str, Any]


def moved(rules: Sequence[Rule], names: Collection[str], to: int) -> list[Rule]:
    """The rules brought together in their order, so that the first of them stands at place `to`, or as near as can be.

    This and the others raise `Refused`: `rules-none-chosen`, and `otherwise-stays` for the last row.
    """
    picked = _picked(rules, names)
    rest = [rule for rule in rules if rule["id"] not in picked]
    place = max(0, min(to, len(rest) - int(ends_otherwise(rules))))
    return [*rest[:place], *picked.values(), *rest[place:]]


def muted(rules: Sequence[Rule], names: Collection[str], off: bool) -> list[Rule]:
    """The rules without effect, or with it again."""
    return _changed(rules, names, "muted", off or None)


def grouped(rules: Sequence[Rule], names: Collection[str], group: Mapping[str, str] | None) -> list[Rule]:
    """The rules under a group's name, or under none; where they stand does not change."""
    return _changed(rules, names, "group", None if group is None else dict(group))


def removed(rules: Sequence[Rule], names: Collection[str]) -> list[Rule]:
    """The list without them."""
    picked = _picked(rules, names)
    return [rule for rule in rules if rule["id"] not in picked]


def doubled(rules: Sequence[Rule], names: Collection[str]) -> list[Rule]:
    """Copies of them, together behind the last of them."""
    picked = _picked(rules, names)
    places = [place for place, rule in enumerate(rules) if rule["id"] in picked]
    made = list(rules)
    for number, place in enumerate(places):
        made.insert(places[-1] + 1 + number, copied(made, place))
    return made


def ends_otherwise(rules: Sequence[Rule]) -> bool:
    """Whether the last row is the one that catches what is left."""
    return bool(rules) and "when" not in rules[-1]


def _changed(rules: Sequence[Rule], names: Collection[str], key: str, value: Any) -> list[Rule]:
    picked, held = _picked(rules, names), {} if value is None else {key: value}
    return [
        {name: inner for name, inner in rule.items() if name != key} | held if rule["id"] in picked else rule
        for rule in rules
    ]


def _picked(rules: Sequence[Rule], names: Collection[str]) -> dict[str, Rule]:
    picked = {rule["id"]: rule for rule in rules if rule.get("id") in names}
    if not picked:
        raise Refused("rules-none-chosen")
    if any("when" not in rule for rule in picked.values()):
        raise Refused("otherwise-stays")
    return picked
