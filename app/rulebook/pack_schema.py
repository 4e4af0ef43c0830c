"""The shape of a pack's document. Rules are checked by the engine, mappings by the mapping room."""

from __future__ import annotations

from app.mapping.section import SectionSchema
from app.mapping.strict import Strict, anything, keyed, listed, nested, text, truth, whole
from app.rulebook.escalation_schema import CLOCKS, CalendarSchema, LastsSchema, StepSchema
from app.rulebook.order_actions import ROLES
from app.rulebook.order_fields import PLATFORM
from app.rulebook.pack_text import NAME, TextSchema

FORMAT = 1
KINDS = ("phone", "platform_address", "buyer_id", "masked_phone_and_district")
_WEEK_SECONDS = 7 * 86_400
_ROLES = tuple(ROLES)


class EvidenceSchema(Strict):
    """What one kind of identity evidence proves; `scope` shop: between orders of one shop only."""

    kind = text(required=True, choices=KINDS)
    strength = text(required=True, choices=("strong", "weak"))
    scope = text(choices=("shop",))


class RepeatSchema(Strict):
    """What happens to a suspected repeat."""

    do = text(required=True, choices=("hold", "ask"))
    owner = text(required=True, choices=_ROLES)
    reason = text(pattern=NAME)


class DuplicatesSchema(Strict):
    """Suspected duplicates: the same buyer orders the same SKUs within the window, both ends included."""

    window_seconds = whole(required=True, least=0, most=_WEEK_SECONDS)
    skus = text(choices=("same_set", "any"))
    evidence = nested(EvidenceSchema, required=True, many=True)
    strong = nested(RepeatSchema, required=True)
    weak = nested(RepeatSchema, required=True)


class ConsolidationSchema(Strict):
    """Wanted orders of one buyer and address that leave in one parcel."""

    enabled = truth()
    window_seconds = whole(required=True, least=0, most=_WEEK_SECONDS)
    evidence = nested(EvidenceSchema, many=True)


class ScreeningSchema(Strict):
    """Rules that all act when they match."""

    hit = text(choices=("all",))
    rules = listed(anything(), required=True)


class AllocationSchema(Strict):
    """Rules of which the first that matches and can be carried out decides."""

    hit = text(choices=("first",))
    rules = listed(anything(), required=True)


class EscalationRuleSchema(Strict):
    """What may last too long, and the ladder of who is told about it."""

    id = text(required=True, pattern=NAME)
    title = nested(TextSchema, required=True)
    on = nested(LastsSchema, required=True)
    when = anything()
    clock = text(choices=tuple(CLOCKS))
    ladder = nested(StepSchema, required=True, many=True)
    muted = truth()


class ExpectationSchema(Strict):
    """What an example's decision must say; what is left out may be anything."""

    outcome = text(choices=("allocated", "held", "consolidated", "backordered", "recorded"))
    rule = text()
    rules = listed(text())
    warehouse = text()
    warehouses = listed(text())
    holds = listed(text())
    tags = listed(text())
    priority = whole(least=0, most=100)
    purchases = keyed(whole(least=1))
    transfers = whole(least=0)


class GivenSchema(Strict):
    """The world of an example. Stock is warehouse → SKU → units; warehouses are rows as in the warehouse file."""

    order = anything(required=True)
    earlier = listed(anything())
    stock = keyed(keyed(whole(least=0)))
    warehouses = listed(anything())
    skus = listed(anything())
    at = text()


class ExampleSchema(Strict):
    """Given an order, stock and a clock, expect this decision."""

    id = text(required=True, pattern=NAME)
    title = nested(TextSchema)
    given = nested(GivenSchema, required=True)
    expect = nested(ExpectationSchema, required=True)


class PackSchema(Strict):
    """A whole pack."""

    format = whole(required=True, least=FORMAT, most=FORMAT)
    pack = text(required=True, pattern=NAME)
    title = nested(TextSchema, required=True)
    note = nested(TextSchema)
    mappings = keyed(nested(SectionSchema), required=True, pattern=PLATFORM)
    duplicates = nested(DuplicatesSchema, required=True)
    consolidation = nested(ConsolidationSchema, required=True)
    screening = nested(ScreeningSchema, required=True)
    allocation = nested(AllocationSchema, required=True)
    calendar = nested(CalendarSchema)
    escalation = nested(EscalationRuleSchema, many=True)
    watches = listed(anything())
    reasons = keyed(nested(TextSchema))
    examples = nested(ExampleSchema, many=True)
