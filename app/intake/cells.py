"""What the cells of an order file mean: money, times, states and places as people and marketplaces write them."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation

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

_CLOCKS = (
    "%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%d", "%Y/%m/%d %H:%M:%S", "%Y/%m/%d %H:%M", "%Y/%m/%d",
    "%Y.%m.%d %H:%M:%S", "%Y.%m.%d", "%Y年%m月%d日 %H:%M:%S", "%Y年%m月%d日 %H:%M", "%Y年%m月%d日", "%Y%m%d",
    "%Y%m%d%H%M%S", "%m/%d/%Y %H:%M:%S", "%m/%d/%Y %H:%M", "%m/%d/%Y",
)  # fmt: skip

_EMPTY = frozenset({"", "-", "--", "/", "null", "none", "nan", "无", "空"})


def is_empty(text: str) -> bool:
    """Whether a cell says nothing, as exports write it (`null`, `-`, `无`)."""
    return text.strip().casefold() in _EMPTY


def fen(text: str) -> int | None:
    """Yuan as written (`¥1,299.00`, `12.5元`) in fen, finer amounts half-even; None when it is no amount."""
    plain = re.sub(r"[¥￥,，元\s]|rmb|cny", "", text.casefold())
    try:
        amount = Decimal(plain)
    except InvalidOperation:
        return None
    if not amount.is_finite() or abs(amount) >= 10**12:
        return None
    return int((amount * 100).quantize(Decimal(1), ROUND_HALF_EVEN))


def whole(text: str) -> int | None:
    """A whole number as written (`2`, `2.0`, `1,000`); None when it is none."""
    plain = re.sub(r"[,，\s件个]", "", text)
    return int(float(plain)) if re.fullmatch(r"-?\d{1,9}(\.0*)?", plain) else None


def epoch(text: str) -> int | None:
    """A time as written, in China's clock unless it names a zone, as epoch seconds; None when it is no time."""
    plain = re.sub(r"\s+", " ", text.strip())
    if re.fullmatch(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d)?(\.\d+)?(Z|[+-]\d\d:?\d\d)", plain):
        return int(datetime.fromisoformat(plain).astimezone(UTC).timestamp())
    plain = re.sub(r"T(?=\d)|(?<=\d)\.\d{1,6}$", lambda found: " " if found[0] == "T" else "", plain)
    for clock in _CLOCKS:
        try:
            return int(datetime.strptime(plain, clock).replace(tzinfo=SHANGHAI).timestamp())
        except ValueError:
            continue
    return None


def state(text: str) -> OrderState | None:
    """The order state that a marketplace's word means; None when it is not known."""
    return _STATE_WORDS.get(_word(text))


def refund(text: str) -> Refund | None:
    """The refund state that a marketplace's word means; None when it is not known."""
    return _REFUND_WORDS.get(_word(text))


def order_number(text: str) -> str | None:
    """An order's number; None when a spreadsheet has turned it into a rounded number such as `4.12E+18`."""
    if re.fullmatch(r"\d(\.\d+)?[eE]\+?\d+", text) or len(text) > 128:
        return None
    return text.removesuffix(".0")


def split_address(address: str) -> dict[str, str]:
    """Province, city and district at the beginning of an address, as far as they are certain."""
    found = addresses.split_address(address)
    parts = {key: getattr(found, key) for key in ("province", "city", "district")}
    return {key: value for key, value in parts.items() if value and key not in found.unsure}


def _word(text: str) -> str:
    return re.sub(r"[\s,，、;；.。:：()()_-]", "", text).casefold()


_STATE_WORDS = {_word(word): meaning for meaning, words in STATES.items() for word in words}
_REFUND_WORDS = {_word(word): meaning for meaning, words in REFUNDS.items() for word in words}
