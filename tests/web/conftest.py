"""A web application over a small house, and ways in."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from jinja2 import FileSystemBytecodeCache

from app.bootstrap import Services
from app.persistence import people
from app.persistence.database import reading, writing
from app.persistence.drafts import Draft, read_draft
from app.persistence.goods import add_shop
from app.persistence.packs import publish_shipped
from app.persistence.people import ROLES, add_user
from app.web.factory import create_app
from tests.line.house import House, furnish, pump_of

NOW = 1_784_109_600
PASSWORD = "correct horse"


@pytest.fixture(scope="session")
def parsed(tmp_path_factory: pytest.TempPathFactory) -> FileSystemBytecodeCache:
    """Templates once parsed; they are the same for every test."""
    return FileSystemBytecodeCache(str(tmp_path_factory.mktemp("templates")))


@pytest.fixture(scope="session", autouse=True)
def cheap_passwords() -> Iterator[None]:
    """Passwords are hashed as ever, but with what the method asks at least: it is made to be slow."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(people, "_hasher", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
        yield


@pytest.fixture
def app(services: Services, parsed: FileSystemBytecodeCache) -> Flask:
    publish_shipped(services.database, now=NOW)
    app = create_app(services)
    app.jinja_env.bytecode_cache = parsed
    app.config["WTF_CSRF_ENABLED"] = False
    return app


@pytest.fixture
def house(app: Flask, services: Services) -> House:
    """The line behind the pages, over a small house that is furnished."""
    furnish(services)
    return House(services, pump_of(services, "test:0"))


@pytest.fixture
def key(services: Services) -> str:
    with writing(services.database) as db:
        return add_shop(db, "tb", "taobao", now=NOW)


@pytest.fixture
def client_of(client_of_known: Callable[[str], FlaskClient], services: Services) -> Callable[[str], FlaskClient]:
    """Logs a user of a role in; there is one of each role, named after it."""
    with writing(services.database) as db:
        for role in ROLES:
            add_user(db, role, PASSWORD, role, now=NOW)
    return client_of_known


@pytest.fixture
def client_of_known(app: Flask) -> Callable[[str], FlaskClient]:
    """Logs in whoever is there already, each time in a new browser."""

    def make(name: str) -> FlaskClient:
        client = app.test_client()
        assert client.post("/login", data={"name": name, "password": PASSWORD}).status_code == 303
        return client

    return make


@pytest.fixture
def boss(client_of: Callable[[str], FlaskClient]) -> FlaskClient:
    """The supervisor's browser."""
    return client_of("supervisor")


@pytest.fixture
def number(boss: FlaskClient) -> int:
    """A draft of the live rules, the supervisor's."""
    answer = boss.post("/rules/drafts", data={"title": "before 11.11"})
    return int(answer.headers["Location"].rsplit("/", 1)[1])


@pytest.fixture
def draft(services: Services, number: int) -> Callable[[], Draft]:
    """That draft as it stands."""

    def read() -> Draft:
        with reading(services.database) as db:
            return read_draft(db, number)

    return read
