"""What withdrawn versions of the rules decided and has not left yet; and putting it right."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import Connection, RowMapping, select, text

from app.domain.work import breach_at
from app.persistence import tables as t
from app.persistence.audit import note
from app.persistence.redecisions import ask_again
from app.persistence.rows import listed, upsert

_DECIDED = (
    "FROM decisions d JOIN orders o ON o.id = d.order_id AND o.decision_seq = d.seq "
    "WHERE d.pack_version IN {versions} AND NOT o.history "
    "AND o.outcome IN ('allocated', 'held', 'consolidated', 'backordered') "
    "AND o.state NOT IN ('shipped', 'signed', 'closed', 'refunded') "
    "AND NOT EXISTS (SELECT 1 FROM fulfilments f WHERE f.state = 'shipped' "
    "AND (f.order_id = o.id OR f.order_id = o.joins_id))"
)
_TASK = ("open_key", "kind", "order_id", "owner", "details", "opened_at", "waits_by")
ASK = "rolled-back-after-pick"


def withdrawn_by(db: Connection, restored: int, before: int | None = None) -> list[int]:
    """The versions that going back to version `restored` withdraws: later ones of another content, older than `before`.

    Those that were withdrawn earlier are among them, for orders of theirs may be left.
    """
    versions = t.pack_versions.c
    content = select(versions.hash).where(versions.version == restored).scalar_subquery()
    chosen = select(versions.version).where(versions.version > restored, versions.hash != content)
    if before is not None:
        chosen = chosen.where(versions.version < before)
    return list(db.scalars(chosen.order_by(versions.version)))


def affected(
    db: Connection,
    versions: Collection[int],
    after: int = 0,
    limit: int = 500,
    *,
    picked: bool = False,
    among: Collection[int] | None = None,
) -> list[int]:
    """Ids of orders that these versions decided as they stand and that are not shipped, in order, after an id.

    `picked`: only those on a pick list; `among`: only these.
    """
    if not versions or (among is not None and not among):
        return []
    one_of, values = listed(db, sorted(versions), "integer")
    statement = f"SELECT o.id {_DECIDED.format(versions=one_of)} AND o.id > :after"
    given: dict[str, object] = {"values": values, "after": after, "limit": limit}
    if picked:
        statement += " AND o.picked_at IS NOT NULL"
    if among is not None:
        of, given["among"] = listed(db, sorted(among), "bigint")
        statement += f" AND o.id IN {of.replace(':values', ':among')}"
    return [row[0] for row in db.execute(text(f"{statement} ORDER BY o.id LIMIT :limit"), given)]


def count_affected(db: Connection, versions: Collection[int]) -> Sequence[RowMapping]:
    """How many such orders there are: rows of (outcome, picked, n)."""
    if not versions:
        return []
    one_of, values = listed(db, sorted(versions), "integer")
    statement = (
        "SELECT o.outcome AS outcome, o.picked_at IS NOT NULL AS picked, COUNT(*) AS n "
        f"{_DECIDED.format(versions=one_of)} GROUP BY o.outcome, o.picked_at IS NOT NULL ORDER BY 1, 2"
    )
    return db.execute(text(statement), {"values": values}).mappings().all()


def decide_all_again(db: Connection, versions: Collection[int], *, now: int) -> int:
    """Ask for every such order that is not picked to be decided again; how many were not waiting already."""
    one_of, values = listed(db, sorted(versions), "integer")
    statement = (
        "INSERT INTO redecisions (order_id, cause, priority, ship_by, queued_at) "
        f"SELECT o.id, 'rollback', o.priority, o.ship_by, :now {_DECIDED.format(versions=one_of)} "
        "AND o.picked_at IS NULL ON CONFLICT (order_id) DO NOTHING"
    )
    return db.execute(text(statement), {"values": values, "now": now}).rowcount


def decide_again(db: Connection, order_ids: Collection[int], *, now: int) -> int:
    """Ask for these orders to be decided again; how many were not waiting already."""
    return ask_again(db, order_ids, "rollback", now=now)


def ask_about_picked(db: Connection, order_ids: Collection[int], *, now: int) -> int:
    """Open a task for each of these picked orders, which withdrawn rules decided; how many are new."""
    found = select(t.orders.c.id, t.orders.c.ship_by).where(t.orders.c.id.in_(order_ids)).order_by(t.orders.c.id)
    rows = [
        (f"{ASK}:{row.id}:", ASK, row.id, "supervisor", "{}", now, breach_at(now, row.ship_by))
        for row in db.execute(found)
    ]
    return upsert(db, t.tasks, _TASK, rows, "(open_key) DO NOTHING")


def tell_compensation(db: Connection, actor: str, version: int, again: int, asked: int, *, now: int) -> None:
    """Write down that orders of withdrawn versions were put right."""
    note(db, actor, "pack.compensate", str(version), now=now, again=again, asked=asked)
