"""The one table from question type to WTForms field and GOV.UK component.

A new type of question is one row here, one class beside it, and a line in documents/form.py.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from jinja2 import Environment
from markupsafe import Markup
from werkzeug.datastructures import MultiDict
from wtforms.fields.core import UnboundField
from wtforms.form import BaseForm

from webform.documents.form import Question, QuestionType

from .components import component, kept
from .field_base import AnswerField, Titling
from .field_choices import DeclarationField, RadiosField, TicksField, YesNoField
from .field_dates import DateField, RoughDateField
from .field_files import FileField
from .field_texts import (
    AddressField,
    EmailField,
    LongTextField,
    NumberField,
    PhoneField,
    PostcodeField,
    TextField,
    TimeField,
)

FIELDS: Mapping[QuestionType, type[AnswerField]] = {
    "text": TextField,
    "textarea": LongTextField,
    "email": EmailField,
    "phone": PhoneField,
    "postcode": PostcodeField,
    "number": NumberField,
    "time": TimeField,
    "date": DateField,
    "approximate-date": RoughDateField,
    "yes-no": YesNoField,
    "radios": RadiosField,
    "score": RadiosField,
    "checkboxes": TicksField,
    "declaration": DeclarationField,
    "address": AddressField,
    "file": FileField,
}
Typed = Mapping[str, list[str]]


class PageForm(BaseForm):
    """The questions of one page, as WTForms fields in the order of the document."""

    def __init__(self, questions: Iterable[Question], today: dt.date):
        fields = {
            question.id: UnboundField(FIELDS[question.type], question=question, today=today)
            for question in questions
            if question.type in FIELDS
        }
        super().__init__(fields)

    def names(self) -> list[str]:
        """The ids of the questions."""
        return list(self._fields)

    @property
    def questions(self) -> list[AnswerField]:
        return [field for field in self._fields.values() if isinstance(field, AnswerField)]

    @property
    def takes_files(self) -> bool:
        """Whether the page has to be posted with its files."""
        return any(isinstance(field, FileField) for field in self.questions)

    def fill(self, answers: Mapping[str, Any]) -> PageForm:
        """Shows answers that were saved."""
        self.process(data={name: answers[name] for name in self._fields if name in answers})
        return self

    def take(self, typed: Typed) -> PageForm:
        """Takes what somebody typed, good or bad."""
        self.process(formdata=MultiDict((name, value) for name, values in typed.items() for value in values))
        return self

    def validate_files(self) -> None:
        """Judges the files alone: somebody who adds one has not finished the page yet."""
        for field in self.questions:
            if isinstance(field, FileField):
                field.validate(self)

    def answers(self) -> dict[str, Any]:
        """The answers in the shape that is kept; only after a validation without errors."""
        return {name: field.data for name, field in self._fields.items() if field.data is not None}

    def good(self) -> dict[str, Any]:
        """What each question has for an answer after a validation; None where there is none, or where it is wrong."""
        return {name: None if field.errors else field.data for name, field in self._fields.items()}

    def leave_out(self, names: Iterable[str]) -> None:
        """Asks these questions no more."""
        for name in names:
            del self[name]

    def keep(self, posted: MultiDict[str, str]) -> dict[str, list[str]]:
        """What was posted to these fields and to nothing else, cleaned, so that it can be kept and shown again."""
        names = {name for field in self.questions for name in field.input_names()}
        return {name: field_values for name in posted if name in names and (field_values := posted.getlist(name))}

    def error_list(self) -> list[dict[str, str]]:
        """Every error with a link to the input that it is about, for the error summary."""
        return [
            {"text": str(message), "href": f"#{field.error_id()}"}
            for field in self.questions
            for message in field.errors[:1]
        ]


def draw(field: AnswerField, environment: Environment, place: Titling) -> Markup:
    """The field as a GOV.UK component; `place` says what its label is on the page."""
    drawn = kept if field.blank else component
    return drawn(environment, field.template, field.macro, field.params(place))
