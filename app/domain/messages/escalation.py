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
    "body-not-events": {
        "zh": "正文应是一条运单轨迹，或轨迹的数组；problems 里写明了每一处。",
        "en": "The body must be one event of a waybill or an array of them; see the problems.",
    },
    "item-not-an-event": {"zh": "这一项不是运单轨迹。", "en": "This item is no event of a waybill."},
    "event-time": {
        "zh": "时间要写成带时区的 ISO 8601，或纪元秒。",
        "en": "Write the time in ISO 8601 with a zone, or as epoch seconds.",
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
        "zh": "签名通知多次发送失败，已停止重试。请到“签名通知”页看原因。",
        "en": "Signed webhooks failed again and again and are tried no more. See the page of signed webhooks for why.",
    },
    # How a delivery ended.
    "webhook-url": {
        "zh": "地址要以 https:// 开头，不带用户名和密码。",
        "en": "The address must begin with https:// and name no user or password.",
    },
    "webhook-name": {"zh": "找不到这个域名。", "en": "The name could not be resolved."},
    "webhook-address": {
        "zh": "这个域名指向内网或本机地址，没有发送。",
        "en": "The name leads to a private or local address; nothing was sent.",
    },
    "webhook-tls": {"zh": "对方的证书无效。", "en": "Its certificate is not valid."},
    "webhook-slow": {"zh": "对方太久没有答复。", "en": "It took too long to answer."},
    "webhook-refused": {"zh": "连不上对方。", "en": "It could not be reached."},
    "webhook-redirect": {
        "zh": "对方要求转到别的地址，没有照做。请填最终的地址。",
        "en": "It asked to go elsewhere, which is not followed. Give the final address.",
    },
    "webhook-answer": {"zh": "对方没有接受。", "en": "It did not accept it."},
    "webhook-large": {"zh": "内容太大，没有发送。", "en": "It is too large and was not sent."},
    "webhook-unset": {"zh": "没有设置发往哪里，没有发送。", "en": "Nobody has said where it goes; it was not sent."},
}
