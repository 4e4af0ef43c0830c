"""The rules in words, read only: each section in order, what the platforms' words mean, and every version."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

import orjson
from flask import Blueprint, render_template, request, url_for

from app.bootstrap import Services
from app.domain.errors import NotFound
from app.engine import phrase_rule
from app.persistence.database import reading
from app.persistence.reads.packs import list_versions, live_pack, read_pack, recent_hits
from app.rulebook.order_vocabulary import SECTIONS
from app.rulebook.pack import known_reasons
from app.rulebook.part_words import EVIDENCE_WORDS
from app.web.clock import calendar_of, told_rules
from app.web.language import language, t
from app.web.mending import field_word, meaning_of
from app.web.permissions import permit
from app.web.platforms import platform_word
from app.web.words import role_word, span

TABS = ("rules", "mappings", "versions")


@dataclass(frozen=True, slots=True)
class ToldRule:
    """One rule as the page shows it; `hits` of the latest decisions."""

    title: str
    sentence: str
    hits: int


def blueprint(services: Services) -> Blueprint:
    """The routes over these services."""
    pages = Blueprint("rules", __name__, url_prefix="/rules")

    @pages.get("/")
    @permit("rules.read")
    def page() -> str:
        tab, asked = request.args.get("show", "rules"), request.args.get("version", "")
        if tab not in TABS:
            raise NotFound("page-missing")
        with reading(services.database) as db:
            row = read_pack(db, int(asked)) if asked.isdigit() else live_pack(db)
            versions = list_versions(db)
            hits, looked_at = recent_hits(db) if row is not None and row.live else (Counter(), 0)
        pack: dict[str, Any] | None = orjson.loads(row.document) if row else None
        tabs = [(name, url_for("rules.page", show=key, version=asked or None), key == tab, n) for key, name, n in (
            ("rules", t("规则", "Rules"), None),
            ("mappings", t("平台字段", "Platform fields"), len(pack["mappings"]) if pack else 0),
            ("versions", t("版本", "Versions"), len(versions)),
        )]  # fmt: skip
        return render_template(
            "pages/rules/index.html", pack=pack, row=row, versions=versions, tab=tab, tabs=tabs, looked_at=looked_at,
            told=_told(pack, hits) if pack else {}, duplicates=_duplicates(pack) if pack else [],
            escalation=told_rules(pack) if pack else [], calendar=calendar_of(pack) if pack else "",
            mappings=_mappings(pack) if pack and tab == "mappings" else [],
        )  # fmt: skip

    return pages


def _told(pack: dict[str, Any], hits: Counter[str]) -> dict[str, list[ToldRule]]:
    names = {"reasons": known_reasons(pack)}
    return {
        section: [
            ToldRule(
                rule["title"][language()] if "title" in rule else rule["id"],
                phrase_rule(rule, vocabulary, language(), names),
                hits[f"{section}/{rule['id']}"],
            )
            for rule in pack[section]["rules"]
        ]
        for section, vocabulary in SECTIONS.items()
    }


def _duplicates(pack: dict[str, Any]) -> list[str]:
    policy, joining = pack["duplicates"], pack["consolidation"]
    window = span(policy["window_seconds"])
    kinds = [_evidence_word(one) for one in policy["evidence"]]
    sentences = [
        t(
            f"同一买家前后 {window} 内下单、商品相同（不看数量），算疑似重复，只留最早的一单。",
            f"Orders of one buyer within {window} for the same goods (whatever the quantity) are suspected repeats; "
            "the earliest goes on.",
        ),
        t("怎么认出同一买家：", "How a buyer is recognised: ") + t("、", ", ").join(kinds) + t("。", "."),
    ]
    for strength, zh, en in (
        ("strong", "证据确凿时", "On strong evidence"),
        ("weak", "证据不足时", "On weak evidence"),
    ):
        owner = role_word(policy[strength].get("owner", "supervisor"))
        asks = policy[strength]["do"] == "ask"
        deed = t("挂起并问", "hold it and ask the ") if asks else t("挂起给", "hold it for the ")
        sentences.append(t(f"{zh}：{deed}{owner}。", f"{en}: {deed}{owner.lower()}."))
    if joining.get("enabled"):
        near = span(joining["window_seconds"])
        sentences.append(
            t(
                f"同一买家同一地址 {near} 内的两单可以合成一个包裹。",
                f"Two orders of one buyer and address within {near} may share a parcel.",
            )
        )
    return sentences


def _evidence_word(evidence: dict[str, Any]) -> str:
    strength = t("确凿", "strong") if evidence["strength"] == "strong" else t("不足", "weak")
    return f"{EVIDENCE_WORDS[evidence['kind']][language()]}{t('（', ' (')}{strength}{t('）', ')')}"


def _mappings(pack: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {
            "platform": platform_word(platform),
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
