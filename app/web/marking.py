"""Two texts beside each other with the words marked that differ."""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import SequenceMatcher

Part = tuple[str, bool]
"""A piece of text, and whether it differs."""
_WORDS = re.compile(r"[0-9][0-9,.:%+-]*|[A-Za-z][A-Za-z'-]*|\s+|.", re.DOTALL)
_SLIGHT = 3
"""Characters between two marks that are marked with them: single ones in between are no easier to read."""


def marked(before: str, after: str) -> tuple[list[Part], list[Part]]:
    """Both texts in parts. Numbers and Latin words are whole, Chinese goes by the character."""
    old, new = _WORDS.findall(before), _WORDS.findall(after)
    blocks = SequenceMatcher(None, old, new, autojunk=False).get_matching_blocks()
    same = [block for block in blocks if len("".join(old[block.a : block.a + block.size]).strip()) >= _SLIGHT]
    return _parts(old, [(one.a, one.size) for one in same]), _parts(new, [(one.b, one.size) for one in same])


def _parts(words: Sequence[str], same: Sequence[tuple[int, int]]) -> list[Part]:
    parts: list[Part] = []
    at = 0
    for start, size in [*same, (len(words), 0)]:
        parts += [("".join(words[at:start]), True), ("".join(words[start : start + size]), False)]
        at = start + size
    return [part for part in parts if part[0]]
