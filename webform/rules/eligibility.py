"""A quick look at whether a request would meet the threshold: the few questions that this threshold turns on.

Which questions they are follows from what the procedure's routes and exclusions read, in the words of the form that
opens a case. Dates are asked for each thing that happened; anything else about reports once for all of them, so that
whoever chose several answers gets a finding only where each way of matching them up leads to the same one.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice, product
from typing import Any

from webform.documents.answers import yes_no
from webform.documents.condition import Both, Condition, Either, Is, named_in
from webform.documents.form import Form, Option, Question
from webform.documents.procedure import Procedure
from webform.documents.threshold import AllConditions, AnyConditions, Count, Counted, Given, ThresholdCondition
from webform.words import gettext as _

from .apart import FEATURES
from .finding import Finding
from .journey import Place, with_entry_answers
from .shown import Asked
from .statute import STATUTORY
from .threshold import assess

CHOSEN = ("radios", "yes-no", "checkboxes")
WORDS = ("text", "textarea")  # told in free words: nobody types them twice
DATES = ("incident.date", "report.date")
COUNTED: Mapping[Counted, tuple[str, ...]] = {  # what tells apart whom a count is about
    "people": ("report.reporter",), "households": ("report.household", "report.reporter"),
    "groups": ("report.reporter",), "agencies": ("report.agency",),
}  # fmt: skip
NOT_KNOWN = "not-known"
MOST_WAYS = 60  # of matching up answers that are tried; more than that is for a person


@dataclass(frozen=True)
class Questions:
    """What a threshold asks for: how many `things` at most, their dates, and what is asked once about all of them."""

    things: int
    dates: tuple[Question, ...]
    about_reports: tuple[Question, ...]
    in_all: tuple[Question, ...]


def questions_of(procedure: Procedure, form: Form) -> Questions:
    """The questions that the threshold of the procedure turns on."""
    asked = Asked(form, {})
    read = [found for name in dict.fromkeys(_read(procedure)) if (found := _question(procedure, form, name))]
    askable = [one for one in dict.fromkeys(read) if (one.type in CHOSEN or one.type == "number") and not one.private]
    grouped = [one for one in askable if asked.chain(asked.place_of[one.id][1].each)]
    return Questions(
        things=max(count for route in (STATUTORY, *procedure.threshold.routes) for count in _needed(route.all)),
        dates=tuple(one for meaning in DATES if (one := form.meaning(meaning))),
        about_reports=tuple(_several(_titled(one, form)) for one in grouped if one.type in CHOSEN),
        in_all=tuple(_softened(_titled(one, form)) for one in askable if one not in grouped),
    )


def look(
    procedure: Procedure,
    form: Form,
    dates: Iterable[Mapping[str, Any]],
    about_reports: Mapping[str, list[str]],
    in_all: Mapping[str, Any],
    today: dt.date,
) -> tuple[Finding, bool]:
    """The finding about these answers, and whether it holds however they are matched up. It decides nothing.

    A threshold that reads what people tell in their own words is not asked about that here, so it never says no.
    """
    things = list(dates)
    known = {name: [one for one in chosen if one != NOT_KNOWN] for name, chosen in about_reports.items()}
    general = {name: value for name, value in in_all.items() if value != NOT_KNOWN}
    findings = [
        assess(procedure, form, _answers(form, things, way, general), today) for way in _ways(known, len(things))
    ]
    results = {finding.result for finding in findings}
    return findings[0], len(results) == 1 and not (results == {"not met"} and _reads_own_words(procedure, form))


def _reads_own_words(procedure: Procedure, form: Form) -> bool:
    """Whether a condition asks for something that is answered in free words."""
    names = (name for leaf in _all_leaves(procedure) for name in _compared(leaf))
    found = (_question(procedure, form, name) for name in names)
    return any(one is not None and one.type in WORDS for one in found)


def _all_leaves(procedure: Procedure) -> Iterator[Count | Given]:
    for route in procedure.threshold.routes:
        for condition in route.all:
            yield from _leaves(condition)


def _leaves(condition: ThresholdCondition) -> Iterator[Count | Given]:
    """What a condition is made of: every count, also within counts, and every answer that has to be given."""
    match condition:
        case AllConditions(all=parts) | AnyConditions(any=parts):
            for part in parts:
                yield from _leaves(part)
        case Count():
            yield condition
            for inner in condition.of_which:
                yield from _leaves(inner)
        case Given():
            yield condition


def _compared(leaf: Count | Given) -> Iterator[str]:
    """Every name whose answer it compares, apart from what tells reports apart."""
    when = leaf.when if isinstance(leaf, Given) else leaf.among.when
    if when:
        yield from (test.name for test in named_in(when.condition))


# --- Which questions ------------------------------------------------------------------------------------------------


def _read(procedure: Procedure) -> Iterator[str]:
    """Every name that a route or an exclusion reads: meanings, and STEP.question."""
    for leaf in _all_leaves(procedure):
        yield from _read_by(leaf)
    for rule in procedure.threshold.excludes:
        yield from (test.name for test in named_in(rule.when.condition))


def _read_by(leaf: Count | Given) -> Iterator[str]:
    yield from _compared(leaf)
    if isinstance(leaf, Count):
        yield from (FEATURES[feature] for feature in leaf.same)
        yield from (meaning for unit in leaf.at_least for meaning in COUNTED.get(unit, ()))


def _question(procedure: Procedure, form: Form, name: str) -> Question | None:
    step_id, _dot, question_id = name.partition(".")
    step = procedure.step(step_id)
    opens = step is not None and step.fill == procedure.area.opens_with
    return form.meaning(name) or (form.question(question_id) if opens else None)


def _needed(conditions: Iterable[ThresholdCondition]) -> Iterator[int]:
    """How many of anything the counts ask for."""
    for condition in conditions:
        match condition:
            case Count():
                yield from condition.at_least.values()
            case AllConditions(all=parts) | AnyConditions(any=parts):
                yield from _needed(parts)


def _titled(question: Question, form: Form) -> Question:
    """The question as a reader knows it: a heading that asks it says more than the label below ("Organisation")."""
    page = form.page_of(question.id)
    asks = page is not None and page.title.endswith("?") and page.questions[0].id == question.id
    return question.model_copy(update={"label": page.title}) if page and asks else question


def _several(question: Question) -> Question:
    """The question, to be answered once for several reports."""
    kept = tuple(one for one in _options(question) if not one.unknown and not one.alone)
    options = (*kept, Option(value=NOT_KNOWN, label=_("I do not know"), alone=True))
    hint = _("Think of everything that was reported. Select all that apply.")
    return question.model_copy(update={"type": "checkboxes", "options": options, "hint": hint, "required": True})


def _softened(question: Question) -> Question:
    """The question with a way to leave it open."""
    if question.type == "number":
        return question.model_copy(update={"required": False})
    open_already = any(option.unknown for option in question.options)
    more = (
        ()
        if open_already
        else (Option(value=NOT_KNOWN, label=_("I am not sure"), alone=question.type == "checkboxes"),)
    )
    kind = "radios" if question.type == "yes-no" else question.type
    return question.model_copy(update={"type": kind, "options": (*_options(question), *more), "required": True})


def _options(question: Question) -> tuple[Option, ...]:
    return yes_no() if question.type == "yes-no" else question.options


# --- From answers to a finding --------------------------------------------------------------------------------------


def _ways(about_reports: Mapping[str, list[str]], things: int) -> list[list[dict[str, str]]]:
    """The ways to match what was chosen with the things that happened: one after the other, then all alike."""
    chosen = {name: values for name, values in about_reports.items() if values}
    in_turn = [{name: values[at % len(values)] for name, values in chosen.items()} for at in range(things)]
    alike = ([dict(zip(chosen, one, strict=True))] * things for one in product(*chosen.values()))
    return [in_turn, *islice(alike, MOST_WAYS)]


def _answers(
    form: Form, things: list[Mapping[str, Any]], way: list[dict[str, str]], in_all: Mapping[str, Any]
) -> dict[str, Any]:
    """The answers as somebody would have given them in the form itself."""
    answers: dict[str, Any] = {}
    for number, (thing, about) in enumerate(zip(things, way, strict=True), start=1):
        for name, value in {**thing, **about}.items():
            answers = _put(form, answers, name, value, number)
    for name, value in in_all.items():
        answers = _put(form, answers, name, value, 1)
    return answers


def _put(form: Form, answers: dict[str, Any], name: str, value: Any, number: int) -> dict[str, Any]:
    """The answers with one more, and with whatever makes the form ask it."""
    asked = Asked(form, answers)
    _key, page, question = asked.place_of[name]
    chain = asked.chain(page.each)
    for group in chain:
        answers = _shown(form, answers, asked.place_of[group][2], number)
    answers = _shown(form, answers, question, number)
    return with_entry_answers(form, answers, Place(page.id, _path(len(chain), number)), {name: _as(question, value)})


def _path(depth: int, number: int) -> tuple[int, ...]:
    return (number, *[1] * (depth - 1)) if depth else ()


def _shown(form: Form, answers: dict[str, Any], question: Question, number: int) -> dict[str, Any]:
    """The answers with what the conditions of the question and its page ask for."""
    asked = Asked(form, answers)
    page = asked.place_of[question.id][1]
    for when in (page.show_when, question.show_when):
        for name, value in _wanted(when.condition if when else Both(())):
            if name in asked.place_of and not _answered(form, answers, name, number):
                answers = _put(form, answers, name, value, number)
    return answers


def _answered(form: Form, answers: dict[str, Any], name: str, number: int) -> bool:
    asked = Asked(form, answers)
    page = asked.place_of[name][1]
    return name in asked.holder(page.each, _path(len(asked.chain(page.each)), number))


def _wanted(condition: Condition) -> Iterator[tuple[str, Any]]:
    """Answers that make a condition hold; nothing where it takes more than saying so."""
    match condition:
        case Is(name, "equals", value):
            yield name, value
        case Both(parts):
            for part in parts:
                yield from _wanted(part)
        case Either(parts):
            yield from _wanted(parts[0])


def _as(question: Question, value: Any) -> Any:
    return [value] if question.type == "checkboxes" and isinstance(value, str) else value
