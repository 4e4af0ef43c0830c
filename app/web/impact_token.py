"""The proof of having seen an impact: nobody publishes from a page what they were not shown the effect of."""

from __future__ import annotations

import hmac
from collections.abc import Collection, Mapping
from typing import Any

import orjson

from app.bootstrap import Services
from app.domain.errors import Refused
from app.domain.versions import Version
from app.persistence.drafts import Draft
from app.rulebook.pack import load_pack
from app.rulebook.sections import with_sections


def seen_version(services: Services, draft: Draft, sections: Collection[str], token: str) -> int | None:
    """The live version beside which the person was shown the impact of publishing just this; None when never."""
    number, _, rest = token.partition(".")
    digest, _, _ = rest.partition(".")
    if not number.isdigit():
        return None
    wanted = _signed(services, draft, int(number), sections, digest)
    return int(number) if hmac.compare_digest(wanted.encode(), token.encode()) else None


def is_whole(live: Version, draft: Draft, sections: Collection[str]) -> bool:
    """Whether what would go live can be read at all; what cannot has no impact, and is refused for what it is."""
    return is_sound(with_sections(live.document, draft.document, sections))


def is_sound(document: dict[str, Any]) -> bool:
    """Whether a document can be read as a pack."""
    try:
        load_pack(document)
    except Refused:
        return False
    return True


def token_of(services: Services, draft: Draft, live: int, sections: Collection[str], digest: str) -> str:
    """The proof that the person was shown what publishing just this comes to; `digest` is of what was shown."""
    return _signed(services, draft, live, sections, digest or "none")


def _signed(services: Services, draft: Draft, live: int, sections: Collection[str], digest: str) -> str:
    said: Mapping[str, Any] = {
        "draft": draft.id, "revision": draft.revision, "live": live, "sections": sorted(sections), "impact": digest,
    }  # fmt: skip
    sealed = services.sealer.fingerprint(b"impact" + orjson.dumps(said, option=orjson.OPT_SORT_KEYS))
    return f"{live}.{digest}.{sealed.hex()[:32]}"
