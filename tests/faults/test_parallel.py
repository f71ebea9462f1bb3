"""Many people at once, over HTTP against several workers: one effect, and everybody is told."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import func, select

from tests.faults.several import all_at_once, browser_of, press, stage_on, web_workers
from tests.faults.stage import Stage
from tests.web.desk import SAM, documents, join, open_referral, opened, sign_in, token_of
from tests.web.desk import press as prepare
from webform.documents.shelf import Shelves
from webform.house import house
from webform.records.store import begin_writing, db
from webform.records.tables import Case, Document, Draft, Message, Task
from webform.records.verify import look_at_the_record
from webform.rules.journey import places

KIT, FIFTY, DECISION = "kit.deputy@merton.example", 50, "threshold-decision"


@pytest.fixture(scope="module", params=["SQLite", "PostgreSQL"])
def stage(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, shelves: Shelves
) -> Iterator[Stage]:
    """An installation with several web workers, on each database in turn."""
    with stage_on(request.param, tmp_path_factory.mktemp("parallel"), shelves) as made:
        made.installation.renew()
        join(made.app)
        join(made.app, KIT, "Kit Deputy", role="deputy")
        with web_workers(made):
            yield made


@pytest.fixture
def case(stage: Stage) -> str:
    """A case that nobody has opened yet."""
    return opened(stage.app)


def officer(stage: Stage, email: str = SAM) -> Any:
    """A browser in which an officer is signed in, in this process: to prepare, and to take its session along."""
    client = stage.app.test_client()
    sign_in(stage.app, client, email)
    return client


def count(stage: Stage, table: type[Any], *conditions: Any) -> int:
    with stage.app.app_context():
        return int(db.session.scalar(select(func.count()).select_from(table).where(*conditions)) or 0)


def whole(stage: Stage) -> bool:
    with stage.app.app_context():
        return look_at_the_record().faults == ()


def test_fifty_presses_open_a_referral_once(stage: Stage, case: str) -> None:
    """Fifty identical presses of "Open this referral" file that it was seen once, and all lead to the case."""
    client = officer(stage)
    fields = {"csrf_token": token_of(client.get(f"/desk/case/{case}"))}
    browser = browser_of(stage, client)
    answers = all_at_once(*[press(browser, f"/desk/case/{case}/open", fields)] * FIFTY)
    assert {(one.status_code, one.location) for one in answers} == {(303, f"/desk/case/{case}")}
    assert len(documents(stage.app, case, "seen")) == 1
    assert whole(stage)


def test_fifty_presses_send_a_letter_once(stage: Stage, case: str) -> None:
    """Fifty identical presses send one letter, and all lead to the case that says so."""
    client = officer(stage)
    open_referral(client, case)
    fields = {"csrf_token": token_of(client.get(f"/desk/case/{case}")), "do": "send"}
    browser = browser_of(stage, client)
    answers = all_at_once(*[press(browser, f"/desk/case/{case}/letter/acknowledgement", fields)] * FIFTY)
    assert {(one.status_code, one.location) for one in answers} == {(303, f"/desk/case/{case}?done=acknowledgement")}
    assert len(documents(stage.app, case, "acknowledgement")) == 1
    with stage.app.app_context():
        number = db.session.scalars(select(Case.id).where(Case.reference == case)).one()
    assert count(stage, Message, Message.case_id == number, Message.letter == "acknowledgement") == 1
    assert whole(stage)


def decide(stage: Stage, client: Any, case: str, answer: str, ground: str = "local") -> dict[str, str]:
    """Fill in the decision up to the last button; what that button sends."""
    form = f"/desk/case/{case}/form/{DECISION}"
    prepare(client, f"{form}/reasons", page=f"{form}/reasons", reasons="Begun")
    answers = {
        "decision": answer, "decided_on": "2026-05-11", "decided_by": "All", "ground": ground,
        "reasons": "Three reports", "vexatious": "no",
    }  # fmt: skip
    with stage.app.app_context():
        begin_writing()
        draft = db.session.scalars(select(Draft).order_by(Draft.id.desc())).all()[0]
        draft.answers = answers
        draft.visited = [str(place) for place in places(house().shelves.forms[draft.form], answers)]
        db.session.commit()
    return {"csrf_token": token_of(client.get(f"{form}/check"))}


def test_fifty_presses_file_a_form_once(stage: Stage, case: str) -> None:
    """Fifty identical presses of the last button file one document, and nobody meets a fault."""
    client = officer(stage)
    open_referral(client, case)
    fields = decide(stage, client, case, "met")
    browser = browser_of(stage, client)
    answers = all_at_once(*[press(browser, f"/desk/case/{case}/form/{DECISION}/send", fields)] * FIFTY)
    assert {one.status_code for one in answers} <= {303, 422}
    assert len(documents(stage.app, case, DECISION)) == 1
    assert whole(stage)


def test_two_decide_at_once_and_differently(stage: Stage, case: str) -> None:
    """One decision counts; the other officer reads whose, keeps their own, and a task on the case tells both."""
    sam, kit = officer(stage), officer(stage, KIT)
    open_referral(sam, case)
    where = f"/desk/case/{case}/form/{DECISION}/send"
    fields = [decide(stage, client, case, "met", ground) for client, ground in ((sam, "local"), (kit, "statutory"))]
    answers = all_at_once(
        *(press(browser_of(stage, client), where, sends) for client, sends in zip((sam, kit), fields, strict=True))
    )
    assert sorted(one.status_code for one in answers) == [303, 422]
    (document,) = documents(stage.app, case, DECISION)
    late = next(one for one in answers if one.status_code == 422)
    assert f"already done by {document.author}" in late.text
    assert "Three reports" in late.text
    for client in (sam, kit):
        assert "too, with other answers" in client.get(f"/desk/case/{case}").text
    assert count(stage, Task, Task.kind == f"overtaken:{DECISION}") >= 1
    assert whole(stage)


def test_fifty_presses_record_once_that_a_letter_came_back(stage: Stage, case: str) -> None:
    """Fifty presses of "This came back" make one record and one task."""
    client = officer(stage)
    open_referral(client, case)
    with stage.app.app_context():
        message = db.session.scalars(
            select(Message).join(Case).where(Case.reference == case, Message.party_id.is_not(None))
        ).one()
        message.state, message.sent_at, number = "sent", message.created_at, message.id
        db.session.commit()
    fields = {"csrf_token": token_of(client.get(f"/desk/case/{case}"))}
    browser = browser_of(stage, client)
    answers = all_at_once(*[press(browser, f"/desk/case/{case}/message/{number}/came-back", fields)] * FIFTY)
    assert {one.status_code for one in answers} == {303}
    with stage.app.app_context():
        came = select(func.count()).select_from(Document).join(Case).where(Case.reference == case)
        assert db.session.scalar(came.where(Document.kind == "came-back")) == 1
    assert count(stage, Task, Task.kind == f"came-back:{number}") == 1
    assert whole(stage)
