"""The shape of a column's values: what they may be, whatever their heading says."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from app.domain.provinces import PROVINCES, SHORT_NAMES
from app.intake import cells

_PHONE = re.compile(r"\+?(86)?[- ]?(1[\d*xX]{9,11}|\d{3,4}-?[\d*]{7,8}|[\d*()+ -]{7,20})(\.0)?")
_MOBILE = re.compile(r"(\+?86)?[- ]?1[3-9*][\d*xX]{9}(\.0)?|1\*{6,11}|1\d{2}\*+\d*")
_DATE = re.compile(
    r"\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}.*|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}.*|20\d\d(0[1-9]|1[0-2])([0-2]\d|3[01])(\d{6})?|[34]\d{4}(\.\d+)?|"
    r"\d{1,2}[- ][A-Za-z]{3,9}[- ,]+\d{2,4}.*|[A-Za-z]{3,9}[- .]\d{1,2},?[- ]\d{2,4}.*"
)
_SHORT = tuple(SHORT_NAMES[full] for full in PROVINCES)
_ENOUGH = 3
_MOSTLY = 0.6
_NEARLY_ALL = 0.9


@dataclass(frozen=True, slots=True)
class Shape:
    """What share (0 to 1) of the filled values passes each test; `filled` is the share that says anything."""

    filled: float = 1.0
    values: int = 0
    share: dict[str, float] = field(default_factory=dict)


def shape_of(values: Sequence[str]) -> Shape:
    """The shape of these cells."""
    said = [value for value in values if not cells.is_empty(value)]
    if not values:
        return Shape()
    if not said:
        return Shape(filled=0.0)
    share = {name: sum(map(test, said)) / len(said) for name, test in _TESTS.items()}
    share["counting"] = float(_counts(said))
    if all(cells.fen(value) == 0 for value in said):
        # Nothing but zeros may be an amount as well as a share.
        share["fraction"] = 0.0
    return Shape(len(said) / len(values), len(said), share)


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


def _counts(said: Sequence[str]) -> bool:
    """1, 2, 3, …: the number of the row."""
    numbers = [int(value) for value in said if re.fullmatch(r"\d{1,6}", value)]
    return len(numbers) == len(said) > 2 and all(b - a == 1 for a, b in pairwise(numbers))


def _province(value: str) -> bool:
    return value.startswith(_SHORT) or value.casefold() in {"beijing", "shanghai"}


_TESTS: dict[str, Callable[[str], bool]] = {
    "phone": lambda value: bool(_PHONE.fullmatch(value)),
    "mobile": lambda value: bool(_MOBILE.fullmatch(value)),
    "time": lambda value: bool(_DATE.fullmatch(value)),
    # Not 30001 or 20240501100000, which are numbers as well as times.
    "dated": lambda value: not value.isdigit() and bool(_DATE.fullmatch(value)),
    "money": lambda value: cells.fen(value) is not None,
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
    "created_at": ("time", ()),
    "paid_at": ("time", ()),
    "modified_at": ("time", ()),
    "ship_by": ("time", ()),
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
}
_SHOWN_BY = {"phone": "mobile", "created_at": "time", "province": "province", "state": "state", "line.refund": "refund"}
