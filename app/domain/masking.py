"""Personal texts with most of them starred, for whoever need not read them."""

from __future__ import annotations

import re

PHONE = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)")


def masked_text(text: str) -> str:
    """A personal text with most of it starred: `张**`, `138****8888`, `浙江****`."""
    if PHONE.fullmatch(text):
        return f"{text[:3]}****{text[-4:]}"
    if len(text) <= 1:
        return "*" * len(text)
    return text[: 1 if len(text) <= 4 else 2] + "*" * min(len(text) - 1, 6)
