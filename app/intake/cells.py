"""What the cells of an order file mean: money, times, states and places as people and marketplaces write them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation
from functools import lru_cache

from app.domain.order import OrderState, Refund
from app.intake import addresses

SHANGHAI = timezone(timedelta(hours=8))

STATES: dict[OrderState, tuple[str, ...]] = {
    OrderState.CREATED: ("等待买家付款", "待付款", "未付款", "待支付", "未支付", "unpaid", "pending", "created"),
    OrderState.PAID: (
        "买家已付款", "买家已付款等待卖家发货", "等待卖家发货", "待发货", "已付款", "未发货", "已支付", "备货中",
        "等待出库", "待出库", "部分发货", "paid", "processing", "unfulfilled", "authorized",
    ),
    OrderState.SHIPPED: (
        "卖家已发货", "卖家已发货等待买家确认", "等待买家确认收货", "已发货", "待收货", "已发货待收货", "已发货待签收",
        "等待确认收货", "已出库", "shipped", "fulfilled", "in transit",
    ),
    OrderState.SIGNED: ("交易成功", "已签收", "已完成", "完成", "已收货", "signed", "completed", "delivered"),
    OrderState.CLOSED: ("交易关闭", "已取消", "已关闭", "关闭", "取消", "closed", "cancelled", "canceled", "failed"),
    OrderState.REFUNDING: ("退款中", "售后中", "退款申请中", "refunding"),
    OrderState.REFUNDED: ("已退款", "退款成功", "已全额退款", "refunded"),
}  # fmt: skip

REFUNDS: dict[Refund, tuple[str, ...]] = {
    Refund.NONE: (
        "无", "无退款", "无退款申请", "无售后", "无售后或售后取消", "没有申请退款", "退款关闭", "退款取消",
        "none", "no", "0",
    ),
    Refund.RUNNING: ("退款中", "售后中", "售后处理中", "待退款", "退款申请中", "等待卖家同意", "running", "requested"),
    Refund.DONE: ("退款成功", "已退款", "退款完成", "done", "refunded"),
}  # fmt: skip

_MOMENT = re.compile(
    r"(\d{1,4})([-/.年])(\d{1,2})[-/.月](\d{1,4})日?"
    r"(?:[ T]*(上午|下午)?\s*(\d{1,2})[:时](\d{1,2})(?:[:分](\d{1,2})秒?|分)?(?:\.\d{1,9})?\s*(am|pm)?)?",
    re.IGNORECASE,
)
_ZONED = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d)?(\.\d+)? ?(Z|[+-]\d\d:?\d\d)")
_COMPACT = re.compile(r"(20\d\d)(\d\d)(\d\d)(?:(\d\d)(\d\d)(\d\d)?)?")
_SERIAL = re.compile(r"[2-7]\d{4}(\.\d+)?")
_SERIAL_START = datetime(1899, 12, 30, tzinfo=SHANGHAI)
_NOON = 12
MONTHS = 12
"""No month has a higher number."""
_BETWEEN = frozenset("-/.")
_CENTURY = 2000
_SHORT_YEAR = 2

_EMPTY = frozenset({"", "-", "--", "/", "null", "none", "nan", "无", "空", "#n/a", "#ref!", "#value!"})
_LONGEST_NOTHING = 16
"""Letters of a word for nothing, with some blanks around it."""

_ROUNDED = re.compile(r"\d\.\d+[eE]\+?\d+")
_FLOATED = re.compile(r"\d{4,}\.0")
_YUAN = frozenset({"人民币", "元", "¥", "￥", "rmb", "cny"})


def is_empty(text: str) -> bool:
    """Whether a cell says nothing, as exports write it (`null`, `-`, `无`)."""
    # Most cells are longer than any word for nothing.
    return not text or (len(text) <= _LONGEST_NOTHING and text.strip().casefold() in _EMPTY)


@lru_cache(maxsize=16_384)
def fen(text: str) -> int | None:
    """Yuan as written (`¥1,299.00`, `12.5元`, `1052,75`, `1.2万元`) in fen, half-even; None when it is no amount."""
    plain = re.sub(r"[¥￥$元圆\s]|rmb|cny|人民币", "", text.casefold().replace("，", ",").replace("．", "."))
    times = 10_000 if plain.endswith("万") else 1
    plain = plain.removesuffix("万")
    # One comma before two digits, and no point: a decimal comma.
    plain = re.sub(r"^(-?\d+),(\d{2})$", r"\1.\2", plain).replace(",", "")
    try:
        amount = Decimal(plain) * times
    except InvalidOperation:
        return None
    if not amount.is_finite() or abs(amount) >= 10**12:
        return None
    return int((amount * 100).quantize(Decimal(1), ROUND_HALF_EVEN))


@lru_cache(maxsize=4_096)
def whole(text: str) -> int | None:
    """A whole number as written (`2`, `2.0`, `1,000`); None when it is none."""
    plain = re.sub(r"[,，\s件个]", "", text)
    return int(float(plain)) if re.fullmatch(r"-?\d{1,9}(\.0*)?", plain) else None


@dataclass(frozen=True, slots=True)
class Clock:
    """How the times of one file are written: `day_first` is `13/1/2010`, else `1/13/2010`.

    `sure` is False where nothing in the file tells which.
    """

    day_first: bool = False
    sure: bool = True

    def epoch(self, text: str) -> int | None:
        """A time as written, in China's clock unless it names a zone, as epoch seconds; None when it is no time."""
        return _moment(text, day_first=self.day_first)


def slashed(text: str) -> tuple[int, int] | None:
    """The first two numbers of a date such as `13/1/2026`; None where the year comes first, or it is no date."""
    text = text.strip()
    # Looked at for every row: most dates begin with the year.
    if text[1:2] not in _BETWEEN and text[2:3] not in _BETWEEN:
        return None
    found = _MOMENT.match(text)
    return (int(found[1]), int(found[3])) if found and len(found[1]) <= _SHORT_YEAR else None


@lru_cache(maxsize=65_536)
def _moment(text: str, *, day_first: bool) -> int | None:
    plain = text.strip()
    try:
        if _ZONED.fullmatch(plain):
            return int(datetime.fromisoformat(plain.replace(" +", "+").replace(" Z", "Z")).timestamp())
        if _SERIAL.fullmatch(plain):
            return round((_SERIAL_START + timedelta(days=float(plain))).timestamp())
        compact = _COMPACT.fullmatch(plain)
        if compact:
            return int(datetime(*(int(part or 0) for part in compact.groups()), tzinfo=SHANGHAI).timestamp())  # type: ignore[misc,arg-type]
        found = _MOMENT.fullmatch(plain)
        return _of_parts(found, day_first=day_first) if found else None
    except ValueError:
        return None


def _of_parts(found: re.Match[str], *, day_first: bool) -> int:
    """Raises `ValueError` for a day or an hour that is none."""
    first, middle, last = int(found[1]), int(found[3]), int(found[4])
    if len(found[1]) > _SHORT_YEAR:
        year, month, day = first, middle, last
    else:
        month, day = (middle, first) if day_first else (first, middle)
        year = last if len(found[4]) > _SHORT_YEAR else _CENTURY + last
    hour = int(found[6] or 0)
    half = (found[5] or found[9] or "").casefold()
    if half in {"下午", "pm"} and hour < _NOON:
        hour += _NOON
    elif half in {"上午", "am"} and hour == _NOON:
        hour = 0
    moment = datetime(year, month, day, hour, int(found[7] or 0), int(found[8] or 0), tzinfo=SHANGHAI)
    return int(moment.timestamp())


def state(text: str) -> OrderState | None:
    """The order state that a marketplace's word means; None when it is not known."""
    return _STATE_WORDS.get(_word(text))


def refund(text: str) -> Refund | None:
    """The refund state that a marketplace's word means; None when it is not known."""
    return _REFUND_WORDS.get(_word(text))


@lru_cache(maxsize=1_024)
def order_number(text: str) -> str | None:
    """An order's number; None when a spreadsheet has turned it into a rounded number such as `4.12E+18`."""
    if re.fullmatch(r"\d(\.\d+)?[eE]\+?\d+", text) or len(text) > 128:
        return None
    return text.removesuffix(".0")


def intact(text: str) -> str | None:
    """A long number or a code as it was meant: `13800000001.0` is one, `1.38E+10` has lost digits and gives None."""
    if _ROUNDED.fullmatch(text):
        return None
    return text[:-2] if _FLOATED.fullmatch(text) else text


def currency(text: str) -> str:
    """A currency's code; the words of China's are understood."""
    return "CNY" if text.strip().casefold() in _YUAN else text.strip().upper()


def split_address(address: str) -> dict[str, str]:
    """Province, city and district at the beginning of an address, as far as they are certain."""
    found = addresses.split_address(address)
    parts = {key: getattr(found, key) for key in ("province", "city", "district")}
    return {key: value for key, value in parts.items() if value and key not in found.unsure}


def _word(text: str) -> str:
    return re.sub(r"[\s,，、;；.。:：()()_-]", "", text).casefold()


_STATE_WORDS = {_word(word): meaning for meaning, words in STATES.items() for word in words}
_REFUND_WORDS = {_word(word): meaning for meaning, words in REFUNDS.items() for word in words}
