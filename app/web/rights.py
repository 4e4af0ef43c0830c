"""What the person of the request may do to the parts of the rules; templates ask the same."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from flask import g

from app.domain.errors import Forbidden
from app.domain.rights import AREAS, Rights
from app.rulebook.drafts import Document
from app.rulebook.reasons import comes_with
from app.web.access import may
from app.web.language import t


def may_edit(section: str) -> bool:
    """Whether the person may change this section of a draft."""
    return may("rules.draft") and _rights().may_edit(section)


def may_publish(section: str) -> bool:
    """Whether the person may make this section live."""
    return may("rules.draft") and _rights().may_publish(section)


def must_publish(sections: Collection[str]) -> None:
    """Raise `Forbidden` unless the person may make all of these live; nobody may who may publish nothing."""
    if not _rights().publish or not all(map(may_publish, sections)):
        raise Forbidden("not-permitted")


def publishable(live: Document, draft: Document, sections: Sequence[str]) -> list[str]:
    """Those of a draft's sections that the person may make live: theirs, and new reasons that come with them."""
    own = [name for name in sections if may_publish(name)]
    if own and "reasons" in sections and "reasons" not in own and comes_with(live, draft, own):
        return [name for name in sections if name in (*own, "reasons")]
    return own


def area_word(area: str) -> str:
    """What a part of the rules is called."""
    words = {
        "mappings": t("平台字段", "Platform fields"),
        "windows": t("查重与合单", "Repeats and shared parcels"),
        "screening": t("审单", "Screening"),
        "allocation": t("分仓", "Allocation"),
        "clock": t("日历与超时", "Calendar and deadlines"),
        "watches": t("监视", "Watches"),
        "words": t("原因与例子", "Reasons and examples"),
    }
    return words[area]


def areas() -> list[str]:
    """Every part, in the order of pages."""
    return list(AREAS)


def _rights() -> Rights:
    found: Rights = g.user.rights
    return found
