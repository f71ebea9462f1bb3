"""A declaration for paper: the form in which somebody says what they agree to, for one case, with room to sign."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, render_template
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from webform.cases.folder import Which
from webform.cases.people import PEOPLE, parties
from webform.cases.pinned import rules_of
from webform.documents.form import Form
from webform.records.tables import Case
from webform.rules.agreement import CONSENTS
from webform.rules.blank import FormWords, sheets
from webform.sending.paper import pages_html
from webform.sending.reach import called
from webform.words import gettext as _

from .access import access
from .desk import on_paper
from .limits import PAPERS, limiter
from .officer import case_at_desk

pages = Blueprint("declaration", __name__, url_prefix="/desk/case/<reference>/declaration/<step>")


@pages.get("/")
@access("officer")
def page(reference: str, step: str) -> str:
    """The declaration as a page that prints well."""
    case = case_at_desk(reference, f"declaration {step}")
    return render_template("desk/declaration.html", **_words(case, Which.read(step)))


@pages.get("/paper")
@limiter.limit(PAPERS)
@access("officer")
def paper(reference: str, step: str) -> ResponseReturnValue:
    """The same as a PDF, under a name that says nothing."""
    case = case_at_desk(reference, f"declaration {step}")
    words = _words(case, Which.read(step))
    body = Markup(render_template("desk/declaration_body.html", **words))  # noqa: S704  our own template
    html = pages_html(title=words["form"].title, body=body, reference=case.reference)
    return on_paper(html, case.reference, _("Print the page from the browser instead."))


def _words(case: Case, which: Which) -> dict[str, Any]:
    """What stands on it: the form, whose answer it is, and who asks."""
    procedure, forms = rules_of(case)
    step = procedure.step(which.step)
    form = _form_or_404(forms.get(step.fill or "") if step else None)
    roles = step.roles("by") if step else ()
    about = [one for one in case.parties if one.role in roles and which.party_id in (None, one.id)]
    return {
        "case": case,
        "area": procedure,
        "form": form,
        "step": which,
        "sheets": sheets(FormWords(procedure, forms, form)),
        "about": called(about[0]) if len(about) == 1 else "",
        "asks": [str(one.person.get("name") or "") for one in parties(case, PEOPLE[0])],
    }


def _form_or_404(form: Form | None) -> Form:
    return form if form and form.effect == CONSENTS and form.audience == "public" else abort(404)
