"""Turns, meetings and one duty for each thing: the sentences 16, 23 and 24 of the meaning of a procedure."""

from __future__ import annotations

from datetime import date

from tests.unit.rules.small_procedures import Case, at, step
from webform.rules.calendar import Sitting, WorkingCalendar
from webform.rules.due import NO_MEETING
from webform.rules.folder import Duty


def turns(case: Case, now: str, name: str = "check") -> list[tuple[int, str, str]]:
    """Occurrence, due date and state of each duty of a step."""
    return [(duty.occurrence, str(duty.due_on), duty.state) for duty in case.duties(now) if duty.step == name]


# --- Sentence 23 ----------------------------------------------------------------------------------------------------


def test_s23_occurrence_n_is_the_anchor_and_n_periods() -> None:
    """Monthly from 31 January: the last of each month, never a day that February has moved."""
    case = Case(step("check", after="request", every="1 month"), received="2027-01-31 10:00")
    assert turns(case, "2027-04-02") == [
        (1, "2027-02-28", "late"),
        (2, "2027-03-31", "late"),
        (3, "2027-04-30", "waiting"),
    ]


def test_s23_never_from_completion() -> None:
    """Quarterly from 30 November; the first is done two weeks late, the second is due on 30 May all the same."""
    case = Case(step("check", after="request", every="3 months"), received="2026-11-30 10:00")
    case.file("check", "2027-03-14")
    assert turns(case, "2027-03-15") == [(1, "2027-02-28", "done late"), (2, "2027-05-30", "waiting")]


def test_s23_each_filing_serves_the_earliest_undone() -> None:
    """Nothing for two quarters, then one document: it is the first quarter's."""
    case = Case(step("check", after="request", every="3 months"), received="2026-11-02 10:00")
    case.file("check", "2027-05-10")
    assert turns(case, "2027-05-11") == [
        (1, "2027-02-02", "done late"), (2, "2027-05-02", "late"), (3, "2027-08-02", "waiting"),
    ]  # fmt: skip
    case.file("check", "2027-05-12", occurrence=3)
    assert [state for _, _, state in turns(case, "2027-05-13")] == ["done late", "late", "done"]


def test_s23_a_turn_opens_on_its_date_and_has_its_own_time() -> None:
    """Five working days from 2 February each quarter: opened on the 2nd, due on the 9th."""
    case = Case(step("check", after="request", every="3 months", within="5 working days"), received="2026-11-02 10:00")
    assert case.state("check", "2027-02-01") == "waiting"
    duty = case.duty("check", "2027-02-02")
    assert (duty.state, duty.opens_at, duty.due_on) == ("open", at("2027-02-02 00:00"), date(2027, 2, 9))


def test_s23_nothing_opens_after_until() -> None:
    """The plan ends on 20 April: the turns of February stay, that of May never comes."""
    case = Case(step("ended"), step("check", after="request", every="3 months", until="ended"), received="2026-11-02")
    case.file("check", "2027-02-02")
    case.file("ended", "2027-04-20")
    assert turns(case, "2027-06-01") == [(1, "2027-02-02", "done")]
    early = Case(step("ended"), step("check", after="request", every="3 months", until="ended"), received="2026-11-02")
    early.file("ended", "2026-12-01")
    assert [state for _, _, state in turns(early, "2027-06-01")] == ["not needed"]


def test_s23_turns_before_their_anchor_wait() -> None:
    """Without the plan that they count from there is one duty, waiting, with a forecast where there is one."""
    case = Case(step("plan", after="request", within="10 days"), step("check", after="plan", every="1 month"))
    duty = case.duty("check", "2026-11-03")
    assert (duty.state, duty.due_on, duty.forecast) == ("waiting", date(2026, 12, 12), True)


# --- Sentence 24 ----------------------------------------------------------------------------------------------------


def panel(*dates: str, notice: str | None = "10 working days") -> Case:
    meeting = {"id": "monthly-panel", "title": "Monthly panel", **({"notice": notice} if notice else {})}
    case = Case(step("review", after="request", on="monthly-panel"), meeting=[meeting])
    sittings = frozenset(Sitting("monthly-panel", date.fromisoformat(day)) for day in dates)
    case.calendar = WorkingCalendar(rule=case.procedure.calendar, sittings=sittings)
    return case


def test_s24_on_a_meeting_takes_the_first_listed_date_at_least_the_notice_after_opening() -> None:
    """Ten working days from 2 November end on the 16th: a meeting on that day will do, the one on the 13th won't."""
    assert panel("2026-11-13", "2026-11-16", "2026-12-14").due("review", "2026-11-03") == date(2026, 11, 16)
    assert panel("2026-11-13", "2026-12-14").due("review", "2026-11-03") == date(2026, 12, 14)
    assert panel("2026-11-13", "2026-12-14", notice=None).due("review", "2026-11-03") == date(2026, 11, 13)


def test_s24_with_none_listed_the_due_date_is_empty_and_it_is_said() -> None:
    """No meeting far enough ahead is listed: no date, and a warning that becomes an alarm."""
    duty = panel("2026-11-13").duty("review", "2026-11-03")
    assert (duty.state, duty.due, duty.warnings) == ("open", None, (NO_MEETING,))


def test_s24_with_none_listed_a_hold_that_is_over_changes_nothing() -> None:
    """The case was on hold for two days, and still no meeting far enough ahead is listed."""
    case = panel("2026-11-13")
    case.file("hold", "2026-11-03", effect="holds")
    case.file("resume", "2026-11-05", effect="resumes")
    duty = case.duty("review", "2026-11-06")
    assert (duty.state, duty.due, duty.warnings) == ("open", None, (NO_MEETING,))


def test_on_a_date_that_a_document_answers() -> None:
    """The panel is fixed for the 20th, and the review is due on that day."""
    case = Case(step("panel", after="request"), step("review", after="panel", on="panel.on"))
    case.file("panel", "2026-11-03", on="2026-11-20")
    assert case.due("review", "2026-11-04") == date(2026, 11, 20)


# --- One for each ---------------------------------------------------------------------------------------------------

ACTIONS = (step("plan", after="request"), step("action", after="plan", on="plan.by_when", each="plan.actions"))


def test_each_entry_of_a_group_is_a_duty_with_its_own_date() -> None:
    """Two actions, due on the 10th and the 20th; the second is reported done, the first is late."""
    case = Case(*ACTIONS)
    case.file(
        "plan", "2026-11-03", actions=[{"entry": 1, "by_when": "2026-11-10"}, {"entry": 2, "by_when": "2026-11-20"}]
    )
    assert turns(case, "2026-11-04", "action") == [(1, "2026-11-10", "open"), (2, "2026-11-20", "open")]
    case.file("action", "2026-11-09", occurrence=2)
    assert turns(case, "2026-11-12", "action") == [(1, "2026-11-10", "late"), (2, "2026-11-20", "done")]


def test_an_entry_that_is_added_or_taken_out_later() -> None:
    """A revised plan drops the first action and adds a third: the one is not needed, the other opens then."""
    case = Case(*ACTIONS)
    case.file(
        "plan", "2026-11-03", actions=[{"entry": 1, "by_when": "2026-11-10"}, {"entry": 2, "by_when": "2026-11-20"}]
    )
    case.file(
        "plan", "2026-11-05", actions=[{"entry": 2, "by_when": "2026-11-25"}, {"entry": 3, "by_when": "2026-11-27"}]
    )
    assert turns(case, "2026-11-06", "action") == [
        (1, "None", "not needed"), (2, "2026-11-25", "open"), (3, "2026-11-27", "open"),
    ]  # fmt: skip
    opened: list[Duty] = [duty for duty in case.duties("2026-11-06") if duty.key == ("action", "", 3)]
    assert opened[0].opens_at == at("2026-11-05")


def test_an_entry_is_read_by_its_own_answers() -> None:
    """Only the action of the police is passed to them, and a check follows each action by itself."""
    case = Case(
        *ACTIONS, step("told", each="plan.actions", after="plan", when={"plan.who": "police"}),
        step("checked", each="plan.actions", after="action", within="2 days"),
    )  # fmt: skip
    case.file("plan", "2026-11-03", actions=[{"entry": 1, "who": "council"}, {"entry": 2, "who": "police"}])
    case.file("action", "2026-11-05", occurrence=1)
    assert [state for _, _, state in turns(case, "2026-11-06", "told")] == ["not needed", "open"]
    assert turns(case, "2026-11-06", "checked") == [(1, "2026-11-07", "open"), (2, "None", "waiting")]


def test_all_over_each_entry_is_all_of_them() -> None:
    """The closing letter follows once every action has been reported."""
    case = Case(*ACTIONS, step("letter", after={"all": ["action"]}))
    case.file("plan", "2026-11-03", actions=[{"entry": 1}, {"entry": 2}])
    case.file("action", "2026-11-05")
    assert case.state("letter", "2026-11-06") == "waiting"
    case.file("action", "2026-11-09")
    assert case.duty("letter", "2026-11-10").opens_at == at("2026-11-09")


def test_each_party_of_a_step_is_a_duty() -> None:
    """The contact thanks every agency that is asked, one by one, after its own view."""
    case = Case(step("view", by="agency", after="request"), step("thanks", each="view", after="view", within="2 days"))
    case.joins("police", "2026-11-03")
    case.joins("health", "2026-11-03")
    case.file("view", "2026-11-05", party="health")
    assert (case.due("thanks", "2026-11-06", "health"), case.state("thanks", "2026-11-06", "police")) == (
        date(2026, 11, 7), "waiting",
    )  # fmt: skip


def test_s16_unless_each() -> None:
    """Papers went out for the 20th; the meeting moves to the 27th, and with `each` they are due again."""
    case = Case(
        step("meeting", after="request", dated="on"),
        step("papers", each="meeting", after="request", before="meeting.on", at_least="5 working days"),
    )
    case.file("meeting", "2026-11-03", on="2026-11-20")
    case.file("papers", "2026-11-12")
    case.file("meeting", "2026-11-16", on="2026-11-27")
    assert turns(case, "2026-11-17", "papers") == [(1, "2026-11-13", "done"), (2, "2026-11-20", "open")]


def test_what_moved_before_it_was_done_is_not_needed() -> None:
    """The first date was given up before the papers went out: only the second set is owed."""
    case = Case(
        step("meeting", after="request", dated="on"),
        step("papers", each="meeting", after="request", before="meeting.on", at_least="5 working days"),
    )
    case.file("meeting", "2026-11-03", on="2026-11-20")
    case.file("meeting", "2026-11-05", on="2026-11-27")
    assert [state for _, _, state in turns(case, "2026-11-06", "papers")] == ["not needed", "open"]
