"""Bands of points: what the answers to the score questions of a form add up to."""

from __future__ import annotations

from webform.documents.form import Band

from .shown import Asked

BAND = "band"  # STEP.band in a condition


def points(asked: Asked) -> int:
    """The points of every score question that was asked and answered, entry by entry."""
    total = 0
    for _, _, question in asked.place_of.values():
        if question.type == "score":
            worth = {option.value: option.points for option in question.options}
            total += sum(worth.get(value, 0) for value in asked.values(question.id))
    return total


def band(asked: Asked) -> Band | None:
    """The highest band that the points reach; None if the form has none."""
    total = points(asked)
    reached = [one for one in asked.form.bands if one.at_least <= total]
    return max(reached, key=lambda one: one.at_least, default=None)
