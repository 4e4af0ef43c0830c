"""Edits of a document: what each does, what it refuses, and that nothing else changes."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.errors import Refused
from app.rulebook.drafts import Edit, apply, copied, free_id, join_path, read_edit, split_path, value_at


def document() -> dict[str, Any]:
    return {
        "pack": "p",
        "mappings": {"taobao": {"order": [{"field": "order.state", "choices": {"A/B": "paid", "~": "created"}}]}},
        "allocation": {"rules": [{"id": "a", "then": [1]}, {"id": "b", "then": [2]}, {"id": "c", "then": [3]}]},
    }


def ids(changed: dict[str, Any]) -> list[str]:
    return [rule["id"] for rule in changed["allocation"]["rules"]]


@pytest.mark.parametrize(
    ("edit", "after"),
    [
        (Edit("move", "allocation/rules/0", to=2), ["b", "c", "a"]),
        (Edit("move", "allocation/rules/2", to=0), ["c", "a", "b"]),
        (Edit("remove", "allocation/rules/1"), ["a", "c"]),
        (Edit("insert", "allocation/rules/1", {"id": "d"}), ["a", "d", "b", "c"]),
        (Edit("insert", "allocation/rules/-", {"id": "d"}), ["a", "b", "c", "d"]),
        (Edit("set", "allocation/rules/1", {"id": "b", "then": []}), ["a", "b", "c"]),
        (Edit("set", "allocation/rules/1/title", {"zh": "乙", "en": "B"}), ["a", "b", "c"]),
    ],
)
def test_an_edit_changes_what_it_names_and_leaves_the_old_document_as_it_was(edit: Edit, after: list[str]) -> None:
    before = document()
    changed = apply(before, edit)
    assert ids(changed) == after
    assert before == document()
    assert changed != before
    assert changed["mappings"] is before["mappings"]


@pytest.mark.parametrize(
    ("edit", "code"),
    [
        (Edit("set", "allocation/rules/1", {"id": "z", "then": []}), "edit-id-changed"),
        (Edit("set", "allocation/rules/1", {"then": []}), "edit-id-changed"),
        (Edit("set", "allocation/rules/1/id", "z"), "edit-id-changed"),
        (Edit("insert", "allocation/rules/0", {"id": "c"}), "edit-id-taken"),
        (Edit("insert", "mappings/taobao", {}), "edit-id-taken"),
        (Edit("set", "allocation/rules/3", {}), "edit-place-gone"),
        (Edit("set", "allocation/rules/-1", {}), "edit-place-gone"),
        (Edit("remove", "allocation/rules/9"), "edit-place-gone"),
        (Edit("remove", "nothing"), "edit-place-gone"),
        (Edit("set", "nothing/at/all", 1), "edit-place-gone"),
        (Edit("set", "pack/x", 1), "edit-place-gone"),
        (Edit("move", "allocation/rules/0", to=3), "edit-place-gone"),
        (Edit("move", "allocation", to=0), "edit-place-gone"),
        (Edit("set", "", ["no", "document"]), "edit-wrong"),
        (Edit("remove", ""), "edit-wrong"),
        (Edit("shuffle", "allocation"), "edit-wrong"),
    ],
)
def test_an_edit_that_fits_nothing_is_refused_and_changes_nothing(edit: Edit, code: str) -> None:
    before = document()
    with pytest.raises(Refused) as refused:
        apply(before, edit)
    assert refused.value.code == code
    assert before == document()


def test_signs_of_paths_are_written_so_that_any_key_can_be_named() -> None:
    path = join_path("mappings", "taobao", "order", 0, "choices", "A/B")
    assert value_at(document(), path) == "paid"
    assert value_at(apply(document(), Edit("set", path, "created")), path) == "created"


@given(st.lists(st.text(), min_size=1, max_size=5))
def test_any_path_is_read_as_it_was_written(steps: list[str]) -> None:
    assert split_path(join_path(*steps)) == steps


def test_a_copy_has_an_id_of_its_own() -> None:
    rules = document()["allocation"]["rules"]
    first = copied(rules, 0)
    assert (first["id"], first["then"]) == ("a-2", [1])
    assert copied([*rules, first], 3)["id"] == "a-3"
    assert free_id([{"id": "step-1"}], "step-1") == "step-1-2"


def test_what_is_put_in_is_not_shared_with_who_gave_it() -> None:
    value: dict[str, Any] = {"id": "d", "then": [4]}
    changed = apply(document(), Edit("insert", "allocation/rules/-", value))
    value["then"].append(5)
    assert value_at(changed, "allocation/rules/3/then") == [4]


@pytest.mark.parametrize(
    "given", [None, {}, {"do": "set", "path": 3, "value": 1}, {"do": "set", "path": "a"}, {"do": "move", "to": "x"}]
)
def test_an_edit_that_is_none_is_not_read(given: Any) -> None:
    with pytest.raises(Refused, match="edit-wrong"):
        read_edit(given)


_PLACES = st.integers(0, 4).map(str) | st.just("-")
_EDITS = st.builds(
    Edit,
    st.sampled_from(["set", "insert", "remove", "move"]),
    st.one_of(st.just("allocation/rules"), _PLACES.map(lambda place: f"allocation/rules/{place}")),
    st.sampled_from(["a", "b", "d", "e"]).map(lambda name: {"id": name, "then": []}),
    st.integers(-1, 4),
)


@given(st.lists(_EDITS, max_size=12))
def test_whatever_is_edited_every_id_names_one_rule_and_no_former_state_changes(edits: list[Edit]) -> None:
    now = document()
    for edit in edits:
        before = copy.deepcopy(now)
        try:
            after = apply(now, edit)
        except Refused:
            after = now
        assert now == before
        rules = after["allocation"]["rules"] if isinstance(after["allocation"].get("rules"), list) else []
        names = [rule["id"] for rule in rules]
        assert len(set(names)) == len(names)
        now = after if rules else now
