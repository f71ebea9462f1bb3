"""What an organisation is asked for goes on to a colleague: with a link and a word of their own; on both databases."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from sqlalchemy import select

from tests.cases.conftest import OFFICER
from tests.cases.test_parties import ask, of, opened, sent_to
from tests.moment import Moment
from webform.cases.colleagues import KIND, colleagues_of, keep_out, let_in, pass_on
from webform.cases.folder import Which, documents_of, open_duty
from webform.cases.links import find, of_token, open_with_code, open_with_word, revoke, set_word
from webform.cases.remind import ask_again
from webform.cases.send_link import ask_anew, new_link, send_first_code
from webform.documents.shelf import Shelves
from webform.errors import Refusal
from webform.records.store import begin_writing, db
from webform.records.tables import Case, Colleague, Message, Party, Task

AREA = "shropshire"
BO = "bo@shropshire.example"  # of the domain of every stand-in
AFAR = "cy@elsewhere.example"
LINK = re.compile(r"/open/([0-9a-f]{64})")
CODE = re.compile(r"\b[0-9A-Z]{4}-[0-9A-Z]{4}\b")


@pytest.fixture
def case(store: Flask, shelves: Shelves, now: Moment) -> Case:
    """A case whose police were asked."""
    found = opened(shelves, now, ("police", ""))
    ask(found, of(found, "agency")["The police"], "agency-request", now)
    return found


def police(case: Case) -> Party:
    return of(case, "agency")["The police"]


def hand_on(case: Case, now: Moment, email: str = BO, name: str = "Bo *Smith*") -> Colleague:
    begin_writing()
    duty = open_duty(case, Which("agency-return", police(case).id), now())
    colleague = pass_on(police(case), duty, "Al Jones", name, email, now())
    db.session.commit()
    return colleague


def mails(to: str) -> list[Message]:
    found = db.session.scalars(select(Message).order_by(Message.id))
    return [one for one in found if one.recipient == to]


def token(to: str) -> str:
    """The newest link that went to an address."""
    return [found[1] for mail in mails(to) if (found := LINK.search(mail.text))][-1]


def words(case: Case) -> list[str]:
    return [str(one.body) for one in documents_of(case) if one.kind == KIND]


def test_a_colleague_of_the_same_organisation_gets_a_link(case: Case, now: Moment) -> None:
    """It opens with a word of their own, after a code to their own mailbox; the organisation's word opens nothing."""
    begin_writing()
    set_word(police(case), "marmalade")
    db.session.commit()
    hand_on(case, now)
    [mail] = mails(BO)
    assert "Al Jones" in mail.subject
    digest = of_token(token(BO))
    assert open_with_word(digest, AREA, "marmalade", now()) is None
    send_first_code(digest, AREA, now())
    code = CODE.search(mails(BO)[-1].text)
    assert code
    link = open_with_code(digest, AREA, code[0], "tangerine", now())
    assert link is not None
    db.session.flush()
    assert link.party_id == police(case).id
    assert open_with_word(digest, AREA, "tangerine", now()) is not None
    theirs = of_token(token("police.mailbox@shropshire.example"))
    assert open_with_word(theirs, AREA, "tangerine", now()) is None
    assert open_with_word(theirs, AREA, "marmalade", now()) is not None
    db.session.rollback()


def test_the_record_says_who_passed_it_on(case: Case, now: Moment) -> None:
    """The folder names both, as they were typed, and the step's own duty stays open."""
    hand_on(case, now)
    assert words(case) == [
        "Al Jones passed on “Say what the agency knows and did” to Bo \\*Smith\\*, bo@shropshire.example."
    ]
    assert open_duty(case, Which("agency-return", police(case).id), now()).state == "open"


def test_another_address_waits_for_an_officer(case: Case, now: Moment) -> None:
    """Nothing goes there until an officer lets them in; both are on record, and the task is settled with it."""
    colleague = hand_on(case, now, AFAR)
    assert mails(AFAR) == []
    [task] = [one for one in db.session.scalars(select(Task)) if one.kind == f"colleague:{colleague.id}"]
    assert "The address is not one of theirs" in task.says
    begin_writing()
    let_in(colleague, OFFICER, now())
    db.session.commit()
    assert [mail.letter for mail in mails(AFAR)] == ["handed-on"]
    assert task.done_at is not None
    assert len(words(case)) == 2
    assert documents_of(case)[-1].author == OFFICER.name


@pytest.mark.parametrize(
    ("name", "email"),
    [("Kim Loud", "kim.loud@shropshire.example"), ("A. ŽĎÁRSKÁ", BO), ("Somebody", "ann@shropshire.example")],
)
def test_whoever_the_request_names_waits_for_an_officer(case: Case, now: Moment, name: str, email: str) -> None:
    """The person who does it, or whoever asked, may work there: an officer looks before anything goes to them."""
    begin_writing()
    [ann] = of(case, "applicant").values()
    ann.person = {**ann.person, "email": "Ann@shropshire.example"}
    db.session.commit()
    colleague = hand_on(case, now, email, name)
    assert mails(email) == []
    [task] = [one for one in db.session.scalars(select(Task)) if one.kind == f"colleague:{colleague.id}"]
    assert "is named in this request" in task.says
    begin_writing()
    let_in(colleague, OFFICER, now())
    db.session.commit()
    assert [mail.letter for mail in mails(email)] == ["handed-on"]


def test_who_is_kept_out_has_nothing(case: Case, now: Moment) -> None:
    """One who waits gets no link; the link of one who had it ends, also for asking a new one."""
    waiting, known = hand_on(case, now, AFAR), hand_on(case, now)
    digest = of_token(token(BO))
    begin_writing()
    keep_out(waiting, OFFICER, now())
    keep_out(known, OFFICER, now())
    db.session.commit()
    assert [mail.state for mail in mails(BO)] == ["cancelled"]  # it had not gone yet
    assert find(digest, AREA, now()) is None
    assert colleagues_of(case, open_duty(case, Which("agency-return", police(case).id), now())) == ()
    before = len(mails(BO))
    begin_writing()
    for email in (BO, AFAR):
        ask_anew(AREA, email, now())
    db.session.commit()
    assert (len(mails(BO)), mails(AFAR)) == (before, [])
    assert [task for task in db.session.scalars(select(Task)) if task.done_at is None] == []


def test_passing_on_twice_makes_one_colleague(case: Case, now: Moment) -> None:
    """An hour later they get another link, not at once; and there is an end to how many it goes to."""
    assert hand_on(case, now).id == hand_on(case, now, BO.upper()).id
    assert len(mails(BO)) == 1
    now.passes(minutes=61)
    hand_on(case, now)
    assert len(mails(BO)) == 2
    assert len(words(case)) == 1
    for number in range(9):
        hand_on(case, now, f"x{number}@shropshire.example")
    with pytest.raises(Refusal, match="many people"):
        hand_on(case, now, "last@shropshire.example")
    db.session.rollback()


def test_a_colleague_asks_for_a_new_link_and_is_reminded(case: Case, now: Moment) -> None:
    """A new link goes to the address on record alone, and who reminds the organisation reminds them too."""
    hand_on(case, now)
    begin_writing()
    ask_anew(AREA, BO, now())
    ask_again(case, Which("agency-return", police(case).id), OFFICER, now())
    db.session.commit()
    assert [mail.letter for mail in mails(BO)] == ["handed-on", "new-link", "chase"]
    assert len({token(BO), *(found[1] for mail in mails(BO) if (found := LINK.search(mail.text)))}) == 3
    assert [to for to, _ in sent_to(case, "chase")] == [BO, "police.mailbox@shropshire.example"]


def test_a_new_link_for_the_organisation_ends_every_older_one(case: Case, now: Moment) -> None:
    """An officer who gives them a new link ends those of their colleagues as well."""
    hand_on(case, now)
    digest = of_token(token(BO))
    assert find(digest, AREA, now()) is not None
    begin_writing()
    new_link(police(case), by_email=True, word="", author=OFFICER, now=now())
    db.session.commit()
    assert find(digest, AREA, now()) is None


def test_an_organisation_on_the_councils_list_asks_for_a_new_link(case: Case, now: Moment) -> None:
    """Their address stands in the list and not in the case: it is found as long as they owe something."""
    begin_writing()
    ask_anew(AREA, "Police.Mailbox@shropshire.example", now())
    ask_anew(AREA, "council.mailbox@shropshire.example", now())
    db.session.commit()
    assert [mail.letter for mail in mails("police.mailbox@shropshire.example")] == ["agency-request", "new-link"]
    assert mails("council.mailbox@shropshire.example") == []


def test_who_was_kept_out_comes_back_by_an_officer_alone(case: Case, now: Moment) -> None:
    """Passed on once more, also at the organisation's own domain, they wait: what an officer ended stays ended."""
    known = hand_on(case, now)
    begin_writing()
    keep_out(known, OFFICER, now())
    db.session.commit()
    now.passes(minutes=61)
    again = hand_on(case, now)
    assert (len(mails(BO)), again.joined_at) == (1, None)
    assert any(task.kind == f"colleague:{again.id}" for task in db.session.scalars(select(Task)))


def test_a_link_of_a_colleague_is_none_of_the_organisation(case: Case, now: Moment) -> None:
    """An officer ended those of the organisation and let a colleague in: only the colleague asks for a new one."""
    colleague, theirs = hand_on(case, now, AFAR), "police.mailbox@shropshire.example"
    begin_writing()
    revoke(police(case), now())
    let_in(colleague, OFFICER, now())
    db.session.commit()
    before = len(mails(theirs))
    begin_writing()
    ask_anew(AREA, theirs, now())
    db.session.commit()
    assert len(mails(theirs)) == before


def test_names_that_were_typed_are_no_links(case: Case, now: Moment) -> None:
    """A mail program makes a link of an address in a name: neither of the two goes out as one."""
    begin_writing()
    duty = open_duty(case, Which("agency-return", police(case).id), now())
    pass_on(police(case), duty, "evil.example", "https://bad.example/x", BO, now())
    db.session.commit()
    [mail] = mails(BO)
    assert "evil.example" not in mail.subject + mail.text
    assert "bad.example" not in mail.subject + mail.text
