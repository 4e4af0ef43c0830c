"""The page of watches: what they found with its orders, and a protection released with one click by who may."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text

from app.bootstrap import Services
from app.jobs.watches import look
from app.persistence.database import reading
from tests.line.house import House, a_trade
from tests.line.test_watches import BURST, Clock, burst_of_a, by_correlator, clock, watching

__all__ = ["clock"]


@pytest.fixture
def fired(house: House, clock: Clock) -> House:
    """A burst of A has fired, and an order of it is held."""
    watching(house, BURST)
    burst_of_a(house)
    assert look(house.services, by_correlator) == 1
    house.post(a_trade("90", ("A", 1), minute=3))
    return house


def test_the_page_says_what_fired_with_its_orders_and_what_is_protected(
    fired: House, client_of: Callable[[str], FlaskClient]
) -> None:
    page = client_of("viewer").get("/watches/").text
    for order in range(1, 6):
        assert f'href="/orders/{fired.order_id(str(order))}"' in page
    assert "2 分钟内 5 件（阈值 5）" in page
    assert "一个 SKU 在 5 分钟内卖出 5 件或更多" in page
    assert "由关联器看" in page
    assert "现在放开" not in page
    assert "SKU 爆单，保护中" in client_of("viewer").get("/tasks/?whose=all").text


def test_a_supervisor_releases_a_protection_and_what_it_held_goes_on(
    fired: House, services: Services, client_of: Callable[[str], FlaskClient]
) -> None:
    boss = client_of("supervisor")
    with reading(services.database) as db:
        number = db.execute(text("SELECT id FROM protections")).scalar_one()
    assert "现在放开" in boss.get("/watches/").text
    assert client_of("clerk").post(f"/watches/protections/{number}/release").status_code == 403
    told = boss.post(f"/watches/protections/{number}/release", follow_redirects=True).text
    assert "1 张挂起的订单重新判定" in told
    assert "由 supervisor 放开" in told
    assert boss.post(f"/watches/protections/{number}/release").status_code == 404
    fired.drain()
    assert fired.orders()["90"][0] == "allocated"


def test_the_held_orders_page_says_why(fired: House, client_of: Callable[[str], FlaskClient]) -> None:
    page = client_of("clerk").get(f"/orders/{fired.order_id('90')}").text
    assert "SKU A 短时间卖得太快" in page
    assert "一个 SKU 突然大卖" in page


def test_the_rules_page_shows_watches_as_sentences(client_of: Callable[[str], FlaskClient]) -> None:
    assert "一个 SKU 在 5 分钟内卖出 200 件或更多" in client_of("viewer").get("/rules/").text


def test_figures_count_firings_and_comparisons(fired: House, client_of: Callable[[str], FlaskClient]) -> None:
    figures = client_of("administrator").get("/metrics").text
    assert "pandan_watch_firings_total 1" in figures
    assert "pandan_watch_fallbacks_total 1" in figures
    assert "pandan_watch_differences_total 0" in figures
