"""What is known of a councillor or MP before they begin a form: their own details, filled in for them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from webform.documents.form import Form, Question
from webform.roster import Elected, Kind

from .journey import Place, Way


def at_hand(form: Form, elected: Elected) -> dict[str, Any]:
    """The answers that they would give about themselves, wherever the form asks for them."""
    own = {"applicant.name": elected.name, "applicant.email": elected.email}
    asked = {question.id: own[meaning] for meaning in own if (question := form.meaning(meaning))}
    return {**dict(_chosen(form, elected.kind)), **asked}


def _chosen(form: Form, kind: Kind) -> Iterator[tuple[str, str]]:
    for page in form.pages:
        for question in page.questions if page.each is None else ():
            yield from ((question.id, one) for one in _choices(question, kind)[:1])


def _choices(question: Question | None, kind: str) -> list[str]:
    return [option.value for option in question.options if kind in option.seats] if question else []


def answered(form: Form, answers: dict[str, Any], today: dt.date) -> list[str]:
    """The pages on which nothing is left to say, as drafts write down what was visited."""
    way = Way(form, answers, today)
    whole = [place for place in way.places if _is_whole(way, place, answers)]
    return [str(place) for place in whole]


def _is_whole(way: Way, place: Place, answers: dict[str, Any]) -> bool:
    return not place.path and all(question.id in answers for question in way.questions(place))


def asks_as(form: Form, relationship: object, kind: str) -> bool:
    """Whether that answer says that whoever asks is the councillor or MP of the person they ask for."""
    return relationship in _choices(form.meaning("applicant.relationship"), kind)
