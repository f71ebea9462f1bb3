"""A letter that came back: on record, a task for a person, and nothing more goes that way until it works."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from tests.cases.conftest import OFFICER, Opener
from tests.cases.test_letters import acknowledge, state, to_applicant
from tests.moment import Moment
from webform.cases.came_back import letter_came_back, post_works_again, returned_by_post, use_address, works_again
from webform.cases.letters import draft_letter
from webform.cases.officers import add_officer
from webform.cases.people import addressee, ways_to_reach
from webform.cases.send_letter import send
from webform.cases.up_to_date import bring_up_to_date
from webform.errors import Refusal
from webform.records.chain import verify_case
from webform.records.lookup import find_cases
from webform.records.store import begin_writing, db
from webform.records.tables import Case, Document, Message, Party, Task
from webform.sending.outbox import deliver_due

OLD, NEW = "ann@people.example", "ann@new.example"


def press(case: Case, now: Moment, message: Message | None = None) -> Message:
    """The receipt, or another message, has gone and came back."""
    begin_writing()
    message = message or to_applicant(case)[0]
    message.state, message.sent_at = "sent", now()
    officer = add_officer("sam@merton.example", "Sam Spoc", "merton", "spoc")
    letter_came_back(case, message, officer, OFFICER, now())
    db.session.commit()
    return message


def told_to(case: Case) -> list[str]:
    """What waits to go to the person who asked."""
    return [f"{row.letter} {row.state}" for row in to_applicant(case)]


def tasks(case: Case) -> list[str]:
    rows = select(Task).where(Task.case_id == case.id, Task.done_at.is_(None)).order_by(Task.id)
    return [task.says for task in db.session.scalars(rows)]


def party(case: Case) -> Party:
    return db.session.scalars(select(Party).where(Party.case_id == case.id, Party.role == "applicant")).one()


def test_it_is_on_record_and_a_task(opened: Opener, now: Moment) -> None:
    """Who recorded it and when stands on the message and in the folder; a person is asked to reach them otherwise."""
    case = opened()
    message = press(case, now)
    assert (message.came_back_at, message.came_back_by) == (now(), 1)
    document = case.documents[-1]
    assert (document.author, document.step, document.effect) == ("Sam Spoc", None, "records")
    assert OLD in (document.body or "")
    assert verify_case(case.id) == ()
    [task] = tasks(case)
    assert "came back. They have not read it. Post it to them or phone" in task


def test_a_second_press_changes_nothing(opened: Opener, now: Moment) -> None:
    """Two presses make one record and one task."""
    case = opened()
    press(case, now)
    count = len(case.documents)
    begin_writing()
    kit = add_officer("kit@merton.example", "Kit Deputy", "merton", "deputy")
    letter_came_back(case, to_applicant(case)[0], kit, OFFICER, now())
    db.session.commit()
    db.session.expire_all()
    assert (len(case.documents), len(tasks(case))) == (count, 1)


def test_the_next_letter_goes_on_paper(opened: Opener, now: Moment) -> None:
    """After that a letter to this person can't be emailed; the officer prints it, and their address is on it."""
    case = opened()
    press(case, now)
    draft = draft_letter(case, "acknowledgement", now())
    assert not draft.by_email
    assert draft.to[0].address is not None
    with pytest.raises(Refusal, match="Print the letter and post it"):
        acknowledge(case, now)
    db.session.rollback()
    acknowledge(case, now, posted_on=now())
    assert state(case, "acknowledgement", now) == "done"
    assert told_to(case) == ["receipt sent"]


def test_what_was_on_its_way_stays_and_becomes_a_task(opened: Opener, now: Moment) -> None:
    """A letter that had not gone yet is not sent to the dead address: a person brings it to them."""
    case = opened()
    acknowledge(case, now)
    press(case, now)
    deliver_due(now())
    assert told_to(case) == ["receipt sent", "acknowledgement cancelled"]
    assert len(tasks(case)) == 2


@pytest.mark.parametrize("cure", ["works", "new", "the same typed again"])
def test_it_goes_by_email_again_when_an_officer_says_so(opened: Opener, now: Moment, cure: str) -> None:
    """A new address, or one press that the old one works, and letters go by email again; both are on record."""
    case = opened()
    press(case, now)
    begin_writing()
    if cure == "works":
        works_again(case, party(case), OFFICER, now())
    else:
        use_address(case, party(case), NEW if cure == "new" else OLD, OFFICER, now())
    db.session.commit()
    acknowledge(case, now)
    address = NEW if cure == "new" else OLD
    assert [(row.letter, row.recipient) for row in to_applicant(case)][1:] == [("acknowledgement", address)]
    assert address in (case.documents[-2].body or "")
    assert find_cases("email", address) == (case.id,)
    assert verify_case(case.id) == ()


@pytest.mark.parametrize(
    ("rules", "said"),
    [
        ({}, f"Email goes to {NEW} from now on. It was {OLD} before."),
        (
            {"email_safe": "no"},
            f"Their email address is {NEW} now. No email goes there. They have said that email is not safe for them."
            f" It was {OLD} before.",
        ),
    ],
    ids=["safe", "not safe"],
)
def test_the_record_says_whether_email_goes_to_a_new_address(
    opened: Opener, now: Moment, rules: dict[str, str], said: str
) -> None:
    """Nobody reads that email goes where the person has said that none is safe; no address before, where none was."""
    case = opened()
    begin_writing()
    party(case).contact = {**party(case).contact, **rules}
    use_address(case, party(case), NEW, OFFICER, now())
    assert case.documents[-1].body == said
    party(case).person = {"name": "Ann"}
    use_address(case, party(case), NEW, OFFICER, now())
    assert "before" not in str(case.documents[-1].body)
    db.session.rollback()


def test_the_councils_own_mailbox_is_still_written_to(opened: Opener, now: Moment) -> None:
    """A notice to the point of contact that came back is a task; later notices are still tried."""
    case = opened()
    notice = db.session.scalars(select(Message).where(Message.case_id == case.id, Message.role == "spoc")).one()
    press(case, now, notice)
    assert "Check the address of this mailbox" in tasks(case)[0]
    last = db.session.scalars(select(Message).where(Message.role == "spoc").order_by(Message.id.desc())).first()
    assert last is not None
    assert last.letter == "task"


def test_only_what_has_gone_can_come_back(opened: Opener, now: Moment) -> None:
    """A message that still waits can't have come back."""
    case = opened()
    begin_writing()
    officer = add_officer("sam@merton.example", "Sam Spoc", "merton", "spoc")
    letter_came_back(case, to_applicant(case)[0], officer, OFFICER, now())
    db.session.commit()
    assert told_to(case) == ["receipt waiting"]
    assert tasks(case) == []


@pytest.mark.parametrize("how", ["posted", "by itself"])
def test_a_letter_that_went_after_all_needs_nobody(opened: Opener, now: Moment, how: str) -> None:
    """The task that a letter did not go by itself is settled when the same letter is posted, or goes later."""
    unsafe: dict[str, Any] = {"sees_messages": "yes", "email_safe": "no", "email": None}
    case = opened(**unsafe)
    assert ["did not go by itself" in says for says in tasks(case)] == [True]
    if how == "posted":
        draft = draft_letter(case, "receipt", now())
        send(case, "receipt", subject="S", markdown=draft.written.markdown, author=OFFICER, now=now(), posted_on=now())
    else:
        begin_writing()
        person = party(case)
        person.person, person.contact = {**person.person, "email": NEW}, {}
        bring_up_to_date(case, now())
    db.session.commit()
    assert tasks(case) == []


def posted(case: Case, now: Moment) -> Document:
    """The acknowledgement went on paper, and the post returned it."""
    acknowledge(case, now, posted_on=now())
    begin_writing()
    letter = case.documents[-1]
    returned_by_post(case, letter, party(case), OFFICER, now())
    db.session.commit()
    return letter


def test_a_letter_returned_by_the_post_questions_the_address(opened: Opener, now: Moment) -> None:
    """On record and a task; the next letter goes by email, or on paper without the address that failed."""
    case = opened()
    posted(case, now)
    assert "came back by post. Nothing more goes to that address by post." in (case.documents[-1].body or "")
    [task] = tasks(case)
    assert "They have not read it. Phone or email them, if that is safe" in task
    assert addressee(party(case)).address is None
    assert "No letters to their home: one came back" in ways_to_reach(party(case))
    assert verify_case(case.id) == ()


def test_a_second_press_on_a_returned_letter_changes_nothing(opened: Opener, now: Moment) -> None:
    """Not even after somebody has said that the address is right: another letter has to come back for that."""
    case = opened()
    letter = posted(case, now)
    begin_writing()
    post_works_again(case, party(case), OFFICER, now())
    count = len(case.documents)
    returned_by_post(case, letter, party(case), OFFICER, now())
    post_works_again(case, party(case), OFFICER, now())
    db.session.commit()
    db.session.expire_all()
    assert addressee(party(case)).address is not None
    assert (len(case.documents), len(tasks(case))) == (count, 1)


def test_another_address_is_not_questioned(opened: Opener, now: Moment) -> None:
    """What came back from the old address says nothing about a new one."""
    case = opened()
    posted(case, now)
    begin_writing()
    moved = party(case)
    moved.person = {**moved.person, "address": {**moved.person["address"], "line1": "2 New Road"}}
    db.session.commit()
    assert addressee(party(case)).address is not None


def test_only_a_letter_on_paper_is_returned_by_the_post(opened: Opener, now: Moment) -> None:
    """An email of the folder and the request itself can't come back by post."""
    case = opened()
    acknowledge(case, now)
    begin_writing()
    for document in list(case.documents):
        returned_by_post(case, document, party(case), OFFICER, now())
    db.session.commit()
    assert tasks(case) == []
