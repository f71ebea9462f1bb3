"""Keys, and what is done with them: sealing columns, blind indexes for exact look-up, keyed hashes."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import re
import secrets
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from flask import Flask, current_app

FORMAT = b"\x01"
ID_BYTES, NONCE_BYTES, SECRET_BYTES = 4, 12, 32
HEADER_BYTES = len(FORMAT) + ID_BYTES

BlindKind = Literal["email", "surname", "postcode", "phone", "reference", "elsewhere", "flag"]


Stamp = tuple[int, int] | None  # a file's number and time: another one, or a changed one, has others


class BrokenKeys(Exception):
    """The key file can't be read, or a value was sealed by a key that isn't there."""


class CannotOpen(BrokenKeys):
    """A sealed value was changed, or its key is missing."""


@dataclass(frozen=True)
class Keys:
    """The ring: the newest key seals, every key opens.

    `root` stays when keys rotate, and with it every blind index, keyed hash and cookie.
    """

    root: bytes
    sealing: tuple[tuple[bytes, bytes], ...]  # (id, secret), oldest first
    path: Path | None = None
    stamp: Stamp = None  # of the file when it was read

    @classmethod
    def load(cls, path: Path) -> Keys:
        """Read the key file."""
        try:
            stamp = _stamp(path)
            stored = json.loads(path.read_text("utf-8"))
            sealing = tuple((bytes.fromhex(key["id"]), base64.b64decode(key["secret"])) for key in stored["keys"])
            ring = cls(base64.b64decode(stored["root"]), sealing, path, stamp)
        except (OSError, ValueError, KeyError, TypeError) as fault:
            raise BrokenKeys(
                f"The keys in {path} can't be read: {fault}. Run `flask setup`, or bring the file back."
            ) from fault
        lengths = {len(ring.root), *(len(secret) for _, secret in sealing)}
        if not sealing or lengths != {SECRET_BYTES} or {len(name) for name, _ in sealing} != {ID_BYTES}:
            raise BrokenKeys(f"The keys in {path} are incomplete. Bring the file back from where you keep its copy.")
        return ring

    def as_of_now(self) -> Keys:
        """The ring as it stands in the file now: a key that was added meanwhile opens and seals without a restart.

        A file that is gone, damaged or of another installation changes nothing: it is a slip, which a start would name.
        """
        stamp = _stamp(self.path) if self.path else None
        if self.path is None or stamp is None or stamp == self.stamp:
            return self
        try:
            fresh = Keys.load(self.path)
        except BrokenKeys:
            return self
        return fresh if fresh.root == self.root and set(self.sealing) <= set(fresh.sealing) else self

    @property
    def ids(self) -> tuple[str, ...]:
        """The names of the sealing keys, oldest first. No secret."""
        return tuple(name.hex() for name, _ in self.sealing)

    def seal(self, plain: bytes) -> bytes:
        """Encrypt and authenticate with the newest key. The key's id stands in front and is authenticated too."""
        name, secret = self.sealing[-1]
        header, nonce = FORMAT + name, secrets.token_bytes(NONCE_BYTES)
        return header + nonce + AESGCM(_derive(secret, "seal")).encrypt(nonce, plain, header)

    def open(self, sealed: bytes) -> bytes:
        """Decrypt what any key of the ring has sealed."""
        header, nonce = sealed[:HEADER_BYTES], sealed[HEADER_BYTES : HEADER_BYTES + NONCE_BYTES]
        secret = dict(self.sealing).get(header[len(FORMAT) :])
        if secret is None or not header.startswith(FORMAT):
            raise CannotOpen("This value was sealed by a key that is not in the key file.")
        try:
            return AESGCM(_derive(secret, "seal")).decrypt(nonce, sealed[HEADER_BYTES + NONCE_BYTES :], header)
        except (InvalidTag, ValueError) as fault:
            raise CannotOpen("This sealed value was changed after it was written.") from fault

    def sealed_by_newest(self, sealed: bytes) -> bool:
        """Whether `reseal` has nothing to do for this value."""
        return sealed.startswith(FORMAT + self.sealing[-1][0])

    def keyed_hash(self, purpose: str, value: str) -> str:
        """A hash that nobody without the keys can make or test. Each purpose has its own key."""
        return hmac.new(_derive(self.root, f"hash {purpose}"), value.encode(), hashlib.sha256).hexdigest()

    def flask_secret(self) -> str:
        """What Flask signs its cookies with."""
        return _derive(self.root, "flask secret key").hex()


def make_keys(path: Path) -> Keys:
    """Make the key file, once. A second maker gets FileExistsError and has to use the first one's keys."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    _write(path, {"format": 1, "root": _secret(), "keys": [_new_key()]}, os.O_EXCL)
    return Keys.load(path)


def rotate(path: Path) -> Keys:
    """Add a key, which seals from now on. The old ones stay, to open what they sealed."""
    Keys.load(path)
    stored = json.loads(path.read_text("utf-8"))
    stored["keys"].append(_new_key())
    beside = path.with_suffix(".new")
    _write(beside, stored, os.O_EXCL)
    beside.replace(path)
    return Keys.load(path)


def use_keys(app: Flask, keys: Keys) -> None:
    """Give an app its keys; from then on its columns open and seal."""
    app.extensions["asb-keys"] = keys


def keys() -> Keys:
    """The keys of the app that is at work."""
    ring: Keys = current_app.extensions["asb-keys"].as_of_now()
    current_app.extensions["asb-keys"] = ring
    return ring


def keyed_hash(purpose: str, value: str) -> str:
    """`Keys.keyed_hash` with the keys of the app that is at work."""
    return keys().keyed_hash(purpose, value)


def blind(kind: BlindKind, value: str) -> str:
    """The digest under which a value is looked up without being stored. '' when nothing is left to look up."""
    normal = normalise(kind, value)
    return keys().keyed_hash(f"blind {kind}", normal) if normal else ""


def normalise(kind: BlindKind, value: str) -> str:
    """A value as it is compared: spelling that doesn't matter is gone."""
    value = unicodedata.normalize("NFKC", value).strip()
    match kind:
        case "email":
            return value.casefold()
        case "surname":
            return "".join(letter for letter in unicodedata.normalize("NFKD", value.casefold()) if letter.isalpha())
        case "postcode":
            return re.sub(r"\s", "", value).upper()
        case "phone":
            return re.sub(r"\D", "", re.sub(r"^(\+|00)44\s*(\(0\))?0?", "0", value))
        case "reference" | "elsewhere":
            return re.sub(r"[\W_]", "", value).upper()
        case "flag":
            return value


def _stamp(path: Path) -> Stamp:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_ino, status.st_mtime_ns


@lru_cache(maxsize=64)
def _derive(secret: bytes, purpose: str) -> bytes:
    return HKDF(SHA256(), SECRET_BYTES, salt=None, info=f"asb-case-review {purpose}".encode()).derive(secret)


def _secret() -> str:
    return base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def _new_key() -> dict[str, str]:
    return {"id": secrets.token_hex(ID_BYTES), "secret": _secret()}


def _write(path: Path, stored: dict[str, Any], exclusive: int) -> None:
    """Write for this user's eyes only, and be sure that it is on the disk."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | exclusive, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump(stored, file, indent=2)
        file.flush()
        os.fsync(file.fileno())
