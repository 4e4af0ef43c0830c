"""Drafts of rule packs: one owner, every state kept whole for undo, and nothing lost between two people.

Whatever changes a draft names the revision that the person saw; when the draft moved on meanwhile, it is refused.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import Connection, Row, Select, delete, func, insert, select

from app.domain.errors import NotFound, Refused, Stale
from app.domain.versions import Version
from app.persistence import tables as t
from app.persistence.audit import note
from app.persistence.database import is_sqlite
from app.persistence.packs import read_document, read_version
from app.persistence.people import rights_by_name
from app.rulebook.drafts import Edit, apply
from app.rulebook.reasons import comes_with
from app.rulebook.sections import Standing, differing, merged, standings, with_sections

MOST_STEPS = 100
"""As many former states of a draft are kept."""
LONGEST_TITLE = 100
_MOST_BYTES = 8_000_000
_KEPT_SECONDS = 30 * 86_400

Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft as it stands. `base` is the version it was made of; `behind` names older ones by section.

    `undo` and `redo` tell what those would take back and do again, as `Edit.as_json` told it; None when nothing.
    """

    id: int
    title: str
    owner: str
    revision: int
    document: Document
    base: int
    behind: Mapping[str, int]
    created_at: int
    saved_at: int
    ended_at: int | None
    ending: str | None
    undo: Mapping[str, Any] | None = None
    redo: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Writer:
    """Who changes a draft, when, and at which revision they saw it."""

    name: str
    revision: int
    now: int


def start(db: Connection, document: Document, base: int, *, title: str, owner: str, now: int) -> int:
    """A new draft of a document that was made of the version `base`; its number. Raises `Refused`."""
    _forget_ended(db, now)
    row = {
        "title": _titled(title), "owner": owner, "revision": 1, "step": 0, "created_at": now, "saved_at": now,
    }  # fmt: skip
    made = db.execute(insert(t.drafts).values(**row)).inserted_primary_key
    number = int(made[0]) if made else 0
    _keep(db, number, 0, document, base, {}, {"do": "start"}, owner, now)
    note(db, owner, "draft.start", str(number), now=now, base=base, title=row["title"])
    return number


def read_draft(db: Connection, number: int) -> Draft:
    """The draft of that number. Raises `NotFound("draft-unknown")`."""
    row = db.execute(_shown().where(t.drafts.c.id == number)).first()
    if row is None:
        raise NotFound("draft-unknown", draft=number)
    return _draft(db, row)


def list_drafts(db: Connection) -> list[Row[Any]]:
    """Every draft that is not ended, the latest saved first, with its base."""
    steps, own = t.draft_steps.c, t.drafts.c
    here = (steps.draft_id == own.id) & (steps.step == own.step)
    chosen = select(t.drafts, steps.base).join(t.draft_steps, here).where(own.ended_at.is_(None))
    return list(db.execute(chosen.order_by(own.saved_at.desc(), own.id.desc())).all())


def edit_draft(db: Connection, number: int, edit: Edit, by: Writer) -> Draft:
    """Apply one edit; the draft after it, the same where nothing changes. Raises `NotFound`, `Stale` and `Refused`."""
    draft = _mine(db, number, by)
    document = apply(draft.document, edit)
    if document == draft.document:
        return draft
    sections = _must_edit(db, by.name, draft.document, document)
    note(db, by.name, "draft.edit", str(number), now=by.now, sections=sections, rule=_rule_at(draft, edit), did=edit.do)
    return _step(db, draft, document, draft.base, draft.behind, edit.as_json(), by)


def undo(db: Connection, number: int, by: Writer) -> Draft:
    """Go one state back. Raises `Refused("draft-nothing-to-undo")` and as `edit_draft`."""
    return _go(db, number, -1, by)


def redo(db: Connection, number: int, by: Writer) -> Draft:
    """Go one state forth again. Raises `Refused("draft-nothing-to-redo")` and as `edit_draft`."""
    return _go(db, number, 1, by)


def rename(db: Connection, number: int, title: str, by: Writer) -> Draft:
    """Call it otherwise. Raises as `edit_draft`."""
    draft = _mine(db, number, by)
    return _changed(db, draft, by, title=_titled(title))


def take_over(db: Connection, number: int, by: Writer) -> Draft:
    """Make it one's own. Raises `Stale` and `Refused("draft-ended")`."""
    draft = _held(db, number, by)
    note(db, by.name, "draft.take-over", str(number), now=by.now, owner=draft.owner)
    return _changed(db, draft, by, owner=by.name)


def discard(db: Connection, number: int, by: Writer) -> Draft:
    """Put it away; it can be brought back for a while. Raises as `edit_draft`."""
    draft = _mine(db, number, by)
    note(db, by.name, "draft.discard", str(number), now=by.now, title=draft.title)
    return _changed(db, draft, by, ended_at=by.now, ending="discarded")


def bring_back(db: Connection, number: int, *, actor: str, now: int) -> Draft:
    """Go on with a draft that was discarded. Raises `Refused("draft-ended")` for a published one."""
    draft = _locked(db, number)
    if draft.ending != "discarded":
        raise Refused("draft-ended")
    note(db, actor, "draft.bring-back", str(number), now=now)
    return _changed(db, draft, Writer(actor, draft.revision, now), owner=actor, ended_at=None, ending=None)


def states_of(db: Connection, draft: Draft, live: Document) -> list[Standing]:
    """How each section of the draft stands to its base and to the live version."""
    return standings(draft.document, bases_of(db, draft), read_document(db, draft.base), live)


def bases_of(db: Connection, draft: Draft) -> dict[str, Document]:
    """The documents of the older versions that some sections are still based on."""
    known = {version: read_document(db, version) for version in set(draft.behind.values())}
    return {section: known[version] for section, version in draft.behind.items()}


def rebase(db: Connection, number: int, live: Version, by: Writer, take: Collection[str] = ()) -> Draft:
    """Base the draft on the live version.

    What only the live version changed is taken over; of what both changed the sections in `take` become the live
    version's and the others stay the draft's. Raises as `edit_draft`.
    """
    draft = _mine(db, number, by)
    states = states_of(db, draft, live.document)
    document = with_sections(merged(draft.document, live.document, states), live.document, take)
    return _step(db, draft, document, live.number, {}, {"do": "rebase", "base": live.number}, by)


def follow_publication(db: Connection, number: int, published: int, by: Writer) -> Draft:
    """Base the draft on the version that was published of it; it ends when nothing of it is left.

    What both sides changed and was not published keeps its base, so that it is still known to be crossed. Raises
    `Stale`: what went live must be what the person saw.
    """
    draft = _mine(db, number, by)
    live = read_version(db, published)
    states = states_of(db, draft, live.document)
    crossed = {one.name: draft.behind.get(one.name, draft.base) for one in states if one.crossed}
    document = merged(draft.document, live.document, states)
    after = _step(db, draft, document, published, crossed, {"do": "publish", "version": published}, by)
    if any(one.mine for one in states):
        return after
    return _changed(db, after, Writer(by.name, after.revision, by.now), ended_at=by.now, ending="published")


def _shown() -> Select[Any]:
    steps, own = t.draft_steps.c, t.drafts.c
    here = (steps.draft_id == own.id) & (steps.step == own.step)
    return select(t.drafts, steps.document, steps.base, steps.behind, steps.edit).join(t.draft_steps, here)


def _draft(db: Connection, row: Row[Any]) -> Draft:
    steps = t.draft_steps.c
    near = steps.step.in_((row.step - 1, row.step + 1)) & (steps.draft_id == row.id)
    beside = {one.step: one.edit for one in db.execute(select(steps.step, steps.edit).where(near))}
    forth = beside.get(row.step + 1)
    return Draft(
        row.id, row.title, row.owner, row.revision, orjson.loads(row.document), row.base, orjson.loads(row.behind),
        row.created_at, row.saved_at, row.ended_at, row.ending,
        orjson.loads(row.edit) if row.step - 1 in beside else None, orjson.loads(forth) if forth else None,
    )  # fmt: skip


def _locked(db: Connection, number: int) -> Draft:
    if not is_sqlite(db):
        db.execute(select(t.drafts.c.id).where(t.drafts.c.id == number).with_for_update())
    return read_draft(db, number)


def _held(db: Connection, number: int, by: Writer) -> Draft:
    draft = _locked(db, number)
    if draft.ended_at is not None:
        raise Refused("draft-ended")
    if draft.revision != by.revision:
        raise Stale("draft-stale", owner=draft.owner)
    return draft


def _mine(db: Connection, number: int, by: Writer) -> Draft:
    draft = _locked(db, number)
    if draft.ended_at is None and draft.owner != by.name:
        raise Stale("draft-not-yours", owner=draft.owner)
    return _held(db, number, by)


def _go(db: Connection, number: int, way: int, by: Writer) -> Draft:
    draft = _mine(db, number, by)
    if (draft.undo if way < 0 else draft.redo) is None:
        raise Refused("draft-nothing-to-undo" if way < 0 else "draft-nothing-to-redo")
    after = _changed(db, draft, by, step=_step_of(db, number) + way)
    # Who may do it may take it back.
    states = (after.document, draft.document) if way < 0 else (draft.document, after.document)
    sections = _must_edit(db, by.name, *states)
    note(db, by.name, "draft.undo" if way < 0 else "draft.redo", str(number), now=by.now, sections=sections)
    return after


def _must_edit(db: Connection, name: str, before: Document, after: Document) -> list[str]:
    """The sections in which they differ.

    Raises `Refused("section-not-yours")` for those that are not that person's; new reasons that come with a use in
    what is theirs are.
    """
    sections = differing(before, after)
    rights = rights_by_name(db, name)
    closed = [section for section in sections if rights is not None and not rights.may_edit(section)]
    if closed == ["reasons"] and comes_with(before, after, [one for one in sections if one != "reasons"]):
        closed = []
    if closed:
        raise Refused("section-not-yours", sections=closed)
    return sections


def _rule_at(draft: Draft, edit: Edit) -> str:
    """The id of the rule that an edit is about, where it is about one."""
    steps = edit.path.split("/")
    if len(steps) < 3 or steps[1] != "rules" or not steps[2].isdigit():
        return ""
    listed = draft.document[steps[0]]["rules"]
    found = edit.value if edit.do == "insert" and len(steps) == 3 else listed[int(steps[2])]
    return str(found.get("id", "")) if isinstance(found, Mapping) else ""


def _step(
    db: Connection, draft: Draft, document: Document, base: int, behind: Mapping[str, int], what: Any, by: Writer
) -> Draft:
    step = _step_of(db, draft.id) + 1
    steps = t.draft_steps.c
    gone = (steps.step >= step) | (steps.step < step - MOST_STEPS)
    db.execute(delete(t.draft_steps).where(steps.draft_id == draft.id, gone))
    _keep(db, draft.id, step, document, base, behind, what, by.name, by.now)
    return _changed(db, draft, by, step=step)


def _keep(
    db: Connection, number: int, step: int, document: Document, base: int, behind: Mapping[str, int], what: Any,
    actor: str, now: int,
) -> None:  # fmt: skip
    text = orjson.dumps(document)
    if len(text) > _MOST_BYTES:
        raise Refused("draft-too-large", most=_MOST_BYTES // 1_000_000)
    row = {
        "draft_id": number, "step": step, "document": text.decode(), "base": base,
        "behind": orjson.dumps(dict(behind)).decode(), "edit": orjson.dumps(what).decode(), "actor": actor, "at": now,
    }  # fmt: skip
    db.execute(insert(t.draft_steps).values(**row))


def _changed(db: Connection, draft: Draft, by: Writer, **values: Any) -> Draft:
    row = {"revision": draft.revision + 1, "saved_at": by.now, **values}
    db.execute(t.drafts.update().where(t.drafts.c.id == draft.id).values(**row))
    return read_draft(db, draft.id)


def _step_of(db: Connection, number: int) -> int:
    return int(db.execute(select(t.drafts.c.step).where(t.drafts.c.id == number)).scalar_one())


def _titled(title: str) -> str:
    shown = title.strip()
    if not shown or len(shown) > LONGEST_TITLE:
        raise Refused("draft-title", most=LONGEST_TITLE)
    return shown


def _forget_ended(db: Connection, now: int) -> None:
    old = select(t.drafts.c.id).where(t.drafts.c.ended_at < now - _KEPT_SECONDS)
    if db.scalar(select(func.count()).select_from(old.subquery())):
        db.execute(delete(t.draft_steps).where(t.draft_steps.c.draft_id.in_(old)))
        db.execute(delete(t.drafts).where(t.drafts.c.ended_at < now - _KEPT_SECONDS))
