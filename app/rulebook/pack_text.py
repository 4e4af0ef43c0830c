"""What every section of a pack is made of: names, and texts in both languages."""

from __future__ import annotations

from app.mapping.strict import Strict, text

NAME = r"[a-z0-9][a-z0-9-]{0,63}"


class TextSchema(Strict):
    """A person's text in both languages."""

    zh = text(required=True)
    en = text(required=True)
