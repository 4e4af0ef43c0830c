"""New reasons to hold for, made where an action needs one: a code from what people wrote, and one edit with its use."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from app.domain.errors import Refused
from app.rulebook.drafts import Document, Edit, apply
from app.rulebook.pack import known_reasons

LONGEST = 120
_STEM = "reason"
_MOST_CODE = 48
_NOT_CODE = re.compile(r"[^a-z0-9]+")


def with_new_reason(
    document: Document, words: Mapping[str, str], use: Callable[[str], Edit], spell: Callable[[str], str]
) -> Edit:
    """One edit that puts the reason into the pack and does what `use` makes of its code.

    `words`, `spell` and what is raised as `reason_of` has them; also raises what applying the use raises.
    """
    code, new = reason_of(document, words, spell)
    if not new:
        return use(code)
    grown = {**document, "reasons": {**document.get("reasons", {}), **new}}
    return Edit("set", "", apply(grown, use(code)))


def reason_of(
    document: Document, words: Mapping[str, str], spell: Callable[[str], str]
) -> tuple[str, dict[str, dict[str, str]]]:
    """The code of a reason in these words, and its text where the pack has none that says the same.

    `words` in both languages; one that is missing is the other's. `spell` gives the letters of a Chinese text. Raises
    `Refused("reason-empty")`.
    """
    zh, en = (" ".join(words.get(tongue, "").split())[:LONGEST] for tongue in ("zh", "en"))
    if not zh and not en:
        raise Refused("reason-empty")
    said = {tongue: text for tongue, text in (("zh", zh), ("en", en)) if text}
    known = known_reasons(document)
    same = next(
        (code for code, text in known.items() if all(text.get(name) == one for name, one in said.items())), None
    )
    if same is not None:
        return same, {}
    code = _free(known, _code(en) or _code(spell(zh)) or _STEM)
    return code, {code: {"zh": zh or en, "en": en or zh}}


def _code(text: str) -> str:
    return _NOT_CODE.sub("-", text.lower().replace("'", "").replace("’", "")).strip("-")[:_MOST_CODE].strip("-")


def _free(known: Mapping[str, object], stem: str) -> str:
    number, code = 2, stem
    while code in known:
        code, number = f"{stem}-{number}", number + 1
    return code
