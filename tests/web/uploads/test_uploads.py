"""Files on a page of a form: each bad one is told at the field, everything else stays, and nothing is left behind."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from sqlalchemy import select, update

from tests.evidence import PDF, bomb, office, picture, zipped
from tests.web.uploads import page
from tests.web.uploads.page import Chosen, add, answers, choose, keys, lying, shown
from tests.web.visitor import Visitor
from webform.records.attachments import QUARANTINED, Attachment
from webform.records.store import begin_writing, db
from webform.records.tables import Case, Task

FORM = page.FORM


def test_a_file_joins_the_form(visitor: Visitor, form_app: Flask) -> None:
    """Saved with the page, named in the answers, typed by content, sealed."""
    choose(visitor, ("home.heic", picture("HEIF")), ("letter", PDF), story="A letter")
    assert visitor.address.endswith("/form/things") or visitor.address.endswith("/form/must")
    proof = answers(form_app)["proof"]
    assert [(one["name"], one["type"]) for one in proof] == [("home.heic", "image/jpeg"), ("letter", "application/pdf")]
    assert lying(form_app) == {one["file"] for one in proof} == set(keys(form_app))


def test_adding_stays_on_the_page(visitor: Visitor, form_app: Flask) -> None:
    """One after the other, with what was typed kept meanwhile, and a list of what is there."""
    add(visitor, ("one.pdf", PDF), story="Half a st")
    assert visitor.address.endswith("/form/proof")
    add(visitor, ("two.jpg", picture()), story="Half a story")
    assert visitor.value("story") == "Half a story"
    assert [one.partition(" (")[0] for one in shown(visitor)] == ["one.pdf", "two.jpg"]
    assert visitor.errors == []


def test_a_file_can_be_taken_away(visitor: Visitor, form_app: Flask) -> None:
    """By the button beside it; the other one stays."""
    add(visitor, ("one.pdf", PDF), ("two.jpg", picture()))
    first = re.search(r'name="proof-remove" value="([^"]+)"', visitor.page.text)
    assert first
    choose(visitor, **{"proof-remove": first[1]}, story="Kept")
    assert [one.partition(" (")[0] for one in shown(visitor)] == ["two.jpg"]
    assert visitor.value("story") == "Kept"
    assert len(lying(form_app)) == 1
    assert lying(form_app) == set(keys(form_app))


def test_nobody_has_to_send_a_file(visitor: Visitor, form_app: Flask) -> None:
    """A browser posts an empty part when nothing was chosen: that is no file, and no error."""
    choose(visitor, story="Nothing to show")
    assert visitor.page.status_code == 200
    assert "proof" not in answers(form_app)


def test_a_file_that_is_needed_is_asked_for(visitor: Visitor) -> None:
    """At the field."""
    choose(visitor, address="/form/must", name="must")
    assert visitor.errors == [("must", "Choose a file for “The letter that you got”")]
    choose(visitor, ("a.pdf", PDF), address="/form/must", name="must")
    assert visitor.errors == []


BAD: list[tuple[str, Chosen, str]] = [
    ("zero bytes", ("empty.pdf", b""), "“empty.pdf” is empty"),
    ("too large", ("big.pdf", PDF + bytes(1_000_001)), "“big.pdf” is larger than 1 MB"),
    ("far too large", ("huge.jpg", bytes(40_000_000)), "“huge.jpg” is"),
    ("a program", ("photo.jpg", b"MZ" + bytes(300)), "“photo.jpg” is not a picture (JPEG, PNG, WebP or HEIC) or a PDF"),
    ("a page", ("photo.jpg", b"<html><script>alert(1)</script>"), "“photo.jpg” is not a picture"),
    ("a zip bomb", ("photos.zip", zipped(a=bytes(5_000_000))), "“photos.zip” is not a picture"),
    ("not allowed here", ("diary.docx", office()), "“diary.docx” is not a picture"),
    ("a pixel bomb", ("tiny.png", bomb()), "“tiny.png” has too many pixels"),
    ("a broken picture", ("cut.jpg", picture(size=(300, 200))[:-300]), "“cut.jpg” can’t be read as a picture"),
    ("traversal", ("../../../etc/cron.d/x", b"* * * * *"), "“x” is not a picture"),
]  # fmt: skip


@pytest.mark.parametrize(("chosen", "said"), [one[1:] for one in BAD], ids=[one[0] for one in BAD])
def test_a_bad_file_is_told_at_its_field(visitor: Visitor, form_app: Flask, chosen: Chosen, said: str) -> None:
    """What else was typed is still there, a good file that came with it is kept, and of the bad one nothing is."""
    page = choose(visitor, chosen, ("good.pdf", PDF), story="My story")
    assert page.status_code == 422
    assert [(target, text.startswith(said)) for target, text in visitor.errors] == [("proof", True)], visitor.errors
    assert visitor.value("story") == "My story"
    assert [one.partition(" (")[0] for one in shown(visitor)] == ["good.pdf"]
    assert lying(form_app) == set(keys(form_app)) == {answers(form_app)["proof"][0]["file"]}


def test_too_many_files_are_told(visitor: Visitor, form_app: Flask) -> None:
    """As many as there may be are kept."""
    choose(visitor, *[(f"{n}.pdf", PDF + b"%d" % n) for n in range(4)], story="Many")
    assert visitor.errors == [("proof", "You can add 3 files. “3.pdf” was not added. Remove one first, if you need it")]
    assert len(shown(visitor)) == len(lying(form_app)) == 3


def test_other_mistakes_keep_the_files(visitor: Visitor, form_app: Flask) -> None:
    """The file input can't be filled in again, so the file stays although the page is refused."""
    choose(visitor, ("one.pdf", PDF), story="")
    assert [target for target, _ in visitor.errors] == ["story"]
    assert [one.partition(" (")[0] for one in shown(visitor)] == ["one.pdf"]
    choose(visitor, story="Now")
    assert [one["name"] for one in answers(form_app)["proof"]] == ["one.pdf"]


def test_the_same_file_joins_once(visitor: Visitor, form_app: Flask) -> None:
    """A second click, or coming back and choosing it again, makes no second one."""
    for _ in range(2):
        add(visitor, ("one.pdf", PDF), ("photo.jpg", picture()))
    assert len(shown(visitor)) == len(lying(form_app)) == 2


def test_a_password_does_no_harm(visitor: Visitor) -> None:
    """A PDF that asks for a password is a PDF."""
    locked = PDF.replace(b"trailer\n<<", b"trailer\n<< /Encrypt 2 0 R")
    choose(visitor, ("locked.pdf", locked), story="Locked")
    assert visitor.page.status_code == 200


def test_an_old_token_takes_no_file(visitor: Visitor, form_app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another site can't put a file into somebody's form, nor make us look at one; the page says to press again."""
    judged: list[str] = []
    monkeypatch.setattr("webform.web.uploads.judge", lambda name, _stored: judged.append(name))
    choose(visitor, ("one.pdf", PDF), story="Typed", csrf_token="old")
    assert judged == []
    assert visitor.page.status_code == 400
    assert visitor.value("story") == "Typed"
    assert lying(form_app) == set()


def test_without_a_form_no_file_is_kept(form_app: Flask) -> None:
    """Whoever holds no draft leaves nothing here, and neither does a page that takes no files."""
    stranger = Visitor(form_app.test_client())
    stranger.get("/merton/")
    choose(stranger, ("one.pdf", PDF), address="/form/proof")
    choose(stranger, ("one.pdf", PDF), address="/merton/begin")
    assert lying(form_app) == set()


def test_a_name_is_shown_and_never_used(visitor: Visitor, form_app: Flask) -> None:
    """Markup in it is text, and no path on the disk comes from it."""
    add(visitor, ("<img src=x onerror=alert(1)>.pdf", PDF))
    assert "<img" not in visitor.page.text
    assert shown(visitor)[0].startswith("<img src=x onerror=alert(1)>.pdf (PDF")
    assert all(re.fullmatch(r"[\w-]{32}", name) for name in lying(form_app))


def test_an_entry_has_its_own_file(visitor: Visitor, form_app: Flask) -> None:
    """In a group each entry keeps its files; a refused one makes no empty entry."""
    choose(visitor, story="One")
    visitor.get("/form/thing/1")
    choose(visitor, ("x.exe", b"MZ" + bytes(99)), name="thing_file", upload="thing_file")
    assert "things" not in answers(form_app)
    visitor.get("/form/thing/1")
    choose(visitor, ("bin.png", picture("PNG")), name="thing_file", thing="A bin")
    entries = answers(form_app)["things"]
    assert [(one["entry"], one["thing"], one["thing_file"][0]["name"]) for one in entries] == [(1, "A bin", "bin.png")]


def to_the_end(visitor: Visitor) -> None:
    choose(visitor, ("one.pdf", PDF), ("photo.jpg", picture()), story="Two files")
    visitor.get("/form/things")
    visitor.post({"add-another": "no"})
    choose(visitor, ("letter.pdf", PDF + b"%"), address="/form/must", name="must")


def test_what_was_added_is_on_the_check_page(visitor: Visitor, form_app: Flask) -> None:
    """By name, kind and size."""
    to_the_end(visitor)
    assert visitor.address.endswith("/form/check")
    for words in ("one.pdf (PDF, 1 KB)", "photo.jpg (JPEG picture, 1 KB)", "letter.pdf (PDF, 1 KB)"):
        assert words in visitor.page.text


def test_sending_gives_the_files_to_the_case(visitor: Visitor, form_app: Flask) -> None:
    """They belong to the document that names them, and the draft has none left."""
    to_the_end(visitor)
    visitor.post({}, "/form/send")
    with form_app.app_context():
        case = db.session.scalars(select(Case)).one()
        rows = db.session.scalars(select(Attachment)).all()
        assert {(row.case_id, row.document, row.draft_id) for row in rows} == {(case.id, 1, None)}
        assert len(rows) == len(lying(form_app)) == 3


def test_deleting_the_form_deletes_its_files(visitor: Visitor, form_app: Flask) -> None:
    """What somebody takes back is gone from the disk as well."""
    add(visitor, ("one.pdf", PDF))
    visitor.get("/form/erase")
    visitor.post({})
    assert (lying(form_app), keys(form_app)) == (set(), [])


def test_a_virus_that_was_found_meanwhile_is_told(visitor: Visitor, form_app: Flask) -> None:
    """Before sending, it can be removed."""
    add(visitor, ("one.pdf", PDF), story="A letter")
    with form_app.app_context():
        begin_writing()
        db.session.execute(update(Attachment).values(state=QUARANTINED))
        db.session.commit()
    choose(visitor, story="A letter")
    assert visitor.errors == [("proof", "One of the files has a virus. Remove it, and choose another if you have one")]
    assert "Has a virus" in visitor.page.text


def test_a_virus_in_a_file_that_was_sent_becomes_a_task(visitor: Visitor, form_app: Flask) -> None:
    """Found after the page was saved and before the form was sent."""
    to_the_end(visitor)
    with form_app.app_context():
        begin_writing()
        row = db.session.scalars(select(Attachment)).first()
        assert row
        row.state = QUARANTINED
        db.session.commit()
    visitor.post({}, "/form/send")
    with form_app.app_context():
        assert [task.says for task in db.session.scalars(select(Task).where(Task.kind == "virus"))] == [
            "A file in document 1 has a virus. Nobody can open it. Ask for it in another way if it is needed."
        ]


def test_a_body_without_end_is_refused(visitor: Visitor, form_app: Flask) -> None:
    """Beyond what is read at all there is a plain page, and the form is as it was."""
    page = visitor.client.post(
        "/form/proof",
        content_type="multipart/form-data; boundary=x",
        environ_overrides={"CONTENT_LENGTH": "2000000000"},
    )
    assert page.status_code == 413


def test_a_full_disk_costs_the_file_alone(visitor: Visitor, form_app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Files leave room for the cases: the person is told at the field, and the form goes on without it."""
    monkeypatch.setattr("webform.records.vault.RESERVE", 10**18)
    choose(visitor, ("one.pdf", PDF), story="No room")
    assert visitor.errors == [("proof", "We could not look at “one.pdf” just now. Choose it again")]
    choose(visitor, story="No room")
    assert visitor.page.status_code == 200
    assert lying(form_app) == set()


def test_a_disk_that_fills_up_half_way_leaves_nothing(
    visitor: Visitor, form_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was written of the file is taken away again."""

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("webform.records.vault.Deposit.write", full)
    choose(visitor, ("one.pdf", PDF), story="No room")
    assert [target for target, _ in visitor.errors] == ["proof"]
    assert lying(form_app) == set()


def test_half_a_body_harms_nothing(visitor: Visitor, form_app: Flask) -> None:
    """A line that breaks leaves no file, and the page can be posted again."""
    whole = b'--x\r\nContent-Disposition: form-data; name="proof"; filename="a.pdf"\r\n\r\n' + PDF
    visitor.client.post("/form/proof", data=whole, content_type="multipart/form-data; boundary=x")
    assert lying(form_app) == set()
    choose(visitor, ("one.pdf", PDF), story="Again")
    assert len(lying(form_app)) == 1
