"""What the check says of `[consent]`, and of the words of forms in which somebody agrees."""

from __future__ import annotations

from pathlib import Path

import pytest

from webform.documents.check import check
from webform.documents.checks.consent import check_words
from webform.documents.checks.report import Report
from webform.documents.faults import Fault
from webform.documents.form import Form
from webform.documents.shelf import read_shelves
from webform.settings import SHIPPED

AREA = 'extends = "standard"\n[area]\nname = "X"\nbody = "X"\nkind = "council"\n[consent]\nsource = "X, 1"\n'
WHEN = 'when = { "request.capacity" = "behalf" }\n'


def faults_of(written: str, folder: Path) -> list[Fault]:
    """The errors of an area that writes this of consent."""
    path = folder / "x.toml"
    path.write_text(AREA + written)
    return [fault for fault in check(read_shelves(SHIPPED, None, [path]), "x") if fault.level == "error"]


@pytest.mark.parametrize(
    ("written", "key", "why"),
    [
        (WHEN + 'stops = ["nothing"]', "consent.stops", "No step is called 'nothing'"),
        (WHEN + 'of = ["king"]', "consent.of", "No role or panel is called 'king'"),
        ('when = { "request.nothing" = "yes" }', "consent.when", "nothing"),
    ],
)
def test_a_dangling_reference_is_named_with_its_key(written: str, key: str, why: str, tmp_path: Path) -> None:
    """Each is an error with the key that has to be mended."""
    found = faults_of(written, tmp_path)
    assert any(fault.key == key and why in fault.why for fault in found), found


def form(*options: str, audience: str = "public", means: str = "consent.said", effect: str = "consents") -> Form:
    """A form that asks one question with these choices."""
    choices = [{"value": value, "label": value} for value in options]
    question = {"id": "said", "type": "radios", "label": "Do you agree?", "means": means, "options": choices}
    pages = [{"id": "one", "question": [question]}]
    return Form.model_validate({"title": "T", "effect": effect, "audience": audience, "page": pages})


def faults_in(one: Form) -> list[str]:
    report = Report(lambda key: "form.toml")
    check_words(one, report)
    return [fault.why for fault in report.faults]


def test_choices_are_words_that_the_rules_know() -> None:
    """A choice that no rule could read is an error; the known ones are none."""
    assert faults_in(form("yes", "in-part", "no", "takes-back")) == []
    assert faults_in(form("yes", "perhaps")) == ["'perhaps' is no word for 'consent.said'."]


def test_nobody_outside_decides_to_go_on_without_consent() -> None:
    """The choice stands in a form of officers alone."""
    assert faults_in(form("yes", "without", audience="officer")) == []
    assert "Only the council decides" in faults_in(form("yes", "without"))[0]


def test_a_form_that_consents_asks_what_is_agreed_to() -> None:
    """Without the question nothing could be read from it."""
    assert "asks no question" in faults_in(form("link", means="consent.how"))[0]
