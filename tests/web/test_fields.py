"""Every type of question: what is accepted, what is kept, and what is said about the rest."""

from __future__ import annotations

import datetime as dt
from typing import Any, get_args

import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict

from webform.documents.form import Question, QuestionType
from webform.web.fields import FIELDS, PageForm, draw

TODAY = dt.date(2026, 5, 11)
OPTIONS = [
    {"value": "a", "label": "A"},
    {"value": "b", "label": "B"},
    {"value": "none", "label": "None", "alone": True},
]


def field_of(kind: str, typed: dict[str, Any], **rules: Any) -> Any:
    """One question with what was typed into it, validated."""
    needs = {"options": OPTIONS} if kind in ("radios", "checkboxes", "score") else {}
    question = Question.model_validate({"id": "q", "type": kind, "label": "What is it?", **needs, **rules})
    form = PageForm([question], TODAY)
    form.take(form.keep(MultiDict(typed)))
    form.validate()
    return form["q"]


def answer(kind: str, typed: dict[str, Any], **rules: Any) -> Any:
    """The answer that is kept; fails on an error."""
    field = field_of(kind, typed, **rules)
    assert not field.errors, field.errors
    return field.data


def fault(kind: str, typed: dict[str, Any], **rules: Any) -> tuple[str, str]:
    """The one error, and the input that its link lands on."""
    field = field_of(kind, typed, **rules)
    assert len(field.errors) == 1, (field.errors, field.data)
    return str(field.errors[0]), field.error_id()


def parts(day: str = "", month: str = "", year: str = "", **more: str) -> dict[str, str]:
    """What is typed into the parts of a date."""
    typed = {"q-day": day, "q-month": month, "q-year": year}
    return typed | {f"q-{name}": value for name, value in more.items()}


def test_every_type_has_a_field() -> None:
    """Each type of the schema can be asked, but for groups, which are pages."""
    assert set(get_args(QuestionType)) - set(FIELDS) == {"group"}


@pytest.mark.parametrize(
    ("kind", "typed", "kept"),
    [
        ("text", "  Zoe\u0308 \x00\r\n", "Zoë"),
        ("textarea", "one\r\ntwo\x07", "one\ntwo"),
        ("email", "Ann@People.EXAMPLE", "Ann@people.example"),
        ("phone", "(020) 7946-0123", "020 7946 0123"),
        ("phone", "+44 7700 900982", "07700 900982"),
        ("phone", "+48 22 123 45 67", "+48 22 123 45 67"),
        ("postcode", "sm45dx", "SM4 5DX"),
        ("number", "1,200", 1200),
        ("time", "10:30pm", "22:30"),
        ("time", "midnight", "00:00"),
        ("time", "9", "09:00"),
        ("radios", "a", "a"),
        ("yes-no", "no", "no"),
        ("declaration", "yes", "yes"),
    ],
)
def test_one_input_is_kept_tidily(kind: str, typed: str, kept: object) -> None:
    """What people type in their own way is kept in one way."""
    assert answer(kind, {"q": typed}) == kept


@pytest.mark.parametrize("kind", sorted(set(FIELDS)))
def test_missing_is_said_and_named(kind: str) -> None:
    """A required question left empty gives one error that links to its first input; an optional one gives none."""
    said, target = fault(kind, {})
    assert said
    assert target.partition("-")[0] == "q"
    assert answer(kind, {}, required=False) is None


def test_own_wording_wins() -> None:
    """The document's words for an error replace the default."""
    assert fault("text", {}, errors={"missing": "Enter your name"})[0] == "Enter your name"


@pytest.mark.parametrize(
    ("kind", "typed"),
    [
        ("email", "ann at people"), ("phone", "123"), ("phone", "none"), ("postcode", "12345"), ("number", "4.5"),
        ("number", "9" * 11), ("time", "25:00"), ("time", "13pm"), ("radios", "z"), ("yes-no", "maybe"),
    ],
)  # fmt: skip
def test_unreadable_is_refused(kind: str, typed: str) -> None:
    """What can't be read is refused, and still there to be mended."""
    field = field_of(kind, {"q": typed})
    assert len(field.errors) == 1
    assert field.part() == typed


def test_limits_are_enforced_on_the_server() -> None:
    """Lengths and amounts are checked here, whatever the browser lets through; a line break counts as one."""
    assert "1 too many" in fault("textarea", {"q": "x" * 11}, longest=10)[0]
    assert answer("textarea", {"q": "ab\r\ncd\r\nef"}, longest=8) == "ab\ncd\nef"
    assert "3 or more" in fault("number", {"q": "2"}, least=3)[0]
    assert "3 or fewer" in fault("number", {"q": "4"}, most=3)[0]
    assert "5 characters or more" in fault("text", {"q": "abc"}, least=5)[0]


def test_ticks() -> None:
    """Ticks keep the document's order; one that stands alone has none beside it; unknown ones are refused."""
    assert answer("checkboxes", {"q": ["b", "a"]}) == ["a", "b"]
    assert "not both" in fault("checkboxes", {"q": ["a", "none"]})[0]
    assert fault("checkboxes", {"q": ["a", "zz"]})


@pytest.mark.parametrize(
    ("typed", "part"),
    [
        (parts("", "5", "2026"), "day"),
        (parts("3", "", "2026"), "month"),
        (parts("3", "5", ""), "year"),
        (parts("32", "5", "2026"), "day"),
        (parts("31", "4", "2026"), "day"),
        (parts("29", "2", "2025"), "day"),
        (parts("3", "13", "2026"), "month"),
        (parts("3", "Mai", "2026"), "month"),
        (parts("3", "5", "26"), "year"),
        (parts("3", "5", "0000"), "year"),
        (parts("99999999999999999999", "5", "2026"), "day"),
        (parts("3", "5", "99999999999999999999"), "year"),
        (parts("²", "5", "2026"), "day"),
    ],
)
@pytest.mark.parametrize("kind", ["date", "approximate-date"])
def test_the_wrong_part_of_a_date_is_named(kind: str, typed: dict[str, str], part: str) -> None:
    """A date that is no date gives one error that lands on the part that is wrong, and never a fault of the server."""
    if kind == "approximate-date" and part == "day" and not typed["q-day"]:
        assert answer(kind, typed)["earliest"] == "2026-05-01"
    else:
        assert fault(kind, typed)[1] == f"q-{part}"


def test_dates() -> None:
    """Months may be named; limits are kept; a date comes back as it was."""
    assert answer("date", parts("3", "May", "2026")) == "2026-05-03"
    assert answer("date", parts("29", "feb", "2024")) == "2024-02-29"
    assert "past" in fault("date", parts("12", "5", "2026"), latest="today")[0]
    assert answer("date", parts("11", "5", "2026"), latest="today")
    assert "future" in fault("date", parts("10", "5", "2026"), earliest="today")[0]
    assert fault("date", parts("1", "1", "1890"), earliest="120 years ago")


@pytest.mark.parametrize(
    ("typed", "earliest", "latest"),
    [
        (parts("3", "4", "2026"), "2026-04-03", "2026-04-03"),
        (parts("", "2", "2024"), "2024-02-01", "2024-02-29"),
        (parts("", "", "2025"), "2025-01-01", "2025-12-31"),
        (parts("", "5", "2026"), "2026-05-01", "2026-05-11"),
        (parts("", "", "2026"), "2026-01-01", "2026-05-11"),
        (parts(words="in the school holidays"), None, None),
        (parts(unknown="yes"), None, None),
    ],
)
def test_rough_dates(typed: dict[str, str], earliest: str | None, latest: str | None) -> None:
    """Day, or day and month, may be left out; words or "I don't know" are answers; nothing reaches past today."""
    kept = answer("approximate-date", typed, latest="today")
    assert kept == {"earliest": earliest, "latest": latest, "words": typed.get("q-words", "")}
    again = PageForm([field_of("approximate-date", {}, required=False).question], TODAY).fill({"q": kept})["q"]
    assert {name: again.part(name.partition("-")[2]) for name in typed} == typed


def test_rough_date_needs_its_larger_parts() -> None:
    """A day without a month, or a month without a year, names the part that is missing."""
    assert fault("approximate-date", parts("3", "", "2026"))[1] == "q-month"
    assert fault("approximate-date", parts("", "4", ""))[1] == "q-year"
    assert fault("approximate-date", parts("", "6", "2026"), latest="today")[1] == "q-year"
    assert fault("approximate-date", parts(words="x" * 501))[1] == "q-words"


def test_address() -> None:
    """Any line may be given; the postcode is tidied; a line that is too long is named."""
    typed = {"q-line1": "1 Mill Lane", "q-town": "Morden", "q-postcode": "sm45dx"}
    assert answer("address", typed) == {"line1": "1 Mill Lane", "line2": "", "town": "Morden", "postcode": "SM4 5DX"}
    assert answer("address", {"q-line1": "x", "q-postcode": "abroad 1"})["postcode"] == "ABROAD 1"
    assert fault("address", {"q-line1": "x", "q-town": "y" * 201})[1] == "q-town"
    assert fault("address", {"q-town": "Morden"})[1] == "q-line1"


@pytest.mark.parametrize("kind", sorted(set(FIELDS)))
@pytest.mark.parametrize("place", ["heading", "label", "hidden"])
def test_error_links_land_on_inputs(app: Flask, kind: str, place: Any) -> None:
    """Each type is drawn with its error, and the error's link lands on an input; nothing asks the browser to judge."""
    field = field_of(kind, {}, hint="A hint")
    with app.test_request_context():
        drawn = str(draw(field, app.jinja_env, place))
    starts = [f'id="{field.error_id()}"' in tag for tag in drawn.split("<") if tag.startswith(("input", "textarea"))]
    assert any(starts)
    assert str(field.errors[0]).replace("'", "&#39;") in drawn
    assert " required" not in drawn
    assert ("<h1" in drawn) == (place == "heading")


def test_typed_html_is_shown_as_typed(app: Flask) -> None:
    """What somebody types can't become part of the page; line breaks of a long text come back as they were."""
    field = field_of("textarea", {"q": "<b>one</b>\n\n  two"})
    with app.test_request_context():
        drawn = str(draw(field, app.jinja_env, "label"))
    assert ">&lt;b&gt;one&lt;/b&gt;\n\n  two</textarea>" in drawn
