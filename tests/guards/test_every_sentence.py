"""Every sentence of the meaning of a procedure has a test that bears its number: test_s01_... to test_s37_...."""

from __future__ import annotations

import re
from pathlib import Path

TESTS = Path(__file__).parents[1]
SENTENCES = range(1, 38)
NAMED = re.compile(r"^def test_s(\d\d)_", re.MULTILINE)


def test_every_sentence_has_a_test() -> None:
    """No sentence is left out, and there are no others."""
    tested = {int(found) for path in TESTS.rglob("test_*.py") for found in NAMED.findall(path.read_text("utf-8"))}
    assert tested == set(SENTENCES)
