"""Somebody with a form open who sends files over real HTTP."""

from __future__ import annotations

import http.client
import re
from http.cookies import SimpleCookie

from tests.evidence import PDF
from tests.faults.stage import SECONDS

BOUNDARY = "a-line-between"
PIECE = 256 * 1024
MEGABYTE = 1_000_000
FIELD = "added_files"
PAGE = "/form/added-files"
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


class Sender:
    """Somebody with a form open, who sends a body as large as they like without having it in memory."""

    def __init__(self, port: int):
        self.port, self.cookies = port, SimpleCookie()
        self.token = self._token("/merton/")
        self._ask("POST", "/merton/begin", f"csrf_token={self.token}".encode(), "application/x-www-form-urlencoded")
        self._ask("POST", "/form/things-kept", f"csrf_token={self.token}&evidence=pictures".encode(),
                  "application/x-www-form-urlencoded")  # fmt: skip
        self.token = self._token(PAGE)

    def _token(self, path: str) -> str:
        found = TOKEN.search(self._ask("GET", path)[1])
        assert found
        return found[1]

    def _headers(self) -> dict[str, str]:
        return {"Cookie": "; ".join(f"{name}={morsel.value}" for name, morsel in self.cookies.items())}

    def _ask(self, method: str, path: str, body: bytes | None = None, kind: str = "") -> tuple[int, str]:
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=SECONDS)
        line.request(method, path, body, self._headers() | ({"Content-Type": kind} if kind else {}))
        return self._answer(line)

    def _answer(self, line: http.client.HTTPConnection) -> tuple[int, str]:
        answer = line.getresponse()
        text = answer.read().decode()
        for cookie in answer.headers.get_all("Set-Cookie", ()):
            self.cookies.load(cookie)
        line.close()
        return answer.status, text

    def begin(self, size: int, head: bytes) -> http.client.HTTPConnection:
        """Sends everything up to the file itself."""
        before, after = self._frame()
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=SECONDS)
        line.putrequest("POST", PAGE)
        for name, value in self._headers().items():
            line.putheader(name, value)
        line.putheader("Content-Type", f"multipart/form-data; boundary={BOUNDARY}")
        line.putheader("Content-Length", str(len(before) + size + len(after)))
        line.endheaders()
        line.send(before + head)
        return line

    def send(self, size: int, head: bytes = PDF) -> tuple[int, str]:
        """One file of that size."""
        line = self.begin(size, head)
        left = size - len(head)
        while left:
            line.send(bytes(min(PIECE, left)))
            left -= min(PIECE, left)
        line.send(self._frame()[1])
        return self._answer(line)

    def _frame(self) -> tuple[bytes, bytes]:
        part = 'Content-Disposition: form-data; name="{}"'
        token = f"--{BOUNDARY}\r\n{part.format('csrf_token')}\r\n\r\n{self.token}\r\n"
        file = f'--{BOUNDARY}\r\n{part.format(FIELD)}; filename="a.pdf"\r\n\r\n'
        return (token + file).encode(), f"\r\n--{BOUNDARY}--\r\n".encode()
