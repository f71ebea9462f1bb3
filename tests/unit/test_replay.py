"""`flask procedure replay`, without a database, keys or settings."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from webform.cli import procedure

REQUEST = {"step": "request", "filed_at": "2026-12-23T16:00:00+00:00"}


def replay(folder: Any, now: str, *words: str, code: int = 0, tmp: Path, area: str = "merton") -> str:
    """What the command says of a folder, with nothing set up."""
    path = tmp / "folder.json"
    path.write_text(folder if isinstance(folder, str) else json.dumps(folder), encoding="utf-8")
    result = CliRunner(env={"ASB_INSTANCE": "/nowhere"}).invoke(
        procedure, ["replay", area, str(path), "--now", now, *words]
    )
    assert result.exit_code == code, result.output
    assert "Traceback" not in result.output
    return result.output


def duties(folder: Any, now: str, tmp: Path) -> dict[str, dict[str, Any]]:
    return {duty["step"]: duty for duty in json.loads(replay(folder, now, "--json", tmp=tmp))}


def test_documents_and_parties_in_duties_out(tmp_path: Path) -> None:
    """Merton over Christmas: acknowledged a day late, the meeting arranged, the outcome counted from it."""
    folder = {
        "documents": [
            REQUEST,
            {"step": "acknowledgement", "filed_at": "2026-12-30T10:00:00+00:00"},
            {"step": "panel-meeting", "filed_at": "2026-12-30T11:00:00+00:00", "answers": {"meeting_on": "2027-01-06"}},
        ]
    }
    found = duties(folder, "2026-12-30T12:00:00+00:00", tmp_path)
    assert found["acknowledgement"]["state"] == "done late"
    assert found["acknowledgement"]["due"] == "2026-12-29T23:59:59.999999+00:00"
    assert found["acknowledgement"]["done"] == "2026-12-30T10:00:00+00:00"
    assert found["panel-meeting"]["state"] == "arranged"
    assert found["threshold-decision"]["due"] == "2027-01-06T23:59:59.999999+00:00"
    assert {"step", "party", "occurrence", "owner", "start", "due", "state", "explanation"} <= found["seen"].keys()
    assert duties(folder, "2026-12-24T12:00:00+00:00", tmp_path)["acknowledgement"]["state"] == "open"


def test_the_request_alone_is_the_timetable(tmp_path: Path) -> None:
    """Replay of nothing but the request, and the timetable of its day, say the same of every duty."""
    replayed = json.loads(replay({"documents": [REQUEST]}, "2026-12-23T16:00:00+00:00", "--json", tmp=tmp_path))
    told = CliRunner(env={"ASB_INSTANCE": "/nowhere"}).invoke(
        procedure, ["timetable", "merton", "--received", "2026-12-23T16:00:00+00:00", "--json"]
    )
    assert replayed == json.loads(told.output)


def test_the_file_brings_its_own_closed_days(tmp_path: Path) -> None:
    """A closure in the file moves the acknowledgement from the 29th to the 30th."""
    closure = {"date": "2026-12-24", "why": "Shutdown", "added": "2026-11-01"}
    found = duties({"documents": [REQUEST], "calendar": {"closure": [closure]}}, "2026-12-23T17:00+00:00", tmp_path)
    assert found["acknowledgement"]["due"] == "2026-12-30T23:59:59.999999+00:00"


def test_a_hold_on_the_shelf_stops_what_its_gate_names(tmp_path: Path) -> None:
    """Maidstone: a complaint is open, the case is put on hold on Wednesday and goes on on Friday; two days are lost."""
    folder = {
        "documents": [
            {"step": "request", "filed_at": "2026-11-02T10:00:00Z", "answers": {"open_complaint": "yes"}},
            {"step": "threshold-decision", "filed_at": "2026-11-03T10:00:00Z", "answers": {"decision": "met"}},
            {"step": "hold", "filed_at": "2026-11-04T12:00:00Z"},
            {"step": "resume", "filed_at": "2026-11-06T12:00:00Z"},
        ]
    }

    def states(now: str) -> dict[str, str]:
        said = replay(folder, now, "--json", tmp=tmp_path, area="maidstone")
        return {duty["step"]: duty["state"] for duty in json.loads(said)}

    held = {step for step, state in states("2026-11-05T12:00Z").items() if state == "held"}
    assert "threshold-met" in held
    assert "acknowledgement" not in held
    assert "held" not in states("2026-11-06T13:00Z").values()


def test_in_words(tmp_path: Path) -> None:
    """Without --json each duty is a line, and --explain adds every day."""
    said = replay({"documents": [REQUEST]}, "2026-12-23T17:00", tmp=tmp_path)
    assert "acknowledgement: Tuesday 29 December 2026 (open)" in said
    explained = replay({"documents": [REQUEST]}, "2026-12-23T17:00", "--explain", tmp=tmp_path)
    assert "Friday 25 December 2026 does not count: Christmas Day." in explained


@pytest.mark.parametrize(
    ("folder", "said"),
    [
        ("{", "This is not JSON"),
        ("[" * 100_000, "nested too deep"),
        ([], "folder.json"),
        ({"documents": [{"step": "request"}]}, "documents.1.filed_at: This key is missing"),
        ({"documents": [{**REQUEST, "filed_at": "2026-12-23T16:00:00"}]}, "filed_at: This time has no offset"),
        ({"documents": [{**REQUEST, "filed_at": "yesterday"}]}, "This is not a date with a time"),
        ({"documents": [{**REQUEST, "filed_at": "9999-12-31T00:00:00Z"}]}, "documents.1.filed_at"),
        ({"documents": [{**REQUEST, "step": "aknowledgement"}]}, "No step is called 'aknowledgement'"),
        ({"documents": [{"filed_at": REQUEST["filed_at"]}]}, "Name the step"),
        ({"documents": [{**REQUEST, "nonsense": 1}]}, "documents.1.nonsense: There is no such key here"),
        ({"documents": [{**REQUEST, "answers": {"colour": "red"}}]}, "asks no such question"),
        ({"documents": [{**REQUEST, "replaces": 7}]}, "There is no document 7"),
        ({"documents": [{**REQUEST, "number": 1}, {**REQUEST, "number": 1}]}, "the same number"),
        ({"documents": [{**REQUEST, "gate": "weather"}]}, "No gate is called 'weather'"),
        ({"parties": [{"id": "a", "role": "king", "joined_at": REQUEST["filed_at"]}]}, "No role is called 'king'"),
        ({"calendar": {"closure": [{"date": "soon"}]}}, "calendar.closure.0"),
    ],
)  # fmt: skip
def test_a_folder_that_cannot_be_read_says_where_and_why(folder: Any, said: str, tmp_path: Path) -> None:
    """Exit 1 and a message that names the place; no traceback."""
    message = replay(folder, "2026-12-23T17:00", tmp=tmp_path, code=1)
    assert message.startswith("Error: ")
    assert said in message


def test_a_missing_file_is_called_missing(tmp_path: Path) -> None:
    """A slip in the name of the folder's file is named."""
    result = CliRunner(env={"ASB_INSTANCE": "/nowhere"}).invoke(
        procedure, ["replay", "merton", str(tmp_path / "none.json"), "--now", "2026-12-23T17:00"]
    )
    assert (result.exit_code, "none.json" in result.output) == (1, True)


def test_a_condition_may_ask_for_what_a_question_means(tmp_path: Path) -> None:
    """Shropshire asks youth justice to its panel if somebody who is responsible is under 18, whoever they are."""
    path = tmp_path / "shire.toml"
    path.write_text(
        'extends = "shropshire"\n[area]\nname = "Shire"\n[[step]]\nid = "asked"\nfill = "seen"\nafter = "request"\n'
        'to = "review-panel"\nsource = "X, 1"\n',
        encoding="utf-8",
    )

    def youth(age: str) -> str:
        people = [{"entry": 1, "person.age_band": "25-over"}, {"entry": 2, "person.age_band": age}]
        folder = {"documents": [{**REQUEST, "answers": {"person": people}}]}
        said = json.loads(replay(folder, "2026-12-24T12:00Z", "--json", tmp=tmp_path, area=str(path)))
        return next(duty["state"] for duty in said if duty["step"] == "asked" and "youth" in duty["to"][0])

    assert (youth("10-17"), youth("18-24"), youth("unsure")) == ("open", "not needed", "waiting")


@pytest.mark.parametrize(
    ("actions", "words"),
    [
        ("x", "list of tables"),
        ([1, None], "list of tables"),
        ([{"entry": "a"}], "numbers the entries"),
        ([{"entry": 2}, {"entry": 2}], "numbers the entries"),
        ([{"nobody_asks": 1}], "asks no such question"),
        ("\ud800", "half a character"),
    ],
)
def test_a_group_that_is_no_group_is_refused(tmp_path: Path, actions: Any, words: str) -> None:
    """What stands in the place of a list of entries, or of their numbers, is named, with the cure."""
    request = {**REQUEST, "answers": {"incidents": actions}}
    said = replay({"documents": [request]}, "2027-01-06T12:00:00+00:00", tmp=tmp_path, code=1)
    assert words in said
    assert words == "half a character" or "documents.1.answers.incidents" in said


STOPS = """
extends = "merton"
[area]
name = "X"
body = "X"
[consent]
stops = ["acknowledgement"]
source = "X, 1"
"""
ASKED = REQUEST | {"answers": {"capacity": "behalf"}}
AGREED = {
    "step": "consent", "filed_at": "2026-12-29T10:00:00+00:00", "effect": "consents",
    "answers": {"said": "yes", "main": "both"},
}  # fmt: skip


def test_a_step_that_waits_for_consent_says_so(tmp_path: Path) -> None:
    """Held without a date until the person agrees; then the days that are left count, in replay as in a case."""
    area = tmp_path / "x.toml"
    area.write_text(STOPS)

    def acknowledgement(*documents: object) -> Any:
        said = replay({"documents": documents}, "2026-12-30T12:00:00+00:00", "--json", tmp=tmp_path, area=str(area))
        return next(duty for duty in json.loads(said) if duty["step"] == "acknowledgement")

    waits = acknowledgement(ASKED)
    assert (waits["state"], waits["due"]) == ("held", None)
    assert any(line.startswith("Waits for the consent of the person affected since") for line in waits["explanation"])
    agreed = acknowledgement(ASKED, AGREED)
    assert (agreed["state"], agreed["due"]) == ("open", "2026-12-30T23:59:59.999999+00:00")  # 29 and 30 December count
    assert acknowledgement(REQUEST | {"answers": {"capacity": "me"}})["state"] == "late"  # nobody is waited for
