"""What comes in by letter, email or phone is written down with the day it came; after its last day all the same."""

from __future__ import annotations

import datetime as dt

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.moment import LONDON, Moment
from tests.told_outcome import told_outcome
from tests.web.desk import documents, join, press, sign_in
from webform.records.store import db
from webform.records.tables import Case, Message

SAL = "sal.spoc@shropshire.example"
TOLD = dt.datetime(2026, 12, 10, 15, tzinfo=LONDON)  # twenty working days later is 12 January 2027


@pytest.fixture
def spoc(app: Flask, client: FlaskClient, now: Moment) -> FlaskClient:
    """The Business Unit of an area whose letters about the outcome can be appealed against for twenty working days."""
    now.is_("2027-01-20 10:00")
    join(app, SAL, "Sal Spoc", area="shropshire")
    sign_in(app, client, SAL)
    return client


def write_down(spoc: FlaskClient, reference: str, day: str, form: str = "appeal") -> str:
    """The form that lies on Sal's desk, typed in; returns what is said where it could not be filed."""
    address = f"/desk/case/{reference}/form/{form}"
    year, month, date = day.split("-")
    came = {"came_on-day": date, "came_on-month": month, "came_on-year": year}
    press(spoc, f"{address}/how-it-came", page=f"{address}/how-it-came", **came)
    press(spoc, f"{address}/not-happy", page=f"{address}/not-happy", not_happy="No dates in the plan.")
    press(spoc, f"{address}/wanted", page=f"{address}/wanted", wanted="")
    sent = press(spoc, f"{address}/send", page=f"{address}/check")
    return "" if sent.status_code == 303 else sent.text


def flags(app: Flask, reference: str) -> list[str]:
    with app.app_context():
        return [one["label"] for one in db.session.scalars(select(Case).where(Case.reference == reference)).one().flags]


def letters(app: Flask, name: str) -> dict[str, str]:
    with app.app_context():
        found = db.session.scalars(select(Message).where(Message.letter == name).order_by(Message.id))
        return {str(one.role): one.text for one in found}


def test_the_day_it_came_counts(app: Flask, spoc: FlaskClient) -> None:
    """A letter that came on the last day and is written down a week later is in time; the day is no answer of theirs,
    and whoever it is for is told."""
    reference = told_outcome(app, "shropshire", TOLD)
    page = spoc.get(f"/desk/case/{reference}").text
    assert "until 12 January 2027. This day has passed. It is taken in all the same" in page
    assert write_down(spoc, reference, "2027-01-12") == ""
    [filed] = documents(app, reference, "appeal")
    assert filed.effective_at == dt.datetime(2027, 1, 12, 12, tzinfo=dt.UTC)
    assert dict(filed.answers) == {"not_happy": "No dates in the plan."}
    assert (filed.author, filed.author_role) == ("Sal Spoc", "spoc")
    assert flags(app, reference) == []
    assert "12 January 2027" in letters(app, "appeal-received")["applicant"]
    assert "The last day" not in letters(app, "appeal-received")["applicant"]
    assert set(letters(app, "filed")) == {"scrutineer"}


def test_a_late_appeal_is_taken_in_and_flagged(app: Flask, spoc: FlaskClient) -> None:
    """A day later it is filed as well: the case says so until somebody puts the day right, and the person is told."""
    reference = told_outcome(app, "shropshire", TOLD)
    assert write_down(spoc, reference, "2027-01-13") == ""
    words = "Appeal: it came after Tuesday 12 January 2027, the last day for it. It is taken in all the same."
    assert flags(app, reference) == [words]
    assert words in spoc.get(f"/desk/case/{reference}").text
    assert "The last day for it was Tuesday 12 January 2027" in letters(app, "appeal-received")["applicant"]
    [late] = documents(app, reference, "appeal")
    form = f"/desk/case/{reference}/form/correction.0.{late.number}"
    day = {f"correction_day-{part}": said for part, said in (("day", "11"), ("month", "1"), ("year", "2027"))}
    why = {"correction_kind": "wrong", "correction_why": "The stamp says the 11th.", **day}
    press(spoc, f"{form}/correction", page=f"{form}/correction", **why)
    assert press(spoc, f"{form}/send", page=f"{form}/check").status_code == 303
    assert flags(app, reference) == []


def test_nothing_came_before_the_request(app: Flask, spoc: FlaskClient) -> None:
    """A day before the request is a slip of the pen: nothing is filed, and what was typed is kept."""
    reference = told_outcome(app, "shropshire", TOLD)
    assert "must not be before the request was received" in write_down(spoc, reference, "2026-01-12")
    assert documents(app, reference, "appeal") == []
    assert write_down(spoc, reference, "2027-01-12") == ""


def test_on_the_day_of_the_letter_it_never_comes_before_it(app: Flask, spoc: FlaskClient) -> None:
    """The outcome went at three in the afternoon, and the appeal came the same day: it follows the letter."""
    reference = told_outcome(app, "shropshire", TOLD)
    assert write_down(spoc, reference, "2026-12-10") == ""
    [filed] = documents(app, reference, "appeal")
    assert filed.effective_at == TOLD


def test_who_is_not_happy_gets_an_answer_in_any_area(app: Flask, client: FlaskClient, now: Moment) -> None:
    """Where the source has no appeal: somebody calls, it is looked at again, and the letter names the ombudsmen."""
    now.is_("2027-01-20 10:00")
    join(app, "bo@bromley.example", "Bo", area="bromley")
    sign_in(app, client, "bo@bromley.example")
    reference = told_outcome(app, "bromley", TOLD)
    pages = {
        "dissatisfaction": {
            "how-it-came": {"came_on-day": "19", "came_on-month": "1", "came_on-year": "2027"},
            "about": {"about": "review"}, "why": {"why": "Nobody asked me."}, "wanted": {"wanted": ""},
        },
        "looked-again": {
            "who": {"looked_by": "Di Deputy, Manager", "had_part": "no"},
            "what-follows": {"what_follows": "We should have."},
        },
    }  # fmt: skip
    for step, asked in pages.items():
        form = f"/desk/case/{reference}/form/{step}"
        for name, answers in asked.items():
            press(client, f"{form}/{name}", page=f"{form}/{name}", **answers)
        assert f"done={step}" in press(client, f"{form}/send", page=f"{form}/check").location
    page = f"/desk/case/{reference}"
    press(client, f"{page}/letter/dissatisfaction-answer", page=page, do="send")
    text = letters(app, "dissatisfaction-answer")["applicant"]
    assert "You told us on Tuesday 19 January 2027 that you were not happy" in text
    assert "We should have." in text
    assert "Housing Ombudsman: 0300 111 3000" in text
