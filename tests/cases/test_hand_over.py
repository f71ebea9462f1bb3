"""A case goes on to another body and comes back (section 2, sentence 26), on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update

from tests.asked_for import asked_for
from tests.cases.conftest import OFFICER
from tests.evidence import PDF, kept
from tests.linked_areas import LOWER, UPPER, use_linked_areas
from tests.moment import Moment
from tests.victim import victim_in_merton
from webform.cases.desk import elsewhere
from webform.cases.file_document import file_document
from webform.cases.folder import documents_of, duties_of
from webform.cases.hand_back import hand_back
from webform.cases.people import stricter
from webform.cases.pinned import form_of, rules_of_version
from webform.cases.send_letter import send
from webform.documents.answers import is_empty
from webform.house import EXTENSION, house
from webform.records.attachments import Attachment
from webform.records.chain import verify_all
from webform.records.store import begin_writing, db
from webform.records.tables import Alarm, Case, CaseLink, Document, Draft, Message, Party, ProcedureVersion, Task

WHY = {"why": "The noise went on."}


@pytest.fixture
def linked(store: Flask, tmp_path: Path) -> Iterator[Path]:
    """The two areas on the shelves."""
    before = store.extensions[EXTENSION]
    use_linked_areas(store, tmp_path)
    yield tmp_path
    store.extensions[EXTENSION] = before


@dataclass(frozen=True)
class Pair:
    """The first case and the one that it was handed over as."""

    case: Case
    other: Case


def opened(now: Moment, **changes: Any) -> Case:
    case = asked_for(house().shelves, victim_in_merton(**changes), now())
    db.session.commit()
    return case


def file(case: Case, step: str, now: Moment, answers: dict[str, Any], **more: Any) -> Document:
    begin_writing()
    rule = house().shelves.procedures[case.area].step(step)
    assert rule is not None
    document = file_document(
        case, step, house().shelves.forms[str(rule.fill)], answers, author=OFFICER, now=now(), **more
    )
    db.session.commit()
    return document


def other_of(case: Case) -> Case:
    link = db.session.scalars(select(CaseLink).where(CaseLink.case_id == case.id).order_by(CaseLink.id.desc())).first()
    assert link is not None
    return db.session.get_one(Case, link.other_id)


def handed_over(now: Moment, answers: dict[str, Any] | None = None, **changes: Any) -> Pair:
    """Acknowledged on Monday, handed over on Tuesday at noon."""
    case = opened(now, **changes)
    begin_writing()
    send(case, "acknowledgement", subject="We have your request", markdown="We do.", author=OFFICER, now=now(),
         posted_on=now())  # fmt: skip
    db.session.commit()
    now.is_("2026-05-12 12:00")
    file(case, "further", now, answers or WHY)
    return Pair(case, other_of(case))


def says(case: Case) -> list[str]:
    """What waits for a person in a case."""
    return list(db.session.scalars(select(Task.says).where(Task.case_id == case.id).order_by(Task.id)))


def state(case: Case, step: str, now: Moment) -> str:
    return next(duty.state for duty in duties_of(case, now()) if duty.step == step)


@pytest.mark.usefixtures("linked")
def test_s26_a_handed_over_appeal_is_a_case_of_its_own(now: Moment) -> None:
    """It opens under the other procedure on the day it was lodged, the two are linked, and its people are told."""
    pair = handed_over(now)
    assert (pair.other.area, pair.other.received_at, pair.other.channel) == ("upper", now(), "handed-over")
    (link,) = db.session.scalars(select(CaseLink))
    assert (link.case_id, link.other_id, link.kind, link.step) == (
        pair.case.id,
        pair.other.id,
        "handed-over",
        "further",
    )
    told = db.session.scalars(select(Message.recipient).where(Message.case_id == pair.other.id)).all()
    here, elsewhere = (house().contacts[area, "spoc"].only for area in ("upper", "merton"))
    assert here
    assert elsewhere
    assert here.email in told
    assert elsewhere.email not in told
    assert verify_all() == ()


@pytest.mark.usefixtures("linked")
def test_s26_neither_schedule_reads_the_others_folder(now: Moment) -> None:
    """The other body owes from the day of lodging; nothing that came along fulfils or moves a duty there or here."""
    pair = handed_over(now)
    assert state(pair.other, "acknowledgement", now) == "open"
    assert state(pair.other, "seen", now) == "open"
    received = next(duty for duty in duties_of(pair.other, now()) if duty.step == "request")
    assert received.done_at == now()
    before = duties_of(pair.case, now())
    file(pair.other, "finding", now, {"found": "They were slow.", "upheld": "yes"})
    assert duties_of(pair.case, now()) == before
    assert state(pair.case, "answer", now) == "open"


@pytest.mark.usefixtures("linked")
def test_answers_are_carried_over_by_what_they_mean(now: Moment) -> None:
    """From the form that was filed first, then from the documents that go along; never an agreement."""
    pair = handed_over(now)
    answers = documents_of(pair.other)[0].answers
    assert dict(answers) == {
        "your_name": "Ann Žďárská", "your_email": "ann@people.example", "wish": "The noise went on.",
        "what_response": "Nothing was done",
    }  # fmt: skip
    (party,) = db.session.scalars(select(Party).where(Party.case_id == pair.other.id, Party.role == "applicant"))
    assert (party.person["name"], party.person["phone"]) == ("Ann Žďárská", "020 7946 0000")


@pytest.mark.usefixtures("linked")
def test_what_is_missing_is_chased_and_never_refused(now: Moment) -> None:
    """The case is open though its form lacks a ground and an agreement; a person there is asked to find them out."""
    pair = handed_over(now)
    (asked,) = says(pair.other)
    assert "On which ground?" in asked
    assert "I agree" in asked
    assert "Your name" not in asked
    tasks = db.session.scalars(select(Message.role).where(Message.case_id == pair.other.id, Message.letter == "task"))
    assert tasks.all() == ["spoc"]


@pytest.mark.usefixtures("linked")
def test_documents_go_along_as_what_they_are(now: Moment) -> None:
    """Request, acknowledgement and the appeal itself: kind, words, author and date as they were, and from where."""
    pair = handed_over(now)
    mine = {one.number: one for one in documents_of(pair.case)}
    copies = [one for one in documents_of(pair.other) if one.origin is not None]
    assert [(one.origin["step"], one.step, one.effect) for one in copies] == [
        ("request", None, "records"), ("acknowledgement", None, "records"), ("further", None, "records")
    ]  # fmt: skip
    for copy in copies:
        original = mine[copy.origin["number"]]
        assert (copy.kind, copy.answers, copy.body, copy.author) == (
            original.kind, original.answers, original.body, original.author,
        )  # fmt: skip
        assert (copy.effective_at, copy.filed_at) == (original.effective_at, now())
        assert (copy.origin["case"], copy.origin["area"]) == (pair.case.reference, "merton")
        assert form_of(copy) == form_of(original)
    assert form_of(copies[0]) is not None


@pytest.mark.usefixtures("linked")
def test_files_go_along_with_their_documents(now: Moment) -> None:
    """The other body opens what came with the request; of a file that stays it reads that it is there, and where."""
    begin_writing()
    draft = Draft(key_digest="k", area="merton", form="request", version="v", created_at=now(), touched_at=now(),
                  expires_at=now())  # fmt: skip
    db.session.add(draft)
    db.session.flush()
    first, later = kept(draft, now()), kept(draft, now(), PDF + b"later")
    case = opened(now, evidence=["letters"], added_files=[first])
    file(case, "tell-more", now, {"added_words": "See this.", "added_files": [later], "added_told": "no"})
    file(case, "further", now, WHY)
    mine = db.session.scalars(select(Attachment).where(Attachment.case_id == other_of(case).id)).one()
    assert b"".join(mine.chunks()) == PDF
    (told,) = (one for one in says(other_of(case)) if one.startswith("Not every file came along"))
    assert case.reference in told
    assert verify_all() == ()


@pytest.mark.usefixtures("linked")
def test_who_cannot_be_emailed_safely_here_is_not_emailed_there(now: Moment) -> None:
    """The other body's form asks nothing of safety; the rules of the first case go along all the same."""
    pair = handed_over(now, email_safe="no", channel="post")
    (party,) = db.session.scalars(select(Party).where(Party.case_id == pair.other.id, Party.role == "applicant"))
    assert party.contact["email_safe"] == "no"
    mailed = db.session.scalars(select(Message.role).where(Message.case_id == pair.other.id)).all()
    assert "applicant" not in mailed


@pytest.mark.usefixtures("linked")
def test_rules_that_became_stricter_since_go_along(now: Moment) -> None:
    """Email was safe when the person asked, and is not any more: the other body must not write one."""
    case = opened(now)
    (party,) = db.session.scalars(select(Party).where(Party.case_id == case.id, Party.role == "applicant"))
    party.contact = {**party.contact, "email_safe": "no"}
    db.session.commit()
    file(case, "further", now, WHY)
    mailed = db.session.scalars(select(Message.role).where(Message.case_id == other_of(case).id)).all()
    assert "applicant" not in mailed


def test_the_stricter_of_two_rules_holds() -> None:
    """A way is safe only if neither says that it is not."""
    rules = stricter({"email_safe": "yes", "post_safe": "no", "channel": "email"}, {"email_safe": "no", "channel": "x"})
    assert rules == {"email_safe": "no", "post_safe": "no", "channel": "email"}


@pytest.mark.usefixtures("linked")
def test_what_was_lodged_earlier_counts_from_then(now: Moment) -> None:
    """An appeal that came by letter on Monday and is typed in on Tuesday: the other body's time begins on Monday."""
    case, lodged = opened(now), now()
    now.is_("2026-05-12 12:00")
    file(case, "further", now, WHY, effective_at=lodged)
    assert other_of(case).received_at == lodged


@pytest.mark.usefixtures("linked")
def test_nothing_of_the_first_person_is_put_on_another(now: Moment) -> None:
    """Somebody else appeals: the first one's email, phone and rules are not theirs."""
    pair = handed_over(now, {**WHY, "who": "Bea Brown"})
    (party,) = db.session.scalars(select(Party).where(Party.case_id == pair.other.id, Party.role == "applicant"))
    assert dict(party.person) == {"name": "Bea Brown"}
    answers = documents_of(pair.other)[0].answers
    assert (answers["your_name"], is_empty(answers.get("your_email"))) == ("Bea Brown", True)


@pytest.mark.usefixtures("linked")
def test_filed_again_it_goes_to_the_case_that_is_open(now: Moment) -> None:
    """A second paper opens no second case; it follows the first."""
    pair = handed_over(now)
    file(pair.case, "further", now, {"why": "One thing more."})
    assert other_of(pair.case).id == pair.other.id
    last = documents_of(pair.other)[-1]
    assert (last.origin["step"], last.answers) == ("further", {"why": "One thing more."})
    assert len(list(db.session.scalars(select(CaseLink)))) == 1


@pytest.mark.usefixtures("linked")
def test_what_is_decided_there_comes_back(now: Moment) -> None:
    """Filed in the step that waits for it, by that body, on its day; the whole finding stands beside it, once."""
    pair = handed_over(now)
    now.is_("2026-06-01 15:00")
    file(pair.other, "finding", now, {"found": "They were slow.", "upheld": "yes"})
    decided = now()
    now.is_("2026-06-01 15:01")
    assert hand_back(now()) == 1
    assert hand_back(now()) == 0
    copy, answer = documents_of(pair.case)[-2:]
    assert (copy.kind, copy.step, dict(copy.answers)) == (
        "upper-result",
        None,
        {"found": "They were slow.", "upheld": "yes"},
    )
    assert (answer.step, answer.kind, answer.author, answer.author_role) == ("answer", "answer", "Upper Office", "spoc")
    assert (answer.effective_at, dict(answer.answers)) == (decided, {"finding": "They were slow."})
    assert state(pair.case, "answer", now) == "done"
    came = says(pair.case)[-1]
    assert f"Upper Office found has come back. It is document {copy.number}" in came
    assert "When did we tell the person?" in came
    file(pair.other, "close", now, {})
    assert hand_back(now()) == 0
    assert verify_all() == ()


@pytest.mark.usefixtures("linked")
def test_a_case_that_closes_without_a_finding_comes_back_as_well(now: Moment) -> None:
    """The other body closes it: that document comes back, so that nobody here waits for ever."""
    pair = handed_over(now)
    file(pair.other, "close", now, {})
    assert hand_back(now()) == 1
    assert [one.kind for one in documents_of(pair.case)][-2:] == ["close", "answer"]


@pytest.mark.usefixtures("linked")
def test_what_somebody_wrote_down_before_is_not_filed_twice(now: Moment) -> None:
    """An officer had filed the answer by hand: the copy comes, the step keeps its one document."""
    pair = handed_over(now)
    file(pair.case, "answer", now, {"finding": "By phone", "told_on": "2026-05-12"})
    file(pair.other, "finding", now, {"found": "They were slow.", "upheld": "yes"})
    assert hand_back(now()) == 1
    assert [one.step for one in documents_of(pair.case)].count("answer") == 1
    assert documents_of(pair.case)[-1].kind == "upper-result"


@pytest.mark.usefixtures("linked")
def test_other_papers_of_the_other_case_stay_there(now: Moment) -> None:
    """Only its end comes back; what was looked at is not looked at again."""
    pair = handed_over(now)
    file(pair.other, "seen", now, {})
    assert hand_back(now()) == 0
    (link,) = db.session.scalars(select(CaseLink))
    assert link.looked == pair.other.chain_count
    assert [one for one in documents_of(pair.case) if one.origin] == []


@pytest.mark.usefixtures("linked")
def test_what_cannot_be_filed_is_told_and_holds_nobody_up(store: Flask, tmp_path: Path, now: Moment) -> None:
    """One case has rules that can't be read: an alarm says so, the other case gets what came back."""
    broken = handed_over(now)
    use_linked_areas(store, tmp_path, lower=LOWER.replace("Go to", "Go up to"))
    whole = handed_over(now)
    for pair in (broken, whole):
        file(pair.other, "finding", now, {"found": "They were slow.", "upheld": "yes"})
    spoiled = update(ProcedureVersion).where(ProcedureVersion.version == broken.case.version)
    db.session.execute(spoiled.values(body={"format": 1, "procedure": {}, "forms": {}}))
    db.session.commit()
    rules_of_version.cache_clear()
    assert hand_back(now()) == 1
    (alarm,) = db.session.scalars(select(Alarm).where(Alarm.kind == "hand-back"))
    assert broken.case.reference in alarm.says


def test_a_body_that_is_not_on_the_service_is_left_to_a_person(store: Flask, tmp_path: Path, now: Moment) -> None:
    """No case opens; somebody is asked to send the papers."""
    before = store.extensions[EXTENSION]
    use_linked_areas(store, tmp_path, lower=LOWER.replace('opens = "upper"', 'opens = "ombudsman"'))
    case = opened(now)
    file(case, "further", now, WHY)
    assert db.session.scalars(select(CaseLink)).all() == []
    assert "Send the papers of “Go to the upper body” to ombudsman." in says(case)[0]
    store.extensions[EXTENSION] = before


@pytest.mark.usefixtures("linked")
def test_each_body_sees_that_there_is_another_case_and_how_it_stands(now: Moment) -> None:
    """Whose it is, its reference, since when, and when it ended; nothing else of it."""
    pair = handed_over(now)
    (there,), (here,) = elsewhere(pair.case), elsewhere(pair.other)
    assert (there.body, there.reference, there.came_from, there.ended_at) == (
        "Upper Office",
        pair.other.reference,
        False,
        None,
    )
    assert (here.body, here.reference, here.came_from) == ("Merton Council", pair.case.reference, True)
    file(pair.other, "close", now, {})
    assert elsewhere(pair.case)[0].ended_at == now()


def test_without_a_step_that_hands_back_the_closing_does(store: Flask, tmp_path: Path, now: Moment) -> None:
    """The other procedure marks nothing: a finding stays there, the closing comes back."""
    before = store.extensions[EXTENSION]
    use_linked_areas(store, tmp_path, upper=UPPER.replace("hands_back = true", ""))
    pair = handed_over(now)
    file(pair.other, "finding", now, {"found": "They were slow.", "upheld": "yes"})
    assert hand_back(now()) == 0
    now.passes(days=1)
    file(pair.other, "close", now, {})
    assert hand_back(now()) == 1
    assert documents_of(pair.case)[-2].effective_at == now()
    store.extensions[EXTENSION] = before
