"""Consent in a case: how it stands with everybody, and what whoever asks for them may see and be sent."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import replace

from webform.documents.procedure import Procedure
from webform.records.tables import Case, Document, Party
from webform.rules.calendar import day_of
from webform.rules.consent import (
    AGAINST_IT,
    ALL,
    LETS_GO_ON,
    UNCHANGED,
    Answer,
    Readers,
    View,
    answers_at,
    is_kept_from,
    kept_from,
    must_not_be_asked,
    readers_at,
    view_of,
)  # fmt: skip
from webform.rules.reckoning import Reckoning
from webform.sending.reach import called
from webform.words import gettext as _
from webform.words import gettext_noop as N_

from .absences import stand_ins
from .folder import calendar_of, folder_of
from .people import PEOPLE, Addressee, addressees, is_about
from .pinned import rules_of

FLAG = "consent"


def answers_of(case: Case, now: dt.datetime) -> tuple[Answer, ...]:
    """Whose consent the procedure asks for, and how it stands; nobody where it asks for none."""
    return answers_at(_reckoned(case, now), now)


def sight_of(case: Case, party: Party, now: dt.datetime) -> View:
    """What a party may see of the case, as far as that hangs on the consent of others."""
    procedure = rules_of(case)[0]
    if procedure.consent.when is None or not _asks(procedure, party.role):
        return ALL
    return view_of(_reckoned(case, now), party.role)


def said_since(case: Case, document: Document, on: dt.date) -> dt.date | None:
    """The day on which the person whom a document is about said something later than what it writes down of that day.

    None where nothing was said since, so that it is their latest word.
    """
    reckoned = _reckoned(case, document.filed_at, without=document.number)
    about = str(document.party_id) if document.party_id else None
    for one in answers_at(reckoned, reckoned.now):
        theirs = one.party == about or (about is None and not reckoned.is_plural(one.role))
        if theirs and one.agreement and one.since and (day := one.agreement.on or day_of(one.since)) > on:
            return day
    return None


def flag_consent(case: Case, now: dt.datetime) -> None:
    """Keep on the case, for lists too, that somebody's consent is missing, as long as it is."""
    others = [flag for flag in case.flags if flag["id"] != FLAG]
    label = _lacking(answers_of(case, now))
    flags = [*others, {"id": FLAG, "label": label, "alarm": False}] if label else others
    if flags != case.flags:
        case.flags = flags


def _lacking(answers: tuple[Answer, ...]) -> str:
    """What consent is missing, in a few words; '' where none is."""
    lacking = [one for one in answers if one.standing not in LETS_GO_ON]
    if any(answer.standing in AGAINST_IT for answer in lacking):
        one, more = N_("Consent refused or taken back"), N_("Consent refused or taken back: %(lack)s of %(all)s")
    else:
        one, more = N_("No consent yet"), N_("No consent yet: %(lack)s of %(all)s")
    if not lacking:
        return ""
    return _(more, lack=len(lacking), all=len(answers)) if len(answers) > 1 else _(one)


def readers_of(
    case: Case, procedure: Procedure, role: str, now: dt.datetime, party_id: int | None = None
) -> tuple[Addressee, ...]:
    """Everybody to whom a letter to that role goes, or to that one of them.

    What goes to whoever asks goes to the people whom it is about as well, or in the place of it, where they want that.
    """
    named = addressees(case, procedure, role, party_id)
    if not _asks(procedure, role):
        return (*named, *_stand_ins(case, role, named, party_id, now))
    readers = _readers(case, procedure, now)
    wanting = {(one.role, one.party) for one in readers.people}
    others = [one for name, key in wanting for one in addressees(case, procedure, name, int(key) if key else None)]
    return (*(named if readers.asks else ()), *sorted(others, key=lambda one: one.party_id or 0))


def _stand_ins(
    case: Case, role: str, named: tuple[Addressee, ...], party_id: int | None, now: dt.datetime
) -> Iterator[Addressee]:  # fmt: skip
    """Those who stand in while everybody of the role at this desk is on leave. The mailbox of the role gets it too."""
    if party_id is not None or any(one.party_id for one in named):
        return
    known = {one.email for one in named}
    for officer in stand_ins(case.area, role, day_of(now)):
        if officer.email not in known:
            yield Addressee(role, officer.name, officer.email)


def kept_out(case: Case, to: Iterable[Addressee], now: dt.datetime) -> tuple[str, ...]:
    """Those among the readers of a letter whom somebody of the case does not want to be told, as they are called."""
    procedure = rules_of(case)[0]
    readers = {one.party_id for one in to}
    bodies = [called(one) for one in case.parties if one.id in readers and not is_about(procedure, one)]
    if procedure.consent.when is None or not bodies:
        return ()
    names = _kept_from(_reckoned(case, now))
    return tuple(one for one in bodies if is_kept_from(names, one))


def newly_kept_out(case: Case, document: Document) -> tuple[Party, ...]:
    """Those who might be told until this document said that they must not be."""
    procedure = rules_of(case)[0]
    bodies = [one for one in case.parties if not is_about(procedure, one)]
    if procedure.consent.when is None or not bodies:
        return ()
    names = _kept_from(_reckoned(case, document.filed_at))
    before = _kept_from(_reckoned(case, document.filed_at, without=document.number))
    return tuple(
        one for one in bodies if is_kept_from(names, called(one)) and not is_kept_from(before, called(one))
    )  # fmt: skip


def _kept_from(reckoned: Reckoning) -> frozenset[str]:
    return kept_from(reckoned, reckoned.now)


def at_risk_if_asked(case: Case, to: Iterable[Addressee], now: dt.datetime) -> bool:
    """Whether another body, from which the case came, decided that asking one of these would put someone at risk."""
    consent = rules_of(case)[0].consent
    asked = [one for one in to if one.role in consent.of and one.party_id]
    if consent.when is None or not asked:
        return False
    reckoned = _reckoned(case, now)
    return any(must_not_be_asked(reckoned, one.role, str(one.party_id), reckoned.now) for one in asked)


def _asks(procedure: Procedure, role: str) -> bool:
    """Whether it is the role of whoever asks for other people."""
    return role in PEOPLE and role not in procedure.consent.of


def _readers(case: Case, procedure: Procedure, now: dt.datetime) -> Readers:
    if procedure.consent.when is None:
        return UNCHANGED
    reckoned = _reckoned(case, now)
    return readers_at(reckoned, reckoned.now)


def _reckoned(case: Case, now: dt.datetime, without: int | None = None) -> Reckoning:
    """The folder beside its procedure. What is on file has happened, even if the machine's clock was set back.

    `without` is the number of a document that is looked at as if it had not come.
    """
    procedure = rules_of(case)[0]
    folder = folder_of(case)
    folder = replace(folder, documents=tuple(one for one in folder.documents if one.number != without))
    reached = max((document.filed_at for document in folder.documents), default=now)
    return Reckoning(procedure, folder, calendar_of(procedure), max(now, reached))
