"""A decision record as sentences in Chinese and English: what decided, what was tried, and how near the rest was."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from app.domain.messages import say, sentences
from app.processing.record import Json
from app.rulebook.pack import CompiledPack

LANGUAGES = ("zh", "en")
Sentence = dict[str, str]
Record = Mapping[str, Any]


def explain_record(record: Record, pack: CompiledPack) -> list[Sentence]:
    """The record told in order: the outcome, what people said, the rules, the candidate warehouses.

    `pack` is the version that the record names.
    """
    decision = record["decision"]
    told = [_outcome(record), *_holds(decision), *_movements(decision), *_people(record), *_repeats(record)]
    return [*told, *_rules(record, pack), *_warehouses(record)]


def _both(make: Callable[[str], str]) -> Sentence:
    return {language: make(language) for language in LANGUAGES}


def _say(code: str, /, **details: Any) -> Sentence:
    return _both(lambda language: say(code, language, **_in(language, details)))


def _in(language: str, details: Mapping[str, Any]) -> dict[str, Any]:
    return {k: v[language] if isinstance(v, dict) and language in v else v for k, v in details.items()}


def _joined(parts: Iterable[Sentence]) -> Sentence:
    found = list(parts)
    return {"zh": "，".join(p["zh"] for p in found), "en": ", ".join(p["en"] for p in found)}


def _outcome(record: Record) -> Sentence:
    decision = record["decision"]
    outcome = decision["outcome"]
    if outcome == "recorded":
        return _say("told-recorded", why=_why_recorded(record))
    if outcome == "consolidated":
        shop, order = decision["joins"]
        return _say("told-consolidated", shop=shop, order=order, warehouse=decision["fulfilments"][0]["warehouse"])
    if outcome == "allocated":
        return _say("told-allocated", parcels=_joined(_parcel(f) for f in decision["fulfilments"]))
    return _say(f"told-{outcome}")


def _why_recorded(record: Record) -> Sentence:
    order = record["order"]
    if record.get("history"):
        return _say("recorded-history")
    if record.get("overlay", {}).get("cancelled"):
        return _say("recorded-cancelled")
    if order["state"] != "paid":
        return _say("recorded-state", state=order["state"])
    if all("refund" in line for line in order["lines"]):
        return _say("recorded-refunded")
    return _say("recorded-flag", flags=", ".join(order.get("flags", ())))


def _parcel(fulfilment: Json) -> Sentence:
    goods: dict[str, int] = {}
    for _, sku, quantity, _ in fulfilment["picks"]:
        goods[sku] = goods.get(sku, 0) + quantity
    return _say("told-parcel", warehouse=fulfilment["warehouse"], goods=_units(goods))


def _units(goods: Mapping[str, int]) -> str:
    return " + ".join(f"{sku} × {quantity}" for sku, quantity in goods.items())


def _holds(decision: Json) -> list[Sentence]:
    return [_hold(hold) for hold in decision.get("holds", ())]


def _hold(hold: Json) -> Sentence:
    if hold["reason"] not in sentences():
        return {language: str(hold["reason"]) for language in LANGUAGES}
    details = dict(hold.get("details", {}))
    if "items" in details:
        details["items"] = ", ".join(details["items"])
    return _say(hold["reason"], **{**details, "rule": hold.get("rule", "")})


def _movements(decision: Json) -> list[Sentence]:
    moves = [
        _say("told-transfer", source=s, destination=d, sku=sku, quantity=n, arrives_on=on)
        for s, d, sku, n, on in decision.get("transfers", ())
    ]
    return moves + [_say("told-purchase", sku=sku, quantity=n) for sku, n, _ in decision.get("purchases", ())]


def _people(record: Record) -> list[Sentence]:
    code = record.get("overlay", {}).get("warehouse")
    return [_say("told-person-warehouse", warehouse=code)] if code else []


def _repeats(record: Record) -> list[Sentence]:
    repeats = record.get("repeats")
    if repeats is None:
        return []
    shop, order = repeats["order"]
    return [_say("told-repeat", shop=shop, order=order, seconds=repeats["seconds"], kinds=", ".join(repeats["kinds"]))]


def _rules(record: Record, pack: CompiledPack) -> list[Sentence]:
    """The rules that acted, by their titles, and those that matched but were passed over."""
    titles = _titles(pack)
    acted = [
        _say("told-rule", rule=rule, sentence=titles[rule]) for rule in record["decision"]["rules"] if rule in titles
    ]
    passed = [
        _say("told-passed", rule=titles.get(rule, rule), why=_say(why)) for rule, why, *_ in record.get("tried", ())
    ]
    return acted + passed


def _titles(pack: CompiledPack) -> dict[str, Sentence]:
    sections = {s: pack.document[s]["rules"] for s in ("screening", "allocation")}
    return {f"{s}/{rule['id']}": rule["title"] for s, rules in sections.items() for rule in rules if "title" in rule}


def _warehouses(record: Record) -> list[Sentence]:
    needed = _needed(record)
    return [_warehouse(facts, needed, record.get("target")) for facts in record.get("warehouses", ())]


def _needed(record: Record) -> dict[str, int]:
    wanted = [line for line in record["order"]["lines"] if "refund" not in line]
    units: dict[str, int] = {}
    for _, sku, count in record.get("needs", [(line["id"], line["sku"], line["quantity"]) for line in wanted]):
        units[sku] = units.get(sku, 0) + count
    return units


def _warehouse(facts: Json, needed: Mapping[str, int], target: str | None) -> Sentence:
    stock = facts["stock"]
    return _say(
        "told-warehouse",
        code=facts["code"],
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
