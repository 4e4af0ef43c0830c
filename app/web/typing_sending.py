"""A typed form on its way: numbered once, made durable, then said to be accepted."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import orjson
from sqlalchemy import Connection, Row

from app.bootstrap import Services
from app.domain.errors import PandanError, Refused
from app.domain.order import Order, OrderState
from app.intake.receive import receive
from app.intake.typed import TypedForm, order_document, payload
from app.persistence.audit import note
from app.persistence.database import reading, writing
from app.persistence.order_rows import decode
from app.persistence.reads.goods import sku_names
from app.persistence.reads.order import read_heads, read_payload
from app.persistence.reads.places import ShopRow, list_shops
from app.persistence.typed import Form, Numbered, accepted, number_form

PLATFORM = "manual"


class SubmittedBefore(PandanError):
    """The form has become an order already, and now says something else."""

    status = 422


@dataclass(frozen=True, slots=True)
class Source:
    """The order that is copied or shipped again."""

    head: Row[Any]
    order: Order

    @property
    def may_be_reshipped(self) -> bool:
        """Whether goods have left for it, or will."""
        gone = self.order.state in (OrderState.SHIPPED, OrderState.SIGNED)
        return gone or self.head.picked_at is not None or self.head.outcome in ("allocated", "consolidated")


def read_source(services: Services, db: Connection, order_id: int | None) -> Source | None:
    """The order with this id, its personal part with it; None without an id. Raises `Refused("not-found")`."""
    if order_id is None:
        return None
    head = read_heads(db, [order_id]).get(order_id)
    if head is None:
        raise Refused("not-found", what=str(order_id))
    personal = services.sealer.open(head.personal, f"order:{head.id}") if head.personal else None
    return Source(head, decode(head.shop, head.tid, head.doc, personal))


def manual_shops(db: Connection) -> list[ShopRow]:
    """The active shops that orders may be typed for."""
    return [shop for shop in list_shops(db) if shop.platform == PLATFORM and shop.active]


def send_form(services: Services, form: TypedForm, source: Source | None, actor: str) -> str:
    """Make the form an order; its number. However often the same form is sent, there is one order.

    Raises `SubmittedBefore`, and `Overloaded` or `Unavailable` when it could not be made durable: then the same form
    may be sent again and keeps its number.
    """
    now = services.clock.now()
    with reading(services.database) as db:
        known = dict(sku_names(db))
    with writing(services.database) as db:
        shop = next(one for one in manual_shops(db) if one.code == form.shop)
        kept = Form(form.token, shop.id, form.kind, _digest(services, form), actor, form.source, form.reason)
        numbered = number_form(db, kept, now=now)
        if numbered.fresh:
            note(db, actor, "order.typed", numbered.tid, now=now, shop=form.shop, kind=form.kind, source=form.source)
    if numbered.receipt is not None:
        return _sent_before(numbered)
    document = order_document(form, numbered.tid, numbered.at, known, source.order if source else None)
    receipts = receive(services.stream, services.clock, form.shop, [payload(document)], services.stream.room())
    with writing(services.database) as db:
        accepted(db, form.token, receipts[0])
    return numbered.tid


def send_payment(services: Services, source: Source, actor: str) -> None:
    """Say that a typed order has been paid: its own payload again, paid now."""
    now, head = services.clock.now(), source.head
    if head.platform != PLATFORM or source.order.state != OrderState.CREATED:
        raise Refused("pay-not-waiting")
    with writing(services.database) as db:
        sealed = read_payload(db, head.id, head.revision)
        note(db, actor, "order.paid", head.tid, now=now)
    document = orjson.loads(services.sealer.open(sealed, f"payload:{head.id}:{head.revision}"))
    document |= {"state": OrderState.PAID, "paid_at": now, "modified_at": now}
    receive(services.stream, services.clock, head.shop, [payload(document)], services.stream.room())


def _sent_before(numbered: Numbered) -> str:
    if not numbered.same:
        raise SubmittedBefore("typed-before", tid=numbered.tid)
    return numbered.tid


def _digest(services: Services, form: TypedForm) -> bytes:
    said = asdict(form)
    for name in ("token", "split_of", "unsure", "place_choices"):
        del said[name]
    said["lines"] = [[line.sku, line.quantity, line.price] for line in form.lines]
    return services.sealer.fingerprint(orjson.dumps(said, option=orjson.OPT_SORT_KEYS))
