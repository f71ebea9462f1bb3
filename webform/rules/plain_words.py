"""Events, times and conditions of a procedure in words for whoever asks. What a council publishes is made of these."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from webform.documents.condition import Both, Condition, Either, Every, Is, Not
from webform.documents.duration import Duration
from webform.documents.form import Band, Form, Question
from webform.documents.procedure import OPENING, PERIOD, SERVICE, AllOf, Event, Limit, Procedure, RoleId, Step
from webform.words import capital
from webform.words import gettext as _
from webform.words import gettext_noop as N_

from .bands import BAND

NO_TIME = N_("No time is set for this.")
_STATES = {
    "filed": N_("has been done"),
    "not filed": N_("has not been done"),
    "open": N_("is due"),
    "late": N_("is late"),
    "held": N_("is on hold"),
}


def joined(words: Iterable[str], last: str = "and") -> str:
    """One, two and three; parted by semicolons where one of them has a comma of its own."""
    given = [word for word in words if word]
    comma = ";" if any("," in word for word in given) else ","
    if len(given) < 2:
        return "".join(given)
    link = _("or") if last == "or" else _("and")
    return f"{f'{comma} '.join(given[:-1])}{';' if comma == ';' else ''} {link} {given[-1]}"


def sentence(words: str) -> str:
    """The words as a sentence of their own."""
    started = capital(words)
    return started if not started or started[-1] in ".!?:" else f"{started}."


def within(value: Duration, start: str) -> str:
    """The length of time after an event: "within 2 days of your request", "at once after it"."""
    return (
        _("at once after %(start)s", start=start)
        if value.unit == "at once"
        else _("within %(length)s of %(start)s", length=value, start=start)
    )


def for_long(value: Duration) -> str:
    """A long time in the unit that people think in: 72 months are 6 years."""
    years, rest = divmod(value.amount, 12)
    if value.unit != "months" or rest:
        return str(value)
    return f"{years} year{'' if years == 1 else 's'}"


@dataclass(frozen=True)
class Item:
    """One rule: our words for it, what else the document says of it, its source, and the rules that it is made of."""

    says: str
    facts: tuple[str, ...] = ()
    source: str = ""
    parts: tuple[Item, ...] = ()
    step: str = ""
    due_on: dt.date | None = None
    forecast: bool = False


@dataclass(frozen=True)
class Section:
    """Rules under one heading; `inner` are the sections within it."""

    id: str
    title: str
    items: tuple[Item, ...] = ()
    inner: tuple[Section, ...] = ()
    numbered: bool = False


@dataclass(frozen=True)
class PlainWords:
    """One procedure with its forms, ready to put its rules into words."""

    procedure: Procedure
    forms: Mapping[str, Form]

    # --- Who ------------------------------------------------------------------------------------------------------

    def roles(self, ids: Iterable[RoleId], last: str = "and") -> str:
        """The titles of roles or panels. The person who asks is "you"."""
        return joined(dict.fromkeys(self.role(one) for one in ids), last)

    def role(self, role_id: RoleId) -> str:
        if role_id == SERVICE:
            return _("this service, by itself")
        if role_id in self.askers():
            return "you"
        panels = {one.id: one.title for one in self.procedure.panels}
        roles = {one.id: one.title for one in self.procedure.roles}
        return {**roles, **panels}.get(role_id, role_id.replace("-", " "))

    def askers(self) -> tuple[RoleId, ...]:
        """The roles that the reader of the page may have: who fills in the form that opens a case."""
        opening = self.opening()
        return opening.roles("by") if opening else ()

    def opening(self) -> Step | None:
        """The step that opens a case."""
        return next((step for step in self.procedure.steps if step.fill == self.procedure.area.opens_with), None)

    # --- When -----------------------------------------------------------------------------------------------------

    def event(self, event: Event | None) -> str:
        """What a time counts from: "your request", "the panel meeting or the outcome"."""
        if event is None or event == OPENING:
            return self._step("")
        if event == PERIOD:
            return _("the beginning of a period")
        if isinstance(event, str):
            return self._single(event)
        parts = event.all if isinstance(event, AllOf) else event.any
        return joined((self.event(part) for part in parts), "and" if isinstance(event, AllOf) else "or")

    def _single(self, name: str) -> str:
        step_id, _dot, part = name.partition(".")
        step = self.procedure.step(step_id)
        meeting = next((one.title for one in self.procedure.meetings if one.id == step_id), "")
        if meeting or not part or (step and part == step.dated):
            return meeting or self._step(step_id)
        if part in ("due", "received"):
            return {
                "due": _("the last day for %(step_id)s", step_id=self._step(step_id)),
                "received": f"getting {self._step(step_id)}",
            }[part]
        question = self._question(step_id, part)
        return _("the date of “%(question)s”", question=_name(question) if question else part.replace("_", " "))

    def _step(self, step_id: str) -> str:
        opening = self.opening()
        if not step_id or (opening and opening.id == step_id):
            return f"your {(opening.id if opening else 'request').replace('-', ' ')}"
        return f"the {step_id.replace('-', ' ')}"

    def times(self, step: Step) -> tuple[str, ...]:
        """Everything that the step says about its time, each a sentence; empty where it says nothing."""
        return tuple(sentence(words) for words in self._times(step))

    def _times(self, step: Step) -> Iterator[str]:
        start = self.event(step.counts_from or step.after)
        if step.within:
            yield within(step.within, start)
        if step.on:
            yield _("on the day of %(on)s", on=self.event(step.on))
        if step.before and step.at_least:
            yield _("at least %(at_least)s before %(before)s", at_least=step.at_least, before=self.event(step.before))
        if step.every:
            yield _(
                "every %(every)s, counted from %(start)s%(step)s", every=step.every, start=start, step=self._until(step)
            )
        if step.at_latest:
            yield _("at the latest %(start)s", start=within(step.at_latest.within, self.event(step.at_latest.start)))
        yield from self._earliest(step, start)
        yield from self._extension(step)

    def _until(self, step: Step) -> str:
        return _(", until %(until)s", until=self.event(step.until)) if step.until else ""

    def _earliest(self, step: Step, start: str) -> Iterator[str]:
        earliest = step.not_before
        if isinstance(earliest, Duration):
            yield _("not earlier than %(earliest)s after %(start)s", earliest=earliest, start=start)
        elif isinstance(earliest, Limit):
            yield _(
                "not earlier than %(within)s after %(start)s", within=earliest.within, start=self.event(earliest.start)
            )
        elif earliest is not None:
            yield _("not before %(earliest)s", earliest=self.event(earliest))

    def _extension(self, step: Step) -> Iterator[str]:
        if extension := step.may_extend:
            most = _(" by %(most)s at most", most=extension.most) if extension.most else ""
            why = _(", if %(reasons)s", reasons=joined(extension.reasons, "or")) if extension.reasons else ""
            yield _("this can be put off%(most)s%(why)s", most=most, why=why)

    # --- If ---------------------------------------------------------------------------------------------------------

    def condition(self, condition: Condition) -> str:
        """The condition with the questions and answers as the forms word them."""
        match condition:
            case Is():
                return self._test(condition)
            case Every(name, inside):
                return _("for every %(name)s, %(inside)s", name=self._named(name), inside=self.condition(inside))
            case Not(Is(test="equals") as inner):
                return self._test(inner, _("is not"))
            case Not(inside):
                return _("it is not so that %(inside)s", inside=self.condition(inside))
            case Either(parts) if same := _one_question(parts):
                return self._test(same[0], "is", joined((self._answer(one) for one in same), "or"))
            case Either(parts):
                return joined((self.condition(part) for part in parts), "or")
            case Both(parts):
                return joined((self.condition(part) for part in parts), "and")

    def _test(self, test: Is, verb: str = "is", answer: str = "") -> str:
        step_id, _dot, part = test.name.partition(".")
        if not part and self.find(test.name) is None and self.procedure.step(step_id):
            return f"{self._step(step_id)} {_(_STATES.get(str(test.value), str(test.value)))}"
        named = self._named(test.name)
        match test.test:
            case "equals":
                return f"{named} {verb} {answer or self._answer(test)}"
            case "at_least":
                return _("%(named)s is %(value)s or more", named=named, value=test.value)
            case "under":
                return _("%(named)s is under %(value)s", named=named, value=test.value)
            case "age_under":
                return _("%(named)s means an age under %(value)s", named=named, value=test.value)
            case "passed":
                return (
                    _("%(named)s has passed", named=named) if test.value else _("%(named)s has not passed", named=named)
                )
            case "empty":
                return (
                    _("%(named)s is left empty", named=named)
                    if test.value
                    else _("%(named)s is not left empty", named=named)
                )

    def _named(self, name: str) -> str:
        question = self.find(name)
        return f"“{_name(question) if question else name.rpartition('.')[2].replace('_', ' ')}”"

    def _answer(self, test: Is) -> str:
        question = self.find(test.name)
        if question and question.type == "yes-no":
            return {"yes": _("“Yes”"), "no": _("“No”")}.get(str(test.value), f"“{test.value}”")
        labels = {option.value: option.label for option in question.options} if question else {}
        if not labels and test.name.endswith(f".{BAND}"):
            labels = {band.id: band.label for band in self._bands(test.name)}
        council = {one.id: one.name for one in self.procedure.councils}
        return f"“{labels.get(str(test.value)) or council.get(str(test.value)) or test.value}”"

    def _bands(self, name: str) -> tuple[Band, ...]:
        """What the points of a step's form come to."""
        step = self.procedure.step(name.partition(".")[0])
        form = self.forms.get(step.fill) if step and step.fill else None
        return form.bands if form else ()

    def find(self, name: str) -> Question | None:
        """The question of a name: a meaning of the form that opens a case, or STEP.question."""
        opens = self.forms.get(self.procedure.area.opens_with)
        step_id, _dot, rest = name.partition(".")
        return (opens.meaning(name) if opens else None) or self._question(step_id, rest.rpartition(".")[2])

    def _question(self, step_id: str, question_id: str) -> Question | None:
        step = self.procedure.step(step_id)
        form = self.forms.get(step.fill) if step and step.fill else None
        return form.question(question_id) if form else None


def _name(question: Question) -> str:
    return question.short or question.label.rstrip("?")


def _one_question(parts: tuple[Condition, ...]) -> list[Is]:
    """The tests, if all of them ask for one answer to one question; else none."""
    tests = [part for part in parts if isinstance(part, Is) and part.test == "equals"]
    return tests if len(tests) == len(parts) and len({test.name for test in tests}) == 1 else []
