"""Who is on the roster, and until when."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from webform.contacts import FILE, read_contacts
from webform.roster import Elected, Kind, read_roster

WHOLE = 'name = "Jo Hill"\nemail = "Jo.Hill@council.example"\nkind = "councillor"\n'


def write(folder: Path, text: str) -> Path:
    (folder / FILE).write_text(text, encoding="utf-8")
    return folder


def test_an_entry_is_read_and_is_no_contact(tmp_path: Path) -> None:
    """A seat has a name, an address, a kind, perhaps a ward and a last day; nobody's mail is addressed from it."""
    write(tmp_path, f'[[north.roster]]\n{WHOLE}ward = "Mill"\nuntil = 2026-05-07\n')
    seat = Elected("north", "Jo Hill", "jo.hill@council.example", "councillor", "Mill", dt.date(2026, 5, 7))
    assert read_roster(tmp_path) == ((seat,), ())
    assert read_contacts(tmp_path) == ({}, ())


def test_the_last_day_counts(tmp_path: Path) -> None:
    """The seat is theirs on its last day and not on the next; without one it goes on."""
    write(tmp_path, f"[[north.roster]]\n{WHOLE}until = 2026-05-07\n[[south.roster]]\n{WHOLE}")
    ends, goes_on = read_roster(tmp_path)[0]
    held = [(one.holds_on(dt.date(2026, 5, 7)), one.holds_on(dt.date(2026, 5, 8))) for one in (ends, goes_on)]
    assert held == [(True, False), (True, True)]


@pytest.mark.parametrize(
    ("name", "written", "same"),
    [
        ("Jo Hill", "Cllr Jo HILL", True),
        ("Frances Moor MP", "Frances Moor", True),
        ("Jo Hill", "Jo Moor", False),
        ("Jo Hill", "", False),
        ("Jo Hill (stand-in)", "Jo Hill", True),
        ("MP", "MP", False),
    ],
)
def test_the_surname_tells_people_apart(name: str, written: str, same: bool) -> None:
    """Titles and letters after a name make no other person; another surname does, whatever the mailbox."""
    kind: Kind = "mp" if "MP" in name else "councillor"
    assert Elected("north", name, "jo@council.example", kind).goes_by(written) is same


@pytest.mark.parametrize(
    "entry",
    [
        'name = "Jo Hill"\nemail = "jo@council.example"',
        WHOLE.replace("councillor", "mayor"),
        WHOLE.replace("Jo.Hill@council.example", "jo"),
        WHOLE.replace("Jo Hill", " "),
        f'{WHOLE}until = "soon"',
        f"{WHOLE}until = 2026-05-07T10:00:00",
        f"{WHOLE}phone = 1",
        f"{WHOLE}ward = 1",
    ],
)
def test_half_an_entry_is_a_fault_and_lets_nobody_in(tmp_path: Path, entry: str) -> None:
    """What is wrong with the file is said with the area, and nobody signs in from such an entry."""
    roster, faults = read_roster(write(tmp_path, f"[[north.roster]]\n{entry}"))
    assert roster == ()
    assert "each [[north.roster]] needs a name, an email address and a kind (councillor or mp)" in faults[0]


def test_one_address_holds_one_seat_in_an_area(tmp_path: Path) -> None:
    """Two entries under one address could be taken for one another; in two areas they are an MP's."""
    _, faults = read_roster(write(tmp_path, f"[[north.roster]]\n{WHOLE}[[north.roster]]\n{WHOLE.upper().lower()}"))
    assert "two [[north.roster]] have one email address" in faults[0]
    seats, faults = read_roster(write(tmp_path, f"[[north.roster]]\n{WHOLE}[[south.roster]]\n{WHOLE}"))
    assert ([seat.area for seat in seats], faults) == (["north", "south"], ())


@pytest.mark.parametrize("text", ["[[north.roster", f"[north.roster]\n{WHOLE}x = 1", "roster = 1"])
def test_a_broken_file_is_no_crash(tmp_path: Path, text: str) -> None:
    """Whatever stands there, there is an answer."""
    assert read_roster(write(tmp_path, text))[0] == ()
    assert read_roster(tmp_path / "nowhere") == ((), ())
