"""The draft that a browser session holds: to leave it, to find it again, to delete it.

The session keeps the code and nothing else of the form. No page ever says that a form was begun in this browser:
somebody else may sit before it now.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from email_validator import EmailNotValidError, validate_email
from flask import Blueprint, g, make_response, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from webform.cases.drafts import Tried, can_go_on, find_draft, open_with_word, set_word, start_draft, touch
from webform.cases.erase import erase_own_draft
from webform.documents.answers import written_date
from webform.documents.procedure import Procedure
from webform.house import house
from webform.records.tables import Draft
from webform.rules.calendar import LONDON
from webform.rules.journey import Place
from webform.words import clock_time
from webform.words import gettext as _

from .access import access, guard
from .faults import Words, fault, typed_answers
from .field_base import clean
from .fields import FIELDS, PageForm
from .form_groups import UNSAVED
from .form_pages import ADVISE
from .limits import MAILS, RESUMES, limiter
from .tokens import STALE, csrf, token_is_good

pages = Blueprint("draft", __name__)
CODE, AREA = "draft", "area"  # what the session holds
SHORTEST_WORD, LONGEST_WORD = 4, 100
SENT = ("form.sent", "form.copy", "form.word")  # the pages of a form that was sent
ERASE = "draft.erase"
WIPE = '"cache", "cookies", "storage"'
# Without a press. Browsers keep sessions for weeks, and somebody else may sit before this one then.
ASKS_WORD_AFTER = dt.timedelta(minutes=30)  # where a word was chosen
SHOWN_ONCE_SENT = dt.timedelta(hours=1)


def choose_a_word() -> str:
    """What is wrong with a word that is too short or too long."""
    return _(
        "Choose a word with at least %(shortest)s letters, and %(longest)s at most",
        shortest=SHORTEST_WORD, longest=LONGEST_WORD,
    )  # fmt: skip


def utc_now() -> dt.datetime:
    """This moment."""
    return dt.datetime.now(dt.UTC)


@guard("draft")
def _needs_draft() -> ResponseReturnValue | None:
    """Lets in whoever holds a draft. Anybody else keeps what they typed and is offered the way back."""
    draft = find_draft(session[CODE], utc_now(), lock=request.method == "POST") if CODE in session else None
    if draft is None:
        for key in (CODE, AREA):
            session.pop(key, None)
        heading = _("We cannot find your form in this browser")
        return render_template("public/gone.html", heading=heading, typed=typed_answers(), where=_where()), 400
    g.draft, g.area_id = draft, draft.area
    if draft.submitted_case_id is not None and request.endpoint not in SENT:
        return redirect(url_for(SENT[0]), 303)  # nothing of a form that was sent can be changed, left or deleted here
    if closed := _closed_after_a_pause(draft):
        return closed
    if not can_go_on(draft) and request.endpoint not in (*SENT, ERASE):
        return _put_by(draft)
    if request.method == "POST":
        touch(draft, utc_now())
    return None


def _closed_after_a_pause(draft: Draft) -> ResponseReturnValue | None:
    """What was sent is not shown any more, and what has a word asks for it. Without a word nobody could come back."""
    pause = utc_now() - draft.touched_at
    if draft.submitted_case_id is not None:
        if pause < SHOWN_ONCE_SENT:
            return None
        says = _(
            "This form was sent, and we have it. We show it for an hour only, so that nobody else who uses this device"
            " can read it. If you did not write down your reference, contact us."
        )
        return fault(403, Words(_("This page is closed"), says))
    if draft.word_hash is None or pause < ASKS_WORD_AFTER or request.endpoint == ERASE:
        return None
    return _resume_page(session[CODE], known=True, status=403, where=_where())


def _put_by(draft: Draft) -> ResponseReturnValue:
    """The form of the draft is no longer used. Nothing is lost: it can go on if the form comes back."""
    until = written_date(draft.expires_at.astimezone(LONDON).date())
    says = _(
        "The council has changed its forms. What you saved is kept until %(until)s. You can also delete it.",
        until=until,
    )
    return fault(503, Words(_("You cannot go on with this form just now"), says))


def _where() -> str:
    return str((request.view_args or {}).get("where", ""))


def begin(procedure: Procedure) -> Draft:
    """A new draft for this browser. One that is still blank is used again: a second click makes no second one."""
    now = utc_now()
    held = find_draft(session[CODE], now) if CODE in session else None
    if held and held.area == procedure.id and not held.answers and held.submitted_case_id is None:
        draft = held
    else:
        draft, session[CODE] = start_draft(procedure, house().shelves.forms[procedure.area.opens_with], now)
        session[AREA] = procedure.id
    return draft


def carry_over(draft: Draft) -> str:
    """Puts what was typed on a page that had lost its session into the draft; returns the place to go on at."""
    where = request.form.get("where", "")
    form = house().shelves.forms[draft.form]
    page = next((page for page in form.pages if page.id == where.partition("/")[0]), None)
    try:
        place = Place.read(where)
    except ValueError:
        return ""
    if page is None:
        return ""
    questions = [question for question in page.questions if question.type in FIELDS]
    typed = PageForm(questions, utc_now().date()).keep(request.form)
    if typed:
        unsaved = {**draft.answers.get(UNSAVED, {}), str(place): typed}
        draft.answers = {**draft.answers, UNSAVED: unsaved}
    return where


# --- save and come back ----------------------------------------------------------------------------------------------


@dataclass
class Leaving:
    """What the person typed on "Save and come back later", and what is wrong with it."""

    word: str = ""
    email: str = ""
    safe: bool = False
    errors: tuple[tuple[str, str], ...] = ()

    @classmethod
    def read(cls) -> Leaving:
        leaving = cls(clean(request.form.get("word", "")), clean(request.form.get("email", "")), "safe" in request.form)
        leaving.errors = tuple(leaving._faults())
        return leaving

    def _faults(self) -> list[tuple[str, str]]:
        faults = []
        if not SHORTEST_WORD <= len(self.word) <= LONGEST_WORD:
            faults.append(("word", choose_a_word()))
        if self.email:
            try:
                self.email = validate_email(self.email, check_deliverability=False).normalized
            except EmailNotValidError:
                faults.append(("email", _("Enter an email address in the correct format, like name@example.com")))
            if not self.safe:
                said = _("Tick the box if it is safe to email you. If it is not, leave the email address empty")
                faults.append(("safe", said))
        return faults

    def error(self, name: str) -> str:
        return dict(self.errors).get(name, "")


@pages.route("/form/save", methods=["GET", "POST"])
@csrf.exempt
@limiter.limit(MAILS, methods=["POST"])
@access("draft")
def save() -> ResponseReturnValue:
    """Choose a word, perhaps an email address; then the code is shown."""
    if request.method != "POST":
        return _save_page(Leaving(), 200)
    leaving = Leaving.read()
    if not token_is_good():
        return _save_page(leaving, 400, STALE)
    if leaving.errors:
        return _save_page(leaving, 422)
    set_word(g.draft, leaving.word, leaving.email, session[CODE], utc_now())
    return redirect(url_for("draft.saved"), 303)


def _save_page(leaving: Leaving, status: int, notice: str = "") -> ResponseReturnValue:
    errors = [{"text": text, "href": f"#{name}"} for name, text in leaving.errors] if status == 422 else []
    page = render_template(
        "public/save.html", heading=_("Save and come back later"), leaving=leaving, errors=errors, notice=notice,
        back=url_for("form.page", where=""), expires=g.draft.expires_at.astimezone(LONDON).date(),
        alarmed=ADVISE in request.args,
    )  # fmt: skip
    return page, status


@pages.get("/form/saved")
@access("draft")
def saved() -> ResponseReturnValue:
    """The code, to copy or print."""
    if g.draft.word_hash is None:
        return redirect(url_for("draft.save"))
    expires = g.draft.expires_at.astimezone(LONDON).date()
    return render_template(
        "public/saved.html", heading=_("Your form is saved"), code=session[CODE], mailed=g.draft.email, expires=expires
    )


@pages.get("/resume")
@pages.get("/resume/<code>")
@access("public")
def resume(code: str = "") -> ResponseReturnValue:
    """Asks for code and word. It says nothing about the form, and a mailed link spends nothing by being opened."""
    return _resume_page(code, known=bool(code))


@pages.post("/resume")
@csrf.exempt
@limiter.limit(RESUMES)
@access("public")
def open_draft() -> ResponseReturnValue:
    """Opens the draft if code and word are right."""
    code, known = clean(request.form.get("code", ""))[:60], "known" in request.form
    if not token_is_good():
        return _resume_page(code, known, notice=STALE, status=400)
    tried = open_with_word(code, request.form.get("word", ""), utc_now())
    if tried.draft is None:
        return _resume_page(code, known, error=_refusal(tried), status=422)
    session[CODE], session[AREA] = code, tried.draft.area
    if not can_go_on(tried.draft):
        return _put_by(tried.draft)
    return redirect(url_for("form.page", where=carry_over(tried.draft)), 303)


def _refusal(tried: Tried) -> str:
    if tried.locked_until:
        return _(
            "There were too many tries. Try again after %(time)s",
            time=clock_time(tried.locked_until.astimezone(LONDON).time()),
        )
    return _("The code or the word is not right, or the form has been deleted. Check both and try again")


def _resume_page(
    code: str, known: bool, error: str = "", notice: str = "", status: int = 200, where: str | None = None
) -> ResponseReturnValue:  # fmt: skip
    """`where`: the page on which something was typed that goes along."""
    where = request.form.get("where", where)
    errors = [{"text": error, "href": "#word" if known else "#code"}] if error else []
    page = render_template(
        "public/resume.html", heading=_("Go back to a form"), code=code, known=known, errors=errors, notice=notice,
        typed=typed_answers() if where is not None else (), where=where,
    )  # fmt: skip
    return page, status


# --- the way out -----------------------------------------------------------------------------------------------------


@pages.route("/form/erase", methods=["GET", "POST"])
@csrf.exempt
@access("draft")
def erase() -> ResponseReturnValue:
    """Deletes the draft, after asking."""
    good = request.method != "POST" or token_is_good()
    if request.method == "POST" and good:
        erase_own_draft(g.draft, utc_now())
        return wiped(redirect(url_for("draft.erased"), 303))
    page = render_template(
        "public/erase.html", heading=_("Delete what you wrote?"), back=url_for("form.page", where=""),
        notice="" if good else STALE,
    )  # fmt: skip
    return page, 200 if good else 400


@pages.get("/erased")
@access("public")
def erased() -> ResponseReturnValue:
    """Says that it is gone. Knows nothing about it any more."""
    return render_template("public/erased.html", heading=_("Your form is deleted"))


def wiped(response: ResponseReturnValue) -> Response:
    """The response, with everything that the browser keeps of this service thrown away."""
    session.clear()
    answer = make_response(response)
    answer.headers["Clear-Site-Data"] = WIPE
    return answer
