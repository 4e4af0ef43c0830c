"""The gate: what blocks, what needs a reason, what is nobody's new mistake, and where further checks have their say."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from sqlalchemy import Engine

from app.domain.errors import Problem, Refused
from app.persistence.packs import publish_shipped
from app.persistence.shelf import SqlShelf
from app.processing import publishing
from app.processing.publishing import Wish, gate, publish
from app.rulebook.drafts import Edit, apply
from tests.rulebook.test_sections import PACK

BROKEN = apply(PACK, Edit("set", "screening/rules/0/when/all/0/field", "order.payed"))
LONGER = Edit("set", "duplicates/window_seconds", 600)


@pytest.fixture
def shelf(database: Engine) -> SqlShelf:
    publish_shipped(database, now=1)
    return SqlShelf(database)


def warned(_document: dict[str, Any]) -> list[Problem]:
    return [Problem("empty-group", "screening/rules/0", severity="warning")]


def test_a_failed_example_blocks_like_any_error() -> None:
    found = gate(apply(PACK, Edit("remove", "screening/rules/0")))
    assert not found.open
    assert {problem.code for problem in found.errors} == {"example-failed"}


def test_an_error_of_the_live_version_blocks_only_whoever_publishes_its_section() -> None:
    document = apply(BROKEN, LONGER)
    mending = gate(document, ["duplicates"], BROKEN)
    assert mending.open
    assert [problem.code for problem in mending.known] == ["unknown-field"]
    assert not gate(document, ["duplicates", "screening"], BROKEN).open
    assert not gate(document, ["duplicates"], PACK).open


def test_a_further_check_is_asked_of_what_can_be_loaded_and_counts_as_ones_own() -> None:
    asked: list[dict[str, Any]] = []

    def disagrees(document: dict[str, Any]) -> list[Problem]:
        asked.append(document)
        return [Problem("engines-differ", "allocation/rules/0")]

    assert not gate(PACK, further=[disagrees]).open
    assert gate(PACK, further=[warned]).open
    gate(BROKEN, further=[disagrees])
    assert asked == [PACK]


def test_a_warning_needs_a_reason_which_is_kept_with_the_version(shelf: SqlShelf) -> None:
    document = apply(PACK, LONGER)
    with pytest.raises(Refused, match="publish-needs-note") as refused:
        publish(shelf, Wish(document, "t", "  "), now=2, further=[warned])
    assert [problem.code for problem in refused.value.problems] == ["empty-group"]
    done = publish(shelf, Wish(document, "t", "it is on purpose"), now=2, further=[warned])
    assert (done.number, done.sections) == (2, ["duplicates"])
    assert [problem.code for problem in done.gate.warnings] == ["empty-group"]


def test_what_is_live_already_makes_no_new_version_and_a_draft_without_a_change_is_refused(shelf: SqlShelf) -> None:
    assert publish(shelf, Wish(copy.deepcopy(PACK), "t"), now=2).number == 1
    with pytest.raises(Refused, match="publish-nothing"):
        publish(shelf, Wish(PACK, "t", base=PACK), now=2)
    with pytest.raises(Refused, match="note-too-long"):
        publish(shelf, Wish(apply(PACK, LONGER), "t", "x" * (publishing.LONGEST_NOTE + 1)), now=2)
