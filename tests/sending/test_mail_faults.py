"""Whatever a mail server does, it costs nobody their letter: final refusals go to a person, all else is tried again."""

from __future__ import annotations

import datetime as dt
import time

import pytest
import trustme

from tests.sending.conftest import HOUR, MINUTE, NOON, PostOffice, alarms, tasks
from tests.sending.mail_server import MailServer, running, silent
from webform.records.store import db
from webform.sending import smtp
from webform.sending.alarm import check_unsent
from webform.sending.outbox import deliver_due, oldest_unsent, status


def test_one_refused_recipient_stops_nobody_else(office: PostOffice, server: MailServer) -> None:
    """A 5xx for one recipient is final, becomes a task for a person, and the others still get theirs."""
    server.refuse = {"gone@home.example": "550 5.1.1 gone@home.example: no such user"}
    first, gone, last = office.write("a@home.example", "gone@home.example", "z@home.example")
    assert deliver_due(NOON) == 2
    assert [office.row(row).state for row in (first, gone, last)] == ["sent", "refused", "sent"]
    assert "gone@" not in (office.row(gone).last_error or "")
    [task] = tasks()
    assert (task.kind, task.area) == ("undelivered", "merton")
    assert "gone@home.example" in task.says
    assert deliver_due(NOON + 30 * HOUR) == 0


@pytest.mark.parametrize("answer", ["450 4.2.1 busy", "421 4.3.2 shutting down"])
def test_put_off_is_tried_again_later_and_later(office: PostOffice, server: MailServer, answer: str) -> None:
    """A 4xx waits a minute, two, four ... up to an hour, for ever, and no longer than it has to."""
    server.refuse = {"slow@home.example": answer}
    [row] = office.write("slow@home.example")
    now, waits = NOON, []
    for _ in range(9):
        assert deliver_due(now) == 0
        kept = office.row(row)
        assert (kept.state, kept.lease_until) == ("waiting", None)
        waits.append(round((kept.next_try_at - now).total_seconds() / 60))
        assert deliver_due(kept.next_try_at - dt.timedelta(seconds=5)) == 0
        now = kept.next_try_at
    assert waits == [1, 2, 4, 8, 16, 32, 60, 60, 60]
    server.refuse = {}
    assert deliver_due(now) == 1
    assert tasks() == []


def test_a_message_refused_after_its_text_becomes_a_task(office: PostOffice, server: MailServer) -> None:
    """A 5xx after DATA is final for that message."""
    server.after_data = "554 5.7.1 looks like spam"
    [row] = office.write("a@home.example")
    assert deliver_due(NOON) == 0
    assert office.row(row).state == "refused"
    assert len(tasks()) == 1


def test_a_sender_that_is_refused_is_our_fault(office: PostOffice, server: MailServer) -> None:
    """A 5xx on MAIL FROM refuses nobody: the message waits, and an alarm a day says that the settings are wrong."""
    server.mail_from = "550 5.7.1 not your address"
    [row] = office.write("a@home.example")
    deliver_due(NOON)
    deliver_due(NOON + HOUR)
    assert office.row(row).state == "waiting"
    assert alarms() == ["mail-setup"]
    assert tasks() == []


def test_a_wrong_password_is_our_fault(office: PostOffice, authority: trustme.CA) -> None:
    """When the mail server refuses our password every message waits, and the alarm tells somebody."""
    behaviour = MailServer()
    behaviour.sign_in = True
    office.use(mail_user="us", mail_password="wrong")
    rows = office.write("a@home.example", "b@home.example")
    with running(behaviour, authority, office.port):
        assert deliver_due(NOON) == 0
    assert [office.row(row).state for row in rows] == ["waiting", "waiting"]
    assert alarms() == ["mail-setup"]


def test_a_certificate_nobody_vouches_for_gets_nothing(office: PostOffice) -> None:
    """A mail server with an untrusted certificate is never told anything: the message waits and the alarm is raised."""
    behaviour = MailServer()
    [row] = office.write("a@home.example")
    with running(behaviour, trustme.CA(), office.port):
        assert deliver_due(NOON) == 0
    assert behaviour.taken == []
    assert office.row(row).last_error == "SSLCertVerificationError"
    assert alarms() == ["mail-setup"]


def test_a_server_without_tls_gets_nothing(office: PostOffice) -> None:
    """A mail server that does not offer STARTTLS is never sent a letter in the clear."""
    behaviour = MailServer()
    [row] = office.write("a@home.example")
    with running(behaviour, None, office.port):
        assert deliver_due(NOON) == 0
    assert behaviour.taken == []
    assert (office.row(row).state, alarms()) == ("waiting", ["mail-setup"])


def test_a_server_that_hangs_is_given_up(office: PostOffice, authority: trustme.CA) -> None:
    """A mail server that never answers costs one time limit a round, and the letter goes when it is well again."""
    rows = office.write("a@home.example", "b@home.example")
    began = time.monotonic()
    with silent(office.port):
        assert deliver_due(NOON) == 0
    assert time.monotonic() - began < 8 * smtp.TIMEOUT
    assert [office.row(row).attempts for row in rows] == [1, 0]
    behaviour = MailServer()
    with running(behaviour, authority, office.port):
        assert deliver_due(NOON + 2 * MINUTE) == 2


def test_a_connection_dropped_after_the_text_sends_again(office: PostOffice, server: MailServer) -> None:
    """When the answer to DATA never comes it is sent again as the same message, which programs show once."""
    server.after_data = "drop"
    [row] = office.write("a@home.example")
    assert deliver_due(NOON) == 0
    server.after_data = ""
    assert deliver_due(office.row(row).next_try_at) == 1
    assert len(server.taken) == 2
    assert len(set(server.ids())) == 1
    assert server.taken[0]["Date"] == server.taken[1]["Date"]


def test_three_days_without_a_mail_server_lose_nothing(office: PostOffice, authority: trustme.CA) -> None:
    """Mail is down for three days: an alarm a day, the first within the hour; then everything goes, once."""
    addresses = [f"r{n}@home.example" for n in range(12)]
    office.write(*addresses)
    now = NOON
    while now < NOON + dt.timedelta(days=3):
        deliver_due(now)
        check_unsent(now)
        db.session.commit()
        now += 15 * MINUTE
    assert alarms() == ["unsent"] * 3
    assert oldest_unsent(now) == NOON
    behaviour = MailServer()
    with running(behaviour, authority, office.port):
        for minutes in range(0, 61, 2):
            deliver_due(now + minutes * MINUTE)
    assert sorted(behaviour.recipients()) == sorted(addresses)
    assert status(now).waiting == 0


@pytest.mark.parametrize(
    "address",
    [
        "siôn@home.example",
        "",
        "nobody",
        "a b@home.example",
        "a@b.example,c@d.example",
        "a@home.example\r\nBcc: x@y.example",
        "x@" + "a" * 70 + ".example",
    ],
)
def test_an_address_that_mail_cannot_carry_becomes_a_task(office: PostOffice, server: MailServer, address: str) -> None:
    """A wrong or impossible address is refused with a reason for a person, reaches nobody and stops nobody."""
    wrong, _fine = office.write(address, "fine@home.example")
    assert deliver_due(NOON) == 1
    assert server.recipients() == ["fine@home.example"]
    assert office.row(wrong).state == "refused"
    assert len(tasks()) == 1


@pytest.mark.parametrize(
    "headers", [{"X-A": "x\r\nBcc: x@y.example"}, {"Bcc": "x@y.example"}, {"X A": "x"}, {"X:A": "x"}]
)
def test_headers_cannot_be_smuggled_in(office: PostOffice, server: MailServer, headers: dict[str, str]) -> None:
    """A row's headers can add no recipient and no second header: such a message does not go."""
    office.write("a@home.example", headers=headers)
    assert deliver_due(NOON) == 0
    assert server.taken == []


def test_an_international_domain_is_reached(office: PostOffice, server: MailServer) -> None:
    """Letters with accents after the @ are no hindrance."""
    office.write("resident@tŷ.example")
    assert deliver_due(NOON) == 1
