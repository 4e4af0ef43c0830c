"""From a counter-example, or any order, to an example of the pack: given this, expect what is decided now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from app.rulebook.drafts import free_id

Json = Mapping[str, Any]


def example_of(given: Json, decision: Json, examples: Sequence[Json], like: str) -> dict[str, Any]:
    """An example of what `decision` says of `given`, under an id of its own made from `like`."""
    expect: dict[str, Any] = {"outcome": decision["outcome"]}
    rules = [rule for rule in decision["rules"] if rule.startswith(("screening/", "allocation/"))]
    if rules:
        expect["rules"] = rules
    reasons = [hold["reason"] for hold in decision["holds"]]
    if reasons:
        expect["holds"] = reasons
    warehouses = [fulfilment["warehouse"] for fulfilment in decision["fulfilments"]]
    if warehouses:
        expect["warehouses"] = warehouses
    return {"id": free_id(list(examples), like), "given": dict(given), "expect": expect}


def undecided_by_examples(coverage: Mapping[str, int]) -> list[str]:
    """The rules (`section/id`) that no example decides."""
    return [rule for rule, count in coverage.items() if not count]
