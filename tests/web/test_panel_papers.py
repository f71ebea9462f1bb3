"""Papers of a panel: who shares them, which member reads them and until when, and what the record says of it."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.bundles import SAM, unzipped
from tests.moment import Moment
from tests.web.desk import documents, open_referral, opened, press
from tests.web.party import mails, party_of
from tests.web.test_panel_page import INTEREST, MEETING, declares, member, put
from tests.web.test_party_page import fill_in
from tests.web.visitor import Visitor
from webform.cases.bundles import make_bundles
from webform.cases.file_document import file_document
from webform.cases.folder import Which
from webform.cases.links import revoke
from webform.house import house
from webform.records.officers import Access
from webform.records.store import begin_writing, db
from webform.records.tables import Case

HERE = "/desk/case/{}/bundle/"
SHARE = re.compile(r'action="([^"]+/share)"')


@pytest.fixture
def case(app: Flask, desk: FlaskClient) -> str:
    """A case whose panel is called."""
    reference = opened(app)
    open_referral(desk, reference)
    put(app, reference, "panel-meeting", MEETING)
    return reference


def bundled(app: Flask, desk: FlaskClient, case: str, now: Moment) -> str:
    """An officer asks for a bundle, and the clock makes it; returns the page with it."""
    here = HERE.format(case)
    press(desk, here, page=here, panel="yes")
    with app.app_context():
        assert make_bundles(now()) == 1
    return desk.get(here).text


def shared(app: Flask, desk: FlaskClient, case: str, now: Moment) -> str:
    """One more press: the panel has it; returns the page."""
    button = SHARE.search(bundled(app, desk, case, now))
    assert button
    answer = press(desk, button[1], page=HERE.format(case))
    assert answer.status_code == 303
    return desk.get(HERE.format(case)).text


def answers(visitor: Visitor, home: str) -> list[int]:
    """What this member gets for the papers, to read and to take along."""
    return [visitor.client.get(f"{home}papers/{how}").status_code for how in ("", "zip")]


def looked(app: Flask) -> list[str]:
    """What parties looked at."""
    with app.app_context():
        return list(db.session.scalars(select(Access.what).where(Access.party_id > 0).order_by(Access.id)))


def test_members_read_what_is_shared(app: Flask, desk: FlaskClient, case: str, now: Moment) -> None:
    """Nobody before they have said that they have no interest; then on a page, as a ZIP and on paper, and each look is
    on the case. The email says nothing of what is in it. The person whose case it is finds no such thing."""
    before = len(mails(app, "police.mailbox@merton.example"))
    page = shared(app, desk, case, now)
    assert ("Shared with the panel" in page, ": can read it" in page) == (True, False)
    assert ("Make papers for the panel" in page, "This is for the panel" in page) == (True, True)
    (filed,) = documents(app, case, "panel-papers")
    told = mails(app, "police.mailbox@merton.example")[before:]
    assert [one.subject for one in told] == [f"{case}: papers for you to read"]
    police = member(app, case, "police")
    home = police.address
    assert "once you have said that you have no interest" in police.page.text
    assert answers(police, home) == [404] * 2
    declares(police, home)
    assert "Read the papers" in police.page.text
    read = police.client.get(f"{home}papers/")
    assert "Case " + case + ": evidence" in read.text
    assert f'href="{home}"' in read.text  # the way back
    assert "unsafe" not in read.headers["Content-Security-Policy"]
    zipped = police.client.get(f"{home}papers/zip")
    assert zipped.headers["Content-Disposition"] == "attachment; filename=papers.zip"
    assert unzipped(zipped.data).digests()
    assert police.client.get(f"{home}papers/pdf").data.startswith(b"%PDF")
    assert looked(app) == [f"papers of document {filed.number}: {how}" for how in ("read", "zip", "pdf")]
    assert f"(papers of document {filed.number}: zip)" in desk.get(f"/desk/case/{case}").text
    assert ": can read it" in desk.get(HERE.format(case)).text
    assert answers(police, "/page/made-up/") == [403] * 2


@pytest.mark.usefixtures("no_paper")
def test_who_has_an_interest_or_leaves_reads_nothing(app: Flask, desk: FlaskClient, case: str, now: Moment) -> None:
    """One with an interest is out at once, with the page that was open; so is one whom an officer takes off the case,
    and one whose link has ended. Nobody tells them what they miss."""
    shared(app, desk, case, now)
    police, clarion, safer = (member(app, case, role) for role in ("police", "clarion", "safer-merton"))
    homes = [one.address for one in (police, clarion, safer)]
    for one, home in ((police, homes[0]), (safer, homes[2])):
        declares(one, home)
        assert answers(one, home) == [200] * 2
    fill_in(clarion, INTEREST, {"interest": "yes"}, {"interest_what": "I managed them"}, {"declared_by": "Pat"})
    assert answers(clarion, homes[1]) == [403] * 2
    with app.app_context():
        begin_writing()
        record = db.session.scalars(select(Case).where(Case.reference == case)).one()
        put_off = Which("off-the-case", party_of(case, "police").id)
        file_document(record, put_off, house().shelves.forms["leaves-case"], {}, author=SAM, now=now())
        revoke(party_of(case, "safer-merton"), now())
        db.session.commit()
    assert answers(police, homes[0]) == answers(safer, homes[2]) == [403] * 2
