"""The meetings of a case: when and where, and the entry that a letter puts into its reader's calendar.

Members have the place and the reference. Other people only ask for an entry if they want one, and theirs says nothing
but "Meeting" and when: whoever shares their calendar must not learn what it is about (docs/adr/0103).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from webform.contacts import POINT_OF_CONTACT
from webform.documents.answers import first
from webform.documents.form import Form
from webform.documents.procedure import Procedure, Step
from webform.house import house
from webform.records.sealed import keyed_hash
from webform.records.tables import Case, Document
from webform.sending.calendar_entry import Entry, Organiser, icalendar
from webform.words import gettext as _

from .folder import standing_documents
from .people import Addressee, addressees
from .pinned import rules_of

YES = "yes"


@dataclass(frozen=True)
class Meeting:
    """When and where, as the latest document says; `before`: the day that an earlier one said."""

    day: dt.date
    begins: dt.time | None
    ends: dt.time | None
    place: str
    fixed: bool
    number: int
    before: dt.date | None = None


def meeting_of(step: Step, forms: Mapping[str, Form], documents: Iterable[Document]) -> Meeting | None:
    """The meeting that a step answers the date of."""
    form = forms.get(step.fill or "")
    if form is None or form.meaning("meeting.date") is None:
        return None
    papers = [one for one in documents if one.step == step.id and one.answers and one.origin is None]
    found = [one for paper in papers if (one := _read(form, paper))]
    if not found:
        return None
    before = next((one.day for one in reversed(found) if one.day != found[-1].day), None)
    return Meeting(**{**found[-1].__dict__, "before": before})


def _read(form: Form, paper: Document) -> Meeting | None:
    said = {name: first(form, paper.answers or {}, f"meeting.{name}") for name in ("date", "time", "until", "place")}
    if not said["date"]:
        return None
    times = [dt.time.fromisoformat(str(said[name])) if said[name] else None for name in ("time", "until")]
    fixed = first(form, paper.answers or {}, "meeting.fixed") in (None, YES)
    day, place = dt.date.fromisoformat(str(said["date"])), str(said["place"] or "")
    return Meeting(day, times[0], times[1], place, fixed, paper.number)


def entry_in(case: Case, letter: Document | None, to: Addressee, now: dt.datetime) -> str:
    """What a filed letter puts into its reader's calendar, as iCalendar; '' where it brings nothing."""
    procedure = rules_of(case)[0]
    step = procedure.step(letter.step or "") if letter else None
    about = procedure.step(step.invites_to or step.calls_off or "") if step else None
    if letter is None or step is None or about is None:
        return ""
    return entry_about(case, about, to, letter.number, now, called_off=bool(step.calls_off))


def entry_about(
    case: Case, about: Step, to: Addressee, number: int, now: dt.datetime, *, called_off: bool,
    meeting: Meeting | None = None,
) -> str:  # fmt: skip
    """The entry about the meeting of a step, in the letter of that number; '' for whoever has none.

    `meeting` is the one that this reader knows of, where that is not the latest.
    """
    procedure, forms = rules_of(case)
    documents = standing_documents(case)
    meeting = meeting or meeting_of(about, forms, documents)
    ours = _is_ours(procedure, to.role)
    if meeting is None or not (ours or _wants_one(to, forms, documents)):
        return ""
    entry = Entry(
        uid=_uid(case, about, to), sequence=number, day=meeting.day, begins=meeting.begins, ends=meeting.ends,
        title=f"{_called(procedure, about)}, {case.reference}" if ours else _("Meeting"),
        place=meeting.place if ours else "", fixed=meeting.fixed, called_off=called_off,
    )  # fmt: skip
    return icalendar(entry, _organiser(case, procedure, ours), to.email, now)


def _called(procedure: Procedure, about: Step) -> str:
    """What members call the meeting: by their panel, where it is one."""
    return next((panel.title for panel in procedure.panels if panel.joins == about.id), _("Meeting"))


def _is_ours(procedure: Procedure, role: str) -> bool:
    """Whether it is one of those who work on cases: they know what the meeting is about."""
    return any(one.id == role and one.local for one in procedure.roles)


def _wants_one(to: Addressee, forms: Mapping[str, Form], documents: Iterable[Document]) -> bool:
    """Whether this person's latest word is that they want an entry in their calendar."""
    theirs = [one for one in documents if one.party_id == to.party_id and one.kind in forms and one.answers]
    said = [first(forms[one.kind], one.answers or {}, "meeting.calendar") for one in theirs]
    return next((word for word in reversed(said) if word), None) == YES


def _uid(case: Case, about: Step, to: Addressee) -> str:
    """The same for every letter about this meeting to this reader, and nothing that anybody could read from it."""
    domain = house().settings.mail_from.rpartition("@")[2]
    return f"{keyed_hash('calendar', f'{case.reference} {about.id} {to.role} {to.party_id or 0}')[:32]}@{domain}"


def _organiser(case: Case, procedure: Procedure, ours: bool) -> Organiser:
    """Members answer to the point of contact; with others only the address that the mail came from is named."""
    contact = next(iter(addressees(case, procedure, POINT_OF_CONTACT)), None) if ours else None
    return Organiser(contact.name, contact.email) if contact else Organiser("", house().settings.mail_from)
