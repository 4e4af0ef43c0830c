"""The facts of a tried order as a small form: those that the rules ask about, its goods, and the stock."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from werkzeug.datastructures import MultiDict

from app.domain.order import PERSONAL_FIELDS, Order
from app.engine.vocabulary import Field
from app.processing.trying import Setting
from app.rulebook.order_vocabulary import VOCABULARY
from app.web.configurator.values import shown_value, typed_value
from app.web.language import language, t

Form = MultiDict[str, str]
Choice = tuple[str, str]
_ALWAYS = ("order.province", "order.paid", "order.urgent")
_FIXED = ("id", "lines", "platform", "shop", "identity", "currency")
_STORED = {one.name for one in fields(Order)} - set(_FIXED)
_IS = VOCABULARY.operators["is"]
_ZONE = ZoneInfo("Asia/Shanghai")
_MOST_UNITS = 1_000_000


@dataclass(frozen=True, slots=True)
class Fact:
    """One input. `kind`: `choice`, `choices`, `time`, `text`; `hidden`: its value is personal and not shown."""

    key: str
    label: str
    kind: str
    value: str = ""
    chosen: Sequence[str] = ()
    choices: Sequence[Choice] = ()
    unit: str = ""
    hidden: bool = False


def facts_of(setting: Setting, asked: frozenset[str]) -> list[Fact]:
    """The inputs for what the rules ask of an order (`asked` are field keys), as the order has it."""
    return [_fact(row, getattr(setting.order, row.attribute)) for row in _rows(asked)]


def changed(setting: Setting, form: Form, asked: frozenset[str]) -> tuple[Setting, list[str]]:
    """The setting as the form has it, and what could not be read, in words; without a form, as it is."""
    if "changed" not in form:
        return setting, []
    wrong: list[str] = []
    values = dict(_read(setting.order, form, asked, wrong))
    lines = [
        replace(line, quantity=_units(form.get(f"line-{place}"), line.quantity, wrong))
        for place, line in enumerate(setting.order.lines)
    ]
    stock = {
        one.code: {
            sku: _units(form.get(f"stock-{one.code}-{sku}"), setting.stock.get(one.code, {}).get(sku, 0), wrong)
            for sku in setting.skus
        }
        for one in setting.warehouses
    }
    at = _seconds(form.get("at", "")) or setting.at
    order = replace(setting.order, **values, lines=[line for line in lines if line.quantity])
    return replace(setting, order=order, stock=stock, at=at), wrong


def shown_time(at: int | None) -> str:
    """A time as an input holds it, Asia/Shanghai."""
    return "" if at is None else datetime.fromtimestamp(at, _ZONE).strftime("%Y-%m-%dT%H:%M")


def _rows(asked: frozenset[str]) -> list[Field]:
    wanted = {*asked, *_ALWAYS}
    return [r for r in VOCABULARY.fields.values() if r.key in wanted and r.scope == "order" and r.attribute in _STORED]


def _fact(row: Field, value: Any) -> Fact:
    label, unit = row.label[language()], row.unit[language()] if row.unit else ""
    if row.attribute in PERSONAL_FIELDS:
        return Fact(row.key, label, "text", hidden=True)
    if row.type == "texts":
        return Fact(row.key, label, "choices", chosen=sorted(value), choices=_choices(row))
    if row.type == "time":
        return Fact(row.key, label, "time", shown_time(value))
    shown = "" if value is None else str(shown_value(value, row, _IS)["value"])
    if row.type == "boolean":
        return Fact(row.key, label, "choice", shown, choices=[("true", t("是", "yes")), ("false", t("否", "no"))])
    return Fact(row.key, label, "choice" if row.choices else "text", shown, choices=_choices(row), unit=unit)


def _choices(row: Field) -> list[Choice]:
    return [(code, text[language()]) for code, text in row.choices.items()]


def _read(order: Order, form: Form, asked: frozenset[str], wrong: list[str]) -> Iterator[tuple[str, Any]]:
    for row in _rows(asked):
        text = form.get(row.key, "").strip()
        if row.attribute in PERSONAL_FIELDS:
            # What is not shown stays, unless something else is written in its place.
            yield row.attribute, text or getattr(order, row.attribute)
        elif row.type == "texts":
            yield row.attribute, frozenset(form.getlist(row.key)) & set(row.choices)
        elif row.type == "time":
            yield row.attribute, _seconds(text)
        else:
            typed = typed_value(MultiDict({"value": text}), row, _IS, language())
            if typed.wrong:
                wrong.append(
                    t(f"{row.label['zh']}：“{typed.wrong}”读不出来", f"{row.label['en']}: “{typed.wrong}” is not read")
                )
            yield row.attribute, getattr(order, row.attribute) if typed.wrong else typed.value


def _seconds(text: str) -> int | None:
    try:
        return int(datetime.fromisoformat(text).replace(tzinfo=_ZONE).timestamp())
    except ValueError:
        return None


def _units(text: str | None, known: int, wrong: list[str]) -> int:
    written = (text or "").strip()
    if not written:
        return known
    if not written.isdigit() or int(written) > _MOST_UNITS:
        wrong.append(t(f"“{written}”不是件数", f"“{written}” is no number of units"))
        return known
    return int(written)


def carried(form: Mapping[str, str]) -> dict[str, str]:
    """What says which order is tried, to be carried from form to form."""
    return {name: form[name] for name in ("order", "given", "text", "shop") if form.get(name)}
