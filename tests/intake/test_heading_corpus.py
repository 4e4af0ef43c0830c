"""Heading sets written without looking at the matching, twenty at a time: what it makes of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson
import pytest

from app.intake.columns import match_columns
from app.intake.layout import ColumnMatch, Confidence

CORPORA = Path(__file__).parent / "corpora"
CORPUS = (
    "headings.json",
    "headings_later.json",
    "headings_third.json",
    "headings_fourth.json",
    "headings_fifth.json",
    "headings_sixth.json",
    "headings_seventh.json",
)


def judged(corpus: str) -> list[tuple[str, ColumnMatch, list[str | None]]]:
    """(set, what the matching says of a column, what the column may hold)."""
    sets: list[dict[str, Any]] = orjson.loads((CORPORA / corpus).read_bytes())["sets"]
    found = []
    for one in sets:
        columns = one["columns"]
        rows = [list(row) for row in zip(*(column["samples"] for column in columns), strict=True)]
        matches = match_columns([column["heading"] for column in columns], rows)
        found += [(one["name"], match, column["field"]) for match, column in zip(matches, columns, strict=True)]
    return found


@pytest.mark.parametrize("corpus", CORPUS)
def test_nineteen_of_twenty_columns_are_matched_right_and_the_rest_is_rather_left_open(corpus: str) -> None:
    columns = judged(corpus)
    right = [match for _, match, fields in columns if _used(match) in fields]
    wrong = [
        f"{name}: {match.heading} → {match.field} ({match.confidence}), not {fields}"
        for name, match, fields in columns
        if _used(match) is not None and _used(match) not in fields
    ]
    missed = [
        f"{name}: {match.heading} left open, is {fields}"
        for name, match, fields in columns
        if _used(match) is None and None not in fields
    ]
    told = "\n".join([f"{len(right)} of {len(columns)} right", *wrong, *missed])
    assert len(right) >= 0.95 * len(columns), told
    assert len(wrong) <= 0.02 * len(columns), told


def _used(match: ColumnMatch) -> str | None:
    """The field that is used unasked."""
    return None if match.confidence is Confidence.UNSURE else match.field
