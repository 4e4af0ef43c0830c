"""Sentences of what people say of orders: what is refused, and what a word asks of somebody else."""

from __future__ import annotations

from typing import Any

SENTENCES: dict[str, dict[str, str]] = {
    "order-history": {
        "zh": "历史订单只作记录，不能操作。",
        "en": "A history order is only recorded; nothing can be done to it.",
    },
    "order-picked": {
        "zh": "已经在拣货单上，不能再改。要拦下请用“取消”，仓库会收到任务。",
        "en": "It is on a pick list and can no longer be changed. To stop it, cancel it: the warehouse gets a task.",
    },
    "order-shipped": {
        "zh": "已经发出，不能再改。请联系快递改派，或等买家退回后再处理。",
        "en": "It has left and can no longer be changed. Ask the carrier to redirect it, or wait for its return.",
    },
    "order-shipped-cancel": {
        "zh": "已经发出，不能取消。请让快递拦截，退回入库后在平台办退款。",
        "en": "It has left and cannot be cancelled. Have the carrier stop it; refund it once it is back.",
    },
    "order-cancelled": {
        "zh": "这一单已由人工取消。要继续发货，请先撤销取消。",
        "en": "A person cancelled this order. To ship it after all, take the cancellation back first.",
    },
    "order-not-held": {
        "zh": "这一单没有挂起，不用放行。",
        "en": "This order is not held; there is nothing to release.",
    },
    "hold-reason": {"zh": "请选一个挂起的原因。", "en": "Choose why it is to be held."},
    "carrier-unknown": {"zh": "没有这个快递。", "en": "There is no such carrier."},
    "priority-wrong": {
        "zh": "优先级填 0 到 {most} 的整数；空着就按规则。",
        "en": "A priority is a whole number from 0 to {most}; leave it empty to go by the rules.",
    },
    "word-same": {"zh": "已经是这样了，没有改动。", "en": "It is so already; nothing changes."},
    "address-same": {
        "zh": "收货信息没有改动。请填写要改的项，空着的不变。",
        "en": "Nothing changes. Fill in what is to change; what is left empty stays.",
    },
    "address-wrong": {
        "zh": "收货信息不能含 * 号，也不能太长。请写完整的内容。",
        "en": "It must not contain * or be too long. Write it in full.",
    },
    "address-phone": {"zh": "电话号码不对，请核对。", "en": "That is no phone number; please check it."},
    "split-too-many": {
        "zh": "分到各包裹的件数超过了订单里的。",
        "en": "The parcels would hold more units than the order has.",
    },
    "split-parcels": {
        "zh": "要拆成 2 到 {most} 个包裹，每个都有商品。",
        "en": "Split it into 2 to {most} parcels, each with goods.",
    },
    "split-consolidated": {
        "zh": "这一单已人工合单。要拆开，请先撤销合单。",
        "en": "This order was consolidated by hand. Take that back before splitting it.",
    },
    "consolidate-few": {"zh": "合单至少要选两单。", "en": "Choose at least two orders to consolidate."},
    "consolidate-unwanted": {
        "zh": "订单 {order} 现在不用发货，不能合单。",
        "en": "Order {order} is not to be shipped now and cannot be consolidated.",
    },
    "consolidate-held": {
        "zh": "订单 {order} 还挂着。请先放行，再合单。",
        "en": "Order {order} is held. Release it first, then consolidate.",
    },
    "consolidate-sealed": {
        "zh": "平台要求订单 {order} 单独发货，不能合单。",
        "en": "The platform wants order {order} to leave alone.",
    },
    "consolidate-split": {
        "zh": "订单 {order} 已人工拆单。请先撤销拆单。",
        "en": "Order {order} was split by hand. Take that back first.",
    },
    "consolidate-before": {
        "zh": "订单 {order} 已经合到另一单。请先撤销那次合单。",
        "en": "Order {order} shares another parcel already. Take that back first.",
    },
    "consolidate-two-hosts": {
        "zh": "选中的订单里有两个已经合过单的包裹。请先撤销其中一次。",
        "en": "Two of the chosen orders host others already. Take one of those back first.",
    },
    "consolidate-buyers": {
        "zh": "订单 {one} 和 {other} 不能确定是同一个买家，不能合单。",
        "en": "Orders {one} and {other} are not surely of one buyer and cannot share a parcel.",
    },
    "consolidate-addresses": {
        "zh": "订单 {one} 和 {other} 的收货地址不同，或看不全，不能合单。",
        "en": "Orders {one} and {other} go to different addresses, or ones not fully known: no shared parcel.",
    },
    "consolidate-unmatched": {
        "zh": "订单 {order} 有商品还没匹配 SKU。请先匹配。",
        "en": "An item of order {order} has no SKU yet. Match it first.",
    },
    "consolidate-short": {
        "zh": "没有一个仓库够发全部（{goods}），不能合单。",
        "en": "No warehouse has everything ({goods}); they cannot share a parcel.",
    },
    "consolidate-not": {
        "zh": "按现在的规则和库存合不成一个包裹（订单 {order}）。",
        "en": "By the present rules and stock they do not come into one parcel (order {order}).",
    },
    "too-many-chosen": {
        "zh": "一次最多处理 {most} 单，请缩小范围。",
        "en": "At most {most} orders at once; narrow the search.",
    },
    "none-chosen": {"zh": "请先选订单。", "en": "Choose orders first."},
    "crossed": {
        "zh": "{actor} 刚刚也改了这一单。",
        "en": "{actor} has just changed this order too.",
    },
    "undo-gone": {"zh": "已经撤销过了。", "en": "That was taken back already."},
    # Why a person holds an order.
    "customer-asked": {"zh": "买家要求等一等。", "en": "The buyer asked to wait."},
    "address-check": {"zh": "要核对收货信息。", "en": "Where it goes is to be checked."},
    "goods-check": {"zh": "要核对商品。", "en": "The goods are to be checked."},
    "payment-check": {"zh": "要核对付款。", "en": "The payment is to be checked."},
    "wait-for-more": {"zh": "等买家的下一单一起发。", "en": "It waits for the buyer's next order."},
    # Tasks.
    "address-crossed": {
        "zh": "人工改过收货信息，平台后来也改了：现在用人工的。请核对该用哪个。",
        "en": "A person changed where it goes, and later the platform did too: the person's counts. Check it.",
    },
    "cancel-crossed": {
        "zh": "这一单已由人工取消，平台后来又改了商品。请确认还是取消。",
        "en": "A person cancelled this order, and later the platform changed its goods. Is it still cancelled?",
    },
    "stopped-by-platform": {
        "zh": "人工改过这一单（拆单、合单或地址），平台后来取消或退款了：已停止发货，请核对。",
        "en": "A person split, consolidated or redirected this order; later the platform cancelled or refunded it. "
        "It no longer ships; please check.",
    },
    "stop-parcel": {
        "zh": "订单不能发了，但包裹在拣货单上：请拦下包裹、把货放回，再到拣货单上点“放回”，库存随即释放。",
        "en": "It must not leave any more but is on a pick list: stop the parcel, put its goods back, and say "
        "so on the pick list; the stock is released at once.",
    },
}
SAID: dict[str, dict[str, str]] = {
    "hold": {"zh": "挂起", "en": "held it"},
    "release": {"zh": "放行", "en": "released it"},
    "cancel": {"zh": "取消", "en": "cancelled it"},
    "warehouse": {"zh": "指定了仓库", "en": "chose the warehouse"},
    "carrier": {"zh": "指定了快递", "en": "chose the carrier"},
    "priority": {"zh": "改了优先级", "en": "changed its priority"},
    "urgent": {"zh": "标为加急", "en": "marked it urgent"},
    "address": {"zh": "改了收货信息", "en": "changed where it goes"},
    "split": {"zh": "拆单", "en": "split it"},
    "again": {"zh": "要求重新判定", "en": "asked for a new decision"},
    "consolidate": {"zh": "合单", "en": "consolidated it"},
    "not-same": {"zh": "答：不是同一笔", "en": "answered: not the same"},
}
"""What a person did by each kind of word, after their name."""
FREED: dict[str, dict[str, str]] = {
    "warehouse": {"zh": "不再指定仓库", "en": "left the warehouse to the rules"},
    "carrier": {"zh": "不再指定快递", "en": "left the carrier to the rules"},
    "priority": {"zh": "优先级改回按规则", "en": "left its priority to the rules"},
    "urgent": {"zh": "取消了加急", "en": "took its urgency off"},
}
"""The same where a word leaves it to the rules again."""
PARCELS: dict[str, dict[str, str]] = {
    "open": {"zh": "待拣货", "en": "To pick"},
    "picked": {"zh": "已进拣货单", "en": "On a pick list"},
    "shipped": {"zh": "已发出", "en": "Shipped"},
    "cancelled": {"zh": "已取消", "en": "Cancelled"},
}
"""States of parcels."""

OUTCOMES: dict[str, dict[str, str]] = {
    "allocated": {"zh": "已分仓", "en": "Allocated"},
    "held": {"zh": "已挂起", "en": "Held"},
    "consolidated": {"zh": "已合单", "en": "Consolidated"},
    "backordered": {"zh": "等货", "en": "Backordered"},
    "recorded": {"zh": "仅记录", "en": "Recorded"},
    "quarantined": {"zh": "已隔离", "en": "Quarantined"},
    "duplicate": {"zh": "重复提交", "en": "Repeat"},
    "dead": {"zh": "死信", "en": "Dead letter"},
    "accepted": {"zh": "已受理", "en": "Accepted"},
    "decided": {"zh": "已判定", "en": "Decided"},
}
"""Outcomes, and how a receipt ended."""
STATES: dict[str, dict[str, str]] = {
    "created": {"zh": "待付款", "en": "Unpaid"},
    "paid": {"zh": "已付款", "en": "Paid"},
    "shipped": {"zh": "已发货", "en": "Shipped"},
    "signed": {"zh": "已签收", "en": "Signed for"},
    "closed": {"zh": "已关闭", "en": "Closed"},
    "refunding": {"zh": "退款中", "en": "Refund running"},
    "refunded": {"zh": "已退款", "en": "Refunded"},
}
"""Platform states."""
HOLDS: dict[str, dict[str, str]] = {
    "suspected-duplicate": {"zh": "疑似重复下单", "en": "Suspected duplicate"},
    "maybe-duplicate": {"zh": "可能重复，待确认", "en": "Maybe a duplicate"},
    "unmatched-item": {"zh": "商品未匹配", "en": "Item not matched"},
    "protected-sku": {"zh": "SKU 爆单，保护中", "en": "Its SKU bursts and is protected"},
    "protected-buyer": {"zh": "买家被监视规则留住", "en": "Its buyer is being watched"},
    "unknown-value": {"zh": "缺少判断所需的信息", "en": "A needed value is unknown"},
    "rule-error": {"zh": "规则出错", "en": "A rule failed"},
    "by-hand": {"zh": "人工挂起", "en": "Held by hand"},
    "customer-asked": {"zh": "买家要求等一等", "en": "The buyer asked to wait"},
    "address-check": {"zh": "核对收货信息", "en": "Check where it goes"},
    "goods-check": {"zh": "核对商品", "en": "Check the goods"},
    "payment-check": {"zh": "核对付款", "en": "Check the payment"},
    "wait-for-more": {"zh": "等下一单一起发", "en": "Wait for the next order"},
    "fixed-warehouse-short": {"zh": "指定的仓库不够", "en": "The chosen warehouse is short"},
    "held-by-person": {"zh": "人工挂起", "en": "Held by hand"},
    "forbid-ship": {"zh": "平台禁止发货", "en": "The platform forbids shipping"},
    "risk-review": {"zh": "平台风控审核中", "en": "Under the platform's risk review"},
    "group-pending": {"zh": "拼团未成团", "en": "Its group is not complete"},
    "balance-due": {"zh": "尾款未付", "en": "Its balance is not paid"},
    "address-withheld": {"zh": "还没有收货地址", "en": "Its address is withheld"},
    "cancel-requested": {"zh": "买家申请取消", "en": "The buyer asked to cancel"},
}
"""The program's own reasons for holding an order, short."""


def said(kind: str, value: dict[str, Any], language: str) -> str:
    """What a person did, without who: a word of this kind and value in `zh` or `en`."""
    if kind == "undo":
        return {"zh": "撤销了：", "en": "took back: "}[language] + said(str(value.get("kind")), {}, language)
    freed = kind in FREED and kind in value and not value[kind] and value[kind] != 0
    words = FREED[kind] if freed else SAID.get(kind)
    return words[language] if words else kind
