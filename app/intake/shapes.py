"""The shape of a column's values: what they may be, whatever their heading says."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from app.domain.carriers import CARRIERS
from app.domain.provinces import PROVINCES, SHORT_NAMES
from app.intake import cells

# With an extension, or as platforms hide it.
_PHONE = re.compile(
    r"\+?(86)?[- ]?(1[\d*xX]{9,11}|\d{3,4}-?[\d*]{7,8}|[\d*()+ ./-]{6,24})(\.0)?( ?(x|ext|转)\.? ?\d+)?|"
    r"\$.{5,}\$|~.{5,}~",
    re.IGNORECASE,
)
_MOBILE = re.compile(
    r"(\+?86)?[- ]?1[3-9*][\d*xX]{9}(-\d{2,6})?(\.0)?|1[3-9]\d[- ]\d{4}[- ]\d{4}|1\*{6,11}|1\d{2}\*+\d*"
)
_DATE = re.compile(
    r"\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}.*|\d{1,2}[-/.]\d{1,2}[-/.](?:(?:19|20)\d\d|\d\d)(?!\d).*|20\d\d(0[1-9]|1[0-2])([0-2]\d|3[01])(\d{6})?|[34]\d{4}(\.\d+)?|"
    r"\d{1,2}[- ][A-Za-z]{3,9}[- ,]+\d{2,4}.*|[A-Za-z]{3,9}[- .]\d{1,2},?[- ]\d{2,4}.*"
)
_WEEKDAY = "mon|tues?|wed(nes)?|thu(rs)?|fri|sat(ur)?|sun"
# As people write a day: without its year, by its name.
_DAY = re.compile(
    r"\d{1,2}([-/.月])\d{1,2}([-/.]\d{1,2}|日|号)?(?![\d.]).*|\d{1,2}[日号].*|\d{1,2}:\d\d(:\d\d)?( ?[ap]m)?|"
    r"[本下这上]?(周|星期|礼拜)[一二三四五六日天末].*|(今|明|后|昨|前)[天日晚早].*|月[初中底].*|尽快|马上|asap|today.*|tomorrow.*|yesterday.*|"
    rf"({_WEEKDAY})(day)?\b.*|\d{{1,2}}(st|nd|rd|th)?[- ](of )?[a-z]{{3,9}}\b.*|"
    r"[a-z]{3,9}\.? \d{1,2}(st|nd|rd|th)?\b.*",
    re.IGNORECASE,
)
_CURRENCY = re.compile(
    r"(?:us|au|ca|hk|nt|s|c|a|r|rm)? ?[$£€¥￥₩₱฿₫]|\b(?:usd|eur|gbp|aud|cad|hkd|twd|jpy|sgd|myr|rm|nzd)\b",
    re.IGNORECASE,
)
_NO_MONEY = frozenset(
    (
        "包邮",
        "免邮",
        "免运费",
        "免费",
        "到付",
        "待定",
        "无退款申请",
        "无退款",
        "free",
        "prepaid",
        "included",
        "collect",
        "tbc",
        "nil",
    )
)
# What the words for carriers do not hold: those outside China, and what clerks write for a lorry.
_CARRIER = re.compile(
    "|".join(re.escape(word) for words in CARRIERS.values() for word in words if not word.isascii())
    + r"|快递|物流|专线|货拉拉|闪送|跑腿|\b(?:ems|ups|usps|fedex|dhl|tnt|dpd|gls|evri|hermes|royal mail|parcelforce|"
    r"yodel|auspost|australia post|canada post|postnl|an post|la poste|colissimo|correos|aramex|ninja ?van|ontrac|"
    r"purolator|courier|yamato|sagawa)\b",
    re.IGNORECASE,
)
_PLACE = re.compile(r"[省市区县镇乡村]|街道|[路街巷弄道]|小区|大厦|[栋幢座]|单元|[号室楼]")
_STREET = re.compile(
    r"\d.*\b(?:st|street|rd|road|ave|avenue|ln|lane|dr|drive|way|ct|court|blvd|close|cres|crescent|pl|place|terrace|row|mews|sq|square|"
    r"hwy|pkwy|jalan|jln|rue|ul|strasse|str)\b",
    re.IGNORECASE,
)
_FEW = 999
_SHORTEST_ADDRESS = 7
_SHORT = tuple(SHORT_NAMES[full] for full in PROVINCES)
_ENOUGH = 3
_SOME = 2
_MOSTLY = 0.6
_NEARLY_ALL = 0.9


@dataclass(frozen=True, slots=True)
class Shape:
    """What share (0 to 1) of the filled values passes each test; `filled` is the share that says anything.

    `amounts` are the values in hundredths, row by row; None where there is none."""

    filled: float = 1.0
    values: int = 0
    share: dict[str, float] = field(default_factory=dict)
    amounts: tuple[int | None, ...] = ()


def shape_of(values: Sequence[str]) -> Shape:
    """The shape of these cells."""
    said = [plain for value in values if not cells.is_empty(plain := value.lstrip("'"))]
    if not values:
        return Shape()
    if not said:
        return Shape(filled=0.0)
    share = {name: sum(map(test, said)) / len(said) for name, test in _TESTS.items()}
    share["counting"] = float(_counts(said))
    if all(cells.fen(value) == 0 for value in said):
        # Nothing but zeros may be an amount as well as a share.
        share["fraction"] = 0.0
    return Shape(len(said) / len(values), len(said), share, tuple(map(_amount, values)))


def contradicts(of: str, shape: Shape) -> bool:
    """Whether values of this shape can hardly be this field; one or two may just be wrong."""
    if shape.values < _ENOUGH:
        return False
    needs, forbids = _WANTED.get(of, ("", ()))
    if needs and shape.share[needs] < _MOSTLY:
        return True
    return any(shape.share[name] >= _NEARLY_ALL for name in forbids)


def shows(of: str, shape: Shape) -> bool:
    """Whether values of this shape speak for this field by themselves."""
    return bool(shape.values) and shape.share.get(_SHOWN_BY.get(of, ""), 0) >= _NEARLY_ALL


def suits(of: str, shape: Shape) -> bool:
    """Whether values of this shape are what this field holds, mostly: enough for the only column that may hold it."""
    return bool(shape.values) and shape.share.get(_SUITED_BY.get(of, ""), 0) >= _MOSTLY


def tells(shape: Shape) -> str | None:
    """The field that values of this shape hold, whatever their heading; None when they do not tell.

    The last two are doubtful, and told only to a file that has no other column for them.
    """
    if shape.values < _SOME:
        return None
    return next((of for of, name in _TOLD_BY.items() if shape.share[name] >= _NEARLY_ALL), None)


def _counts(said: Sequence[str]) -> bool:
    """1, 2, 3, …: the number of the row."""
    numbers = [int(value) for value in said if re.fullmatch(r"\d{1,6}", value)]
    return len(numbers) == len(said) > 2 and all(b - a == 1 for a, b in pairwise(numbers))


def _province(value: str) -> bool:
    return value.startswith(_SHORT) or value.casefold() in {"beijing", "shanghai"}


def _amount(value: str) -> int | None:
    return cells.fen(_CURRENCY.sub("", value).strip())


def _money(value: str) -> bool:
    return value.casefold() in _NO_MONEY or _amount(value) is not None


def _address(value: str) -> bool:
    chinese = len(value) >= _SHORTEST_ADDRESS and len(_PLACE.findall(value)) > 1
    return chinese or bool(_STREET.search(value))


_TESTS: dict[str, Callable[[str], bool]] = {
    "phone": lambda value: bool(_PHONE.fullmatch(value)),
    "mobile": lambda value: bool(_MOBILE.fullmatch(value)),
    "time": lambda value: bool(_DATE.fullmatch(value)),
    # Not 30001 or 20240501100000, which are numbers as well as times.
    "dated": lambda value: not value.isdigit() and bool(_DATE.fullmatch(value)),
    "day": lambda value: bool(_DATE.fullmatch(value) or _DAY.fullmatch(value)),
    "money": _money,
    "few": lambda value: (count := cells.whole(value)) is not None and 0 < count <= _FEW,
    "carrier": lambda value: bool(_CARRIER.search(value)),
    "address": _address,
    "whole": lambda value: cells.whole(value) is not None,
    "fraction": lambda value: bool(re.fullmatch(r"0?\.\d+|0|0\.0+", value)),
    "decimal": lambda value: bool(re.fullmatch(r"-?[\d,]+\.\d*[1-9]\d*", value)),
    "number": lambda value: bool(re.fullmatch(r"-?[\d,]+(\.\d+)?", value)),
    "province": _province,
    "state": lambda value: cells.state(value) is not None,
    "refund": lambda value: cells.refund(value) is not None,
    "letters": lambda value: bool(re.search(r"[^\W\d_]", value)),
    "digits": lambda value: bool(re.search(r"\d", value)),
    "long": lambda value: len(value) > 60,
}
_WANTED: dict[str, tuple[str, tuple[str, ...]]] = {
    "id": ("digits", ("decimal", "dated", "mobile")),
    "line.id": ("", ("decimal", "dated", "mobile")),
    "state": ("", ("dated", "decimal", "mobile", "long")),
    "line.refund": ("", ("dated", "decimal", "mobile")),
    "customer_name": ("", ("number", "dated", "mobile", "long")),
    "phone": ("phone", ("dated", "decimal")),
    "province": ("letters", ("dated",)),
    "city": ("letters", ("dated",)),
    "district": ("letters", ("dated",)),
    "town": ("letters", ("dated",)),
    "address": ("letters", ("dated",)),
    "buyer_id": ("", ("dated", "decimal")),
    "created_at": ("day", ()),
    "paid_at": ("day", ()),
    "modified_at": ("day", ()),
    "ship_by": ("day", ()),
    "paid": ("money", ("dated", "mobile")),
    "goods_amount": ("money", ("dated", "mobile")),
    "postage": ("money", ("dated", "mobile")),
    "discount": ("money", ("dated", "mobile", "fraction")),
    "refund_amount": ("money", ("dated", "mobile")),
    "line.sku": ("", ("dated", "decimal", "mobile")),
    "line.item": ("", ("dated", "decimal", "mobile")),
    "line.title": ("letters", ("dated", "mobile")),
    "line.spec": ("", ("dated", "mobile")),
    "line.spec_more": ("", ("dated", "mobile")),
    "line.quantity": ("whole", ("dated", "mobile")),
    "line.price": ("money", ("dated", "mobile")),
    "line.paid": ("money", ("dated", "mobile")),
    "currency": ("letters", ()),
    "carrier_wish": ("letters", ("dated", "mobile")),
    "seller_flag": ("", ("dated", "decimal", "mobile")),
}
_SHOWN_BY = {"phone": "mobile", "created_at": "time", "province": "province", "state": "state", "line.refund": "refund"}
# What values speak for where no other column may be the field.
_SUITED_BY = {
    "phone": "phone", "province": "province", "address": "address", "carrier_wish": "carrier", "line.quantity": "whole",
    "created_at": "day", "paid_at": "day", "modified_at": "day", "ship_by": "day", "paid": "money", "postage": "money",
    "goods_amount": "money", "discount": "money", "refund_amount": "money", "line.price": "money", "line.paid": "money",
}  # fmt: skip
_TOLD_BY = {
    "phone": "mobile", "address": "address", "province": "province", "carrier_wish": "carrier", "created_at": "day",
    "line.quantity": "few",
}  # fmt: skip
