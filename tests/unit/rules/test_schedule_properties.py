"""What is true of every calendar and every schedule, whatever the dates."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.unit.rules.small_procedures import Case, step
from webform.documents.duration import Duration
from webform.documents.procedure import Calendar
from webform.rules.calendar import Closure, WorkingCalendar, add_months, day_of, end_of, start_of
from webform.rules.folder import DELIVERY, WAIVER, Duty, Filed, Folder, Member
from webform.rules.schedule import schedule

DAYS = st.dates(date(2024, 1, 1), date(2035, 12, 31))
AMOUNTS = st.integers(1, 60)
CLOSED = st.frozensets(
    st.builds(Closure, DAYS, st.just("training"), st.just(datetime(2023, 1, 1, tzinfo=UTC))), max_size=5
)
CALENDARS = st.builds(
    WorkingCalendar,
    st.sampled_from(["england-and-wales", "scotland", "northern-ireland"]),
    CLOSED,
    st.frozensets(DAYS, max_size=3),
    st.builds(Calendar, lands_on_closed=st.sampled_from(["stay", "next"])),
)


def working(amount: int) -> Duration:
    return Duration(amount, "working days")


@given(CALENDARS, DAYS, AMOUNTS)
def test_working_days_land_on_working_days(calendar: WorkingCalendar, day: date, amount: int) -> None:
    """Forward or back, a count of working days ends on none that is closed."""
    assert calendar.is_working_day(calendar.add(day, working(amount)).date)
    assert calendar.is_working_day(calendar.back(day, working(amount)).date)
    assert calendar.is_working_day(calendar.add(day, Duration(0, "at once")).date)


@given(CALENDARS, DAYS, AMOUNTS, AMOUNTS)
def test_working_days_add_up(calendar: WorkingCalendar, day: date, first: int, second: int) -> None:
    """n working days and then m are n + m."""
    halfway = calendar.add(day, working(first)).date
    assert calendar.add(halfway, working(second)).date == calendar.add(day, working(first + second)).date


@given(CALENDARS, DAYS, AMOUNTS)
def test_back_undoes_add_on_working_days(calendar: WorkingCalendar, day: date, amount: int) -> None:
    """From a working day, n forward and n back is where one started; from a closed day, back is at least as far."""
    there_and_back = calendar.back(calendar.add(day, working(amount)).date, working(amount)).date
    assert there_and_back == day if calendar.is_working_day(day) else there_and_back < day


@given(CALENDARS, DAYS, AMOUNTS)
def test_the_trace_tells_every_day_once(calendar: WorkingCalendar, day: date, amount: int) -> None:
    """As many lines as days between start and end, and as many counted as asked for."""
    counted = calendar.add(day, working(amount))
    assert len(counted.trace) == (counted.date - day).days
    assert sum(" is working day " in line for line in counted.trace) == amount


@given(DAYS, AMOUNTS)
def test_months_keep_the_day_or_the_months_end(day: date, amount: int) -> None:
    """A month on is the same day of the month, or the last one where there is no such day."""
    end = add_months(day, amount)
    assert (end.year * 12 + end.month) - (day.year * 12 + day.month) == amount
    assert end.day == day.day or (end.day < day.day and (end + timedelta(days=1)).day == 1)


@given(DAYS)
def test_days_follow_one_another(day: date) -> None:
    """Each London day ends a microsecond before the next one starts."""
    assert day_of(start_of(day)) == day_of(end_of(day)) == day
    assert end_of(day) + timedelta(microseconds=1) == start_of(day + timedelta(days=1))


# --- Schedules ---

LENGTHS = st.sampled_from(["at once", "36 hours", "3 days", "2 working days", "2 weeks", "1 month"])
NAMES = ("one", "two", "three", "four", "five")
EVENTS = ("request", "one", "two", "three", "four")
START = datetime(2026, 12, 1, 9, tzinfo=UTC)
HOURS = st.integers(0, 24 * 90)


def instant(hours: int) -> datetime:
    return START + timedelta(hours=hours)


@st.composite
def steps(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Five steps, each waiting for earlier ones alone, so that nothing goes round in a circle."""
    made = []
    for number, name in enumerate(NAMES):
        earlier = st.sampled_from(EVENTS[: number + 1])
        joined = st.lists(earlier, min_size=1, max_size=2)
        after = st.one_of(earlier, joined.map(lambda names: {"all": names}), joined.map(lambda names: {"any": names}))
        keys: dict[str, Any] = {"after": draw(after)}
        kind = draw(st.sampled_from(["within", "from", "before", "limit", "none"]))
        if kind != "none" and kind != "before":
            keys["within"] = draw(LENGTHS)
        if kind == "from":
            keys["from"] = draw(earlier)
        if kind == "before":
            keys |= {"before": f"{draw(earlier)}.on", "at_least": draw(LENGTHS.filter(lambda one: one != "at once"))}
        if kind == "limit":
            keys["at_latest"] = {"from": draw(earlier), "within": draw(LENGTHS)}
        if draw(st.booleans()):
            keys["when"] = {f"{draw(earlier)}.yes": draw(st.sampled_from(["a", "b"]))}
        keys["by"] = draw(st.sampled_from(["spoc", "agency"]))
        keys["strength"] = draw(st.sampled_from(["duty", "choice"]))
        if draw(st.booleans()):
            keys["dated"] = "on"
        made.append(step(name, **keys))
    return made


@st.composite
def papers(draw: st.DrawFn) -> tuple[Filed, ...]:
    """A request and up to ten more documents, some entered later than they took effect, or dated ahead."""
    found = [Filed(1, "request", "form", "opens-case", None, "applicant", START, START, {"yes": "a"})]
    for number in range(2, draw(st.integers(2, 12))):
        filed_at = instant(draw(HOURS))
        answers: dict[str, Any] = {"yes": draw(st.sampled_from(["a", "b"]))}
        if draw(st.booleans()):
            answers["on"] = day_of(instant(draw(HOURS))).isoformat()
        kind = draw(st.sampled_from(["form", "form", "form", WAIVER, DELIVERY]))
        found.append(
            Filed(
                number, draw(st.sampled_from(NAMES)), kind, "",
                draw(st.sampled_from([None, "p1", "p2"])), "spoc", filed_at,
                filed_at + timedelta(hours=draw(st.integers(-200, 100))), answers,
                draw(st.one_of(st.none(), st.integers(2, number))),
            )
        )  # fmt: skip
    return tuple(found)


@st.composite
def members(draw: st.DrawFn) -> tuple[Member, ...]:
    found = []
    for name in ("p1", "p2"):
        joined = draw(st.one_of(st.none(), HOURS))
        if joined is not None:
            left = draw(st.one_of(st.none(), st.integers(1, 500)))
            found.append(Member(name, "agency", instant(joined), instant(joined + left) if left else None))
    return tuple(found)


def run(made: list[dict[str, Any]], folder: Folder, now: datetime) -> tuple[Duty, ...]:
    return schedule(Case(*made, received=None).procedure, folder, WorkingCalendar(), now)


@given(steps(), papers(), members(), HOURS)
def test_no_duty_is_due_before_it_opens(
    made: list[dict[str, Any]], filed: tuple[Filed, ...], parties: tuple[Member, ...], hours: int
) -> None:
    """Whatever comes in, in whatever order: dates follow openings, and each state keeps its word."""
    now = instant(hours)
    for duty in run(made, Folder(filed, parties), now):
        assert duty.explanation
        if duty.due and duty.opens_at:
            assert duty.due >= duty.opens_at
        if duty.state in ("done", "done late", "waived"):
            assert duty.done_at is not None
            assert duty.done_at <= now
        if duty.state in ("late", "lapsed"):
            assert duty.due is not None
            assert duty.due < now
            assert not duty.forecast
        if duty.state == "arranged":
            assert duty.arranged_for is not None
            assert duty.arranged_for > now
        if duty.state == "open":
            assert duty.opens_at is not None
            assert duty.opens_at <= now


@given(steps(), papers(), members(), HOURS)
def test_replaying_in_pieces_equals_replaying_whole(
    made: list[dict[str, Any]], filed: tuple[Filed, ...], parties: tuple[Member, ...], hours: int
) -> None:
    """What lies in the future of `now`, or in which order the folder is read, changes nothing."""
    now = instant(hours)
    whole = run(made, Folder(filed, parties), now)
    known = tuple(paper for paper in filed if paper.filed_at <= now)
    there = tuple(member for member in parties if member.joined_at <= now)
    assert run(made, Folder(known, there), now) == whole
    assert run(made, Folder(tuple(reversed(filed)), parties), now) == whole


@given(steps(), papers(), members(), HOURS, st.integers(1, 500))
def test_what_was_done_stays_done(
    made: list[dict[str, Any]], filed: tuple[Filed, ...], parties: tuple[Member, ...], hours: int, later: int
) -> None:
    """With no document between, time passing undoes nothing and moves no date that is more than a forecast."""
    now = instant(hours)
    known = tuple(
        paper for paper in filed if paper.filed_at <= now and paper.effective_at <= now and not paper.answers.get("on")
    )
    there = tuple(Member(one.id, one.role, one.joined_at) for one in parties if one.joined_at <= now)
    before = {duty.key: duty for duty in run(made, Folder(known, there), now)}
    after = {duty.key: duty for duty in run(made, Folder(known, there), now + timedelta(hours=later))}
    assert before.keys() == after.keys()
    for key, duty in before.items():
        if duty.state in ("done", "done late", "waived", "lapsed"):
            assert after[key].state == duty.state
        if duty.state == "late":
            assert after[key].state == "late"
        if duty.due and not duty.forecast:
            assert after[key].due == duty.due
