"""Officers on leave: who stands in, for how long, and where their mail goes."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import select

from tests.cases.conftest import Opener
from tests.moment import Moment
from webform.cases.absences import absence_of, end_leave, faults, record_leave, stand_in_of, stand_ins, stood_in_for
from webform.cases.letters import add_task
from webform.cases.officers import add_officer, leave
from webform.records.officers import Absence, Officer
from webform.records.outbox import Message
from webform.records.store import db
from webform.rules.calendar import day_of

Team = dict[str, Officer]


@pytest.fixture
def team(store: object) -> Team:
    """A point of contact, two deputies and a case officer."""
    people = (("Sam", "spoc"), ("Dee", "deputy"), ("Kit", "deputy"), ("Oli", "officer"))
    return {name: add_officer(f"{name}@merton.example", name, "merton", role) for name, role in people}


def away(team: Team, who: str, stand_in: str, today: dt.date, first: int, last: int) -> Absence:
    """Leave that begins and ends so many days from today."""
    days = dt.timedelta(days=first), dt.timedelta(days=last)
    now = dt.datetime.now(dt.UTC)
    return record_leave(team[who], team[stand_in], today + days[0], today + days[1], team[who], now)


def test_leave_begins_and_ends_by_itself(team: Team, now: Moment) -> None:
    """On its first and its last day a colleague stands in, on the day before and the day after nobody has to."""
    today = day_of(now())
    away(team, "Sam", "Dee", today, 1, 3)
    seen = []
    for passed in range(5):
        day = today + dt.timedelta(days=passed)
        seen.append(getattr(stand_in_of(team["Sam"], day), "name", None))
        assert [one.officer.name for one in stood_in_for(team["Dee"], day)] == (["Sam"] if passed < 4 else [])
        assert bool(absence_of(team["Sam"], day)) == (passed < 4)
    assert seen == [None, "Dee", "Dee", "Dee", None]


def test_who_stands_in_may_be_away_too(team: Team, now: Moment) -> None:
    """It goes on to whoever stands in for them; in a circle nobody does, and nobody waits for ever."""
    today = day_of(now())
    away(team, "Sam", "Dee", today, 0, 9)
    away(team, "Dee", "Kit", today, 0, 1)
    assert stand_in_of(team["Sam"], today) == team["Kit"]
    assert {one.officer.name for one in stood_in_for(team["Kit"], today)} == {"Sam", "Dee"}
    away(team, "Kit", "Sam", today, 0, 1)
    assert stand_in_of(team["Sam"], today) is None
    assert stand_in_of(team["Sam"], today + dt.timedelta(days=2)) == team["Dee"]


@pytest.mark.parametrize(("area", "role"), [("bromley", "deputy"), ("merton", "auditor")])
def test_who_moved_on_stands_in_no_more(team: Team, now: Moment, area: str, role: str) -> None:
    """Whoever works elsewhere by now, or may not do as much any more, gets no mail of those who are away."""
    today = day_of(now())
    away(team, "Sam", "Dee", today, 0, 3)
    assert stand_ins("merton", "spoc", today) == (team["Dee"],)
    team["Dee"].area, team["Dee"].role = area, role
    db.session.flush()
    assert stand_ins("merton", "spoc", today) == ()
    assert stand_in_of(team["Sam"], today) is None
    assert stood_in_for(team["Dee"], today) == []


def test_mail_to_a_role_goes_to_who_stands_in_as_well(opened: Opener, team: Team, now: Moment) -> None:
    """While everybody of a role is away; the mailbox of the role gets it too, so that nothing is only in one place."""
    case, today = opened(), day_of(now())

    def told() -> set[str]:
        add_task(case, f"look-{now()}", "Look at it.", now())
        db.session.flush()
        latest = select(Message).where(Message.case_id == case.id, Message.letter == "task").order_by(Message.id.desc())
        first = db.session.scalars(latest.limit(1)).one()
        return {one.recipient for one in db.session.scalars(latest) if one.created_at == first.created_at}

    usual = told()
    assert team["Dee"].email not in usual
    now.passes(hours=1)
    leave_of_sam = away(team, "Sam", "Dee", today, 0, 3)
    assert told() == {*usual, team["Dee"].email}
    now.passes(hours=1)
    second = add_officer("su@merton.example", "Su", "merton", "spoc")
    assert told() == usual
    assert stand_ins("merton", "spoc", today) == ()
    now.passes(hours=1)
    leave(second)
    assert told() == {*usual, team["Dee"].email}
    now.passes(hours=1)
    end_leave(leave_of_sam, today)
    assert told() == usual


def test_leave_that_cannot_be_is_refused_in_words(team: Team, now: Moment) -> None:
    """Each answer that can't be right is named, with the reason."""
    today = day_of(now())
    away(team, "Kit", "Dee", today, 2, 4)

    def wrong(who: str, stand_in: str, first: int, last: int) -> dict[str, str]:
        days = dt.timedelta(days=first), dt.timedelta(days=last)
        return faults(team[who], team[stand_in], today + days[0], today + days[1], today)

    assert wrong("Sam", "Dee", 0, 0) == {}
    assert wrong("Sam", "Dee", 2, 1) == {"last_on": "The last day must not be before the first"}
    assert wrong("Sam", "Dee", -3, -1) == {"last_on": "The last day must be today or later"}
    assert "Check the year" in wrong("Sam", "Dee", 0, 400)["last_on"]
    assert "Kit is on leave already, from " in wrong("Kit", "Dee", 4, 9)["first_on"]
    assert wrong("Sam", "Sam", 0, 1) == {"stand_in": "Select somebody else to stand in"}
    assert "Oli can’t stand in" in wrong("Sam", "Oli", 0, 1)["stand_in"]
    assert "Kit is on leave too" in wrong("Sam", "Kit", 0, 2)["stand_in"]
    assert wrong("Oli", "Sam", 0, 1) == {}


def test_whoever_takes_over_for_good_stands_in_as_well(team: Team, now: Moment) -> None:
    """An officer who leaves the council hands over whom they stand in for; without a successor nobody does."""
    today = day_of(now())
    away(team, "Sam", "Dee", today, 0, 3)
    leave(team["Dee"], hand_to=team["Kit"])
    db.session.expire_all()
    assert stand_in_of(team["Sam"], today) == team["Kit"]
    leave(team["Kit"])
    assert stand_in_of(team["Sam"], today) is None
