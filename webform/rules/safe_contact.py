"""Whether an email may go to somebody now, by the rules that they gave: the one place where that is decided.

`person` and `contact` are what is kept of a party: who they are, and how they may safely be reached.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from webform.words import gettext as _

from .calendar import LONDON, ONE_DAY

FAILS = "email_fails"  # in `contact`: the address from which mail came back, or that a mail server refused
POST_FAILS = "post_fails"  # in `contact`: the address from which a letter came back
NO_CHANNEL = "none"  # they make contact themselves
SEAT_ENDED = "seat_ended"  # in `contact`: the address that a councillor or MP had while they held their seat


@dataclass(frozen=True)
class Go:
    """It may go, to this address and to no other."""

    to: str


@dataclass(frozen=True)
class Wait:
    """It falls into their quiet hours, and may be looked at again when these end."""

    until: dt.datetime


@dataclass(frozen=True)
class Stop:
    """No email may go to them. `why` is for the person who takes over, if there is still something to `tell` them."""

    why: str
    tell: bool = True


Verdict = Go | Wait | Stop


def email_verdict(person: Mapping[str, Any], contact: Mapping[str, Any], now: dt.datetime) -> Verdict:
    """What may become of an email to this person at this moment."""
    address = safe_email(person, contact)
    if not address:
        return Stop(_why_none(person, contact))
    until = quiet_until(contact, now)
    return Wait(until) if until else Go(address)


def safe_email(person: Mapping[str, Any], contact: Mapping[str, Any]) -> str:
    """The address that they can safely be written to; '' where there is none. What was never asked is no "no".

    Of two answers that do not go together the safer one holds: whoever wants to make contact themselves is not emailed.

    An address at which mail did not arrive is none, until they have another or somebody says that it works again. Nor
    is that of a seat which has ended: somebody else may read what comes there.
    """
    email = str(person.get("email") or "")
    safe = contact.get("email_safe", "yes") == "yes" and contact.get("channel") != NO_CHANNEL
    return email if safe and email not in (contact.get(FAILS), contact.get(SEAT_ENDED)) else ""


def may_post(person: Mapping[str, Any], contact: Mapping[str, Any]) -> bool:
    """Whether a letter may go to their address. One from which a letter came back is doubted in the same way."""
    address = person.get("address")
    return bool(address) and contact.get("post_safe", "yes") == "yes" and contact.get(POST_FAILS) != address


def _why_none(person: Mapping[str, Any], contact: Mapping[str, Any]) -> str:
    if not person.get("email"):
        return _("No address is known.")
    if contact.get("email_safe", "yes") != "yes":
        return _("They have said that email is not safe for them.")
    if contact.get("channel") == NO_CHANNEL:
        return _("They want to make contact themselves.")
    if contact.get(SEAT_ENDED) == person.get("email"):
        return _("Their seat as councillor or MP has ended, and somebody else may read what comes to that address.")
    return _("Another email to that address did not arrive.")


def quiet_until(contact: Mapping[str, Any], now: dt.datetime) -> dt.datetime | None:
    """When the quiet hours end that `now` falls into, in UTC; None outside them.

    They are hours of the clock on the wall, which may lie across midnight. When clocks go back an hour comes twice, and
    is quiet twice; when they go forward an end that the clock leaves out comes as soon as it can.
    """
    hours = _hours(contact)
    if hours is None or not _is_quiet(hours, now):
        return None
    today = now.astimezone(LONDON).date()
    days = (today, today + ONE_DAY, today + 2 * ONE_DAY)
    ends = {
        dt.datetime.combine(day, hours[1]).replace(tzinfo=LONDON, fold=fold).astimezone(dt.UTC)
        for day in days
        for fold in (0, 1)
    }
    return min(end for end in ends if end > now and not _is_quiet(hours, end))


def _hours(contact: Mapping[str, Any]) -> tuple[dt.time, dt.time] | None:
    """From when and until when it is quiet. The same time twice is no time at all."""
    try:
        start, end = (dt.time.fromisoformat(str(contact[name])) for name in ("quiet_from", "quiet_until"))
    except (KeyError, ValueError):
        return None
    return (start, end) if start != end else None


def _is_quiet(hours: tuple[dt.time, dt.time], at: dt.datetime) -> bool:
    start, end = hours
    clock = at.astimezone(LONDON).time()
    return start <= clock < end if start < end else clock >= start or clock < end
