"""What is known of an uploaded file before it is read: its sheets, look, headings, samples, and the columns chosen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Any

from werkzeug.datastructures import MultiDict

from app.intake.columns import HEADINGS, NEEDED, match_columns
from app.intake.layout import ColumnMatch, Confidence, Layout
from app.intake.look import Look, plain_look, workbook_look
from app.intake.sheets import open_sheet

SAMPLES = 3
_SAMPLED_ROWS = 200
_PLANS_KEPT = 8


@dataclass(frozen=True, slots=True)
class Plan:
    """The top of one sheet: how it looks, which row holds the headings, what each column seems to hold."""

    sheets: tuple[str, ...]
    sheet: str
    header_row: int
    headings: list[str]
    samples: list[list[str]]
    matches: list[ColumnMatch]
    look: Look

    def columns(self, layout: Layout) -> dict[str, int]:
        """The place of each field's column: as chosen, else the automatic matches that are sure or likely."""
        return dict(layout.columns) or {
            match.field: match.place
            for match in self.matches
            if match.field is not None and match.confidence is not Confidence.UNSURE
        }

    def missing(self, layout: Layout) -> list[str]:
        """Needed fields that no column holds."""
        columns = self.columns(layout)
        return [field for field in NEEDED if field not in columns]


@lru_cache(maxsize=_PLANS_KEPT)
def plan_of(path: Path, sheet: str, header_row: int) -> Plan:
    """The plan of an uploaded file, whose content never changes. Raises `Refused` as `open_sheet` does."""
    data = path.read_bytes()
    table = open_sheet(data)
    rows = list(islice(table.rows, _SAMPLED_ROWS))
    if header_row > 1:
        at = header_row - 2
        table = type(table)(rows[at][1], iter(()))
        rows = rows[at+1:]
    samples = [_samples(rows, place) for place in range(len(table.headings))]
    places = {place: field for field, place in match_columns(table.headings).items()}
    matches = [
        ColumnMatch(place, heading, places.get(place), Confidence.SURE if place in places else Confidence.UNSURE)
        for place, heading in enumerate(table.headings)
    ]
    import openpyxl, io
    names = tuple(openpyxl.load_workbook(io.BytesIO(data), read_only=True).sheetnames) if data[:2] == b"PK" else ("",)
    look = workbook_look(data, names[0]) if data[:2] == b"PK" else plain_look([(1, table.headings), *rows])
    return Plan(names, names[0], header_row or 1, table.headings, samples, matches, look)


def layout_of(state: Mapping[str, Any]) -> Layout:
    """The layout kept in an import's state."""
    kept = dict(state.get("layout") or {})
    return Layout(**{**kept, "key": tuple(kept.get("key", ()))})


def written(layout: Layout) -> dict[str, Any]:
    """The layout as it is kept in an import's state."""
    return asdict(layout)


def with_change(plan: Plan, layout: Layout, form: MultiDict[str, str]) -> Layout:
    """The layout with one change of the columns page in it."""
    if "sheet" in form:
        return Layout(sheet=form["sheet"])
    if form.get("header_row", "").isdigit():
        return Layout(sheet=layout.sheet, header_row=int(form["header_row"]))
    if form.get("column", "").isdigit():
        return replace(layout, columns=_placed(plan.columns(layout), form.get("field", ""), int(form["column"])))
    if "key_chosen" in form:
        return replace(layout, key=tuple(key for key in form.getlist("key") if key in HEADINGS))
    return layout


def _placed(columns: dict[str, int], field: str, place: int) -> dict[str, int]:
    rest = {key: at for key, at in columns.items() if key != field and at != place}
    return {**rest, field: place} if field in HEADINGS else rest


def _samples(rows: list[tuple[int, list[str]]], place: int) -> list[str]:
    values = (cells[place] for _, cells in rows if place < len(cells) and cells[place])
    return list(islice(dict.fromkeys(values), SAMPLES))
