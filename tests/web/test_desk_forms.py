"""Forms that officers fill in: for a case, and for somebody on the phone."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from tests.victim import victim_in_merton
from tests.web.desk import documents, join, open_referral, opened, press, sign_in, token_of
from webform.house import house
from webform.records.store import begin_writing, db
from webform.records.tables import Case, Draft
from webform.rules.journey import places

KIT = "kit.deputy@merton.example"


@pytest.fixture
def case(app: Flask, desk: FlaskClient) -> str:
    """A case that Sam has opened."""
    reference = opened(app)
    open_referral(desk, reference)
    return reference


def drafts(app: Flask) -> int:
    """How many drafts there are."""
    with app.app_context():
        return int(db.session.scalar(select(func.count()).select_from(Draft)) or 0)


@pytest.mark.parametrize("number", ["9" * 25, "1." + "9" * 25, "3000000000", "9" * 5000])
def test_numbers_that_no_row_has_are_answered(desk: FlaskClient, case: str, number: str) -> None:
    """However big a number somebody types into an address, the desk has an answer, and files nothing."""
    for path in (f"form/risk-matrix.{number}/", f"letter/acknowledgement.{number}", f"declaration/consent.{number}/"):
        assert desk.get(f"/desk/case/{case}/{path}").status_code < 500
    page = f"/desk/case/{case}"
    assert press(desk, f"{page}/form/risk-matrix.{number}/put-away", page=page).status_code == 303
    assert press(desk, f"{page}/ask-again/risk-matrix.{number}", page=page).status_code == 422


def test_looking_makes_no_draft(app: Flask, desk: FlaskClient, case: str) -> None:
    """A form that was only looked at leaves nothing behind; one of a single section does not count its sections."""
    page = desk.get(f"/desk/case/{case}/form/link/", follow_redirects=True)
    assert (page.status_code, ">Link<" in page.text, "Section 1 of 1" in page.text) == (200, True, False)
    assert drafts(app) == 0


def test_filled_in_form_is_filed(app: Flask, desk: FlaskClient, case: str) -> None:
    """Page, check, send: the document is on record under the officer's name, and the draft is gone."""
    other, form = opened(app), f"/desk/case/{case}/form/link"
    press(desk, f"{form}/linked-to", page=f"{form}/linked-to", linked_to=other, linked_why="same-problem")
    assert drafts(app) == 1
    assert other in desk.get(f"{form}/check").text
    sent = press(desk, f"{form}/send", page=f"{form}/check")
    assert sent.location == f"/desk/case/{case}?done=link"
    (document,) = documents(app, case, "link")
    assert (document.author, document.author_role, document.effect) == ("Sam Spoc", "spoc", "links")
    assert drafts(app) == 0


def test_pressing_again_files_nothing_and_asks_nothing(app: Flask, desk: FlaskClient, case: str) -> None:
    """Who saw no answer and presses again is shown the case, not an empty form; nothing is filed twice."""
    other, form = opened(app), f"/desk/case/{case}/form/link"
    press(desk, f"{form}/linked-to", page=f"{form}/linked-to", linked_to=other, linked_why="same-problem")
    token = token_of(desk.get(f"{form}/check"))
    answers = [desk.post(f"{form}/send", data={"csrf_token": token}) for _ in range(3)]
    assert {answer.location for answer in answers} == {f"/desk/case/{case}?done=link"}
    assert len(documents(app, case, "link")) == 1
    assert drafts(app) == 0


def test_what_cannot_be_done_is_said_and_kept(app: Flask, desk: FlaskClient, case: str) -> None:
    """A refusal by the case leaves nothing on record and the draft as it was."""
    form = f"/desk/case/{case}/form/link"
    press(desk, f"{form}/linked-to", page=f"{form}/linked-to", linked_to="ABCD-EFGH", linked_why="same-problem")
    answer = press(desk, f"{form}/send", page=f"{form}/check")
    assert answer.status_code == 422
    assert "There is no other case" in answer.text
    assert documents(app, case, "link") == []
    assert drafts(app) == 1


def test_each_officer_has_a_draft_of_their_own(app: Flask, desk: FlaskClient, case: str) -> None:
    """A colleague who opens the same form does not see half-finished words."""
    form = f"/desk/case/{case}/form/link"
    press(desk, f"{form}/linked-to", page=f"{form}/linked-to", linked_to="ABCD-EFGH", linked_why="same-problem")
    join(app, KIT, "Kit Deputy", role="deputy")
    kit = app.test_client()
    sign_in(app, kit, KIT)
    assert "ABCD-EFGH" not in kit.get(f"{form}/linked-to").text
    assert "ABCD-EFGH" in desk.get(f"{form}/linked-to").text


@pytest.mark.parametrize("step", ["request", "tell-more", "acknowledgement", "nonsense"])
def test_only_forms_for_officers_are_here(desk: FlaskClient, case: str, step: str) -> None:
    """The public's forms, letters and made-up steps are not found."""
    assert desk.get(f"/desk/case/{case}/form/{step}/").status_code == 404


def test_beginning_with_an_answer_needs_the_token(desk: FlaskClient, case: str) -> None:
    """A page elsewhere can't begin a form at this desk."""
    assert desk.post(f"/desk/case/{case}/form/pass-on/begin/passed.to/Leeds").status_code == 400


# --- two officers ----------------------------------------------------------------------------------------------------

STEP = "threshold-decision"


def decision(answer: str, reasons: str) -> dict[str, Any]:
    """A whole decision."""
    return {
        "decision": answer, "decided_on": "2026-05-11", "decided_by": "All of us", "ground": "local",
        "reasons": reasons, "vexatious": "no",
    }  # fmt: skip


def decide(app: Flask, client: FlaskClient, case: str, answers: dict[str, Any]) -> str:
    """Fill in the decision, up to the last button; the address of the form."""
    form = f"/desk/case/{case}/form/{STEP}"
    press(client, f"{form}/reasons", page=f"{form}/reasons", reasons="Begun")
    with app.app_context():
        begin_writing()
        draft = db.session.scalars(select(Draft).order_by(Draft.id.desc())).all()[0]
        asked = places(house().shelves.forms[draft.form], answers)
        draft.answers, draft.visited = answers, [str(place) for place in asked]
        db.session.commit()
    return form


@pytest.fixture
def kit(app: Flask, desk: FlaskClient) -> FlaskClient:
    """The browser in which Kit, a colleague, is signed in."""
    join(app, KIT, "Kit Deputy", role="deputy")
    browser = app.test_client()
    sign_in(app, browser, KIT)
    return browser


def test_the_second_of_two_officers_is_told_and_keeps_what_they_typed(
    app: Flask, desk: FlaskClient, kit: FlaskClient, case: str
) -> None:
    """Both fill in a form; the second reads who was quicker and when, and keeps every word until they delete it."""
    form = decide(app, desk, case, decision("met", "Three reports"))
    decide(app, kit, case, decision("not-met", "Not one report counts"))
    token = token_of(kit.get(f"{form}/check"))
    assert press(desk, f"{form}/send", page=f"{form}/check").status_code == 303
    late = kit.post(f"{form}/send", data={"csrf_token": token})
    for page in (late, kit.get(f"{form}/"), kit.get(f"{form}/reasons")):
        assert page.status_code == 422
        assert "already done by Sam Spoc, on Monday 11 May 2026 at 10am" in page.text
        assert "Not one report counts" in page.text
    typed = kit.post(f"{form}/reasons", data={"csrf_token": token, "reasons": "On second thoughts"})
    assert "On second thoughts" in typed.text
    assert len(documents(app, case, STEP)) == 1
    assert press(kit, f"{form}/put-away", page=f"{form}/").status_code == 303
    assert "Not one report" not in kit.get(f"{form}/").text


@pytest.mark.parametrize(("second", "told"), [("not-met", True), ("met", False)])
def test_two_who_decide_differently_both_hear_of_it(
    app: Flask, desk: FlaskClient, kit: FlaskClient, case: str, second: str, told: bool
) -> None:
    """Where two officers decide differently the first counts, and a task on the case tells both."""
    form = decide(app, desk, case, decision("met", "Three reports"))
    decide(app, kit, case, decision(second, "Three reports"))
    token = token_of(kit.get(f"{form}/check"))
    press(desk, f"{form}/send", page=f"{form}/check")
    for _ in range(2):
        kit.post(f"{form}/send", data={"csrf_token": token})
    assert [document.answers["decision"] for document in documents(app, case, STEP)] == ["met"]
    for officer in (desk, kit):
        page = officer.get(f"/desk/case/{case}").text
        assert page.count("<strong>To put right:</strong> Kit Deputy has filled in") == int(told)


# --- /desk/new -------------------------------------------------------------------------------------------------------


def begin(client: FlaskClient, **changes: str) -> Any:
    """Say how and when a request arrived: by phone, last Friday at 16:30."""
    fields = {
        "channel": "phone", "received_on-day": "8", "received_on-month": "5", "received_on-year": "2026",
        "received_time": "4:30pm",
    }  # fmt: skip
    return press(client, "/desk/new/", page="/desk/new/", **{**fields, **changes})


def answer_all(app: Flask, number: int) -> None:
    """Put every answer into the draft, as its pages would."""
    with app.app_context():
        begin_writing()
        draft = db.session.get_one(Draft, number)
        form = house().shelves.forms[draft.form]
        draft.answers = victim_in_merton()
        draft.visited = [str(place) for place in places(form, draft.answers)]
        db.session.commit()


def test_phone_entry_counts_from_the_real_receipt(app: Flask, desk: FlaskClient) -> None:
    """A request taken down by an officer opens a case with the channel and the time at which it really came."""
    assert begin(desk).location == "/desk/new/1/"
    answer_all(app, 1)
    assert "received on 8 May 2026 at 4:30pm, by phone" in desk.get("/desk/new/1/check").text
    sent = press(desk, "/desk/new/1/send", page="/desk/new/1/check")
    assert sent.status_code == 303
    reference = sent.location.rpartition("/")[2]
    with app.app_context():
        case = db.session.scalars(select(Case).where(Case.reference == reference)).one()
        assert case.received_at == dt.datetime(2026, 5, 8, 15, 30, tzinfo=dt.UTC)
        assert (case.channel, case.seen_at) == ("phone", None)
    open_referral(desk, reference)
    assert "12 May 2026" in desk.get(f"/desk/case/{reference}").text  # acknowledged two working days after Friday


def test_second_press_shows_the_same_case(app: Flask, desk: FlaskClient) -> None:
    """Sending twice makes one case."""
    begin(desk)
    answer_all(app, 1)
    first = press(desk, "/desk/new/1/send", page="/desk/new/1/check").location
    assert press(desk, "/desk/new/1/send", page="/desk/new/").location == first
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Case)) == 1


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"channel": ""}, "Select how the request reached you"),
        ({"received_on-day": ""}, "real date"),
        ({"received_on-day": "12"}, "must be today or in the past"),
        ({"received_on-year": "2024"}, "within the last year"),
        ({"received_time": "noonish"}, "Enter a time"),
        ({"received_on-day": "11", "received_time": "11:59pm"}, "The time must not be in the future"),
    ],
)
def test_receipt_must_be_possible(app: Flask, desk: FlaskClient, changes: dict[str, str], words: str) -> None:
    """What is missing, unreadable or still to come is said, and what was typed stays."""
    page = begin(desk, **changes)
    assert page.status_code == 422
    assert words in page.text
    assert f'value="{changes.get("received_on-year", "2026")}"' in page.text
    assert drafts(app) == 0


def test_unfinished_request_is_listed_and_can_be_deleted(app: Flask, desk: FlaskClient) -> None:
    """An officer finds a request that they have begun, and can throw it away."""
    begin(desk)
    assert "Not finished yet" in desk.get("/desk/new/").text
    press(desk, "/desk/new/1/erase", page="/desk/new/")
    assert drafts(app) == 0
    assert "Not finished yet" not in desk.get("/desk/new/").text


def test_drafts_of_others_are_not_found(app: Flask, desk: FlaskClient) -> None:
    """Neither a colleague's unfinished request nor one of the public can be opened by its number."""
    begin(desk)
    join(app, KIT, "Kit Deputy", role="deputy")
    kit = app.test_client()
    sign_in(app, kit, KIT)
    assert kit.get("/desk/new/1/check").status_code == 404
    assert kit.get("/desk/new/99/check").status_code == 404


def test_stale_token_keeps_how_it_arrived(desk: FlaskClient) -> None:
    """A token of an older page begins nothing and keeps what was typed."""
    page = desk.post("/desk/new/", data={"csrf_token": "old", "channel": "phone", "received_time": "4:30pm"})
    assert page.status_code == 400
    assert 'value="4:30pm"' in page.text
