"""Sentences of watches: what is wrong with one, why an order is held by one, what its tasks ask for."""

SENTENCES: dict[str, dict[str, str]] = {
    "watch-repeated": {"zh": "有两条监视的代号都是“{id}”。", "en": "Two watches have the code “{id}”."},
    "watch-idle": {
        "zh": "这条监视什么都不做。请给它一个动作：挂起、打标签或开任务。",
        "en": "This watch does nothing. Give it something to do: hold, tag or open a task.",
    },
    "watch-twice": {
        "zh": "同一条监视里写了两次“{do}”。请只留一个。",
        "en": "This watch names “{do}” twice. Keep one of them.",
    },
    # Why an order is held.
    "protected-sku": {
        "zh": "SKU {sku} 短时间卖得太快（监视“{rule}”），保护到 {until}。补货或确认后可在“监视”页放开；"
        "到时会自动重新判定。",
        "en": "SKU {sku} sold too fast (watch “{rule}”) and is protected until {until}. Release it under Watches once "
        "it is restocked or checked; else the order is decided again by itself then.",
    },
    "protected-buyer": {
        "zh": "这个买家触发了监视“{rule}”，新订单留到 {until}。核实后可放行本单，或在“监视”页放开。",
        "en": "The buyer set off the watch “{rule}”; further orders are held until {until}. Release this one once "
        "it is checked, or end the protection under Watches.",
    },
    # Tasks.
    "watch-burst": {
        "zh": "SKU {sku} 在 {minutes} 分钟内卖出 {amount} 件：请看库存、补货，或放开保护",
        "en": "SKU {sku} sold {amount} units within {minutes} minutes: check its stock, restock, or end the protection",
    },
    "watch-price-gap": {
        "zh": "SKU {sku} 的价格差太大：{cheap} 卖 {low} 元，{dear} 卖 {high} 元。请核对标价和优惠",
        "en": "SKU {sku} is priced apart: {low} yuan in {cheap}, {high} yuan in {dear}. Check prices and discounts",
    },
    "watch-repeat": {
        "zh": "同一买家在 {minutes} 分钟内有 {amount} 次（监视“{watch}”）。请核实是否刷单或恶意退款",
        "en": "One buyer came up {amount} times within {minutes} minutes (watch “{watch}”). Check for abuse",
    },
    "watch-disagrees": {
        "zh": "监视“{watch}”的两个引擎结果不同（{windows} 个窗口）。已按核对过的事实处理，请告诉管理员查日志",
        "en": "The two engines of the watch “{watch}” differ in {windows} windows. What was checked was acted on; see "
        "the log",
    },
    # The second opinion on a pack.
    "second-opinion-differs": {
        "zh": "第二意见不同：规则“{rule}”在 {orders} 张订单上，两个引擎结论不一致"
        "（例如订单 {order}：{ours} / {theirs}）。"
        "这可能是程序的错误，请不要发布并联系维护者。",
        "en": "The second opinion differs: on {orders} orders the two engines disagree about rule “{rule}” (order "
        "{order}: {ours} / {theirs}). This may be a fault of the program; do not publish, and tell its maintainers.",
    },
    "second-opinion-missing": {
        "zh": "没有第二意见：这里没有装 durable-rules。不影响发布。",
        "en": "No second opinion: durable-rules is not installed here. This blocks nothing.",
    },
    "second-opinion-broke": {
        "zh": "没有第二意见：durable-rules 没有给出答复（{failure} {detail}）。不影响发布。",
        "en": "No second opinion: durable-rules gave no answer ({failure} {detail}). This blocks nothing.",
    },
    "second-opinion-empty": {
        "zh": "没有第二意见：没有可以比较的订单。给规则包加些例子。",
        "en": "No second opinion: there are no orders to compare. Add examples to the pack.",
    },
}
