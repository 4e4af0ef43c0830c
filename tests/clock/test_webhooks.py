"""Signed webhooks: to a real server, signed, at least once, given up in the end; and never where they must not go."""

from __future__ import annotations

import hashlib
import hmac
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import orjson
import pytest

from app.jobs.outgoing import Answer, may_reach, post
from app.jobs.webhooks import send_webhooks
from app.persistence.database import reading, writing
from app.persistence.webhooks import MOST_TRIES, last_deliveries, send_test, set_hook
from tests.clock.test_order_timers import held
from tests.clock.tower import HOUR, Tower, rule


@dataclass
class Receiver:
    """A server that notes what it gets and answers as told."""

    url: str = ""
    status: int = 204
    got: list[tuple[dict[str, str], bytes]] = field(default_factory=list)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    found = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            found.got.append((dict(self.headers), body))
            self.send_response(found.status)
            self.send_header("Location", "http://127.0.0.1:9/")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    found.url = f"http://127.0.0.1:{server.server_port}/pandan?x=1"
    yield found
    server.shutdown()
    server.server_close()


@pytest.fixture
def hooked(tower: Tower, receiver: Receiver) -> tuple[Tower, str]:
    """A house that may send to itself, and the secret."""
    tower.services.settings = replace(tower.services.settings, webhook_private=True)
    with writing(tower.services.database) as db:
        secret = set_hook(
            db, tower.services.sealer, receiver.url, active=True, renew=False, actor="w", now=tower.clock.at
        )
    assert secret
    return tower, secret


def states(tower: Tower) -> list[tuple[bool, str, int | None, int]]:
    """(sent, problem, next in seconds, tries) of the deliveries, the newest first."""
    with reading(tower.services.database) as db:
        return [
            (row.sent_at is not None, row.problem, None if row.next_at is None else row.next_at - tower.clock.at,
             row.tries)
            for row in last_deliveries(db)
        ]  # fmt: skip


def test_an_escalation_is_sent_once_and_its_signature_can_be_checked(
    hooked: tuple[Tower, str], receiver: Receiver, trade: Any
) -> None:
    tower, secret = hooked
    tower.rules(rule("held", "held", 1, {"do": "remind"}, {"do": "webhook", "after_hours": 1}))
    tower.house.post(held(trade))
    tower.strike(1)
    tower.strike(1)
    assert [send_webhooks(tower.services), send_webhooks(tower.services)] == [1, 0]
    ((headers, body),) = receiver.got
    signed = f"{headers['Pandan-Timestamp']}.".encode() + body
    assert headers["Pandan-Signature"] == f"v1={hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()}"
    told = orjson.loads(body)
    assert (told["event"], told["order"], told["rule"]) == (headers["Pandan-Event"], {"shop": "tb", "id": "1"}, "held")
    assert states(tower) == [(True, "", None, 1)]


def test_what_is_not_accepted_is_tried_after_longer_and_longer_pauses_and_ends_in_a_task(
    hooked: tuple[Tower, str], receiver: Receiver, trade: Any
) -> None:
    tower, _ = hooked
    tower.rules(rule("held", "held", 1, {"do": "webhook"}))
    tower.house.post(held(trade))
    tower.strike(1)
    receiver.status = 500
    pauses = []
    for _ in range(MOST_TRIES + 2):
        send_webhooks(tower.services)
        ((_, problem, pause, _),) = states(tower)
        pauses.append(pause)
        tower.clock.at += pause or HOUR
    assert pauses[:4] == [30, 120, 480, 1920]
    assert pauses[MOST_TRIES - 1 :] == [None, None, None]
    assert (problem, len(receiver.got)) == ("webhook-answer", MOST_TRIES)
    assert tower.tasks("kind", "owner") == [("escalation-webhook", "administrator")]


def test_a_relay_that_died_in_the_middle_is_made_up_for(hooked: tuple[Tower, str], receiver: Receiver) -> None:
    tower, _ = hooked
    with writing(tower.services.database) as db:
        send_test(db, actor="w", now=tower.clock.at)
    services = tower.services
    open_key, services.sealer = services.sealer, None  # type: ignore[assignment]
    with pytest.raises(AttributeError):
        send_webhooks(services)
    services.sealer = open_key
    assert (send_webhooks(services), receiver.got) == (0, [])
    tower.clock.at += 121
    assert (send_webhooks(services), len(receiver.got)) == (1, 1)


@pytest.mark.parametrize(
    ("url", "private", "problem"),
    [
        ("http://example.com/", False, "webhook-url"),
        ("ftp://example.com/", True, "webhook-url"),
        ("https://a:b@example.com/", False, "webhook-url"),
        ("https://127.0.0.1/", False, "webhook-address"),
        ("https://[::1]/", False, "webhook-address"),
        ("https://[::ffff:10.0.0.1]/", False, "webhook-address"),
        ("https://169.254.169.254/latest/meta-data", False, "webhook-address"),
        ("https://localhost/", False, "webhook-address"),
        ("https://2130706433/", False, "webhook-address"),
        ("http://127.0.0.1:1/", True, "webhook-refused"),
    ],
)
def test_nothing_is_sent_to_where_it_must_not_go(url: str, private: bool, problem: str) -> None:
    assert post(url, b"{}", {}, private=private, seconds=3) == Answer(problem=problem)


def test_an_address_is_public_or_closed() -> None:
    closed = (
        "10.0.0.1 172.16.0.1 192.168.1.1 100.64.0.1 0.0.0.0 224.0.0.1 fe80::1%eth0 fc00::1 64:ff9b::a00:1 2002:a00:1::"
    )
    assert [one for one in closed.split() if may_reach(one)] == []
    assert may_reach("93.184.216.34")
    assert may_reach("2606:2800:220:1::1")


def test_a_redirect_is_not_followed(receiver: Receiver) -> None:
    receiver.status = 302
    assert post(receiver.url, b"{}", {}, private=True) == Answer(302, "webhook-redirect")
    assert len(receiver.got) == 1


def test_a_slow_answer_does_not_hold_the_relay() -> None:
    """A byte now and then keeps a socket's own time limit from running out."""

    class Dripping(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            for _ in range(40):
                self.wfile.write(b"H")
                time.sleep(0.1)

        def log_message(self, *_: Any) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Dripping)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    began = time.monotonic()
    answer = post(f"http://127.0.0.1:{server.server_port}/", b"{}", {}, private=True, seconds=0.5)
    assert (answer.problem, time.monotonic() - began < 3) == ("webhook-slow", True)
    server.shutdown()
    server.server_close()
