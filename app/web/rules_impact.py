"""What publishing a draft would change, shown before it is done; only who was shown it can publish."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from concurrent.futures import TimeoutError as NotYet
from dataclasses import dataclass, field
from typing import Any

from flask import Blueprint, current_app, g, request

from app.bootstrap import Services
from app.domain.errors import Refused
from app.domain.versions import Version
from app.persistence import drafts
from app.persistence.database import reading
from app.persistence.drafts import Draft
from app.persistence.packs import live_version, read_version
from app.persistence.reads.places import warehouse_names
from app.processing.impact import COUNTED, HARMLESS, impact_of, shows_in
from app.rulebook.pack import known_reasons, load_pack
from app.rulebook.sections import with_sections
from app.web.configurator.near import near_of
from app.web.counting import counting_of
from app.web.fragments import partial
from app.web.impact_parts import ALARMS, Alarms, Foreseen, Mapped, Means, Part, has_part, parts_of
from app.web.impact_token import is_sound, token_of
from app.web.language import t
from app.web.mending import field_word
from app.web.permissions import permit
from app.web.recent import DAYS, MOST, Recent, recent_of
from app.web.rights import may_publish
from app.web.rules_sections import editor_url
from app.web.trials_words import end_word

WAIT_SECONDS = 1.0
"""An impact that is known within this comes at once; else the page shows how far it is."""
_REMEMBERED = 64
_KEPT_SECONDS = 60.0
"""So long what the other sections come to is taken for true."""
Key = tuple[int, int, int, tuple[str, ...]]
"""Draft, revision, live version, sections."""


@dataclass(slots=True)
class Job:
    """An impact being found: how many of how many orders are decided, and what comes of it.

    `state` says on which read of the orders, and at about what time.
    """

    state: tuple[int, int]
    total: int = 0
    done: int = 0
    found: Future[Foreseen | None] = field(default_factory=Future)


class Impacts:
    """Impacts by what they are about, each found once, beside the requests."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._jobs: dict[Key, Job] = {}

    def job(self, key: Key, state: tuple[int, int], find: Callable[[Job], Foreseen | None]) -> Job:
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

    def _run(self, key: Key, job: Job, find: Callable[[Job], Foreseen | None]) -> None:
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
            draft=draft, live=live, job=job, state="done", chosen=chosen, days=DAYS, most=MOST,
            impact=found.impact if found else None,
            token=token_of(services, draft, live.number, chosen, found.digest if found else "") if chosen else "",
            end_word=lambda end: end_word(end, reasons, names),
            counts=shows_in(chosen), harmless=set(chosen) <= HARMLESS,
            parts=_told_parts(draft.id, found.parts) if found else [], read_word=_read_word,
            unseen=[name for name in chosen if name not in COUNTED | HARMLESS and not has_part(name)],
            publishes=publishes,
        )  # fmt: skip


def _live(db: Any) -> Version:
    number = live_version(db)
    if number is None:
        raise Refused("pack-missing")
    return read_version(db, number)


def _job(services: Services, draft: Draft, live: Version, sections: Sequence[str]) -> Job:
    impacts: Impacts = current_app.extensions.setdefault("impacts", Impacts())
    recent = recent_of(services)
    means = Means(services, near_of(services), counting_of(services))

    def find(job: Job) -> Foreseen | None:
        merged = with_sections(live.document, draft.document, sections)
        if not is_sound(merged):
            return None
        past = recent.orders() if shows_in(sections) else []
        job.total = len(past)
        alone = with_sections(live.document, draft.document, [one for one in sections if one in COUNTED | HARMLESS])
        packs = load_pack(live.document), load_pack(alone)
        impact = impact_of(*packs, past, lambda done: setattr(job, "done", done))
        return Foreseen(impact, parts_of(means, live.document, merged, sections))

    return impacts.job((draft.id, draft.revision, live.number, tuple(sections)), _state(recent, sections), find)


def _state(recent: Recent, sections: Sequence[str]) -> tuple[int, int]:
    """Which orders an impact of these sections would be found on."""
    orders = recent.state() if shows_in(sections) else 0
    return orders, int(time.monotonic() / _KEPT_SECONDS) if any(map(has_part, sections)) else 0


def _told_parts(draft_id: int, parts: Sequence[Part]) -> list[tuple[str, Part, str]]:
    """Each part with what kind it is, and where it is seen more closely."""
    return [
        ("alarms" if isinstance(one, Alarms) else "mapped" if isinstance(one, Mapped) else "window", one,
         editor_url(draft_id, ALARMS[0] if one.section == "calendar" else one.section))
        for one in parts
    ]  # fmt: skip


def _read_word(field_name: str) -> str:
    """What a mapping reads, in words."""
    own = {"order.identity": t("买家身份", "the buyer's identity"), "order.shop": t("店铺", "shop")}
    return own.get(field_name) or field_word(field_name)
