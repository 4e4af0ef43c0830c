"""Which field a heading means, and how surely: the table of senses applied to the concepts of the heading."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import product

from app.intake.senses import SENSES
from app.intake.words import Heading, alternatives, read_heading

SURE = 75
LIKELY = 55
UNSURE = 40

# English words that stand for several things; every reading is tried.
_READINGS = {
    "SHIPEN": ("RECEIVER", "POSTAGE", "SHIP"),
    "DELIVEREN": ("RECEIVER", "POSTAGE"),
    "NUMEN": ("NUMBER", "QUANTITY"),
    "ITEMEN": ("GOODS", "LINEEN"),
    "STATEEN": ("STATUS", "PROVINCE"),
    "CONTACT": ("CONTACT", "RPERSON", "PHONE"),
    "EACH": ("UNIT", "SALEPRICE"),
    "OWNER": ("SELLER", "BUYER"),
    "PARENTEN": ("MAIN", "BUYER"),
    "PIECEEN": ("QUANTITY", "GOODS"),
}
# As alike as they are, a reading that is not the usual one gives way.
_SECOND_READING = 2
# A particular word is the general one beside others, where a rule does not name it.
_GENERAL = {"RPERSON": "RECEIVER", "PNAME": "NAME", "TNAME": "NAME"}
_AROUND = frozenset({"SELF"})
# Fields where a heading may say whose or what part of an order it speaks of, and means the same.
_SCOPES = {
    "ORDER": "state phone address province city district buyer_id buyer_message seller_memo created_at paid_at "
    "modified_at ship_by postage discount currency carrier_wish refund_amount line.refund line.title line.spec "
    "line.quantity line.sku",
    "SUB": "line.sku line.item line.title line.spec line.quantity line.price line.paid",
    "GOODS": "line.sku line.item line.title line.spec line.quantity line.price line.paid",
    "BUYER": "created_at paid_at ship_by paid goods_amount postage discount carrier_wish refund_amount line.spec "
    "line.quantity line.price line.paid",
}
_SCOPED = {concept: frozenset(fields.split()) for concept, fields in _SCOPES.items()}
_SCOPE_LESS = 4
_OF_PEOPLE = frozenset({"customer_name", "phone", "address", "buyer_id"})
_EXACT = frozenset({"province", "city", "district", "town", "line.id"})
_LEFTOVER = 22
# 司机电话, 班主任姓名: an unknown word before what belongs to people is another person. 小区 is no district.
_SOMEBODY = 18
_UNKNOWN_PART = 12


@dataclass(frozen=True, slots=True)
class Rule:
    """A line of the table."""

    field: str
    score: int
    takes: frozenset[str]
    allows: frozenset[str]


def _rules() -> tuple[Rule, ...]:
    rules = []
    for line in filter(None, SENSES.splitlines()):
        taken, _, allowed = line.partition("|")
        field, score, *takes = taken.split()
        rules.append(Rule(field, int(score), frozenset(takes), frozenset(allowed.split())))
    return tuple(rules)


RULES = _rules()


@lru_cache(maxsize=8192)
def told(heading: str) -> dict[str, int]:
    """The fields the heading as written may mean, with scores.

    Where it says nothing as a whole, its parts are heard each by itself: what they agree on is meant.
    """
    found = dict(meanings(read_heading(heading)))
    if max(found.values(), default=0) < LIKELY:
        for parts in alternatives(heading):
            for field, score in _agreed([read_heading(part) for part in parts]).items():
                found[field] = max(found.get(field, 0), score)
    return found


def meanings(heading: Heading) -> dict[str, int]:
    """The fields the concepts of the heading may mean, with scores; nothing when they mean none."""
    less, dull = _leftover(heading.rest)
    found: dict[str, int] = {}
    for nth, concepts in enumerate(_variants(heading.meant)):
        for rule in RULES:
            lacking = _lacking(rule, concepts)
            if lacking is not None:
                score = rule.score - lacking - less - (_SECOND_READING if nth else 0)
                if (rule.field in _EXACT and less) or (rule.field in _OF_PEOPLE and _another(heading.rest)):
                    score -= _SOMEBODY
                # The last word says what a thing is: 运费模板 is no postage.
                if dull or (heading.ends_unknown and rule.field != "line.spec"):
                    score = min(score, UNSURE)
                found[rule.field] = max(found.get(rule.field, 0), score)
    return {field: score for field, score in found.items() if score >= UNSURE}


def _another(rest: tuple[str, ...]) -> bool:
    """Whether what is left over may be somebody."""
    return any(len(piece) > 1 for piece in rest)


def _agreed(parts: list[Heading]) -> dict[str, int]:
    """What all the parts mean that say anything."""
    speaking = [part for part in parts if part.concepts]
    if not speaking:
        return {}
    each = [meanings(part) for part in speaking]
    less = _UNKNOWN_PART if len(speaking) < len(parts) else 0
    common = set.intersection(*(set(one) for one in each))
    return {field: max(one[field] for one in each) - less for field in common}


def _lacking(rule: Rule, concepts: frozenset[str]) -> int | None:
    """How much less the rule says of these concepts for what it does not name; None when it says nothing."""
    for particular, general in _GENERAL.items():
        if particular in concepts and len(concepts) > 1 and particular not in rule.takes:
            concepts = (concepts - {particular}) | {general}
    if not rule.takes <= concepts:
        return None
    further = concepts - rule.takes - rule.allows - _AROUND
    if any(rule.field not in _SCOPED.get(concept, ()) for concept in further):
        return None
    return _SCOPE_LESS * len(further)


def _variants(concepts: frozenset[str]) -> list[frozenset[str]]:
    several = [word for word in _READINGS if word in concepts]
    if not several:
        return [concepts]
    plain = concepts - set(several)
    return [plain | set(choice) for choice in product(*(_READINGS[word] for word in several))]


def _leftover(rest: tuple[str, ...]) -> tuple[int, bool]:
    """What the letters that mean nothing take off the score, and whether the heading stays unsure for them."""
    rest = tuple(piece for piece in rest if piece != "1")
    if any(piece.isdigit() for piece in rest):
        return 0, True  # the second line of an address, the third attribute
    letters = sum(len(piece) if not piece.isascii() else 2 for piece in rest)
    return (_LEFTOVER if rest else 0), letters > 3
