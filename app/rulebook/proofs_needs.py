"""What an allocation action needs before it can be carried out, as conditions (docs/decisions/0005).

A rule that holds is passed over where `done` does not hold, and ends unknown where `unsure` does: where a choice
between several warehouses hangs on a fact of one that is not known.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from app.engine.analyse.domain import Json
from app.engine.analyse.space import conjuncts
from app.rulebook.proofs_domain import (
    COVERS,
    NETWORK_COVERS,
    NETWORK_SHORT,
    TARGET_COVERS,
    TARGET_SHORT,
    TARGET_UNKNOWN,
    any_warehouse,
    asks,
    every_of,
    some_of,
    two_warehouses,
)

_WEIGHED = {"distance": "km_to_buyer", "freight": "freight"}
_HELPS = asks("warehouse.covers_shortfall", "is", True)


@dataclass(frozen=True, slots=True)
class Need:
    """`done` and `unsure` as in `analyse.Rule`; `loose`: they only approximate what really happens."""

    done: Json | None = None
    unsure: Json | None = None
    loose: bool = False


def need_of(rule: Mapping[str, Any]) -> Need:
    """What the first allocating action of a rule needs."""
    picked, loose = _picked(rule.get("when"))
    for action in rule["then"]:
        make = _NEEDS.get(action["do"])
        if make is not None:
            need = make(action, picked)
            return Need(need.done, need.unsure, need.loose or (loose and need.done is not None))
    return Need()


def _picked(when: Json | None) -> tuple[list[Json], bool]:
    """The conditions by which a rule picks warehouses; loose where which of them count depends on the order."""
    if when is None:
        return [], False
    bodies = [part["any_warehouse"] for part in conjuncts(when) if "any_warehouse" in part]
    nested = sum(1 for _ in _choosing(when))
    return [part for body in bodies for part in conjuncts(body)], nested != len(bodies) or len(bodies) > 1


def _choosing(document: Json) -> Iterator[Json]:
    for key, inner in document.items():
        if key == "any_warehouse":
            yield inner
        elif key in ("all", "any"):
            for part in inner:
                yield from _choosing(part)


def _reserve(action: Mapping[str, Any], picked: list[Json]) -> Need:
    if action["at"] == "target":
        return Need(TARGET_COVERS, TARGET_UNKNOWN)
    if action["at"] == "fewest_parcels":
        return Need(NETWORK_COVERS, loose=bool(picked))
    return _one_of((*picked, COVERS), [f"warehouse.{fact}" for fact in _facts(action)])


def _facts(action: Mapping[str, Any]) -> list[str]:
    """The facts of a warehouse that the choice looks at and that may be unknown."""
    if action["at"] == "score":
        weights = action.get("weights") or {}
        return [fact for name, fact in _WEIGHED.items() if weights.get(name)]
    return ["freight" if action["at"] == "cheapest" else "km_to_buyer"]


def _one_of(fitting: tuple[Json, ...], facts: list[str]) -> Need:
    """One warehouse is chosen among the fitting ones: with several, every one's facts must be known."""
    unknown = [any_warehouse(*fitting, asks(fact, "is_unknown")) for fact in facts]
    unsure = every_of(two_warehouses(*fitting), some_of(*unknown)) if unknown else None
    return Need(any_warehouse(*fitting), unsure)


def _split(action: Mapping[str, Any], picked: list[Json]) -> Need:
    most = asks("network.fewest", "<=", action["at_most"])
    return Need(every_of(asks("network.fewest", ">=", 1), most), loose=bool(picked))


def _transfer(action: Mapping[str, Any], picked: list[Json]) -> Need:
    fact = "transfer_freight" if action["from"] == "cheapest" else "km_to_target"
    chosen = _one_of((*picked, _HELPS), [f"warehouse.{fact}"])
    unsure = some_of(TARGET_UNKNOWN, every_of(TARGET_SHORT, chosen.unsure or some_of()))
    return Need(every_of(TARGET_SHORT, chosen.done or every_of()), unsure)


def _purchase(_action: Mapping[str, Any], _picked: list[Json]) -> Need:
    return Need(NETWORK_SHORT)


_NEEDS: dict[str, Callable[[Mapping[str, Any], list[Json]], Need]] = {
    "reserve": _reserve,
    "split": _split,
    "transfer": _transfer,
    "purchase": _purchase,
    "backorder": lambda _action, _picked: Need(),
}
