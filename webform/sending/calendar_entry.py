"""An entry for somebody's calendar, as iCalendar: an invitation, the same meeting moved, or called off."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from icalendar import Calendar, Event, vCalAddress

from webform.rules.calendar import LONDON

USUAL = dt.timedelta(hours=1)  # how long a meeting lasts where nobody said


@dataclass(frozen=True)
class Organiser:
    """Whose mailbox answers go to."""

    name: str
    email: str


@dataclass(frozen=True)
class Entry:
    """One meeting in one reader's calendar. `uid` stays the same, and `sequence` grows, whatever becomes of it."""

    uid: str
    sequence: int
    title: str
    day: dt.date
    begins: dt.time | None
    ends: dt.time | None
    place: str = ""
    fixed: bool = True
    called_off: bool = False


def icalendar(entry: Entry, organiser: Organiser, reader: str, now: dt.datetime) -> str:
    """The entry as text, for the one reader whose address that is."""
    calendar = Calendar()
    calendar.add("prodid", "-//ASB case review//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "CANCEL" if entry.called_off else "REQUEST")
    calendar.add_component(_event(entry, organiser, reader, now))
    return str(calendar.to_ical().decode())


def _event(entry: Entry, organiser: Organiser, reader: str, now: dt.datetime) -> Event:
    event = Event()
    event.add("uid", entry.uid)
    event.add("sequence", entry.sequence)
    event.add("dtstamp", now)
    event.add("summary", entry.title)
    event.add("status", "CANCELLED" if entry.called_off else "CONFIRMED" if entry.fixed else "TENTATIVE")
    begins, ends = _span(entry)
    event.add("dtstart", begins)
    event.add("dtend", ends)
    if entry.place:
        event.add("location", entry.place)
    event.add("organizer", _address(organiser.email, organiser.name))
    event.add("attendee", _address(reader, ""))
    return event


def _span(entry: Entry) -> tuple[dt.date, dt.date]:
    """From when to when, in UTC so that no calendar has to know our time zone; whole days where no time is known."""
    if entry.begins is None:
        return entry.day, entry.day + dt.timedelta(days=1)
    begins = dt.datetime.combine(entry.day, entry.begins, LONDON).astimezone(dt.UTC)
    ends = dt.datetime.combine(entry.day, entry.ends, LONDON).astimezone(dt.UTC) if entry.ends else begins
    return begins, ends if ends > begins else begins + USUAL


def _address(email: str, name: str) -> vCalAddress:
    address = vCalAddress(f"mailto:{email}")
    if name:
        address.params["cn"] = name
    return address
