"""Two sides of a backtest beside each other: what changed, by which rules, and what that comes to."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, BinaryIO

import orjson

from app.domain.book import Key
from app.processing.explanation import LANGUAGES, NAMELESS, Names, explain_record, rule_titles
from app.processing.lasting import Climbed
from app.processing.measure import Final
from app.rulebook.pack import CompiledPack

Json = dict[str, Any]
MOST_GROUPS, SAMPLES = 60, 3


@dataclass(frozen=True, slots=True)
class Decided:
    """One side: its pack, how every order ended, the file of its decision records, and what places are called.

    `climbed` tells by escalation rule what it would have asked of people.
    """

    pack: CompiledPack
    finals: Mapping[Key, Final]
    file: BinaryIO
    names: Names = NAMELESS
    climbed: Mapping[str, Climbed] = field(default_factory=dict)

    def record(self, key: Key) -> Json | None:
        """The record of an order's last decision; None when its payload could not be read."""
        final = self.finals[key]
        if not final.size:
            return None
        self.file.seek(final.at)
        record: Json = orjson.loads(self.file.read(final.size))
        return record


@dataclass(frozen=True, slots=True)
class Change:
    """An order that ends otherwise on the second side."""

    key: Key
    before: Final
    after: Final

    @property
    def kind(self) -> tuple[str, str, str, str]:
        """By what it is grouped: outcome and deciding rule on both sides."""
        return (self.before.outcome, self.before.rule, self.after.outcome, self.after.rule)


def changes_between(before: Decided, after: Decided) -> Iterator[Change]:
    """The orders that end otherwise, in the order of coming."""
    for key, one in before.finals.items():
        other = after.finals.get(key, one)
        if one.effect != other.effect or one.outcome != other.outcome:
            yield Change(key, one, other)


def summary(before: Decided, after: Decided) -> Json:
    """Counts, totals of both sides, and the changes in groups with samples; plain JSON."""
    groups: dict[tuple[str, str, str, str], list[Change]] = defaultdict(list)
    for change in changes_between(before, after):
        groups[change.kind].append(change)
    changed = sum(map(len, groups.values()))
    other_rule = sum(one.rule != after.finals.get(key, one).rule for key, one in before.finals.items())
    other_rule -= sum(change.before.rule != change.after.rule for some in groups.values() for change in some)
    ranked = sorted(groups.items(), key=lambda item: (-len(item[1]), item[0]))
    return {
        "orders": len(before.finals),
        "changed": changed,
        "unchanged": len(before.finals) - changed,
        "by_another_rule": other_rule,
        "newly_held": sum(len(some) for kind, some in groups.items() if kind[0] != "held" and kind[2] == "held"),
        "no_longer_held": sum(len(some) for kind, some in groups.items() if kind[0] == "held" and kind[2] != "held"),
        "before": totals(before.finals),
        "after": totals(after.finals),
        "groups": [_group(some, before, after) for _, some in ranked[:MOST_GROUPS]],
        "more_groups": max(0, len(ranked) - MOST_GROUPS),
        "escalation": list(_climbs(before, after)),
    }


def _climbs(before: Decided, after: Decided) -> Iterator[Json]:
    """Each escalation rule of either side that would have asked anything of anybody."""
    titles = {id_: rule.title for side in (before, after) for id_, rule in side.pack.escalation.rules.items()}
    for rule, title in titles.items():
        one, other = (side.climbed.get(rule) for side in (before, after))
        if (one and one.orders) or (other and other.orders):
            counts = [climbed and {"orders": climbed.orders, "steps": climbed.steps} for climbed in (one, other)]
            yield {"rule": rule, "title": dict(title), "before": counts[0], "after": counts[1]}


def totals(finals: Mapping[Key, Final]) -> Json:
    """What one side comes to. `km` and `freight` (fen) are over `km_orders` and `freight_orders` orders."""
    every = finals.values()
    ways = [one.km for one in every if one.km is not None]
    prices = [one.freight for one in every if one.freight is not None]
    return {
        "outcomes": dict(sorted(Counter(one.outcome for one in every).items())),
        "holds": _holds(finals),
        "splits": sum(one.parcels > 1 for one in every),
        "parcels": sum(one.parcels for one in every),
        "transfers": sum(one.moved > 0 for one in every),
        "units_moved": sum(one.moved for one in every),
        "km": round(sum(ways)),
        "km_orders": len(ways),
        "freight": sum(prices),
        "freight_orders": len(prices),
    }


def _holds(finals: Mapping[Key, Final]) -> dict[str, int]:
    """How many orders are held for each reason; one held for two counts for both."""
    return dict(Counter(why for one in finals.values() for why in one.reason.split(" + ") if why).most_common(30))


def change_json(change: Change) -> Json:
    """A change in the contract's shape."""
    shop, number = change.key
    return {"order": number, "shop": shop, "before": final_json(change.before), "after": final_json(change.after)}


def final_json(final: Final) -> Json:
    """How an order ended, as people read it."""
    return {
        "outcome": final.outcome,
        "rule": final.rule,
        "reason": final.reason,
        "warehouses": final.where,
        "units_moved": final.moved,
        "km": None if final.km is None else round(final.km),
        "freight": final.freight,
    }


def _group(changes: list[Change], before: Decided, after: Decided) -> Json:
    first = changes[0]
    return {
        "orders": len(changes),
        "before": _named(first.before, before.pack),
        "after": _named(first.after, after.pack),
        "samples": [_sample(change, before, after) for change in changes[:SAMPLES]],
    }


def _named(final: Final, pack: CompiledPack) -> Json:
    titles = rule_titles(pack)
    texts = [titles.get(name) or pack.reasons.get(name) for name in final.rule.split(" + ")]
    known = [text for text in texts if text is not None]
    joined = {language: " + ".join(text[language] for text in known) for language in LANGUAGES}
    # A part without a title of its own goes by words that pages know.
    title = joined if len(known) == len(texts) else None
    return {"outcome": final.outcome, "rule": final.rule, "title": title}


def _sample(change: Change, before: Decided, after: Decided) -> Json:
    one, other = _why(before, change.key), _why(after, change.key)
    return change_json(change) | {
        "why_before": [said for said in one if said not in other],
        "why_after": [said for said in other if said not in one],
        "why_both": [said for said in one if said in other],
    }


def _why(side: Decided, key: Key) -> list[dict[str, str]]:
    record = side.record(key)
    return [] if record is None else explain_record(record, side.pack, side.names)
