"""The desk: the list of cases, the referral, and who may see what."""

from __future__ import annotations

import re
import threading

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, update

from tests.moment import Moment
from tests.web.desk import effects, join, open_referral, opened, press, sign_in, token_of
from webform.cases.elsewhere import keep_elsewhere
from webform.records.lookup import reindex
from webform.records.officers import Access, Officer
from webform.records.outbox import Task
from webform.records.store import begin_writing, db
from webform.records.tables import Case
from webform.sending.paper import PaperError
from webform.words import capital


def test_nobody_sees_the_desk_without_signing_in(app: Flask, client: FlaskClient) -> None:
    """A link in a mail only locates the case: it leads to the sign-in page, which leads back."""
    reference = opened(app)
    answer = client.get(f"/desk/case/{reference}")
    assert answer.location == f"/sign-in?next=/desk/case/{reference}"


def test_list_shows_unseen_first(app: Flask, desk: FlaskClient, now: Moment) -> None:
    """A case that nobody has opened stands above all others and shows nothing of what it is about."""
    seen = opened(app)
    open_referral(desk, seen)
    now.passes(hours=1)
    unseen = opened(app, headline="Threats on the stairs")
    page = desk.get("/desk/").text
    assert page.index(unseen) < page.index(seen)
    assert "Not opened yet" in page
    assert "Threats on the stairs" not in page
    assert "Loud music every weekend" in page


def test_list_says_what_is_next_and_what_is_late(app: Flask, desk: FlaskClient, now: Moment) -> None:
    """The row of a case names the duty with the earliest date, the date, and that it has passed."""
    reference = opened(app)
    open_referral(desk, reference)
    page = desk.get("/desk/").text
    assert "Acknowledge the request" in page
    assert "13 May 2026" in page
    assert ">Late<" not in page
    now.passes(days=3)
    sign_in(app, desk)
    assert ">Late<" in desk.get("/desk/").text


def test_list_shows_flags(app: Flask, desk: FlaskClient) -> None:
    """Danger stands in the list before anybody has opened the case."""
    opened(app, danger="yes")
    assert "govuk-tag--red desk-flag" in desk.get("/desk/").text


def test_opening_takes_a_press(app: Flask, desk: FlaskClient) -> None:
    """Looking at an unopened case tells nothing and changes nothing; the press puts "seen" on record, once."""
    reference = opened(app)
    page = desk.get(f"/desk/case/{reference}").text
    assert "Nobody has opened it yet" in page
    assert "Loud music" not in page
    assert "seen" not in effects(app, reference)
    for _ in range(2):
        assert press(desk, f"/desk/case/{reference}/open", page="/desk/new/").status_code == 303
    assert effects(app, reference).count("seen") == 1
    assert "Loud music" in desk.get(f"/desk/case/{reference}").text


@pytest.mark.parametrize("way", ["paper", "document/1", "letter/acknowledgement", "form/risk-matrix/"])
def test_nothing_of_an_unopened_case_is_shown(app: Flask, desk: FlaskClient, way: str) -> None:
    """Every other page of a case leads back to the button while nobody has opened it."""
    reference = opened(app)
    assert desk.get(f"/desk/case/{reference}/{way}").location == f"/desk/case/{reference}"


def test_who_opens_looks_after_it(app: Flask, desk: FlaskClient) -> None:
    """The first officer to open a case is the one whose successor gets it."""
    reference = opened(app)
    open_referral(desk, reference)
    with app.app_context():
        owner = db.session.scalar(select(Officer.name).join(Case, Case.owner_officer_id == Officer.id))
    assert owner == "Sam Spoc"


def test_referral_says_what_comes_first(app: Flask, desk: FlaskClient) -> None:
    """Flags, then safe contact, then what is due, then the threshold, the timetable, the answers."""
    reference = opened(app, danger="yes", sees_messages="yes")
    open_referral(desk, reference)
    page = desk.get(f"/desk/case/{reference}").text
    marks = [
        'id="flags"', "Urgent", "How to contact them safely", 'id="due"', 'id="threshold"', "The test in the law",
        'id="timetable"', 'id="answers"', 'id="folder"',
    ]  # fmt: skip
    places = [page.index(mark) for mark in marks]
    assert places == sorted(places)


def test_threshold_has_a_reason_for_each_report(app: Flask, desk: FlaskClient) -> None:
    """The finding stands with the statutory test beside it and says for every report whether it counts."""
    reference = opened(app)
    open_referral(desk, reference)
    page = desk.get(f"/desk/case/{reference}").text
    assert "This is advice with its reasons. A person decides." in page
    for number in (1, 2, 3):
        assert f"Incident {number} counts" in page


def test_timetable_explains_its_dates(app: Flask, desk: FlaskClient) -> None:
    """Each date comes with the days that were counted."""
    reference = opened(app)
    open_referral(desk, reference)
    assert "Tuesday 12 May 2026" in desk.get(f"/desk/case/{reference}").text


def test_people_responsible_are_for_officers_only(app: Flask, desk: FlaskClient) -> None:
    """What only officers of the case may see is shown to them and marked."""
    reference = opened(app)
    open_referral(desk, reference)
    page = desk.get(f"/desk/case/{reference}").text
    assert "Mr Loud of flat 9" in page
    assert "Officers only" in page


def move(app: Flask, area: str) -> None:
    """Everybody who works here works for another area from now on."""
    with app.app_context():
        begin_writing()
        db.session.execute(update(Officer).values(area=area))
        db.session.commit()


def test_other_areas_cases_are_not_listed(app: Flask, desk: FlaskClient) -> None:
    """The list holds the officer's own area's cases only."""
    reference = opened(app)
    assert reference in desk.get("/desk/").text
    move(app, "elsewhere")
    assert reference not in desk.get("/desk/").text


@pytest.mark.parametrize("way", ["", "/paper", "/document/1", "/letter/acknowledgement", "/form/risk-matrix/"])
def test_other_areas_cases_do_not_exist(app: Flask, desk: FlaskClient, way: str) -> None:
    """An officer of another area gets the answer of a case that isn't there, and no trace of looking is left."""
    reference = opened(app)
    move(app, "elsewhere")
    theirs = desk.get(f"/desk/case/{reference}{way}")
    nobodys = desk.get(f"/desk/case/ABCD-EFGH{way}")
    assert theirs.status_code == nobodys.status_code == 404
    assert theirs.text.replace(reference, "") == nobodys.text.replace("ABCD-EFGH", "")
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Access)) == 0


def test_every_look_is_on_record(app: Flask, desk: FlaskClient) -> None:
    """Who looked at what is kept, page by page, and shown on the case."""
    reference = opened(app)
    open_referral(desk, reference)
    for way in ("", "/document/1", "/letter/acknowledgement", "/form/risk-matrix/"):
        desk.get(f"/desk/case/{reference}{way}")
    with app.app_context():
        rows = db.session.execute(select(Access.what, Officer.email).join(Officer, Officer.id == Access.officer_id))
        seen = {(what, email) for what, email in rows}
    assert {what for what, _ in seen} == {
        "case", "opened", "document 1", "letter acknowledgement", "form risk-matrix",
    }  # fmt: skip
    assert {email for _, email in seen} == {"sam.spoc@merton.example"}
    assert "Sam Spoc (document 1)" in desk.get(f"/desk/case/{reference}").text


def test_reference_is_found_however_it_is_typed(app: Flask, desk: FlaskClient) -> None:
    """Small letters and a missing dash lead to the case."""
    reference = opened(app)
    open_referral(desk, reference)
    typed = reference.lower().replace("-", "")
    assert desk.get(f"/desk/case/{typed}").location == f"/desk/case/{reference}"


def test_documents_can_be_read(app: Flask, desk: FlaskClient) -> None:
    """A form of the folder shows its answers, a letter its words; another number isn't found."""
    reference = opened(app)
    open_referral(desk, reference)
    assert "Music until four in the morning." in desk.get(f"/desk/case/{reference}/document/1").text
    assert "sent by email" in desk.get(f"/desk/case/{reference}/document/2").text
    assert desk.get(f"/desk/case/{reference}/document/99").status_code == 404


def test_paper_is_a_pdf_under_a_neutral_name(app: Flask, desk: FlaskClient) -> None:
    """The referral can be printed, and the name of the file says nothing about what it is."""
    reference = opened(app)
    open_referral(desk, reference)
    answer = desk.get(f"/desk/case/{reference}/paper")
    assert answer.data.startswith(b"%PDF-")
    assert answer.headers["Content-Disposition"] == f"inline; filename={reference}.pdf"


def test_looking_does_not_fail_while_others_write(app: Flask, desk: FlaskClient) -> None:
    """A page of a case is shown however busy the database is, and each look is on record."""
    reference = opened(app)
    open_referral(desk, reference)
    done = threading.Event()

    def write() -> None:
        with app.app_context():
            while not done.is_set():
                begin_writing()
                db.session.add(Task(area="elsewhere", kind="x", says="x", created_at=func.now()))
                db.session.commit()

    writers = [threading.Thread(target=write) for _ in range(2)]
    for writer in writers:
        writer.start()
    answers = [desk.get(f"/desk/case/{reference}").status_code for _ in range(10)]
    done.set()
    for writer in writers:
        writer.join()
    assert answers == [200] * 10
    with app.app_context():
        assert db.session.scalar(select(func.count()).where(Access.what == "case")) == 11


def test_failing_pdf_is_said(app: Flask, desk: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where no PDF can be made the officer reads what to do instead, and the look is on record all the same."""
    reference = opened(app)
    open_referral(desk, reference)

    def fail(_html: str) -> bytes:
        raise PaperError("No font.")

    monkeypatch.setattr("webform.web.desk.pdf", fail)
    answer = desk.get(f"/desk/case/{reference}/paper")
    assert answer.status_code == 503
    assert "Print the page from the browser instead." in answer.text
    assert answer.headers["Content-Security-Policy"]


def test_task_is_done_by_a_press(app: Flask, desk: FlaskClient) -> None:
    """What waits for a person is listed until somebody says that it is done; who did is kept."""
    with app.app_context():
        begin_writing()
        db.session.add(Task(area="merton", kind="x", says="Look into it", created_at=func.now()))
        db.session.add(Task(area="elsewhere", kind="x", says="Not ours", created_at=func.now()))
        db.session.commit()
    page = desk.get("/desk/").text
    assert "Look into it" in page
    assert "Not ours" not in page
    press(desk, "/desk/task/1/done", page="/desk/")
    assert "Look into it" not in desk.get("/desk/").text
    assert press(desk, "/desk/task/2/done", page="/desk/new/").status_code == 404
    with app.app_context():
        assert [task.done_by for task in db.session.scalars(select(Task).order_by(Task.id))] == [1, None]


@pytest.mark.parametrize("address", ["/desk/new/{}/", "/desk/new/{}/erase", "/desk/task/{}/done"])
def test_numbers_bigger_than_any_row_are_not_found(desk: FlaskClient, address: str) -> None:
    """A number in an address that no database takes is a page that isn't there, not a fault of the service."""
    for number in (2**31, 10**30):
        assert press(desk, address.format(number), page="/desk/new/").status_code == 404


@pytest.mark.parametrize("what", ["letter/acknowledgement{}", "form/panel-meeting{}/"])
@pytest.mark.parametrize("ending", [".bak", ".0", ".", ".1x", ".0.1", ".0.0.0"])
def test_an_address_that_only_looks_like_a_step_is_none(app: Flask, desk: FlaskClient, what: str, ending: str) -> None:
    """What we would not have written ourselves leads to no page, least of all to that of another step."""
    reference = opened(app)
    open_referral(desk, reference)
    assert desk.get(f"/desk/case/{reference}/{what.format('')}").status_code < 400
    assert desk.get(f"/desk/case/{reference}/{what.format(ending)}").status_code in (404, 422)


def test_refusals_are_in_the_desks_own_frame(app: Flask, desk: FlaskClient) -> None:
    """An officer who can't do something reads why at the desk, with a way back."""
    reference = opened(app)
    open_referral(desk, reference)
    answer = desk.get(f"/desk/case/{reference}/letter/request")
    assert answer.status_code == 422
    assert "Case desk" in answer.text
    assert f'href="/desk/case/{reference}"' in answer.text


def test_an_address_with_a_nul_is_no_address(app: Flask, desk: FlaskClient) -> None:
    """PostgreSQL can't keep a NUL: where somebody types one into an address, nothing is there."""
    reference = opened(app)
    open_referral(desk, reference)
    assert desk.get(f"/desk/case/{reference}/letter/%00").status_code == 404
    assert desk.get("/mer%00ton/").status_code == 404


def test_the_clock_is_drawn_and_said(app: Flask, desk: FlaskClient, now: Moment) -> None:
    """Each duty with a day is a line of the picture that says in words how it stands; the table has the reasons."""
    reference = opened(app)
    open_referral(desk, reference)
    now.passes(days=3)
    sign_in(app, desk)
    page = desk.get(f"/desk/case/{reference}").text
    picture = page[page.index("desk-clock__rows") : page.index("The same as a table")]
    assert "Late: was due 13 May 2026" in picture
    assert "Done 11 May 2026" in picture
    assert picture.count("<svg") == picture.count('aria-hidden="true"') == picture.count("desk-clock__when")
    assert "Tuesday 12 May 2026" in page[page.index("The same as a table") :]


def test_the_folder_is_newest_first_and_can_be_narrowed(app: Flask, desk: FlaskClient) -> None:
    """The newest paper stands first; forms, letters and what came from outside can be looked at alone."""
    reference = opened(app)
    open_referral(desk, reference)
    titles = {}
    for kind in ("all", "forms", "letters", "outside", "nothing-of-the-kind"):
        page = desk.get(f"/desk/case/{reference}?papers={kind}").text
        titles[kind] = re.findall(rf'/desk/case/{reference}/document/(\d+)">', page)
    assert titles["all"] == sorted(titles["all"], key=int, reverse=True) == titles["nothing-of-the-kind"]
    assert sorted(titles["forms"] + titles["letters"]) == sorted(titles["all"])
    assert titles["outside"] == ["1"]


def test_the_page_names_what_colleagues_have_begun(app: Flask, desk: FlaskClient) -> None:
    """Who has begun a form is told to others, and not to themselves."""
    reference = opened(app)
    open_referral(desk, reference)
    where = f"/desk/case/{reference}/form/threshold-decision/"
    first_page = desk.get(where, follow_redirects=True)
    desk.post(first_page.request.path, data={"csrf_token": token_of(first_page)})
    assert "has begun" not in desk.get(f"/desk/case/{reference}").text
    join(app, "dee@merton.example", "Dee Deputy", role="deputy")
    dee = app.test_client()
    sign_in(app, dee, "dee@merton.example")
    assert "Sam Spoc has begun “Decide on the threshold”" in dee.get(f"/desk/case/{reference}").text


def test_the_reference_of_another_system_stands_on_the_case(app: Flask, desk: FlaskClient) -> None:
    """The latest that was put on record is shown, and a search finds the case by it; it can be changed."""
    reference = opened(app)
    open_referral(desk, reference)
    where = f"/desk/case/{reference}/form/other-reference"
    for name in ("UNI-1", "UNI-2"):
        press(desk, f"{where}/other-reference", page=f"{where}/other-reference", other_reference=name)
        press(desk, f"{where}/send", page=f"{where}/check")
        page = desk.get(f"/desk/case/{reference}").text
        assert f"In another system: <strong>{name}</strong>" in page
    with app.app_context():
        reindex(keep_elsewhere)
    assert press(desk, "/desk/search", page="/desk/", q="uni 2").location == f"/desk/case/{reference}"
    assert "No case was found" in press(desk, "/desk/search", page="/desk/", q="UNI-1").text


def test_the_folder_names_whoever_filed_by_their_part(app: Flask, desk: FlaskClient) -> None:
    """Not by the word that the procedure has for a role; names inside a title keep their capitals."""
    reference = opened(app)
    open_referral(desk, reference)
    cells = re.findall(r'aria-hidden="true">By</span><div>([^<]+)', desk.get(f"/desk/case/{reference}").text)
    assert set(cells) == {"The person who asks", "The service", "Sam Spoc"}
    assert capital("the ASB Supervisor/Manager") == "The ASB Supervisor/Manager"
