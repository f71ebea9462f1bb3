"""Members of a panel at their own pages, and what the desk sees of their vote."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.web.desk import case_number, documents, open_referral, opened, press
from tests.web.party import give_word, links, open_page
from tests.web.test_desk_forms import decide, decision
from tests.web.test_party_page import fill_in, form_address
from tests.web.visitor import Visitor
from webform.cases.file_document import file_document
from webform.cases.people import Author
from webform.house import house
from webform.records.store import begin_writing, db
from webform.records.tables import Case

INTEREST, VOTE = "Say whether you have an interest", "Vote on the threshold"
MEETING = {"meeting_on": "2026-05-20", "meeting_fixed": "yes", "chair_involved": "no", "others": ["none"]}
REASON = "Quokkas told me"


def put(app: Flask, reference: str, step: str, answers: dict[str, Any]) -> None:
    """The point of contact files a form of a step."""
    with app.app_context():
        begin_writing()
        case = db.session.get_one(Case, case_number(reference))
        rule = house().shelves.procedures[case.area].step(step)
        form = house().shelves.forms[str(rule and rule.fill)]
        file_document(case, step, form, answers, author=Author("Sam Spoc", "spoc"), now=case.opened_at)
        db.session.commit()


@pytest.fixture
def case(app: Flask, desk: FlaskClient) -> str:
    """A case whose panel is called and asked to vote."""
    reference = opened(app)
    open_referral(desk, reference)
    put(app, reference, "panel-meeting", MEETING)
    put(app, reference, "votes-asked", {"vote_by": "2026-05-18"})
    return reference


def member(app: Flask, case: str, role: str) -> Visitor:
    """A member at their page, by the link that was mailed last."""
    give_word(app, case, word=f"word of {role}", role=role)
    link = links(app, f"{role}.mailbox@merton.example")[-1]
    visitor = open_page(Visitor(app.test_client()), link, word=f"word of {role}")
    assert visitor.heading == "Your page"
    return visitor


def declares(visitor: Visitor, home: str, interest: str = "no") -> None:
    """A member says whether they have an interest."""
    what = [{"interest_what": "I managed them"}] if interest == "yes" else []
    fill_in(visitor, INTEREST, {"interest": interest}, *what, {"declared_by": "Pat"})
    assert visitor.heading == "We have it"
    visitor.get(home)


def votes(visitor: Visitor, home: str, said: str) -> None:
    """A member votes, and is back at their page."""
    fill_in(visitor, VOTE, {"vote": said}, {"vote_why": REASON}, {"voted_by": "Pat"})
    visitor.get(home)


def test_three_members_and_one_interest(app: Flask, desk: FlaskClient, case: str) -> None:
    """Each votes on a page of their own, one is kept out by an interest, and the desk reads what it comes to."""
    police, clarion, safer = (member(app, case, role) for role in ("police", "clarion", "safer-merton"))
    homes = {id(one): one.address for one in (police, clarion, safer)}
    assert f">{VOTE}</a>" not in police.page.text  # first the interest
    number = re.findall(r"/form/(\d+)/", form_address(police, INTEREST))[0]
    assert "Pass it on to a colleague" not in police.page.text
    assert police.get(f"{homes[id(police)]}colleague/{number}").status_code == 404
    police.get(homes[id(police)])
    for one in (police, safer):
        declares(one, homes[id(one)])
        assert f">{VOTE}</a>" in one.page.text
    fill_in(clarion, INTEREST, {"interest": "yes"}, {"interest_what": "I managed them"}, {"declared_by": "Pat"})
    assert (clarion.heading, "your page is closed" in clarion.page.text) == ("We have it", True)
    assert clarion.get(homes[id(clarion)]).status_code == 403
    assert "Votes are still to come" in desk.get(f"/desk/case/{case}").text
    votes(police, homes[id(police)], "yes")
    votes(safer, homes[id(safer)], "no")
    page = desk.get(f"/desk/case/{case}").text
    assert ("The vote is no." in page, "and is not counted" in page, REASON in page) == (True, True, True)
    votes(safer, homes[id(safer)], "yes")
    page = desk.get(f"/desk/case/{case}").text
    assert "The vote is yes." in page
    assert "The vote is yes." in desk.get(f"/desk/case/{case}/form/threshold-decision/decision").text
    assert len(documents(app, case, "vote")) == 3


def test_no_member_reads_of_another_and_the_person_of_none(app: Flask, desk: FlaskClient, case: str) -> None:
    """A vote stands on no other page: not another member's, and not whoever's case it is."""
    police, clarion = member(app, case, "police"), member(app, case, "clarion")
    home, other = police.address, clarion.address
    declares(police, home)
    vote = form_address(police, VOTE)
    votes(police, home, "no")
    assert REASON not in police.page.text
    declares(clarion, other)
    assert REASON not in clarion.page.text
    numbers = re.findall(r"/form/(\d+)/", vote)
    assert clarion.client.get(vote).status_code == 403  # the police's page is not open here
    assert REASON not in clarion.get(f"{other}form/{numbers[0]}/").text
    ann = Visitor(app.test_client())
    give_word(app, case)
    open_page(ann, links(app)[-1])
    assert (ann.heading, REASON in ann.page.text, "interest" in ann.page.text) == ("Your page", False, False)


def test_a_decision_against_the_vote_waits_for_a_second_person(app: Flask, desk: FlaskClient, case: str) -> None:
    """It is its writer's until somebody else agrees, and the page says why."""
    form = decide(app, desk, case, {**decision("met", "It is"), "ground": "discretion"})
    pressed = press(desk, f"{form}/send", page=f"{form}/check")
    assert "until somebody else who may decide has agreed" in desk.get(pressed.location).text
    assert "The votes of the panel do not bear this out." in desk.get(f"{form}/").text
    assert documents(app, case, "threshold-decision") == []
