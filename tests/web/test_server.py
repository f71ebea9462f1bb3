"""The web server as it is configured: where one request ends and the next begins, and how much it takes in."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.scan.copy import running
from tests.sending.mail_server import free_port

SMUGGLED = b"GET /sign-in HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
POST = b"POST /merton/begin HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-www-form-urlencoded\r\n"
GET = b"GET /merton/ HTTP/1.1\r\nHost: 127.0.0.1\r\n"


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """The service behind gunicorn, with two workers, as `gunicorn.conf.py` sets it up."""
    number, before = free_port(), dict(os.environ)
    with running(Path(tmp_path_factory.mktemp("served")), number):
        yield number
    for name in set(os.environ) - set(before):
        del os.environ[name]


def say(port: int, raw: bytes) -> bytes:
    """Everything that comes back until the server hangs up."""
    with socket.create_connection(("127.0.0.1", port), timeout=20) as line:
        line.sendall(raw)
        line.shutdown(socket.SHUT_WR)
        heard = b""
        while chunk := line.recv(65536):
            heard += chunk
    return heard


def statuses(heard: bytes) -> list[int]:
    return [int(line.split()[1]) for line in heard.split(b"\r\n") if line.startswith(b"HTTP/1.")]


@pytest.mark.parametrize(
    "heads",
    [
        b"Content-Length: 0\r\nTransfer-Encoding: chunked\r\n",
        b"Transfer-Encoding: chunked\r\nContent-Length: 5\r\n",
        b"Content-Length: 5\r\nContent-Length: 6\r\n",
        b"Content-Length: +5\r\n",
        b"Content-Length: 5, 6\r\n",
        b"Content-Length: 0x5\r\n",
        b"Transfer-Encoding: xchunked\r\n",
        b"Transfer-Encoding: chunked, identity\r\n",
        b"Transfer-Encoding : chunked\r\n",
        b"Transfer-Encoding:\x0bchunked\r\n",
        b"X: y\r\n Transfer-Encoding: chunked\r\n",
        b"X: a\0b\r\n",
    ],
)
def test_a_request_with_two_ends_is_refused(port: int, heads: bytes) -> None:
    """Where a proxy could see another end of the request than we do, nothing of it is answered but one refusal."""
    found = statuses(say(port, POST + heads + b"\r\n0\r\n\r\n" + SMUGGLED))
    assert len(found) == 1
    assert 400 <= found[0] <= 501


def test_what_follows_a_request_is_no_request(port: int) -> None:
    """One connection carries one request: what stands behind its end is never looked at."""
    assert statuses(say(port, GET + b"Connection: keep-alive\r\n\r\n" + SMUGGLED)) == [200]
    assert statuses(say(port, POST + b"Content-Length: 0\r\n\r\n" + SMUGGLED)) == [400]


@pytest.mark.parametrize(
    "raw",
    [
        b"GET /" + b"a" * 5000 + b" HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
        GET + b"Cookie: session=" + b"a" * 9000 + b"\r\n\r\n",
        GET + b"".join(b"X-%d: y\r\n" % number for number in range(101)) + b"\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"GET http://evil.example/ HTTP/1.1\r\nHost: evil.example\r\n\r\n",
        b"TRACE / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
        b"CONNECT 127.0.0.1:25 HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
        POST + b"Content-Length: 9999999999\r\n\r\nx",
        POST + b"Content-Length: 3000000\r\n\r\n" + b"a" * 3_000_000,
    ],
)
def test_too_much_and_too_odd_is_refused(port: int, raw: bytes) -> None:
    """Long lines, many heads, huge bodies and other protocols get a refusal, and the next visitor a page."""
    try:
        found = statuses(say(port, raw))
    except OSError:
        found = []  # hung up while we were still talking
    assert all(400 <= status < 500 or status in (501, 505) for status in found), found
    assert statuses(say(port, GET + b"\r\n")) == [200]


def test_heads_with_underscores_are_no_heads_of_ours(port: int) -> None:
    """What a visitor writes with an underscore is not taken for the head that a proxy sets."""
    heard = say(port, GET + b"X_Forwarded_For: 192.0.2.1\r\nX_Forwarded_Host: evil.example\r\n\r\n")
    assert statuses(heard) == [200]
    assert b"evil.example" not in heard
    assert statuses(say(port, GET + b"X-Forwarded-For: 192.0.2.1\r\n\r\n")) == [
        403
    ]  # local mode stands behind no proxy


def test_many_fields_and_deep_ones_cost_little(port: int) -> None:
    """A body of a hundred thousand fields is refused or read in good time, and nobody waits for it."""
    body = b"&".join(b"a%d=%%00" % number for number in range(100_000))
    raw = POST + b"Content-Length: %d\r\n\r\n" % len(body) + body
    assert statuses(say(port, raw))[0] < 500
    assert statuses(say(port, GET + b"\r\n")) == [200]
