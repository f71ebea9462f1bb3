"""Whatever happens in which order: no message that breaks a rule of safe contact ever leaves the outbox."""

from __future__ import annotations

import datetime as dt
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, update

from tests.cases.conftest import Opener
from tests.moment import Moment
from webform.cases.letters import notify
from webform.house import house
from webform.records.outbox import Message
from webform.records.store import begin_writing, db
from webform.records.tables import Case, Party
from webform.sending.outbox import deliver_due

LONDON = ZoneInfo("Europe/London")
NO_SHRINKING = (Phase.explicit, Phase.reuse, Phase.generate)  # each example opens a case: shrinking takes minutes
DUTY = dict.fromkeys(("duty.title", "duty.says", "duty.due", "duty.why"), "x")
OLD, NEW = "ann@people.example", "ann.new@people.example"
# Nights on which the clocks change, and an ordinary one.
BEGINNINGS = ["2026-03-28 17:00", "2026-10-24 17:00", "2026-05-11 17:00"]
HOURS = st.sampled_from(["00:30", "01:30", "02:00", "07:00", "12:00", "18:30", "22:00"])

CHANGES = st.one_of(
    st.fixed_dictionaries({"email_safe": st.sampled_from(["yes", "no", "none"])}),
    st.fixed_dictionaries({"quiet_from": HOURS, "quiet_until": HOURS}),
    st.just({"quiet_from": "", "quiet_until": ""}),
    st.fixed_dictionaries({"email_fails": st.sampled_from(["", OLD, NEW])}),
)
ACTIONS = st.one_of(
    st.tuples(st.just("rules"), CHANGES),
    st.tuples(st.just("moves"), st.sampled_from(["", OLD, NEW])),
    st.tuples(st.just("write"), st.none()),
    st.tuples(st.just("write"), st.none()),
    st.tuples(st.just("wait"), st.integers(0, 600)),
    st.tuples(st.just("wait"), st.integers(0, 600)),
)


def allowed(person: dict[str, Any], contact: dict[str, Any], now: dt.datetime) -> str | None:
    """The only address that may be written to now, worked out from the words of the rules alone."""
    address = str(person.get("email") or "")
    clock = now.astimezone(LONDON).strftime("%H:%M")
    start, end = str(contact.get("quiet_from") or ""), str(contact.get("quiet_until") or "")
    quiet = start != end and (start <= clock < end if start < end else clock >= start or clock < end)
    safe = contact.get("email_safe") == "yes" and contact.get("email_fails") != address
    return address if address and safe and not quiet else None


def gone_to(folder: Path) -> list[str]:
    """To whom mail has left since this was last asked."""
    letters = sorted(folder.glob("*.eml"))
    found = [str(message_from_bytes(letter.read_bytes(), policy=policy.default)["To"]) for letter in letters]
    for letter in letters:
        letter.unlink()
    return found


def nothing_waits() -> None:
    """What an earlier example left behind is for somebody whose rules were others."""
    begin_writing()
    db.session.execute(update(Message).values(state="cancelled"))
    db.session.commit()


class Person:
    """A party whose rules change, and who is written to meanwhile."""

    def __init__(self, case: Case, party: Party, now: Moment, mail: Path):
        self.case, self.party, self.now, self.mail = case, party, now, mail

    def change(self, action: str, value: Any) -> None:
        begin_writing()
        if action == "rules":
            self.party.contact = {**self.party.contact, **value}
        elif action == "moves":
            self.party.person = {**self.party.person, "email": value}
        elif action == "write":
            notify(self.case, "reminder", "applicant", DUTY, self.now())
        db.session.commit()

    def deliver(self) -> None:
        """The clock delivers: whatever goes to this person obeys the rules of this moment."""
        deliver_due(self.now())
        may_go = allowed(self.party.person, self.party.contact, self.now())
        assert {to for to in gone_to(self.mail) if to in (OLD, NEW)} <= {may_go}


@settings(max_examples=40, phases=NO_SHRINKING, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(beginning=st.sampled_from(BEGINNINGS), actions=st.lists(ACTIONS, min_size=10, max_size=25))
def test_no_message_that_breaks_a_rule_leaves(
    store: Flask, opened: Opener, now: Moment, beginning: str,
    actions: list[tuple[str, Any]],
) -> None:  # fmt: skip
    """Rules change, addresses change, letters are written and nights go by, and nothing goes that may not."""
    now.is_(beginning)
    nothing_waits()
    case = opened()
    deliver_due(now())
    gone_to(house().settings.instance / "mail")
    party = db.session.scalars(select(Party).where(Party.case_id == case.id, Party.role == "applicant")).one()
    ann = Person(case, party, now, house().settings.instance / "mail")
    for action, value in actions:
        if action == "wait":
            for _ in range(0, value + 1, 60):
                ann.deliver()
                now.passes(minutes=60)
        else:
            ann.change(action, value)


def test_what_may_go_does_go(store: Flask, opened: Opener, now: Moment) -> None:
    """What waited for the end of quiet hours goes when they end, to the address that holds by then."""
    now.is_("2026-10-24 23:00")
    case = opened()
    party = db.session.scalars(select(Party).where(Party.case_id == case.id, Party.role == "applicant")).one()
    ann = Person(case, party, now, house().settings.instance / "mail")
    deliver_due(now())
    gone_to(ann.mail)
    ann.change("rules", {"quiet_from": "22:00", "quiet_until": "07:00"})
    ann.change("write", None)
    ann.change("moves", NEW)
    ann.deliver()
    now.is_("2026-10-25 06:59")
    ann.deliver()
    assert db.session.scalars(select(Message).where(Message.state == "waiting")).all()
    now.is_("2026-10-25 07:00")
    deliver_due(now())
    assert NEW in gone_to(ann.mail)
