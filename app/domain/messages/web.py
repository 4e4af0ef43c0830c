"""Sentences of pages and the order API."""

SENTENCES: dict[str, dict[str, str]] = {
    "request-too-large": {
        "zh": "请求有 {bytes} 字节，最多 {most}。请分几次提交。",
        "en": "The request has {bytes} bytes; {most} is the most. Send it in several requests.",
    },
    "request-too-many": {
        "zh": "请求有 {orders} 个订单，最多 {most} 个。请分几次提交。",
        "en": "The request has {orders} orders; {most} is the most. Send them in several requests.",
    },
    "order-too-large": {
        "zh": "一个订单有 {bytes} 字节，最多 {most}。",
        "en": "One order has {bytes} bytes; {most} is the most.",
    },
    "body-not-json": {"zh": "内容不是完整的 JSON：{reason}。", "en": "The body is not complete JSON: {reason}."},
    "body-not-orders": {
        "zh": "内容应是一个订单对象，或非空的订单数组。",
        "en": "The body must be one order object or an array of them that is not empty.",
    },
    "item-not-an-order": {"zh": "数组的这一项不是订单对象。", "en": "This item of the array is not an order object."},
    "backlog-full": {
        "zh": "待处理的订单太多，请稍后再提交。",
        "en": "Too many orders are waiting; send this again a little later.",
    },
    "key-missing": {
        "zh": "请在 Authorization 里带上店铺密钥：Bearer 密钥。",
        "en": "Send the shop's key: Authorization: Bearer KEY.",
    },
    "key-wrong": {"zh": "密钥不对，或店铺已停用。", "en": "The key is wrong, or the shop is switched off."},
    "receipt-unknown": {"zh": "没有这个回执。", "en": "There is no such receipt."},
    "login-wrong": {"zh": "用户名或密码不对。", "en": "The name or the password is wrong."},
    "login-often": {"zh": "尝试太多次了，请一分钟后再试。", "en": "Too many attempts; try again in a minute."},
    "password-short": {"zh": "密码至少 10 个字符。", "en": "A password has at least 10 characters."},
    "name-missing": {"zh": "请填写用户名。", "en": "Fill in a name."},
    "setup-link-used": {
        "zh": "设置链接无效或已经用过。重新启动程序会给出新的链接。",
        "en": "The set-up link is not valid any more. Restart the program for a new one.",
    },
    "not-permitted": {
        "zh": "你的角色不能做这件事。请找管理员。",
        "en": "Your role may not do this. Ask an administrator.",
    },
    "form-stale": {
        "zh": "页面放得太久了，请刷新后再提交。",
        "en": "The page was open for too long; reload it and try again.",
    },
    "page-missing": {"zh": "没有这个页面。", "en": "There is no such page."},
}
