"""How many fields of the shipped mappings are suggested right from sample payloads alone, each platform left out.

`python -m bench.mappings`: for each platform its documented sample answers are given to the suggester, without words
that only this platform's interface coined. A field counts when its shipped mapping reads it from the samples: from a
path that is there. It is right when the suggested path is one that the shipped mapping reads it from, and unit, kind of
time and zone are the same. `whole` counts rows that join several paths only when all of them are suggested.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import orjson

from app.intake.mapper.rows import money_in_fen, row_of
from app.intake.mapper.suggest import Sureness, suggest
from app.mapping.leaves import orders_in, values_at

ROOT = Path(__file__).parents[1]
PACK = ROOT / "rule_packs" / "apparel-default.json"
OTHERS = Path(__file__).with_name("other_platforms.json")
SAMPLES = ROOT / "tests" / "samples"
_FILES = ("order_detail.json", "order_list.json")
_HOW = ("unit", "format", "zone")


def run() -> dict[str, Any]:
    """Figures by platform and over all."""
    mappings = orjson.loads(PACK.read_bytes())["mappings"]
    told = {platform: measured(platform, section) for platform, section in mappings.items()}
    fields, right = (sum(one[name] for one in told.values()) for name in ("fields", "right"))
    sure, sure_right = (sum(one[name] for one in told.values()) for name in ("sure", "sure_right"))
    return {
        "platforms": told,
        "fields": fields,
        "right": right,
        "share_right": round(right / fields, 4),
        "share_whole": round(sum(one["whole"] for one in told.values()) / fields, 4),
        "sure": sure,
        "share_of_sure_right": round(sure_right / sure, 4),
        "other_platforms": others(),
    }


def others() -> dict[str, Any]:
    """Figures of platforms that no mapping ships for; 98 of 115 fields were right when they were first seen."""
    found = {"fields": 0, "right": 0, "sure": 0, "sure_right": 0}
    missed = []
    for name, one in orjson.loads(OTHERS.read_bytes())["platforms"].items():
        suggested = suggest(one["samples"]).fields
        for field, path in one["fields"].items():
            given = suggested.get(field)
            good = given is not None and given.leaf.path == path
            sure = given is not None and given.sureness is Sureness.SURE
            found["fields"] += 1
            found["right"] += good
            found["sure"] += sure
            found["sure_right"] += sure and good
            if not good:
                missed.append(f"{name} {field}")
    return {**found, "share_right": round(found["right"] / found["fields"], 4), "missed": ", ".join(missed)}


def measured(platform: str, section: Mapping[str, Any]) -> dict[str, Any]:
    """The figures of one platform."""
    samples = samples_of(platform, section)
    suggested = suggest(samples, without=[platform])
    wanted, fen = expected(section, samples), money_in_fen(suggested)
    right, whole, missed, sure, sure_right = 0, 0, [], 0, 0
    for field, rows in wanted.items():
        one = suggested.fields.get(field)
        row = row_of(one, suggested.each, fen=fen) if one else None
        good = row is not None and any(_reads(row, other, section) for other in rows)
        right += good
        whole += good and row is not None and any(_all_of(row, other, section) for other in rows)
        if not good:
            missed.append(f"{field} ({one.leaf.path if one else 'nothing'})")
        if one is not None and one.sureness is Sureness.SURE:
            sure += 1
            sure_right += good
    return {
        "samples": len(samples), "fields": len(wanted), "right": right, "whole": whole, "sure": sure,
        "sure_right": sure_right, "lines_found": suggested.each == section["lines"]["each"],
        "missed": ", ".join(missed), "besides": ", ".join(sorted(suggested.fields.keys() - wanted.keys())),
    }  # fmt: skip


def samples_of(platform: str, section: Mapping[str, Any]) -> list[Any]:
    """The orders in the platform's documented answers that have lines."""
    found = []
    for name in _FILES:
        answer = orjson.loads((SAMPLES / platform / name).read_bytes())
        if isinstance(answer, dict) and "response" in answer:
            answer = answer["response"]
        found += orders_in(answer)[1]
    return [one for one in found if values_at(one, section["lines"]["each"])]


def expected(section: Mapping[str, Any], samples: Sequence[Any]) -> dict[str, list[Mapping[str, Any]]]:
    """Field → the shipped rows that read it from a path which one of the samples has."""
    found: dict[str, list[Mapping[str, Any]]] = {}
    for row in (*section["order"], *section["lines"]["fields"]):
        if any(values_at(sample, path) for sample in samples for path in _paths(row, section)):
            found.setdefault(row["field"], []).append(row)
    return found


def _reads(row: Mapping[str, Any], shipped: Mapping[str, Any], section: Mapping[str, Any]) -> bool:
    same = all(row.get(how) == shipped.get(how) for how in _HOW)
    return same and bool(set(_paths(row, section)) & set(_paths(shipped, section)))


def _all_of(row: Mapping[str, Any], shipped: Mapping[str, Any], section: Mapping[str, Any]) -> bool:
    return "join" not in shipped or set(_paths(shipped, section)) <= set(_paths(row, section))


def _paths(row: Mapping[str, Any], section: Mapping[str, Any]) -> Iterator[str]:
    lead = section["lines"]["each"] if row["field"].startswith("line.") and row.get("of") != "order" else "$"
    written = row["from"] if isinstance(row["from"], list) else [row["from"]]
    yield from (lead + path[1:] for path in written)


def main() -> None:
    """Run alone, with every field that was missed."""
    import sys

    sys.stdout.write(orjson.dumps(run(), option=orjson.OPT_INDENT_2).decode() + "\n")


if __name__ == "__main__":
    main()
