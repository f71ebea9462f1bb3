"""What the points of score questions came to, time after time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from webform.documents.form import Form

from .bands import band
from .shown import Asked
from .summary import points


class Paper(Protocol):
    """A document as far as it matters here."""

    @property
    def kind(self) -> str: ...
    @property
    def number(self) -> int: ...
    @property
    def effective_at(self) -> dt.datetime: ...
    @property
    def answers(self) -> Any: ...


@dataclass(frozen=True)
class Score:
    """One time that something was scored: how many points of how many, which band that is, and in which document."""

    number: int
    at: dt.datetime
    points: int
    most: int
    band: str
    change: int  # since the time before


def scores(forms: Mapping[str, Form], papers: Iterable[Paper]) -> list[Score]:
    """Every time that a form with bands was filled in, in order."""
    found: list[Score] = []
    for paper in papers:
        form = forms.get(paper.kind)
        if form is None or not form.bands or not paper.answers:
            continue
        reached, total = band(Asked(form, paper.answers)), points(form, paper.answers) or 0
        before = found[-1].points if found else total
        label = reached.label if reached else ""
        found.append(Score(paper.number, paper.effective_at, total, most_points(form), label, total - before))
    return found


def most_points(form: Form) -> int:
    """The points that the worst of all answers would come to."""
    asked = (one for page in form.pages for one in page.questions if one.type == "score")
    return sum(max((option.points for option in one.options), default=0) for one in asked)
