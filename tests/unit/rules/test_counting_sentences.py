"""Counting, windows and ages: the sentences 29 to 37 of the meaning of a procedure, reckoned on a calendar."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from pydantic import ValidationError

from tests.unit.rules.forms_for_tests import form, incident, page, procedure
from tests.unit.rules.small_procedures import Case, step
from webform.rules.finding import Finding
from webform.rules.threshold import assess

PROBLEMS = [{"value": value, "label": value.title()} for value in ("noise", "litter")]
PLACES = [{"value": value, "label": value.title()} for value in ("road", "park")]
AGENCIES = [{"value": value, "label": value.title()} for value in ("police", "council", "neighbour")]
TELL: dict[str, Any] = {"each": "tellings"}
REQUEST = form(
    page("when", type="approximate-date", each="happenings", means="incident.date"),
    page("what", type="radios", each="happenings", means="incident.problem", options=PROBLEMS),
    page("where", type="radios", each="happenings", means="incident.place", options=PLACES, required=False),
    page("told-when", type="approximate-date", means="report.date", **TELL),
    page("told-whom", type="radios", means="report.agency", options=AGENCIES, **TELL),
    page("told-by", type="text", means="report.reporter", required=False, **TELL),
    page("tellings", type="group", means="report", entry="report", each="happenings"),
    page("happenings", type="group", means="incident", entry="incident"),
    id="ask",
)
MONTH_AFTER_LATEST = {"date": "applied", "within": "1 month", "after": "latest-report"}
MONTH_AFTER_FIRST = {"date": "reported", "within": "1 month", "after": "first-report"}
Told = dict[str, Any]


def found(count: dict[str, Any], *told: Told, received: str = "2026-11-22", **threshold: Any) -> Finding:
    """The finding of a procedure whose only route is that count."""
    route = {"id": "local", "kind": "local", "source": "Protocol, 1", "all": [count]}
    answers = {"happenings": [{**one, "entry": n} for n, one in enumerate(told, 1)]}
    rules = procedure(threshold={"route": [route], **threshold})
    return assess(rules, REQUEST, answers, dt.date.fromisoformat(received))


def result(count: dict[str, Any], *told: Told, **keys: Any) -> str:
    return found(count, *told, **keys).routes[0].result


def windows(at_least: int, *rules: dict[str, Any], **keys: Any) -> dict[str, Any]:
    """At least so many incidents that pass these windows."""
    return {"at_least": {"incidents": at_least}, "among": {"window": list(rules)}, **keys}


def test_s29_every_count_is_of_distinct_values_over_the_pairs_of_one_group() -> None:
    """One night told to police and council, another told to the police by somebody else."""
    twice = incident("2026-11-01", "2026-11-02", "2026-11-03", by="Ann")
    once = incident("2026-11-05", "2026-11-06", to="council", by="Bob")
    most = {"incidents": 2, "reports": 3, "people": 2, "agencies": 2, "dates": 2}
    for what, number in most.items():
        assert result({"at_least": {what: number}}, twice, once) == "met", what
        assert result({"at_least": {what: number + 1}}, twice, once) == "not met", what


def test_s29_what_lies_in_another_group_is_not_added() -> None:
    """Two of noise and two of litter are two, wherever the problem has to be the same."""
    noise, litter = incident("2026-11-01", "2026-11-02"), incident("2026-11-03", "2026-11-04", problem="litter")
    four = (noise, noise, litter, litter)
    assert result({"at_least": {"incidents": 3}, "same": ["problem"]}, *four) == "not met"
    assert result({"at_least": {"incidents": 2, "reports": 2}, "same": ["problem"]}, *four) == "met"


def test_s30_anchors_are_taken_within_the_group() -> None:
    """Asked for on 22 November: the noise was last reported on 21 October, and the litter of November is no help."""
    rule = windows(2, MONTH_AFTER_LATEST, same=["problem"])
    old, late = incident("2026-08-01", "2026-08-02"), incident("2026-10-20", "2026-10-21")
    litter = incident("2026-11-09", "2026-11-10", problem="litter")
    assert result(rule, old, late, litter) == "not met"
    assert result(rule, old, incident("2026-10-20", "2026-10-22"), litter) == "met"


def test_s30_anchors_are_taken_after_exclusions_and_conditions() -> None:
    """What a neighbour was told on 2 January is no first report, whether excluded or not asked for."""
    rule = windows(2, MONTH_AFTER_FIRST)
    told = (
        incident("2026-01-01", "2026-01-02", to="neighbour"),
        incident("2026-10-01", "2026-10-02"),
        incident("2026-10-31", "2026-11-02"),
    )
    assert result(rule, *told) == "not met"
    assert result(rule, *told, exclude=[{"id": "x", "when": {"report.agency": "neighbour"}}]) == "met"
    asked = {**rule, "among": {**rule["among"], "when": {"report.agency": "police"}}}
    assert result(asked, *told) == "met"


def test_s30_among_pairs_that_pass_every_window_not_itself_anchored_on_first_or_latest() -> None:
    """Six months back from 22 November is 22 May: the report of the 21st begins no month, the one of the 22nd does."""
    six = {"date": "reported", "within": "6 months", "before": "request"}
    rule = windows(2, six, MONTH_AFTER_FIRST)
    near = (incident("2026-06-30", "2026-07-01"), incident("2026-07-31", "2026-08-01"))
    assert result(rule, incident("2026-05-20", "2026-05-21"), *near) == "met"
    assert result(rule, incident("2026-05-20", "2026-05-22"), *near) == "not met"


@pytest.mark.parametrize(
    ("received", "counting", "first"),
    [
        ("2026-11-22", "next-day", "2026-05-22"),
        ("2026-11-22", "inclusive", "2026-05-23"),
        ("2027-08-31", "next-day", "2027-02-28"),  # no 31 February: the month's last day
        ("2027-08-31", "inclusive", "2027-03-01"),  # and the first of the next month
        ("2028-08-30", "next-day", "2028-02-29"),
        ("2028-08-30", "inclusive", "2028-03-01"),
        ("2028-08-29", "next-day", "2028-02-29"),
        ("2028-08-29", "inclusive", "2028-03-01"),
        ("2028-08-28", "inclusive", "2028-02-29"),
    ],
)
def test_s32_looking_back_a_window_begins_on_that_day(received: str, counting: str, first: str) -> None:
    """Six months before the request: the first day is in, the day before it out."""
    rule = windows(1, {"date": "reported", "within": "6 months", "before": "request", "counting": counting})
    before = (dt.date.fromisoformat(first) - dt.timedelta(days=1)).isoformat()
    assert result(rule, incident(first, first), received=received) == "met"
    assert result(rule, incident(before, before), received=received) == "not met"


@pytest.mark.parametrize(
    ("reported", "counting", "last"),
    [
        ("2026-10-22", "next-day", "2026-11-22"),
        ("2026-10-22", "inclusive", "2026-11-21"),
        ("2027-01-31", "next-day", "2027-02-28"),
        ("2027-01-31", "inclusive", "2027-02-28"),
        ("2027-01-29", "next-day", "2027-02-28"),
        ("2028-01-29", "next-day", "2028-02-29"),
        ("2028-01-29", "inclusive", "2028-02-28"),
        ("2028-01-30", "inclusive", "2028-02-29"),
        ("2028-02-29", "next-day", "2028-03-29"),
        ("2028-02-29", "inclusive", "2028-03-28"),
    ],
)
def test_s32_looking_on_a_window_ends_on_that_day(reported: str, counting: str, last: str) -> None:
    """A month after the report: the last day is in, the day after it out."""
    rule = windows(1, {"date": "applied", "within": "1 month", "after": "each-report", "counting": counting})
    after = (dt.date.fromisoformat(last) + dt.timedelta(days=1)).isoformat()
    assert result(rule, incident(reported, reported), received=last) == "met"
    assert result(rule, incident(reported, reported), received=after) == "not met"


def test_s33_before_the_request_and_after_the_report_are_two_rules() -> None:
    """Reported on 28 February, asked for on 31 August: within six months looking back, not looking on."""
    back = windows(1, {"date": "reported", "within": "6 months", "before": "request"})
    on = windows(1, {"date": "applied", "within": "6 months", "after": "each-report"})
    february = incident("2027-02-28", "2027-02-28")
    assert [result(rule, february, received="2027-08-31") for rule in (back, on)] == ["met", "not met"]
    assert [result(rule, february, received="2027-08-28") for rule in (back, on)] == ["met", "met"]


def test_s34_a_range_is_cut_off_at_the_incidents_own_report() -> None:
    """Some time in October, reported on the 12th: not on or after the 13th, which alone would have been in time."""
    since = windows(1, {"date": "happened", "within": "40 days", "before": "request"})
    october = ("2026-10-01", "2026-10-31")
    assert result(since, incident(october, "2026-11-20")) == "needs judgement"  # 40 days back is 13 October
    assert result(since, incident(october, "2026-10-12")) == "not met"


def test_s34_a_condition_that_only_some_dates_meet_needs_judgement() -> None:
    """All of them in is met, all of them out is not met, and nobody guesses between."""
    rule = windows(1, {"date": "reported", "within": "6 months", "before": "request"})
    spans = [("2026-05-22", "2026-06-30"), ("2026-05-01", "2026-05-21"), ("2026-05-21", "2026-05-22")]
    results = [result(rule, incident("2026-04-01", span)) for span in spans]
    assert results == ["met", "not met", "needs judgement"]


def test_s35_members_of_a_group_share_one_feature_and_links_do_not_chain() -> None:
    """Noise in the road, noise in the park, litter in the park: neighbours in a chain, no three of them alike."""
    rule = {"at_least": {"incidents": 3}, "same": ["problem", "place"]}
    day = ("2026-11-01", "2026-11-02")
    first, middle = incident(*day, place="road"), incident(*day, place="park")
    last = incident(*day, problem="litter", place="park")
    assert result(rule, first, middle, last) == "not met"
    assert result({**rule, "at_least": {"incidents": 2}}, first, middle, last) == "met"
    assert result(rule, first, middle, incident(*day, place="park")) == "met"


def test_s36_the_statutory_test_counts_complaints_by_anyone_about_the_behaviour() -> None:
    """Three people about three nights: met, though the area asks for five of its own."""
    told = [incident("2026-11-01", "2026-11-02", by=by) for by in ("Ann", "Bob", "Cy")]
    assert found({"at_least": {"incidents": 5}}, *told).statutory.result == "met"
    assert found({"at_least": {"incidents": 5}}, *told[:2]).statutory.result == "not met"


def test_s36_where_counting_incidents_would_change_the_answer_both_are_shown() -> None:
    """Three people about one night: three complaints, one incident, and a person has to judge."""
    night = incident("2026-11-01", "2026-11-02", "2026-11-02", "2026-11-03")
    statutory = found({"at_least": {"incidents": 5}}, night).statutory
    assert statutory.result == "needs judgement"
    assert [part.result for part in statutory.conditions[0].parts] == ["met", "not met"]


@pytest.mark.parametrize(
    ("asked", "age", "state"),
    [
        ("2026-02-28", 18, "open"),  # born on 29 February 2008: in a common year still 17 on the 28th
        ("2026-03-01", 18, "not needed"),
        ("2028-02-28", 20, "open"),
        ("2028-02-29", 20, "not needed"),  # a leap year has the birthday itself
    ],
)
def test_s37_a_birthday_on_29_february_falls_on_1_march_in_common_years(asked: str, age: int, state: str) -> None:
    """The age is taken on the day of the request, however much later somebody says when the person was born."""
    young = {"view.born": {"age_under": age, "on": "request"}}
    case = Case(step("view", after="request"), step("youth", after="request", when=young), received=None)
    case.file("request", asked, effect="opens-case", role="applicant")
    case.file("view", "2030-01-02", born="2008-02-29")
    assert case.state("youth", "2030-01-03") == state


def test_s37_age_under_needs_on() -> None:
    """An age on no day is refused, with words for whoever wrote it."""
    with pytest.raises(ValidationError, match="age_under needs `on`"):
        Case(step("youth", when={"request.born": {"age_under": 18}}))
