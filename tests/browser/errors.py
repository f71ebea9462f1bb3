"""Every error that a question can raise, by its type, and how somebody causes it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from playwright.sync_api import FilePayload as File

from tests.browser.person import CHOSEN
from tests.evidence import bomb, picture
from webform.documents.form import Question
from webform.web.field_dates import WORDS_LONGEST
from webform.web.field_texts import SHORT, TextField
from webform.web.fields import FIELDS

DATES = ("date", "approximate-date")
FIRST_PART = {"date": "day", "approximate-date": "day", "address": "line1"}
UNREADABLE = {"email": "ann at home", "phone": "none", "postcode": "Morden", "number": "some", "time": "after tea"}


# Files that no question takes, by what is wrong with them.
BAD_FILES: dict[str, File] = {
    "empty": {"name": "empty.pdf", "mimeType": "application/pdf", "buffer": b""},
    "type": {"name": "program.jpg", "mimeType": "image/jpeg", "buffer": b"MZ" + bytes(300)},
    "broken": {"name": "cut.jpg", "mimeType": "image/jpeg", "buffer": picture(size=(300, 200))[:-300]},
    "pixels": {"name": "tiny.png", "mimeType": "image/png", "buffer": bomb()},
}


@dataclass(frozen=True)
class Mistake:
    """One thing to type that is wrong, and the input that the error has to lead to."""

    error: str
    inputs: dict[str, str]
    target: str
    file: File | None = None


def missing(question: Question) -> Mistake | None:
    """Leaving it out, if that is wrong."""
    if not question.required or question.type == "group":
        return None
    part = FIRST_PART.get(question.type)
    return Mistake("missing", {}, f"{question.id}-{part}" if part else question.id)


def mistakes(question: Question) -> Iterator[Mistake]:
    """Everything that can be typed wrong."""
    if question.type in DATES:
        yield from _dates(question)
    elif question.type == "address":
        yield Mistake("too_long", {f"{question.id}-line1": "x" * (SHORT + 1)}, f"{question.id}-line1")
    elif question.type == "checkboxes":
        alone = next((option.value for option in question.options if option.alone), None)
        if alone:
            yield Mistake("invalid", {"": alone}, question.id)
    elif question.type == "file":
        yield from (Mistake(error, {}, question.id, file) for error, file in BAD_FILES.items())
    elif question.type not in (*CHOSEN, "declaration", "group"):
        yield from _typed(question)


def _typed(question: Question) -> Iterator[Mistake]:
    field = FIELDS[question.type]
    assert issubclass(field, TextField)
    texts = {"too_long": "1" * ((question.longest or field.most) + 1), "invalid": UNREADABLE.get(question.type)}
    if question.type == "number":
        texts["too_low"] = None if question.least is None else str(question.least - 1)
        texts["too_high"] = None if question.most is None else str(question.most + 1)
    elif question.least:
        texts["too_short"] = "x" * (question.least - 1)
    for error, text in texts.items():
        if text is not None:
            yield Mistake(error, {question.id: text}, question.id)


def _dates(question: Question) -> Iterator[Mistake]:
    today = dt.datetime.now(dt.UTC).date()

    def mistake(error: str, part: str, day: int, month: int, year: int) -> Mistake:
        parts = {"day": day, "month": month, "year": year}
        return Mistake(error, {f"{question.id}-{name}": str(n) for name, n in parts.items()}, f"{question.id}-{part}")

    yield mistake("invalid", "day", 32, 3, today.year)
    if question.latest == "today":
        yield mistake("future", "year", 1, 3, today.year + 1)
    if question.earliest:
        yield mistake("past", "year", 1, 3, 1800)
    if question.type == "approximate-date":
        words = f"{question.id}-words"
        yield Mistake("too_long", {words: "x" * (WORDS_LONGEST + 1)}, words)


def names(question: Question) -> list[str]:
    """Every error that the type of the question can raise, as the tests count them."""
    if question.type == "group":
        return ["unchosen", "missing", "too_high"] if question.required else ["unchosen", "too_high"]
    first = missing(question)
    return ([first.error] if first else []) + [mistake.error for mistake in mistakes(question)]
