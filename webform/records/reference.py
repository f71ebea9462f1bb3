"""References of cases: short enough to read out on the phone, and saying nothing about what they stand for."""

from __future__ import annotations

import secrets

from sqlalchemy import select

from .store import db
from .tables import Case

# No letter or digit that looks or sounds like another one, and no vowel, so that no word comes out.
ALPHABET = "234679CDFGHJKMNPQRTVWXY"
LENGTH = 8


def unused_reference() -> str:
    """A reference that no case has."""
    while True:
        reference = shown_reference("".join(secrets.choice(ALPHABET) for _ in range(LENGTH)))
        if db.session.scalar(select(Case.id).where(Case.reference == reference)) is None:
            return reference


def shown_reference(typed: str) -> str:
    """A reference as it is stored and shown, however it was typed: K7QM-24XD."""
    plain = "".join(sign for sign in typed.upper() if sign.isalnum())
    return f"{plain[: LENGTH // 2]}-{plain[LENGTH // 2 :]}"
