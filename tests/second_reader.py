"""Documents for tests in which a letter of Merton has a second reader: the deputy, or a colleague of the writer."""

from __future__ import annotations

from dataclasses import replace

from flask import Flask

from webform.documents.shelf import Shelves
from webform.house import EXTENSION, House

STEP = "acknowledgement"


def with_second_reader(shelves: Shelves, *roles: str) -> Shelves:
    """The shelves, in which somebody of these roles has to read the acknowledgement."""
    merton = shelves.procedures["merton"]
    steps = [one.model_copy(update={"second_reader": roles}) if one.id == STEP else one for one in merton.steps]
    changed = merton.model_copy(update={"steps": tuple(steps)})
    return replace(shelves, procedures={**shelves.procedures, "merton": changed})


def use_second_reader(app: Flask, *roles: str) -> House:
    """The app with those shelves from now on; returns the house as it was."""
    before: House = app.extensions[EXTENSION]
    app.extensions[EXTENSION] = House(before.settings, with_second_reader(before.shelves, *roles))
    return before
