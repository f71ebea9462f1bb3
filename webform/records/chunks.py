"""Files sealed in chunks, so that a large one never has to be in memory as a whole.

Each file has a secret of its own. A chunk is bound to its file, to its position and to whether it is the last: one that
was changed, moved, left out or cut off does not open.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterator
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

FORMAT = b"asb-chunks-1 "
CHUNK = 64 * 1024
TAG = 16
SECRET_BYTES = 32
COUNTER_BYTES = 11  # and one more says whether it is the last: together the nonce, which no secret ever sees twice


class BrokenFile(Exception):
    """A sealed file is not what was written: a chunk of it does not open."""


def new_secret() -> bytes:
    """The secret of one file."""
    return secrets.token_bytes(SECRET_BYTES)


class SealingWriter:
    """Takes plain bytes and writes sealed chunks. `close` writes the last one; a file that was not closed is broken."""

    def __init__(self, target: BinaryIO, secret: bytes, name: str):
        self._target, self._cipher, self._bound = target, AESGCM(secret), FORMAT + name.encode()
        self._waiting = bytearray()
        self._number = 0
        self._digest = hashlib.sha256()
        self.size = 0

    def write(self, plain: bytes) -> None:
        """Seals what fills a chunk; the rest waits."""
        self._digest.update(plain)
        self.size += len(plain)
        self._waiting += plain
        while len(self._waiting) > CHUNK:  # a full one waits too: it may be the last
            self._seal(bytes(self._waiting[:CHUNK]), last=False)
            del self._waiting[:CHUNK]

    def close(self) -> None:
        """Seals the last chunk. The target stays open."""
        self._seal(bytes(self._waiting), last=True)
        self._waiting.clear()

    @property
    def sha256(self) -> str:
        """The digest of all that was written, in plain."""
        return self._digest.hexdigest()

    def _seal(self, plain: bytes, *, last: bool) -> None:
        self._target.write(self._cipher.encrypt(_nonce(self._number, last), plain, self._bound))
        self._number += 1


def open_chunks(source: BinaryIO, secret: bytes, name: str) -> Iterator[bytes]:
    """The plain bytes, chunk by chunk. Raises BrokenFile before it hands out anything that is not as it was written."""
    cipher, bound, number = AESGCM(secret), FORMAT + name.encode(), 0
    sealed = source.read(CHUNK + TAG)
    while True:
        ahead = source.read(CHUNK + TAG)
        try:
            plain = cipher.decrypt(_nonce(number, last=not ahead), sealed, bound)
        except (InvalidTag, ValueError) as fault:
            raise BrokenFile(f"chunk {number + 1} is not what was written") from fault
        yield plain
        if not ahead:
            return
        sealed, number = ahead, number + 1


def _nonce(number: int, last: bool) -> bytes:
    return number.to_bytes(COUNTER_BYTES, "big") + (b"\x01" if last else b"\x00")
