"""The packs that ship: sound, their examples pass, one set of mappings, and the article's holes stay open."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson
import pytest

from app.processing.examples import decide_example
from app.rulebook import load_pack
from app.rulebook.check import check_pack

FOLDER = Path(__file__).parents[2] / "rule_packs"
PLATFORMS = {"taobao", "pdd", "doudian", "wechat_store", "jd", "shopify", "woocommerce"}


def document(name: str) -> dict[str, Any]:
    found: dict[str, Any] = orjson.loads((FOLDER / f"{name}.json").read_bytes())
    return found


@pytest.mark.parametrize("name", ["apparel-default", "article-as-written"])
def test_a_shipped_pack_is_sound_and_its_examples_pass(name: str) -> None:
    report = check_pack(document(name), decide_example, proofs=False)
    assert report.diagnostics == []
    assert report.ok
    assert report.passed > 0


def test_the_default_rules_are_proved_free_of_every_finding() -> None:
    assert check_pack(document("apparel-default"), decide_example).diagnostics == []


def test_both_carry_the_same_mappings_of_all_seven_platforms() -> None:
    one, other = document("apparel-default")["mappings"], document("article-as-written")["mappings"]
    assert one == other
    assert set(one) == PLATFORMS


def test_an_example_that_fails_fails_the_check() -> None:
    pack = document("apparel-default")
    pack["examples"][0]["expect"] = {"outcome": "held"}
    report = check_pack(pack, decide_example)
    assert (report.ok, report.failed) == (False, 1)
    assert [d.code for d in report.diagnostics] == ["example-failed"]


def test_an_unknown_part_is_an_error_with_its_place() -> None:
    pack = document("apparel-default")
    pack["allocation"]["rules"][0]["colour"] = "red"
    report = check_pack(pack, decide_example)
    assert not report.ok
    assert any(d.path.startswith("allocation/rules/0") for d in report.diagnostics)


WAREHOUSES = [
    {
        "code": "T",
        "province": "浙江省",
        "city": "杭州市",
        "latitude": 30.0,
        "longitude": 120.0,
        "provinces_served": "浙江省",
    },
    {"code": "R", "province": "江苏省", "city": "南京市", "latitude": 30.0, "longitude": 121.0},
    {"code": "F", "province": "广东省", "city": "广州市", "latitude": 23.0, "longitude": 113.0},
]


@pytest.mark.parametrize(
    ("stock", "urgent", "wanted"),
    [
        ({"T": 5}, False, ("allocated", "allocation/local")),
        ({"T": 1, "R": 9}, False, ("allocated", "allocation/transfer")),
        ({"F": 9}, False, ("held", None)),
        ({}, True, ("backordered", "allocation/purchase")),
        ({}, False, ("held", None)),
        ({"T": 2, "F": 1}, True, ("held", None)),
    ],
)
def test_the_articles_three_rules_decide_as_its_table_says_and_no_more(
    stock: dict[str, int], urgent: bool, wanted: tuple[str, str | None]
) -> None:
    order = {
        "id": "1", "province": "浙江省", "city": "杭州市", "urgent": urgent, "lines": [{"sku": "A", "quantity": 3}],
    }  # fmt: skip
    given = {"order": order, "warehouses": WAREHOUSES, "stock": {code: {"A": n} for code, n in stock.items()}}
    (decision,) = decide_example(given, load_pack(document("article-as-written")))
    assert decision["outcome"] == wanted[0]
    assert wanted[1] is None or wanted[1] in decision["rules"]


def test_a_transfer_moves_what_the_target_lacks_and_the_parcel_leaves_from_the_target() -> None:
    order = {"id": "1", "province": "浙江省", "city": "杭州市", "lines": [{"sku": "A", "quantity": 3}]}
    given = {"order": order, "warehouses": WAREHOUSES, "stock": {"T": {"A": 1}, "R": {"A": 9}}}
    (decision,) = decide_example(given, load_pack(document("article-as-written")))
    assert [(m["sku"], m["quantity"]) for m in decision["transfers"]] == [("A", 2)]
    assert [f["warehouse"] for f in decision["fulfilments"]] == ["T"]
