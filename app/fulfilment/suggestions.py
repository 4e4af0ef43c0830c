"""Which SKU a shop's item most likely is, by how alike their codes and titles are written."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

LIKELY = 0.45


class SkuIndex:
    """SKUs by the letter pairs of their code and name, so that many items are compared with thousands quickly."""

    def __init__(self, skus: Iterable[tuple[str, str]]) -> None:
        self._pairs: list[tuple[str, frozenset[str], frozenset[str]]] = []
        self._holders: defaultdict[str, list[int]] = defaultdict(list)
        for place, (sku, name) in enumerate(skus):
            code_pairs, name_pairs = _pairs(sku), _pairs(name)
            self._pairs.append((sku, code_pairs, name_pairs))
            for pair in code_pairs | name_pairs:
                self._holders[pair].append(place)

    def suggest(self, code: str, title: str) -> str | None:
        """The most alike SKU for an item's merchant `code` and `title` with specification; None when none is near."""
        code_pairs, title_pairs = _pairs(code), _pairs(title)
        places = {place for pair in code_pairs | title_pairs for place in self._holders.get(pair, ())}
        scored = [(self._score(place, code_pairs, title_pairs), self._pairs[place][0]) for place in places]
        best = max(scored, key=lambda each: (each[0], each[1]), default=(0.0, ""))
        return best[1] if best[0] >= LIKELY else None

    def _score(self, place: int, code_pairs: frozenset[str], title_pairs: frozenset[str]) -> float:
        _, sku_pairs, name_pairs = self._pairs[place]
        return max(_alike(code_pairs, sku_pairs), _alike(title_pairs, name_pairs), _alike(title_pairs, sku_pairs))


def _pairs(text: str) -> frozenset[str]:
    letters = "".join(letter for letter in text.casefold() if letter.isalnum())
    return frozenset(letters[place : place + 2] for place in range(len(letters) - 1)) or frozenset(letters)


def _alike(one: frozenset[str], other: frozenset[str]) -> float:
    return 2 * len(one & other) / (len(one) + len(other)) if one and other else 0.0
