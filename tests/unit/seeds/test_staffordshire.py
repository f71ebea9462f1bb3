"""The Staffordshire Commissioner, section by section: each row is a rule of the published pack for appeals."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from tests.unit.seeds.seed import SHELVES, Shipped, assessed, faults, gate, options, step, titles, ways_in
from webform.documents.procedure import Extension, Procedure
from webform.rules.journey import complete, places
from webform.rules.said import with_what_it_says
from webform.rules.threshold import assess

STAFFORDSHIRE = SHELVES.procedures["staffordshire-commissioner"]
FORM = SHELVES.forms[STAFFORDSHIRE.area.opens_with]


def extension(procedure: Procedure) -> Extension:
    return step(procedure, "response").may_extend or Extension()


def questions(form: str, end: str) -> list[str]:
    return [q.id.removesuffix(end) for page in SHELVES.forms[form].pages for q in page.questions if q.id.endswith(end)]


DOCUMENT = [
    pytest.param(lambda p: p.area.kind, "appeal-body", id="2.2: recommends, and overturns nothing"),
    pytest.param(lambda p: titles(p)["spoc"], "Independent Review Manager", id="2.2: who handles the appeal"),
    pytest.param(ways_in, {"online", "email", "forwarded"}, id="2.1, 2.2: by form, by email, or by the lead body"),
    pytest.param(lambda p: "28 days" in gate(p, "too-late").says, True, id="2.1: four weeks or 28 days"),
    pytest.param(lambda p: step(p, "documents-request").to, "relevant-bodies", id="2.2: papers of all the bodies"),
    pytest.param(lambda p: options("appeal-request", "grounds"), ["threshold", "process", "facts", "unsure"],
                 id="2.2: three grounds, one or more"),
    pytest.param(lambda p: options("grounds", "grounds"), ["threshold", "process", "facts"],
                 id="2.2: the applicant is asked for the same three"),
    pytest.param(lambda p: (step(p, "report").to, step(p, "report").copy_to), ("commissioner", "asb-lead"),
                 id="2.2: discussed with the Commissioner and the ASB Lead"),
    pytest.param(lambda p: options("appeal-result", "follows"), ["refer-process", "refer-information",
                                                                "no-further-step"],
                 id="2.2: refer back for a process, or with information, or no step"),
    pytest.param(lambda p: [step(p, name).to for name in ("response", "response-bodies")],
                 ["applicant", "relevant-bodies"], id="2.2: the answer goes to all parties"),
    pytest.param(lambda p: len(extension(p).reasons), 3, id="2.2 note: three reasons for a delay"),
    pytest.param(lambda p: extension(p).send, "delay", id="2.2 note: updates are given"),
    pytest.param(lambda p: step(p, "documents-supplied").strength, "target", id="2.2 note: every effort, so targets"),
    pytest.param(lambda p: step(p, "recommendation-reply").by, "lead-organisation",
                 id="2.3, 4.2: the lead body replies to recommendations"),
    pytest.param(lambda p: step(p, "further-update").strength, "choice", id="4.2: further updates may be sought"),
    pytest.param(lambda p: [one.id for one in p.figures][:2], ["appeals", "considered"], id="4.1: appeals counted"),
    pytest.param(lambda p: str(p.publication.every), "12 months", id="4.1: at least every twelve months"),
    pytest.param(lambda p: len(questions("documents-supply", "_there")), 11, id="Appendix A: eleven kinds of papers"),
    pytest.param(lambda p: questions("documents-supply", "_why"), [*questions("documents-supply", "_there"),
                                                                   "departed"],
                 id="2.2, Appendix A: a reason for each that is missing, and for departures"),
    pytest.param(lambda p: len(questions("compliance-audit", "_done")), 16, id="Appendix B: sixteen points of audit"),
    pytest.param(lambda p: questions("compliance-audit", "_rules"), questions("compliance-audit", "_done"),
                 id="Appendix B: each judged twice, the procedure in one column and the review in the other"),
    pytest.param(lambda p: options("appeal-report", "made_out")[:3], ["threshold", "process", "facts"],
                 id="Appendix B: the audit is of the three grounds"),
]  # fmt: skip


@pytest.mark.parametrize(("read", "expected"), DOCUMENT)
def test_the_document_says(read: Callable[[Procedure], object], expected: object) -> None:
    """What the pack lays down about people, ways and papers stands in the document."""
    assert read(STAFFORDSHIRE) == expected


CHRISTMAS, EASTER, LEAP = "2026-12-23 16:00", "2026-03-23 09:00", "2028-02-22 09:00"
DAYS = [
    pytest.param("grounds-request", CHRISTMAS, "2027-01-04", id="2.2: 5 working days across Christmas"),
    pytest.param("grounds-request", EASTER, "2026-03-30", id="2.2: 5 working days over the clock change"),
    pytest.param("grounds-request", LEAP, "2028-02-29", id="2.2: 5 working days end on leap day"),
    pytest.param("grounds", CHRISTMAS, "2027-01-18", id="2.2: 15 working days across Christmas"),
    pytest.param("grounds", EASTER, "2026-04-15", id="2.2: 15 working days across Easter"),
    pytest.param("report", CHRISTMAS, "2027-02-01", id="2.2: 25 working days across Christmas"),
    pytest.param("report", EASTER, "2026-04-29", id="2.2: 25 working days across Easter"),
    pytest.param("response", CHRISTMAS, "2027-02-15", id="2.2: 35 working days across Christmas"),
    pytest.param("response", EASTER, "2026-05-14", id="2.2: 35 working days across Easter and the May holiday"),
]


@pytest.mark.parametrize(("name", "received", "due"), DAYS)
def test_all_times_count_from_the_receipt_of_the_appeal(name: str, received: str, due: str) -> None:
    """2.2: 5, 15, 25 and 35 working days from the day the office hears of it, whatever has been done since."""
    state, on = Shipped("staffordshire-commissioner", received).says(name, received)
    assert (state in ("open", "waiting"), on) == (True, due)


def appeal(received: str = EASTER) -> Shipped:
    """An appeal with two relevant bodies on it."""
    case = Shipped("staffordshire-commissioner", received, in_time="yes", grounds=["facts"])
    for body in ("council", "police"):
        case.joins(body, received, role="relevant-bodies")
    return case


def test_every_relevant_body_is_asked_and_sends_its_own() -> None:
    """2.2: papers are asked of each body within 5 working days, and each sends them within 15."""
    case = appeal()
    case.file("documents-request", "2026-03-26", kind="letter", party="council")
    assert case.duty("documents-request", "2026-03-31", "police").state == "late"
    assert str(case.duty("documents-supplied", "2026-03-31", "council").due_on) == "2026-04-15"
    case.file(
        "documents-supplied", "2026-04-15 23:00", party="council", request_there="no", request_why="It was by phone"
    )
    assert case.duty("documents-supplied", "2026-04-16", "council").state == "done"
    assert case.duty("documents-supplied", "2026-04-16", "police").state == "late"


def supplied() -> Shipped:
    """An appeal with all papers and grounds in."""
    case = appeal()
    for body in ("council", "police"):
        case.file("documents-request", "2026-03-26", kind="letter", party=body)
        case.file("documents-supplied", "2026-04-10", party=body)
    case.file("grounds-request", "2026-03-26", kind="letter")
    case.file("grounds", "2026-04-13", grounds=["facts"])
    return case


def test_the_report_waits_for_papers_and_grounds() -> None:
    """2.2: the report follows when bodies and applicant have answered; it is late by day 25 in any case."""
    case = supplied()
    assert case.state("report", "2026-04-12") == "waiting"
    assert case.state("report", "2026-04-14") == "open"
    assert appeal().state("report", "2026-04-30") == "late"


def decided(*result: str, **answers: Any) -> Shipped:
    """An appeal that was decided and answered on 30 November 2026."""
    case = supplied()
    case.file("report", "2026-11-25")
    case.file("commissioner-decision", "2026-11-27", follows=list(result), **answers)
    case.file("response", "2026-11-30", kind="letter")
    for body in ("council", "police"):
        case.file("response-bodies", "2026-11-30", kind="letter", party=body)
    return case


FOLLOW_UP = [
    pytest.param(["refer-process"], {}, "2027-02-27", ("waiting", "2027-03-01"),
                 id="4.2: three months from 30 November end with February"),
    pytest.param(["refer-information"], {}, "2027-02-28", ("open", "2027-03-01"),
                 id="4.2: the last of February is a Sunday, so on Monday"),
    pytest.param(["no-further-step"], {"recommended": "Train staff"}, "2027-02-28", ("open", "2027-03-01"),
                 id="4.2: recommendations are followed up too"),
    pytest.param(["no-further-step"], {"recommended": ""}, "2027-02-28", ("not needed", ""),
                 id="4.2: nothing was put to the bodies, so nothing to ask"),
]  # fmt: skip


@pytest.mark.parametrize(("result", "answers", "now", "expected"), FOLLOW_UP)
def test_the_follow_up_after_three_months(
    result: list[str], answers: dict[str, Any], now: str, expected: tuple[str, str]
) -> None:
    """4.2: how the case stands is asked three months after the end of the appeal."""
    assert decided(*result, **answers).says("status-request", now) == expected


@pytest.mark.parametrize(("received", "due"), [(CHRISTMAS, "2027-05-17"), (EASTER, "2026-08-14")])
def test_the_follow_up_is_foreseen_three_months_after_the_answer(received: str, due: str) -> None:
    """4.2: from the last day for the answer, be it a Saturday, of an appeal that has only just come."""
    duty = Shipped("staffordshire-commissioner", received).duty("status-request", received)
    assert (duty.forecast, str(duty.due_on)) == (True, due)


@pytest.mark.parametrize(("result", "state"), [("refer-process", "open"), ("no-further-step", "not needed")])
def test_a_reply_is_asked_where_something_was_recommended(result: str, state: str) -> None:
    """2.3: the lead body is asked to respond to what was recommended."""
    assert decided(result, recommended="").says("recommendation-reply", "2026-12-01") == (state, "")


def test_more_time_is_told_and_has_a_new_date() -> None:
    """2.2 note: papers come late, so the answer is put off, and the first date stays on record."""
    case = appeal()
    answers: dict[str, Any] = {"which": "response", "until_on": "2026-06-01", "because": ["late-papers"]}
    case.documents[-1] = with_what_it_says(
        case.file("more-time", "2026-05-11", effect="extends", **answers), SHELVES.forms["more-time"]
    )
    duty = case.duty("response", "2026-05-15")
    assert (str(duty.due_on), str(duty.original_due_on)) == ("2026-06-01", "2026-05-14")
    assert duty.state != "late"


ASKED = {
    "capacity": "me", "name": "Jo Bell", "email_safe": "yes", "email": "jo@people.example", "voicemail_safe": "none",
    "post_safe": "none", "channel": "email", "lead_body": "Stafford", "in_time": "yes", "grounds": ["facts"],
    "headline": "They left out my diary", "consent": "yes", "declaration": "yes",
}  # fmt: skip
GATES = [
    pytest.param("too-late", {"in_time": "no"}, "applies", id="2.1: later than 28 days"),
    pytest.param("too-late", {}, "does not apply", id="2.1: in time"),
    pytest.param("too-late", {"in_time": "unsure"}, "not known yet", id="2.1: nobody knows"),
    pytest.param("no-ground-yet", {"grounds": ["unsure"]}, "applies", id="2.2: reasons are asked for"),
]


@pytest.mark.parametrize(("name", "changes", "expected"), GATES)
def test_the_gates(name: str, changes: dict[str, Any], expected: str) -> None:
    """A late appeal and one without grounds are pointed out, and no appeal is turned away."""
    answers = {**ASKED, **changes}
    assert complete(FORM, answers)
    finding = assess(STAFFORDSHIRE, FORM, answers, dt.date(2026, 5, 11))
    assert next(one.result for one in finding.gates if one.id == name) == expected


COUNCILS = [
    pytest.param({}, "2026-05-11", "met", id="3.2: three complaints, each within a month, in six months"),
    pytest.param({"action_taken": "enough"}, "2026-05-11", "met", id="3.2: incidents count, not whether anybody acted"),
    pytest.param({"continuing": "no"}, "2026-05-11", "met", id="3.2: open or closed"),
    pytest.param({"born": "2014-02-28"}, "2026-05-11", "met", id="3.3: of any age"),
    pytest.param({"capacity": "behalf", "victim_agrees": "unable"}, "2026-05-11", "met",
                 id="3.3: without consent where somebody cannot give it"),
    pytest.param({}, "2026-09-08", "not met", id="3.2: historical incidents do not bring it about"),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "received", "expected"), COUNCILS)
def test_what_the_pack_says_of_councils_is_the_test_in_the_law(
    changes: dict[str, Any], received: str, expected: str
) -> None:
    """Section 3 binds councils: it is what the test in the law does for each of them."""
    for area in ("bromley", "maidstone", "merton", "shropshire"):
        assert assessed(area, received, **changes).statutory.result == expected


def test_a_missing_paper_needs_its_reason() -> None:
    """2.2: where a paper is not there, the form asks why, and is not complete without."""
    form = SHELVES.forms["documents-supply"]
    everything = {f"{name}_there": "yes" for name in questions("documents-supply", "_there")}
    told = {"body_name": "Stafford", "departed": "no", **everything}
    assert complete(form, told)
    assert not complete(form, {**told, "minutes_there": "no"})
    assert complete(form, {**told, "minutes_there": "no", "minutes_why": "Nobody took any."})
    assert len(places(form, told)) == 14


def test_nothing_is_wrong_with_it() -> None:
    """The check finds no error."""
    assert faults("staffordshire-commissioner", "error") == {}
