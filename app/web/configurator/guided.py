"""A first rule out of three answers: which orders, what is done with them, and what the rule is called."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from werkzeug.datastructures import MultiDict

from app.domain.errors import Refused
from app.engine.phrase import phrase_action, phrase_condition
from app.engine.vocabulary import Vocabulary
from app.intake.initials import initials
from app.rulebook.editing import with_blanks
from app.rulebook.order_vocabulary import SECTIONS
from app.rulebook.pack import known_reasons
from app.rulebook.reasons import reason_of
from app.web.configurator.values import typed_value
from app.web.language import language, t

Form = MultiDict[str, str]
Text = Mapping[str, str]
Node = dict[str, Any]
_LONGEST_TITLE = {"zh": 60, "en": 80}


@dataclass(frozen=True, slots=True)
class Which:
    """One answer to “which orders”: a comparison, maybe of any line; `value` stands where nothing is asked for."""

    zh: str
    en: str
    field: str
    op: str
    value: Any = None
    any_line: bool = False
    sections: Sequence[str] = ("screening", "allocation")

    @property
    def asks(self) -> bool:
        """Whether a value is to be given."""
        return self.value is None


@dataclass(frozen=True, slots=True)
class What:
    """One answer to “what is done”: an action with some parameters fixed, the others asked for."""

    zh: str
    en: str
    do: str
    fixed: Mapping[str, Any] = field(default_factory=dict)
    asks: Sequence[str] = ()
    section: str = "screening"


WHICH: Mapping[str, Which] = {
    "paid": Which("实付金额达到多少", "Paid at least", "order.paid", ">="),
    "province": Which("寄到哪些省份", "Going to these provinces", "order.province", "in"),
    "quantity": Which("一共多少件以上", "At least so many units", "order.quantity", ">="),
    "memo": Which("卖家备注里写了", "The seller’s memo says", "order.seller_memo", "contains"),
    "message": Which("买家留言里写了", "The buyer’s message says", "order.buyer_message", "contains"),
    "sku": Which("有某个 SKU", "With this SKU", "line.sku", "is", any_line=True),
    "urgent": Which("加急的", "Urgent ones", "order.urgent", "is", True),
    "presale": Which("预售的", "Presale ones", "order.flags", "contains", "presale"),
    "target": Which("目标仓够整单", "The target warehouse has it all", "target.covers_order", "is", True,
                    sections=("allocation",)),
    "short": Which("所有仓合起来也不够", "All warehouses together lack it", "network.covers_order", "is", False,
                   sections=("allocation",)),
}  # fmt: skip
WHAT: Mapping[str, What] = {
    "hold": What("先挂起，等人看", "Hold it for a person", "hold", asks=("reason", "owner")),
    "first": What("优先处理", "Decide it first", "set_priority", {"priority": 50}),
    "tag": What("打标签", "Put a tag on it", "tag", asks=("tag",)),
    "carrier": What("指定快递", "Choose its carrier", "wish_carrier", asks=("carrier",)),
    "gift": What("送赠品", "Add a gift", "add_gift", {"quantity": 1}, ("sku",)),
    "target": What("从目标仓发", "Ship from the target warehouse", "reserve", {"at": "target"}, section="allocation"),
    "nearest": What("从最近的仓发", "Ship from the nearest", "reserve", {"at": "nearest"}, section="allocation"),
    "split": What("拆成几个包裹发", "Ship in several parcels", "split", {"at_most": 3}, section="allocation"),
    "wait": What("等补货", "Wait for stock", "backorder", section="allocation"),
    "buy": What("发起采购", "Purchase it", "purchase", section="allocation"),
    "stop": What("先挂起，等人看", "Hold it for a person", "hold", asks=("reason", "owner"), section="allocation"),
}


@dataclass(frozen=True, slots=True)
class Guided:
    """The rule so far in both languages, and the reasons that come with it. `missing`: something is not said yet."""

    rule: Node
    reasons: Mapping[str, Text]
    spoken: Text
    missing: bool


def which_of(section: str) -> dict[str, Which]:
    """What may be asked of orders in a section."""
    return {code: one for code, one in WHICH.items() if section in one.sections}


def what_of(section: str) -> dict[str, What]:
    """What may be done in a section."""
    return {code: one for code, one in WHAT.items() if one.section == section}


def guided_rule(document: Mapping[str, Any], section: str, form: Form) -> Guided:
    """The rule that the answers make. Raises `Refused("value-not-read")`."""
    vocabulary = SECTIONS[section]
    which = which_of(section).get(form.get("which", "")) or next(iter(which_of(section).values()))
    what = what_of(section).get(form.get("what", "")) or next(iter(what_of(section).values()))
    leaf, known = _leaf(which, form, vocabulary)
    action, reasons = _action(what, form, document)
    missing = (which.asks and "value" not in leaf) or any(name not in action for name in what.asks)
    held: Node = {"any_line": leaf} if which.any_line else leaf
    rule: Node = {"id": "rule", "when": {"all": [*known, held]}, "then": [action]}
    names = {"reasons": {**known_reasons(dict(document)), **reasons}}
    spoken = _both(lambda tongue: _titled(held, action, vocabulary, tongue, names))
    written = form.get("title", "").strip()
    rule["title"] = _both(lambda tongue: _cut(written or spoken[tongue], _LONGEST_TITLE[tongue]))
    return Guided(rule, reasons, spoken, missing)


def _cut(text: str, most: int) -> str:
    """No longer than that, and no word in two."""
    if len(text) <= most:
        return text
    short = text[: most - 1]
    return (short.rpartition(" ")[0] or short) + "…"


def _leaf(which: Which, form: Form, vocabulary: Vocabulary) -> tuple[Node, list[Node]]:
    """The comparison, and what must be known before it: an order whose value is not known is no such order."""
    row, operator = vocabulary.fields[which.field], vocabulary.operators[which.op]
    leaf: Node = {"field": which.field, "op": which.op}
    if not which.asks:
        leaf["value"] = which.value
    else:
        typed = typed_value(form, row, operator, language())
        if typed.wrong:
            raise Refused("value-not-read", value=typed.wrong)
        if typed.value is not None:
            leaf["value"] = typed.value
    sure = which.any_line or row.scope != "order" or which.field in ("order.quantity", "order.flags")
    return leaf, [] if sure else [{"field": which.field, "op": "is_known"}]


def _action(what: What, form: Form, document: Mapping[str, Any]) -> tuple[Node, dict[str, dict[str, str]]]:
    action: Node = {"do": what.do, **what.fixed}
    reasons: dict[str, dict[str, str]] = {}
    for name in what.asks:
        written = form.get(name, "").strip()
        if name == "reason" and written:
            action[name], reasons = reason_of(dict(document), {language(): written}, initials)
        elif written:
            action[name] = written
    return action, reasons


def _titled(held: Node, action: Node, vocabulary: Vocabulary, tongue: str, names: Mapping[str, Any]) -> str:
    whole = with_blanks({"when": held, "then": [action]}, vocabulary)
    condition = phrase_condition(whole["when"], vocabulary, tongue)
    deed = phrase_action(whole["then"][0], vocabulary, tongue, names)
    return f"{condition}：{deed}" if tongue == "zh" else f"{condition[:1].upper()}{condition[1:]}: {deed}"


def _both(make: Callable[[str], str]) -> dict[str, str]:
    return {tongue: make(tongue) for tongue in ("zh", "en")}


def answers(listed: Mapping[str, Which | What]) -> list[tuple[str, str]]:
    """Answers as choices."""
    return [(code, t(one.zh, one.en)) for code, one in listed.items()]
