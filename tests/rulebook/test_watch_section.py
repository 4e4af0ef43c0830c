"""The watches of a pack: what is wrong with one is said where it is, and each is a sentence in both languages."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import orjson
import pytest
from jsonschema import Draft202012Validator

from app.domain.messages import say
from app.rulebook.json_schemas import pack_schema
from app.rulebook.pack import load_pack, pack_problems
from app.rulebook.watches import KINDS
from app.rulebook.watches_words import phrase_watch, told_span

PACK: dict[str, Any] = orjson.loads((Path(__file__).parents[2] / "rule_packs" / "apparel-default.json").read_bytes())
SAYS = Draft202012Validator(pack_schema())


def changed(path: str, value: Any) -> dict[str, Any]:
    made: Any = copy.deepcopy(PACK)
    at = made["watches"]
    *way, last = path.split("/")
    for step in way:
        at = at[int(step)] if isinstance(at, list) else at[step]
    at[int(last) if isinstance(at, list) else last] = value
    return made  # type: ignore[no-any-return]


def test_the_shipped_pack_has_a_watch_of_each_kind() -> None:
    assert {watch.kind for watch in load_pack(PACK).watches} == set(KINDS)
    assert {watch.key for watch in load_pack(PACK).watches} >= {"watches/sku-burst", "watches/price-apart"}


@pytest.mark.parametrize(
    ("path", "value", "at", "code"),
    [
        ("0/kind", "flood", "watches/0/kind", "part-choice"),
        ("0/colour", "red", "watches/0/colour", "part-unknown"),
        ("0/units", 0, "watches/0/units", "part-range"),
        ("0/window_seconds", "300", "watches/0/window_seconds", "part-type"),
        ("1/percent", None, "watches/1/percent", "part-missing"),
        ("2/times", 1, "watches/2/times", "part-range"),
        ("2/evidence", ["masked_phone_and_district"], "watches/2/evidence/0", "part-choice"),
        ("0/then", [], "watches/0/then", "watch-idle"),
        ("1/then", [{"do": "hold", "for_seconds": 60, "owner": "clerk"}], "watches/1/then/0/do", "part-choice"),
        ("0/then/0/owner", "king", "watches/0/then/0/owner", "part-choice"),
        ("2/then/0/tag", " ", "watches/2/then/0/tag", "part-pattern"),
    ],
)
def test_what_is_wrong_with_a_watch_is_said_where_it_is_and_the_schema_refuses_it_too(
    path: str, value: Any, at: str, code: str
) -> None:
    pack = changed(path, value)
    assert (code, at) in [(problem.code, problem.path) for problem in pack_problems(pack)]
    assert not SAYS.is_valid(pack)


def test_two_watches_of_one_code_and_one_that_does_a_thing_twice_are_refused() -> None:
    twice = changed("1/id", "sku-burst")
    assert [p.path for p in pack_problems(twice)] == ["watches/0/id", "watches/1/id"]
    again = changed("0/then", [PACK["watches"][0]["then"][0]] * 2)
    assert [(p.code, p.path) for p in pack_problems(again)] == [("watch-twice", "watches/0/then")]
    assert all(say(p.code, language, **p.details) for p in pack_problems(again) for language in ("zh", "en"))


def test_every_shipped_watch_is_a_sentence_in_both_languages() -> None:
    burst = PACK["watches"][0]
    assert phrase_watch(burst, "zh") == (
        "所有店铺合计，一个 SKU 在 5 分钟内卖出 200 件或更多：此后 1 小时内该 SKU 的新订单挂起给主管；"
        "给主管开补货任务，2 小时内完成。"
    )
    assert phrase_watch(burst, "en") == (
        "When one SKU sells 200 or more units within 5 minutes over all shops: further orders of that SKU are held for "
        "the supervisor for 1 hour; a replenishment task is opened for the supervisor, due within 2 hours."
    )
    for watch in PACK["watches"]:
        for language in ("zh", "en"):
            assert "{" not in phrase_watch(watch, language)
    apart = {**burst, "shops": ["tb", "jd"], "each_shop": True}
    assert "店铺 tb、jd各自计算" in phrase_watch(apart, "zh")
    assert "in each of shops tb, jd" in phrase_watch(apart, "en")


@pytest.mark.parametrize(("seconds", "zh", "en"), [(90, "90 秒", "90 seconds"), (3600, "1 小时", "1 hour")])
def test_a_length_of_time_is_told_in_its_largest_whole_unit(seconds: int, zh: str, en: str) -> None:
    assert (told_span(seconds, zh=True), told_span(seconds, zh=False)) == (zh, en)
