"""What filing a form does beyond being on the record."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from tests.cases.conftest import OFFICER, Opener
from tests.evidence import PDF, kept
from tests.moment import Moment
from webform.cases.desk import case_of, duplicates, linked_cases
from webform.cases.file_document import file_document
from webform.cases.flags import raise_flags
from webform.cases.folder import AlreadyDone
from webform.documents.shelf import Shelves
from webform.errors import Refusal
from webform.records.attachments import Attachment
from webform.records.chain import verify_all
from webform.records.store import begin_writing, db
from webform.records.tables import Alarm, Case, Draft, Message, Task


def file(case: Case, step: str, shelves: Shelves, now: Moment, **answers: Any) -> None:
    procedure = shelves.procedures["merton"].step(step)
    assert procedure is not None
    assert procedure.fill is not None
    file_document(case, step, shelves.forms[procedure.fill], answers, author=OFFICER, now=now())
    db.session.commit()


def test_opening_the_referral_is_filed_once(opened: Opener, now: Moment, shelves: Shelves) -> None:
    """The first officer's opening counts; a second one is told."""
    case = opened()
    file(case, "seen", shelves, now)
    first = case.seen_at
    assert first == now()
    now.passes(hours=1)
    with pytest.raises(AlreadyDone):
        file(case, "seen", shelves, now)
    db.session.rollback()
    assert case.seen_at == first


def test_an_alarming_answer_of_an_officer_is_told_at_once(opened: Opener, now: Moment, shelves: Shelves) -> None:
    """What an officer's form flags stands on the case and is told to deputy and webhook; said again, it is not."""
    case = opened()
    for _ in range(2):
        begin_writing()
        raise_flags(case, shelves.forms["risk-matrix"], {"serious_harm": "yes"}, now().date(), now())
        db.session.commit()
    assert [flag["id"] for flag in case.flags] == ["serious-harm"]
    assert len(db.session.scalars(select(Alarm)).all()) == 1
    told = db.session.scalars(select(Message.role).where(Message.letter == "alarm")).all()
    assert sorted(told) == ["deputy", "spoc"]


def test_filing_an_officers_form_raises_its_flags(opened: Opener, now: Moment, shelves: Shelves) -> None:
    """Nothing more than filing the form is needed."""
    case = opened()
    file(case, "risk-matrix", shelves, now, serious_harm="yes")
    assert "serious-harm" in [flag["id"] for flag in case.flags]


def test_likely_duplicates_are_shown_until_they_are_linked(opened: Opener, now: Moment, shelves: Shelves) -> None:
    """The same email, or surname and postcode, makes a likely duplicate; a press links the two."""
    first = opened()
    same_email = opened(name="A. Nother", address=None, phone="020 7946 0999")
    same_home = opened(name="Eva Žďárská", email="eva@people.example", phone="020 7946 0998")
    surname_only = opened(email="x@people.example", phone="020 7946 0997", address=None)
    assert duplicates(first) == [same_email, same_home]
    assert surname_only not in duplicates(first)
    file(first, "link", shelves, now, linked_to=same_email.reference.lower(), linked_why="same-request")
    assert linked_cases(first) == [same_email]
    assert linked_cases(same_email) == [first]
    assert duplicates(first) == [same_home]
    file(first, "link", shelves, now, linked_to=same_home.reference, linked_why="same-request")
    assert linked_cases(first) == [same_email, same_home]


def test_linking_to_nothing_is_refused_in_words(opened: Opener, now: Moment, shelves: Shelves) -> None:
    """A reference that isn't there says so, and nothing is filed."""
    case = opened()
    count = case.chain_count
    with pytest.raises(Refusal, match="no other case"):
        file(case, "link", shelves, now, linked_to="XXXX-XXXX", linked_why="other")
    db.session.rollback()
    assert case.chain_count == count


def test_passed_on_to_an_area_elsewhere_becomes_a_task(opened: Opener, now: Moment, shelves: Shelves) -> None:
    """Where the other council isn't on the service a person is asked to send it, and the applicant is told."""
    case = opened()
    file(case, "pass-on", shelves, now, passed_to="Croydon", passed_why="It happens there.")
    tasks = list(db.session.scalars(select(Task).where(Task.case_id == case.id)))
    assert ["Croydon" in task.says for task in tasks] == [True]
    letters = [row.letter for row in db.session.scalars(select(Message).where(Message.role == "applicant"))]
    assert letters == ["receipt", "passed-on"]


def test_a_request_is_passed_on_once(opened: Opener, now: Moment, shelves: Shelves) -> None:
    """Of two officers who pass it on at the same time one is told: the other area has one open case, and not two."""
    case = opened()
    file(case, "pass-on", shelves, now, passed_to="bromley", passed_why="It happens there.")
    with pytest.raises(Refusal, match="passed on to Bromley before"):
        file(case, "pass-on", shelves, now, passed_to="Bromley", passed_why="They live there.")
    db.session.rollback()
    theirs = select(Case).where(Case.area == "bromley")
    db.session.scalars(theirs).one().closed_at = now()
    file(case, "pass-on", shelves, now, passed_to="Bromley", passed_why="It goes on there.")
    assert len(db.session.scalars(theirs).all()) == 2


def test_what_is_open_is_not_opened_again(opened: Opener, now: Moment, shelves: Shelves) -> None:
    """A case that nobody closed, or that a colleague has opened again, goes on; nobody is told anything."""
    case = opened()
    with pytest.raises(Refusal, match="This case is open"):
        file(case, "reopen", shelves, now, reopen_from="seen", reopen_why="It goes on.")
    db.session.rollback()
    assert "reopened" not in db.session.scalars(select(Message.letter)).all()


def test_a_request_that_is_passed_on_takes_its_files_along(opened: Opener, now: Moment, shelves: Shelves) -> None:
    """The other council opens what came with the request; of what came later it reads how much there is, and where."""
    begin_writing()
    draft = Draft(key_digest="k", area="merton", form="request", version="v", created_at=now(), touched_at=now(),
                  expires_at=now())  # fmt: skip
    db.session.add(draft)
    db.session.flush()
    first, later = kept(draft, now()), kept(draft, now(), PDF + b"later")
    db.session.commit()
    case = opened(evidence=["letters"], added_files=[first])
    file(case, "tell-more", shelves, now, added_words="See this.", added_files=[later], added_told="no")
    file(case, "pass-on", shelves, now, passed_to="Bromley", passed_why="It happens there.")
    other = db.session.scalars(select(Case).where(Case.area == "bromley")).one()
    mine = db.session.scalars(select(Attachment).where(Attachment.case_id == other.id)).one()
    assert (mine.document, b"".join(mine.chunks())) == (1, PDF)
    assert verify_all() == ()
    told = db.session.scalars(select(Task.says).where(Task.case_id == other.id, Task.kind == "files-left")).one()
    assert f"1 more stayed with Merton Council, case {case.reference}." in told


def test_a_reference_finds_a_case_of_its_own_area_alone(opened: Opener) -> None:
    """Another area's reference finds nothing."""
    seen = opened()
    assert case_of("merton", seen.reference) is seen
    assert case_of("elsewhere", seen.reference) is None
