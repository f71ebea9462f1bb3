"""How it stands with the consent of everybody for whom somebody else asks, in words for an officer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from webform.cases.consent import answers_of
from webform.cases.folder import Which
from webform.cases.pinned import rules_of
from webform.documents.consent import Main, Reason, Sight, Way
from webform.documents.procedure import Step
from webform.records.tables import Case, Document
from webform.rules.agreement import CONSENTS, EVERYTHING
from webform.rules.consent import AGAINST_IT, Answer, Standing
from webform.rules.plain_words import joined
from webform.sending.reach import called
from webform.words import capital
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
    "elsewhere": N_("They agreed where the case was before. Ask them if they agree here too."),
}
REASONS: dict[Reason, str] = {
    "lacks-capacity": N_("they lack capacity to decide this"),
    "unable": N_("they are not able to answer"),
    "risk-of-harm": N_("asking them would put someone at significant risk of harm"),
}
SEES: dict[Sight, str] = {
    "progress": N_("how far it is"), "letters": N_("letters and the outcome"), "details": N_("what was told"),
}  # fmt: skip
WAYS: dict[Way, str] = {
    "link": N_("On their own page"), "verbal": N_("By phone or in person"), "written": N_("In a letter or an email"),
    "signed": N_("On a declaration with their signature"),
}  # fmt: skip
WRITE_TO: dict[Main, str] = {
    "applicant": N_("The person who asks"), "victim": N_("The person affected"), "both": N_("Both"),
}  # fmt: skip


@dataclass(frozen=True)
class Said:
    """One person's answer, as it is shown."""

    who: str
    says: str
    since: dt.datetime | None
    sees: str
    own: Which | None = None  # the step in which they answer themselves, for a declaration on paper
    record: Which | None = None  # the one in which an officer writes down what they said
    paper: Document | None = None  # that says it
    details: tuple[tuple[str, str], ...] = ()  # what it says, line by line


def consents_of(case: Case, now: dt.datetime) -> tuple[Said, ...]:
    """Everybody whose consent is asked for; nobody where none is."""
    titles = {role.id: role.title for role in rules_of(case)[0].roles}
    names = {str(party.id): called(party) for party in case.parties}
    return tuple(
        Said(
            names.get(one.party or "") or capital(titles.get(one.role, one.role)), _says(one), one.since,
            _sees(one), *_steps(case, one), _paper(case, one), tuple(_details(case, one)),
        )
        for one in answers_of(case, now)
    )  # fmt: skip


def _steps(case: Case, one: Answer) -> tuple[Which | None, Which | None]:
    """Where somebody answers themselves, and where that is written down for them."""
    procedure, forms = rules_of(case)
    consenting = [step for step in procedure.steps if step.fill and forms[step.fill].effect == CONSENTS]
    own = next((step for step in consenting if one.role in step.roles("by")), None)
    each = own.id if own and own.id in {step.each for step in consenting} else None
    record = next((step for step in consenting if one.role not in step.roles("by") and step.each == each), None)
    party = int(one.party) if one.party else None
    return _which(own, party), _which(record, party if each else None)


def _which(step: Step | None, party: int | None) -> Which | None:
    return Which(step.id, party) if step else None


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


def _paper(case: Case, one: Answer) -> Document | None:
    return next((paper for paper in case.documents if paper.number == one.number), None)


def _details(case: Case, one: Answer) -> Iterator[tuple[str, str]]:
    """What was said, of whom and how, and who put it on record."""
    said, paper = one.agreement, _paper(case, one)
    if said is None or paper is None:
        return
    if one.standing not in AGAINST_IT:
        seen = joined(_(words) for kind, words in SEES.items() if kind in said.shows)
        yield _("The person who asks may see"), capital(seen) or _("Nothing new")
        yield _("Must not be told"), joined(said.not_with) or _("Nobody was named")
    if said.main:
        yield _("Letters go to"), _(WRITE_TO[said.main])
    if one.how:
        yield _("How they said it"), _(WAYS[one.how])
    titles = {role.id: role.title for role in rules_of(case)[0].roles}
    yield _("Put on record by"), paper.author or capital(titles.get(paper.author_role, paper.author_role))
