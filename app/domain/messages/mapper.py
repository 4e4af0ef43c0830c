"""Sentences of the mapper."""

SENTENCES: dict[str, dict[str, str]] = {
    "mapper-nothing-chosen": {
        "zh": "还没有选平台的字段。请先点报文里的一个值，再点要接的字段，或者直接把它拖过来。",
        "en": "Nothing of the payload is chosen. Choose one of its values, then the field, or drag it there.",
    },
    "paste-unreadable": {
        "zh": "这段内容读不出订单。请粘贴一个平台订单的 JSON，或者从表格里连同表头一起复制几行。",
        "en": "No order could be read from this. Paste a platform's order as JSON, or copy some rows of a sheet with "
        "their headings.",
    },
    "sheet-without-rows": {
        "zh": "这个文件里没有读到数据行。请选一个表头在上、下面有订单的表。",
        "en": "No rows were found in the file. Choose a table with headings and orders below them.",
    },
    "paste-not-json": {
        "zh": "JSON 在第 {line} 行第 {column} 列断了，请检查是否复制完整。",
        "en": "The JSON breaks off at line {line}, column {column}. Check that all of it was copied.",
    },
}
