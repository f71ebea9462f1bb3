"""Whatever a mail server does, it costs nobody their letter: final refusals go to a person, all else is tried again."""

from __future__ import annotations

import datetime as dt
import time
from typing import Any

import pytest
import trustme

from tests.sending.conftest import HOUR, MINUTE, NOON, PostOffice, alarms, tasks
from tests.sending.mail_server import MailServer, curt, running, silent
from webform.records.store import db
from webform.sending import outbox, smtp
from webform.sending.compose import Composed
from webform.sending.outbox import deliver_due


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


@pytest.mark.parametrize("wrong", [{"name": "elsewhere.example"}, {"until": dt.datetime(2026, 1, 1, tzinfo=dt.UTC)}])
def test_a_certificate_of_another_host_or_an_expired_one_gets_nothing(
    office: PostOffice, authority: trustme.CA, wrong: dict[str, Any]
) -> None:
    """A trusted certificate that is for another host, or has run out, is as good as none; mended, the letter goes."""
    behaviour = MailServer()
    [row] = office.write("a@home.example")
    with running(behaviour, authority, office.port, **wrong):
        assert deliver_due(NOON) == 0
    assert (behaviour.taken, office.row(row).state) == ([], "waiting")
    assert office.row(row).last_error == "SSLCertVerificationError"
    assert alarms() == ["mail-setup"]
    with running(behaviour, authority, office.port):
        assert deliver_due(NOON + 2 * MINUTE) == 1


@pytest.mark.parametrize(
    ("greeting", "alarmed"), [(b"", []), (b"421 too busy\r\n", []), (b"554 not for you\r\n", ["mail-setup"])]
)
def test_a_server_that_closes_at_the_greeting(
    office: PostOffice, authority: trustme.CA, greeting: bytes, alarmed: list[str]
) -> None:
    """A server that hangs up, is too busy or will not have us costs nobody a letter."""
    rows = office.write("a@home.example", "b@home.example")
    with curt(office.port, greeting):
        assert deliver_due(NOON) == 0
    assert [office.row(row).state for row in rows] == ["waiting", "waiting"]
    assert alarms() == alarmed
    with running(MailServer(), authority, office.port):
        assert deliver_due(NOON + 2 * MINUTE) == 2


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_server_that_never_comes_to_an_end_is_cut_off(
    office: PostOffice, monkeypatch: pytest.MonkeyPatch, security: str
) -> None:
    """A server that says a letter now and then, so that no timeout is ever reached, is cut off all the same."""
    monkeypatch.setattr(smtp, "TIMEOUT", 5)
    monkeypatch.setattr(smtp, "PATIENCE", 0.5)
    office.use(mail_security=security)
    [row] = office.write("a@home.example")
    began = time.monotonic()
    greeting = b"220-a" if security == "starttls" else b"\x16\x03\x03\x40\x00"
    with curt(office.port, greeting + b"a" * 400, pause=0.05):
        assert deliver_due(NOON) == 0
        assert time.monotonic() - began < 4
    assert office.row(row).state == "waiting"


@pytest.mark.parametrize("asks", ["beforehand", "afterwards"])
def test_a_message_that_is_too_big_goes_without_its_pdf(
    office: PostOffice, authority: trustme.CA, monkeypatch: pytest.MonkeyPatch, asks: str
) -> None:
    """A letter whose PDF makes it 30 MB goes without it, and a person is asked to print it. Nobody else waits."""
    monkeypatch.setattr(smtp, "TIMEOUT", 20)
    monkeypatch.setattr(outbox, "pdf", lambda _html: b"%PDF-" + b"x" * 30_000_000)
    office.write("big@home.example", attach_pdf=True)
    office.write("small@home.example")
    behaviour = MailServer()
    if asks == "afterwards":  # a server that names no limit, and refuses what it has been sent
        monkeypatch.setattr(behaviour, "handle_DATA", _refuses_big(behaviour))
    with running(behaviour, authority, office.port, biggest=25_000_000 if asks == "beforehand" else 100_000_000):
        assert deliver_due(NOON) == 2
    assert behaviour.recipients() == ["big@home.example", "small@home.example"]
    assert list(behaviour.taken[0].iter_attachments()) == []
    assert behaviour.taken[0]["X-Note"] == "The PDF is not attached."
    [task] = tasks()
    assert task.kind == "no-pdf"
    assert "takes no message of that size" in task.says
    assert alarms() == []


def _refuses_big(behaviour: MailServer) -> Any:
    take = behaviour.handle_DATA

    async def handle(server: Any, session: Any, envelope: Any) -> str:
        if len(envelope.content) > 25_000_000:
            return "552 5.3.4 message too big"
        return await take(server, session, envelope)

    return handle


def test_a_message_that_is_too_big_by_itself_becomes_a_task(
    office: PostOffice, authority: trustme.CA, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A letter that is too big without any PDF is no fault of our settings: it is refused, and a person is told."""
    monkeypatch.setattr(smtp, "TIMEOUT", 20)
    [row] = office.write("big@home.example")
    composed = Composed("About your request", "x" * 30_000_000, "")
    big = office.row(row)
    big.text, big.html = composed.text, None
    db.session.commit()
    with running(MailServer(), authority, office.port, biggest=25_000_000):
        assert deliver_due(NOON) == 0
    assert office.row(row).state == "refused"
    assert [task.kind for task in tasks()] == ["undelivered"]
    assert alarms() == []


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
    assert [office.row(row).attempts for row in rows] == [1, 1]
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
