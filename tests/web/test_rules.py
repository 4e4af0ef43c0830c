"""Drafts on the pages: begun, edited, taken over, checked, published by section, compared, rolled back."""

from __future__ import annotations

import copy
import io
import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app.bootstrap import Services
from app.persistence import tables as t
from app.persistence.database import reading
from app.persistence.drafts import Draft, read_draft
from app.persistence.packs import SHIPPED, publish_shipped
from tests.line.house import NOW
from tests.web.impacts import impact, token

PACK = json.loads((SHIPPED / "apparel-default.json").read_text("utf-8"))


@pytest.fixture
def boss(client_of: Callable[[str], FlaskClient], services: Services) -> FlaskClient:
    publish_shipped(services.database, now=NOW)
    return client_of("supervisor")


def begun(client: FlaskClient, title: str = "before 11.11") -> int:
    answer = client.post("/rules/drafts", data={"title": title})
    assert answer.status_code == 303
    return int(answer.headers["Location"].rsplit("/", 1)[1])


def draft_of(services: Services, number: int) -> Draft:
    with reading(services.database) as db:
        return read_draft(db, number)


def edit(client: FlaskClient, services: Services, number: int, do: str, path: str, **more: Any) -> int:
    data = {"revision": draft_of(services, number).revision, "do": do, "path": path, **more}
    return client.post(f"/rules/drafts/{number}/edit", data=data).status_code


def write(client: FlaskClient, services: Services, number: int, path: str, value: Any, **more: Any) -> Any:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    data = {"revision": draft_of(services, number).revision, "do": "set", "path": path, "text": text, **more}
    return client.post(f"/rules/drafts/{number}/text", data=data)


def rename(client: FlaskClient, services: Services, number: int, zh: str) -> None:
    """A change of allocation that no example is against."""
    first = {**PACK["allocation"]["rules"][0], "title": {"zh": zh, "en": "x"}}
    assert write(client, services, number, "allocation/rules/0", first).status_code == 303


def title(document: dict[str, Any]) -> str:
    return str(document["allocation"]["rules"][0]["title"]["zh"])


def publish(client: FlaskClient, services: Services, number: int, *sections: str, note: str = "") -> Any:
    seen = token(impact(client, number, *sections))
    data = {"revision": draft_of(services, number).revision, "section": list(sections), "note": note, "seen": seen}
    return client.post(f"/rules/drafts/{number}/publish", data=data)


def live(services: Services) -> tuple[int, dict[str, Any]]:
    with reading(services.database) as db:
        row = db.execute(select(t.pack_versions).where(t.pack_versions.c.live)).one()
    return row.version, json.loads(row.document)


def ids(document: dict[str, Any], section: str = "allocation") -> list[str]:
    return [rule["id"] for rule in document[section]["rules"]]


def rule(document: dict[str, Any], name: str, section: str = "allocation") -> dict[str, Any]:
    return next(one for one in document[section]["rules"] if one["id"] == name)


def test_a_draft_is_edited_step_by_step_undone_and_redone(boss: FlaskClient, services: Services) -> None:
    number = begun(boss)
    assert edit(boss, services, number, "move", "allocation/rules/0", to=1) == 303
    assert edit(boss, services, number, "copy", "screening/rules/0") == 303
    assert edit(boss, services, number, "remove", "screening/rules/2") == 303
    draft = draft_of(services, number)
    assert ids(draft.document)[:2] == ["nearest", "local"]
    first, _, third = ids(PACK, "screening")[:3]
    assert ids(draft.document, "screening")[:3] == [first, f"{first}-2", third]
    for _ in range(3):
        revision = draft_of(services, number).revision
        assert boss.post(f"/rules/drafts/{number}/undo", data={"revision": revision}).status_code == 303
    assert draft_of(services, number).document == PACK
    revision = draft_of(services, number).revision
    assert boss.post(f"/rules/drafts/{number}/redo", data={"revision": revision}).status_code == 303
    assert ids(draft_of(services, number).document)[:2] == ["nearest", "local"]
    assert live(services) == (1, PACK)


def test_a_stale_edit_is_answered_409_and_what_was_typed_is_kept(boss: FlaskClient, services: Services) -> None:
    number = begun(boss)
    typed = {**rule(PACK, "wait"), "title": {"zh": "缺货先等等", "en": "Wait a little"}}
    stale = draft_of(services, number).revision
    edit(boss, services, number, "move", "allocation/rules/0", to=1)
    answer = write(boss, services, number, "allocation/rules/4", typed, revision=stale)
    assert answer.status_code == 409
    assert "缺货先等等" in answer.text
    assert rule(draft_of(services, number).document, "wait") == rule(PACK, "wait")
    moved = boss.post(
        f"/rules/drafts/{number}/edit", data={"revision": stale, "do": "remove", "path": "allocation/rules/0"}
    )
    assert moved.status_code == 409
    assert len(ids(draft_of(services, number).document)) == len(ids(PACK))
    (revision,) = set(re.findall(r'name="revision" value="(\d+)"', answer.text))
    assert write(boss, services, number, "allocation/rules/4", typed, revision=revision).status_code == 303
    assert rule(draft_of(services, number).document, "wait")["title"]["zh"] == "缺货先等等"


def test_text_that_is_no_json_or_would_change_an_id_stays_in_the_box(boss: FlaskClient, services: Services) -> None:
    number = begun(boss)
    for text, told in (("{", "不是 JSON"), (json.dumps({**rule(PACK, "wait"), "id": "z"}), "编号“wait”不能改")):
        answer = write(boss, services, number, "allocation/rules/4", text)
        assert answer.status_code == 422
        assert told in answer.text
    assert draft_of(services, number).document == PACK


def test_text_is_checked_while_it_is_written(boss: FlaskClient, services: Services) -> None:
    number = begun(boss)
    page = boss.get(f"/rules/drafts/{number}/text?path=allocation/rules/4")
    assert "&#34;backorder&#34;" in page.text
    broken = {**rule(PACK, "wait"), "when": {"field": "network.cover_order", "op": "is", "value": False}}
    data = {"path": "allocation/rules/4", "do": "set"}
    told = boss.post(f"/rules/drafts/{number}/check", data={**data, "text": json.dumps(broken)}).text
    assert "没有字段“network.cover_order”" in told
    assert "network.covers_order" in told
    fine = boss.post(f"/rules/drafts/{number}/check", data={**data, "text": json.dumps(rule(PACK, "wait"))}).text
    assert "写法没有问题" in fine
    assert "等" in fine


def test_errors_block_with_where_they_are_and_a_new_rule_goes_live_once_mended(
    boss: FlaskClient, services: Services
) -> None:
    number = begun(boss)
    rules = ids(PACK, "screening")
    new = {
        "id": "night", "title": {"zh": "夜里的大单", "en": "Big at night"},
        "when": {"all": [{"field": "order.paid", "op": "is_known"}, {"field": "order.payed", "op": ">=", "value": 9}]},
        "then": [{"do": "hold", "reason": "big-value", "owner": "supervisor"}],
    }  # fmt: skip
    path = f"screening/rules/{len(rules)}"
    assert write(boss, services, number, path, new, do="insert").status_code == 303
    page = boss.get(f"/rules/drafts/{number}").text
    assert "这条规则还写不成一句话" in page
    refused = publish(boss, services, number, "screening", note="because")
    assert refused.status_code == 422
    assert "“夜里的大单”" in refused.text
    assert "because" in refused.text
    assert live(services) == (1, PACK)
    new["when"]["all"][1] |= {"field": "order.paid", "value": 300_000}  # type: ignore[index]
    assert write(boss, services, number, path, new).status_code == 303
    assert publish(boss, services, number, "screening", note="because").status_code == 303
    assert live(services)[0] == 2
    assert ids(live(services)[1], "screening") == [*rules, "night"]
    assert draft_of(services, number).ending == "published"
    page = boss.get("/rules/versions/2").text
    assert "夜里的大单" in page
    assert "because" in page


def test_publishing_one_section_leaves_the_other_ones_of_the_draft_unpublished(
    boss: FlaskClient, services: Services
) -> None:
    number = begun(boss)
    rename(boss, services, number, "新名")
    write(boss, services, number, "duplicates", {**PACK["duplicates"], "window_seconds": 600})
    assert publish(boss, services, number, "duplicates").status_code == 303
    version, document = live(services)
    assert (version, document["duplicates"]["window_seconds"]) == (2, 600)
    assert document["allocation"] == PACK["allocation"]
    draft = draft_of(services, number)
    assert (draft.base, draft.ending) == (2, None)
    assert title(draft.document) == "新名"


def test_an_example_that_fails_keeps_its_rules_from_going_live(boss: FlaskClient, services: Services) -> None:
    number = begun(boss)
    edit(boss, services, number, "remove", "screening/rules/0")
    refused = publish(boss, services, number, "screening", note="we do not care")
    assert refused.status_code == 422
    assert "例子第" in refused.text
    assert live(services) == (1, PACK)


def test_who_published_a_section_first_is_not_overwritten_and_the_other_is_told_how_to_go_on(
    boss: FlaskClient, services: Services
) -> None:
    one, other = begun(boss, "one"), begun(boss, "other")
    write(boss, services, one, "duplicates", {**PACK["duplicates"], "window_seconds": 600})
    edit(boss, services, one, "move", "screening/rules/0", to=1)
    write(boss, services, other, "duplicates", {**PACK["duplicates"], "window_seconds": 900})
    rename(boss, services, other, "新名")
    assert publish(boss, services, one, "duplicates", "screening").status_code == 303
    crossed = publish(boss, services, other, "duplicates", "allocation")
    assert crossed.status_code == 409
    assert "两边都改了" in crossed.text
    assert live(services)[0] == 2
    # What nobody else touched may go ahead; what is crossed stays known as such.
    assert publish(boss, services, other, "allocation").status_code == 303
    draft = draft_of(services, other)
    assert (draft.base, dict(draft.behind)) == (3, {"duplicates": 1})
    assert ids(draft.document, "screening") == ids(live(services)[1], "screening")
    assert publish(boss, services, other, "duplicates").status_code == 409
    data = {"revision": draft_of(services, other).revision, "keep-duplicates": "mine"}
    assert boss.post(f"/rules/drafts/{other}/rebase", data=data).status_code == 303
    assert publish(boss, services, other, "duplicates").status_code == 303
    assert live(services)[1]["duplicates"]["window_seconds"] == 900


def test_rebasing_may_take_the_live_section_instead(boss: FlaskClient, services: Services) -> None:
    one, other = begun(boss, "one"), begun(boss, "other")
    write(boss, services, one, "duplicates", {**PACK["duplicates"], "window_seconds": 600})
    write(boss, services, other, "duplicates", {**PACK["duplicates"], "window_seconds": 900})
    publish(boss, services, one, "duplicates")
    data = {"revision": draft_of(services, other).revision, "keep-duplicates": "theirs"}
    boss.post(f"/rules/drafts/{other}/rebase", data=data)
    assert draft_of(services, other).document == live(services)[1]
    undone = {"revision": draft_of(services, other).revision}
    boss.post(f"/rules/drafts/{other}/undo", data=undone)
    # Undoing it undoes what it was based on too: the two are crossed again.
    assert publish(boss, services, other, "duplicates").status_code == 409


def test_a_draft_has_one_owner_and_another_takes_it_over(
    boss: FlaskClient, services: Services, client_of_known: Callable[[str], FlaskClient]
) -> None:
    number, clerk = begun(boss), client_of_known("clerk")
    assert "接手" in clerk.get(f"/rules/drafts/{number}").text
    assert edit(clerk, services, number, "move", "allocation/rules/0", to=1) == 409
    revision = draft_of(services, number).revision
    assert clerk.post(f"/rules/drafts/{number}/take-over", data={"revision": revision}).status_code == 303
    assert edit(clerk, services, number, "move", "allocation/rules/0", to=1) == 303
    assert edit(boss, services, number, "move", "allocation/rules/0", to=2) == 409
    assert publish(clerk, services, number, "allocation").status_code == 403
    assert live(services)[0] == 1


def test_a_discarded_draft_is_brought_back_as_it_was(boss: FlaskClient, services: Services) -> None:
    number = begun(boss)
    edit(boss, services, number, "move", "allocation/rules/0", to=1)
    boss.post(f"/rules/drafts/{number}/discard", data={"revision": draft_of(services, number).revision})
    assert "before 11.11" not in boss.get("/rules/?show=drafts").text
    assert edit(boss, services, number, "move", "allocation/rules/0", to=1) == 400
    boss.post(f"/rules/drafts/{number}/bring-back", data={"revision": draft_of(services, number).revision})
    assert ids(draft_of(services, number).document)[:2] == ["nearest", "local"]
    assert "before 11.11" in boss.get("/rules/?show=drafts").text


def test_a_draft_goes_to_a_file_and_back_whole_even_when_it_is_no_pack(boss: FlaskClient, services: Services) -> None:
    number = begun(boss)
    document = json.loads(boss.get(f"/rules/drafts/{number}/file").data)
    assert document == PACK
    for strange in ({"surprise": [1]}, {"allocation": 3, "mappings": [], "screening": {"rules": [1, {}]}}, {}):
        file = (io.BytesIO(json.dumps(strange).encode()), "mine.json")
        data = {"file": file, "revision": draft_of(services, number).revision}
        assert boss.post(f"/rules/drafts/{number}/file", data=data).status_code == 303
        assert draft_of(services, number).document == strange
        assert boss.get(f"/rules/drafts/{number}").status_code == 200
        assert publish(boss, services, number, *strange, "mappings").status_code == 422
    made = boss.post("/rules/drafts/upload", data={"file": (io.BytesIO(json.dumps(PACK).encode()), "mine.json")})
    assert draft_of(services, int(made.headers["Location"].rsplit("/", 1)[1])).title == "mine"


def test_any_two_versions_are_compared_in_sentences(boss: FlaskClient, services: Services) -> None:
    number = begun(boss)
    edit(boss, services, number, "remove", "screening/rules/2")
    big = copy.deepcopy(rule(PACK, "big-value", "screening"))
    big["when"]["all"][-1]["value"] = 450_000
    write(boss, services, number, "screening/rules/0", big)
    assert publish(boss, services, number, "screening", note="more care").status_code == 303
    page = boss.get("/rules/compare?from=1&to=2").text
    assert "加急订单优先" in page
    assert "4,500" in page
    assert "没有不同" in boss.get("/rules/compare?from=2&to=2").text
    assert boss.get("/rules/compare?from=1&to=99").status_code == 404


def test_an_earlier_version_comes_back_as_a_new_one(boss: FlaskClient, services: Services) -> None:
    number = begun(boss)
    rename(boss, services, number, "新名")
    publish(boss, services, number, "allocation")
    assert boss.post("/rules/versions/1/rollback", data={"note": "it was wrong"}).status_code == 303
    assert live(services) == (3, PACK)
    assert boss.post("/rules/versions/1/rollback", data={}).status_code == 400
    assert "恢复版本 1" in boss.get("/rules/?show=versions").text
