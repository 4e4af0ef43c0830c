"""Carriers, and the columns of the files they take: a closed list of fields, in any order, under any heading."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.domain.carriers import CARRIERS as WORDS
from app.domain.carriers import NAMES
from app.domain.errors import Problem, Refused

MOST_COLUMNS = 40
_LONGEST = 60


@dataclass(frozen=True, slots=True)
class Carrier:
    """A carrier that people know, by its names in words."""

    code: str
    zh: str
    en: str


CARRIERS = {code: Carrier(code, name["zh"], name["en"]) for code, name in NAMES.items()}
_IN_FILES: dict[str, tuple[str, ...]] = {
    "SF": ("顺丰快递", "shunfeng"),
    "ZTO": ("中通快递", "zhongtong"),
    "YTO": ("圆通速递", "圆通快递", "yuantong"),
    "YUNDA": ("韵达快递", "韵达速递", "yd"),
    "STO": ("申通快递", "shentong"),
    "JD": ("jdl",),
    "JT": ("极兔速递", "极兔快递"),
    "DBL": ("德邦快递", "德邦物流", "deppon"),
    "百世": ("百世快递", "百世汇通"),
    "跨越": ("跨越物流",),
}
"""Words of files beside those of people."""
_BY_NAME = {
    word.casefold().replace(" ", ""): code
    for code, one in CARRIERS.items()
    for word in (code, one.zh, one.en, *WORDS[code], *_IN_FILES.get(code, ()))
}


def carrier_code(written: str) -> str:
    """The code of a carrier as written in a file or by a rule; an unknown one keeps its name."""
    plain = re.sub(r"\s+", "", written)
    return _BY_NAME.get(plain.casefold(), plain[:32])


@dataclass(frozen=True, slots=True)
class Field:
    """Something a column may hold; `personal` when it tells who the buyer is."""

    zh: str
    en: str
    personal: bool = False


FIELDS: dict[str, Field] = {
    "order_no": Field("订单号", "Order number"),
    "parcel_no": Field("包裹号", "Parcel number"),
    "shop": Field("店铺", "Shop"),
    "receiver_name": Field("收件人", "Receiver", personal=True),
    "phone": Field("电话", "Phone", personal=True),
    "province": Field("省", "Province"),
    "city": Field("市", "City"),
    "district": Field("区县", "District"),
    "town": Field("街道", "Town"),
    "address": Field("详细地址", "Address", personal=True),
    "full_address": Field("完整地址（省市区＋详细）", "Whole address", personal=True),
    "goods": Field("商品摘要", "Goods in short"),
    "skus": Field("SKU 摘要", "SKUs in short"),
    "units": Field("件数", "Units"),
    "weight_kg": Field("重量（千克）", "Weight (kg)"),
    "message": Field("买家留言", "Buyer's message", personal=True),
    "memo": Field("卖家备注", "Memo", personal=True),
    "warehouse": Field("发货仓", "Warehouse"),
    "warehouse_place": Field("发货仓地区", "Warehouse's place"),
    "list_no": Field("拣货单号", "Pick list"),
    "ship_by": Field("发货期限", "Ship by"),
}


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a carrier's file: a field, or a text that is the same in every row (possibly empty)."""

    heading: str
    field: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Template:
    """The file a carrier takes."""

    carrier: str
    name: str
    columns: tuple[Column, ...]

    @property
    def personal(self) -> bool:
        """Whether it tells who the buyers are."""
        return any(column.field in FIELDS and FIELDS[column.field].personal for column in self.columns)


def rows_of(template: Template, facts: Sequence[Mapping[str, str]]) -> list[list[str]]:
    """The file's rows, one for each parcel's facts (field → text)."""
    return [[fact.get(c.field, "") if c.field else c.text for c in template.columns] for fact in facts]


def read_columns(given: Sequence[tuple[str, str, str]]) -> tuple[Column, ...]:
    """Columns from a form's (heading, field, text). Raises `Refused("template-refused")` with every problem."""
    problems = [problem for place, one in enumerate(given, 1) if (problem := _problem(place, *one))]
    if not given:
        problems.append(Problem("template-empty"))
    if len(given) > MOST_COLUMNS:
        problems.append(Problem("template-long", details={"most": MOST_COLUMNS}))
    if problems:
        raise Refused("template-refused", problems=tuple(problems))
    return tuple(
        Column(heading.strip(), field, "" if field else text.strip()[:_LONGEST]) for heading, field, text in given
    )


def _problem(place: int, heading: str, field: str, _text: str) -> Problem | None:
    if not heading.strip():
        return Problem("template-heading", f"columns/{place}", {"place": place})
    if len(heading) > _LONGEST:
        return Problem("template-heading-long", f"columns/{place}", {"place": place, "most": _LONGEST})
    if field and field not in FIELDS:
        return Problem("template-field", f"columns/{place}", {"place": place})
    return None


def _starting(carrier: str, *columns: tuple[str, str]) -> Template:
    """A template from (heading, field); a field that begins with `=` is a fixed text."""
    made = tuple(
        Column(heading, text=what[1:]) if what.startswith("=") else Column(heading, what) for heading, what in columns
    )
    return Template(carrier, CARRIERS[carrier].zh, made)


STARTING: dict[str, Template] = {
    one.carrier: one
    for one in (
        _starting(
            "SF", ("用户订单号", "parcel_no"), ("收件方姓名", "receiver_name"), ("收件方手机", "phone"),
            ("收件方详细地址", "full_address"), ("托寄物内容", "goods"), ("托寄物数量", "units"),
            ("包裹重量", "weight_kg"), ("付款方式", "=寄付月结"), ("业务类型", "=顺丰标快"), ("备注", "message"),
        ),
        _starting(
            "ZTO", ("订单号", "parcel_no"), ("收件人姓名", "receiver_name"), ("收件人电话", "phone"),
            ("省", "province"), ("市", "city"), ("区", "district"), ("详细地址", "address"),
            ("物品名称", "goods"), ("数量", "units"), ("重量(kg)", "weight_kg"), ("备注", "message"),
        ),
        _starting(
            "YTO", ("商家单号", "parcel_no"), ("收货人", "receiver_name"), ("手机号码", "phone"),
            ("收货省份", "province"), ("收货城市", "city"), ("收货区县", "district"), ("收货地址", "address"),
            ("商品名称", "goods"), ("商品数量", "units"), ("重量", "weight_kg"), ("备注", "message"),
        ),
        _starting(
            "YUNDA", ("订单编号", "parcel_no"), ("收件人", "receiver_name"), ("收件人手机", "phone"),
            ("收件人地址", "full_address"), ("内件品名", "goods"), ("数量", "units"), ("重量", "weight_kg"),
            ("买家备注", "message"), ("卖家备注", "memo"),
        ),
        _starting(
            "STO", ("客户订单号", "parcel_no"), ("收件人姓名", "receiver_name"), ("收件人手机", "phone"),
            ("收件人省", "province"), ("收件人市", "city"), ("收件人区", "district"), ("收件人详细地址", "address"),
            ("内件品名", "goods"), ("内件数量", "units"), ("重量", "weight_kg"), ("备注", "message"),
        ),
        _starting(
            "JD", ("商家订单号", "parcel_no"), ("收件人姓名", "receiver_name"), ("收件人手机", "phone"),
            ("收件人地址", "full_address"), ("包裹数", "=1"), ("商品名称", "goods"), ("重量", "weight_kg"),
            ("订单备注", "message"),
        ),
    )
}  # fmt: skip
"""The files the big carriers take, to start from; they are changed in the editor."""
