"""One request out of the house, to an address that people typed in: checked, pinned, bounded, and never led on.

The name is resolved once, every address it has is checked, and the connection goes to the very address that was
checked, so that a name cannot change its mind in between. No redirect is followed and no answer's body is read.
"""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
import threading
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as TooLongError
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

LARGEST_BODY = 64 * 1024
SECONDS = 10.0
_TRANSLATED = tuple(ipaddress.ip_network(net) for net in ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32"))
"""IPv6 networks that stand for IPv4 addresses, private ones among them."""


@dataclass(frozen=True, slots=True)
class Answer:
    """How it went: the HTTP status, and the code of what went wrong; empty when the answer was 2xx."""

    status: int | None = None
    problem: str = ""


class OutgoingError(Exception):
    """What keeps a request from being sent; the argument is its code."""


def post(
    url: str, body: bytes, headers: Mapping[str, str], *, private: bool = False, seconds: float = SECONDS
) -> Answer:
    """Send it; never raises. `private` allows addresses inside the house, and plain HTTP."""
    if len(body) > LARGEST_BODY:
        return Answer(problem="webhook-large")
    try:
        parts = checked(url, private=private)
        address = _resolved(parts, private=private, seconds=seconds)
    except OutgoingError as error:
        return Answer(problem=str(error))
    return _send(parts, address, body, headers, seconds)


def checked(url: str, *, private: bool = False) -> SplitResult:
    """The address taken apart. Raises `OutgoingError("webhook-url")` for one that nothing is sent to."""
    try:
        parts = urlsplit(url)
        port, host = parts.port, parts.hostname
    except ValueError as error:
        raise OutgoingError("webhook-url") from error
    schemes = ("https", "http") if private else ("https",)
    if parts.scheme not in schemes or not host or parts.username is not None or port == 0:
        raise OutgoingError("webhook-url")
    return parts


def may_reach(address: str, *, private: bool = False) -> bool:
    """Whether anything is sent to this IP address: public ones only, unless `private` allows all."""
    found = ipaddress.ip_address(address.partition("%")[0])
    mapped = getattr(found, "ipv4_mapped", None)
    found = mapped or found
    if private:
        return not found.is_multicast
    translated = found.version == 6 and any(found in net for net in _TRANSLATED)
    closed = found.is_multicast or found.is_reserved or found.is_unspecified or translated
    return found.is_global and not closed


def _resolved(parts: SplitResult, *, private: bool, seconds: float) -> str:
    """The one address to speak to; all that the name has must be allowed."""
    pool = ThreadPoolExecutor(1)
    try:
        host = (parts.hostname or "").encode("idna").decode()
        asked = pool.submit(socket.getaddrinfo, host, _port(parts), type=socket.SOCK_STREAM)
        found = [str(one[4][0]) for one in asked.result(seconds)]
    except (OSError, UnicodeError, TooLongError) as error:
        raise OutgoingError("webhook-name") from error
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
    if not found or not all(may_reach(one, private=private) for one in found):
        raise OutgoingError("webhook-address")
    return found[0]


def _port(parts: SplitResult) -> int:
    return parts.port or (443 if parts.scheme == "https" else 80)


class _Pinned(http.client.HTTPConnection):
    """Speaks to one address under the name that it was resolved from."""

    def __init__(self, parts: SplitResult, address: str, seconds: float) -> None:
        super().__init__((parts.hostname or "").encode("idna").decode(), _port(parts), timeout=seconds)
        self._address = address
        self._tls = parts.scheme == "https"
        self.was_cut = False

    def connect(self) -> None:
        """Connect to the address that was checked; its certificate must be for the name."""
        self.sock = socket.create_connection((self._address, self.port), self.timeout)
        if self._tls:
            self.sock = ssl.create_default_context().wrap_socket(self.sock, server_hostname=self.host)

    def cut(self) -> None:
        """End it in the middle, from another thread."""
        self.was_cut = True
        if self.sock is not None:
            try:
                self.sock.shutdown(socket.SHUT_RDWR)
            except OSError:
                return


def _send(parts: SplitResult, address: str, body: bytes, headers: Mapping[str, str], seconds: float) -> Answer:
    connection = _Pinned(parts, address, seconds)
    # The socket's own limit starts again with every byte of a slow answer; this one does not.
    watch = threading.Timer(seconds, connection.cut)
    watch.daemon = True
    watch.start()
    try:
        connection.request(
            "POST", f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}", body, dict(headers)
        )
        status = connection.getresponse().status
    except ssl.SSLError:
        return Answer(problem="webhook-tls")
    except TimeoutError:
        return Answer(problem="webhook-slow")
    except (OSError, http.client.HTTPException, ValueError):
        return Answer(problem="webhook-slow" if connection.was_cut else "webhook-refused")
    finally:
        watch.cancel()
        connection.close()
    if 200 <= status < 300:
        return Answer(status)
    return Answer(status, "webhook-redirect" if 300 <= status < 400 else "webhook-answer")
