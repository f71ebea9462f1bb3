"""What a letter says to somebody who is not satisfied: how to go on from it, and the last day for that."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from tests.asked_for import asked_for
from tests.cases.conftest import OFFICER
from tests.moment import Moment
from tests.told_outcome import told_outcome
from tests.victim import victim_in_merton
from webform.cases.file_document import file_document
from webform.cases.folder import duties_of
from webform.cases.letters import draft_letter
from webform.cases.send_letter import send
from webform.documents.shelf import Shelves
from webform.records.store import begin_writing, db
from webform.records.tables import Case
from webform.rules.calendar import long_date

REFUSED = {"decision": "not-met", "decided_on": "2026-05-11", "reasons": "The reports were about other things."}


@pytest.mark.parametrize(
    ("area", "way", "last"),
    [
        # 20 working days and 28 days from Tuesday 21 April 2026; Monday 4 May is a bank holiday.
        ("shropshire", "The Independent Chair and Scrutineer talks with you", "Wednesday 20 May 2026"),
        ("staffordshire", "you can appeal to the Commissioner", "Tuesday 19 May 2026"),
        ("merton", "You can agree to the plan, or ask for your case to go higher", ""),
    ],
)
def test_the_outcome_names_the_last_day(store: Flask, now: Moment, area: str, way: str, last: str) -> None:
    """The letter says how to go on, and the very day that the clock counts to; no day where the area has none."""
    now.is_("2026-04-21 12:00")
    reference = told_outcome(store, area, now(), but="outcome")
    case = db.session.scalars(select(Case).where(Case.reference == reference)).one()
    written = draft_letter(case, "outcome", now()).written
    assert way in written.markdown
    said = [line for line in written.markdown.splitlines() if "last day" in line]
    assert said == [f"The last day for your appeal is **{last}**."][: bool(last)]
    begin_writing()
    send(case, "outcome", subject=written.subject, markdown=written.markdown, author=OFFICER, now=now())
    due = [one.due_on for one in duties_of(case, now()) if one.step == "appeal" and one.due_on]
    assert [long_date(day) for day in due] == [last][: bool(last)]


@pytest.mark.parametrize(
    ("area", "way", "last"),
    [
        ("staffordshire", "you can appeal to the Commissioner", "Monday 8 June 2026"),
        ("shropshire", "Somebody looks again at what you are not happy with", ""),
        ("merton", "Somebody looks again at what you are not happy with", ""),
    ],
)
def test_a_refusal_names_the_ways_that_follow_it(
    store: Flask, now: Moment, shelves: Shelves, area: str, way: str, last: str
) -> None:
    """A refusal tells of what can be done about a refusal, and of nothing that follows a review alone."""
    case = asked_for(shelves, victim_in_merton(), now(), area=area)
    form = shelves.forms["threshold-decision"]
    file_document(case, "threshold-decision", form, REFUSED, author=OFFICER, now=now(), agreed_by="Kim")
    db.session.commit()
    markdown = draft_letter(case, "threshold-not-met", now()).written.markdown
    assert way in markdown
    assert [line for line in markdown.splitlines() if "last day" in line] == (
        [f"The last day for your appeal is **{last}**."] if last else []
    )
    assert "plan" not in markdown
    assert "Scrutineer" not in markdown
