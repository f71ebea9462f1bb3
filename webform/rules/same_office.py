"""Whether an address belongs to the same organisation as one that is on record: as far as an address can tell."""

from __future__ import annotations

from typing import Final

# Where anybody can have a mailbox: the same domain there says nothing about who somebody works for.
FOR_EVERYBODY: Final = frozenset({
    "aol.com", "btinternet.com", "gmail.com", "googlemail.com", "gmx.com", "hotmail.co.uk", "hotmail.com", "icloud.com",
    "live.co.uk", "live.com", "mail.com", "me.com", "msn.com", "ntlworld.com", "outlook.com", "proton.me",
    "protonmail.com", "sky.com", "talktalk.net", "virginmedia.com", "yahoo.co.uk", "yahoo.com", "ymail.com",
})  # fmt: skip


def same_office(email: str, on_record: str) -> bool:
    """Whether both have one domain, and it is one that an organisation has to itself."""
    domain = _domain(email)
    return bool(domain) and domain == _domain(on_record) and domain not in FOR_EVERYBODY


def _domain(email: str) -> str:
    return email.strip().partition("@")[2].casefold().rstrip(".")
