"""The local mailbox: there for somebody who tries the service out, and nowhere else."""

from __future__ import annotations

from dataclasses import replace
from email.message import EmailMessage
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.installation import Installation
from webform.wiring import build

EVIL = "<script>alert(1)</script>"


@pytest.fixture
def mail(instance: Path) -> EmailMessage:
    """A mail with text, HTML and an attachment, all of it hostile, in the local mailbox."""
    message = EmailMessage()
    message["Subject"] = f"Hello {EVIL}"
    message["To"] = "ann@people.example"
    message["From"] = "service@localhost.example"
    message["Date"] = "Mon, 11 May 2026 10:00:00 +0100"
    message.set_content(f"See http://127.0.0.1:8000/desk/case/ABCD-EFGH {EVIL}")
    message.add_alternative(f"<html><head></head><body><p>Hi</p>{EVIL}</body></html>", subtype="html")
    message.add_attachment(b"<b>x</b>", maintype="text", subtype="html", filename="odd.html")
    (instance / "mail").mkdir(exist_ok=True)
    evil_name = b"filename*=utf-8''a%22%0D%0AX-Evil%3A%201.html"
    (instance / "mail" / "one.eml").write_bytes(message.as_bytes().replace(b'filename="odd.html"', evil_name))
    return message


def test_empty_mailbox_says_so(client: FlaskClient) -> None:
    """Before anything was sent the page explains itself."""
    assert "There is no mail yet" in client.get("/mailbox/").text


def test_list_names_the_mail(client: FlaskClient, mail: EmailMessage) -> None:
    """Subject, recipient and time, with nothing of the mail taken for HTML."""
    page = client.get("/mailbox/").text
    assert "ann@people.example" in page
    assert "11 May 2026 at 10am" in page
    assert "Hello &lt;script&gt;" in page
    assert EVIL not in page


def test_text_is_shown_with_links_that_work(client: FlaskClient, mail: EmailMessage) -> None:
    """The plain text can be read, and an address in it can be followed."""
    page = client.get("/mailbox/one.eml").text
    assert 'href="http://127.0.0.1:8000/desk/case/ABCD-EFGH"' in page
    assert EVIL not in page


def test_html_runs_nothing(client: FlaskClient, mail: EmailMessage) -> None:
    """The HTML part is served into a frame that may run no script and load nothing, and its links lead out of it."""
    page = client.get("/mailbox/one.eml").text
    assert 'sandbox="allow-popups allow-top-navigation-by-user-activation"' in page
    framed = client.get("/mailbox/one.eml/html")
    policy = framed.headers["Content-Security-Policy"]
    assert policy.startswith("sandbox ")
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert "allow-scripts" not in policy
    assert '<base target="_top">' in framed.text


def test_attachment_is_only_ever_a_download(client: FlaskClient, mail: EmailMessage) -> None:
    """An attachment never opens in the browser, and its name can't add a header."""
    answer = client.get("/mailbox/one.eml/attachment/0")
    assert answer.data == b"<b>x</b>"
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "X-Evil" not in answer.headers
    assert client.get("/mailbox/one.eml/attachment/1").status_code == 404


@pytest.mark.parametrize("name", ["two.eml", "..%2fkeys.json", "%2e%2e", "contacts.toml"])
def test_only_mails_of_the_folder_are_read(client: FlaskClient, mail: EmailMessage, name: str) -> None:
    """No name leads out of the folder."""
    assert client.get(f"/mailbox/{name}").status_code in (404, 308)
    assert client.get(f"/mailbox/{name}/html").status_code == 404


def test_unreadable_mail_does_not_break_the_list(client: FlaskClient, mail: EmailMessage, instance: Path) -> None:
    """A file that is no mail is listed without its time and can be opened."""
    (instance / "mail" / "odd.eml").write_bytes(b"\xff\xfe no mail at all")
    assert client.get("/mailbox/").status_code == 200
    assert client.get("/mailbox/odd.eml").status_code == 200


def test_real_installation_has_no_mailbox(app: Flask, sqlite_installation: Installation) -> None:
    """Outside local mode no such address exists."""
    real = replace(sqlite_installation.settings, local=False, base_url="https://reviews.council.example")
    addresses = [rule.rule for rule in build(real, sqlite_installation.shelves).url_map.iter_rules()]
    assert not [address for address in addresses if address.startswith("/mailbox")]
