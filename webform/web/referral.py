"""What the page of a case shows, in the order in which the single point of contact needs it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlalchemy import select

from webform.cases.absences import stand_in_of
from webform.cases.against_the_act import finding_of
from webform.cases.desk import Elsewhere, duplicates, elsewhere
from webform.cases.elsewhere import name_elsewhere
from webform.cases.folder import documents_of
from webform.cases.hand_over import body_of
from webform.cases.history import Beside, beside
from webform.cases.never_went import never_went
from webform.cases.people import addressees, failing, post_fails, ways_to_reach
from webform.cases.pinned import form_of
from webform.cases.titles import filed_by, title_of
from webform.cases.votes import Votes, all_votes
from webform.documents.answers import Answers, find, is_empty, shown
from webform.documents.form import Effect, Form
from webform.documents.procedure import Procedure, Step
from webform.house import house
from webform.records.officers import Access, Officer
from webform.records.store import db
from webform.records.tables import Case, Document, Draft, Message, Party, Task
from webform.rules.calendar import day_of
from webform.rules.corrected import that_stand
from webform.rules.finding import Finding
from webform.rules.scores import Score, scores
from webform.rules.summary import Section, points, summary
from webform.sending.reach import called
from webform.web.powers import may_fill_in, may_see
from webform.web.workload import Workload
from webform.words import capital
from webform.words import gettext as _
from webform.words import gettext_noop as N_

# What somebody must know before picking up the phone or a pen, by what the questions of the opening form mean.
CONTACT = (
    "contact.channel", "contact.email_safe", "contact.post_safe", "contact.voicemail_safe", "contact.note",
    "contact.needs", "contact.main",
)  # fmt: skip
PEOPLE = (
    "applicant.name", "applicant.organisation", "applicant.relationship", "applicant.phone", "applicant.email",
    "applicant.address", "applicant.born", "victim.name", "victim.phone", "victim.email", "victim.address",
    "victim.born",
)  # fmt: skip

# How a request reached the council, in words.
CHANNELS = {
    "online": N_("online"), "phone": N_("by phone"), "letter": N_("by letter"), "email": N_("by email"),
    "in-person": N_("in person"),
    "printable": N_("on the printed form"), "forwarded": N_("forwarded by another organisation"),
    "passed-on": N_("passed on by another area"), "handed-over": N_("handed over by another body"),
}  # fmt: skip


@dataclass(frozen=True)
class Taking:
    """Somebody who takes part: what they are called, in which role, and where letters go ('' if nobody knows)."""

    party: Party
    called: str
    role: str
    email: str


class Referral(Workload):
    """A case, read for the page. Nothing here changes anything."""

    def __init__(self, case: Case, now: dt.datetime):
        super().__init__(case, now)
        self.documents = documents_of(case)

    @property
    def area(self) -> Procedure:
        """The area's procedure of today, for names; the rules are those that the case is pinned to."""
        return house().shelves.procedures.get(self.case.area, self.procedure)

    @cached_property
    def opening(self) -> Document:
        """The request itself, as it was corrected."""
        return next(document for document in that_stand(self.documents) if document.effect == "opens-case")

    @property
    def form(self) -> Form:
        return self.forms[self.opening.kind]

    @property
    def answers(self) -> Answers:
        return self.opening.answers or {}

    def meaning(self, names: tuple[str, ...]) -> list[tuple[str, str]]:
        """Label and answer of the questions that mean these things."""
        rows = []
        for name in names:
            question = self.form.meaning(name)
            for value in find(self.form, self.answers, name) if question else ():
                if question and not is_empty(value):
                    rows.append((question.short or question.label, shown(question, value)))
        return rows

    @property
    def contact(self) -> list[tuple[str, str]]:
        return self.meaning(CONTACT)

    @property
    def people(self) -> list[tuple[str, str]]:
        return self.meaning(PEOPLE)

    @cached_property
    def parties(self) -> list[Party]:
        """The people from outside who are on the case now."""
        here = select(Party).where(Party.case_id == self.case.id, Party.left_at.is_(None)).order_by(Party.id)
        return list(db.session.scalars(here))

    @property
    def ways(self) -> list[tuple[Party, tuple[str, ...]]]:
        """How each of them may be reached now, whatever their request said. An organisation that has asked for nothing
        of its own is reached at the address beside its name."""
        ours = {role.id for role in self.procedure.roles if role.local}
        people = (party for party in self.parties if party.contact or not (party.key and party.role in ours))
        return [(party, ways_to_reach(party)) for party in people]

    @cached_property
    def takes_part(self) -> list[Taking]:
        """Those whom documents have named and who are on the case now."""
        return [
            Taking(party, called(party), self.titles.get(party.role, party.role), one.email)
            for party in self.case.parties
            if party.key and party.left_at is None
            for one in addressees(self.case, self.procedure, party.role, party.id)
        ]

    @property
    def has_test(self) -> bool:
        """Whether it is held against a threshold: an appeal tells of no reports, and there is nothing to count."""
        return bool(self.procedure.threshold.routes) or self.form.meaning("report.date") is not None

    @cached_property
    def finding(self) -> Finding:
        """The advice on the threshold, from the request and whatever was filed since."""
        return finding_of(self.case, self.opening, that_stand(self.documents))

    @cached_property
    def votes(self) -> tuple[Votes, ...]:
        """How the votes stand that somebody was asked for."""
        return all_votes(self.case, self.now)

    @property
    def sections(self) -> tuple[Section, ...]:
        """Every answer, those for officers alone included."""
        return summary(self.form, self.answers)

    def answers_of(self, document: Document) -> tuple[Section, ...]:
        """The answers of any document of the folder; none for a letter, or where they were erased."""
        form = form_of(document)
        return summary(form, document.answers) if form and document.answers else ()

    @property
    def scores(self) -> list[Score]:
        """What the points came to each time that something was scored, the latest last."""
        return scores(self.forms, that_stand(self.documents))

    def points_of(self, document: Document) -> int | None:
        """What a scored form of the folder adds up to; None where nothing is scored."""
        form = form_of(document)
        return points(form, document.answers) if form and document.answers else None

    def origin_of(self, document: Document) -> str:
        """Where a document was filed first, in words; '' for one of this case."""
        if document.origin is None:
            return ""
        body = body_of(document.origin["area"])
        return _("%(body)s, case %(reference)s", body=body, reference=document.origin["case"])

    def title_of(self, document: Document) -> str:
        """What a document is called."""
        return title_of(document, self.procedure)

    def filed_by(self, document: Document) -> str:
        """Whoever filed it, as a cell of a table begins."""
        return capital(filed_by(document, self.titles))

    @property
    def messages(self) -> list[Message]:
        sent = select(Message).where(Message.case_id == self.case.id).order_by(Message.created_at, Message.id)
        return list(db.session.scalars(sent))

    @cached_property
    def may_go(self) -> frozenset[int]:
        """Emails that were taken back, and may go now."""
        return frozenset(one.id for one in never_went(self.case, self.now))

    @cached_property
    def failing(self) -> list[tuple[Party, str]]:
        """People at whose address an email did not arrive, and that address."""
        return [(party, email) for party in self.case.parties if (email := failing(party))]

    @cached_property
    def post_failing(self) -> list[Party]:
        """People from whose address a letter came back."""
        return [party for party in self.case.parties if post_fails(party)]

    @property
    def tasks(self) -> list[Task]:
        waiting = select(Task).where(Task.case_id == self.case.id, Task.done_at.is_(None)).order_by(Task.created_at)
        return list(db.session.scalars(waiting))

    @property
    def looked(self) -> list[tuple[Access, str]]:
        """Who looked at what, the latest first."""
        rows = select(Access, Officer.name).outerjoin(Officer, Officer.id == Access.officer_id)
        here = rows.where(Access.case_id == self.case.id).order_by(Access.at.desc(), Access.id.desc()).limit(50)
        parties = {party.id: called(party) for party in self.case.parties}
        return [(access, name or parties.get(access.party_id or 0, "")) for access, name in db.session.execute(here)]

    @cached_property
    def reference_elsewhere(self) -> str:
        """What the case is called in another system of the council; '' where nobody has said."""
        return name_elsewhere(self.case, self.documents)

    @cached_property
    def stand_in(self) -> Officer | None:
        """Who does the work of whoever looks after the case, while they are on leave."""
        return stand_in_of(self.case.owner, day_of(self.now)) if self.case.owner else None

    def begun_by_others(self, me: Officer) -> list[tuple[str, str, dt.datetime]]:
        """Forms of this case that colleagues have begun: which, who and when they were last at it."""
        theirs = select(Draft, Officer.name).join(Officer, Officer.id == Draft.officer_id)
        here = theirs.where(
            Draft.case_id == self.case.id, Draft.officer_id != me.id, Officer.active, Draft.channel.is_(None)
        )
        rows = db.session.execute(here.order_by(Draft.touched_at))
        return [(self.named(draft.step), name, draft.touched_at) for draft, name in rows if draft.step]

    @property
    def duplicates(self) -> list[Case]:
        return [one for one in duplicates(self.case) if may_see(one)]

    @property
    def linked(self) -> list[Beside]:
        """Cases that an officer put beside this one, with what became of them."""
        return [one for one in beside(self.case) if may_see(one.case)]

    @property
    def elsewhere(self) -> list[Elsewhere]:
        return elsewhere(self.case)

    def step_that(self, effect: Effect) -> Step | None:
        """The step whose form does this, whatever the area calls it."""
        return next((step for step in self.procedure.steps if step.fill and self._effect(step) == effect), None)

    def can_do(self, effect: Effect) -> Step | None:
        """The same, for whoever may fill in that form."""
        step = self.step_that(effect)
        return step if step and may_fill_in(self.form_at(step.id), self.case) else None

    def _effect(self, step: Step) -> str:
        form = self.forms.get(step.fill or "")
        return form.effect if form else ""

    @cached_property
    def outward_codes(self) -> frozenset[str]:
        """The first halves of all postcodes in the request."""
        return frozenset(code for value in _postcodes(self.answers) if (code := _outward(value)))

    @property
    def outside(self) -> bool:
        """Whether the request names postcodes and none of them is one of this area's."""
        here = self.area.outward_codes()
        return bool(self.outward_codes and here) and not self.outward_codes & here

    @property
    def other_areas(self) -> tuple[str, ...]:
        """Names of the other areas on this service that a postcode of such a request points to."""
        others = (area for area in house().shelves.areas() if area.id != self.case.area)
        return tuple(area.area.name for area in others if self.outward_codes & area.outward_codes())


def _postcodes(answers: Any) -> list[str]:
    """Every postcode that was typed, inside addresses and entries too."""
    if isinstance(answers, Mapping):
        here = [str(value) for key, value in answers.items() if "postcode" in key and isinstance(value, str)]
        return here + [code for value in answers.values() for code in _postcodes(value)]
    return [code for one in answers for code in _postcodes(one)] if isinstance(answers, list) else []


def _outward(postcode: str) -> str:
    """The first half of a postcode: "SM4" of "sm45dx"."""
    plain = "".join(postcode.split()).upper()
    return plain[:-3] if len(plain) in (5, 6, 7) else ""
