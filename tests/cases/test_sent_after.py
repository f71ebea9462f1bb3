"""Papers follow an appeal into the case that it opened elsewhere, and do there what was asked for."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from tests.cases.conftest import OFFICER
from tests.moment import Moment
from tests.stafford import BODY, COUNCIL, use_stafford
from tests.told_outcome import told_outcome
from webform.cases.file_document import file_document
from webform.cases.folder import Which, documents_of, duties_of
from webform.cases.letters import draft_letter
from webform.cases.pinned import rules_of
from webform.cases.send_letter import send
from webform.house import EXTENSION
from webform.records.chain import verify_all
from webform.records.store import begin_writing, db
from webform.records.tables import Case, CaseLink, Task

APPEAL: dict[str, Any] = {"grounds": ["facts"], "why": "They left out my diary.", "consent": "yes"}
SUPPLIED: dict[str, Any] = {"body_name": "Stafford", "request_there": "yes", "departed": "no"}


@pytest.fixture
def case(store: Flask, now: Moment, tmp_path: Path) -> Iterator[Case]:
    """Told the outcome in Stafford on Tuesday 10 March 2026 at noon."""
    before = store.extensions[EXTENSION]
    use_stafford(store, tmp_path)
    now.is_("2026-03-10 12:00")
    reference = told_outcome(store, COUNCIL, now())
    yield db.session.scalars(select(Case).where(Case.reference == reference)).one()
    store.extensions[EXTENSION] = before


def file(case: Case, step: str, now: Moment, answers: dict[str, Any]) -> None:
    begin_writing()
    procedure, forms = rules_of(case)
    form = forms[str(next(one.fill for one in procedure.steps if one.id == step))]
    file_document(case, step, form, answers, author=OFFICER, now=now())
    db.session.commit()


def appealed(case: Case, now: Moment) -> Case:
    """Lodged with the council on 23 March; the Commissioner asks it for its papers."""
    now.is_("2026-03-23 09:00")
    file(case, "appeal", now, APPEAL)
    return db.session.scalars(select(Case).where(Case.area == BODY, Case.scope == "case")).one()


def asked_for_papers(there: Case, now: Moment, body: str) -> None:
    """The manager names the council and writes to it."""
    file(there, "bodies-named", now, {"bodies": [{"entry": 1, "body_organisation": body,
                                                  "body_email": "papers@stafford.example"}]})  # fmt: skip
    [duty] = (one for one in duties_of(there, now()) if one.step == "documents-request")
    begin_writing()
    written = draft_letter(there, Which.of(duty), now()).written
    send(there, Which.of(duty), subject=written.subject, markdown=written.markdown, author=OFFICER, now=now())
    db.session.commit()


def supplied(there: Case, now: Moment) -> list[str]:
    return [one.state for one in duties_of(there, now()) if one.step == "documents-supplied"]


def test_nobody_types_what_the_case_knows(case: Case, now: Moment) -> None:
    """Whose review it was, under which reference and told when; the grounds go over by what they mean."""
    there = appealed(case, now)
    [opening] = (one for one in documents_of(there) if one.effect == "opens-case")
    told = {name: opening.answers[name] for name in ("lead_body", "their_reference", "told_on", "grounds", "headline")}
    assert told == {
        "lead_body": "Stafford Borough Council", "their_reference": case.reference, "told_on": "2026-03-10",
        "grounds": ["facts"], "headline": "They left out my diary.",
    }  # fmt: skip
    assert [one.kind for one in documents_of(there) if one.origin] == ["request", "outcome", "appeal-onward"]


def test_papers_go_where_the_appeal_went(case: Case, now: Moment) -> None:
    """The checklist fulfils what the council was asked for, at the time it was filed; each paper goes once; the case
    stays the only one."""
    there = appealed(case, now)
    asked_for_papers(there, now, "Stafford  borough council")
    assert supplied(there, now) == ["open"]
    now.is_("2026-04-15 16:00")
    file(case, "appeal-papers", now, SUPPLIED)
    assert supplied(there, now) == ["done"]
    came = [one.origin["step"] for one in documents_of(there) if one.origin]
    assert sorted(came) == ["appeal", "appeal-papers", "outcome", "plan", "request", "threshold-decision"]
    assert len(db.session.scalars(select(CaseLink)).all()) == 1
    assert verify_all() == ()


def test_nothing_is_fulfilled_for_another_body(case: Case, now: Moment) -> None:
    """The papers of the council are not those of the police, though both were asked for the same form."""
    there = appealed(case, now)
    asked_for_papers(there, now, "The police")
    file(case, "appeal-papers", now, SUPPLIED)
    assert supplied(there, now) == ["open"]
    assert documents_of(there)[-1].kind == "documents-supply"


def test_papers_for_a_case_that_is_closed_are_left_to_a_person(case: Case, now: Moment) -> None:
    """The Commissioner closed the appeal: nothing goes there, and the council is asked to send what is still wanted."""
    there = appealed(case, now)
    file(there, "withdraw", now, {})
    before = len(documents_of(there))
    file(case, "appeal-papers", now, SUPPLIED)
    assert len(documents_of(there)) == before
    says = db.session.scalars(select(Task.says).where(Task.case_id == case.id)).all()
    assert any("Send the papers of “Send the papers for the appeal” yourself" in one for one in says)


def test_without_consent_no_papers_are_asked_for(case: Case, now: Moment) -> None:
    """Who does not agree has an appeal all the same, and the council owes no papers."""
    now.is_("2026-03-23 09:00")
    file(case, "appeal", now, {**APPEAL, "consent": "no"})
    assert [one.state for one in duties_of(case, now()) if one.step == "appeal-papers"] == ["not needed"]
