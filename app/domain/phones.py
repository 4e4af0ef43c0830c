"""Phone numbers as evidence of who buys."""

from __future__ import annotations

_DIGITS = 11
"""Of a Chinese mobile number; what stands before them is a country's code."""


def mobile_digits(phone: str) -> str | None:
    """The last eleven digits of a phone shown whole; None when it is masked or has fewer."""
    digits = phone if phone.isdecimal() else "".join(filter(str.isdigit, phone))
    return None if "*" in phone or len(digits) < _DIGITS else digits[-_DIGITS:]


def masked(phone: str) -> str | None:
    """The phone as platforms mask it (`138****0001`), to be compared with masked ones; None when it is none."""
    if "*" in phone:
        return phone
    digits = mobile_digits(phone)
    return f"{digits[:3]}****{digits[-4:]}" if digits else None
