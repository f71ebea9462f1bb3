"""What a case's folder shows of the things that a form asks after, and why it shows nothing of some.

Papers and timetable are handed in; nothing here says whether anything was done well. A person judges that.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from webform.documents.answers import written_date
from webform.documents.form import Form, Question
from webform.documents.procedure import Procedure, Step
from webform.documents.vocabulary import Evidence
from webform.words import gettext as _

from .calendar import day_of
from .folder import Duty

PROCEDURE: Final[Evidence] = "procedure"
TIMELINE: Final[Evidence] = "timeline"
LETTERS: Final[Evidence] = "letters"
WORKED_OUT: Final = (PROCEDURE, TIMELINE, LETTERS)
WORDS = ("text", "textarea")


@dataclass(frozen=True)
class Paper:
    """Something that shows something. `number` is that of its document; 0 for what is worked out from the case."""

    kinds: frozenset[Evidence]
    words: str
    number: int = 0

    @property
    def lines(self) -> list[str]:
        return self.words.splitlines()


@dataclass(frozen=True)
class Shown:
    """What there is of some kinds, and why there is not more."""

    papers: tuple[Paper, ...]
    gaps: tuple[str, ...]

    @property
    def as_lines(self) -> str:
        return "\n".join(paper.words for paper in self.papers)


def shown_of(kinds: Iterable[Evidence], papers: Iterable[Paper], gaps: Mapping[Evidence, tuple[str, ...]]) -> Shown:
    """What there is of these kinds."""
    wanted = frozenset(kinds)
    found = tuple(paper for paper in papers if paper.kinds & wanted)
    missing = {why: None for kind in sorted(wanted) for why in gaps.get(kind, ())}
    return Shown(found, tuple(missing))


def begun_with(form: Form, papers: tuple[Paper, ...], gaps: Mapping[Evidence, tuple[str, ...]]) -> dict[str, Any]:
    """The answers with which the form begins: yes or no, what there is, or why there is nothing."""
    asked = (question for page in form.pages if not page.each for question in page.questions)
    found = ((question, _beginning(question, papers, gaps)) for question in asked)
    return {question.id: value for question, value in found if value}


def _beginning(question: Question, papers: tuple[Paper, ...], gaps: Mapping[Evidence, tuple[str, ...]]) -> str:
    there = shown_of(question.evidence or question.gap, papers, gaps)
    if question.evidence and question.type == "yes-no":
        return "yes" if there.papers else "no"
    if question.type not in WORDS:
        return ""
    words = there.as_lines if question.evidence else "" if there.papers else "\n".join(there.gaps)
    return words[: question.longest]


def gaps_in(procedure: Procedure, duties: Iterable[Duty], done: Iterable[str]) -> dict[Evidence, tuple[str, ...]]:
    """For each kind why the folder does not hold what a step would show; `done` are the steps that have a document."""
    by_step: dict[str, list[Duty]] = {}
    for duty in duties:
        by_step.setdefault(duty.step, []).append(duty)
    there, found = set(done), dict[Evidence, list[str]]()
    for step in procedure.steps:
        for kind in step.evidence:
            whys = found.setdefault(kind, [])
            if step.id not in there:
                whys += [_why_not(procedure, step, duty) for duty in by_step.get(step.id, ())[:1]]
    return {kind: tuple(whys) for kind, whys in found.items()}


def _why_not(procedure: Procedure, step: Step, duty: Duty) -> str:
    """Why a step has no document, in words for whoever looks the case over."""
    words = {"step": procedure.named(step.id), "day": written_date(duty.due_on) if duty.due_on else ""}
    if duty.state == "not needed":
        return _("%(step)s: not needed in this case.", **words)
    if duty.state == "waived":
        return _("%(step)s: left out. The reason is on record.", **words)
    if step.strength == "choice":
        return _("%(step)s: nobody had to, and nobody did.", **words)
    if duty.state == "late":
        return _("%(step)s: was due on %(day)s and is not done.", **words)
    if duty.state == "open" and duty.due_on:
        return _("%(step)s: due on %(day)s, and not done yet.", **words)
    return _("%(step)s: not done yet.", **words)


def timeline(procedure: Procedure, duties: Iterable[Duty]) -> Iterator[str]:
    """What was done and when, beside the day by which it was due: one line a duty, in order."""
    told = [(day, duty) for duty in duties if (day := _day_of(duty))]
    for day, duty in sorted(told, key=lambda one: one[0]):
        words = {"step": procedure.named(duty.step), "day": written_date(day)}
        if duty.done_at and duty.due_on:
            yield _("%(day)s: %(step)s, due %(due)s", due=written_date(duty.due_on), **words)
        elif duty.done_at:
            yield _("%(day)s: %(step)s", **words)
        else:
            yield _("Not done: %(step)s, due %(day)s", **words)


def _day_of(duty: Duty) -> date | None:
    """The day that it stands under: when it was done, or when it should have been."""
    if duty.state in ("done", "done late") and duty.done_at:
        return day_of(duty.done_at)
    return duty.due_on if duty.state == "late" else None


def said_of(form: Form, answers: Mapping[str, Any], kinds: Iterable[Evidence]) -> Iterator[tuple[bool, str, str]]:
    """What a checklist that was filled in says of these kinds: of each whether it is there, what it is, and which, or
    why not."""
    wanted = frozenset(kinds)
    titles = {one.id: page.title or one.label for page in form.pages for one in page.questions}
    asked = [one for page in form.pages if not page.each for one in page.questions]
    for yes_no in asked:
        if yes_no.type == "yes-no" and wanted & set(yes_no.evidence) and answers.get(yes_no.id) in ("yes", "no"):
            there = answers[yes_no.id] == "yes"
            beside = (
                one
                for one in asked
                if one.type in WORDS and set(yes_no.evidence) & set(one.evidence if there else one.gap)
            )
            yield there, titles[yes_no.id], next((str(answers[one.id]) for one in beside if answers.get(one.id)), "")
