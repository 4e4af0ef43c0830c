"""One edit of a draft from a form: what the person saw is guarded, and what is refused is told beside the draft."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask import Response, g, make_response

from app.bootstrap import Services
from app.domain.errors import NotFound, PandanError, Refused, Stale
from app.persistence import drafts
from app.persistence.database import reading, writing
from app.persistence.drafts import Draft
from app.rulebook.drafts import Edit
from app.web.fragments import partial
from app.web.rights import may_edit
from app.web.rules_drafts import refusal, writer

_BACK = {"undo": drafts.undo, "redo": drafts.redo}


def draft_of(services: Services, number: int) -> Draft:
    """The draft of that number. Raises `NotFound("draft-unknown")`."""
    with reading(services.database) as db:
        return drafts.read_draft(db, number)


def change_draft(
    services: Services, number: int, action: str, edit: Callable[[Draft], Edit]
) -> tuple[Draft, PandanError | None]:
    """Do what the form means, undo or redo; the draft after it, or as it stands with the refusal."""
    try:
        with writing(services.database) as db:
            by = writer(services)
            if action in _BACK:
                return _BACK[action](db, number, by), None
            return drafts.edit_draft(db, number, edit(drafts.read_draft(db, number)), by), None
    except NotFound:
        raise
    except (Refused, Stale, KeyError, IndexError, TypeError, ValueError) as error:
        refused = error if isinstance(error, PandanError) else Refused("edit-wrong")
        return draft_of(services, number), refused


def answered(part: str, values: Mapping[str, Any], refused: PandanError | None, here: str) -> Response:
    """The part as the answer to a form; 409 when the draft moved on meanwhile, 422 when the form cannot be done."""
    answer = make_response(partial(part, **values))
    answer.status_code = 200 if refused is None else 409 if isinstance(refused, Stale) else 422
    # A page that is loaded anew shows what is open now.
    answer.headers["HX-Replace-Url"] = here
    return answer


def of_draft(draft: Draft, section: str, refused: PandanError | None = None) -> dict[str, Any]:
    """What every editor of a draft shows: the draft, whether it may be changed, and what was refused."""
    return {
        "draft": draft,
        "editable": draft.ended_at is None and draft.owner == g.user.name and may_edit(section),
        "refusal": refusal(refused, draft.document) if refused else None,
    }
