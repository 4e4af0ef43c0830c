"""Sentences of trials: backtests and shadows."""

SENTENCES: dict[str, dict[str, str]] = {
    "trial-broke": {
        "zh": "回测进程中途停了，没有结果。请再运行一次；若再次发生，请让管理员查看日志。",
        "en": "The backtest's process stopped before its end. Run it again; if it stops again, look at the log.",
    },
    "trial-gone": {
        "zh": "没有这次试用，也可能它太旧已被清除。请从“试用规则”里的列表中选择。",
        "en": "There is no such trial; it may have been old and is gone. Choose one from the list.",
    },
    "trial-ended": {
        "zh": "这次回测已经结束，不用停止了。",
        "en": "This backtest has ended already; there is nothing to stop.",
    },
    "trial-nothing": {
        "zh": "请选择要试用的草稿或版本，或者上传一个规则包文件。",
        "en": "Choose the draft or version to try, or upload a pack.",
    },
    "trial-days": {
        "zh": "请从列表中选择天数。",
        "en": "Choose the number of days from the list.",
    },
    "trial-adopt-file": {
        "zh": "试用的是上传的文件，不能直接采用。请在“规则”里上传成草稿，再发布。",
        "en": "What was tried is an uploaded file. Upload it as a draft under Rules, then publish that.",
    },
    "shadow-runs": {
        "zh": "已经有一个影子在运行，同一时间只能有一个。请先停止它。",
        "en": "A shadow runs already, and there can be only one. Stop it first.",
    },
    "trial-import-empty": {
        "zh": "这次导入没有带来订单，没有可回测的内容。请选择另一次导入。",
        "en": "That import brought no orders, so there is nothing to test on. Choose another import.",
    },
    "trial-facts-of-today": {
        "zh": "商品、商品匹配、仓库和运费按现在的资料计算：系统不保存它们过去的样子。",
        "en": "Goods, listings, warehouses and freight are those of today: what they were is not kept.",
    },
    "trial-escalation": {
        "zh": "升级规则按“没有人处理”计算，只算等待分仓、挂起和发货期限；工单和运单的计时不在回测里。",
        "en": "Escalation is worked out as if nobody did what it asks, for orders not allocated, held or near their "
        "ship-by time; timers of tasks and waybills are no part of a backtest.",
    },
    "trial-history": {
        "zh": "历史订单按“已付款、在下单时间到达”计算，平台已发货的也算；库存从第一次盘点的数量开始，没有人的操作。",
        "en": "History orders are taken as paid and as coming when they were created, those that had left too; "
        "stock begins at the first count, and nobody says anything.",
    },
    "trial-import-alone": {
        "zh": "只回测这次导入的订单；同一时间的其他订单没有参与，不占用库存。",
        "en": "Only this import's orders are tested; other orders of that time take no part and no stock.",
    },
    "trial-words": {
        "zh": "{orders} 个订单上有人的操作（挂起、放行、指定仓库等）：按当时的时间在两边都生效。"
        "换了规则人是否还会这样做，无法得知。",
        "en": "People said something of {orders} orders (holds, releases, a warehouse …): it counts on both sides from "
        "when it was said. Whether they would have said it under other rules cannot be known.",
    },
    "trial-protections": {
        "zh": "监控临时保护的商品和买家（自动挂起）没有参与计算，两边都一样。",
        "en": "Goods and buyers that watches protected for a time are not held in the test, on neither side.",
    },
    "trial-revisions": {
        "zh": "平台改过的订单按每次收到的内容重新映射，用的是各自规则包现在的映射。",
        "en": "Orders that the platform changed are mapped again from each payload, by each pack's present mapping.",
    },
    "trial-erased": {
        "zh": "{orders} 个订单的个人信息已删除，涉及姓名、电话、留言的条件在它们身上是“未知”。",
        "en": "The personal data of {orders} orders is erased; conditions on names, phones or messages are unknown "
        "there.",
    },
}
