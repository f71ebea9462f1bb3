"""The journey through any form: nothing typed is lost, every page is saved, the way ahead and back is right."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from sqlalchemy import select

from tests.moment import Moment
from tests.web.small_form import SMALL
from tests.web.visitor import Visitor, fill_in
from webform.documents.shelf import Shelves
from webform.records.store import db
from webform.records.tables import Case, Draft

FORM = SMALL


def draft_of(app: Flask) -> Draft:
    """The only draft."""
    with app.app_context():
        return db.session.scalars(select(Draft)).one()


def to_things(visitor: Visitor) -> None:
    """Answers everything before the list of things, with one thing."""
    visitor.post({"who": "Ann"})
    visitor.post({"danger": "no"})
    visitor.post({"thing_what": "A bang"})
    visitor.post({"thing_when-year": "2026"})
    visitor.post({"add-another": "no"})


def test_each_page_leads_to_the_next(visitor: Visitor) -> None:
    """One question a page, each POST a redirect, the section told, pages skipped whose condition does not hold."""
    assert (visitor.address, visitor.heading) == ("/form/who", "Who are you?")
    assert "Section 1 of 3: You" in visitor.page.text
    assert visitor.post({"who": "Ann"}, follow=False).status_code == 303
    visitor.get("/form/danger")
    visitor.post({"danger": "no"})
    assert visitor.address == "/form/thing-what/1"
    assert "Section 2 of 3: Things – Thing 1" in visitor.page.text


def test_back_leads_to_the_page_before(visitor: Visitor) -> None:
    """The back link goes to the page before, with its answer; the first one to the start page."""
    assert 'href="/merton/" class="govuk-back-link"' in visitor.page.text
    visitor.post({"who": "Ann"})
    assert 'href="/form/who" class="govuk-back-link"' in visitor.page.text
    visitor.get("/form/who")
    assert visitor.value("who") == "Ann"


def test_refused_input_is_kept(visitor: Visitor) -> None:
    """A page that can't be accepted shows what is wrong and keeps what was typed, also when it is opened again."""
    page = visitor.post({"who": "A name that is much too long"})
    assert page.status_code == 422
    assert "<title>Error: " in page.text
    assert visitor.errors == [("who", "“Who are you” must be 20 characters or fewer. You have 8 too many")]
    visitor.get("/form/who")
    assert visitor.value("who") == "A name that is much too long"
    visitor.post({"who": "Ann"})
    visitor.get("/form/who")
    assert visitor.value("who") == "Ann"


def test_old_token_costs_nothing(visitor: Visitor, form_app: Flask) -> None:
    """A POST with a token that is not ours saves nothing, and shows the same page with what was typed."""
    page = visitor.post({"who": "Ann", "csrf_token": "old"})
    assert page.status_code == 400
    assert (visitor.value("who"), draft_of(form_app).answers) == ("Ann", {})
    assert "press the button again" in page.text
    visitor.post({"who": visitor.value("who")})
    assert visitor.address == "/form/danger"


def test_alarming_answer_brings_advice_at_once(visitor: Visitor) -> None:
    """The page after an alarming answer opens with help, and the form goes on."""
    visitor.post({"who": "Ann"})
    visitor.post({"danger": "yes"})
    assert visitor.heading == "More about it"
    assert "You told us something that worries us" in visitor.page.text
    visitor.get("/form/more")
    assert "You told us something that worries us" not in visitor.page.text


def test_add_another(visitor: Visitor) -> None:
    """Entries are listed, each can be changed; another begins a new one; the list's own question must be answered."""
    to_things(visitor)
    assert visitor.heading == "The things"
    assert "Thing 1" in visitor.page.text
    assert visitor.post({}).status_code == 422
    assert visitor.errors == [("add-another", "Choose yes if you want to add another thing")]
    visitor.post({"add-another": "yes"})
    assert visitor.address == "/form/thing-what/2"
    assert 'href="/form/things" class="govuk-back-link"' in visitor.page.text
    visitor.post({"thing_what": "A shout"})
    assert visitor.address == "/form/thing-when/2"


def test_another_pressed_twice_adds_one(visitor: Visitor, form_app: Flask) -> None:
    """A new entry comes to be when its first page is saved; pressing that twice makes no second one."""
    to_things(visitor)
    visitor.post({"add-another": "yes"})
    fresh = visitor.page
    visitor.post({"thing_what": "A shout"})
    visitor.page = fresh
    visitor.post({"thing_what": "A shout"}, "/form/thing-what/2")
    assert [thing["thing_what"] for thing in draft_of(form_app).answers["things"]] == ["A bang", "A shout"]


def test_two_tabs_adding_lose_neither(visitor: Visitor, form_app: Flask) -> None:
    """Two windows that each add an entry end up with both."""
    to_things(visitor)
    visitor.post({"add-another": "yes"})
    other_tab = visitor.page
    visitor.post({"thing_what": "A shout"})
    visitor.page = other_tab
    visitor.post({"thing_what": "A smell"}, "/form/thing-what/2")
    assert visitor.address == "/form/thing-when/3"
    things = draft_of(form_app).answers["things"]
    assert [thing["thing_what"] for thing in things] == ["A bang", "A shout", "A smell"]


LONG = "x" * 300


def action(visitor: Visitor) -> str:
    """Where the form of the page leads."""
    found = re.search(r'<form method="post" action="([^"]+)"', visitor.page.text)
    assert found
    return found[1]


@pytest.mark.parametrize("accepted", [False, True])
def test_two_tabs_adding_what_cannot_be_accepted_lose_neither(
    visitor: Visitor, form_app: Flask, accepted: bool
) -> None:
    """Of two windows that each began an entry, one or both of which failed, neither loses what was typed in it."""
    to_things(visitor)
    other_tab = visitor.post({"add-another": "yes"})
    visitor.post({"thing_what": f"A shout {LONG}"}, action(visitor))
    first_tab, visitor.page = visitor.page, other_tab
    visitor.post({"thing_what": "A smell" if accepted else f"A smell {LONG}"}, action(visitor))
    if not accepted:
        assert visitor.value("thing_what") == f"A smell {LONG}"
        assert action(visitor) == "/form/thing-what/3"
        visitor.post({"thing_what": f"A bad smell {LONG}"}, action(visitor))  # still too long: the same entry
        visitor.post({"thing_what": "A smell"}, action(visitor))
    assert visitor.address == "/form/thing-when/3"
    visitor.get("/form/things")
    visitor.post({"add-another": "yes"})  # leads to the one that waits
    assert visitor.value("thing_what") == f"A shout {LONG}"
    visitor.page = first_tab
    visitor.post({"thing_what": "A shout"}, action(visitor))
    things = draft_of(form_app).answers["things"]
    assert sorted(thing["thing_what"] for thing in things) == ["A bang", "A shout", "A smell"]


def test_two_windows_on_one_page_keep_what_was_saved_last(visitor: Visitor, form_app: Flask) -> None:
    """One person who saves the same page from two windows means the last: that stands on check-your-answers."""
    visitor.post({"who": "Ann"})
    visitor.get("/form/who")
    visitor.post({"who": "Anne"})
    assert draft_of(form_app).answers["who"] == "Anne"


def test_most_entries(visitor: Visitor) -> None:
    """The list takes no more entries than it should, and says so."""
    to_things(visitor)
    for name in ("A shout", "A smell"):
        visitor.post({"add-another": "yes"})
        visitor.post({"thing_what": name})
        visitor.get("/form/things")
    assert visitor.post({"add-another": "yes"}).status_code == 422
    assert "up to 3" in visitor.errors[0][1]


def test_remove_asks_first(visitor: Visitor, form_app: Flask) -> None:
    """An entry goes only after a question; its address never leads to a later entry; pressing twice is harmless."""
    to_things(visitor)
    visitor.post({"add-another": "yes"})
    visitor.post({"thing_what": "A shout"})
    page = visitor.get("/form/things/2/remove")
    assert visitor.heading == "Do you want to remove thing 2?"
    assert len(draft_of(form_app).answers["things"]) == 2
    visitor.post({})
    visitor.page = page
    visitor.post({}, "/form/things/2/remove")
    assert [thing["entry"] for thing in draft_of(form_app).answers["things"]] == [1]
    visitor.get("/form/things")
    visitor.post({"add-another": "yes"})
    assert visitor.address == "/form/thing-what/3"


def test_group_within_a_group(visitor: Visitor, form_app: Flask) -> None:
    """An entry can have entries of its own."""
    visitor.post({"who": "Ann"})
    visitor.post({"danger": "no"})
    visitor.post({"thing_what": "A bang"})
    visitor.post({"thing_when-unknown": "yes"})
    assert visitor.address == "/form/words/1"
    visitor.post({"add-another": "yes"})
    assert visitor.address == "/form/word-to/1/1"
    assert "Thing 1, word 1" in visitor.page.text
    visitor.post({"word_to": "The council"})
    visitor.post({"add-another": "no"})
    assert visitor.address == "/form/things"
    assert draft_of(form_app).answers["things"][0]["words"] == [{"entry": 1, "word_to": "The council"}]


def test_change_returns_to_the_answers(visitor: Visitor) -> None:
    """A change link leads to one page and back, unless the change brings up something that is not answered yet."""
    to_things(visitor)
    visitor.post({"add-another": "no"})
    visitor.post({"agree": "yes"})
    assert visitor.heading == "Check your answers"
    visitor.get("/form/who?return=check")
    assert 'href="/form/check" class="govuk-back-link"' in visitor.page.text
    visitor.post({"who": "Bo"})
    assert visitor.address == "/form/check"
    visitor.get("/form/danger?return=check")
    visitor.post({"danger": "yes"})
    assert visitor.address.startswith("/form/more?return=check")
    visitor.post({"more": "It was"})
    assert visitor.address == "/form/check"


def test_question_with_a_condition(visitor: Visitor) -> None:
    """A question whose condition holds is asked beside the others of its page; one whose condition fails is not."""
    visitor.post({"who": "Ann"})
    visitor.post({"danger": "yes"})
    assert "And more still" in visitor.page.text
    visitor.get("/form/who")
    visitor.post({"who": "Bo"})
    visitor.get("/form/more")
    assert "And more still" not in visitor.page.text


def test_send_waits_for_every_answer(visitor: Visitor, form_app: Flask) -> None:
    """Check-your-answers can be seen at any time; sending too early leads to what is missing."""
    visitor.post({"who": "Ann"})
    page = visitor.get("/form/check")
    assert "Accept and send" not in page.text
    visitor.get("/form/danger")
    visitor.post({}, "/form/send")
    assert visitor.address == "/form/danger?return=check"
    with form_app.app_context():
        assert db.session.scalars(select(Case)).all() == []


def test_what_is_not_asked_any_more_is_not_sent(visitor: Visitor, form_app: Flask) -> None:
    """Answers on a path that was left stay in the draft, in case of a change of mind, and are not sent."""
    visitor.post({"who": "Ann"})
    visitor.post({"danger": "yes"})
    visitor.post({"more": "A secret"})
    visitor.get("/form/danger")
    visitor.post({"danger": "no"})
    assert draft_of(form_app).answers["more"] == "A secret"
    visitor.post({"thing_what": "A bang"})
    visitor.post({"thing_when-year": "2026"})
    visitor.post({"add-another": "no"})
    visitor.post({"add-another": "no"})
    visitor.post({"agree": "yes"})
    visitor.post({}, "/form/send")
    assert visitor.heading == "We have your form"
    with form_app.app_context():
        answers = db.session.scalars(select(Case)).one().documents[0].answers
    assert answers is not None
    assert "more" not in answers
    assert "unsaved." not in answers


def test_addresses_that_lead_nowhere(visitor: Visitor) -> None:
    """A page that does not exist is not found; one that is not asked now leads on to what is."""
    for address in ("/form/nothing", "/form/who/1", "/form/thing-what", "/form/who/x", "/form/things/9/8/remove"):
        assert visitor.client.get(address).status_code == 404, address
    for address in ("/form/more", "/form/thing-when/7", "/form/things/9/remove"):
        assert visitor.client.get(address).status_code == 303, address


def test_a_page_that_vanished_meanwhile_is_still_saved(visitor: Visitor, form_app: Flask) -> None:
    """What is typed on a page that another window has made needless is kept."""
    visitor.post({"who": "Ann"})
    visitor.post({"danger": "yes"})
    here = visitor.page
    visitor.get("/form/danger")
    visitor.post({"danger": "no"})
    visitor.page = here
    visitor.post({"more": "Typed in the other window"}, "/form/more")
    assert visitor.page.status_code == 200
    assert draft_of(form_app).answers["more"] == "Typed in the other window"


def test_save_for_later_keeps_half_an_answer(visitor: Visitor, form_app: Flask) -> None:
    """ "Save and come back later" keeps the page as it is, whether or not it could be accepted."""
    visitor.post({"who": "A name that is much too long", "for-later": "yes"})
    assert visitor.address == "/form/save"
    assert draft_of(form_app).answers["unsaved."] == {"who": {"who": ["A name that is much too long"]}}


def test_whole_request(app: Flask, now: Moment, shelves: Shelves) -> None:
    """A victim goes through the real request without script, and gets a reference and real dates."""
    from tests.victim import victim_in_merton

    person = Visitor(app.test_client())
    person.begin("merton")
    fill_in(person, shelves, victim_in_merton(), now().date())
    page = person.get("/form/check")
    assert "Loud music every weekend" in page.text
    person.post({}, "/form/send")
    assert person.heading == "We have your form"
    assert "12 May 2026" in person.page.text
    with app.app_context():
        answers = db.session.scalars(select(Case)).one().documents[0].answers
    assert answers == {**victim_in_merton(), "address": {**victim_in_merton()["address"], "line2": ""}}


def test_titles_name_the_section_and_not_the_question(visitor: Visitor) -> None:
    """What stays in the browser's history does not give away what was asked; the heading on the page does ask it."""
    title = re.search(r"<title>(.*?)</title>", visitor.page.text, re.S)
    assert title is not None
    assert "Who are you?" not in title[1]
    assert "Online form" in title[1]
    assert "Who are you?" in visitor.page.text
