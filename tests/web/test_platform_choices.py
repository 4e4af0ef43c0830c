"""A rule may name every platform that a shop of the house is of, not only those that the program knows by name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask.testing import FlaskClient

from app.bootstrap import Services
from app.persistence.database import writing
from app.persistence.drafts import Draft
from app.persistence.goods import add_shop
from tests.web.conftest import NOW

PART = {"HX-Request": "true"}


def test_a_platform_of_a_shop_is_among_the_choices_and_taken(
    boss: FlaskClient, services: Services, number: int, draft: Callable[[], Draft]
) -> None:
    with writing(services.database) as db:
        add_shop(db, "yz", "youmai", name="Youmai", now=NOW, new=True)

    def do(action: str, rule: str = "", **data: Any) -> str:
        form = {"revision": draft().revision, "rule": rule, **data}
        answer = boss.post(f"/rules/drafts/{number}/rules/screening/{action}", data=form, headers=PART)
        assert answer.status_code == 200, answer.text
        return answer.text

    do("add-rule")
    place = len(draft().document["screening"]["rules"]) - 1
    rule, path = draft().document["screening"]["rules"][place]["id"], f"screening/rules/{place}"
    page = do("add-part", rule, path=f"{path}/when", field="order.platform")
    assert 'value="youmai"' in page
    page = do("value", rule, path=f"{path}/when/all/0", value=["taobao", "youmai"])
    assert "平台是“淘宝/天猫”、“youmai”之一" in page
    assert "没有这个选项" not in page
    sentence = "如果 平台 是 youmai，则 标为预售"
    page = do("sentence", rule, sentence=sentence)
    assert draft().document["screening"]["rules"][place]["when"] == {
        "all": [{"field": "order.platform", "op": "is", "value": "youmai"}]
    }
    assert '<option value="youmai" selected>' in page
    # The house's warehouses are of kinds with words, and no platform is among them.
    page = do("field", rule, path=f"{path}/when/all/0", field="target.kind")
    assert '<option value="own">自有仓</option>' in page
    assert 'value="youmai"' not in page.split('id="value-')[1].split("</select>")[0]
