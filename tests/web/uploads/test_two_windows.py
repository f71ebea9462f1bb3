"""Two windows with the same form, and files in both: neither loses what the other has sent."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from tests.evidence import PDF, picture
from tests.web.uploads import page
from tests.web.uploads.page import add, answers, choose, keys, lying, shown
from tests.web.visitor import Visitor

FORM = page.FORM


def names(files: list[Any]) -> list[str]:
    """What files are called."""
    return [one["name"] for one in files]


def remove_button(visitor: Visitor) -> str:
    """The value of the first button that takes a file away."""
    found = re.search(r'name="proof-remove" value="([^"]+)"', visitor.page.text)
    assert found
    return found[1]


def test_both_windows_add_a_file(visitor: Visitor, form_app: Flask) -> None:
    """The page that was opened first knows nothing of the other's file, and keeps it all the same."""
    other = visitor.page
    add(visitor, ("one.pdf", PDF), story="First")
    visitor.page = other
    choose(visitor, ("two.jpg", picture()), story="Second", address="/form/proof")
    assert names(answers(form_app)["proof"]) == ["one.pdf", "two.jpg"]
    assert set(keys(form_app)) == lying(form_app)


def test_one_window_takes_a_file_away(visitor: Visitor, form_app: Flask) -> None:
    """The other, which still shows it, saves without it, and may press the same button: nothing breaks."""
    add(visitor, ("one.pdf", PDF), ("two.jpg", picture()), story="Both")
    other, gone = visitor.page, remove_button(visitor)
    choose(visitor, **{"proof-remove": gone}, story="Both")
    visitor.page = other
    choose(visitor, **{"proof-remove": gone}, story="Both", address="/form/proof")
    assert [one.partition(" (")[0] for one in shown(visitor)] == ["two.jpg"]
    visitor.page = other
    choose(visitor, story="Now", address="/form/proof")
    assert (names(answers(form_app)["proof"]), answers(form_app)["story"]) == (["two.jpg"], "Now")
    assert set(keys(form_app)) == lying(form_app)


def test_both_windows_add_an_entry_with_a_file(visitor: Visitor, form_app: Flask) -> None:
    """Each entry keeps its own file; so does one that a mistake keeps from being complete."""
    choose(visitor, story="Things")
    visitor.get("/form/thing/1")
    other = visitor.page
    choose(visitor, ("bin.png", picture("PNG")), name="thing_file", thing="A bin")
    visitor.page = other
    choose(visitor, ("wall.png", picture("PNG", (9, 9))), name="thing_file", thing="", address="/form/thing/1")
    assert [target for target, _ in visitor.errors] == ["thing"]
    leads_to = re.search(r'<form[^>]*action="(/form/thing/[^"]+)"', visitor.page.text)
    assert leads_to
    choose(visitor, thing="A wall", name="thing_file", address=leads_to[1])
    kept = {entry["thing"]: names(entry["thing_file"]) for entry in answers(form_app)["things"]}
    assert kept == {"A bin": ["bin.png"], "A wall": ["wall.png"]}
    assert set(keys(form_app)) == lying(form_app)


def test_a_second_window_without_a_file_takes_none_along(visitor: Visitor, form_app: Flask) -> None:
    """What the other window's entry holds stays there alone; the same press twice is one entry."""
    choose(visitor, story="Things")
    visitor.get("/form/thing/1")
    other = visitor.page
    for _ in range(2):
        visitor.page = other
        choose(visitor, ("bin.png", picture("PNG")), name="thing_file", thing="A bin", address="/form/thing/1")
    visitor.page = other
    choose(visitor, name="thing_file", thing="A wall", address="/form/thing/1")
    kept = {entry["thing"]: names(entry.get("thing_file", [])) for entry in answers(form_app)["things"]}
    assert kept == {"A bin": ["bin.png"], "A wall": []}
    assert len(answers(form_app)["things"]) == 2


@pytest.mark.parametrize("how", ["gone", "no folder"])
def test_a_store_that_is_gone_costs_the_file_alone(visitor: Visitor, form_app: Flask, how: str) -> None:
    """The person is told at the field, what they typed is kept, and the file joins once the store is back."""
    folder: Path = form_app.extensions["asb"].settings.instance / "attachments"
    away = folder.rename(folder.with_name("away"))
    if how == "no folder":
        folder.write_text("in its place")
    choose(visitor, ("one.pdf", PDF), story="No store")
    assert visitor.errors == [("proof", "We could not look at “one.pdf” just now. Choose it again")]
    assert visitor.value("story") == "No store"
    folder.unlink(missing_ok=True)
    away.rename(folder)
    choose(visitor, ("one.pdf", PDF), story="No store")
    assert names(answers(form_app)["proof"]) == ["one.pdf"]
