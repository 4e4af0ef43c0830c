"""Rules as decision tables: seen, changed cell by cell in a draft, taken to Excel and back by way of what differs."""

from __future__ import annotations

import base64
import io
import zlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from flask import Blueprint, g, redirect, render_template, request, send_file, url_for
from sqlalchemy import Connection
from werkzeug.wrappers import Response

from app.bootstrap import Services
from app.domain.errors import NotFound, PandanError, Refused, Stale
from app.persistence import drafts
from app.persistence.database import reading, writing
from app.persistence.packs import live_version, read_version
from app.rulebook.differences import of_section
from app.rulebook.drafts import Edit, join_path
from app.rulebook.order_vocabulary import SECTIONS
from app.rulebook.pack import known_reasons
from app.rulebook.table_merge import merge
from app.rulebook.table_workbook import Sheet, read_table, write_table
from app.rulebook.tables import Rule, Table, with_names
from app.web.configurator.rows import told_rows
from app.web.fragments import page, tell
from app.web.language import language, t
from app.web.permissions import permit
from app.web.rights import may_edit
from app.web.rules_cells import addable, addable_actions, choices_of_column, columns_asked, shown_row, table_with
from app.web.rules_drafts import refusal, writer
from app.web.rules_findings import sent_json
from app.web.rules_grid import column_edit, faults_at, row_edit, texts_of, written
from app.web.rules_words import section_word, told_difference
from app.web.uploads import sent_file
from app.web.words import clock

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ROWS_A_PAGE = 100
_MOST_PACKED = 8_000_000
_BACK = {"undo": drafts.undo, "redo": drafts.redo}


@dataclass(frozen=True, slots=True)
class Source:
    """Whose table it is: a draft's, or that of the live version (`draft` None)."""

    section: str
    document: dict[str, Any]
    version: int
    draft: drafts.Draft | None = None

    @property
    def rules(self) -> list[Rule]:
        found: list[Rule] = self.document[self.section]["rules"]
        return found

    @property
    def editable(self) -> bool:
        draft = self.draft
        return draft is not None and draft.ended_at is None and draft.owner == g.user.name and may_edit(self.section)

    def url(self, endpoint: str, **more: Any) -> str:
        """The address of a view of this table."""
        if self.draft is not None:
            more["draft_id"] = self.draft.id
        return url_for(f"rules.{endpoint}", section=self.section, **more)


def register(pages: Blueprint, services: Services) -> None:
    """Put the routes beside those of the rules."""

    def source(db: Connection, section: str, draft_id: int | None) -> Source:
        if section not in SECTIONS:
            raise NotFound("page-missing")
        if draft_id is not None:
            draft = drafts.read_draft(db, draft_id)
            return Source(section, draft.document, draft.base, draft)
        number = live_version(db)
        if number is None:
            raise Refused("pack-missing")
        return Source(section, read_version(db, number).document, number)

    def found(section: str, draft_id: int | None) -> Source:
        with reading(services.database) as db:
            return source(db, section, draft_id)

    @pages.get("/table/<section>", defaults={"draft_id": None})
    @pages.get("/drafts/<int:draft_id>/table/<section>")
    @permit("rules.read")
    def table(section: str, draft_id: int | None) -> str:
        return _table_page(found(section, draft_id))

    @pages.get("/table/<section>/workbook", defaults={"draft_id": None})
    @pages.get("/drafts/<int:draft_id>/table/<section>/workbook")
    @permit("rules.read")
    def table_workbook(section: str, draft_id: int | None) -> Response:
        of = found(section, draft_id)
        whole = _table(of)
        meta = {"section": section, "version": of.version, "pack": of.document.get("pack")}
        data = write_table(whole, SECTIONS[section], language(), title=section_word(section), meta=meta)
        name = f"{of.document.get('pack')}-{section}-{draft_id or of.version}.xlsx"
        return send_file(io.BytesIO(data), XLSX, as_attachment=True, download_name=name)

    @pages.post("/table/<section>/workbook", defaults={"draft_id": None})
    @pages.post("/drafts/<int:draft_id>/table/<section>/workbook")
    @permit("rules.draft")
    def table_upload(section: str, draft_id: int | None) -> str | tuple[str, int]:
        of = found(section, draft_id)
        try:
            sheet = read_table(sent_file(), SECTIONS[section], of.rules, _names(of))
            _same_section(sheet, section)
        except Refused as error:
            return _table_page(of, refused=refusal(error, of.document)), 422
        if sheet.problems:
            return render_template("pages/rules/table_upload.html", of=of, problems=_places(sheet)), 422
        return _preview(of, sheet)

    @pages.post("/table/<section>/take", defaults={"draft_id": None})
    @pages.post("/drafts/<int:draft_id>/table/<section>/take")
    @permit("rules.draft")
    def table_take(section: str, draft_id: int | None) -> Response | tuple[str, int]:
        rules = _unpacked(request.form.get("rules", ""))
        edit, by = Edit("set", join_path(section, "rules"), rules), writer(services)
        try:
            with writing(services.database) as db:
                of = source(db, section, draft_id)
                if of.draft is None:
                    title = t(f"{section_word(section)}：按 Excel 修改", f"{section_word(section)}: changed in Excel")
                    number = drafts.start(db, of.document, of.version, title=title, owner=by.name, now=by.now)
                    by = drafts.Writer(by.name, drafts.read_draft(db, number).revision, by.now)
                else:
                    number = of.draft.id
                drafts.edit_draft(db, number, edit, by)
        except Stale as error:
            return _table_page(found(section, draft_id), refused=refusal(error, {})), error.status
        tell("表里的修改已进草稿，还没有生效。", "The changes are in the draft; nothing is live yet.")
        return redirect(url_for("rules.draft", draft_id=number), 303)

    @pages.post("/drafts/<int:draft_id>/table/<section>/cells")
    @permit("rules.draft")
    def table_write(section: str, draft_id: int) -> tuple[Any, int]:
        wrong: list[tuple[str, str, str]] = []

        def edit(of: Source) -> Edit | None:
            found = written(section, of.rules, sent_json(request.form, "cells"), _names(of))
            wrong.extend(found.wrong)
            return found.edit

        return changed_grid(section, draft_id, edit, wrong)

    @pages.post("/drafts/<int:draft_id>/table/<section>/rows")
    @permit("rules.draft")
    def table_rows(section: str, draft_id: int) -> tuple[Any, int]:
        chosen = request.form.getlist("chosen")
        return changed_grid(section, draft_id, lambda of: row_edit(section, of.rules, request.form, chosen))

    @pages.post("/drafts/<int:draft_id>/table/<section>/columns")
    @permit("rules.draft")
    def table_columns(section: str, draft_id: int) -> tuple[Any, int]:
        key = request.form.get("key", "")
        told, status = changed_grid(section, draft_id, lambda of: column_edit(section, of.rules, key))
        # One that nothing stood in goes too; which columns are shown beyond those is the page's to say.
        return {**told, "reload": True}, status

    @pages.post("/drafts/<int:draft_id>/table/<section>/<action>")
    @permit("rules.draft")
    def table_back(section: str, draft_id: int, action: str) -> tuple[Any, int]:
        if action not in _BACK:
            raise NotFound("page-missing")
        return changed_grid(section, draft_id, action)

    def changed_grid(section: str, draft_id: int, do: Any, wrong: Sequence[Any] = ()) -> tuple[Any, int]:
        """Do it, and answer with what the grid is to show now."""
        before = found(section, draft_id)
        refused: PandanError | None = None
        try:
            with writing(services.database) as db:
                if isinstance(do, str):
                    _BACK[do](db, draft_id, writer(services))
                elif (edit := do(source(db, section, draft_id))) is not None:
                    drafts.edit_draft(db, draft_id, edit, writer(services))
        except (Refused, Stale) as error:
            refused = error
        after = found(section, draft_id)
        answer = grid_answer(before, after, wrong)
        if refused is not None:
            answer["refused"] = refusal(refused, {})["text"]
            answer["reload"] = isinstance(refused, Stale)
        return answer, 409 if isinstance(refused, Stale) else 422 if refused is not None else 200


def grid_answer(before: Source, after: Source, wrong: Sequence[Any]) -> dict[str, Any]:
    """What became of the grid: the rows that changed with their cells and faults, or that all of it is to be loaded."""
    section, draft = after.section, after.draft
    was, now = _table(before), _table(after)
    told = told_rows(after.document, section)
    old = {str(row.rule.get("id")): row for row in was.rows}
    same = [column.key for column in was.columns] == [column.key for column in now.columns]
    same = same and list(old) == [str(row.rule.get("id")) for row in now.rows]
    rows = {
        str(row.rule["id"]): {
            "cells": texts_of(now, row, section), "faults": faults_at(row.rule, told[place], section),
        }
        for place, row in enumerate(now.rows) if same and old[str(row.rule["id"])] != row
    }  # fmt: skip
    misfits = [row.misfit for row in was.rows] != [row.misfit for row in now.rows]
    return {
        "revision": draft.revision if draft else 0, "saved": clock(draft.saved_at) if draft else "",
        "undo": bool(draft and draft.undo), "redo": bool(draft and draft.redo), "rows": rows,
        "reload": not same or misfits, "wrong": [list(one) for one in wrong],
        "order": [str(row.rule.get("id")) for row in now.rows] if not same else [],
    }  # fmt: skip


def _table(of: Source) -> Table:
    table = table_with(of.section, of.rules, columns_asked(SECTIONS[of.section]))
    return Table([with_names(column, _names(of)) for column in table.columns], table.rows)


def _names(of: Source) -> dict[str, dict[str, Any]]:
    """The words of what cells refer to."""
    return {"reasons": known_reasons(of.document)}


def _table_page(of: Source, refused: dict[str, Any] | None = None) -> str:
    start = request.values.get("from", "0")
    first = int(start) if start.isdigit() else 0
    whole, told = _table(of), told_rows(of.document, of.section)
    rows = [
        shown_row(place, row, texts_of(whole, row, of.section), faults_at(row.rule, told[place], of.section))
        for place, row in enumerate(whole.rows[first : first + ROWS_A_PAGE], first)
    ]
    return page(
        "pages/rules/table.html", "partials/rules/table.html",
        of=of, table=whole, rows=rows, first=first, step=ROWS_A_PAGE, refused=refused,
        addable=addable(SECTIONS[of.section]), actions=addable_actions(SECTIONS[of.section], whole),
        asked=columns_asked(SECTIONS[of.section]), choices=choices_of_column,
        filled=Counter(key for row in whole.rows for key in row.cells),
    )  # fmt: skip


def _preview(of: Source, sheet: Sheet) -> str:
    rules, crossed = merge(sheet.originals, sheet.rules, of.rules)
    after = {**of.document, of.section: {**of.document[of.section], "rules": rules}}
    listed = of_section(of.section, of.document[of.section], after[of.section])
    titles = {str(rule.get("id")): rule for rule in rules}
    return render_template(
        "pages/rules/table_upload.html", of=of, problems=[], packed=_packed(rules), meta=sheet.meta,
        changes={of.section: [told_difference(one, of.document, after) for one in listed]} if listed else {},
        crossed=[titles[name] for name in crossed], behind=sheet.meta.get("version") != of.version,
    )  # fmt: skip


def _places(sheet: Sheet) -> list[tuple[str, str]]:
    """Each problem as (where, what)."""
    told = []
    for problem in sheet.problems:
        row, _, column = problem.path.partition("/")
        where = t(f"第 {row} 行", f"Row {row}") if row else ""
        if column:
            where = t(f"{column}{row} 格", f"Cell {column}{row}") if row else t(f"{column} 列", f"Column {column}")
        words = refusal(Refused(problem.code, **problem.details), {})["text"]
        told.append((where, words))
    return told


def _same_section(sheet: Sheet, section: str) -> None:
    of = str(sheet.meta.get("section", section))
    if of != section:
        raise Refused("table-other-section", section=section_word(of))


def _packed(rules: list[Rule]) -> str:
    """The rules for a form's field: a thousand rows are too long for one as they are."""
    return base64.b64encode(zlib.compress(orjson.dumps(rules))).decode()


def _unpacked(text: str) -> list[Rule]:
    try:
        opened = zlib.decompressobj()
        found = orjson.loads(opened.decompress(base64.b64decode(text, validate=True), _MOST_PACKED))
    except (ValueError, zlib.error) as error:
        raise Refused("edit-wrong") from error
    if not isinstance(found, list) or not all(isinstance(rule, dict) for rule in found):
        raise Refused("edit-wrong")
    return found
