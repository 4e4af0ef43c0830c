"""The sample files that newcomers take: each is read without a problem, and they fit each other."""

from __future__ import annotations

from pathlib import Path

from app.intake.tables import parse_freight, parse_listings, parse_skus, parse_stock, parse_warehouses

SAMPLES = Path("samples")


def _read(name: str) -> bytes:
    return (SAMPLES / name).read_bytes()


def test_every_table_is_read_without_a_problem_and_names_only_what_the_others_bring() -> None:
    places, goods = parse_warehouses(_read("warehouses.csv")), parse_skus(_read("skus.csv"))
    stock, freight = parse_stock(_read("stock.csv")), parse_freight(_read("freight.csv"))
    listings = parse_listings(_read("listings.csv"))
    for parsed in (places, goods, stock, freight, listings):
        assert parsed.problems == []
        assert parsed.rows
    codes, skus = {row.code for row in places.rows}, {row.sku for row in goods.rows}
    assert {row.warehouse for row in stock.rows} == codes
    assert {row.warehouse for row in freight.rows} == codes
    assert {row.sku for row in stock.rows} <= skus
    assert {row.sku for row in listings.rows} <= skus
