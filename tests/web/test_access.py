"""Who may come in: closed by default, every route and role."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from app.bootstrap import Services
from app.persistence.people import ROLES
from app.web.access import OPEN_ENDPOINTS
from app.web.factory import create_app
from app.web.permissions import PERMISSIONS, PUBLIC, SHOP_KEY, needed
from app.web.session import issue_setup_link


def every_call(app: Flask) -> Iterator[tuple[Rule, str]]:
    """Every route with each of its methods, those of libraries left out."""
    for rule in app.url_map.iter_rules():
        for method in sorted((rule.methods or set()) & {"GET", "POST", "PUT", "PATCH", "DELETE"}):
            if rule.endpoint not in OPEN_ENDPOINTS:
                yield rule, method


def address(rule: Rule) -> str:
    """An address of the route that names nothing there is."""
    built = rule.build(dict.fromkeys(rule.arguments, 999_999))
    assert built is not None
    return built[1]


def test_every_view_states_a_permission(app: Flask) -> None:
    silent = [name for name, view in app.view_functions.items() if needed(view) is None and name not in OPEN_ENDPOINTS]
    assert silent == []


def test_without_a_login_every_page_leads_to_the_login(app: Flask) -> None:
    for rule in app.url_map.iter_rules():
        if (
            "GET" in (rule.methods or ())
            and not rule.arguments
            and needed(app.view_functions[rule.endpoint]) not in (PUBLIC, SHOP_KEY, None)
        ):
            answer = app.test_client().get(rule.rule)
            assert answer.status_code == 303, rule.rule
            assert answer.headers["Location"].startswith("/login"), rule.rule


@pytest.mark.parametrize("role", ROLES)
def test_a_role_opens_exactly_what_its_permissions_say(
    app: Flask, client_of: Callable[[str], FlaskClient], role: str
) -> None:
    client = client_of(role)
    for rule, method in every_call(app):
        permission = needed(app.view_functions[rule.endpoint])
        if permission in (PUBLIC, SHOP_KEY):
            continue
        status = client.open(address(rule), method=method).status_code
        assert (status == 403) == (permission not in PERMISSIONS[role]), (method, rule.rule, status)


def test_the_order_api_is_closed_without_a_key(app: Flask) -> None:
    keyed = [(r, m) for r, m in every_call(app) if needed(app.view_functions[r.endpoint]) == SHOP_KEY]
    assert len(keyed) >= 3
    for rule, method in keyed:
        assert app.test_client().open(address(rule), method=method).status_code == 401, rule.rule


def test_no_form_is_taken_without_its_token(app: Flask, client_of: Callable[[str], FlaskClient]) -> None:
    client = client_of("administrator")
    app.config["WTF_CSRF_ENABLED"] = True
    for rule, method in every_call(app):
        if method != "POST" or needed(app.view_functions[rule.endpoint]) == SHOP_KEY:
            continue
        assert client.post(address(rule)).status_code == 400, rule.rule


def test_a_view_without_a_permission_is_closed_to_everybody(
    app: Flask, client_of: Callable[[str], FlaskClient]
) -> None:
    app.view_functions["rules.page"] = lambda: "open"
    assert client_of("administrator").get("/rules/").status_code == 403


def test_a_viewer_may_not_change_an_order(client_of: Callable[[str], FlaskClient]) -> None:
    assert client_of("viewer").post("/orders/1/cancel").status_code == 403


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
        # What shops wrote, such as “加急” in a rule, stays as it is.
        text = re.sub("“[^”]*”|判单|中文|判", "", client.get(path).text)
        assert not any("\u4e00" <= c <= "\u9fff" for c in text), path


def test_the_set_up_link_printed_first_still_works_after_a_restart(app: Flask, services: Services) -> None:
    first, second = issue_setup_link(services), issue_setup_link(services)
    assert first
    assert second
    assert app.test_client().get(first).status_code == 200
    data = {"token": first.partition("=")[2], "name": "boss", "password": "long enough 1"}
    assert app.test_client().post("/setup", data=data).status_code == 303
    assert app.test_client().get(second).status_code == 410


def test_wrong_passwords_count_together_over_all_processes(app: Flask, services: Services) -> None:
    there = create_app(services)
    there.config["WTF_CSRF_ENABLED"] = False
    tries = [each.test_client().post("/login", data={"name": "x", "password": "y"}) for each in [app, there] * 3]
    assert [answer.status_code for answer in tries] == [422] * 5 + [429]


def test_a_good_login_is_not_counted_as_a_try(
    client_of: Callable[[str], FlaskClient], client_of_known: Callable[[str], FlaskClient]
) -> None:
    client_of("clerk")
    for _ in range(7):
        client_of_known("clerk")


def test_logging_in_gives_another_token_and_ends_the_former(
    app: Flask, client_of: Callable[[str], FlaskClient]
) -> None:
    client = client_of("clerk")
    before = client.get_cookie("pandan_login")
    client.post("/login", data={"name": "clerk", "password": "correct horse"})
    after = client.get_cookie("pandan_login")
    assert before is not None
    assert after is not None
    assert before.value != after.value
    old = app.test_client()
    old.set_cookie("pandan_login", before.value)
    assert old.get("/").status_code == 303


@pytest.mark.parametrize(
    ("wanted", "reached"), [("/orders/", "/orders/"), ("//evil.example", "/"), ("https://evil.example", "/")]
)
def test_a_login_leads_on_within_the_site_only(
    app: Flask, client_of: Callable[[str], FlaskClient], wanted: str, reached: str
) -> None:
    client_of("clerk")
    data = {"name": "clerk", "password": "correct horse"}
    answer = app.test_client().post("/login", query_string={"next": wanted}, data=data)
    assert answer.headers["Location"] == reached


def test_a_part_asked_for_without_a_login_leads_the_whole_page_to_the_login(app: Flask) -> None:
    answer = app.test_client().get("/workbench/live", headers={"HX-Request": "true"})
    assert (answer.status_code, answer.headers["HX-Redirect"]) == (401, "/login")


def test_a_refusal_during_a_part_becomes_a_toast(client_of: Callable[[str], FlaskClient]) -> None:
    answer = client_of("viewer").get("/users/", headers={"HX-Request": "true"})
    assert (answer.status_code, answer.headers["HX-Retarget"]) == (403, "#toasts")
    assert "<html" not in answer.text
