"""What is found of an escalation rule stands at the rule, its condition or its step, and one button mends it."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from typing import Any

import orjson
import pytest
from flask.testing import FlaskClient

from app.bootstrap import Services
from app.persistence.database import writing
from app.persistence.drafts import Draft, Writer, edit_draft
from app.rulebook.drafts import Edit

PART = {"HX-Request": "true"}
LATE = {
    "id": "late", "title": {"zh": "任务拖着", "en": "Task drags"}, "on": {"timer": "task_due", "hours": 2},
    "when": {"all": [{"field": "order.paid", "op": ">", "value": 900}, {"field": "order.paid", "op": "<", "value": 5}]},
    "ladder": [{"do": "supervisor"}, {"do": "ticket", "kind": "no-rule", "owner": "clerk", "within_hours": 4}],
}  # fmt: skip


@pytest.fixture
def late(services: Services, number: int, draft: Callable[[], Draft]) -> str:
    """The path of a rule that comes to no end, and that no order ever meets."""
    with writing(services.database) as db:
        by = Writer("supervisor", draft().revision, services.clock.now())
        edit_draft(db, number, Edit("insert", "escalation/-", LATE), by)
    return f"escalation/{len(draft().document['escalation']) - 1}"


def found(boss: FlaskClient, number: int, revision: int, rule: str = "late") -> str:
    """What the page is told once the check is through."""
    for _ in range(60):
        asked = {"rule": rule, "revision": revision}
        answer = boss.get(f"/rules/drafts/{number}/alarms/escalation/found", query_string=asked, headers=PART)
        assert answer.status_code == 200
        if "正在检查" not in answer.text:
            return answer.text
    raise AssertionError(answer.text)


def standing(page: str, place: str) -> str:
    """What stands in a finding's place."""
    return page.split(f'id="found-at-{place}"')[1].split('id="found-at-')[0]


def test_findings_stand_at_the_step_and_the_condition_and_are_mended_there(
    boss: FlaskClient, number: int, late: str, draft: Any
) -> None:
    page = found(boss, number, draft().revision)
    assert "1 个死循环" in page
    assert 'id="found-late"' in page
    at = late.replace("/", "-")
    step, condition = standing(page, f"{at}-ladder-1"), standing(page, f"{at}-when")
    assert "去掉限时" in step
    assert "删掉这条规则" in condition
    assert "照此改" in step
    opened = boss.get(f"/rules/drafts/{number}/alarms/escalation?rule=late", headers=PART).text
    assert all(f'id="{one}"' in opened for one in re.findall(r'id="(found-at-[^"]+)"', page))
    (sent,) = re.findall(r"/alarms/escalation/mend\" hx-vals='([^']*)'", step)
    form = {"revision": draft().revision, "rule": "late", **orjson.loads(unescape(sent))}
    assert boss.post(f"/rules/drafts/{number}/alarms/escalation/mend", data=form, headers=PART).status_code == 200
    assert "within_hours" not in draft().document["escalation"][-1]["ladder"][1]
    assert "死循环" not in found(boss, number, draft().revision)
    boss.post(f"/rules/drafts/{number}/alarms/escalation/undo", data={"revision": draft().revision}, headers=PART)
    assert draft().document["escalation"][-1] == LATE


def test_the_tab_of_the_other_rules_says_that_something_is_found_here(
    boss: FlaskClient, number: int, late: str, draft: Any
) -> None:
    found(boss, number, draft().revision)
    page = boss.get(f"/rules/drafts/{number}/rules/allocation").text
    assert re.search(r'id="found-in-escalation">.*?</svg>2<', page, re.S)
    assert "其他部分还有" not in page
    asked = {"rule": "late", "revision": "1"}
    stale = boss.get(f"/rules/drafts/{number}/alarms/escalation/found", query_string=asked, headers=PART)
    assert (stale.status_code, stale.text) == (204, "")


def test_who_may_only_look_sees_what_is_found_and_mends_nothing(
    client_of: Any, boss: FlaskClient, number: int, late: str, draft: Any
) -> None:
    page = found(client_of("viewer"), number, draft().revision)
    assert "去掉限时" in page
    assert "照此改" not in page
