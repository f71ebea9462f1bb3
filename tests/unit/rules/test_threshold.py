"""The threshold engine: sentences 6, 29 to 31, 34 to 36, and what a person who asked is told."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.rules.forms_for_tests import form, incident, page, procedure
from webform.documents.form import Form
from webform.rules.finding import Finding
from webform.rules.threshold import assess

RECEIVED = dt.date(2026, 11, 22)
AGENCIES = [{"value": value, "label": value.title()} for value in ("police", "council", "neighbour")]
PROBLEMS = [{"value": value, "label": value.title()} for value in ("noise", "litter", "hate")]
TELL: dict[str, Any] = {"each": "tellings"}
REQUEST = form(
    page("when", type="approximate-date", each="happenings", means="incident.date"),
    page("what", type="radios", each="happenings", means="incident.problem", options=PROBLEMS),
    page("where", type="text", each="happenings", means="incident.place", required=False),
    page("told-when", type="approximate-date", means="report.date", **TELL),
    page("told-whom", type="radios", means="report.agency", options=AGENCIES, **TELL),
    page("told-by", type="text", means="report.reporter", required=False, **TELL),
    page("tellings", type="group", means="report", entry="report", each="happenings"),
    page("happenings", type="group", means="incident", entry="incident"),
    page("satisfied", means="behaviour.satisfied", required=False),
    id="ask",
)
SIX_MONTHS = {"date": "reported", "within": "6 months", "before": "request"}
THREE = {"at_least": {"incidents": 3}, "among": {"window": [SIX_MONTHS]}}


def route(*conditions: dict[str, Any], **keys: Any) -> dict[str, Any]:
    return {"id": "local", "source": "Protocol, 6.1", "all": list(conditions), **keys}


def found(conditions: list[dict[str, Any]], *incidents: dict[str, Any], **keys: Any) -> Finding:
    """The finding of one local route about these incidents."""
    kind = keys.pop("kind", "local")
    received = keys.pop("received", RECEIVED)
    answers = {"happenings": [{**one, "entry": n} for n, one in enumerate(incidents, 1)], **keys.pop("answers", {})}
    rules = procedure(threshold={"route": [route(*conditions, kind=kind)], **keys.pop("threshold", {})}, **keys)
    return assess(rules, REQUEST, answers, received)


def local(*args: Any, **keys: Any) -> str:
    return found(*args, **keys).routes[0].result


# --- Counting (29) -----------------------------------------------------------------------------------------------


def test_one_incident_told_twice_is_one_incident_and_two_reports() -> None:
    """Sentence 29: counts are of distinct values over the pairs of incident and report."""
    twice = incident("2026-11-01", "2026-11-02", "2026-11-03")
    assert local([{"at_least": {"incidents": 2}}], twice) == "not met"
    assert local([{"at_least": {"reports": 2}}], twice) == "met"
    assert local([{"at_least": {"incidents": 1, "reports": 2}}], twice) == "met"


def test_people_and_organisations_are_counted_once_each() -> None:
    """The same name in other capitals is the same person; two reports to the police are one organisation."""
    by = [
        incident("2026-11-01", "2026-11-02", by="Ann Smith", to="police"),
        incident("2026-11-03", "2026-11-04", by="ann  smith", to="police"),
        incident("2026-11-05", "2026-11-06", by="Bob", to="council"),
    ]
    assert local([{"at_least": {"people": 2, "agencies": 2}}], *by) == "met"
    assert local([{"at_least": {"people": 3}}], *by) == "not met"
    assert local([{"at_least": {"agencies": 3}}], *by) == "not met"


def test_a_person_who_is_not_named_may_be_another() -> None:
    """Who reported was asked and not said: the count is a range."""
    unsaid = [incident("2026-11-01", "2026-11-02", by="Ann"), incident("2026-11-03", "2026-11-04")]
    assert local([{"at_least": {"people": 1}}], *unsaid) == "met"
    assert local([{"at_least": {"people": 2}}], *unsaid) == "needs judgement"
    assert local([{"at_least": {"people": 3}}], *unsaid) == "not met"


def test_different_days_are_counted_as_ranges() -> None:
    """Rough dates may fall on one day or on several; two incidents on one exact day are one day."""
    exact = [incident("2026-11-01", "2026-11-02"), incident("2026-11-01", "2026-11-03")]
    rough = [incident("2026-11-01", "2026-11-02"), incident(("2026-11-01", "2026-11-02"), "2026-11-03")]
    apart = [incident("2026-11-01", "2026-11-02"), incident(("2026-11-02", "2026-11-03"), "2026-11-03")]
    two = [{"at_least": {"dates": 2}}]
    assert [local(two, *exact), local(two, *rough), local(two, *apart)] == ["not met", "needs judgement", "met"]


def test_a_report_needs_no_group_of_its_own() -> None:
    """A form that asks for one report with each incident counts just as well."""
    flat = form(
        page("when", type="date", each="happenings", means="incident.date"),
        page("told", type="date", each="happenings", means="report.date"),
        page("happenings", type="group", means="incident", entry="incident"),
        id="ask",
    )
    answers = {"happenings": [{"entry": n, "when": "2026-11-01", "told": "2026-11-02"} for n in (1, 2, 3)]}
    rules = procedure(threshold={"route": [route(THREE)]})
    assert assess(rules, flat, answers, RECEIVED).routes[0].result == "met"


def test_conditions_pick_the_reports_that_count() -> None:
    """A condition may read a meaning, or a question of the opening step, of the report and of its incident."""
    official = {"when": {"report.agency": ["police", "council"], "request.what": "noise"}}
    three = [{"at_least": {"reports": 2}, "among": official}]
    noise = incident("2026-11-01", "2026-11-02")
    assert local(three, noise, noise) == "met"
    assert local(three, noise, incident("2026-11-01", "2026-11-02", to="neighbour")) == "not met"
    assert local(three, noise, incident("2026-11-01", "2026-11-02", problem="litter")) == "not met"


def test_of_which_counts_inside_the_same_group() -> None:
    """Three in all, at least one of them in the last month."""
    rule = [
        {
            "at_least": {"incidents": 3},
            "of_which": [
                {"at_least": {"incidents": 1}, "among": {"window": [{**SIX_MONTHS, "within": "1 month"}]}},
            ],
        }
    ]
    old = [incident("2026-06-01", "2026-06-02"), incident("2026-07-01", "2026-07-02")]
    assert local(rule, *old, incident("2026-11-01", "2026-11-02")) == "met"
    assert local(rule, *old, incident("2026-08-01", "2026-08-02")) == "not met"


# --- Groups (35) -------------------------------------------------------------------------------------------------


def test_a_group_shares_one_listed_feature_and_links_do_not_chain() -> None:
    """Sentence 35: A like B by problem and B like C by problem and place is no group of three unless one is shared."""
    rule = [{"at_least": {"incidents": 3}, "same": ["problem"]}]
    one = incident("2026-11-01", "2026-11-02")
    assert local(rule, one, one, one) == "met"
    assert local(rule, one, one, incident("2026-11-01", "2026-11-02", problem="litter")) == "not met"


def test_a_feature_that_was_not_given_needs_judgement() -> None:
    """An incident whose problem nobody named may be of the same kind."""
    rule = [{"at_least": {"incidents": 2}, "same": ["problem"]}]
    assert local(rule, incident("2026-11-01", "2026-11-02"), incident("2026-11-01", "2026-11-02", problem=None)) == (
        "needs judgement"
    )


def test_places_in_other_words_need_somebody_to_compare_them() -> None:
    """Free text that differs is not a different place for sure; the same words are the same place."""
    rule = [{"at_least": {"incidents": 2}, "same": ["place"]}]
    here, there = incident("2026-11-01", "2026-11-02", place="High Street"), {"where": "the high st"}
    assert local(rule, here, here | {"where": "high  street"}) == "met"
    assert local(rule, here, here | there) == "needs judgement"


# --- Windows (30, 34) --------------------------------------------------------------------------------------------


def test_the_last_day_of_the_six_months_counts_and_the_day_before_does_not() -> None:
    """Received on 22 November 2026: a report of 22 May counts, one of 21 May doesn't."""
    inside = incident("2026-05-20", "2026-05-22")
    outside = incident("2026-05-20", "2026-05-21")
    assert local([THREE], inside, inside, inside) == "met"
    assert local([THREE], inside, inside, outside) == "not met"


def test_an_approximate_date_on_the_edge_needs_judgement() -> None:
    """Never a guess: some of its days count and others don't."""
    sure = incident("2026-11-01", "2026-11-02")
    edge = incident("2026-05-01", ("2026-05-15", "2026-05-31"))
    finding = found([THREE], sure, sure, edge)
    assert finding.routes[0].result == "needs judgement"
    assert [report.result for report in finding.routes[0].conditions[0].reports] == [
        "counts",
        "counts",
        "needs judgement",
    ]


def test_a_date_that_nobody_knows_needs_judgement() -> None:
    """Unknown is not no."""
    sure = incident("2026-11-01", "2026-11-02")
    assert local([THREE], sure, sure, incident("2026-11-01", (None, None))) == "met"
    assert local([THREE], sure, sure, incident((None, None), (None, None))) == "needs judgement"
    assert local([THREE], sure, incident("2026-01-01", "2026-01-02"), incident((None, None), (None, None))) == "not met"


def test_an_incident_is_cut_off_at_its_own_report() -> None:
    """Sentence 34: some time in October or November, reported on 5 October, was no later than 5 October."""
    rule = [{"at_least": {"incidents": 1}, "among": {"window": [
        {"date": "happened", "within": "1 week", "before": "each-report"}]}}]  # fmt: skip
    assert local(rule, incident(("2026-09-28", "2026-11-20"), "2026-10-05")) == "met"
    assert local(rule, incident(("2026-09-27", "2026-11-20"), "2026-10-05")) == "needs judgement"


def test_the_request_must_follow_the_latest_report_in_time() -> None:
    """Asked for within a month of the last report: one late report is enough for all of them."""
    late = {"date": "applied", "within": "1 month", "after": "latest-report"}
    rule = [{"at_least": {"incidents": 2}, "among": {"window": [late]}}]
    old, new = incident("2026-08-01", "2026-08-02"), incident("2026-10-01", "2026-10-22")
    assert local(rule, old, new) == "met"
    assert local(rule, old, old) == "not met"


def test_the_latest_report_is_taken_after_exclusions() -> None:
    """Sentence 30: a report that is excluded anchors nothing."""
    late = {"date": "applied", "within": "1 month", "after": "latest-report"}
    rule = [{"at_least": {"incidents": 1}, "among": {"window": [late]}}]
    old, new = incident("2026-08-01", "2026-08-02"), incident("2026-11-01", "2026-11-02", to="neighbour")
    without = {"exclude": [{"id": "x", "when": {"report.agency": "neighbour"}}]}
    assert local(rule, old, new) == "met"
    assert local(rule, old, new, threshold=without) == "not met"


def test_the_latest_report_is_taken_among_those_that_pass_the_other_windows() -> None:
    """Sentence 30: a report outside the six months can't be the first that the others are measured from."""
    first = {"date": "reported", "within": "1 month", "after": "first-report"}
    rule = [{"at_least": {"incidents": 2}, "among": {"window": [SIX_MONTHS, first]}}]
    old = incident("2026-01-01", "2026-01-02")
    near = [incident("2026-10-01", "2026-10-02"), incident("2026-10-20", "2026-10-21")]
    assert local(rule, old, *near) == "met"
    assert local([{"at_least": {"incidents": 2}, "among": {"window": [first]}}], old, *near) == "not met"


def test_a_sliding_window_may_lie_anywhere() -> None:
    """Three within any month, however long ago."""
    month = {"date": "happened", "within": "1 month", "after": "any"}
    rule = [{"at_least": {"incidents": 3}, "among": {"window": [month]}}]
    spring = [incident(day, day) for day in ("2025-03-01", "2025-03-15", "2025-04-01")]
    assert local(rule, incident("2025-01-01", "2025-01-01"), *spring) == "met"
    assert local(rule, *spring[:2], incident("2025-04-02", "2025-04-02")) == "not met"
    back = [{"at_least": {"incidents": 3}, "among": {"window": [{**month, "after": None, "before": "any"}]}}]
    assert local(back, *spring) == "met"


# --- Exclusions, answers and discretion ---------------------------------------------------------------------------


def test_exclusions_take_reports_away_or_leave_them_to_a_person() -> None:
    """Not counted is no; needs a decision is neither."""
    near = incident("2026-11-01", "2026-11-02", to="neighbour")
    rule = [{"at_least": {"incidents": 1}}]
    for effect, result in (("not-counted", "not met"), ("needs-decision", "needs judgement")):
        left_out = {"exclude": [{"id": "x", "when": {"report.agency": "neighbour"}, "effect": effect, "says": "No."}]}
        finding = found(rule, near, threshold=left_out)
        assert finding.routes[0].result == result
        assert finding.routes[0].conditions[0].reports[0].why == "No."


def test_what_is_left_out_stays_out_whatever_else_is_open() -> None:
    """The first reason against a report stands: an unknown date doesn't bring an excluded report back."""
    unknown = incident((None, None), (None, None), to="neighbour")
    left_out = {"exclude": [{"id": "x", "when": {"report.agency": "neighbour"}, "says": "Not official."}]}
    finding = found([{**THREE, "at_least": {"incidents": 1}}], unknown, threshold=left_out)
    report = finding.routes[0].conditions[0].reports[0]
    assert (finding.routes[0].result, report.result, report.why) == ("not met", "does not count", "Not official.")
    dated = found([{**THREE, "at_least": {"incidents": 1}}], incident((None, None), (None, None)))
    assert "not known" in dated.routes[0].conditions[0].reports[0].why


def test_the_numbers_are_said_as_ranges_where_something_is_open() -> None:
    """How many count for sure, and how many may."""
    sure, unknown = incident("2026-11-01", "2026-11-02"), incident((None, None), (None, None))
    why = found([{**THREE, "same": ["problem", "place"]}], sure, unknown).routes[0].conditions[0].why
    assert why == (
        "At least 3 separate incidents about the same problem or in the same place are needed. "
        "Counted: 1, or as many as 2 once the open points are settled."
    )


def test_nested_any_and_all_are_three_valued() -> None:
    """One part that is met is enough for any, one that fails decides all, and silence leaves the rest open."""
    yes, no = {"at_least": {"incidents": 1}}, {"at_least": {"incidents": 9}}
    unsaid = {"when": {"behaviour.satisfied": "no"}}
    one = incident("2026-11-01", "2026-11-02")
    assert local([{"any": [no, unsaid, yes]}], one) == "met"
    assert local([{"any": [no, unsaid]}], one) == "needs judgement"
    assert local([{"all": [no, unsaid]}], one) == "not met"
    assert local([{"all": [yes, {"any": [no, unsaid]}]}], one, answers={"satisfied": "no"}) == "met"


def test_an_open_condition_says_who_has_to_answer_what() -> None:
    """Sentence 6: the finding names the question, and the role of the step whose document it stands in."""
    finding = found([{"when": {"behaviour.satisfied": "no"}}, {"when": {"decide.harm": "yes"}}])
    assert finding.unanswered == (
        "The person who asked has to answer “satisfied?”.",
        "Contact has to answer “decide.harm”.",
    )


def test_discretion_is_an_answer_in_an_officers_document() -> None:
    """Nobody has decided: judgement. Once the document is filed, the route follows it."""
    rules = procedure(threshold={"route": [route({"when": {"decide.harm": "yes"}}, kind="discretionary")]})
    decision = form(page("harm"), id="decision", effect="records", audience="officer")
    assert assess(rules, REQUEST, {}, RECEIVED).result == "needs judgement"
    assert assess(rules, REQUEST, {}, RECEIVED, {"decide": (decision, {"harm": "yes"})}).result == "met at discretion"
    assert assess(rules, REQUEST, {}, RECEIVED, {"decide": (decision, {"harm": "no"})}).result == "not met"


# --- The test of the Act (36) ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("happened", "reported", "result"),
    [
        ("2026-03-03", "2026-04-02", "met"),  # the last day of one month beginning with 3 March
        ("2026-03-03", "2026-04-03", "not met"),
        ("2026-01-31", "2026-02-28", "met"),  # no 31 February: the month's last day
        ("2026-01-31", "2026-03-01", "not met"),
        ("2026-03-10", "2026-03-09", "not met"),  # a report of what had not happened
    ],
)
def test_a_complaint_qualifies_within_one_month_beginning_with_the_behaviour(
    happened: str, reported: str, result: str
) -> None:
    """Inclusive months, by hand."""
    three = [incident(happened, reported)] * 3
    assert found([THREE], *three, received=dt.date(2026, 6, 1)).statutory.result == result


@pytest.mark.parametrize(
    ("reported", "received", "result"),
    [
        ("2026-03-10", "2026-09-09", "met"),
        ("2026-03-10", "2026-09-10", "not met"),
        ("2026-08-31", "2027-02-28", "met"),
        ("2026-08-31", "2027-03-01", "not met"),
    ],
)
def test_the_application_is_within_six_months_beginning_with_the_complaint(
    reported: str, received: str, result: str
) -> None:
    """Inclusive months, by hand."""
    three = [incident(reported, reported)] * 3
    assert found([THREE], *three, received=dt.date.fromisoformat(received)).statutory.result == result


def test_three_complaints_about_one_incident_need_judgement_and_show_both_readings() -> None:
    """Sentence 36: counting incidents instead would change the answer."""
    statutory = found([THREE], incident("2026-11-01", "2026-11-02", "2026-11-03", "2026-11-04")).statutory
    assert statutory.result == "needs judgement"
    assert [part.result for part in statutory.conditions[0].parts] == ["met", "not met"]


def test_no_local_rule_takes_a_report_away_from_the_test_of_the_act() -> None:
    """Local exclusions and hurdles change the area's rule only, and the finding says that the two differ."""
    three = [incident("2026-11-01", "2026-11-02")] * 3
    without = {"exclude": [{"id": "x", "when": {"report.agency": "police"}}]}
    finding = found([THREE], *three, threshold=without)
    assert (finding.routes[0].result, finding.statutory.result) == ("not met", "met")
    assert finding.result == "met mandatory"
    assert "although this area’s own rule is not" in finding.differs


def test_where_the_two_agree_nothing_is_said_to_differ() -> None:
    """No difference, no sentence about one."""
    assert found([THREE], *[incident("2026-11-01", "2026-11-02")] * 3).differs == ""
    assert found([THREE]).differs == ""


@pytest.mark.parametrize(
    ("kind", "result"), [("local", "met local"), ("discretionary", "met at discretion"), ("statutory", "met mandatory")]
)
def test_the_result_says_which_kind_of_route_is_met(kind: str, result: str) -> None:
    """One report meets the area's own rule here, and not the law's test."""
    assert found([{"at_least": {"incidents": 1}}], incident("2026-11-01", "2026-11-02"), kind=kind).result == result


def test_nothing_told_is_not_met() -> None:
    """Without any report every count is nought."""
    assert found([THREE]).result == "not met"


# --- Gates ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("effect", "stops", "result"),
    [
        ("signpost", "all", "not suitable"),
        ("signpost", [], "met local"),
        ("warn", "all", "met local"),
        ("propose-hold", "all", "met local"),
        ("needs-decision", [], "needs judgement"),
    ],
)
def test_a_gate_turns_aside_only_what_the_law_does_not_demand(effect: str, stops: Any, result: str) -> None:
    """Each effect, on a request that meets a local rule, and on one that meets the law's test."""
    gate = [{"id": "g", "when": {"behaviour.satisfied": "yes"}, "effect": effect, "stops": stops}]
    one, yes = incident("2026-11-01", "2026-11-02"), {"satisfied": "yes"}
    rule = [{"at_least": {"incidents": 1}}]
    assert found(rule, one, answers=yes, gate=gate).result == result
    assert found(rule, one, one, one, answers=yes, gate=gate).result == "met mandatory"
    assert found(rule, one, gate=gate).gates[0].result == "not known yet"


# --- What is said ---------------------------------------------------------------------------------------------------


def test_every_condition_and_report_has_a_reason_and_a_paragraph() -> None:
    """The finding as JSON, read from top to bottom, leaves nothing without words or source."""
    finding = found([{**THREE, "says": "Three in six months."}, {"when": {"behaviour.satisfied": "no"}}],
                    incident("2026-11-01", "2026-11-02"), incident("2026-01-01", "2026-01-02"))  # fmt: skip
    written = json.loads(json.dumps(finding.as_json()))

    def walk(condition: dict[str, Any]) -> None:
        for one in (condition, *condition["reports"]):
            assert one["why"]
            assert one["source"]
        for part in condition["parts"]:
            walk(part)

    for found_route in (*written["routes"], written["statutory"]):
        for condition in found_route["conditions"]:
            walk(condition)
    count = written["routes"][0]["conditions"][0]
    assert count["why"] == "Three in six months. At least 3 separate incidents are needed. Counted: 1."
    assert count["source"] == "Protocol, 6.1"
    assert [report["name"] for report in count["reports"]] == ["Incident 1", "Incident 2"]
    assert count["reports"][1]["why"] == (
        "It was reported on 2 January 2026. Only a date from 22 May 2026 to 22 November 2026 counts."
    )


DAY = st.dates(dt.date(2026, 4, 1), RECEIVED).map(str)
ROUGH = st.one_of(DAY, st.tuples(DAY, DAY).map(lambda days: tuple(sorted(days))), st.just((None, None)))
INCIDENTS = st.lists(st.builds(
        incident, ROUGH, ROUGH, problem=st.sampled_from(["noise", "litter", None]),
        place=st.sampled_from(["park", "street", None]), to=st.sampled_from(["police", "council"]),
        by=st.sampled_from(["Ann", "Bob", None]),
    ),
    max_size=5,
)  # fmt: skip

RULES: list[dict[str, Any]] = [
    THREE,
    {**THREE, "same": ["problem"]},
    {"at_least": {"reports": 2, "dates": 2}},
    {"at_least": {"people": 2}},
    {"at_least": {"reports": 2}, "same": ["reporter", "place"]},
    {"at_least": {"incidents": 2, "agencies": 2}},
    {"at_least": {"incidents": 3}, "of_which": [{"at_least": {"people": 1}, "among": {"window": [SIX_MONTHS]}}]},
    {"at_least": {"incidents": 2}, "among": {"window": [
        {"date": "happened", "within": "1 month", "after": "any"}]}},
]  # fmt: skip


@given(INCIDENTS, st.sampled_from(RULES))
def test_a_later_report_never_turns_met_into_not_met(incidents: list[dict[str, Any]], rule: dict[str, Any]) -> None:
    """One more qualifying report can only help, wherever the document doesn't count from the latest."""
    more = [*incidents, incident(str(RECEIVED), str(RECEIVED))]
    order = ["not met", "needs judgement", "met"]
    before, after = found([rule], *incidents), found([rule], *more)
    assert order.index(before.routes[0].result) <= order.index(after.routes[0].result)
    if before.statutory.result == "met":
        assert after.statutory.result == "met"


@given(INCIDENTS, st.sampled_from(RULES), st.data())
def test_whatever_the_dates_turn_out_to_be_a_clear_finding_stays(
    incidents: list[dict[str, Any]], rule: dict[str, Any], data: st.DataObject
) -> None:
    """Met or not met with rough dates is what every exact date inside them would give, in any order of events."""
    rough = found([rule], *incidents)
    exact = [settled(one, data) for one in incidents]
    settled_finding = found([rule], *exact)
    for before, after in (
        (rough.routes[0].result, settled_finding.routes[0].result),
        (rough.statutory.result, settled_finding.statutory.result),
    ):
        assert before in ("needs judgement", after)


def settled(one: dict[str, Any], data: st.DataObject) -> dict[str, Any]:
    """The incident on one of the days that it allows, no later than its report where that is possible."""
    report = one["tellings"][0]
    happened, told = bounds_of(one["when"]), bounds_of(report["told-when".replace("-", "_")])
    told_on = data.draw(st.dates(max(told[0], happened[0]) if told[1] >= happened[0] else told[0], told[1]))
    last = min(happened[1], told_on) if happened[0] <= told_on else happened[1]
    on = data.draw(st.dates(happened[0], last))
    return {**one, "when": exactly(on), "tellings": [{**report, "told_when": exactly(told_on)}]}


def bounds_of(value: dict[str, Any]) -> tuple[dt.date, dt.date]:
    first = dt.date.fromisoformat(value["earliest"] or "2025-01-01")
    return first, dt.date.fromisoformat(value["latest"] or str(RECEIVED))


def exactly(day: dt.date) -> dict[str, Any]:
    return {"earliest": str(day), "latest": str(day), "words": ""}


def test_reads_a_form_by_its_meanings_alone() -> None:
    """Another form with other names and the same meanings gives the same finding."""
    renamed = Form.model_validate(json.loads(
        json.dumps(REQUEST.model_dump(mode="json", by_alias=True, exclude_defaults=True))
        .replace("happenings", "alpha").replace("tellings", "beta").replace("told_when", "gamma")
    ))  # fmt: skip
    three = [incident("2026-11-01", "2026-11-02")] * 3
    answers = json.loads(json.dumps({"alpha": [{**one, "entry": n} for n, one in enumerate(three, 1)]})
                         .replace("tellings", "beta").replace("told_when", "gamma"))  # fmt: skip
    rules = procedure(threshold={"route": [route(THREE)]})
    assert assess(rules, renamed, answers, RECEIVED).as_json() == found([THREE], *three).as_json()
