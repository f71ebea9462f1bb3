"""A letter that is due: drafted from the case, read over, changed, then sent by email or printed and posted."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from webform.cases.folder import AlreadyDone, Which
from webform.cases.letter_again import draft_again
from webform.cases.letters import draft_letter, without_link
from webform.cases.put_aside import forget, kept, put_aside, text_of
from webform.cases.second_reader import ask_second, is_same, reading_of, say_yes, send_back
from webform.cases.send_letter import send
from webform.documents.letter import Written
from webform.rules.calendar import day_of
from webform.web.access import access
from webform.web.desk import on_paper
from webform.web.field_base import MANY, clean
from webform.web.fields import PageForm
from webform.web.letter_desk import Desk
from webform.web.letter_faults import WHY, composed, faults_of_why
from webform.web.letter_formats import as_text
from webform.web.letter_paper import posted_at, posting_day, sheets
from webform.web.officer import author, case_at_desk, moment, officer
from webform.web.tokens import STALE, csrf, token_is_good
from webform.words import gettext as _

GOES = ("send", "posted")
REPLACES = ("send", "posted", "aside", "ask")  # what ends or replaces the words that are kept

pages = Blueprint("letters", __name__, url_prefix="/desk/case/<reference>/letter/<step>")


def _open(reference: str, step: str, what: str, instead_of: int | None) -> Desk | ResponseReturnValue:
    """The letter with what was typed; another answer where the case was not opened yet or the letter is not due."""
    case = case_at_desk(reference, f"{what} {step}")
    if case.seen_at is None:
        return redirect(url_for("desk.case", reference=case.reference), 303)
    draft = draft_again(case, instead_of, moment()) if instead_of else draft_letter(case, step, moment())
    if draft.step.id != Which.read(step).step:
        abort(404)
    desk = Desk(case, draft, posted=_posted())
    aside, second = kept(case, desk.which), reading_of(case, draft)
    if "markdown" in request.form:
        draft = replace(draft, written=Written(_typed("subject"), _typed("markdown")))
    elif aside:
        draft = replace(draft, written=text_of(aside))
    elif second and second.written:
        draft = replace(draft, written=second.written)
    there = text_of(aside) if aside else second.written if second else None
    return replace(desk, draft=draft, aside=aside is not None, second=second, kept=there)


def _posted() -> PageForm:
    """The day of posting: what was typed, today to begin with."""
    today = day_of(moment())
    form = PageForm((posting_day(),), today)
    return form.take(form.keep(request.form)) if request.method == "POST" else form.fill({"posted_on": str(today)})


def _typed(name: str) -> str:
    """What was typed, cleaned like any answer. What is far too long stays whole, to be shown again and refused."""
    text = request.form.get(name, "")
    return clean(text) if len(text) <= MANY else text


def _show(desk: Desk, status: int = 200) -> ResponseReturnValue:
    page = render_template(
        "desk/letter.html", desk=desk, case=desk.case, draft=desk.draft, composed=composed(desk.draft.written),
        errors=list(desk.errors), notice=desk.notice, posted=desk.posted,
    )  # fmt: skip
    return page, status


@pages.get("", defaults={"instead_of": None})
@pages.get("/instead-of/<int:instead_of>")
@access("officer", needs="work")
def letter(reference: str, step: str, instead_of: int | None) -> ResponseReturnValue:
    """The draft as it would go, and a form to change it; of a corrected letter, in the place of which one it goes."""
    desk = _open(reference, step, "letter", instead_of)
    return _show(desk) if isinstance(desk, Desk) else desk


@pages.post("", defaults={"instead_of": None})
@pages.post("/instead-of/<int:instead_of>")
@csrf.exempt  # checked below, so that an old token costs nobody a letter they were writing
@access("officer", needs="work")
def act(reference: str, step: str, instead_of: int | None) -> ResponseReturnValue:
    """Preview, send or record as posted, by the button that was pressed."""
    deeds = {
        "send": _send, "print": _print, "print-large": _print_large, "text": _as_text, "large": _in_large_print,
        "posted": _record_posted, "aside": _put_aside, "ask": _ask, "yes": _say_yes, "back": _send_back,
    }  # fmt: skip
    pressed = request.form.get("do", "")
    try:
        desk = _open(reference, step, pressed if pressed in deeds else "preview", instead_of)
    except AlreadyDone as done:
        if not _is_pressed_again(done, pressed):
            raise
        return redirect(url_for("desk.case", reference=reference, done=Which.read(step).step), 303)
    if not isinstance(desk, Desk):
        return desk
    if not token_is_good():
        return _show(replace(desk, notice=STALE), 400)
    if pressed in REPLACES and request.form.get("drawn") not in (None, desk.drawn):
        changed = _(
            "Since this page was opened, the case was closed, or who gets this letter or how has changed. Nothing was"
            " sent. Look at it again."
        )
        return _show(replace(desk, notice=changed), 422)
    if pressed in REPLACES and _is_overtaken(desk):
        return _show(replace(desk, differs=True), 422)
    return deeds.get(pressed, _preview)(desk)


def _is_pressed_again(done: AlreadyDone, pressed: str) -> bool:
    """Whether this officer has sent just this, and saw no answer to the first press."""
    paper = done.document
    if paper is None or not (paper.body and paper.answers) or pressed not in GOES or paper.author != officer().name:
        return False
    went = Written(str(paper.answers["subject"]), paper.body)
    return "markdown" not in request.form or is_same(Written(_typed("subject"), _typed("markdown")), went)


def _is_overtaken(desk: Desk) -> bool:
    """Whether a colleague has kept other words since this page was drawn: they must not be lost unread."""
    typed, drawn = "markdown" in request.form, request.form.get("base", "")
    return typed and desk.kept is not None and drawn != desk.base and not is_same(desk.kept, desk.draft.written)


def _preview(desk: Desk) -> ResponseReturnValue:
    return _show(desk) if composed(desk.draft.written) else _show(desk.wrong(*desk.faults), 422)


def _in_large_print(desk: Desk) -> ResponseReturnValue:
    return _preview(replace(desk, large=True))


def _keeps_it(desk: Desk) -> list[dict[str, str]]:
    """What keeps the letter from going."""
    faults = desk.faults
    if desk.second and desk.unread:
        said = _("Before this letter goes, somebody else has to read it: %(readers)s", readers=desk.second.readers)
        faults.append({"text": said, "href": "#second"})
    return faults


def _ask(desk: Desk) -> ResponseReturnValue:
    """Somebody else is to read it before it goes."""
    if faults := desk.faults:
        return _show(desk.wrong(*faults), 422)
    forget(desk.case, desk.which)
    ask_second(desk.case, desk.draft, desk.draft.written, officer(), moment())
    return redirect(url_for("desk.case", reference=desk.case.reference, second="asked"), 303)


def _say_yes(desk: Desk) -> ResponseReturnValue:
    """Whoever reads it lets it go."""
    say_yes(desk.case, desk.draft, desk.draft.written, officer(), moment())
    return redirect(url_for("desk.case", reference=desk.case.reference, second="yes"), 303)


def _send_back(desk: Desk) -> ResponseReturnValue:
    """Whoever reads it wants it to be another."""
    why = _typed(WHY)
    if faults := faults_of_why(why):
        return _show(desk.wrong(*faults), 422)
    send_back(desk.case, desk.draft, desk.draft.written, why, officer(), moment())
    return redirect(url_for("desk.case", reference=desk.case.reference, second="back"), 303)


def _send(desk: Desk) -> ResponseReturnValue:
    if faults := _keeps_it(desk):
        return _show(desk.wrong(*faults), 422)
    return _go(desk, None)


def _record_posted(desk: Desk) -> ResponseReturnValue:
    """The letter went on paper, on the day that was typed."""
    faults = _keeps_it(desk)
    if desk.posted is None or not desk.posted.validate():
        faults += desk.posted.error_list() if desk.posted else []
    if faults or desk.posted is None:
        return _show(desk.wrong(*faults), 422)
    day = dt.date.fromisoformat(desk.posted.answers()["posted_on"])
    received = day_of(desk.case.received_at)
    if day < received:
        desk.posted["posted_on"].errors = [_("The day of posting must not be before the request was received")]
        return _show(desk.wrong(*desk.posted.error_list()), 422)
    return _go(desk, posted_at(desk.case, day, moment()))


def _go(desk: Desk, posted_on: dt.datetime | None) -> ResponseReturnValue:
    send(
        desk.case, desk.which, subject=desk.draft.written.subject,
        markdown=desk.draft.written.markdown, author=author(), now=moment(), posted_on=posted_on,
        instead_of=desk.draft.instead_of,
    )  # fmt: skip
    return redirect(url_for("desk.case", reference=desk.case.reference, done=desk.draft.step.id), 303)


def _put_aside(desk: Desk) -> ResponseReturnValue:
    """With the letters for the post, to be printed with the others."""
    if faults := _keeps_it(desk):
        return _show(desk.wrong(*faults), 422)
    if desk.draft.instead_of:
        abort(404)  # nobody drew that button
    put_aside(desk.case, desk.which, desk.draft.written, officer().id, moment())
    return redirect(url_for("desk.case", reference=desk.case.reference, aside="yes"), 303)


def _as_text(desk: Desk) -> ResponseReturnValue:
    """The letter as plain text, as whoever reads the email without its looks has it."""
    if faults := desk.faults:
        return _show(desk.wrong(*faults), 422)
    written = desk.draft.written
    return as_text(written.subject, without_link(desk.case, written.markdown), desk.case.reference)


def _print_large(desk: Desk) -> ResponseReturnValue:
    return _print(desk, large=True)


def _print(desk: Desk, large: bool = False) -> ResponseReturnValue:
    """The letter as a PDF, for each reader with their address in the window of the envelope. Nothing is recorded."""
    if faults := desk.faults:
        return _show(desk.wrong(*faults), 422)
    written = desk.draft.written
    paper = sheets(desk.case, desk.draft.to, written.subject, written.markdown, day_of(moment()), large)
    return on_paper(paper, desk.case.reference, _("Copy the text into a letter of your own."))
