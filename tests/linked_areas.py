"""Two bodies for tests: Merton, whose cases may go on to another body, and that body, which decides and writes back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from flask import Flask

from webform.contacts import FILE
from webform.documents.shelf import read_shelves
from webform.house import EXTENSION, House
from webform.settings import SHIPPED
from webform.stand_ins import write_contacts

LOWER = """
[[step]]
id = "further"
title = "Go to the upper body"
stage = "appeal"
fill = "further"
by = "applicant"
strength = "choice"
after = "request"
opens = "upper"
carries = ["request", "acknowledgement"]
returns = "answer"
source = "T"
[[step]]
id = "answer"
title = "The answer of the upper body"
stage = "appeal"
fill = "answer"
by = "spoc"
after = "further"
source = "T"
[[step]]
id = "own-figures"
title = "Publish the figures"
for = "area"
fill = "own-figures"
by = "spoc"
every = "12 months"
source = "T"
[area]
effective = 2025-06-01
"""
UPPER = """
extends = "standard"
[area]
name = "Upper"
body = "Upper Office"
kind = "appeal-body"
opens_with = "upper-appeal"
source = "T"
[[step]]
id = "request"
fill = "upper-appeal"
source = "T"
[[step]]
id = "seen"
within = "1 working day"
source = "T"
[[step]]
id = "finding"
title = "Decide"
stage = "outcome"
fill = "upper-result"
by = "spoc"
after = "request"
hands_back = true
source = "T"
[[step]]
id = "publish-figures"
drop = true
source = "T"
"""
QUESTION = '[[page]]\nid = "{page}"\n[[page.question]]\nid = "{id}"\ntype = "{type}"\nlabel = "{label}"\n{more}\n'


def question(id: str, type: str, label: str, means: str = "", more: str = "", page: str = "") -> str:
    """A page with one question."""
    more = f'{more}\nmeans = "{means}"' if means else more
    return QUESTION.format(page=page or id.replace("_", "-"), id=id, type=type, label=label, more=more)


def form(title: str, *questions: str, effect: str = "records") -> str:
    """A form that officers fill in."""
    return f'title = "{title}"\naudience = "officer"\neffect = "{effect}"\n' + "".join(questions)


CHOICES = 'options = [{ value = "yes", label = "Upheld" }, { value = "no", label = "Not upheld" }]'
FORMS = {
    "further": form(
        "Go further", question("why", "textarea", "Why?", "case.wanted"),
        question("who", "text", "Who appeals?", "applicant.name", "required = false"),
    ),
    "upper-appeal": form(
        "An appeal to us", question("your_name", "text", "Your name", "applicant.name"),
        question("your_email", "email", "Your email", "applicant.email"),
        question("wish", "text", "What do you want?", "case.wanted"),
        question("what_response", "text", "What did they answer?", "case.response"),
        question("body_ground", "text", "On which ground?"),
        question("agreed", "declaration", "I agree", "consent.share"),
        effect="opens-case",
    ),
    "upper-result": form("Our finding", question("found", "text", "What was found?", "case.headline"),
                         question("upheld", "radios", "Upheld?", more=CHOICES)),
    "answer": form("What they answered", question("finding", "textarea", "What did they find?", "case.headline"),
                   question("told_on", "date", "When did we tell the person?")),
    "own-figures": form("Figures", question("note", "text", "What do they show?")),
}  # fmt: skip


def use_linked_areas(
    app: Flask, folder: Path, lower: str = LOWER, upper: str = UPPER, forms: Mapping[str, str] = FORMS
) -> None:
    """Put the two on the shelves of the app, with people to write to."""
    for name in ("forms", "procedures"):
        (folder / name).mkdir(exist_ok=True)
    for name, text in forms.items():
        (folder / f"forms/{name}.toml").write_text(text, encoding="utf-8")
    (folder / "procedures/merton.toml").write_text(lower, encoding="utf-8")
    (folder / "procedures/upper.toml").write_text(upper, encoding="utf-8")
    house: House = app.extensions[EXTENSION]
    shelves = read_shelves(SHIPPED, folder)
    app.extensions[EXTENSION] = replace(house, shelves=shelves)
    (house.settings.instance / FILE).unlink(missing_ok=True)
    write_contacts(house.settings.instance, shelves.areas(), shelves.forms)
