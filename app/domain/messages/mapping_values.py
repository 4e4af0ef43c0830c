"""Sentences about values of a payload that cannot be read."""

SENTENCES: dict[str, dict[str, str]] = {
    "payload-not-an-object": {
        "zh": "内容不是一个订单对象。请检查发送方。",
        "en": "This is not an order object. Check the sender.",
    },
    "value-missing": {
        "zh": "缺少“{field}”，位置 {path}。请补上，或改字段映射。",
        "en": "“{field}” is missing at {path}. Fill it in, or change the field mapping.",
    },
    "value-not-text": {"zh": "“{value}”不是可用的文本。", "en": "“{value}” cannot be used as text."},
    "value-too-long": {"zh": "文本超过 {longest} 个字符。", "en": "The text is longer than {longest} characters."},
    "value-not-whole": {"zh": "“{value}”不是非负整数。", "en": "“{value}” is not a whole number from 0 up."},
    "value-not-boolean": {"zh": "“{value}”不是“是/否”。", "en": "“{value}” is neither yes nor no."},
    "value-not-money": {
        "zh": "“{value}”不是金额，或单位（元/分）设错了。请核对字段映射。",
        "en": "“{value}” is not an amount, or the unit (yuan or fen) is wrong. Check the field mapping.",
    },
    "value-not-time": {"zh": "“{value}”不是时间。请核对格式。", "en": "“{value}” is not a time. Check its form."},
    "value-without-zone": {"zh": "时间“{value}”没有时区。", "en": "The time “{value}” names no time zone."},
    "unknown-choice": {
        "zh": "不认识的值“{value}”。请在字段映射里说明它的意思，再重新提交。",
        "en": "“{value}” is not known. Say in the field mapping what it means, then send it again.",
    },
    "lines-missing": {"zh": "订单没有商品行。请检查发送方。", "en": "The order has no lines. Check the sender."},
    "lines-too-many": {"zh": "订单的商品行超过 1000 行。", "en": "The order has more than 1,000 lines."},
}
