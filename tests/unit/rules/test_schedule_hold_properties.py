"""What is true of every schedule with holds, extensions, turns and rounds in it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.unit.rules.small_procedures import Case, step
from webform.documents.duration import Duration
from webform.rules.calendar import Sitting, WorkingCalendar, day_of, end_of
from webform.rules.folder import Duty, Filed, Folder
from webform.rules.schedule import schedule

START = datetime(2026, 12, 1, 9, tzinfo=UTC)
HOURS = st.integers(0, 24 * 60)
NAMES = ("one", "two", "three")
EFFECTS = ("records", "records", "holds", "resumes", "extends", "reopens", "waives", "delivers", "closes")
CALENDAR = WorkingCalendar(sittings=frozenset(Sitting("board", date(2026, 12, 3 + 7 * week)) for week in range(4)))


def instant(hours: int) -> datetime:
    return START + timedelta(hours=hours)


@st.composite
def steps(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Three steps, each after an earlier one, with one of the keys that move or multiply a duty."""
    made = []
    for number, name in enumerate(NAMES):
        earlier = draw(st.sampled_from(("request", *NAMES)[: number + 1]))
        keys: dict[str, Any] = {"after": earlier, "strength": draw(st.sampled_from(["duty", "choice"]))}
        kind = draw(st.sampled_from(["within", "every", "both", "on", "each", "entries", "not before", "none"]))
        if kind in ("within", "both", "not before", "each"):
            keys["within"] = draw(st.sampled_from(["at once", "36 hours", "3 days", "4 working days", "1 month"]))
        if kind in ("every", "both"):
            keys["every"] = draw(st.sampled_from(["1 week", "1 month", "10 working days"]))
            keys["until"] = draw(st.sampled_from([earlier, "opening", "request.due"]))
        if kind == "on":
            keys["on"] = draw(st.sampled_from(["board", f"{earlier}.on"]))
        if kind == "each" and earlier != "request":
            keys["each"] = earlier
        if kind == "entries":
            keys |= {"each": f"{earlier}.things", "on": f"{earlier}.by_when"}
        if kind == "not before":
            keys["not_before"] = draw(st.sampled_from(["5 days", "2 working days", f"{earlier}.on"]))
        if draw(st.booleans()):
            keys["may_extend"] = {"most": "2 weeks"}
        made.append(step(name, **keys))
    return [*made, step("hold", strength="choice", after="request"), step("resume", strength="choice", after="hold")]


@st.composite
def papers(draw: st.DrawFn) -> tuple[Filed, ...]:
    found = [Filed(1, "request", "form", "opens-case", None, "applicant", START, START, {"on": "2026-12-10"})]
    for number in range(2, draw(st.integers(3, 12))):
        effect = draw(st.sampled_from(EFFECTS))
        name = draw(st.sampled_from(NAMES)) if effect not in ("holds", "resumes") else effect.rstrip("s")
        answers: dict[str, Any] = {"on": day_of(instant(draw(HOURS))).isoformat()}
        if draw(st.booleans()):
            entries = draw(st.lists(st.integers(1, 4), unique=True, max_size=3))
            answers["things"] = [{"entry": one, "by_when": day_of(instant(draw(HOURS))).isoformat()} for one in entries]
        found.append(
            Filed(
                number, name, "form", effect, None, "spoc", at := instant(draw(HOURS)), at, answers,
                about=draw(st.sampled_from(["", *NAMES])) if effect in ("reopens", "waives", "extends") else "",
                until=day_of(instant(draw(HOURS))), occurrence=draw(st.sampled_from([None, None, 1, 2])),
            )
        )  # fmt: skip
    return tuple(found)


def run(made: list[dict[str, Any]], filed: tuple[Filed, ...], now: datetime) -> tuple[Duty, ...]:
    meeting = {"id": "board", "title": "Board", "notice": "2 working days"}
    return schedule(Case(*made, received=None, meeting=[meeting]).procedure, Folder(filed), CALENDAR, now)


@given(steps(), papers(), HOURS)
def test_no_duty_is_due_before_it_opens_and_each_state_keeps_its_word(
    made: list[dict[str, Any]], filed: tuple[Filed, ...], hours: int
) -> None:
    """Dates follow openings but for a date that somebody extended to; a held duty has none; keys are unique."""
    now = instant(hours)
    duties = run(made, filed, now)
    assert len({duty.key for duty in duties}) == len(duties)
    for duty in duties:
        assert duty.explanation
        if duty.due and duty.opens_at and duty.original_due_on is None and "Extended" not in str(duty.explanation):
            assert duty.due >= duty.opens_at
        if duty.state == "held":
            assert (duty.due, duty.due_on) == (None, None)
        if duty.state in ("done", "done late", "waived"):
            assert duty.done_at is not None
            assert duty.done_at <= now
        if duty.state == "open":
            assert duty.opens_at is not None
            assert duty.opens_at <= now


@given(steps(), papers(), HOURS)
def test_replaying_in_pieces_equals_replaying_whole(
    made: list[dict[str, Any]], filed: tuple[Filed, ...], hours: int
) -> None:
    """What lies in the future of `now`, or in which order the folder is read, changes nothing."""
    now = instant(hours)
    whole = run(made, filed, now)
    assert run(made, tuple(paper for paper in filed if paper.filed_at <= now), now) == whole
    assert run(made, tuple(reversed(filed)), now) == whole


DAYS = st.dates(date(2026, 1, 1), date(2027, 12, 31))
HELD = st.frozensets(st.integers(0, 90), max_size=30)
LENGTHS = st.builds(Duration, st.integers(1, 30), st.sampled_from(["days", "working days", "weeks", "months"]))


@given(DAYS, LENGTHS, HELD)
def test_a_held_day_never_counts(day: date, length: Duration, offsets: frozenset[int]) -> None:
    """No count ends on a held day, and each held day on the way moves the end by one that counts."""
    calendar = WorkingCalendar()
    held = frozenset(day + timedelta(days=one) for one in offsets)
    plain, moved = calendar.add(day, length), calendar.add(day, length, held)
    assert moved.date not in held or moved.date == day
    assert moved.date >= plain.date
    if length.unit == "working days":
        between = [day + timedelta(days=one + 1) for one in range((moved.date - day).days)]
        assert sum(calendar.is_working_day(one) and one not in held for one in between) == length.amount
    else:
        passed = sum(day < one <= moved.date for one in held)
        assert (moved.date - plain.date).days == passed


@given(LENGTHS, st.integers(0, 400), st.integers(1, 400), st.integers(1, 200))
def test_a_hold_gives_back_the_days_that_it_took(length: Duration, before: int, lasts: int, after: int) -> None:
    """Held while in time, the date moves by as many days as were held; held once late, it does not move at all."""
    case = Case(step("call", after="request", within=str(length)), step("hold"), step("resume"), received=None)
    starts, ends = instant(before), instant(before + lasts)
    filed = (
        Filed(1, "request", "form", "opens-case", None, "applicant", START, START),
        Filed(2, "hold", "form", "holds", None, "spoc", starts, starts),
        Filed(3, "resume", "form", "resumes", None, "spoc", ends, ends),
    )
    now = ends + timedelta(hours=after)
    plain, duty = (
        next(one for one in schedule(case.procedure, Folder(papers), WorkingCalendar(), now) if one.step == "call")
        for papers in (filed[:1], filed)
    )
    assert plain.due is not None
    assert duty.due is not None
    if plain.due < starts:
        assert duty.due == plain.due
    else:
        days = [day_of(starts) + timedelta(days=one) for one in range(lasts // 24 + 3)]
        held = [day for day in days if starts <= end_of(day) < ends and day > day_of(START)]
        if length.unit != "working days":
            assert duty.due_on == day_of(plain.due) + timedelta(days=len(held))
        assert duty.due_on not in held
