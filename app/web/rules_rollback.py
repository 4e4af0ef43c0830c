"""Going back to an earlier version: what it means for the orders on hand, doing it, and putting those orders right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from flask import Blueprint, g, redirect, render_template, request, url_for
from sqlalchemy import Connection
from werkzeug.wrappers import Response

from app.bootstrap import Services, line_of
from app.domain.errors import Refused
from app.persistence import withdrawn
from app.persistence.book import SqlOrderBook
from app.persistence.database import reading, writing
from app.persistence.packs import LivePack, live_version, read_document
from app.persistence.reads.packs import read_pack
from app.persistence.reads.places import warehouse_names
from app.persistence.reads.standing import Standing, standings
from app.persistence.shelf import SqlShelf
from app.processing.batch import Line
from app.processing.compensation import AGAIN, Compensation, Proposal, propose
from app.processing.publishing import LONGEST_NOTE, restore
from app.rulebook.pack import load_pack
from app.rulebook.sections import differing
from app.web.deeds.foresight import Change, Foresight
from app.web.deeds.telling import Row, rows_of
from app.web.fragments import tell
from app.web.language import t
from app.web.permissions import permit
from app.web.rights import must_publish

_SHOWN = 50
_MOST_PICKED = 2_000
"""As many picked orders are looked at for one click; further ones remain listed."""


@dataclass(frozen=True, slots=True)
class Told:
    """One order of a withdrawn version: as it stands, what is proposed, and before and after line by line."""

    standing: Standing
    proposal: Proposal
    rows: list[Row]


def register(pages: Blueprint, services: Services) -> None:
    """Put the routes beside those of the rules."""
    live = LivePack()

    @pages.get("/versions/<int:version>/rollback")
    @permit("rules.change")
    def before_rollback(version: int) -> str:
        line = line_of(services, live)
        with reading(services.database) as db:
            row = read_pack(db, version)
            line = replace(line, pack=load_pack(read_document(db, version)), pack_version=version)
            versions = withdrawn.withdrawn_by(db, version)
            values = _listed(services, db, line, versions)
        return render_template("pages/rules/rollback.html", row=row, done=False, longest_note=LONGEST_NOTE, **values)

    @pages.post("/versions/<int:version>/rollback")
    @permit("rules.change")
    def rollback(version: int) -> Response:
        note = request.form.get("note", "").strip()[:LONGEST_NOTE]
        with reading(services.database) as db:
            now_live = read_document(db, live_version(db) or version)
            must_publish(differing(read_document(db, version), now_live))
        made = restore(SqlShelf(services.database), version, author=g.user.name, note=note, now=services.clock.now())
        tell(
            f"版本 {version} 的内容已作为版本 {made} 生效。",
            f"The content of version {version} is live as version {made}.",
        )
        return redirect(url_for("rules.after_rollback", version=made), 303)

    @pages.get("/versions/<int:version>/withdrawn")
    @permit("rules.change")
    def after_rollback(version: int) -> str:
        line = line_of(services, live)
        with reading(services.database) as db:
            row = read_pack(db, version)
            values = _listed(services, db, line, _versions(db, row))
        return render_template("pages/rules/rollback.html", row=row, done=True, longest_note=LONGEST_NOTE, **values)

    @pages.post("/versions/<int:version>/compensate")
    @permit("rules.change")
    def compensate(version: int) -> Response:
        line, now = line_of(services, live), services.clock.now()
        with reading(services.database) as db:
            row = read_pack(db, version)
            versions = _versions(db, row)
            every = bool(request.form.get("all"))
            # Deciding all of them again needs no look at each; whether a picked one comes out otherwise does.
            ids = _every_picked(db, versions) if every else _chosen(db, versions)
            found = _proposals(services, db, line, ids)
        again = [one.order_id for one in found if one.kind in AGAIN]
        asked = [one.order_id for one in found if one.kind is Compensation.ASK]
        with writing(services.database) as db:
            decided = withdrawn.decide_all_again(db, versions, now=now) if every else 0
            decided += withdrawn.decide_again(db, again, now=now)
            opened = withdrawn.ask_about_picked(db, asked, now=now)
            withdrawn.tell_compensation(db, g.user.name, version, decided, opened, now=now)
        tell(
            f"{decided} 单正在重新判定，{opened} 单已请主管核对。",
            f"{decided} orders are being decided again; about {opened} the supervisor is asked.",
        )
        return redirect(url_for("rules.after_rollback", version=version), 303)


def proposal_words() -> dict[str, tuple[str, str, str]]:
    """Each compensation as (word, tone, icon)."""
    return {
        Compensation.RELEASE: (t("放行", "Release"), "good", "play"),
        Compensation.HOLD: (t("挂起", "Hold"), "warn", "pause"),
        Compensation.REALLOCATE: (t("重新分仓", "Allocate anew"), "calm", "refresh"),
        Compensation.ASK: (t("已拣货，请人核对", "Picked: ask a person"), "bad", "box"),
        Compensation.NONE: (t("不变", "Nothing"), "", "minus"),
    }


def _versions(db: Connection, row: Any) -> list[int]:
    if row.restores is None:
        raise Refused("rollback-not-one", version=row.version)
    return withdrawn.withdrawn_by(db, row.restores, row.version)


def _listed(services: Services, db: Connection, line: Line, versions: Sequence[int]) -> dict[str, Any]:
    after = request.args.get("after", "")
    ids = withdrawn.affected(db, versions, int(after) if after.isdigit() else 0, _SHOWN + 1)
    shown = ids[:_SHOWN]
    standing = standings(db, shown)
    foresight = Foresight([], dict(warehouse_names(db)), dict(line.pack.reasons))
    listed = [
        Told(standing[one.order_id], one, rows_of(Change(standing[one.order_id], one.after), foresight))
        for one in _proposals(services, db, line, shown, standing)
    ]
    counts = withdrawn.count_affected(db, versions)
    # What needs nothing is still told, after what does.
    listed.sort(key=lambda one: one.proposal.kind is Compensation.NONE)
    return {
        "versions": versions, "listed": listed, "counts": counts, "total": sum(row["n"] for row in counts),
        "picked": sum(row["n"] for row in counts if row["picked"]), "words": proposal_words(),
        "older": shown[-1] if len(ids) > _SHOWN else None, "first": bool(after), "names": foresight.names,
    }  # fmt: skip


def _proposals(
    services: Services, db: Connection, line: Line, ids: Sequence[int], standing: dict[int, Standing] | None = None
) -> list[Proposal]:
    book = SqlOrderBook(db, services.sealer, looking=True)
    known = standings(db, ids) if standing is None else standing
    stored = [one for one in book.by_ids(ids) if one.id in known]
    return propose(stored, known, book, line, services.clock.now())


def _chosen(db: Connection, versions: Sequence[int]) -> list[int]:
    named = [int(text) for text in request.form.getlist("chosen") if text.isdigit()]
    if not named:
        raise Refused("none-chosen")
    return withdrawn.affected(db, versions, limit=len(named), among=named)


def _every_picked(db: Connection, versions: Sequence[int]) -> list[int]:
    return withdrawn.affected(db, versions, limit=_MOST_PICKED, picked=True)
