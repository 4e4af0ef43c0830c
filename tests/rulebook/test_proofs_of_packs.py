"""What `pack check` proves of the article's rules and of changed default rules, each with an order decided so."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import orjson
import pytest

from app.domain.errors import Problem
from app.processing.examples import decide_example
from app.rulebook import load_pack
from app.rulebook.check import check_pack
from app.rulebook.order_fields import PLATFORMS

FOLDER = Path(__file__).parents[2] / "rule_packs"
Json = dict[str, Any]


def document(name: str) -> Json:
    found: Json = orjson.loads((FOLDER / f"{name}.json").read_bytes())
    found["mappings"] = {}
    return found


@pytest.fixture(scope="module")
def article() -> list[Problem]:
    return check_pack(document("article-as-written"), decide_example).diagnostics


def facts(given: Json) -> Json:
    """What the world of a counter-example is like, told from its stock and its decisions alone."""
    need: dict[str, int] = {}
    for line in given["order"]["lines"]:
        need[line["sku"]] = need.get(line["sku"], 0) + line["quantity"]
    held = [given["stock"].get(row["code"], {}) for row in given["warehouses"]]
    covering = [all(own.get(sku, 0) >= n for sku, n in need.items()) for own in held]
    together = all(sum(own.get(sku, 0) for own in held) >= n for sku, n in need.items())
    return {"covering": covering, "together": together, "urgent": given["order"]["urgent"], "lines": len(need)}


def only(found: list[Problem], wanted: Callable[[Problem, Json], bool]) -> Problem:
    (problem,) = [p for p in found if wanted(p, facts(p.details["counterexample"]))]
    return problem


def decided(given: Json, pack: Json) -> Json:
    return decide_example(given, load_pack(pack))[-1]


def km_of_stock(given: Json) -> list[float]:
    """How far the warehouses that cover the order are from the target, as the engine reckons."""
    from app.rulebook.witness_places import distance_km

    target = next(row for row in given["warehouses"] if row["code"] == "T")
    at = (target["latitude"], target["longitude"])
    rows = [row for row in given["warehouses"] if given["stock"].get(row["code"])]
    return [distance_km(at, (row["latitude"], row["longitude"])) for row in rows]


def test_every_counter_example_is_decided_as_it_is_claimed(article: list[Problem]) -> None:
    pack = document("article-as-written")
    for problem in article:
        assert (problem.code, problem.severity) == ("gap", "error")
        for given in (problem.details["counterexample"], *problem.details.get("also", ())):
            decision = decided(given, pack)
            assert decision["outcome"] == "held"
            assert {hold["reason"] for hold in decision["holds"]} <= {"no-rule", "unknown-value"}


def test_stock_at_two_hundred_km_and_beyond_falls_through(article: list[Problem]) -> None:
    found = only(article, lambda p, f: p.path.endswith("/3") and any(f["covering"]))
    assert km_of_stock(found.details["counterexample"]) == [200.0]
    assert km_of_stock(found.details["also"][0])[0] > 200


def test_short_everywhere_and_not_urgent_falls_through(article: list[Problem]) -> None:
    assert only(article, lambda p, f: not f["together"] and f["urgent"] is False and p.path.endswith("/3"))


def test_short_everywhere_and_urgency_unknown_is_held(article: list[Problem]) -> None:
    found = only(article, lambda p, f: f["urgent"] is None)
    assert found.path == "allocation/rules/2"


def test_enough_only_by_combining_warehouses_falls_through(article: list[Problem]) -> None:
    found = only(article, lambda p, f: f["together"] and not any(f["covering"]) and f["lines"] == 1)
    assert found.path.endswith("/3")


def test_an_order_whose_lines_get_different_answers_falls_through(article: list[Problem]) -> None:
    found = only(article, lambda p, f: f["lines"] == 2)
    pack, given = document("article-as-written"), found.details["counterexample"]
    alone = []
    for line in given["order"]["lines"]:
        order = {**given["order"], "lines": [line]}
        alone.append(decided({**given, "order": order}, pack)["rules"])
    assert alone[0] != alone[1]
    assert ["allocation/otherwise"] not in alone


def test_accepting_every_gap_leaves_none(article: list[Problem]) -> None:
    pack = document("article-as-written")
    for _ in range(8):
        gaps = [p for p in check_pack(pack, decide_example).diagnostics if p.code == "gap"]
        edits = [p.details["remedy"].edit for p in gaps if p.details["remedy"].edit]
        if not edits:
            break
        assert edits[0]["do"] == "set"
        pack["allocation"]["rules"][-1]["accepts"] = edits[0]["value"]
    assert gaps == []


def changed(change: Callable[[Json], Any]) -> list[Problem]:
    pack = deepcopy(document("apparel-default"))
    pack["examples"] = []
    change(pack)
    return check_pack(pack, decide_example).diagnostics


def rule(pack: Json, name: str, section: str = "allocation") -> Json:
    found: Json = next(r for r in pack[section]["rules"] if r["id"] == name)
    return found


def codes(found: list[Problem]) -> set[str]:
    return {problem.code for problem in found}


def test_a_rule_taken_away_is_a_gap() -> None:
    found = changed(lambda pack: pack["allocation"]["rules"].remove(rule(pack, "wait")))
    assert "gap" in codes(found)


def test_two_rules_swapped_leave_one_that_never_decides() -> None:
    def swap(pack: Json) -> None:
        rules = pack["allocation"]["rules"]
        rules[3], rules[4] = rules[4], rules[3]

    (found,) = changed(swap)
    assert (found.code, found.path, found.details["related"]) == (
        "unreachable",
        "allocation/rules/4",
        ("allocation/rules/3",),
    )
    assert found.details["remedy"].edit == {"do": "move", "path": "allocation/rules/4", "to": 3}


def test_two_priorities_on_one_order_contradict_each_other() -> None:
    extra = {
        "id": "cheap", "when": {"all": [{"field": "order.quantity", "op": "<", "value": 3}]},
        "then": [{"do": "set_priority", "priority": 10}],
    }  # fmt: skip
    found = changed(lambda pack: pack["screening"]["rules"].append(extra))
    (conflict,) = [p for p in found if p.code == "conflict"]
    assert conflict.severity == "error"
    assert conflict.details["counterexample"]["order"]["lines"][0]["quantity"] < 3


def test_a_state_that_no_decided_order_has_is_a_value_that_cannot_be() -> None:
    def ask(pack: Json) -> None:
        rule(pack, "wait")["when"] = {
            "any": [{"field": "order.state", "op": "is", "value": "closed"}, rule(pack, "wait")["when"]]
        }

    assert "impossible-value" in codes(changed(ask))


def test_a_hold_for_somebody_who_may_not_release_it_is_an_error() -> None:
    found = changed(lambda pack: rule(pack, "bulk", "screening")["then"][0].update(owner="viewer"))
    assert {(p.code, p.severity) for p in found if p.path.endswith("owner")} == {("hold-without-release", "error")}


def test_the_platforms_that_are_known_by_name_are_not_all_there_are() -> None:
    pack = document("apparel-default")
    platforms = list(PLATFORMS)
    everyone = {"field": "order.platform", "op": "in", "value": platforms}
    pack["allocation"]["rules"].insert(
        0, {"id": "named", "title": {"zh": "有名的", "en": "named"}, "when": everyone, "then": [{"do": "backorder"}]}
    )
    assert "unreachable" not in {problem.code for problem in check_pack(pack, decide_example).diagnostics}
    order = {
        "id": "1",
        "platform": "youmai",
        "paid": 9900,
        "province": "浙江省",
        "lines": [{"sku": "A", "quantity": 1}],
    }
    given = {"order": order, "stock": {}}
    assert "allocation/named" not in decided(given, pack)["rules"]
    pack["allocation"]["rules"][0]["when"] = {"field": "order.platform", "op": "is", "value": "youmai"}
    assert "allocation/named" in decided(given, pack)["rules"]
