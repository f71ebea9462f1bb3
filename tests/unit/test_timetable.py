"""`flask procedure timetable`, without a database, keys or settings."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from webform.procedure_cli import procedure

SMALL = """
extends = "standard"
[area]
name = "Elsewhere"
body = "Elsewhere Council"
kind = "council"
[[step]]
id = "acknowledgement"
within = "2 working days"
source = "Elsewhere, paragraph 1"
"""


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A procedure that lies anywhere."""
    path = tmp_path / "elsewhere.toml"
    path.write_text(SMALL, encoding="utf-8")
    return path


def timetable(*words: str, instance: Path | None = None, code: int = 0) -> str:
    """What the command says, with nothing set up."""
    environment = {"ASB_INSTANCE": str(instance or "/nowhere")}
    result: Result = CliRunner(env=environment).invoke(procedure, ["timetable", *words])
    assert result.exit_code == code, result.output
    assert "Traceback" not in result.output
    return result.output


def duties(*words: str, instance: Path | None = None) -> dict[str, dict[str, object]]:
    found = json.loads(timetable(*words, "--json", instance=instance))
    return {duty["step"]: duty for duty in found}


def test_every_step_of_an_area_by_id() -> None:
    """Merton before Christmas: the acknowledgement by 29 December, the panel by 11 January, the outcome forecast."""
    found = duties("merton", "--received", "2026-12-23T16:00")
    assert found["acknowledgement"]["due"] == "2026-12-29T23:59:59.999999+00:00"
    assert found["seen"]["due"] == "2026-12-24T23:59:59.999999+00:00"
    assert found["panel-meeting"]["due"] == "2027-01-11T23:59:59.999999+00:00"
    assert (found["outcome"]["due"], found["outcome"]["forecast"]) == ("2027-01-13T23:59:59.999999+00:00", True)


def test_the_json_is_stable(small: Path) -> None:
    """Each duty has these keys, and its explanation line by line."""
    duty = duties(str(small), "--received", "2026-12-23T16:00")["acknowledgement"]
    assert duty == {
        "step": "acknowledgement",
        "party": None,
        "occurrence": 1,
        "owner": ["spoc"],
        "to": ["applicant"],
        "start": "2026-12-23T16:00:00+00:00",
        "due": "2026-12-29T23:59:59.999999+00:00",
        "state": "open",
        "forecast": False,
        "opened": "2026-12-23T16:00:00+00:00",
        "done": None,
        "original": None,
        "warnings": [],
        "explanation": [
            "Opened on Wednesday 23 December 2026 at 4pm: the request.",
            "Counts from the request, Wednesday 23 December 2026.",
            "Wednesday 23 December 2026 is day 0.",
            "Thursday 24 December 2026 is working day 1.",
            "Friday 25 December 2026 does not count: Christmas Day.",
            "Saturday 26 December 2026 does not count: a Saturday.",
            "Sunday 27 December 2026 does not count: a Sunday.",
            "Monday 28 December 2026 does not count: Boxing Day (substitute day).",
            "Tuesday 29 December 2026 is working day 2.",
            "Due by the end of Tuesday 29 December 2026.",
        ],
    }


def test_in_words_and_day_by_day(small: Path) -> None:
    """The short form gives each step's date and why it opened; --explain adds every day."""
    short = timetable(str(small), "--received", "2026-12-23T16:00")
    assert short.startswith("Elsewhere: a request received on Wednesday 23 December 2026 at 4pm")
    assert "acknowledgement: Tuesday 29 December 2026 (open), to applicant" in short
    assert "Monday 28 December 2026" not in short
    long = timetable(str(small), "--received", "2026-12-23T16:00", "--explain")
    assert "    Monday 28 December 2026 does not count: Boxing Day (substitute day)." in long


def test_times_are_london_times_unless_they_say_otherwise(small: Path) -> None:
    """Half past midnight on 2 July in London is still 1 July in UTC; a bare date is nine in the morning."""
    for received, start in (
        ("2027-07-02T00:30", "2027-07-02T00:30:00+01:00"),
        ("2027-07-01T23:30Z", "2027-07-02T00:30:00+01:00"),
        ("2027-07-02", "2027-07-02T09:00:00+01:00"),
    ):
        assert duties(str(small), "--received", received)["acknowledgement"]["start"] == start


def test_the_councils_closed_days_count(small: Path, tmp_path: Path) -> None:
    """A closure in the instance's calendar moves the date and is named."""
    (tmp_path / "calendar.toml").write_text(
        '[[closure]]\narea = "elsewhere"\ndate = 2026-12-24\nwhy = "Christmas shutdown"\nadded = 2026-11-01\n'
    )
    duty = duties(str(small), "--received", "2026-12-23T16:00", instance=tmp_path)["acknowledgement"]
    assert duty["due"] == "2026-12-30T23:59:59.999999+00:00"
    assert "Thursday 24 December 2026 does not count: Christmas shutdown." in str(duty["explanation"])


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ('extends = "standard"\n[area]\nname = "X"\nbody = "Y"\nkind = "council"\nnonsense = 1\n', "nonsense"),
        ("[[[", "not valid TOML"),
        ("x = 1\n" * 200_000, "larger than 1 MB"),
        ('extends = "nowhere"\n', "nowhere"),
        (SMALL + '[[step]]\nid = "hen"\nfill = "seen"\nafter = "hen"\nsource = "x"\n', "hen"),
    ],
)
def test_a_broken_file_is_named_with_its_fault(tmp_path: Path, written: str, said: str) -> None:
    """Exit 1 and a message that names the file or the step; no traceback."""
    path = tmp_path / "broken.toml"
    path.write_text(written, encoding="utf-8")
    message = timetable(str(path), "--received", "2026-12-23T16:00", code=1)
    assert message.startswith("Error: ")
    assert said in message


def test_an_unknown_name_or_file_says_what_there_is() -> None:
    """A slip in the name lists the procedures; a missing file is called missing."""
    assert "There are: bromley, maidstone, merton" in timetable("mertn", "--received", "2026-12-23", code=1)
    assert "There is no file" in timetable("there/is/none.toml", "--received", "2026-12-23", code=1)


@pytest.mark.parametrize("received", ["yesterday", "2026-13-01", "2026-12-23T25:00", "9999-12-31", "0001-01-01", ""])
def test_a_bad_time_is_a_usage_error(received: str) -> None:
    """Exit 2, with what to write instead."""
    assert "Invalid value for '--received'" in timetable("merton", "--received", received, code=2)


def test_a_broken_calendar_is_named(tmp_path: Path, small: Path) -> None:
    """The council's own calendar file is named with what is wrong."""
    (tmp_path / "calendar.toml").write_text("[[closure]]\ndate = 2026-12-24\n")
    message = timetable(str(small), "--received", "2026-12-23", instance=tmp_path, code=1)
    assert "calendar.toml" in message
