"""What proofs find stands beside the rule that it is about, with the fix that one button applies."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import orjson
import pytest
from flask.testing import FlaskClient

from app.bootstrap import Services
from app.persistence.database import reading, writing
from app.persistence.drafts import Draft, Writer, edit_draft, read_draft, start
from app.persistence.packs import SHIPPED
from app.rulebook.drafts import Edit

PART = {"HX-Request": "true"}
NOW = 1_784_109_600
ARTICLE = orjson.loads((SHIPPED / "article-as-written.json").read_bytes())


@pytest.fixture
def number(services: Services, boss: FlaskClient) -> int:
    with writing(services.database) as db:
        return start(db, ARTICLE, 1, title="the article's", owner="supervisor", now=NOW)


def read(services: Services, number: int) -> Draft:
    with reading(services.database) as db:
        return read_draft(db, number)


def found(boss: FlaskClient, services: Services, number: int, rule: str = "") -> str:
    """What the page is told once the check is through."""
    for _ in range(60):
        asked = {"rule": rule, "revision": read(services, number).revision}
        answer = boss.get(f"/rules/drafts/{number}/rules/allocation/found", query_string=asked, headers=PART)
        assert answer.status_code == 200
        if "正在检查" not in answer.text:
            return answer.text
    raise AssertionError(answer.text)


def offered(page: str, deed: str) -> list[dict[str, Any]]:
    """What the buttons of a deed would send."""
    made = re.findall(rf"/{deed}\" hx-vals='([^']*)'", page)
    return [orjson.loads(unescape(one)) for one in made]


def test_holes_stand_at_the_last_row_and_each_is_mended_by_one_button(
    boss: FlaskClient, services: Services, number: int
) -> None:
    page = found(boss, services, number, "otherwise")
    assert "7 个漏洞" in page
    assert 'id="found-otherwise"' in page
    assert "看这样的一单" in page
    holes = offered(page, "mend")
    assert len(holes) == 3
    data = {"revision": read(services, number).revision, "rule": "otherwise", **holes[0]}
    answer = boss.post(f"/rules/drafts/{number}/rules/allocation/mend", data=data, headers=PART)
    assert answer.status_code == 200
    assert "7 个漏洞" in answer.text, "what was known stays while it is looked for anew"
    assert "disabled" in answer.text, "but cannot be acted on any more"
    assert "6 个漏洞" in found(boss, services, number)
    boss.post(f"/rules/drafts/{number}/rules/allocation/undo", data={"revision": read(services, number).revision})
    assert read(services, number).document == ARTICLE


def test_a_finding_about_a_condition_stands_at_the_condition(
    boss: FlaskClient, services: Services, number: int
) -> None:
    never = {"field": "order.quantity", "op": "<", "value": 0}
    with writing(services.database) as db:
        edit = Edit("insert", "allocation/rules/2/when/all/1", never)
        edit_draft(db, number, edit, Writer("supervisor", 1, NOW))
    page = found(boss, services, number, "purchase")
    here = page[page.index('id="found-at-allocation-rules-2-when-all-1"') :]
    assert here.index('class="found') < here.index("</p>"), here[:600]


def test_an_answer_about_an_older_state_is_dropped(boss: FlaskClient, services: Services, number: int) -> None:
    seen = {"revision": read(services, number).revision + 1}
    answer = boss.get(f"/rules/drafts/{number}/rules/allocation/found", query_string=seen, headers=PART)
    assert (answer.status_code, answer.text) == (204, "")


def test_what_is_unfinished_is_not_looked_at_and_said_so(boss: FlaskClient, services: Services, number: int) -> None:
    boss.post(f"/rules/drafts/{number}/rules/allocation/add-rule", data={"revision": 1})
    assert "没写完" in found(boss, services, number)


def test_an_order_that_shows_a_finding_becomes_an_example(boss: FlaskClient, services: Services, number: int) -> None:
    (sent, *_) = offered(found(boss, services, number, "otherwise"), "keep-example")
    data = {"revision": 1, "rule": "otherwise", **sent}
    assert boss.post(f"/rules/drafts/{number}/rules/allocation/keep-example", data=data).status_code == 200
    kept = read(services, number).document["examples"][-1]
    assert kept["expect"]["holds"] == ["no-rule"]
