"""Consent: whose is missing, what whoever asked may see, and which steps wait for it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.unit.rules.small_procedures import ROLES, Case, at, step
from webform.documents.consent import Said, Sight
from webform.rules.agreement import EVERYTHING, Agreement
from webform.rules.consent import (
    UNCHANGED,
    UNTIL_ANSWERED,
    Answer,
    View,
    answers_at,
    is_kept_from,
    kept_from,
    must_not_be_asked,
    readers_at,
    view_of,
    waiting_for_consent,
)  # fmt: skip
from webform.rules.folder import Folder
from webform.rules.reckoning import Reckoning

PEOPLE = [
    *ROLES,
    {"id": "victim", "title": "the person affected", "local": False, "external": True},
    {"id": "member", "title": "a member of the group", "local": False, "external": True, "plural": True},
]
FOR_ANOTHER = {"when": {"request.capacity": "behalf"}, "of": ["victim", "member"]}
NOTHING: frozenset[Sight] = frozenset()
PROGRESS: frozenset[Sight] = frozenset({"progress"})


def asked_for(*steps: dict[str, Any], capacity: str = "behalf", **consent: Any) -> Case:
    """A case that somebody asked for another person, received on Monday 2 November at 10am."""
    case = Case(*steps, step("consent"), received=None, role=PEOPLE, consent=FOR_ANOTHER | consent)
    case.file("request", "2026-11-02 10:00", effect="opens-case", role="applicant", capacity=capacity)
    return case


def says(case: Case, when: str, said: Said, party: str | None = None, **more: Any) -> None:
    """Somebody says what they agree to."""
    shows = frozenset(more.pop("shows", ())) if said != "yes" else EVERYTHING
    more.pop("shows", None)
    elsewhere = more.pop("elsewhere", False)
    agreement = Agreement(said, shows=shows, **more)
    case.file("consent", when, effect="consents", party=party, agreement=agreement, elsewhere=elsewhere)


def reckoned(case: Case, now: str) -> Reckoning:
    return Reckoning(case.procedure, Folder(tuple(case.documents), tuple(case.parties)), case.calendar, at(now))


def answers(case: Case, now: str) -> list[Answer]:
    return list(answers_at(reckoned(case, now), at(now)))


def standings(case: Case, now: str = "2026-12-01") -> list[str]:
    return [one.standing for one in answers(case, now)]


def view(case: Case, now: str = "2026-12-01", role: str = "applicant") -> View:
    return view_of(reckoned(case, now), role)


# --- Whose ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "expected"),
    [("yes", "given"), ("in-part", "in part"), ("no", "refused"), ("takes-back", "taken back"), ("without", "without")],
)
def test_what_was_said_is_how_it_stands(said: Said, expected: str) -> None:
    """Nobody has said anything at first; then it stands as it was said."""
    case = asked_for()
    assert standings(case) == ["missing"]
    says(case, "2026-11-03", said)
    assert standings(case) == [expected]


def test_what_was_said_last_counts() -> None:
    """Somebody agrees, takes it back, and agrees again."""
    case = asked_for()
    says(case, "2026-11-03", "yes")
    says(case, "2026-11-10", "takes-back")
    says(case, "2026-11-17", "yes")
    found = [standings(case, now) for now in ("2026-11-04", "2026-11-11", "2026-11-18")]
    assert found == [["given"], ["taken back"], ["given"]]


def test_nobody_is_asked_who_asks_for_themselves() -> None:
    """Where the procedure's condition does not hold, or it has none, nobody's consent is missing."""
    assert standings(asked_for(capacity="me")) == []
    assert standings(asked_for(when=None)) == []


def test_of_a_group_everybody_is_asked() -> None:
    """One member of three has agreed and one has refused; what one says is nobody else's."""
    case = asked_for()
    for member in ("ann", "bob", "cem"):
        case.joins(member, "2026-11-02 10:00", role="member")
    says(case, "2026-11-03", "yes", party="ann")
    says(case, "2026-11-04", "no", party="bob")
    found = {one.party: one.standing for one in answers(case, "2026-12-01")}
    assert found == {"ann": "given", "bob": "refused", "cem": "missing"}


def test_what_names_nobody_is_no_word_of_a_member() -> None:
    """A document that does not say which member it is about speaks for none of them."""
    case = asked_for()
    case.joins("ann", "2026-11-02 10:00", role="member")
    says(case, "2026-11-03", "yes")
    assert standings(case) == ["missing"]


def test_who_left_the_case_is_not_asked() -> None:
    """A member who has left is not waited for."""
    case = asked_for()
    case.joins("ann", "2026-11-02 10:00", role="member", left="2026-11-09")
    case.joins("bob", "2026-11-02 10:00", role="member")
    assert [one.party for one in answers(case, "2026-12-01")] == ["bob"]


def test_only_the_ways_that_the_procedure_takes_count() -> None:
    """Where it wants a signature, a word on the phone is kept and does not count; a refusal counts in any way."""
    case = asked_for(how=["signed"])
    says(case, "2026-11-03", "yes", how="verbal")
    assert standings(case) == ["not as asked"]
    says(case, "2026-11-04", "yes", how="signed")
    assert standings(case) == ["given"]
    says(case, "2026-11-05", "no", how="verbal")
    assert standings(case) == ["refused"]


def test_what_was_agreed_to_elsewhere_closes_and_opens_nothing() -> None:
    """Agreed in part before another council: here it waits for an answer, and what was left out stays left out."""
    case = asked_for(stops=["consent"])
    shows = ["progress", "details"]
    says(case, "2026-11-03", "in-part", shows=shows, main="victim", not_with=("Acme",), elsewhere=True)
    assert standings(case) == ["elsewhere"]
    assert view(case).now == PROGRESS
    r = reckoned(case, "2026-12-01")
    assert (readers_at(r, r.now).asks, kept_from(r, r.now)) == (False, {"acme"})
    assert waiting_for_consent(r)
    says(case, "2026-12-02", "yes")
    assert standings(case, "2026-12-03") == ["given"]


def test_a_procedure_may_take_what_was_agreed_to_elsewhere() -> None:
    """It counts as if it had been said here."""
    case = asked_for(from_elsewhere=True)
    says(case, "2026-11-03", "yes", elsewhere=True)
    assert standings(case) == ["given"]


def test_what_was_refused_elsewhere_holds_whatever_was_decided_there() -> None:
    """The other council went on without an answer; here the refusal stands until somebody decides here."""
    case = asked_for()
    says(case, "2026-11-03", "no", elsewhere=True)
    says(case, "2026-11-04", "without", reason="risk-of-harm", shows=["progress", "letters"], elsewhere=True)
    assert standings(case) == ["refused"]
    r = reckoned(case, "2026-12-01")
    assert must_not_be_asked(r, "victim", None, r.now)
    says(case, "2026-12-02", "without", reason="unable", shows=["progress"])
    assert standings(case, "2026-12-03") == ["without"]


# --- What may be seen -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "shows", "expected"),
    [
        ("yes", (), EVERYTHING),
        ("in-part", ("progress", "letters"), {"progress", "letters"}),
        ("in-part", (), NOTHING),
        ("no", (), NOTHING),
        ("takes-back", (), NOTHING),
        ("without", ("progress",), PROGRESS),
    ],
)
def test_whoever_asked_sees_what_was_allowed(said: Said, shows: tuple[Sight, ...], expected: set[Sight]) -> None:
    """What is shown is what the person allowed; what the council decided, where they could not be asked."""
    case = asked_for()
    says(case, "2026-11-03", said, shows=shows)
    assert view(case).now == expected


def test_until_somebody_answers_no_details_are_shown() -> None:
    """The law has whoever asks told of the decision and the outcome, and no more than that is shown."""
    assert view(asked_for()).now == UNTIL_ANSWERED == {"progress", "letters"}


def test_consent_in_another_way_than_asked_shows_no_more_than_none() -> None:
    """Where a signature is wanted, a word on the phone opens nothing."""
    case = asked_for(how=["signed"])
    says(case, "2026-11-03", "yes", how="verbal")
    assert view(case).now == UNTIL_ANSWERED


def test_who_asks_for_themselves_and_the_person_affected_see_everything() -> None:
    """No consent is needed to see one's own case."""
    assert view(asked_for(capacity="me")).now == EVERYTHING
    assert view(asked_for(), role="victim").now == EVERYTHING


def test_while_nobody_has_said_who_asks_little_is_shown() -> None:
    """Without the answer that it hangs on, no more is shown than if consent were missing."""
    case = asked_for()
    case.documents.clear()
    case.file("request", "2026-11-02 10:00", effect="opens-case", role="applicant")
    assert view(case).now == UNTIL_ANSWERED


def test_what_was_shown_before_a_withdrawal_stays_and_nothing_new_is() -> None:
    """A letter of the 5th was shown; consent went on the 10th; a letter of the 12th is not shown."""
    case = asked_for()
    says(case, "2026-11-04", "yes")
    says(case, "2026-11-10", "takes-back")
    found = view(case)
    assert found.shows("letters", at("2026-11-05"))
    assert not found.shows("letters", at("2026-11-12"))
    assert not found.shows("progress", at("2026-11-12"))


def test_what_came_before_the_consent_is_shown_with_it() -> None:
    """Agreeing opens what is there already."""
    case = asked_for()
    says(case, "2026-11-09", "yes")
    assert view(case).shows("details", at("2026-11-03"))


@pytest.mark.parametrize(
    ("bob", "expected"), [("yes", EVERYTHING), ("in-part", UNTIL_ANSWERED), ("no", UNTIL_ANSWERED)]
)
def test_of_a_group_nobody_closes_the_case_to_the_others(bob: Said, expected: set[Sight]) -> None:
    """What was told is shown if every member allows it; that the case goes on is shown whatever one of them says."""
    case = asked_for()
    for member, said in (("ann", "yes"), ("bob", bob)):
        case.joins(member, "2026-11-02 10:00", role="member")
        says(case, "2026-11-03", said, party=member)
    assert view(case).now == expected


# --- Who is written to ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "more", "asks", "people"),
    [
        ("yes", {"main": "applicant"}, True, 0),
        ("yes", {"main": "victim"}, False, 1),
        ("yes", {"main": "both"}, True, 1),
        ("in-part", {"main": "applicant", "shows": ["progress"]}, False, 1),
        ("in-part", {"main": "applicant", "shows": ["letters"]}, True, 0),
        ("without", {"main": "applicant", "shows": ["progress"]}, False, 0),
        ("no", {}, False, 0),
        ("takes-back", {}, False, 0),
    ],
)
def test_the_person_says_who_is_written_to(said: Said, more: dict[str, Any], asks: bool, people: int) -> None:
    """Whoever asks until they answer; then whom they name, and never somebody who may not see letters."""
    case = asked_for()
    r = reckoned(case, "2026-12-01")
    assert readers_at(r, r.now) == UNCHANGED
    says(case, "2026-11-03", said, **more)
    r = reckoned(case, "2026-12-01")
    found = readers_at(r, r.now)
    assert (found.asks, len(found.people)) == (asks, people)


@pytest.mark.parametrize(
    ("written", "called", "kept"),
    [
        ("the police", "Metropolitan Police", True),
        ("Acme Housing Association", "Acme Housing", True),
        ("ACME  housing", "Acme Housing", True),
        ("the school", "Acme Housing", False),
        ("no", "Norfolk Council", False),
        ("", "Acme Housing", False),
    ],
)
def test_who_must_not_be_told_is_known_by_what_people_call_them(written: str, called: str, kept: bool) -> None:
    """Part of a name is enough, a word too short to tell names apart is not."""
    case = asked_for()
    says(case, "2026-11-03", "yes", not_with=(written,))
    r = reckoned(case, "2026-12-01")
    assert is_kept_from(kept_from(r, r.now), called) is kept


# --- What waits -----------------------------------------------------------------------------------------------------

SHARE = step("share", after="request", within="5 working days")


def test_no_step_waits_unless_the_procedure_says_so() -> None:
    """Missing consent stops nothing by itself: the Act lets any other person apply."""
    case = asked_for(SHARE)
    assert case.state("share", "2026-11-03") == "open"


def test_a_named_step_waits_and_says_for_what() -> None:
    """The step is held, has no due date, and its explanation names whose consent it waits for."""
    duty = asked_for(SHARE, step("call", after="request"), stops=["share"]).duty("share", "2026-11-04")
    assert (duty.state, duty.due_on) == ("held", None)
    line = "Waits for the consent of the person affected since Monday 2 November 2026 at 10am: 5 working days remain."
    assert line in duty.explanation


def test_other_steps_go_on() -> None:
    """What the procedure does not name keeps its date."""
    case = asked_for(SHARE, step("call", after="request", within="5 working days"), stops=["share"])
    assert case.due("call", "2026-11-04") == date(2026, 11, 9)


@pytest.mark.parametrize("said", ["yes", "in-part", "without"])
def test_the_time_that_consent_took_is_given_back(said: Said) -> None:
    """Asked on Monday the 2nd, answered at noon on the 5th: three days are held, 5, 6, 9, 10, 11 November count."""
    case = asked_for(SHARE, stops=["share"])
    says(case, "2026-11-05", said)
    assert case.duty("share", "2026-11-05 13:00").state == "open"
    assert case.due("share", "2026-11-05 13:00") == date(2026, 11, 11)


@pytest.mark.parametrize("said", ["no", "takes-back"])
def test_a_step_waits_again_when_consent_is_taken_back(said: Said) -> None:
    """What was open is held from the refusal on, until somebody decides."""
    case = asked_for(SHARE, stops=["share"])
    says(case, "2026-11-03", "yes")
    says(case, "2026-11-04", said)
    assert case.state("share", "2026-11-04 13:00") == "held"
    says(case, "2026-11-06", "without")
    assert case.state("share", "2026-11-06 13:00") == "open"


def test_a_step_waits_for_the_last_of_a_group() -> None:
    """Two of two have to agree."""
    case = asked_for(SHARE, stops=["share"])
    for member in ("ann", "bob"):
        case.joins(member, "2026-11-02 10:00", role="member")
    says(case, "2026-11-03", "yes", party="ann")
    assert case.state("share", "2026-11-03 13:00") == "held"
    says(case, "2026-11-04", "yes", party="bob")
    assert case.state("share", "2026-11-04 13:00") == "open"


def test_who_asks_for_themselves_waits_for_nobody() -> None:
    """Where no consent is needed, the step is open."""
    assert asked_for(SHARE, capacity="me", stops=["share"]).state("share", "2026-11-04") == "open"
