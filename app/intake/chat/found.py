"""What was found in a text: values, whether they are certain, and where they stood."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Generic, TypeVar

from app.intake.places import Place

Value = TypeVar("Value")
Span = tuple[int, int]
"""From and up to, in characters of the text as it was given."""


@dataclass(frozen=True, slots=True)
class Found(Generic[Value]):
    """A value, whether it is certain, and where it stood; no span when it follows from something else."""

    value: Value
    sure: bool = True
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class GoodsLine:
    """One line of goods. `text` is what was written; `choices` are SKUs it may be when `sku` is not certain.

    `price` is in fen for one unit.
    """

    text: str
    quantity: Found[int]
    sku: Found[str] | None = None
    price: Found[int] | None = None
    choices: tuple[str, ...] = ()


@dataclass(slots=True)
class Chat:
    """An order as a text tells it; what it does not tell is None. Money is fen.

    `place_choices` are the places that an address may lie in where that is not certain.
    """

    name: Found[str] | None = None
    phone: Found[str] | None = None
    province: Found[str] | None = None
    city: Found[str] | None = None
    district: Found[str] | None = None
    town: Found[str] | None = None
    detail: Found[str] | None = None
    postcode: Found[str] | None = None
    carrier: Found[str] | None = None
    urgent: Found[bool] | None = None
    paid: Found[bool] | None = None
    total: Found[int] | None = None
    postage: Found[int] | None = None
    memo: Found[str] | None = None
    lines: list[GoodsLine] = field(default_factory=list)
    place_choices: tuple[Place, ...] = ()
