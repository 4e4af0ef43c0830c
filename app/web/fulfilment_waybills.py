"""Waybills come back: a file looked at before anything is done, then carried out row by right row."""

from __future__ import annotations

from dataclasses import astuple
from typing import Any

import orjson
from flask import Blueprint, g, redirect, render_template, request, url_for
from sqlalchemy import Connection
from werkzeug.wrappers import Response

from app.bootstrap import Services
from app.domain.errors import PandanError, Problem, Refused
from app.domain.messages import say, sentences
from app.fulfilment.waybill_files import MOST_ROWS, Given, Numbered, below_titles, read_waybills
from app.fulfilment.waybills import Said, Step
from app.intake.layout import Layout
from app.intake.sheets import Limits, Sheet, open_sheet
from app.persistence.audit import note
from app.persistence.database import reading, writing
from app.persistence.fulfilment.shipping import preview, ship
from app.persistence.reads.shipping import House, read_house
from app.web.fragments import tell
from app.web.language import language, t
from app.web.permissions import permit
from app.web.uploads import told

_GOING = ("ship", "part", "extra")
_OWN_SHEETS = ("运单", "Waybills")
_LIMITS = Limits(file_bytes=4 * 1024 * 1024, unpacked_bytes=128 * 1024 * 1024, rows=10_000)


def add_routes(pages: Blueprint, services: Services) -> None:
    """Add the upload, its preview, and carrying it out."""

    @pages.get("/<code>/waybills")
    @permit("shipping.do")
    def waybills(code: str) -> str:
        with reading(services.database) as db:
            return _page(_house(db, services, code))

    @pages.post("/<code>/waybills")
    @permit("shipping.do")
    def look(code: str) -> str | tuple[str, int]:
        with reading(services.database) as db:
            house = _house(db, services, code)
            try:
                given = _given()
            except PandanError as error:
                return _page(house, problems=told(error)), 422
            steps = preview(db, given.said, house.id)
        return _page(
            house,
            steps=[*steps, *_unread(given)],
            said=_packed([step.said for step in steps if step.kind in _GOING]),
            columns=given.columns,
        )

    @pages.post("/<code>/waybills/ship")
    @permit("shipping.do")
    def carry_out(code: str) -> Response | tuple[str, int]:
        now, actor = services.clock.now(), g.user.name
        said = _unpacked(request.form.get("said", ""))
        with writing(services.database) as db:
            house = _house(db, services, code)
            steps = ship(db, said, house.id, actor=actor, now=now)
            done = [step for step in steps if step.kind in _GOING]
            if done:
                note(db, actor, "waybills.import", code, now=now, rows=len(steps), shipped=len(done))
        wrong = [step for step in steps if step.kind == "wrong"]
        tell(f"{len(done)} 个运单已登记。", f"{len(done)} waybills were booked.")
        if wrong:
            return _page(house, steps=wrong, late=True), 200
        return redirect(url_for("fulfilment.house", code=code), 303)


def _house(db: Connection, services: Services, code: str) -> House:
    return read_house(db, code, due=services.clock.now())


def _given() -> Given:
    file = request.files.get("file")
    if file is None or not file.filename:
        raise Refused("file-missing")
    headings, rows = below_titles(*_table(file.read()))
    return read_waybills(headings, rows, request.form.get("carrier", ""))


def _table(data: bytes) -> tuple[list[str], list[Numbered]]:
    """Our own pick list has its waybills on a sheet of their own; others on the first."""
    sheet = _own_sheet(data) or open_sheet(data, limits=_LIMITS)
    return sheet.headings, list(sheet.rows)


def _own_sheet(data: bytes) -> Sheet | None:
    for name in _OWN_SHEETS if data.startswith(b"PK") else ():
        try:
            return open_sheet(data, Layout(sheet=name), limits=_LIMITS)
        except Refused as error:
            if error.code != "sheet-missing":
                raise
    return None


def _unread(given: Given) -> list[Step]:
    return [Step(Said(number, "", ""), "wrong", problem=problem) for number, problem in given.problems]


def _packed(said: list[Said]) -> str:
    return orjson.dumps([astuple(one) for one in said]).decode()


def _unpacked(text: str) -> list[Said]:
    """What the preview handed over. Raises `Refused("form-stale")` for anything else."""
    try:
        rows = orjson.loads(text)
        said = [Said(*row) for row in rows]
        known = all(isinstance(one.parcel, str) and isinstance(one.waybill, str) for one in said)
        known = known and all(one.quantity is None or isinstance(one.quantity, int) for one in said)
    except (orjson.JSONDecodeError, TypeError):
        known = False
    if not known or len(said) > MOST_ROWS:
        raise Refused("form-stale")
    return said


def _page(house: House, steps: list[Step] | None = None, **values: Any) -> str:
    every = sorted(steps or [], key=lambda step: step.said.row)
    counts = {
        kind: sum(1 for step in every if step.kind == kind) for kind in ("ship", "part", "extra", "known", "wrong")
    }
    return render_template(
        "pages/fulfilment/waybills.html", house=house, steps=every, looked=steps is not None, counts=counts,
        step_word=step_word, problem_word=problem_word, going=sum(counts[kind] for kind in _GOING),
        **values,
    )  # fmt: skip


def step_word(step: Step) -> tuple[str, str, str]:
    """What a row comes to, as (word, tone, icon)."""
    return {
        "ship": (t("发出", "Ships"), "good", "check"),
        "part": (t(f"部分发出，还剩 {step.left} 件", f"Partly; {step.left} units stay"), "warn", "truck"),
        "extra": (t("加一个运单（货已发完）", "One more waybill; all has left"), "calm", "plus"),
        "known": (t("登记过了", "Booked before"), "", "copy"),
        "wrong": (t("不能登记", "Not booked"), "bad", "alert"),
    }[step.kind]


def problem_word(problem: Problem) -> str:
    """What is wrong with a row, in words."""
    details = dict(problem.details)
    if "why" in details and details["why"] in sentences():
        details["why"] = say(str(details["why"]), language())
    return say(problem.code, language(), **details)
