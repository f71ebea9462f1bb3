"""A letter with a second reader: it goes once somebody else has read just these words, whichever way it goes."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from tests.asked_for import asked_for
from tests.cases.conftest import OFFICER
from tests.moment import Moment
from tests.second_reader import STEP, with_second_reader
from tests.victim import victim_in_merton
from webform.cases.letters import draft_letter
from webform.cases.officers import add_officer
from webform.cases.put_aside import put_aside
from webform.cases.second_reader import SECOND, ask_second, reading_of, say_yes, send_back
from webform.cases.send_letter import send
from webform.documents.letter import Written
from webform.documents.shelf import Shelves
from webform.errors import Refusal
from webform.records.chain import verify_case
from webform.records.officers import Officer
from webform.records.store import begin_writing, db
from webform.records.tables import Case, Draft, Task

TEXT = Written("About it", "Dear Ann\n\nWe have it.")
OTHER = Written("About it", "Dear Ann\nWe have it.")


@pytest.fixture
def case(store: object, now: Moment, shelves: Shelves) -> Case:
    """A case in which the deputy, or another point of contact, has to read the acknowledgement."""
    found = asked_for(with_second_reader(shelves, "deputy", "spoc"), victim_in_merton(), now())
    db.session.commit()
    return found


def officers() -> tuple[Officer, Officer, Officer]:
    """Whoever writes, who may read, and somebody who may not."""
    begin_writing()
    return (
        add_officer("sam@merton.example", "Sam Spoc", "merton", "spoc"),
        add_officer("dee@merton.example", "Dee Puty", "merton", "deputy"),
        add_officer("kim@merton.example", "Kim Lee", "merton", "officer"),
    )


def go(case: Case, now: Moment, text: Written, **how: object) -> None:
    send(case, STEP, subject=text.subject, markdown=text.markdown, author=OFFICER, now=now(), **how)


def tasks(case: Case) -> list[str]:
    wanted = select(Task.says).where(Task.case_id == case.id, Task.done_at.is_(None), Task.kind.like("%read:%"))
    return list(db.session.scalars(wanted))


def test_it_waits_until_somebody_else_has_read_it(case: Case, now: Moment) -> None:
    """Neither the writer nor whoever has another role lets it go; then it goes, and both names are on record."""
    sam, dee, kim = officers()
    letter = draft_letter(case, STEP, now())
    assert not letter.ready
    ask_second(case, letter, TEXT, sam, now())
    for way in ({}, {"posted_on": now()}):
        with pytest.raises(Refusal, match="somebody else has to read it"):
            go(case, now, TEXT, **way)
    with pytest.raises(Refusal, match="somebody else has to read it"):
        put_aside(case, STEP, TEXT, sam.id, now())
    for nobody in (sam, kim):
        with pytest.raises(Refusal, match="Somebody else has to read this letter"):
            say_yes(case, letter, TEXT, nobody, now())
    assert ["Sam Spoc asks" in one and "deputy" in one for one in tasks(case)] == [True]
    say_yes(case, letter, TEXT, dee, now())
    assert ["Dee Puty has read" in one for one in tasks(case)] == [True]
    put_aside(case, STEP, TEXT, sam.id, now())
    go(case, now, TEXT)
    db.session.commit()
    kinds = [one.kind for one in case.documents]
    assert kinds.index(SECOND) < kinds.index(STEP)
    assert "Sam Spoc wrote" in next(one.body for one in case.documents if one.kind == SECOND)
    assert (tasks(case), db.session.query(Draft).count()) == ([], 0)
    assert verify_case(case.id) == ()


def test_other_words_have_to_be_read_again(case: Case, now: Moment) -> None:
    """What was read goes, and nothing else; who reads older words than those that wait lets nothing go."""
    sam, dee, _kim = officers()
    letter = draft_letter(case, STEP, now())
    ask_second(case, letter, TEXT, sam, now())
    with pytest.raises(Refusal, match="not the words"):
        say_yes(case, letter, OTHER, dee, now())
    say_yes(case, letter, TEXT, dee, now())
    with pytest.raises(Refusal, match="has to read it"):
        go(case, now, OTHER)
    with pytest.raises(Refusal, match="has to read it"):
        put_aside(case, STEP, OTHER, sam.id, now())
    ask_second(case, letter, OTHER, dee, now())  # whoever changes it has written it
    with pytest.raises(Refusal, match="Somebody else"):
        say_yes(case, letter, OTHER, dee, now())
    with pytest.raises(Refusal, match="has to read it"):
        go(case, now, TEXT)
    say_yes(case, letter, OTHER, sam, now())
    go(case, now, Written(OTHER.subject, OTHER.markdown.replace("\n", "\r\n")))  # as a browser sends it


def test_it_is_sent_back_with_words(case: Case, now: Moment) -> None:
    """The words are kept with the letter, sealed; it goes only when it was written anew and read."""
    sam, dee, _kim = officers()
    letter = draft_letter(case, STEP, now())
    ask_second(case, letter, TEXT, sam, now())
    send_back(case, letter, TEXT, "Say when.", dee, now())
    reading = reading_of(case, letter)
    assert reading is not None
    assert (reading.sent_back_by, reading.words, reading.written, reading.waits) == (
        "Dee Puty",
        "Say when.",
        TEXT,
        False,
    )
    assert ["sent a letter back to Sam Spoc" in one and "Say when" not in one for one in tasks(case)] == [True]
    with pytest.raises(Refusal, match="does not wait"):
        say_yes(case, letter, TEXT, dee, now())
    with pytest.raises(Refusal, match="has to read it"):
        go(case, now, TEXT)
