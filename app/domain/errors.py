"""One family of refusals and faults; expected outcomes are returned values, never exceptions."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with an input, and where.

    `code` is stable and names a sentence in both languages (`domain.messages`); `path` says where in the
    input (a JSONPath for payloads, `rules/3/when/all/1` for packs, `row 12` for files); `details` fill the
    sentence.
    """

    code: str
    path: str = ""
    details: dict[str, Any] = field(default_factory=dict)
    severity: str = "error"


class PandanError(Exception):
    """Root of everything pandan raises on purpose.

    `code` is stable; the sentence for people comes from `domain.messages` by that code; `problems` lists
    every fault found, not just the first; `status` is the HTTP status that fits.
    """

    status = 400

    def __init__(self, code: str, *, problems: tuple[Problem, ...] = (), **details: Any) -> None:
        super().__init__(code, details)
        self.code = code
        self.details = details
        self.problems = problems


class Refused(PandanError):
    """The input cannot be taken as it is; the caller must change it."""


class NotFound(PandanError):
    """What was named does not exist (or is not for this caller to see)."""

    status = 404


class Stale(PandanError):
    """Somebody else changed it since the caller looked; nothing was done, the caller must look again."""

    status = 409


class Forbidden(PandanError):
    """The caller may not do this."""

    status = 403


class Unavailable(PandanError):
    """A part pandan stands on does not answer; nothing was done, the same call may be sent again."""

    status = 503

    def __init__(self, code: str, *, retry_after_seconds: int = 2, **details: Any) -> None:
        super().__init__(code, **details)
        self.retry_after_seconds = retry_after_seconds


class Overloaded(Unavailable):
    """The backlog is full; come back after `retry_after_seconds`."""

    status = 429
