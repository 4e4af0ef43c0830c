"""Sentences of deciding: why an order is held, why a rule was passed over, and how a decision is told."""

SENTENCES: dict[str, dict[str, str]] = {
    # Why an order is held.
    "suspected-duplicate": {
        "zh": "疑似重复：与店铺“{shop}”的订单 {anchor} 是同一买家、同样商品，相隔 {seconds} 秒。请确认是否重复。",
        "en": "Suspected duplicate: same buyer and goods as order {anchor} of shop {shop}, {seconds} seconds apart. "
        "Please say whether it is a repeat.",
    },
    "maybe-duplicate": {
        "zh": "可能重复：与店铺“{shop}”的订单 {anchor} 手机号可见部分和地区相同，相隔 {seconds} 秒。两单是同一笔吗？",
        "en": "Maybe a duplicate: the visible phone digits and the district agree with order {anchor} of shop {shop}, "
        "{seconds} seconds apart. Are they the same?",
    },
    "unmatched-item": {
        "zh": "商品没有对应的 SKU：{items}。请在“商品对应”里匹配，订单会自动继续。",
        "en": "No SKU is known for: {items}. Match it under Listings; the order then goes on by itself.",
    },
    "unknown-value": {
        "zh": "规则“{rule}”要看的内容不知道，不能替您猜。请补上，或放行让后面的规则决定。",
        "en": "Rule “{rule}” hangs on something that is not known, and nothing is guessed. Fill it in, or release the "
        "order to let the next rules decide.",
    },
    "no-rule": {
        "zh": "没有规则能处理这张订单，请人工决定发货仓或等待补货。",
        "en": "No rule could be carried out for this order. Choose a warehouse by hand, or wait for stock.",
    },
    "held-by-person": {"zh": "由人工挂起。放行后会重新决定。", "en": "Held by a person. Release it to decide again."},
    "by-hand": {"zh": "由人工挂起。放行后会重新决定。", "en": "Held by a person. Release it to decide again."},
    "fixed-warehouse-short": {
        "zh": "人工指定的仓库 {warehouse} 库存不够整单。请换仓或等待补货。",
        "en": "Warehouse {warehouse}, chosen by a person, does not cover the order. Choose another or wait for stock.",
    },
    # Why a rule that matched was passed over.
    "none-covers": {"zh": "没有一个仓库的库存够整单", "en": "no warehouse covers the whole order"},
    "target-short": {"zh": "目标仓库存不够", "en": "the target warehouse is short"},
    "no-cover": {"zh": "在允许的包裹数内凑不齐", "en": "no set of warehouses within the parcel limit covers it"},
    "nothing-short": {"zh": "并不缺货，无需调拨或采购", "en": "nothing is short, so nothing to move or buy"},
    "no-source": {"zh": "没有仓库能补齐目标仓所缺", "en": "no warehouse covers what the target lacks"},
    "released": {"zh": "已由人工放行", "en": "released by a person"},
    "host-gone": {"zh": "要合进的包裹现在不能再加货", "en": "the parcel it was to join takes nothing more in now"},
    "host-short": {"zh": "要合进的包裹所在仓不够发这一单", "en": "that parcel's warehouse does not cover this order"},
    # Tasks.
    "part-waits": {
        "zh": "拆出的 {goods} 还没有分到仓。到货会自动判定这一部分；其他包裹照常拣货发出，不受影响。",
        "en": "{goods}, split off, has no warehouse yet. This part is decided again when stock arrives; the other "
        "parcels are picked and shipped all the same.",
    },
    "gift-short": {
        "zh": "赠品 {sku} × {quantity} 缺货，未随单发出。请补发或换赠。",
        "en": "Gift {sku} × {quantity} is out of stock and does not leave with the order. Send it later or replace it.",
    },
    # How a decision is told.
    "told-allocated": {"zh": "已分配：{parcels}。", "en": "Allocated: {parcels}."},
    "told-parcel": {"zh": "{warehouse} 发 {goods}", "en": "{warehouse} ships {goods}"},
    "told-held": {"zh": "已挂起，没有占用库存。", "en": "Held; no stock is reserved."},
    "told-consolidated": {
        "zh": "与店铺“{shop}”的订单 {order} 合单，从 {warehouse} 一起发出。",
        "en": "Leaves in one parcel with order {order} of shop {shop}, from {warehouse}.",
    },
    "told-backordered": {"zh": "缺货等待，没有占用库存。", "en": "Backordered; no stock is reserved."},
    "told-recorded": {"zh": "只作记录：{why}。", "en": "Recorded only: {why}."},
    "recorded-history": {"zh": "历史订单", "en": "a history order"},
    "recorded-cancelled": {"zh": "已由人工取消", "en": "cancelled by a person"},
    "recorded-state": {"zh": "平台状态是“{state}”，不是已付款待发货", "en": "the platform says {state}, not paid"},
    "recorded-flag": {"zh": "平台要求暂不发货（{flags}）", "en": "the platform says not to ship yet ({flags})"},
    "recorded-refunded": {"zh": "没有还要发货的商品", "en": "no line still wants goods"},
    "told-transfer": {
        "zh": "先从 {source} 调拨 {sku} × {quantity} 到 {destination}，预计 {arrives_on} 到。",
        "en": "First {quantity} × {sku} move from {source} to {destination}, due {arrives_on}.",
    },
    "told-purchase": {"zh": "请采购 {sku} × {quantity}。", "en": "To buy: {quantity} × {sku}."},
    "told-rule": {"zh": "起作用的规则：“{rule}”。", "en": "The rule that acted: “{rule}”."},
    "told-passed": {
        "zh": "规则“{rule}”符合，但跳过：{why}。",
        "en": "Rule “{rule}” matched but was passed over: {why}.",
    },
    "told-person-warehouse": {
        "zh": "仓库由人工指定：{warehouse}。",
        "en": "The warehouse was chosen by a person: {warehouse}.",
    },
    "told-person-split": {
        "zh": "由人工拆成 {parcels} 个包裹，各自分仓。",
        "en": "Split by a person into {parcels} parcels, each allocated on its own.",
    },
    "told-person-joins": {
        "zh": "人工要求与店铺“{shop}”的订单 {order} 合单。",
        "en": "A person asked for it to leave with order {order} of shop {shop}.",
    },
    "told-person-hosts": {
        "zh": "人工把别的订单合进了这一单的包裹。",
        "en": "A person put other orders into this one's parcel.",
    },
    "told-person-carrier": {"zh": "快递由人工指定：{value}。", "en": "The carrier was chosen by a person: {value}."},
    "told-person-priority": {"zh": "优先级由人工设为 {value}。", "en": "A person set the priority to {value}."},
    "told-person-urgent": {"zh": "由人工标为加急。", "en": "Marked urgent by a person."},
    "told-person-calm": {"zh": "由人工取消了加急。", "en": "A person took the urgency off."},
    "told-person-address": {"zh": "收货信息由人工改过。", "en": "A person changed where it goes."},
    "told-part-goes-on": {
        "zh": "按人工的拆单，前面的包裹不变；这次只判定还在等货的 {parcels} 个包裹。",
        "en": "As a person split it: the parcels before stay as they are; this decides the {parcels} that waited.",
    },
    "told-part-waits": {
        "zh": "{goods} 还没有分到仓，到货后再判定。",
        "en": "{goods} has no warehouse yet and is decided again when stock arrives.",
    },
    "rule-consolidate-by-hand": {"zh": "人工合单", "en": "Consolidation by hand"},
    "told-warehouse": {
        "zh": "候选仓 {code}：{stock}，距买家 {km} 公里，距目标仓 {km_to_target} 公里{more}。",
        "en": "Candidate {code}: {stock}; {km} km to the buyer, {km_to_target} km to the target{more}.",
    },
    "told-target": {"zh": "目标仓", "en": "target warehouse"},
    "told-covers": {"zh": "够整单", "en": "covers the order"},
    "told-freight": {"zh": "运费 {yuan} 元", "en": "freight {yuan} yuan"},
    "told-capacity": {"zh": "今日还能发 {parcels} 单", "en": "{parcels} parcels left today"},
    "told-late": {"zh": "已过截单时间", "en": "past its cut-off"},
    "told-repeat": {
        "zh": "与店铺“{shop}”的订单 {order} 相比：相隔 {seconds} 秒，相同的是：{kinds}。",
        "en": "Compared with order {order} of shop {shop}: {seconds} seconds apart; the same: {kinds}.",
    },
    "told-unknown": {"zh": "不知道", "en": "unknown"},
}
