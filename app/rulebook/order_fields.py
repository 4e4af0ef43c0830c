"""Everything rules may ask about an order, its lines, the warehouses, the target warehouse and the network.

Each row's key names an attribute of `domain.order`, `allocation.facts` or the deciding environment.
"""

from __future__ import annotations

from app.domain.order import INFORMING_FLAGS, MUST_NOT_SHIP
from app.domain.provinces import ENGLISH_NAMES, PROVINCES, SHORT_NAMES
from app.engine.vocabulary import Field, Scope, Text

PLATFORM = "[a-z][a-z0-9_]{1,31}"
"""What a platform may be called; those that are known by name are `PLATFORMS`, others are mapped by people."""
PLATFORMS = ("taobao", "pdd", "doudian", "wechat_store", "jd", "shopify", "woocommerce", "excel", "manual")


def words(zh: str, en: str) -> Text:
    """A person's text in both languages."""
    return {"zh": zh, "en": en}


_STATES = {
    "created": words("未付款", "created"),
    "paid": words("已付款", "paid"),
    "shipped": words("已发货", "shipped"),
    "signed": words("已签收", "signed"),
    "closed": words("已关闭", "closed"),
    "refunding": words("退款中", "refunding"),
    "refunded": words("已退款", "refunded"),
}
_FLAGS = {
    "forbid_ship": words("平台禁止发货", "shipping forbidden"),
    "risk_review": words("风控审核中", "risk review"),
    "group_pending": words("待成团", "group not formed"),
    "balance_due": words("待付尾款", "balance due"),
    "address_withheld": words("地址暂不可见", "address withheld"),
    "cancel_requested": words("买家申请取消", "cancel requested"),
    "presale": words("预售", "presale"),
    "gift": words("礼物单", "gift"),
    "cod": words("货到付款", "cash on delivery"),
    "partial": words("部分发货", "partly shipped"),
    "platform_warehouse": words("平台仓发货", "platform warehouse"),
    "stock_out": words("平台标记缺货", "marked out of stock"),
    "sealed": words("不可合并", "sealed"),
    "urgent": words("加急", "urgent"),
}
_NAMES = {
    "taobao": words("淘宝/天猫", "Taobao/Tmall"),
    "pdd": words("拼多多", "Pinduoduo"),
    "doudian": words("抖店", "Douyin shop"),
    "wechat_store": words("微信小店", "WeChat store"),
    "jd": words("京东", "JD"),
    "shopify": words("Shopify", "Shopify"),
    "woocommerce": words("WooCommerce", "WooCommerce"),
    "excel": words("表格导入", "spreadsheet"),
    "manual": words("手工录入", "typed by hand"),
}
WAREHOUSE_KINDS = {
    "own": words("自有仓", "own"),
    "third_party": words("第三方仓", "third party"),
    "platform": words("平台仓", "platform"),
    "store": words("门店", "store"),
}
"""Kinds of warehouses that have a name; a house may have others."""
_REFUNDS = {
    "none": words("无退款", "none"),
    "running": words("退款中", "running"),
    "done": words("已退款", "done"),
}
_PROVINCE = {full: words(SHORT_NAMES[full], ENGLISH_NAMES[full]) for full in PROVINCES}
_YUAN = words("元", "yuan")
_UNITS = words("件", "units")
_KM = words("公里", "km")

assert _FLAGS.keys() == MUST_NOT_SHIP | INFORMING_FLAGS  # noqa: S101  (a flag without words cannot be)

_ORDER = (
    Field("order.shop", "text", words("店铺", "shop"), refers_to="shops"),
    Field("order.platform", "choice", words("平台", "platform"), choices=_NAMES, open=True),
    Field("order.id", "text", words("平台订单号", "platform order number")),
    Field("order.state", "choice", words("平台状态", "platform state"), choices=_STATES),
    Field("order.flags", "texts", words("平台标记", "platform flags"), choices=_FLAGS),
    Field("order.urgent", "boolean", words("加急", "urgent")),
    Field("order.quantity", "integer", words("总件数", "units in all"), unit=_UNITS),
    Field("order.line_count", "integer", words("行数", "number of lines")),
    Field("order.paid", "money", words("实付金额", "amount paid"), unit=_YUAN),
    Field("order.goods_amount", "money", words("商品金额", "goods amount"), unit=_YUAN),
    Field("order.postage", "money", words("运费", "postage"), unit=_YUAN),
    Field("order.discount", "money", words("优惠金额", "discount"), unit=_YUAN),
    Field("order.currency", "text", words("币种", "currency")),
    Field("order.created_at", "time", words("下单时间", "order time")),
    Field("order.paid_at", "time", words("付款时间", "payment time")),
    Field("order.modified_at", "time", words("修改时间", "modified time")),
    Field("order.ship_by", "time", words("最晚发货时间", "ship-by time")),
    Field("order.province", "choice", words("收货省份", "province"), choices=_PROVINCE),
    Field("order.city", "text", words("收货城市", "city")),
    Field("order.district", "text", words("收货区县", "district")),
    Field("order.town", "text", words("收货街道", "town")),
    Field("order.address", "text", words("详细地址", "street address"), personal=True),
    Field("order.buyer_id", "text", words("买家编号", "buyer"), personal=True),
    Field("order.buyer_message", "text", words("买家留言", "buyer's message"), personal=True),
    Field("order.seller_memo", "text", words("卖家备注", "seller's memo"), personal=True),
    Field("order.seller_flag", "text", words("卖家旗帜", "seller's flag")),
    Field("order.carrier_wish", "text", words("指定快递", "wished carrier")),
)
_LINE = (
    Field("line.sku", "text", words("SKU", "SKU"), refers_to="skus"),
    Field("line.item", "text", words("平台商品编号", "platform item")),
    Field("line.title", "text", words("商品名称", "title")),
    Field("line.spec", "text", words("规格", "specification")),
    Field("line.quantity", "integer", words("件数", "quantity"), unit=_UNITS),
    Field("line.price", "money", words("单价", "price"), unit=_YUAN),
    Field("line.paid", "money", words("该行实付", "paid for the line"), unit=_YUAN),
    Field("line.refund", "choice", words("退款", "refund"), choices=_REFUNDS),
    Field("line.gift", "boolean", words("是赠品", "is a gift")),
)


def _place(scope: str, zh: str, en: str) -> tuple[Field, ...]:
    return (
        Field(f"{scope}.code", "text", words(f"{zh}编码", f"{en} code"), refers_to="warehouses"),
        Field(f"{scope}.name", "text", words(f"{zh}名称", f"{en} name")),
        Field(f"{scope}.kind", "text", words(f"{zh}类型", f"{en} kind"), choices=WAREHOUSE_KINDS, open=True),
        Field(f"{scope}.province", "choice", words(f"{zh}省份", f"{en} province"), choices=_PROVINCE),
        Field(f"{scope}.city", "text", words(f"{zh}城市", f"{en} city")),
        Field(f"{scope}.covers_order", "boolean", words(f"{zh}够整单", f"{en} covers the order")),
        Field(f"{scope}.available", "integer", words(f"{zh}可用件数", f"units {en} has of the order"), unit=_UNITS),
        Field(f"{scope}.km_to_buyer", "number", words(f"{zh}到买家距离", f"distance from {en} to buyer"), unit=_KM),
        Field(f"{scope}.serves_buyer", "boolean", words(f"{zh}负责买家省份", f"{en} serves the buyer's province")),
        Field(f"{scope}.capacity_left", "integer", words(f"{zh}今日余量", f"parcels {en} can still ship today"),
              unit=words("单", "parcels")),
        Field(f"{scope}.before_cut_off", "boolean", words(f"{zh}未过截单", f"{en} is before its cut-off")),
        Field(f"{scope}.freight", "money", words(f"{zh}运费", f"freight from {en}"), unit=_YUAN),
    )  # fmt: skip


_WAREHOUSE = (
    *_place("warehouse", "仓库", "the warehouse"),
    Field("warehouse.covers_shortfall", "boolean",
          words("仓库能补目标仓所缺", "the warehouse covers what the target lacks")),
    Field("warehouse.km_to_target", "number", words("仓库到目标仓距离", "distance from the warehouse to the target"),
          unit=_KM),
)  # fmt: skip
_TARGET = _place("target", "目标仓", "the target warehouse")
_NETWORK = (
    Field("network.covers_order", "boolean", words("全网够整单", "all warehouses together cover the order")),
    Field("network.available", "integer", words("全网可用件数", "units all warehouses have of the order"), unit=_UNITS),
    Field("network.shortfall", "integer", words("全网缺件数", "units that no warehouse has"), unit=_UNITS),
    Field("network.warehouses_covering", "integer", words("够整单的仓库数", "warehouses that cover the order alone")),
)

FIELDS: tuple[Field, ...] = (
    *_ORDER,
    *_LINE,
    *_WAREHOUSE,
    *_TARGET,
    *_NETWORK,
    Field("now", "time", words("现在", "now")),
)
SCOPES: tuple[Scope, ...] = (
    Scope("order", words("订单", "order")),
    Scope("line", words("订单行", "line"), many=True),
    Scope("warehouse", words("候选仓库", "warehouse"), many=True, lazy=True),
    Scope("target", words("目标仓", "target warehouse"), lazy=True),
    Scope("network", words("全网", "network"), lazy=True),
)
