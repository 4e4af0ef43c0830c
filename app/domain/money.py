"""Money as integer fen, exact. Amounts finer than a fen are rounded half to even."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation
from functools import lru_cache

MOST = 10**15
"""The largest amount in fen that is believed (ten trillion yuan)."""


class BadAmountError(ValueError):
    """Not an amount of money."""


def yuan_to_fen(value: str | int | float) -> int:
    """Fen of an amount in yuan, text or number, decimal-exact: 19.99 is 1999. Raises BadAmountError.

    A float counts as the shortest decimal that stands for it, which is what the platform wrote.
    """
    if type(value) is str:
        return _text_to_fen(value)
    if isinstance(value, bool):
        raise BadAmountError(str(value))
    return _text_to_fen(repr(value) if isinstance(value, float) else str(value))


# The same prices come again and again.
@lru_cache(maxsize=32768)
def _text_to_fen(text: str) -> int:
    text = text.strip()
    try:
        fen = (Decimal(text) * 100).quantize(Decimal(1), rounding=ROUND_HALF_EVEN)
    except InvalidOperation as error:
        raise BadAmountError(text) from error
    return _believable(fen)


def read_fen(value: str | int | float) -> int:
    """An amount given in fen; a fraction of a fen means that the unit is wrong. Raises BadAmountError."""
    if type(value) is int and -MOST <= value <= MOST:
        return value
    if isinstance(value, bool) or (isinstance(value, float) and not value.is_integer()):
        raise BadAmountError(str(value))
    try:
        fen = Decimal(str(value).strip())
    except InvalidOperation as error:
        raise BadAmountError(str(value)) from error
    if not fen.is_finite() or fen != fen.to_integral_value() or (isinstance(value, str) and "." in value):
        raise BadAmountError(str(value))
    return _believable(fen)


def _believable(fen: Decimal) -> int:
    if abs(fen) > MOST:
        raise BadAmountError(str(fen))
    return int(fen)
