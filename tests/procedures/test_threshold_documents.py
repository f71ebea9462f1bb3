"""One tiny document for each thing that a threshold can say, with findings worked out by hand.

Requests are received on 22 November 2026 unless the row says otherwise. Six months before is 22 May 2026.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from webform.documents.check import check
from webform.documents.shelf import read_shelves
from webform.rules.by_hand import read_answers
from webform.rules.finding import Finding
from webform.rules.threshold import assess

HERE = Path(__file__).resolve().parent
DOCUMENTS = sorted((HERE / "threshold").glob("*.toml"))
SHELF = read_shelves(HERE / "base", None, DOCUMENTS)
Row = tuple[str, dict[str, Any], str]
MET, NOT, JUDGE = "met", "not met", "needs judgement"


def report(day: Any = "2026-11-02", **keys: Any) -> dict[str, Any]:
    return {"report.date": day, **keys}


def incident(day: Any = "2026-11-01", *reports: dict[str, Any], **keys: Any) -> dict[str, Any]:
    meant = {f"incident.{key}": value for key, value in keys.items()}
    return {"incident.date": day, "report": list(reports) or [report()], **meant}


def by(who: str, name: str = "", **keys: Any) -> dict[str, Any]:
    named = {"report.reporter_name": name} if name else {}
    return incident("2026-11-01", report(**{"report.reporter": who, **named}, **keys))


def told(*incidents: dict[str, Any], **keys: Any) -> dict[str, Any]:
    return {"incident": list(incidents), **keys}


def reported(*days: str, happened: str = "2026-11-01", **keys: Any) -> dict[str, Any]:
    return told(*(incident(happened, report(day)) for day in days), **keys)


THRICE = incident("2026-11-01", report(), report("2026-11-03"), report("2026-11-04"))
ONE = incident()
PEOPLE = [by("me"), by("home", "Ann"), by("else", "Bob"), by("else", "Cat")]
OFFICIAL = {"report.agency": "police"}
COUNTS: list[Row] = [
    ("incidents", told(ONE, ONE, ONE), MET),
    ("incidents", told(THRICE), NOT),  # told three times, happened once
    ("reports", told(THRICE), MET),
    ("reports", told(ONE, ONE), NOT),
    ("reports", told(ONE, **{"others.reported": "yes"}), JUDGE),  # others reported it, nobody knows how often
    ("people", told(*PEOPLE, by("else", "Dee")), MET),
    ("people", told(*PEOPLE, by("else", "bob")), NOT),  # Bob again
    ("people", told(*PEOPLE, by("else")), JUDGE),  # may be Bob, Cat or a fifth
    ("people", told(*PEOPLE, by("unsure")), JUDGE),
    ("people", told(by("me"), by("me"), by("me"), by("me"), by("me")), NOT),
    ("people", told(by("me"), **{"others.reported": "yes", "others.reporters": 4}), JUDGE),  # four more
    ("people", told(by("me"), **{"others.reported": "yes", "others.reporters": 3}), NOT),
    ("people", told(by("me"), **{"others.reported": "unsure"}), JUDGE),
    ("people", told(by("me"), **{"others.reported": "no", "others.reporters": 9}), NOT),
    ("more-than-one-person", told(by("me"), by("me"), by("me"), by("me"), by("else", "Bob")), MET),
    ("more-than-one-person", told(*[by("me")] * 5), NOT),
    ("same-individual", told(by("me"), by("me"), by("me")), MET),
    ("same-individual", told(by("me"), by("me"), by("else", "Bob")), NOT),
    ("same-individual", told(by("else", "Bob"), by("else", "bob"), by("else", "Bob")), MET),
    ("same-individual", told(by("else", "Bob"), by("else", "Bob"), by("else", "Bob Smith")), JUDGE),
    ("same-individual", told(by("else", "Bob"), by("else", "Bob"), by("else")), JUDGE),
    ("same-individual", told(by("else"), by("else"), by("else")), JUDGE),  # three neighbours, or one
    ("same-individual", told(by("me"), by("me"), by("unsure")), JUDGE),
    ("same-individual", told(by("me"), by("me"), **{"others.reported": "yes"}), NOT),
    ("households", told(by("me"), by("home", "Ann")), NOT),
    ("households", told(by("me"), by("else", "Bob")), MET),
    ("households", told(by("else", "Bob"), by("else", "Cat")), JUDGE),  # they may live together
    ("households", told(by("else", "Bob", **{"report.household": "4 Mill Lane"}),
                        by("else", "Cat", **{"report.household": "4 mill lane"})), NOT),
    ("households", told(by("else", "Bob", **{"report.household": "4 Mill Lane"}),
                        by("else", "Cat", **{"report.household": "6 Mill Lane"})), MET),
    ("groups", told(by("residents", "Mill Lane Residents")), MET),
    ("groups", told(by("me"), **{"applicant.capacity": "group"}), MET),
    ("groups", told(by("me"), **{"applicant.capacity": "me"}), NOT),
    ("groups", told(by("unsure")), JUDGE),
    ("agencies", told(incident("2026-11-01", report(**{"report.agency": "council"}), report(**OFFICIAL))), MET),
    ("agencies", told(incident("2026-11-01", report(**OFFICIAL), report(**OFFICIAL))), NOT),
    ("agencies", told(*[by("me", **{"report.agency": "other", "report.to": name}) for name in ("School", "GP")]), MET),
    ("agencies", told(*[by("me", **{"report.agency": "other"})] * 2), JUDGE),  # one school told twice, or two bodies
    ("different-dates", told(incident("2026-11-01"), incident("2026-11-02", report()), incident("2026-10-01")), MET),
    ("different-dates", told(incident("2026-11-01"), incident("2026-11-01"), incident("2026-10-01")), NOT),
    ("different-dates", told(incident("2026-11-01"), incident(["2026-10-31", "2026-11-01"]), incident("2026-10-01")),
     JUDGE),
    ("same-problem", told(incident(problem="noise"), incident(problem="noise")), MET),
    ("same-problem", told(incident(problem="noise"), incident(problem="litter")), NOT),
    ("same-problem", told(incident(problem="noise"), incident(problem="unsure")), JUDGE),
    ("same-place-or-culprit", told(incident(place="the park"), incident(place="The  Park")), MET),
    ("same-place-or-culprit", told(incident(place="a", culprit="Max"), incident(place="b", culprit="Max")), MET),
    ("same-place-or-culprit", told(incident(place="the park"), incident(place="by the pond")), JUDGE),
    ("related", told(ONE, ONE, one_problem="yes"), MET),
    ("related", told(ONE, ONE, one_problem="no"), NOT),
    ("related", told(ONE, ONE, one_problem="unsure"), JUDGE),
    ("one-in-the-last-month", reported("2026-06-01", "2026-07-01", "2026-10-22"), MET),
    ("one-in-the-last-month", reported("2026-06-01", "2026-07-01", "2026-10-21"), NOT),
]  # fmt: skip

CONDITIONS: list[Row] = [
    ("nested", told(incident(hate="yes")), MET),
    ("nested", told(*[by("me", **OFFICIAL)] * 3, **{"behaviour.continuing": "yes"}), MET),
    ("nested", told(*[by("me", **OFFICIAL)] * 3, **{"behaviour.continuing": "no"}), JUDGE),  # nobody asked about hate
    ("nested", told(*[incident(hate="no")] * 3, **{"behaviour.continuing": "no"}), NOT),
    ("hate", told(incident(hate="yes") | {"strand": "age"}), MET),
    ("hate", told(incident(hate="yes") | {"strand": "goth"}), NOT),
    ("hate", told(incident(hate="unsure") | {"strand": "age"}), JUDGE),
    ("recorded-hate", told(incident(hate="yes", recorded_as_hate="yes")), MET),
    ("recorded-hate", told(incident(hate="yes", recorded_as_hate="no")), NOT),
    ("recorded-hate", told(incident(hate="yes", recorded_as_hate="unsure")), JUDGE),
    ("anonymous", told(by("me", named="yes")), MET),
    ("anonymous", told(by("me", named="no")), NOT),
    ("anonymous", told(by("me")), JUDGE),
    ("diary", told(by("me", **{"report.channel": "phone"})), MET),
    ("diary", told(by("me", **{"report.channel": "diary"})), JUDGE),
    ("not-recorded", told(by("me", logged="yes")), MET),
    ("not-recorded", told(by("me", logged="no")), NOT),
    ("same-home-left-out", told(by("me"), by("home", "Ann")), NOT),
    ("same-home-left-out", told(by("me"), by("else", "Bob")), MET),
    ("no-action", told(ONE, replied="no", visited="no"), MET),
    ("no-action", told(ONE, replied="no", visited="yes"), NOT),
    ("no-action", told(ONE, replied="no"), JUDGE),
    ("no-effective-action", told(*[by("me", **{"report.response": "none"})] * 2), MET),
    ("no-effective-action", told(*[by("me", **{"report.response": said}) for said in ("none", "some")]), NOT),
    ("time-given", told(ONE, **{"decide.time_given": "yes"}), MET),
    ("time-given", told(ONE, **{"decide.time_given": "no"}), NOT),
    ("time-given", told(ONE), JUDGE),
    ("promise-passed", told(by("me", promised="2026-11-21")), MET),
    ("promise-passed", told(by("me", promised="2026-11-22")), NOT),  # the promised day itself is not over
    ("continuing", told(ONE, **{"behaviour.continuing": "yes"}), MET),
    ("continuing", told(ONE, **{"behaviour.continuing": "unsure"}), JUDGE),
    ("risk-band", told(ONE, risk={"often": "daily", "alone": "yes"}), MET),  # 24 points
    ("risk-band", told(ONE, risk={"often": "weekly", "alone": "yes"}), NOT),  # 18
    ("risk-band", told(ONE), JUDGE),
    ("discretion", told(decide={"persistence": "no", "harm": "yes", "adequacy": "no"}), MET),
    ("discretion", told(decide={"persistence": "no", "harm": "no", "adequacy": "no"}), NOT),
    ("discretion", told(decide={"persistence": "no"}), JUDGE),
]  # fmt: skip

# Inclusive months end the day before the corresponding date, or on the month's last day where there is none.
WINDOWS: list[Row] = [
    ("window-request", reported("2026-05-22"), MET),
    ("window-request", reported("2026-05-21"), NOT),
    ("window-request", told(incident("2026-05-01", report(["2026-05-15", "2026-05-31"]))), JUDGE),
    ("window-request", told(incident("unknown", report("unknown"))), JUDGE),
    ("window-each-incident", reported("2026-04-03", happened="2026-03-03"), MET),
    ("window-each-incident", reported("2026-04-04", happened="2026-03-03"), NOT),
    ("window-each-incident", reported("2026-02-28", happened="2026-01-31"), MET),
    ("window-each-incident", reported("2026-03-01", happened="2026-01-31"), NOT),
    ("window-each-incident-inclusive", reported("2026-04-02", happened="2026-03-03"), MET),
    ("window-each-incident-inclusive", reported("2026-04-03", happened="2026-03-03"), NOT),
    ("window-each-incident-inclusive", reported("2024-02-29", happened="2024-01-31"), MET),
    ("window-each-incident-inclusive", reported("2024-03-01", happened="2024-01-31"), NOT),
    ("window-each-report", reported("2026-05-23"), MET),
    ("window-each-report", reported("2026-05-22"), NOT),
    ("window-thirty-days", reported("2026-03-31", happened="2026-03-01"), MET),
    ("window-thirty-days", reported("2026-04-01", happened="2026-03-01"), NOT),
    ("window-first-report", reported("2026-06-01", "2026-07-01"), MET),
    ("window-first-report", reported("2026-06-01", "2026-07-02"), NOT),
    ("window-latest-report", reported("2026-06-01", "2026-10-22"), MET),
    ("window-latest-report", reported("2026-06-01", "2026-10-21"), NOT),
    ("window-first-incident", told(incident("2026-10-01", report("2026-11-02")), incident("2026-10-15")), MET),
    ("window-first-incident", told(incident("2026-10-01", report("2026-11-02")), incident("2026-10-16")), NOT),
    ("window-latest-incident", told(incident("2026-06-01"), incident("2026-10-22")), MET),
    ("window-latest-incident", told(incident("2026-06-01"), incident("2026-10-21")), NOT),
    ("window-any", told(incident("2025-03-01"), incident("2026-01-31"), incident("2026-02-28")), MET),
    ("window-any", told(incident("2025-03-01"), incident("2026-01-31"), incident("2026-03-01")), NOT),
    ("window-not-within", reported("2026-11-14", "2026-11-14"), MET),
    ("window-not-within", reported("2026-11-14", "2026-11-15"), NOT),
]  # fmt: skip


def find_out(name: str, answers: dict[str, Any], received: str = "2026-11-22") -> Finding:
    procedure = SHELF.procedures[name]
    read, filed = read_answers(procedure, SHELF.forms_of(procedure), answers)
    return assess(procedure, SHELF.forms["ask"], read, dt.date.fromisoformat(received), filed)


@pytest.mark.parametrize(("name", "answers", "expected"), [*COUNTS, *CONDITIONS, *WINDOWS])
def test_a_tiny_document_finds_what_was_worked_out_by_hand(name: str, answers: dict[str, Any], expected: str) -> None:
    """The document's own route, for one request."""
    received = "2024-03-22" if "2024-0" in str(answers) else "2026-11-22"
    route = next(route for route in find_out(name, answers, received).routes if route.id == "local")
    assert route.result == expected


@pytest.mark.parametrize(
    ("name", "answers", "expected"),
    [
        ("override", told(ONE, **{"decide.override": "yes"}), "met at discretion"),
        ("override", told(ONE, **{"decide.override": "no"}), "not met"),
        ("override", told(ONE), "needs judgement"),
        ("override", told(ONE, ONE, ONE), "met mandatory"),
        ("gate-not-suitable", told(ONE, cps="yes"), "not suitable"),
        ("gate-not-suitable", told(ONE, ONE, ONE, cps="yes"), "met mandatory"),  # the law is never turned aside
        ("gate-not-suitable", told(ONE, cps="no"), "met local"),
        ("gate-hold", told(ONE, complaint="yes"), "met local"),
        ("gate-vexatious", told(ONE, **{"decide.vexatious": "yes"}), "needs judgement"),
        ("gate-vexatious", told(ONE, **{"decide.vexatious": "no"}), "met local"),
        ("gate-warn", told(ONE, **{"behaviour.continuing": "no"}), "met local"),
        # Three complaints about one incident: the Act can be read either way.
        ("statutory-twin", told(THRICE), "needs judgement"),
        ("statutory-twin", told(*[by("me", named="no")] * 3), "met mandatory"),  # no exclusion reaches the law's test
        ("statutory-twin", told(ONE, ONE), "not met"),
    ],
)
def test_the_result_of_a_tiny_document(name: str, answers: dict[str, Any], expected: str) -> None:
    """What the finding comes to, gates included."""
    assert find_out(name, answers).result == expected


def test_a_gate_ends_with_its_event() -> None:
    """The hold is proposed while the complaint is open, and no longer once it is answered."""
    assert find_out("gate-hold", told(ONE, complaint="yes")).gates[0].result == "applies"
    ended = find_out("gate-hold", told(ONE, complaint="yes", answered={"answer": "Done"}))
    assert ended.gates[0].result == "does not apply"


def test_each_document_is_tried_and_well_written() -> None:
    """Every tiny document has a row here, and nothing in it is a fault of writing."""
    tried = {name for name, _, _ in (*COUNTS, *CONDITIONS, *WINDOWS)}
    alone = {"override", "gate-not-suitable", "gate-hold", "gate-vexatious", "gate-warn", "statutory-twin"}
    assert tried | alone == {path.stem for path in DOCUMENTS}
    of_law = ("contact", "dissatisfaction", "figures", "telling", "revising")  # tiny documents promise nothing
    for name in tried | alone:
        faults = [fault for fault in check(SHELF, name) if fault.level == "error" and fault.rule not in of_law]
        assert [fault.line() for fault in faults if not fault.key.startswith("notices")] == []


def test_both_readings_of_the_act_are_shown() -> None:
    """Sentence 36: the reading by complaints and the one by incidents stand side by side."""
    statutory = find_out("statutory-twin", told(THRICE)).statutory
    assert [part.result for part in statutory.conditions[0].parts] == ["met", "not met"]
