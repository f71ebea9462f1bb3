"""What nobody types by mistake: for tests that send anything to anywhere."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import quote_from_bytes

from hypothesis import strategies as st

WORDS: tuple[bytes, ...] = (
    b"", b" ", b"\0", b"a\0b", b"\r\nBcc: evil@example.com\r\n\r\nx", b"\xff\xfe", b"\xed\xa0\x80", b"\xf4\x90\x80\x80",
    "\u202e\u2066\ufeff".encode(), "\U0001f622".encode(), "٣²½Ⅷ".encode(), b"{{7*7}}", b"{% raw %}", b"${7*7}",
    b"{reference}",
    b"%s%n%(x)s", b"<script>alert(1)</script>", b"<img src=http://192.0.2.1/x>", b"![x](http://192.0.2.1/x)",
    b"[x](javascript:alert(1))", b"' OR 1=1 --", b"\"; DROP TABLE cases; --", b"%_\\", b"../../../../etc/passwd",
    b"..%2f..%2fetc", b"file:///etc/passwd", b"//evil.example/", b"/\\evil.example", b"https:evil.example", b"-1", b"0",
    b"99999999999999999999", b"2147483648", b"1e999", b"NaN", b"-0.0", b"0x10", b"31", b"2", b"2026", b"0000", b"9999",
    b"yes", b"no", b"send", b"print", b"posted", b"preview", b"null", b"true", b"[]", b"{}", b"a" * 300, b"b" * 5000,
    b"c" * 110_000, b"> " * 300, b"- " * 2000, b"\n" * 3000, b"x@y.example", b"=?utf-8?q?x?=", b"a,b@c.example",
    "ａ＠ｂ.example".encode(), b"07700 900982", b"SM4 5DX", b"00000000", b"12:60",
)  # fmt: skip
TYPES = (
    "application/x-www-form-urlencoded", "application/x-www-form-urlencoded; charset=utf-7", "application/json",
    "text/plain", "multipart/form-data", "multipart/form-data; boundary=", "multipart/form-data; boundary=x",
    "multipart/form-data; boundary=" + "b" * 300, "application/xml", "\xe9", "",
)  # fmt: skip
DEEP: tuple[Any, ...] = (b"[" * 50_000, b'{"a":' * 50_000, b"[]", b"null", b'{"identity":{"a":[1]}}', b'"\\ud800"')

value = st.sampled_from(WORDS) | st.binary(max_size=60) | st.text(max_size=40).map(str.encode)
# In an address nothing is empty: that would be another address.
part = value.filter(bool).map(lambda raw: quote_from_bytes(raw[:2000], safe=""))
query = st.lists(st.tuples(st.sampled_from(("q", "next", "return", "note", "done", "x")), part), max_size=3).map(
    lambda pairs: "&".join(f"{name}={raw}" for name, raw in pairs)
)


def fields(names: list[str]) -> st.SearchStrategy[list[tuple[str, bytes]]]:
    """Some of the names that a page has, a few of nobody's, with any value; some of them more than once."""
    name = st.sampled_from(names) | st.sampled_from(("x", "__proto__", "a[b]", "file"))
    return st.lists(st.tuples(name, value), max_size=8)


def urlencoded(pairs: list[tuple[str, bytes]]) -> bytes:
    """The pairs as a form posts them."""
    return b"&".join(f"{name}={quote_from_bytes(raw)}".encode() for name, raw in pairs)


def multipart(pairs: list[tuple[str, bytes]], extra: bytes = b"") -> bytes:
    """The pairs as a form with files posts them, by the boundary x; `extra` stands in the heads of each part."""
    lines = [
        b'--x\r\nContent-Disposition: form-data; name="' + name.encode() + b'"' + extra + b"\r\n\r\n" + raw + b"\r\n"
        for name, raw in pairs
    ]
    return b"".join((*lines, b"--x--\r\n"))


part_heads = st.sampled_from((
    b"", b'; filename="x.pdf"', b'; filename="../../x"', b'; filename*=utf-8\'\'%00', b"\r\nContent-Type: text/html",
    b"\r\nContent-Transfer-Encoding: base64", b'; filename="a\0b"', b"; filename=\xff",
    b"\r\nContent-Type: multipart/mixed",
))  # fmt: skip
bodies = st.tuples(st.sampled_from(TYPES), st.sampled_from(DEEP) | st.binary(max_size=400))
json_bodies = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(("identity", "passcode", "x")), inner),
    max_leaves=8,
).map(lambda made: ("application/json", json.dumps(made).encode()))
HEADS = (
    "Accept", "Accept-Language", "Cookie", "Forwarded", "If-Modified-Since", "If-None-Match", "Origin", "Range",
    "Referer", "User-Agent", "X-HTTP-Method-Override", "X-Original-URL", "X-Request-ID", "X-Rewrite-URL",
    "X-Status-Token",
)  # fmt: skip
# What a server lets through in a head: no line break, no NUL, characters of Latin-1.
head = value.map(lambda raw: re.sub(r"[\r\n\0]", "", raw[:5000].decode("latin-1")))
