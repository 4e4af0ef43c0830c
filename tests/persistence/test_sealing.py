"""Sealing: only the right key and place open a value; the key is made once and kept private."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.errors import Refused
from app.persistence.sealing import Sealer, load_sealer


@given(st.binary(max_size=500), st.text(max_size=20))
def test_what_is_sealed_opens_to_the_same(plain: bytes, context: str) -> None:
    sealer = Sealer(b"k" * 32)
    assert sealer.open(sealer.seal(plain, context), context) == plain


def test_another_place_or_key_does_not_open_it() -> None:
    sealed = Sealer(b"k" * 32).seal(b"13800000000", "order:1")
    for sealer, context in ((Sealer(b"k" * 32), "order:2"), (Sealer(b"j" * 32), "order:1")):
        with pytest.raises(Refused, match="sealed-unreadable"):
            sealer.open(sealed, context)


def test_the_key_is_made_once_and_only_the_owner_reads_it(tmp_path: Path) -> None:
    first = load_sealer(tmp_path, {})
    again = load_sealer(tmp_path, {})
    assert again.open(first.seal(b"x", "c"), "c") == b"x"
    assert stat.S_IMODE((tmp_path / "secret.key").stat().st_mode) == 0o600


def test_hashes_differ_by_kind_scope_and_key() -> None:
    one, other = Sealer(b"k" * 32), Sealer(b"j" * 32)
    hashes = {
        one.hasher("phone", "", "1"),
        one.hasher("phone", "s", "1"),
        one.hasher("id", "", "1"),
        other.hasher("phone", "", "1"),
    }
    assert len(hashes) == 4
