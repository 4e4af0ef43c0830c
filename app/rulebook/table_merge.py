"""What people changed in a workbook, put upon rules that others changed meanwhile. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from app.rulebook.tables import Rule


def merge(originals: Sequence[Rule], mine: Sequence[Rule], theirs: Sequence[Rule]) -> tuple[list[Rule], list[str]]:
    """The rules after both, and the ids of those that both changed, each otherwise (the workbook's counts).

    `originals` are the rules that the workbook was made of, `mine` what it says now, `theirs` the rules as they are.
    A rule that only one side touched is that side's; a rule that one side took out and the other left alone goes.
    """
    before, now = ({str(rule.get("id")): rule for rule in rules} for rules in (originals, theirs))
    kept: dict[str, Rule] = {}
    crossed: list[str] = []
    for rule in mine:
        name = str(rule.get("id"))
        untouched = before.get(name) == rule
        if untouched and name in now:
            kept[name] = now[name]
        elif not untouched:
            if name in now and now[name] not in (before.get(name), rule):
                crossed.append(name)
            kept[name] = rule
    kept |= {name: rule for name, rule in now.items() if name not in before and name not in kept}
    order = _order([str(rule.get("id")) for rule in mine], list(before), list(now))
    return _otherwise_last([kept[name] for name in order if name in kept]), crossed


def _order(mine: list[str], before: list[str], now: list[str]) -> list[str]:
    """The rows as people moved them, else as they are now; what only one side has follows what it followed there."""
    unmoved = [name for name in mine if name in before] == [name for name in before if name in mine]
    lead, other = (now, mine) if unmoved else (mine, now)
    order = list(lead)
    place = 0
    for name in other:
        if name in order:
            place = order.index(name) + 1
        else:
            order.insert(place, name)
            place += 1
    return order


def _otherwise_last(rules: list[Rule]) -> list[Rule]:
    """A row written below the one that catches everything is meant to come before it."""
    bare = [rule for rule in rules if rule.get("id") == "otherwise" and "when" not in rule]
    return [rule for rule in rules if rule not in bare] + bare
