"""Reasons to hold for, and kinds of tasks: made where an action needs one, renamed, removed, their uses found."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any

from app.domain.errors import Refused
from app.rulebook.drafts import Document, Edit, apply, join_path
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


def renamed(document: Document, code: str, words: Mapping[str, str]) -> Edit:
    """The edit that gives the reason other words. Raises `Refused`: `reason-empty`, `edit-place-gone`."""
    if code not in document.get("reasons", {}):
        raise Refused("edit-place-gone", path=code)
    return Edit("set", join_path("reasons", code), _told(words))


def removed(document: Document, code: str) -> Edit:
    """The edit that takes away the reason. Raises `Refused`: `reason-used`, `edit-place-gone`."""
    if code not in document.get("reasons", {}):
        raise Refused("edit-place-gone", path=code)
    if code in uses_of(document):
        raise Refused("reason-used")
    return Edit("remove", join_path("reasons", code))


def added(document: Document, words: Mapping[str, str], spell: Callable[[str], str]) -> Edit:
    """The edit that adds a reason which nothing uses yet. Raises `Refused`: `reason-empty`, `reason-known`."""
    _, new = reason_of(document, words, spell)
    if not new:
        raise Refused("reason-known")
    return Edit("set", "reasons", {**document.get("reasons", {}), **new})


def uses_of(document: Mapping[str, Any], sections: Collection[str] | None = None) -> dict[str, list[str]]:
    """Where the document, or these sections of it, names each reason: the paths of actions, steps and examples."""
    found: dict[str, list[str]] = {}
    for section, content in document.items():
        if section != "reasons" and (sections is None or section in sections):
            for code, path in _named(content, section):
                found.setdefault(code, []).append(path)
    return found


def comes_with(before: Document, after: Document, sections: Collection[str]) -> bool:
    """Whether the reasons after are those before and new ones, each of which one of these sections uses."""
    old, new = (one if isinstance(one := each.get("reasons"), dict) else {} for each in (before, after))
    if any(new.get(code) != text for code, text in old.items()):
        return False
    return new.keys() - old.keys() <= uses_of(after, sections).keys()


def _named(node: Any, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(node, Mapping):
        # The kind of a condition or of a watch is no reason; one of something that is done is.
        asked = [node.get("reason"), node.get("kind")] if "do" in node else node.get("holds")
        yield from ((one, path) for one in (asked if isinstance(asked, list) else ()) if isinstance(one, str))
        for key, inner in node.items():
            yield from _named(inner, join_path(*path.split("/"), key))
    elif isinstance(node, list):
        for place, inner in enumerate(node):
            yield from _named(inner, f"{path}/{place}")


def _told(words: Mapping[str, str]) -> dict[str, str]:
    zh, en = (" ".join(words.get(tongue, "").split())[:LONGEST] for tongue in ("zh", "en"))
    if not zh and not en:
        raise Refused("reason-empty")
    return {"zh": zh or en, "en": en or zh}


def _code(text: str) -> str:
    return _NOT_CODE.sub("-", text.lower().replace("'", "").replace("’", "")).strip("-")[:_MOST_CODE].strip("-")


def _free(known: Mapping[str, object], stem: str) -> str:
    number, code = 2, stem
    while code in known:
        code, number = f"{stem}-{number}", number + 1
    return code
