"""Which column of an order file holds what: told from its heading and from the shape of what stands below it."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence

from app.domain.messages import Text
from app.intake.beside import Column, mind_the_file
from app.intake.layout import ColumnMatch, Confidence
from app.intake.meanings import LIKELY, SURE, UNSURE, told
from app.intake.shapes import Shape, contradicts, shape_of, shows
from app.intake.words import plain, read_heading

HEADINGS: dict[str, tuple[str, ...]] = {
    "id": ("订单编号", "订单号", "主订单编号", "平台订单号", "交易编号", "order id", "order no", "order number", "tid"),
    "line.id": ("子订单编号", "子订单号", "子单号", "商品单号", "oid", "line id", "order item id", "行 id"),
    "state": ("订单状态", "交易状态", "order status", "financial status"),
    "customer_name": (
        "收货人姓名", "收货人", "收件人", "收件人姓名", "receiver name", "recipient name", "shipping name", "姓名",
    ),
    "phone": (
        "收货人手机", "收件人手机", "联系手机", "手机", "手机号", "mobile", "receiver phone", "shipping phone",
        "收货人电话", "联系电话", "电话", "phone",
    ),
    "province": ("省", "省份", "收货省", "收货人省份", "省自治区", "收件省", "province", "state province"),
    "city": ("市", "城市", "收货市", "收货人城市", "收件市", "city"),
    "district": ("区", "区县", "县", "收货区", "收货人地区", "收件区", "district", "county"),
    "town": ("街道", "乡镇", "镇", "town"),
    "address": (
        "收货地址", "详细地址", "收件地址", "收货人地址", "收件人地址", "收件详细地址", "地址", "address",
        "receiver address", "shipping address",
    ),
    "buyer_id": (
        "买家会员名", "买家昵称", "买家id", "会员名", "用户名", "买家账号", "buyer id", "customer id", "客户 id",
        "客户编号", "buyer username",
    ),
    "buyer_message": ("买家留言", "买家备注", "留言", "客户备注", "buyer message", "customer note"),
    "seller_memo": ("卖家备注", "商家备注", "客服备注", "seller memo"),
    "seller_flag": ("旗帜颜色", "备注旗帜", "标旗"),
    "created_at": (
        "下单时间", "订单创建时间", "创建时间", "订单时间", "订单提交时间", "拍下时间", "订单日期", "下单日期",
        "created at", "created", "order date", "order time", "invoice date", "purchase date",
    ),
    "paid_at": ("付款时间", "订单付款时间", "支付时间", "支付完成时间", "付款日期", "paid at", "payment time"),
    "modified_at": ("修改时间", "更新时间", "最后修改时间", "modified at", "updated at"),
    "ship_by": ("最晚发货时间", "承诺发货时间", "发货截止时间", "ship by"),
    "paid": (
        "实付金额", "买家实际支付金额", "实际支付金额", "订单实付", "实付", "支付金额", "付款金额", "实收金额",
        "total paid", "amount paid", "grand total", "order total", "total price",
    ),
    "goods_amount": ("商品总价", "商品金额", "货款", "买家应付货款", "商品总额", "goods amount", "subtotal"),
    "postage": ("邮费", "运费", "买家应付邮费", "快递费", "postage", "shipping fee", "shipping"),
    "discount": ("优惠金额", "优惠", "折扣金额", "discount", "discount amount"),
    "refund_amount": ("退款金额", "已退款金额", "refund amount", "refunded amount"),
    "currency": ("币种", "货币", "currency"),
    "carrier_wish": ("指定快递", "期望快递"),
    "line.sku": (
        "商家编码", "商家skuid", "商家sku编码", "sku", "规格编码", "sku编码", "商品sku", "商品编码", "货号", "外部编码",
        "stock code", "outer sku id", "seller sku", "merchant sku", "item code",
    ),
    "line.item": (
        "平台商品id", "商品id", "宝贝id", "商品数字id", "item id", "product id", "产品 id", "item number",
        "item no", "asin", "样式id",
    ),
    "line.title": (
        "宝贝标题", "商品名称", "商品标题", "宝贝名称", "货品名称", "产品名称", "product name", "item name",
        "lineitem name", "item title",
    ),
    "line.spec": ("规格", "商品规格", "商品属性", "销售属性", "规格名称", "spec", "variant", "颜色规格"),
    "line.spec_more": ("规格第二列", "second variant"),
    "line.quantity": (
        "数量", "商品数量", "购买数量", "宝贝总数量", "件数", "quantity", "qty", "quantity purchased",
        "quantity (- refund)",
    ),
    "line.price": ("单价", "商品单价", "商品价格", "售价", "unit price", "price", "sold for"),
    "line.paid": ("商品实付", "商品实付金额", "子订单实付金额", "line paid", "line total"),
    "line.refund": ("退款状态", "售后状态", "refund status"),
}  # fmt: skip
"""Each field's usual headings: what automatic matching is surest of, and what people search a field by."""

NEEDED = ("id",)


LABELS: dict[str, Text] = {
    "id": {"zh": "订单编号", "en": "Order number"},
    "line.id": {"zh": "子订单编号", "en": "Line number"},
    "state": {"zh": "订单状态", "en": "Order state"},
    "customer_name": {"zh": "收货人", "en": "Receiver"},
    "phone": {"zh": "手机", "en": "Phone"},
    "province": {"zh": "省", "en": "Province"},
    "city": {"zh": "市", "en": "City"},
    "district": {"zh": "区县", "en": "District"},
    "town": {"zh": "街道", "en": "Town"},
    "address": {"zh": "详细地址", "en": "Address"},
    "buyer_id": {"zh": "买家账号", "en": "Buyer account"},
    "buyer_message": {"zh": "买家留言", "en": "Buyer's message"},
    "seller_memo": {"zh": "卖家备注", "en": "Seller's memo"},
    "created_at": {"zh": "下单时间", "en": "Order time"},
    "paid_at": {"zh": "付款时间", "en": "Payment time"},
    "modified_at": {"zh": "修改时间", "en": "Time of change"},
    "ship_by": {"zh": "最晚发货时间", "en": "Ship by"},
    "paid": {"zh": "实付金额", "en": "Amount paid"},
    "goods_amount": {"zh": "商品总额", "en": "Goods amount"},
    "postage": {"zh": "运费", "en": "Postage"},
    "discount": {"zh": "优惠金额", "en": "Discount"},
    "carrier_wish": {"zh": "快递公司", "en": "Carrier"},
    "refund_amount": {"zh": "退款金额", "en": "Amount refunded"},
    "currency": {"zh": "币种", "en": "Currency"},
    "seller_flag": {"zh": "旗帜", "en": "Seller's flag"},
    "line.sku": {"zh": "商品编码 SKU", "en": "SKU"},
    "line.item": {"zh": "平台商品 ID", "en": "Item id"},
    "line.title": {"zh": "商品名称", "en": "Goods title"},
    "line.spec": {"zh": "规格", "en": "Variant"},
    "line.spec_more": {"zh": "规格第二列（如尺码）", "en": "Variant, second column (such as the size)"},
    "line.quantity": {"zh": "数量", "en": "Quantity"},
    "line.price": {"zh": "单价", "en": "Unit price"},
    "line.paid": {"zh": "商品实付", "en": "Line paid"},
    "line.refund": {"zh": "退款状态", "en": "Refund state"},
}
"""What people call each field."""

WHO = ("buyer_id", "customer_name", "phone")
GOODS = ("line.sku", "line.item", "line.title")
WHEN_OR_AMOUNT = ("created_at", "paid_at", "paid", "goods_amount", "line.paid")


def match_columns(headings: Sequence[str], samples: Sequence[Sequence[str]] = ()) -> list[ColumnMatch]:
    """What each column holds, one match for each; `samples` are some rows of cells below the headings.

    No two columns hold one field; of two that could, the surer one does, then the better filled one.
    """
    shapes = [shape_of([row[place] for row in samples if place < len(row)]) for place in range(len(headings))]
    choices = [_choices(heading, shape) for heading, shape in zip(headings, shapes, strict=True)]
    mind_the_file([Column(*column) for column in zip(headings, shapes, choices, strict=True)])
    given = _assign(choices, shapes)
    return [_match(place, heading, choices[place], given.get(place)) for place, heading in enumerate(headings)]


def _choices(heading: str, shape: Shape) -> dict[str, float]:
    """The fields a column may hold, with scores, from its heading and its values."""
    if not heading.strip():
        return {}
    read = read_heading(heading)
    choices: dict[str, float] = dict(told(heading))
    usual = _USUAL.get(read.compact)
    if usual is not None:
        choices[usual] = max(choices.get(usual, 0), _USUAL_SCORE - _RANK * HEADINGS[usual].index(_SPELT[read.compact]))
    for field, score in choices.items():
        if contradicts(field, shape):
            choices[field] = min(score, UNSURE)
        elif shows(field, shape) and score < SURE:
            choices[field] = score + _SHOWN
    return choices


def _assign(choices: list[dict[str, float]], shapes: list[Shape]) -> dict[int, str]:
    """Place → field, the best first."""
    ranked = sorted(
        ((score - _EMPTINESS * max(0, 1 - 2 * shapes[place].filled), -place, field)
         for place, each in enumerate(choices) for field, score in each.items()),
        reverse=True,
    )  # fmt: skip
    given: dict[int, str] = {}
    for _, negative, field in ranked:
        if -negative not in given and field not in given.values():
            given[-negative] = field
    return given


def _match(place: int, heading: str, choices: Mapping[str, float], field: str | None) -> ColumnMatch:
    ranked = sorted(choices, key=lambda each: -choices[each])
    if field is None:
        # One that another column holds already, or one that means nothing to an order.
        known = not read_heading(heading).rest or bool(ranked)
        sureness = Confidence.LIKELY if known else Confidence.UNSURE
        return ColumnMatch(place, heading, None, sureness, tuple(ranked))
    score = choices[field]
    if field != ranked[0] and score < LIKELY:
        return ColumnMatch(place, heading, None, Confidence.LIKELY, tuple(ranked))
    sureness = Confidence.SURE if score >= SURE else Confidence.LIKELY if score >= LIKELY else Confidence.UNSURE
    return ColumnMatch(place, heading, field, sureness, tuple(each for each in ranked if each != field))


def used(matches: Sequence[ColumnMatch]) -> dict[str, int]:
    """Field → place of the columns that are used unasked: the sure and the likely ones."""
    return {
        match.field: match.place
        for match in matches
        if match.field is not None and match.confidence is not Confidence.UNSURE
    }


def signature(headings: Sequence[str]) -> str:
    """A stable id (hex) of headings in their order, for a layout names places; spaces and case make no difference."""
    plain = ["".join(heading.split()).casefold() for heading in headings]
    return hashlib.sha256("\n".join(plain).rstrip("\n").encode()).hexdigest()[:32]


def missing(fields: Collection[str], *, live: bool = True) -> list[Text]:
    """What an order file must have and these fields do not give, in people's words.

    Without an order number one is made of who ordered, and when or for how much. History needs no goods where
    there is an order number.
    """
    lacking: list[Text] = []
    if "id" not in fields and not (_any(WHO, fields) and _any(WHEN_OR_AMOUNT, fields)):
        lacking.append({"zh": "订单编号（或：买家＋时间或金额）", "en": "order number (or buyer and time or amount)"})
    if not _any(GOODS, fields) and (live or "id" not in fields or not _any(WHEN_OR_AMOUNT, fields)):
        lacking.append({"zh": "商品编码或商品名称", "en": "SKU or goods title"})
    return lacking


def _any(wanted: Collection[str], fields: Collection[str]) -> bool:
    return any(field in fields for field in wanted)


def chosen_columns(headings: Sequence[str], choice: Mapping[str, str]) -> dict[str, int]:
    """The columns people chose by heading (field → heading), laid over the automatic ones; "" takes a field out."""
    matched = used(match_columns(headings))
    for field, heading in choice.items():
        matched.pop(field, None)
        if heading in headings:
            matched[field] = list(headings).index(heading)
    return matched


_USUAL_SCORE = 98
_RANK = 0.01
_USUAL = {plain(word): field for field, words in HEADINGS.items() for word in words}
_SPELT = {plain(word): word for words in HEADINGS.values() for word in words}
_SHOWN = 12
_EMPTINESS = 10
