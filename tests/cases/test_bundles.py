"""Evidence bundles: what is in them, what is not and why, who makes them, and when they are gone."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from tests.bundles import HIDDEN, OPEN, SAM, case_with_secrets, made, sha256
from tests.cases.test_corrections import correct
from tests.evidence import PDF
from tests.moment import Moment
from webform.cases import bundles
from webform.cases.bundles import ask_for_bundle, bundles_of, expire_bundles, make_bundles
from webform.cases.file_document import file_document
from webform.cases.folder import documents_of
from webform.cases.links import stand_in
from webform.cases.objections import objected_since
from webform.house import house
from webform.records.attachments import CLEAN, QUARANTINED, Attachment
from webform.records.bundles import Bundle
from webform.records.chain import forget, seal_document
from webform.records.store import begin_writing, db
from webform.records.tables import Case
from webform.records.vault import vault
from webform.rules.redaction import OBJECTED

pytestmark = pytest.mark.usefixtures("no_paper")
NOTHING: dict[str, list[str]] = {"names": [], "without": []}


def wanted(case: Case, at: Moment, **changes: list[str]) -> Bundle:
    """A bundle is asked for."""
    begin_writing()
    return ask_for_bundle(case, SAM.name, NOTHING | changes, at())


def test_a_copy_for_handing_on_names_nobody_else(store: Flask, now: Moment) -> None:
    """Of who did it, who reported it, how to reach them and what an organisation objects to no word leaves the house;
    what the case's own people said of themselves and of what happened is all there."""
    case, _files = case_with_secrets(store, now())
    bundle = wanted(case, now)
    got = made(bundle, now())
    assert [phrase for phrase in HIDDEN if phrase.casefold() in got.everything.casefold()] == []
    assert [phrase for phrase in OPEN if phrase not in got.page] == []
    assert [phrase for phrase in OPEN if phrase not in got.everything.replace(got.page, "")] == []
    told = bundle.told
    assert told["taken"]["Kevin Badger"] == 2
    assert {"Badger", "BADGER", "07700 900123", "kev@people.example", "SW19 9ZZ"} < set(told["taken"])
    assert {(one["number"], one["why"]) for one in told["left_out"]} >= {
        (1, "only officers of the case may read it"),
        (case.chain_count, "its author objects to sharing some of it"),
    }
    assert [one["name"] for one in told["files"]] == ["kev.pdf", "kev.docx"]


def test_what_is_in_it_can_be_checked(store: Flask, now: Moment) -> None:
    """Page, each document as text and each file, under names that say nothing, with the hash of every one."""
    case, _files = case_with_secrets(store, now())
    got = made(wanted(case, now), now())
    documents = [f"documents/{number:03}.txt" for number in range(1, case.chain_count + 1)]
    assert list(got.parts) == ["bundle.html", *documents, "files/001-1.pdf", "files/001-2.docx", "manifest.txt"]
    assert got.parts["files/001-1.pdf"] == PDF
    assert got.digests() == {name: sha256(content) for name, content in got.parts.items() if name != "manifest.txt"}
    for document in documents_of(case):
        assert f"Sealed in the record as {document.hash}" in got.page


def test_the_timeline_says_of_each_step_how_it_stands_and_why(store: Flask, now: Moment) -> None:
    """Done with its document, late since a day, and not asked for with the reason."""
    case, _files = case_with_secrets(store, now())
    now.passes(days=10)
    page = made(wanted(case, now), now()).page
    assert "Not done.</strong> Due on Wednesday 13 May 2026." in page
    assert 'Done.</strong> On Monday 11 May 2026. See <a href="#document-1">document 1</a>' in page
    _before, timeline, not_come_up, not_asked = re.split("<h[23].*>(?:Timeline|What has not|What the proc).*</h", page)
    assert ("Waits for the hold" in timeline, "Waits for the hold" in not_come_up) == (False, True)
    assert "Not needed.</strong>" in not_asked.partition("<h2>")[0]


def test_each_document_says_whose_it_is(store: Flask, now: Moment) -> None:
    """The organisation that a letter went to, or that has answered; and no letter has a link that was its reader's."""
    case, _files = case_with_secrets(store, now(), objects="no")
    begin_writing()
    body = f"Please [open your page]({stand_in(case)})"
    seal_document(
        case, kind="letter", author=SAM.name, author_role=SAM.role, filed_at=now(), body=body,
        answers={"channel": "email", "subject": "Hello"},
    )  # fmt: skip
    page = made(wanted(case, now), now()).page
    assert "Document 5: Ask an agency what it knows: The police</h3>" in page
    assert "Document 6: Say what the agency knows and did: The police</h3>" in page
    assert ("Please [open your page]" in page, stand_in(case) in page) == (True, False)


def test_a_reason_stands_where_something_is_missing(store: Flask, now: Moment) -> None:
    """A document that was erased, a file with a virus, one that is gone, and one that whoever asked left out."""
    case, keys = case_with_secrets(store, now())
    begin_writing()
    forget(documents_of(case)[-2])
    db.session.execute(update(Attachment).where(Attachment.key == keys[0]).values(state=QUARANTINED))
    vault().remove(keys[1])
    db.session.commit()
    page = made(wanted(case, now), now()).page
    assert "What this document said was erased, and its files with it." in page
    assert "PDF, 1 KB: Not in this copy: it has a virus." in page
    assert "Word document, 1 KB: Not in this copy: it is missing or damaged." in page
    left = made(wanted(case, now, without=[keys[0]]), now())
    assert "whoever made this copy left it out" in left.page
    assert not [name for name in left.parts if name.startswith("files/")]


def test_a_file_says_whether_it_was_checked_for_viruses(store: Flask, now: Moment) -> None:
    """Beside the file, where nobody scans them."""
    case, keys = case_with_secrets(store, now())
    begin_writing()
    db.session.execute(update(Attachment).where(Attachment.key == keys[0]).values(state=CLEAN))
    page = made(wanted(case, now), now()).page
    assert 'href="files/001-1.pdf">001-1.pdf</a>: PDF, 1 KB</li>' in page
    assert "Word document, 1 KB. It was not checked for viruses." in page


def test_more_names_can_be_taken_out(store: Flask, now: Moment) -> None:
    """What whoever asks types goes as well, and is told of."""
    case, _files = case_with_secrets(store, now())
    bundle = wanted(case, now, names=["until four"])
    assert "Music [name left out]. It was" in made(bundle, now()).page
    assert bundle.told["taken"]["until four"] == 1


def test_two_presses_make_one_bundle(store: Flask, now: Moment) -> None:
    """As long as it waits; with other wishes, or once it is there, it is another one."""
    case, _files = case_with_secrets(store, now())
    assert wanted(case, now) is wanted(case, now)
    assert len({wanted(case, now).id, wanted(case, now, names=["Kit"]).id}) == 2
    db.session.commit()
    assert make_bundles(now()) == 2
    assert len({one.id for one in (*bundles_of(case, now()), wanted(case, now))}) == 3


def test_one_that_can_not_be_made_is_tried_again_and_then_given_up(
    store: Flask, now: Moment, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each time once the lease is over, three times in all; nothing half made is left behind."""
    case, _files = case_with_secrets(store, now())
    bundle = wanted(case, now)
    db.session.commit()
    before = set(vault().keys_before(dt.datetime.max.replace(tzinfo=dt.UTC)))

    def breaks(*_given: object) -> None:
        raise OSError("no room")

    monkeypatch.setattr(bundles, "pack", breaks)
    for tries in (1, 2, 3):
        assert make_bundles(now()) == make_bundles(now()) == 0
        assert (bundle.state, bundle.attempts) == ("waiting", tries)
        now.passes(minutes=10)
    assert make_bundles(now()) == 0
    assert bundle.state == "failed"
    assert set(vault().keys_before(dt.datetime.max.replace(tzinfo=dt.UTC))) == before


def test_a_bundle_goes_after_some_days(store: Flask, now: Moment) -> None:
    """With its files, at the end of the last day of the area's time; until then it stays."""
    case, _files = case_with_secrets(store, now())
    bundle = wanted(case, now)
    made(bundle, now())
    kept = select(Attachment.key).where(Attachment.bundle_id.is_not(None))
    keys = list(db.session.scalars(kept))
    assert len(keys) == 2  # the ZIP, and its page by itself
    assert bundle.expires_at == dt.datetime(2026, 5, 18, 22, 59, 59, 999999, dt.UTC)
    for past, left in ((dt.timedelta(0), 1), (dt.timedelta(seconds=1), 0)):
        begin_writing()
        expire_bundles(bundle.expires_at - dt.timedelta(seconds=1) + past)
        db.session.commit()
        assert db.session.scalar(select(func.count(Bundle.id))) == left
    assert not set(keys) & set(vault().keys_before(dt.datetime.max.replace(tzinfo=dt.UTC)))


def test_whoever_may_have_all_of_it_gets_all_of_it(store: Flask, now: Moment) -> None:
    """A copy that a document asks for names everybody and says for whom it is; what an organisation objects to share is
    marked in it, and told to whoever hands it on."""
    case, _files = case_with_secrets(store, now())
    begin_writing()
    form = house().shelves.forms["full-copy"]
    answers = {"copy_for": "The Ombudsman", "copy_why": "They ask for it."}
    document = file_document(case, "full-copy", form, answers, author=SAM, now=now())
    (bundle,) = bundles_of(case, now())
    assert (bundle.request, bundle.asked_by) == (document.number, SAM.name)
    got = made(bundle, now())
    assert [phrase for phrase in (*HIDDEN, *OPEN, "The Ombudsman") if phrase not in got.page] == []
    assert "left out]" not in got.everything
    assert "Its author objects to sharing some of it." in got.page
    assert [one["number"] for one in bundle.told["objections"]] == [document.number - 1]
    assert (bundle.told["left_out"], bundle.told["taken"]) == ([], {})


def test_an_objection_that_comes_later_holds(store: Flask, now: Moment) -> None:
    """For what its author wrote before as well: no bundle that is made from then on has either, and one that was made
    before is known to be wrong."""
    case, _files = case_with_secrets(store, now(), objects="no")
    number = case.chain_count
    before = wanted(case, now)
    assert OBJECTED not in made(before, now()).everything
    assert not objected_since(before, documents_of(case))
    correct(case, now, house().shelves, number, SAM, objects="yes", not_shared="All of it")
    assert objected_since(before, documents_of(case))
    after = wanted(case, now)
    assert made(after, now()).page.count(f"Not in this copy: {OBJECTED}.") == 2
    assert {one["number"] for one in after.told["left_out"] if not one["labels"]} == {number, number + 1}
    assert not objected_since(after, documents_of(case))


def test_what_is_erased_is_in_no_bundle_any_more(store: Flask, now: Moment) -> None:
    """A bundle that was made before goes with the document, one that is being made is not kept."""
    case, _files = case_with_secrets(store, now())
    bundle = wanted(case, now)
    unpacked_page = made(bundle, now()).page
    assert "We have written it down" in unpacked_page
    begin_writing()
    forget(documents_of(case)[-3])
    db.session.commit()
    assert bundles_of(case, now()) == []
    assert db.session.scalar(select(func.count(Attachment.id)).where(Attachment.bundle_id.is_not(None))) == 0
