"""How long the proofs of a large table take: 1,000 rows of six columns, and one of 100 rows again after an edit.

`python -m bench analyse`: a table is a random partition of all orders into boxes, so that it has no finding at all,
and then again with three faults seeded: a row taken away, a bound shifted, a row masked. What is timed is
`check_pack`, as `pandan pack check` runs it: loading, compiling and deciding the counter-examples included.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from copy import deepcopy
from statistics import median
from time import perf_counter, process_time
from typing import Any

import orjson

from app.domain.provinces import PROVINCES
from app.processing.examples import decide_example
from app.rulebook.check import Report, check_pack
from app.rulebook.order_fields import PLATFORMS
from bench.site import ROOT

Json = dict[str, Any]
ROWS, EDITED_ROWS, ROUNDS = 1_000, 100, 5
_OTHER = "~"
"""Stands for every platform that has no name here; orders come from those too."""
_LISTED = {"order.platform": [*sorted(PLATFORMS), _OTHER], "order.province": sorted(PROVINCES)}
_NUMBERS = {"order.paid": (0, 2_000_000, 100), "order.quantity": (1, 400, 1), "order.line_count": (1, 40, 1)}
_UNKNOWN = ("order.paid", "order.province", "order.urgent")
_THENS: tuple[list[Json], ...] = (
    [{"do": "backorder"}],
    [{"do": "hold", "reason": "no-rule", "owner": "supervisor"}],
    [{"do": "hold", "reason": "no-rule", "owner": "clerk"}],
)
_LATE = {"reason": "no-rule", "owner": "administrator"}
Box = Mapping[str, Any]


def run(rows: int = ROWS, edited_rows: int = EDITED_ROWS, rounds: int = ROUNDS) -> Json:
    """Seconds of processor and of the clock for each, medians of some rounds."""
    large, small = make_pack(rows), make_pack(edited_rows)
    faulty, seeded = with_faults(large)
    whole = [_timed(large) for _ in range(rounds)]
    broken = [_timed(faulty) for _ in range(rounds)]
    check_pack(small, decide_example)
    edits = [_timed(edited(small, n)) for n in range(rounds)]
    found = check_pack(faulty, decide_example).diagnostics
    return {
        "rows": rows,
        "columns": 6,
        "findings": len(check_pack(large, decide_example).diagnostics),
        "seconds": _median(whole),
        "with_faults": {
            "seconds": _median(broken),
            "seeded": sorted(seeded),
            "found": sorted({problem.code for problem in found}),
        },
        "after_one_edit": {
            "rows": edited_rows,
            "milliseconds": {k: round(v * 1000) for k, v in _median(edits).items()},
        },
    }


def make_pack(rows: int) -> Json:
    """A pack whose allocation is a table of so many rows that takes every order exactly once."""
    pack: Json = orjson.loads((ROOT / "rule_packs" / "article-as-written.json").read_bytes())
    chance = random.Random(rows)
    boxes = _partition(chance, rows - len(_UNKNOWN) - 1)
    chance.shuffle(boxes)
    rules = [
        {"id": f"no-{key.partition('.')[2]}", "when": {"field": key, "op": "is_unknown"}, "then": _THENS[1]}
        for key in _UNKNOWN
    ]
    rules += [
        {"id": f"row-{n}", "when": {"all": _conditions(box)}, "then": chance.choice(_THENS)}
        for n, box in enumerate(boxes)
    ]
    rules.append({"id": "otherwise", "then": [{"do": "hold", **_LATE}]})
    return {**pack, "mappings": {}, "examples": [], "allocation": {"hit": "first", "rules": rules}}


def with_faults(pack: Json) -> tuple[Json, set[str]]:
    """The same with a row taken away, an upper bound lowered, and the first row repeated at the end, doing else."""
    made = deepcopy(pack)
    rules = made["allocation"]["rules"]
    masked = {**deepcopy(rules[len(_UNKNOWN)]), "id": "late", "then": [{"do": "hold", **_LATE}]}
    del rules[len(rules) // 2]
    # The masked row must stay masked: its model is left as it is.
    _shift(rules[len(_UNKNOWN) + 1 :])
    rules.insert(len(rules) - 1, masked)
    return made, {"gap", "unreachable"}


def edited(pack: Json, number: int) -> Json:
    """The same with one bound shifted, another one for each number."""
    made = deepcopy(pack)
    _shift(made["allocation"]["rules"], skip=number)
    return made


def _shift(rules: list[Json], skip: int = 0) -> None:
    for rule in rules:
        for part in rule.get("when", {}).get("all", ()):
            if part["op"] == "<" and part["field"] == "order.paid":
                if not skip:
                    part["value"] -= 1
                    return
                skip -= 1


def _partition(chance: random.Random, count: int) -> list[Box]:
    """All orders divided into so many boxes, the largest halved again and again."""
    start: dict[str, Any] = {**_LISTED, **{k: (low, high) for k, (low, high, _) in _NUMBERS.items()}}
    boxes: list[Box] = [{**start, "order.urgent": [False, True]}]
    while len(boxes) < count:
        box = boxes.pop(chance.randrange(len(boxes)))
        halves = _halved(chance, box)
        boxes += halves or [box]
    return boxes


def _halved(chance: random.Random, box: Box) -> list[Box]:
    key = chance.choice(list(box))
    side = box[key]
    if key in _NUMBERS:
        step = _NUMBERS[key][2]
        if side[1] - side[0] < 2 * step:
            return []
        cut = chance.randrange(side[0] + step, side[1], step)
        return [{**box, key: (side[0], cut)}, {**box, key: (cut, side[1])}]
    if len(side) < 2:
        return []
    mixed = chance.sample(side, len(side))
    cut = chance.randrange(1, len(mixed))
    return [{**box, key: sorted(mixed[:cut])}, {**box, key: sorted(mixed[cut:])}]


def _conditions(box: Box) -> list[Json]:
    found: list[Json] = []
    for key, side in box.items():
        if key in _NUMBERS:
            low, high, _ = _NUMBERS[key]
            found += [{"field": key, "op": ">=", "value": side[0]}] if side[0] > low else []
            found += [{"field": key, "op": "<", "value": side[1]}] if side[1] < high else []
        elif key == "order.urgent":
            found += [{"field": key, "op": "is", "value": side[0]}] if len(side) == 1 else []
        elif _OTHER in side and len(side) < len(_LISTED[key]):
            found.append({"field": key, "op": "not_in", "value": [one for one in _LISTED[key] if one not in side]})
        elif len(side) < len(_LISTED[key]):
            found.append({"field": key, "op": "in", "value": side})
    return found


def _timed(pack: Json) -> tuple[float, float]:
    wall, cpu = perf_counter(), process_time()
    report: Report = check_pack(pack, decide_example)
    assert report.passed == report.failed == 0
    return perf_counter() - wall, process_time() - cpu


def _median(times: list[tuple[float, float]]) -> dict[str, float]:
    return {
        "wall": round(median(wall for wall, _ in times), 3),
        "processor": round(median(cpu for _, cpu in times), 3),
    }
