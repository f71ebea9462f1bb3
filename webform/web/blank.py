"""The public's forms on paper, to print and fill in by hand: as a page, and as a PDF."""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock

from flask import Blueprint, Response, abort, after_this_request, make_response, render_template, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from webform.cases.people import PEOPLE
from webform.documents.form import Form
from webform.documents.procedure import Procedure
from webform.house import house
from webform.rules.blank import FormWords, sheets
from webform.sending.paper import PaperError, pages_html, pdf
from webform.words import gettext as _
from webform.words import gettext_noop as N_

from .access import access
from .areas import area_or_404
from .limits import PAPERS, limiter

pages = Blueprint("blank", __name__)
HEADING = N_("Form on paper")  # neutral, and so is the name of the file
FILE_NAME = "form.pdf"
SECONDS = 20
KEPT = 50  # PDFs in memory; each is made once for its version

_made: OrderedDict[tuple[str, str, str], bytes] = OrderedDict()
_one_at_a_time = Lock()


def public_forms(procedure: Procedure) -> dict[str, Form]:
    """The forms of a procedure that the public fills in, the one that opens a case first."""
    people = {*PEOPLE, *procedure.consent.of}
    theirs = {step.fill for step in procedure.steps if people.intersection(step.roles("by"))}
    forms = {
        name: form
        for name, form in house().shelves.forms_of(procedure).items()
        if form.audience == "public" or (form.audience == "either" and name in theirs)
    }
    return dict(sorted(forms.items(), key=lambda one: one[0] != procedure.area.opens_with))


def _form_or_404(procedure: Procedure, form_id: str) -> Form:
    return public_forms(procedure).get(form_id or procedure.area.opens_with) or abort(404)


@pages.get("/<area_id>/blank", defaults={"form_id": ""})
@pages.get("/<area_id>/blank/<form_id>")
@access("public")
def page(area_id: str, form_id: str) -> ResponseReturnValue:
    """The form with room to write, as a page that prints well."""
    procedure = area_or_404(area_id)
    form = _form_or_404(procedure, form_id)
    others = [one for one in public_forms(procedure).values() if one.id != form.id]
    return render_template(
        "blank/page.html", heading=_(HEADING), area=procedure, form=form, sheets=_sheets(procedure, form), others=others
    )


@pages.get("/<area_id>/blank.pdf", defaults={"form_id": ""})
@pages.get("/<area_id>/blank/<form_id>.pdf")
@limiter.limit(PAPERS)
@access("public")
def paper(area_id: str, form_id: str) -> ResponseReturnValue:
    """The same as a PDF, made when the transaction is over and kept as long as the form is the same."""
    procedure = area_or_404(area_id)
    form = _form_or_404(procedure, form_id)
    key = (procedure.id, form.id, house().shelves.version(procedure))

    def send(response: Response) -> Response:
        try:
            response.set_data(_pdf(procedure, form, key))
        except PaperError:
            return make_response(_not_now(procedure, form), 503)
        response.headers.set("Content-Disposition", "inline", filename=FILE_NAME)
        return response

    after_this_request(send)
    return Response(mimetype="application/pdf")


def _pdf(procedure: Procedure, form: Form, key: tuple[str, str, str]) -> bytes:
    """The PDF of that version, made once a process. Raises PaperError; also where another is being made too long."""
    if key in _made:
        return _made[key]
    if not _one_at_a_time.acquire(timeout=SECONDS):
        raise PaperError(_("Another form is being made just now."))
    try:
        if key not in _made:
            body = render_template("blank/body.html", area=procedure, form=form, sheets=_sheets(procedure, form))
            _made[key] = pdf(pages_html(title=form.title, body=Markup(body)), seconds=SECONDS)  # noqa: S704  our own template
            while len(_made) > KEPT:
                _made.popitem(last=False)
        return _made[key]
    finally:
        _one_at_a_time.release()


def _sheets(procedure: Procedure, form: Form) -> object:
    return sheets(FormWords(procedure, house().shelves.forms_of(procedure), form))


def _not_now(procedure: Procedure, form: Form) -> str:
    """What stands there instead: the page itself prints as well."""
    where = url_for("blank.page", area_id=procedure.id, form_id=form.id)
    return render_template("blank/not_now.html", heading=_(HEADING), area=procedure, where=where)
