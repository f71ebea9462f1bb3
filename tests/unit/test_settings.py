"""Settings are checked all together, and say what to do."""

from __future__ import annotations

from dataclasses import fields

import pytest

from webform.settings import NAMES, Settings, SettingsError

REAL = {
    "ASB_BASE_URL": "https://reviews.council.example",
    "ASB_MAIL_HOST": "smtp.council.example",
    "ASB_MAIL_FROM": "reviews@council.example",
    "ASB_ALARM_WEBHOOK": "https://alarms.council.example/asb",
}


def faults_of(**changes: str) -> list[str]:
    """What is wrong with a real installation's environment after these changes."""
    with pytest.raises(SettingsError) as wrong:
        Settings.read(REAL | changes)
    return list(wrong.value.faults)


def test_an_empty_environment_names_everything_that_is_missing() -> None:
    """Somebody who sets nothing learns all that a real installation needs in one go."""
    with pytest.raises(SettingsError) as wrong:
        Settings.read({})
    said = "\n".join(wrong.value.faults)
    assert [name for name in REAL if f"{name} is not set" in said] == list(REAL)
    assert len(wrong.value.faults) == len(REAL)


def test_every_fault_is_said_at_once() -> None:
    """As many mistakes are as many lines, not as many restarts."""
    said = faults_of(
        ASB_LOCAL="yes", ASB_BASE_URL="http://reviews.council.example", ASB_DATABASE_URL="mysql://x",
        ASB_MAIL_PORT="70000", ASB_MAIL_SECURITY="none", ASB_MAIL_USER="me", ASB_MAIL_FROM="not an address",
        ASB_ALARM_WEBHOOK="ftp://x", ASB_STATUS_TOKEN="short", ASB_PROXIES="-1", ASB_INSTANCE="here",
        ASB_ATTACHMENTS="/srv/files", ASB_CLAMD="clamd",
    )  # fmt: skip
    named = {line.split()[0] for line in said}
    assert named == {
        "ASB_LOCAL", "ASB_BASE_URL", "ASB_DATABASE_URL", "ASB_MAIL_PORT", "ASB_MAIL_SECURITY", "ASB_MAIL_PASSWORD",
        "ASB_MAIL_FROM", "ASB_ALARM_WEBHOOK", "ASB_STATUS_TOKEN", "ASB_PROXIES", "ASB_INSTANCE",
        "ASB_ATTACHMENTS", "ASB_CLAMD",
    }  # fmt: skip


def test_a_misspelt_name_is_not_passed_over() -> None:
    """A setting that nobody reads is a fault, with a guess at what was meant."""
    assert faults_of(ASB_MAIL_HSOT="x") == ["ASB_MAIL_HSOT is not a setting. Did you mean ASB_MAIL_HOST?"]


def test_a_real_installation_needs_no_more_than_four() -> None:
    """Everything else has a default that is safe."""
    settings = Settings.read(REAL)
    assert not settings.local
    assert settings.https
    assert settings.mail_security == "starttls"
    assert settings.proxies == 0
    assert settings.database == f"sqlite:///{settings.instance}/app.sqlite3"


def test_local_mode_needs_nothing() -> None:
    """`make run` sets one name, and mail goes to files."""
    settings = Settings.read({"ASB_LOCAL": "1"})
    assert settings.base_url == "http://127.0.0.1:8000"
    assert settings.mail_to_files
    assert not settings.https


@pytest.mark.parametrize("url", ["https://reviews.council.example", "http://10.0.0.5:8000", "http://0.0.0.0:8000"])
def test_local_mode_opens_to_no_other_computer(url: str) -> None:
    """Stand-in officers and an open mailbox are never put on a public address."""
    with pytest.raises(SettingsError, match="no other"):
        Settings.read({"ASB_LOCAL": "1", "ASB_BASE_URL": url})


@pytest.mark.parametrize(
    "url", ["reviews.council.example", "https://", "https://me@x.example", "https://[x", "javascript:1"]
)
def test_an_address_that_nobody_can_use_is_refused(url: str) -> None:
    """A base URL is a whole https address without a name or password in it."""
    assert [line.split()[0] for line in faults_of(ASB_BASE_URL=url)] == ["ASB_BASE_URL"]


def test_keys_may_not_lie_beside_what_they_lock() -> None:
    """A backup of the instance folder must never carry the keys."""
    said = faults_of(ASB_INSTANCE="/srv/asb", ASB_KEYS_FILE="/srv/asb/keys.json")
    assert [line.split()[0] for line in said] == ["ASB_KEYS_FILE"]


def test_what_can_be_read_is_kept() -> None:
    """The rest of the start-up check goes on with what the environment does say."""
    with pytest.raises(SettingsError) as wrong:
        Settings.read({"ASB_INSTANCE": "/srv/asb"})
    assert str(wrong.value.settings.instance) == "/srv/asb"


def test_every_field_has_a_name_in_the_environment() -> None:
    """The table of names and the fields are the same list."""
    assert [field.name.upper() for field in fields(Settings)] == list(NAMES)
