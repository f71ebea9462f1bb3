"""The evidence bundle of a case: asked for with one press, made by the clock, looked over, and then taken along."""

from __future__ import annotations

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from webform.cases.bundles import PDF, PERSON, ZIP, ask_for_bundle, bundles_of
from webform.cases.evidence import file_of
from webform.cases.folder import AREA, documents_of
from webform.cases.objections import objected_since
from webform.documents.files import shown_size
from webform.documents.form import Errors, Question
from webform.errors import Refusal
from webform.records.attachments import Attachment
from webform.records.bundles import READY, Bundle
from webform.records.tables import Case, Party
from webform.rules.calendar import day_of
from webform.web.access import access
from webform.web.desk_files import ALONE, whole
from webform.web.fields import PageForm
from webform.web.officer import ROW, case_at_desk, moment, officer
from webform.words import gettext as _

pages = Blueprint("bundle", __name__, url_prefix="/desk/case/<reference>/bundle")
ENDINGS = {"zip": ZIP, "pdf": PDF}
NAMES, LONGEST = "names", 2000  # the names to take out, and how many characters they have in all


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
    """One press: a copy for handing on, without other people and without what only officers may read."""
    case, form = _opened(reference, "bundled"), _names()
    form.take(form.keep(request.form))
    without = [key for key in request.form.getlist("without") if file_of(case, key)]
    if not form.validate():
        return _page(case, form, without), 422
    lines = str(form.answers().get(NAMES, "")).splitlines()
    names = [name for line in lines if (name := " ".join(line.split()))]
    ask_for_bundle(case, officer().name, {"names": names, "without": without}, moment())
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
    objected = {one.id for one in found if objected_since(one, documents)}
    files = next((one.told["files"] for one in found if one.told), ())
    return render_template(
        "desk/bundle.html", heading=_("Evidence bundle"), case=case, bundles=found, page_form=form, without=without,
        files=files, errors=form.error_list(), filed=case.chain_count, sizes={one.id: _sizes(one) for one in found},
        objected=objected, people=_people(case), whose={one.id: one.person["name"] for one in _people(case)},
    )  # fmt: skip


@pages.post(f"/<{ROW}:bundle_id>/<any(zip, pdf):ending>")
@access("officer")
def take(reference: str, bundle_id: int, ending: str) -> ResponseReturnValue:
    """The bundle itself, under a name that says nothing."""
    case = _opened(reference, f"bundle {bundle_id} {ending}")
    bundle = next((one for one in bundles_of(case, moment()) if one.id == bundle_id), None) or abort(404)
    file = _file(bundle, ENDINGS[ending]) or abort(404)
    if bundle.request is None and objected_since(bundle, documents_of(case)):
        raise Refusal(_("An organisation has objected since to sharing some of what is in it. Make another one."))
    response = Response(whole(file), mimetype=file.media_type, headers=ALONE)
    response.headers.set("Content-Disposition", "attachment", filename=f"{case.reference}.{ending}")
    response.content_length = file.size
    return response


def _opened(reference: str, what: str) -> Case:
    """The case, if somebody at this desk has opened it and may work on it."""
    case = case_at_desk(reference, what)
    if case.scope == AREA:
        abort(404)
    if case.seen_at is None:
        raise Refusal(_("Open the referral first."))
    return case


def _file(bundle: Bundle, media_type: str) -> Attachment | None:
    if bundle.state != READY:
        return None
    return next((one for one in bundle.files if one.media_type == media_type), None)


def _sizes(bundle: Bundle) -> dict[str, str]:
    """What of a bundle can be had, and how large it is."""
    found = {ending: _file(bundle, media_type) for ending, media_type in ENDINGS.items()}
    return {ending: shown_size(one.size) for ending, one in found.items() if one}
