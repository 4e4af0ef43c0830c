"""Who answers for a role, and when a thing breaches."""

from __future__ import annotations

import itertools

import pytest

from app.domain.order import Order
from app.domain.work import PATIENCE_SECONDS, blocked_reason, breach_at, roles_answered_by, stands_in

ROLES = ("administrator", "supervisor", "clerk", "warehouse")


@pytest.mark.parametrize(
    ("role", "staffed", "answers"),
    [
        ("clerk", {"clerk", "administrator"}, "clerk"),
        ("clerk", {"supervisor", "administrator"}, "supervisor"),
        ("warehouse", {"clerk", "administrator"}, "administrator"),
        ("supervisor", {"clerk"}, "administrator"),
        ("astronaut", {"clerk", "supervisor"}, "administrator"),
    ],
)
def test_the_next_role_up_answers_for_one_without_an_active_user(role: str, staffed: set[str], answers: str) -> None:
    assert stands_in(role, staffed) == answers


def test_whoever_is_there_every_owner_is_answered_for_by_exactly_one_role() -> None:
    for n in range(len(ROLES)):
        for staffed in itertools.combinations(ROLES[1:], n):
            shares = [roles_answered_by(role, ROLES, {*staffed, "administrator"}) for role in ROLES]
            assert sorted(owner for share in shares for owner in share) == sorted(ROLES)


def test_a_thing_breaches_at_its_first_deadline_or_when_patience_ends() -> None:
    assert breach_at(100, None, 50, 70) == 50
    assert breach_at(100, None) == 100 + PATIENCE_SECONDS


def test_only_a_paid_order_is_blocked_by_a_flag() -> None:
    flagged = frozenset({"risk_review", "gift"})
    assert blocked_reason(Order("1", "tb", "taobao", "paid", [], flags=flagged)) == "risk-review"
    assert blocked_reason(Order("1", "tb", "taobao", "closed", [], flags=flagged)) == ""
    assert blocked_reason(Order("1", "tb", "taobao", "paid", [], flags=frozenset({"gift"}))) == ""
