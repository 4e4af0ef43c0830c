"""Sentences of the line: receipts, stock, packs."""

SENTENCES: dict[str, dict[str, str]] = {
    "queue-unavailable": {
        "zh": "订单队列暂时不可用，这次提交没有被受理。请稍后用同样的内容再提交一次。",
        "en": "The order queue does not answer; nothing was accepted. Send the same request again shortly.",
    },
    "shop-unknown": {"zh": "没有店铺“{shop}”。请先添加店铺。", "en": "There is no shop “{shop}”. Add the shop first."},
    "payload-not-json": {
        "zh": "内容不是完整的 JSON：{reason}。请检查发送方。",
        "en": "The content is not complete JSON: {reason}. Check the sender.",
    },
    "mapping-missing": {
        "zh": "当前规则包没有平台“{platform}”的字段映射。请在规则包中添加。",
        "en": "The live rule pack has no field mapping for platform “{platform}”. Add one to the pack.",
    },
    "decision-broke": {
        "zh": "这个订单无法重新判单（原因见日志），原来的结果保持不变。请联系管理员。",
        "en": "This order cannot be decided again (the log says why); it stays as it was. Tell the administrator.",
    },
    "broke-its-batch": {
        "zh": "处理这条数据时程序反复出错（{reason}），已移出队列。请让管理员查看后重试。",
        "en": "Processing this entry failed again and again ({reason}); it was set aside. Let an administrator look.",
    },
    "receipt-taken": {
        "zh": "另一个进程刚刚处理了同一条数据，正在重试。",
        "en": "Another pump closed it; trying again.",
    },
    "stock-moved": {"zh": "库存刚刚变化，正在重试。", "en": "Stock changed a moment ago; trying again."},
    "stock-refused": {
        "zh": "库存没有改动，请先修正以下问题。",
        "en": "Stock was not changed; mend these problems first.",
    },
    "warehouse-unknown": {
        "zh": "没有仓库“{warehouse}”。请先添加仓库或改正代码。",
        "en": "There is no warehouse “{warehouse}”. Add it or correct the code.",
    },
    "sku-unknown": {"zh": "没有 SKU“{sku}”。请先添加。", "en": "There is no SKU “{sku}”. Add it first."},
    "stock-negative": {"zh": "{sku} 的数量是负数。请改正。", "en": "The count of {sku} is negative. Correct it."},
    "stock-below-reserved": {
        "zh": "{warehouse} 的 {sku} 已为订单预占 {reserved} 件，不能设为 {on_hand}。请先释放订单或改正数量。",
        "en": "{reserved} units of {sku} at {warehouse} are reserved for orders; {on_hand} is too few. "
        "Release orders first or correct the count.",
    },
    "secret-key-invalid": {
        "zh": "密钥长度应为 32 字节（现为 {length}）。请检查 PANDAN_SECRET_KEY 或密钥文件。",
        "en": "The secret key must be 32 bytes (it is {length}). Check PANDAN_SECRET_KEY or the key file.",
    },
    "sealed-unreadable": {
        "zh": "加密内容无法打开（{context}）。密钥可能已更换，请恢复原来的密钥。",
        "en": "Sealed data cannot be opened ({context}). The key may have been changed: bring the old one back.",
    },
}
