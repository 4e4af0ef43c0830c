"""Other words that people use for fields and actions. They are read in sentences, never printed."""

from __future__ import annotations

from app.engine.vocabulary import Sayings

FIELD_SAYINGS: dict[str, Sayings] = {
    "order.shop": {"zh": ("店", "网店"), "en": ("store",)},
    "order.platform": {"zh": ("渠道",), "en": ("channel", "marketplace")},
    "order.id": {"zh": ("订单号",), "en": ("order number", "order id")},
    "order.state": {"zh": ("订单状态", "状态"), "en": ("order state", "order status", "status")},
    "order.flags": {"zh": ("标记",), "en": ("flags",)},
    "order.urgent": {"zh": ("紧急", "急单", "加急单", "是急单"), "en": ("rush", "an urgent order")},
    "order.quantity": {"zh": ("总数量", "商品总数", "订单件数"), "en": ("units", "total quantity", "number of units")},
    "order.line_count": {"zh": ("商品种数", "明细行数"), "en": ("lines", "line count")},
    "order.paid": {
        "zh": ("订单金额", "金额", "实付", "付款金额", "支付金额", "实际支付金额"),
        "en": ("order amount", "amount", "order total", "total", "paid"),
    },
    "order.goods_amount": {"zh": ("货款", "商品总额"), "en": ("goods total",)},
    "order.postage": {"zh": ("邮费",), "en": ("shipping fee",)},
    "order.discount": {"zh": ("优惠", "折扣"), "en": ("discounts",)},
    "order.created_at": {"zh": ("下单日期", "拍下时间", "创建时间"), "en": ("order date", "created")},
    "order.paid_at": {"zh": ("支付时间", "付款日期"), "en": ("paid at", "payment date")},
    "order.ship_by": {"zh": ("承诺发货时间", "发货截止时间", "发货时限"), "en": ("ship-by", "ship by", "deadline")},
    "order.province": {"zh": ("省份", "收货省", "省"), "en": ("receiver's province", "state or province")},
    "order.city": {"zh": ("城市", "收货市"), "en": ("receiver's city",)},
    "order.district": {"zh": ("区县", "收货区"), "en": ("receiver's district",)},
    "order.address": {"zh": ("收货地址", "地址"), "en": ("address",)},
    "order.buyer_message": {"zh": ("留言", "买家备注"), "en": ("message", "buyer message")},
    "order.seller_memo": {"zh": ("备注", "客服备注", "商家备注"), "en": ("memo", "seller memo")},
    "order.carrier_wish": {"zh": ("买家要求的快递",), "en": ("carrier wish",)},
    "line.sku": {"zh": ("货号", "商家编码"), "en": ("SKU code",)},
    "line.title": {"zh": ("商品标题", "品名"), "en": ("goods title", "product name")},
    "line.quantity": {"zh": ("数量",), "en": ("line quantity",)},
    "target.covers_order": {
        "zh": ("目标仓库存足够", "目标仓库存充足", "目标仓有货", "本地仓够货", "本地仓库存足够"),
        "en": ("the local warehouse covers the order", "the target warehouse has enough stock"),
    },
    "warehouse.covers_order": {"zh": ("仓库库存足够", "仓库有货"), "en": ("the warehouse has enough stock",)},
    "warehouse.km_to_target": {"zh": ("到目标仓距离", "离目标仓"), "en": ("distance to the target warehouse",)},
    "network.covers_order": {
        "zh": ("全网库存足够", "全国够货", "全网有货"),
        "en": ("all warehouses together have enough stock",),
    },
}
DENIALS: dict[str, Sayings] = {
    "order.urgent": {"zh": ("不加急", "不急", "不是急单"), "en": ("not urgent",)},
    "line.gift": {"zh": ("不是赠品",), "en": ("is not a gift",)},
    "target.covers_order": {
        "zh": (
            "目标仓不够整单", "目标仓库存不足", "目标仓缺货", "目标仓不足", "本地仓不够整单", "本地仓库存不足",
            "本地不足",
        ),
        "en": ("the target warehouse does not cover the order", "the target warehouse is short"),
    },
    "target.serves_buyer": {
        "zh": ("目标仓不负责买家省份",), "en": ("the target warehouse does not serve the buyer's province",),
    },
    "target.before_cut_off": {"zh": ("目标仓已过截单",), "en": ("the target warehouse is past its cut-off",)},
    "warehouse.covers_order": {
        "zh": ("仓库不够整单", "仓库库存不足", "仓库缺货"), "en": ("the warehouse does not cover the order",),
    },
    "warehouse.serves_buyer": {
        "zh": ("仓库不负责买家省份",), "en": ("the warehouse does not serve the buyer's province",),
    },
    "warehouse.before_cut_off": {"zh": ("仓库已过截单",), "en": ("the warehouse is past its cut-off",)},
    "network.covers_order": {
        "zh": ("全网不够整单", "全网缺货", "全网库存不足", "全国缺货"),
        "en": ("all warehouses together do not cover the order", "nowhere in stock"),
    },
}  # fmt: skip
"""How one says that what is true or false is false; the first words are those that are printed."""
ACTION_SAYINGS: dict[str, Sayings] = {
    "hold": {
        "zh": (
            "挂起给{owner}，原因{reason}", "挂起给{owner}，因为{reason}", "挂起给{owner}（{reason}）",
            "挂起给{owner}处理",
            "挂起给{owner}", "给{owner}挂起", "转{owner}处理", "交给{owner}处理", "交给{owner}",
            "挂起，原因{reason}", "挂起",
        ),
        "en": (
            "hold it for the {owner} because {reason}", "hold for the {owner} because {reason}",
            "hold for the {owner} (reason: {reason})", "hold it for the {owner}", "hold for the {owner}",
            "hold it for {owner}", "hold for {owner}", "hand it to the {owner}", "hold it", "hold",
        ),
    },
    "tag": {
        "zh": ("标记为{tag}", "打标{tag}", "加标签{tag}", "贴标签{tag}"),
        "en": ("tag {tag}", "tag as {tag}", "add the tag {tag}"),
    },
    "set_priority": {
        "zh": ("优先级{priority}", "优先级为{priority}", "设优先级{priority}"),
        "en": ("priority {priority}", "set the priority to {priority}"),
    },
    "wish_carrier": {
        "zh": ("走{carrier}", "发{carrier}", "用{carrier}", "快递用{carrier}"),
        "en": ("use {carrier}", "ship with {carrier}", "send it by {carrier}"),
    },
    "add_gift": {
        "zh": ("赠送{sku}×{quantity}", "送{sku}×{quantity}", "加赠品{sku} {quantity} 件", "赠送{sku}", "加赠品{sku}"),
        "en": ("add the gift {sku} × {quantity}", "add gift {sku}"),
    },
    "mark_presale": {"zh": ("标预售", "按预售处理"), "en": ("mark as presale",)},
    "open_task": {"zh": ("给{owner}开任务{kind}",), "en": ("open task {kind} for {owner}",)},
    "reserve": {
        "zh": ("从{at}发货", "由{at}发货", "在{at}发货", "{at}发货", "在{at}占用库存"),
        "en": ("ship from {at}", "ship it from {at}", "reserve at {at}"),
    },
    "split": {
        "zh": ("拆成{at_most}包", "最多拆成{at_most}包", "拆成最多{at_most}包", "拆单发货", "拆单"),
        "en": ("split into at most {at_most} parcels", "ship in at most {at_most} parcels", "split it"),
    },
    "transfer": {
        "zh": ("从{from}调拨，{arrives}到", "从{from}调拨", "内部调拨", "调拨"),
        "en": ("transfer from {from}, arriving {arrives}", "transfer from {from}", "transfer it"),
    },
    "purchase": {"zh": ("发起采购", "采购"), "en": ("request a purchase", "purchase it")},
    "backorder": {"zh": ("等货", "等补货"), "en": ("backorder it", "wait")},
}  # fmt: skip
