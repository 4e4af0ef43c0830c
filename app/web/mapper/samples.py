"""The sample payloads that a mapping is built on: what the platform's shops sent lately, and what a person pasted."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

import orjson
from sqlalchemy import Connection

from app.bootstrap import Services
from app.domain.errors import Refused
from app.intake.sheets import Limits, open_sheet, open_table
from app.mapping.drift import ENOUGH
from app.mapping.leaves import orders_in, values_at
from app.persistence.database import reading
from app.persistence.reads.payloads import SealedSample, order_payloads, quarantined_payloads
from app.queue.pasted import MOST, pasted

SHOWN = 8
"""Samples that the page offers."""
_COMPARED = 15
"""Payloads on each side when looking for what a platform changed."""
_BACK = (1_000, 100, _COMPARED)
"""So many orders later than those that tell what was usual; the first that there are so many of."""
_FILE = Limits(
    file_bytes=4 * 1024 * 1024, unpacked_bytes=128 * 1024 * 1024, memory_bytes=512 * 1024 * 1024, cpu_seconds=20,
    silence_seconds=20,
)  # fmt: skip
"""Somebody waits for it, and a few rows are enough."""
LONGEST_PASTE = 400_000
"""Characters; more than any platform's answer of fifty orders."""


@dataclass(frozen=True, slots=True)
class Sample:
    """One order out of its envelope. `source` is `quarantine`, `order` or `paste`."""

    source: str
    order: Any
    envelope: str
    number: str = ""
    shop: str = ""
    at: int = 0


@dataclass(frozen=True, slots=True)
class Samples:
    """`shown` are those the page offers; `before` and `now` are compared for what the platform changed."""

    shown: Sequence[Sample]
    before: Sequence[Any]
    now: Sequence[Any]

    @property
    def orders(self) -> list[Any]:
        """The shown ones' orders."""
        return [sample.order for sample in self.shown]

    @property
    def envelopes(self) -> list[str]:
        """Where orders lie in what was sent."""
        return list(dict.fromkeys(one.envelope for one in self.shown if one.envelope))


def load_samples(services: Services, draft: int, platform: str, section: Mapping[str, Any]) -> Samples:
    """Pasted ones first, then those that wait in the quarantine, then orders; without repeats of the latter."""
    own = [_sample("paste", one, section) for one in pasted(services.redis, services.sealer, draft, platform)]
    with reading(services.database) as db:
        waiting = [_opened(services, one, section) for one in quarantined_payloads(db, platform, _COMPARED)]
        latest = [_opened(services, one, section) for one in order_payloads(db, platform, _COMPARED)]
        before = _earlier(services, db, platform, section)
    known = [one for one in (*own, *waiting[: SHOWN - 2], *latest) if one is not None]
    now = [one.order for one in (*waiting, *latest) if one is not None]
    return Samples(known[: max(SHOWN, len(own))], before, now)


def latest_payloads(services: Services, platform: str, most: int) -> list[Any]:
    """What the platform's shops sent lately, in its envelopes: so many that wait in the quarantine, and of orders."""
    with reading(services.database) as db:
        sealed = [*quarantined_payloads(db, platform, most), *order_payloads(db, platform, most)]
        found = [_payload(services, one) for one in sealed]
    return [one for one in found if one is not None]


def read_paste(text: str) -> list[Any]:
    """The orders in a pasted text: JSON as a platform answers or sends it, or rows copied from a sheet with headings.

    Raises `Refused("paste-unreadable")`.
    """
    text = text.strip()
    if not text or len(text) > LONGEST_PASTE:
        raise Refused("paste-unreadable")
    if text[0] in "{[":
        try:
            found = orjson.loads(text)
        except orjson.JSONDecodeError as error:
            raise Refused("paste-not-json", line=error.lineno, column=error.colno) from error
        orders = [one for one in _several(found) if isinstance(one, dict) and one]
    else:
        orders = _rows(text)
    if not orders:
        raise Refused("paste-unreadable")
    return orders[:MOST]


def read_file(data: bytes) -> list[Any]:
    """The first rows of a workbook or CSV, each under the sheet's headings. Raises `Refused`."""
    try:
        sheet = open_sheet(data, limits=_FILE)
    except Refused as error:
        if error.code != "no-headings":
            raise
        # Headings that are not those of orders as we know them: of this platform nothing is known yet.
        sheet = open_table(data, limits=_FILE)
    found = [_under(sheet.headings, cells) for _, cells in islice(sheet.rows, MOST)]
    if not found or len(sheet.headings) < 2:
        raise Refused("sheet-without-rows")
    return found


def _several(found: Any) -> list[Any]:
    """The payloads of a paste: a list of them, the orders of an answer with many, or the one as it is."""
    path, orders = orders_in(found)
    return orders if "[*]" in path else [found]


def _rows(text: str) -> list[Any]:
    """Rows below headings, divided by tabs as Excel copies them, or by commas."""
    separator = "\t" if "\t" in text.splitlines()[0] else ","
    table = [row for row in csv.reader(io.StringIO(text), delimiter=separator) if any(cell.strip() for cell in row)]
    if len(table) < 2 or len(table[0]) < 2:
        return []
    return [_under(table[0], row) for row in table[1:]]


def _under(headings: Sequence[str], cells: Sequence[str]) -> dict[str, str]:
    names = [heading.strip() or f"column {place + 1}" for place, heading in enumerate(headings)]
    return dict(zip(names, (cell.strip() for cell in cells), strict=False))


def _earlier(services: Services, db: Connection, platform: str, section: Mapping[str, Any]) -> list[Any]:
    """Orders of some time before the latest ones, however busy the platform is."""
    for after in _BACK:
        found = [_opened(services, one, section) for one in order_payloads(db, platform, _COMPARED, after)]
        orders = [one.order for one in found if one is not None]
        if len(orders) >= ENOUGH:
            return orders
    return []


def _opened(services: Services, one: SealedSample, section: Mapping[str, Any]) -> Sample | None:
    payload = _payload(services, one)
    if payload is None:
        return None
    source = "quarantine" if one.quarantined else "order"
    return _sample(source, payload, section, number=one.number, shop=one.shop, at=one.received_at)


def _payload(services: Services, one: SealedSample) -> Any:
    """None for what cannot be opened or is no JSON."""
    try:
        return orjson.loads(services.sealer.open(one.payload, one.context))
    except (orjson.JSONDecodeError, Refused):
        return None


def _sample(source: str, payload: Any, section: Mapping[str, Any], **known: Any) -> Sample:
    """Out of the envelope that the mapping names, else out of the one it seems to have."""
    for path in section.get("envelopes", ()):
        inner = values_at(payload, path)
        if inner:
            return Sample(source, inner[0], path, **known)
    if any(True for row in section.get("order", ()) if values_at(payload, _first_path(row))):
        return Sample(source, payload, "", **known)
    path, orders = orders_in(payload)
    return Sample(source, orders[0], path, **known)


def _first_path(row: Mapping[str, Any]) -> str:
    return str(row["from"] if isinstance(row["from"], str) else row["from"][0])
