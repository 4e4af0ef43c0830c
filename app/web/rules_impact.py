"""What publishing a draft would change, shown before it is done; only who was shown it can publish."""

from __future__ import annotations

import hmac
import threading
from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import Future
from concurrent.futures import TimeoutError as NotYet
from dataclasses import dataclass, field
from typing import Any

import orjson
from flask import Blueprint, current_app, g, request

from app.bootstrap import Services
from app.domain.errors import Refused
from app.domain.versions import Version
from app.persistence import drafts
from app.persistence.database import reading
from app.persistence.drafts import Draft
from app.persistence.packs import live_version, read_version
from app.persistence.reads.places import warehouse_names
from app.processing.impact import COUNTED, HARMLESS, Impact, impact_of, shows_in
from app.rulebook.pack import CompiledPack, known_reasons, load_pack
from app.rulebook.sections import with_sections
from app.web.fragments import partial
from app.web.permissions import permit
from app.web.recent import DAYS, MOST, recent_of
from app.web.rights import may_publish
from app.web.trials_words import end_word

WAIT_SECONDS = 1.0
"""An impact that is known within this comes at once; else the page shows how far it is."""
_REMEMBERED = 64
Key = tuple[int, int, int, tuple[str, ...]]
"""Draft, revision, live version, sections."""


@dataclass(slots=True)
class Job:
    """An impact being found: how many of how many orders are decided, and what comes of it.

    `state` says on which read of the orders.
    """

    state: int
    total: int = 0
    done: int = 0
    found: Future[Impact | None] = field(default_factory=Future)


class Impacts:
    """Impacts by what they are about, each found once, beside the requests."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._jobs: dict[Key, Job] = {}

    def job(self, key: Key, state: int, find: Callable[[Job], Impact | None]) -> Job:
        """The job of that key: the one that runs, or was done on these orders; else a new one."""
        with self._lock:
            known = self._jobs.get(key)
            if known is not None and (not known.found.done() or known.state == state):
                return known
            while len(self._jobs) >= _REMEMBERED:
                self._jobs.pop(next(iter(self._jobs)))
            job = self._jobs[key] = Job(state)
        threading.Thread(target=self._run, args=(key, job, find), name="impact", daemon=True).start()
        return job

    def _run(self, key: Key, job: Job, find: Callable[[Job], Impact | None]) -> None:
        try:
            job.found.set_result(find(job))
        except Exception as error:
            # Whoever asks again has it found anew.
            with self._lock:
                self._jobs.pop(key, None)
            job.found.set_exception(error)


def register(pages: Blueprint, services: Services) -> None:
    """Put the routes beside those of the rules."""

    @pages.get("/drafts/<int:draft_id>/impact")
    @permit("rules.draft")
    def impact(draft_id: int) -> str:
        with reading(services.database) as db:
            draft, live = drafts.read_draft(db, draft_id), _live(db)
            states = drafts.states_of(db, draft, live.document)
            names = dict(warehouse_names(db))
        own = [one.name for one in states if one.mine]
        asked = request.args.getlist("section") if "chosen" in request.args else own
        chosen = [name for name in own if name in asked]
        publishes = draft.ended_at is None and draft.owner == g.user.name and any(map(may_publish, draft.document))
        job = _job(services, draft, live, chosen)
        try:
            found = job.found.result(WAIT_SECONDS)
        except NotYet:
            known = {"draft": draft, "job": job, "chosen": chosen, "publishes": publishes}
            return partial("partials/rules/impact.html", state="counting", **known)
        reasons = {code: dict(text) for one in (live, draft) for code, text in known_reasons(one.document).items()}
        return partial(
            "partials/rules/impact.html",
            draft=draft, live=live, job=job, state="done", impact=found, chosen=chosen, days=DAYS, most=MOST,
            token=_token(services, draft, live.number, chosen, found) if chosen else "",
            end_word=lambda end: end_word(end, reasons, names),
            counts=shows_in(chosen), harmless=set(chosen) <= HARMLESS,
            unseen=[name for name in chosen if name not in COUNTED | HARMLESS],
            publishes=publishes,
        )  # fmt: skip


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
    try:
        load_pack(with_sections(live.document, draft.document, sections))
    except Refused:
        return False
    return True


def _live(db: Any) -> Version:
    number = live_version(db)
    if number is None:
        raise Refused("pack-missing")
    return read_version(db, number)


def _job(services: Services, draft: Draft, live: Version, sections: Sequence[str]) -> Job:
    impacts: Impacts = current_app.extensions.setdefault("impacts", Impacts())
    recent = recent_of(services)

    def find(job: Job) -> Impact | None:
        packs = _packs(live, draft, sections)
        if packs is None:
            return None
        past = recent.orders() if shows_in(sections) else []
        job.total = len(past)
        return impact_of(*packs, past, lambda done: setattr(job, "done", done))

    state = recent.state() if shows_in(sections) else 0
    return impacts.job((draft.id, draft.revision, live.number, tuple(sections)), state, find)


def _packs(live: Version, draft: Draft, sections: Collection[str]) -> tuple[CompiledPack, CompiledPack] | None:
    counted = [name for name in sections if name in COUNTED | HARMLESS]
    try:
        return load_pack(live.document), load_pack(with_sections(live.document, draft.document, counted))
    except Refused:
        return None


def _token(services: Services, draft: Draft, live: int, sections: Collection[str], found: Impact | None) -> str:
    return _signed(services, draft, live, sections, found.digest if found else "none")


def _signed(services: Services, draft: Draft, live: int, sections: Collection[str], digest: str) -> str:
    said: Mapping[str, Any] = {
        "draft": draft.id, "revision": draft.revision, "live": live, "sections": sorted(sections), "impact": digest,
    }  # fmt: skip
    sealed = services.sealer.fingerprint(b"impact" + orjson.dumps(said, option=orjson.OPT_SORT_KEYS))
    return f"{live}.{digest}.{sealed.hex()[:32]}"
