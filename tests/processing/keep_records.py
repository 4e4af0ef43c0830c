"""Writes decision records to keep: `python -m tests.processing.keep_records NAME` adds a set that must replay for ever.

Synthetic orders through packs of every shape; the packs stand beside the records, for they are what was decided by. A
set that exists is never written over: what it holds was said to somebody.
"""

from __future__ import annotations

import random
import sys
from pathlib import Path
from typing import Any

import orjson

from app.domain.decision import Case, Overlay
from app.domain.order import Evidence, Line, Order, Refund, Strength
from app.processing.decide import decide
from app.rulebook.pack import CompiledPack
from tests.processing.conftest import LOCAL, NEAREST, NOON, make_pack, make_world
from tests.processing.test_properties import BUY, SCREENING, SPLIT, TRANSFER

FOLDER = Path(__file__).with_name("records")
SHIPPED = Path(__file__).parents[2] / "rule_packs"
_SCORED = {
    "id": "scored",
    "title": {"zh": "打分", "en": "Scored"},
    "when": {"all": [{"any_warehouse": {"field": "warehouse.covers_order", "op": "is", "value": True}}]},
    "then": [{"do": "reserve", "at": "score", "weights": {"distance": 2, "stock": 1}, "tie_break": "nearest"}],
}


def packs() -> list[CompiledPack]:
    """The packs that are decided by; of the shipped ones without the mappings, which no decision reads."""
    names = ("apparel-default", "article-as-written")
    shipped = [orjson.loads((SHIPPED / f"{name}.json").read_bytes()) for name in names]
    joining = {"enabled": True, "window_seconds": 3600}
    own = make_pack([LOCAL, NEAREST, TRANSFER, SPLIT, BUY], SCREENING, consolidation=joining)
    return [own, make_pack([_SCORED, SPLIT]), *(make_pack_of({**one, "mappings": {}}) for one in shipped)]


def make_pack_of(document: dict[str, Any]) -> CompiledPack:
    """A pack of a whole document."""
    return make_pack(**{key: value for key, value in document.items() if key not in ("allocation", "screening")} | {
        "allocation": document["allocation"]["rules"][:-1], "screening": document["screening"]["rules"],
    })  # fmt: skip


def batch(chance: random.Random, number: int) -> list[Case]:
    """Orders of a minute, with what people said of them."""
    return [_case(chance, f"{number}-{place}") for place in range(6)]


def _case(chance: random.Random, name: str) -> Case:
    wanted = [
        Line(str(place), chance.choice(["A", "B", "C", "SET", "?"]), chance.randint(1, 4),
             refund=chance.choice([Refund.NONE] * 5 + [Refund.DONE]), paid=chance.randrange(0, 60_000, 10))
        for place in range(chance.randint(1, 3))
    ]  # fmt: skip
    message = chance.choice(["发顺丰", "加急", "", None])
    order = Order(
        id=name, shop=chance.choice(["s1", "s2"]), platform="manual", lines=wanted,
        state=chance.choice(["paid"] * 6 + ["created", "closed"]), created_at=NOON + chance.randint(0, 400),
        province=chance.choice(["浙江省", "广东省", "新疆维吾尔自治区", None]), city="杭州市",
        paid=chance.choice([9_500, 10_001, 499_999, 500_000, None]), urgent=chance.choice([True, False, None]),
        flags=frozenset(chance.choice([(), (), ("presale",), ("sealed",), ("risk_review",)])),
        buyer_message=message, seller_memo=chance.choice(["加急", "", None]),
        address=chance.choice(["文三路1号", "文三路***"]),
        identity=(Evidence("phone", chance.choice(["p1", "p2", "p3"]), "", Strength.STRONG),),
    )  # fmt: skip
    said = [
        *[Overlay()] * 6, Overlay(held=True, hold_reason="by-hand"), Overlay(warehouse="GZ"), Overlay(cancelled=True),
        Overlay(released=frozenset({"unknown-value", "suspected-duplicate", "big-value"})),
        Overlay(priority=3, carrier="YTO", urgent=True), Overlay(parts=({wanted[0].id: 1},)),
    ]  # fmt: skip
    return Case(order, chance.choice(said))


def together() -> list[Case]:
    """Two orders of one buyer that leave in one parcel."""
    whole = {
        "address": "文三路 1 号", "identity": (Evidence("phone", "p9", "", Strength.STRONG),), "province": "浙江省",
        "city": "杭州市", "district": "西湖区", "buyer_message": "", "seller_memo": "", "urgent": False,
        "customer_name": "李雷", "phone": "13800000001",
    }  # fmt: skip
    return [
        Case(Order(f"t-{place}", "s1", "manual", "paid", [Line("1", sku, 1)], NOON + 300 * place, **whole))  # type: ignore[arg-type]
        for place, sku in enumerate("AB")
    ]


def records() -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The packs by hash, and the records."""
    found = []
    known = {pack.hash: pack.document for pack in packs()}
    for seed, pack in enumerate(packs()):
        chance = random.Random(seed)
        for number in range(12):
            least = 2 if number == 0 else 0
            stock = {code: {sku: chance.randint(least, 6) for sku in "ABCG"} for code in ("HZ", "GZ")}
            orders = [*together(), *batch(chance, number)] if number == 0 else batch(chance, number)
            decided = decide(orders, make_world(stock), pack, NOON + 500)
            found += [orjson.loads(decision.record) for decision in decided]
    return known, found


def main() -> None:
    """The command line."""
    known, found = records()
    file = FOLDER / f"{sys.argv[1]}.jsonl"
    if file.exists():
        raise SystemExit(f"{file.name} is kept already")
    file.write_bytes(b"".join(orjson.dumps(record, option=orjson.OPT_SORT_KEYS) + b"\n" for record in found))
    for name, document in known.items():
        (FOLDER / f"{name[:16]}.pack.json").write_bytes(orjson.dumps(document, option=orjson.OPT_INDENT_2) + b"\n")


if __name__ == "__main__":
    main()
