"""The service starts whole or not at all, and local mode stays on this computer."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from tests.installation import Installation, settings_of
from webform import create_app
from webform.contacts import FILE
from webform.documents.shelf import Shelves
from webform.records.broken_off import begin, end
from webform.settings import Settings
from webform.wiring import build, get_ready


def refusal_of(settings: Settings, shelves: Shelves) -> str:
    """What the terminal says when the service won't start."""
    with pytest.raises(SystemExit) as refused:
        create_app(settings, shelves)
    return str(refused.value)


def test_nothing_set_up_is_one_list(tmp_path: Path, shelves: Shelves) -> None:
    """Keys, database and contacts are asked for together, each with what to do."""
    said = refusal_of(settings_of(tmp_path), shelves)
    assert "keys.json does not exist. Run `flask setup`" in said
    assert "The database can't be reached" in said
    assert all(f"[{area.id}.spoc] is missing" in said for area in shelves.areas())
    assert f"{len(said.splitlines()) - 1} things are to be put right" in said


def test_settings_documents_and_contacts_are_one_list(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, shelves: Shelves
) -> None:
    """A wrong setting hides no broken document, and neither hides a missing key."""
    (tmp_path / "procedures").mkdir()
    (tmp_path / "procedures" / "north.toml").write_text('extends = "nothing"\n[area]\n')
    monkeypatch.setenv("ASB_INSTANCE", str(tmp_path))
    monkeypatch.setenv("ASB_PROXIES", "many")
    with pytest.raises(SystemExit) as refused:
        create_app()
    said = str(refused.value)
    assert "ASB_PROXIES is 'many'" in said
    assert "ASB_BASE_URL is not set" in said
    assert "north.toml" in said
    assert "Run `flask setup`" in said


def test_nothing_starts_on_a_restore_that_was_broken_off(
    sqlite_installation: Installation, tmp_path: Path, shelves: Shelves
) -> None:
    """Half of a database is no question of versions: only the restore itself may begin again."""
    settings = replace(sqlite_installation.settings, instance=tmp_path, database_url=f"sqlite:///{tmp_path}/x.sqlite3")
    (tmp_path / FILE).write_bytes((sqlite_installation.settings.instance / FILE).read_bytes())
    begin(tmp_path)
    said = refusal_of(settings, shelves)
    assert "A restore was broken off. Run `flask restore` again, with the same backup." in said
    assert "flask setup" not in said
    assert get_ready(settings, shelves, restoring=True) == (settings, shelves)
    end(tmp_path)
    assert "Run `flask setup`" in refusal_of(settings, shelves)


def test_a_database_of_another_version_is_refused(
    sqlite_installation: Installation, tmp_path: Path, shelves: Shelves
) -> None:
    """A service on an old database would fail at somebody's last page instead."""
    settings = replace(sqlite_installation.settings, database_url=f"sqlite:///{tmp_path}/empty.sqlite3")
    said = refusal_of(settings, shelves)
    assert "The database is not the one that this version needs. Run `flask setup`" in said


def test_broken_keys_are_refused(sqlite_installation: Installation, tmp_path: Path, shelves: Shelves) -> None:
    """Half a key file is no key file."""
    broken = tmp_path / "keys.json"
    broken.write_text("{")
    assert "can't be read" in refusal_of(replace(sqlite_installation.settings, keys_file=broken), shelves)


@pytest.mark.parametrize("register", ["a-file/erasures.jsonl", "a-folder"])
def test_a_register_that_takes_no_line_is_refused(
    sqlite_installation: Installation, tmp_path: Path, shelves: Shelves, register: str
) -> None:
    """Else nobody could throw their draft away, and nobody would know before."""
    (tmp_path / "a-file").touch()
    (tmp_path / "a-folder").mkdir()
    settings = replace(sqlite_installation.settings, erasures_file=tmp_path / register)
    assert "can't be written to. What is erased is noted there." in refusal_of(settings, shelves)


def test_a_missing_deputy_is_enough(sqlite_installation: Installation, shelves: Shelves) -> None:
    """Without a deputy nobody hears of a request that nobody has seen."""
    sqlite_installation.renew()
    contacts = sqlite_installation.settings.instance / FILE
    contacts.write_text(contacts.read_text().replace(".deputy]", ".somebody]"))
    said = refusal_of(sqlite_installation.settings, shelves)
    assert said.count(".deputy] is missing") == len(shelves.areas())


@pytest.mark.parametrize(
    "header", ["Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-IP"]
)
def test_local_mode_refuses_what_was_forwarded(client: FlaskClient, header: str) -> None:
    """A tunnel or a proxy in front of local mode would hand the mailbox to strangers."""
    assert client.get("/", headers={header: "198.51.100.7"}).status_code == 403


def test_local_mode_refuses_other_computers(client: FlaskClient) -> None:
    """Even if somebody binds it to every address."""
    assert client.get("/", environ_base={"REMOTE_ADDR": "198.51.100.7"}).status_code == 403


@pytest.mark.parametrize("host", ["reviews.council.example", "127.0.0.1.evil.example", "10.0.0.5"])
def test_local_mode_answers_to_localhost_only(client: FlaskClient, host: str) -> None:
    """A name that somebody points at 127.0.0.1 gets no answer from it."""
    assert client.get("/", headers={"Host": host}).status_code == 400


def test_local_mode_answers_on_this_computer(client: FlaskClient) -> None:
    """By its name and by its number."""
    for host in ("localhost:8000", "127.0.0.1:8000"):
        assert client.get("/", headers={"Host": host}).status_code < 400


@pytest.fixture
def real(sqlite_installation: Installation) -> Settings:
    """The settings of a real installation."""
    sqlite_installation.renew()
    return replace(
        sqlite_installation.settings, local=False, base_url="https://reviews.council.example", mail_host="localhost"
    )


def test_a_real_installation_has_no_mailbox(real: Settings, shelves: Shelves) -> None:
    """The page that shows every letter exists in local mode alone."""
    rules = {rule.rule for rule in build(*get_ready(real, shelves)).url_map.iter_rules()}
    assert not [rule for rule in rules if "mailbox" in rule]


def test_a_real_installation_marks_its_cookies(real: Settings, shelves: Shelves) -> None:
    """Under https a cookie never travels in the open, and no other host can set it."""
    config = build(*get_ready(real, shelves)).config
    assert config["SESSION_COOKIE_SECURE"]
    assert config["SESSION_COOKIE_HTTPONLY"]
    assert config["SESSION_COOKIE_NAME"].startswith("__Host-")


def test_forwarded_headers_count_only_by_setting(real: Settings, shelves: Shelves) -> None:
    """Nobody chooses the address that limits are counted for, unless a proxy of our own says it."""
    seen = []
    for proxies in (0, 1):
        app = build(*get_ready(replace(real, proxies=proxies), shelves))
        app.before_request(lambda: seen.append(__import__("flask").request.remote_addr))
        headers = {"Host": "reviews.council.example", "X-Forwarded-For": "198.51.100.7"}
        app.test_client().get("/", headers=headers)
    assert seen == ["127.0.0.1", "198.51.100.7"]
