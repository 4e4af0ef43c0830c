"""Which field the concepts of a heading mean, and how surely.

One rule a line: field, score, the concepts it takes, `|`, those it may have besides. A heading with any further
concept does not mean the field: `退款金额` is no amount paid, `支付单号` no order number. From 75 on the score is sure,
from 55 on likely.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import product

from app.intake.words import Heading

SURE = 75
LIKELY = 55
UNSURE = 40

_RULES = """
id 95 ORDER NUMBER | MAIN PLATFORM CREATE
id 95 ORDER ID | MAIN PLATFORM CREATE
id 85 ORDER CODE | MAIN PLATFORM
id 72 INTERNAL ORDER NUMBER |
id 72 INTERNAL ORDER ID |
id 66 SELLER ORDER NUMBER |
id 66 SELLER ORDER ID |
id 66 DEAL NUMBER | ORDER
id 66 PLATFORM NUMBER | MAIN SELLER
id 66 CREATE NUMBER | ORDER
id 60 INTERNAL NUMBER |
id 58 NUMBER | MAIN
id 58 ID |
id 56 ORDER | MAIN PLATFORM
id 62 ORDER NAME |
id 62 ORDER REF | NUMBER PLATFORM
id 60 DOC NUMBER |
id 58 DOC CODE |
id 58 DOC ID |
id 56 DOC |
line.id 95 SUB NUMBER | ORDER GOODS PLATFORM
line.id 95 SUB ID | ORDER GOODS PLATFORM
line.id 88 ORDER GOODS NUMBER |
line.id 88 ORDER GOODS ID |
line.id 78 SUB | ORDER
state 92 STATUS | ORDER PLATFORM
state 92 STATUS ORDER | SUB PLATFORM CURRENT
state 78 FINANCIAL STATUS |
state 72 PAY STATUS | ORDER
state 62 SHIP STATUS | ORDER
state 60 SHIP PAY STATUS |
state 58 DEAL STATUS | ORDER
line.refund 95 REFUND STATUS | GOODS ORDER SUB PLATFORM
line.refund 66 GOODS REFUND |
line.refund 58 REFUND |
refund_amount 90 REFUND MONEY | GOODS ORDER TOTAL ACTUAL BUYER PAY
customer_name 96 RECEIVER NAME | PERSON MASKED DETAIL
customer_name 90 RPERSON | MASKED RECEIVER
customer_name 64 BUYER NAME | ORDER
customer_name 60 NAME | PERSON DETAIL
customer_name 60 CONTACT NAME |
customer_name 54 BUYER |
customer_name 54 STAFF NAME |
customer_name 58 BILLING NAME |
customer_name 45 RECEIVER NAME HALFNAME |
customer_name 45 RECEIVER HALFNAME |
customer_name 42 NAME HALFNAME | BUYER BILLING
customer_name 42 HALFNAME | BUYER BILLING
phone 96 PHONE RECEIVER | NUMBER PERSON MASKED CONTACT
phone 92 PHONE | NUMBER PERSON MASKED CONTACT
phone 84 PHONE BUYER | NUMBER CONTACT
phone 64 CONTACT NUMBER | RECEIVER BUYER
phone 58 PHONE BILLING | NUMBER
phone 55 LANDLINE | RECEIVER BUYER NUMBER
province 92 PROVINCE | RECEIVER NAME ADDRESS
province 70 COMBINED | RECEIVER BUYER ADDRESS
province 70 PROVINCE CITY | DISTRICT TOWN RECEIVER ADDRESS
province 66 RECEIVER AREA | ADDRESS
province 66 PROVINCE AREA | RECEIVER
province 62 PROVINCE BUYER |
province 60 PROVINCE CODE | RECEIVER
province 58 PROVINCE BILLING | NAME CODE
province 50 AREA | BUYER
city 92 CITY | RECEIVER NAME ADDRESS AREA
city 62 CITY BUYER |
city 58 CITY BILLING |
district 92 DISTRICT | RECEIVER NAME ADDRESS AREA
district 62 DISTRICT BUYER |
district 58 DISTRICT BILLING |
town 92 TOWN | RECEIVER NAME ADDRESS
town 45 STREET | RECEIVER
address 96 ADDRESS RECEIVER | BUYER DETAIL STREET NUMBER PERSON
address 92 ADDRESS | DETAIL STREET
address 97 STREET RECEIVER | NAME
address 70 STREET | NAME
address 62 ADDRESS BUYER | DETAIL
address 58 ADDRESS BILLING | STREET
address 56 STREET BILLING |
address 56 DETAIL RECEIVER |
address 56 RECEIVER |
buyer_id 95 BUYER NICK | PLATFORM ID NUMBER
buyer_id 90 NICK | PLATFORM CREATE ORDER ID
buyer_id 92 BUYER ID | PLATFORM
buyer_id 88 BUYER NUMBER | PLATFORM
buyer_id 82 BUYER CODE | PLATFORM
buyer_id 76 BUYER | PLATFORM
buyer_id 50 BUYER EMAIL | ADDRESS
buyer_id 48 EMAIL | ADDRESS RECEIVER
buyer_id 45 EMAIL BILLING | ADDRESS
buyer_id 45 BUYER NAME | ORDER
buyer_message 95 BUYER MESSAGE | ORDER
buyer_message 92 BUYER MEMO | ORDER
buyer_message 86 MESSAGE | ORDER
buyer_message 70 BUYER LATEST |
buyer_message 62 RECEIVER MESSAGE |
buyer_message 60 RECEIVER MEMO |
buyer_message 60 MEMO | ORDER
seller_memo 95 SELLER MEMO | ORDER
seller_memo 88 SELLER MESSAGE |
seller_memo 86 INTERNAL MEMO |
seller_memo 82 MEMO | ORDER
seller_flag 80 FLAG | SELLER MEMO SPEC ORDER
created_at 95 CREATE TIME | ORDER
created_at 90 ORDER TIME |
created_at 78 CREATE ORDER |
created_at 62 DOC TIME | CREATE
created_at 76 CREATE |
created_at 70 TIME |
created_at 64 DEAL TIME | ORDER
created_at 50 DEAL CONFIRM TIME | ORDER
paid_at 95 PAY TIME | ORDER BUYER FINISH CONFIRM SELF ACTUAL
paid_at 60 ACTUAL TIME |
modified_at 95 MODIFY TIME | ORDER HALFNAME LATEST
modified_at 80 MODIFY | ORDER HALFNAME
ship_by 95 LATEST SHIP TIME | ORDER
ship_by 86 LATEST SHIP |
ship_by 62 LATEST TIME |
paid 95 ACTUAL MONEY | ORDER BUYER PAY TOTAL DUE
paid 92 PAY MONEY | ORDER BUYER TOTAL
paid 90 ACTUAL | ORDER BUYER PAY TOTAL
paid 86 TOTAL PAY | ORDER
paid 86 PAY PRICE TOTAL | ORDER
paid 76 DUE MONEY | ORDER BUYER TOTAL PAY
paid 70 DUE | ORDER BUYER TOTAL
paid 72 ORDER TOTAL | BUYER
paid 66 ORDER MONEY | BUYER TOTAL PRICE
paid 66 ORDER PRICE | TOTAL BUYER
paid 62 TOTAL MONEY | PRICE
paid 62 TOTAL PRICE |
paid 64 TOTAL |
paid 66 TOTAL CREATE |
paid 60 PAY PRICE |
paid 60 DOC TOTAL | MONEY
paid 60 DOC MONEY |
paid 50 PAY |
paid 58 MONEY |
paid 50 SELLER ACTUAL | MONEY
paid 56 ORDER PAY |
goods_amount 92 GOODS TOTAL MONEY | ORDER BUYER PRICE
goods_amount 92 GOODS TOTAL PRICE | ORDER BUYER
goods_amount 86 GOODS MONEY | ORDER BUYER DUE
goods_amount 90 SUBTOTALEN | ORDER GOODS MONEY
goods_amount 80 ORDER MONEY | BUYER TOTAL
goods_amount 80 ORDER PRICE | TOTAL
goods_amount 78 TOTAL MONEY |
goods_amount 76 TOTAL PRICE |
goods_amount 64 GOODS TOTAL |
goods_amount 58 ORDER TOTAL |
goods_amount 56 TOTAL |
postage 95 POSTAGE | ORDER BUYER DUE ACTUAL MONEY PAY TOTAL PRICE CHARGE
postage 80 CARRIER MONEY | ORDER BUYER
discount 95 DISCOUNT MONEY | ORDER TOTAL GOODS PRICE
discount 88 DISCOUNT TOTAL | ORDER
discount 86 DISCOUNT | ORDER GOODS
discount 66 SELLER DISCOUNT | MONEY
discount 48 PLATFORM DISCOUNT | MONEY
discount 45 COUPON MONEY | DISCOUNT
discount 42 COUPON | DISCOUNT
currency 90 CURRENCY | ORDER CODE
carrier_wish 90 CARRIER WISH | COMPANY NAME
carrier_wish 72 CARRIER | COMPANY NAME
carrier_wish 80 CARRIER LATEST |
line.sku 96 SKU | CODE NUMBER SELLER GOODS
line.sku 90 SKU SPEC CODE | SELLER
line.sku 88 SKU ID | SELLER GOODS
line.sku 94 SELLER CODE SPEC | GOODS
line.sku 93 SELLER CODE | GOODS
line.sku 88 SELLER GOODS NUMBER |
line.sku 86 SELLER GOODS ID |
line.sku 88 SPEC CODE | GOODS
line.sku 86 GOODS CODE |
line.sku 78 GOODS NUMBER |
line.sku 66 SPEC NUMBER | GOODS
line.sku 64 SPEC ID | GOODS
line.sku 60 SKU PLATFORM | CODE NUMBER ID
line.sku 57 BARCODE | GOODS CODE SPEC
line.sku 56 CODE |
line.sku 80 SUPPLIER GOODS CODE | SKU
line.sku 76 SUPPLIER GOODS NUMBER |
line.sku 70 SUPPLIER SKU | CODE NUMBER ID
line.sku 84 SKU REF | NUMBER
line.item 95 GOODS ID | PLATFORM
line.item 88 GOODS PLATFORM CODE |
line.item 88 GOODS PLATFORM NUMBER |
line.item 62 SKU PLATFORM | CODE NUMBER ID
line.item 60 SPEC ID | GOODS PLATFORM
line.item 50 GOODS NUMBER |
line.item 58 SKU ID | GOODS
line.title 95 GOODS NAME | PLATFORM
line.title 95 GOODS TITLE | NAME PLATFORM
line.title 90 TITLE |
line.title 86 GOODS |
line.title 66 GOODS NAME SPEC |
line.title 60 GOODS DETAIL | NAME
line.spec 92 SPEC | GOODS NAME DEAL
line.spec 84 SKU SPEC | NAME GOODS
line.spec 66 SKU NAME | GOODS
line.quantity 95 QUANTITY | GOODS BUYER CREATE DEAL SUB SKU ORDER
line.quantity 82 QUANTITY TOTAL | GOODS ORDER BUYER
line.quantity 66 QUANTITY PAY | GOODS
line.quantity 45 QUANTITY SHIP | GOODS
line.price 96 SALEPRICE | GOODS DEAL SKU
line.price 95 UNIT PRICE | GOODS DEAL
line.price 90 UNIT MONEY | GOODS
line.price 86 GOODS PRICE | DEAL SPEC SKU
line.price 84 DEAL PRICE |
line.price 60 ACTUAL PRICE | GOODS UNIT SKU
line.price 84 ACTUAL SALEPRICE | GOODS
line.price 76 PRICE | PLATFORM SKU
line.price 50 LIST PRICE | GOODS
line.paid 95 GOODS ACTUAL | MONEY PAY SUB TOTAL
line.paid 90 GOODS PAY MONEY | SUB
line.paid 92 SUB ACTUAL | ORDER MONEY PAY GOODS
line.paid 88 SUB PAY MONEY | ORDER
line.paid 84 SUB TOTAL | MONEY PRICE GOODS
line.paid 80 SUB MONEY | TOTAL ORDER
line.paid 76 SUBTOTAL | GOODS MONEY
line.paid 62 GOODS TOTAL |
line.paid 60 DEAL MONEY | GOODS TOTAL ACTUAL
line.paid 94 LINEEN TOTAL | MONEY PRICE
line.paid 88 LINEEN MONEY |
line.paid 92 SKU SUBTOTALEN | ACTUAL
line.paid 84 SUB SUBTOTALEN | ACTUAL
line.paid 66 PAY PRICE | GOODS
line.paid 84 SUB PRICE |
line.paid 58 DEAL |
line.paid 50 GOODS MONEY |
line.paid 56 MONEY |
"""

# English words that stand for several things; every reading is tried.
_READINGS = {
    "SHIPEN": ("RECEIVER", "POSTAGE", "SHIP"),
    "DELIVEREN": ("RECEIVER", "POSTAGE"),
    "NUMEN": ("NUMBER", "QUANTITY"),
    "ITEMEN": ("GOODS", "LINEEN"),
    "STATEEN": ("STATUS", "PROVINCE"),
    "CONTACT": ("CONTACT", "RPERSON", "PHONE"),
}
# As alike as they are, a reading that is not the usual one gives way.
_SECOND_READING = 2
_AROUND = frozenset({"SELF"})
_LEFTOVER = 22


@dataclass(frozen=True, slots=True)
class Rule:
    """A line of the rules above."""

    field: str
    score: int
    takes: frozenset[str]
    allows: frozenset[str]


def _rules() -> tuple[Rule, ...]:
    rules = []
    for line in filter(None, _RULES.splitlines()):
        taken, _, allowed = line.partition("|")
        field, score, *takes = taken.split()
        rules.append(Rule(field, int(score), frozenset(takes), frozenset(allowed.split())))
    return tuple(rules)


RULES = _rules()


@lru_cache(maxsize=8192)
def meanings(heading: Heading) -> dict[str, int]:
    """The fields the heading may mean, with scores; nothing when it means none."""
    less, dull = _leftover(heading.rest)
    found: dict[str, int] = {}
    for nth, concepts in enumerate(_variants(heading.meant)):
        for rule in RULES:
            if _fits(rule, concepts):
                score = rule.score - less - (_SECOND_READING if nth else 0)
                score = min(score, UNSURE) if dull else score
                found[rule.field] = max(found.get(rule.field, 0), score)
    return {field: score for field, score in found.items() if score >= UNSURE}


def _fits(rule: Rule, concepts: frozenset[str]) -> bool:
    if "RPERSON" in concepts and "RPERSON" not in rule.takes:
        concepts = (concepts - {"RPERSON"}) | {"RECEIVER"}
    return rule.takes <= concepts and concepts - rule.takes <= rule.allows | _AROUND


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
