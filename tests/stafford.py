"""A council of Staffordshire for tests: its own procedure over the one that the Commissioner's pack adds to."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from flask import Flask

from webform.contacts import FILE
from webform.documents.shelf import read_shelves
from webform.house import EXTENSION, House
from webform.settings import SHIPPED
from webform.stand_ins import write_contacts

COUNCIL, BODY = "stafford", "staffordshire-commissioner"
STAFFORD = """
extends = "staffordshire"
[area]
name = "Stafford"
body = "Stafford Borough Council"
kind = "council"
title = "ASB Case Review"
phone = "01632 960 111"
source = "T"
"""


def use_stafford(app: Flask, folder: Path) -> None:
    """Put the council on the shelves of the app, beside those that are there, with people to write to."""
    (folder / "procedures").mkdir(exist_ok=True)
    (folder / f"procedures/{COUNCIL}.toml").write_text(STAFFORD, encoding="utf-8")
    house: House = app.extensions[EXTENSION]
    shelves = read_shelves(SHIPPED, folder)
    app.extensions[EXTENSION] = replace(house, shelves=shelves)
    (house.settings.instance / FILE).unlink(missing_ok=True)
    write_contacts(house.settings.instance, shelves.areas(), shelves.forms)
