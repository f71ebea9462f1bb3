"""The evidence bundle of a case: asked for with one press, made by the clock, looked over, and then taken along."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from webform.cases.bundle_contents import PANEL
from webform.cases.bundles import HTML, PERSON, ask_for_bundle, bundles_of, file_of_kind
from webform.cases.evidence import file_of
from webform.cases.file_document import file_document
from webform.cases.folder import AREA, documents_of
from webform.cases.objections import objected_since
from webform.cases.panel_papers import as_answers, may_be_shared, members, readers, step_that
from webform.documents.form import Errors, Question
from webform.errors import Refusal
from webform.records.bundles import Bundle
from webform.records.tables import Case, Document, Party
from webform.rules.calendar import day_of
from webform.sending.reach import called
from webform.web.access import access
from webform.web.fields import PageForm
from webform.web.officer import ROW, author, case_at_desk, moment, officer
from webform.web.powers import may_file
from webform.web.whole_files import ENDINGS, as_page, sizes_of, to_keep
from webform.words import gettext as _

pages = Blueprint("bundle", __name__, url_prefix="/desk/case/<reference>/bundle")
NAMES, LONGEST = "names", 2000  # the names to take out, and how many characters they have in all


@dataclass(frozen=True)
class Panel:
    """The members of a panel and whether each can read what is shared; since when anything is, and what ends it."""

    members: tuple[tuple[str, bool], ...]
    since: dt.datetime | None
    off: str


@pages.get("/")
@access("officer")
def page(reference: str) -> ResponseReturnValue:
    """What was asked for, how far it is, what was left out, and what can be taken along."""
    case = case_at_desk(reference, "bundles")
    if case.seen_at is None or case.scope == AREA:
        return redirect(url_for("desk.case", reference=case.reference))
    latest = next((one for one in bundles_of(case, moment()) if one.request is None and PERSON not in one.wanted), None)
    wanted = latest.wanted if latest else {}
    return _page(case, _names().fill({NAMES: "\n".join(wanted.get("names", ()))}), [*wanted.get("without", ())])


@pages.post("/")
@access("officer")
def ask(reference: str) -> ResponseReturnValue:
    """One press: a copy for handing on, without other people and without what only officers may read; or one for the
    panel, with what organisations answered."""
    case, form = _opened(reference, "bundled"), _names()
    form.take(form.keep(request.form))
    without = [key for key in request.form.getlist("without") if file_of(case, key)]
    if not form.validate():
        return _page(case, form, without), 422
    lines = str(form.answers().get(NAMES, "")).splitlines()
    names = [name for line in lines if (name := " ".join(line.split()))]
    panel = {PANEL: True} if request.form.get(PANEL) and _panel(case) else {}
    ask_for_bundle(case, officer().name, {"names": names, "without": without, **panel}, moment())
    return redirect(url_for(".page", reference=case.reference), 303)


@pages.post(f"/person/<{ROW}:party_id>")
@access("officer")
def own(reference: str, party_id: int) -> ResponseReturnValue:
    """One press: a copy of what is held about one person, for that person, without anybody else."""
    case = _opened(reference, _("own copy of person %(party_id)s", party_id=party_id))
    person = next((one for one in _people(case) if one.id == party_id), None) or abort(404)
    ask_for_bundle(case, officer().name, {"names": [], "without": [], PERSON: person.id}, moment())
    return redirect(url_for(".page", reference=case.reference), 303)


def _people(case: Case) -> list[Party]:
    """Those of the case about whom something is held, by name. An organisation is none."""
    return [one for one in case.parties if one.person.get("name") and not one.person.get("organisation")]


def _names() -> PageForm:
    """What whoever asks for a bundle may add."""
    question = Question(
        id=NAMES, type="textarea", required=False, longest=LONGEST,
        label=_("Names and other words to take out as well"),
        hint=_("One on each line. The people who did it and who reported it are taken out without that."),
        errors=Errors(too_long=_("Shorten this to %(most)s characters or fewer", most=LONGEST)),
    )  # fmt: skip
    return PageForm((question,), day_of(moment()))


def _page(case: Case, form: PageForm, without: list[str]) -> str:
    found, documents = bundles_of(case, moment()), documents_of(case)
    older = {one.id for one in found if any(_is_news(paper) for paper in documents[one.documents :])}
    objected = {one.id for one in found if objected_since(one, documents)}
    files = next((one.told["files"] for one in found if one.told), ())
    return render_template(
        "desk/bundle.html", heading=_("Evidence bundle"), case=case, bundles=found, page_form=form, without=without,
        files=files, errors=form.error_list(), older=older, sizes={one.id: sizes_of(one) for one in found},
        panel=_panel(case), may_be_shared=may_be_shared,
        objected=objected, people=_people(case), whose={one.id: one.person["name"] for one in _people(case)},
    )  # fmt: skip


def _is_news(document: Document) -> bool:
    """Whether a bundle without it is not all that there is: what we wrote is no news, nor that it was shared."""
    return document.body is None and document.effect not in ("shares", "unshares")


def _panel(case: Case) -> Panel | None:
    """Those with whom a bundle can be shared; None where the procedure does not say that one is."""
    shares, unshares = step_that(case, "shares"), step_that(case, "unshares")
    if shares is None or not may_file(shares[1], case):
        return None
    can_read = {party.id for party in readers(case, moment())}
    return Panel(
        tuple((called(party), party.id in can_read) for party in members(case)),
        next((one.filed_at for one in reversed(documents_of(case)) if one.effect == "shares"), None),
        unshares[0].id if unshares else "",
    )


@pages.post(f"/<{ROW}:bundle_id>/<any(zip, pdf):ending>")
@access("officer")
def take(reference: str, bundle_id: int, ending: str) -> ResponseReturnValue:
    """The bundle itself, under a name that says nothing."""
    case = _opened(reference, f"bundle {bundle_id} {ending}")
    file = file_of_kind(_bundle(case, bundle_id), ENDINGS[ending]) or abort(404)
    return to_keep(file, f"{case.reference}.{ending}")


@pages.get(f"/<{ROW}:bundle_id>/read")
@access("officer")
def read(reference: str, bundle_id: int) -> ResponseReturnValue:
    """The same to look over here, before it goes anywhere."""
    case = _opened(reference, f"bundle {bundle_id} read")
    file = file_of_kind(_bundle(case, bundle_id), HTML) or abort(404)
    return as_page(file, url_for(".page", reference=case.reference))


@pages.post(f"/<{ROW}:bundle_id>/share")
@access("officer")
def share(reference: str, bundle_id: int) -> ResponseReturnValue:
    """One press: the members of the panel read this one, in the place of any other."""
    case = _opened(reference, f"bundle {bundle_id} shared")
    bundle = _bundle(case, bundle_id)
    step, form = step_that(case, "shares") or abort(404)
    if not (may_be_shared(bundle) and may_file(form, case)):
        abort(404)
    if not bundle.shared:  # else it was pressed twice
        file_document(case, step.id, form, as_answers(form, bundle), author=author(), now=moment())
    return redirect(url_for(".page", reference=case.reference), 303)


def _opened(reference: str, what: str) -> Case:
    """The case, if somebody at this desk has opened it and may work on it."""
    case = case_at_desk(reference, what)
    if case.scope == AREA:
        abort(404)
    if case.seen_at is None:
        raise Refusal(_("Open the referral first."))
    return case


def _bundle(case: Case, bundle_id: int) -> Bundle:
    """The bundle of that number, if anybody may have it."""
    bundle = next((one for one in bundles_of(case, moment()) if one.id == bundle_id), None) or abort(404)
    if bundle.request is None and objected_since(bundle, documents_of(case)):
        raise Refusal(_("An organisation has objected since to sharing some of what is in it. Make another one."))
    return bundle
