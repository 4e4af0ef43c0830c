"""Sentences of the page on which orders are typed."""

SENTENCES: dict[str, dict[str, str]] = {
    "typed-shop": {"zh": "选一个手工单店铺。", "en": "Choose a shop for manual orders."},
    "typed-name": {"zh": "填收货人姓名。", "en": "Fill in the receiver's name."},
    "typed-phone-missing": {"zh": "填电话。", "en": "Fill in the phone."},
    "typed-phone": {
        "zh": "这不像电话：只能有数字、+ 和 -，至少 5 位数字。",
        "en": "This is no phone: digits, + and - only, at least 5 digits.",
    },
    "typed-address": {"zh": "填收货地址。", "en": "Fill in the address."},
    "typed-province": {"zh": "填省份的全称或简称，例如 浙江。", "en": "Fill in the province by its Chinese name."},
    "typed-city": {"zh": "填城市。", "en": "Fill in the city."},
    "typed-detail": {"zh": "填街道门牌。", "en": "Fill in street and number."},
    "typed-too-long": {"zh": "太长了，最多 {most} 个字。", "en": "Too long: at most {most} letters."},
    "typed-money": {"zh": "“{value}”不是金额，例如 59.90。", "en": "“{value}” is no amount, such as 59.90."},
    "typed-total": {
        "zh": "填实收金额，或给每行填单价。",
        "en": "Fill in what was paid, or a price in every line.",
    },
    "typed-reason": {"zh": "选一个补发原因。", "en": "Choose why it is shipped again."},
    "typed-carrier": {"zh": "没有这个快递。", "en": "There is no such carrier."},
    "typed-lines": {"zh": "加 1 到 {most} 行商品。", "en": "Add 1 to {most} lines of goods."},
    "typed-sku-missing": {"zh": "选一个商品。", "en": "Choose the goods."},
    "typed-sku": {
        "zh": "没有 SKU“{value}”。输入编码、名称或拼音首字母，再用回车选。",
        "en": "There is no SKU “{value}”. Type a code, a name or pinyin initials and choose with Enter.",
    },
    "typed-quantity": {"zh": "数量要是 1 到 {most} 的整数。", "en": "The quantity is a whole number from 1 to {most}."},
    "typed-before": {
        "zh": "这张表已经提交成 {tid} 了。再提交一次会是一张新单。",
        "en": "This form has become {tid} already. Submitting again makes a new order.",
    },
    "typed-source-erased": {
        "zh": "原单的买家信息已按保留期限清除，请重新填写买家。",
        "en": "The original's personal data has been erased. Fill in the buyer again.",
    },
    "reship-not-yet": {
        "zh": "这一单还没有发货或分仓，不需要补发。",
        "en": "This order has not been shipped or allocated; there is nothing to ship again.",
    },
    "pay-not-waiting": {"zh": "这一单不在等待付款。", "en": "This order does not wait for payment."},
}
