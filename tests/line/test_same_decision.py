"""One order, one decision: the line, `pandan decide` and replay from the record say the same."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from app.cli.decide import decide
from app.persistence.database import reading
from app.persistence.packs import SHIPPED
from app.processing.replay import is_identical, replay
from app.processing.trial import decision_json
from tests.line.house import NOW, House

WAREHOUSES = (
    "code,name,province,city,latitude,longitude,provinces_served\n"
    "HZ,杭州仓,浙江省,杭州市,30.27,120.0,浙江省\nGZ,广州仓,广东省,广州市,23.16,113.27,广东省\n"
)
lines = st.lists(
    st.fixed_dictionaries({"sku": st.sampled_from("AABBC?"), "quantity": st.sampled_from([1, 1, 2, 3, 120])}),
    min_size=1,
    max_size=3,
)
orders = st.fixed_dictionaries(
    {
        "lines": lines,
        "created_at": st.integers(NOW - 900, NOW),
        "city": st.sampled_from(["杭州市", "深圳市"]),
        "phone": st.sampled_from(["13900001111", "13900002222", "13900003333"]),
        "address": st.sampled_from(["文三路1号", "文三路2号", "文三路***"]),
        "state": st.sampled_from(["paid"] * 6 + ["created", "closed"]),
    },
    optional={
        "province": st.sampled_from(["浙江省", "广东省", "新疆", "火星"]),
        "paid": st.sampled_from([1000, 600_000]),
        "urgent": st.sampled_from([True, False]),
        "buyer_message": st.sampled_from(["发顺丰", "加急", ""]),
        "seller_memo": st.sampled_from(["加急", ""]),
        "flags": st.sampled_from([["presale"], ["risk_review"], ["sealed"], []]),
    },
)
batches = st.lists(orders, min_size=1, max_size=7).map(lambda each: [{"id": str(n), **o} for n, o in enumerate(each)])
shelf = st.fixed_dictionaries({sku: st.integers(0, 6) for sku in "ABC"})
shelves = st.fixed_dictionaries({"HZ": shelf, "GZ": shelf})


class StoppedClock:
    """A clock that stands still."""

    def now(self) -> int:
        return NOW


def by_the_line(house: House, batch: list[dict[str, Any]], stock: dict[str, dict[str, int]]) -> list[dict[str, Any]]:
    """The decision records of the batch, in its order."""
    house.forget()
    house.stock(*[(place, sku, units) for place, held in stock.items() for sku, units in held.items()])
    house.put(*batch, shop="default")
    house.step(len(batch))
    house.check()
    with reading(house.services.database) as db:
        rows = db.execute(text("SELECT o.tid, d.record FROM decisions d JOIN orders o ON o.id = d.order_id")).all()
    records = {row.tid: orjson.loads(row.record) for row in rows}
    return [records[order["id"]] for order in batch]


def by_the_command(folder: Path, batch: list[dict[str, Any]], stock: dict[str, dict[str, int]]) -> list[dict[str, Any]]:
    """What `pandan decide` says of the batch."""
    rows = [f"{place},{sku},{units}" for place, held in stock.items() for sku, units in held.items()]
    files = {
        "orders": "\n".join(json.dumps(order) for order in batch),
        "warehouses": WAREHOUSES,
        "stock": "\n".join(["warehouse,sku,on_hand", *rows]),
        "skus": "sku,name\nA,A\nB,B\nC,C\n",
    }
    for name, content in files.items():
        (folder / name).write_text(content, "utf-8")
    words = [f"--{name}={folder / name}" for name in files]
    at = datetime.fromtimestamp(NOW, UTC).isoformat()
    done = CliRunner().invoke(decide, [f"--pack={SHIPPED / 'apparel-default.json'}", *words, f"--at={at}", "--json"])
    assert done.exit_code == 0, done.output
    return list(json.loads(done.stdout)["decisions"])


@given(batches, shelves)
@settings(
    deadline=None,
    max_examples=20,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_line_command_and_replay_decide_alike(
    house: House, tmp_path: Path, batch: list[dict[str, Any]], stock: dict[str, dict[str, int]]
) -> None:
    house.services.clock = StoppedClock()  # type: ignore[assignment]
    pack = house.pump.live.pack
    assert pack is not None
    if "default" not in house.shops():
        house.shop("default", "manual")
    records = by_the_line(house, batch, stock)
    assert all(is_identical(record, pack) for record in records)
    replayed = [json.loads(json.dumps(decision_json(replay(record, pack), []))) for record in records]
    assert replayed == by_the_command(tmp_path, batch, stock)
