"""Shops and their API keys. A key is shown once, when it is made."""

from __future__ import annotations

import re
from typing import Any

from flask import Blueprint, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.bootstrap import Services
from app.domain.errors import NotFound, PandanError, Refused
from app.persistence.audit import note
from app.persistence.database import reading, writing
from app.persistence.goods import add_shop
from app.persistence.reads.places import list_shops, read_shop
from app.persistence.shops import rotate_key, switch_shop
from app.web.fragments import tell
from app.web.language import t
from app.web.permissions import permit
from app.web.platforms import platform_choices
from app.web.uploads import told


def blueprint(services: Services) -> Blueprint:
    """The routes over these services."""
    pages = Blueprint("shops", __name__, url_prefix="/shops")

    @pages.get("/")
    @permit("shops.change")
    def index() -> str:
        return _page(services)

    @pages.post("/")
    @permit("shops.change")
    def add() -> str | tuple[str, int]:
        form, now = request.form, services.clock.now()
        code = form.get("code", "").strip()
        try:
            if not re.fullmatch(r"[A-Za-z0-9_-]{1,64}", code):
                raise Refused("shop-code")
            with writing(services.database) as db:
                named = form.get("platform", "") or form.get("new_platform", "").strip().lower()
                name = form.get("name", "").strip()[:200]
                key = add_shop(db, code, named, name=name, now=now, new=not form.get("platform"))
                note(db, g.user.name, "shop.add", code, now=now, platform=named)
        except PandanError as error:
            return _page(services, problems=told(error), values=form.to_dict()), 422
        return _page(services, made=code, key=key)

    @pages.post("/<code>/<deed>")
    @permit("shops.change")
    def change(code: str, deed: str) -> str | Response:
        if deed not in ("rotate", "off", "on"):
            raise NotFound("page-missing")
        key = ""
        with writing(services.database) as db:
            read_shop(db, code)
            if deed == "rotate":
                key = rotate_key(db, code)
            else:
                switch_shop(db, code, active=deed == "on")
            note(db, g.user.name, f"shop.{deed}", code, now=services.clock.now())
        if key:
            return _page(services, made=code, key=key)
        if deed == "on":
            tell("店铺已启用。", "The shop is on.")
        else:
            tell("店铺已停用，它的密钥不再有效。", "The shop is off; its key opens nothing.")
        return redirect(url_for("shops.index"), 303)

    return pages


def _page(services: Services, made: str = "", key: str = "", **more: Any) -> str:
    with reading(services.database) as db:
        shops = list_shops(db)
    values = {"problems": [], "values": {}, **more}
    name = next((shop.name for shop in shops if shop.code == made), made)
    example = _example(made, key) if key else ""
    return render_template(
        "pages/shops/index.html",
        shops=shops,
        made=name,
        key=key,
        example=example,
        platforms=[*platform_choices(), ("", t("其他平台…", "Another platform…"))],
        **values,
    )


def _example(code: str, key: str) -> str:
    url = f"{request.host_url}api/v1/shops/{code}/orders"
    return f"curl -X POST {url} -H 'Authorization: Bearer {key}' -H 'Content-Type: application/json' -d @order.json"
