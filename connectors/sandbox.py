"""Simulated shops: payloads as the platforms word them, with the mishaps of real days. For the demo and for tests.

Now and then a payload comes twice, with a newer revision, in a state nobody has heard of, or with an item that
matches no SKU.
"""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from typing import Any

Payload = dict[str, Any]

PLATFORMS = ("taobao", "pdd", "doudian", "wechat_store", "woocommerce")
SKUS: tuple[tuple[str, str, int], ...] = (
    ("LYQ-01-S", "碎花连衣裙 S", 19900),
    ("LYQ-01-M", "碎花连衣裙 M", 19900),
    ("LYQ-01-L", "碎花连衣裙 L", 19900),
    ("CS-07-M", "亚麻衬衫 M", 12900),
    ("CS-07-L", "亚麻衬衫 L", 12900),
    ("NZK-03-28", "高腰牛仔裤 28", 15900),
    ("NZK-03-30", "高腰牛仔裤 30", 15900),
    ("WT-12", "羊绒围巾", 9900),
)
"""(merchant code, name, price in fen)."""
_PLACES = (
    ("浙江省", "杭州市", "西湖区"),
    ("上海市", "上海市", "浦东新区"),
    ("江苏省", "南京市", "鼓楼区"),
    ("广东省", "广州市", "天河区"),
    ("广东省", "深圳市", "南山区"),
    ("北京市", "北京市", "朝阳区"),
    ("四川省", "成都市", "武侯区"),
    ("新疆维吾尔自治区", "乌鲁木齐市", "天山区"),
)
_BEIJING = timedelta(hours=8)


class Sandbox:
    """Makes payloads; the same seed makes the same ones."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)  # noqa: S311 - simulation, not secrets
        self._number = self._random.randrange(10**12, 10**13)

    def order(self, platform: str, at: int, *, mishaps: bool = True) -> Payload:
        """One new paid order of `platform`, created at `at` (epoch seconds)."""
        self._number += self._random.randrange(1, 50)
        lines = [self._line() for _ in range(self._random.choice((1, 1, 2, 2, 3)))]
        if mishaps and self._random.random() < 0.02:
            lines[0] = ("NEW-ITEM-X", "还没建档的新品", 6600, 1)
        make = getattr(self, f"_{platform}")
        payload: Payload = make(str(self._number), at, lines, self._random.choice(_PLACES))
        if mishaps and self._random.random() < 0.01:
            payload["status" if "status" in payload else next(iter(_STATES[platform]))] = 987
        return payload

    def _line(self) -> tuple[str, str, int, int]:
        return (*self._random.choice(SKUS), self._random.choice((1, 1, 1, 2)))

    def _phone(self) -> str:
        return f"13{self._random.randrange(10**8, 10**9)}"

    def _taobao(self, number: str, at: int, lines: list[Any], place: tuple[str, str, str]) -> Payload:
        total = sum(price * quantity for _, _, price, quantity in lines)
        phone = self._phone()
        return {
            "tid": int(number), "tid_str": number, "type": "fixed", "status": "WAIT_SELLER_SEND_GOODS",
            "created": _text(at), "pay_time": _text(at + 20), "modified": _text(at + 21),
            "total_fee": _yuan(total), "discount_fee": "0.00", "post_fee": "0.00", "payment": _yuan(total),
            "receiver_name": "林**", "receiver_mobile": f"*******{phone[-4:]}", "receiver_state": place[0],
            "receiver_city": place[1], "receiver_district": place[2], "receiver_address": "**路*号",
            "oaid": f"oaid{phone}", "buyer_open_uid": f"AA{phone}", "buyer_message": "", "seller_memo": "",
            "orders": {"order": [
                {"oid": int(f"{number}{i}"), "oid_str": f"{number}{i}", "num_iid": 1, "sku_id": f"TB{code}",
                 "outer_sku_id": code, "title": name, "price": _yuan(price), "num": quantity,
                 "payment": _yuan(price * quantity), "divide_order_fee": _yuan(price * quantity),
                 "status": "WAIT_SELLER_SEND_GOODS", "refund_status": "NO_REFUND"}
                for i, (code, name, price, quantity) in enumerate(lines)]},
        }  # fmt: skip

    def _pdd(self, number: str, at: int, lines: list[Any], place: tuple[str, str, str]) -> Payload:
        total = sum(price * quantity for _, _, price, quantity in lines)
        phone = self._phone()
        return {
            "order_sn": f"26-{number}", "order_status": 1, "confirm_status": 1, "refund_status": 1,
            "group_status": 1, "risk_control_status": 0, "created_time": _text(at), "pay_time": _text(at + 8),
            "updated_at": _text(at + 9), "last_ship_time": _text(at + 172_800), "goods_amount": _yuan(total),
            "discount_amount": "0.00", "postage": "0.00", "pay_amount": _yuan(total), "province": place[0],
            "city": place[1], "town": place[2], "receiver_name_mask": "林**",
            "receiver_phone_mask": f"{phone[:3]}****{phone[-4:]}", "receiver_address_mask": "示****",
            "remark": "", "buyer_memo": "", "is_pre_sale": 0, "is_stock_out": 0,
            "item_list": [
                {"goods_id": "1", "sku_id": f"PD{code}", "goods_name": name, "goods_spec": "", "goods_count": quantity,
                 "goods_price": _yuan(price), "outer_id": code}
                for code, name, price, quantity in _merged(lines)],
        }  # fmt: skip

    def _doudian(self, number: str, at: int, lines: list[Any], place: tuple[str, str, str]) -> Payload:
        total = sum(price * quantity for _, _, price, quantity in lines)
        phone = self._phone()
        return {
            "order_id": f"69{number}", "order_status": 2, "main_status": 2, "create_time": at, "pay_time": at + 15,
            "update_time": at + 16, "exp_ship_time": at + 172_800, "order_amount": total, "pay_amount": total,
            "post_amount": 0, "promotion_amount": 0, "post_tel": "", "mask_post_tel": f"1********{phone[-2:]}",
            "mask_post_receiver": "林*", "open_address_id": f"oa{phone}", "doudian_open_id": f"1@#{phone}",
            "buyer_words": "", "seller_words": "", "pay_type": 2,
            "post_addr": {"province": {"name": place[0]}, "city": {"name": place[1]}, "town": {"name": place[2]}},
            "sku_order_list": [
                {"order_id": f"69{number}{i}", "sku_id": f"DY{code}", "code": code, "product_name": name,
                 "origin_amount": price, "item_num": quantity, "pay_amount": price * quantity,
                 "after_sale_info": {"after_sale_status": 0}}
                for i, (code, name, price, quantity) in enumerate(lines)],
        }  # fmt: skip

    def _wechat_store(self, number: str, at: int, lines: list[Any], place: tuple[str, str, str]) -> Payload:
        total = sum(price * quantity for _, _, price, quantity in lines)
        address = {
            "user_name": "林某", "province_name": place[0], "city_name": place[1], "county_name": place[2],
            "detail_info": f"示例路{self._random.randrange(1, 999)}号", "tel_number": self._phone(),
        }  # fmt: skip
        return {
            "order_id": f"37{number}", "openid": f"o{number}", "status": 20, "create_time": at, "update_time": at + 30,
            "order_detail": {
                "product_infos": [
                    {"product_id": f"1{code}", "sku_id": f"WX{code}", "sku_cnt": quantity, "sale_price": price,
                     "real_price": price * quantity, "title": name, "sku_code": code, "on_aftersale_sku_cnt": 0,
                     "finish_aftersale_sku_cnt": 0, "delivery_deadline": at + 172_800}
                    for code, name, price, quantity in _merged(lines)],
                "pay_info": {"pay_time": at + 30},
                "price_info": {"product_price": total, "order_price": total, "freight": 0, "discounted_price": 0},
                "delivery_info": {"address_info": address}, "ext_info": {"customer_notes": "", "merchant_notes": ""},
            },
        }  # fmt: skip

    def _woocommerce(self, number: str, at: int, lines: list[Any], place: tuple[str, str, str]) -> Payload:
        total = sum(price * quantity for _, _, price, quantity in lines)
        return {
            "id": int(number), "status": "processing", "currency": "CNY", "date_created_gmt": _iso(at),
            "date_modified_gmt": _iso(at + 30), "date_paid_gmt": _iso(at + 29), "discount_total": "0.00",
            "shipping_total": "0.00", "total": _yuan(total), "customer_id": 26, "customer_note": "",
            "billing": {"phone": self._phone()},
            "shipping": {"first_name": "Lin", "state": place[0], "city": place[1], "address_1": "9 Example Rd"},
            "line_items": [
                {"id": i + 1, "name": name, "product_id": 93, "quantity": quantity, "total": _yuan(price * quantity),
                 "sku": code, "price": price / 100}
                for i, (code, name, price, quantity) in enumerate(lines)],
        }  # fmt: skip


_STATES: dict[str, tuple[str, ...]] = {"pdd": ("order_status",), "doudian": ("main_status",)}


def _merged(lines: list[Any]) -> list[Any]:
    """One line for each SKU, as the platforms that name lines by SKU have it."""
    found: dict[str, Any] = {}
    for code, name, price, quantity in lines:
        before = found.get(code, (code, name, price, 0))
        found[code] = (code, name, price, before[3] + quantity)
    return list(found.values())


def _text(at: int) -> str:
    return (datetime.fromtimestamp(at, UTC) + _BEIJING).strftime("%Y-%m-%d %H:%M:%S")


def _iso(at: int) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%S")


def _yuan(fen: int) -> str:
    return f"{fen // 100}.{fen % 100:02}"
