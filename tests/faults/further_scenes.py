"""What else must never be half done: a vote, what is passed on, a correction, a case that moves, an appeal.

And what the clock makes, and erases at night.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import select

from tests.agency import asked
from tests.faults.scenes import Coming, Press, press_of, without_mail
from tests.faults.stage import Stage
from tests.told_outcome import told_outcome
from tests.web.desk import case_number, join, open_referral, opened, press, sign_in
from tests.web.party import WORD, open_page, party_of
from tests.web.visitor import Visitor
from webform.cases.bundles import ask_for_bundle
from webform.cases.file_document import file_document
from webform.cases.links import mint, set_word
from webform.cases.people import Author
from webform.house import house
from webform.records.store import begin_writing, db
from webform.records.tables import Case, Draft
from webform.rules.journey import places

NIGHT, DECADE = 60, 10 * 366 * 24 * 60  # minutes from now
SPOC = Author("Sam Spoc", "spoc")


def vote(stage: Stage) -> Press:
    """A member of the panel has answered how they vote."""
    stage.installation.renew()
    reference = opened(stage.app)
    meeting = dt.datetime.now(dt.UTC).date() + dt.timedelta(days=9)
    _files(stage, reference, "panel-meeting", meeting_on=f"{meeting}", meeting_fixed="yes", chair_involved="no",
           others=["none"])  # fmt: skip
    _files(stage, reference, "votes-asked", vote_by=f"{meeting - dt.timedelta(days=2)}")
    visitor = _at_their_page(stage, reference, "police")
    home = visitor.address
    _answers(stage, visitor, "Say whether you have an interest", {"interest": "no", "declared_by": "Pat"})
    visitor.post({}, visitor.address.replace("/check", "/send"))
    visitor.get(home)
    _answers(stage, visitor, "Vote on the threshold", {"vote": "yes", "vote_why": "Reports", "voted_by": "Pat"})
    return _sends(stage, "a vote", visitor, reference)


def passing_on(stage: Stage) -> Press:
    """An organisation is about to give a colleague the link to what it is asked for."""
    stage.installation.renew()
    reference = opened(stage.app)
    path, _ = asked(stage.app, reference)
    visitor = open_page(Visitor(stage.app.test_client()), path)
    found = re.search(r'href="(/page/[^"]+/colleague/\d+)"', visitor.page.text)
    assert found
    colleague = {"your_name": "Al", "colleague_name": "Bo", "colleague_email": "bo@police.example"}
    return press_of(stage, "a link", visitor.client, found[1], found[1], (reference,), **colleague)


def correction(stage: Stage) -> Press:
    """An officer has written down what was wrong in a request."""
    client, reference = _desk(stage)
    form = f"/desk/case/{reference}/form/correction"
    first = client.get(f"{form}/", follow_redirects=True).request.path
    press(client, first, page=first, correction_kind="more", correction_why="She rang.")
    press(client, f"{form}/in-short", page=f"{form}/in-short", headline="Drums at night")
    return press_of(stage, "a correction", client, f"{form}/check", f"{form}/send", (reference,))


def moving(stage: Stage) -> Press:
    """An officer is about to pass a case on to another area of this service."""
    client, reference = _desk(stage)
    form = f"/desk/case/{reference}/form/pass-on"
    press(client, f"{form}/begin/passed.to/Bromley", page="/desk/new/")
    press(client, f"{form}/passed-to", page=f"{form}/passed-to", passed_to="Bromley", passed_why="They live there.")
    return press_of(stage, "a case passed on", client, f"{form}/check", f"{form}/send", (reference,))


def appeal(stage: Stage) -> Press:
    """Somebody has written their appeal at their own page."""
    stage.installation.renew()
    reference = told_outcome(stage.app, "shropshire")
    visitor = _at_their_page(stage, reference, "applicant")
    _answers(stage, visitor, "Appeal", {"not_happy": "The plan has no dates."})
    return _sends(stage, "an appeal", visitor, reference)


def bundle(stage: Stage) -> Coming:
    """An officer has asked for the papers of a case with a file, and the clock is about to make them."""
    stage.installation.renew()
    reference = opened(stage.app)
    with stage.app.app_context():
        begin_writing()
        case = db.session.get_one(Case, case_number(reference))
        ask_for_bundle(case, SPOC.name, {}, dt.datetime.now(dt.UTC))
        db.session.commit()
    without_mail(stage)
    return Coming(stage.keep("a bundle"), (reference,), later=0)


def night(stage: Stage) -> Coming:
    """The time of one case is over when the clock comes; another goes on."""
    stage.installation.renew()
    over, reference = (opened(stage.app) for _ in range(2))
    with stage.app.app_context():
        begin_writing()
        case, now = db.session.get_one(Case, case_number(over)), dt.datetime.now(dt.UTC)
        case.closed_at = now - dt.timedelta(minutes=DECADE)
        db.session.commit()
    without_mail(stage)
    return Coming(stage.keep("an erasure"), (over, reference), later=NIGHT)


PRESSES: tuple[Callable[[Stage], Press], ...] = (vote, passing_on, correction, moving, appeal)
COMINGS: tuple[Callable[[Stage], Coming], ...] = (bundle, night)


def _desk(stage: Stage) -> tuple[FlaskClient, str]:
    """An officer who has opened a new case."""
    stage.installation.renew()
    join(stage.app)
    reference, client = opened(stage.app), stage.app.test_client()
    sign_in(stage.app, client)
    open_referral(client, reference)
    return client, reference


def _files(stage: Stage, reference: str, step: str, **answers: Any) -> None:
    with stage.app.app_context():
        begin_writing()
        case = db.session.get_one(Case, case_number(reference))
        rule = house().shelves.procedures[case.area].step(step)
        form = house().shelves.forms[str(rule and rule.fill)]
        file_document(case, step, form, answers, author=SPOC, now=dt.datetime.now(dt.UTC))
        db.session.commit()


def _at_their_page(stage: Stage, reference: str, role: str) -> Visitor:
    """Whoever has that role, with a link and a word."""
    with stage.app.app_context():
        begin_writing()
        party = party_of(reference, role)
        set_word(party, WORD)
        area = db.session.get_one(Case, case_number(reference)).area
        path = f"/{area}/open/{mint(party, dt.datetime.now(dt.UTC))}"
        db.session.commit()
    return open_page(Visitor(stage.app.test_client()), path)


def _answers(stage: Stage, visitor: Visitor, title: str, answers: dict[str, Any]) -> None:
    """They begin the form, everything is answered, and they look at it."""
    found = re.search(rf'href="([^"]+)">{re.escape(title)}</a>', visitor.page.text)
    assert found, title
    visitor.get(found[1])
    visitor.post({})  # the first thing sent makes the draft
    with stage.app.app_context():
        begin_writing()
        draft = db.session.scalars(select(Draft).order_by(Draft.id.desc()).limit(1)).one()
        draft.answers = answers
        draft.visited = [str(place) for place in places(house().shelves.forms[draft.form], answers)]
        db.session.commit()
    visitor.get(f"{found[1]}check")


def _sends(stage: Stage, name: str, visitor: Visitor, reference: str) -> Press:
    """The button below check-your-answers."""
    page = visitor.address
    return press_of(stage, name, visitor.client, page, page.replace("/check", "/send"), (reference,))
