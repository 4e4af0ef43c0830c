"""Many rules at once, groups, moving a condition between groups, and values that are looked up or pasted."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from app.domain.provinces import PROVINCES
from app.domain.regions import AREAS
from app.persistence.drafts import Draft
from app.rulebook.pack import load_pack
from app.web.configurator import rows

Do = Callable[..., Any]
PANEL = {"HX-Request": "true", "HX-Target": "bench-panel"}


@pytest.fixture
def do(boss: FlaskClient, number: int, draft: Callable[[], Draft]) -> Do:
    def post(action: str, rule: str = "", status: int = 200, **data: Any) -> str:
        form = {"revision": draft().revision, "rule": rule, **data}
        answer = boss.post(f"/rules/drafts/{number}/rules/allocation/{action}", data=form, headers=PANEL)
        assert answer.status_code == status, answer.text
        return str(answer.text)

    return post


def rules(draft: Draft) -> list[dict[str, Any]]:
    listed: list[dict[str, Any]] = draft.document["allocation"]["rules"]
    return listed


def ids(draft: Draft) -> list[str]:
    return [one["id"] for one in rules(draft)]


def test_chosen_rules_change_together_and_one_undo_takes_it_back(do: Do, draft: Any) -> None:
    before = rules(draft())
    names = ids(draft())
    chosen = [names[0], names[2]]
    do("many", do="mute", chosen=chosen)
    assert [one["id"] for one in rules(draft()) if one.get("muted")] == chosen
    do("many", do="unmute", chosen=chosen)
    assert rules(draft()) == before
    do("many", do="move", chosen=chosen, place="2")
    assert ids(draft()) == [names[1], names[0], names[2], *names[3:]]
    do("many", do="move", chosen=chosen, place="99")
    assert ids(draft())[-3:] == [*chosen, names[-1]]
    do("undo")
    do("many", do="copy", chosen=chosen)
    assert ids(draft())[:5] == [names[1], *chosen, f"{names[0]}-2", f"{names[2]}-2"]
    do("undo")
    do("many", do="remove", chosen=chosen)
    assert not set(chosen) & set(ids(draft()))
    do("undo")
    assert "一直在最后" in do("many", do="remove", chosen=[names[-1]], status=422)
    assert "先勾选" in do("many", do="mute", chosen=["gone"], status=422)


def test_an_edit_that_changes_nothing_is_no_step_to_undo(do: Do, draft: Any) -> None:
    name = ids(draft())[0]
    do("many", do="unmute", chosen=[name])
    assert (draft().revision, draft().undo) == (1, None)


def test_a_group_gathers_rules_and_changes_nothing_of_what_they_do(do: Do, draft: Any) -> None:
    before, names = load_pack(draft().document), ids(draft())
    page = do("many", do="group", chosen=names[:2], group="偏远")
    assert page.count('data-group="偏远"') == 2
    assert [one.get("group") for one in rules(draft())][:3] == [{"zh": "偏远", "en": "偏远"}] * 2 + [None]
    after = load_pack(draft().document)
    assert [one["id"] for one in after.allocation.rules] == [one["id"] for one in before.allocation.rules]
    do("group-rule", names[0], group="")
    assert "group" not in rules(draft())[0]


def test_an_edit_answers_with_the_rows_that_changed_and_no_others(do: Do, draft: Any) -> None:
    names = ids(draft())
    page = do("mute-rule", names[1])
    assert re.findall(r'<li id="row-([^"]+)"', page) == [names[1]]
    assert "data-order" not in page
    page = do("move-rule", names[0], number="2")
    assert re.findall(r'<li id="row-([^"]+)"', page) == []
    assert "现在是第 2 条" in page
    page = do("copy-rule", names[0])
    assert re.findall(r'<li id="row-([^"]+)"', page) == [f"{names[0]}-2"]
    assert 'hx-swap-oob="delete"' in do("remove-rule", f"{names[0]}-2")


def test_rows_say_what_they_can_be_filtered_by(draft: Any) -> None:
    (first, *_) = rows.told_rows(draft().document, "allocation")
    assert first.fields == ("target.covers_order",)
    assert first.actions == ("reserve",)
    assert not first.faulty


def test_a_condition_goes_into_a_group_and_out_of_it_again(do: Do, draft: Any) -> None:
    do("add-rule")
    name, path = ids(draft())[-2], f"allocation/rules/{len(ids(draft())) - 2}/when"
    for field in ("order.urgent", "order.paid", "order.city"):
        do("add-part", name, path=path, field=field)
    do("add-part", name, path=path, kind="any")
    page = do("move-part", name, path=f"{path}/all/0", into=f"{path}/all/3")
    when = rules(draft())[-2]["when"]["all"]
    assert [one.get("field") for one in when] == ["order.paid", "order.city", None]
    assert [one["field"] for one in when[2]["any"]] == ["order.urgent"]
    assert f'value="{path}">最外层' in page
    assert "不知道收货城市时" in page
    do("move-part", name, path=f"{path}/all/2/any/0", into=path, place="0")
    do("move-part", name, path=f"{path}/all/0", into=path, place="3")
    when = rules(draft())[-2]["when"]["all"]
    assert [one.get("field") for one in when] == ["order.paid", "order.city", "order.urgent", None]
    do("move-part", name, path=f"{path}/all/3", into=f"{path}/all/3", status=422)
    do("move-part", name, path=f"{path}/all/0", into="allocation/rules/0/when", status=422)


def house_skus(client: FlaskClient) -> list[str]:
    return [one["value"] for one in client.get("/rules/lookup/skus").json["entries"]]


def test_a_pasted_column_becomes_as_many_values_and_unknown_codes_are_told(
    do: Do, draft: Any, house: Any, boss: FlaskClient
) -> None:
    do("add-rule")
    name, path = ids(draft())[-2], f"allocation/rules/{len(ids(draft())) - 2}/when"
    do("add-part", name, path=path, kind="any_line")
    do("add-part", name, path=f"{path}/all/0/any_line", field="line.sku")
    leaf = f"{path}/all/0/any_line/all/0"
    do("operator", name, path=leaf, op="in")
    page = do("value", name, path=leaf, value=["SHIRT-1、NOPE\tSHIRT-1", "A; B"])
    assert rules(draft())[-2]["when"]["all"][0]["any_line"]["all"][0]["value"] == ["SHIRT-1", "NOPE", "A", "B"]
    assert page.count("没有这个编码") == len({"SHIRT-1", "NOPE", "A", "B"} - set(house_skus(boss)))
    assert page.count("没有这个编码") >= 2


def test_provinces_are_chosen_by_the_part_of_the_country(do: Do, draft: Any) -> None:
    assert sorted(name for names in AREAS.values() for name in names) == sorted(PROVINCES)
    do("add-rule")
    name, path = ids(draft())[-2], f"allocation/rules/{len(ids(draft())) - 2}/when"
    do("add-part", name, path=path, field="order.province")
    south = ["广东省", "广西壮族自治区", "海南省"]
    page = do("value", name, path=f"{path}/all/0", value=south)
    assert rules(draft())[-2]["when"]["all"][0]["value"] == south
    assert re.findall(r'data-area="([^"]+)" checked', page) == [" ".join(south)]
    assert '<optgroup label="西北">' in do("operator", name, path=f"{path}/all/0", op="is")


def test_places_are_a_tree_and_found_by_pinyin(boss: FlaskClient, house: Any) -> None:
    def found(kind: str, **asked: Any) -> list[dict[str, Any]]:
        listed: list[dict[str, Any]] = boss.get(f"/rules/lookup/{kind}", query_string=asked).json["entries"]
        return listed

    zhejiang = next(one for one in found("district") if one["value"] == "浙江省")
    assert (zhejiang["label"], zhejiang["folder"], zhejiang["within"]) == ("浙江", True, ["浙江省"])
    assert [one["folder"] for one in found("district", within="浙江省")][:1] == [True]
    assert "西湖区" in [one["value"] for one in found("district", within=["浙江省", "杭州市"])]
    assert found("city", q="hzs")[0]["value"] in ("杭州市", "湖州市", "惠州市", "汉中市", "贺州市", "菏泽市", "亳州市")
    assert [one["value"] for one in found("city", q="杭州")] == ["杭州市"]
    assert [one["value"] for one in found("district", q="杭州")][:2] == ["杭州市", "上城区"]
    whole = found("city", within="浙江省", many="yes")[0]
    assert (whole["label"], whole["value"].split("、")[:2]) == ("整个浙江（11 个）", ["杭州市", "宁波市"])
    assert not any(one["whole"] for one in found("city", within="浙江省"))
    assert not any(one["whole"] for one in found("district", within="浙江省", many="yes"))
    assert {one["hint"] for one in found("city", q="浙江") if not one["folder"]} == {"浙江"}
    assert boss.get("/rules/lookup/nothing").status_code == 404
    assert {one["value"] for one in found("warehouses")} >= {"HZ"}
    assert found("skus", q="no such thing") == []
