"""Consent: whether it can be given where it is asked for, and whether forms say it in words that the rules know."""

from __future__ import annotations

from ..consent import DECIDED, WORDS
from ..form import Form
from ..procedure import Step
from .report import Desk, Report, near
from .steps import check_known, check_roles, check_when

CONSENTS = "consents"
SAID = "consent.said"


def check_consent(desk: Desk) -> None:
    """Every fault of `[consent]`."""
    rule = desk.procedure.consent
    for name in rule.stops:
        step = desk.procedure.step(name)
        if check_known(desk, name, "consent.stops") and step and _consents(desk, step):
            why = f"Consent is given in {name!r}, which would wait for itself."
            desk.report.error("contradiction", "consent.stops", why, "Take it out of `stops`.")
    if rule.when is None:
        if rule.stops:
            why = "Steps wait for consent that is never asked for."
            desk.report.error("contradiction", "consent.stops", why, "Add `when`, or take `stops` out.")
        return
    check_roles(desk, rule.of, "consent.of")
    check_when(desk, rule.when, "consent.when", meanings=True)
    if not any(_consents(desk, step) for step in desk.procedure.steps):
        why = "No step fills in a form in which somebody can agree."
        desk.report.error("effect", "consent.when", why, f'Add a step whose form has the effect "{CONSENTS}".')


def _consents(desk: Desk, step: Step) -> bool:
    form = desk.form_of(step.id)
    return form is not None and form.effect == CONSENTS


def check_words(form: Form, report: Report) -> None:
    """The choices that the rules read are words that they know, and the council alone decides to go on without."""
    for meaning, words in WORDS.items():
        question = form.meaning(meaning)
        for option in question.options if question else ():
            key = f"question.{question.id}.options" if question else ""
            if option.value not in words:
                why = f"{option.value!r} is no word for {meaning!r}."
                report.error("meaning", key, why, near(option.value, [*words]))
            elif option.value == DECIDED and form.audience != "officer":
                why = "Only the council decides to go on without consent, and anybody can fill in this form."
                report.error("meaning", key, why, 'Take the choice out, or write audience = "officer".')
    if form.effect == CONSENTS and form.meaning(SAID) is None:
        why = f"The form says what somebody agrees to and asks no question that means {SAID!r}."
        report.error("effect", "effect", why, "Add the question.")
