"""The members of a panel take part in a case by link: they join, say whether they have an interest, vote, and leave."""

from __future__ import annotations

import re
from typing import Any

import pytest
from sqlalchemy import select

from tests.cases.conftest import OFFICER, Opener
from tests.cases.test_corrections import correct
from tests.cases.test_letters import state
from tests.cases.test_meetings import CORE, DAY, RECORD, THERE, entries, invite, put
from tests.cases.test_parties import opened as opened_in_shropshire
from tests.moment import Moment
from webform.cases.against_the_act import NeedsSecondPerson
from webform.cases.corrections import can_be_corrected, check_correction
from webform.cases.cross_check import disagreements
from webform.cases.file_document import file_document
from webform.cases.folder import Which, documents_of
from webform.cases.people import Author
from webform.cases.standing import forms_for
from webform.cases.sweep import sweep
from webform.cases.votes import Votes, votes_of
from webform.documents.shelf import Shelves
from webform.errors import Refusal
from webform.records.store import begin_writing, db
from webform.records.tables import Case, Link, Message, Party, Task
from webform.rules.tally import Outcome

LINK = re.compile(r"/merton/open/[0-9a-f]{64}")
NO_INTEREST = {"interest": "no", "declared_by": "Pat"}
AN_INTEREST = {"interest": "yes", "interest_what": "I managed the officer.", "declared_by": "Pat"}
ASKED = {"vote_by": "2026-05-18"}
DECIDED: dict[str, Any] = {
    "decision": "met", "decided_on": "2026-05-11", "decided_by": "All", "ground": "statutory", "reasons": "It is.",
}  # fmt: skip


def members(case: Case) -> dict[str, Party]:
    """Who sits on the panel of the case now, by role."""
    db.session.expire_all()
    here = select(Party).where(Party.case_id == case.id, Party.left_at.is_(None), Party.key.is_not(None))
    return {party.role: party for party in db.session.scalars(here.order_by(Party.id))}


def says(case: Case, role: str, step: str, answers: dict[str, Any], now: Moment, shelves: Shelves) -> None:
    """A member fills in a form of a step on their own page."""
    begin_writing()
    party = members(case)[role]
    found = shelves.procedures[case.area].step(step)
    form = shelves.forms[str(found and found.fill)]
    file_document(case, Which(step, party.id), form, answers, author=Author("", role, party.id), now=now())
    db.session.commit()


def votes(case: Case, role: str, said: str, now: Moment, shelves: Shelves) -> None:
    """A member votes."""
    says(case, role, "vote", {"vote": said, "vote_why": f"Because, says {role}.", "voted_by": "Pat"}, now, shelves)


def counted(case: Case, now: Moment) -> Votes:
    """How the vote stands."""
    found = votes_of(case, "vote", now())
    assert found
    return found


def outcome(case: Case, now: Moment) -> Outcome:
    return counted(case, now).voting.tally.outcome


def asked(case: Case, role: str, now: Moment) -> set[str]:
    """What a member can fill in on their page."""
    return {one.step.id for one in forms_for(case, members(case)[role], now())}


@pytest.fixture
def case(opened: Opener, now: Moment, shelves: Shelves) -> Case:
    """A case whose panel is called."""
    found = opened()
    put(found, "panel-meeting", DAY, now, shelves)
    return found


@pytest.fixture
def voting(case: Case, now: Moment, shelves: Shelves) -> Case:
    """The same, whose panel is asked to vote; nobody has an interest."""
    for role in CORE:
        says(case, role, "interest", NO_INTEREST, now, shelves)
    put(case, "votes-asked", ASKED, now, shelves)
    return case


def test_members_join_when_the_panel_is_called(case: Case, now: Moment, shelves: Shelves) -> None:
    """Each has a link of their own in the invitation, once; one who was taken off stays off when the date moves."""
    assert set(members(case)) == CORE
    mails = db.session.scalars(select(Message).where(Message.letter == "panel-invitation")).all()
    links = [LINK.findall(one.text) for one in mails]
    assert [len(found) for found in links] == [1, 1, 1]
    assert len({found[0] for found in links}) == 3
    assert {one.party_id for one in mails} == {party.id for party in members(case).values()}
    put_off = Which("off-the-case", members(case)["clarion"].id)
    begin_writing()
    file_document(case, put_off, shelves.forms["leaves-case"], {}, author=OFFICER, now=now())
    db.session.commit()
    now.passes(hours=1)
    put(case, "panel-meeting", {**DAY, "meeting_on": "2026-05-21"}, now, shelves)
    assert set(members(case)) == CORE - {"clarion"}
    assert [method for method, _ in entries(case, "clarion")] == ["REQUEST", "CANCEL"]
    assert list(disagreements(now())) == []


def test_a_vote_of_three_with_one_interest(case: Case, now: Moment, shelves: Shelves) -> None:
    """Who has an interest is not asked, not counted and off the case; two votes are needed however many may vote."""
    for role, said in (("safer-merton", NO_INTEREST), ("police", NO_INTEREST)):
        says(case, role, "interest", said, now, shelves)
    assert asked(case, "police", now) == {"interest"}
    put(case, "votes-asked", ASKED, now, shelves)
    assert asked(case, "police", now) == {"interest", "vote"}
    assert asked(case, "clarion", now) == {"interest"}  # first they say whether they have one
    says(case, "clarion", "interest", AN_INTEREST, now, shelves)
    assert set(members(case)) == {"safer-merton", "police"}
    assert outcome(case, now) == "open"
    votes(case, "police", "yes", now, shelves)
    assert outcome(case, now) == "open"
    votes(case, "safer-merton", "no", now, shelves)
    assert outcome(case, now) == "against"
    votes(case, "safer-merton", "yes", now, shelves)  # they think again
    assert outcome(case, now) == "for"
    lines = {one.whom.split(",")[0]: one.says for one in counted(case, now).lines}
    assert lines["Clarion Housing"] == "Has an interest in the case, and is not counted"
    assert lines["Merton Police"] == "Yes, there should be a review"
    put(case, "threshold-decision", DECIDED, now, shelves)
    assert asked(case, "police", now) == {"interest"}  # nothing is voted on any more
    assert list(disagreements(now())) == []


def test_who_takes_the_seat_of_somebody_with_an_interest(voting: Case, now: Moment, shelves: Shelves) -> None:
    """They are somebody else, with a link, a declaration and a vote of their own; the old link stays dead."""
    before = members(voting)["police"]
    says(voting, "police", "interest", AN_INTEREST, now, shelves)
    told = {"part_role": "police", "part_organisation": "Sergeant Two", "part_email": "two@police.example"}
    put(voting, "who-takes-part", told, now, shelves)
    after = members(voting)["police"]
    assert (after.id != before.id, after.word_hash, before.left_at is not None) == (True, None, True)
    assert asked(voting, "police", now) == {"interest"}
    says(voting, "police", "interest", NO_INTEREST, now, shelves)
    votes(voting, "police", "yes", now, shelves)
    votes(voting, "clarion", "yes", now, shelves)
    assert outcome(voting, now) == "for"
    asked_for = db.session.scalars(select(Message).where(Message.party_id == after.id)).all()
    assert {one.letter for one in asked_for} >= {"panel-invitation", "vote-request"}


def test_who_takes_the_seat_of_somebody_who_was_taken_off(voting: Case, now: Moment, shelves: Shelves) -> None:
    """The vote that was given stays with whoever gave it, and their link opens nothing for whoever comes after them."""
    before = members(voting)["police"]
    votes(voting, "police", "yes", now, shelves)
    now.passes(hours=1)
    put_off = Which("off-the-case", before.id)
    begin_writing()
    file_document(voting, put_off, shelves.forms["leaves-case"], {}, author=OFFICER, now=now())
    db.session.commit()
    now.passes(hours=1)
    told = {"part_role": "police", "part_organisation": "Sergeant Two", "part_email": "two@police.example"}
    put(voting, "who-takes-part", told, now, shelves)
    assert members(voting)["police"].id != before.id
    assert {one.whom: one.says for one in counted(voting, now).lines}["Sergeant Two"] == "Has not voted yet"
    links = db.session.scalars(select(Link).where(Link.party_id == before.id)).all()
    assert links
    assert all(one.revoked_at for one in links)
    assert list(disagreements(now())) == []


def test_nobody_corrects_a_vote(voting: Case, now: Moment, shelves: Shelves) -> None:
    """What a member has voted only they change, and once it is decided nobody does."""
    for role in ("police", "clarion"):
        votes(voting, role, "yes", now, shelves)
    put(voting, "threshold-decision", DECIDED, now, shelves)
    vote = next(one for one in documents_of(voting) if one.step == "vote")
    assert not can_be_corrected(vote)
    with pytest.raises(Refusal, match="can’t be corrected"):
        check_correction(voting, Which("correction", None, vote.number))


def test_a_decision_that_the_votes_do_not_bear_out_needs_a_second_person(
    voting: Case, now: Moment, shelves: Shelves
) -> None:
    """Before the vote is settled, and against it, one officer alone can't file the decision."""
    for said in ("yes", "no"):
        with pytest.raises(NeedsSecondPerson, match="votes of the panel do not bear this out"):
            put(voting, "threshold-decision", DECIDED, now, shelves)
        db.session.rollback()
        votes(voting, "police", said, now, shelves)
    votes(voting, "clarion", "no", now, shelves)
    assert outcome(voting, now) == "against"
    with pytest.raises(NeedsSecondPerson, match="votes of the panel"):
        put(voting, "threshold-decision", DECIDED, now, shelves)
    db.session.rollback()
    votes(voting, "clarion", "yes", now, shelves)
    votes(voting, "police", "yes", now, shelves)
    put(voting, "threshold-decision", DECIDED, now, shelves)
    assert state(voting, "threshold-decision", now) == "done"


def test_late_votes_and_absent_members(voting: Case, now: Moment, shelves: Shelves) -> None:
    """Who has not voted by the day is chased and counts as absent, and still can vote until the decision."""
    votes(voting, "police", "yes", now, shelves)
    now.is_("2026-05-19 00:01")
    for _ in range(10):
        sweep(now())
    chased = db.session.scalars(select(Message).where(Message.letter == "chase", Message.role == "clarion")).all()
    assert len(chased) == 1
    assert outcome(voting, now) == "no-quorum"
    votes(voting, "clarion", "yes", now, shelves)
    assert outcome(voting, now) == "for"


def test_nobody_is_asked_nothing_rests_on_votes(case: Case, now: Moment, shelves: Shelves) -> None:
    """Where the panel decided in its meeting and nobody was asked by link, the decision counts as it is."""
    assert votes_of(case, "vote", now()) is None
    put(case, "threshold-decision", DECIDED, now, shelves)


def test_guests_join_and_leave_with_their_condition(case: Case, now: Moment, shelves: Shelves) -> None:
    """Who is asked to come as the case needs has an entry; it is taken back once they are not needed any more."""
    put(case, "panel-meeting", {**DAY, "others": ["health"]}, now, shelves)
    assert set(members(case)) == {*CORE, "health"}
    assert "vote" not in asked(case, "health", now)
    now.passes(hours=1)
    put(case, "panel-meeting", {**DAY, "others": ["none"]}, now, shelves)
    assert set(members(case)) == CORE
    assert [method for method, _ in entries(case, "health")] == ["REQUEST", "CANCEL"]
    now.passes(hours=1)
    put(case, "panel-meeting", {**DAY, "others": ["health"]}, now, shelves)
    now.passes(hours=1)
    put(case, "meeting-off", {"off_why": "The chair is ill."}, now, shelves)
    found = entries(case, "health")
    assert [method for method, _ in found] == ["REQUEST", "CANCEL", "REQUEST", "CANCEL"]
    assert len({event["uid"] for _, event in found}) == 1
    assert [event["sequence"] for _, event in found] == sorted(event["sequence"] for _, event in found)


def test_a_meeting_without_its_quorum_is_not_closed(case: Case, now: Moment, shelves: Shelves) -> None:
    """Members who were away, who have an interest or who are none don't count; the message says who does."""
    put(case, "victim-part", {"part": "declined", "part_reasons": "She said so."}, now, shelves)
    now.is_("2026-05-20 17:00")
    police, clarion = THERE
    for people in (
        [],
        [police],
        [police, {**clarion, "person_there": "sorry"}],
        [police, {**clarion, "interest": "yes", "interest_what": "Knows them."}],
        [police, {**clarion, "person_member": "police"}],
        [police, {**clarion, "person_member": "somebody-else"}],
    ):
        with pytest.raises(Refusal, match=r"had no quorum.*At least 2 members.*(Merton Police|nobody)"):
            put(case, "minutes", {**RECORD, "people": people}, now, shelves)
        db.session.rollback()
    put(case, "minutes", RECORD, now, shelves)
    assert state(case, "minutes", now) == "done"
    minutes = next(one.number for one in documents_of(case) if one.step == "minutes")
    with pytest.raises(Refusal, match="had no quorum"):  # nor is it closed by way of a correction
        correct(case, now, shelves, number=minutes, people=[police])
    db.session.rollback()
    correct(case, now, shelves, number=minutes, minutes="We talked for long.")


@pytest.mark.parametrize("asked_first", [True, False])
def test_nobody_is_told_off_who_was_not_invited(case: Case, now: Moment, shelves: Shelves, asked_first: bool) -> None:
    """The letter that a meeting is off is owed to the person only if their invitation had gone."""
    put(case, "victim-part", {"part": "in-person", "part_reasons": "She would like to."}, now, shelves)
    if asked_first:
        invite(case, now)
    now.passes(hours=1)
    put(case, "meeting-off", {"off_why": "The chair is ill."}, now, shelves)
    assert state(case, "invitation-off", now) == ("open" if asked_first else "not needed")


def test_an_officer_writes_down_a_vote_or_does_without(voting: Case, now: Moment, shelves: Shelves) -> None:
    """What a member says on the phone counts as their vote; a vote that is left out is waited for no more."""
    form = shelves.forms["vote"]
    begin_writing()
    which = Which("vote", members(voting)["police"].id)
    said = {"vote": "yes", "vote_why": "On the phone.", "voted_by": "PC Two"}
    file_document(voting, which, form, said, author=OFFICER, now=now())
    db.session.commit()
    votes(voting, "safer-merton", "no", now, shelves)
    assert outcome(voting, now) == "open"
    put(voting, "waive", {"left_out": "vote", "left_out_why": "Clarion can't be reached."}, now, shelves)
    assert outcome(voting, now) == "undecided"


def test_a_chair_who_leaves_is_missed(store: object, now: Moment, shelves: Shelves) -> None:
    """Whoever was to take the chair says that they have an interest: an officer is asked for another, by name."""
    case = opened_in_shropshire(shelves, now, ("police", ""))
    put(case, "threshold-decision", DECIDED, now, shelves)
    put(case, "panel-meeting", DAY, now, shelves)
    chair = members(case)["independent-chair"]
    says(case, "independent-chair", "interest", AN_INTEREST, now, shelves)
    assert "independent-chair" not in members(case)
    tasks = db.session.scalars(select(Task.says).where(Task.kind == f"chair:{chair.id}")).all()
    assert len(tasks) == 1
    assert "deputy chair" in tasks[0]
    assert [method for method, _ in entries(case, "independent-chair")] == ["REQUEST", "CANCEL"]
    invite(case, now)
    now.is_("2026-05-20 17:00")
    put(case, "victim-part", {"part": "declined", "part_reasons": "She said so."}, now, shelves)
    with pytest.raises(Refusal, match="asks for a chair who has had no part in the case"):
        put(case, "minutes", {**RECORD, "chair_apart": "yes", "chair_why": "Nobody else."}, now, shelves)
