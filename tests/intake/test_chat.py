"""Orders read out of chat texts: fields, what is certain, and where each stood."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.intake.chat import Chat, Goods, read_chat

# Written beside the parser: they keep it from getting worse, and prove nothing about texts of other people.
_OWN = json.loads((Path(__file__).parent / "own_chats.json").read_text("utf-8"))
CHATS = [(chat.pop("text"), chat) for chat in _OWN["chats"]]
GOODS = Goods(_OWN["catalogue"])
PLACE = ("province", "city", "district", "town", "detail")


def _value(chat: Chat, name: str) -> Any:
    found = getattr(chat, name)
    return None if found is None else found.value


def _told(chat: Chat, name: str) -> Any:
    match name:
        case "place":
            return "|".join(_value(chat, part) or "" for part in PLACE)
        case "lines":
            return [[line.sku.value if line.sku else None, line.quantity.value] for line in chat.lines]
        case "price":
            return [line.price.value if line.price else None for line in chat.lines]
        case _:
            return _value(chat, name)


@pytest.mark.parametrize(("text", "wanted"), CHATS, ids=[text[:16].replace("\n", " ") for text, _ in CHATS])
def test_a_chat_is_read(text: str, wanted: dict[str, Any]) -> None:
    chat = read_chat(text, GOODS)
    said = {name: _told(chat, name) for name in wanted if name != "memo"}
    assert said == {name: value for name, value in wanted.items() if name != "memo"}
    assert wanted.get("memo", "") in (_value(chat, "memo") or "")


def test_what_was_found_is_where_it_says() -> None:
    text = "张三 138 0000 0001 浙江省杭州市西湖区文三路100号 连衣裙 M 2件"
    chat = read_chat(text, GOODS)
    assert chat.name is not None
    assert chat.name.span is not None
    assert text[slice(*chat.name.span)] == "张三"
    assert chat.phone is not None
    assert chat.phone.span is not None
    assert text[slice(*chat.phone.span)] == "138 0000 0001"
    assert chat.detail is not None
    assert chat.detail.span is not None
    assert text[slice(*chat.detail.span)] == "浙江省杭州市西湖区文三路100号"


@pytest.mark.parametrize(
    ("written", "phone"),
    [
        ("13800000001", "13800000001"), ("138-0000-0001", "13800000001"), ("138 0000 0001", "13800000001"),
        ("+86 138 0000 0001", "13800000001"), ("(+86)13800000001", "13800000001"), ("8613800000001", "13800000001"),
        ("１３８００００００ ０１", "13800000001"), ("0571-88886666", "0571-88886666"),
        ("0571 8888 6666", "0571-88886666"),
        ("(010)88886666", "010-88886666"), ("0571-88886666转801", "0571-88886666-801"),
        ("18412345678转1234", "18412345678-1234"), ("18412345678-1234", "18412345678-1234"),
        ("18412345678 分机 1234", "18412345678-1234"), ("400-888-1234", "4008881234"),
    ],
)  # fmt: skip
def test_phones_are_read_however_they_are_written(written: str, phone: str) -> None:
    assert _value(read_chat(f"李雷 {written} 浙江省杭州市西湖区文三路100号"), "phone") == phone


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("张三 13800000001 13900000002 杭州市西湖区文三路9号", "phone"),  # which of the two?
        ("138****0001 张三 杭州市西湖区文三路9号", "phone"),
        ("西湖区文三路9号 张三 13800000001", "district"),
        ("快乐星球 13800000001 杭州市西湖区文三路9号", "name"),
        ("文三路100号3幢201 张三 13800000001", "detail"),
        ("张三 13800000001 杭州市西湖区文三路9号 家里有狗", "memo"),
    ],
)
def test_what_may_be_otherwise_is_unsure(text: str, field: str) -> None:
    found = getattr(read_chat(text, GOODS), field)
    assert found is not None
    assert not found.sure


@pytest.mark.parametrize(
    ("text", "choices"),
    [("碎花连衣裙 1件", 3), ("T恤 L 2件", 2), ("马克杯一个", 2), ("黑色T恤 一件", 3)],
)
def test_goods_that_several_skus_fit_are_unsure_and_name_them(text: str, choices: int) -> None:
    line = read_chat(text, GOODS).lines[0]
    assert line.sku is not None
    assert not line.sku.sure
    assert len(line.choices) == choices


@pytest.mark.parametrize(
    ("text", "quantity", "sure"),
    [
        ("围巾两条", 2, True), ("围巾x3", 3, True), ("围巾*4", 4, True), ("围巾 十二条", 12, True),
        ("一双棉袜", 1, True),
        ("围巾 数量：5", 5, True), ("6条围巾", 6, True), ("围巾", 1, False), ("围巾 2", 2, True),
    ],
)  # fmt: skip
def test_quantities(text: str, quantity: int, sure: bool) -> None:
    line = read_chat(text, GOODS).lines[0]
    assert (line.quantity.value, line.quantity.sure) == (quantity, sure)


def test_a_line_may_leave_out_what_the_one_before_it_said() -> None:
    chat = read_chat("黑色T恤 L x2，白色 M 1件", GOODS)
    assert _told(chat, "lines") == [["TX-BK-L", 2], ["TX-WH-M", 1]]


def test_without_a_catalogue_goods_keep_their_words() -> None:
    line = read_chat("张三 13800000001 杭州市西湖区文三路9号 蓝牙音箱 2台").lines[0]
    assert (line.text, line.sku, line.quantity.value) == ("蓝牙音箱 2台", None, 2)


@pytest.mark.parametrize(
    ("text", "carrier", "memo"),
    [
        ("麻烦发顺丰", "SF", None),
        ("不要发圆通", None, "不要发圆通"),
        ("放菜鸟驿站", None, "放菜鸟驿站"),
        ("走中通就行", "ZTO", None),
    ],
)
def test_a_wish_for_a_carrier_is_none_against_it(text: str, carrier: str | None, memo: str | None) -> None:
    chat = read_chat(f"张三 13800000001 杭州市西湖区文三路9号 围巾一条 {text}", GOODS)
    assert (_value(chat, "carrier"), _value(chat, "memo")) == (carrier, memo)


def test_greetings_and_pictures_are_no_memo() -> None:
    chat = read_chat("亲你好😊 张三 13800000001 杭州市西湖区文三路9号 围巾一条 谢谢老板🙏", GOODS)
    assert chat.memo is None


def test_a_long_text_is_read_at_once() -> None:
    text = "\n".join(text for text, _ in CHATS)
    begun = time.perf_counter()
    read_chat(text, GOODS)
    assert time.perf_counter() - begun < 1


_NAMES = st.sampled_from(["张三", "欧阳娜娜", "李雪梅", "王小明"])
_PHONES = st.integers(13_000_000_000, 19_999_999_999).map(str).filter(lambda number: number[1] not in "012")
_ADDRESSES = st.sampled_from(
    [
        ("浙江省杭州市西湖区文三路100号3幢201", "浙江省|杭州市|西湖区||文三路100号3幢201"),
        ("上海市徐汇区漕溪北路398号1502室", "上海市|上海市|徐汇区||漕溪北路398号1502室"),
        ("四川成都武侯区人民南路四段27号", "四川省|成都市|武侯区||人民南路四段27号"),
    ]
)
_WANTED = st.sampled_from(
    [("碎花连衣裙 M 2件", "LYQ-01-M", 2), ("白色马克杯x3", "MUG-W", 3), ("羊绒围巾 一条", "WT-12", 1)]
)


@settings(max_examples=60)
@given(name=_NAMES, phone=_PHONES, address=_ADDRESSES, goods=_WANTED, order=st.permutations(range(4)), data=st.data())
def test_the_order_of_the_parts_does_not_matter(
    name: str, phone: str, address: tuple[str, str], goods: tuple[str, str, int], order: list[int], data: st.DataObject
) -> None:
    gap = data.draw(st.sampled_from([" ", "，", "\n", "；", "  "]))
    parts = (name, phone, address[0], goods[0])
    chat = read_chat(gap.join(parts[place] for place in order), GOODS)
    assert (_value(chat, "name"), _value(chat, "phone")) == (name, phone)
    assert _told(chat, "place") == address[1]
    assert _told(chat, "lines") == [list(goods[1:])]


@settings(max_examples=40)
@given(st.text(max_size=200))
def test_any_text_at_all_is_read_without_a_fault(text: str) -> None:
    read_chat(text, GOODS)


@pytest.mark.parametrize("piece", ["和", "麻烦请发", "2件M ", "要", "浙江省杭州市西湖区", "快递"])
def test_no_text_takes_long(piece: str) -> None:
    begun = time.perf_counter()
    read_chat(piece * 1_000, GOODS)
    assert time.perf_counter() - begun < 5  # far more than it takes, for busy machines


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("T恤黑XL2件白L1件", [["TX-BK-XL", 2], ["TX-WH-L", 1]]),
        ("要3个马克杯，2个白的1个蓝的", [["MUG-W", 2], ["MUG-B", 1]]),
        ("灰色XL和黑色XL连帽卫衣各1件", [["WY-GY-XL", 1], ["WY-BK-XL", 1]]),
        ("牛仔裤28码30码各一条", [["NZK-28", 1], ["NZK-30", 1]]),
        ("数量：2\n款式：碎花连衣裙\n尺码：M", [["LYQ-01-M", 2]]),
        ("面膜10片的2盒", [["MM-01", 2]]),
        ("茶叶250克 2罐", [["CY-250", 2]]),
        ("四件套灰色一套", [["SJT-4", 1]]),
    ],
)
def test_lines_that_share_words_and_quantities(text: str, lines: list[list[Any]]) -> None:
    assert _told(read_chat(text, GOODS), "lines") == lines


@pytest.mark.parametrize(
    ("text", "price", "total"),
    [
        ("围巾 199元", 19900, None),
        ("围巾 单价198 2条", 19800, None),
        ("围巾 198×2", 19800, None),
        ("围巾2条 59.9/条", 5990, None),
        ("围巾两条 共398", None, 39800),
        ("围巾两条 合计￥1,299.00", None, 129900),
        ("围巾一条 100元定金", None, None),
    ],
)
def test_prices_are_told_from_totals(text: str, price: int | None, total: int | None) -> None:
    chat = read_chat(text, GOODS)
    assert (_told(chat, "price"), _value(chat, "total")) == ([price], total)
