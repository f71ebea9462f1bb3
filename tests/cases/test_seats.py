"""Councillors and MPs: which cases are theirs, and what becomes of these when a seat ends."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from tests.cases.conftest import Opener
from tests.councillor import JO, JO_NAME, for_somebody, write_roster
from tests.moment import Moment
from webform.cases.links import mint, of_token, still_open
from webform.cases.officers import add_officer, find_officer, leave
from webform.cases.people import may_email, parties
from webform.cases.seats import holder_of, keep_seats, may_sign_in, raised, raised_in, seats_of
from webform.contacts import FILE
from webform.errors import Refusal
from webform.records.officers import ELECTED
from webform.records.seats import RosterSeat
from webform.records.store import begin_writing, db
from webform.records.tables import Case, Link, Party, Task


@pytest.fixture
def roster(store: Flask, now: Moment) -> Path:
    """Jo Hill is a councillor of Merton."""
    instance: Path = store.extensions["asb"].settings.instance
    write_roster(instance, {})
    return instance


def theirs(now: Moment) -> list[str]:
    """The references of the cases that Jo sees."""
    return [party.case.reference for party in raised(seats_of(JO, now()))]


def asker(case: Case) -> Party:
    return parties(case, "applicant")[0]


def test_cases_that_they_raised_are_theirs(roster: Path, opened: Opener, now: Moment) -> None:
    """Under the address on the roster, in their name, as councillor: the newest first, before they ever signed in."""
    first = opened(**for_somebody())
    now.passes(hours=1)
    second = opened(**for_somebody("Kim Lee", name="Cllr Jo HILL", email=JO.title()))
    assert theirs(now) == [second.reference, first.reference]
    seats = seats_of(JO, now())
    assert raised_in(seats, first.reference) is asker(first)


@pytest.mark.parametrize(
    "changes",
    [
        {"email": "ann@people.example"},
        {"name": "Kim Hillman"},
        {"relationship": "family"},
        {"relationship": "mp"},
        {"capacity": "me", "relationship": None, "victim_name": None},
        {"email_safe": "no", "email": None},
    ],
)
def test_others_are_not(roster: Path, opened: Opener, now: Moment, changes: dict[str, Any]) -> None:
    """Another address, another name in the same mailbox, another capacity, a constituent's own request: not theirs."""
    reference = opened(**{**for_somebody(), **changes}).reference
    assert theirs(now) == []
    assert raised_in(seats_of(JO, now()), reference) is None


def test_a_case_of_another_area_is_not_theirs(roster: Path, opened: Opener, now: Moment) -> None:
    """A seat opens cases of its own area and no other; an MP has one in each."""
    reference = opened(**for_somebody()).reference
    write_roster(roster, {}, area="bromley")
    assert theirs(now) == []
    write_roster(roster, {"area": "bromley"}, {"area": "merton"})
    assert [seat.area for seat in seats_of(JO, now())] == ["bromley", "merton"]
    assert theirs(now) == [reference]


def test_somebody_taken_off_the_case_sees_it_no_more(roster: Path, opened: Opener, now: Moment) -> None:
    """Nor does whoever has another address there by now."""
    case = opened(**for_somebody())
    asker(case).person = {**asker(case).person, "email": "jo@elsewhere.example"}
    assert theirs(now) == []
    asker(case).person = {**asker(case).person, "email": JO}
    assert theirs(now) == [case.reference]
    asker(case).left_at = now()
    assert theirs(now) == []


def test_the_sign_in_knows_them_as_long_as_they_are_on_the_roster(roster: Path, now: Moment) -> None:
    """Nobody has to add them; with the entry, or after its last day, their codes open nothing."""
    assert holder_of("nobody@council.example", now()) is None
    jo = holder_of(JO.upper(), now())
    assert jo is not None
    assert (jo.name, jo.area, jo.role, may_sign_in(jo, now())) == (JO_NAME, "merton", ELECTED, True)
    write_roster(roster, {"until": "2026-05-11"})
    assert may_sign_in(jo, now())
    now.passes(days=1)
    assert not may_sign_in(jo, now())
    write_roster(roster)
    assert not may_sign_in(jo, now())
    assert holder_of(JO, now()) is None


def test_the_end_of_a_seat_leaves_the_case_with_the_point_of_contact(
    roster: Path, opened: Opener, now: Moment
) -> None:  # fmt: skip
    """Sessions, links and email end, once; each open case has a task that names who asked."""
    case, closed = opened(**for_somebody()), opened(**for_somebody("Kim Lee"))
    closed.closed_at = now()
    db.session.commit()
    keep_seats(now())
    jo = find_officer(JO)
    assert jo is not None
    key, link = jo.fs_uniquifier, db.session.scalars(select(Link.id).where(Link.digest == _minted(case, now))).one()
    write_roster(roster)
    keep_seats(now())
    keep_seats(now())
    assert (jo.active, jo.fs_uniquifier != key) == (False, True)
    assert not may_email(asker(case))
    assert still_open(link, now()) is None
    tasks = db.session.scalars(select(Task).where(Task.kind.like("seat:%"))).all()
    assert [(task.case_id, JO_NAME in task.says, JO in task.kind) for task in tasks] == [(case.id, True, False)]


def _minted(case: Case, now: Moment) -> str:
    begin_writing()
    digest = of_token(mint(asker(case), now()))
    db.session.commit()
    return digest


def test_who_comes_back_finds_everything(roster: Path, opened: Opener, now: Moment) -> None:
    """An entry that was taken out by mistake and put back opens the cases and the address again."""
    case = opened(**for_somebody())
    keep_seats(now())
    write_roster(roster)
    keep_seats(now())
    write_roster(roster, {})
    assert not may_email(asker(case))
    keep_seats(now())
    assert may_email(asker(case))
    assert theirs(now) == [case.reference]


def test_a_successor_in_the_same_mailbox_sees_nothing_of_it(roster: Path, opened: Opener, now: Moment) -> None:
    """Another name under the same address is another seat: the old one ends, and its cases stay shut."""
    case = opened(**for_somebody())
    keep_seats(now())
    write_roster(roster, {"name": "Lee Moor"})
    assert theirs(now) == []
    keep_seats(now())
    assert not may_email(asker(case))
    assert theirs(now) == []
    ended = db.session.scalars(select(RosterSeat).order_by(RosterSeat.id)).all()
    ours = [(seat.name, seat.ended_at is None) for seat in ended if seat.holder.email == JO]
    assert ours == [(JO_NAME, False), ("Lee Moor", True)]
    jo = find_officer(JO)
    assert jo is not None
    assert (jo.name, jo.active) == ("Lee Moor", True)


def test_an_mp_keeps_the_other_areas(roster: Path, opened: Opener, now: Moment) -> None:
    """A seat that ends in one area ends there; whoever holds another may still sign in."""
    case = opened(**for_somebody(relationship="mp"))
    both = [{"kind": "mp", "area": "merton"}, {"kind": "mp", "area": "bromley"}]
    write_roster(roster, *both)
    keep_seats(now())
    assert theirs(now) == [case.reference]
    write_roster(roster, both[1])
    keep_seats(now())
    jo = find_officer(JO)
    assert jo is not None
    assert may_sign_in(jo, now())
    assert theirs(now) == []
    assert not may_email(asker(case))


def test_a_file_that_cannot_be_read_ends_no_seat(roster: Path, opened: Opener, now: Moment) -> None:
    """While the file is broken nobody on the roster signs in; nothing is shut for good by a slip of the pen."""
    case = opened(**for_somebody())
    keep_seats(now())
    whole = (roster / FILE).read_text(encoding="utf-8")
    (roster / FILE).write_text("[[", encoding="utf-8")
    keep_seats(now())
    assert seats_of(JO, now()) == ()
    (roster / FILE).write_text(whole, encoding="utf-8")
    assert may_email(asker(case))
    assert theirs(now) == [case.reference]


def test_officer_and_councillor_under_one_address(roster: Path, now: Moment) -> None:
    """An officer stays one beside a seat; a councillor can become one; the command to leave is not for the roster."""
    sam = add_officer(JO, "Jo Hill", "bromley", "spoc")
    assert holder_of(JO, now()) is sam
    assert (sam.role, sam.area) == ("spoc", "bromley")
    leave(sam)
    again = holder_of(JO, now())
    assert again is sam
    assert (sam.role, sam.active) == (ELECTED, True)
    with pytest.raises(Refusal, match="is on the roster"):
        leave(sam)
    assert add_officer(JO, "Jo Hill", "bromley", "officer").role == "officer"
