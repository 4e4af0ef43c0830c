"""The order vocabulary: what rules may say about an order. The engine's only knowledge of orders is this table."""

from __future__ import annotations

from dataclasses import replace

from app.engine.operators import OPERATORS
from app.engine.vocabulary import Vocabulary
from app.rulebook.order_actions import ACTIONS, ALLOCATING, OUTCOME
from app.rulebook.order_fields import FIELDS, SCOPES
from app.rulebook.order_sayings import ACTION_SAYINGS, DENIALS, FIELD_SAYINGS

VOCABULARY = Vocabulary.of(
    [replace(row, also=FIELD_SAYINGS.get(row.key, {}), denied=DENIALS.get(row.key, {})) for row in FIELDS],
    SCOPES,
    OPERATORS,
    [replace(kind, also=ACTION_SAYINGS.get(kind.name, {})) for kind in ACTIONS],
)
SCREENING = VOCABULARY.only(actions=[a.name for a in ACTIONS if a not in ALLOCATING])
ALLOCATION = VOCABULARY.only(required_groups=[OUTCOME])
ESCALATION = VOCABULARY.only(scopes=["order", "line"], actions=[])
"""What an escalation rule may ask when its time has come: of the order itself, not of stock or warehouses."""
SECTIONS = {"screening": SCREENING, "allocation": ALLOCATION}
"""The rule sections of a pack, each with the part of the vocabulary that its rules may use."""
