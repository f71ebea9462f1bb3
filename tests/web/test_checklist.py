"""The evidence checklist begins as the folder stands, with a reason for each gap; the audit has papers beside it."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.cases.conftest import OFFICER
from tests.moment import Moment
from tests.stafford import BODY, COUNCIL, use_stafford
from tests.told_outcome import told_outcome
from tests.web.desk import join, open_referral, press, sign_in
from webform.cases.file_document import file_document
from webform.cases.pinned import rules_of
from webform.house import EXTENSION
from webform.records.store import begin_writing, db
from webform.records.tables import Case

SUE = "sue@stafford.example"
APPENDIX_A = {  # what each line of the published checklist begins with, in a case with neither meeting nor risk matrix
    "request": ("yes", "Request, 22 March 2026"),
    "policy": ("yes", "ASB Case Review, version "),
    "decision": ("yes", "Decide on the threshold, 21 April 2026"),
    "timeline": ("yes", "21 April 2026: Open and read the request, due 23 March 2026"),
    "support": ("no", "Acknowledge the request: not done yet."),
    "minutes": ("no", "File the minutes: not done yet."),
    "letters": ("yes", "Tell them the outcome, 21 April 2026"),
    "plan": ("yes", "Record the review and its plan, 21 April 2026"),
    "progress": ("no", "Look at the plan again: due on 1 June 2027, and not done yet."),
    "risk": ("no", "Assess the risk: not done yet."),
    "other": ("", ""),
}
TITLES = {
    "timeline": "A timeline from the request to the end, beside the times of the procedure",
    "risk": "Written risk assessments, before the decision and during the review",
    "support": "Support that the person was offered or given",
    "minutes": "Notes or minutes of the panel, with who was there and any statement of the person",
}
APPENDIX_B = {  # what stands beside each point of the published audit, once the papers have come
    "procedure": "ASB Case Review, version ",
    "timescales": f"Stafford Borough Council, sent: {TITLES['timeline']} 22 March 2026: Request",
    "threshold": "Decide on the threshold, 21 April 2026",
    "risk": f"Stafford Borough Council, not sent: {TITLES['risk']} Assess the risk: not done yet.",
    "impact": "Request, 22 March 2026",
    "hate": "Request, 22 March 2026",
    "support": f"Stafford Borough Council, not sent: {TITLES['support']} Acknowledge the request: not done yet.",
    "agencies": f"Stafford Borough Council, not sent: {TITLES['minutes']} File the minutes: not done yet.",
    "problem": "Record the review and its plan, 21 April 2026",
    "sharing": "ASB Case Review, version ",
    "disclosure": "ASB Case Review, version ",
    "independence": f"Stafford Borough Council, not sent: {TITLES['minutes']} File the minutes: not done yet.",
    "representation": f"Stafford Borough Council, not sent: {TITLES['minutes']} File the minutes: not done yet.",
    "involvement": "ASB Case Review, version ",
    "updates": "Tell them the outcome, 21 April 2026",
    "outcome": "Tell them the outcome, 21 April 2026",
}


@pytest.fixture
def stafford(app: Flask, tmp_path: Path, now: Moment) -> Iterator[str]:
    """A case whose outcome was told on 21 April and appealed against the next day; returns its reference."""
    before = app.extensions[EXTENSION]
    use_stafford(app, tmp_path)
    now.is_("2026-04-21 12:00")
    reference = told_outcome(app, COUNCIL, now())
    now.is_("2026-04-22 12:00")
    with app.app_context():
        begin_writing()
        case = case_of(COUNCIL)
        appeal = {"grounds": ["facts"], "why": "They left out my diary.", "consent": "yes"}
        file_document(case, "appeal", rules_of(case)[1]["appeal-onward"], appeal, author=OFFICER, now=now())
        db.session.commit()
    yield reference
    app.extensions[EXTENSION] = before


def case_of(area: str) -> Case:
    return db.session.scalars(select(Case).where(Case.area == area, Case.scope == "case")).one()


@pytest.fixture
def sue(app: Flask, client: FlaskClient, stafford: str) -> FlaskClient:
    """The point of contact of the council."""
    join(app, SUE, "Sue", area=COUNCIL)
    sign_in(app, client, SUE)
    return client


def typed(page: str) -> dict[str, str]:
    """What stands in a form: the button that is chosen, and the words."""
    chosen = re.findall(r'<input[^>]*name="(\w+)"[^>]*value="(\w+)"[^>]* checked', page)
    words = re.findall(r'<textarea[^>]*name="(\w+)"[^>]*>([^<]*)</textarea>', page)
    return {name: html.unescape(value) for name, value in (*chosen, *words)}


def beside(page: str) -> str:
    """What the folder holds of the question, in plain words."""
    found = re.search(r'id="in-the-folder".*?</section>', page, re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", found[0])).split()) if found else ""


def test_every_line_of_appendix_a_begins_as_the_folder_stands(sue: FlaskClient, stafford: str) -> None:
    """Each of the eleven says whether there is such a paper, which, or why there is none; what is filed is what the
    officer leaves standing."""
    form = f"/desk/case/{stafford}/form/appeal-papers"
    press(sue, f"{form}/organisation", page=f"{form}/organisation", body_name="Stafford")
    for name, (there, words) in APPENDIX_A.items():
        page = sue.get(f"{form}/{name}").text
        begins = typed(page)
        assert begins.get(f"{name}_there", "") == there, name
        says = begins.get(f"{name}_what" if there == "yes" else f"{name}_why", "")
        assert words in says, (name, says)
        assert bool(says) == bool(there), (name, says)
        assert words in beside(page), (name, beside(page))
    assert 'name="other_what"' in page  # what is sent is asked along with whether anything is, and again if it is not
    assert 'name="other_why"' not in page


def supply(sue: FlaskClient, reference: str) -> None:
    """Sue goes through the list, changes nothing and sends it."""
    form = f"/desk/case/{reference}/form/appeal-papers"
    press(sue, f"{form}/organisation", page=f"{form}/organisation", body_name="Stafford")
    for name in list(APPENDIX_A)[:-1]:
        press(sue, f"{form}/{name}", page=f"{form}/{name}", **typed(sue.get(f"{form}/{name}").text))
    again = press(sue, f"{form}/other", page=f"{form}/other", other_there="no")
    assert again.location.endswith("/other")  # why is asked once it is said that there is none
    press(sue, f"{form}/other", page=f"{form}/other", other_there="no", other_why="There is none.")
    press(sue, f"{form}/papers", page=f"{form}/papers", go="on")
    press(sue, f"{form}/departed", page=f"{form}/departed", departed="no")
    assert "done=appeal-papers" in press(sue, f"{form}/send", page=f"{form}/check").location


def test_every_point_of_appendix_b_has_its_evidence_beside_it(app: Flask, sue: FlaskClient, stafford: str) -> None:
    """Each of the sixteen shows what came along and what the council says of it; the reviewer judges: nothing is
    chosen before they do."""
    supply(sue, stafford)
    join(app, "kim@pfcc.example", "Kim", area=BODY)
    kim = app.test_client()
    sign_in(app, kim, "kim@pfcc.example")
    with app.app_context():
        there = case_of(BODY).reference
    open_referral(kim, there)
    assert 'id="threshold"' in sue.get(f"/desk/case/{stafford}").text
    assert 'id="threshold"' not in kim.get(f"/desk/case/{there}").text  # an appeal has nothing to count
    for point, words in APPENDIX_B.items():
        page = kim.get(f"/desk/case/{there}/form/audit/{point}").text
        assert words in beside(page), (point, beside(page))
        assert typed(page) == {f"{point}_note": ""}
        assert all(f'name="{point}_{column}"' in page for column in ("rules", "done")), point
    shown = kim.get(f"/desk/case/{there}/form/audit/threshold").text
    assert f"Stafford Borough Council, not sent: {TITLES['risk']} Assess the risk: not done yet." in beside(shown)
    number = re.search(rf"/desk/case/{there}/document/(\d+)", shown)
    assert number
    assert "Three reports." in kim.get(f"/desk/case/{there}/document/{number[1]}").text


@pytest.mark.usefixtures("stafford")
def test_the_body_says_whose_appeals_come_to_it(client: FlaskClient) -> None:
    """Its start page names the areas whose procedure leads there, and takes an appeal about any other case too."""
    page = client.get(f"/{BODY}/").text
    assert f'href="/{COUNCIL}/">Stafford</a>' in page
    assert "If your review was somewhere else, you can still use this form" in page
    assert "These areas send appeals on to us" not in client.get("/merton/").text
