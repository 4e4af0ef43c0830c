"""Sentences of escalation rules: what is wrong with one, and what the tasks that they open ask for."""

SENTENCES: dict[str, dict[str, str]] = {
    "calendar-no-day": {
        "zh": "工作时间里一天都没有。请至少选一天。",
        "en": "The working hours name no day. Choose at least one.",
    },
    "calendar-too-short": {
        "zh": "工作时间从 {from} 到 {to} 不足一小时。请改下班时间。",
        "en": "Working from {from} to {to} is less than an hour. Change when it closes.",
    },
    "calendar-year-unknown": {
        "zh": "从 {since} 起的法定节假日还没有公布给这个程序：那以后按每周的工作日计时，节假日和调休不算。请更新程序。",
        "en": "Statutory holidays from {since} on are not known to this program: from then on it counts the weekdays "
        "only, without holidays and make-up workdays. Update the program.",
    },
    "ladder-empty": {
        "zh": "升级规则没有任何步骤，到时什么也不会发生。请至少加一步。",
        "en": "The escalation has no step, so nothing would happen. Add at least one.",
    },
    "ladder-too-long": {
        "zh": "步骤连同重复一共最多 {most} 步。",
        "en": "At most {most} steps in all, counting those that come again.",
    },
    "unbounded-escalation": {
        "zh": "这一步会永远重复下去。请用 times 写明一共几次。",
        "en": "This step comes again for ever. Say in “times” how often it comes in all.",
    },
    "step-part-unfit": {
        "zh": "这一步用不上“{part}”。请去掉它。",
        "en": "This step has no use for “{part}”. Take it out.",
    },
    # What the tasks ask for.
    "escalation-unallocated": {
        "zh": "付款 {hours} 小时了还没有分仓，请处理。",
        "en": "Paid {hours} h ago and not allocated yet.",
    },
    "escalation-ship_by": {
        "zh": "离最晚发货时间不到 {hours} 小时，还没有发出。",
        "en": "Less than {hours} h until it must ship, and it has not left.",
    },
    "escalation-held": {
        "zh": "挂起 {hours} 小时了，还没有人处理。",
        "en": "Held for {hours} h and still waiting for somebody.",
    },
    "escalation-no_tracking": {
        "zh": "运单 {waybill} 已经 {hours} 小时没有新轨迹，请向快递查件。",
        "en": "No tracking event of waybill {waybill} for {hours} h; ask the carrier.",
    },
    "escalation-webhook": {
        "zh": "签名通知多次发送失败，已停止重试：{reason}",
        "en": "A signed webhook failed again and again and is tried no more: {reason}",
    },
}
