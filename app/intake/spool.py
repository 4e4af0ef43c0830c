"""An order file's rows laid aside on disk, to be taken up again order by order: memory holds their places only."""

from __future__ import annotations

import tempfile
from array import array
from collections.abc import Iterator
from typing import BinaryIO, cast

import orjson

from app.intake.rows import FileOrder, FileRow

_IN_MEMORY_BYTES = 4 * 1024 * 1024


class RowSpool:
    """Rows by order number. Orders come out as they first stood in the file, each with all of its rows.

    A row that only repeats another row of its order is among the order's `duplicates`.
    """

    def __init__(self) -> None:
        self._file = cast("BinaryIO", tempfile.SpooledTemporaryFile(_IN_MEMORY_BYTES))  # noqa: SIM115 - closed below
        self._places: dict[str, array[int]] = {}
        self._end = 0

    def __enter__(self) -> RowSpool:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def __len__(self) -> int:
        """How many orders there are."""
        return len(self._places)

    def add(self, number: str, row: FileRow) -> None:
        """Lay a row of the order `number` aside."""
        line = orjson.dumps([row.number, row.values, row.original]) + b"\n"
        self._file.write(line)
        places = self._places.get(number)
        if places is None:
            self._places[number] = places = array("q")
        places.append(self._end)
        self._end += len(line)

    def orders(self) -> Iterator[FileOrder]:
        """Every order."""
        at = -1
        for number, places in self._places.items():
            order, seen = FileOrder(number), set()
            for place in places:
                if place != at:
                    self._file.seek(place)
                line = self._file.readline()
                at = place + len(line)
                row = FileRow(*orjson.loads(line))
                cells = tuple(row.original)
                (order.duplicates if cells in seen else order.rows).append(row)
                seen.add(cells)
            yield order
