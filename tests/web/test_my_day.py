"""My day in the browser: the lists, what can be pressed in them, the search and the filters."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from tests.moment import Moment
from tests.web.desk import case_number, join, open_referral, opened, press, sign_in
from webform.cases.area_folder import area_folder, keep_area_folders
from webform.cases.letters import add_task
from webform.records.store import begin_writing, db
from webform.records.tables import Case, Deadline
from webform.web.desk_lists import TITLES

COUNT = re.compile(r"<strong>([^<]+)</strong> ([^<]+)</")
LISTS = ("new", "tasks", "overdue", "today", "week", "waiting", "later")


def waits_for_agency(app: Flask, step: str = "tell-more") -> None:
    """Something that the applicant may do is waited for, as what an area asks of them would be."""
    with app.app_context():
        begin_writing()
        db.session.execute(update(Deadline).where(Deadline.step == step).values(listed="theirs"))
        db.session.commit()


def test_counts_are_those_of_the_lists(app: Flask, desk: FlaskClient, now: Moment) -> None:
    """Every number on my day is that of the rows behind it."""
    for _ in range(2):
        open_referral(desk, opened(app))
    opened(app)
    now.passes(days=3)
    sign_in(app, desk)
    counted = COUNT.findall(desk.get("/desk/").text)
    counts = {name: count for name in LISTS for count, title in counted if title == TITLES[name]}
    assert tuple(counts) == LISTS
    assert int(counts["overdue"]) > 0
    for name, count in counts.items():
        rows, number = 0, 1
        while found := len(
            re.findall(r'role="rowheader"|desk-tasks__item"', desk.get(f"/desk/list/{name}?page={number}").text)
        ):
            rows, number = rows + found, number + 1
        assert rows == int(count), name


def test_one_press_reminds_those_who_are_waited_for(app: Flask, desk: FlaskClient) -> None:
    """The button sends the reminder and says so; then it says that they were reminded today."""
    reference = opened(app)
    open_referral(desk, reference)
    waits_for_agency(app)
    page = desk.get("/desk/").text
    found = re.search(rf'/desk/case/{reference}/ask-again/[^"]+', page)
    assert found
    answer = press(desk, found[0], page="/desk/", back="day")
    assert answer.location == f"/desk/?chased={reference}#waiting"
    page = desk.get(answer.location).text
    assert "is on its way" in page
    assert "Reminded 11 May 2026" in page
    assert press(desk, found[0], page="/desk/").status_code == 422


def test_a_search_leads_to_the_case(app: Flask, desk: FlaskClient) -> None:
    """A reference leads straight there; a name lists its cases and says by what each was found."""
    reference = opened(app)
    open_referral(desk, reference)
    assert press(desk, "/desk/search", page="/desk/", q=reference.lower()).location == f"/desk/case/{reference}"
    page = press(desk, "/desk/search", page="/desk/", q="Zdarska").text
    assert reference in page
    assert "Found by surname" in page
    page = press(desk, "/desk/search", page="/desk/", q="<b>Nobody</b>").text
    assert "No case was found" in page
    assert "<b>" not in page


def test_lists_are_narrowed_by_their_address(app: Flask, desk: FlaskClient) -> None:
    """Filters stand in the address and stay from page to page; what is no choice narrows nothing."""
    mine, other = opened(app), opened(app)
    open_referral(desk, mine)
    with app.app_context():
        owner = db.session.query(Case.owner_officer_id).filter(Case.reference == mine).scalar()
    page = desk.get(f"/desk/list/open?owner={owner}").text
    assert mine in page
    assert other not in page
    assert ">Mine</option>" in page
    page = desk.get("/desk/list/open?owner=nobody").text
    assert other in page
    assert mine not in page
    for odd in ("owner=99999", "stage=x", "flag=%00", "page=-1", "page=x"):
        assert other in desk.get(f"/desk/list/open?{odd}").text, odd
    assert "does not go on" in desk.get("/desk/list/open?page=99999999999").text
    assert desk.get("/desk/list/x").status_code == 404


@pytest.mark.parametrize("name", [*LISTS, "open", "closed"])
def test_other_areas_are_on_no_list(app: Flask, desk: FlaskClient, now: Moment, name: str) -> None:
    """Neither a list nor a search shows anything of another area."""
    reference = opened(app)
    open_referral(desk, reference)
    now.passes(days=20)
    join(app, "eve@elsewhere.example", "Eve", area="bromley")
    eve = app.test_client()
    sign_in(app, eve, "eve@elsewhere.example")
    assert reference not in eve.get(f"/desk/list/{name}").text
    assert "No case was found" in press(eve, "/desk/search", page="/desk/", q=reference).text


def test_a_task_leads_to_what_it_is_about(app: Flask, desk: FlaskClient) -> None:
    """To a case by its reference; to the area's own duties by what they are, since nobody knows their folder's name."""
    reference = opened(app)
    with app.app_context():
        now = dt.datetime.now(dt.UTC)
        keep_area_folders(now)
        begin_writing()
        folder = area_folder("merton")
        assert folder
        own, cases = folder.reference, [db.session.get_one(Case, case_number(reference)), folder]
        for case in cases:
            add_task(db.session.merge(case), "test", "Look at it.", now)
        db.session.commit()
    page = desk.get("/desk/").text
    assert f">Case {reference}</a>" in page
    assert own not in page
    assert page.count(">The area’s own duties</a>") == 2
