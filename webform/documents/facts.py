"""The facts that letters may state: what can stand in {braces}, and what each means. The check holds letters to it.

Some names carry a part of the procedure: ``due.STEP`` and ``done.STEP`` (dates of a step), ``late.STEP`` (when it was
due, if it was done after that), ``answer.STEP.QUESTION`` (the latest answer), ``ROLE.name``, ``ROLE.title`` and
``ROLE.organisation`` (whoever holds a role).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from .form import Form
from .procedure import Procedure

# What is at hand when a letter is written: anything about the area, the case, one duty, a draft, and so on.
About = Literal["area", "case", "duty", "draft", "link", "sign-in", "task", "alarm", "confirmation", "colleague"]


@dataclass(frozen=True)
class Fact:
    """One name: when it is at hand, and what it says."""

    about: About
    meaning: str


FACTS: dict[str, Fact] = {
    "today": Fact("area", "the day the letter is written"),
    "area.name": Fact("area", "the area’s name"),
    "area.body": Fact("area", "the council or other body that leads"),
    "area.title": Fact("area", "the published title of the procedure"),
    "area.phone": Fact("area", "the public phone number"),
    "area.email": Fact("area", "the public email address"),
    "area.address": Fact("area", "the postal address, line by line"),
    "area.web": Fact("area", "the address of the council’s website"),
    "area.support": Fact("area", "where to turn for help, line by line"),
    "area.ombudsman": Fact("area", "who looks at a complaint when nothing is left to do here, line by line"),
    "area.test": Fact("area", "the area’s own threshold, in the words for the public"),
    "area.statutory": Fact("area", "the test in the law, in the words for the public"),
    "link.start": Fact("area", "the address of the start page"),
    "case.reference": Fact("case", "the reference of the case"),
    "case.received": Fact("case", "the day the request was received"),
    "case.headline": Fact("case", "the problem in a few words, as the person put it"),
    "case.flags": Fact("case", "what a reader must know first, line by line"),
    "case.papers": Fact("case", "what lies in the folder, line by line: what each paper is, and of which day"),
    "case.unhappy": Fact("case", "what somebody can do who is not satisfied with what the letter tells"),
    "case.appeal_by": Fact("case", "the last day for it, where there is one, if the letter goes today"),
    "meeting.before": Fact("case", "the day of the meeting before it was put off; empty where it was not"),
    "meeting.told": Fact("case", "the day of the meeting that a member was last asked to, when they leave"),
    "case.referral": Fact("case", "the request itself, where the area lets it travel by email"),
    "reader.name": Fact("case", "whoever the letter goes to; of several, all of them"),
    "link.case": Fact("case", "where an officer opens the case, after signing in"),
    "duty.title": Fact("duty", "what is due, in a few words"),
    "duty.says": Fact("duty", "what is due, as the public reads it"),
    "duty.due": Fact("duty", "the day it is due"),
    "duty.why": Fact("duty", "how the date was worked out"),
    "duty.form": Fact("duty", "the form that is due, as its page calls it"),
    "passed.by": Fact("colleague", "who has passed on what their organisation is asked for"),
    "passed.to": Fact("colleague", "to whom they have passed it on"),
    "duty.whom": Fact("duty", "the organisation or person that it is about, where each has one of their own"),
    "link.draft": Fact("draft", "where somebody goes on with a form, after giving the word they chose"),
    "draft.expires": Fact("draft", "the day an unsent form is deleted"),
    "link.page": Fact("link", "the own page of whoever the letter goes to, where they may safely have it by email"),
    "link.expires": Fact("link", "the day from which a link that is sent now no longer works"),
    "code": Fact("sign-in", "the code that somebody signs in with, or needs to choose a word"),
    "minutes": Fact("sign-in", "how many minutes the code is good for"),
    "task.says": Fact("task", "what a person has to look at"),
    "alarm.says": Fact("alarm", "what is wrong, without anything personal"),
    "reference": Fact("confirmation", "the reference, on the page that confirms a form was sent"),
}

PERSON = ("name", "title", "organisation")


def at_hand(name: str, about: frozenset[About], procedure: Procedure, forms: dict[str, Form]) -> bool:
    """Whether a letter of this procedure can state the fact."""
    if name in FACTS:
        return FACTS[name].about in about
    if "case" not in about:
        return False
    first, _, rest = name.partition(".")
    if first in ("due", "done", "late"):
        return procedure.step(rest) is not None
    if first == "answer":
        step_id, _, question = rest.partition(".")
        step = procedure.step(step_id)
        form = forms.get(step.fill) if step and step.fill else None
        asked = form.question(question) if form else None
        return asked is not None and not asked.private
    return rest in PERSON and any(role.id == first for role in procedure.roles)
