"""Mail leaves here: over SMTP with a verified certificate and a time limit, or in local mode as `.eml` files.

What can go wrong is sorted into two: this recipient refuses for good (`Undeliverable`), or it is worth trying again
(`TryLater`). Neither carries what a server said: servers repeat the recipient's address.
"""

from __future__ import annotations

import re
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email.charset import QP, Charset
from email.mime.text import MIMEText
from email.utils import parseaddr
from types import TracebackType
from typing import Protocol, cast

import flask_mail
from flask import Flask, current_app

from webform.records.outbox import Message
from webform.settings import Settings

from .mailbox import Mailbox
from .patience import Leash, Plain, Tls

TIMEOUT = 20  # seconds that a mail server may keep silent
PATIENCE = 120  # seconds that one message may take, from a server that says a little now and then
ATTACHMENT = "letter.pdf"  # neutral: it may be seen over a shoulder
CALENDAR = "invite.ics"
NEEDS_SIGN_IN = (530, 534, 535, 538)  # said of the sender, even where it answers RCPT
TOO_BIG = 552
ADDRESS_CODES = ("5.1.", "5.2.1")  # of RFC 3463: no such mailbox, moved, or shut down; some say so only after DATA
# Nobody's machine should answer a letter. Not "All", which would keep back the report that one could not be delivered.
NO_ANSWER = {"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "OOF, AutoReply"}
_HEADER_NAME = re.compile(r"[A-Za-z][A-Za-z0-9-]*")
_OURS = ("to", "cc", "bcc", "from", "sender", "subject", "date", "message-id", "content-type", "mime-version")
_METHOD = re.compile(r"^METHOD:([A-Z]+)\s*$", re.MULTILINE)
_UTF8 = Charset("utf-8")
_UTF8.body_encoding = QP  # keeps long lines and letters with accents whole on any server


class Undeliverable(Exception):
    """This recipient will not get this message however often it is tried. `why` is for the person who takes over."""

    def __init__(self, why: str):
        self.why = why
        super().__init__(why)


class AddressRefused(Undeliverable):
    """The address itself is refused. One that is nobody's now may be somebody else's tomorrow."""


class TooBig(Undeliverable):
    """This message is refused for its size: it may go without its attachment."""


class TryLater(Exception):
    """It may work later. `setup`: somebody has to mend the settings. `halt`: others would fare no better just now.

    `down`: the mail server could not be reached at all, which is the fault of no message.
    """

    def __init__(self, why: str, *, setup: bool = False, halt: bool = True, down: bool = False):
        self.why, self.setup, self.halt, self.down = why, setup, halt, down
        super().__init__(why)


class Carrier(Protocol):
    """Takes one built message. Raises Undeliverable or TryLater."""

    def open(self) -> None:
        """Get ready, or raise TryLater."""

    def deliver(self, mail: flask_mail.Message) -> None: ...


def set_up(app: Flask, settings: Settings) -> None:
    """Tell Flask-Mail the settings. Called once, when the app is put together."""
    app.config.update(
        MAIL_SERVER=settings.mail_host,
        MAIL_PORT=settings.mail_port,
        MAIL_USE_TLS=settings.mail_security == "starttls",
        MAIL_USE_SSL=settings.mail_security == "tls",
        MAIL_USERNAME=settings.mail_user or None,
        MAIL_PASSWORD=settings.mail_password or None,
        MAIL_DEFAULT_SENDER=settings.mail_from,
        MAIL_SUPPRESS_SEND=False,  # else Flask-Mail drops everything where app.testing is set
        MAIL_DEBUG=0,  # else every conversation, addresses and all, is printed
    )
    VerifiedMail(app)


@contextmanager
def carrier(settings: Settings) -> Iterator[Carrier]:
    """Whatever takes the mail here; one connection serves many messages."""
    if settings.mail_to_files:
        yield Mailbox(settings.mailbox)
        return
    postman = Postman()
    try:
        yield postman
    finally:
        postman.hang_up()


def build(row: Message, settings: Settings, pdf: bytes | None = None, note: str = "") -> flask_mail.Message:
    """The mail of an outbox row: the same Message-ID and date however often it is built. Raises Undeliverable."""
    headers = {**NO_ANSWER, **dict(row.headers or {})}
    if row.request_id:
        headers["X-Request-ID"] = row.request_id  # what to look for in the log
    if note:
        headers["X-Note"] = note
    reply_to = headers.pop("Reply-To", "") or settings.mail_reply_to
    _refuse_odd_headers(headers, (row.subject, reply_to, row.message_id))
    _refuse_odd_address(row.recipient)
    mail = _Mail(
        subject=row.subject,
        recipients=[row.recipient],
        body=row.text,
        html=row.html,
        sender=settings.mail_from,
        reply_to=reply_to or None,
        date=row.created_at.timestamp(),
        extra_headers=headers,
    )
    mail.msgId = row.message_id
    if pdf is not None:
        mail.attach(ATTACHMENT, "application/pdf", pdf)
    if row.calendar:
        # Some mail programs take the entry from beside the text, others only from an attachment.
        mail.alts["calendar"] = row.calendar
        mail.attach(CALENDAR, "application/ics", row.calendar.encode())
    return mail


class Postman:
    """One SMTP connection, opened before the first message and again after a fault."""

    def __init__(self) -> None:
        self._connection: VerifiedConnection | None = None

    def open(self) -> None:
        """Connect, if there is no connection."""
        if self._connection is not None:
            return
        connection = VerifiedMail().connect()
        try:
            with connection.leash.within(PATIENCE):
                connection.__enter__()
        except (smtplib.SMTPException, OSError, ValueError) as fault:
            connection.leash.let_go()
            found = _sorted(fault)
            raise TryLater(found.why, setup=getattr(found, "setup", True), down=True) from None
        self._connection = connection

    def deliver(self, mail: flask_mail.Message) -> None:
        self.open()
        connection = cast(VerifiedConnection, self._connection)
        try:
            with connection.leash.within(PATIENCE):
                connection.send(mail)
        except (smtplib.SMTPException, OSError, ValueError) as fault:
            if not isinstance(fault, smtplib.SMTPRecipientsRefused | smtplib.SMTPDataError):
                self.hang_up()
            raise _sorted(fault) from None

    def hang_up(self) -> None:
        """Close the connection; a server that is gone already is no fault."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.__exit__(None, None, None)


class VerifiedConnection(flask_mail.Connection):
    """Flask-Mail's own takes any certificate, waits for ever and overlooks a refused recipient; this one doesn't."""

    def __init__(self, mail: flask_mail.Mail):
        super().__init__(mail)
        self.leash = Leash()

    def configure_host(self) -> smtplib.SMTP | smtplib.SMTP_SSL:
        context = ssl.create_default_context()
        where = (self.mail.server, self.mail.port or 0)
        host: smtplib.SMTP
        if self.mail.use_ssl:
            host = Tls(self.leash, *where, timeout=TIMEOUT, context=context)
        else:
            host = Plain(self.leash, *where, timeout=TIMEOUT)
        try:
            if self.mail.use_tls:
                host.starttls(context=context)
            if self.mail.username and self.mail.password:
                host.login(self.mail.username, self.mail.password)
        except BaseException:
            host.close()
            raise
        return host

    def send(self, message: flask_mail.Message, envelope_from: str | tuple[str, str] | None = None) -> None:
        """Raises SMTPRecipientsRefused even if only some of the recipients were refused."""
        if message.has_bad_headers():
            raise flask_mail.BadHeaderError
        if self.host is None:
            raise smtplib.SMTPServerDisconnected("there is no connection")
        sender = flask_mail.sanitize_address(envelope_from or message.sender)
        recipients = flask_mail.sanitize_addresses(message.send_to)
        refused = self.host.sendmail(sender, recipients, message.as_bytes())
        if refused:
            raise smtplib.SMTPRecipientsRefused(refused)

    def __exit__(
        self, exc_type: type[BaseException] | None, exc_value: BaseException | None, tb: TracebackType | None
    ) -> None:
        if self.host is not None:
            with suppress(smtplib.SMTPException, OSError), self.leash.within(TIMEOUT):
                self.host.quit()
            self.host.close()
        self.leash.let_go()


class VerifiedMail(flask_mail.Mail):
    """Flask-Mail with connections that verify."""

    def connect(self) -> VerifiedConnection:
        return VerifiedConnection(current_app.extensions["mail"])


class _Mail(flask_mail.Message):
    def _mimetext(self, text: str | None, subtype: str = "plain") -> MIMEText:
        part = MIMEText("", subtype, "utf-8")
        del part["Content-Transfer-Encoding"]  # set_payload writes the one that fits
        part.set_payload(text or "", _UTF8)
        if found := _METHOD.search(text or "") if subtype == "calendar" else None:
            part.set_param("method", found[1])  # by this a mail program knows an invitation from a cancellation
        return part


def _refuse_odd_headers(headers: dict[str, str], values: tuple[str, ...]) -> None:
    names_fit = all(_HEADER_NAME.fullmatch(name) and name.lower() not in _OURS for name in headers)
    if not names_fit or not all(value.isprintable() for value in (*headers.values(), *values)):
        raise Undeliverable("A line break or another character that no mail header may have stands in its header.")


def _refuse_odd_address(address: str) -> None:
    local, _, domain = address.rpartition("@")
    if not (local and domain and address.isprintable() and parseaddr(address)[1] == address) or " " in address:
        raise AddressRefused("The email address is not complete, or is not one address.")
    if not local.isascii():
        raise AddressRefused("The email address has letters before the @ that our mail can't carry.")
    try:
        domain.encode("idna")
    except UnicodeError:
        raise AddressRefused("What follows the @ in the email address is not a name that mail can go to.") from None


def _sorted(fault: Exception) -> Undeliverable | TryLater:
    """What to make of a fault: the recipient's own 5xx is final, everything else is tried again."""
    if isinstance(fault, smtplib.SMTPRecipientsRefused):
        return _refused(max(code for code, _ in fault.recipients.values()), "the recipient", AddressRefused)
    if isinstance(fault, smtplib.SMTPDataError | smtplib.SMTPSenderRefused) and fault.smtp_code == TOO_BIG:
        return TooBig(f"The mail server takes no message of that size (code {TOO_BIG}).")
    if isinstance(fault, smtplib.SMTPDataError):
        said = fault.smtp_error.decode(errors="replace") if isinstance(fault.smtp_error, bytes) else fault.smtp_error
        kind = AddressRefused if said.startswith(ADDRESS_CODES) else Undeliverable
        return _refused(fault.smtp_code, "the message", kind)
    if isinstance(fault, smtplib.SMTPResponseException):
        return TryLater(f"{type(fault).__name__} {fault.smtp_code}", setup=fault.smtp_code >= 500)
    if isinstance(fault, smtplib.SMTPNotSupportedError | ssl.SSLCertVerificationError):
        return TryLater(type(fault).__name__, setup=True)
    return TryLater(type(fault).__name__)


def _refused(code: int, what: str, kind: type[Undeliverable]) -> Undeliverable | TryLater:
    if code in NEEDS_SIGN_IN:
        return TryLater(f"the mail server wants us to sign in ({code})", setup=True)
    if code >= 500:
        return kind(f"The mail server refuses {what} (code {code}).")
    return TryLater(f"{what} was put off with {code}", halt=code == 421)
