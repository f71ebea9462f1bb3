"""Consent in a live case: filed by the person or an officer, heeded in letters and in the outbox, on both databases."""

from __future__ import annotations

import re
from typing import Any

import pytest
from sqlalchemy import select

from tests.cases.conftest import OFFICER, Opener
from tests.moment import Moment
from webform.cases.came_back import POST_KIND, is_returned, posted_to, returned_by_post
from webform.cases.consent import answers_of, sight_of
from webform.cases.file_document import file_document
from webform.cases.folder import Which, documents_of
from webform.cases.letters import draft_letter, notify
from webform.cases.people import Author, addressee, parties
from webform.cases.pinned import rules_of
from webform.cases.send_letter import send
from webform.cases.standing import forms_for, letters_of, standing_of
from webform.errors import Refusal
from webform.records.store import begin_writing, db
from webform.records.tables import Case, CaseLink, Message, Party, Task
from webform.rules.consent import ALL, View
from webform.sending.reach import email_of

FOR_MUM: dict[str, Any] = {
    "capacity": "behalf", "relationship": "family", "victim_agrees": "knows", "victim_name": "Maud Hill", "born": None,
    "contact_main": "both", "victim_email": "maud@people.example", "victim_phone": "020 7946 0003",
}  # fmt: skip
CHECKED = {"checked_on": "2026-05-05", "checked_how": "Sam called Maud", "given_how": "verbal", "main": "both"}


@pytest.fixture
def case(opened: Opener) -> Case:
    """A case that somebody asked for their mother."""
    return opened(**FOR_MUM)


def says(case: Case, now: Moment, said: str, **more: Any) -> None:
    """The person affected answers on their own page."""
    person = parties(case, "victim")[0]
    file(case, now, "consent", Author("", "victim", person.id), {"said": said, "main": "both", **more})


def writes_down(case: Case, now: Moment, said: str, **more: Any) -> None:
    """An officer writes down what they said, or what is decided."""
    file(case, now, "consent-record", OFFICER, {**CHECKED, "agrees": said, **more})


def file(case: Case, now: Moment, step: str, author: Author, answers: dict[str, Any]) -> None:
    begin_writing()
    procedure, forms = rules_of(case)
    rule = procedure.step(Which.read(step).step)
    assert rule is not None
    assert rule.fill
    file_document(case, step, forms[rule.fill], answers, author=author, now=now())
    db.session.commit()


def standing(case: Case, now: Moment) -> list[str]:
    return [one.standing for one in answers_of(case, now())]


def tasks(case: Case) -> list[str]:
    found = select(Task).where(Task.case_id == case.id).order_by(Task.id)
    return [task.kind.partition(":")[0] for task in db.session.scalars(found)]


def states(case: Case) -> set[str]:
    """What became of the messages to whoever asked."""
    mine = select(Message.state).where(Message.case_id == case.id, Message.role == "applicant")
    return set(db.session.scalars(mine))


def test_a_joint_letter_came_back_from_one_of_them(case: Case, now: Moment) -> None:
    """The post returned Ann's copy: her address is doubted and Maud's is not; a second press changes nothing."""
    says(case, now, "yes", main="both")
    begin_writing()
    how: dict[str, Any] = {"subject": "Us", "markdown": "Dear both", "author": OFFICER}
    letter = send(case, "acknowledgement", **how, now=now(), posted_on=now())
    ann, maud = posted_to(letter)
    maud.person = {**maud.person, "address": {"line1": "2 Oak Road"}}
    maud.contact = {**maud.contact, "post_safe": "yes"}
    for _ in range(2):
        returned_by_post(case, letter, ann, OFFICER, now())
    db.session.commit()
    assert [is_returned(letter, one) for one in (ann, maud)] == [True, False]
    assert [addressee(one).address is None for one in (ann, maud)] == [True, False]
    assert tasks(case).count("post-address") == 1
    words = [str(one.body) for one in documents_of(case) if one.kind == POST_KIND]
    assert ["to Ann Žďárská came back by post" in one for one in words] == [True]


@pytest.mark.parametrize("said", ["no", "takes-back"])
def test_who_refuses_is_asked_before_another_area_gets_it(case: Case, now: Moment, said: str) -> None:
    """What somebody refused would be unknown elsewhere: nothing goes there until they agree, or it is decided here."""
    says(case, now, said)
    with pytest.raises(Refusal, match="Speak with them first"):
        file(case, now, "pass-on", OFFICER, {"passed_to": "Bromley", "passed_why": "It happens there."})
    db.session.rollback()
    assert db.session.scalars(select(CaseLink)).all() == []
    now.passes(hours=1)
    writes_down(case, now, "without", reason="unable", reason_why="She is in hospital.", checked_on="2026-05-11")
    file(case, now, "pass-on", OFFICER, {"passed_to": "Bromley", "passed_why": "It happens there."})
    assert len(db.session.scalars(select(CaseLink)).all()) == 1


def test_consent_is_missing_until_the_person_answers(case: Case, now: Moment) -> None:
    """The case is there and consent is missing; the person's own word gives it."""
    assert standing(case, now) == ["missing"]
    says(case, now, "yes")
    assert standing(case, now) == ["given"]


def test_who_asks_for_themselves_is_asked_for_no_consent(opened: Opener, now: Moment) -> None:
    """Nobody's consent is missing where somebody asks for themselves."""
    assert standing(opened(), now) == []


def test_an_officer_writes_down_what_was_said(case: Case, now: Moment) -> None:
    """Who, when and how is on record, and it counts like the person's own word."""
    writes_down(case, now, "yes")
    (found,) = answers_of(case, now())
    assert (found.standing, found.agreement and found.agreement.how) == ("given", "verbal")


@pytest.mark.parametrize(("on_page", "by_phone"), [("takes-back", "yes"), ("yes", "no"), ("no", "without")])
def test_what_is_written_down_late_takes_no_later_word_away(
    case: Case, now: Moment, on_page: str, by_phone: str
) -> None:
    """A call that was noted days afterwards does not count over what the person has said since; a later call does."""
    says(case, now, on_page)
    said = standing(case, now)
    now.is_("2026-05-14 10:00")
    reason = {"reason": "unable", "why": "She is in hospital."}
    with pytest.raises(Refusal, match="older than what they said on 11 May 2026"):
        writes_down(case, now, by_phone, **reason, checked_on="2026-05-10")
    db.session.rollback()
    assert standing(case, now) == said
    writes_down(case, now, by_phone, **reason, checked_on="2026-05-13")
    assert standing(case, now) != said
    with pytest.raises(Refusal, match="older than what they said on 13 May 2026"):
        writes_down(case, now, by_phone, **reason, checked_on="2026-05-12")
    db.session.rollback()


def test_the_council_decides_to_go_on_without_it(case: Case, now: Moment) -> None:
    """Somebody lacks capacity: the reason is kept, and whoever asks sees what the officer ticked."""
    more = {"reason": "lacks-capacity", "acts_for_them": "Ann", "why": "Letter of the GP", "shows": ["progress"]}
    writes_down(case, now, "without", **more)
    (found,) = answers_of(case, now())
    assert (found.standing, found.agreement and found.agreement.reason) == ("without", "lacks-capacity")
    assert sight_of(case, parties(case, "applicant")[0], now()).now == {"progress"}


def test_a_withdrawal_holds_for_letters_from_then_on(case: Case, now: Moment) -> None:
    """Agreed, and taken back: whoever asks is no reader of the next letter, and nobody else's letter changes."""
    says(case, now, "yes", main="applicant")
    assert [one.role for one in draft_letter(case, "acknowledgement", now()).to] == ["applicant"]
    says(case, now, "takes-back", main=None)
    assert draft_letter(case, "acknowledgement", now()).to == ()
    assert standing(case, now) == ["taken back"]


def test_a_withdrawal_holds_for_what_waits_in_the_outbox(case: Case, now: Moment) -> None:
    """The receipt has not gone yet: it is cancelled, a person is told, and the notice to the council still goes."""
    assert states(case) == {"waiting"}
    says(case, now, "no")
    assert states(case) == {"cancelled"}
    assert "no-letters" in tasks(case)
    others = select(Message.state).where(Message.case_id == case.id, Message.role == "spoc")
    assert set(db.session.scalars(others)) == {"waiting"}


def test_notices_of_the_software_go_by_it_too(case: Case, now: Moment) -> None:
    """What is no step of the procedure does not reach whoever asks either."""
    says(case, now, "no")
    begin_writing()
    procedure, _ = rules_of(case)
    assert not notify(case, procedure.notices.task, "applicant", {"task.says": "Look"}, now())
    db.session.rollback()


def test_part_of_it_may_leave_letters_out(case: Case, now: Moment) -> None:
    """Progress only: letters go to the person and none to whoever asks; with letters ticked they do."""
    says(case, now, "in-part", shows=["progress"])
    assert [one.role for one in draft_letter(case, "acknowledgement", now()).to] == ["victim"]
    says(case, now, "in-part", shows=["progress", "letters"], main="applicant")
    assert [one.role for one in draft_letter(case, "acknowledgement", now()).to] == ["applicant"]


@pytest.mark.parametrize(
    ("main", "readers", "greeting"),
    [
        ("applicant", ["applicant"], "Dear Ann Žďárská"),
        ("victim", ["victim"], "Dear Maud Hill"),
        ("both", ["applicant", "victim"], "Dear Ann Žďárská and Maud Hill"),
    ],
)
def test_letters_go_to_the_main_contact(case: Case, now: Moment, main: str, readers: list[str], greeting: str) -> None:
    """Whom the person names is written to, greeted by name; until they say so it is whoever asks."""
    assert [one.role for one in draft_letter(case, "acknowledgement", now()).to] == ["applicant"]
    says(case, now, "yes", main=main)
    draft = draft_letter(case, "acknowledgement", now())
    assert [one.role for one in draft.to] == readers
    assert greeting in draft.written.markdown


def test_a_joint_letter_on_paper_is_on_the_page_of_each(case: Case, now: Moment) -> None:
    """One letter to two people, posted: both find it on their page, as far as each may see letters, and nobody else."""
    says(case, now, "yes", main="both")
    begin_writing()
    subject = draft_letter(case, "acknowledgement", now()).written.subject
    send(case, "acknowledgement", subject=subject, markdown="Dear both", author=OFFICER, now=now(), posted_on=now())
    db.session.commit()
    readers = [*parties(case, "applicant"), *parties(case, "victim")]
    for one in readers:
        assert subject in [letter.answers["subject"] for letter in letters_of(case, one, ALL)]
    other = Party(case_id=case.id, role="agency", person={}, contact={}, joined_at=now())
    begin_writing()
    db.session.add(other)
    db.session.commit()
    assert letters_of(case, other, ALL) == ()
    assert letters_of(case, readers[0], View(())) == ()


def test_a_person_is_told_whom_not_to_ask(case: Case, now: Moment) -> None:
    """The names that somebody gave stand in a task; who gives none makes none."""
    says(case, now, "yes")
    assert "not-with" not in tasks(case)
    says(case, now, "yes", not_with="Acme Housing\n\nThe school")
    task = db.session.scalars(select(Task).where(Task.case_id == case.id, Task.kind.like("not-with%"))).one()
    assert "Acme Housing, The school" in task.says


@pytest.mark.parametrize(
    ("changes", "what"),
    [
        ({"victim_email": " ANN@people.example"}, "email"),
        ({"victim_phone": "+44 20 7946 0000"}, "phone"),
        ({"victim_name": "ann zdarska"}, "name"),
    ],
)
def test_one_person_on_both_sides_is_flagged(opened: Opener, changes: dict[str, str], what: str) -> None:
    """The same email, phone or name, however it is written, is there to be seen; the case is opened all the same."""
    flag = opened(**FOR_MUM | changes).flags[0]
    assert flag["label"].startswith(f"The same {what} is given for the person who asks and the person affected")


def test_two_people_are_not_flagged(case: Case) -> None:
    """Nothing in common, no flag."""
    assert labels(case) == ["No consent yet"]


def labels(case: Case) -> list[str]:
    return [flag["label"] for flag in case.flags]


def test_missing_consent_stands_on_the_case_until_it_is_there(opened: Opener, case: Case, now: Moment) -> None:
    """Flagged, for the list of the desk too; gone once given, back once taken back; never where nobody is asked."""
    says(case, now, "yes")
    assert labels(case) == []
    says(case, now, "takes-back")
    assert labels(case) == ["Consent refused or taken back"]
    assert labels(opened()) == []


@pytest.mark.parametrize(("said", "email"), [("yes", "maud@people.example"), ("no", ""), (None, "")])
def test_the_person_is_written_to_only_where_it_is_known_to_be_safe(
    opened: Opener, said: str | None, email: str
) -> None:
    """Whoever asks knows that it is safe, or no email goes to the person whom they ask for."""
    person = parties(opened(**FOR_MUM, victim_email_safe=said), "victim")[0]
    assert email_of(person) == email


def letters_to_maud(case: Case) -> list[Message]:
    return list(db.session.scalars(select(Message).where(Message.case_id == case.id, Message.role == "victim")))


def test_the_person_is_asked_by_email_where_that_is_safe(opened: Opener) -> None:
    """One letter goes with a link to their own page, and says nothing of what it is about."""
    (letter,) = letters_to_maud(opened(**FOR_MUM, victim_email_safe="yes"))
    assert letter.recipient == "maud@people.example"
    assert re.search(r"/merton/open/\S+", letter.text)
    assert not any(word in f"{letter.subject} {letter.text}".casefold() for word in ("anti-social", "case review"))


def test_where_no_email_is_safe_a_person_is_asked_to_ask(case: Case) -> None:
    """Nothing is written to the person affected; a task says that the letter did not go."""
    assert letters_to_maud(case) == []
    assert any("to Maud Hill did not go by itself" in task.says for task in db.session.scalars(select(Task)))


def test_who_asks_for_themselves_gets_no_such_letter(opened: Opener) -> None:
    """Nobody is asked whether they agree to their own request."""
    case = opened()
    assert letters_to_maud(case) == []
    assert tasks(case) == []


def offered(case: Case, role: str, now: Moment) -> set[str]:
    """The steps that somebody can fill in on their own page."""
    return {asked.step.id for asked in forms_for(case, parties(case, role)[0], now())}


def test_only_the_person_is_offered_the_answer_and_may_change_it(case: Case, now: Moment) -> None:
    """It is on their page before and after they agreed, and never on that of whoever asks."""
    assert "consent" in offered(case, "victim", now)
    says(case, now, "yes")
    assert "consent" in offered(case, "victim", now)
    assert "consent" not in offered(case, "applicant", now)


def test_what_was_done_before_a_refusal_and_written_down_after_it_is_not_shown(case: Case, now: Moment) -> None:
    """Nobody could read of it at that time, so there is nothing that stays shown."""
    asks = parties(case, "applicant")[0]
    now.passes(hours=1)
    early = now()
    now.passes(hours=1)
    says(case, now, "no")
    now.passes(hours=1)
    before = [told.duty.step for told in standing_of(case, asks, now()).done]
    begin_writing()
    send(case, "acknowledgement", subject="We have it", markdown="We do.", author=OFFICER, now=now(), posted_on=early)
    db.session.commit()
    assert [told.duty.step for told in standing_of(case, asks, now()).done] == before


@pytest.mark.parametrize(
    ("answer", "told"),
    [("applicant", ["stopped-for-you"]), ("both", ["withdrawn"]), ("phone", ["stopped-for-you"]), ("", []), ("no", [])],
)
def test_who_agreed_hears_that_it_was_stopped_for_them(
    opened: Opener, now: Moment, answer: str, told: list[str]
) -> None:
    """Whoever asked can't end it behind their back; whoever never agreed, or need not be asked, is not written to."""
    case = opened(**FOR_MUM, victim_email_safe="yes")
    match answer:
        case "phone":
            writes_down(case, now, "yes", main="applicant")
        case "":
            more = {"reason": "risk-of-harm", "why": "He reads her mail.", "shows": ["progress"], "main": "applicant"}
            writes_down(case, now, "without", **more)
        case "no":
            pass
        case main:
            says(case, now, "yes", main=main)
    before = len(letters_to_maud(case))
    file(case, now, "withdraw", Author("", "applicant", parties(case, "applicant")[0].id), {"stop_pressed": "own"})
    assert [one.letter for one in letters_to_maud(case)[before:]] == told
