"""Sentences of codes that any room may give."""

SENTENCES: dict[str, dict[str, str]] = {
    "internal": {
        "zh": "程序出错了，什么都没有改动。请再试一次；仍然不行请把编号 {reference} 发给管理员。",
        "en": "Something failed inside; nothing was changed. Try again, or give the administrator number {reference}.",
    },
    "not-found": {"zh": "没有找到 {what}。请核对后再试。", "en": "{what} was not found. Check it and try again."},
}
