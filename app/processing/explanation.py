"""A decision record as sentences in Chinese and English: what decided, what was tried, and how near the rest was."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from app.domain.messages import say, sentences
from app.domain.work import PART_WAITS
from app.engine import phrase_rule
from app.processing.readying import UNMATCHED
from app.processing.record import Json
from app.processing.ruling import CONSOLIDATE_BY_HAND
from app.rulebook.order_vocabulary import SECTIONS, VOCABULARY
from app.rulebook.pack import CompiledPack
from app.rulebook.part_words import EVIDENCE_WORDS

LANGUAGES = ("zh", "en")
Sentence = dict[str, str]
Record = Mapping[str, Any]
Titles = Mapping[str, Sentence]
"""By a rule's name in records, `section/id`."""


ELSEWHERE: Sentence = {"zh": "其他店铺", "en": "another shop"}


@dataclass(frozen=True, slots=True)
class Names:
    """What people call shops and warehouses, by code; who has no name goes by the code.

    `only`: whoever is told knows no other shops than these, and is told neither their names nor their orders' numbers.
    """

    shops: Mapping[str, str] = field(default_factory=dict)
    warehouses: Mapping[str, str] = field(default_factory=dict)
    only: bool = False

    def shop(self, code: str) -> str | Sentence:
        """The shop's name."""
        return self.shops.get(code) or (ELSEWHERE if self.only else code)

    def order(self, shop: str, number: str) -> str:
        """The number of a shop's order."""
        return "…" if self.only and shop not in self.shops else number

    def warehouse(self, code: str) -> str:
        """The warehouse's name."""
        return self.warehouses.get(code) or code


NAMELESS = Names()


def explain_record(
    record: Record, pack: CompiledPack, names: Names = NAMELESS, *, warehouses: bool = True
) -> list[Sentence]:
    """The record told in order: the outcome, what people said, the rules, the candidate warehouses.

    `pack` is the version that the record names; `warehouses`: whether the candidates are told of.
    """
    titles = rule_titles(pack)
    told = [tell_outcome(record, names), *_holds(record, pack, titles, names), *_movements(record["decision"], names)]
    told += [*_people(record, names), *_repeats(record, names), *_rules(record, titles)]
    return [*told, *_warehouses(record, names)] if warehouses else told


def _both(make: Callable[[str], str]) -> Sentence:
    return {language: make(language) for language in LANGUAGES}


def _say(code: str, /, **details: Any) -> Sentence:
    return _both(lambda language: say(code, language, **_in(language, details)))


def _in(language: str, details: Mapping[str, Any]) -> dict[str, Any]:
    return {k: v[language] if isinstance(v, dict) and language in v else v for k, v in details.items()}


def _listed(parts: Iterable[Sentence]) -> Sentence:
    found = list(parts)
    return {"zh": "、".join(p["zh"] for p in found), "en": ", ".join(p["en"] for p in found)}


def _joined(parts: Iterable[Sentence]) -> Sentence:
    found = list(parts)
    return {"zh": "，".join(p["zh"] for p in found), "en": ", ".join(p["en"] for p in found)}


def tell_outcome(record: Record, names: Names) -> Sentence:
    """What became of the order, in one sentence."""
    decision = record["decision"]
    outcome = decision["outcome"]
    if outcome == "recorded":
        return _say("told-recorded", why=_why_recorded(record))
    if outcome == "consolidated":
        shop, order = decision["joins"]
        warehouse = names.warehouse(decision["fulfilments"][0]["warehouse"])
        number = names.order(shop, order)
        return _say("told-consolidated", shop=names.shop(shop), order=number, warehouse=warehouse)
    if outcome == "allocated":
        return _say("told-allocated", parcels=_joined(_parcel(f, names) for f in decision["fulfilments"]))
    return _say(f"told-{outcome}")


def _why_recorded(record: Record) -> Sentence:
    order = record["order"]
    if record.get("history"):
        return _say("recorded-history")
    if record.get("overlay", {}).get("cancelled"):
        return _say("recorded-cancelled")
    if order["state"] != "paid":
        return _say("recorded-state", state=_choice("order.state", order["state"]))
    if all("refund" in line for line in order["lines"]):
        return _say("recorded-refunded")
    return _say("recorded-flag", flags=_listed(_choice("order.flags", flag) for flag in order.get("flags", ())))


def _choice(key: str, code: str) -> Sentence:
    return _word(VOCABULARY.fields[key].choices, code)


def _word(words: Mapping[str, Mapping[str, str]], code: str) -> Sentence:
    return dict(words.get(code) or dict.fromkeys(LANGUAGES, code))


def _parcel(fulfilment: Json, names: Names) -> Sentence:
    goods: dict[str, int] = {}
    for _, sku, quantity, _ in fulfilment["picks"]:
        goods[sku] = goods.get(sku, 0) + quantity
    return _say("told-parcel", warehouse=names.warehouse(fulfilment["warehouse"]), goods=_units(goods))


def _units(goods: Mapping[str, int]) -> str:
    return " + ".join(f"{sku} × {quantity}" for sku, quantity in goods.items())


def _holds(record: Record, pack: CompiledPack, titles: Titles, names: Names) -> list[Sentence]:
    return [_hold(hold, pack, titles, names) for hold in record["decision"].get("holds", ())]


def _hold(hold: Json, pack: CompiledPack, titles: Titles, names: Names) -> Sentence:
    code, rule = hold["reason"], hold.get("rule", "")
    if code not in sentences():
        return _word(pack.reasons, code)
    details = {**hold.get("details", {}), "rule": titles.get(rule, rule)}
    if "items" in details:
        details["items"] = ", ".join(details["items"])
    if "anchor" in details:
        details["anchor"] = names.order(details.get("shop", ""), details["anchor"])
    for kind, name in (("shop", names.shop), ("warehouse", names.warehouse)):
        if kind in details:
            details[kind] = name(details[kind])
    return _say(code, **details)


def _movements(decision: Json, names: Names) -> list[Sentence]:
    moves = [
        _say(
            "told-transfer",
            source=names.warehouse(source),
            destination=names.warehouse(destination),
            sku=sku,
            quantity=quantity,
            arrives_on=day,
        )
        for source, destination, sku, quantity, day in decision.get("transfers", ())
    ]
    moves += [_say("told-purchase", sku=sku, quantity=n) for sku, n, _ in decision.get("purchases", ())]
    waits = (details for kind, _, _, _, details in decision.get("tasks", ()) if kind == PART_WAITS)
    return moves + [_say("told-part-waits", **details) for details in waits]


def _people(record: Record, names: Names) -> list[Sentence]:
    overlay = record.get("overlay", {})
    told = []
    if "parts" in record:
        split = "told-part-goes-on" if record.get("resumed") else "told-person-split"
        told.append(_say(split, parcels=len(record["parts"])))
    if "joins" in overlay:
        shop, order = overlay["joins"]
        told.append(_say("told-person-joins", shop=names.shop(shop), order=order))
    if overlay.get("hosts"):
        told.append(_say("told-person-hosts"))
    if "warehouse" in overlay:
        told.append(_say("told-person-warehouse", warehouse=names.warehouse(overlay["warehouse"])))
    return (
        told
        + [_say(f"told-person-{kind}", value=overlay[kind]) for kind in ("carrier", "priority") if kind in overlay]
        + _more_words(overlay)
    )


def _more_words(overlay: Json) -> list[Sentence]:
    told = []
    if "urgent" in overlay:
        told.append(_say("told-person-urgent" if overlay["urgent"] else "told-person-calm"))
    if "address" in overlay:
        told.append(_say("told-person-address"))
    return told


def _repeats(record: Record, names: Names) -> list[Sentence]:
    repeats = record.get("repeats")
    if repeats is None:
        return []
    shop, order = repeats["order"]
    kinds = _listed(_word(EVIDENCE_WORDS, kind) for kind in repeats["kinds"])
    number = names.order(shop, order)
    return [_say("told-repeat", shop=names.shop(shop), order=number, seconds=repeats["seconds"], kinds=kinds)]


def _rules(record: Record, titles: Titles) -> list[Sentence]:
    """The rules that acted, by their titles, and those that matched but were passed over."""
    acted = [_say("told-rule", rule=titles[rule]) for rule in record["decision"]["rules"] if rule in titles]
    passed = [
        _say("told-passed", rule=titles.get(rule, rule), why=_say(why)) for rule, why, *_ in record.get("tried", ())
    ]
    return acted + passed


def rule_titles(pack: CompiledPack) -> Titles:
    """What people call each rule; one without a title goes by its sentence."""
    names = {"reasons": pack.reasons}
    by_hand = {CONSOLIDATE_BY_HAND: _say("rule-consolidate-by-hand")}
    watches: Titles = {watch.key: dict(watch.title) for watch in pack.watches}
    return {**by_hand, **watches} | {
        f"{section}/{rule['id']}": rule.get("title")
        or {language: phrase_rule(rule, vocabulary, language, names) for language in LANGUAGES}
        for section, vocabulary in SECTIONS.items()
        for rule in pack.document[section]["rules"]
    }


def _warehouses(record: Record, names: Names) -> list[Sentence]:
    needed = needed_units(record)
    if not needed:
        return []
    return [_warehouse(facts, needed, record.get("target"), names) for facts in record.get("warehouses", ())]


def needed_units(record: Record) -> dict[str, int]:
    """Units by SKU that the order wanted; items without a SKU are nobody's stock and left out."""
    wanted = [line for line in record["order"]["lines"] if "refund" not in line]
    units: dict[str, int] = {}
    for _, sku, count in record.get("needs", [(line["id"], line["sku"], line["quantity"]) for line in wanted]):
        if sku and not sku.startswith(UNMATCHED):
            units[sku] = units.get(sku, 0) + count
    return units


def _warehouse(facts: Json, needed: Mapping[str, int], target: str | None, names: Names) -> Sentence:
    stock = facts["stock"]
    return _say(
        "told-warehouse",
        code=names.warehouse(facts["code"]),
        stock=", ".join(f"{sku} {stock.get(sku, 0)}/{count}" for sku, count in needed.items()),
        km=_known(facts.get("km")),
        km_to_target=_known(facts.get("km_to_target")),
        more=_remarks(facts, needed, target),
    )


def _known(value: Any) -> Any:
    return _say("told-unknown") if value is None else value


def _remarks(facts: Json, needed: Mapping[str, int], target: str | None) -> Sentence:
    remarks = []
    if facts["code"] == target:
        remarks.append(_say("told-target"))
    if all(facts["stock"].get(sku, 0) >= count for sku, count in needed.items()):
        remarks.append(_say("told-covers"))
    if "freight" in facts:
        remarks.append(_say("told-freight", yuan=f"{facts['freight'] / 100:.2f}"))
    if "capacity_left" in facts:
        remarks.append(_say("told-capacity", parcels=facts["capacity_left"]))
    if "before_cut_off" in facts:
        remarks.append(_say("told-late"))
    joined = _joined(remarks)
    return {"zh": f"；{joined['zh']}", "en": f"; {joined['en']}"} if remarks else {"zh": "", "en": ""}
