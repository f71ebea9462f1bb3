"""Where sealed files lie, under random names: a folder of the instance, or any other place that fsspec can write to.

A file is there, and safely on the disk, before the row that names it is committed. One without a row was never
finished, or its row is gone: nobody has its secret any more, and the clock sweeps it.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import errno
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

import fsspec
from fsspec.implementations.local import LocalFileSystem

from webform.house import house

from .chunks import BrokenFile, SealingWriter, new_secret, open_chunks

NAME_BYTES = 24
RESERVE = 1_000_000_000  # bytes of the disk that files leave free: a request must find room when files no longer do


@dataclass(frozen=True)
class Stored:
    """One sealed file: its random name, the secret that opens it, and what it held in plain."""

    key: str
    secret: bytes
    size: int
    sha256: str


class Vault:
    """Sealed files of one installation."""

    def __init__(self, address: str):
        self.fs, self.root = fsspec.core.url_to_fs(address)

    def prepare(self) -> None:
        """Makes its folder."""
        self.fs.makedirs(self.root, exist_ok=True)

    def path(self, key: str) -> str:
        """Where the file of that name lies."""
        return f"{self.root}/{key}"

    def read(self, key: str, secret: bytes) -> Iterator[bytes]:
        """The file in plain, chunk by chunk. Raises BrokenFile, also where there is no such file."""
        try:
            source = self.fs.open(self.path(key), "rb")
        except OSError as fault:
            raise BrokenFile("the file is missing") from fault
        with source:
            yield from open_chunks(source, secret, key)

    def has_room(self) -> bool:
        """Whether another file may come. Another kind of store is asked by writing to it."""
        return not isinstance(self.fs, LocalFileSystem) or shutil.disk_usage(self.root).free > RESERVE

    def settle(self, file: BinaryIO, key: str) -> None:
        """Waits until the disk has the file and its name. Another kind of store answers for what it has taken."""
        if isinstance(self.fs, LocalFileSystem):
            os.fsync(file.fileno())
            folder = os.open(Path(self.path(key)).parent, os.O_RDONLY | os.O_DIRECTORY)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)

    def remove(self, key: str) -> None:
        """Takes a file away; that it is gone already is no fault."""
        try:
            self.fs.rm_file(self.path(key))
        except FileNotFoundError:
            return

    def take_out(self, folder: Path) -> None:
        """Every file as it is sealed, into a folder; on one disk without copying. What goes meanwhile is left out."""
        folder.mkdir(mode=0o700)
        for key in self._keys():
            with contextlib.suppress(FileNotFoundError):
                self._take_out(key, folder / key)

    def _take_out(self, key: str, target: Path) -> None:
        if isinstance(self.fs, LocalFileSystem):
            try:
                os.link(self.path(key), target)
                return
            except OSError as fault:
                if fault.errno == errno.ENOENT:
                    raise
        self.fs.get_file(self.path(key), str(target))

    def bring_in(self, folder: Path) -> None:
        """The files of that folder are the vault's."""
        self.prepare()
        for path in folder.iterdir() if folder.is_dir() else ():
            self.fs.put_file(str(path), self.path(path.name))

    def _keys(self) -> list[str]:
        self.fs.invalidate_cache()
        try:
            return [path.rpartition("/")[2] for path in self.fs.ls(self.root, detail=False)]
        except FileNotFoundError:
            return []

    def keys_before(self, moment: dt.datetime) -> Iterator[str]:
        """The names of all files that were last written before the moment."""
        for key in self._keys():
            try:
                written = self.fs.modified(self.path(key))
            except FileNotFoundError:
                continue
            if (written if written.tzinfo else written.replace(tzinfo=dt.UTC)) < moment:
                yield key


class Deposit:
    """A file of the vault while it is written. What was not `finish`ed is taken away again by `discard`."""

    def __init__(self, place: Vault):
        self.key, self._secret, self._place = secrets.token_urlsafe(NAME_BYTES), new_secret(), place
        self._file = cast(BinaryIO, place.fs.open(place.path(self.key), "wb"))
        self._writer = SealingWriter(self._file, self._secret, self.key)

    @property
    def size(self) -> int:
        """How many plain bytes were written so far."""
        return self._writer.size

    def write(self, plain: bytes) -> None:
        """More of the file."""
        self._writer.write(plain)

    def finish(self) -> Stored:
        """Seals the last chunk and is sure that all of it is on the disk."""
        self._writer.close()
        self._file.flush()
        self._place.settle(self._file, self.key)
        self._file.close()
        return Stored(self.key, self._secret, self._writer.size, self._writer.sha256)

    def discard(self) -> None:
        """Takes back what was written."""
        self._file.close()
        self._place.remove(self.key)


@contextmanager
def deposit_file() -> Iterator[Deposit]:
    """A new file of the vault; gone again if its writer fails."""
    deposit = Deposit(vault())
    try:
        yield deposit
    except BaseException:
        deposit.discard()
        raise


def vault() -> Vault:
    """The vault of the app that is at work."""
    return Vault(house().settings.vault)
