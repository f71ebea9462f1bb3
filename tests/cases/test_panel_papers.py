"""Papers of a panel: a bundle that its members may read, since when and until when, whatever happens to the case."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from tests.agency import ANSWERS, asked
from tests.cases.conftest import OFFICER, Opener
from tests.cases.test_consent import says as answers_for_consent
from tests.cases.test_corrections import correct
from tests.cases.test_meetings import CORE, DAY, put
from tests.cases.test_panel import NO_INTEREST, members, says
from tests.councillor import for_somebody
from tests.moment import Moment
from webform.cases.bundle_contents import contents_of
from webform.cases.bundles import ask_for_bundle, bundles_of, expiry, make_bundles
from webform.cases.cross_check import disagreements
from webform.cases.file_document import file_document
from webform.cases.folder import Which, documents_of
from webform.cases.links import expiry as end_of_links
from webform.cases.panel_papers import as_answers, papers_for, readers, step_that
from webform.cases.send_link import new_link
from webform.documents.shelf import Shelves
from webform.errors import Refusal
from webform.records.bundles import Bundle
from webform.records.chain import seal_document
from webform.records.outbox import Message, Task
from webform.records.store import begin_writing, db
from webform.records.tables import Case
from webform.sending.reach import called

pytestmark = pytest.mark.usefixtures("no_paper")


@pytest.fixture
def case(opened: Opener, now: Moment, shelves: Shelves) -> Case:
    """A case whose panel is called."""
    found = opened()
    put(found, "panel-meeting", DAY, now, shelves)
    return found


def bundled(case: Case, now: Moment, **wanted: Any) -> Bundle:
    """A bundle is asked for and made."""
    begin_writing()
    bundle = ask_for_bundle(case, "Sam", {"names": [], "without": [], **wanted}, now())
    db.session.commit()
    assert make_bundles(now()) == 1
    return bundle


def share(case: Case, bundle: Bundle, now: Moment) -> None:
    """An officer shares it with the panel."""
    begin_writing()
    step, form = step_that(case, "shares") or (None, None)
    assert step
    assert form
    try:
        file_document(case, step.id, form, as_answers(form, bundle), author=OFFICER, now=now())
        db.session.commit()
    finally:
        db.session.rollback()


def roles(case: Case, now: Moment) -> set[str]:
    """Who can read what is shared, by role."""
    return {party.role for party in readers(case, now())}


def told(case: Case) -> list[str]:
    """Who was told that there are papers, by role."""
    rows = select(Message.role).where(Message.case_id == case.id, Message.letter == "panel-papers")
    return list(db.session.scalars(rows.order_by(Message.id)))


def taken_back(case: Case) -> list[str]:
    """Why papers were taken back, as the record has it."""
    return [str((one.answers or {})["papers_why"]) for one in documents_of(case) if one.effect == "unshares"]


def test_members_read_the_latest_that_is_shared(case: Case, now: Moment, shelves: Shelves) -> None:
    """Each is told once of each; they read as long as links count, once they said that they have no interest; what was
    shared before goes as early as any other, and the record says which one it was."""
    first = bundled(case, now)
    share(case, first, now)
    assert (roles(case, now), sorted(told(case))) == (set(), sorted(CORE))
    for role in ("police", "clarion"):
        says(case, role, "interest", NO_INTEREST, now, shelves)
    assert roles(case, now) == {"police", "clarion"}
    assert first.expires_at == end_of_links(case, now())
    now.passes(days=10)
    second = bundled(case, now)
    share(case, second, now)
    papers = papers_for(case, members(case)["police"], now())
    assert papers
    assert (papers.bundle.id, papers.since, first.shared) == (second.id, now(), None)
    assert first.expires_at == expiry(case, now())
    assert len(told(case)) == 6
    said = [one.answers for one in documents_of(case) if one.effect == "shares"]
    assert [one["papers_count"] for one in said if one] == [first.documents, second.documents]
    assert said[0]
    assert said[0]["papers_hash"] in {one.sha256 for one in first.files}
    assert list(disagreements(now())) == []


def test_nobody_else_reads_them(case: Case, now: Moment, shelves: Shelves) -> None:
    """Not the person, nobody once the case is closed or the papers are taken back, and no member who says that they
    have an interest, though they stay on the case."""
    share(case, bundled(case, now), now)
    police = members(case)["police"]
    says(case, "police", "interest", NO_INTEREST, now, shelves)
    assert papers_for(case, case.parties[0], now()) is None
    case.closed_at = now()
    assert roles(case, now) == set()
    case.closed_at = None
    assert roles(case, now) == {"police"}
    seal_document(
        case, kind="interest", step="interest", effect="records", author="", author_role="police", party_id=police.id,
        filed_at=now(), answers={"interest": "yes", "interest_what": "I know them", "declared_by": "Pat"},
    )  # fmt: skip
    db.session.commit()
    assert (police.left_at, papers_for(case, police, now())) == (None, None)
    says(case, "clarion", "interest", NO_INTEREST, now, shelves)
    assert roles(case, now) == {"clarion"}
    put(case, "panel-papers-off", {"papers_why": "They were the wrong ones."}, now, shelves)
    assert roles(case, now) == set()
    with pytest.raises(Refusal, match="Nothing is shared"):
        put(case, "panel-papers-off", {"papers_why": "Again."}, now, shelves)


def test_what_an_organisation_objects_to_is_taken_back(store: Flask, case: Case, now: Moment, shelves: Shelves) -> None:
    """At once, with the reason on record and a task; that bundle is shared with nobody again, another one can be."""
    _, agency = asked(store, case.reference)
    begin_writing()
    which, form = Which("agency-return", agency), shelves.forms["agency-return"]
    number = file_document(case, which, form, ANSWERS | {"objects": "no"}, author=OFFICER, now=now()).number
    db.session.commit()
    bundle = bundled(case, now)
    share(case, bundle, now)
    says(case, "police", "interest", NO_INTEREST, now, shelves)
    assert roles(case, now) == {"police"}
    correct(case, now, shelves, number, objects="yes", not_shared="All of it")
    assert (roles(case, now), len(taken_back(case))) == (set(), 1)
    assert "objects to sharing" in taken_back(case)[0]
    assert "Share another bundle" in db.session.scalars(select(Task.says).order_by(Task.id.desc())).all()[0]
    with pytest.raises(Refusal, match="has objected since"):
        share(case, bundle, now)
    share(case, bundled(case, now), now)
    assert roles(case, now) == {"police"}


@pytest.mark.parametrize(("wanted", "there"), [({"panel": True}, True), ({}, False)])
def test_papers_for_the_panel_hold_what_organisations_answered(
    store: Flask, case: Case, now: Moment, shelves: Shelves, wanted: dict[str, bool], there: bool
) -> None:
    """A copy for handing on has none of it; one for the panel has, but not whom to ask there, and says whose it is."""
    _, agency = asked(store, case.reference)
    begin_writing()
    which, form = Which("agency-return", agency), shelves.forms["agency-return"]
    file_document(case, which, form, ANSWERS | {"objects": "no"}, author=OFFICER, now=now())
    db.session.commit()
    contents = contents_of(case, wanted, None, now())
    text = str(contents.book)
    assert (ANSWERS["known"] in text, "show it to nobody else" in text) == (there, there)
    assert ANSWERS["body_person"] not in text


@pytest.mark.parametrize("how", ["another address", "another link"])
def test_whoever_holds_another_link_says_first_that_they_have_no_interest(
    case: Case, now: Moment, shelves: Shelves, how: str
) -> None:
    """A colleague takes the seat over after it was said, or an officer gives its holder another link: nobody knows who
    reads there, so the papers wait until they have said so themselves."""
    share(case, bundled(case, now), now)
    says(case, "police", "interest", NO_INTEREST, now, shelves)
    assert roles(case, now) == {"police"}
    now.passes(hours=1)
    before = members(case)["police"]
    if how == "another address":
        told = {"part_role": "police", "part_organisation": "Sergeant Two", "part_email": "two@police.example"}
        put(case, "who-takes-part", told, now, shelves)
    else:
        new_link(before, by_email=True, word="", author=OFFICER, now=now())
        db.session.commit()
    after = members(case)["police"]
    papers = papers_for(case, after, now())
    assert (after.id, papers and papers.declared, roles(case, now)) == (before.id, False, set())
    now.passes(hours=1)
    says(case, "police", "interest", NO_INTEREST, now, shelves)
    assert roles(case, now) == {"police"}


def test_papers_go_when_consent_does(opened: Opener, now: Moment, shelves: Shelves) -> None:
    """Whom the person affected does not want to be told reads nothing any more; when they take it back, nobody does."""
    case = opened(**for_somebody())
    put(case, "panel-meeting", DAY, now, shelves)
    share(case, bundled(case, now), now)
    says(case, "police", "interest", NO_INTEREST, now, shelves)
    says(case, "clarion", "interest", NO_INTEREST, now, shelves)
    assert roles(case, now) == {"police", "clarion"}
    answers_for_consent(case, now, "yes", not_with=called(members(case)["clarion"]))
    assert roles(case, now) == {"police"}
    answers_for_consent(case, now, "no")
    assert (roles(case, now), taken_back(case)) == (set(), ["Consent was refused or taken back."])


def test_only_a_copy_for_handing_on_is_shared(opened: Opener, case: Case, now: Moment) -> None:
    """Not what is held about one person, and nothing before the panel is called."""
    with pytest.raises(Refusal, match="no such bundle"):
        share(case, bundled(case, now, person=case.parties[0].id), now)
    early = opened()
    with pytest.raises(Refusal, match="Nobody sits"):
        share(early, bundled(early, now), now)
    assert [one.shared for one in bundles_of(case, now())] == [None]
