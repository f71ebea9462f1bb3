"""Documents for tests in which a letter of Merton has a second reader: the deputy, or a colleague of the writer."""

from __future__ import annotations

from dataclasses import replace

from flask import Flask

from webform.documents.shelf import Shelves
from webform.house import EXTENSION, House

STEP, DECISION = "acknowledgement", "threshold-decision"


def with_second_reader(shelves: Shelves, *roles: str) -> Shelves:
    """The shelves, in which somebody of these roles has to read the acknowledgement."""
    merton = shelves.procedures["merton"]
    steps = [one.model_copy(update={"second_reader": roles}) if one.id == STEP else one for one in merton.steps]
    changed = merton.model_copy(update={"steps": tuple(steps)})
    return replace(shelves, procedures={**shelves.procedures, "merton": changed})


def decided_outside(shelves: Shelves) -> Shelves:
    """The shelves, in which the police of Merton decide after the vote, or an officer writes down what they say."""
    merton, form = shelves.procedures["merton"], shelves.forms[DECISION]
    steps = [one.model_copy(update={"by": "police"}) if one.id == DECISION else one for one in merton.steps]
    changed = merton.model_copy(update={"steps": tuple(steps)})
    either = form.model_copy(update={"audience": "either", "second_person": None})
    procedures = {**shelves.procedures, "merton": changed}
    return replace(shelves, procedures=procedures, forms={**shelves.forms, DECISION: either})


def use_second_reader(app: Flask, *roles: str) -> House:
    """The app with those shelves from now on; returns the house as it was."""
    return use(app, with_second_reader(app.extensions[EXTENSION].shelves, *roles))


def use(app: Flask, shelves: Shelves) -> House:
    """The app with these shelves from now on; returns the house as it was."""
    before: House = app.extensions[EXTENSION]
    app.extensions[EXTENSION] = House(before.settings, shelves)
    return before
