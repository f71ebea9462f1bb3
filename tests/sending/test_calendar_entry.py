"""An entry for a calendar travels beside the words of a mail, so that mail programs offer it."""

from __future__ import annotations

import datetime as dt

import pytest
from icalendar import Calendar

from tests.sending.conftest import MINUTE, NOON, PostOffice
from tests.sending.mail_server import MailServer
from webform.sending.calendar_entry import Entry, Organiser, icalendar
from webform.sending.outbox import deliver_due

ENTRY = Entry("1@council.example", 3, "Meeting; of all, kinds", dt.date(2026, 10, 25), dt.time(9), None, "Siôn’s room")


@pytest.mark.parametrize(("called_off", "method"), [(False, "REQUEST"), (True, "CANCEL")])
def test_the_mail_brings_the_entry(office: PostOffice, server: MailServer, called_off: bool, method: str) -> None:
    """Beside the text and as a file, with its method where mail programs look for it, and whole."""
    entry = Entry(**{**ENTRY.__dict__, "called_off": called_off})
    office.write(
        "panel@police.example", calendar=icalendar(entry, Organiser("Sam", "s@c.example"), "p@p.example", NOON)
    )
    assert deliver_due(NOON + MINUTE) == 1
    [mail] = server.taken
    parts = {part.get_content_type(): part for part in mail.walk()}
    assert parts["text/calendar"].get_param("method") == method
    assert [part.get_filename() for part in mail.iter_attachments()] == ["invite.ics"]
    for part in (parts["text/calendar"], parts["application/ics"]):
        [event] = Calendar.from_ical(part.get_payload(decode=True)).walk("VEVENT")
        assert (event["summary"], event["location"]) == ("Meeting; of all, kinds", "Siôn’s room")
        assert event["dtstart"].dt == dt.datetime(2026, 10, 25, 9, tzinfo=dt.UTC)  # winter time began that night
        assert event["dtend"].dt - event["dtstart"].dt == dt.timedelta(hours=1)


def test_a_mail_without_an_entry_has_none(office: PostOffice, server: MailServer) -> None:
    """Nothing of a calendar is in any other mail."""
    office.write("panel@police.example")
    deliver_due(NOON + MINUTE)
    assert [part.get_content_type() for part in server.taken[0].walk() if "cal" in part.get_content_type()] == []
