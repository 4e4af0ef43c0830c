"""What is found of escalation rules: ladders that reach nobody, steps that set their own rule off again, idle ones."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from typing import Any

from app.domain.alarms import Wait
from app.domain.errors import Problem
from app.domain.order import INFORMING_FLAGS, MUST_NOT_SHIP, OrderState, Refund
from app.engine.analyse import Domain, FieldFacts
from app.engine.analyse.prover import Prover, UndecidedError
from app.engine.analyse.space import Space
from app.engine.trace import Truth
from app.rulebook.proofs_domain import FACTS, PROVING, order_domain
from app.rulebook.proofs_effects import ABOVE
from app.rulebook.remedy import Remedy

Json = Mapping[str, Any]
WORKING = frozenset({"administrator", "supervisor", "clerk", "warehouse"})
"""Roles that may work on a task, as the table of permissions says (a test holds them equal)."""
_OWNERS = {Wait.SHIP_BY: "warehouse", Wait.NO_TRACKING: "clerk"}
_ANY_ORDER = {
    "order.state": FieldFacts(unknown=False, values=tuple(str(s) for s in OrderState), usual="paid"),
    "order.flags": FieldFacts(unknown=False, values=tuple(sorted(INFORMING_FLAGS | MUST_NOT_SHIP)), usual=frozenset()),
    "line.refund": FieldFacts(unknown=False, values=tuple(str(r) for r in Refund), usual="none"),
}
"""Escalation rules look at orders that are shipped or closed, too."""


def escalation_findings(document: Json, known: Mapping[str, Collection[str]]) -> Iterator[Problem]:
    """Everything found of the escalation rules of a pack whose shape is right."""
    for place, rule in enumerate(document.get("escalation", ())):
        if rule.get("muted"):
            continue
        path = f"escalation/{place}"
        yield from _nobody(rule, path, known)
        yield from _loops(rule, path)
        if "when" in rule:
            yield from _idle(rule, path)


def _nobody(rule: Json, path: str, known: Mapping[str, Collection[str]]) -> Iterator[Problem]:
    """No step comes to a role that may do something about it, and that somebody has."""
    able = WORKING & set(known["roles"]) if "roles" in known else WORKING
    owners = {owner for step in rule["ladder"] if (owner := _owner(rule, step))}
    reached = {role for owner in owners for role in (owner, *ABOVE.get(owner, ()))}
    if not reached & able:
        words = {f"rule_{language}": word for language, word in rule["title"].items()}
        remedy = Remedy(
            "在最后加一步“升级给主管”。",
            "Raise it to the supervisor in a last step.",
            {"do": "insert", "path": f"{path}/ladder/-", "value": {"do": "supervisor", "after_hours": 12}},
        )
        yield Problem("escalation-reaches-nobody", f"{path}/ladder", {**words, "remedy": remedy})


def _owner(rule: Json, step: Json) -> str:
    """The role that a step comes to; empty for one that comes to no person."""
    if step["do"] == "webhook":
        return ""
    if step["do"] == "supervisor":
        return "supervisor"
    return str(step.get("owner") or _OWNERS.get(Wait(rule["on"]["timer"]), "supervisor"))


def _loops(rule: Json, path: str) -> Iterator[Problem]:
    """A rule on overdue tasks whose step sets a task a new time: that would fall due under the same rule."""
    if rule["on"]["timer"] != Wait.TASK_DUE:
        return
    for place, step in enumerate(rule["ladder"]):
        if "within_hours" in step:
            here = f"{path}/ladder/{place}/within_hours"
            remedy = Remedy("去掉限时。", "Take the time limit out.", {"do": "remove", "path": here})
            words = {f"rule_{language}": word for language, word in rule["title"].items()}
            yield Problem("loop", here, {**words, "remedy": remedy})


def _idle(rule: Json, path: str) -> Iterator[Problem]:
    words = {f"rule_{language}": word for language, word in rule["title"].items()}
    domain = order_domain([rule["when"]])
    space = Space([rule["when"]], PROVING, _of_any_order(domain))
    prover = Prover(space)
    try:
        if prover.holds_somewhere(prover.says(rule["when"], Truth.TRUE)):
            return
        if not space.exact:
            raise UndecidedError
    except UndecidedError:
        about = {"about_zh": "能不能成立", "about_en": "whether it can hold"}
        yield Problem("undecided", f"{path}/when", {**words, **about}, "warning")
        return
    remedy = Remedy("删掉这条规则。", "Remove this rule.", {"do": "remove", "path": path})
    yield Problem("always-false", f"{path}/when", {**words, "remedy": remedy}, "warning")


def _of_any_order(domain: Domain) -> Domain:
    return replace(domain, facts={**FACTS, **_ANY_ORDER})
