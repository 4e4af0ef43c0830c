"""Who may come in: closed by default, every route and role."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.bootstrap import Services
from app.persistence.people import ROLES
from app.web.permissions import PERMISSIONS, PUBLIC, needed
from app.web.session import issue_setup_link

SMORESTS_OWN = {"static", "api-docs.openapi_json"}


def test_every_view_states_a_permission(app: Flask) -> None:
    silent = [name for name, view in app.view_functions.items() if needed(view) is None and name not in SMORESTS_OWN]
    assert silent == []


def test_without_a_login_every_page_leads_to_the_login(app: Flask) -> None:
    for rule in app.url_map.iter_rules():
        if (
            "GET" in (rule.methods or ())
            and not rule.arguments
            and needed(app.view_functions[rule.endpoint])
            not in (
                PUBLIC,
                None,
            )
        ):
            answer = app.test_client().get(rule.rule)
            assert (answer.status_code, answer.headers["Location"]) == (303, "/login"), rule.rule


@pytest.mark.parametrize("role", ROLES)
def test_a_role_opens_exactly_the_pages_of_its_permissions(
    app: Flask, client_of: Callable[[str], FlaskClient], role: str
) -> None:
    client = client_of(role)
    for rule in app.url_map.iter_rules():
        permission = needed(app.view_functions[rule.endpoint])
        if permission in (PUBLIC, None) or "GET" not in (rule.methods or ()) or rule.arguments:
            continue
        wanted = 200 if permission in PERMISSIONS[role] else 403
        assert client.get(rule.rule).status_code == wanted, rule.rule


def test_a_viewer_may_not_change_an_order(client_of: Callable[[str], FlaskClient]) -> None:
    assert client_of("viewer").post("/orders/1/cancel").status_code == 403


def test_a_form_without_its_token_is_refused(app: Flask) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    assert app.test_client().post("/login", data={"name": "a", "password": "b"}).status_code == 400


def test_the_set_up_link_works_once(app: Flask, services: Services) -> None:
    link = issue_setup_link(services)
    assert link is not None
    token = link.partition("=")[2]
    client = app.test_client()
    weak = client.post("/setup", data={"token": token, "name": "boss", "password": "short"})
    assert weak.status_code == 422
    made = client.post("/setup", data={"token": token, "name": "boss", "password": "long enough 1"})
    assert (made.status_code, client.get("/").status_code) == (303, 200)
    again = app.test_client().post("/setup", data={"token": token, "name": "b2", "password": "long enough 1"})
    assert again.status_code == 422
    assert issue_setup_link(services) is None


def test_the_sixth_wrong_password_in_a_minute_is_not_even_tried(app: Flask) -> None:
    client = app.test_client()
    statuses = [client.post("/login", data={"name": "x", "password": "y"}).status_code for _ in range(6)]
    assert statuses == [422] * 5 + [429]


def test_pages_allow_no_inline_script_or_style(client_of: Callable[[str], FlaskClient]) -> None:
    answer = client_of("administrator").get("/")
    policy = answer.headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy
    assert b"<script>" not in answer.data
    assert b"style=" not in answer.data


def test_the_language_switch_turns_every_page(client_of: Callable[[str], FlaskClient], services: Services) -> None:
    client = client_of("viewer")
    assert "工作台" in client.get("/").text
    client.post("/language/en")
    for path in ("/", "/orders/", "/rules/"):
        text = client.get(path).text.replace("判单", "").replace("中文", "").replace("判", "")
        assert not any("\u4e00" <= c <= "\u9fff" for c in text), path
