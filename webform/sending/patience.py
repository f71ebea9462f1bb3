"""SMTP that comes to an end: a timeout bounds each silence, but a server that says a byte now and then outlasts it."""

from __future__ import annotations

import smtplib
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any


class Leash:
    """A hold on the connections that are opened on it, by which they can be cut off from another thread."""

    def __init__(self) -> None:
        self._wire: socket.socket | None = None

    def hold(self, wire: socket.socket) -> socket.socket:
        """Keep a second handle: TLS takes the first one over before it has shaken hands."""
        self.let_go()
        self._wire = wire.dup()
        return wire

    def let_go(self) -> None:
        """The connection has ended."""
        wire, self._wire = self._wire, None
        if wire is not None:
            wire.close()

    def cut(self) -> None:
        """End the connection now: whoever waits for it gets an error."""
        if self._wire is not None:
            with suppress(OSError):
                self._wire.shutdown(socket.SHUT_RDWR)

    @contextmanager
    def within(self, seconds: float) -> Iterator[None]:
        """Cut whatever lasts longer."""
        timer = threading.Timer(seconds, self.cut)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()


class Plain(smtplib.SMTP):
    """SMTP on a leash."""

    def __init__(self, leash: Leash, *where: Any, **how: Any):
        self._leash = leash
        super().__init__(*where, **how)

    def _get_socket(self, *where: Any) -> socket.socket:
        return self._leash.hold(super()._get_socket(*where))  # type: ignore[misc]  # what its makers leave to override


class Tls(smtplib.SMTP_SSL, Plain):
    """SMTP over TLS from the first byte, on a leash."""

    def __init__(self, leash: Leash, *where: Any, **how: Any):
        self._leash = leash
        smtplib.SMTP_SSL.__init__(self, *where, **how)
