"""Sentences of what waits for a person: what each kind means, what a task asks for, and what a deed is refused for."""

SENTENCES: dict[str, dict[str, str]] = {
    # What each kind means, and what gets it out of the way.
    "work-hold": {
        "zh": "规则或人把订单挂起了，没有占用库存。放行后按后面的规则继续；放行可以撤销，直到拣货。",
        "en": "A rule or a person holds the order; no stock is reserved. Released, the next rules decide. A release "
        "can be taken back until it is picked.",
    },
    "work-no-rule": {
        "zh": "没有一条规则能处理这一单。指定一个够货的仓库，或改规则后重新判定。",
        "en": "No rule could be carried out. Choose a warehouse that covers it, or change the rules and decide again.",
    },
    "work-fixed-warehouse-short": {
        "zh": "人工指定的仓库不够整单。换一个仓库，或补货后重新判定。",
        "en": "The warehouse that was chosen does not cover the order. Choose another, or restock and decide again.",
    },
    "work-duplicate": {
        "zh": "同一买家短时间内买了同样的东西，可能是点了两次。答“不是同一笔”就照常发货，答“是同一笔”就取消后一单；"
        "答案会记住，也能撤销。",
        "en": "The same buyer ordered the same goods within a short time, maybe by a double click. “Not the same” "
        "ships it; “the same” cancels the later one. The answer is remembered and can be taken back.",
    },
    "work-shortage": {
        "zh": "没有仓库够货，订单在等补货，到货后自动重新判定。可以指定仓库，"
        "或确认“就等到货”：快到发货期限时它会再回来。",
        "en": "No warehouse has enough; the order waits and is decided again when stock arrives. Choose a warehouse, "
        "or say that it may wait: it comes back when its ship-by time is near.",
    },
    "work-resting": {
        "zh": "有人确认了就等到货：到货自动重新判定；快到发货期限时回到待办里。",
        "en": "Somebody said that it may wait for stock: it is decided again when stock arrives, and comes back to the "
        "queue when its ship-by time is near.",
    },
    "work-unmatched": {
        "zh": "不知道这个商品是哪个 SKU，等它的订单都停着。匹配一次，它们全部自动继续。",
        "en": "Nobody knows which SKU this item is, and its orders stand still. Match it once and they all go on.",
    },
    "work-quarantine": {
        "zh": "这些数据看不懂，还没有变成订单。修好字段映射或数值后一起重新提交。",
        "en": "These entries could not be read and are no orders yet. Mend the mapping or the value, send them again.",
    },
    "work-ship-by": {
        "zh": "库存已经占好，但还没有拣货，发货期限快到了。",
        "en": "Its stock is reserved but nobody has picked it, and its ship-by time is near.",
    },
    "work-task": {
        "zh": "规则或系统请人做一件事。做完了就点“做完了”；做不了写明原因。",
        "en": "A rule or the program asks for something to be done. Say “done” when it is, or why it cannot be.",
    },
    "work-transfer": {
        "zh": "调拨的货今天应该到了，订单在等它。确认到货后就能拣货。",
        "en": "The goods moved between warehouses are due, and an order waits for them. Confirm their arrival.",
    },
    "work-dead": {
        "zh": "这些数据让程序反复出错，已移出队列。看清原因后再试一次。",
        "en": "These entries broke the program again and again and were set aside. See why, then try once more.",
    },
    "work-blocked": {
        "zh": "平台要求暂不发货，所以只作记录。平台放行后自动重新判定，不用处理；拖得太久时去平台后台看看。",
        "en": "The platform says not to ship yet, so it is recorded only. It is decided again by itself once the "
        "platform lets go; look there if it takes too long.",
    },
    # What the line's own tasks ask for.
    "changed-after-pick": {
        "zh": "平台改了订单，但货已经在拣货单上。请核对是否要拦下或改包裹。",
        "en": "The platform changed the order after it was put on a pick list. See whether the parcel must be stopped.",
    },
    "rolled-back-after-pick": {
        "zh": "这一单按后来撤下的规则判定，货已经在拣货单上；现在的规则会另外判。请核对是否要拦下包裹。",
        "en": "Rules that were withdrawn since decided this order, and it is on a pick list; the present rules would "
        "decide otherwise. See whether the parcel must be stopped.",
    },
    # What a deed is refused for.
    "nothing-chosen": {"zh": "请先选中要处理的。", "en": "Choose something first."},
    "chosen-too-many": {"zh": "一次最多处理 {most} 个。", "en": "At most {most} at once."},
    "deed-gone": {"zh": "已经撤销过了。", "en": "This was taken back already."},
    "deed-unknown": {"zh": "没有这个操作。", "en": "There is no such deed."},
    "choose-owner": {"zh": "请选择交给谁。", "en": "Choose whom it goes to."},
    "person-not-able": {
        "zh": "{name} 已停用，或只能看不能处理。请交给别人。",
        "en": "{name} is switched off, or may only look. Hand it to somebody else.",
    },
    "solution-unknown": {"zh": "请选择怎么了结的。", "en": "Choose how it ended."},
    "remark-missing": {"zh": "没有解决的，请写一句原因。", "en": "Say in a few words why it was not solved."},
    "note-missing": {"zh": "请写点什么。", "en": "Write something."},
    "note-long": {"zh": "最多 {most} 个字。", "en": "At most {most} characters."},
    "work-gone": {"zh": "已经处理好了。", "en": "This has been dealt with already."},
}
