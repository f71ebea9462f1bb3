"""The public's page, the timetable and a replay are three ways to ask one engine, and give one answer."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest
from click import Command
from click.testing import CliRunner
from flask.testing import FlaskClient

from tests.moment import Moment
from tests.web.test_procedure_page import day, steps_of
from webform.documents.procedure import Procedure
from webform.documents.shelf import Shelves
from webform.procedure_cli import procedure as commands
from webform.replay_cli import replay
from webform.rules.calendar import LONDON

# The moment of a request, and the second working day after it by a calendar on the wall.
INSTANTS = [
    ("2026-12-23 16:00", dt.date(2026, 12, 29)),  # the 28th stands in for Boxing Day
    ("2027-01-29 10:00", dt.date(2027, 2, 2)),
    ("2027-03-28 00:30", dt.date(2027, 3, 31)),  # Easter Sunday, half an hour before the clocks change
    ("2028-02-29 10:00", dt.date(2028, 3, 2)),
]
Dates = dict[tuple[str, str, int], tuple[str, bool, str]]  # by step, party and occurrence: due, forecast and state


@pytest.mark.parametrize(("today", "second_working_day"), INSTANTS)
def test_page_timetable_and_replay_agree_on_every_date(
    client: FlaskClient, now: Moment, shelves: Shelves, tmp_path: Path, today: str, second_working_day: dt.date
) -> None:
    """Of every area, a request alone: each duty has one date on the page, in the timetable and in a replay."""
    instant = now.is_(today)
    assert len(shelves.areas()) >= 5
    for area in shelves.areas():
        replayed = by_replay(area, instant, tmp_path)
        assert by_timetable(area, instant) == replayed, area.id
        shown = steps_of(client.get(f"/{area.id}/procedure").text)
        dated = {step: date for step, (date, _) in shown.items() if date}
        assert dated == {step: date for step, date in of_steps(replayed).items() if step in shown}, area.id
    acknowledged = by_replay(shelves.procedures["merton"], instant, tmp_path)["acknowledgement", "", 1]
    assert dt.datetime.fromisoformat(acknowledged[0]).astimezone(LONDON).date() == second_working_day


def by_replay(area: Procedure, instant: dt.datetime, folder: Path) -> Dates:
    """The dates of a folder that holds nothing but the opening document."""
    opening = next(step.id for step in area.steps if step.fill == area.area.opens_with)
    path = folder / "folder.json"
    path.write_text(json.dumps({"documents": [{"step": opening, "filed_at": instant.isoformat()}]}), encoding="utf-8")
    return said_by(replay, area.id, str(path), "--now", instant.isoformat())


def by_timetable(area: Procedure, instant: dt.datetime) -> Dates:
    return said_by(commands, "timetable", area.id, "--received", instant.isoformat())


def said_by(command: Command, *words: str) -> Dates:
    """What a command says of each duty, as other programs read it."""
    result = CliRunner(env={"ASB_INSTANCE": "/nowhere"}).invoke(command, [*words, "--json"])
    assert result.exit_code == 0, result.output
    return {
        (duty["step"], duty["party"] or "", duty["occurrence"]): (duty["due"] or "", duty["forecast"], duty["state"])
        for duty in json.loads(result.output)
    }


def of_steps(dates: Dates) -> dict[str, str]:
    """The first date of each step that is still to come, as a page writes it."""
    coming = [(step, due) for (step, _, _), (due, _, state) in dates.items() if due and state in ("open", "waiting")]
    return {step: day(dt.datetime.fromisoformat(due)) for step, due in reversed(coming)}
