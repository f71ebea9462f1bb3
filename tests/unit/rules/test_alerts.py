"""When the clock reminds, and when it says that a date has passed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.unit.rules.small_procedures import Case, at, step
from webform.rules.alerts import Alerts, alerts

REMIND = {"clock": {"remind": "1 working day"}}
TICK = timedelta(microseconds=1)


def told(case: Case, name: str, now: str) -> Alerts:
    duty, rule = case.duty(name, now), case.procedure.step(name)
    assert rule is not None
    return alerts(duty, rule, case.procedure.clock, case.calendar)


def call(received: str = "2026-11-02 10:00", **keys: Any) -> Case:
    return Case(step("call", **{"after": "request", "within": "5 working days"} | keys), received=received, **REMIND)


def test_a_reminder_a_working_day_before_and_a_notice_right_after() -> None:
    """Due on Monday 9 November: reminded on Friday at nine, overdue as Tuesday begins."""
    case = call()
    assert told(case, "call", "2026-11-02 12:00") == (at("2026-11-06 09:00"), at("2026-11-10 00:00"))


def test_over_christmas_and_in_summer_time() -> None:
    """The working day before 29 December is Christmas Eve; nine in summer is eight in UTC."""
    assert told(call("2026-12-21 10:00"), "call", "2026-12-21 12:00").remind_at == at("2026-12-29 09:00")
    assert told(call("2026-12-18 10:00"), "call", "2026-12-18 12:00").remind_at == at("2026-12-24 09:00")
    assert str(told(call("2027-07-05 10:00"), "call", "2027-07-05").remind_at) == "2027-07-09 08:00:00+00:00"


def test_no_reminder_before_the_duty_opens() -> None:
    """What is due tomorrow and came in at ten gets no reminder for this morning at nine."""
    assert told(call(within="1 day"), "call", "2026-11-02 12:00") == (None, at("2026-11-04 00:00"))


def test_a_step_may_set_its_own_reminder_and_the_day_its_own_start() -> None:
    """Three days before, which is a Friday; hours before the very instant; at the hour that the office opens."""
    assert told(call(remind={"before": "3 days"}), "call", "2026-11-02 12:00").remind_at == at("2026-11-06 09:00")
    hours = call(within="30 hours", remind={"before": "4 hours"})
    assert told(hours, "call", "2026-11-02 12:00") == (at("2026-11-03 12:00"), at("2026-11-03 16:00") + TICK)
    early = Case(step("call", after="request", within="5 working days"), calendar={"day_starts": "08:00"}, **REMIND)
    assert told(early, "call", "2026-11-02 12:00").remind_at == at("2026-11-06 08:00")


def test_a_reminder_that_would_fall_on_a_closed_day_comes_the_working_day_before() -> None:
    """Two days before Monday is Saturday: Friday at nine."""
    assert told(call(remind={"before": "2 days"}), "call", "2026-11-02 12:00").remind_at == at("2026-11-06 09:00")


@pytest.mark.parametrize("by", ["service", ["service"]])
def test_the_service_reminds_nobody_of_its_own_letters(by: object) -> None:
    """What the software owes, it sends."""
    assert told(call(by=by), "call", "2026-11-02 12:00") == (None, None)


def test_nothing_is_said_of_what_is_settled_or_uncertain() -> None:
    """Done, arranged, waived, not needed, without a date or forecast: no reminder and no notice."""
    case = Case(
        step("done", after="request", within="5 days"),
        step("fixed", after="request", within="5 days", dated="on"),
        step("waived", after="request", within="5 days"),
        step("undated", after="request"),
        step("forecast", after="undue", within="1 day"),
        step("undue", after="request", within="9 days"),
        step("unneeded", after="request", when={"request.yes": "no"}, within="1 day"),
        **REMIND,
    )  # fmt: skip
    case.documents.clear()
    case.file("request", "2026-11-02", yes="yes", effect="opens-case")
    case.file("done", "2026-11-03")
    case.file("fixed", "2026-11-03", on="2026-11-20")
    case.waive("waived", "2026-11-03")
    names = ("done", "fixed", "waived", "undated", "forecast", "unneeded")
    assert {name: told(case, name, "2026-11-04") for name in names} == dict.fromkeys(names, (None, None))


def test_a_choice_is_never_overdue_and_reminded_of_only_where_its_step_says_so() -> None:
    """Nobody is told off for not appealing."""
    choice = call(strength="choice")
    assert told(choice, "call", "2026-11-02 12:00") == (None, None)
    asked = call(strength="choice", remind={"before": "1 working day"})
    assert told(asked, "call", "2026-11-02 12:00") == (at("2026-11-06 09:00"), None)


def test_what_waits_with_a_known_date_can_become_overdue_but_is_not_reminded_of() -> None:
    """A letter due from the request though the decision is missing: the notice comes, the reminder has no addressee."""
    case = Case(
        step("decision", after="request"),
        step("letter", after="decision", from_="request", within="5 working days"),
        **REMIND,
    )
    assert told(case, "letter", "2026-11-03") == (None, at("2026-11-10 00:00"))
