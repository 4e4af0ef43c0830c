"""What would mend each kind of finding, as one edit of the document where that is possible."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from app.engine.analyse import Finding
from app.rulebook.proofs_words import case_as_condition
from app.rulebook.remedy import Remedy

Json = Mapping[str, Any]


def remedy_of(finding: Finding, document: Json) -> Remedy | None:
    """The remedy; None where there is none to name."""
    make = _REMEDIES.get(finding.code)
    return make(finding, document) if make is not None else None


def _close_gap(finding: Finding, document: Json) -> Remedy:
    """Say of the last row that these may wait for a person."""
    case = case_as_condition(finding.parts)
    section = finding.path.split("/")[0]
    rules = document[section]["rules"]
    if case is None or "when" in rules[-1]:
        return Remedy(
            "加一条管这种订单的规则，或在已有规则里把不知道的情况也写清楚。",
            "Add a rule for such orders, or say in a rule what holds when the value is unknown.",
        )
    accepted = rules[-1].get("accepts")
    widened = case if not accepted else {"any": [*_alternatives(accepted), case]}
    return Remedy(
        "加一条管这种订单的规则；如果就是要等人处理，在最后一行注明可以等人处理。",
        "Add a rule for such orders; if they are to wait for a person, say so in the last row.",
        ({"op": "add", "path": f"/{section}/rules/{len(rules) - 1}/accepts", "value": widened},),
    )


def _alternatives(accepted: Json) -> list[Json]:
    return list(accepted["any"]) if "any" in accepted else [accepted]


_REMEDIES: dict[str, Callable[[Finding, Json], Remedy]] = {"gap": _close_gap}
