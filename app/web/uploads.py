"""The small tables that pages take as files, and what is wrong with them in words."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from flask import request

from app.domain.errors import PandanError, Refused
from app.domain.messages import say, sentences
from app.intake.tables import Parsed
from app.web.language import language, t

RowType = TypeVar("RowType")
_SHOWN = 20


def uploaded(parse: Callable[[bytes], Parsed[RowType]], data: bytes | None = None) -> list[RowType]:
    """The rows of the request's file, or of `data`. Raises `Refused` with every problem when there is one."""
    parsed = parse(sent_file() if data is None else data)
    if parsed.problems:
        raise Refused("rows-refused", problems=tuple(parsed.problems))
    return parsed.rows


def sent_file() -> bytes:
    """The content of the request's file. Raises `Refused("file-missing")`."""
    file = request.files.get("file")
    if file is None or not file.filename:
        raise Refused("file-missing")
    data: bytes = file.read()
    return data


def told(error: PandanError) -> list[str]:
    """A refusal as sentences: its own, then its first problems with their places."""
    lines = [_say(error.code, error.details)]
    for problem in error.problems[:_SHOWN]:
        place = problem.path.partition("/")[2]
        lines.append(" ".join(filter(None, (place and f"{place}:", _say(problem.code, problem.details)))))
    rest = len(error.problems) - _SHOWN
    if rest > 0:
        lines.append(t(f"还有 {rest} 处。", f"And {rest} more."))
    return lines


def _say(code: str, details: dict[str, object]) -> str:
    return say(code, language(), **details) if code in sentences() else code
