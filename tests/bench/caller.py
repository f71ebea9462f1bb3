"""A browser that costs little: what is measured has the processors to itself. Plain sockets, a connection a request."""

from __future__ import annotations

import socket
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from werkzeug.datastructures import MultiDict

SECONDS = 60
SPOKEN = "{} {} HTTP/1.1\r\nHost: {}\r\nX-Forwarded-For: {}\r\nX-Forwarded-Proto: http\r\nConnection: close\r\n"
FORM = "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n"


class Answer:
    """What the server sent back. Headers are looked for when somebody asks."""

    def __init__(self, raw: bytes):
        self._head, _, self._body = raw.partition(b"\r\n\r\n")
        self.status_code = int(self._head[9:12] or 0)

    @property
    def text(self) -> str:
        return self._body.decode()

    @property
    def location(self) -> str | None:
        return next(iter(self.headers("Location")), None)

    def headers(self, name: str) -> list[str]:
        """The values of a header, in their order."""
        lines = self._head.decode("latin-1").split("\r\n")[1:]
        return [
            value.strip() for key, _, value in (line.partition(":") for line in lines) if key.lower() == name.lower()
        ]


class Caller:
    """A browser of its own address, over real HTTP. Remembers how long the last answer took."""

    def __init__(self, port: int, address: str, cookies: Mapping[str, str] | None = None):
        self.port, self.address, self.cookies = port, address, dict(cookies or {})
        self.seconds = 0.0

    def get(self, path: str) -> Answer:
        return self._ask("GET", path, None)

    def post(self, path: str, data: Any) -> Answer:
        return self._ask("POST", path, urlencode(list(MultiDict(data).items(multi=True))))

    def _ask(self, method: str, path: str, body: str | None) -> Answer:
        head = SPOKEN.format(method, path, f"127.0.0.1:{self.port}", self.address)
        if self.cookies:
            head += "Cookie: " + "; ".join(f"{name}={value}" for name, value in self.cookies.items()) + "\r\n"
        if body is not None:
            head += FORM.format(len(body))
        began = time.perf_counter()
        answer = Answer(self._exchange(f"{head}\r\n{body or ''}".encode()))
        self.seconds = time.perf_counter() - began
        for cookie in answer.headers("Set-Cookie"):
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        return answer

    def _exchange(self, said: bytes) -> bytes:
        with socket.create_connection(("127.0.0.1", self.port), timeout=SECONDS) as wire:
            wire.sendall(said)
            parts: list[bytes] = []
            while part := wire.recv(65536):
                parts.append(part)
        return b"".join(parts)
