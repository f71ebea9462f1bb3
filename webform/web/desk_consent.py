"""How it stands with the consent of everybody for whom somebody else asks, in words for an officer."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from webform.cases.consent import answers_of
from webform.cases.pinned import rules_of
from webform.documents.consent import Reason, Sight
from webform.records.tables import Case
from webform.rules.agreement import EVERYTHING
from webform.rules.consent import Answer, Standing
from webform.rules.plain_words import joined
from webform.sending.reach import called
from webform.words import gettext as _
from webform.words import gettext_noop as N_

STANDS: dict[Standing, str] = {
    "missing": N_("No answer yet."),
    "given": N_("They agree."),
    "in part": N_("They agree to part of it."),
    "refused": N_("They do not agree."),
    "taken back": N_("They agreed before, and took it back."),
    "without": N_("The case goes on without their answer"),
    "not as asked": N_("They agree, but not in a way that counts here."),
}
REASONS: dict[Reason, str] = {
    "lacks-capacity": N_("they lack capacity to decide this"),
    "unable": N_("they are not able to answer"),
    "risk-of-harm": N_("asking them would put someone at significant risk of harm"),
}
SEES: dict[Sight, str] = {
    "progress": N_("how far it is"), "letters": N_("letters and the outcome"), "details": N_("what was told"),
}  # fmt: skip


@dataclass(frozen=True)
class Said:
    """One person's answer, as it is shown."""

    who: str
    says: str
    since: dt.datetime | None
    sees: str


def consents_of(case: Case, now: dt.datetime) -> tuple[Said, ...]:
    """Everybody whose consent is asked for; nobody where none is."""
    procedure, _ = rules_of(case)
    titles = {role.id: role.title for role in procedure.roles}
    names = {str(party.id): called(party) for party in case.parties}
    return tuple(
        Said(
            names.get(one.party or "") or titles.get(one.role, one.role).capitalize(), _says(one), one.since, _sees(one)
        )
        for one in answers_of(case, now)
    )


def _says(one: Answer) -> str:
    reason = one.agreement.reason if one.agreement else None
    words = _(STANDS[one.standing])
    return f"{words}: {_(REASONS[reason])}." if one.standing == "without" and reason else words


def _sees(one: Answer) -> str:
    """What whoever asks may see, where the person said something of it."""
    if one.agreement is None or one.standing == "not as asked" or one.agreement.shows == EVERYTHING:
        return ""
    seen = [_(words) for kind, words in SEES.items() if kind in one.agreement.shows]
    if not seen:
        return _("The person who asks sees nothing new.")
    return _("The person who asks may see %(what)s.", what=joined(seen))
