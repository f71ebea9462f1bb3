"""What each role sees and does at the desk, beyond what the matrix of addresses walks."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.moment import Moment
from tests.web.desk import documents, join, open_referral, opened, press, sign_in
from tests.web.test_linked_areas import hand_over, linked
from webform.cases.letters import add_task
from webform.records.officers import Access
from webform.records.store import begin_writing, db
from webform.records.tables import Case, CaseLink, Task

__all__ = ["linked"]
KIM = "kim@merton.example"


def somebody(app: Flask, role: str, area: str = "merton") -> FlaskClient:
    """A browser in which Kim is signed in, in that role."""
    join(app, KIM, "Kim Lee", area, role)
    browser = app.test_client()
    sign_in(app, browser, KIM)
    return browser


def ask(app: Flask, reference: str, says: str) -> int:
    """Somebody is asked to put something right in a case; returns the number of the task."""
    with app.app_context():
        begin_writing()
        case = db.session.scalars(select(Case).where(Case.reference == reference)).one()
        add_task(case, "ring", says, dt.datetime.now(dt.UTC))
        db.session.commit()
        return db.session.scalars(select(Task.id).where(Task.case_id == case.id, Task.kind == "ring")).one()


def test_an_auditor_reads_what_nobody_has_opened_and_changes_nothing(app: Flask, now: Moment, client: object) -> None:
    """The referral shows without being opened, no button leads to work, and the look is kept."""
    reference = opened(app)
    auditor = somebody(app, "auditor")
    page = auditor.get(f"/desk/case/{reference}").text
    assert "Loud music every weekend" in page
    for press_of in (
        "Open this referral",
        "Fill in the form",
        "New request",
        "Give a new link",
        "What else you can do",
    ):
        assert press_of not in page
    assert re.findall(r'<form method="post" action="/desk/case[^"]*"', page) == []
    assert auditor.get(f"/desk/case/{reference}/document/1").status_code in (200, 302)
    assert auditor.get(f"/desk/case/{reference}/form/seen/").status_code == 403
    with app.app_context():
        assert "case" in db.session.scalars(select(Access.what)).all()
    assert documents(app, reference, "seen") == []


def _forms(browser: FlaskClient, reference: str) -> set[str]:
    """The forms that the page of a case leads to."""
    return set(re.findall(r"/form/([a-z-]+)", browser.get(f"/desk/case/{reference}").text))


def test_an_officer_works_and_does_not_decide(app: Flask, desk: FlaskClient) -> None:
    """Whoever works on cases files what is no decision; the decision is for those who may."""
    reference = opened(app)
    open_referral(desk, reference)
    officer = somebody(app, "officer")
    page = officer.get(f"/desk/case/{reference}").text
    assert f"/desk/case/{reference}/form/threshold-decision" not in page
    decisions = {"full-copy", "hold", "keep-case", "pass-on", "waive"}
    assert _forms(desk, reference) - _forms(officer, reference) == decisions
    assert officer.get(f"/desk/case/{reference}/form/threshold-decision/").status_code == 403
    assert officer.get(f"/desk/case/{reference}/form/risk-matrix/").status_code == 302
    assert desk.get(f"/desk/case/{reference}/form/threshold-decision/").status_code == 302


@pytest.mark.usefixtures("linked")
def test_a_publisher_has_the_figures_and_no_case(app: Flask, client: FlaskClient) -> None:
    """They land at the area's own duties and file what is due there."""
    reference = opened(app)
    publisher = somebody(app, "publisher")
    assert publisher.get("/desk/").status_code == 403
    assert publisher.get(f"/desk/case/{reference}").status_code == 404
    page = publisher.get("/desk/area").text
    assert "Publish the figures" in page
    assert "Fill in the form" in page
    assert "My day" not in page


@pytest.mark.usefixtures("linked")
def test_a_reviewer_has_the_cases_alone_that_came_from_elsewhere(
    app: Flask, desk: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of the upper body's cases the one that was handed over is there, to read and to work on, and no other."""
    _, theirs = hand_over(app, desk)
    other = opened(app, "upper")  # by the same person, so that it looks like the same request
    tasks = [ask(app, reference, f"Ring about {reference}.") for reference in (theirs, other)]
    reviewer = somebody(app, "reviewer", "upper")
    assert theirs in reviewer.get("/desk/list/open").text
    assert [reference in reviewer.get("/desk/").text for reference in (theirs, other)] == [True, False]
    assert [reference in reviewer.get("/desk/list/tasks").text for reference in (theirs, other)] == [True, False]
    assert "/desk/area" not in reviewer.get("/desk/").text
    monkeypatch.setattr("webform.cases.desk.MOST", 1)  # cases that they can't see take no room in what is found
    found = press(reviewer, "/desk/search", page="/desk/", q="Zdarska").text
    assert [reference in found for reference in (theirs, other)] == [True, False]
    assert "More than" not in found
    assert open_referral(reviewer, theirs).status_code == 303
    page = reviewer.get(f"/desk/case/{theirs}")
    assert (page.status_code, other in page.text) == (200, False)
    here = f"/desk/case/{theirs}"
    assert press(reviewer, f"{here}/link/{other}", page=here).status_code == 404
    assert [press(reviewer, f"/desk/task/{task}/done", page=here).status_code for task in tasks] == [303, 404]
    with app.app_context():
        db.session.execute(CaseLink.__table__.delete())
        db.session.commit()
    assert reviewer.get(f"/desk/case/{theirs}").status_code == 404
    assert theirs not in reviewer.get("/desk/list/open").text
    assert f"/desk/case/{theirs}" not in press(reviewer, "/desk/search", page="/desk/", q=theirs).text
    assert other not in reviewer.get("/desk/list/open").text
