"""What would mend each kind of finding, as one edit of the document where that is possible."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from app.engine.analyse import Finding
from app.rulebook.proofs_words import case_as_condition
from app.rulebook.remedy import Remedy

Json = Mapping[str, Any]


def remedy_of(finding: Finding, document: Json) -> Remedy | None:
    """The remedy; None where there is none to name."""
    make = _REMEDIES.get(finding.code)
    return make(finding, document) if make is not None else None


def _close_gap(finding: Finding, document: Json) -> Remedy:
    """Say of the last row that these may wait for a person."""
    case = case_as_condition(finding.parts) if finding.parts else None
    section = finding.path.split("/")[0]
    rules = document[section]["rules"]
    if case is None or section != "allocation" or "when" in rules[-1]:
        return Remedy(
            "加一条管这种订单的规则，或在规则里把“不知道”的情况也写清楚。",
            "Add a rule for such orders, or say in the rule what holds when the value is unknown.",
            _known_only(finding, document),
        )
    accepted = rules[-1].get("accepts")
    widened = case if not accepted else {"any": [*_alternatives(accepted), case]}
    return Remedy(
        "加一条管这种订单的规则；如果就是要等人处理，就在最后一行注明可以等人处理。",
        "Add a rule for such orders; if they are to wait for a person, say so in the last row.",
        {"do": "set", "path": f"{section}/rules/{len(rules) - 1}/accepts", "value": widened},
    )


def _alternatives(accepted: Json) -> list[Json]:
    return list(accepted["any"]) if "any" in accepted else [accepted]


def _known_only(finding: Finding, document: Json) -> Json | None:
    """The rule narrowed to orders whose value is known; for screening, where nothing is lost by it but the hold."""
    section, _, place = finding.path.split("/")[:3]
    if section != "screening" or not finding.parts:
        return None
    when = document[section]["rules"][int(place)]["when"]
    lacking = case_as_condition(finding.parts[-1:])
    if lacking is None:
        return None
    return {"do": "set", "path": f"{finding.path}/when", "value": {"all": [{"none": [lacking]}, when]}}


def _remove(finding: Finding, _document: Json) -> Remedy:
    path = "/".join(finding.path.split("/")[:3])
    return Remedy("删掉这条规则。", "Remove this rule.", {"do": "remove", "path": path})


def _move(finding: Finding, document: Json) -> Remedy:
    """Before the rules that mask it, where it is the narrower; masked by many it is better looked at."""
    first = min(finding.others)
    place = int(finding.path.split("/")[2])
    rule, other = (document["allocation"]["rules"][n] for n in (place, first))
    if rule["then"] == other["then"]:
        return _remove(finding, document)
    return Remedy(
        "把它移到挡住它的规则前面，或者删掉。",
        "Move it before the rules that mask it, or remove it.",
        {"do": "move", "path": finding.path, "to": first},
    )


def _part(finding: Finding, document: Json) -> Remedy:
    """Out of its group, when it is a member of one that keeps others."""
    above, _, _last = finding.path.rpartition("/")
    group: Any = document
    for step in above.split("/"):
        group = group[int(step)] if isinstance(group, list) else group[step]
    edit = {"do": "remove", "path": finding.path} if isinstance(group, list) and len(group) > 1 else None
    return Remedy("改成可能出现的值，或删掉这个条件。", "Use a value that there can be, or remove it.", edit)


def _conflict(finding: Finding, document: Json) -> Remedy:
    section = finding.path.split("/")[0]
    if section == "allocation":
        return _remove(finding, document)
    when, first = (document[section]["rules"][n].get("when") for n in (finding.rule, finding.others[0]))
    alone = {"all": [*([when] if when else []), {"none": [first]}]} if first else None
    return Remedy(
        "说清楚谁优先：后一条不管前一条已经管的订单。",
        "Say which comes first: let the later rule leave alone what the earlier acts on.",
        {"do": "set", "path": f"{finding.path}/when", "value": alone} if alone else None,
    )


def _take_bound(finding: Finding, _document: Json) -> Remedy:
    return Remedy(
        "让其中一条把临界值也包括进去（小于改成不超过）。",
        "Let one of them take the bound as well (at most instead of less than).",
        {"do": "set", "path": f"{finding.path}/op", "value": "<="},
    )


def _say(zh: str, en: str) -> Callable[[Finding, Json], Remedy]:
    return lambda _finding, _document: Remedy(zh, en)


_REMEDIES: dict[str, Callable[[Finding, Json], Remedy]] = {
    "gap": _close_gap,
    "conflict": _conflict,
    "unreachable": _move,
    "duplicate": _remove,
    "subsumed": _remove,
    "always-false": _remove,
    "never-carried-out": _remove,
    "impossible-value": _part,
    "always-true-part": _part,
    "threshold-touching": _take_bound,
    "always-true": _say(
        "如果就是要管所有订单，把它放到最后；否则收紧条件。",
        "Put it last if every order is meant; else narrow its condition.",
    ),
    "undecided": _say("请人工核对，或把条件写简单些。", "Check it yourself, or write the conditions more simply."),
}
