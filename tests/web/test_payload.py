"""A payload on a page: nobody's data plain, the fault easy to see."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from app.web.payload import Node, masked_text, payload_tree, private_paths


def leaves(node: Node) -> Iterator[Node]:
    if node.kind == "leaf":
        yield node
    for child in node.children:
        yield from leaves(child)


def shown(payload: object, *private: str) -> dict[str, str]:
    return {leaf.path: leaf.text for leaf in leaves(payload_tree(payload, private))}


def test_what_the_mapping_calls_private_is_masked() -> None:
    tree = shown({"who": "张三丰", "orders": [{"remark2": "叫我小王"}]}, "$.who", "$.orders[*].remark2")
    assert tree == {"$.who": "张**", "$.orders[0].remark2": "叫***"}


@pytest.mark.parametrize(
    "payload",
    [
        {"receiver_name": "张三丰"},
        {"address": {"detail": "文三路一号一单元"}},
        {"shipping": {"first_name": "Sanfeng"}},
        {"x": {"buyer_message": "请打 13800138000"}},
        {"encrypt_receiver_tel": "##abcdef"},
        {"contact_email": "a.very.long@example.com"},
    ],
)
def test_keys_that_speak_of_a_person_are_masked_without_a_mapping(payload: object) -> None:
    (text,) = shown(payload).values()
    assert "***" in text or "**" in text
    assert not any(secret in text for secret in ("张三丰", "文三路", "Sanfeng", "13800138000", "abcdef", "example"))


def test_a_phone_is_masked_wherever_it_stands() -> None:
    assert shown({"title": "call 13800138000 now"}) == {"$.title": "call 138****8000 now"}


def test_a_phone_written_as_a_number_is_masked() -> None:
    assert shown({"mobile": 13800138000}) == {"$.mobile": "138****8000"}


def test_goods_and_places_stay_readable() -> None:
    payload = {"sku_name": "衬衫", "receiver_state": "浙江省", "tid": "3141592653589793238", "payment": "99.00"}
    assert list(shown(payload).values()) == list(payload.values())


def test_the_fault_and_the_way_to_it_are_marked() -> None:
    tree = payload_tree({"a": [{"b": 1}, {"b": 2}], "c": 3}, faults=["$.a[1].b"])
    first, second = tree.children[0].children
    assert not first.open
    assert second.open
    assert second.children[0].faulty
    assert not tree.children[1].faulty


def test_a_fault_in_every_line_marks_each() -> None:
    tree = payload_tree({"a": [{"b": 1}, {"b": 2}]}, faults=["$.a[*].b"])
    assert all(line.children[0].faulty for line in tree.children[0].children)


def test_a_mapping_names_its_private_paths() -> None:
    mapping = {
        "order": [{"field": "order.phone", "from": "$.m", "privacy": "phone"}, {"field": "order.id", "from": "$.t"}],
        "lines": {"each": "$.o[*]", "fields": [{"field": "line.title", "from": "$.n", "privacy": "text"}]},
    }
    assert list(private_paths(mapping)) == ["$.m", "$.o[*].n"]


def test_masking_keeps_no_more_than_two_letters() -> None:
    assert masked_text("浙江省杭州市西湖区文三路") == "浙江******"
    assert masked_text("李") == "*"
