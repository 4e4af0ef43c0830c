"""Files of a million rows: whether they are read to the end, how long it takes, and in how much memory.

`python -m bench.million`: makes an .xlsx of nine columns and a .csv of six, and runs a full check (a dry run as
history) of each in a process of its own. A .csv of nine columns is larger than is taken: its refusal is told.
"""

from __future__ import annotations

import csv
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import orjson
import xlsxwriter

from app.domain.errors import Refused
from app.domain.order import Order
from app.intake.workbook import Checked, Known, import_file
from app.rulebook.order_schema import load_order
from bench.site import ROOT

HEADINGS = ("订单编号", "商品编码", "数量", "联系手机", "实付金额", "下单时间", "收货人", "收货地址", "订单状态")
_FEW = 6
_NOW = 1_784_109_600


def run(orders: int = 500_000) -> dict[str, Any]:
    """Figures of files of two rows an order."""
    with tempfile.TemporaryDirectory(dir="/tmp") as name:
        folder = Path(name)
        files = {
            "xlsx": _workbook(folder / "orders.xlsx", orders),
            "csv": _text(folder / "few.csv", orders, _FEW),
            "csv_of_all_columns": _text(folder / "orders.csv", orders, len(HEADINGS)),
        }
        return {kind: _measured(file) for kind, file in files.items()}


def check(file: Path) -> dict[str, Any]:
    """Check every row of a file, here: what is counted, or why it is refused."""
    try:
        found = import_file(file, _Nowhere(), live=False, dry_run=True)
    except Refused as refusal:
        return {"refused": refusal.code}
    return {name: getattr(found, name) for name in ("rows", "orders", "accepted", "rejected")}


def _measured(file: Path) -> dict[str, Any]:
    """The same in a process of its own, with its seconds and its peaks in megabytes (its child reads workbooks)."""
    command = [sys.executable, "-m", "bench.million", str(file)]
    started = time.monotonic()
    said = subprocess.run(command, capture_output=True, check=True, cwd=ROOT).stdout
    told: dict[str, Any] = orjson.loads(said)
    megabytes = round(file.stat().st_size / 2**20)
    return {"file_mb": megabytes, **told, "seconds": round(time.monotonic() - started, 1)}


class _Nowhere:
    """A destination that knows no order and takes none; its shop reads orders as every spreadsheet shop does."""

    def check(self, payload: bytes) -> Checked:
        """See `intake.workbook.Destination`."""
        read = load_order(
            orjson.loads(payload), shop="bench", platform="excel", at=_NOW, hasher=lambda *_: "", live=False
        )
        return Checked(payload, order=read) if isinstance(read, Order) else Checked(payload, read)

    def known(self, orders: Mapping[str, Checked]) -> Known:  # noqa: ARG002 - the port's
        """None."""
        return Known()

    def send(self, payloads: Sequence[bytes]) -> None:
        """A dry run sends nothing."""
        raise AssertionError(len(payloads))


def _rows(orders: int) -> Iterator[list[str]]:
    for number in range(2 * orders):
        order = number // 2
        yield [
            f"B{order:07d}", f"SKU{number % 997:03d}", str(1 + number % 3), f"138{order % 10**8:08d}",
            f"{20 + number % 90}.50", f"2026-07-{1 + order % 28:02d} 18:{order % 60:02d}", f"林{order % 9000}",
            f"浙江省杭州市西湖区文三路{order % 800}号", "已付款",
        ]  # fmt: skip


def _workbook(file: Path, orders: int) -> Path:
    book = xlsxwriter.Workbook(file, {"constant_memory": True})
    sheet = book.add_worksheet("订单")
    sheet.write_row(0, 0, HEADINGS)
    for number, row in enumerate(_rows(orders), 1):
        sheet.write_row(number, 0, row)
    book.close()
    return file


def _text(file: Path, orders: int, columns: int) -> Path:
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(HEADINGS[:columns])
        writer.writerows(row[:columns] for row in _rows(orders))
    return file


def _peak_mb(who: int) -> int:
    return round(resource.getrusage(who).ru_maxrss / 1024)


if __name__ == "__main__":
    if len(sys.argv) > 1:
        told = check(Path(sys.argv[1]))
        told |= {"peak_mb": _peak_mb(resource.RUSAGE_SELF), "peak_mb_of_child": _peak_mb(resource.RUSAGE_CHILDREN)}
        sys.stdout.buffer.write(orjson.dumps(told))
    else:
        from bench import report

        sys.stdout.write("\n".join(report.lines("million", run())) + "\n")
