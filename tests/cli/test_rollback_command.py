"""`pandan pack rollback`: what the withdrawn version decided is listed, and put right when asked."""

from __future__ import annotations

import json
from typing import Any

from click.testing import CliRunner

from app.bootstrap import Services
from app.cli.packs import pack
from tests.line.house import House, a_trade
from tests.line.test_rollback import go_live, other


def pandan(services: Services, *words: str) -> Any:
    env = {
        "PANDAN_HOME": str(services.settings.home), "REDIS_URL": services.settings.redis_url, "PANDAN_LANG": "en",
        "DATABASE_URL": services.database.url.render_as_string(hide_password=False),
    }  # fmt: skip
    return CliRunner().invoke(pack, ["rollback", *words], env=env)


def test_the_list_comes_first_and_is_put_right_by_a_second_call(house: House, services: Services) -> None:
    go_live(house, other(line=1_000))
    house.post(a_trade("1"), a_trade("2", payment="6000.00"))
    told = json.loads(pandan(services, "1", "--note", "too strict", "--json").output)
    assert (told["version"], told["content_of"], told["withdrawn"], told["applied"]) == (3, 1, [2], None)
    assert [(one["order"], one["outcome"], one["proposal"], one["would"]) for one in told["affected"]] == [
        ("1", "held", "release", "allocated"), ("2", "held", "none", "held"),
    ]  # fmt: skip
    house.drain()
    assert house.orders()["1"] == ("held", "big-value")
    again = pandan(services, "1", "--apply")
    assert again.exit_code == 0, again.output
    assert "1 are being decided again" in again.output
    house.drain()
    assert house.orders()["1"] == ("allocated", "")
    left = json.loads(pandan(services, "1", "--json").output)
    assert (left["version"], [one["proposal"] for one in left["affected"]]) == (3, ["none"])
