"""What every room of a running service may ask for: its settings and its shelves, through one typed accessor."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from flask import current_app

from .contacts import Contacts, read_contacts
from .documents.shelf import Shelves
from .roster import Roster, read_roster
from .settings import Settings

EXTENSION = "asb"


@dataclass(frozen=True)
class House:
    """One running service."""

    settings: Settings
    shelves: Shelves

    @property
    def contacts(self) -> Contacts:
        """Names and mailboxes of roles, as the file has them now: a council changes them without a restart."""
        return read_contacts(self.settings.instance)[0]

    @property
    def roster(self) -> Roster:
        """The councillors and MPs of every area, as the file has them now: a seat ends without a restart."""
        return read_roster(self.settings.instance)[0]


def house() -> House:
    """The house of the app that is running."""
    return cast(House, current_app.extensions[EXTENSION])
