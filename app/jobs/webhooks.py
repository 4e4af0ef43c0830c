"""Sending signed webhooks: at least once each, with longer and longer pauses, given up after some tries."""

from __future__ import annotations

import hashlib
import hmac
import time

from app.bootstrap import Services
from app.jobs.outgoing import Answer, post
from app.persistence.database import reading, writing
from app.persistence.webhooks import Delivery, Hook, claim, read_hook, settle, take_from_outbox

_SECONDS = 20.0
"""A relay sends no longer than this in one go: what else it carries comes first again."""


def send_webhooks(services: Services, seconds: float = _SECONDS) -> int:
    """Send what is due, for a while; how many were answered."""
    ends, answered, more = time.monotonic() + seconds, 0, True
    while more:
        with writing(services.database) as db:
            more = bool(take_from_outbox(db, now=services.clock.now()))
    while time.monotonic() < ends:
        with writing(services.database) as db:
            delivery = claim(db, now=services.clock.now())
        if delivery is None:
            break
        with reading(services.database) as db:
            hook = read_hook(db, services.sealer)
        answer = _sent(services, hook, delivery)
        with writing(services.database) as db:
            settle(db, delivery, answer.status, answer.problem, now=services.clock.now())
        answered += not answer.problem
    return answered


def signature(secret: bytes, timestamp: int, body: bytes) -> str:
    """HMAC-SHA256 over `timestamp.body`, in hex, under the secret."""
    return hmac.new(secret, f"{timestamp}.".encode() + body, hashlib.sha256).hexdigest()


def _sent(services: Services, hook: Hook | None, delivery: Delivery) -> Answer:
    if hook is None:
        return Answer(problem="webhook-unset")
    timestamp = services.clock.now()
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "pandan",
        "Pandan-Event": delivery.event,
        "Pandan-Timestamp": str(timestamp),
        "Pandan-Signature": f"v1={signature(hook.secret, timestamp, delivery.body)}",
    }
    return post(hook.url, delivery.body, headers, private=services.settings.webhook_private)
