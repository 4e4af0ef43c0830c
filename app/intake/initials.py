"""The first letters of names in pinyin, as people type them to find a thing (`lyq` for 连衣裙)."""

from __future__ import annotations

from bisect import bisect_right
from functools import lru_cache

# GB 2312 lists its 3,755 common characters by pinyin: where each letter begins.
_BEGINS = (
    (0xB0A1, "a"), (0xB0C5, "b"), (0xB2C1, "c"), (0xB4EE, "d"), (0xB6EA, "e"), (0xB7A2, "f"), (0xB8C1, "g"),
    (0xB9FE, "h"), (0xBBF7, "j"), (0xBFA6, "k"), (0xC0AC, "l"), (0xC2E8, "m"), (0xC4C3, "n"), (0xC5B6, "o"),
    (0xC5BE, "p"), (0xC6DA, "q"), (0xC8BB, "r"), (0xC8F6, "s"), (0xCBFA, "t"), (0xCDDA, "w"), (0xCEF4, "x"),
    (0xD1B9, "y"), (0xD4D1, "z"), (0xD7FA, ""),
)  # fmt: skip
_PLACES = [place for place, _ in _BEGINS]
_LETTERS = [letter for _, letter in _BEGINS]


@lru_cache(maxsize=65536)
def initials(text: str) -> str:
    """The first letter of each common character's pinyin, Latin letters and digits as they are; the rest left out."""
    return "".join(map(_initial, text.casefold()))


def _initial(letter: str) -> str:
    if letter.isascii():
        return letter if letter.isalnum() else ""
    try:
        code = int.from_bytes(letter.encode("gb2312"), "big")
    except UnicodeEncodeError:
        return ""
    place = bisect_right(_PLACES, code) - 1
    return _LETTERS[place] if place >= 0 else ""
