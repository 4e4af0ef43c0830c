"""Which column of an order file holds what, told from its heading in the words of the marketplaces' exports."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Mapping, Sequence

from app.domain.messages import Text
from app.intake.layout import ColumnMatch, Confidence

HEADINGS: dict[str, tuple[str, ...]] = {
    "id": (
        "订单编号", "订单号", "主订单编号", "平台订单号", "原始单号", "交易编号", "订单id", "order id", "order no",
        "order number", "order", "tid", "id", "invoiceno", "invoice no", "订单 id",
    ),
    "line.id": ("子订单编号", "子订单号", "子单号", "商品单号", "oid", "line id", "行 id"),
    "state": ("订单状态", "状态", "交易状态", "status", "state", "financial status"),
    "customer_name": ("收货人姓名", "收货人", "收件人", "收件人姓名", "姓名", "receiver name", "customer name", "name"),
    "phone": (
        "联系手机", "手机", "手机号", "收货人手机号", "收件人手机", "收货人电话", "收货人手机", "联系电话", "电话",
        "收件人电话", "phone", "mobile", "receiver phone", "receiver mobile",
    ),
    "province": ("省", "省份", "收货省", "收货人省份", "省自治区", "收件省", "province", "state province"),
    "city": ("市", "城市", "收货市", "收货人城市", "收件市", "city"),
    "district": ("区", "区县", "县", "收货区", "收货人地区", "收件区", "district", "county"),
    "town": ("街道", "乡镇", "镇", "town", "street"),
    "address": (
        "地址", "收货地址", "详细地址", "收件地址", "收货人地址", "收件人地址", "收件详细地址", "address",
        "receiver address", "shipping address",
    ),
    "buyer_id": (
        "买家会员名", "买家昵称", "买家id", "会员名", "用户名", "买家账号", "买家", "buyer id", "buyer", "customer id",
        "客户 id", "客户id", "客户编号",
    ),
    "buyer_message": ("买家留言", "买家备注", "留言", "客户备注", "buyer message", "customer note"),
    "seller_memo": ("卖家备注", "商家备注", "订单备注", "备注", "seller memo", "memo", "note"),
    "created_at": (
        "下单时间", "订单创建时间", "创建时间", "订单时间", "订单提交时间", "拍下时间", "订单日期", "下单日期",
        "created at", "created", "order date", "order time", "invoicedate", "date",
    ),
    "paid_at": ("付款时间", "订单付款时间", "支付时间", "支付完成时间", "付款日期", "paid at", "payment time"),
    "modified_at": ("修改时间", "更新时间", "最后修改时间", "modified at", "updated at"),
    "ship_by": ("最晚发货时间", "承诺发货时间", "发货截止时间", "ship by"),
    "paid": (
        "实付金额", "买家实际支付金额", "实际支付金额", "实收金额", "买家应付货款", "订单实付", "实付", "支付金额",
        "付款金额", "订单应付金额", "商家实收金额", "paid", "total paid", "amount paid", "total",
    ),
    "goods_amount": ("商品总价", "商品金额", "货款", "总金额", "订单金额", "goods amount", "subtotal"),
    "postage": ("邮费", "运费", "买家应付邮费", "快递费", "postage", "shipping fee", "shipping"),
    "discount": ("优惠金额", "优惠", "折扣金额", "discount"),
    "carrier_wish": ("指定快递", "快递公司", "物流公司", "快递", "carrier"),
    "line.sku": (
        "商品编码", "商家编码", "sku", "规格编码", "sku编码", "商品sku", "sku id", "货号", "外部编码", "商家sku编码",
        "商品编号", "stockcode", "outer sku id", "item code", "商品代码", "产品 id", "产品id",
    ),
    "line.item": ("平台商品id", "商品id", "宝贝id", "商品数字id", "item id", "product id"),
    "line.title": (
        "商品名称", "商品标题", "宝贝标题", "商品", "标题", "宝贝名称", "货品名称", "产品名称", "title", "product",
        "product name", "description", "item name",
    ),
    "line.spec": ("规格", "商品规格", "商品属性", "销售属性", "规格名称", "spec", "variant"),
    "line.quantity": (
        "数量", "商品数量", "购买数量", "宝贝总数量", "件数", "商品数量件", "quantity", "qty", "count",
    ),
    "line.price": ("单价", "商品单价", "价格", "商品价格", "售价", "price", "unit price", "unitprice"),
    "line.paid": ("商品实付", "商品实付金额", "子订单实付金额", "line paid", "line total"),
    "line.refund": ("退款状态", "售后状态", "refund status", "refund"),
}  # fmt: skip

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
    "line.sku": {"zh": "商品编码 SKU", "en": "SKU"},
    "line.item": {"zh": "平台商品 ID", "en": "Item id"},
    "line.title": {"zh": "商品名称", "en": "Goods title"},
    "line.spec": {"zh": "规格", "en": "Variant"},
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
    """What each column holds, one match for each; `samples` are some rows of cells below the headings."""
    places: dict[str, int] = {}
    for place, heading in enumerate(headings):
        places.setdefault(_plain(heading), place)
    held: dict[int, str] = {}
    for field, synonyms in HEADINGS.items():
        found = next((places[plain] for plain in map(_plain, synonyms) if plain in places), None)
        if found is not None:
            held.setdefault(found, field)
    return [
        ColumnMatch(place, heading, held.get(place), Confidence.SURE if place in held else Confidence.UNSURE)
        for place, heading in enumerate(headings)
    ]


def used(matches: Sequence[ColumnMatch]) -> dict[str, int]:
    """Field → place of the columns that are used unasked: the sure and the likely ones."""
    return {
        match.field: match.place
        for match in matches
        if match.field is not None and match.confidence is not Confidence.UNSURE
    }


def signature(headings: Sequence[str]) -> str:
    """A stable id (hex) of a set of headings; spaces and case make no difference."""
    plain = sorted("".join(heading.split()).casefold() for heading in headings)
    return hashlib.sha256("\n".join(filter(None, plain)).encode()).hexdigest()[:32]


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


def _plain(heading: str) -> str:
    unbracketed = re.sub(r"[((【\[].*?[))】\]]", "", heading)
    return re.sub(r"[\s_\-::*/]+", "", unbracketed).casefold()
