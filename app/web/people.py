"""Users: who may come in and as what; and everybody's own account."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.bootstrap import Services
from app.domain.errors import PandanError, Refused
from app.persistence.assigning import waits_for
from app.persistence.audit import note
from app.persistence.database import reading, writing
from app.persistence.people import (
    ROLES,
    add_user,
    change_password,
    change_role,
    chosen_shops,
    issue_password_token,
    list_users,
    set_active,
    set_shops,
    user_name,
)
from app.persistence.reads.places import list_shops
from app.web import people_rights
from app.web.access import login_cookie
from app.web.fragments import tell
from app.web.permissions import permit

_FAILED = 422


def blueprint(services: Services) -> Blueprint:
    """The routes over these services."""
    pages = Blueprint("people", __name__)
    _users(pages, services)
    _changes(pages, services)
    people_rights.register(pages, services)
    _own(pages, services)
    return pages


def _users(pages: Blueprint, services: Services) -> None:
    @pages.get("/users/")
    @permit("users.change")
    def index() -> str:
        return _page(services)

    @pages.post("/users/")
    @permit("users.change")
    def add() -> str | tuple[str, int]:
        name, role, now = request.form.get("name", ""), request.form.get("role", ""), services.clock.now()
        try:
            with writing(services.database) as db:
                user_id = add_user(db, name, None, role, now=now)
                token = issue_password_token(db, user_id, now=now)
                note(db, g.user.name, "user.add", name.strip(), now=now, role=role)
        except Refused as error:
            return _page(services, problem=error, name=name, role=role), _FAILED
        return _page(services, link=_link(token), link_for=name.strip())


def _changes(pages: Blueprint, services: Services) -> None:
    @pages.post("/users/<int:user_id>/role")
    @permit("users.change")
    def role(user_id: int) -> Response:
        chosen, now = request.form.get("role", ""), services.clock.now()
        with writing(services.database) as db:
            name = change_role(db, user_id, chosen)
            note(db, g.user.name, "user.role", name, now=now, role=chosen)
        tell(f"{name} 的角色已更改，需要重新登录。", f"{name} has another role and must log in again.")
        return redirect(url_for("people.index"), 303)

    @pages.post("/users/<int:user_id>/active")
    @permit("users.change")
    def active(user_id: int) -> Response:
        on, now = request.form.get("active") == "yes", services.clock.now()
        with writing(services.database) as db:
            waited = 0 if on else waits_for(db, user_name(db, user_id))
            name = set_active(db, user_id, on)
            note(db, g.user.name, "user.on" if on else "user.off", name, now=now)
        if on:
            tell(f"{name} 已启用。", f"{name} is switched on.")
        else:
            tell(f"{name} 已停用，并已退出登录。", f"{name} is switched off and logged out.")
        if waited:
            tell(f"点名给 {name} 的 {waited} 件回到角色手里。", f"What waited for {name} goes to its role: {waited}.")
        return redirect(url_for("people.index"), 303)

    @pages.get("/users/<int:user_id>/shops")
    @permit("users.change")
    def shops_page(user_id: int) -> str:
        return _shops_page(services, user_id)

    @pages.post("/users/<int:user_id>/shops")
    @permit("users.change")
    def shops(user_id: int) -> Response | tuple[str, int]:
        form, now = request.form, services.clock.now()
        some = [int(one) for one in form.getlist("shop") if one.isdigit()] if form.get("which") == "some" else None
        try:
            with writing(services.database) as db:
                name = set_shops(db, user_id, some)
                codes = [shop.code for shop in list_shops(db) if some is not None and shop.id in some]
                note(db, g.user.name, "user.shops", name, now=now, shops=codes if some is not None else "all")
        except Refused as error:
            return _shops_page(services, user_id, error.code), _FAILED
        tell(f"{name} 负责的店铺已更改，立刻生效。", f"The shops of {name} are changed, from now on.")
        return redirect(url_for("people.index"), 303)

    @pages.post("/users/<int:user_id>/link")
    @permit("users.change")
    def link(user_id: int) -> str:
        now = services.clock.now()
        with writing(services.database) as db:
            name = user_name(db, user_id)
            token = issue_password_token(db, user_id, now=now)
            note(db, g.user.name, "user.link", name, now=now)
        return _page(services, link=_link(token), link_for=name)


def _own(pages: Blueprint, services: Services) -> None:
    @pages.get("/account")
    @permit("account.own")
    def account() -> str:
        return render_template("pages/account.html", problem=None)

    @pages.post("/account/password")
    @permit("account.own")
    def password() -> Response | tuple[str, int]:
        form, now = request.form, services.clock.now()
        try:
            with writing(services.database) as db:
                keep = request.cookies.get(login_cookie(services), "")
                change_password(db, g.user.id, form.get("old", ""), form.get("new", ""), keep=keep)
                note(db, g.user.name, "password.change", g.user.name, now=now)
        except Refused as error:
            return render_template("pages/account.html", problem=error.code), _FAILED
        tell("密码已更改，其他设备已退出登录。", "The password is changed; other devices are logged out.")
        return redirect(url_for("people.account"), 303)


def _page(services: Services, *, problem: PandanError | None = None, **values: Any) -> str:
    with reading(services.database) as db:
        users, names = list_users(db), {shop.id: shop.name or shop.code for shop in list_shops(db)}
        chosen = {user: [names[shop] for shop in some] for user, some in chosen_shops(db).items()}
    return render_template("pages/users/index.html", users=users, roles=ROLES, problem=problem, chosen=chosen, **values)


def _shops_page(services: Services, user_id: int, problem: str = "") -> str:
    with reading(services.database) as db:
        user_name(db, user_id)
        user = next(one for one in list_users(db) if one.id == user_id)
        shops, chosen = list_shops(db), chosen_shops(db).get(user_id)
    return render_template("pages/users/shops.html", user=user, shops=shops, chosen=chosen, problem=problem)


def _link(token: str) -> str:
    return url_for("session.welcome_page", token=token, _external=True)
