"""The schema of what an area says about itself: whose procedure it is, the ways to ask, and where else to turn."""

from __future__ import annotations

import datetime as dt
from typing import Literal

from .form import PageId, Words
from .step import Rule


class Area(Rule):
    """Whose procedure it is. Public contacts are printed, never written to."""

    name: Words
    """The name of the area. Example: `"Somewhere"`"""
    body: Words
    """The council or other lead body. Example: `"Somewhere Council"`"""
    kind: Literal["council", "appeal-body", "baseline"] = "council"
    """A council's procedure, that of a body that hears appeals, or a baseline that others extend."""
    title: str = ""
    """The published title of the procedure. Example: `"ASB Case Review Protocol"`"""
    phone: str = ""
    """Printed for the public. Example: `"01632 960 000"`"""
    email: str = ""
    """Printed for the public; no mail is sent to it. Example: `"reviews@example.com"`"""
    address: tuple[str, ...] = ()
    """The postal address, line by line. Example: `["Civic Centre", "Somewhere"]`"""
    web: str = ""
    """Printed for the public. Example: `"https://www.example.com"`"""
    opens_with: PageId
    """The form that opens a case. Example: `"request"`"""
    postcodes: tuple[str, ...] = ()
    """Outward codes that it covers, to notice a request for another area. Example: `["SM4", "SW19"]`"""
    referral_by_email: Literal["all", "reference"] = "reference"
    """Whether the notice to the point of contact holds the request, or only its reference."""
    effective: dt.date | None = None
    """From when the procedure is in force."""
    published: dt.date | None = None
    """When it was published."""
    approved_by: str = ""
    """Who approved it."""
    consulted: tuple[str, ...] = ()
    """Who was consulted about it. Example: `["Police and Crime Commissioner"]`"""


class WayIn(Rule):
    """One way to apply. `address` is what the public page prints; no mail is ever addressed from it."""

    id: PageId
    """What it is called. Example: `"phone"`"""
    kind: Literal["online", "phone", "letter", "email", "in-person", "printable", "forwarded"]
    """How somebody asks."""
    address: str = ""
    """What the public page prints: a number, an address. Example: `"01632 960 000"`"""


class Support(Rule):
    """Somewhere to turn: help is shown on start page and letters, an ombudsman with the end of an appeal."""

    id: PageId
    """What it is called. Example: `"samaritans"`"""
    title: Words
    """Its name. Example: `"Samaritans"`"""
    phone: str = ""
    """Its number. Example: `"116 123"`"""
    web: str = ""
    """Its address. Example: `"https://www.example.com"`"""
    kind: Literal["help", "ombudsman"] = "help"
    """`help` for anybody at any time; `ombudsman` for who is still not satisfied when nothing is left to do here."""
