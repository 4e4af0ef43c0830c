"""Sections of a document: taken apart and put together, compared three ways, and told member by member."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from app.rulebook.differences import differences
from app.rulebook.drafts import Edit, apply
from app.rulebook.pack import content_hash
from app.rulebook.sections import (
    differing,
    document_of,
    merged,
    section_of,
    sections_of,
    standings,
    with_sections,
)

PACK = json.loads((Path(__file__).parents[2] / "rule_packs" / "apparel-default.json").read_text("utf-8"))
_NAMES = st.sampled_from(
    ["pack", "title", "mappings", "duplicates", "screening", "allocation", "reasons", "examples", "x"]
)
_DOCUMENTS = st.dictionaries(_NAMES, st.integers(0, 2) | st.dictionaries(st.sampled_from("ab"), st.integers(0, 2)))


def changed(*edits: Edit) -> dict[str, Any]:
    document = PACK
    for edit in edits:
        document = apply(document, edit)
    return document


LONGER = Edit("set", "duplicates/window_seconds", 600)
MEANING = Edit("set", "mappings/taobao/order/0/required", False)
MOVED = Edit("move", "allocation/rules/0", to=1)


@given(_DOCUMENTS)
def test_taking_a_document_apart_loses_nothing(document: dict[str, Any]) -> None:
    assert document_of(sections_of(document)) == document


@given(_DOCUMENTS, _DOCUMENTS)
def test_putting_in_every_section_that_differs_makes_the_other_document(
    one: dict[str, Any], other: dict[str, Any]
) -> None:
    assert with_sections(one, other, differing(one, other)) == other
    assert differing(one, one) == []


def test_the_shipped_pack_is_whole_after_it_was_taken_apart() -> None:
    assert content_hash(document_of(sections_of(PACK))) == content_hash(PACK)
    assert section_of("mappings/taobao/order/3/from") == "mappings/taobao"
    assert section_of("allocation/rules/1/when") == "allocation"
    assert section_of("title/zh") == "about"


def test_only_the_chosen_section_goes_live() -> None:
    draft = changed(LONGER, MOVED)
    live = with_sections(PACK, draft, ["duplicates"])
    assert live["duplicates"]["window_seconds"] == 600
    assert live["allocation"] == PACK["allocation"]


def test_what_others_published_is_told_apart_from_ones_own_and_taken_over_when_one_left_it_alone() -> None:
    draft, live = changed(LONGER, MOVED), changed(MEANING, Edit("remove", "allocation/rules/2"))
    states = {one.name: one for one in standings(draft, {}, PACK, live)}
    assert {name: (one.mine, one.moved) for name, one in states.items()} == {
        "mappings/taobao": (False, True), "duplicates": (True, False), "allocation": (True, True),
    }  # fmt: skip
    assert [name for name, one in states.items() if one.crossed] == ["allocation"]
    upon = merged(draft, live, list(states.values()))
    assert differing(upon, live) == ["duplicates", "allocation"]
    assert differing(upon, draft) == ["mappings/taobao"]


def test_a_section_that_both_changed_alike_needs_nothing() -> None:
    assert standings(changed(LONGER), {}, PACK, changed(LONGER)) == []


def test_a_section_may_be_based_on_an_older_version_than_the_rest() -> None:
    live = changed(LONGER, MOVED)
    draft = changed(LONGER, Edit("remove", "allocation/rules/2"))
    (plain,) = standings(draft, {}, live, live)
    (behind,) = standings(draft, {"allocation": PACK}, live, live)
    assert (plain.crossed, behind.crossed) == (False, True)


def test_differences_are_told_rule_by_rule_and_a_move_by_the_one_rule_that_moved() -> None:
    after = changed(
        MOVED, Edit("remove", "screening/rules/0"), Edit("insert", "allocation/rules/0", {"id": "new", "then": []}),
        Edit("set", "allocation/rules/3/title/en", "Split"), MEANING, LONGER,
    )  # fmt: skip
    told = {(one.section, one.kind, one.name) for one in differences(PACK, after)}
    (moved,) = {name for _, kind, name in told if kind == "moved"}
    assert moved in ("local", "nearest")
    assert told - {("allocation", "moved", moved)} == {
        ("mappings/taobao", "changed", PACK["mappings"]["taobao"]["order"][0]["field"]),
        ("duplicates", "changed", "window_seconds"), ("screening", "removed", "big-value"),
        ("allocation", "added", "new"), ("allocation", "changed", "split"),
    }  # fmt: skip
    assert differences(PACK, PACK) == []
