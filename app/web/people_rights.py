"""Which parts of the rules a person may change and publish: chosen by an administrator, else as the role has it."""

from __future__ import annotations

from flask import Blueprint, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.bootstrap import Services
from app.domain.errors import Refused
from app.domain.rights import BY_ROLE, CHOOSABLE, NONE, rights
from app.persistence.audit import note
from app.persistence.database import reading, writing
from app.persistence.people import chosen_rights, list_users, set_rights, user_name
from app.web.fragments import tell
from app.web.permissions import permit
from app.web.rights import area_word, areas


def register(pages: Blueprint, services: Services) -> None:
    """Put the routes beside those of the users."""

    @pages.get("/users/<int:user_id>/rules")
    @permit("users.change")
    def rights_page(user_id: int) -> str:
        return _page(services, user_id)

    @pages.post("/users/<int:user_id>/rules")
    @permit("users.change")
    def save_rights(user_id: int) -> Response | tuple[str, int]:
        form, now = request.form, services.clock.now()
        own = rights(form.getlist("edit"), form.getlist("publish")) if form.get("which") == "some" else None
        try:
            with writing(services.database) as db:
                name = set_rights(db, user_id, own)
                edit, publish = (sorted(own.edit), sorted(own.publish)) if own is not None else (["role"], ["role"])
                note(db, g.user.name, "user.rights", name, now=now, edit=edit, publish=publish)
        except Refused as error:
            return _page(services, user_id, error.code), 422
        tell(f"{name} 能改的规则已更改，立刻生效。", f"What {name} may do to the rules is changed, from now on.")
        return redirect(url_for("people.index"), 303)


def _page(services: Services, user_id: int, problem: str = "") -> str:
    with reading(services.database) as db:
        user_name(db, user_id)
        user = next(one for one in list_users(db) if one.id == user_id)
        chosen = chosen_rights(db, user_id)
    shown = chosen if chosen is not None else BY_ROLE.get(user.role, NONE)
    return render_template(
        "pages/users/rights.html", user=user, chosen=chosen, shown=shown, areas=areas(), area_word=area_word,
        open=user.role in CHOOSABLE, problem=problem,
    )  # fmt: skip
