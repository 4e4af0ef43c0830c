"""Sentences of pages and the order API. `<code>-remedy` says what to do, where the sentence does not."""

SENTENCES: dict[str, dict[str, str]] = {
    "request-too-large": {
        "zh": "请求有 {bytes} 字节，最多 {most}。",
        "en": "The request has {bytes} bytes; {most} is the most.",
    },
    "request-too-large-remedy": {"zh": "请分几次提交。", "en": "Send it in several requests."},
    "request-too-many": {
        "zh": "请求有 {orders} 个订单，最多 {most} 个。",
        "en": "The request has {orders} orders; {most} is the most.",
    },
    "request-too-many-remedy": {"zh": "请分几次提交。", "en": "Send them in several requests."},
    "request-wrong": {"zh": "这个请求不能处理。", "en": "This request cannot be handled."},
    "request-wrong-remedy": {
        "zh": "请对照接口说明 /api/v1/openapi.json。",
        "en": "Compare it with /api/v1/openapi.json.",
    },
    "order-too-large": {
        "zh": "一个订单有 {bytes} 字节，最多 {most}。",
        "en": "One order has {bytes} bytes; {most} is the most.",
    },
    "order-too-large-remedy": {
        "zh": "请去掉图片等无关内容再提交。",
        "en": "Leave out what is not the order, such as images.",
    },
    "order-too-deep": {"zh": "订单嵌套超过 {most} 层。", "en": "The order is nested more than {most} levels deep."},
    "order-too-deep-remedy": {"zh": "请按平台原样提交订单。", "en": "Send the order as the platform words it."},
    "body-not-json": {"zh": "内容不是完整的 JSON：{reason}。", "en": "The body is not complete JSON: {reason}."},
    "body-not-json-remedy": {
        "zh": "请用 JSON 库生成内容，编码为 UTF-8。",
        "en": "Write it with a JSON library, in UTF-8.",
    },
    "body-not-labelled-json": {
        "zh": "内容的类型是 {found}，应为 application/json。",
        "en": "The content type is {found}; it must be application/json.",
    },
    "body-not-labelled-json-remedy": {
        "zh": "请带上 Content-Type: application/json。",
        "en": "Send Content-Type: application/json.",
    },
    "body-not-orders": {
        "zh": "内容应是一个订单对象，或非空的订单数组。",
        "en": "The body must be one order object or an array of them that is not empty.",
    },
    "body-not-orders-remedy": {"zh": "请按平台原样提交订单。", "en": "Send the order as the platform words it."},
    "item-not-an-order": {"zh": "数组的这一项不是订单对象。", "en": "This item of the array is not an order object."},
    "backlog-full": {
        "zh": "待处理的订单太多，这次没有收下。",
        "en": "Too many orders are waiting; these were not taken.",
    },
    "backlog-full-remedy": {
        "zh": "请按 Retry-After 的秒数稍后再提交。",
        "en": "Send them again after Retry-After seconds.",
    },
    "key-missing": {"zh": "请求没有带店铺密钥。", "en": "The request carries no shop key."},
    "key-missing-remedy": {"zh": "请带上 Authorization: Bearer 密钥。", "en": "Send Authorization: Bearer KEY."},
    "key-wrong": {"zh": "密钥不对，或店铺已停用。", "en": "The key is wrong, or the shop is switched off."},
    "key-wrong-remedy": {"zh": "请向管理员要新的密钥。", "en": "Ask the administrator for a new key."},
    "receipt-unknown": {"zh": "没有这个回执。", "en": "There is no such receipt."},
    "receipt-unknown-remedy": {"zh": "请用提交时返回的回执号。", "en": "Use the receipt that the post answered with."},
    "login-wrong": {"zh": "用户名或密码不对。", "en": "The name or the password is wrong."},
    "login-often": {"zh": "尝试太多次了，请一分钟后再试。", "en": "Too many attempts; try again in a minute."},
    "password-short": {"zh": "密码至少 {least} 个字符。", "en": "A password has at least {least} characters."},
    "password-long": {"zh": "密码最多 {most} 个字符。", "en": "A password has at most {most} characters."},
    "password-old-wrong": {"zh": "现在的密码不对。", "en": "The present password is wrong."},
    "password-link-used": {
        "zh": "这个链接已经用过或已过期。请管理员再给你一个。",
        "en": "This link was used or is too old. Ask the administrator for another.",
    },
    "name-missing": {"zh": "请填写用户名。", "en": "Fill in a name."},
    "name-long": {"zh": "用户名最多 {most} 个字符。", "en": "A name has at most {most} characters."},
    "name-taken": {"zh": "已经有叫 {name} 的用户了。", "en": "There is a user named {name} already."},
    "role-unknown": {"zh": "没有这个角色。", "en": "There is no such role."},
    "user-unknown": {"zh": "没有这个用户。", "en": "There is no such user."},
    "last-administrator": {
        "zh": "这是最后一个管理员，不能停用或换角色。请先添加另一个管理员。",
        "en": "This is the last administrator. Add another one first.",
    },
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
    "method-wrong": {"zh": "这个地址不能这样访问。", "en": "This address cannot be used like that."},
    "page-missing": {"zh": "没有这个页面。", "en": "There is no such page."},
}
