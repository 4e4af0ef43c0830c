"""What commands print: one JSON document on standard output, or sentences; problems on standard error."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from typing import Any

import orjson

from app.domain.errors import PandanError, Problem
from app.domain.messages import say, sentences


def language() -> str:
    """`zh` or `en`, by PANDAN_LANG, else LANG; Chinese when neither says English."""
    return "en" if os.environ.get("PANDAN_LANG", os.environ.get("LANG", "zh"))[:2] == "en" else "zh"


def choose(zh: str, en: str) -> str:
    """The text in the command's language."""
    return zh if language() == "zh" else en


def show(document: Any) -> None:
    """Print one JSON document."""
    sys.stdout.write(orjson.dumps(document, option=orjson.OPT_INDENT_2, default=str).decode() + "\n")


def sentence(code: str, **details: Any) -> str:
    """A code's sentence in the command's language; the code itself while it has none."""
    return say(code, language(), **details) if code in sentences() else code


def problem_lines(problems: Iterable[Problem]) -> list[str]:
    """Each problem as `place: sentence`."""
    return [f"{p.path or '-'}: {sentence(p.code, path=p.path, **p.details)}" for p in problems]


def problem_json(problem: Problem) -> dict[str, Any]:
    """A problem in the contract's shape for diagnostics."""
    details = {"path": problem.path, **problem.details}
    known = problem.code in sentences()
    remedy = problem.details.get("remedy")
    told = (
        {} if remedy is None else {"remedy_en": remedy.en, "edit": None if remedy.edit is None else dict(remedy.edit)}
    )
    also = {"also": problem.details["also"]} if problem.details.get("also") else {}
    return {
        "code": problem.code,
        "severity": problem.severity,
        "path": problem.path,
        "message": say(problem.code, "zh", **details) if known else problem.code,
        "message_en": say(problem.code, "en", **details) if known else problem.code,
        "remedy": None if remedy is None else remedy.zh,
        "counterexample": problem.details.get("counterexample"),
        "related": problem.details.get("related", ()),
        **told,
        **also,
    }


def fail(error: PandanError) -> None:
    """Print a refusal with all its problems to standard error."""
    for line in (sentence(error.code, **error.details), *problem_lines(error.problems)):
        sys.stderr.write(line + "\n")
