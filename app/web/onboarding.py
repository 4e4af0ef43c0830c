"""The first quarter of an hour: what a new installation still needs, and choosing the rules it begins with."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import orjson
from flask import Blueprint, current_app, g, redirect, render_template, request, url_for
from sqlalchemy import Connection
from werkzeug.wrappers import Response

from app.bootstrap import Services
from app.domain.errors import NotFound, Refused
from app.persistence import packs
from app.persistence.audit import note
from app.persistence.database import reading, writing
from app.persistence.drafts import start
from app.persistence.facts import remember
from app.persistence.reads.packs import live_pack
from app.persistence.reads.pulse import RULES_CHOSEN, STEPS_DISMISSED
from app.persistence.shelf import SqlShelf
from app.processing.publishing import Wish
from app.processing.publishing import publish as publish_checked
from app.rulebook.pack import content_hash
from app.web.access import may
from app.web.fragments import tell
from app.web.language import pick, t
from app.web.permissions import needed, permit


@dataclass(frozen=True, slots=True)
class ShippedPack:
    """A pack that ships with the program; `live` when its content is the live version's."""

    name: str
    title: str
    purpose: str
    rules: int
    live: bool


def blueprint(services: Services) -> Blueprint:
    """The routes over these services."""
    pages = Blueprint("onboarding", __name__)

    @pages.post("/steps/dismiss")
    @permit("goods.change")
    def dismiss() -> Response:
        now = services.clock.now()
        with writing(services.database) as db:
            remember(db, STEPS_DISMISSED, str(now))
            note(db, g.user.name, "steps.dismiss", now=now)
        tell("清单收起来了。", "The list is put away.")
        return redirect(url_for("workbench.page"), 303)

    @pages.get("/rules/choose")
    @permit("rules.change")
    def choose() -> str:
        with reading(services.database) as db:
            return render_template("pages/rules/choose.html", packs=shipped_packs(db))

    @pages.post("/rules/choose")
    @permit("rules.change")
    def publish() -> Response:
        document = _shipped().get(request.form.get("pack", ""))
        if document is None:
            raise NotFound("page-missing")
        wish = Wish(document, g.user.name, t("选用随程序附带的规则", "Chosen of the shipped packs"))
        try:
            publish_checked(SqlShelf(services.database), wish, now=services.clock.now())
        except Refused as error:
            if not error.problems:
                raise
            return _as_draft(services, document)
        with writing(services.database) as db:
            remember(db, RULES_CHOSEN, document["pack"])
        title = document["title"]
        tell(f"“{title['zh']}”已生效。", f"“{title['en']}” is live.")
        return redirect(url_for("workbench.page"), 303)

    return pages


def _as_draft(services: Services, document: dict[str, Any]) -> Response:
    """A pack with holes does not go live; as a draft it shows them, each with an order that falls through."""
    now, title = services.clock.now(), pick(document["title"])
    with writing(services.database) as db:
        live = live_pack(db)
        if live is None:
            raise Refused("pack-missing")
        draft = start(db, document, live.version, title=title, owner=g.user.name, now=now)
    tell(
        "这套规则有漏洞，没有生效。已放成草稿：看看哪些订单会漏，补好再发布。",
        "These rules have holes and are not live. They are a draft now: see which orders fall through, mend, publish.",
        kind="bad",
    )
    return redirect(url_for("rules.draft", draft_id=draft), 303)


def shipped_packs(db: Connection) -> list[ShippedPack]:
    """The packs to choose among."""
    live = live_pack(db)
    return [
        ShippedPack(
            name,
            pick(document["title"]),
            purpose_of(name),
            sum(len(document[section]["rules"]) for section in ("screening", "allocation")),
            live is not None and live.hash == content_hash(document),
        )
        for name, document in _shipped().items()
    ]


def purpose_of(pack: str) -> str:
    """What a shipped pack is for."""
    purposes = {
        "apparel-default": t(
            "日常就能用：查重、合单、大额和留言审单，先本地仓、再就近调拨，缺货等货，没有漏掉的订单。",
            "For every day: repeats, shared parcels, big orders and messages checked; the buyer's warehouse first, "
            "then a transfer from near; no order falls through.",
        ),
        "article-as-written": t(
            "文章里的三条分仓规则，原样保留：有些订单没有规则管，会挂起等人。适合用来对照和学习。",
            "The article's three allocation rules as they were written: some orders fall through and wait for a "
            "person. To compare and to learn from.",
        ),
    }
    return purposes.get(pack, "")


def steps(done: dict[str, bool], pack: str) -> list[dict[str, Any]]:
    """What a new installation still needs, each with why; empty when all is done, put away or not this person's."""
    if done["dismissed"] or not may("goods.change"):
        return []
    listed = [step for step in _steps(done, pack) if step["done"] or step["url"]]
    return [] if all(step["done"] for step in listed) else listed


def _steps(done: dict[str, bool], pack: str) -> list[dict[str, Any]]:
    return [
        {
            "done": done["warehouses"], "name": t("添加仓库", "Add warehouses"), "url": _to("warehouses.index"),
            "text": t("在哪里、供哪些省、几点截单。", "Where they are, which provinces they serve, their cut-off."),
            "sample": "warehouses.csv",
        },
        {
            "done": done["skus"], "name": t("添加 SKU", "Add SKUs"), "url": _to("skus.index"),
            "text": t("仓库拣的是 SKU，订单里的商品要对得上它。", "Warehouses pick SKUs; items are matched to them."),
            "sample": "skus.csv",
        },
        {
            "done": done["stock"], "name": t("录入库存", "Set the stock"), "url": _to("stock.index"),
            "text": t("没有库存的商品会等货。", "Orders for goods without stock wait."), "sample": "stock.csv",
        },
        {
            "done": done["shops"], "name": t("添加店铺", "Add a shop"), "url": _to("shops.index"),
            "text": t("订单归在店铺名下：导入表格就选“表格导入”，用接口提交就选平台。",
                      "Orders belong to shops: “Spreadsheet” to import files, a platform to post them with a key."),
        },
        {
            "done": done["rules"], "name": t("选一套规则", "Choose the rules"), "url": _to("onboarding.choose"),
            "text": t(f"现在用的是“{_title(pack)}”；看看合不合适，以后随时能换。",
                      f"“{_title(pack)}” is in use; see whether it suits you. It can be changed at any time."),
        },
        {
            "done": done["orders"], "name": t("第一批订单", "The first orders"), "url": _to("imports.index"),
            "text": t("导入 Excel、手工录入或用接口提交；几秒后就能看到判定。",
                      "From Excel, typed, or by the API; seconds later they are decided."),
            "sample": "orders-live.xlsx",
        },
        {
            "done": done["people"], "name": t("请同事进来", "Let colleagues in"), "url": _to("people.index"),
            "text": t("每人一个账号，各看各的待办；做过什么都有记录。",
                      "An account each, with their own tasks; what they do is written down."),
        },
    ]  # fmt: skip


def _to(endpoint: str) -> str:
    """The address of a page that this person's role opens; empty otherwise."""
    permission = needed(current_app.view_functions.get(endpoint))
    return url_for(endpoint) if permission and may(permission) else ""


def _title(pack: str) -> str:
    document = _shipped().get(pack)
    return pick(document["title"]) if document else pack


@cache
def _shipped() -> dict[str, dict[str, Any]]:
    files = sorted(path for path in packs.SHIPPED.glob("*.json") if not path.name.endswith(".schema.json"))
    documents = [orjson.loads(path.read_bytes()) for path in files]
    return {document["pack"]: document for document in documents}
