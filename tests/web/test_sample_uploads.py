"""The sample files through the pages: a new house is set up by them, and their orders are decided."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from app.bootstrap import Services
from app.intake.workbook import import_file
from app.jobs.destination import ShopDestination
from app.persistence.database import writing
from app.persistence.goods import add_shop
from app.web.samples import NAMES
from tests.line.house import NOW, House, pump_of

SAMPLES = Path("samples")
SHOP = "excel-shop"
UPLOADS = (
    ("/warehouses/file/warehouses", "warehouses.csv"),
    ("/warehouses/file/freight", "freight.csv"),
    ("/skus/file", "skus.csv"),
    ("/stock/file", "stock.csv"),
    ("/listings/file", "listings.csv"),
)


def test_everyone_who_is_logged_in_takes_every_sample_and_nothing_else(
    client_of: Callable[[str], FlaskClient],
) -> None:
    viewer = client_of("viewer")
    for name in NAMES:
        assert viewer.get(f"/samples/{name}").data == (SAMPLES / name).read_bytes()
    assert viewer.get("/samples/../README.md").status_code == 404
    assert viewer.get("/samples/README.md").status_code == 404


def test_the_samples_set_up_a_house_and_their_orders_are_decided(
    client_of: Callable[[str], FlaskClient], services: Services
) -> None:
    boss = client_of("administrator")
    with writing(services.database) as db:
        add_shop(db, SHOP, "excel", name="表格店", now=NOW)
    for address, name in UPLOADS:
        with (SAMPLES / name).open("rb") as file:
            assert boss.post(address, data={"file": (file, name)}).status_code == 303, name
    live = import_file(SAMPLES / "orders-live.xlsx", ShopDestination(services, SHOP, live=True), live=True)
    past = import_file(SAMPLES / "orders-history.csv", ShopDestination(services, SHOP, live=False), live=False)
    assert (live.rows, live.rejected, past.rejected) == (45, 0, 0)
    assert past.accepted == past.rows
    assert live.layout.header_row == 2
    house = House(services, pump_of(services, "test:0"))
    house.drain()
    ended = Counter(outcome for outcome, _ in house.orders().values())
    assert ended["recorded"] == past.orders
    assert ended["allocated"] > live.orders / 2
    house.check()


@pytest.mark.parametrize("name", ["orders-live.xlsx", "orders-history.csv"])
def test_the_import_page_offers_samples(client_of: Callable[[str], FlaskClient], services: Services, name: str) -> None:
    with writing(services.database) as db:
        add_shop(db, SHOP, "excel", now=NOW)
    assert f"/samples/{name}" in client_of("clerk").get("/imports/").text
