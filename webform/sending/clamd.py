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
    """clamd can't be reached, or hung up."""


def is_clean(address: str, chunks: Iterable[bytes]) -> bool:
    """Whether clamd finds nothing in the content. Raises NoVerdict."""
    try:
        with _connect(address) as line:
            line.sendall(COMMAND)
            for chunk in chunks:
                line.sendall(len(chunk).to_bytes(4, "big") + chunk)
            line.sendall(bytes(4))
            reply = _reply(line)
    except OSError as fault:
        raise ClamdDown(type(fault).__name__) from fault
    if reply == "stream: OK":
        return True
    if reply.startswith("stream: ") and reply.endswith(" FOUND"):
        return False
    raise NoVerdict(reply) if reply else ClamdDown("hung up")


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
    said = b""
    while not said.endswith(b"\0") and len(said) < LONGEST_REPLY and (piece := line.recv(LONGEST_REPLY)):
        said += piece
    return said.rstrip(b"\0").decode("utf-8", "replace").strip()
