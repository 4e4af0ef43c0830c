"""Who may change which part of the rules, and who may publish it: chosen by person, held at the deed, shown."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app.bootstrap import Services
from app.persistence import tables as t
from app.persistence.database import reading
from app.persistence.drafts import Draft, read_draft
from app.persistence.packs import live_version, publish_shipped
from tests.line.house import NOW
from tests.web.impacts import impact, token

Of = Callable[[str], FlaskClient]


@pytest.fixture
def give(services: Services, client_of: Of) -> Callable[..., None]:
    """Lets the administrator give a person rights of their own."""
    publish_shipped(services.database, now=NOW)
    administrator = client_of("administrator")

    def do(name: str, edit: list[str], publish: list[str] | None = None) -> None:
        with reading(services.database) as db:
            number = db.scalar(select(t.users.c.id).where(t.users.c.name == name))
        form = {"which": "some", "edit": edit, "publish": publish or []}
        assert administrator.post(f"/users/{number}/rules", data=form).status_code == 303

    return do


def begun(client: FlaskClient) -> int:
    return int(client.post("/rules/drafts", data={"title": "x"}).headers["Location"].rsplit("/", 1)[1])


def draft(services: Services, number: int) -> Draft:
    with reading(services.database) as db:
        return read_draft(db, number)


def moved(client: FlaskClient, services: Services, number: int, section: str, status: int = 200) -> str:
    found = draft(services, number)
    rule = found.document[section]["rules"][0]["id"]
    form = {"revision": found.revision, "rule": rule, "to": 1}
    answer = client.post(f"/rules/drafts/{number}/rules/{section}/move-rule", data=form, headers={"HX-Request": "true"})
    assert answer.status_code == status
    return str(answer.text)


def published(client: FlaskClient, services: Services, number: int, *sections: str) -> int:
    seen = token(impact(client, number, *sections))
    form = {"revision": draft(services, number).revision, "section": list(sections), "note": "because", "seen": seen}
    return int(client.post(f"/rules/drafts/{number}/publish", data=form).status_code)


def test_a_person_changes_and_publishes_only_the_parts_that_are_theirs(
    services: Services, give: Any, client_of_known: Of
) -> None:
    give("clerk", ["screening"], ["screening"])
    clerk = client_of_known("clerk")
    number = begun(clerk)
    moved(clerk, services, number, "screening")
    before = draft(services, number)
    assert "分仓不归你改" in moved(clerk, services, number, "allocation", 422)
    assert draft(services, number).document == before.document
    page = clerk.get(f"/rules/drafts/{number}/rules/allocation").text
    assert "add-rule" not in page
    assert "当目标仓够整单时" in page
    assert "data-editable" not in clerk.get(f"/rules/drafts/{number}/table/allocation").text
    assert "data-editable" in clerk.get(f"/rules/drafts/{number}/table/screening").text
    assert published(clerk, services, number, "screening") == 303
    with reading(services.database) as db:
        assert live_version(db) == 2


def test_what_somebody_else_changed_in_a_draft_is_not_published_by_who_may_not(
    services: Services, give: Any, client_of_known: Of
) -> None:
    boss, number = client_of_known("supervisor"), begun(client_of_known("supervisor"))
    moved(boss, services, number, "allocation")
    give("clerk", ["screening"], ["screening"])
    clerk = client_of_known("clerk")
    assert clerk.post(f"/rules/drafts/{number}/take-over", data={"revision": 2}).status_code == 303
    assert published(clerk, services, number, "allocation") == 403
    assert published(clerk, services, number) == 422
    undone = clerk.post(f"/rules/drafts/{number}/undo", data={"revision": draft(services, number).revision})
    assert undone.status_code != 303
    assert "有权发布的人" in clerk.get(f"/rules/drafts/{number}").text
    give("supervisor", ["screening"], ["screening"])
    assert boss.post("/rules/versions/1/rollback").status_code in (303, 400)  # version 1 is live: nothing goes back
    with reading(services.database) as db:
        assert live_version(db) == 1


def test_nobody_has_a_part_by_default_but_by_role(services: Services, give: Any, client_of_known: Of) -> None:
    assert client_of_known("viewer").post("/rules/drafts", data={"title": "x"}).status_code == 403
    clerk = client_of_known("clerk")
    number = begun(clerk)
    moved(clerk, services, number, "allocation")
    assert published(clerk, services, number, "allocation") == 403
    give("clerk", [])
    assert "不归你改" in moved(clerk, services, number, "allocation", 422)
    with reading(services.database) as db:
        viewer = db.scalar(select(t.users.c.id).where(t.users.c.name == "viewer"))
    answer = client_of_known("administrator").post(
        f"/users/{viewer}/rules", data={"which": "some", "edit": "screening"}
    )
    assert answer.status_code == 422


def test_every_change_and_every_right_is_in_the_audit_in_words(
    services: Services, give: Any, client_of_known: Of
) -> None:
    boss = client_of_known("supervisor")
    number = begun(boss)
    moved(boss, services, number, "allocation")
    boss.post(f"/rules/drafts/{number}/undo", data={"revision": draft(services, number).revision})
    give("clerk", ["mappings"], [])
    told = client_of_known("administrator").get("/audit/").text
    for words in ("改规则草稿", "部分：分仓", "规则：local", "怎么改：移动", "撤销草稿里的改动", "可改：平台字段"):
        assert words in told, words
