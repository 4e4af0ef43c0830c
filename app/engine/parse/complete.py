"""What may come next in a sentence that is being written."""

from __future__ import annotations

from dataclasses import dataclass

from app.engine.parse.actions import Names
from app.engine.parse.reader import Reader, fold
from app.engine.parse.rule import MAX_SENTENCE, language_of, read_whole
from app.engine.parse.steps import best
from app.engine.vocabulary import Vocabulary

_ORDER = ("value", "operator", "joint", "mark", "field", "action")


@dataclass(frozen=True, slots=True)
class Completion:
    """A word that may stand from `start` on, in place of what is written there; the rest as in `reader.Wanted`."""

    start: int
    word: str
    kind: str
    hint: str


def complete(
    written: str, vocabulary: Vocabulary, language: str = "", names: Names | None = None, most: int = 20
) -> list[Completion]:
    """Words that carry the sentence on, those first that complete what was begun; an empty list for what is odd."""
    if len(written) > MAX_SENTENCE:
        return []
    language = language or (language_of(written) if written.strip() else "zh")
    reader = Reader(written)
    best(read_whole(reader, vocabulary, language, names or {}, forgiving=False), 0)
    found = sorted(reader.wanted, key=lambda w: (w.at, _ORDER.index(w.kind), w.word))
    return [Completion(w.at, w.word, w.kind, w.hint) for w in found if fold(w.word) != fold(written[w.at :])][:most]
