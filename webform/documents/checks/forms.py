"""Forms: ids, options, groups, meanings, and conditions that can be met on the way through."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from ..condition import Both, Condition, Either, Every, Is, Not, When, named_in
from ..form import Form, Page, Question
from .conditions import CHOICES, can_hold, check_condition
from .report import Report

COUNTED = ("vote.cast", "vote.result", "sitting.there")  # where it matters what a choice counts as
# Choices that the procedure gives, see rules/offered.py.
GIVEN = ("party.role", "about.step", "extended.because", "sitting.member")
EVENTS = ("today", "opening", "request")  # days that an age can be taken at, beside the dates of the form


def check_form(form: Form, report: Report) -> None:
    """Every fault of one form."""
    _Form(form, report).check()


def repeated(names: Iterable[str]) -> list[str]:
    """The names that occur more than once."""
    return sorted(name for name, count in Counter(names).items() if count > 1)


class _Form:
    def __init__(self, form: Form, report: Report):
        self.form, self.report = form, report
        self.order: dict[str, int] = {}
        self.starts: dict[str, int] = {}
        for page in form.pages:
            if page.each:
                self.starts.setdefault(page.each, len(self.order))
            for question in page.questions:
                self.order.setdefault(question.id, len(self.order))

    def check(self) -> None:
        self._names()
        for page in self.form.pages:
            key = f"page.{page.id}"
            for question in page.questions:
                self._question(page, question, f"{key}.question.{question.id}")
            if page.each:
                self._entries(page, key)
            self._condition(page.show_when, page, self.order[page.questions[0].id], key)
            self._reachable(page, key)
        for flag in self.form.flags:
            self._condition(flag.when, None, len(self.order), f"flag.{flag.id}.when")
        self._condition(self.form.second_person, None, len(self.order), "second_person")
        if self.form.second_person and self.form.audience != "officer":
            why = "Only what officers file can wait for a second person."
            self.report.error("contradiction", "second_person", why, 'Give it audience = "officer".')

    def _names(self) -> None:
        questions = [question for page in self.form.pages for question in page.questions]
        for what, names in (
            ("page", [page.id for page in self.form.pages]),
            ("question", [question.id for question in questions]),
            ("flag", [flag.id for flag in self.form.flags]),
        ):
            for name in repeated(names):
                self.report.error("duplicate-id", f"{what}.{name}", f"Two are called {name!r}.", "Rename one.")
        for meaning in repeated(question.means for question in questions if question.means):
            users = [question.id for question in questions if question.means == meaning]
            why = f"{' and '.join(users)} mean the same: {meaning}."
            self.report.error("duplicate-meaning", f"question.{users[-1]}.means", why, "Leave `means` on one of them.")

    # --- Questions ----------------------------------------------------------------------------------------------------

    def _question(self, page: Page, question: Question, key: str) -> None:
        if question.type in CHOICES and not question.options and question.means not in GIVEN:
            self.report.error("options", key, "There is nothing to choose from.", "Add `options`.")
        if question.type not in (*CHOICES, "declaration") and question.options:
            cure = "Take the options out, or make it radios or checkboxes."
            self.report.error("options", key, f"A {question.type} question shows no options.", cure)
        if question.means not in COUNTED and any(option.counts_as for option in question.options):
            why = "Nobody counts the answers to this question."
            self.report.error("options", key, why, "Take `counts_as` out, or let the question mean what is counted.")
        if question.type == "declaration" and [option.value for option in question.options] not in ([], ["yes"]):
            why, cure = "A declaration has one box to tick.", 'Give it one option with the value "yes", or none.'
            self.report.error("options", key, why, cure)
        for value in repeated(option.value for option in question.options):
            self.report.error("duplicate-id", f"{key}.options", f"Two options are {value!r}.", "Rename one.")
        if question.least is not None and question.most is not None and question.least > question.most:
            why = f"At least {question.least} and at most {question.most} can't both be."
            self.report.error("limits", key, why, "Put the smaller number in `least`.")
        if question.type != "file" and (question.accept or question.megabytes):
            cure = "Take `accept` and `megabytes` out, or make it a file question."
            self.report.error("options", key, f"A {question.type} question takes no files.", cure)
        if question.type == "group" and question.id not in self.starts:
            cure = f'Add pages with each = "{question.id}".'
            self.report.error("group", key, "The group has no pages, so an entry could hold nothing.", cure)
        limit = min(self.order[question.id], self.starts.get(question.id, len(self.order)))
        self._condition(question.show_when, page, limit, key)

    def _entries(self, page: Page, key: str) -> None:
        """A page that is asked once an entry."""
        group = self.form.question(page.each or "")
        home = self.form.page_of(page.each or "")
        if group is None or home is None or group.type != "group":
            self.report.error("group", f"{key}.each", f"{page.each!r} is not a group question.", "Name a group.")
            return
        if page.each in self._around(home) and home.each == page.each:
            self.report.error("group", f"{key}.each", "The group lies inside itself.", "Take `each` off its own page.")
        first = self.starts[group.id]
        between = [other for other in self.form.pages if first <= self.order[other.questions[0].id]]
        for other in between[: between.index(page)]:
            if group.id not in self._around(other):
                why = f"The page {other.id!r} stands between pages of the group {group.id!r}."
                self.report.error("group", key, why, "Keep the pages of a group together.")
                return
        if self.order[group.id] < self.order[page.questions[0].id]:
            why = f"The list of the group {group.id!r} comes before this page of its entries."
            self.report.error("group", key, why, "Put the page with the group question after the pages of its entries.")

    def _around(self, page: Page) -> list[str]:
        """The groups that a page lies in, inmost first."""
        found: list[str] = []
        here: Page | None = page
        while here and here.each and here.each not in found:
            found.append(here.each)
            here = self.form.page_of(here.each)
        return found

    # --- Conditions ---------------------------------------------------------------------------------------------------

    def _condition(self, when: When | None, page: Page | None, limit: int, key: str) -> None:
        if when is None:
            return
        if page and page.each:
            limit = min(limit, self.order[page.questions[0].id])
        where = key if page is None else f"{key}.show_when"
        check_condition(when.condition, lambda name: self._find(name, limit), self.report, where)
        for test in named_in(when.condition):
            if isinstance(test, Is) and test.test == "age_under" and test.on not in EVENTS:
                day = self.form.question(test.on)
                if day is None or day.type not in ("date", "approximate-date"):
                    cure = f"Write one of {', '.join(EVENTS)}, or the id of a date question."
                    self.report.error("reference", where, f"No day is known as {test.on!r}.", cure)

    def _find(self, name: str, limit: int) -> Question | str:
        question = self.form.question(name)
        if question is None:
            return f"No question of this form is called {name!r}."
        if self.order[name] >= limit and limit < len(self.order):
            return f"{name!r} is asked later than this, so nobody has answered it yet."
        return question

    def _reachable(self, page: Page, key: str) -> None:
        """Whether any answers lead to the page: its own condition with those of everything that it reads."""
        if page.show_when is None:
            return
        around = (None, *self._around(page))

        def of_one_entry(name: str) -> Question | None:
            """The question, if it has one answer seen from here; the entries of a group may differ."""
            home = self.form.page_of(name)
            return self.form.question(name) if home and home.each in around else None

        if not can_hold(self._whole(page.show_when.condition, frozenset()), of_one_entry):
            why = "No answers can ever lead to this page."
            self.report.error("unreachable-page", f"{key}.show_when", why, "Mend the condition, or take the page out.")

    def _whole(self, condition: Condition, seen: frozenset[str]) -> Condition:
        """The condition, where each test also needs its question to be asked."""
        match condition:
            case Is() | Every():
                return condition if condition.name in seen else self._asked(condition, seen | {condition.name})
            case Not(inside):
                return Not(inside)
            case Both(parts):
                return Both(tuple(self._whole(part, seen) for part in parts))
            case Either(parts):
                return Either(tuple(self._whole(part, seen) for part in parts))

    def _asked(self, test: Is | Every, seen: frozenset[str]) -> Condition:
        page, question = self.form.page_of(test.name), self.form.question(test.name)
        if page is None or question is None or (isinstance(test, Is) and test.test == "empty"):
            return test
        needed = [when.condition for when in (page.show_when, question.show_when) if when]
        return Both((test, *(self._whole(one, seen) for one in needed)))
