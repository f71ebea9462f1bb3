"""What officers say about mail that came back, and a letter once more, for the post."""

from __future__ import annotations

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from webform.cases.came_back import (
    ADDRESS_KIND,
    KIND,
    POST_KIND,
    letter_came_back,
    meant_for,
    message_of,
    party_of,
    post_works_again,
    posted_to,
    returned_by_post,
    use_address,
    works_again,
)
from webform.cases.folder import documents_of
from webform.cases.letters import without_link
from webform.cases.never_went import KIND as SENT_KIND
from webform.cases.never_went import send_after_all
from webform.cases.people import addressee, failing
from webform.documents.form import Errors, Question
from webform.records.tables import Case, Document, Party
from webform.rules.calendar import day_of
from webform.web.access import access
from webform.web.desk import on_paper
from webform.web.fields import PageForm
from webform.web.letter_formats import LARGE, USUAL, as_text, in_large_print
from webform.web.letter_paper import sheets
from webform.web.officer import ROW, author, case_at_desk, moment, officer
from webform.words import gettext as _

pages = Blueprint("mail", __name__, url_prefix="/desk/case/<reference>")


@pages.post(f"/message/<{ROW}:message_id>/came-back")
@access("officer")
def came_back(reference: str, message_id: int) -> ResponseReturnValue:
    """One press: the email did not arrive."""
    case = case_at_desk(reference, _("message %(message_id)s came back", message_id=message_id))
    message = message_of(case, message_id) or abort(404)
    letter_came_back(case, message, officer(), author(), moment())
    return _back_to(case, KIND)


@pages.post(f"/message/<{ROW}:message_id>/send")
@access("officer")
def send(reference: str, message_id: int) -> ResponseReturnValue:
    """One press: what was taken back goes after all."""
    case = case_at_desk(reference, _("message %(message_id)s sent after all", message_id=message_id))
    message = message_of(case, message_id) or abort(404)
    send_after_all(case, message, author(), moment())
    return _back_to(case, SENT_KIND)


@pages.post(f"/document/<int:number>/came-back/<{ROW}:party_id>")
@access("officer")
def returned(reference: str, number: int, party_id: int) -> ResponseReturnValue:
    """One press: a letter on paper was returned by the post, of several readers that of one."""
    case = case_at_desk(reference, _("document %(number)s came back", number=number))
    document = next((one for one in documents_of(case) if one.number == number), None)
    reader = next((one for one in posted_to(document) if one.id == party_id), None) if document else None
    if document is None or reader is None:
        abort(404)
    returned_by_post(case, document, reader, author(), moment())
    return _back_to(case, POST_KIND)


@pages.post(f"/person/<{ROW}:party_id>/post-works")
@access("officer")
def post_works(reference: str, party_id: int) -> ResponseReturnValue:
    """One press: letters reach them at their address after all."""
    case, party = _person(reference, party_id)
    post_works_again(case, party, author(), moment())
    return _back_to(case, POST_KIND)


@pages.post(f"/person/<{ROW}:party_id>/email-works")
@access("officer")
def email_works(reference: str, party_id: int) -> ResponseReturnValue:
    """One press: the address is good after all."""
    case, party = _person(reference, party_id)
    works_again(case, party, author(), moment())
    return _back_to(case, ADDRESS_KIND)


def _new_address() -> Question:
    return Question(
        id="email", type="email", label=_("New email address"),
        hint=_("Only an address that they gave you themselves, and that nobody else reads."),
        errors=Errors(missing=_("Enter the new email address")),
    )  # fmt: skip


@pages.get(f"/person/<{ROW}:party_id>/email")
@access("officer", needs="work")
def email(reference: str, party_id: int) -> ResponseReturnValue:
    """Where a new address is typed."""
    return _ask(*_person(reference, party_id), PageForm((_new_address(),), day_of(moment())))


@pages.post(f"/person/<{ROW}:party_id>/email")
@access("officer")
def new_email(reference: str, party_id: int) -> ResponseReturnValue:
    """Email goes to the new address from now on."""
    case, party = _person(reference, party_id)
    form = PageForm((_new_address(),), day_of(moment()))
    form.take(form.keep(request.form))
    if not form.validate():
        return _ask(case, party, form, 422)
    use_address(case, party, str(form.answers()["email"]), author(), moment())
    return _back_to(case, ADDRESS_KIND)


def _person(reference: str, party_id: int) -> tuple[Case, Party]:
    case = case_at_desk(reference, _("address of person %(party_id)s", party_id=party_id))
    party = party_of(case, party_id)
    if party is None:
        abort(404)
    return case, party


def _ask(case: Case, party: Party, form: PageForm, status: int = 200) -> ResponseReturnValue:
    page = render_template(
        "desk/email.html", case=case, party=party, page_form=form, errors=form.error_list(), fails=failing(party)
    )
    return page, status


def _back_to(case: Case, done: str) -> ResponseReturnValue:
    return redirect(url_for("desk.case", reference=case.reference, done=done), 303)


@pages.get("/document/<int:number>/post")
@access("officer")
def post(reference: str, number: int) -> ResponseReturnValue:
    """A letter of the folder once more, for the envelope of each reader. Nothing is recorded by printing."""
    case, document = _letter(reference, number, _("document %(number)s on paper", number=number))
    to = [addressee(party) for party in meant_for(document)]
    chosen = None if request.args.get("print", "") not in (LARGE, USUAL) else in_large_print(False)
    paper = sheets(case, to, _subject(document), str(document.body), day_of(moment()), chosen)
    return on_paper(paper, case.reference, _("Copy the text into a letter of your own."))


@pages.get("/document/<int:number>/text")
@access("officer")
def text(reference: str, number: int) -> ResponseReturnValue:
    """A letter of the folder as plain text."""
    case, document = _letter(reference, number, _("document %(number)s as text", number=number))
    return as_text(_subject(document), without_link(case, str(document.body)), case.reference)


def _letter(reference: str, number: int, what: str) -> tuple[Case, Document]:
    """A letter that was sent, to whomever; what was only noted for the record is none."""
    case = case_at_desk(reference, what)
    document = next((one for one in documents_of(case) if one.number == number), None)
    if document is None or document.body is None or not document.answers:
        abort(404)
    return case, document


def _subject(document: Document) -> str:
    return str((document.answers or {})["subject"])
