"""Fingerprints of published documents, so that a test can tell copied sentences without the documents being here.

``python -m tests.unit.shelves.fingerprints FILE...`` writes them anew from the texts of the documents.
"""

from __future__ import annotations

import hashlib
import re
import sys
from collections.abc import Iterator
from pathlib import Path

KEPT = Path(__file__).with_name("published.fingerprints")
RUN = 8  # words: so many in a row are a copy and no accident
LENGTH = 5  # bytes of each fingerprint: two texts agree by accident once in some ten thousand runs of this test


def runs(text: str) -> Iterator[str]:
    """Every run of eight words, without capitals and punctuation."""
    words = re.findall(r"[a-z0-9]+", text.lower().replace("'", "").replace("’", ""))
    for start in range(len(words) - RUN + 1):
        yield " ".join(words[start : start + RUN])


def fingerprint(run: str) -> bytes:
    """A few bytes that stand for a run of words."""
    return hashlib.sha256(run.encode()).digest()[:LENGTH]


def published() -> frozenset[bytes]:
    """The fingerprints that are kept."""
    kept = KEPT.read_bytes()
    return frozenset(kept[start : start + LENGTH] for start in range(0, len(kept), LENGTH))


if __name__ == "__main__":
    found = {fingerprint(run) for name in sys.argv[1:] for run in runs(Path(name).read_text(encoding="utf-8"))}
    KEPT.write_bytes(b"".join(sorted(found)))
