"""Quarantine: payloads that could not be mapped, by fault; mend the mapping or the value, and send them again."""

from __future__ import annotations

from typing import Any

import orjson
from flask import Blueprint, g, redirect, render_template, request, url_for
from sqlalchemy import Connection
from werkzeug.wrappers import Response

from app.bootstrap import Services
from app.domain.errors import NotFound, Refused
from app.domain.messages import say, sentences
from app.mapping.order_fields import TYPES
from app.persistence.audit import note
from app.persistence.database import reading, writing
from app.persistence.reads.packs import live_pack
from app.persistence.reads.places import list_shops
from app.persistence.reads.receipts import (
    FaultGroup,
    ReceiptFile,
    problems_of_each,
    quarantine_groups,
    read_receipt,
)
from app.persistence.receipts import correct_payload, put_aside, send_again
from app.persistence.shelf import SqlShelf
from app.processing.batch import CANONICAL_PLATFORMS
from app.processing.publishing import LONGEST_NOTE, Wish, publish
from app.web.fragments import tell
from app.web.language import language, t
from app.web.mending import MEANINGS, field_word, meaning_of, with_choice, with_value
from app.web.payload import payload_tree, private_paths
from app.web.permissions import permit
from app.web.rights import must_publish

_SHOWN = 50
_LONGEST_VALUE = 500


def blueprint(services: Services) -> Blueprint:
    """The routes over these services."""
    pages = Blueprint("quarantine", __name__, url_prefix="/quarantine")

    @pages.get("/")
    @permit("orders.read")
    def index() -> str:
        with reading(services.database) as db:
            groups = quarantine_groups(db)
            names = {shop.code: shop.name for shop in list_shops(db)}
        rows = [(group, fault_text(group.problem)) for group in groups]
        return render_template("pages/quarantine/index.html", rows=rows, names=names, field_word=field_word)

    @pages.get("/group")
    @permit("orders.read")
    def group() -> str:
        chosen = request.args.get("receipt", "")
        with reading(services.database) as db:
            found = _group(db, request.args.get("key", ""))
            receipt = read_receipt(db, chosen if chosen in found.receipts else found.receipts[0])
            mapping = _mapping(db, receipt.platform)
        return render_template(
            "pages/quarantine/group.html", group=found, receipt=receipt, fault=fault_text(found.problem),
            tree=_tree(services, receipt, mapping), shown=found.receipts[:_SHOWN],
            problems=[(problem, fault_text(problem)) for problem in receipt.problems],
            meanings=_meanings(found, receipt), mapped=bool(mapping),
            mappable=receipt.platform not in CANONICAL_PLATFORMS and receipt.payload is not None,
        )  # fmt: skip

    @pages.post("/meaning")
    @permit("rules.change")
    def meaning() -> Response:
        form, now, actor = request.form, services.clock.now(), g.user.name
        with reading(services.database) as db:
            found, live = _group(db, form.get("key", "")), live_pack(db)
        if live is None:
            raise Refused("pack-missing")
        details, before = found.problem.details, orjson.loads(live.document)
        document = with_choice(
            before, found.platform, details["field"], found.problem.path, str(details["value"]), form.get("meaning", "")
        )
        said = f"{details['field']}: {details['value']} = {form.get('meaning', '')}"
        sent = 0

        def send(db: Connection, version: int) -> None:
            nonlocal sent
            sent = send_again(db, _same_value(db, found, details["value"]))
            note(db, actor, "mapping.meaning", found.platform, now=now, version=version, said=said, sent=sent)

        must_publish([f"mappings/{found.platform}"])
        # Only this platform's mapping goes live, whatever else was published meanwhile.
        wish = Wish(document, actor, said[:LONGEST_NOTE], [f"mappings/{found.platform}"], before)
        version = publish(SqlShelf(services.database, send), wish, now=now).number
        tell(
            f"已发布规则版本 {version}，{sent} 条已重新提交。",
            f"Rules version {version} is live; {sent} sent again.",
        )
        return redirect(url_for("quarantine.index"), 303)

    @pages.post("/value/<receipt_id>")
    @permit("quarantine.mend")
    def value(receipt_id: str) -> Response:
        path, text = request.form.get("path", ""), request.form.get("value", "")[:_LONGEST_VALUE]
        with writing(services.database) as db:
            receipt = read_receipt(db, receipt_id)
            if receipt.payload is None or path not in {problem.path for problem in receipt.problems}:
                raise Refused("mend-elsewhere")
            plain = orjson.loads(services.sealer.open(receipt.payload, f"receipt:{receipt_id}"))
            mended = with_value(plain, path, text, _mapping(db, receipt.platform).get("envelopes", ()))
            correct_payload(db, receipt_id, orjson.dumps(mended), services.sealer)
            send_again(db, [receipt_id])
            note(db, g.user.name, "quarantine.value", receipt_id, now=services.clock.now(), path=path)
        tell("已改正并重新提交。", "Corrected and sent again.")
        return redirect(url_for("quarantine.index"), 303)

    @pages.post("/<deed>")
    @permit("quarantine.mend")
    def act(deed: str) -> Response:
        if deed not in ("again", "discard"):
            raise NotFound("page-missing")
        now, form = services.clock.now(), request.form
        with reading(services.database) as db:
            found = _group(db, form.get("key", ""))
        with writing(services.database) as db:
            one = form.get("receipt", "")
            chosen = [one] if one in found.receipts else found.receipts
            if deed == "discard" and not form.get("reason", "").strip():
                raise Refused("reason-missing")
            done = send_again(db, chosen) if deed == "again" else put_aside(db, chosen)
            note(db, g.user.name, f"quarantine.{deed}", found.key[:200], now=now, n=done, reason=form.get("reason", ""))
        if deed == "again":
            tell(f"{done} 条已重新提交。", f"{done} sent again.")
        else:
            tell(f"{done} 条已作废。", f"{done} discarded.")
        return redirect(url_for("quarantine.index"), 303)

    return pages


def fault_text(problem: Any) -> str:
    """A problem as a sentence; the field is named in words."""
    details = {**problem.details, "path": problem.path, "field": field_word(str(problem.details.get("field", "")))}
    if problem.code not in sentences():
        return t("无法读取这条数据。", "This entry cannot be read.")
    return say(problem.code, language(), **details)


def _group(db: Connection, key: str) -> FaultGroup:
    for found in quarantine_groups(db):
        if found.key == key:
            return found
    raise NotFound("group-gone")


def _mapping(db: Connection, platform: str) -> dict[str, Any]:
    live = live_pack(db)
    found: dict[str, Any] = orjson.loads(live.document)["mappings"].get(platform, {}) if live else {}
    return found


def _tree(services: Services, receipt: ReceiptFile, mapping: dict[str, Any]) -> Any:
    if receipt.payload is None:
        return None
    plain = services.sealer.open(receipt.payload, f"receipt:{receipt.id}")
    try:
        payload = orjson.loads(plain)
    except orjson.JSONDecodeError:
        return None
    envelopes = mapping.get("envelopes", ())
    return payload_tree(payload, private_paths(mapping), [problem.path for problem in receipt.problems], envelopes)


def _meanings(group: FaultGroup, receipt: ReceiptFile) -> list[tuple[str, str]]:
    """What an unknown value may mean, code and word; empty when the fault is another."""
    field = str(group.problem.details.get("field", ""))
    if group.code != "unknown-choice" or field not in TYPES or not receipt.payload:
        return []
    return [(code, meaning_of(field, code)) for code in MEANINGS.get(field, ())]


def _same_value(db: Connection, group: FaultGroup, value: Any) -> list[str]:
    """The group's receipts whose unknown value is this very one."""
    return [
        receipt
        for receipt, problems in problems_of_each(db, group.receipts).items()
        if any(problem.code == group.code and problem.details.get("value") == value for problem in problems)
    ]
