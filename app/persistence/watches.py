"""What watches do: each window fires once, together with everything that follows from it."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from typing import Any

import orjson
from sqlalchemy import Connection, Engine, Row, insert, select, text

from app.domain.protection import BUYER, SKU
from app.domain.work import breach_at
from app.insight.watches.examine import Findings, admit
from app.insight.watches.facts import Key, Match
from app.persistence import tables as t
from app.persistence.audit import note
from app.persistence.database import is_sqlite, writing
from app.persistence.keys import advisory_locks
from app.persistence.rows import upsert
from app.rulebook.watches import BURST, PRICE_GAP, REPEAT, Watch

MOST_LINKED = 200
"""Orders that a firing remembers."""
TASK_KINDS = {BURST: "watch-burst", PRICE_GAP: "watch-price-gap", REPEAT: "watch-repeat"}
DISAGREES = "watch-disagrees"


def fire(
    engine: Engine,
    watch: Watch,
    key: Key,
    matches: list[Match],
    buyers: Mapping[str, int],
    findings: Findings,
    *,
    pack_version: int,
    now: int,
) -> int:
    """Fire for every window of this key that nothing has fired for yet, all in one transaction; how many there were."""
    with writing(engine) as db:
        if not is_sqlite(db):
            # Two workers that see the same key look one after the other.
            advisory_locks(db, {_lock(watch, key)})
        fired = 0
        for match in admit(matches, _covered(db, watch, key, matches), watch.window_seconds):
            if watch.kind == REPEAT and _is_told(db, watch, match):
                continue
            fired += _fire(db, watch, match, buyers, findings.engine, pack_version, now)
        return fired


def definition(watch: Watch) -> str:
    """sha256 of what makes a window one that the watch is true of."""
    parts = [
        watch.kind, watch.window_seconds, watch.threshold, sorted(watch.shops), watch.each_shop, watch.least, watch.of,
        watch.evidence,
    ]  # fmt: skip
    return hashlib.sha256(orjson.dumps(parts)).hexdigest()


def mark_of(db: Connection, watch: Watch) -> int | None:
    """The millisecond up to which receipts have been looked at; None when the watch is new or says something else."""
    row = db.execute(select(t.watch_states).where(t.watch_states.c.watch == watch.id)).first()
    return row.mark if row is not None and row.definition == definition(watch) else None


def runs_of(db: Connection, watch: Watch) -> int:
    """How often the watch has looked."""
    return db.execute(select(t.watch_states.c.runs).where(t.watch_states.c.watch == watch.id)).scalar() or 0


def keep_state(db: Connection, watch: Watch, findings: Findings, mark: int, *, now: int) -> None:
    """Remember how far the watch has looked and how it went; a difference between the engines becomes a task."""
    columns = (
        "watch", "definition", "mark", "ran_at", "runs", "engine", "failure", "steps", "fell_back", "compared",
        "differed",
    )  # fmt: skip
    row = (
        watch.id, definition(watch), mark, now, 1, findings.engine, findings.failure, findings.steps,
        int(bool(findings.failure)), int(findings.compared), int(findings.differences > 0),
    )  # fmt: skip
    kept = ", ".join(f"{c} = excluded.{c}" for c in ("definition", "mark", "ran_at"))
    summed = ", ".join(f"{c} = watch_states.{c} + excluded.{c}" for c in ("runs", "fell_back", "compared", "differed"))
    # A look at nothing says nothing about the engines.
    told = ", ".join(
        f"{c} = CASE WHEN excluded.steps > 0 THEN excluded.{c} ELSE watch_states.{c} END"
        for c in ("engine", "failure", "steps")
    )
    upsert(db, t.watch_states, columns, [row], f"(watch) DO UPDATE SET {kept}, {summed}, {told}")
    if findings.differences:
        details = {"watch": watch.id, "windows": findings.differences}
        _task(db, f"{DISAGREES}:{watch.id}", DISAGREES, "administrator", details, None, now)


def watches_of(db: Connection) -> set[str]:
    """Every watch that has looked."""
    return set(db.execute(select(t.watch_states.c.watch)).scalars())


def forget_states(db: Connection, gone: Collection[str]) -> None:
    """Forget how far these watches have looked: no live pack has them any more."""
    db.execute(t.watch_states.delete().where(t.watch_states.c.watch.in_(gone)))


def _covered(db: Connection, watch: Watch, key: Key, matches: list[Match]) -> list[tuple[int, int]]:
    first = min(match.start for match in matches)
    rows = db.execute(
        text(
            "SELECT anchor, covers FROM watch_firings WHERE watch = :watch AND subject = :subject AND shop = :shop "
            "AND covers >= :first"
        ),
        {"watch": watch.id, "subject": key.subject, "shop": key.shop, "first": first},
    )
    return [(row.anchor, row.covers) for row in rows]


def _is_told(db: Connection, watch: Watch, match: Match) -> bool:
    """Whether one firing holds all these orders already: the same buyer, known by another sign."""
    refs = match.refs[:MOST_LINKED]
    told = (
        select(t.watch_facts.c.firing_id)
        .join(t.watch_firings, t.watch_firings.c.id == t.watch_facts.c.firing_id)
        .where(t.watch_firings.c.watch == watch.id, t.watch_facts.c.order_id.in_(refs))
        .group_by(t.watch_facts.c.firing_id)
        .having(text("COUNT(*) = :n"))
    )
    return db.execute(told, {"n": len(refs)}).first() is not None


def _fire(
    db: Connection, watch: Watch, match: Match, buyers: Mapping[str, int], engine: str, pack_version: int, now: int
) -> int:
    key = match.key
    details: dict[str, Any] = {"threshold": watch.threshold, "window_seconds": watch.window_seconds, "of": watch.of}
    if match.prices:
        details["prices"] = [list(one) for one in match.prices]
    row = (
        watch.id, watch.kind, key.subject, key.shop, match.start, match.end, match.start + watch.window_seconds,
        match.amount, orjson.dumps(details).decode(), engine, pack_version, now,
    )  # fmt: skip
    columns = (
        "watch", "kind", "subject", "shop", "anchor", "ends", "covers", "amount", "details", "engine", "pack_version",
        "fired_at",
    )  # fmt: skip
    if not upsert(db, t.watch_firings, columns, [row], "(watch, subject, shop, anchor) DO NOTHING"):
        return 0
    found = t.watch_firings.c
    same = (found.watch == watch.id) & (found.subject == key.subject) & (found.shop == key.shop)
    number = int(db.execute(select(found.id).where(same & (found.anchor == match.start))).scalar_one())
    linked = [(number, ref) for ref in match.refs[:MOST_LINKED]]
    upsert(db, t.watch_facts, ("firing_id", "order_id"), linked, "(firing_id, order_id) DO NOTHING")
    for action in watch.then:
        if action["do"] == "open_task":
            _open_task(db, watch, match, action, number, now)
        else:
            _protect(db, watch, key, action, number, buyers.get(key.subject), now)
    note(db, "pandan", "watch.fire", watch.id, now=now, firing=number, amount=match.amount, orders=len(match.refs))
    return 1


def _protect(
    db: Connection, watch: Watch, key: Key, action: Mapping[str, Any], firing: int, look_up: int | None, now: int
) -> None:
    """Lay the protection, or let the one that stands hold longer."""
    kind = SKU if watch.kind == BURST else BUYER
    # Orders are recognised by the hash alone, whatever kind of sign it is of.
    subject = key.subject if kind == SKU else key.subject.partition(":")[2]
    until = now + action["for_seconds"]
    row = {
        "watch": watch.id, "kind": kind, "subject": subject, "shop": key.shop, "action": action["do"],
        "tag": action.get("tag", ""),
    }  # fmt: skip
    same = " AND ".join(f"{column} = :{column}" for column in row)
    longer = f"UPDATE protections SET until = :until WHERE {same} AND ended_at IS NULL AND until > :now"
    if not db.execute(text(longer), {**row, "until": until, "now": now}).rowcount:
        owner = action.get("owner", "")
        rest = {"firing_id": firing, "look_up": look_up, "owner": owner, "since": now, "until": until}
        db.execute(insert(t.protections).values(**row, **rest))


def _open_task(db: Connection, watch: Watch, match: Match, action: Mapping[str, Any], firing: int, now: int) -> None:
    details: dict[str, Any] = {
        "watch": watch.id, "firing": firing, "amount": match.amount, "minutes": f"{watch.window_seconds / 60:g}",
    }  # fmt: skip
    if watch.kind != REPEAT:
        details["sku"] = match.key.subject
    if match.prices:
        (low, cheap), (high, dear) = match.prices
        details |= {"low": f"{low / 100:.2f}", "cheap": cheap, "high": f"{high / 100:.2f}", "dear": dear}
    kind = TASK_KINDS[watch.kind]
    hours = action.get("within_hours")
    due = now + hours * 3600 if hours else None
    key = f"{kind}:{watch.id}:{match.key.shop}:{match.key.subject}"
    _task(db, key, kind, action["owner"], details, due, now)


def _task(
    db: Connection, key: str, kind: str, owner: str, details: Mapping[str, Any], due: int | None, now: int
) -> None:
    columns = ("open_key", "kind", "owner", "details", "opened_at", "due_at", "waits_by")
    row = (key[:200], kind, owner, orjson.dumps(dict(details)).decode(), now, due, breach_at(now, due))
    upsert(db, t.tasks, columns, [row], "(open_key) DO NOTHING")


def _lock(watch: Watch, key: Key) -> int:
    plain = f"watch\x1f{watch.id}\x1f{key.subject}\x1f{key.shop}".encode()
    return int.from_bytes(hashlib.blake2b(plain, digest_size=8).digest(), "big", signed=True)


def firings_of(db: Connection, watch: str) -> list[Row[Any]]:
    """Everything a watch has fired for, the earliest first."""
    return list(db.execute(select(t.watch_firings).where(t.watch_firings.c.watch == watch).order_by(text("id"))).all())
