"""Which canonical fields a path's names may mean, read with the dictionary that headings of sheets are read with.

That dictionary is of plain Chinese and English words. Its few abbreviations that one or two platforms coined are listed
with their makers, so that a platform can be read as if nobody had ever seen it (`without`).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from functools import lru_cache

from app.intake.meanings import UNSURE, told
from app.intake.words import read_heading

COINED: dict[str, frozenset[str]] = {
    "tid": frozenset({"taobao"}),
    "oid": frozenset({"taobao"}),
    "uid": frozenset({"taobao"}),
    "sn": frozenset({"pdd"}),
    "cnt": frozenset({"wechat_store"}),
    "words": frozenset({"doudian"}),
    "exp": frozenset({"doudian"}),
    "vender": frozenset({"jd"}),
    "outer": frozenset({"taobao", "pdd", "jd"}),
    "out": frozenset({"doudian", "wechat_store"}),
    "post": frozenset({"taobao", "doudian"}),
    "openid": frozenset({"wechat_store", "doudian", "jd", "taobao"}),
    "aftersale": frozenset({"doudian", "pdd", "wechat_store"}),
    "mask": frozenset({"pdd", "doudian"}),
    "should": frozenset({"jd"}),
    "ware": frozenset({"jd"}),
}
"""Words that are no dictionary's, and the platforms whose interfaces they come from. Known only where one of these
platforms is."""

_MEANS = {
    "cnt": "quantity", "words": "message", "exp": "latest", "vender": "seller", "out": "outer", "aftersale": "refund",
    "mask": "masked", "openid": "buyer id", "should": "payable", "ware": "goods", "real": "actual", "attrs": "spec",
    "attr": "spec", "express": "shipping",
}  # fmt: skip
_PHRASES = (
    (re.compile(r"\bopen (id|uid) (buyer|user)\b|\b(buyer|user) open u?id\b|\bopen u?id\b"), "openid"),
    (re.compile(r"\bafter sales?\b"), "aftersale"),
)
_EMPTY_WORDS = frozenset(
    {"str", "info", "infos", "set", "list", "node", "nodes", "data", "gmt", "utc", "display", "edges", "ext"}
)
_BARE = frozenset({"amount", "value", "money", "shop", "presentment", "cent", "cents", "fee"})
_TOKEN = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|[^\W\d_A-Za-z]+")
_DROPPED = frozenset({"POSTAGE", "SELF", "PLATFORM", "MASKED"})
_UNKNOWN = "qz"
_FARTHER = 2
_LESS_A_WORD = 14


def tokens_of(key: str) -> list[str]:
    """The words of a name, `receiverState` and `receiver_state` alike."""
    return [token.lower() for token in _TOKEN.findall(key)]


@lru_cache(maxsize=8192)
def meanings_of(keys: tuple[str, ...], without: frozenset[str] = frozenset()) -> dict[str, float]:
    """Field → score (0 to 100) of a path with these names; fields are called as sheets call them (`id`, `line.sku`)."""
    words = [_known(tokens_of(key), without) for key in keys]
    words = [part for part in words if part]
    if not words:
        return {}
    last = len(words) - 1
    while last and all(word in _BARE for word in words[last]):
        last -= 1
    found: dict[str, float] = {}
    for back in range(3):
        if back > last:
            break
        spoken = [word for part in words[last - back : last + 1] for word in part]
        for field, score in _told(spoken).items():
            found[field] = max(found.get(field, 0), score - _FARTHER * back)
    for shorter in _shortened(words[last]):
        for field, score in _told(shorter).items():
            found[field] = max(found.get(field, 0), score - _LESS_A_WORD)
    return {field: score for field, score in found.items() if score >= UNSURE}


@lru_cache(maxsize=8192)
def concepts_of(keys: tuple[str, ...], without: frozenset[str] = frozenset()) -> frozenset[str]:
    """Everything that the last two names speak of."""
    words = [word for key in keys[-2:] for word in _known(tokens_of(key), without)]
    return frozenset(read_heading(" ".join(words)).concepts)


def own_concepts(keys: Sequence[str], without: frozenset[str] = frozenset()) -> frozenset[str]:
    """What the last name alone speaks of."""
    return concepts_of(tuple(keys[-1:]), without)


def _told(words: Sequence[str]) -> dict[str, int]:
    return told(" ".join(words)) if words else {}


def _known(tokens: Sequence[str], without: Collection[str]) -> tuple[str, ...]:
    """The tokens as the dictionary knows them, coined words of platforms that are left out as nothing anybody knows."""
    text = " ".join(tokens)
    for pattern, meant in _PHRASES:
        text = pattern.sub(meant, text)
    found: list[str] = []
    for token in text.split():
        if token in _EMPTY_WORDS:
            continue
        makers = COINED.get(token)
        if makers is not None and makers <= set(without):
            found.append(_UNKNOWN)
        else:
            found += _MEANS.get(token, token).split()
    return tuple(found)


def _shortened(words: tuple[str, ...]) -> list[tuple[str, ...]]:
    """The name without one of its words that may only say whose or how it is."""
    if len(words) < 2:
        return []
    shorter = []
    for place, word in enumerate(words):
        concepts = read_heading(word).concepts
        if not concepts or set(concepts) <= _DROPPED:
            shorter.append((*words[:place], *words[place + 1 :]))
    return shorter
