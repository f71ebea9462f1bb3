"""The review of an appeal in moved time, across Easter: 35 working days kept to the day, and once not kept."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from tests.asked_for import asked_for
from tests.cases.conftest import OFFICER
from tests.cases.test_moved_time import sweep_all
from tests.moment import Moment
from webform.cases.file_document import file_document
from webform.cases.folder import Which, duties_of
from webform.cases.letters import draft_letter
from webform.cases.pinned import rules_of
from webform.cases.send_letter import send
from webform.cases.standing import standing_of
from webform.documents.shelf import Shelves
from webform.errors import Refusal
from webform.records.chain import verify_case
from webform.records.store import begin_writing, db
from webform.records.tables import Case, Message, Task
from webform.rules.folder import Duty
from webform.web.workload import Workload

AREA = "staffordshire-commissioner"
ASKED = {
    "capacity": "me", "name": "Jo Bell", "email_safe": "yes", "email": "jo@people.example", "voicemail_safe": "none",
    "post_safe": "none", "channel": "email", "lead_body": "Stafford Borough Council", "told_on": "2026-03-02",
    "in_time": "yes", "grounds": ["facts"], "headline": "They left out my diary", "consent": "yes",
    "declaration": "yes",
}  # fmt: skip
BODIES = [
    {"entry": 1, "body_organisation": "Stafford Borough Council", "body_email": "papers@stafford.example"},
    {"entry": 2, "body_organisation": "The police", "body_email": "papers@police.example"},
]
KINDS = ("request", "policy", "decision", "timeline", "support", "minutes", "letters", "plan", "progress", "risk",
         "other")  # fmt: skip
PAPERS: dict[str, Any] = {"departed": "no", **{f"{kind}_there": "yes" for kind in KINDS}}
POINTS = (
    "procedure", "timescales", "threshold", "risk", "impact", "hate", "support", "agencies", "problem", "sharing",
    "disclosure", "independence", "representation", "involvement", "updates", "outcome",
)  # fmt: skip


class Review:
    """One appeal, and the manager who reviews it."""

    def __init__(self, shelves: Shelves, now: Moment, **changes: Any):
        self.now = now
        now.is_("2026-03-23 09:00")
        self.case: Case = asked_for(shelves, {**ASKED, **changes}, now(), area=AREA)
        db.session.commit()
        self.files("seen")
        self.files("reviewer", reviewer_name="Kim Lee", conflict="no")
        self.files("bodies-named", bodies=BODIES)

    def files(self, step: str, party: str = "", **answers: Any) -> None:
        """A form of a step, for a party where each has one."""
        begin_writing()
        procedure, forms = rules_of(self.case)
        rule = procedure.step(step)
        assert rule is not None
        which = Which(step, self.party(party) if party else None)
        form = forms[str(rule.fill)]
        file_document(self.case, which, form, answers, author=OFFICER, now=self.now())
        db.session.commit()

    def sends(self, step: str) -> None:
        """The letter of a step as it is drafted, to each whom it is for."""
        for duty in self.duties(step):
            begin_writing()
            draft = draft_letter(self.case, Which.of(duty), self.now())
            assert draft.lacking == ()
            send(self.case, Which.of(duty), subject=draft.written.subject, markdown=draft.written.markdown,
                 author=OFFICER, now=self.now())  # fmt: skip
            db.session.commit()

    def duties(self, step: str) -> list[Duty]:
        return [one for one in duties_of(self.case, self.now()) if one.step == step]

    def state(self, step: str) -> set[str]:
        return {one.state for one in self.duties(step)}

    def due(self, step: str) -> set[dt.date | None]:
        return {one.due_on for one in self.duties(step)}

    def party(self, name: str) -> int:
        bodies = (one for one in self.case.parties if one.role == "relevant-bodies")
        return next(one.id for one in bodies if one.person["organisation"] == name)

    def mail(self, letter: str) -> list[tuple[str, str]]:
        """To whom a letter went, and its words."""
        rows = select(Message).where(Message.case_id == self.case.id, Message.letter == letter).order_by(Message.id)
        return [(row.recipient, row.text) for row in db.session.scalars(rows)]

    def reasons(self) -> list[str]:
        """Why the answer may be put off, as the form offers it."""
        asked = rules_of(self.case)[1]["more-time"].meaning("extended.because")
        return [option.value for option in asked.options] if asked else []

    def late(self) -> list[str]:
        """Steps that were done late, or are late."""
        return [one.step for one in duties_of(self.case, self.now()) if one.state in ("late", "done late")]


@pytest.fixture
def review(store: Flask, shelves: Shelves, now: Moment) -> Review:
    """An appeal that came in on Monday 23 March 2026, eleven days before Good Friday."""
    return Review(shelves, now)


def asks(review: Review) -> None:
    """On the fifth working day the bodies and the person are asked."""
    review.now.is_("2026-03-30 16:00")
    review.sends("documents-request")
    review.sends("grounds-request")


def test_on_time_across_easter(review: Review) -> None:
    """5, 15, 25 and 35 working days from Monday 23 March: 30 March, 15 April, 29 April and 14 May, each kept on its
    last day; then the reply, the status after three months, and once more when somebody asks."""
    dates = [review.due(step) for step in ("documents-request", "documents-supplied", "report", "response")]
    assert dates == [{dt.date(2026, 3, 30)}, {dt.date(2026, 4, 15)}, {dt.date(2026, 4, 29)}, {dt.date(2026, 5, 14)}]
    asks(review)
    assert {to for to, _text in review.mail("documents-request")} == {
        "papers@stafford.example",
        "papers@police.example",
    }
    assert all("/open/" in text and "15 April 2026" in text for _to, text in review.mail("documents-request"))
    assert "29 April 2026" in review.mail("grounds-request")[0][1]
    review.now.is_("2026-04-14 09:00")
    sweep_all(review.now)
    assert {to for to, _text in review.mail("chase")} >= {"papers@stafford.example", "papers@police.example"}
    review.now.is_("2026-04-15 23:00")
    review.files("documents-supplied", "Stafford Borough Council", body_name="Stafford", **PAPERS)
    told = {**PAPERS, "minutes_there": "no", "minutes_why": "We were not at the meeting."}
    review.files("documents-supplied", "The police", body_name="The police", **told)
    review.files("grounds", grounds=["facts"], why_facts="My diary")
    review.now.is_("2026-04-29 17:00")
    review.files("audit", **{f"{point}_{column}": "met" for point in POINTS for column in ("rules", "done")})
    review.files("report", made_out=["facts"], findings="The diary was left out.", discussed_on="2026-04-29",
                 discussed_with="The Commissioner and the ASB Lead")  # fmt: skip
    review.files("commissioner-decision", follows=["refer-information"], refer_what="The diary.", reasons="Left out.",
                 recommended="Read it.")  # fmt: skip
    review.now.is_("2026-05-14 16:00")
    review.sends("response")
    review.sends("response-bodies")
    assert review.late() == []
    assert len(review.mail("appeal-response-bodies")) == 2
    assert "Local Government and Social Care Ombudsman" in review.mail("appeal-response")[0][1]
    assert "Read it." in review.mail("recommendation-request")[0][1]
    review.files("recommendation-reply", reply="all", reply_why="We read it.")
    review.now.is_("2026-08-13 12:00")
    assert review.state("status-request") == {"waiting"}
    review.now.is_("2026-08-14 09:00")
    review.sends("status-request")
    review.files("status-update", case_stands="Quiet.", actions="All done.")
    review.now.is_("2026-11-20 09:00")
    review.sends("further-request")
    review.files("further-update", case_stands="Still quiet.", actions="All done.")
    assert review.late() == []
    review.files("close", closed_for="done", closed_why="All of it is done.")
    review.sends("case-closed")
    assert verify_case(review.case.id) == ()


def test_late_across_easter(review: Review) -> None:
    """A body does not answer: it is chased, its silence explained on record; the report comes late, more time is taken
    with its reason, the person is told of the new date and how far it is, and even that passes."""
    asks(review)
    review.now.is_("2026-04-15 12:00")
    review.files("documents-supplied", "Stafford Borough Council", body_name="Stafford", **PAPERS)
    review.now.is_("2026-04-16 00:30")
    sweep_all(review.now)
    assert review.state("documents-supplied") == {"done", "late"}
    assert "papers@police.example" in [to for to, _text in review.mail("chase")]
    assert "jo@people.example" in [to for to, _text in review.mail("chase")]
    review.now.is_("2026-04-30 10:00")
    assert review.state("report") == {"late"}
    review.files("waive", left_out="documents-supplied", left_out_why="The police have not answered three times.")
    review.files("waive", left_out="grounds", left_out_why="What Jo wrote at first is enough.")
    assert review.state("documents-supplied") == {"done", "waived"}
    [jo] = (one for one in review.case.parties if one.role == "applicant")
    assert "grounds" not in [one.duty.step for one in standing_of(review.case, jo, review.now()).done]
    assert [one.anew for one in Workload(review.case, review.now()).due if one.step.id == "waive"] == [True]
    review.now.is_("2026-05-11 09:00")
    review.files("more-time", which="response", until_on="2026-06-01", because=review.reasons()[:1])
    [(to, text)] = review.mail("delay")
    assert to == "jo@people.example"
    assert "Monday 1 June 2026" in text
    review.sends("update")
    [(_to, update)] = review.mail("appeal-update")
    assert "You get our answer by Monday 1 June 2026" in update
    assert "We had all the papers" not in update  # what is left out was never there
    review.files("report", made_out=["none"], findings="Nothing.", discussed_on="2026-05-11", discussed_with="All")
    review.now.is_("2026-06-02 09:00")
    sweep_all(review.now)
    assert any("Monday 1 June 2026" in text for _to, text in review.mail("overdue"))
    review.files("commissioner-decision", follows=["no-further-step"], reasons="All was looked at.")
    review.sends("response")
    review.sends("response-bodies")
    [answer] = review.duties("response")
    assert (answer.state, answer.due_on, answer.original_due_on) == (
        "done late", dt.date(2026, 6, 1), dt.date(2026, 5, 14)
    )  # fmt: skip
    assert review.state("recommendation-reply") == review.state("status-request") == {"not needed"}
    assert {"report", "response", "response-bodies", "audit"} <= set(review.late())
    assert verify_case(review.case.id) == ()


def test_the_decision_waits_for_what_comes_before_it(review: Review) -> None:
    """Nothing of the order can be passed over in silence: papers, grounds and report come first, or the reason why one
    of them is left out."""
    decided = {"follows": ["no-further-step"], "reasons": "All was looked at."}
    with pytest.raises(Refusal, match="Before this, put on record: Ask for the papers and Ask for the grounds"):
        review.files("commissioner-decision", **decided)
    asks(review)
    with pytest.raises(Refusal, match="Send the papers and Give the grounds"):
        review.files("report", made_out=["none"], findings="Nothing.", discussed_on="2026-03-30", discussed_with="All")
    for step in ("documents-supplied", "grounds"):
        review.files("waive", left_out=step, left_out_why="They do not answer.")
    with pytest.raises(Refusal, match="Write the report and talk it through"):
        review.files("commissioner-decision", **decided)
    review.files("waive", left_out="report", left_out_why="The Commissioner has read the papers.")
    review.files("commissioner-decision", **decided)
    assert review.state("commissioner-decision") == {"done"}


def test_an_update_says_what_all_the_bodies_have_done(review: Review) -> None:
    """One body of two has sent its papers: the person is not told that all are there; then they are, and since when."""
    asks(review)
    review.now.is_("2026-04-08 09:00")
    review.files("documents-supplied", "The police", body_name="The police", **PAPERS)
    review.sends("update")
    review.now.is_("2026-04-20 09:00")
    review.files("documents-supplied", "Stafford Borough Council", body_name="Stafford", **PAPERS)
    begin_writing()
    again = draft_letter(review.case, Which("update"), review.now()).written.markdown
    db.session.rollback()
    [(_to, first)] = review.mail("appeal-update")
    assert "to send their papers by Wednesday 15 April 2026" in " ".join(first.split())
    assert "had all the papers" not in first
    assert "We had all the papers on Monday 20 April 2026." in again


def test_who_has_not_agreed_to_papers_is_talked_to_first(store: Flask, shelves: Shelves, now: Moment) -> None:
    """The form says that they are asked before others are: whoever opens the appeal reads first that they said no."""
    says = "They have not agreed that papers are asked for: talk to them first"
    assert [one["label"] for one in Review(shelves, now, consent="no").case.flags] == [says]
    assert [one["label"] for one in Review(shelves, now, consent="ask").case.flags] == [says]


def test_what_was_stopped_and_goes_on_after_all_is_asked_for_again(review: Review) -> None:
    """They stop the appeal while the letters to the bodies wait; it is opened again: a task names what never went."""
    asks(review)
    review.files("withdraw", stop_pressed="own")
    review.now.is_("2026-04-01 12:00")
    review.files("reopen", reopened_why="They want to go on.")
    tasks = list(db.session.scalars(select(Task.says).where(Task.case_id == review.case.id)))
    assert [one for one in tasks if "to Stafford Borough Council was taken back" in one]
    assert [one for one in tasks if "to The police was taken back" in one]


def test_an_appeal_after_28_days_is_flagged(store: Flask, shelves: Shelves, now: Moment) -> None:
    """Told on 22 February, it had to come by 22 March; on 23 March it is taken in, with a flag, and all times run."""
    review = Review(shelves, now, told_on="2026-02-22", in_time="unsure")
    assert [one["label"] for one in review.case.flags] == [
        "Appeal: it came after Sunday 22 March 2026, the last day for it. It is taken in all the same."
    ]
    assert review.due("response") == {dt.date(2026, 5, 14)}


def test_a_manager_with_a_part_in_the_case_is_replaced(review: Review) -> None:
    """Who has had a part in it does not review it: the deputy owes what the manager owed, from then on."""
    review.files(
        "reviewer", reviewer_name="Kim Lee", conflict="yes", conflict_why="Kim sat on the panel. Robin does it."
    )
    assert {one.owner for one in review.duties("report")} == {("deputy",)}
