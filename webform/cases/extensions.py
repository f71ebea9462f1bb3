"""Which extensions a procedure allows: said at the form, before anything is on record."""

from __future__ import annotations

from collections.abc import Iterable

from webform.documents.answers import find
from webform.documents.form import Form
from webform.documents.procedure import Extension, Procedure, Step
from webform.records.tables import Document
from webform.rules.extending import AT_MOST, NO_NEW_DATE, TOO_LONG
from webform.rules.folder import Duty
from webform.rules.offered import mark
from webform.rules.plain_words import joined
from webform.words import gettext as _

BECAUSE = "extended.because"


def refused(
    procedure: Procedure, step: Step | None, duties: Iterable[Duty], form: Form, document: Document
) -> str:  # fmt: skip
    """Why this extension of a date may not be filed, in words for the one who fills it in; '' if it may.

    `duties` are those of the step, reckoned with the document.
    """
    if step is None or step.may_extend is None:
        return _("The procedure lets nobody put off this date.")
    allowed = step.may_be_extended_by()
    if document.author_role not in allowed:
        titles = {role.id: role.title for role in procedure.roles}
        return _(
            "Only %(allowed)s may put off this date.",
            allowed=joined((titles.get(role, role) for role in allowed), "or"),
        )
    return _wrong_reason(step.may_extend, form, document) or _wrong_date(duties)


def _wrong_reason(rule: Extension, form: Form, document: Document) -> str:
    given = find(form, document.answers or {}, BECAUSE)
    chosen = {str(one) for value in given for one in (value if isinstance(value, list) else [value])}
    if rule.reasons and not chosen <= {mark(reason) for reason in rule.reasons}:
        return _("This date can be put off for these reasons only: %(reasons)s.", reasons="; ".join(rule.reasons))
    return ""


def _wrong_date(duties: Iterable[Duty]) -> str:
    for duty in duties:
        if NO_NEW_DATE in duty.warnings:
            return _("Enter the new date.")
        if TOO_LONG in duty.warnings:
            return next((line for line in duty.explanation if line.startswith(AT_MOST)), _("The new date is too late."))
    return ""
