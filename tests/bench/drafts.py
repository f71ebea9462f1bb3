"""Requests that are complete and only wait to be sent: made beside the pages, so that a bench need not type them."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import select

from tests.faults.stage import Stage
from tests.victim import victim_in_merton
from webform.records.store import begin_writing, db
from webform.records.tables import Draft
from webform.rules.journey import places

from .walk import AREA, begin


def address_of_applicant(number: int) -> str:
    """The email address in request number so and so."""
    return f"person{number}@people.example"


def complete(made: Stage, count: int) -> Iterator[dict[str, str]]:
    """The cookies of so many browsers, each with a request that is ready to be sent."""
    form = made.shelves.forms[made.shelves.procedures[AREA].area.opens_with]
    for number in range(count):
        answers = victim_in_merton(email=address_of_applicant(number))
        client = made.app.test_client()
        begin(client)
        with made.app.app_context():
            begin_writing()
            draft = db.session.scalars(select(Draft).order_by(Draft.id.desc()).limit(1)).one()
            draft.answers, draft.visited = answers, [str(place) for place in places(form, answers)]
            db.session.commit()
        cookie = client.get_cookie("session")
        assert cookie is not None
        yield {"session": cookie.value}
