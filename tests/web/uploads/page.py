"""A form whose pages take files, and what somebody does on them."""

from __future__ import annotations

import html
import io
import re
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import select
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.test import encode_multipart

from tests.web.visitor import HIDDEN, Visitor
from webform.records.attachments import Attachment
from webform.records.store import db
from webform.records.tables import Draft

FORM = """
title = "A form with files"
effect = "opens-case"

[[page]]
id = "proof"
title = "What you have"
[[page.question]]
id = "story"
type = "text"
label = "What is it?"
[[page.question]]
id = "proof"
type = "file"
label = "Add pictures or PDF files"
required = false
megabytes = 1
most = 3

[[page]]
id = "thing"
each = "things"
[[page.question]]
id = "thing"
type = "text"
label = "A thing"
[[page.question]]
id = "thing_file"
type = "file"
label = "Its picture"
most = 1
accept = ["picture"]
required = false
[[page]]
id = "things"
[[page.question]]
id = "things"
type = "group"
entry = "thing"
label = "Things"
required = false

[[page]]
id = "must"
[[page.question]]
id = "must"
type = "file"
label = "The letter that you got"
accept = ["pdf"]
most = 1
"""
Chosen = tuple[str, bytes]


def choose(visitor: Visitor, *chosen: Chosen, name: str = "proof", address: str = "", **typed: str) -> Any:
    """Chooses files and presses a button, as a browser without script does."""
    kept = {key: html.unescape(value) for key, value in HIDDEN.findall(visitor.page.text)}
    data: MultiDict[str, Any] = MultiDict({**kept, **typed})
    for filename, content in chosen or [("", b"")]:
        data.add(name, FileStorage(io.BytesIO(content), filename, name))
    boundary, body = encode_multipart(data)
    kind = f"multipart/form-data; boundary={boundary}"
    visitor.page = visitor.client.post(address or visitor.address, data=body, content_type=kind)
    if visitor.page.status_code == 303:
        visitor.get(visitor.page.headers["Location"])
    return visitor.page


def add(visitor: Visitor, *chosen: Chosen, **typed: str) -> Any:
    """The same with the button that stays on the page."""
    return choose(visitor, *chosen, upload="proof", **typed)


def shown(visitor: Visitor) -> list[str]:
    """The files that the page lists."""
    found = re.findall(r'service-files__name">(.*?)</span>', visitor.page.text)
    return [html.unescape(re.sub("<[^>]+>", "", one)).strip() for one in found]


def lying(app: Flask) -> set[str]:
    """The names of the sealed files."""
    folder: Path = app.extensions["asb"].settings.instance / "attachments"
    return {path.name for path in folder.iterdir()}


def answers(app: Flask) -> Any:
    with app.app_context():
        return db.session.scalars(select(Draft)).one().answers


def keys(app: Flask) -> list[str]:
    with app.app_context():
        return list(db.session.scalars(select(Attachment.key).order_by(Attachment.id)))
