"""`pandan order why` and `pandan order show`: in words, and as the JSON that scripts read."""

from __future__ import annotations

import json
from typing import Any

import pytest
from click.testing import CliRunner

from app.bootstrap import Services
from app.cli.orders import replay, show_order, why
from tests.line.house import House, a_trade


@pytest.fixture
def run(house: House, services: Services) -> Any:
    house.post(a_trade("1", ("A", 2), payment="95.00"))

    def invoke(command: Any, *options: str, language: str = "zh") -> Any:
        env = {
            "PANDAN_HOME": str(services.settings.home),
            "DATABASE_URL": services.database.url.render_as_string(hide_password=False),
            "PANDAN_LANG": language,
        }
        return CliRunner().invoke(command, ["1", *options], env=env)

    return invoke


def test_why_tells_every_rule_and_condition_with_the_orders_value(run: Any) -> None:
    done = run(why)
    assert done.exit_code == 0, done.output
    assert "实付金额不少于 5,000 元，实际 95 元，需要不少于 5,000 元，差 4,905 元" in done.output
    assert "由它决定" in done.output
    assert "it decided" in run(why, language="en").output


def test_why_not_a_rule_gives_the_smallest_change_as_edits(run: Any) -> None:
    done = run(why, "--not-rule", "big-value", "--json")
    answer = json.loads(done.stdout)
    (edit,) = answer["order"][0]["edits"]
    assert edit == {"path": "order/paid", "before": 9_500, "after": 500_000, "removed": False}
    assert answer["rules"][0]["edits"][0]["path"] == "screening/rules/0/when/all/1/value"
    assert "实付金额：95 元 → 5,000 元" in run(why, "--not-rule", "big-value").output


def test_why_not_a_warehouse_names_it(run: Any) -> None:
    told = json.loads(run(why, "--json").stdout)
    shipping = {one["warehouse"] for one in told["decision"]["fulfilments"]}
    other = next(one["code"] for one in told["warehouses"] if one["code"] not in shipping)
    assert "为什么不从" in run(why, "--not-warehouse", other).output
    unknown = run(why, "--not-warehouse", "MOON")
    assert unknown.exit_code != 0


def test_an_order_is_shown_without_a_bare_code_and_replays(run: Any) -> None:
    told = run(show_order).output
    assert "平台：已付款  判定：已分仓" in told
    assert not {"paid", "allocated", "open"} & set(told.replace("：", " ").split())
    assert json.loads(run(replay, "--json").stdout) == {"identical": True}
