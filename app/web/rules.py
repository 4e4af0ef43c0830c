"""The rules: those that are live in words, what the platforms' words mean, drafts, and every version."""

from __future__ import annotations

from collections import Counter
from typing import Any

import orjson
from flask import Blueprint, render_template, request, url_for

from app.bootstrap import Services
from app.domain.errors import NotFound
from app.persistence.database import reading
from app.persistence.drafts import list_drafts
from app.persistence.reads.packs import failing_workers, list_versions, live_pack, read_pack, recent_hits
from app.rulebook.order_vocabulary import SECTIONS
from app.web import (
    rules_drafts,
    rules_edits,
    rules_findings,
    rules_impact,
    rules_rollback,
    rules_tables,
    rules_trying,
    rules_versions,
)
from app.web.clock import calendar_of
from app.web.clock import told_rules as told_escalation
from app.web.language import t
from app.web.mending import field_word, meaning_of
from app.web.permissions import permit
from app.web.platforms import platform_word
from app.web.rules_words import part_of, policy_sentences, section_word, told_rules
from app.web.unpublished import unpublished_of

TABS = ("rules", "mappings", "drafts", "versions")


def blueprint(services: Services) -> Blueprint:
    """The routes over these services."""
    pages = Blueprint("rules", __name__, url_prefix="/rules")

    unpublished = unpublished_of(services)

    @pages.app_context_processor
    def banner() -> dict[str, Any]:
        return {"unpublished": unpublished}

    @pages.context_processor
    def words() -> dict[str, Any]:
        return {"section_word": section_word, "from_json": orjson.loads, "part_of": part_of}

    @pages.get("/")
    @permit("rules.read")
    def page() -> str:
        tab, asked = request.args.get("show", "rules"), request.args.get("version", "")
        if tab not in TABS:
            raise NotFound("page-missing")
        with reading(services.database) as db:
            row = read_pack(db, int(asked)) if asked.isdigit() else live_pack(db)
            versions, drafts = list_versions(db), list_drafts(db)
            hits, looked_at = recent_hits(db) if row is not None and row.live else (Counter(), 0)
            failing = failing_workers(db)
        pack: dict[str, Any] | None = orjson.loads(row.document) if row else None
        tabs = [(name, url_for("rules.page", show=key, version=asked or None), key == tab, n) for key, name, n in (
            ("rules", t("规则", "Rules"), None),
            ("mappings", t("平台字段", "Platform fields"), len(pack["mappings"]) if pack else 0),
            ("drafts", t("草稿", "Drafts"), len(drafts)),
            ("versions", t("版本", "Versions"), len(versions)),
        )]  # fmt: skip
        return render_template(
            "pages/rules/index.html", pack=pack, row=row, versions=versions, drafts=drafts, tab=tab, tabs=tabs,
            looked_at=looked_at, failing=failing,
            told={section: told_rules(pack, section, hits) for section in SECTIONS} if pack else {},
            duplicates=policy_sentences(pack) if pack else [],
            escalation=told_escalation(pack) if pack else [], calendar=calendar_of(pack) if pack else "",
            mappings=_mappings(pack) if pack and tab == "mappings" else [],
        )  # fmt: skip

    rules_drafts.register(pages, services)
    rules_edits.register(pages, services)
    rules_findings.register(pages, services)
    rules_impact.register(pages, services)
    rules_trying.register(pages, services)
    rules_versions.register(pages, services)
    rules_rollback.register(pages, services)
    rules_tables.register(pages, services)
    return pages


def _mappings(pack: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {
            "platform": platform_word(platform),
            "code": platform,
            "rows": [_mapping_row(row) for row in (*section["order"], *section["lines"]["fields"])],
        }
        for platform, section in pack["mappings"].items()
    ]


def _mapping_row(row: dict[str, Any]) -> dict[str, Any]:
    written = row["from"] if isinstance(row["from"], list) else [row["from"]]
    meanings = [
        (code, meaning_of(row["field"], meaning) if meaning else t("不看", "not used"))
        for code, meaning in row.get("choices", {}).items()
    ]
    return {"field": field_word(row["field"]), "from": written, "how": _how(row), "meanings": meanings}


def _how(row: dict[str, Any]) -> str:
    parts = {
        "text": t("文本", "text"), "integer": t("整数", "whole number"), "money": t("金额", "amount"),
        "time": t("时间", "time"), "choice": t("对照", "by table"), "boolean": t("是/否", "yes or no"),
    }  # fmt: skip
    unit = {"yuan": t("，单位元", ", in yuan"), "fen": t("，单位分", ", in fen")}.get(row.get("unit", ""), "")
    needed = t("，必填", ", required") if row.get("required") else ""
    return parts[row["as"]] + unit + (f" ({row['zone']})" if row.get("zone") else "") + needed
