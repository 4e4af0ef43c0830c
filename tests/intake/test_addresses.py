"""Addresses as people type them: what is written, what follows from it, and what is said to be unsure."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.intake.addresses import find_address, split_address
from app.intake.places import OFFSHORE, Place, places

CASES = [
    ("浙江省杭州市西湖区文三路100号3幢201", "浙江省|杭州市|西湖区||文三路100号3幢201"),
    ("杭州市西湖区文三路100号", "浙江省|杭州市|西湖区||文三路100号"),
    ("浙江杭州西湖", "浙江省|杭州市|西湖区||"),
    ("浙江杭州西湖文三路12号", "浙江省|杭州市|西湖区||文三路12号"),
    ("浙江-杭州-西湖-文三路", "浙江省|杭州市|西湖区||文三路"),
    ("浙江省,杭州市,西湖区,北山街道", "浙江省|杭州市|西湖区|北山街道|"),
    ("浙江省 杭州市 西湖区 浙江省杭州市西湖区文三路1号", "浙江省|杭州市|西湖区||文三路1号"),
    ("中国浙江省杭州市滨江区", "浙江省|杭州市|滨江区||"),
    # Municipalities, with and without the level in between.
    ("北京市朝阳区建国路88号", "北京市|北京市|朝阳区||建国路88号"),
    ("北京朝阳建国路88号", "北京市|北京市|朝阳区||建国路88号"),
    ("上海上海市浦东新区花木街道梅花路", "上海市|上海市|浦东新区|花木街道|梅花路"),
    ("上海浦东张江高科技园区", "上海市|上海市|浦东新区||张江高科技园区"),
    ("重庆市市辖区渝北区龙溪街道", "重庆市|重庆市|渝北区|龙溪街道|"),
    ("重庆市县云阳县双江街道", "重庆市|重庆市|云阳县|双江街道|"),
    ("天津市河北区", "天津市|天津市|河北区||"),
    # Counties that are called cities, and those that answer to their province alone.
    ("义乌市北苑街道", "浙江省|金华市|义乌市|北苑街道|"),
    ("浙江省义乌市宾王路1号", "浙江省|金华市|义乌市||宾王路1号"),
    ("昆山花桥镇光明路1号", "江苏省|苏州市|昆山市|花桥镇|光明路1号"),
    ("湖北省仙桃市沙嘴街道", "湖北省|仙桃市||沙嘴街道|"),
    ("湖北省省直辖县级行政区划仙桃市沙嘴街道", "湖北省|仙桃市||沙嘴街道|"),
    ("海南陵水县英州镇", "海南省|陵水黎族自治县||英州镇|"),
    ("广东东莞南城街道", "广东省|东莞市||南城街道|"),
    # Autonomous regions and prefectures.
    ("内蒙古呼和浩特赛罕区大学东路", "内蒙古自治区|呼和浩特市|赛罕区||大学东路"),
    ("新疆伊犁州伊宁市", "新疆维吾尔自治区|伊犁哈萨克自治州|伊宁市||"),
    ("四川省阿坝州汶川县映秀镇", "四川省|阿坝藏族羌族自治州|汶川县|映秀镇|"),
    ("海南州共和县", "青海省|海南藏族自治州|共和县||"),
    ("香港九龙油尖旺区", "香港特别行政区|九龙|油尖旺区||"),
    # Names that mean several places, decided by what stands before them.
    ("南京鼓楼区中山路1号", "江苏省|南京市|鼓楼区||中山路1号"),
    ("吉林长春朝阳区", "吉林省|长春市|朝阳区||"),
    ("吉林吉林市船营区", "吉林省|吉林市|船营区||"),
    ("湖南省长沙市长沙县星沙街道", "湖南省|长沙市|长沙县|星沙街道|"),
    # Renamed, newer and unofficial districts.
    ("襄樊市樊城区", "湖北省|襄阳市|樊城区||"),
    ("杭州市下城区武林路", "浙江省|杭州市|下城区||武林路"),
    ("杭州市临平区", "浙江省|杭州市|临平区||"),
    ("江苏省苏州市工业园区星湖街328号", "江苏省|苏州市|苏州工业园区||星湖街328号"),
    ("成都高新区天府大道中段", "四川省|成都市|高新区||天府大道中段"),
    # Streets and buildings that are called as places are.
    ("上海南京西路123号", "上海市|上海市|||南京西路123号"),
    ("杭州市西湖大道1号", "浙江省|杭州市|||西湖大道1号"),
    ("南京西路123号", "||||南京西路123号"),
    ("北京东路668号", "||||北京东路668号"),
    ("东方花园3栋", "||||东方花园3栋"),
    ("", "||||"),
]


def _parts(text: str) -> str:
    found = split_address(text)
    return "|".join((found.province, found.city, found.district, found.town, found.detail))


@pytest.mark.parametrize(("text", "parts"), CASES)
def test_an_address_is_split_by_what_is_written(text: str, parts: str) -> None:
    assert _parts(text) == parts
    assert not split_address(text).unsure


@pytest.mark.parametrize(
    ("text", "cities"),
    [
        ("西湖区文三路", ["杭州市", "南昌市"]),
        ("朝阳区建国路88号", ["北京市", "长春市"]),
        ("鼓楼区中山路1号", ["南京市", "徐州市", "福州市", "开封市"]),
    ],
)
def test_a_district_of_several_cities_is_unsure_and_names_them(text: str, cities: list[str]) -> None:
    found = split_address(text)
    assert (found.province, found.city) == ("", "")
    assert {"province", "city", "district"} <= found.unsure
    assert [place.city for place in found.choices] == cities


@pytest.mark.parametrize("text", ["江苏省杭州市西湖区", "徐汇漕溪北路", "江苏昆山花桥"])
def test_what_contradicts_itself_or_is_only_short_is_unsure(text: str) -> None:
    assert "district" in split_address(text).unsure


def test_an_address_is_found_within_a_text() -> None:
    text = "张三 13800000001 浙江省杭州市西湖区文三路100号"
    assert find_address(text) == text.index("浙江省")
    assert find_address("你好，连衣裙还有吗") is None


def test_an_address_is_split_in_well_under_a_millisecond() -> None:
    text = "浙江省杭州市西湖区文三路100号3幢201"
    split_address(text)
    begun = time.perf_counter()
    for _ in range(200):
        split_address(text)
    assert (time.perf_counter() - begun) / 200 < 0.001


_KNOWN = sorted(
    {
        place
        for found in places().districts.places.values()
        for place in found
        if place.city and place.province not in OFFSHORE
    },
    key=lambda place: (place.province, place.city, place.district),
)


@settings(max_examples=60)
@given(
    place=st.sampled_from(_KNOWN),
    gap=st.sampled_from(["", " ", "，", "-", " / ", "\n"]),
    street=st.sampled_from(["文三路100号", "人民路8号2单元301", "建设大道1号", ""]),
)
def test_parts_joined_by_any_separator_parse_back(place: Place, gap: str, street: str) -> None:
    found = split_address(gap.join(filter(None, (place.province, place.city, place.district, street))))
    assert (found.province, found.city, found.district) == (place.province, place.city, place.district)
    assert found.detail == street
    assert "district" not in found.unsure
