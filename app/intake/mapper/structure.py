"""What the place of a path says of it, whatever it is called: beside an address, made like the order's number."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import takewhile
from typing import Any

from app.intake.mapper.fitting import LONG
from app.intake.mapper.names import concepts_of, meanings_of, own_concepts, tokens_of
from app.mapping.leaves import Leaf, values_at

_ID_SHAPES = LONG | {"code"}
_TIMES = frozenset({"time", "zoned", "epoch_s", "epoch_ms"})
_NOTES = frozenset({"words", "text"})
_HOUR = 3600
_PERSONAL = ("phone", "province", "city", "address")
_LONG_ID = 6
_VARIANTS = frozenset({"SKU", "MODEL", "SPEC"})
_OTHER_COUNTS = frozenset({"REFUND", "SHIP", "FINISH", "NOT", "DISCOUNT"})
_SEVERAL = 3


@dataclass(slots=True)
class Facts:
    """Points by field and path: `base` stands in for a name that says nothing, `more` is added to whatever is said."""

    samples: int
    bases: dict[str, dict[str, float]] = field(default_factory=dict)
    added: dict[str, dict[str, float]] = field(default_factory=dict)

    def base(self, name: str, path: str) -> float:
        """Points in place of a name."""
        return self.bases.get(name, {}).get(path, 0.0)

    def more(self, name: str, path: str) -> float:
        """Points beside a name."""
        return self.added.get(name, {}).get(path, 0.0)

    def stand_in(self, name: str, path: str, points: float) -> None:
        """Say that the place alone gives so many points."""
        own = self.bases.setdefault(name, {})
        own[path] = max(own.get(path, 0.0), points)

    def add(self, name: str, path: str, points: float) -> None:
        """Add points."""
        own = self.added.setdefault(name, {})
        own[path] = own.get(path, 0.0) + points


def structure(
    samples: Sequence[Any], each: str, order: Sequence[Leaf], line: Sequence[Leaf], without: frozenset[str]
) -> Facts:
    """Everything that places say."""
    facts = Facts(len(samples))
    _person(order, without, facts)
    _numbers(samples, each, order, line, without, facts)
    _times(samples, order, without, facts)
    _notes(order, without, facts)
    _sellers(order, without, facts)
    for leaf in order:
        if {"gmt", "utc"} & set(tokens_of(leaf.key)):
            for name in ("created_at", "paid_at", "modified_at", "ship_by"):
                facts.add(f"order.{name}", leaf.path, 5.0)
        if tokens_of(leaf.key)[:1] in (["is"], ["has"]):
            facts.add("order.seller_flag", leaf.path, -40.0)
    for leaf in line:
        _of_line(leaf, own_concepts(leaf.keys, without), facts)
    _finest(line, facts)
    for leaf in order:
        facts.stand_in("order.goods_amount", leaf.path, 15.0)
        facts.stand_in("order.paid", leaf.path, 50.0 if "PAY" in own_concepts(leaf.keys, without) else 12.0)
        facts.stand_in("order.discount", leaf.path, 12.0 if "PRICE" not in own_concepts(leaf.keys) else 30.0)
    return facts


def _of_line(leaf: Leaf, own: frozenset[str], facts: Facts) -> None:
    """What a single concept of a line's name says, where the whole name says nothing."""
    if "REFUND" in own and not own & {"ID", "NUMBER", "MONEY"}:
        facts.stand_in("line.refund", leaf.path, 46.0)
    if own & {"MONEY", "PRICE"}:
        facts.stand_in("line.price", leaf.path, 44.0 if "PRICE" in own and "PLATFORM" not in own else 20.0)
        facts.stand_in("line.paid", leaf.path, 30.0)
    facts.stand_in("line.quantity", leaf.path, 60.0 if "QUANTITY" in own and not own & _OTHER_COUNTS else 15.0)
    if len(leaf.values) == 1 and leaf.filled > 1:
        facts.add("line.title", leaf.path, -20.0)
    if "ID" in own and own & _VARIANTS and "SELLER" not in own:
        # Listings are of what is sold, not of the page it is sold on; and a merchant's own code is no id.
        facts.stand_in("line.item", leaf.path, 100.0)
        facts.add("line.sku", leaf.path, -30.0)
    if "SELLER" in own and "ID" in own:
        facts.stand_in("line.sku", leaf.path, 78.0)
    if "ITEMEN" in own and not own & {"SUB", "ORDER"}:
        facts.add("line.id", leaf.path, -10.0)  # the line, or what is on it
    if "CODE" in own or leaf.key.lower().endswith("code"):
        facts.stand_in("line.sku", leaf.path, 60.0)
    if own & {"MODEL", "SPEC"} and own & {"NAME", "TITLE"}:
        facts.stand_in("line.spec", leaf.path, 60.0)


def _finest(line: Sequence[Leaf], facts: Facts) -> None:
    """Of two codes of which one is the other with more to it, the longer names the variant: that is the SKU."""
    codes = [leaf for leaf in line if leaf.shapes == {"code"}]
    for leaf in codes:
        for other in codes:
            if other is not leaf and all(any(_begins(one, two) for two in other.values) for one in leaf.values):
                facts.add("line.sku", leaf.path, 12.0)
                break


def _begins(longer: Any, shorter: Any) -> bool:
    return len(str(longer)) > len(str(shorter)) and str(longer).startswith(str(shorter))


def _person(order: Sequence[Leaf], without: frozenset[str], facts: Facts) -> None:
    """In the object that holds the address, a name is the receiver's, and a detail the street."""
    homes: dict[tuple[str, ...], set[str]] = {}
    for leaf in order:
        for meant in meanings_of(leaf.keys, without):
            if meant in _PERSONAL:
                homes.setdefault(leaf.keys[:-1], set()).add(meant)
                if own_concepts(leaf.keys, without) <= {"NAME"}:
                    homes.setdefault(leaf.keys[:-2], set()).add(meant)
    real = {keys for keys, meant in homes.items() if len(meant) >= 2}
    billing = {keys for keys in homes if "BILLING" in concepts_of(keys or ("",))}
    for leaf in order:
        around = homes.get(leaf.keys[:-1], set())
        if len(around) >= 2 and leaf.keys[:-1] and leaf.keys[:-1] not in billing:
            own = own_concepts(leaf.keys, without)
            if own & {"NAME", "PNAME", "NICK", "HALFNAME"} and not own & {"PROVINCE", "CITY", "DISTRICT", "COUNTRY"}:
                facts.stand_in("order.customer_name", leaf.path, 80.0)
                facts.add("order.buyer_id", leaf.path, -60.0)
            if "DETAIL" in own:
                facts.stand_in("order.address", leaf.path, 80.0)
        if real and not any(leaf.keys[: len(keys)] == keys for keys in real):
            for name in ("customer_name", "district", "town", *_PERSONAL):
                facts.add(f"order.{name}", leaf.path, -25.0)
        if "BUYER" in own_concepts(leaf.keys, without) and "ID" in own_concepts(leaf.keys, without):
            facts.add("order.buyer_id", leaf.path, 6.0)
        if leaf.keys[:-1] in billing:
            for name in ("customer_name", *_PERSONAL):
                facts.add(f"order.{name}", leaf.path, -8.0)
        # A place that is called after its level, in an object of its own.
        if {"STREET"} & concepts_of(leaf.keys, without) and "NAME" in own_concepts(leaf.keys, without):
            facts.stand_in("order.town", leaf.path, 60.0)
        if "TOWNEN" in concepts_of(leaf.keys, without):
            facts.stand_in("order.district", leaf.path, 62.0)


def _numbers(
    samples: Sequence[Any],
    each: str,
    order: Sequence[Leaf],
    line: Sequence[Leaf],
    without: frozenset[str],
    facts: Facts,
) -> None:
    """Which number is the order's and which a line's: those of lines are made like the order's, and differ from it."""
    ids = [leaf for leaf in order if _names_one(leaf, len(samples))]
    for leaf in ids:
        own = own_concepts(leaf.keys, without)
        said = not own or own <= {"ID", "NUMBER", "ORDER", "MAIN", "SUB"}
        facts.stand_in("order.id", leaf.path, 56.0 if said else 41.0 if own <= {"SELF", "ID"} else 0.0)
        if "." not in leaf.path[2:]:
            facts.add("order.id", leaf.path, 4.0)
    for leaf in order:
        if {"PARENTEN", "MAIN"} & own_concepts(leaf.keys, without) and set(map(str, leaf.values)) <= {"0"}:
            facts.add("order.id", leaf.path, -60.0)
    heads = [_texts(sample, leaf.path) for leaf in ids[:3] for sample in samples]
    known = {text for texts in heads for text in texts}
    for leaf in line:
        if "GOODS" in own_concepts(leaf.keys, without):
            facts.add("line.id", leaf.path, -60.0)
        if not _unique_within(samples, each, leaf):
            facts.add("line.id", leaf.path, -40.0)
            continue
        if leaf.seen < len(samples):
            facts.add("line.id", leaf.path, -30.0)
        if known and set(map(str, leaf.values)) <= known:
            facts.add("line.id", leaf.path, -60.0)
        elif any(_alike(str(value), head) for value in leaf.values for head in known):
            facts.stand_in("line.id", leaf.path, 72.0)


def _names_one(leaf: Leaf, samples: int) -> bool:
    """Whether the values may each be the number of one order."""
    several = leaf.filled == samples and len(leaf.values) == samples
    return bool(leaf.shapes) and leaf.shapes <= _ID_SHAPES and (several or samples == 1 or len(leaf.values) > 1)


def _texts(sample: Any, path: str) -> list[str]:
    return [str(value) for value in values_at(sample, path) if value not in (None, "")]


def _unique_within(samples: Iterable[Any], each: str, leaf: Leaf) -> bool:
    own = [_texts(sample, leaf.path) for sample in samples]
    return any(own) and all(len(set(texts)) == len(texts) for texts in own) and bool(each)


def _alike(value: str, head: str) -> bool:
    same = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(value, head, strict=False)))
    return value != head and len(value) == len(head) >= _LONG_ID and 2 * same >= len(value)


def _times(samples: Sequence[Any], order: Sequence[Leaf], without: frozenset[str], facts: Facts) -> None:
    """A time after everything that has happened is a deadline; one between creation and change may be the payment."""
    clocks = [leaf for leaf in order if leaf.shapes and leaf.shapes <= _TIMES | {"integer"} and leaf.shapes & _TIMES]
    read = {leaf.path: [_moment(values_at(sample, leaf.path)) for sample in samples] for leaf in clocks}
    told = {leaf.path: meanings_of(leaf.keys, without) for leaf in clocks}
    happened = [path for path, says in told.items() if {"created_at", "paid_at", "modified_at"} & says.keys()]
    for leaf in clocks:
        own = read[leaf.path]
        others = [
            max((read[path][n] or 0 for path in happened if path != leaf.path), default=0) for n in range(len(own))
        ]
        pairs = [(a, b) for a, b in zip(own, others, strict=True) if a and b]
        if pairs and all(a > b + _HOUR for a, b in pairs):
            facts.stand_in("order.ship_by", leaf.path, 56.0)
            facts.add("order.created_at", leaf.path, -30.0)
        if pairs and not told[leaf.path].get("modified_at") and all(a <= b for a, b in pairs):
            facts.stand_in("order.paid_at", leaf.path, 41.0)


def _notes(order: Sequence[Leaf], without: frozenset[str], facts: Facts) -> None:
    """`buyer_…` and `seller_…` of one word that nobody knows are what both wrote, if either holds free text."""
    pairs: dict[tuple[str, ...], dict[str, Leaf]] = {}
    for leaf in order:
        tokens = tokens_of(leaf.key)
        for who in ("BUYER", "SELLER"):
            rest = tuple(token for token in tokens if who not in own_concepts((token,), without))
            if len(rest) < len(tokens) and rest and (not leaf.shapes or leaf.shapes & _NOTES):
                pairs.setdefault(rest, {})[who] = leaf
    for both in pairs.values():
        if len(both) == 2 and any(leaf.shapes & _NOTES for leaf in both.values()):
            facts.stand_in("order.buyer_message", both["BUYER"].path, 60.0)
            facts.stand_in("order.seller_memo", both["SELLER"].path, 60.0)


def _sellers(order: Sequence[Leaf], without: frozenset[str], facts: Facts) -> None:
    """Whose number is the same in every order, whatever that word means, is the shop: its memo is the seller's."""
    constant = [leaf for leaf in order if leaf.filled >= _SEVERAL and len(leaf.values) == 1]
    shops = {
        tokens_of(leaf.key)[0]
        for leaf in constant
        if own_concepts(leaf.keys, without) == {"ID"} and len(tokens_of(leaf.key)) == 2
    }
    for leaf in order:
        if shops & set(tokens_of(leaf.key)) and own_concepts(leaf.keys, without) & {"MEMO", "MESSAGE"}:
            facts.add("order.seller_memo", leaf.path, 10.0)


def _moment(values: Sequence[Any]) -> int | None:
    if not values or values[0] in (None, "", 0, "0"):
        return None
    text = str(values[0])
    if text.isdigit():
        return int(text) // (1000 if len(text) > 10 else 1)
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return int((at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp())
