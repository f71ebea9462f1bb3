"""The commands of `flask`, as somebody at a terminal meets them."""

from __future__ import annotations

import datetime as dt
import os
import subprocess
import sys
import tomllib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select

from tests.moment import Moment
from tests.web.desk import opened
from webform.cli import command_line
from webform.records.store import db
from webform.records.tables import Case
from webform.settings import CHECKOUT
from webform.wiring import service


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """What `make run` sets, in a folder of the test's own."""
    return {
        "ASB_LOCAL": "1", "ASB_INSTANCE": str(tmp_path / "instance"), "ASB_KEYS_FILE": str(tmp_path / "keys.json"),
    }  # fmt: skip


@pytest.fixture
def flask(environment: dict[str, str]) -> Callable[..., str]:
    """Runs a command and returns what it said."""

    def run(*words: str, code: int = 0, **changes: str | None) -> str:
        result: Result = CliRunner(env=environment | changes).invoke(command_line().cli, words)
        assert result.exit_code == code, result.output
        return result.output

    return run


def test_set_up_is_done_once(flask: Callable[..., str], environment: dict[str, str]) -> None:
    """A second set-up keeps keys, contacts and officers as they are."""
    flask("setup")
    made = [Path(environment["ASB_KEYS_FILE"]), Path(environment["ASB_INSTANCE"]) / "contacts.toml"]
    before = [path.read_bytes() for path in made]
    again = flask("setup")
    assert "kept as they are" in again
    assert [path.read_bytes() for path in made] == before
    assert flask("officer", "list").count("(stand-in)") == again.count("Sign in as the ")
    assert again.count("Sign in as the councillor") > 1


def test_two_set_ups_at_once_agree(environment: dict[str, str]) -> None:
    """Of four that start together one makes the keys, and all end well."""

    def set_up(_: int) -> str:
        command = [sys.executable, "-m", "flask", "setup"]
        return subprocess.run(
            command, cwd=CHECKOUT, env=os.environ | environment, capture_output=True, text=True, check=True
        ).stdout

    with ThreadPoolExecutor(4) as pool:
        said = list(pool.map(set_up, range(4)))
    assert sum("made now" in one for one in said) == 1
    assert sum("kept as they are" in one for one in said) == 3


def test_what_set_up_makes_is_private(flask: Callable[..., str], environment: dict[str, str]) -> None:
    """No other account of the computer can read keys or records."""
    flask("setup")
    assert Path(environment["ASB_KEYS_FILE"]).stat().st_mode & 0o077 == 0
    assert Path(environment["ASB_INSTANCE"]).stat().st_mode & 0o077 == 0


def test_stand_ins_can_never_get_mail(flask: Callable[..., str], environment: dict[str, str]) -> None:
    """Every made-up address ends in .example."""
    flask("setup")
    contacts = tomllib.loads((Path(environment["ASB_INSTANCE"]) / "contacts.toml").read_text())
    roles = [role if isinstance(role, list) else [role] for area in contacts.values() for role in area.values()]
    addresses = [one["email"] for role in roles for one in role]
    addresses += [line.split()[2] for line in flask("officer", "list").splitlines()]
    assert addresses
    assert all(address.endswith(".example") for address in addresses)


def test_set_up_keeps_contacts_that_somebody_wrote(flask: Callable[..., str], environment: dict[str, str]) -> None:
    """Only roles that the file doesn't name get a stand-in."""
    flask("setup")
    path = Path(environment["ASB_INSTANCE"]) / "contacts.toml"
    area = next(iter(tomllib.loads(path.read_text())))
    path.write_text(f'[{area}.spoc]\nname = "Ours"\nemail = "ours@council.example"\n')
    flask("setup")
    contacts = tomllib.loads(path.read_text())
    assert contacts[area]["spoc"] == {"name": "Ours", "email": "ours@council.example"}
    assert contacts[area]["deputy"]["email"].endswith(f"{area}.example")


def test_a_real_set_up_says_what_is_missing(flask: Callable[..., str], environment: dict[str, str]) -> None:
    """Without local mode nobody is made up: the contacts still to be written are listed."""
    real = {
        "ASB_LOCAL": None, "ASB_BASE_URL": "https://reviews.council.example", "ASB_MAIL_HOST": "smtp.council.example",
        "ASB_MAIL_FROM": "reviews@council.example", "ASB_ALARM_WEBHOOK": "https://alarms.council.example",
    }  # fmt: skip
    said = flask("setup", **real)
    assert ".spoc] is missing" in said
    assert ".deputy] is missing" in said
    assert not (Path(environment["ASB_INSTANCE"]) / "contacts.toml").exists()
    assert "can't start" in flask("verify", code=1, **real)


def test_set_up_says_what_it_cannot_use(flask: Callable[..., str], environment: dict[str, str], tmp_path: Path) -> None:
    """Broken keys, a broken database or a folder that can't be made give one line each, and change nothing."""
    flask("setup")
    database, keys = Path(environment["ASB_INSTANCE"]) / "app.sqlite3", Path(environment["ASB_KEYS_FILE"])
    kept = keys.read_bytes()
    keys.write_text("rubbish")
    assert "bring the file back" in flask("setup", code=1)
    assert keys.read_text() == "rubbish"
    keys.write_bytes(kept)
    for beside in database.parent.glob("app.sqlite3-*"):
        beside.unlink()  # what has not been written over from there would mend it
    database.write_text("rubbish, and longer than the head of a database ever was, so that it is no database at all")
    assert "The database can't be used" in flask("setup", code=1)
    assert "can't be used: Not a directory" in flask("setup", code=1, ASB_INSTANCE=str(keys / "instance"))


def test_backup_says_where_it_cannot_write(flask: Callable[..., str], environment: dict[str, str]) -> None:
    """A place that can't be written to is named, without a traceback."""
    flask("setup")
    assert "Not a directory" in flask("backup", f"{environment['ASB_KEYS_FILE']}/backups", code=1)


def test_an_officer_joins_and_leaves(flask: Callable[..., str], environment: dict[str, str]) -> None:
    """Who joins is listed; who leaves stays in the list as one who left, and can't leave twice."""
    flask("setup")
    contacts = tomllib.loads((Path(environment["ASB_INSTANCE"]) / "contacts.toml").read_text())
    area = next(iter(contacts))
    flask("officer", "add", "ann@council.example", "Ann Bee", "--area", area)
    assert "Ann Bee, left" not in flask("officer", "list")
    assert "belongs to an officer already" in flask(
        "officer", "add", "ANN@council.example", "Ann", "--area", area, code=1
    )
    flask("officer", "leave", "ann@council.example")
    assert "Ann Bee, left" in flask("officer", "list")
    assert "not an officer" in flask("officer", "leave", "ann@council.example", code=1)
    assert "is not an area" in flask("officer", "add", "x@council.example", "X", "--area", "nowhere", code=1)


def test_the_list_says_who_is_on_the_roster(flask: Callable[..., str], environment: dict[str, str]) -> None:
    """Councillors and MPs stand there with their ward and their last day, also when it has passed."""
    flask("setup")
    path = Path(environment["ASB_INSTANCE"]) / "contacts.toml"
    area = next(iter(tomllib.loads(path.read_text())))
    seat = f'[[{area}.roster]]\nname = "Jo Hill"\nemail = "jo@council.example"\nkind = "councillor"\nward = "Mill"\n'
    path.write_text(f"{path.read_text()}\n{seat}until = 2020-05-06\n")
    assert f"{area}  councillor  jo@council.example  Jo Hill, Mill, ended on 06 May 2020" in flask("officer", "list")
    assert "is not an officer" in flask("officer", "leave", "jo@council.example", code=1)
    path.write_text(path.read_text().replace('"councillor"', '"mayor"'))
    assert "needs a name, an email address and a kind" in flask("officer", "list", code=1)


def test_a_backup_comes_back(flask: Callable[..., str], tmp_path: Path) -> None:
    """What was there at the backup is there after the restore, and the chain is whole."""
    flask("setup")
    flask("backup", str(tmp_path / "backups"))
    archive = next((tmp_path / "backups").glob("*.tar"))
    assert (tmp_path / "backups" / "erasures.jsonl").exists()
    assert "may have gone already, and wait for a person now: 0." in (said := flask("restore", str(archive)))
    assert "is whole" in said
    assert "is whole" in flask("verify")


def test_keys_rotate_and_everything_is_sealed_anew(flask: Callable[..., str]) -> None:
    """After a rotation the old key is kept, and nothing needs it once all is resealed."""
    flask("setup")
    assert "now holds 2 keys" in flask("rotate")
    flask("reseal")
    assert "0 values" in flask("reseal")
    flask("reindex")


def test_procedure_commands_need_nothing(flask: Callable[..., str], tmp_path: Path) -> None:
    """Somebody who is writing a procedure has no keys, no database and perhaps a broken document."""
    (tmp_path / "instance" / "procedures").mkdir(parents=True)
    (tmp_path / "instance" / "procedures" / "north.toml").write_text("[")
    assert "Usage" in flask("procedure", "--help", ASB_LOCAL=None)
    assert not (tmp_path / "keys.json").exists()


def test_reschedule_moves_what_is_open_and_says_how_much(
    flask: Callable[..., str], environment: dict[str, str], monkeypatch: pytest.MonkeyPatch, now: Moment
) -> None:
    """A day is closed after a request came: the command moves its date, once, and says how many cases it moved."""
    flask("setup")
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    with service() as app:
        reference = opened(app)
    assert "1 open cases, 0 with other dates" in flask("reschedule")
    path = Path(environment["ASB_INSTANCE"]) / "calendar.toml"
    path.write_text('[[closure]]\narea = "merton"\ndate = 2026-05-12\nwhy = "Strike"\nadded = 2026-05-11\n')
    now.passes(hours=1)
    assert "1 open cases, 1 with other dates" in flask("reschedule")
    with service():
        case = db.session.scalars(select(Case).where(Case.reference == reference)).one()
        due = {row.step: row.due_on for row in case.deadlines}
        assert due["acknowledgement"] == dt.date(2026, 5, 14)  # two working days from Monday, without Tuesday
        assert "Strike" in (case.documents[-1].body or "")
    assert "1 open cases, 0 with other dates" in flask("reschedule")


def test_reschedule_names_a_calendar_that_cannot_be_read(
    flask: Callable[..., str], environment: dict[str, str]
) -> None:
    """A slip in the file is said with its name, and no date moves for it."""
    flask("setup")
    (Path(environment["ASB_INSTANCE"]) / "calendar.toml").write_text("[[closure]]\ndate = 2026-05-12\n")
    said = flask("reschedule", code=1)
    assert "calendar.toml" in said
    assert "Traceback" not in said
