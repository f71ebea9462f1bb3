"""My day: every duty on one list, counted as it is listed; what a search finds, and what lists are narrowed to."""

from __future__ import annotations

import datetime as dt
from typing import get_args

import pytest
from sqlalchemy import func, select, update

from tests.cases.conftest import OFFICER, Opener
from tests.cases.test_letters import acknowledge
from tests.moment import Moment
from webform.cases import day
from webform.cases.day import Duties, Filters, cases, duties, tasks
from webform.cases.desk import search
from webform.cases.file_document import file_document
from webform.cases.officers import add_officer
from webform.documents.shelf import Shelves
from webform.records.store import begin_writing, db
from webform.records.tables import Case, Deadline

ALL: tuple[Duties, ...] = get_args(Duties)


@pytest.fixture
def seen(opened: Opener, now: Moment, shelves: Shelves) -> Case:
    """A case that an officer has opened."""
    case = opened()
    begin_writing()
    file_document(case, "seen", shelves.forms["seen"], {}, author=OFFICER, now=now())
    db.session.commit()
    return case


def listed(now: Moment, filters: Filters | None = None) -> dict[Duties, list[str]]:
    """The steps on each list of duties."""
    lists = {name: duties("merton", name, now().date(), filters or Filters(), size=100) for name in ALL}
    for name, found in lists.items():
        assert (found.count, found.more) == (len(found.rows), False), name
    return {name: [row.step for row in found.rows] for name, found in lists.items()}


def test_every_duty_is_on_one_list(seen: Case, now: Moment) -> None:
    """What the desk owes and what it waits for is listed once, by its date; the count is that of the rows."""
    rows = db.session.execute(select(Deadline.step, Deadline.due_on).where(Deadline.listed.is_not(None))).all()
    for at in ("2026-05-11 10:00", "2026-05-13 10:00", "2026-05-14 10:00", "2026-09-01 10:00"):
        now.is_(at)
        found = listed(now)
        assert sorted(step for steps in found.values() for step in steps) == sorted(step for step, _ in rows)
    assert "acknowledgement" in found["overdue"]
    assert "risk-matrix" in [step for steps in found.values() for step in steps]


def test_the_lists_go_by_the_day(seen: Case, now: Moment) -> None:
    """A duty moves from the next seven days to today, and then to what is overdue."""
    places = []
    for at in ("2026-05-11 10:00", "2026-05-13 10:00", "2026-05-13 22:59", "2026-05-14 10:00"):
        now.is_(at)
        places += [name for name, steps in listed(now).items() if "acknowledgement" in steps]
    assert places == ["week", "today", "today", "overdue"]


def test_the_oldest_duty_comes_first(seen: Case, now: Moment) -> None:
    """A list goes by due date, and what has no date comes last."""
    now.is_("2026-08-01 10:00")
    begin_writing()
    newest = select(func.max(Deadline.id)).where(Deadline.listed == "ours", Deadline.due_on.is_not(None))
    db.session.execute(
        update(Deadline).where(Deadline.id == newest.scalar_subquery()).values(due_on=dt.date(2026, 5, 1))
    )
    db.session.commit()
    for name in ALL:
        dates = [row.due_on for row in duties("merton", name, now().date(), Filters(), size=100).rows]
        dated = [date for date in dates if date]
        assert dates == [*sorted(dated), *([None] * (len(dates) - len(dated)))]


def test_what_is_done_leaves_the_lists(seen: Case, now: Moment) -> None:
    """A letter that went, and a choice that nobody has to make, stand on no list."""
    acknowledge(seen, now)
    steps = {step for steps in listed(now).values() for step in steps}
    assert "acknowledgement" not in steps
    assert "pass-on" not in steps


def test_duties_of_an_unopened_case_wait_until_it_is_opened(opened: Opener, now: Moment) -> None:
    """A new request stands under the new ones alone, the oldest first, and in no other area."""
    first, second = opened(), opened()
    assert listed(now) == {name: [] for name in ALL}
    assert cases("merton", "new", Filters()).rows == (first, second)
    assert cases("elsewhere", "new", Filters()).count == 0


def test_a_list_goes_on_page_by_page(seen: Case, now: Moment) -> None:
    """The pages of a list, put together, are the list: across its parts, nothing twice and nothing left out."""
    whole = duties("merton", "later", now().date(), Filters(), size=100)
    pages = [duties("merton", "later", now().date(), Filters(), start, 2).rows for start in range(0, whole.count, 2)]
    assert whole.count > 3
    assert {row.due_on is None for row in whole.rows} == {True, False}
    assert [row.id for page in pages for row in page] == [row.id for row in whole.rows]


def test_no_list_is_counted_beyond_the_most(opened: Opener, now: Moment, monkeypatch: pytest.MonkeyPatch) -> None:
    """What counting costs has an end: beyond it a list says that there are more."""
    for _ in range(3):
        opened()
    monkeypatch.setattr(day, "MOST", 2)
    found = cases("merton", "new", Filters())
    assert (found.count, found.more) == (2, True)


@pytest.mark.parametrize("few", [500, 0])
def test_lists_are_narrowed_to_some_cases(
    opened: Opener, seen: Case, now: Moment, shelves: Shelves, monkeypatch: pytest.MonkeyPatch, few: int
) -> None:
    """By stage, by who looks after them and by flag, whether few cases fit or many."""
    other = opened(danger="yes", name="Bob")
    monkeypatch.setattr(day, "FEW", few)
    begin_writing()
    officer = add_officer("sam@merton.example", "Sam Spoc", "merton", "spoc")
    file_document(other, "seen", shelves.forms["seen"], {}, author=OFFICER, now=now())
    db.session.execute(update(Case).where(Case.id == seen.id).values(owner_officer_id=officer.id, stage="outcome"))
    db.session.commit()
    flag = other.flags[0]["id"]
    for filters, wanted in (
        (Filters(), {seen.id, other.id}),
        (Filters(stage="outcome"), {seen.id}),
        (Filters(owner=officer.id), {seen.id}),
        (Filters(owner=0), {other.id}),
        (Filters(flag=flag), {other.id}),
        (Filters(flag=flag, owner=officer.id), set()),
    ):
        assert {one.id for one in cases("merton", "open", filters).rows} == wanted, filters
        rows = [row for name in ALL for row in duties("merton", name, now().date(), filters, size=100).rows]
        assert {row.case_id for row in rows} == wanted, filters
        assert cases("merton", "open", filters).count == len(wanted)


def test_closed_cases_have_a_list_of_their_own(seen: Case, now: Moment, shelves: Shelves) -> None:
    """A closed case is no open one; what is still owed after closing stays on my day."""
    begin_writing()
    answers = {"close_why": "It ends here.", "decision": "not-met"}
    file_document(seen, "withdraw", shelves.forms["withdraw"], answers, author=OFFICER, now=now())
    db.session.commit()
    assert cases("merton", "open", Filters()).rows == ()
    assert cases("merton", "closed", Filters()).rows == (seen,)


def test_tasks_are_counted_as_they_are_listed(seen: Case, now: Moment, shelves: Shelves) -> None:
    """What only a person can put right, until it is done."""
    assert (tasks("merton").count, tasks("elsewhere").count) == (0, 0)
    begin_writing()
    answers = {"passed_to": "Croydon", "passed_why": "It happens there."}
    file_document(seen, "pass-on", shelves.forms["pass-on"], answers, author=OFFICER, now=now())
    db.session.commit()
    assert [("Croydon" in task.says) for task in tasks("merton").rows] == [True]


@pytest.mark.parametrize(
    ("typed", "by"),
    [
        ("zdarska", ("surname",)), ("Ann ŽĎÁRSKÁ", ("surname",)), ("sm45dx", ("postcode",)), ("SM4 5DX", ("postcode",)),
        ("ANN@people.example ", ("email",)), ("+44 20 7946 0000", ("phone",)), ("Smith", ()), ("SM4", ()), ("", ()),
        ("-", ()), ("nobody@people.example", ()),
    ],
)  # fmt: skip
def test_a_search_finds_what_is_the_same_but_for_spelling(opened: Opener, typed: str, by: tuple[str, ...]) -> None:
    """By surname, postcode, email and phone, exactly after capitals, spaces and accents are gone; in one's own area."""
    case = opened()
    hits, more = search("merton", typed)
    assert [(hit.case, hit.by) for hit in hits] == ([(case, by)] if by else [])
    assert not more
    assert search("elsewhere", typed) == ([], False)


def test_a_search_knows_references(opened: Opener) -> None:
    """A reference finds its case however it is typed."""
    case = opened()
    opened()
    assert [hit.case for hit in search("merton", f" {case.reference.lower().replace('-', ' ')}")[0]] == [case]
