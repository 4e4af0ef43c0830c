"""Deciding outside the line: for `pandan decide`, for a pack's examples and for trials. No side effects."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import orjson

from app.domain.decision import Case, Decision
from app.domain.goods import Catalogue, Stock, Warehouse
from app.domain.order import Order
from app.processing.decide import decide
from app.processing.explanation import explain_record
from app.processing.world import World
from app.rulebook.pack import CompiledPack

Json = dict[str, Any]


def decide_orders(
    orders: Sequence[Order],
    pack: CompiledPack,
    warehouses: Sequence[Warehouse],
    stock: Stock,
    catalogue: Catalogue,
    at: int,
    *,
    explain: bool = True,
) -> list[Json]:
    """Decide orders in the order given, spending `stock`; the `decisions` of `pandan decide`, one for each order.

    `explanation` is a list of sentences `{"zh", "en"}`, empty unless `explain`.
    """
    world = World(list(warehouses), stock, catalogue)
    decisions = decide([Case(order) for order in orders], world, pack, at)
    return [
        decision_json(decision, explain_record(orjson.loads(decision.record), pack) if explain else [])
        for decision in decisions
    ]


def decision_json(decision: Decision, explanation: list[dict[str, str]]) -> Json:
    """A decision in the shape that the command line and the order API promise."""
    return {
        "order": decision.order.id,
        "shop": decision.order.shop,
        "outcome": str(decision.outcome),
        "rules": list(decision.rules),
        "fulfilments": [
            {
                "warehouse": fulfilment.warehouse,
                "lines": [
                    {"line": pick.line, "sku": pick.sku, "quantity": pick.quantity, "source": pick.source}
                    for pick in fulfilment.picks
                ],
            }
            for fulfilment in decision.fulfilments
        ],
        "holds": [
            {"reason": hold.reason, "owner": hold.owner, "rule": hold.rule, "details": hold.details}
            for hold in decision.holds
        ],
        "tasks": [
            {"kind": t.kind, "owner": t.owner, "rule": t.rule, "due_at": t.due_at, "details": t.details}
            for t in decision.tasks
        ],
        "purchases": [{"sku": p.sku, "quantity": p.quantity, "rule": p.rule} for p in decision.purchases],
        "transfers": [
            {
                "source": t.source,
                "destination": t.destination,
                "sku": t.sku,
                "quantity": t.quantity,
                "arrives_on": t.arrives_on,
            }
            for t in decision.transfers
        ],
        "tags": list(decision.tags),
        "priority": decision.priority,
        "carrier": decision.carrier,
        "presale": decision.presale,
        "anchor": list(decision.anchor) if decision.anchor else None,
        "joins": list(decision.joins) if decision.joins else None,
        "unmatched": list(decision.unmatched),
        "explanation": explanation,
    }
