"""The door of the outbox: the rules that count are those of the moment when a message is about to go."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from tests.moment import Moment
from tests.web.desk import opened
from webform.records.outbox import Alarm, Message, Task
from webform.records.store import begin_writing, db
from webform.records.tables import Party
from webform.sending import outbox
from webform.sending.alarm import UNSENT_LIMIT, check_unsent
from webform.sending.outbox import claim_next, deliver_due


def applicant() -> Party:
    return db.session.scalars(select(Party).where(Party.role == "applicant")).one()


def change(contact: dict[str, Any], person: dict[str, Any] | None = None) -> None:
    """The applicant's rules change, and that is committed."""
    begin_writing()
    party = applicant()
    party.contact = {**party.contact, **contact}
    party.person = {**party.person, **(person or {})}
    db.session.commit()


def to_her() -> Message:
    """The one message to the applicant: the receipt."""
    return db.session.scalars(select(Message).where(Message.party_id.is_not(None))).one()


def test_a_change_between_claim_and_send_counts(store: Flask, now: Moment) -> None:
    """Claimed while it was safe, it does not go once it is not any more; a person is told."""
    opened(store)
    claims = list(iter(lambda: claim_next(now()), None))
    change({"email_safe": "no"})
    with outbox.carrier(store.extensions["asb"].settings) as van:
        for claim in claims:
            outbox._deliver(claim, van, now)
    assert to_her().state == "cancelled"
    assert "unsafe" in [task.kind for task in db.session.scalars(select(Task))]
    assert not [one for one in _mailed(store) if "ann@people.example" in one]


def _mailed(app: Flask) -> list[str]:
    return [one.read_text() for one in (app.extensions["asb"].settings.instance / "mail").glob("*.eml")]


def test_a_message_follows_its_reader_to_a_new_address(store: Flask, now: Moment) -> None:
    """What was written for the old address goes to the new one, and the record says so."""
    opened(store)
    change({}, {"email": "ann.new@people.example"})
    deliver_due(now())
    assert (to_her().state, to_her().recipient) == ("sent", "ann.new@people.example")
    assert not [one for one in _mailed(store) if "ann@people.example" in one]


def test_quiet_hours_hold_a_message_without_alarm(store: Flask, now: Moment) -> None:
    """It waits for hours, nobody is alarmed about a mail server, and it goes when they end."""
    now.is_("2026-05-11 23:00")
    opened(store)
    change({"quiet_from": "22:00", "quiet_until": "07:00"})
    deliver_due(now())
    now.is_("2026-05-12 06:59")
    deliver_due(now())
    assert to_her().state == "waiting"
    begin_writing()
    check_unsent(now())
    db.session.commit()
    assert db.session.scalars(select(Alarm).where(Alarm.kind == "unsent")).all() == []
    now.is_("2026-05-12 07:00")
    deliver_due(now())
    assert to_her().state == "sent"


@pytest.mark.parametrize(("minutes", "alarms"), [(0, 0), (1, 1)])
def test_what_still_waits_after_quiet_hours_is_counted_from_their_end(
    store: Flask, now: Moment, minutes: int, alarms: int
) -> None:  # fmt: skip
    """So long after they have ended as for any other mail, and not before, it raises the alarm."""
    now.is_("2026-05-11 23:00")
    opened(store)
    change({"quiet_from": "22:00", "quiet_until": "07:00"})
    deliver_due(now())
    now.is_("2026-05-12 07:00")
    now.passes(seconds=UNSENT_LIMIT.total_seconds(), minutes=minutes)
    begin_writing()
    check_unsent(now())
    db.session.commit()
    assert len(db.session.scalars(select(Alarm).where(Alarm.kind == "unsent")).all()) == alarms
    assert to_her().held_until == dt.datetime(2026, 5, 12, 6, tzinfo=dt.UTC)
