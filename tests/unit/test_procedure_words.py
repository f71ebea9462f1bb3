"""`flask procedure assess`, `explain`, `new` and `reference`, as somebody at a terminal meets them; no database."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from webform.cli import procedure
from webform.documents.reference import reference
from webform.documents.shelf import read_shelves

SHIPPED = Path(__file__).resolve().parents[2] / "webform"
AREAS = [area.id for area in read_shelves(SHIPPED).areas()]


def run(*words: str, instance: str = "/nowhere", code: int = 0) -> str:
    result = CliRunner(env={"ASB_INSTANCE": instance}).invoke(procedure, list(words))
    assert result.exit_code == code, result.output
    return result.output


def report(day: str, **keys: Any) -> dict[str, Any]:
    return {"report.date": day, "report.agency": "council", "report.reporter": "me", "report_named": True, **keys}


SPRING = {
    "incident": [
        {"incident.date": happened, "incident.problem": "noise", "report": [report(told)]}
        for happened, told in (("2026-03-07", "2026-03-08"), ("2026-04-04", "2026-04-05"), ("2026-05-02", "2026-05-03"))
    ],
    "case.response": "some",
    "threshold-decision.vexatious": "no",
}


def assess(tmp_path: Path, answers: dict[str, Any], *words: str, area: str = "merton") -> Any:
    path = tmp_path / "answers.json"
    path.write_text(json.dumps(answers), encoding="utf-8")
    return json.loads(run("assess", area, str(path), "--received", "2026-05-11", "--json", *words))


def test_the_finding_is_stable_json(tmp_path: Path) -> None:
    """The keys that the reference promises, at every depth; and where area and Act part."""
    found = assess(tmp_path, SPRING)
    assert list(found) == ["result", "why", "routes", "statutory", "differs", "gates", "unanswered"]
    assert found["result"] == "met mandatory"
    assert "although this area’s own rule is not" in found["differs"]
    assert list(found["statutory"]) == ["id", "kind", "result", "says", "source", "conditions"]
    condition = found["statutory"]["conditions"][0]["parts"][0]
    assert list(condition) == ["kind", "result", "why", "source", "hurdle", "parts", "reports", "unanswered"]
    assert list(condition["reports"][0]) == ["name", "incident", "report", "result", "why", "source"]
    assert list(found["gates"][0]) == ["id", "effect", "result", "says", "why", "source", "by"]


def test_meanings_and_question_ids_say_the_same(tmp_path: Path) -> None:
    """The same request in the form's own names, with STEP before some of them and its entries numbered."""
    renamed = json.loads(
        json.dumps(SPRING)
        .replace('"incident.date"', '"incident_date"')
        .replace('"incident.problem"', '"incident_problem"')
        .replace('"incident": [', '"request.incidents": [')
        .replace('"report": [', '"entry": 7, "reports": [')
        .replace('"case.response"', '"request.action_taken"')
    )
    renamed["threshold-decision"] = {"vexatious": renamed.pop("threshold-decision.vexatious")}
    assert assess(tmp_path, renamed) == assess(tmp_path, SPRING)


def test_a_file_may_lie_anywhere(tmp_path: Path) -> None:
    """A procedure beside the answers, in words for people: every route, report and reason."""
    path = tmp_path / "place.toml"
    path.write_text((SHIPPED / "procedures" / "merton.toml").read_text("utf-8"), encoding="utf-8")
    (tmp_path / "answers.json").write_text(json.dumps(SPRING), encoding="utf-8")
    said = run("assess", str(path), str(tmp_path / "answers.json"), "--received", "2026-05-11")
    for word in ("met mandatory", "three-incidents (local): not met", "act (statutory): met", "Incident 3 counts"):
        assert word in said


@pytest.mark.parametrize("day", ["11 May", "2026-13-01", "1066-10-14"])
def test_a_day_that_is_none_is_named(day: str, tmp_path: Path) -> None:
    """The day of receipt, mistyped."""
    (tmp_path / "answers.json").write_text("{}", encoding="utf-8")
    assert "--received" in run("assess", "merton", str(tmp_path / "answers.json"), "--received", day, code=1)


@pytest.mark.parametrize("area", AREAS)
def test_explain_says_the_whole_procedure(area: str) -> None:
    """Every route, step and way in that says something to the public is there, with its source."""
    said, chosen = run("explain", area), read_shelves(SHIPPED).procedures[area]
    for rule in (*chosen.threshold.routes, *chosen.steps, *chosen.ways_in, *chosen.gates):
        if rule.says:
            assert rule.says in said, rule.id
    assert "## What the source leaves open" in said
    assert "Traceback" not in said


def test_a_new_procedure_passes_its_check(tmp_path: Path) -> None:
    """Written into the instance folder, found there by name, without an error or a warning, and explained."""
    said = run("new", "north-marsh", instance=str(tmp_path))
    path = tmp_path / "procedures" / "north-marsh.toml"
    assert str(path) in said
    assert "North Marsh Council" in path.read_text(encoding="utf-8")
    assert run("check", "north-marsh", instance=str(tmp_path)).startswith("no errors, no warnings")
    assert "# North Marsh: ASB Case Review Procedure" in run("explain", "north-marsh", instance=str(tmp_path))


def test_new_overwrites_nothing(tmp_path: Path) -> None:
    """Neither its own file nor the name of a shipped area; and it takes no name that is no name."""
    path = tmp_path / "mine.toml"
    run("new", "north-marsh", str(path))
    path.write_text("# mine", encoding="utf-8")
    assert "is there already" in run("new", "north-marsh", str(path), code=1)
    assert path.read_text(encoding="utf-8") == "# mine"
    assert "on the shelf already" in run("new", AREAS[0], str(tmp_path / "x.toml"), code=1)
    assert "is no name of an area" in run("new", "../x", code=1)
    assert list(tmp_path.iterdir()) == [path]


def test_the_reference_is_printed() -> None:
    """What stands in docs can be asked for on any computer."""
    assert run("reference") == reference()
