"""Versions of the rules: who published what and why, and what differs between any two."""

from __future__ import annotations

from typing import Any

import orjson
from flask import Blueprint, Response, render_template, request
from sqlalchemy import Connection

from app.bootstrap import Services
from app.domain.errors import NotFound
from app.persistence.database import reading
from app.persistence.packs import read_document
from app.persistence.reads.packs import list_versions, live_pack, read_pack
from app.rulebook.differences import differences
from app.web.permissions import permit
from app.web.rules_drafts import json_file
from app.web.rules_words import ToldDifference, told_difference


def register(pages: Blueprint, services: Services) -> None:
    """Put the routes beside those of the rules."""

    @pages.get("/versions/<int:version>")
    @permit("rules.read")
    def version_page(version: int) -> str:
        with reading(services.database) as db:
            row, live = read_pack(db, version), live_pack(db)
            against = _against(row, list_versions(db))
            told = compared(db, against, version) if against else {}
        return render_template(
            "pages/rules/version.html", row=row, live=live, against=against, changes=told,
            warnings=orjson.loads(row.warnings),
        )  # fmt: skip

    @pages.get("/compare")
    @permit("rules.read")
    def compare() -> str:
        with reading(services.database) as db:
            versions = list_versions(db)
            one, other = (_number(request.args.get(name, ""), versions, place) for name, place in _SIDES)
            told = compared(db, one, other) if one and other else {}
        return render_template("pages/rules/compare.html", versions=versions, one=one, other=other, changes=told)

    @pages.get("/versions/<int:version>/file")
    @permit("rules.read")
    def version_file(version: int) -> Response:
        with reading(services.database) as db:
            row = read_pack(db, version)
        return json_file(orjson.loads(row.document), f"{row.pack}-{version}.json")


_SIDES = (("from", 1), ("to", 0))


def compared(db: Connection, one: int, other: int) -> dict[str, list[ToldDifference]]:
    """What differs between two versions in words, by section."""
    before, after = read_document(db, one), read_document(db, other)
    told: dict[str, list[ToldDifference]] = {}
    for each in differences(before, after):
        told.setdefault(each.section, []).append(told_difference(each, before, after))
    return told


def _against(row: Any, versions: list[Any]) -> int | None:
    """The version that a version is told against: the one before it."""
    known = {one.version for one in versions}
    return row.follows if row.follows in known else None


def _number(asked: str, versions: list[Any], place: int) -> int | None:
    """The version that is asked for; else the one at that place of the list, the latest first."""
    if not asked:
        return versions[min(place, len(versions) - 1)].version if versions else None
    if not asked.isdigit():
        raise NotFound("page-missing")
    return int(asked)
