"""What tests of the desk do over and over: open a case, sign an officer in, press a button."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pyotp
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from tests.asked_for import asked_for
from tests.evidence import kept
from tests.victim import victim_in_merton
from webform.cases.drafts import start_draft
from webform.cases.officers import add_officer
from webform.house import house
from webform.records.outbox import Message
from webform.records.store import begin_writing, db
from webform.records.tables import Case, Document

SAM = "sam.spoc@merton.example"
CODE = re.compile(r"\b(\d{8})\b")
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


def join(app: Flask, email: str = SAM, name: str = "Sam Spoc", area: str = "merton", role: str = "spoc") -> None:
    """An officer joins."""
    with app.app_context():
        begin_writing()
        add_officer(email, name, area, role)
        db.session.commit()


def opened(app: Flask, area: str = "merton", received_at: dt.datetime | None = None, **changes: Any) -> str:
    """A victim's request, opened as the public form opens it; returns its reference."""
    with app.app_context():
        now, answers = dt.datetime.now(dt.UTC), victim_in_merton(**changes)
        case = asked_for(house().shelves, answers, now, area=area, received_at=received_at)
        db.session.commit()
        return case.reference


def opened_with_files(app: Flask, *files: tuple[bytes, str]) -> tuple[str, list[str]]:
    """The same, with files (content and name) that came with it; also what the records call them."""
    with app.app_context():
        begin_writing()
        now = dt.datetime.now(dt.UTC)
        procedure = house().shelves.procedures["merton"]
        draft, _ = start_draft(procedure, house().shelves.forms[procedure.area.opens_with], now)
        sent = [kept(draft, now, content, name) for content, name in files]
        db.session.commit()
    return opened(app, added_files=sent), [one["file"] for one in sent]


def token_of(response: TestResponse) -> str:
    """The token in a page's forms."""
    found = TOKEN.search(response.text)
    assert found, f"no token in {response.request.path}"
    return found[1]


def press(client: FlaskClient, url: str, page: str = "/sign-in", **fields: Any) -> TestResponse:
    """A POST with the token of a page that has a form."""
    token = token_of(client.get(page))
    return client.post(url, data={"csrf_token": token, **fields})


def ask_for_code(client: FlaskClient, email: str = SAM) -> TestResponse:
    """Type a name and ask for a code."""
    return press(client, "/sign-in/code", identity=email)


def sent_codes(app: Flask, email: str = SAM) -> list[str]:
    """The codes that were mailed there, in order."""
    with app.app_context():
        mails = db.session.scalars(select(Message).where(Message.purpose == "sign-in").order_by(Message.id))
        return [found[1] for mail in mails if mail.recipient == email and (found := CODE.search(mail.text))]


def type_code(client: FlaskClient, code: str, email: str = SAM, **fields: Any) -> TestResponse:
    """Type a code."""
    return press(client, "/sign-in", identity=email, passcode=code, **fields)


def sign_in(app: Flask, client: FlaskClient, email: str = SAM) -> TestResponse:
    """Sign in with a mailed code."""
    ask_for_code(client, email)
    return type_code(client, sent_codes(app, email)[-1], email)


def set_up_app(client: FlaskClient) -> pyotp.TOTP:
    """Set up an authenticator app, and return it."""
    page = press(client, "/sign-in/app/", page="/sign-in/app/")
    key = re.search(r'desk-key">([^<]+)<', page.text)
    setup = re.search(r'name="setup" value="([^"]+)"', page.text)
    assert key
    assert setup
    authenticator = pyotp.TOTP(key[1].replace("-", "").replace(" ", ""))
    done = client.post(
        "/sign-in/app/confirm",
        data={"csrf_token": token_of(page), "setup": setup[1], "passcode": authenticator.now()},
    )
    assert done.status_code == 302
    return authenticator


def open_referral(client: FlaskClient, reference: str) -> TestResponse:
    """Press "Open this referral"."""
    return press(client, f"/desk/case/{reference}/open", page=f"/desk/case/{reference}")


def effects(app: Flask, reference: str) -> list[str]:
    """The effects of a case's documents, in filing order."""
    with app.app_context():
        wanted = select(Document.effect).join(Case).where(Case.reference == reference).order_by(Document.number)
        return list(db.session.scalars(wanted))


def documents(app: Flask, reference: str, step: str) -> list[Document]:
    """A case's documents of a step, in filing order."""
    with app.app_context():
        of_step = select(Document).join(Case).where(Case.reference == reference, Document.step == step)
        return list(db.session.scalars(of_step.order_by(Document.number)))


def case_number(reference: str) -> int:
    """The id of a case."""
    return db.session.scalars(select(Case.id).where(Case.reference == reference)).one()
