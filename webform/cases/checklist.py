"""What the folder of a case holds of the things that a checklist asks after: its own papers, and those that came along.

Papers that came from another case are read by the rules of that case. A body that looks at others' cases is not asked
for its own procedure and timetable.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from webform.documents.answers import written_date
from webform.documents.form import Form
from webform.documents.procedure import Procedure
from webform.documents.vocabulary import Evidence
from webform.records.tables import Case, Document
from webform.rules.calendar import LONDON
from webform.rules.evidence import (
    LETTERS,
    PROCEDURE,
    TIMELINE,
    Paper,
    Shown,
    begun_with,
    gaps_in,
    said_of,
    shown_of,
    timeline,
)
from webform.sending.reach import called
from webform.words import gettext as _

from .folder import duties_of, standing_documents
from .hand_over import body_of
from .people import PEOPLE
from .pinned import form_of, rules_of, rules_of_version


@dataclass(frozen=True)
class Checklist:
    """The folder of one case as checklists ask after it."""

    papers: tuple[Paper, ...]
    gaps: Mapping[Evidence, tuple[str, ...]]
    said: tuple[tuple[int, str, Form, Mapping[str, Any]], ...]  # checklists that bodies have filled in

    def of(self, kinds: Iterable[Evidence]) -> Shown:
        """What there is of these kinds, what bodies say of it, and why there is not more."""
        wanted = tuple(kinds)
        found = shown_of(wanted, self.papers, self.gaps)
        told = tuple(self._told(wanted))
        return Shown((*found.papers, *told), found.gaps)

    def _told(self, kinds: tuple[Evidence, ...]) -> Iterator[Paper]:
        for number, who, form, answers in self.said:
            for there, title, words in said_of(form, answers, kinds):
                what = {"who": who, "title": title}
                says = _("%(who)s, sent: %(title)s", **what) if there else _("%(who)s, not sent: %(title)s", **what)
                yield Paper(frozenset(kinds), f"{says}\n{words}".strip(), number)

    def begins(self, form: Form) -> dict[str, Any]:
        """The answers with which a form begins that asks after the folder."""
        return begun_with(form, self.papers, self.gaps)


def asks_after_the_folder(form: Form) -> bool:
    """Whether a form has anything to do with what the folder holds."""
    return any(question.evidence or question.gap for page in form.pages for question in page.questions)


def checklist_of(case: Case, now: dt.datetime) -> Checklist:
    """The folder of a case, read once for a whole form."""
    procedure = rules_of(case)[0]
    standing = standing_documents(case)
    papers = [paper for one in standing if (paper := _paper(one, procedure))]
    if procedure.area.kind == "appeal-body":
        versions = dict.fromkeys(str(one.origin["version"]) for one in standing if one.origin)
        papers += [_rules(rules_of_version(version)[0], version) for version in versions]
        return Checklist(tuple(papers), {}, tuple(_said(case, standing)))
    duties = duties_of(case, now)
    papers.append(_rules(procedure, case.version))
    papers += [Paper(frozenset({TIMELINE}), line) for line in timeline(procedure, duties)]
    done = [str(one.step) for one in standing if one.origin is None]
    return Checklist(tuple(papers), gaps_in(procedure, duties, done), tuple(_said(case, standing)))


def _paper(document: Document, own: Procedure) -> Paper | None:
    """What one document shows; None for what nobody asks after."""
    origin = document.origin
    procedure = rules_of_version(str(origin["version"]))[0] if origin else own
    step = procedure.step(str(origin["step"] if origin else document.step))
    if step is None:
        return None
    kinds = set(step.evidence)
    if document.body and set(step.roles("to")) & {*PEOPLE, *procedure.consent.of}:
        kinds.add(LETTERS)
    day = written_date(document.effective_at.astimezone(LONDON).date())
    return Paper(frozenset(kinds), f"{procedure.named(step.id)}, {day}", document.number) if kinds else None


def _rules(procedure: Procedure, version: str) -> Paper:
    words = {"title": procedure.area.title or procedure.area.body, "version": version}
    return Paper(frozenset({PROCEDURE}), _("%(title)s, version %(version)s", **words))


def _said(case: Case, documents: Iterable[Document]) -> Iterator[tuple[int, str, Form, Mapping[str, Any]]]:
    """The checklists that bodies have sent, and who says so."""
    names = {party.id: called(party) for party in case.parties}
    for one in documents:
        form = form_of(one) if one.answers else None
        who = names.get(one.party_id or 0) or (body_of(str(one.origin["area"])) if one.origin else "")
        if form and who and any(question.gap for page in form.pages for question in page.questions):
            yield one.number, who, form, one.answers or {}
