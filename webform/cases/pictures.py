"""Has a picture made anew in a process of its own (`darkroom.py`), from one sealed file into another."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from typing import IO

from webform.records.vault import Deposit, Stored, deposit_file, vault
from webform.settings import CHECKOUT

from .picture_limits import BROKEN, SECONDS, TOO_MANY

COMMAND = [sys.executable, "-m", "webform.cases.darkroom"]
PIECE = 64 * 1024
PATIENCE = SECONDS + 5  # of the clock on the wall
REASONS = {BROKEN: "broken", TOO_MANY: "pixels"}


class BadPicture(Exception):
    """No picture came out. The reason is "broken", "pixels" or "busy"."""


def develop(stored: Stored) -> tuple[str, Stored]:
    """Media type and sealed file of the clean picture. Raises BadPicture. Neither is ever in our memory as a whole."""
    with deposit_file() as made, _darkroom() as process:
        timer = threading.Timer(PATIENCE, process.kill)
        timer.start()
        try:
            media_type = _exchange(process, stored, made)
            code = process.wait()
        finally:
            timer.cancel()
        if code:
            raise BadPicture(REASONS.get(code, "busy" if code > 0 else "pixels"))
        return media_type, made.finish()


def _darkroom() -> subprocess.Popen[bytes]:
    return subprocess.Popen(  # noqa: S603  our own module
        COMMAND,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=CHECKOUT,
        env={"PATH": os.environ.get("PATH", ""), "PYTHONHASHSEED": "0"},
    )


def _exchange(process: subprocess.Popen[bytes], stored: Stored, made: Deposit) -> str:
    """Gives the picture, then takes the clean one: the darkroom reads everything before it writes anything."""
    given, taken = _pipes(process)
    try:
        for chunk in vault().read(stored.key, stored.secret):
            given.write(chunk)
        given.close()
    except BrokenPipeError:  # it has given up; its exit code says why
        return ""
    media_type = taken.readline(100).decode("ascii", "replace").strip()
    while piece := taken.read(PIECE):
        made.write(piece)
    return media_type


def _pipes(process: subprocess.Popen[bytes]) -> tuple[IO[bytes], IO[bytes]]:
    if process.stdin is None or process.stdout is None:
        raise RuntimeError("the darkroom was started without pipes")
    return process.stdin, process.stdout
