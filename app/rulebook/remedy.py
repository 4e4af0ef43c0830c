"""What would mend a finding: a sentence, and where possible the one edit of the document that does it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Remedy:
    """`edit` is one edit as `rulebook.drafts` takes it; None where only a person can know what is meant."""

    zh: str
    en: str
    edit: Mapping[str, Any] | None = None
