"""What waits for a person because of each reason of the rules."""

from __future__ import annotations

from collections import Counter

from sqlalchemy import Connection, text


def waiting_by_reason(db: Connection) -> Counter[str]:
    """Held orders and open tasks by the code of their reason or kind."""
    found: Counter[str] = Counter()
    for asked in (
        "SELECT reason AS code, COUNT(*) AS n FROM orders WHERE outcome = 'held' GROUP BY reason",
        "SELECT kind AS code, COUNT(*) AS n FROM tasks WHERE closed_at IS NULL GROUP BY kind",
    ):
        found.update({row.code: row.n for row in db.execute(text(asked))})
    return found
