"""The facts that a letter may state, worked out from the case: what fills each {placeholder}.

The closed list of names, with what each one means, is documents/facts.py; the check holds letters against it.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from typing import Any

from webform.contacts import POINT_OF_CONTACT
from webform.documents.answers import shown
from webform.documents.form import Form
from webform.documents.procedure import Procedure, Rule
from webform.house import house
from webform.records.tables import Case, Document
from webform.rules.calendar import day_of, long_date
from webform.rules.folder import Duty
from webform.rules.naming import entry_number
from webform.rules.rounds import followers, steps_in
from webform.rules.summary import summary
from webform.sending.reach import called

from .folder import duties_beside, duties_of, standing_documents
from .meetings import meeting_of
from .of_one import dates_of_one, papers_beside
from .people import Present, addressees, present
from .pinned import rules_of

Facts = dict[str, str]
LEFT_OUT = "waived"  # it counts as happening, and nobody has done it
NOT_YET = ("waiting", "open", "arranged", "late", "held")
_IN_ADDRESSES = re.compile(r"(?<=\w)[.@](?=\w)|:(?=//)")


def case_facts(
    case: Case, now: dt.datetime, party_id: int | None = None, duties: Iterable[Duty] | None = None,
    of: Duty | None = None,
) -> Facts:  # fmt: skip
    """Every fact of a case, '' or absent where it is not known; of a role that several hold, as told to that party.

    `duties` are those of this moment, where they were worked out already. `of` is the duty whose letter it is: where
    there is one for each document of a step, it tells of that document and of what came of it.
    """
    procedure, forms = rules_of(case)
    there, found = present(case), tuple(duties_of(case, now) if duties is None else duties)
    everything = standing_documents(case)
    documents = papers_beside(everything, found, of)
    return {
        **area_facts(house().shelves.procedures.get(case.area, procedure)),
        **_contact_facts(case, procedure, there),
        **_case_facts(case, now),
        **_people_facts(procedure, there, party_id),
        **due_facts(duties_beside(found, of), party_id),
        **dates_of_one(everything, found, of),
        **_answer_facts(documents, forms),
        **_entry_facts(procedure, there, party_id, documents, forms),
        **_folder_facts(procedure, forms, everything),
        **_referral_facts(case, procedure, forms, everything),
    }


def area_facts(procedure: Procedure) -> Facts:
    """What is known without a case: whose procedure it is and how the public reaches it."""
    area = procedure.area
    return {
        "area.name": area.name,
        "area.body": area.body,
        "area.phone": area.phone,
        "area.email": area.email,
        "area.web": area.web,
        "area.address": "\n".join(area.address),
        "area.title": area.title,
        "area.support": _where_to_turn(procedure, "help"),
        "area.ombudsman": _where_to_turn(procedure, "ombudsman"),
        "area.test": _says(route for route in procedure.threshold.routes if route.kind != "statutory"),
        "area.statutory": _says(route for route in procedure.threshold.routes if route.kind == "statutory"),
        "link.start": f"{house().settings.base_url}/{procedure.id}/",
    }


def _where_to_turn(procedure: Procedure, kind: str) -> str:
    return "\n".join(f"{one.title}: {one.phone or one.web}" for one in procedure.supports if one.kind == kind)


def _says(rules: Iterable[Rule]) -> str:
    """What the public reads of some rules, one after another."""
    return " ".join(rule.says for rule in rules if rule.says)


def ways_on(procedure: Procedure, letter: str, once_sent: Iterable[Duty]) -> Facts:
    """What somebody can do who is not satisfied with what the letter of a step tells, and the last day for it.

    `once_sent` is what will be due when it has gone.
    """
    steps = {step.id: step for step in procedure.steps}
    appeals = {stage.id for stage in procedure.stages if stage.kind == "appeal"}
    ways = [step for name in followers(steps, letter) if (step := steps[name]).stage in appeals]
    first = {step.id for step in ways if letter in (*steps_in(step.after), *steps_in(step.counts_from))}
    days = [duty.due_on for duty in once_sent if duty.step in first and duty.due_on]
    says = _says(sorted(ways, key=procedure.steps.index))
    return {"case.unhappy": says, "case.appeal_by": long_date(min(days)) if days else ""}


def _contact_facts(case: Case, procedure: Procedure, there: Present) -> Facts:
    """The name and title of each of the council's own roles; their mailboxes are never printed.

    The one contact throughout is the officer who opened the referral, and the mailbox's name until somebody has.
    """
    facts = {}
    for role in procedure.roles:
        if role.local:
            facts[f"{role.id}.title"] = role.title
            for one in addressees(case, procedure, role.id, there=there):
                facts[f"{role.id}.name"] = one.name
    return {**facts, f"{POINT_OF_CONTACT}.name": case.owner.name} if case.owner else facts


def _case_facts(case: Case, now: dt.datetime) -> Facts:
    return {
        "case.reference": case.reference,
        "case.received": long_date(day_of(case.received_at)),
        "case.flags": "\n".join(str(flag["label"]) for flag in case.flags),
        "case.headline": case.headline or "",
        "today": long_date(day_of(now)),
        "link.case": f"{house().settings.base_url}/desk/case/{case.reference}",
    }


def _people_facts(procedure: Procedure, there: Present, party_id: int | None) -> Facts:
    """Who the people are. Of a role that several hold only the one who is written to: nobody is told of the others."""
    facts = {}
    for role in procedure.roles:
        for party in there.get(role.id, ()):
            if role.plural and party.id != party_id:
                continue
            for what in ("name", "organisation"):
                facts[f"{role.id}.{what}"] = no_address(str(party.person.get(what) or ""))
    return facts


def no_address(name: str) -> str:
    """A name that no mail program makes a link of: a greeting goes out unread, to whatever address was typed.

    Else anybody could have the council write to anybody, with a link of their own in it.
    """
    return _IN_ADDRESSES.sub(r"\g<0> ", name)


def due_facts(duties: Iterable[Duty], party_id: int | None) -> Facts:
    """When each step is due, or was done, or was due if it was done later, for whoever reads it."""
    facts: Facts = {}
    found = sorted(duties, key=lambda duty: duty.party != str(party_id))  # the party's own duties come first
    done = _done_by_all(found, str(party_id))
    for duty in found:
        if duty.due_on:
            facts.setdefault(f"due.{duty.step}", long_date(duty.due_on))
        if duty.step in done:
            facts.setdefault(f"done.{duty.step}", long_date(day_of(done[duty.step])))
        if duty.state == "done late" and duty.due_on:
            facts.setdefault(f"late.{duty.step}", long_date(duty.due_on))
    return facts


def _done_by_all(duties: Iterable[Duty], own: str) -> dict[str, dt.datetime]:
    """When each step was done. One that several owe is done for its reader once they have done it themselves; for
    anybody else when the last of them has."""
    by_step: dict[str, list[Duty]] = {}
    for duty in duties:
        by_step.setdefault(duty.step, []).append(duty)
    found = {}
    for step, each in by_step.items():
        times = [one.done_at for one in each if one.done_at and one.state != LEFT_OUT]
        if each[0].party in (None, own):
            times = times[:1]
        elif any(one.state in (*NOT_YET, LEFT_OUT) for one in each):
            continue
        if times:
            found[step] = max(times)
    return found


def _answer_facts(documents: Iterable[Document], forms: Mapping[str, Form]) -> Facts:
    """The latest answer to each question of a form, by step (section 2, sentence 3); never what only officers may read,
    since whoever a letter goes to would read it too."""
    facts: Facts = {}
    for document in documents:
        form = forms.get(document.kind)
        if form is None or document.answers is None or document.step is None:
            continue
        for page in form.pages:
            if page.each:
                continue
            for question in (one for one in page.questions if not one.private):
                facts[f"answer.{document.step}.{question.id}"] = shown(question, document.answers.get(question.id))
    return facts


def _entry_facts(
    procedure: Procedure, there: Present, party_id: int | None, documents: Iterable[Document], forms: Mapping[str, Form]
) -> Facts:
    """What the entry says that names whoever is written to; nobody reads of another's."""
    party = next((one for found in there.values() for one in found if one.id == party_id), None)
    role = next((one for one in procedure.roles if party and one.id == party.role), None)
    step_id, _, group = ((role.named_by if role else None) or "").partition(".")
    number = entry_number(role.id, party.key or "") if role and party else None
    papers = [one for one in documents if one.step == step_id and one.answers and one.kind in forms]
    if not papers or number is None:
        return {}
    form = forms[papers[-1].kind]
    entries = (papers[-1].answers or {}).get(group, ())
    entry: Mapping[str, Any] = next((one for one in entries if one.get("entry") == number), {})
    asked = (question for page in form.pages if page.each == group for question in page.questions)
    return {f"answer.{step_id}.{one.id}": shown(one, entry.get(one.id)) for one in asked}


def _folder_facts(procedure: Procedure, forms: Mapping[str, Form], documents: list[Document]) -> Facts:
    """What a meeting has before it, and from which day it was put off."""
    dated = {name for name, form in forms.items() if form.meaning("meeting.date")}  # of the meeting itself
    papers = [one for one in documents if one.step and one.body is None and one.answers and one.kind not in dated]
    lines = (f"{procedure.named(one.step or '')}, {long_date(day_of(one.effective_at))}" for one in papers)
    meetings = (meeting_of(step, forms, documents) for step in procedure.steps if step.fill in forms)
    before = next((one.before for one in meetings if one), None)
    return {"case.papers": "\n".join(lines), "meeting.before": long_date(before) if before else ""}


def _referral_facts(
    case: Case, procedure: Procedure, forms: Mapping[str, Form], documents: Iterable[Document]
) -> Facts:
    """The request itself, as far as the area lets it travel by email; never what only officers may see."""
    opening = next((document for document in documents if document.effect == "opens-case"), None)
    if procedure.area.referral_by_email != "all" or opening is None or opening.answers is None:
        return {}
    sections = summary(forms[opening.kind], opening.answers, restricted=False)
    lines = [f"{row.label}: {row.value}" for section in sections for row in section.rows if row.value]
    return {"case.referral": "\n".join(lines)}


def duty_facts(case: Case, duty: Duty) -> Facts:
    """The facts of one duty, for a reminder or a notice about it."""
    procedure, forms = rules_of(case)
    step = procedure.step(duty.step)
    form = forms.get(step.fill or "") if step else None
    return {
        "duty.title": procedure.named(duty.step),
        "duty.says": step.says if step else duty.step,
        "duty.due": long_date(duty.due_on) if duty.due_on else "",
        "duty.why": duty.explanation[-1] if duty.explanation else "",
        "duty.form": form.title if form else "",
        "duty.whom": next((no_address(called(party)) for party in case.parties if str(party.id) == duty.party), ""),
    }
