"""Phones, postal codes, prices and quantities in a chat."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

_GAP = r"[ \-.]{0,2}"
MOBILE = re.compile(
    rf"(?<![\d+*])(?:\(?\+?(?:00)?86\)?{_GAP})?(?P<number>1[3-9](?:{_GAP}\d){{9}})(?!\d)"
    r"(?:[ \-#,]{0,2}(?:转|分机(?:号)?|ext\.?|[-#])[ :]?(?P<extension>\d{1,6})(?!\d))?",
    re.IGNORECASE,
)
MASKED = re.compile(r"(?<!\d)(?P<number>1[3-9]\d\*{4,5}\d{3,4})(?!\d)")
LANDLINE = re.compile(
    r"(?<![\d\-])(?:\+?86[ \-]?)?\(?(?P<area>0\d{2,3})\)?[ \-]{0,3}(?P<number>[2-9]\d{2,3}[ \-]?\d{4})(?!\d)"
    r"(?:[ ]?(?:-|转|分机(?:号)?|ext\.?)[ :]?(?P<extension>\d{1,6})(?!\d))?",
    re.IGNORECASE,
)
SERVICE = re.compile(r"(?<!\d)(?P<number>[48]00[ \-]?\d{3,4}[ \-]?\d{3,4})(?!\d)")
ABROAD = re.compile(r"(?P<number>\+(?!86)\d{1,3}[ \-]?\d(?:[ \-]?\d){6,11})(?!\d)")
SPELT = re.compile(r"(?P<number>[一幺][三四五六七八九][零〇一二三四五六七八九幺]{9})")
POSTCODE = re.compile(r"(?<![\d¥*\-+.A-Za-z])(?P<code>\d{6})(?![\d\-.]|\s*(?:元|块|件|号|室|栋|幢|楼|弄|条))")

AMOUNT = r"(?P<amount>\d{1,3}(?:,\d{3})+(?:\.\d{1,2})?|\d{1,7}(?:\.\d{1,2})?)"
_YUAN = r"(?:元整?|块钱?|rmb|人民币)"
_TOTAL_WORD = (
    r"(?:一共是?|总共是?|合计是?|共计|总计|总价|总额|总金额|订单金额|应付|实付款?|实收|付款?了?|已付款?|已经付了?|收款|转账了?"
    r"|转了|已转账?|打款|一起|全部|共|总)"
)
POSTAGE = re.compile(rf"(?:运费|邮费|快递费|邮资)\s*[:是]?\s*¥?\s*{AMOUNT}\s*{_YUAN}?", re.IGNORECASE)
TOTAL = re.compile(
    rf"(?P<word>{_TOTAL_WORD})\s*[:是]?\s*¥?\s*{AMOUNT}\s*(?:{_YUAN}|(?![\d件条双套个只盒瓶袋箱顶把支台份对码]|包(?!邮)))",
    re.IGNORECASE,
)
_EACH = r"(?:\s*(?:/|一|每|1)?\s*(?:件|条|双|套|个|只|盒|包(?!邮)|瓶|袋|箱|顶|把|支|台|份|对)(?![\u4e00-\u9fff]*\d))?"
PRICE = re.compile(
    rf"(?:单价|售价)\s*[:是]?\s*¥?\s*{AMOUNT.replace('amount', 'told')}\s*{_YUAN}?|"
    rf"(?:(?:价格|每[件条双套个只]|一[件条双套个只])\s*[:是]?\s*)?(?:¥\s*{AMOUNT}\s*{_YUAN}?|"
    rf"{AMOUNT.replace('amount', 'written')}\s*(?:{_YUAN}|(?=/\s*[件条双套个只盒包瓶袋箱顶把支台份对]|\s?包邮))){_EACH}(?!\s*(?:定金|订金|押金|优惠|红包|券))(?P<all>\s*(?:一共|总共|共|合计|包邮))?",
    re.IGNORECASE,
)

_UNITS = "件条双套个只盒包瓶袋箱顶把本支台份对串块张罐桶片枚根身副床款斤打卷筒提架盆株"
_DIGITS = {letter: value for value, letter in enumerate("零一二三四五六七八九")} | {"两": 2, "俩": 2, "仨": 3, "〇": 0}
_SPOKEN = str.maketrans("零〇一二三四五六七八九幺", "001234567891")
_NUMERAL = r"[一二两三四五六七八九十百俩仨]{1,4}"
QUANTITY = re.compile(
    rf"(?:(?<![A-Za-z0-9.])x|(?<=[SML])x|(?<![\d.])[×*✕✖]|(?<=\d)[×*✕✖](?=\s*\d(?!\d)))"
    rf"\s*(?P<times>\d{{1,4}})(?![\dA-Za-z.]|\s*[米寸])\s*(?:[{_UNITS}])?"
    rf"|(?P<before>(?<![\d.\-])\d{{1,4}}|{_NUMERAL})\s*(?P<unit>[{_UNITS}])(?![月天年套装式邮])儿?"
    # A small number right behind a colour (白色1 蓝色2); larger ones are sizes.
    r"|(?<=色)\s?(?P<behind>[1-9]|1\d|20)(?![\d码号寸.]|\s*(?:cm|[a-z]))"
    rf"|(?:购买数量|商品数量|数量|件数|qty)[】\]]?\s*[:是]?\s*(?P<said>\d{{1,4}})(?!\d)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Count:
    """A quantity and where it stands; `certain` is False where its unit holds several."""

    value: int
    start: int
    end: int
    certain: bool = True


def quantities(text: str) -> Iterator[Count]:
    """Every quantity in a text."""
    for found in QUANTITY.finditer(text):
        written = found["times"] or found["before"] or found["behind"] or found["said"]
        value = int(written) if written.isdigit() else numeral(written)
        if value:
            yield Count(value, found.start(), found.end(), found["unit"] not in ("打", "斤"))


def numeral(written: str) -> int:
    """A Chinese numeral below 1,000; 0 when it is none."""
    total, digit = 0, 0
    for letter in written:
        if letter == "百":
            total, digit = total + (digit or 1) * 100, 0
        elif letter == "十":
            total, digit = total + (digit or 1) * 10, 0
        else:
            if digit:
                return 0
            digit = _DIGITS[letter]
    return total + digit


PHONES = (MOBILE, MASKED, LANDLINE, SERVICE, ABROAD, SPELT)
"""Every kind of phone, the likeliest first."""


def phone_of(found: re.Match[str]) -> str:
    """A phone as it is dialled: digits, a landline with its area, an extension after a dash."""
    parts = found.groupdict()
    number = re.sub(r"[ \-.]", "", parts["number"]).translate(_SPOKEN)
    if parts.get("area"):
        number = f"{parts['area']}-{number}"
    return f"{number}-{parts['extension']}" if parts.get("extension") else number


def fen_of(found: re.Match[str]) -> int:
    """The amount of a price in fen."""
    groups = found.groupdict()
    written = groups.get("amount") or groups.get("told") or groups["written"]
    return int(Decimal(written.replace(",", "")) * 100)
