"""Nothing that was written to the outbox is lost, doubled or held up, whatever happens to those who deliver it."""

from __future__ import annotations

import threading

import pytest

from tests.sending.conftest import HOUR, MINUTE, NOON, PostOffice, alarms, tasks
from tests.sending.mail_server import MailServer
from webform.cases.on_call_figures import figures
from webform.house import house
from webform.records.outbox import Message
from webform.records.store import db
from webform.sending import outbox
from webform.sending.backoff import wait_after
from webform.sending.outbox import claim_next, deliver_due
from webform.sending.outcome import Claim, mark_sent
from webform.sending.paper import PaperError
from webform.sending.waiting import LEASE


def test_a_letter_goes_out_whole(office: PostOffice, server: MailServer) -> None:
    """A message arrives with text, HTML, sender, Reply-To, its own date and the mark that a machine sent it."""
    [row] = office.write("resident@home.example")
    assert deliver_due(NOON + MINUTE) == 1
    [mail] = server.taken
    assert (mail["From"], mail["To"], mail["Reply-To"]) == (
        "asb@council.example",
        "resident@home.example",
        "spoc@council.example",
    )
    assert (mail["Subject"], mail["Auto-Submitted"]) == ("About your request", "auto-generated")
    assert mail["Date"].datetime == NOON
    plain, html = mail.get_body(("plain",)), mail.get_body(("html",))
    assert plain is not None
    assert plain.get_content().splitlines() == ["Dear Siôn,", "", "We have your request."]
    assert html is not None
    assert "Dear Siôn," in html.get_content()
    kept = office.row(row)
    assert (kept.state, kept.attempts, kept.message_id) == ("sent", 1, mail["Message-ID"])


def test_no_machine_is_asked_for_an_answer(office: PostOffice, server: MailServer) -> None:
    """Letters ask machines not to answer, as RFC 3834 has it, and don't keep back reports that they did not arrive."""
    office.write("resident@home.example", headers={"Reply-To": "case@council.example"})
    deliver_due(NOON)
    [mail] = server.taken
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["X-Auto-Response-Suppress"] == "OOF, AutoReply"
    assert mail["Precedence"] is None
    assert mail["Return-Receipt-To"] is mail["Disposition-Notification-To"] is None


def test_what_was_not_committed_is_not_sent(office: PostOffice, server: MailServer) -> None:
    """A letter belongs to the transaction that wrote it: rolled back, it never goes."""
    office.write("one@home.example")
    outbox.post(
        "two@home.example",
        outbox.Composed("s", "t", "h"),
        letter="receipt",
        purpose="to-applicant",
        area=None,
        now=NOON,
    )
    db.session.rollback()
    assert deliver_due(NOON) == 1
    assert server.recipients() == ["one@home.example"]


def test_many_messages_share_a_connection(office: PostOffice, server: MailServer) -> None:
    """Ten letters in one round open one connection (greeted once before and once after STARTTLS)."""
    office.write(*(f"r{n}@home.example" for n in range(10)))
    assert deliver_due(NOON) == 10
    assert server.connections <= 2


def test_a_row_may_have_its_own_reply_to(office: PostOffice, server: MailServer) -> None:
    """Replies go where the row says, if it says so."""
    office.write("resident@home.example", headers={"Reply-To": "case@council.example"})
    deliver_due(NOON)
    assert server.taken[0]["Reply-To"] == "case@council.example"


def test_the_wait_never_ends_and_never_overflows() -> None:
    """After thousands of tries the wait is still an hour."""
    assert wait_after(100_000) == HOUR


def test_a_crash_between_sending_and_marking_sends_again(
    office: PostOffice, server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A process that dies after sending leaves its lease; when that ends the same message goes once more."""

    def die(*_: object) -> bool:
        raise SystemExit

    [row] = office.write("a@home.example")
    with monkeypatch.context() as patch:
        patch.setattr(outbox, "mark_sent", die)
        with pytest.raises(SystemExit):
            deliver_due(NOON)
    db.session.rollback()
    assert deliver_due(NOON + LEASE - MINUTE) == 0
    assert deliver_due(NOON + LEASE + MINUTE) == 1
    assert len(server.taken) == 2
    assert len(set(server.ids())) == 1
    assert (office.row(row).state, office.row(row).attempts) == ("sent", 2)


def test_two_deliverers_send_each_message_once(office: PostOffice, server: MailServer) -> None:
    """Two processes at work on one outbox at once share it: every message goes, and none goes twice."""
    addresses = {f"r{n}@home.example" for n in range(30)}
    office.write(*sorted(addresses))
    begin, sent = threading.Barrier(2), []

    def work() -> None:
        with office.app.app_context():
            begin.wait(10)
            sent.append(deliver_due(NOON))

    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
    assert sum(sent) == 30
    assert sorted(server.recipients()) == sorted(addresses)


def test_a_claim_is_nobody_elses_until_its_lease_ends(office: PostOffice) -> None:
    """While one process holds a message no other gets it; afterwards the next try has the next number."""
    [row] = office.write("a@home.example")
    assert claim_next(NOON) == Claim(row, 1)
    assert claim_next(NOON + LEASE - MINUTE) is None
    assert claim_next(NOON + LEASE) == Claim(row, 2)


def test_who_comes_back_late_marks_nothing(
    office: PostOffice, server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A process that wakes after its lease went to another does not overwrite what that one has written."""
    [row] = office.write("a@home.example")
    late = claim_next(NOON)
    assert late is not None
    assert deliver_due(NOON + LEASE) == 1
    before = office.row(row).sent_at
    assert not mark_sent(late, office.row(row), "", NOON + LEASE + MINUTE)
    assert office.row(row).sent_at == before


def test_one_odd_message_stops_nobody_else(
    office: PostOffice, server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A message that trips over our own fault waits, somebody hears of it, and the others go."""
    odd, fine = office.write("odd@home.example", "fine@home.example")
    build = outbox.build

    def trip(row: Message, *rest: object) -> object:
        if row.id == odd:
            raise RuntimeError("a bug of ours")
        return build(row, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(outbox, "build", trip)
    assert deliver_due(NOON) == 1
    assert [office.row(row).state for row in (odd, fine)] == ["waiting", "sent"]
    assert alarms() == ["mail-setup"]


def test_cancelled_messages_stay(office: PostOffice, server: MailServer) -> None:
    """A message that was cancelled before it went does not go."""
    [row] = office.write("a@home.example")
    office.row(row).state = "cancelled"
    db.session.commit()
    assert deliver_due(NOON) == 0
    assert server.taken == []


def test_a_pdf_is_made_on_this_side_of_the_commit(office: PostOffice, server: MailServer) -> None:
    """A message that wants its PDF has it attached, under a neutral name."""
    office.write("a@home.example", attach_pdf=True)
    assert deliver_due(NOON) == 1
    [pdf] = list(server.taken[0].iter_attachments())
    assert (pdf.get_filename(), pdf.get_content_type()) == ("letter.pdf", "application/pdf")
    assert pdf.get_content().startswith(b"%PDF-")


def test_without_its_pdf_the_mail_goes_all_the_same(
    office: PostOffice, server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When the PDF can't be made the mail goes without it, says so in a header, and a person gets a task."""

    def fail(_html: str) -> bytes:
        raise PaperError("The PDF was not ready within 30 seconds.")

    monkeypatch.setattr(outbox, "pdf", fail)
    office.write("a@home.example", attach_pdf=True)
    assert deliver_due(NOON) == 1
    assert "not attached" in server.taken[0]["X-Note"]
    assert list(server.taken[0].iter_attachments()) == []
    assert [task.kind for task in tasks()] == ["no-pdf"]


def test_local_mode_writes_files(office: PostOffice) -> None:
    """In local mode the same message lies in instance/mail, and a second delivery replaces the first file."""
    office.use(mail_host="")
    [row] = office.write("a@home.example")
    deliver_due(NOON)
    kept = office.row(row)
    kept.state, kept.next_try_at = "waiting", NOON
    db.session.commit()
    assert deliver_due(NOON + MINUTE) == 1
    [file] = list((house().settings.instance / "mail").iterdir())
    assert file.name == kept.message_id.strip("<>") + ".eml"
    assert b"To: a@home.example" in file.read_bytes()


def test_told_to_stop_it_takes_no_further_message(office: PostOffice, server: MailServer) -> None:
    """A clock that is asked to stop finishes the message in hand and leaves the rest for the next."""
    office.write("a@home.example", "b@home.example")
    answers = iter([False, True])
    assert deliver_due(NOON, stop=lambda: next(answers)) == 1


def test_the_figures_of_the_outbox(office: PostOffice) -> None:
    """The status says how many wait, how many have failed so far, and since when the oldest waits."""
    office.write("a@home.example", now=NOON - HOUR)
    deliver_due(NOON)  # nobody answers
    office.write("b@home.example")
    found = figures(NOON).outbox
    assert (found["unsent"], found["retrying"], found["refused"]) == (2, 1, 0)
    assert found["oldest_unsent_seconds"] == HOUR.total_seconds()
