"""What a person is shown before publishing, as tests look at it."""

from __future__ import annotations

import re

from flask.testing import FlaskClient

PART = {"HX-Request": "true"}


def impact(client: FlaskClient, number: int, *sections: str) -> str:
    """The impact of publishing these sections of a draft (all of its own when none are named), once it is known."""
    asked = {"chosen": "1", "section": sections} if sections else {}
    for _ in range(50):
        page = client.get(f"/rules/drafts/{number}/impact", query_string=asked, headers=PART).text
        if "正在" not in page:
            return page
    raise AssertionError(page)


def token(page: str) -> str:
    """The proof of having seen it; empty where there is none."""
    return next(iter(re.findall(r'name="seen" value="([^"]*)"', page)), "")
