"""The quick check: a few questions that follow from the procedure, an answer with reasons, and never a wall."""

from __future__ import annotations

import datetime as dt
import html
import re
from collections.abc import Iterable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.datastructures import MultiDict

from tests.moment import Moment
from webform.documents.procedure import Procedure
from webform.documents.shelf import Shelves
from webform.records.store import db
from webform.records.tables import Case, Draft
from webform.rules.eligibility import look, questions_of
from webform.rules.finding import Result
from webform.web.eligibility import LOOKS

MUST, CAN, NOT_YET, PERSON = (LOOKS[one] for one in ("met mandatory", "met local", "not met", "needs judgement"))
Typed = dict[str, Any]


@pytest.fixture
def monday(now: Moment) -> Moment:
    """11 May 2026."""
    return now


def text_of(page: str) -> str:
    """What a reader sees."""
    main = page.partition("<main")[2].partition("</main>")[0]
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", main)).split())


def heading(page: str) -> str:
    """The heading of the page."""
    found = re.search(r"<h1[^>]*>(.*?)</h1>", page, re.DOTALL)
    return html.unescape(found[1].strip()) if found else ""


def told(things: int, **changes: Any) -> Typed:
    """Somebody's answers in Merton: reports of this year, one kind of problem, nothing done."""
    answers: Typed = {
        "things": str(things), "report_agency": ["council"], "incident_problem": ["noise"], "report_named": ["yes"],
        "one_problem": "yes", "action_taken": "none",
    }  # fmt: skip
    for number in range(1, things + 1):
        answers |= dated("incident_date", number, f"{number}-4-2026") | dated("report_date", number, "20-4-2026")
    return {**answers, **changes}


def dated(question: str, number: int, date: str) -> Typed:
    """A date as it is typed; '' is "I don't know"."""
    name = f"{question}_{number}"
    if not date:
        return {f"{name}-unknown": "yes", f"{name}-day": "", f"{name}-month": "", f"{name}-year": ""}
    day, month, year = date.split("-")
    return {f"{name}-day": day, f"{name}-month": month, f"{name}-year": year}


def ask(client: FlaskClient, answers: Typed, area: str = "merton") -> str:
    """The page with the answer."""
    posted = client.post(f"/{area}/check", data=MultiDict(answers | {"go": "answer"}))
    assert posted.status_code == 200, text_of(posted.text)
    return posted.text


YEAR_AGO = {**dated("incident_date", 1, "1-4-2025"), **dated("report_date", 1, "2-4-2025")}
LATE = {key: value for n in (1, 2, 3) for key, value in dated("incident_date", n, "1-1-2026").items()}
UNKNOWN = {
    key: value
    for n in (1, 2, 3)
    for question in ("incident_date", "report_date")
    for key, value in dated(question, n, "").items()
}


@pytest.mark.parametrize(
    ("answers", "looks"),
    [
        (told(3), MUST),
        (told(3, action_taken="some"), MUST),  # the law asks for reports, not for silence
        (told(3, **LATE), CAN),  # reported too late for the law's month, not for the area's rule
        (told(3, **LATE, action_taken="some"), NOT_YET),
        (told(3, **LATE, action_taken="unsure"), PERSON),
        (told(3, **YEAR_AGO), NOT_YET),
        (told(3, **UNKNOWN), PERSON),
        (told(2), NOT_YET),
        (told(1), NOT_YET),
        (told(0), NOT_YET),
        (told(3, **LATE, report_agency=["private-landlord"]), NOT_YET),
        (told(3, **LATE, report_agency=["council", "private-landlord"]), PERSON),
        (told(3, **LATE, report_agency=["not-known"]), PERSON),
        (told(3, **LATE, report_agency=["council", "police"]), CAN),
    ],
    ids=str,
)  # fmt: skip
def test_the_answer_is_the_engines(client: FlaskClient, monday: Moment, answers: Typed, looks: str) -> None:
    """By hand, for a request on 11 May 2026: who must have a review, who can, who not yet, and who knows."""
    page = ask(client, answers)
    assert heading(page) == looks
    assert "You can ask anyway" in page
    assert re.search(r'<a href="/merton/#begin"[^>]*role="button"', page), "every answer leads on to the form"


def test_reasons_are_given_for_every_way(client: FlaskClient, monday: Moment, shelves: Shelves) -> None:
    """The law's test and each rule of the area, whether it looks met, what was counted, what was left out."""
    said = text_of(ask(client, told(3, **YEAR_AGO)))
    for route in shelves.procedures["merton"].threshold.routes:
        assert " ".join(route.says.split()) in said
    assert "At least 3 separate incidents are needed. Counted: 2." in said
    assert "Incident 1: It was reported on 2 April 2025." in said
    assert said.count("This does not look met.") == 2
    assert "only a first idea" in said


def test_the_first_page_asks_what_this_threshold_asks(shelves: Shelves) -> None:
    """The questions follow from what routes and exclusions read; the baseline asks for nothing but dates."""
    form = shelves.forms["request"]
    standard = questions_of(shelves.procedures["standard"], form)
    assert (standard.things, standard.about_reports, standard.in_all) == (3, (), ())
    merton = questions_of(shelves.procedures["merton"], form)
    assert {one.id for one in merton.about_reports} == {"report_agency", "incident_problem", "report_named"}
    assert {one.id for one in merton.in_all} == {"one_problem", "action_taken"}
    assert [one.means for one in merton.dates] == ["incident.date", "report.date"]


def test_a_threshold_nobody_has_seen_brings_its_own_questions(shelves: Shelves) -> None:
    """Hate, several people, five things: whatever a document asks for is asked for, in the form's words."""
    route = {
        "id": "own", "source": "1",
        "all": [
            {"at_least": {"reports": 5}, "among": {"when": {"incident.hate": "yes"}}},
            {"at_least": {"agencies": 2}}, {"when": {"behaviour.continuing": "yes"}},
            {"when": {"request.others_count": {"at_least": 4}}},
        ],
    }  # fmt: skip
    standard = shelves.procedures["standard"]
    raw = standard.model_dump(by_alias=True, exclude_defaults=True) | {"threshold": {"route": [route]}}
    asks = questions_of(Procedure.model_validate(raw), shelves.forms["request"])
    assert asks.things == 5
    assert [one.means for one in asks.about_reports] == ["incident.hate", "report.agency"]
    assert [one.id for one in asks.in_all] == ["continuing", "others_count"]
    words = {one.id: (one.label, page.title) for page in shelves.forms["request"].pages for one in page.questions}
    assert all(one.label in words[one.id] for one in (*asks.about_reports, *asks.in_all))
    assert "Who was it reported to?" in [one.label for one in asks.about_reports], "“Organisation” alone asks nothing"


def test_what_is_told_in_free_words_is_left_to_a_person(shelves: Shelves) -> None:
    """A condition on a line of text asks nothing here: nobody types twice, and the answer is that a person looks."""
    route = {"id": "own", "source": "1", "all": [{"when": {"request.headline": {"empty": False}}}]}
    standard = shelves.procedures["standard"]
    raw = standard.model_dump(by_alias=True, exclude_defaults=True) | {"threshold": {"route": [route]}}
    procedure, form = Procedure.model_validate(raw), shelves.forms["request"]
    asks = questions_of(procedure, form)
    assert (asks.about_reports, asks.in_all) == ((), ())
    finding, sure = look(procedure, form, [], {}, {}, dt.date(2026, 5, 11))
    assert (finding.result, sure) == ("not met", False), "which is shown as a person having to look"


def test_every_area_can_be_checked(client: FlaskClient, monday: Moment, shelves: Shelves) -> None:
    """In every shipped area the check leads from the first question to an answer, whatever its threshold is."""
    for area in shelves.areas():
        page = client.get(f"/{area.id}/check").text
        if not area.threshold.routes:
            assert heading(page) == "You can ask"
            assert f'href="/{area.id}/#begin"' in page
            continue
        asks = questions_of(area, shelves.forms[area.area.opens_with])
        first = {one.id: one.options[0].value for one in (*asks.about_reports, *asks.in_all) if one.options}
        dates: Typed = {}
        for number in range(1, asks.things + 1):
            dates |= dated("incident_date", number, "1-4-2026") | dated("report_date", number, "2-4-2026")
        answer = ask(client, first | dates | {"things": str(asks.things)}, area.id)
        assert heading(answer) == MUST, area.id  # three reports within a month of what happened: the Act
        assert "You can ask anyway" in answer


def test_nothing_is_kept(app: Flask, client: FlaskClient, monday: Moment) -> None:
    """No cookie, no draft, no case, and nothing of what was typed in an address."""
    answers = [
        client.get("/merton/check"), client.post("/merton/check", data=MultiDict(told(3))),
        client.post("/merton/check", data=MultiDict(told(3) | {"go": "answer"})),
    ]  # fmt: skip
    assert not [answer for answer in answers if "Set-Cookie" in answer.headers]
    assert not any(
        "noise" in address for page in answers for address in re.findall(r'(?:href|action)="([^"]*)"', page.text)
    )
    with app.app_context():
        assert [db.session.scalar(select(func.count()).select_from(table)) for table in (Draft, Case)] == [0, 0]


def test_dates_come_on_a_page_of_their_own(client: FlaskClient, monday: Moment) -> None:
    """As many as there are things, three at most here; with none there is nothing to date."""
    for things, asked in (("1", 1), ("2", 2), ("3", 3)):
        page = client.post("/merton/check", data=MultiDict(told(0) | {"things": things})).text
        assert heading(page) == "When was it?"
        assert len(set(re.findall(r'name="(report_date_\d)-year"', page))) == asked
    assert heading(client.post("/merton/check", data=MultiDict(told(0))).text) == NOT_YET


def test_what_is_missing_is_said_and_nothing_is_lost(client: FlaskClient, monday: Moment) -> None:
    """An unanswered question is named with a link to it; what was answered is still there."""
    answer = client.post("/merton/check", data=MultiDict({"things": "2", "one_problem": "yes"}))
    assert answer.status_code == 422
    assert 'href="#report_agency"' in answer.text
    assert re.search(r'value="yes"[^>]*checked', answer.text)
    dates = client.post("/merton/check", data=MultiDict(told(1) | {"report_date_1-year": "", "go": "answer"}))
    assert dates.status_code == 422
    assert 'href="#report_date_1-year"' in dates.text
    assert carried(dates.text) >= {("report_agency", "council"), ("things", "1")}


def test_answers_can_be_changed(client: FlaskClient, monday: Moment) -> None:
    """From the answer back to the first page, with everything as it was, the dates along."""
    page = client.post("/merton/check", data=MultiDict(told(2) | {"go": "back"})).text
    assert heading(page) == "Check if you can ask"
    assert re.search(r'name="things"[^>]*value="2"[^>]*checked', page)
    assert ("report_date_2-day", "20") in carried(page)


def carried(page: str) -> set[tuple[str, str]]:
    """What the page carries along unseen."""
    return set(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page))


def test_no_answer_reads_like_a_decision() -> None:
    """Whatever the finding is, the page has words for it that leave the decision to a person."""
    results: Iterable[Result] = ("met mandatory", "met local", "met at discretion", "not met", "needs judgement",
                                 "not suitable")  # fmt: skip
    assert set(LOOKS) == set(results)
    assert all(re.search("looks? as if|person|may be", words) for words in LOOKS.values())
