"""A browser over real HTTP. It looks like Flask's test client, so that the same tests can drive either."""

from __future__ import annotations

import http.client
from collections.abc import Mapping
from http.cookies import SimpleCookie
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlencode

from werkzeug.datastructures import MultiDict

SECONDS = 90
GONE = (ConnectionError, http.client.HTTPException, TimeoutError)


class Page:
    """An answer."""

    def __init__(self, path: str, status: int, headers: http.client.HTTPMessage, body: bytes):
        self.status_code, self.headers, self.text = status, headers, body.decode()
        self.location = headers.get("Location")
        self.request = SimpleNamespace(path=path)


class Browser:
    """Keeps cookies and nothing else."""

    def __init__(self, port: int, cookies: Mapping[str, str]):
        self.port, self.cookies = port, dict(cookies)

    def get(self, path: str) -> Page:
        return self._ask("GET", path, None)

    def post(self, path: str, data: Mapping[str, Any]) -> Page:
        pairs = data.items(multi=True) if isinstance(data, MultiDict) else data.items()
        return self._ask("POST", path, urlencode(list(pairs)))

    def press(self, path: str, data: Mapping[str, Any]) -> Page | None:
        """A POST, or None if the connection broke before the answer was there: the person never saw one."""
        try:
            return self.post(path, data)
        except GONE:
            return None

    def _ask(self, method: str, path: str, body: str | None) -> Page:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=SECONDS)
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            page = Page(path, answer.status, answer.headers, answer.read())
        finally:
            connection.close()
        for set_cookie in page.headers.get_all("Set-Cookie", ()):
            self.cookies |= {name: morsel.value for name, morsel in SimpleCookie(set_cookie).items()}
        return page
