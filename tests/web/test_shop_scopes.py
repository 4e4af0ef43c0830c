"""A person who works for one shop walks every address of the program, and nothing of another shop comes out."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import orjson
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import insert, select, text

from app.bootstrap import Services
from app.persistence import tables as t
from app.persistence.audit import note
from app.persistence.database import reading, writing
from app.persistence.goods import add_shop
from app.persistence.imports import open_import
from app.persistence.people import add_user, set_shops
from app.persistence.receipts import bury
from app.persistence.scope import HOUSE
from app.persistence.tables.base import metadata
from app.web.access import NOT_OF_A_SHOP, OPEN_ENDPOINTS, ROWS
from app.web.permissions import PERMISSIONS, PUBLIC, SHOP_KEY, needed
from tests.line.house import House, pump_of

NOW, PASSWORD = 1_784_109_600, "correct horse"
MINE, THEIRS = "mine", "theirs"
SECRETS = ("99001", "别家旗舰店", "theirs", "秘密帐篷", "隔壁老王", "FOREIGN")
"""What stands in the other shop's rows and nowhere else."""
SOURCES = "\n".join(path.read_text("utf-8") for path in Path("app/web").glob("*.py"))
FORM_FIELDS = set(re.findall(r"form(?:\.get(?:list)?\(|\[)\"(\w+)\"", SOURCES))
QUERY_FIELDS = set(re.findall(r"(?:args|asked)\.get(?:list)?\(\"(\w+)\"", SOURCES))
HOUSEHOLD = HOUSE | {"audit", "facts", "logins", "user_shops"}
"""Tables that the whole house shares, or that a person's own coming and going changes."""


@dataclass
class Other:
    """What the other shop has, by what addresses and forms call it."""

    values: dict[str, list[str]]
    own_orders: list[str]
    """The first shop's orders, which are like the other's."""

    def with_own(self) -> Other:
        """These, and the first shop's own orders."""
        return Other({**self.values, "order_id": [*self.values["order_id"], *self.own_orders]}, self.own_orders)

    def of(self, name: str) -> list[str]:
        """What a part of an address, or a field of a form, of this name may say."""
        return self.values.get(name) or sorted({one for some in self.values.values() for one in some})


@pytest.fixture
def other(services: Services, app: Flask) -> Other:
    """Two shops of one buyer: each has orders, a quarantined and a dead entry, an unmatched item, an import, a task."""
    with writing(services.database) as db:
        db.execute(insert(t.skus).values(sku="A", name="帐篷"))
    for shop, name, first in ((THEIRS, SECRETS[1], 99001), (MINE, "自家店", 12)):
        _open(services, shop, name, first)
    with reading(services.database) as db:
        shop_id = db.scalar(select(t.shops.c.id).where(t.shops.c.code == THEIRS))
        orders = [str(n) for n in db.scalars(select(t.orders.c.id).where(t.orders.c.shop_id == shop_id))]
        receipts = list(db.scalars(select(t.receipts.c.id).where(t.receipts.c.shop_id == shop_id)))
        tasks = [str(n) for n in db.scalars(select(t.tasks.c.id).where(t.tasks.c.order_id.in_(map(int, orders))))]
        words = select(t.interventions.c.id).where(t.interventions.c.order_id.in_(map(int, orders)))
        own = [str(n) for n in db.scalars(select(t.orders.c.id).where(t.orders.c.shop_id != shop_id))]
        items = list(db.scalars(select(t.unmatched_items.c.item).where(t.unmatched_items.c.shop_id == shop_id)))
        imports = list(db.scalars(select(t.imports.c.id)))
        interventions = [str(n) for n in db.scalars(words)]
    known = {
        "order_id": orders, "other_id": orders, "receipt_id": receipts, "receipt": receipts, "task_id": tasks,
        "intervention_id": interventions, "import_id": imports, "shop": [THEIRS, str(shop_id)],
        "shop_id": [str(shop_id)], "name": ["99001"], "revision": ["1"], "q": ["99001", "秘密帐篷", "8001"],
        "key": ["taobao|unknown-choice|$.status|FOREIGN"], "sku": ["A"], "item": items,
    }  # fmt: skip
    assert all(known.values()), known
    return Other(known, own)


def _open(services: Services, shop: str, name: str, first: int) -> None:
    house = House(services, pump_of(services, "test:0"))
    with writing(services.database) as db:
        add_shop(db, shop, "taobao", name=name, now=NOW)
    good = [_trade(first + n, name, "A" if n < 2 else "") for n in range(3)]
    odd = {**_trade(first + 3, name), "status": "FOREIGN" if shop == THEIRS else "ODD"}
    house.put(*good, odd, shop=shop)
    house.drain()
    house.put(_trade(first + 4, name), shop=shop)
    (entry,) = services.stream.read("test:0", 10, 1)
    with writing(services.database) as db:
        shops = {row.code: row.id for row in db.execute(select(t.shops.c.id, t.shops.c.code))}
        bury(db, entry, "FOREIGN" if shop == THEIRS else "odd", shops, services.sealer, NOW)
        order_id = db.scalar(select(t.orders.c.id).where(t.orders.c.tid == str(first)))
        word = {"kind": "hold", "value": orjson.dumps({"note": name}).decode(), "actor": "boss", "at": NOW}
        db.execute(insert(t.interventions).values(order_id=order_id, **word))
        task = {"kind": "gift-short", "owner": "clerk", "details": f'{{"sku": "{name}"}}', "opened_at": NOW}
        db.execute(insert(t.tasks).values(order_id=order_id, open_key=f"gift-short:{order_id}", **task))
        note(db, "boss", "order.hold", str(order_id), now=NOW, said=name)
        if shop == THEIRS:
            state = {"file": f"{name}.csv", "shop": shop, "sheet": "", "live": True, "dry_run": False, "actor": "boss"}
            open_import(db, {**state, "state": "checked", "at": NOW, "rows": 1, "done": 1}, now=NOW)
    services.stream.done([entry.id])


def _trade(number: int, shop: str, sku: str = "") -> dict[str, Any]:
    tent = "秘密帐篷" if shop == SECRETS[1] else "帐篷"
    line = {
        "oid": f"{number}1", "num_iid": 1, "sku_id": "FOREIGN" if tent != "帐篷" else "own", "title": tent,
        "outer_sku_id": sku,
        "price": "10.00", "num": 1, "payment": "10.00", "status": "WAIT_SELLER_SEND_GOODS",
        "refund_status": "NO_REFUND",
    }  # fmt: skip
    return {
        "tid": str(number), "status": "WAIT_SELLER_SEND_GOODS", "created": f"2026-07-15 18:0{number % 10}:00",
        "pay_time": "2026-07-15 18:10:30", "modified": "2026-07-15 18:10:40", "payment": "20.00",
        "receiver_name": "隔壁老王" if tent != "帐篷" else "林冲", "receiver_mobile": "13800008001",
        "receiver_state": "浙江省", "receiver_city": "杭州市", "receiver_district": "西湖区",
        "receiver_address": "文三路", "oaid": f"o{number}", "buyer_open_uid": "u1", "orders": {"order": [line]},
    }  # fmt: skip


@pytest.fixture
def clerk(services: Services, app: Flask, other: Other, monkeypatch: pytest.MonkeyPatch) -> FlaskClient:
    """Logs in who works for the first shop only, and may do there whatever any such person may."""
    monkeypatch.setitem(PERMISSIONS, "clerk", frozenset().union(*PERMISSIONS.values()))
    with writing(services.database) as db:
        user_id = add_user(db, "one", PASSWORD, "clerk", now=NOW)
        set_shops(db, user_id, db.scalars(select(t.shops.c.id).where(t.shops.c.code == MINE)).all())
    client = app.test_client()
    assert client.post("/login", data={"name": "one", "password": PASSWORD}).status_code == 303
    return client


def routes(app: Flask, method: str) -> list[Any]:
    """Every route of the program itself that takes the method, but for those that need no login."""
    known = [rule for rule in app.url_map.iter_rules() if rule.endpoint not in OPEN_ENDPOINTS]
    return [
        rule
        for rule in known
        if method in (rule.methods or ()) and needed(app.view_functions[rule.endpoint]) not in (PUBLIC, SHOP_KEY)
    ]


def addresses(rule: Any, other: Other) -> Iterator[str]:
    """The route with what the other shop has in every place."""
    fixed = dict(rule.defaults or {})
    names = sorted(rule.arguments - fixed.keys())
    for chosen in itertools.product(*(_fitting(rule, name, other) for name in names)):
        built = rule.build({**fixed, **dict(zip(names, chosen, strict=True))})
        if built is not None:
            yield built[1]


def _fitting(rule: Any, name: str, other: Other) -> list[Any]:
    deeds = ["hold", "release", "cancel", "again", "urgent", "warehouse", "discard", "off", "rotate", "file"]
    # Everything of the house that is no shop's has the first number, and rules have two sections.
    known = {**dict.fromkeys(("action", "deed", "what"), deeds), "draft_id": ["1"], "section": ["allocation"]}
    values = known.get(name) or other.of(name)
    numeric = type(rule._converters[name]).__name__ == "IntegerConverter"
    return [int(one) for one in values if one.isdigit()] if numeric else values


def test_every_part_of_an_address_is_known_to_the_guard(app: Flask) -> None:
    named = {name for method in ("GET", "POST") for rule in routes(app, method) for name in rule.arguments}
    assert named <= ROWS.keys() | NOT_OF_A_SHOP


def test_no_page_tells_of_another_shop(app: Flask, other: Other, clerk: FlaskClient) -> None:
    for rule in routes(app, "GET"):
        for address in addresses(rule, other.with_own()):
            _tells_nothing(clerk.get(address, headers={"HX-Request": "true"}), address)
            for query in ["", *_queries(other)] if not rule.arguments else [""]:
                _tells_nothing(clerk.get(address + query), address + query)
    assert "自家店" in clerk.get("/orders/").text
    assert any("其他店铺" in clerk.get(f"/orders/{order_id}").text for order_id in other.own_orders)


def _queries(other: Other) -> Iterator[str]:
    """Every question that any page takes, about what the other shop has."""
    return (f"?{name}={value}" for name in sorted(QUERY_FIELDS) for value in other.of(name)[: 3 if name == "q" else 1])


def _tells_nothing(answer: Any, asked: str) -> None:
    # What was typed comes back in search boxes, and addresses in links: that tells nothing that was not known.
    body = answer.get_data().decode(errors="replace")
    typed = [secret for secret in SECRETS if secret in unquote(asked)]
    for secret in SECRETS:
        if secret not in typed:
            assert secret not in body, (asked, secret)
    if answer.status_code == 200 and typed and "<tbody>" in body:
        assert "别家旗舰店" not in body, asked


def test_no_deed_touches_another_shop(app: Flask, services: Services, other: Other, clerk: FlaskClient) -> None:
    before = _everything(services)
    for rule in routes(app, "POST"):
        if rule.endpoint in ("people.password",):
            continue
        for address in addresses(rule, other):
            for place in range(3):
                form = {name: other.of(name)[place % len(other.of(name))] for name in FORM_FIELDS}
                form |= {"reason": "x", "go": "import", "same": "yes", "warehouse": "HZ"}
                _tells_nothing(clerk.post(address, data=form), f"{address} {form}")
    assert _everything(services) == before


def test_a_file_of_listings_for_another_shop_is_refused(services: Services, other: Other, clerk: FlaskClient) -> None:
    before = _everything(services)
    file = (BytesIO(f"shop,item,sku\n{THEIRS},FOREIGN,A\n".encode()), "l.csv")
    assert clerk.post("/listings/file", data={"file": file}).status_code == 422
    assert _everything(services) == before


def _everything(services: Services) -> dict[str, list[Any]]:
    with reading(services.database) as db:
        return {
            name: [tuple(row) for row in db.execute(text(f"SELECT * FROM {name}")) if "manual" not in row]
            for name in metadata.tables
            if name not in HOUSEHOLD
        }


def test_an_administrator_gives_a_person_their_shops_and_takes_the_limit_away(
    services: Services,
    other: Other,
    client_of: Callable[[str], FlaskClient],
    client_of_known: Callable[[str], FlaskClient],
) -> None:
    boss, clerk = client_of("administrator"), client_of_known("clerk")
    with reading(services.database) as db:
        ids = {row.name: row.id for row in db.execute(select(t.users.c.id, t.users.c.name))}
        shops = {row.code: row.id for row in db.execute(select(t.shops.c.id, t.shops.c.code))}
    assert "别家旗舰店" in clerk.get("/orders/").text
    url, own = f"/users/{ids['clerk']}/shops", f"/users/{ids['administrator']}/shops"
    assert boss.post(url, data={"which": "some"}).status_code == 422
    assert boss.post(url, data={"which": "some", "shop": shops[MINE]}).status_code == 303
    assert "别家旗舰店" not in clerk.get("/orders/").text
    assert "自家店" in boss.get("/users/").text
    assert boss.post(own, data={"which": "some", "shop": shops[MINE]}).status_code == 422
    assert boss.post(url, data={"which": "all"}).status_code == 303
    assert "别家旗舰店" in clerk.get("/orders/").text


def test_who_types_orders_sees_what_was_typed_and_still_nothing_of_another_shop(
    services: Services,
    other: Other,
    client_of: Callable[[str], FlaskClient],
    client_of_known: Callable[[str], FlaskClient],
) -> None:
    clerk, viewer = client_of("clerk"), client_of_known("viewer")
    for name in ("clerk", "viewer"):
        _limit(services, name, MINE)
    # There is no shop for manual orders yet: the first who wants to type makes it.
    assert clerk.post("/orders/new/shop").status_code == 303
    form = {"token": "a", "shop": "manual", "name": "张三", "phone": "13800008009", "paid": "yes",
            "address": "浙江省杭州市西湖区莲花街77号", "sku": "A", "quantity": "1", "price": "20"}  # fmt: skip
    assert clerk.post("/orders/new", data=form).status_code == 303
    House(services, pump_of(services, "test:0")).drain()
    with reading(services.database) as db:
        typed = db.scalar(select(t.orders.c.id).where(t.orders.c.tid.like("M-%")))
    listed = clerk.get("/orders/").text
    assert "手工单" in listed
    assert "别家旗舰店" not in listed
    assert clerk.get(f"/orders/{typed}").status_code == 200
    # Who types nothing has the chosen shops only.
    assert viewer.get(f"/orders/{typed}").status_code == 404
    # Of several shops for manual orders one may be chosen: then it is that one.
    with writing(services.database) as db:
        add_shop(db, "phone", "manual", name="电话单", now=NOW)
    _limit(services, "clerk", MINE, "phone")
    assert clerk.get(f"/orders/{typed}").status_code == 404


def _limit(services: Services, name: str, *shops: str) -> None:
    with writing(services.database) as db:
        user_id = db.scalar(select(t.users.c.id).where(t.users.c.name == name))
        set_shops(db, user_id or 0, db.scalars(select(t.shops.c.id).where(t.shops.c.code.in_(shops))).all())
