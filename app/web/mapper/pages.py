"""The mapper's pages: every platform of a draft, and one platform's fields beside its samples."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from app.bootstrap import Services
from app.domain.errors import NotFound, PandanError, Refused
from app.intake.mapper.editing import WHOLE, blank, each_of, rows_of
from app.intake.mapper.suggest import Suggested, Sureness, suggest
from app.mapping.drift import Change, changes
from app.mapping.leaves import lists_of
from app.mapping.section import FLAGS, section_problems
from app.persistence import drafts
from app.persistence.audit import note
from app.persistence.database import reading, writing
from app.persistence.drafts import Draft
from app.persistence.packs import live_version, read_version
from app.persistence.reads.payloads import platforms_of_shops, waiting_by_platform
from app.processing.batch import CANONICAL_PLATFORMS
from app.queue.pasted import forget_pasted, keep_pasted
from app.rulebook.drafts import Edit
from app.rulebook.order_fields import PLATFORM
from app.rulebook.sections import MAPPINGS
from app.web.configurator.change import answered, change_draft, draft_of, of_draft
from app.web.fragments import page
from app.web.language import t
from app.web.mapper.deeds import Asked, edit_of
from app.web.mapper.preview import read_samples
from app.web.mapper.samples import Samples, load_samples, read_file, read_paste
from app.web.mapper.told import change_text
from app.web.mapper.view import field_choices, groups_of, meaning_choices, reads_of, tree_of, unread, unsaid_codes
from app.web.mapping_words import evidence_word, flag_word
from app.web.mending import field_word
from app.web.payload import payload_tree, private_paths
from app.web.permissions import permit
from app.web.platforms import platform_word
from app.web.rules_sections import section_tabs
from app.web.uploads import sent_file

_WHOLE, _PART = "pages/mapper/index.html", "partials/mapper/bench.html"
_SIDE_BY_SIDE = 4
_MOST_CHANGES = 12


def blueprint(services: Services) -> Blueprint:
    """The routes over these services."""
    pages = Blueprint("mapper", __name__, url_prefix="/rules")

    @pages.get("/drafts/<int:draft_id>/mappings")
    @permit("rules.read")
    def index(draft_id: int) -> str:
        draft = draft_of(services, draft_id)
        with reading(services.database) as db:
            waiting, sold = waiting_by_platform(db), platforms_of_shops(db)
        mapped = draft.document.get("mappings", {})
        names = [*mapped, *(one for one in sold if one not in mapped and one not in CANONICAL_PLATFORMS)]
        rows = [
            (one, len(list(rows_of(mapped[one]))) if one in mapped else 0,
             len(section_problems(mapped[one], "m")) if one in mapped else 0, waiting.get(one, 0))
            for one in sorted(names, key=lambda one: (-waiting.get(one, 0), one in mapped))
        ]  # fmt: skip
        return render_template(
            "pages/mapper/platforms.html",
            **of_draft(draft, MAPPINGS),
            rows=rows,
            sections=section_tabs(draft, MAPPINGS),
        )

    @pages.post("/drafts/<int:draft_id>/mappings")
    @permit("rules.draft")
    def add(draft_id: int) -> AnyResponse:
        name = request.form.get("platform", "").strip().lower()
        if not re.fullmatch(PLATFORM, name):
            raise Refused("platform-name", platform=name)
        return redirect(url_for("mapper.bench", draft_id=draft_id, platform=name), 303)

    @pages.post("/mappings/<platform>/draft")
    @permit("rules.draft")
    def start(platform: str) -> AnyResponse:
        title, now = (
            t(f"字段映射：{platform_word(platform)}", f"Fields of {platform_word(platform)}"),
            services.clock.now(),
        )
        with writing(services.database) as db:
            own = [one for one in drafts.list_drafts(db) if one.owner == g.user.name and one.title == title]
            if own:
                return redirect(url_for("mapper.bench", draft_id=own[0].id, platform=_known(platform)), 303)
            number = live_version(db)
            if number is None:
                raise Refused("pack-missing")
            live = read_version(db, number)
            made = drafts.start(db, live.document, live.number, title=title, owner=g.user.name, now=now)
        return redirect(url_for("mapper.bench", draft_id=made, platform=_known(platform)), 303)

    @pages.get("/drafts/<int:draft_id>/mappings/<platform>")
    @permit("rules.read")
    def bench(draft_id: int, platform: str) -> str:
        draft = draft_of(services, draft_id)
        return page(_WHOLE, _PART, **_values(services, draft, platform, _material(services, draft, _known(platform))))

    @pages.post("/drafts/<int:draft_id>/mappings/<platform>/<deed>")
    @permit("rules.draft")
    def change(draft_id: int, platform: str, deed: str) -> Response:
        known = _material(services, draft_of(services, draft_id), _known(platform))
        if deed in ("paste", "sheet", "forget"):
            draft, refused = _samples(services, draft_id, platform, deed)
            known = _material(services, draft, platform)
        else:
            edit = _edit(platform, deed, known)
            draft, refused = change_draft(services, draft_id, deed, edit)
        sample, opened = (request.form.get(name) or None for name in ("sample", "opened"))
        here = url_for("mapper.bench", draft_id=draft_id, platform=platform, sample=sample, opened=opened)
        return answered(_PART, _values(services, draft, platform, known, refused), refused, here)

    @pages.context_processor
    def words() -> dict[str, Any]:
        return {"flag_word": flag_word, "evidence_word": evidence_word}

    return pages


@dataclass(frozen=True, slots=True)
class Material:
    """What a mapping is built on: the samples, and what they suggest. Read before the draft is locked."""

    samples: Samples
    suggested: Suggested


def _material(services: Services, draft: Draft, platform: str) -> Material:
    samples = load_samples(services, draft.id, platform, _section(draft, platform))
    return Material(samples, suggest(samples.orders))


def _edit(platform: str, deed: str, known: Material) -> Callable[[Draft], Edit]:
    """The edit that the form means."""
    envelopes = known.samples.envelopes
    return lambda draft: edit_of(
        deed, platform, Asked(_section(draft, platform), known.suggested, envelopes, request.form)
    )


def _samples(services: Services, draft_id: int, platform: str, deed: str) -> tuple[Draft, PandanError | None]:
    """Keep what was pasted or chosen as a file, or forget it; the draft itself stays as it is."""
    draft = draft_of(services, draft_id)
    try:
        if draft.owner != g.user.name or draft.ended_at is not None:
            raise Refused("draft-not-yours", owner=draft.owner)
        if deed == "forget":
            forget_pasted(services.redis, draft_id, platform)
            return draft, None
        payloads = read_file(sent_file()) if deed == "sheet" else read_paste(request.form.get("text", ""))
    except Refused as error:
        return draft, error
    keep_pasted(services.redis, services.sealer, draft_id, platform, payloads)
    with writing(services.database) as db:
        now = services.clock.now()
        note(db, g.user.name, "mapping.paste", platform, now=now, draft=draft_id, n=len(payloads))
    return draft, None


def _known(platform: str) -> str:
    if not re.fullmatch(PLATFORM, platform) or platform in CANONICAL_PLATFORMS:
        raise NotFound("page-missing")
    return platform


def _section(draft: Draft, platform: str) -> dict[str, Any]:
    found = draft.document.get("mappings", {}).get(platform)
    return found if isinstance(found, dict) and "order" in found and "lines" in found else blank()


def _values(
    services: Services, draft: Draft, platform: str, known: Material, refused: PandanError | None = None
) -> dict[str, Any]:
    section, samples, suggested = _section(draft, platform), known.samples, known.suggested
    empty = not any(True for _ in rows_of(section))
    shown = {**section, "lines": {**section["lines"], "each": suggested.each}} if empty else section
    asked = request.values.get("sample", "0")
    chosen = int(asked) if asked.isdigit() and int(asked) < len(samples.shown) else 0
    reads = read_samples(services, shown, platform, samples.shown)
    open_counts = dict.fromkeys(Sureness, 0)
    taken = {row["field"] for _, row in rows_of(section)}
    for one in suggested.fields.values():
        if one.field not in taken:
            open_counts[one.sureness] += 1
    lacking = [str(one.details["field"]) for one in section_problems(section, "m") if one.path == "m"]
    altered = _changes(section, samples)
    groups = groups_of(shown, suggested, reads[chosen : chosen + 1], samples.orders)
    first = max(0, min(chosen, len(reads) - _SIDE_BY_SIDE))
    return {
        **of_draft(draft, f"{MAPPINGS}/{platform}", refused), "platform": platform, "mapping": shown,
        "section": f"{MAPPINGS}/{platform}",
        "samples": samples.shown, "chosen": chosen,
        "sections": section_tabs(draft, MAPPINGS), "each": each_of(shown), "lists": _lists(samples, each_of(shown)),
        "groups": groups, "unsaid": unsaid_codes(groups),
        "tree": _tree(shown, samples, chosen, suggested),
        "reads": reads, "columns": list(enumerate(reads))[first : first + _SIDE_BY_SIDE],
        "good": sum(read.whole for read in reads),
        "changes": [(change_text(one), one.matters) for one in altered],
        "altered": {name for one in altered for name in one.fields},
        "sure": open_counts[Sureness.SURE], "likely": open_counts[Sureness.LIKELY],
        "unread": unread(suggested.leaves, shown), "lacking": [field_word(name) for name in lacking],
        "opened": request.values.get("opened", ""), "fields": field_choices(), "flags": FLAGS,
        "meaning_choices": meaning_choices, "platform_name": platform_word(platform),
    }  # fmt: skip


def _lists(samples: Samples, each: str) -> list[tuple[str, str]]:
    """What may hold the lines: every list of the samples, or the order itself."""
    found = [path for path in (*lists_of(samples.orders), each) if path != WHOLE]
    whole = t("整条就是一行商品", "the order is its one line")
    return [*((path, path) for path in dict.fromkeys(found)), (WHOLE, whole)]


def _tree(section: dict[str, Any], samples: Samples, chosen: int, suggested: Suggested) -> Any:
    if not samples.shown:
        return None
    masked = payload_tree(samples.shown[chosen].order, private_paths(section))
    return tree_of(masked, section, suggested)


def _changes(section: dict[str, Any], samples: Samples) -> list[Change]:
    """What the platform altered, what the mapping reads first."""
    return changes(reads_of(section), samples.before, samples.now)[:_MOST_CHANGES]
