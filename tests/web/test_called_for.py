"""A question that an answer on its own page calls for: asked before the form goes on, and in nobody's way."""

from __future__ import annotations

from flask import Flask
from sqlalchemy import select

from tests.web.visitor import Visitor
from webform.records.store import db
from webform.records.tables import Draft

FORM = """
title = "A small form"
effect = "opens-case"
check = "Read it through."
done = "## Next\\n\\nKeep {reference}."

[[page]]
id = "danger"
title = "Danger"
[[page.question]]
id = "danger"
type = "yes-no"
label = "Is it dangerous?"
[[page.question]]
id = "why"
type = "text"
label = "Why?"
show_when = { danger = "yes" }
longest = 20
[[page.question]]
id = "note"
type = "text"
label = "A note"
required = false

[[page]]
id = "name"
[[page.question]]
id = "who"
type = "text"
label = "Who are you?"
means = "applicant.name"

[[flag]]
id = "danger"
label = "Danger"
when = { danger = "yes" }
alarm = true
"""


def kept(app: Flask) -> dict[str, object]:
    with app.app_context():
        return dict(db.session.scalars(select(Draft)).one().answers)


def test_it_is_asked_and_what_was_typed_stands(form_app: Flask, visitor: Visitor) -> None:
    """Yes calls for a why: the same page comes again with all that was typed, and then the form goes on."""
    visitor.post({"danger": "yes", "note": "A dog"})
    assert visitor.address.startswith("/form/danger")
    assert (visitor.value("note"), visitor.errors) == ("A dog", [])
    visitor.post({"danger": "yes", "why": "It bites", "note": "A dog"})
    assert visitor.address.startswith("/form/name")
    assert kept(form_app) == {"danger": "yes", "why": "It bites", "note": "A dog"}


def test_who_thinks_again_is_not_held_to_it(form_app: Flask, visitor: Visitor) -> None:
    """After yes, no: the why that was left empty, or is far too long, is not asked for any more."""
    visitor.post({"danger": "yes"})
    visitor.post({"danger": "no", "why": ""})
    assert (visitor.address, visitor.errors) == ("/form/name", [])
    visitor.get("/form/danger")
    visitor.post({"danger": "yes"})
    visitor.post({"danger": "no", "why": "Much too long for this question"})
    assert (visitor.address, visitor.errors) == ("/form/name", [])


def test_an_answer_to_it_from_another_window_is_kept(form_app: Flask, visitor: Visitor) -> None:
    """One window asks why; in a second one the answer is changed; what is typed in the first still counts."""
    visitor.post({"danger": "yes"})
    second = Visitor(visitor.client)
    second.get("/form/danger")
    second.post({"danger": "no", "why": ""})
    visitor.post({"danger": "yes", "why": "It bites", "note": "A dog"})
    assert visitor.address.startswith("/form/name")
    assert kept(form_app)["why"] == "It bites"


def test_help_is_offered_at_once(visitor: Visitor) -> None:
    """An answer that alarms is met with help on the page that comes next, although that is the same page again."""
    visitor.post({"danger": "yes"})
    assert "note=help" in visitor.address
    assert "999" in visitor.page.text


def test_who_saves_for_later_is_let_go(form_app: Flask, visitor: Visitor) -> None:
    """The button to come back later leads there, and the why is asked when they come back."""
    visitor.post({"danger": "yes", "for-later": "yes"})
    assert not visitor.address.startswith("/form/danger")
    assert kept(form_app)["danger"] == "yes"
    visitor.get("/form/")
    assert visitor.address == "/form/danger"
