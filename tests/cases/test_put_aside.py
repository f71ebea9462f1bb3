"""Letters for the post: kept as they were read over, once for each duty, and gone when they went."""

from __future__ import annotations

import pytest

from tests.cases.conftest import OFFICER, Opener
from tests.cases.test_letters import acknowledge
from tests.moment import Moment
from webform.cases.folder import AlreadyDone, Which
from webform.cases.officers import add_officer
from webform.cases.put_aside import put_aside, text_of, waiting
from webform.cases.send_letter import send
from webform.documents.letter import Written
from webform.records.store import begin_writing, db
from webform.records.tables import Case, Draft

STEP = "acknowledgement"


def put(case: Case, now: Moment, text: str) -> None:
    begin_writing()
    officer = add_officer(f"{text}@merton.example", "Sam Spoc", "merton", "spoc")
    put_aside(case, STEP, Written("About it", text), officer.id, now())
    db.session.commit()


def test_a_letter_waits_as_it_was_read_over(opened: Opener, now: Moment) -> None:
    """What was written last waits for its duty, and for nobody else's area."""
    case = opened()
    put(case, now, "first")
    put(case, now, "second")
    assert [(one.case, one.which, one.written) for one in waiting("merton", now())] == [
        (case, Which(STEP), Written("About it", "second"))
    ]
    assert waiting("elsewhere", now()) == []


def test_a_letter_that_was_posted_waits_no_more(opened: Opener, now: Moment) -> None:
    """Sending it takes it out, whichever way it goes."""
    case = opened()
    put(case, now, "text")
    begin_writing()
    send(case, STEP, subject="About it", markdown="text", author=OFFICER, now=now(), posted_on=now())
    db.session.commit()
    assert waiting("merton", now()) == []
    assert db.session.query(Draft).count() == 0


def test_what_went_meanwhile_says_so(opened: Opener, now: Moment) -> None:
    """A letter that is not due any more can be taken out and not be put there."""
    case = opened()
    acknowledge(case, now)
    with pytest.raises(AlreadyDone):
        put(case, now, "text")


def test_it_goes_when_its_time_is_over(opened: Opener, now: Moment) -> None:
    """It is kept as long as any draft of the area, sealed like one."""
    put(opened(), now, "text")
    draft = db.session.query(Draft).one()
    assert draft.expires_at > now()
    assert text_of(draft) == Written("About it", "text")
    assert draft.word_hash is None
