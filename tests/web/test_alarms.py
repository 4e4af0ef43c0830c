"""The editors of escalation rules and watches: every control is one edit, told back as a sentence."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from app.bootstrap import Services
from app.persistence.database import writing
from app.persistence.drafts import Draft, Writer, edit_draft
from app.rulebook.drafts import Edit
from app.rulebook.pack import load_pack, pack_problems
from tests.line.house import House
from tests.web.test_windows import at

Do = Callable[..., Any]
PART = {"HX-Request": "true"}


@pytest.fixture
def do(boss: FlaskClient, number: int, draft: Callable[[], Draft]) -> Do:
    def post(section: str, action: str, rule: str = "", status: int = 200, **data: Any) -> str:
        form = {"revision": draft().revision, "rule": rule, **data}
        answer = boss.post(f"/rules/drafts/{number}/alarms/{section}/{action}", data=form, headers=PART)
        assert answer.status_code == status, answer.text
        return answer.text

    return post


def last(draft: Draft, section: str) -> tuple[dict[str, Any], str]:
    """The last rule of a section and its path."""
    rules = draft.document[section]
    return rules[-1], f"{section}/{len(rules) - 1}"


def test_both_pages_tell_every_rule_and_open_each(boss: FlaskClient, number: int, draft: Any) -> None:
    for section in ("escalation", "watches"):
        page = boss.get(f"/rules/drafts/{number}/alarms/{section}").text
        for rule in draft().document[section]:
            assert f'id="row-{rule["id"]}"' in page
            opened = boss.get(f"/rules/drafts/{number}/alarms/{section}?rule={rule['id']}", headers=PART)
            assert 'id="titles"' in opened.text


def test_an_escalation_rule_is_built_by_choosing(do: Do, draft: Callable[[], Draft]) -> None:
    do("escalation", "add", start="held")
    rule, path = last(draft(), "escalation")
    name = rule["id"]
    do("escalation", "title", name, **{"title-zh": "大额单挂太久", "title-en": "Big order held too long"})
    do("escalation", "part", name, path=f"{path}/on", part="hours", value="4")
    do("escalation", "part", name, path=path, part="clock", value="working")
    do("escalation", "condition", name)
    do("escalation", "add-part", name, path=f"{path}/when", field="order.paid")
    do("escalation", "value", name, path=f"{path}/when/all/0", value="2000")
    do("escalation", "add-step", name, do="ticket")
    unfinished = do("escalation", "part", name, path=f"{path}/ladder/1", part="after_hours", value="8")
    assert "缺少“工单类型”" in unfinished
    page = do("escalation", "new-reason", name, path=f"{path}/ladder/1", **{"reason-zh": "催主管", "reason-en": "Urge"})
    do("escalation", "part", name, path=f"{path}/ladder/0", part="times", value="3")
    page = do("escalation", "part", name, path=f"{path}/ladder/0", part="every_hours", value="2")
    told = "挂起满 4 个工作小时，而且实付金额不少于 2,000 元：提醒负责人（每 2 个工作小时一次，共 3 次）；"
    assert f"{told}再过 8 个工作小时转成工单“催主管”给客服。" in page
    do("escalation", "move", name, path=f"{path}/ladder/1", to="0")
    made, _ = last(draft(), "escalation")
    assert [step["do"] for step in made["ladder"]] == ["ticket", "remind"]
    assert pack_problems(draft().document) == []


def test_what_is_wrong_is_told_at_its_place_and_nothing_unreadable_is_taken(do: Do, draft: Any) -> None:
    do("escalation", "add", start="no_tracking")
    rule, path = last(draft(), "escalation")
    assert "共 3 次" in do("escalation", "part", rule["id"], path=f"{path}/ladder/0", part="times", value="3")
    assert "每隔几小时" in do("escalation", "add-step", rule["id"], do="supervisor")
    before = draft().document
    do("escalation", "part", rule["id"], status=422, path=f"{path}/on", part="hours", value="soon")
    do("escalation", "part", rule["id"], status=422, path="duplicates", part="hours", value="3")
    do("escalation", "part", rule["id"], status=422, path=path, part="id", value="other")
    assert draft().document == before
    gone = do("escalation", "part", rule["id"], path=f"{path}/on", part="hours", value="9000")
    assert "要在 0 到 8760 之间" in gone


def test_a_rule_is_copied_deleted_and_comes_back(do: Do, draft: Callable[[], Draft]) -> None:
    before = draft().document
    do("watches", "copy", "sku-burst")
    assert [one["id"] for one in draft().document["watches"]][:2] == ["sku-burst", "sku-burst-2"]
    do("watches", "remove-rule", "sku-burst-2")
    do("watches", "remove-rule", "sku-burst")
    do("watches", "undo")
    assert draft().document == before


@pytest.mark.parametrize("section", ["escalation", "watches"])
def test_a_muted_rule_stays_and_has_no_effect(do: Do, draft: Callable[[], Draft], section: str) -> None:
    name = draft().document[section][0]["id"]
    page = do(section, "mute-rule", name)
    assert ("已停用" in page, "启用</button>" in page) == (True, True)
    assert draft().document[section][0]["muted"] is True
    pack = load_pack(draft().document)
    acting = pack.escalation.rules if section == "escalation" else {watch.id for watch in pack.watches}
    assert name not in acting
    do(section, "mute-rule", name)
    assert "muted" not in draft().document[section][0]


def test_a_condition_of_an_escalation_rule_is_moved_into_a_group(do: Do, draft: Callable[[], Draft]) -> None:
    rule = draft().document["escalation"][0]
    if "when" not in rule:
        do("escalation", "condition", rule["id"])
    at = "escalation/0/when"
    for form in ({"field": "order.urgent"}, {"kind": "any"}):
        do("escalation", "add-part", rule["id"], path=at, **form)
    parts = draft().document["escalation"][0]["when"]["all"]
    urgent, group = len(parts) - 2, len(parts) - 1
    do("escalation", "move-part", rule["id"], path=f"{at}/all/{urgent}", into=f"{at}/all/{group}", place="0")
    assert draft().document["escalation"][0]["when"]["all"][-1]["any"][0]["field"] == "order.urgent"


def test_a_watch_of_each_kind_is_whole_from_the_start(do: Do, draft: Callable[[], Draft]) -> None:
    for start in ("burst", "price-gap", "repeat-orders", "repeat-cancellations"):
        do("watches", "add", start=start)
    assert pack_problems(draft().document) == []


def test_a_watch_is_changed_by_filling(do: Do, draft: Callable[[], Draft]) -> None:
    do("watches", "add", start="repeat-orders")
    rule, path = last(draft(), "watches")
    name = rule["id"]
    do("watches", "part", name, path=path, part="window_seconds", value="90", unit="minute")
    do("watches", "part", name, path=path, part="times", value="4")
    do("watches", "part", name, path=path, part="evidence", value=["phone"])
    do("watches", "part", name, path=path, part="each_shop", value="true")
    do("watches", "add-deed", name, do="hold")
    page = do("watches", "part", name, path=f"{path}/then/1", part="for_seconds", value="2", unit="day")
    assert "同一买家（手机号相同）在 90 分钟内下单 4 次或更多" in page
    assert "此后 2 天内该买家的新订单挂起给主管" in page
    do("watches", "add", start="price-gap")
    gap, path = last(draft(), "watches")
    do("watches", "part", gap["id"], path=path, part="least", value="12.5")
    assert last(draft(), "watches")[0]["least"] == 1250
    assert "这条监视什么都不做" in do("watches", "remove", gap["id"], path=f"{path}/then/0")


def test_working_hours_are_set_beside_the_rules_that_count_them(do: Do, draft: Callable[[], Draft]) -> None:
    page = do("escalation", "calendar", days=["1", "2"], holidays="none", **{"from": "10:00", "to": "19:30"})
    assert draft().document["calendar"] == {"days": [1, 2], "from": "10:00", "to": "19:30", "holidays": "none"}
    assert "工作时间：周一、二 10:00–19:30。" in page
    assert "不足一小时" in do("escalation", "calendar", days=["1"], holidays="cn", **{"from": "10:00", "to": "10:30"})


def test_a_pack_without_the_section_gets_its_first_rule(boss: FlaskClient, number: int, do: Do, draft: Any) -> None:
    document = {key: part for key, part in draft().document.items() if key not in ("watches", "escalation", "calendar")}
    for section, start in (("watches", "burst"), ("escalation", "held")):
        boss.post(f"/rules/drafts/{number}/edit", data={"revision": draft().revision, "do": "remove", "path": section})
        assert section not in draft().document
        assert boss.get(f"/rules/drafts/{number}/alarms/{section}").status_code == 200
        do(section, "add", start=start)
        assert len(draft().document[section]) == 1
    assert document.keys() <= draft().document.keys()


def test_what_a_file_brought_that_no_editor_can_show_leads_to_its_text(
    boss: FlaskClient, number: int, draft: Any, services: Services
) -> None:
    odd: tuple[tuple[str, Any], ...] = (
        ("watches/0", {"id": "sku-burst", "kind": "comet"}), ("watches", {"a": 1}),
        ("escalation/1", {"id": "ship-by-near", "on": 3, "ladder": [4]}), ("escalation", "none"),
    )  # fmt: skip
    for path, brought in odd:
        section = path.split("/")[0]
        with writing(services.database) as db:
            by = Writer("supervisor", draft().revision, services.clock.now())
            edit_draft(db, number, Edit("set", path, brought), by)
        for rule in ("sku-burst", "ship-by-near"):
            page = boss.get(f"/rules/drafts/{number}/alarms/{section}?rule={rule}")
            assert page.status_code == 200
            assert boss.get(f"/rules/drafts/{number}/alarms/{section}/counts?rule={rule}").status_code == 200
        assert ("按文本写的一条" in page.text) is ("/" in path)


def test_the_ladder_shows_how_far_orders_would_have_climbed(
    house: House, services: Services, boss: FlaskClient, number: int, do: Do, draft: Any
) -> None:
    now = services.clock.now()
    house.post(at(now - 30 * 3600, "501", ("UNKNOWN", 1)), at(now - 3600, "502", ("UNKNOWN", 1)), at(now - 7200, "503"))
    do("escalation", "add", start="unallocated")
    rule, path = last(draft(), "escalation")
    do("escalation", "part", rule["id"], path=f"{path}/on", part="hours", value="20")
    do("escalation", "add-step", rule["id"], do="supervisor")
    counts = f"/rules/drafts/{number}/alarms/escalation/counts?rule={rule['id']}"
    page = boss.get(counts, headers=PART).text
    assert "最近 7 天的 3 单里" in page
    assert page.count(">1<") == 1
    assert page.count(">0<") == 1
    assert ">501<" in page
    do("escalation", "part", rule["id"], path=f"{path}/ladder/1", part="after_hours", value="6")
    assert boss.get(counts, headers=PART).text.count(">1<") == 2


def test_a_watch_shows_how_often_it_would_have_fired(
    house: House, services: Services, boss: FlaskClient, number: int, do: Do, draft: Any
) -> None:
    now = services.clock.now()
    house.post(*(at(now - 50_000 + place * 60, f"60{place}", ("A", 4)) for place in range(3)))
    do("watches", "add", start="burst")
    rule, path = last(draft(), "watches")
    counts = f"/rules/drafts/{number}/alarms/watches/counts?rule={rule['id']}"
    assert "会触发 0 次" in boss.get(counts, headers=PART).text
    do("watches", "part", rule["id"], path=path, part="units", value="10")
    page = boss.get(counts, headers=PART).text
    assert "会触发 1 次" in page
    assert "12 件" in page
