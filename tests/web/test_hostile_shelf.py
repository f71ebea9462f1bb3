"""A document of the council's own shelf may hold any words: on pages, in mail and on paper they stay words."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from tests.moment import Moment
from tests.sending.watched_press import touched
from tests.web.desk import opened
from tests.web.poison import EVIL, POISONS
from tests.web.test_injection import HEADS, PARTS, harmless
from tests.web.visitor import Visitor
from webform.documents.shelf import read_shelves
from webform.house import EXTENSION, House, house
from webform.records.outbox import Message
from webform.records.store import db
from webform.sending import smtp
from webform.sending.paper import letter_html
from webform.settings import SHIPPED

AREA = "merton"
SHELVES = (f"procedures/{AREA}.toml", "forms/request.toml", "emails/receipt.md", "emails/spoc-notice.md")
SAID = ("title", "says", "source", "label", "short", "hint", "missing", "name", "body", "subject", "why", "legend")
LINE = re.compile(rf'^(\s*(?:{"|".join(SAID)}) = )"((?:[^"\\]|\\.)*)"$', re.MULTILINE)
# Not here: what reading refuses (placeholders that nobody fills, signs that nobody sees), and links, which are allowed.
LEFT = ("mail heads", "placeholders", "controls", "template", "links", "bare link")
HELD = [poison for name, poison in POISONS.items() if name not in LEFT]
HELD += [
    f"x\nBcc: all@{EVIL}\n\n<b>x</b>",
    "[x](javascript:alert(1))",
    "![x](data:text/html,x)",
    "[x](file:///etc/passwd)",
]
HELD += ["{{{{7*7}}}}{{% raw %}}", "</title></textarea><script>alert(1)</script>", "&lt;x-evil&gt;", "'\"`", "—é漢字"]
ADDRESSES = ("/merton/", "/merton/procedure", "/merton/privacy", "/merton/check", "/merton/blank")


def hostile(text: str, words: str) -> str:
    """A document with these words behind everything that people read of it; what it drops, it can't drop twice."""
    text = "\n[[".join(block for block in text.split("\n[[") if "\ndrop = true" not in block)
    return LINE.sub(lambda found: found[1] + json.dumps(json.loads(f'"{found[2]}"') + words, ensure_ascii=False), text)


@pytest.fixture
def shelf(app: Flask, instance: Path) -> Iterator[Path]:
    """The council's own shelf, taken away again."""
    before = app.extensions[EXTENSION]
    yield instance
    app.extensions[EXTENSION] = before
    for name in SHELVES:
        shutil.rmtree((instance / name).parent, ignore_errors=True)


@settings(max_examples=6, suppress_health_check=list(HealthCheck))
@given(words=st.lists(st.sampled_from(HELD), min_size=1, max_size=3).map(" ".join))
def test_words_of_a_document_stay_words(app: Flask, shelf: Path, now: Moment, words: str) -> None:
    """Pages, forms, mail and letters hold no tag, handler or head that we did not write."""
    for name in SHELVES:
        (shelf / name).parent.mkdir(exist_ok=True)
        (shelf / name).write_text(hostile((SHIPPED / name).read_text("utf-8"), words), "utf-8")
    shelves = read_shelves(SHIPPED, shelf)
    assert words in shelves.forms["request"].title
    app.extensions[EXTENSION] = House(app.extensions[EXTENSION].settings, shelves)
    visitor = Visitor(app.test_client())
    for address in ADDRESSES:
        harmless(visitor.client.get(address).text)
    visitor.begin(AREA)
    harmless(visitor.page.text)
    with app.app_context():
        reference = opened(app)
        for row in db.session.scalars(select(Message)):
            assert "\n" not in row.subject
            harmless(row.html or "", is_mail=True)
            mail = message_from_bytes(smtp.build(row, house().settings).as_bytes(), policy=policy.default)
            assert set(mail.keys()) <= HEADS
            assert EVIL not in str(mail["To"])
            assert [part.get_content_type() for part in mail.walk() if not part.is_multipart()] == PARTS
        area = shelves.procedures[AREA].area
        sheet = letter_html(sender=[area.body], address=[area.name], date=words, reference=reference, subject=words,
                            markdown=words)  # fmt: skip
    harmless(sheet, is_mail=True)
    assert touched(sheet) == []
