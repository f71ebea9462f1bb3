"""The three shelves: read, merged, versioned, every fault at once."""

from pathlib import Path

import pytest

from webform.documents.faults import BrokenDocuments, Fault
from webform.documents.shelf import Shelves, from_snapshot, read_shelves, snapshot

FORM = (
    'title = "T"\neffect = "opens-case"\n[[page]]\nid = "a"\n[[page.question]]\nid = "q"\ntype = "text"\nlabel = "Q"\n'
)
BASE = """
[area]
name = "Base"
body = "Law"
opens_with = "ask"
kind = "baseline"
[notices]
sign_in = "l"
draft_link = "l"
draft_expires = "l"
reminder = "l"
overdue = "l"
escalation = "l"
alarm = "l"
task = "l"
[[step]]
id = "request"
fill = "request"
source = "s.104(1)"
[[step]]
id = "receipt"
send = "l"
after = "request"
within = "1 working day"
source = "house"
"""
AREA = 'extends = "base"\n[area]\nname = "Area"\nbody = "Council"\nkind = "council"\n'
LETTER = '+++\nsubject = "S"\npurpose = "to-applicant"\n+++\nText\n'


@pytest.fixture
def shelf(tmp_path: Path) -> Path:
    """A small sound shelf in a folder of its own."""
    folder = tmp_path / "webform"
    write(folder, "forms/request.toml", FORM)
    write(folder, "procedures/base.toml", BASE)
    write(folder, "procedures/area.toml", AREA)
    write(folder, "emails/l.md", LETTER)
    return folder


def write(folder: Path, name: str, text: str) -> None:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def faults(folder: Path, instance: Path | None = None) -> list[Fault]:
    with pytest.raises(BrokenDocuments) as caught:
        read_shelves(folder, instance)
    return list(caught.value.faults)


def within(shelves: Shelves, step: str = "receipt") -> str:
    found = shelves.procedures["area"].step(step)
    assert found is not None
    return str(found.within)


def test_an_area_has_what_its_baseline_says(shelf: Path) -> None:
    """What an area does not say, its baseline says; the baseline itself is no area."""
    shelves = read_shelves(shelf)
    assert [area.id for area in shelves.areas()] == ["area"]
    assert within(shelves) == "1 working day"


def test_a_key_is_replaced_and_its_neighbours_stay(shelf: Path) -> None:
    """Rules merge by id, key by key; a new rule comes after the inherited ones."""
    write(shelf, "procedures/area.toml", AREA + '[[step]]\nid = "receipt"\nwithin = "2 days"\n[[step]]\nid = "new"\n')
    shelves = read_shelves(shelf)
    receipt = shelves.procedures["area"].step("receipt")
    assert receipt is not None
    assert (receipt.send, str(receipt.within)) == ("l", "2 days")
    assert [step.id for step in shelves.procedures["area"].steps] == ["request", "receipt", "new"]


def test_the_councils_own_document_is_laid_over_the_shipped_one(shelf: Path, tmp_path: Path) -> None:
    """A procedure in instance/ changes the shipped one; a form there replaces it."""
    instance = tmp_path / "instance"
    write(instance, "procedures/area.toml", '[[step]]\nid = "receipt"\nwithin = "3 hours"\n')
    write(instance, "forms/request.toml", FORM.replace('"T"', '"Own"'))
    shelves = read_shelves(shelf, instance)
    assert within(shelves) == "3 hours"
    assert shelves.forms["request"].title == "Own"


def test_dropping_needs_a_source_and_something_to_drop(shelf: Path) -> None:
    """An inherited rule goes only where the area's source says so."""
    write(shelf, "procedures/area.toml", AREA + '[[step]]\nid = "receipt"\ndrop = true\nsource = "p. 3"\n')
    assert read_shelves(shelf).procedures["area"].step("receipt") is None
    write(shelf, "procedures/area.toml", AREA + '[[step]]\nid = "receipt"\ndrop = true\n[[step]]\nid="no"\ndrop=true\n')
    assert [(fault.rule, fault.key) for fault in faults(shelf)] == [("drop", "step.receipt"), ("drop", "step.no")]


def test_every_fault_comes_at_once_with_file_key_and_cure(shelf: Path) -> None:
    """Faults of several files and kinds make one list, each where its reader will look for it."""
    write(shelf, "forms/request.toml", FORM.replace("label", "lable"))
    write(shelf, "forms/noise.toml", "a = [[[")
    write(shelf, "emails/l.md", "no header")
    write(shelf, "procedures/area.toml", AREA + '[[step]]\nid = "receipt"\nwithin = 3\n')
    found = {(fault.file, fault.key) for fault in faults(shelf)}
    assert found >= {
        ("webform/forms/request.toml", "page.a.question.q.label"),
        ("webform/forms/request.toml", "page.a.question.q.lable"),
        ("webform/forms/noise.toml", ""),
        ("webform/emails/l.md", ""),
        ("webform/procedures/area.toml", "step.receipt.within"),
    }
    assert all(fault.cure for fault in faults(shelf))
    assert any("Did you mean label?" in fault.cure for fault in faults(shelf))


def test_a_fault_is_named_in_the_file_that_wrote_it(shelf: Path) -> None:
    """A mistake of the baseline is not looked for in the area that inherits it."""
    write(shelf, "procedures/base.toml", BASE.replace("1 working day", "soon"))
    assert {fault.file for fault in faults(shelf)} == {"webform/procedures/base.toml"}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a = " + "[" * 20_000, "nested too deep"),
        ("a = 1\n" * 2, "not valid TOML"),
        ("# " + "x" * 1_000_001, "larger than 1 MB"),
        ('extends = "nowhere"', "not on the shelf"),
        ('extends = "odd"', "in a circle"),
        ('[[step]]\nid = "a"\n[[step]]\nid = "a"', "used twice"),
        ("", "missing"),
    ],
)
def test_bad_input_is_a_message(shelf: Path, text: str, words: str) -> None:
    """Noise, circles and slips each give a fault in words, never a traceback."""
    write(shelf, "procedures/odd.toml", text)
    assert any(words in fault.why for fault in faults(shelf))


@pytest.mark.parametrize("written", ["\\u202e", "\\u2066", "\\u0000", "\\u001b[31m", "\\r"])
@pytest.mark.parametrize("place", ['[area]\nname = "x{}"', '[[step]]\nsays = ["x", "{}"]', '["{}"]\nx = 1'])
def test_what_nobody_sees_is_a_message(shelf: Path, written: str, place: str) -> None:
    """Signs that hide or turn round what is read are named by their number, and never printed."""
    write(shelf, "procedures/odd.toml", place.format(written))
    [fault] = [fault for fault in faults(shelf) if fault.file.endswith("odd.toml")]
    assert "A sign that nobody sees" in fault.why
    assert fault.line().isprintable()


def test_bytes_that_are_no_text_are_a_message(shelf: Path) -> None:
    """A file in another encoding says so."""
    (shelf / "procedures/odd.toml").write_bytes(b"a = '\xff\xfe'")
    assert any("not UTF-8" in fault.why for fault in faults(shelf))


def test_s27_the_version_follows_every_document_it_is_made_of(shelf: Path) -> None:
    """A change of baseline, area or form is a new version; letters and other areas leave it alone."""

    def version() -> str:
        shelves = read_shelves(shelf)
        return shelves.version(shelves.procedures["area"])

    first = version()
    write(shelf, "emails/l.md", LETTER + "More\n")
    write(shelf, "procedures/other.toml", AREA.replace("Area", "Other"))
    assert version() == first
    for name, text in (
        ("procedures/base.toml", BASE.replace("1 working day", "2 working days")),
        ("procedures/area.toml", AREA.replace("Council", "Borough")),
        ("forms/request.toml", FORM.replace('"Q"', '"Why?"')),
    ):
        before = version()
        write(shelf, name, text)
        assert version() != before, name


def test_s27_a_snapshot_reads_back_whole(shelf: Path) -> None:
    """What is kept with a case is the procedure and forms that it began under."""
    shelves = read_shelves(shelf)
    area = shelves.procedures["area"]
    assert from_snapshot(snapshot(area, shelves.forms_of(area))) == (area, shelves.forms_of(area))
