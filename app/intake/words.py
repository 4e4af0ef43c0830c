"""The words of headings: what each means, in Chinese and English, whatever a file puts around them.

A heading is brought into a plain form (full width, traditional characters, case, brackets, units, plurals) and cut
into concepts: `买家实际支付金额(元)` is BUYER ACTUAL PAY MONEY, `Date Paid` is TIME PAY.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from app.intake.lexicon import CONCEPTS, LONGEST, SIMPLE
from app.intake.speech import plainly

_UNITS = re.compile(
    r"元|人民币|￥|¥|\$|rmb|cny|usd|eur|gbp|件|个|本|套|kg|g|克|公斤|千克|必填|选填|可选|可不填|required|optional|"
    r"yuan|pcs|(inc|incl|ex|excl)\.? ?(tax|vat|gst)|文本|数字|格式.*|例.*|如.*|yyyy.*|\d+"
)
_BRACKETS = re.compile(r"[(\[【{<《「]([^)\]】}>》」]*)[)\]】}>》」]?")
# £/cask, price/kg; 元/份 in a bracket.
_FOR_EACH = re.compile(r"(?:[$£€]|\b(?:price|cost|rate))\s*(?:/|\bper\b)\s*[a-z]+")
_FOR_ONE = re.compile(r"(?:元|¥|￥|\$|rmb|cny|usd|eur|gbp|hk\$)\s*/\s*\w+")
_TOLD_AMOUNT = re.compile("[费税价额]")
_SIGNS = re.compile(r"(?<![(\[/])[$£€](?![)\]])")
# As the questions of a form are.
_NUMBERED = re.compile(r"^\s*[Qq第]?\d{1,2}\s*(?:[、.:)题]+|(?=[\u4e00-\u9fff]{3}))\s*")
_SLASH = re.compile(r"[/|、+&]|\b(?:or|and)\b|或")
_HAN = re.compile(r"[\u4e00-\u9fff]+")
_NOT_HAN = re.compile(r"[^\u4e00-\u9fff]+")
_SAYS = re.compile(r"[^\W\d_]")
_LATIN = re.compile(r"[a-z]+|\d+|[^a-z\d\s]+")
_PLURAL_EXCEPTIONS = frozenset({"status", "address", "taxes", "goods", "logistics", "units", "items"})
_PHRASES = (
    (re.compile(r"\b(?:ship|deliver|post|send|dispatch|mail) to\b"), "shipto"),
    (re.compile(r"\bbill to\b"), "billto"),
    (re.compile(r"\b(?:purchase|sales?|work|customer) order\b"), "po"),
    (re.compile(r"\binventory item"), "item"),
    (re.compile(r"(?<=[\u4e00-\u9fff][^的\s])(?:是谁|是啥|是什么|是多少)$"), ""),
    (re.compile("(?<=应收|应付|实收|实付|运费|邮费|总价|合计|金额|单价)多少"), ""),
    (re.compile(r"(?<=\w) (?:s|ve|re|d|ll)\b"), ""),
    (re.compile(r"\b(?:postal|mailing|home) address"), "address"),
    (re.compile(r"\breal name\b"), "fullname"),
    (re.compile(r"\b(?:sell|sold) to\b"), "soldto"),
    (re.compile(r"\b(?:total|number of|no of) items\b"), "quantity"),
    (re.compile(r"\bafter (?:\w+ )?(?:discount|promotion|rebate)s?\b"), "actual"),
    (re.compile(r"\bbefore (?:\w+ )?(?:discount|promotion|rebate)s?\b"), "list"),
    (re.compile(r"\b(?:inc|incl|including|exc|excl|excluding|ex) (?:of )?(?:tax|vat|gst)(?:es)?\b"), " "),
    (re.compile(r"\b(?:tax|vat|gst) (?:inc|incl|included|inclusive|exc|excl|excluded)\b"), " "),
)
"""English words that mean something else together."""


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading in plain form: `compact` letters without separators, its concepts in order, what is left over, and whether it ends with such."""

    compact: str
    concepts: tuple[str, ...]
    rest: tuple[str, ...]
    ends_unknown: bool = False

    @property
    def meant(self) -> frozenset[str]:
        return frozenset(self.concepts)


def plain(heading: str) -> str:
    """The heading with width, traditional characters, case, units in brackets and separators taken off."""
    return _pieces(heading)[0]


@lru_cache(maxsize=8192)
def read_heading(heading: str) -> Heading:
    """The heading's concepts."""
    compact, body, text = _pieces(heading)
    concepts: list[str] = []
    rest: list[str] = []
    for piece in _LATIN.findall(text):
        found, left = _cut(_singular(piece))
        concepts += found
        rest += left
    return Heading(compact, tuple(concepts), tuple(rest), bool(rest) and _ends_with(body, rest[-1]))


def _ends_with(body: str, word: str) -> bool:
    """Whether the last word of a heading is this one."""
    last = body.split()[-1:]
    return bool(last) and len(word) > 1 and not word.isdigit() and _singular(last[0]).endswith(word)


def alternatives(heading: str) -> list[tuple[str, ...]]:
    """The ways a heading may fall into parts that each say the same: two languages, a bracket, a slash."""
    text = _NUMBERED.sub("", unicodedata.normalize("NFKC", heading))
    hints = " ".join(hint for hint in _BRACKETS.findall(text) if not _UNITS.fullmatch(hint.strip().casefold()))
    body = _BRACKETS.sub(" ", text)
    ways = ((body, hints), (_HAN.sub(" ", text), _NOT_HAN.sub(" ", text)), tuple(_SLASH.split(text)))
    return [parts for way in ways if len(parts := tuple(part for part in way if _SAYS.search(part))) > 1]


def _pieces(heading: str) -> tuple[str, str, str]:
    text = _NUMBERED.sub("", unicodedata.normalize("NFKC", heading).translate(SIMPLE))
    text = re.sub(r"(?<=[a-z\d])(?=[A-Z])", " ", text).casefold()
    hints: list[str] = []

    def bracket(found: re.Match[str]) -> str:
        if _FOR_ONE.fullmatch(found[1].strip()) and not _TOLD_AMOUNT.search(text):
            return " 单价 "
        if not _UNITS.fullmatch(found[1].strip()):
            hints.append(found[1])
        return " "

    if not _HAN.search(text):
        text = _SIGNS.sub(" money ", _FOR_EACH.sub(" unit price ", text))
    body = _spaced(_BRACKETS.sub(bracket, text))
    hint = _spaced(" ".join(hints))
    # A heading that is all bracket is read as if it had none.
    body = body or hint
    compact = (body + hint if body != hint else body).replace(" ", "")
    return compact, body, f"{body} {hint}"


def _spaced(text: str) -> str:
    text = re.sub(r"\b1\s*(&|and)\s*2\b", " ", text).replace("#", " no ")
    text = " ".join(re.sub(r"[^\w]+|_", " ", text).split())
    for phrase, meant in _PHRASES:
        text = phrase.sub(meant, text)
    return plainly(text)


def _singular(word: str) -> str:
    if word in _PLURAL_EXCEPTIONS or not word.isascii() or len(word) < 4:
        return word
    return word[:-1] if word.endswith("s") and not word.endswith("ss") else word


def _cut(text: str) -> tuple[list[str], list[str]]:
    """The concepts of one piece, with as few letters as possible left over, then as few words as possible."""
    # best[n]: (letters left over, words, concepts, leftovers) of the first n letters.
    best: list[tuple[int, int, list[str], list[str]]] = [(0, 0, [], [])]
    for end in range(1, len(text) + 1):
        loose, words, found, left = best[end - 1]
        choice = (loose + 1, words, found, [*left, text[end - 1]])
        for start in range(max(0, end - LONGEST), end):
            concept = CONCEPTS.get(text[start:end])
            if concept and (best[start][0], best[start][1] + 1) < choice[:2]:
                choice = (best[start][0], best[start][1] + 1, [*best[start][2], concept], best[start][3])
        best.append(choice)
    _, _, found, left = best[-1]
    if text.isascii() and left:
        # Half an English word says nothing.
        return [], [text]
    return found, ["".join(left)] if left else []
