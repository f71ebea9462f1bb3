"""Whether a restore was broken off here: nothing may start then, since who was erased would be there again, and mail
that has gone would go once more."""

from __future__ import annotations

import os
from pathlib import Path

MARK = ".restore-unfinished"  # in instance/, from the first change until all is put right


def was_broken_off(instance: Path) -> bool:
    """Whether one was begun and did not come to its end."""
    return (instance / MARK).exists()


def begin(instance: Path) -> None:
    """What is here is about to be changed: written on the disk before it is."""
    for path in (instance / MARK, instance):
        handle = os.open(path, os.O_RDONLY if path.is_dir() else os.O_WRONLY | os.O_CREAT, 0o600)
        os.fsync(handle)
        os.close(handle)


def end(instance: Path) -> None:
    """All is done, and put right."""
    (instance / MARK).unlink()
