"""The public's form: the journey engine on the draft of this session, and sending it."""

from __future__ import annotations

from flask import Blueprint, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from webform.cases.drafts import empty_draft
from webform.cases.facts import case_facts
from webform.cases.links import set_word
from webform.cases.open_case import open_case
from webform.cases.people import PEOPLE, Author, may_email, parties
from webform.cases.pinned import rules_of
from webform.documents.form import Page
from webform.documents.letter import Letter, render
from webform.house import house
from webform.records.store import db
from webform.records.tables import Case, Draft, Party
from webform.rules.calendar import LONDON, day_of
from webform.rules.heeded import heeded
from webform.rules.summary import summary
from webform.words import gettext as _

from .access import access
from .addresses import fixed_url
from .drafts import LONGEST_WORD, SHORTEST_WORD, choose_a_word, utc_now
from .field_base import clean
from .form_pages import Filling, respond
from .limits import SAVES, limiter
from .tokens import csrf

pages = Blueprint("form", __name__)
TRAP = "website-address"  # a field that no person sees; filled in, it flags the request and never refuses it


@pages.get("/form/", defaults={"where": ""})
@pages.route("/form/<path:where>", methods=["GET", "POST"])
@csrf.exempt  # the engine checks the token itself, so that an old one costs nobody an answer
@limiter.limit(SAVES, methods=["POST"])
@access("draft", files=True)
def page(where: str) -> ResponseReturnValue:
    """Every page of the form."""
    return respond(_filling(g.draft), where)


def _filling(draft: Draft) -> Filling:
    beginning = fixed_url("form.page", where="")
    return Filling(
        form=house().shelves.forms[draft.form],
        draft=draft,
        address=lambda where: f"{beginning}{where}",  # ids and numbers: nothing to escape
        send=lambda: _send(draft),
        today=day_of(utc_now()),
        layout="public/form.html",
        before=fixed_url("public.start", area_id=draft.area),
        later=fixed_url("draft.save"),
        heed=lambda page: gates_heeded(draft, page),
        facts={"kept_until": draft.expires_at.astimezone(LONDON).date(), "trap": TRAP},
    )


def gates_heeded(draft: Draft, page: Page | None) -> tuple[str, ...]:
    """What the area's gates say to the answers of that page, or to all of them before sending. It stops nobody."""
    shelves, today = house().shelves, day_of(utc_now())
    asked = None if page is None else {question.id for question in page.questions}
    gates = heeded(shelves.procedures[draft.area], shelves.forms[draft.form], draft.answers, today, asked)
    return tuple(dict.fromkeys(gate.says for gate in gates))


def _send(draft: Draft) -> ResponseReturnValue:
    """Makes the case. However often it is pressed, and from however many windows, there is one case of a draft."""
    key, now = draft.key_digest, utc_now()
    shelves = house().shelves
    try:
        case = open_case(
            shelves, shelves.procedures[draft.area], shelves.forms[draft.form], draft.answers, received_at=now,
            channel="online", now=now, author=Author(_("the applicant"), "applicant"), draft_key=key,
        )  # fmt: skip
        _flag_trap(case)
        empty_draft(draft, case.id)
        db.session.flush()
    except IntegrityError:
        db.session.rollback()
        if db.session.scalar(select(Case.id).where(Case.draft_key == key)) is None:
            raise
    return redirect(url_for("form.sent"), 303)


def _flag_trap(case: Case) -> None:
    if request.form.get(TRAP):
        case.flags = [*case.flags, {"id": "robot", "label": _("May have been filled in by a program"), "alarm": False}]


def _sent_case() -> Case | None:
    return db.session.get(Case, g.draft.submitted_case_id) if g.draft.submitted_case_id else None


@pages.get("/form/sent")
@access("draft")
def sent() -> ResponseReturnValue:
    """The confirmation: the reference, and what happens by when."""
    return _sent_page()


@pages.post("/form/word")
@access("draft")
def word() -> ResponseReturnValue:
    """The word for the applicant's own page. Once it is chosen it can't be chosen again from here."""
    case, typed = _sent_case(), clean(request.form.get("word", ""))
    applicant = _applicant(case) if case else None
    if applicant is None:
        return redirect(url_for("form.sent"), 303)
    if not SHORTEST_WORD <= len(typed) <= LONGEST_WORD:
        return _sent_page([{"text": choose_a_word(), "href": "#word"}])
    if applicant.word_hash is None:
        set_word(applicant, typed)
    return redirect(url_for("form.sent"), 303)


def _applicant(case: Case) -> Party | None:
    return next(iter(parties(case, PEOPLE[0])), None)


def _sent_page(errors: list[dict[str, str]] | None = None) -> ResponseReturnValue:
    case = _sent_case()
    if case is None:
        return redirect(url_for("form.page", where="check"))
    applicant = _applicant(case)
    _procedure, forms = rules_of(case)
    form = forms[g.draft.form]
    facts = {"reference": case.reference, **case_facts(case, case.opened_at)}
    letter = Letter(subject=form.title, purpose="to-applicant", body=form.done or _("Keep your reference."))
    done = render(letter, facts).markdown
    page = render_template(
        "public/sent.html", heading=_("We have your form"), case=case, done=done, errors=errors or [],
        can_follow=applicant is not None and may_email(applicant),
        has_word=applicant is not None and applicant.word_hash is not None,
    )  # fmt: skip
    return page, 422 if errors else 200


@pages.get("/form/copy")
@access("draft")
def copy() -> ResponseReturnValue:
    """What was sent, to print or keep."""
    case = _sent_case()
    if case is None:
        return redirect(url_for("form.page", where="check"))
    _procedure, forms = rules_of(case)
    document = case.documents[0]
    sections = summary(forms[document.kind], document.answers or {})
    return render_template(
        "public/copy.html", heading=_("What you told us"), case=case, sections=sections, back=url_for("form.sent")
    )
