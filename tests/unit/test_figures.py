"""`flask procedure figures`, without a database, keys or settings."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from click.testing import CliRunner

from webform.cli import procedure

MET = {"step": "threshold-decision", "filed_at": "2026-05-20T10:00:00+00:00", "answers": {"decision": "not-met"}}


def asked(day: str) -> dict[str, Any]:
    return {"step": "request", "filed_at": f"{day}T10:00:00+01:00"}


FOLDERS = [
    {"documents": [asked("2026-05-11"), MET]},
    {"documents": [asked("2027-04-01")]},
    {"documents": [asked("2026-06-11")], "for": "area"},
]


def figures(folders: Any, *words: str, code: int = 0, tmp: Path) -> str:
    """What the command says of folders, with nothing set up."""
    path = tmp / "folders.json"
    path.write_text(json.dumps(folders), encoding="utf-8")
    result = CliRunner(env={"ASB_INSTANCE": "/nowhere"}).invoke(procedure, ["figures", "merton", str(path), *words])
    assert result.exit_code == code, result.output
    assert "Traceback" not in result.output
    return result.output


def test_folders_in_numbers_out(tmp_path: Path) -> None:
    """The year of Merton's publication: one request, not met; the next year's request is not in it."""
    told = figures(FOLDERS, "--from", "2026-04-01", "--now", "2028-01-01", "--json", tmp=tmp_path)
    found = {one["figure"]: one for one in json.loads(told)}
    assert found["applications"] == {
        "figure": "applications", "title": "Requests for a case review", "from": "2026-04-01", "to": "2027-03-31",
        "number": 1, "cases": [1], "unclear": [],
    }  # fmt: skip
    assert found["not-met"]["cases"] == [1]
    assert found["reviews"]["number"] == 0


def test_it_can_be_read(tmp_path: Path) -> None:
    """A line for each figure, under the area and the period."""
    told = figures(FOLDERS, "--from", "2027-04-01", "--to", "2027-04-01", "--now", "2028-01-01", tmp=tmp_path)
    assert told.startswith("Merton, Thursday 1 April 2027 to Thursday 1 April 2027\nRequests for a case review: 1\n")


def test_what_is_not_clear_is_named(tmp_path: Path) -> None:
    """A decision without its answer is in no number."""
    folders = [{"documents": [asked("2026-05-11"), {**MET, "answers": {}}]}]
    told = figures(folders, "--from", "2026-04-01", "--now", "2028-01-01", tmp=tmp_path)
    assert "Decisions that the threshold was not met: 0 (not clear: 1)" in told


def test_what_is_wrong_is_said(tmp_path: Path) -> None:
    """No list, a folder with a wrong step, and a period that ends before it begins."""
    assert "This is not a list" in figures({}, "--from", "2026-04-01", code=1, tmp=tmp_path)
    wrong = figures([{"documents": [{**MET, "step": "dance"}]}], "--from", "2026-04-01", code=1, tmp=tmp_path)
    assert "No step is called 'dance'" in wrong
    words = ("--from", "2026-04-01", "--to", "2026-03-31")
    assert "ends before it begins" in figures(FOLDERS, *words, code=1, tmp=tmp_path)
