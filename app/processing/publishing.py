"""The way of rules to the live version: the gate, publishing chosen sections, and bringing back an earlier version.

The same functions serve the pages and the command line. The gate looks outside of any transaction, for proofs take
their time; the shelf takes the result only when the version it was checked against is still the live one.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson

from app.domain.errors import Problem, Refused, Stale, Unavailable
from app.domain.versions import Document, Release, Shelf, Version
from app.processing.examples import decide_example
from app.rulebook.check import Known, Report, check_pack, name_problems
from app.rulebook.pack import content_hash, load_pack
from app.rulebook.sections import differing, section_of, standings, with_sections

Check = Callable[[Document], list[Problem]]
"""A further check of a document that is to go live, such as a second engine's opinion; its problems count as ours."""

LONGEST_NOTE = 500
_TRIES = 5
_REMEMBERED = 32


@dataclass(frozen=True, slots=True)
class Gate:
    """What stands between a document and the live version.

    `errors` block. `warnings` need a reason. `known` are errors of the live version in sections that are not
    published now: nobody makes them worse, so they block nothing. `notes` are worth telling and ask for nothing.
    """

    report: Report
    errors: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = ()
    known: tuple[Problem, ...] = ()
    notes: tuple[Problem, ...] = ()

    @property
    def open(self) -> bool:
        """Whether it may go live, given a reason where there are warnings."""
        return not self.errors


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants to be live: all of `document`, or of a draft only `sections`.

    `base` is the document that a draft was made of, `behind` that of sections which are based on an older version;
    what somebody else published since is not overwritten. Without a base the document simply takes the live one's
    place. `beside` is the live version that its effect was shown against; None: nobody needs to have seen it.
    """

    document: Document
    author: str
    note: str = ""
    sections: Collection[str] | None = None
    base: Document | None = None
    behind: Mapping[str, Document] = field(default_factory=dict)
    beside: int | None = None


@dataclass(frozen=True, slots=True)
class Published:
    """The new live version, the sections in which it differs from the one before, and what was found."""

    number: int
    sections: Sequence[str]
    gate: Gate


def checked(document: Document) -> Report:
    """What `check_pack` says of a document; the latest answers are remembered."""
    text = canonical(document)
    return known_report(text) or remember(text, check_pack(document, decide_example))


def canonical(document: Mapping[str, Any]) -> bytes:
    """A document's content, by which answers about it are remembered."""
    return orjson.dumps(document, option=orjson.OPT_SORT_KEYS)


def known_report(text: bytes) -> Report | None:
    """The remembered answer of `checked` about this content."""
    with _lock:
        return _reports.get(text)


def remember(text: bytes, report: Report) -> Report:
    """Remember an answer of `checked`, wherever it was found; the report."""
    with _lock:
        while len(_reports) >= _REMEMBERED:
            _reports.pop(next(iter(_reports)))
        _reports[text] = report
    return report


_reports: dict[bytes, Report] = {}
_lock = threading.Lock()


def names_exist(known: Known) -> Check:
    """A further check: that the people, goods and places which rules name exist in this house."""

    def look(document: Document) -> list[Problem]:
        without = name_problems(document, {})
        return [problem for problem in name_problems(document, known) if problem not in without]

    return look


def gate(
    document: Document, sections: Collection[str] = (), live: Document | None = None, further: Sequence[Check] = ()
) -> Gate:
    """What keeps a document from going live in place of `live`, `sections` of it being new."""
    report = checked(document)
    found = list(report.diagnostics)
    if report.ok:
        # What cannot even be loaded needs no second opinion.
        found += [problem for check in further for problem in check(document)]
    errors = [problem for problem in found if problem.severity == "error"]
    known = _known(errors, sections, live)
    return Gate(
        report,
        tuple(problem for problem in errors if problem not in known),
        tuple(problem for problem in found if problem.severity == "warning"),
        tuple(known),
        tuple(problem for problem in found if problem.severity == "note"),
    )


def publish(shelf: Shelf, wish: Wish, *, now: int, further: Sequence[Check] = ()) -> Published:
    """Put a wish through the gate and make it live; a whole document that is live already makes no new version.

    Raises `Refused`: `publish-nothing` when nothing of a draft differs, `pack-invalid` with the errors that block,
    `publish-needs-note` with the warnings that need a reason, `note-too-long`; `Stale("section-moved-on")` when a
    section was published by somebody else since the draft was begun, `Stale("publish-unseen")` when the live version
    is another than the one the effect was shown against.
    """
    if len(wish.note) > LONGEST_NOTE:
        raise Refused("note-too-long", most=LONGEST_NOTE)
    for _ in range(_TRIES):
        live = shelf.live()
        document, sections = upon(wish, live)
        if wish.beside is not None and live is not None and live.number != wish.beside:
            raise Stale("publish-unseen")
        found = gate(document, sections, live.document if live else None, further)
        if live is not None and not sections:
            return Published(live.number, (), found)
        if found.errors:
            raise Refused("pack-invalid", problems=found.errors)
        if found.warnings and not wish.note.strip():
            raise Refused("publish-needs-note", problems=found.warnings)
        warnings = [{"code": problem.code, "path": problem.path} for problem in found.warnings]
        follows = live.number if live else 0
        number = shelf.put(Release(document, follows, wish.author, wish.note.strip(), now, sections, warnings))
        if number is not None:
            return Published(number, sections, found)
    raise Unavailable("publishing-busy")


def upon(wish: Wish, live: Version | None) -> tuple[Document, list[str]]:
    """The document that would be live, and the sections in which it differs from what is. Raises as `publish`."""
    before = live.document if live else {}
    document = wish.document
    if wish.base is not None:
        document = with_sections(before, document, _own(wish, before))
    return document, differing(document, before)


def restore(shelf: Shelf, number: int, *, author: str, note: str, now: int) -> int:
    """Make the content of an earlier version live again, as a new version; its number.

    No finding stands in the way, for it was live before; but this program must still be able to read it. Raises
    `NotFound("pack-version-unknown")`, `Refused("pack-live-already")` and `Refused("pack-invalid")`.
    """
    old = shelf.version(number)
    load_pack(old.document)
    for _ in range(_TRIES):
        live = shelf.live()
        if live is not None and live.hash == content_hash(old.document):
            raise Refused("pack-live-already", version=number)
        sections = differing(old.document, live.document if live else {})
        release = Release(old.document, live.number if live else 0, author, note, now, sections, restores=number)
        made = shelf.put(release)
        if made is not None:
            return made
    raise Unavailable("publishing-busy")


def _own(wish: Wish, live: Document) -> list[str]:
    assert wish.base is not None  # noqa: S101 - the caller looked
    states = [one for one in standings(wish.document, wish.behind, wish.base, live) if one.mine]
    chosen = [one for one in states if wish.sections is None or one.name in wish.sections]
    if not chosen:
        raise Refused("publish-nothing")
    crossed = [one.name for one in chosen if one.crossed]
    if crossed:
        raise Stale("section-moved-on", sections=crossed)
    return [one.name for one in chosen]


def _known(errors: Sequence[Problem], sections: Collection[str], live: Document | None) -> list[Problem]:
    elsewhere = [problem for problem in errors if section_of(problem.path) not in sections]
    if not elsewhere or live is None:
        return []
    before: set[tuple[Any, ...]] = {(problem.code, problem.path) for problem in checked(live).diagnostics}
    return [problem for problem in elsewhere if (problem.code, problem.path) in before]
