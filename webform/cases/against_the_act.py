"""Whether what somebody is about to file goes against the test of the Act, or against the votes that it rests on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from webform.documents.form import Form
from webform.documents.procedure import Step
from webform.errors import Refusal
from webform.records.tables import Case, Document
from webform.rules.calendar import day_of
from webform.rules.finding import Finding
from webform.rules.journey import holds
from webform.rules.threshold import assess
from webform.words import gettext as _

from .folder import standing_documents
from .pinned import rules_of
from .votes import goes_against_the_vote


class NeedsSecondPerson(Refusal):
    """It does not count before somebody else has agreed."""


def goes_against_the_act(case: Case, form: Form, answers: Mapping[str, Any]) -> bool:
    """Whether the form asks for a second person after these answers, since the test of the Act is met."""
    if form.second_person is None or not holds(form.second_person, form, answers):
        return False
    documents = standing_documents(case)
    opening = next((one for one in documents if one.effect == "opens-case"), None)
    return opening is not None and finding_of(case, opening, documents).statutory.truth is True


def why_second(case: Case, step: Step | None, form: Form, answers: Mapping[str, Any], now: dt.datetime) -> str:
    """Why somebody else has to agree to what a form says; '' where nobody has to."""
    if goes_against_the_act(case, form, answers):
        return _("The test in the law is met, and this goes against it.")
    if step and goes_against_the_vote(case, step, form, answers, now):
        return _("The votes of the panel do not bear this out.")
    return ""


def finding_of(case: Case, opening: Document, documents: Iterable[Document]) -> Finding:
    """The advice on the threshold, from the request and whatever was filed since."""
    procedure, forms = rules_of(case)
    filed = {
        one.step: (forms[one.kind], one.answers or {})
        for one in documents
        if one.step and one.kind in forms and one is not opening
    }
    return assess(procedure, forms[opening.kind], opening.answers or {}, day_of(case.received_at), filed)
