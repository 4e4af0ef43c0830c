"""What the queue's tests do with their hands: deeds posted, rows read, tasks opened."""

from __future__ import annotations

import re
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import insert, select

from app.bootstrap import Services
from app.persistence import tables as t
from app.persistence.database import reading, writing
from tests.line.house import NOW, House

BIG = {"payment": "9000.00"}


def do(client: FlaskClient, deed: str, *keys: str, **form: str) -> Any:
    return client.post("/tasks/do", data={"deed": deed, "chosen": list(keys), **form}, headers={"HX-Request": "true"})


def undo_in(answer: Any) -> str:
    found = re.search(r'action="(/tasks/undo/[^"]+)"', answer.text)
    assert found is not None, answer.text
    return found.group(1).replace("&amp;", "&")


def key(house: House, tid: str) -> str:
    return f"o{house.order_id(tid)}"


def rows(client: FlaskClient, where: str = "/tasks/") -> list[str]:
    return re.findall(r'<li class="task"[^>]*data-key="([^"]+)"', client.get(where).text)


def open_task(services: Services, kind: str = "call-buyer", order_id: int | None = None, owner: str = "clerk") -> str:
    with writing(services.database) as db:
        task = {"open_key": f"{kind}:{order_id}:", "kind": kind, "order_id": order_id, "owner": owner}
        made = db.execute(insert(t.tasks).values(**task, opened_at=NOW, waits_by=NOW))
        return f"t{made.inserted_primary_key[0]}"


def all_of(services: Services, table: Any) -> list[Any]:
    with reading(services.database) as db:
        return list(db.execute(select(table)))
