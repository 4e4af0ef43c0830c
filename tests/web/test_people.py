"""Users: added with a one-time link, changed, switched off; and everybody's own password."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.bootstrap import Services
from app.persistence import tables as t
from app.persistence.audit import first_broken
from app.persistence.database import reading, writing
from app.persistence.people import ABSOLUTE_SECONDS, IDLE_SECONDS, LINK_SECONDS

PASSWORD = "correct horse"
NEW = "battery staple"


class Hand:
    """A clock that a test sets."""

    def __init__(self, at: int) -> None:
        self.at = at

    def now(self) -> int:
        return self.at


@pytest.fixture
def boss(client_of: Callable[[str], FlaskClient]) -> FlaskClient:
    return client_of("administrator")


def ids(services: Services) -> dict[str, int]:
    with reading(services.database) as db:
        return {row.name: row.id for row in db.execute(select(t.users.c.name, t.users.c.id))}


def link_in(page: Any) -> str:
    found = re.search(r"(/welcome\?token=[\w-]+)", page.text)
    assert found is not None
    return found.group(1)


def log_in(app: Flask, name: str, password: str) -> int:
    return app.test_client().post("/login", data={"name": name, "password": password}).status_code


def test_a_new_user_sets_a_password_by_a_link_that_works_once(app: Flask, boss: FlaskClient) -> None:
    link = link_in(boss.post("/users/", data={"name": "小林", "role": "clerk"}))
    token = link.partition("=")[2]
    client = app.test_client()
    assert "小林" in client.get(link).text
    assert client.post("/welcome", data={"token": token, "password": "short"}).status_code == 422
    assert client.post("/welcome", data={"token": token, "password": NEW}).status_code == 303
    assert client.get("/").status_code == 200
    assert app.test_client().post("/welcome", data={"token": token, "password": NEW}).status_code == 400
    assert log_in(app, "小林", NEW) == 303


def test_a_user_without_a_password_cannot_log_in(app: Flask, boss: FlaskClient) -> None:
    boss.post("/users/", data={"name": "new", "role": "clerk"})
    assert log_in(app, "new", "") == 422


def test_a_link_ends_after_three_days(app: Flask, boss: FlaskClient, services: Services) -> None:
    link = link_in(boss.post("/users/", data={"name": "new", "role": "clerk"}))
    services.clock = Hand(services.clock.now() + LINK_SECONDS + 1)  # type: ignore[assignment]
    assert app.test_client().get(link).status_code == 400


@pytest.mark.parametrize(("name", "role"), [("", "clerk"), ("x" * 65, "clerk"), ("clerk", "clerk"), ("new", "emperor")])
def test_a_user_that_cannot_be_is_refused_with_a_reason(boss: FlaskClient, name: str, role: str) -> None:
    answer = boss.post("/users/", data={"name": name, "role": role})
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text


def test_switching_a_user_off_logs_them_out_at_once(
    boss: FlaskClient, client_of_known: Callable[[str], FlaskClient], services: Services
) -> None:
    clerk = client_of_known("clerk")
    assert clerk.get("/").status_code == 200
    boss.post(f"/users/{ids(services)['clerk']}/active", data={"active": "no"})
    assert clerk.get("/").status_code == 303


def test_another_role_counts_after_logging_in_again(
    boss: FlaskClient, client_of_known: Callable[[str], FlaskClient], services: Services
) -> None:
    viewer = client_of_known("viewer")
    boss.post(f"/users/{ids(services)['viewer']}/role", data={"role": "administrator"})
    assert viewer.get("/").status_code == 303
    assert client_of_known("viewer").get("/users/").status_code == 200


def test_resetting_a_password_ends_the_old_one(app: Flask, boss: FlaskClient, services: Services) -> None:
    link = link_in(boss.post(f"/users/{ids(services)['clerk']}/link"))
    assert log_in(app, "clerk", PASSWORD) == 422
    app.test_client().post("/welcome", data={"token": link.partition("=")[2], "password": NEW})
    assert log_in(app, "clerk", NEW) == 303


def test_the_last_administrator_stays(boss: FlaskClient, services: Services) -> None:
    user_id = ids(services)["administrator"]
    assert boss.post(f"/users/{user_id}/active", data={"active": "no"}).status_code == 400
    assert boss.post(f"/users/{user_id}/role", data={"role": "clerk"}).status_code == 400
    assert boss.get("/users/").status_code == 200


def test_changing_ones_password_ends_the_other_logins(
    app: Flask, client_of: Callable[[str], FlaskClient], client_of_known: Callable[[str], FlaskClient]
) -> None:
    here, there = client_of("clerk"), client_of_known("clerk")
    assert here.post("/account/password", data={"old": "wrong", "new": NEW}).status_code == 422
    assert here.post("/account/password", data={"old": PASSWORD, "new": NEW}).status_code == 303
    assert (here.get("/").status_code, there.get("/").status_code) == (200, 303)
    assert log_in(app, "clerk", PASSWORD) == 422


@pytest.mark.parametrize("seconds", [IDLE_SECONDS + 1, ABSOLUTE_SECONDS + 1])
def test_a_login_ends_by_itself(client_of: Callable[[str], FlaskClient], services: Services, seconds: int) -> None:
    client = client_of("viewer")
    services.clock = Hand(services.clock.now() + seconds)  # type: ignore[assignment]
    assert client.get("/").status_code == 303


def test_a_login_used_every_day_still_ends_after_a_week(
    client_of: Callable[[str], FlaskClient], services: Services
) -> None:
    client, start = client_of("viewer"), services.clock.now()
    statuses = []
    for hours in range(0, 7 * 24 + 11, 11):
        services.clock = Hand(start + hours * 3600)  # type: ignore[assignment]
        statuses.append(client.get("/").status_code)
    assert (statuses[-3], statuses[-1]) == (200, 303)


def test_every_change_of_users_is_in_the_audit(boss: FlaskClient, services: Services) -> None:
    boss.post("/users/", data={"name": "new", "role": "clerk"})
    user_id = ids(services)["new"]
    boss.post(f"/users/{user_id}/role", data={"role": "viewer"})
    boss.post(f"/users/{user_id}/active", data={"active": "no"})
    with writing(services.database) as db:
        told = [(row.actor, row.action, row.target) for row in db.execute(select(t.audit).order_by(t.audit.c.id))]
        assert first_broken(db) is None
    assert told == [
        ("administrator", "login", ""),
        ("administrator", "user.add", "new"),
        ("administrator", "user.role", "new"),
        ("administrator", "user.off", "new"),
    ]
