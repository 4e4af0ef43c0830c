"""Names are found by the first letters of their pinyin."""

from __future__ import annotations

import pytest

from app.intake.initials import initials


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("连衣裙 M", "lyqm"),
        ("纯棉T恤 黑色", "cmtxhs"),
        ("阿坝", "ab"),
        ("座钟", "zz"),
        ("帐篷-2P", "zp2p"),
        ("", ""),
        ("🙂鿰", ""),
    ],
)
def test_initials(name: str, letters: str) -> None:
    assert initials(name) == letters
