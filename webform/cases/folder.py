"""A case as the rules see it: its documents and parties, without anything of the database."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from sqlalchemy import select

from webform.documents.answers import first
from webform.documents.form import Form
from webform.documents.procedure import SERVICE, Procedure, Step
from webform.errors import Refusal
from webform.house import house
from webform.records.store import db
from webform.records.tables import Case, Document, Party
from webform.rules.agreement import CONSENTS
from webform.rules.calendar import WorkingCalendar, long_instant
from webform.rules.corrected import that_stand
from webform.rules.folder import Duty, Filed, Folder, Member
from webform.rules.plain_words import joined
from webform.rules.said import with_what_it_says
from webform.rules.schedule import schedule
from webform.words import gettext as _

from .calendars import calendar_in_use
from .pinned import form_of, rules_of

CHANNELS = {"email": "email", "paper": "post"}  # how a letter went, in the words of a procedure's [calendar] deemed
AREA = "area"  # the scope of the folder that an area keeps for duties of its own
BIGGEST = 2**31 - 1  # that a column takes
PLACE = "occurrence"  # beside how a letter went
NEEDLESS = ("waived", "not needed")
SETTLED = ("done", "done late", *NEEDLESS)
ASKED_FOR = ("open", "late", "held", "arranged")


class AlreadyDone(Refusal):
    """Somebody was quicker; nothing was done twice. `document` is what they filed, if it was that."""

    def __init__(self, words: str, document: Document | None = None):
        self.document = document
        super().__init__(words)


def documents_of(case: Case) -> list[Document]:
    """The case's documents in filing order."""
    return list(db.session.scalars(select(Document).where(Document.case_id == case.id).order_by(Document.number)))


def standing_documents(case: Case) -> list[Document]:
    """Those of them that no correction has taken the place of."""
    return that_stand(documents_of(case))


def folder_of(case: Case) -> Folder:
    """The folder that the schedule is worked out from."""
    members = db.session.scalars(select(Party).where(Party.case_id == case.id).order_by(Party.id))
    forms = rules_of(case)[1]
    documents = documents_of(case)
    return Folder(
        documents=tuple(_filed(document, _form(document, forms)) for document in documents),
        parties=tuple(Member(str(one.id), one.role, one.joined_at, one.left_at, one.key or "") for one in members),
        scope="area" if case.scope == AREA else "case",
        council=_council(that_stand(documents), forms),
        since=case.opened_at if case.scope == AREA else None,
    )


def _form(document: Document, forms: Mapping[str, Form]) -> Form | None:
    """The form that a document was written on: what was said of consent elsewhere is read as it was asked there."""
    return form_of(document) if document.origin and document.effect == CONSENTS else forms.get(document.kind)


def _filed(document: Document, form: Form | None) -> Filed:
    """The document as the rules see it, with what its effect is about."""
    filed = Filed(
        number=document.number,
        step=document.step or "",
        kind="letter" if document.body is not None else "form",
        effect=document.effect,
        party=str(document.party_id) if document.party_id else None,
        role=document.author_role,
        filed_at=document.filed_at,
        effective_at=document.effective_at,
        answers=document.answers or {},
        replaces=document.replaces,
        occurrence=turn_of(document),
        elsewhere=document.origin is not None,
        channel="" if document.body is None else CHANNELS.get(str((document.answers or {}).get("channel")), ""),
    )
    return with_what_it_says(filed, form)


def turn_of(document: Document) -> int | None:
    """Which of several duties of its step it served; a letter has that among its answers."""
    if document.occurrence is not None:
        return document.occurrence
    found = (document.answers or {}).get(PLACE) if document.body is not None else None
    return int(found) if found else None


def _council(documents: Iterable[Document], forms: Mapping[str, Form]) -> str:
    """In a joint procedure, the council whose case it is: what the opening form says."""
    for one in documents:
        form = forms.get(one.kind) if one.origin is None else None
        if form and (found := first(form, one.answers or {}, "case.council")):
            return str(found)
    return ""


def duties_of(case: Case, now: dt.datetime) -> tuple[Duty, ...]:
    """What is due in the case, from whom and by when.

    What is on file has happened: when the machine's clock was set back, a case stands at its last document until then.
    """
    procedure = rules_of(case)[0]
    folder = folder_of(case)
    reached = max((document.filed_at for document in folder.documents), default=now)
    return schedule(procedure, folder, calendar_of(procedure), max(now, reached))


def duties_once_sent(case: Case, duty: Duty, now: dt.datetime) -> tuple[Duty, ...]:
    """What would be due if the letter of a duty went now: a letter may promise dates that count from itself."""
    procedure, _ = rules_of(case)
    folder = folder_of(case)
    number, at = len(folder.documents) + 1, max((one.filed_at for one in folder.documents), default=now)
    letter = Filed(
        number=number, step=duty.step, kind="letter", effect="records", party=duty.party, role=SERVICE,
        filed_at=max(now, at), effective_at=now, occurrence=duty.occurrence, channel=CHANNELS["email"],
    )  # fmt: skip
    sent = replace(folder, documents=(*folder.documents, letter))
    return schedule(procedure, sent, calendar_of(procedure), max(now, at))


@dataclass(frozen=True)
class Which:
    """Which of a step's duties is meant: that about a party, or in one place; written as STEP.PARTY.PLACE."""

    step: str
    party_id: int | None = None
    occurrence: int = 1

    @classmethod
    def read(cls, written: Which | str) -> Which:
        """What stands in an address or on a draft. What we would not write like that is no step that anybody knows."""
        if isinstance(written, Which):
            return written
        step, *rest = written.split(".")
        party, place = ([*map(_number, rest), 0, 0])[:2]
        found = cls(step, party or None, place or 1)
        return found if str(found) == written else cls(written)

    @classmethod
    def of(cls, duty: Duty) -> Which:
        return cls(duty.step, int(duty.party) if duty.party else None, duty.occurrence)

    def __str__(self) -> str:
        place = f".{self.occurrence}" if self.occurrence > 1 else ""
        return f"{self.step}.{self.party_id or 0}{place}" if self.party_id or place else self.step

    def fits(self, duty: Duty) -> bool:
        """Whether it means that duty. Without a party and a place it means any of the step; a duty that is about nobody
        in particular is anybody's."""
        mine = Which.of(duty)
        about = mine.party_id in (None, self.party_id) and mine.occurrence == self.occurrence
        return mine.step == self.step and (about or self == Which(self.step))


def _number(written: str) -> int:
    """A number in an address; one that is too big for a row of the database is nobody's, like the biggest."""
    if not (written.isascii() and written.isdecimal()):
        return 0
    return int(written) if len(written) < len(str(BIGGEST)) else BIGGEST


def meant(duties: Iterable[Duty], which: Which) -> list[Duty]:
    """The duties that are meant. Where there is one for each of several documents, it is always a single one: who
    decides a first appeal has not decided the second, because somebody was quicker."""
    fitting = [duty for duty in duties if which.fits(duty)]
    of_its_own = [duty for duty in fitting if duty.about and Which.of(duty) == which]
    return of_its_own or fitting


def duties_beside(duties: Iterable[Duty], duty: Duty | None) -> tuple[Duty, ...]:
    """Those that are about the same document, such as the same appeal, and those that are about none in particular."""
    about = duty.about if duty else None
    return tuple(one for one in duties if about is None or one.about in (None, about))


def open_duty(case: Case, which: Which | str, now: dt.datetime) -> Duty:
    """The duty that is meant, if it is still open. Raises AlreadyDone with words for the one who came second.

    What is a choice may be taken again: its latest document is the one that is read (section 2, sentence 3).
    """
    which = Which.read(which)
    procedure = rules_of(case)[0]
    rule = procedure.step(which.step)
    settled = NEEDLESS if rule and rule.strength == "choice" else SETTLED
    for duty in meant(duties_of(case, now), which):
        if duty.state not in settled and not duty.over:
            return duty
    raise _already_done(case, which)


def check_not_over(case: Case, which: Which, now: dt.datetime) -> None:
    """Raises AlreadyDone when it was done, and to do it again would be about nothing, as what it was for is over."""
    fitting = meant(duties_of(case, now), which)
    if fitting and all(duty.over for duty in fitting):
        raise _already_done(case, which)


def not_done_yet(procedure: Procedure, rule: Step, duties: Iterable[Duty]) -> tuple[str, ...]:
    """What has to be on file before the step, and is asked for and not done yet; as headings."""
    owed = {duty.step for duty in duties if duty.state in ASKED_FOR} if rule.needs else set()
    return tuple(procedure.named(step) for step in rule.needs if step in owed)


def what_comes_first(case: Case, which: Which, now: dt.datetime) -> tuple[str, ...]:
    """The same, for a step that may need nothing of the kind."""
    procedure = rules_of(case)[0]
    rule = procedure.step(which.step)
    duties = duties_of(case, now) if rule and rule.needs else ()
    own = next(iter(meant(duties, which)), None)
    return not_done_yet(procedure, rule, duties_beside(duties, own)) if rule else ()


def that_waives(case: Case) -> str:
    """The step by which another one is left out, with the reason; '' where there is none."""
    procedure, forms = rules_of(case)
    return next((one.id for one in procedure.steps if one.fill and forms[one.fill].effect == "waives"), "")


def check_what_comes_first(case: Case, which: Which, now: dt.datetime) -> None:
    """Raises Refusal while something that has to be on file before the step is not."""
    if missing := what_comes_first(case, which, now):
        steps = joined(missing, "and")
        raise Refusal(_("Before this, put on record: %(steps)s. Nothing that you wrote is lost.", steps=steps))


def _already_done(case: Case, which: Which) -> AlreadyDone:
    """Who was quicker and when, for the one who came second."""
    of_step = [document for document in documents_of(case) if document.step == which.step]
    filed = [
        one for one in of_step
        if which.party_id in (None, one.party_id) and one.occurrence in (None, which.occurrence)
    ]  # fmt: skip
    if not filed:
        return AlreadyDone(_("This is not needed any more. Nothing was sent or filed."))
    return done_by(case, filed[-1])


def done_by(case: Case, document: Document) -> AlreadyDone:
    """That somebody was quicker, with what they have filed."""
    titles = {role.id: role.title for role in rules_of(case)[0].roles}
    who = document.author or titles.get(document.author_role, document.author_role)
    when = long_instant(document.filed_at)
    says = _("This was already done by %(who)s, on %(when)s. Nothing was sent or filed twice.", who=who, when=when)
    return AlreadyDone(says, document)


def calendar_of(procedure: Procedure) -> WorkingCalendar:
    """The working days of a procedure's area, with what the council closed or opened."""
    return calendar_in_use(procedure, house().settings.instance)
