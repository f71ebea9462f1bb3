"""Bands of points: what the answers to the score questions of a form add up to."""

from __future__ import annotations

from webform.documents.form import Band, Question

from .shown import Asked

BAND = "band"  # STEP.band in a condition


def band(asked: Asked) -> Band | None:
    """The highest band that the points reach; None if the form has none, or what nobody said may decide it."""
    ranges = [reach for _, _, question in asked.place_of.values() for reach in _reaches(asked, question)]
    lowest = _reached(asked, sum(low for low, _ in ranges))
    highest = _reached(asked, sum(high for _, high in ranges))
    return lowest if lowest == highest else None


def _reached(asked: Asked, points: int) -> Band | None:
    reached = [one for one in asked.form.bands if one.at_least <= points]
    return max(reached, key=lambda one: one.at_least, default=None)


def _reaches(asked: Asked, question: Question) -> list[tuple[int, int]]:
    """The least and the most points that a score question comes to, entry by entry."""
    if question.type != "score":
        return []
    _, page, _ = asked.place_of[question.id]
    seen = asked.entries(page.each, (), ())
    return [_reach(question, holder.get(question.id)) for path, holder in seen if asked.question_shows(question, path)]


def _reach(question: Question, value: object) -> tuple[int, int]:
    """One answer's points. One that has to be given and was not, or says "I do not know", may come to any of them."""
    worth = {option.value: option.points for option in question.options if not option.unknown}
    if value in worth:
        return worth[str(value)], worth[str(value)]
    is_open = question.required or any(option.value == value for option in question.options)
    return (min(worth.values()), max(worth.values())) if is_open and worth else (0, 0)
