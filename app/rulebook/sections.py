"""A pack's document as sections, each published by itself, and what became of each on both sides.

`about` is the pack's name and titles; every platform's mapping is a section of its own (`mappings/taobao`), so that
mending one waits for nobody who works on another.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

Document = dict[str, Any]
Sections = dict[str, Any]

ABOUT = "about"
MAPPINGS = "mappings"
_ABOUT_KEYS = ("format", "pack", "title", "note")
_ORDER = (
    "duplicates", "consolidation", "screening", "allocation", "calendar", "escalation", "watches", "reasons",
    "examples",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Standing:
    """One section of a draft beside the version it is based on and the live one.

    `mine`: the draft differs from the live version in it; `moved`: the live version differs in it from what the
    draft is based on. Both: somebody else published it meanwhile, and the draft's must not overwrite that unseen.
    """

    name: str
    mine: bool
    moved: bool

    @property
    def crossed(self) -> bool:
        """Whether both sides changed it, each otherwise."""
        return self.mine and self.moved


def sections_of(document: Document) -> Sections:
    """The document's sections in the order of pages. A part that no pack has is a section too: nothing is dropped."""
    about = {key: document[key] for key in _ABOUT_KEYS if key in document}
    found: Sections = {ABOUT: about} if about else {}
    mappings = document.get(MAPPINGS)
    if isinstance(mappings, dict) and mappings:
        found |= {f"{MAPPINGS}/{platform}": section for platform, section in mappings.items()}
    elif MAPPINGS in document:
        found[MAPPINGS] = mappings
    rest = [key for key in document if key not in (*_ABOUT_KEYS, MAPPINGS, *_ORDER)]
    return found | {key: document[key] for key in (*_ORDER, *rest) if key in document}


def document_of(sections: Sections) -> Document:
    """The document that has these sections."""
    document: Document = dict(sections.get(ABOUT, {}))
    lead = f"{MAPPINGS}/"
    mappings = {name.removeprefix(lead): section for name, section in sections.items() if name.startswith(lead)}
    if mappings or MAPPINGS in sections:
        document[MAPPINGS] = mappings or sections[MAPPINGS]
    single = {name: section for name, section in sections.items() if name not in (ABOUT, MAPPINGS)}
    return document | {name: section for name, section in single.items() if not name.startswith(lead)}


def section_of(path: str) -> str:
    """The section that a path of the document lies in."""
    steps = path.split("/")
    if steps[0] in _ABOUT_KEYS:
        return ABOUT
    return "/".join(steps[:2]) if steps[0] == MAPPINGS and len(steps) > 1 else steps[0]


def differing(one: Document, other: Document) -> list[str]:
    """The sections in which two documents differ, in the order of pages."""
    mine, theirs = sections_of(one), sections_of(other)
    return [name for name in _names(theirs, mine) if mine.get(name) != theirs.get(name)]


def with_sections(document: Document, source: Document, names: Collection[str]) -> Document:
    """The document with these sections as the source has them; what the source lacks goes."""
    mine, theirs = sections_of(document), sections_of(source)
    kept = {name: section for name, section in mine.items() if name not in names}
    return document_of(kept | {name: theirs[name] for name in names if name in theirs})


def standings(draft: Document, bases: Mapping[str, Document], base: Document, live: Document) -> list[Standing]:
    """Every section in which the draft differs from the live version or the live one from what the draft is based on.

    `bases` names, for a section whose base is another version than `base`, that version's document.
    """
    mine, theirs, started = sections_of(draft), sections_of(live), sections_of(base)
    for name, document in bases.items():
        older = sections_of(document)
        started.pop(name, None)
        started |= {name: older[name]} if name in older else {}
    found = []
    for name in _names(started, theirs, mine):
        differs = mine.get(name) != theirs.get(name)
        touched, moved = mine.get(name) != started.get(name), theirs.get(name) != started.get(name)
        if differs and (touched or moved):
            found.append(Standing(name, differs and touched, moved))
    return found


def merged(draft: Document, live: Document, states: Collection[Standing]) -> Document:
    """The draft upon the live version: what only the live version changed is taken over, the rest stays."""
    taken = [one.name for one in states if one.moved and not one.mine]
    return with_sections(draft, live, taken)


def _names(*several: Sections) -> list[str]:
    """Every section of these, in the order of pages."""
    return sorted({name: None for sections in several for name in sections}, key=_rank)


def _rank(name: str) -> int:
    pages = (ABOUT, MAPPINGS, *_ORDER)
    room = name.partition("/")[0]
    return pages.index(room) if room in pages else len(pages)
