"""Sentences of what pages refuse."""

SENTENCES: dict[str, dict[str, str]] = {
    "bad-cursor": {
        "zh": "翻页的地址不对。请从第一页重新开始。",
        "en": "The page's address is not right. Begin again from the first page.",
    },
    "choose-warehouse": {"zh": "请选一个仓库。", "en": "Choose a warehouse."},
    "mend-elsewhere": {
        "zh": "这里改不了这个值。请改字段映射，或让发送方改正后重新提交。",
        "en": "This value cannot be put right here. Change the field mapping, or have the sender resend it corrected.",
    },
    "reason-missing": {"zh": "请写明不要了的原因。", "en": "Say why they are not wanted."},
    "group-gone": {
        "zh": "这一组已经处理完了。",
        "en": "This group has been dealt with already.",
    },
    "number-needed": {"zh": "件数要填整数。", "en": "Units must be a whole number."},
    "sku-needed": {"zh": "请填 SKU。", "en": "Fill in a SKU."},
    "file-missing": {"zh": "请先选择一个文件。", "en": "Choose a file first."},
    "item-matched-before": {
        "zh": "商品 {item} 已经匹配过了。",
        "en": "Item {item} has been matched already.",
    },
    "shop-code": {
        "zh": "店铺编码只能用字母、数字、- 和 _，最多 64 个。",
        "en": "A shop's code has letters, digits, - and _ only, at most 64.",
    },
    "task-gone": {"zh": "这个任务已经完成了。", "en": "This task is done already."},
    "import-gone": {"zh": "没有这次导入。", "en": "There is no such import."},
    "import-again": {
        "zh": "这次导入不能再继续。请重新上传文件。",
        "en": "This import cannot go on. Upload the file again.",
    },
    "import-not-undoable": {
        "zh": "这次导入现在不能撤销：它还没有结束，或已经撤销过了。",
        "en": "This import cannot be undone now: it is not through, or was undone already.",
    },
    "layout-unknown": {
        "zh": "没有名为「{name}」的列对应。已记住的有：{names}。",
        "en": "No layout called “{name}” is remembered. There are: {names}.",
    },
}
