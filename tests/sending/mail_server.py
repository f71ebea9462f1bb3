"""Mail servers that behave as told, over real TLS with certificates made for the test."""

from __future__ import annotations

import datetime as dt
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any, cast

import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session


class MailServer:
    """Takes mail, or answers as `mail_from`, `refuse` and `after_data` say. `taken` is what it has accepted."""

    def __init__(self) -> None:
        self.taken: list[EmailMessage] = []
        self.mail_from = ""  # its answer to MAIL FROM
        self.refuse: dict[str, str] = {}  # its answer to RCPT TO, by address
        self.after_data = ""  # its answer to DATA; "drop" takes the message and drops the connection unanswered
        self.sign_in = False
        self.connections = 0

    def recipients(self) -> list[str]:
        return [str(mail["To"]) for mail in self.taken]

    def ids(self) -> list[str]:
        return [str(mail["Message-ID"]) for mail in self.taken]

    async def handle_EHLO(
        self, _server: SMTP, session: Session, _envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        self.connections += 1
        return responses

    async def handle_MAIL(
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        envelope.mail_from = address
        return self.mail_from or "250 OK"

    async def handle_RCPT(
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if address in self.refuse:
            return self.refuse[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:
        if self.after_data and self.after_data != "drop":
            return self.after_data
        mail = message_from_bytes(cast(bytes, envelope.content), policy=policy.default)
        self.taken.append(cast(EmailMessage, mail))
        if self.after_data == "drop":
            server.transport.close()  # type: ignore[union-attr]
        return "250 OK"

    def authenticate(self, *_args: Any) -> AuthResult:
        return AuthResult(success=False, handled=False)


@contextmanager
def running(
    behaviour: MailServer,
    authority: trustme.CA | None,
    port: int,
    *,
    name: str = "localhost",
    until: dt.datetime | None = None,
    biggest: int | None = None,
) -> Iterator[None]:
    """The server on that port of localhost; with STARTTLS if there is an authority to vouch for it.

    Its certificate may be for another `name`, or have run out; `biggest` is the size of a message that it takes.
    """
    context = None
    if authority is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert(name, not_after=until).configure_cert(context)
    options: dict[str, Any] = (
        {"authenticator": behaviour.authenticate, "auth_required": True} if behaviour.sign_in else {}
    )
    options |= {"data_size_limit": biggest} if biggest else {}
    controller = Controller(behaviour, hostname="127.0.0.1", port=port, tls_context=context, **options)
    controller.start()
    try:
        yield
    finally:
        controller.stop()


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def curt(port: int, greeting: bytes, pause: float = 0) -> Iterator[None]:
    """A server that greets and hangs up; with a `pause` it takes that long over each letter of its greeting."""
    done = threading.Event()

    def serve(listener: socket.socket) -> None:
        with suppress(OSError):
            while not done.is_set():
                wire, _ = listener.accept()
                with wire, suppress(OSError):
                    for letter in greeting:
                        wire.sendall(bytes([letter]))
                        if pause and done.wait(pause):
                            break

    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", port))
        listener.listen(5)
        thread = threading.Thread(target=serve, args=[listener], daemon=True)
        thread.start()
        yield
        done.set()
        listener.shutdown(socket.SHUT_RDWR)
        thread.join(20)


@contextmanager
def silent(port: int) -> Iterator[None]:
    """A server that takes the connection and never says a word."""
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", port))
        listener.listen(5)
        yield
