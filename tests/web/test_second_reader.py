"""A letter with a second reader at the desk: what the writer, the reader and others can press."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.moment import LONDON, Moment
from tests.second_reader import STEP, decided_outside, use, use_second_reader
from tests.victim import incident
from tests.web.desk import documents, join, open_referral, opened, press, sign_in
from tests.web.test_desk_forms import STEP as DECISION
from tests.web.test_desk_forms import decide, decision
from tests.web.test_panel_page import MEETING, put
from webform.cases.second_person import SECOND
from webform.house import EXTENSION
from webform.records.store import db
from webform.records.tables import Document

TEXT = {"subject": "About it", "markdown": "Dear Ann\n\nWe have it."}
ASKED = "somebody else who may decide has to agree"
ASK, YES, SEND = "Ask somebody else to read it", "I have read it: it can go", "Send by email"


MARK = re.compile(r'name="mark" value="([^"]+)"')


def mark_of(page: str) -> str:
    """What tells which words or answers somebody has before them."""
    found = MARK.search(page)
    assert found
    return found[1]


@pytest.fixture
def letter(app: Flask, desk: FlaskClient) -> Iterator[str]:
    """The address of a letter that the deputy has to read."""
    before = use_second_reader(app, "deputy")
    reference = opened(app)
    open_referral(desk, reference)
    yield f"/desk/case/{reference}/letter/{STEP}"
    app.extensions[EXTENSION] = before


@pytest.fixture
def dee(app: Flask) -> FlaskClient:
    """The browser of the deputy."""
    join(app, "dee@merton.example", "Dee Puty", "merton", "deputy")
    browser = app.test_client()
    sign_in(app, browser, "dee@merton.example")
    return browser


def sent(app: Flask, letter: str) -> list[str]:
    with app.app_context():
        return [str(one.body) for one in documents(app, letter.split("/")[3], STEP)]


def test_one_writes_and_another_reads(app: Flask, desk: FlaskClient, dee: FlaskClient, letter: str) -> None:
    """Nothing sends it before it was read; it stands on the day of the reader; then just these words go."""
    case = letter.split("/letter/")[0]
    assert "Send the letter now" not in desk.get(case).text
    page = desk.get(letter).text
    assert (ASK in page, SEND in page, "It is posted" in page) == (True, False, False)
    for do in ("send", "posted", "aside"):
        refused = press(desk, letter, page=letter, do=do, **TEXT)
        assert (refused.status_code, "somebody else has to read it" in refused.text) == (422, True)
        assert "We have it." in refused.text
    asked = press(desk, letter, page=letter, do="ask", **TEXT)
    assert "waits until somebody else has read it" in desk.get(asked.location).text
    mine = desk.get(letter).text
    assert ("It waits to be read" in mine, YES in mine, SEND in mine) == (True, False, False)
    assert "asks somebody else to read a letter" in dee.get("/desk/").text
    theirs = dee.get(letter).text
    assert ("asks you to read this letter" in theirs, YES in theirs, "We have it." in theirs) == (True, True, True)
    answer = press(dee, letter, page=letter, do="yes", **TEXT)
    assert "It can go now" in dee.get(answer.location).text
    page = desk.get(letter).text
    assert ("Dee Puty has read it" in page, SEND in page, "It is posted" in page) == (True, True, True)
    changed = press(desk, letter, page=letter, do="preview", subject="About it", markdown="Other words").text
    assert (ASK in changed, SEND in changed) == (True, False)
    assert press(desk, letter, page=letter, do="send", **TEXT).status_code == 303
    assert sent(app, letter) == [TEXT["markdown"]]


def test_it_comes_back_with_words(app: Flask, desk: FlaskClient, dee: FlaskClient, letter: str) -> None:
    """The reader has to say what should be changed; the writer reads it beside the letter, and nothing went."""
    press(desk, letter, page=letter, do="ask", **TEXT)
    empty = press(dee, letter, page=letter, do="back", why=" ", **TEXT)
    assert (empty.status_code, "Enter what should be changed" in empty.text) == (422, True)
    assert press(dee, letter, page=letter, do="back", why="Say <b>when</b>.", **TEXT).status_code == 303
    page = desk.get(letter).text
    assert "Say &lt;b&gt;when&lt;/b&gt;." in page
    assert (ASK in page, SEND in page) == (True, False)
    assert sent(app, letter) == []
    refused = press(desk, letter, page=letter, do="yes", **TEXT)
    assert (refused.status_code, "does not wait to be read" in refused.text) == (422, True)


# --- a decision against the test of the Act --------------------------------------------------------------------------


def test_a_refusal_against_the_act_counts_once_another_has_agreed(
    app: Flask, desk: FlaskClient, dee: FlaskClient
) -> None:
    """It waits as the writer's own, nobody files round it, and is on record with both names; or it goes back."""
    case = opened(app)
    open_referral(desk, case)
    form = decide(app, desk, case, decision("not-met", "Nobody could agree"))
    pressed = press(desk, f"{form}/send", page=f"{form}/check")
    assert "until somebody else who may decide has agreed" in desk.get(pressed.location).text
    assert documents(app, case, DECISION) == []
    mine, theirs = desk.get(f"{form}/").text, dee.get(f"{form}/").text
    assert ("Take it back" in mine, "I agree" in mine) == (True, False)
    assert ("Take it back" in theirs, "I agree" in theirs, "Nobody could agree" in theirs) == (False, True, True)
    assert ASKED in dee.get("/desk/").text.replace("\n", " ")
    typed = press(desk, f"{form}/reasons", page=f"{form}/", reasons="On second thoughts")
    assert ("On second thoughts" in typed.text, "Nobody could agree" in typed.text) == (True, True)
    mark = mark_of(theirs)
    for who, says in ((desk, "Somebody else who may decide"), (dee, "It was changed while you read it")):
        refused = press(who, f"{form}/second", page=f"{form}/", do="agree", mark=mark if who is desk else "older")
        assert (refused.status_code, says in refused.text) == (422, True)
    empty = press(dee, f"{form}/second", page=f"{form}/", do="disagree", mark=mark, why="")
    assert (empty.status_code, "Enter what should be changed" in empty.text) == (422, True)
    press(dee, f"{form}/second", page=f"{form}/", do="disagree", mark=mark, why="It has to be reviewed")
    assert "It has to be reviewed" in desk.get(f"/desk/case/{case}").text
    assert press(desk, f"{form}/send", page=f"{form}/check").status_code == 303
    press(desk, f"{form}/second", page=f"{form}/", do="take-back")
    press(desk, f"{form}/send", page=f"{form}/check")
    assert documents(app, case, DECISION) == []
    assert press(dee, f"{form}/second", page=f"{form}/", do="agree", mark=mark).status_code == 303
    (filed,) = documents(app, case, DECISION)
    with app.app_context():
        assert filed.author == "Sam Spoc"
        papers = db.session.scalars(select(Document.body).where(Document.kind == SECOND)).all()
    assert ["Dee Puty has agreed" in str(one) and "Sam Spoc" in str(one) for one in papers] == [True]
    assert "has to agree" not in desk.get("/desk/").text


def test_nobody_else_is_asked_where_the_act_is_not_refused(app: Flask, desk: FlaskClient) -> None:
    """A threshold that is met, and a refusal where the test of the Act is not met, count at once."""
    few = {"incidents": [incident(1, "2026-03-06", "2026-03-07")]}
    for answer, changes in (("met", {}), ("not-met", few)):
        case = opened(app, **changes)
        open_referral(desk, case)
        form = decide(app, desk, case, decision(answer, "For these reasons"))
        assert press(desk, f"{form}/send", page=f"{form}/check").status_code == 303
        assert len(documents(app, case, DECISION)) == 1


def test_who_has_begun_one_of_their_own_goes_on_with_it(app: Flask, desk: FlaskClient, dee: FlaskClient) -> None:
    """What waits stands before them first; their own stays whole, and counts if it is filed."""
    case = opened(app)
    open_referral(desk, case)
    form = decide(app, dee, case, decision("met", "Three reports"))
    decide(app, desk, case, decision("not-met", "Nobody could agree"))
    press(desk, f"{form}/send", page=f"{form}/check")
    page = dee.get(f"{form}/").text
    assert ("I agree" in page, "Go on with what you have filled in yourself" in page) == (True, True)
    assert "Three reports" in dee.get(f"{form}/check").text
    assert press(dee, f"{form}/send", page=f"{form}/check").status_code == 303
    assert [one.author for one in documents(app, case, DECISION)] == ["Dee Puty"]
    assert "already done by Dee Puty" in desk.get(f"{form}/").text


def test_what_waits_and_was_overtaken_leaves_no_task(app: Flask, desk: FlaskClient, dee: FlaskClient) -> None:
    """A correction to a no waits; meanwhile somebody corrects the same decision. Put away, nobody is asked any more."""
    case = opened(app)
    open_referral(desk, case)
    put(app, case, DECISION, decision("met", "It is"))
    [decided] = documents(app, case, DECISION)
    form = f"/desk/case/{case}/form/correction.0.{decided.number}"
    why = {"correction_kind": "wrong", "correction_why": "A slip."}
    no = {"decision": "not-met", "decided_on-day": "11", "decided_on-month": "5", "decided_on-year": "2026"}
    sam = {"correction": why, "decision": {**no, "decided_by": "All"}, "other-help": {"other_help": ""}}
    for who, pages in ((desk, sam), (dee, {"correction": why, "reasons": {"reasons": "All three"}})):
        for page, answers in pages.items():
            press(who, f"{form}/{page}", page=f"{form}/{page}", **answers)
    for who in (desk, dee):
        press(who, f"{form}/send", page=f"{form}/check")
    assert ASKED in desk.get("/desk/").text.replace("\n", " ")
    assert "already done by Dee Puty" in desk.get(f"{form}/").text
    press(desk, f"{form}/put-away", page=f"{form}/")
    assert ASKED not in desk.get("/desk/").text.replace("\n", " ")


# --- a decision from outside that the vote does not bear out ----------------------------------------------------------


@pytest.fixture
def outside(app: Flask, desk: FlaskClient, now: Moment) -> Iterator[str]:
    """A case in which the police decide after a vote that nobody has given yet."""
    before = use(app, decided_outside(app.extensions[EXTENSION].shelves))
    now.is_("2026-05-11 10:00")
    reference = opened(app)
    open_referral(desk, reference)
    for step, answers in (("panel-meeting", MEETING), ("votes-asked", {"vote_by": "2026-05-18"})):
        put(app, reference, step, answers)
    yield reference
    app.extensions[EXTENSION] = before


def test_a_decision_from_outside_counts_from_the_day_it_came(
    app: Flask, desk: FlaskClient, dee: FlaskClient, now: Moment, outside: str
) -> None:
    """It came on the 21st and waited until the 25th: it counts from the 21st, which both officers see."""
    now.is_("2026-05-22 10:00")
    sign_in(app, desk)
    form = decide(app, desk, outside, {**decision("met", "They say so"), "ground": "discretion"})
    day = {"came_on-day": "21", "came_on-month": "5", "came_on-year": "2026"}
    press(desk, f"{form}/how-it-came", page=f"{form}/how-it-came", **day)
    pressed = press(desk, f"{form}/send", page=f"{form}/check")
    assert "until somebody else who may decide has agreed" in desk.get(pressed.location).text
    now.is_("2026-05-25 10:00")
    sign_in(app, dee, "dee@merton.example")
    page = dee.get(f"{form}/").text
    assert ("It came on" in page, "21 May 2026" in page) == (True, True)
    mark = mark_of(page)
    press(dee, f"{form}/second", page=f"{form}/", do="agree", mark=mark)
    [filed] = documents(app, outside, DECISION)
    assert filed.effective_at == dt.datetime(2026, 5, 21, 12, tzinfo=LONDON)
    assert "came_on" not in filed.answers
