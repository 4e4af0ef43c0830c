"""The orders that a backtest would change, as a file for people: Excel, or CSV when they are too many for it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any

from flask import Response
from sqlalchemy import Connection

from app.domain.errors import NotFound
from app.fulfilment.workbooks import Table, csv_file, workbook
from app.persistence.trials import changes_of
from app.web.language import t
from app.web.trials_words import decider_word, reasons_word, scope_word, source_word
from app.web.words import clock, outcome_word

MOST_IN_A_WORKBOOK = 5_000
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def changes_file(db: Connection, trial: dict[str, Any], reasons: dict[str, Any]) -> Response:
    """The file of a backtest that is through, with these words for reasons and rules.

    Raises `NotFound("trial-gone")` when it is not through.
    """
    if "result" not in trial:
        raise NotFound("trial-gone")
    headings, rows = _headings(), _rows(db, trial["id"], reasons)
    first = list(islice(rows, MOST_IN_A_WORKBOOK + 1))
    name = f"pandan-backtest-{trial['id'][:11].lstrip('0')}"
    if len(first) > MOST_IN_A_WORKBOOK:
        every = [[str(cell) for cell in row] for row in (first + list(rows))]
        return _sent(csv_file([[heading for heading, _ in headings], *every]), "text/csv; charset=utf-8", f"{name}.csv")
    title, note = t("回测：会变的订单", "Backtest: orders that would change"), _note(trial)
    table = Table(t("会变的订单", "Changes"), title, headings, first, note, landscape=True)
    return _sent(workbook([table]), _XLSX, f"{name}.xlsx")


def _note(trial: dict[str, Any]) -> str:
    return " · ".join((source_word(trial["source"]), scope_word(trial), clock(trial["ended_at"])))


def _headings() -> list[tuple[str, int]]:
    sides = (t("现行", "Live"), t("试用", "Tried"))
    each = ((t("结果", "outcome"), 12), (t("仓库", "warehouses"), 16), (t("挂起原因", "reason"), 20),
            (t("规则", "rule"), 26), (t("公里", "km"), 9), (t("运费（分）", "freight, fen"), 11))  # fmt: skip
    told = [(f"{side} {name}", width) for side in sides for name, width in each]
    return [(t("订单号", "Order"), 24), (t("店铺", "Shop"), 16), *told]


def _rows(db: Connection, trial_id: str, reasons: dict[str, Any]) -> Iterator[list[str | int]]:
    for change in changes_of(db, trial_id):
        row: list[str | int] = [change["order"], change["shop"]]
        for side in (change["before"], change["after"]):
            reason = reasons_word(side["reason"], reasons) if side["reason"] else ""
            row += [outcome_word(side["outcome"]), side["warehouses"], reason, decider_word(side, reasons)]
            row += ["" if side[name] is None else side[name] for name in ("km", "freight")]
        yield row


def _sent(data: bytes, kind: str, name: str) -> Response:
    answer = Response(data, content_type=kind)
    answer.headers["Content-Disposition"] = f"attachment; filename={name}"
    return answer
