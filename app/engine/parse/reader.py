"""A sentence as it is read: places in it, words found there, and what could have stood where it ends."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache

_FOLD = str.maketrans("，。；：（）！？＝＜＞　“”「」『』‘’＂", ',.;:()!?=<> """""""""')
_NUMBER = re.compile(r"[-−]?\d+(?:,\d{3})*(?:\.\d+)?(?:e[-+]?\d+)?")


@dataclass(frozen=True, slots=True)
class Wanted:
    """A word that may stand at `at`; `kind` field, operator, value, joint, action or mark; `hint` what it begins."""

    at: int
    word: str
    kind: str
    hint: str = ""


@dataclass(slots=True)
class Reader:
    """One sentence. Letters are compared without regard to case or width, spaces only separate."""

    text: str
    folded: str = ""
    wanted: set[Wanted] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.folded = fold(self.text)

    def skip(self, at: int) -> int:
        """The next place at or after `at` that is no space."""
        while at < len(self.folded) and self.folded[at].isspace():
            at += 1
        return at

    def ends(self, at: int) -> bool:
        """Whether nothing but spaces follows."""
        return self.skip(at) == len(self.folded)

    def word(self, at: int, word: str, kind: str = "", hint: str = "") -> int | None:
        """Where `word` ends that stands at `at`; None when it does not. A `kind` makes it a completion at the end."""
        start = end = self.skip(at)
        for piece in pieces(word):
            end = self.skip(end)
            if not self.folded.startswith(piece, end):
                if kind and piece.startswith(self.folded[end:]):
                    self.wanted.add(Wanted(start, word, kind, hint))
                return None
            end += len(piece)
        cut = end < len(self.folded) and _joined(self.folded[end - 1]) and _joined(self.folded[end])
        return None if cut else end

    def number(self, at: int) -> tuple[int, str] | None:
        """A number's end and its plain digits, thousands' commas left out."""
        start = self.skip(at)
        found = _NUMBER.match(self.folded, start)
        if found is None:
            return None
        return found.end(), found[0].replace(",", "").replace("−", "-")

    def quoted(self, at: int) -> tuple[int, str] | None:
        """A text in quotes: its end and what it says; a closing quote in it is doubled."""
        start = self.skip(at)
        if start >= len(self.text) or self.folded[start] != '"':
            return None
        closing = _CLOSING.get(self.text[start], self.text[start])
        said, place = [], start + 1
        while place < len(self.text):
            if self.text[place] != closing:
                said.append(self.text[place])
                place += 1
            elif self.text.startswith(closing * 2, place):
                said.append(closing)
                place += 2
            else:
                return place + 1, "".join(said)
        return None


_CLOSING = {"“": "”", "「": "」", "『": "』", "‘": "’", "”": "”"}


def fold(text: str) -> str:
    """The text as it is compared, place for place: small letters, narrow signs, one kind of quote."""
    narrow = text.translate(_FOLD)
    return "".join(low if len(low := letter.lower()) == 1 else letter for letter in narrow)


@lru_cache(maxsize=8192)
def pieces(word: str) -> tuple[str, ...]:
    """A word's parts between spaces, folded."""
    return tuple(fold(word).split())


def _joined(letter: str) -> bool:
    return letter.isascii() and letter.isalnum()
