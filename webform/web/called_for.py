"""Questions that an answer on their own page calls for: they come up once it is given, and go away with it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from flask import request

from webform.documents.form import Page, Question
from webform.rules.journey import Place, Way, with_entry_answers

from .fields import PageForm

if TYPE_CHECKING:
    from .form_pages import Filling


def asked_of(filling: Filling, page: Page, place: Place) -> tuple[Question, ...]:
    """What the page asks, and what it asked in the window that posts it, if another has changed an answer since."""
    asked = filling.way.questions(place) or page.questions
    fields = PageForm([one for one in page.questions if one not in asked], filling.today).questions
    posted = {field.name for field in fields if any(name in request.form for name in field.input_names())}
    return tuple(one for one in page.questions if one in asked or one.id in posted)


def is_good(filling: Filling, page_form: PageForm, place: Place) -> bool:
    """Whether the page can be saved. What its other answers do not call for any more is in nobody's way."""
    if page_form.validate():
        return True
    answers = with_entry_answers(filling.form, filling.answers, place, page_form.good())
    still = {question.id for question in Way(filling.form, answers, filling.today).questions(place)}
    page_form.leave_out(page_form.errors.keys() - still)
    return not page_form.errors


def asks_more(filling: Filling, place: Place, asked: Iterable[Question]) -> bool:
    """Whether an answer on the page calls for another one there, which the page could not show before."""
    before = {question.id for question in asked}
    return any(one.required and one.id not in before for one in filling.way.questions(place))
