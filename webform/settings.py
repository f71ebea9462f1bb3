"""Settings: environment names that begin with ASB_, read once, checked all together, never changed afterwards."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from .errors import NotReady

SHIPPED = Path(__file__).resolve().parent
CHECKOUT = SHIPPED.parent
PREFIX = "ASB_"
LOOPBACK = ("127.0.0.1", "localhost", "::1")
SECURITIES = ("starttls", "tls", "none")
SHORTEST_TOKEN = 20
NAMES = (
    "LOCAL", "BASE_URL", "DATABASE_URL", "INSTANCE", "KEYS_FILE", "MAIL_HOST", "MAIL_PORT", "MAIL_SECURITY",
    "MAIL_USER", "MAIL_PASSWORD", "MAIL_FROM", "MAIL_REPLY_TO", "ALARM_WEBHOOK", "STATUS_TOKEN", "PROXIES",
    "RATE_STORE", "ATTACHMENTS", "CLAMD", "ERASURES_FILE",
)  # fmt: skip


@dataclass(frozen=True)
class Settings:
    """How this installation runs. README.md has the table of what each one means."""

    local: bool = False
    base_url: str = ""
    database_url: str = ""
    instance: Path = CHECKOUT / "instance"
    keys_file: Path = CHECKOUT / ".keys" / "keys.json"
    mail_host: str = ""
    mail_port: int = 587
    mail_security: str = "starttls"
    mail_user: str = ""
    mail_password: str = ""
    mail_from: str = ""
    mail_reply_to: str = ""
    alarm_webhook: str = ""
    status_token: str = ""
    proxies: int = 0
    rate_store: str = "memory://"
    attachments: str = ""
    clamd: str = ""
    erasures_file: Path | None = None

    @classmethod
    def read(cls, environ: Mapping[str, str]) -> Settings:
        """The settings of an environment. Raises SettingsError with every fault at once."""
        reader = _Reader(environ)
        settings = reader.settings()
        if reader.faults:
            raise SettingsError(tuple(reader.faults), settings)
        return settings

    @property
    def host(self) -> str:
        """The host name that people reach the service by."""
        return urlsplit(self.base_url).hostname or ""

    @property
    def https(self) -> bool:
        """Whether cookies are marked Secure and browsers told to stay on https."""
        return self.base_url.startswith("https://")

    @property
    def mail_to_files(self) -> bool:
        """Whether mail is written to instance/mail for the mailbox page instead of being sent."""
        return self.local and not self.mail_host

    @property
    def mailbox(self) -> Path:
        """The folder that mail is written to in local mode."""
        return self.instance / "mail"

    @property
    def vault(self) -> str:
        """Where sealed files lie: a folder of the instance unless a setting names another place."""
        return self.attachments or f"file://{self.instance / 'attachments'}"

    @property
    def erasures(self) -> Path:
        """The file that says what was erased: beside the keys unless a setting names another place."""
        return self.erasures_file or self.keys_file.with_name("erasures.jsonl")

    @property
    def database(self) -> str:
        """The address of the database: the embedded SQLite file unless a setting names another."""
        return self.database_url or f"sqlite:///{self.instance / 'app.sqlite3'}"


class _Reader:
    """Reads one environment and gathers what is wrong with it."""

    def __init__(self, environ: Mapping[str, str]):
        self.faults: list[str] = []
        self.given = {
            name.removeprefix(PREFIX): value.strip() for name, value in environ.items() if name.startswith(PREFIX)
        }
        for name in sorted(set(self.given) - set(NAMES)):
            self._unknown(name)
        self.local = self._one_of("LOCAL", "", ("", "1")) == "1"

    def settings(self) -> Settings:
        instance = self._path("INSTANCE", CHECKOUT / "instance")
        return Settings(
            local=self.local,
            base_url=self._base_url(),
            database_url=self._database_url(),
            instance=instance,
            keys_file=self._keys_file(instance),
            mail_host=self._needed("MAIL_HOST", "the mail server that takes the letters"),
            mail_port=self._number("MAIL_PORT", 587, 1, 65535),
            mail_security=self._security(),
            mail_user=self._text("MAIL_USER"),
            mail_password=self._password(),
            mail_from=self._address("MAIL_FROM", needed=not self.local) or "service@localhost.example",
            mail_reply_to=self._address("MAIL_REPLY_TO", needed=False),
            alarm_webhook=self._webhook(),
            status_token=self._token(),
            proxies=self._number("PROXIES", 0, 0, 5),
            rate_store=self._text("RATE_STORE") or "memory://",
            attachments=self._attachments(),
            clamd=self._clamd(),
            erasures_file=self._erasures_file(instance),
        )

    def _fault(self, name: str, words: str) -> None:
        self.faults.append(f"{PREFIX}{name} {words}")

    def _unknown(self, name: str) -> None:
        near = difflib.get_close_matches(name, NAMES, 1)
        self._fault(name, "is not a setting." + (f" Did you mean {PREFIX}{near[0]}?" if near else ""))

    def _text(self, name: str) -> str:
        return self.given.get(name, "")

    def _needed(self, name: str, what: str, valid: Callable[[str], bool] = bool, example: str = "") -> str:
        value = self._text(name)
        if not value and not self.local:
            self._fault(name, f"is not set. Set it to {what}{example}.")
        elif value and not valid(value):
            self._fault(name, f"is not usable. Set it to {what}{example}.")
        return value

    def _one_of(self, name: str, default: str, choices: tuple[str, ...]) -> str:
        value = self._text(name) or default
        if value not in choices:
            self._fault(name, f"is {value!r}. Set it to one of: {', '.join(filter(None, choices))}; or leave it out.")
        return value

    def _number(self, name: str, default: int, least: int, most: int) -> int:
        value = self._text(name) or str(default)
        if value.isdecimal() and least <= int(value) <= most:
            return int(value)
        self._fault(name, f"is {value!r}. Set it to a whole number from {least} to {most}.")
        return default

    def _path(self, name: str, default: Path) -> Path:
        value = self._text(name)
        if value and not Path(value).is_absolute():
            self._fault(name, f"is {value!r}. Write the whole path, from / on.")
        return Path(value) if value else default

    def _base_url(self) -> str:
        if self.local:
            local = self._text("BASE_URL") or "http://127.0.0.1:8000"
            if not _is_loopback(local):
                self._fault("BASE_URL", "is not an address of this computer, and local mode opens to no other.")
            return local.rstrip("/")
        example = ", such as https://reviews.council.example"
        url = self._needed("BASE_URL", "the https address that people use", _is_public, example)
        return url.rstrip("/")

    def _database_url(self) -> str:
        value = self._text("DATABASE_URL")
        if value and not value.startswith(("postgresql://", "postgresql+psycopg://", "sqlite:////")):
            self._fault("DATABASE_URL", "is not usable. Set it to postgresql://..., or leave it out for SQLite.")
        return value

    def _attachments(self) -> str:
        value = self._text("ATTACHMENTS")
        if value and "://" not in value:
            self._fault("ATTACHMENTS", "is not usable. Set it to an address like file:///srv/files, or leave it out.")
        return value.rstrip("/")

    def _clamd(self) -> str:
        value = self._text("CLAMD")
        host, _, port = value.rpartition(":")
        if value and not value.startswith("/") and not (host and port.isdecimal() and 0 < int(port) < 65536):
            self._fault("CLAMD", "is not usable. Set it to the path of clamd's socket, or to host:port.")
        return value

    def _keys_file(self, instance: Path) -> Path:
        path = self._path("KEYS_FILE", CHECKOUT / ".keys" / "keys.json")
        if path.is_relative_to(instance):
            self._fault("KEYS_FILE", f"lies beside what it locks. Keep keys outside {instance}.")
        return path

    def _erasures_file(self, instance: Path) -> Path | None:
        path = self._path("ERASURES_FILE", CHECKOUT / ".keys" / "erasures.jsonl")
        if path.is_relative_to(instance):
            self._fault("ERASURES_FILE", f"lies beside what it has to outlive. Keep it outside {instance}.")
        return path if self._text("ERASURES_FILE") else None

    def _security(self) -> str:
        value = self._one_of("MAIL_SECURITY", "starttls", SECURITIES)
        if value == "none" and not self.local:
            self._fault("MAIL_SECURITY", "is 'none', and letters carry personal data. Use starttls or tls.")
        return value

    def _password(self) -> str:
        if self._text("MAIL_USER") and not self._text("MAIL_PASSWORD"):
            self._fault("MAIL_PASSWORD", "is not set, but ASB_MAIL_USER is. Set both or neither.")
        return self._text("MAIL_PASSWORD")

    def _address(self, name: str, needed: bool) -> str:
        value = self._text(name)
        if value and not _is_address(value):
            self._fault(name, f"is {value!r}. Set it to one plain email address.")
        if needed and not value:
            self._fault(name, "is not set. Set it to the email address that letters come from.")
        return value

    def _webhook(self) -> str:
        what = "the https address that alarms are posted to, because an alarm can't rely on email"
        return self._needed("ALARM_WEBHOOK", what, _is_public)

    def _token(self) -> str:
        value = self._text("STATUS_TOKEN")
        if value and len(value) < SHORTEST_TOKEN:
            self._fault("STATUS_TOKEN", f"is short enough to guess. Use at least {SHORTEST_TOKEN} random characters.")
        return value


def _is_address(value: str) -> bool:
    local, at, domain = value.rpartition("@")
    return bool(local and at and domain and "." in domain) and not any(c.isspace() or c in '<>,;"' for c in value)


def _is_loopback(url: str) -> bool:
    return _host(url, "http") in LOOPBACK


def _is_public(url: str) -> bool:
    """An https address; plain http only to this same computer, where nobody listens in."""
    return bool(_host(url, "https")) or _is_loopback(url)


def _host(url: str, scheme: str) -> str:
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018  reading it is what raises
    except ValueError:
        return ""
    return (parts.hostname or "") if parts.scheme == scheme and not parts.username else ""


class SettingsError(NotReady):
    """The environment doesn't say all that the service needs. `settings` is what can be read of it all the same."""

    def __init__(self, faults: tuple[str, ...], settings: Settings):
        self.settings = settings
        super().__init__(faults)
