"""Members of a panel who leave a case before its meeting: their calendar is put right, and their chair is missed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator

from webform.documents.answers import written_date
from webform.documents.letter import render
from webform.documents.procedure import Procedure, Step
from webform.house import house
from webform.records.tables import Case, Document, Party
from webform.rules.calendar import day_of
from webform.rules.corrected import that_stand
from webform.rules.plain_words import joined
from webform.sending.reach import called
from webform.words import gettext as _

from .facts import case_facts
from .folder import documents_of
from .letters import add_task, file_notice, post_letter
from .meetings import Meeting, entry_about, meeting_of
from .people import addressee
from .pinned import rules_of


def call_off(case: Case, gone: Iterable[Party], now: dt.datetime) -> None:
    """Tell each of them, once, about every meeting ahead that they were invited to."""
    procedure = rules_of(case)[0]
    for party in gone:
        letter = next((one.off for one in procedure.panels if one.off and party.role in one.sitters()), None)
        if letter:
            for about, meeting in _invited_to(case, procedure, party, now):
                _take_back(case, party, about, meeting, letter, now)


def miss_the_chair(case: Case, gone: Iterable[Party], now: dt.datetime) -> None:
    """Ask an officer for another chair, where whoever was to take it has left."""
    procedure = rules_of(case)[0]
    roles = {role.id: role for role in procedure.roles}
    for party in gone:
        if any(panel.joins and party.role == panel.chair for panel in procedure.panels):
            instead = joined([roles[one.role].title for one in roles[party.role].instead if one.role in roles], "or")
            says = _(
                "%(chair)s was to take the chair and has left the case. Find somebody who has had no part in"
                " it%(instead)s.",
                chair=called(party), instead=_(": the procedure names %(whom)s", whom=instead) if instead else "",
            )  # fmt: skip
            add_task(case, f"chair:{party.id}", says, now)


def _invited_to(
    case: Case, procedure: Procedure, party: Party, now: dt.datetime
) -> Iterator[tuple[Step, Meeting]]:  # fmt: skip
    """The meetings ahead that they were asked to, each as their last letter had it: it may have been moved since."""
    documents, forms = documents_of(case), rules_of(case)[1]
    for name in dict.fromkeys(step.invites_to for step in procedure.steps if step.invites_to):
        about, letter = procedure.step(name), _invitation(procedure, name, documents, party)
        known = that_stand([one for one in documents if letter and one.number < letter.number])
        meeting = meeting_of(about, forms, known) if about else None
        if about and meeting and meeting.day >= day_of(now):
            yield about, meeting


def _invitation(procedure: Procedure, name: str, documents: list[Document], party: Party) -> Document | None:
    """The last letter that they had about the meeting, if it was that it takes place."""
    theirs = [(one, procedure.step(one.step or "")) for one in documents if one.party_id == party.id and one.body]
    heard = [(one, step) for one, step in theirs if step and name in (step.invites_to, step.calls_off)]
    return heard[-1][0] if heard and heard[-1][1].invites_to == name else None


def _take_back(
    case: Case, party: Party, about: Step, meeting: Meeting, letter_id: str, now: dt.datetime
) -> None:  # fmt: skip
    letter, to = house().shelves.letters[letter_id], addressee(party)
    if not to.email:
        return
    written = render(letter, {**case_facts(case, now, party.id), "meeting.told": written_date(meeting.day)})
    document = file_notice(case, letter, written, (to,), now)
    number = document.number if document else 0
    entry = entry_about(case, about, to, number, now, called_off=True, meeting=meeting)
    post_letter(case, letter, written, (to,), document, now, calendar=entry)
