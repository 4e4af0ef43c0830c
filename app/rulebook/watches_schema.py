"""The shape of a pack's watches: one schema for each kind, and one for each thing a watch may do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from marshmallow import Schema

from app.domain.errors import Problem
from app.mapping.strict import Strict, anything, listed, nested, problems_of, text, truth, whole
from app.rulebook.order_actions import ROLES
from app.rulebook.pack_text import NAME, TextSchema
from app.rulebook.watches import BURST, CANCELLATIONS, HASHED_KINDS, ORDERS, PRICE_GAP, REPEAT

_DAY = 86_400
MOST_WINDOW_SECONDS = 90 * _DAY
_MOST_HOLD_SECONDS = 30 * _DAY
_MOST_FEN = 100_000_000
_ROLES = tuple(ROLES)


class WatchHoldSchema(Strict):
    """Further orders of the SKU or the buyer are held until the time is over or a person releases them."""

    do = text(required=True, choices=("hold",))
    for_seconds = whole(required=True, least=60, most=_MOST_HOLD_SECONDS)
    owner = text(required=True, choices=_ROLES)


class WatchTagSchema(Strict):
    """Further orders of the buyer carry a tag."""

    do = text(required=True, choices=("tag",))
    tag = text(required=True, pattern=r"\S(?:.{0,62}\S)?")
    for_seconds = whole(required=True, least=60, most=_MOST_HOLD_SECONDS)


class WatchTaskSchema(Strict):
    """Somebody is told; one open task for each watch and SKU or buyer."""

    do = text(required=True, choices=("open_task",))
    owner = text(required=True, choices=_ROLES)
    within_hours = whole(least=1, most=8760)


class BurstSchema(Strict):
    """So many units of one SKU within the window."""

    id = text(required=True, pattern=NAME)
    title = nested(TextSchema)
    kind = text(required=True, choices=(BURST,))
    window_seconds = whole(required=True, least=1, most=MOST_WINDOW_SECONDS)
    units = whole(required=True, least=1, most=1_000_000)
    shops = listed(text())
    each_shop = truth()
    then = listed(anything(), required=True)
    muted = truth()


class PriceGapSchema(Strict):
    """One SKU's unit prices in two shops differ by more than this share of the lower one, and by `least` fen."""

    id = text(required=True, pattern=NAME)
    title = nested(TextSchema)
    kind = text(required=True, choices=(PRICE_GAP,))
    window_seconds = whole(required=True, least=1, most=MOST_WINDOW_SECONDS)
    percent = whole(required=True, least=1, most=10_000)
    least = whole(least=0, most=_MOST_FEN)
    shops = listed(text())
    then = listed(anything(), required=True)
    muted = truth()


class WatchRepeatSchema(Strict):
    """So many orders, or cancellations and refunds, of one buyer within the window."""

    id = text(required=True, pattern=NAME)
    title = nested(TextSchema)
    kind = text(required=True, choices=(REPEAT,))
    of = text(required=True, choices=(ORDERS, CANCELLATIONS))
    window_seconds = whole(required=True, least=1, most=MOST_WINDOW_SECONDS)
    times = whole(required=True, least=2, most=10_000)
    evidence = listed(text(choices=HASHED_KINDS))
    shops = listed(text())
    each_shop = truth()
    then = listed(anything(), required=True)
    muted = truth()


ACTIONS: Mapping[str, type[Schema]] = {"hold": WatchHoldSchema, "tag": WatchTagSchema, "open_task": WatchTaskSchema}
WATCHES: Mapping[str, tuple[type[Schema], tuple[str, ...]]] = {
    BURST: (BurstSchema, ("hold", "open_task")),
    PRICE_GAP: (PriceGapSchema, ("open_task",)),
    REPEAT: (WatchRepeatSchema, ("hold", "tag", "open_task")),
}
"""By kind: its schema, and what such a watch may do."""


def watch_problems(watches: Any, path: str = "watches") -> list[Problem]:
    """Everything wrong with the section."""
    if not isinstance(watches, list):
        return [Problem("part-type", path, {"part": path, "value": str(watches)[:60]})]
    problems = [problem for place, watch in enumerate(watches) for problem in _problems(watch, f"{path}/{place}")]
    ids = Counter(watch.get("id") for watch in watches if isinstance(watch, dict))
    repeated = (place for place, watch in enumerate(watches) if isinstance(watch, dict) and ids[watch.get("id")] > 1)
    return problems + [Problem("watch-repeated", f"{path}/{n}/id", {"id": watches[n].get("id")}) for n in repeated]


def _problems(watch: Any, path: str) -> list[Problem]:
    kind = watch.get("kind") if isinstance(watch, dict) else None
    if not isinstance(kind, str) or kind not in WATCHES:
        details = {"part": "kind", "value": str(kind)[:60], "choices": ", ".join(WATCHES), "near": ""}
        return [Problem("part-choice", f"{path}/kind", details)]
    schema, allowed = WATCHES[kind]
    found = problems_of(schema(), watch, path)
    actions = watch.get("then")
    if not isinstance(actions, list):
        return found
    if not actions:
        found.append(Problem("watch-idle", f"{path}/then"))
    for place, action in enumerate(actions):
        found += _action_problems(action, f"{path}/then/{place}", allowed)
    done = Counter(action.get("do") for action in actions if isinstance(action, dict))
    found += [Problem("watch-twice", f"{path}/then", {"do": name}) for name, n in done.items() if n > 1]
    return found


def _action_problems(action: Any, path: str, allowed: tuple[str, ...]) -> list[Problem]:
    name = action.get("do") if isinstance(action, dict) else None
    if not isinstance(name, str) or name not in allowed:
        details = {"part": "do", "value": str(name)[:60], "choices": ", ".join(allowed), "near": ""}
        return [Problem("part-choice", f"{path}/do", details)]
    return problems_of(ACTIONS[name](), action, path)
