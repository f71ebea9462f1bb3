"""A real clamd that knows one virus, the harmless EICAR test file, and needs no internet."""

from __future__ import annotations

import os
import pwd
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from webform.sending.clamd import ClamdDown, is_clean

CLAMD = "/usr/sbin/clamd"
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + rb"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
BIGGEST = 200_000  # bytes of one file that it looks at
SECONDS = 60


@contextmanager
def running(folder: Path) -> Iterator[str]:
    """The address of its socket, while it runs."""
    database, socket, log = folder / "signatures", folder / "clamd.sock", folder / "clamd.log"
    database.mkdir(parents=True)
    (database / "test.ndb").write_text(f"Eicar-Test:0:*:{EICAR.hex()}\n")
    config = folder / "clamd.conf"
    config.write_text(
        f"DatabaseDirectory {database}\nLocalSocket {socket}\nLogFile {log}\nForeground yes\nUser {_user()}\n"
        f"StreamMaxLength {BIGGEST}\nTemporaryDirectory {folder}\n"
    )
    process = subprocess.Popen(
        [CLAMD, "--config-file", str(config)], stdout=subprocess.DEVNULL, stderr=subprocess.STDOUT
    )
    try:
        _wait(process, str(socket), log)
        yield str(socket)
    finally:
        process.terminate()
        process.wait(SECONDS)


def _user() -> str:
    return pwd.getpwuid(os.getuid()).pw_name


def _wait(process: subprocess.Popen[bytes], address: str, log: Path) -> None:
    """Until it answers."""
    until = time.monotonic() + SECONDS
    while time.monotonic() < until:
        assert process.poll() is None, log.read_text() if log.exists() else "clamd ended"
        try:
            is_clean(address, [b"ready?"])
        except ClamdDown:
            os.sched_yield()
        else:
            return
    raise AssertionError("clamd never answered")
