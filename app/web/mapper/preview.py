"""What a mapping makes of sample payloads while it is being built: each field's value, and what is wrong, in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from app.bootstrap import Services
from app.domain.errors import Problem
from app.domain.order import Order
from app.intake.mapper.editing import each_of, rows_of
from app.mapping.compile import CompiledMapping, compile_mapping
from app.mapping.paths import compile_path
from app.mapping.rows import Row, find_raw, read_rows
from app.mapping.section import section_problems
from app.web.mapper.samples import Sample
from app.web.mapper.told import shown_value
from app.web.quarantine import fault_text

_MOST_LINES = 3


@dataclass(slots=True)
class Read:
    """A sample as the mapping reads it: field → shown values (several for lines), and the faults in words."""

    sample: Sample
    values: dict[str, list[str]] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    faulty: set[str] = field(default_factory=set)
    lines: int = 0
    whole: bool = False


def readable(section: Mapping[str, Any], platform: str) -> CompiledMapping | None:
    """The mapping, ready, without the rows that have a fault themselves; None where nothing can be read."""
    problems = section_problems(section, "m")
    bad = {"/".join(one.path.split("/")[1:3]) for one in problems if one.path.startswith("m/order/")}
    bad |= {"/".join(one.path.split("/")[1:4]) for one in problems if one.path.startswith("m/lines/fields/")}
    try:
        compile_path(each_of(section))
        good = {place: row for place, row in rows_of(section) if place not in bad}
        part = {
            "order": [row for place, row in good.items() if place.startswith("order/")],
            "lines": {"each": each_of(section), "fields": [row for place, row in good.items() if "fields" in place]},
        }
        return compile_mapping(part, platform)
    except (KeyError, TypeError, ValueError):
        return None


def read_samples(
    services: Services, section: Mapping[str, Any], platform: str, samples: Sequence[Sample]
) -> list[Read]:
    """Each sample as it would become an order."""
    compiled, complete = readable(section, platform), None
    if not section_problems(section, "m"):
        complete = compile_mapping(section, platform)
    return [_read(services, sample, compiled, complete) for sample in samples]


def codes_of(row: Mapping[str, Any], each: str, samples: Sequence[Any]) -> list[str]:
    """The codes that samples have where a row with choices reads."""
    try:
        part = {"order": [], "lines": {"each": each, "fields": []}}
        home = part["lines"]["fields"] if str(row["field"]).startswith("line.") else part["order"]  # type: ignore[index]
        home.append({**row, "choices": row.get("choices") or {"-": None}})  # type: ignore[union-attr]
        made = compile_mapping(part)
    except (KeyError, TypeError, ValueError):
        return []
    one = (made.order or made.lines)[0]
    found: dict[str, None] = {}
    for sample in samples:
        nodes = made.each.find(sample) if made.lines and not one.from_order else [sample]
        for node in nodes:
            _, raw = find_raw(one, node)
            if raw is not None and not isinstance(raw, dict | list):
                found[str(raw)] = None
    return list(found)


def _read(
    services: Services, sample: Sample, compiled: CompiledMapping | None, complete: CompiledMapping | None
) -> Read:
    told = Read(sample)
    if compiled is None:
        return told
    root, problems = sample.order, list[Problem]()
    _show(told, "order", compiled.order, read_rows(compiled.order, root, root, "order", "", problems))
    nodes = compiled.each.find(root)
    told.lines = len(nodes)
    for node in nodes[:_MOST_LINES]:
        at = compiled.each.text.replace("[*]", "[0]")
        _show(told, "line", compiled.lines, read_rows(compiled.lines, node, root, "line", at, problems))
    if complete is not None:
        order = complete.map(root, shop="-", hasher=services.sealer.hasher)
        told.whole = isinstance(order, Order)
        problems = [] if isinstance(order, Order) else order
        if isinstance(order, Order):
            for level in ("province", "city", "district", "town"):
                told.values[f"order.{level}"] = [shown_value(f"order.{level}", getattr(order, level))]
    elif not nodes:
        problems.append(Problem("lines-missing", compiled.each.text))
    told.faulty = {str(one.details.get("field", "")) for one in problems}
    told.faults = list(dict.fromkeys(fault_text(one) for one in problems))
    return told


def _show(told: Read, scope: str, rows: Sequence[Row], values: Mapping[str, Any]) -> None:
    for name in dict.fromkeys(row.name for row in rows):
        text = shown_value(f"{scope}.{name}", values.get(name))
        if scope == "line":
            told.values.setdefault(f"line.{name}", []).append(text)
        else:
            told.values[f"order.{name}"] = [text]
