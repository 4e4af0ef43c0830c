"""Published versions of a rule pack, and the shelf that keeps them: a port, fulfilled by `persistence`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Version:
    """A published version: its number, what it holds, and the content's hash (`rulebook.pack.content_hash`)."""

    number: int
    document: Document
    hash: str


@dataclass(frozen=True, slots=True)
class Release:
    """What is to go live. `follows` is the number of the version that was live when it was checked, 0 without one.

    `warnings` are the findings that it goes live in spite of, `{"code", "path"}` each; `restores` is the earlier
    version whose content it brings back.
    """

    document: Document
    follows: int
    author: str
    note: str
    at: int
    sections: Sequence[str] = ()
    warnings: Sequence[Mapping[str, Any]] = ()
    restores: int | None = None


class Shelf(Protocol):
    """The published versions."""

    def live(self) -> Version | None:
        """The live version; None before the first."""
        ...

    def version(self, number: int) -> Version:
        """A version. Raises `NotFound("pack-version-unknown")`."""
        ...

    def put(self, release: Release) -> int | None:
        """Make it the live version; its number, or None when another than `follows` is live by now."""
        ...
