"""A decision table as an Excel workbook that people change, and what it says when it comes back.

Ids, the rule that each row stood for, and what the workbook was made of travel in hidden places, so that a row that
nobody touched is exactly its rule again. A copied row is a new rule; a row without the hidden part too.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from app.domain.errors import Problem, Refused
from app.engine.phrase import phrase_rule
from app.engine.vocabulary import Text, Vocabulary
from app.rulebook.cells import LONGEST, BadCellError, read_cell, write_cell
from app.rulebook.drafts import free_id
from app.rulebook.tables import Cells, Column, Row, Rule, Table, column_of, rewritten, row_of, with_names

FORMAT = 1
FIRST_ROW = 4
"""Above it: the columns' keys (hidden), what they belong to, what they are."""
MOST_ROWS = 20_000
MOST_BYTES = 20_000_000
_HIDDEN = 2
"""Columns in front that stay hidden: the rule's id, and the rule itself."""
_META, _LISTS = "pandan", "lists"
_INK, _LINE, _WHEN, _THEN, _GREY = "FF13201A", "FFC5D0CA", "FFE3F3EA", "FFE8EEFA", "FFEFF2F0"
_FONT = "Microsoft YaHei"
_EDGE = Border(bottom=Side("thin", color=_LINE))
_SPARE_ROWS = 200
"""Rows below the last that offer the same lists, for new rules."""
Meta = Mapping[str, Any]
Names = Mapping[str, Mapping[str, Text]]


@dataclass(frozen=True, slots=True)
class Sheet:
    """What came back: the rules in the rows' order, those the workbook was made of, and where each rule's row is.

    `problems` have the path `row/column`; with one of them the rules are not whole.
    """

    meta: Meta
    rules: list[Rule]
    originals: list[Rule]
    rows: list[int]
    problems: list[Problem] = field(default_factory=list)


def write_table(table: Table, vocabulary: Vocabulary, language: str, *, title: str, meta: Meta) -> bytes:
    """The .xlsx; `meta` (section, version, …) comes back with it."""
    book = Workbook()
    sheet = book.active
    sheet.title = title[:31] or "rules"
    _write_headings(sheet, table.columns, language)
    for place, row in enumerate(table.rows):
        _write_row(sheet, FIRST_ROW + place, row, table.columns, vocabulary, language)
    _write_lists(book, sheet, table, language)
    _write_meta(
        book, {"format": FORMAT, "language": language, **meta, "ids": [row.rule.get("id") for row in table.rows]}
    )
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _write_headings(sheet: Worksheet, columns: Sequence[Column], language: str) -> None:
    for number, (key, group, label, part) in enumerate(
        [("id", "", "id", ""), ("rule", "", "rule", "")]
        + [(c.key, c.group[language], c.label[language], c.part) for c in columns],
        1,
    ):
        for row, text in ((1, key), (2, group), (3, label)):
            cell = sheet.cell(row, number)
            cell.value, cell.data_type = text, "s"
            cell.font = Font(name=_FONT, size=10, bold=True, color=_INK)
            cell.fill = PatternFill("solid", fgColor=_THEN if part == "then" else _WHEN)
            cell.border = _EDGE
            cell.alignment = Alignment(vertical="center", wrap_text=True)
        letter = get_column_letter(number)
        sheet.column_dimensions[letter].width = 26 if part == "title" else min(28, max(12, 2 * len(label) + 2))
        sheet.column_dimensions[letter].hidden = number <= _HIDDEN
    sheet.row_dimensions[1].hidden = True
    sheet.freeze_panes = sheet.cell(FIRST_ROW, _HIDDEN + 2)
    sheet.sheet_view.showGridLines = False


def _write_row(
    sheet: Worksheet, number: int, row: Row, columns: Sequence[Column], vocabulary: Vocabulary, language: str
) -> None:
    whole = json.dumps(row.rule, ensure_ascii=True, separators=(",", ":"))
    _put(sheet, number, 1, str(row.rule.get("id", "")))
    _put(sheet, number, 2, whole if len(whole) <= LONGEST else "")
    if row.misfit:
        cell = _put(sheet, number, _HIDDEN + 1, _told(row.rule, vocabulary, language))
        cell.fill, cell.alignment = PatternFill("solid", fgColor=_GREY), Alignment(wrap_text=True, vertical="top")
        return
    for place, column in enumerate(columns, _HIDDEN + 1):
        if column.key in row.cells:
            value = write_cell(row.cells[column.key], column.kind, vocabulary, language)
            cell = _put(sheet, number, place, value)
            cell.font = Font(name=_FONT, size=10, color=_INK)
            cell.alignment = Alignment(vertical="top", wrap_text=True)
        if row.otherwise and column.part == "when":
            sheet.cell(number, place).fill = PatternFill("solid", fgColor=_GREY)
            sheet.cell(number, place).protection = Protection(locked=True)


def _told(rule: Rule, vocabulary: Vocabulary, language: str) -> str:
    """A rule that is not of the table's shape, as its row says it."""
    try:
        told = phrase_rule(rule, vocabulary, language)
    except (AttributeError, KeyError, TypeError, ValueError, IndexError):
        told = str(rule.get("id"))
    return str(ILLEGAL_CHARACTERS_RE.sub(" ", f"[{told}]"))[:LONGEST]


def _put(sheet: Worksheet, row: int, column: int, value: str | int | float) -> Any:
    cell = sheet.cell(row, column)
    cell.value = value
    if isinstance(value, str):
        # Never a formula, never a date that Excel guessed.
        cell.data_type, cell.number_format = "s", "@"
    return cell


def _write_lists(book: Workbook, sheet: Worksheet, table: Table, language: str) -> None:
    lists = book.create_sheet(_LISTS)
    lists.sheet_state = "hidden"
    used = 0
    last = FIRST_ROW + len(table.rows) + _SPARE_ROWS
    for place, column in enumerate(table.columns, _HIDDEN + 1):
        words = _offered(column, language)
        if not words:
            continue
        used += 1
        for row, word in enumerate(words, 1):
            lists.cell(row, used, word)
        source, own = get_column_letter(used), get_column_letter(place)
        offer = DataValidation("list", formula1=f"={_LISTS}!${source}$1:${source}${len(words)}", allow_blank=True)
        # A field's own value is offered; another field, or a text in quotes, may be written all the same.
        offer.errorStyle = "warning"
        offer.add(f"{own}{FIRST_ROW}:{own}{last}")
        sheet.add_data_validation(offer)


def _offered(column: Column, language: str) -> list[str]:
    kind = column.kind
    if kind.free:
        return []
    if kind.mere:
        return ["是" if language == "zh" else "yes"]
    if kind.yes_no:
        return ["是", "否"] if language == "zh" else ["yes", "no"]
    several = kind.operator is not None and kind.operator.shape != "value"
    return [] if several else [words[language] for words in kind.words.values()]


def _write_meta(book: Workbook, meta: Meta) -> None:
    sheet = book.create_sheet(_META)
    sheet.sheet_state = "veryHidden"
    text = json.dumps(meta, ensure_ascii=True)
    for row, start in enumerate(range(0, len(text), LONGEST), 1):
        _put(sheet, row, 1, text[start : start + LONGEST])


# Reading.


def read_table(data: bytes, vocabulary: Vocabulary, base: Sequence[Rule] = (), names: Names | None = None) -> Sheet:
    """What a workbook says. `base` are the rules by whose ids a row is known that carries no rule of its own, `names`
    the words of what cells refer to.

    Raises `Refused`: `table-not-a-workbook`, `table-not-ours`, `table-too-large`.
    """
    sheet, meta = _opened(data)
    found: list[Column | None] = []
    problems: list[Problem] = []
    for number, key in enumerate(_keys(sheet), _HIDDEN + 1):
        column = _column(key, vocabulary, names or {})
        found.append(column)
        if column is None and any(_filled(sheet.cell(r, number).value) for r in range(2, sheet.max_row + 1)):
            problems.append(Problem("table-column-unknown", f"/{get_column_letter(number)}"))
    reader = _Reader(sheet, found, vocabulary, base, str(meta.get("language", "zh")), problems)
    return reader.read(meta)


def _opened(data: bytes) -> tuple[Worksheet, Meta]:
    if len(data) > MOST_BYTES:
        raise Refused("table-too-large", limit=MOST_ROWS)
    try:
        if sum(one.file_size for one in zipfile.ZipFile(io.BytesIO(data)).infolist()) > 20 * MOST_BYTES:
            raise Refused("table-too-large", limit=MOST_ROWS)
        book = load_workbook(io.BytesIO(data))
    except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, OSError) as error:
        raise Refused("table-not-a-workbook") from error
    if _META not in book.sheetnames:
        raise Refused("table-not-ours")
    text = "".join(str(row[0].value or "") for row in book[_META].iter_rows(max_col=1))
    try:
        meta = json.loads(text)
    except ValueError as error:
        raise Refused("table-not-ours") from error
    sheet = next(book[name] for name in book.sheetnames if name not in (_META, _LISTS))
    if sheet.max_row > MOST_ROWS + FIRST_ROW:
        raise Refused("table-too-large", limit=MOST_ROWS)
    if not isinstance(meta, dict) or meta.get("format") != FORMAT:
        raise Refused("table-not-ours")
    return sheet, meta


def _keys(sheet: Worksheet) -> Iterator[str]:
    for number in range(_HIDDEN + 1, sheet.max_column + 1):
        yield str(sheet.cell(1, number).value or "")


def _column(key: str, vocabulary: Vocabulary, names: Names) -> Column | None:
    try:
        return with_names(column_of(key, vocabulary), names)
    except (KeyError, StopIteration, ValueError, IndexError):
        return None


def _filled(value: Any) -> bool:
    return value is not None and (not isinstance(value, str) or bool(value.strip()))


class _Reader:
    def __init__(
        self,
        sheet: Worksheet,
        columns: Sequence[Column | None],
        vocabulary: Vocabulary,
        base: Sequence[Rule],
        language: str,
        problems: list[Problem],
    ) -> None:
        self._sheet = sheet
        self._columns = columns
        self._vocabulary = vocabulary
        self._base = {rule.get("id"): rule for rule in base}
        self._language = language if language in ("zh", "en") else "zh"
        self._problems = problems
        self._rules: list[Rule] = []
        self._ids: set[Any] = set()
        self._originals: dict[str, Rule] = {}

    def read(self, meta: Meta) -> Sheet:
        rows: list[int] = []
        for number in range(FIRST_ROW, self._sheet.max_row + 1):
            values = [self._sheet.cell(number, c).value for c in range(1, _HIDDEN + len(self._columns) + 1)]
            if any(map(_filled, values[_HIDDEN:])):
                self._row(number, values)
                rows.append(number)
        return Sheet(meta, self._rules, list(self._originals.values()), rows, self._problems)

    def _row(self, number: int, values: Sequence[Any]) -> None:
        original = self._original(values)
        known = row_of(original, self._vocabulary) if original is not None else None
        if known is not None and known.misfit:
            if values[_HIDDEN] != _told(known.rule, self._vocabulary, self._language):
                self._problems.append(Problem("table-fixed", str(number)))
            self._add(known.rule)
            return
        cells = self._cells(number, values[_HIDDEN:], known)
        before = known.cells if known is not None else {}
        made = rewritten(original, before, cells, self._vocabulary, free_id(self._rules, "rule"))
        self._missing(number, before)
        self._add(made)

    def _original(self, values: Sequence[Any]) -> Rule | None:
        """The rule that the row stood for when the workbook was made."""
        try:
            rule = json.loads(str(values[1])) if values[1] else self._base.get(str(values[0] or ""))
        except ValueError:
            rule = None
        if not isinstance(rule, dict) or not isinstance(rule.get("then"), list):
            return None
        self._originals.setdefault(str(rule.get("id")), rule)
        return rule

    def _add(self, rule: Rule) -> None:
        """Take the rule, under an id that no row above has: a copied row is another rule."""
        if rule.get("id") in self._ids:
            rule = {**rule, "id": free_id(self._rules, str(rule.get("id", "rule")))}
        self._ids.add(rule.get("id"))
        self._rules.append(rule)

    def _cells(self, number: int, values: Sequence[Any], known: Row | None) -> Cells:
        found: Cells = {}
        for place, (column, value) in enumerate(zip(self._columns, values, strict=True), _HIDDEN + 1):
            if column is None or not _filled(value):
                continue
            if known is not None and column.key in known.cells and self._same(value, known.cells[column.key], column):
                found[column.key] = known.cells[column.key]
                continue
            try:
                found[column.key] = read_cell(value, column.kind, self._vocabulary)
            except BadCellError as error:
                details = {**error.details, "column": column.label[self._language]}
                self._problems.append(Problem(error.code, f"{number}/{get_column_letter(place)}", details))
        if known is not None and known.otherwise and any(key.startswith("when/") for key in found):
            self._problems.append(Problem("table-otherwise", str(number)))
        return found

    def _same(self, value: Any, before: Any, column: Column) -> bool:
        told = write_cell(before, column.kind, self._vocabulary, self._language)
        return bool(value == told) or str(value).strip() == str(told)

    def _missing(self, number: int, before: Cells) -> None:
        """Columns that a row's rule needs and that somebody took out of the sheet."""
        here = {column.key for column in self._columns if column is not None}
        for key in before.keys() - here:
            label = column_of(key, self._vocabulary).label[self._language]
            self._problems.append(Problem("table-column-gone", str(number), {"column": label}))
