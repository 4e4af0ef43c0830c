"""CSV as people have it: in the encodings China uses, with commas, tabs or semicolons, read as it streams."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator
from typing import BinaryIO

from app.domain.errors import Refused
from app.intake.written import clean

_BLOCK = 1024 * 1024
_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_DELIMITERS = ",\t;|"
_SAMPLE_LINES = 20
_MOST_FOREIGN = 0.05
_LONGEST_CELL = 1024 * 1024


def csv_rows(file: BinaryIO) -> Iterator[tuple[int, list[str]]]:
    """The rows with their numbers, as a spreadsheet counts them. Raises `Refused("file-encoding")` at once, and
    `file-corrupt` while they are read."""
    encoding = encoding_of(file)
    # What is cut off in the middle of a letter is still worth reading.
    text = io.TextIOWrapper(file, encoding=encoding, errors="replace", newline="")
    return _rows(text, _delimiter(text))


def encoding_of(file: BinaryIO) -> str:
    """By its byte order mark, else UTF-8 if all of it is, else GB18030; Western letters where they are few.

    Raises `Refused("file-encoding")`.
    """
    file.seek(0)
    head = file.read(4)
    for mark, encoding in _MARKS:
        if head.startswith(mark):
            return encoding
    for encoding in ("utf-8", "gb18030"):
        if _decodes(file, encoding):
            return encoding
    if _foreign_share(file) < _MOST_FOREIGN:
        return "cp1252"
    raise Refused("file-encoding")


def _decodes(file: BinaryIO, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    try:
        for block in _blocks(file):
            decoder.decode(block)
    except UnicodeDecodeError:
        return False
    return True


def _foreign_share(file: BinaryIO) -> float:
    foreign = total = 0
    for block in _blocks(file):
        total += len(block)
        foreign += len(block) - len(block.decode("ascii", "ignore"))
    return foreign / max(total, 1)


def _blocks(file: BinaryIO) -> Iterator[bytes]:
    file.seek(0)
    while block := file.read(_BLOCK):
        yield block


def _delimiter(text: io.TextIOWrapper) -> str:
    """The delimiter that cuts the first lines into the most columns."""
    text.seek(0)
    lines = [line for _, line in zip(range(_SAMPLE_LINES), text, strict=False) if line.strip()]
    text.seek(0)
    return max(_DELIMITERS, key=lambda mark: sorted(line.count(mark) for line in lines)[len(lines) // 2 :][:1] or [0])


def _rows(text: io.TextIOWrapper, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    csv.field_size_limit(_LONGEST_CELL)
    try:
        for number, cells in enumerate(csv.reader(text, delimiter=delimiter), 1):
            yield number, [clean(cell) for cell in cells]
    except csv.Error as error:
        raise Refused("file-corrupt", detail=str(error)) from error
