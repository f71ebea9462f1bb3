"""Dates: exact, and as well as somebody remembers."""

from __future__ import annotations

import calendar
import datetime as dt
from typing import Any, ClassVar

from webform.documents.answers import date_range, written_date
from webform.words import gettext as _
from webform.words import gettext_noop as N_
from webform.words import month as month_name

from .field_base import AnswerField, Titling, Wrong

MONTHS = {
    name.lower(): number for names in (calendar.month_name, calendar.month_abbr) for number, name in enumerate(names)
}
OLDEST = dt.timedelta(days=120 * 366)
WORDS_LONGEST = 500


PARTS = {"day": N_("Day"), "month": N_("Month"), "year": N_("Year")}


class DateField(AnswerField):
    """Day, month and year. An error names the part that is wrong and its link lands there."""

    component = "date-input"
    macro = "govukDateInput"
    parts: ClassVar[tuple[str, ...]] = ("day", "month", "year")
    missing = N_("Enter a date for “{name}”")

    def read(self) -> Any:
        day, month, year = (self.part(part) for part in self.parts[:3])
        if not (day or month or year):
            return None
        blank = [name for name, text in (("day", day), ("month", month), ("year", year)) if not text]
        if blank:
            what = _(" and ").join(_(name) for name in blank)
            said = _("“{name}” must include a %(what)s", what=what)
            raise Wrong(self.wording("invalid", said), blank[0])
        exact = self.exact(self.read_day(day), self.read_month(month), self.read_year(year))
        self.judge(exact, exact)
        return exact.isoformat()

    def read_day(self, text: str) -> int:
        if not (text.isdecimal() and len(text) <= 2 and 1 <= int(text) <= 31):
            raise Wrong(self.wording("invalid", _("The day of “{name}” must be a number from 1 to 31")), "day")
        return int(text)

    def read_month(self, text: str) -> int:
        number = MONTHS.get(text.lower(), 0)
        if text.isdecimal() and len(text) <= 2:
            number = int(text)
        if not 1 <= number <= 12:
            raise Wrong(
                self.wording("invalid", _("The month of “{name}” must be a number from 1 to 12, or a name")), "month"
            )
        return number

    def read_year(self, text: str) -> int:
        if not (text.isdecimal() and len(text) == 4 and int(text) >= 1000):
            raise Wrong(self.wording("invalid", _("The year of “{name}” must be 4 numbers, like 2026")), "year")
        return int(text)

    def exact(self, day: int, month: int, year: int) -> dt.date:
        try:
            return dt.date(year, month, day)
        except (ValueError, OverflowError) as error:
            last = calendar.monthrange(year, month)[1]
            said = _(
                "%(month)s %(year)s has only %(last)s days. Check the day of “{name}”",
                month=month_name(month),
                year=year,
                last=last,
            )
            raise Wrong(self.wording("invalid", said), "day") from error

    def judge(self, earliest: dt.date, latest: dt.date) -> None:
        """Refuses a date that lies wholly outside what the question allows."""
        if self.question.latest == "today" and earliest > self.today:
            raise Wrong(self.wording("future", _("“{name}” must be today or in the past")), "year")
        if self.question.earliest == "today" and latest < self.today:
            raise Wrong(self.wording("past", _("“{name}” must be today or in the future")), "year")
        if self.question.earliest == "120 years ago" and latest < self.today - OLDEST:
            raise Wrong(self.wording("past", _("The year of “{name}” is too long ago")), "year")

    def spell(self, answer: Any) -> dict[str, list[str]]:
        day = dt.date.fromisoformat(answer)
        return {"day": [str(day.day)], "month": [str(day.month)], "year": [str(day.year)]}

    def params(self, place: Titling) -> dict[str, Any]:
        params = super().params(place)
        return params | {"namePrefix": self.name, "items": self.items()}

    def items(self) -> list[dict[str, Any]]:
        """The three inputs; only a wrong one is marked, all of them if the date as a whole is missing."""
        born = self.question.autocomplete == "bday"
        marked = {self.wrong_part} if self.wrong_part else {"day", "month", "year"}
        return [
            {
                "name": part,
                "label": _(PARTS[part]),
                "value": self.part(part),
                "autocomplete": f"bday-{part}" if born else "",
                "inputmode": "text" if part == "month" else "numeric",
                "classes": f"govuk-input--width-{4 if part == 'year' else 2}"
                + (" govuk-input--error" if self.errors and part in marked else ""),
            }
            for part in ("day", "month", "year")
        ]

    def named(self, place: Titling) -> dict[str, Any]:
        return {"fieldset": {"legend": self.title("govuk-fieldset__legend", place)}}


class RoughDateField(DateField):
    """A date of which the day, or day and month, may be left out; or only words; or "I don't know"."""

    parts: ClassVar[tuple[str, ...]] = ("day", "month", "year", "words", "unknown")
    missing = N_("Enter a date for “{name}”, say roughly when it was, or choose “I don’t know”")
    macro = "roughDateInput"

    @property
    def template(self) -> str:
        return "components/rough_date.html"

    def read(self) -> dict[str, str | None] | None:
        words = self.part("words")
        if len(words) > WORDS_LONGEST:
            raise Wrong(
                _("Describe the date in %(words_longest)s characters or fewer", words_longest=WORDS_LONGEST), "words"
            )
        span = self.span()
        if span is None:
            known = bool(words) or "yes" in self.typed.get("unknown", [])
            return {"earliest": None, "latest": None, "words": words} if known else None
        earliest, latest = span
        self.judge(earliest, latest)
        if self.question.latest == "today":
            latest = min(latest, self.today)
        return {"earliest": earliest.isoformat(), "latest": latest.isoformat(), "words": words}

    def span(self) -> tuple[dt.date, dt.date] | None:
        """The first and last day that the typed date may mean."""
        day, month, year = (self.part(part) for part in ("day", "month", "year"))
        if not (day or month or year):
            return None
        if not year:
            raise Wrong(self.wording("invalid", _("“{name}” must include a year")), "year")
        in_year = self.read_year(year)
        if day and not month:
            raise Wrong(self.wording("invalid", _("“{name}” must include a month if you give the day")), "month")
        if not month:
            return dt.date(in_year, 1, 1), dt.date(in_year, 12, 31)
        in_month = self.read_month(month)
        if day:
            exact = self.exact(self.read_day(day), in_month, in_year)
            return exact, exact
        return dt.date(in_year, in_month, 1), dt.date(in_year, in_month, calendar.monthrange(in_year, in_month)[1])

    def spell(self, answer: Any) -> dict[str, list[str]]:
        earliest, latest = date_range(answer)
        words = str(answer.get("words") or "")
        typed = {"words": [words]}
        if earliest is None or latest is None:
            return typed if words else {"unknown": ["yes"]}
        typed["year"] = [str(earliest.year)]
        if earliest == latest:
            return typed | {"day": [str(earliest.day)], "month": [str(earliest.month)]}
        whole_month = earliest.month == latest.month
        return typed | ({"month": [str(earliest.month)]} if whole_month else {})

    def params(self, place: Titling) -> dict[str, Any]:
        params = super().params(place)
        example = self.question.hint or _("For example, %(day)s.", day=written_date(self.today - dt.timedelta(days=40)))
        hint = example.rstrip(".") + ". " + _("If you do not remember the day or the month, leave it empty.")
        return params | {
            "hint": {"text": hint},
            "words": {"value": self.part("words"), "wrong": bool(self.errors) and self.wrong_part == "words"},
            "unknown": "yes" in self.typed.get("unknown", []),
            "dateWrong": bool(self.errors) and self.wrong_part != "words",
        }
