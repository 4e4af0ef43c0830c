"""Old decision records, kept with the packs they were decided by, replay identically for ever."""

from __future__ import annotations

from collections import Counter
from functools import cache
from typing import Any

import orjson
import pytest

from app.processing.record import answer
from app.processing.replay import is_identical, replay
from app.processing.why.asked import Why
from app.rulebook import load_pack
from app.rulebook.pack import CompiledPack
from tests.processing.conftest import make_pack
from tests.processing.keep_records import FOLDER

SETS = sorted(FOLDER.glob("*.jsonl"))


@cache
def pack_of(name: str) -> CompiledPack:
    return load_pack(orjson.loads((FOLDER / f"{name[:16]}.pack.json").read_bytes()))


def kept(file: Any) -> list[dict[str, Any]]:
    return [orjson.loads(line) for line in file.read_bytes().splitlines()]


@pytest.mark.parametrize("file", SETS, ids=lambda file: file.stem)
def test_every_kept_record_replays_to_the_same_decision(file: Any) -> None:
    for record in kept(file):
        pack = pack_of(record["hash"])
        assert pack.hash == record["hash"]
        assert answer(replay(record, pack)) == record["decision"], record["order"]["id"]


def test_the_kept_records_hold_every_outcome_and_many_rules() -> None:
    every = [record for file in SETS for record in kept(file)]
    outcomes = Counter(record["decision"]["outcome"] for record in every)
    assert outcomes.keys() == {"allocated", "held", "consolidated", "backordered", "recorded"}
    assert len({rule for record in every for rule in record["decision"]["rules"]}) > 15
    assert any("parts" in record for record in every)
    assert any(record["decision"].get("transfers") for record in every)


def test_a_record_is_judged_by_the_rules_it_names_and_not_by_those_of_today() -> None:
    shipped = (r for r in kept(SETS[0]) if r["decision"]["outcome"] == "allocated" and "parts" not in r)
    record = next(r for r in shipped if not r.get("personal", {}).get("said"))
    assert is_identical(record, pack_of(record["hash"]))
    assert not is_identical(record, make_pack([], []))


def test_why_can_be_asked_of_every_kind_of_kept_record() -> None:
    seen: set[tuple[Any, ...]] = set()
    for record in (record for file in SETS for record in kept(file)):
        shape = (record["decision"]["outcome"], tuple(record.get("overlay", {})), "parts" in record)
        if shape in seen:
            continue
        seen.add(shape)
        why = Why(record, pack_of(record["hash"]))
        assert all(rule.why["zh"] and rule.why["en"] for rule in why.rules())
        for code in why.candidates():
            answer = why.not_warehouse(code)
            assert answer.reasons
            assert "…" not in repr([reason["zh"] for reason in answer.reasons])
