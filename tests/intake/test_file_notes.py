"""What the preview tells of an order beside its content: it keeps nothing out, and one may want to look at it."""

from __future__ import annotations

from app.domain.messages import say
from app.intake.notes import notes_of
from app.intake.orderfile import open_orders


def notes(source: str, *, live: bool = True) -> dict[str, list[str]]:
    """The notes' codes by order."""
    file = open_orders(source.encode(), live=live)
    readings = [file.reader.read(order) for order in file.orders()]
    return {reading.id: [note.code for note in notes_of(reading, file.reader)] for reading in readings}


WHOLE = "T1,A,1,13800000001,浙江省杭州市西湖区文三路1号,2026-07-15\n"
HEAD = "订单号,SKU,数量,手机,收货地址,下单时间\n"


def test_an_order_that_is_whole_has_none() -> None:
    assert notes(HEAD + WHOLE) == {"T1": []}


def test_what_is_missing_before_it_can_ship_is_told_of_live_orders_only() -> None:
    rows = HEAD + "T1,A,1,13800000001,,2026-07-15\nT2,A,1,,文三路1号,2026-07-15\n"
    assert notes(rows) == {"T1": ["note-no-address"], "T2": ["note-no-address"]}
    assert notes(rows, live=False) == {"T1": [], "T2": []}


def test_goods_without_a_sku_and_several_titles_in_one_cell_are_told() -> None:
    head = "订单号,商品名称,数量,手机,收货地址\n"
    assert notes(head + 'T1,"纯棉连衣裙，真丝围巾",2,13800000001,文三路1号\n') == {
        "T1": ["note-without-sku", "note-titles-split"]
    }


def test_repeated_rows_and_rows_left_out_are_told() -> None:
    assert notes(HEAD + WHOLE + WHOLE) == {"T1": ["note-rows-repeat"]}
    assert notes(HEAD + WHOLE + WHOLE.replace(",A,1,", ",B,zwei,"), live=False) == {"T1": ["note-rows-left-out"]}


def test_a_date_that_reads_either_way_is_told_unless_another_date_of_the_file_tells() -> None:
    either = WHOLE.replace("2026-07-15", "7/5/2026")
    assert notes(HEAD + either) == {"T1": ["note-date-either"]}
    assert notes(HEAD + either + WHOLE.replace("T1", "T2").replace("2026-07-15", "7/15/2026"))["T1"] == []


def test_every_note_is_a_sentence() -> None:
    assert say("note-without-sku", "zh", count=2) == "2 行商品没有 SKU，导入后要匹配一次。"
    assert say("note-date-either", "en", value="7/5/2026").startswith("The date 7/5/2026 is read month first")
