"""An address that a mail server refuses may be somebody else's tomorrow: nothing more about the case goes there."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from tests.moment import Moment
from tests.sending.conftest import PostOffice, tasks
from tests.sending.mail_server import MailServer
from tests.web.desk import case_number, opened
from webform.cases.came_back import works_again
from webform.cases.people import Author
from webform.records.outbox import Message
from webform.records.store import begin_writing, db
from webform.records.tables import Case, Party
from webform.sending.outbox import deliver_due

ANN = "ann@people.example"
GONE = "550 5.1.1 no such user"


class Ann:
    """Ann's case, and letters to her."""

    def __init__(self, office: PostOffice, now: Moment, **changes: str):
        self.office, self.now = office, now
        reference = opened(office.app, **changes)
        db.session.rollback()  # what was read before knows nothing of it
        self.case_id = case_number(reference)
        deliver_due(now())

    def party(self, role: str = "applicant") -> Party:
        """Somebody of that role on the case."""
        wanted = select(Party).where(Party.case_id == self.case_id, Party.role == role)
        return db.session.scalars(wanted).one()

    def letter(self, to: str = ANN, role: str = "applicant") -> str:
        """Another letter to somebody on the case is written and delivered; what became of it."""
        party = self.party(role).id if role != "spoc" else None
        self.now.passes(minutes=5)
        [row] = self.office.write(to, now=self.now(), case_id=self.case_id, party_id=party)
        deliver_due(self.now())
        return self.office.row(row).state


def test_nothing_more_goes_there(office: PostOffice, server: MailServer, now: Moment) -> None:
    """After a refusal the next letter stops at the door, though the address would take it; a person is asked."""
    server.refuse = {ANN: GONE}
    ann = Ann(office, now)
    server.refuse = {}
    assert ann.letter() == "cancelled"
    assert ANN not in server.recipients()
    first, second = [task.says for task in tasks()]
    assert "it may belong to somebody else by now. Post it to them or phone, if that is safe" in first
    assert "was not sent. Another email to that address did not arrive." in second


def test_whoever_shares_the_address_is_not_written_to_there(
    office: PostOffice, server: MailServer, now: Moment
) -> None:
    """It counts for everybody on the case with that address, however it is written; another case learns for itself."""
    server.refuse = {ANN: GONE}
    ann = Ann(office, now)
    begin_writing()
    shared = {"email": "Ann@People.example"}
    db.session.add(Party(case_id=ann.case_id, role="victim", person=shared, contact={}, joined_at=now()))
    db.session.commit()
    ann.letter("ann@people.example")  # stopped before it is refused again
    begin_writing()
    party = ann.party()
    party.contact = {}
    db.session.commit()
    assert ann.letter() == "refused"
    server.refuse = {}
    assert ann.letter("Ann@People.example", "victim") == "cancelled"
    other = Ann(office, now)
    assert other.letter() == "sent"


def test_one_press_and_it_works_again(office: PostOffice, server: MailServer, now: Moment) -> None:
    """An officer who knows that the address is theirs says so, and letters go there again."""
    server.refuse = {ANN: GONE}
    ann = Ann(office, now)
    server.refuse = {}
    begin_writing()
    works_again(db.session.get_one(Case, ann.case_id), ann.party(), Author("Sam", "spoc"), now())
    db.session.commit()
    assert ann.letter() == "sent"


@pytest.mark.parametrize(
    ("answer", "then"),
    [("554 5.7.1 looks like spam", "sent"), ("550 5.1.1 no such user", "cancelled"), ("550 5.2.1 closed", "cancelled")],
)
def test_what_is_refused_after_its_text(
    office: PostOffice, server: MailServer, now: Moment, answer: str, then: str
) -> None:
    """A server that dislikes one message says nothing about the address; one that names the address does."""
    server.after_data = answer
    ann = Ann(office, now)
    server.after_data = ""
    assert ann.letter() == then


def test_the_councils_own_mailbox_is_still_tried(office: PostOffice, server: MailServer, now: Moment) -> None:
    """Nobody else would hear of the case: a notice that may arrive is better than none."""
    ann = Ann(office, now)
    to = select(Message.recipient).where(Message.case_id == ann.case_id, Message.role == "spoc")
    spoc = db.session.scalars(to).all()[0]
    server.refuse = {spoc: GONE}
    assert ann.letter(spoc, "spoc") == "refused"
    server.refuse = {}
    assert ann.letter(spoc, "spoc") == "sent"
