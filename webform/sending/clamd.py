"""Asks clamd about a file: INSTREAM over its socket, chunk by chunk. Nothing but its "OK" counts as clean."""

from __future__ import annotations

import socket
from collections.abc import Iterable

SECONDS = 60.0
LONGEST_REPLY = 4096
COMMAND = b"zINSTREAM\0"


class NoVerdict(Exception):
    """clamd said neither that the file is clean nor that it is not."""


class ClamdDown(NoVerdict):
    """clamd can't be reached."""


def is_clean(address: str, chunks: Iterable[bytes]) -> bool:
    """Whether clamd finds nothing in the content. Raises NoVerdict."""
    try:
        line = _connect(address)
    except OSError as fault:
        raise ClamdDown(type(fault).__name__) from fault
    with line:
        try:
            _send(line, chunks)
            reply = _reply(line)
        except OSError as fault:  # it hangs up on what is longer than its StreamMaxLength
            raise NoVerdict(type(fault).__name__) from fault
    if reply == "stream: OK":
        return True
    if reply.startswith("stream: ") and reply.endswith(" FOUND"):
        return False
    raise NoVerdict(reply or "hung up")


def _send(line: socket.socket, chunks: Iterable[bytes]) -> None:
    line.sendall(COMMAND)
    for chunk in chunks:
        line.sendall(len(chunk).to_bytes(4, "big") + chunk)
    line.sendall(bytes(4))


def _connect(address: str) -> socket.socket:
    if not address.startswith("/"):
        host, _, port = address.rpartition(":")
        return socket.create_connection((host, int(port)), timeout=SECONDS)
    line = socket.socket(socket.AF_UNIX)
    line.settimeout(SECONDS)
    try:
        line.connect(address)
    except OSError:
        line.close()
        raise
    return line


def _reply(line: socket.socket) -> str:
    """What it says up to its end mark; '' without one, since half an answer is none."""
    said = b""
    while not said.endswith(b"\0") and len(said) < LONGEST_REPLY and (piece := line.recv(LONGEST_REPLY)):
        said += piece
    return said[:-1].decode("utf-8", "replace").strip() if said.endswith(b"\0") else ""
