"""A supervisor who edits a draft through the web application, as its pages do, and how long the answers take."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from app.bootstrap import Services
from app.persistence import drafts
from app.persistence.database import reading

PASSWORD = "a long enough phrase"
Form = Mapping[str, Any]


class Supervisor:
    """One browser and one draft."""

    def __init__(self, services: Services, app: Flask, draft: int) -> None:
        self._services, self._app, self.draft = services, app, draft
        self._client = self.browser()
        self._revision = 1

    def browser(self) -> FlaskClient:
        """Another one, logged in."""
        client = self._app.test_client()
        client.post("/login", data={"name": "lead", "password": PASSWORD})
        return client

    def document(self) -> dict[str, Any]:
        """The draft's document as it stands."""
        with reading(self._services.database) as db:
            return drafts.read_draft(db, self.draft).document

    def edit(self, editor: str, action: str, form: Form, *, part: str = "bench") -> float:
        """Milliseconds until a form of an editor (`rules/allocation`) is answered."""
        started = time.perf_counter()
        answer = self._client.post(
            self.address(f"{editor}/{action}"), data={"revision": self._revision, **form}, headers=_headers(part)
        )
        spent = 1_000 * (time.perf_counter() - started)
        if answer.status_code != 200:
            raise AssertionError((editor, action, form, answer.status_code))
        with reading(self._services.database) as db:
            # An edit that happens to change nothing makes no new revision.
            self._revision = drafts.read_draft(db, self.draft).revision
        return spent

    def get(self, path: str, *, part: str = "bench", **asked: str) -> tuple[float, str]:
        """Milliseconds until a part of an editor's page is there, and the part."""
        started = time.perf_counter()
        answer = self._client.get(self.address(path), query_string=asked, headers=_headers(part))
        spent = 1_000 * (time.perf_counter() - started)
        if answer.status_code != 200:
            raise AssertionError((path, asked, answer.status_code))
        return spent, answer.text

    def address(self, path: str) -> str:
        """Where that is for this draft."""
        return f"/rules/drafts/{self.draft}/{path}"

    @property
    def revision(self) -> int:
        """The draft's, as the page has it."""
        return self._revision


def spread(each: Sequence[float]) -> dict[str, int]:
    """Of so many answers the milliseconds of the middle one, of nineteen in twenty, and the most."""
    ranked = sorted(each) or [0.0]
    return {
        "times": len(each), "p50_ms": round(ranked[len(ranked) // 2]),
        "p95_ms": round(ranked[min(int(len(ranked) * 0.95), len(ranked) - 1)]), "most_ms": round(ranked[-1]),
    }  # fmt: skip


def _headers(part: str) -> dict[str, str]:
    return {"HX-Request": "true", "HX-Target": part} if part else {}
