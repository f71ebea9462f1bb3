"""The moments at which a kill would hurt most: a person or an officer is about to press, or the clock to act.

Each is prepared through the service's own pages, and then kept, to be brought back for each trial.
"""

from __future__ import annotations

import datetime as dt
import html
import re
from collections.abc import Mapping
from dataclasses import dataclass

from flask.testing import FlaskClient
from sqlalchemy import select

from tests.evidence import kept
from tests.faults.stage import Stage
from tests.victim import victim_in_merton
from tests.web.desk import join, open_referral, opened, press, sign_in
from tests.web.visitor import HIDDEN, Visitor
from webform.house import house
from webform.records.store import begin_writing, db
from webform.records.tables import Draft, Message
from webform.rules.journey import places

AREA, PHONE = "merton", "020 8274 4907"


@dataclass(frozen=True)
class Scene:
    """What is about to happen, and under which names the moment before it is kept."""

    kept: tuple[str, ...]
    shown: tuple[str, ...]  # references that a confirmation page has shown before


@dataclass(frozen=True)
class Press(Scene):
    """A button that somebody is about to press."""

    to: str
    cookies: Mapping[str, str]
    fields: Mapping[str, str]


@dataclass(frozen=True)
class Coming(Scene):
    """The clock is about to come, so many minutes from now."""

    later: float


def submission(stage: Stage) -> Press:
    """Somebody has answered everything; others have sent theirs before and have seen their reference."""
    stage.installation.renew()
    shown = tuple(sent(stage) for _ in range(2))
    visitor = about_to_send(stage)
    return press_of(stage, "a submission", visitor.client, "/form/check", "/form/send", shown)


def filing(stage: Stage) -> Press:
    """An officer has filled in the date of a meeting for a case, and is about to save it."""
    stage.installation.renew()
    join(stage.app)
    reference = opened(stage.app)
    client = stage.app.test_client()
    sign_in(stage.app, client)
    open_referral(client, reference)
    meeting = dt.datetime.now(dt.UTC).date() + dt.timedelta(days=8)
    form = f"/desk/case/{reference}/form/panel-meeting"
    when = {"meeting_on-day": meeting.day, "meeting_on-month": meeting.month, "meeting_on-year": meeting.year}
    press(client, f"{form}/meeting-date", page=f"{form}/meeting-date", **when)
    press(client, f"{form}/invited", page=f"{form}/invited", invited="The police and the landlord")
    return press_of(stage, "an officer's filing", client, f"{form}/check", f"{form}/send", (reference,))


def waiting_mail(stage: Stage) -> Coming:
    """Six letters wait for the clock."""
    stage.installation.renew()
    shown = tuple(sent(stage) for _ in range(3))
    return Coming(stage.keep("a delivery"), shown, later=0)


def overdue(stage: Stage) -> Coming:
    """Two cases that nobody will have looked at for days when the clock comes."""
    stage.installation.renew()
    shown = tuple(sent(stage) for _ in range(2))
    without_mail(stage)
    return Coming(stage.keep("a sweep"), shown, later=13 * 24 * 60)


def without_mail(stage: Stage) -> None:
    """All letters have gone long ago, or an alarm would tell."""
    with stage.app.app_context():
        begin_writing()
        for message in db.session.scalars(select(Message)):
            message.state = "sent"
        db.session.commit()


def about_to_send(stage: Stage, client: FlaskClient | None = None) -> Visitor:
    """Somebody who has answered everything, added a file, and looks at their answers."""
    visitor = Visitor(client or stage.app.test_client())
    visitor.begin(AREA)
    with stage.app.app_context():
        begin_writing()
        draft = db.session.scalars(select(Draft).order_by(Draft.id.desc()).limit(1)).one()
        draft.answers = victim_in_merton(added_files=[kept(draft, dt.datetime.now(dt.UTC))])
        draft.visited = [str(place) for place in places(house().shelves.forms[draft.form], draft.answers)]
        db.session.commit()
    visitor.get("/form/check")
    return visitor


def sent(stage: Stage) -> str:
    """Send one; the reference on the confirmation page."""
    visitor = about_to_send(stage)
    return reference_on(visitor.post({}, "/form/send").text)


def reference_on(page: str) -> str:
    """The reference that a confirmation page shows."""
    found = re.search(r"\b[2-9A-Z]{4}-[2-9A-Z]{4}\b", page)
    assert found, page
    return found[0]


def press_of(
    stage: Stage, name: str, client: FlaskClient, page: str, to: str, shown: tuple[str, ...], **typed: str
) -> Press:  # fmt: skip
    """The button of a page, with what it holds and what was typed, kept as it is now."""
    answer = client.get(page)
    assert answer.status_code == 200, (page, answer.status_code)
    fields = {name: html.unescape(value) for name, value in HIDDEN.findall(answer.text)} | typed
    cookies = {cookie.key: cookie.value for cookie in client._cookies.values()}
    return Press(stage.keep(name), shown, to, cookies, fields)
