"""The text being read: its plain form, and which of it has been understood already."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

TAKEN = "\0"
"""Stands for every character that has been understood, so that places stay as they are."""
EDGES = " \t\r\n\0,.。、;:!?！？~～…|()（）【】[]{}「」“”\"'‘’<>《》-—_/\\@#"
_LONE_MARK = re.compile(r"(?<= )[·•|/](?= )")
_SEPARATORS = re.compile(r"[\0\n,;。；!！?？|~～…]+")


def plain(text: str) -> str:
    """The text with full-width letters made narrow and pictures made spaces, character by character."""
    narrow = "".join(map(_plain_letter, text))
    return _LONE_MARK.sub(" ", narrow)


def _plain_letter(letter: str) -> str:
    if letter in "\n。、":
        return letter
    if letter.isspace() or letter == "\r":
        return " "
    if unicodedata.category(letter) in ("So", "Sk", "Cf", "Mn", "Cs", "Co"):
        return " "
    narrow = unicodedata.normalize("NFKC", letter)
    return narrow if len(narrow) == 1 else letter


class Paper:
    """A text from which findings are struck out one after the other."""

    def __init__(self, text: str) -> None:
        self.given = text
        self.plain = plain(text)
        self._letters = list(self.plain)

    @property
    def rest(self) -> str:
        """What has not been understood yet; the same length as the text."""
        return "".join(self._letters)

    def said(self, start: int, end: int) -> str:
        """What a span says: letters and digits narrow, marks as they were written, single spaces."""
        pairs = zip(self.given[start:end], self.plain[start:end], strict=True)
        letters = "".join(narrow if narrow.isalnum() or narrow.isspace() else written for written, narrow in pairs)
        return " ".join(letters.split())

    def take(self, start: int, end: int) -> None:
        """Strike out a span."""
        self._letters[start:end] = TAKEN * (end - start)

    def search(self, pattern: re.Pattern[str], start: int = 0, end: int | None = None) -> re.Match[str] | None:
        """The first match in what is left."""
        return pattern.search(self.rest, start, len(self._letters) if end is None else end)

    def pieces(self, separators: re.Pattern[str] = _SEPARATORS) -> Iterator[tuple[int, str]]:
        """What is left between separators, with where each piece begins; nothing empty."""
        rest, start = self.rest, 0
        for found in separators.finditer(rest):
            yield from _piece(rest, start, found.start())
            start = found.end()
        yield from _piece(rest, start, len(rest))


def _piece(rest: str, start: int, end: int) -> Iterator[tuple[int, str]]:
    piece = rest[start:end]
    bare = piece.strip(EDGES)
    if bare:
        yield start + piece.index(bare[0]), bare
