"""A letter that is due: drafted from the case, read over, changed, then sent by email or printed and posted."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass, replace

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from webform.cases.folder import Which
from webform.cases.letters import Draft, draft_letter, without_link
from webform.cases.pinned import rules_of
from webform.cases.put_aside import forget, kept, put_aside, text_of
from webform.cases.second_reader import Reading, ask_second, is_same, reading_of, say_yes, send_back
from webform.cases.send_letter import send
from webform.documents.facts import FACTS
from webform.documents.letter import Written
from webform.records.tables import Case
from webform.rules.calendar import day_of
from webform.web.access import access
from webform.web.desk import on_paper
from webform.web.field_base import MANY, clean
from webform.web.fields import PageForm
from webform.web.letter_faults import WHY, composed, faults_of, faults_of_why
from webform.web.letter_formats import as_text
from webform.web.letter_paper import posted_at, posting_day, sheets
from webform.web.officer import author, case_at_desk, moment, officer
from webform.web.tokens import STALE, csrf, token_is_good
from webform.words import gettext as _

REPLACES = ("send", "posted", "aside", "ask")  # what ends or replaces the words that are kept

pages = Blueprint("letters", __name__, url_prefix="/desk/case/<reference>/letter/<step>")


@dataclass(frozen=True)
class Desk:
    """One letter on the desk: the case, the draft with what was typed over it, and what is wrong."""

    case: Case
    draft: Draft
    errors: tuple[dict[str, str], ...] = ()
    notice: str = ""
    posted: PageForm | None = None
    large: bool = False  # shown in large print
    aside: bool = False  # waits with the letters for the post
    second: Reading | None = None  # how it stands, where somebody else has to read it
    kept: Written | None = None  # what is kept of it, by whoever wrote it last
    differs: bool = False  # a colleague has kept other words while these were written

    @property
    def which(self) -> Which:
        """The duty that it is to fulfil."""
        return self.draft.which or Which(self.draft.step.id)

    @property
    def base(self) -> str:
        """What tells the words that are kept from those that somebody keeps in their place."""
        return hashlib.sha256(repr(self.kept).encode()).hexdigest()[:16] if self.kept else ""

    @property
    def needs_large(self) -> bool:
        """Whether whoever it goes to asked for large print."""
        return any(one.large_print for one in self.draft.to)

    @property
    def title(self) -> str:
        return rules_of(self.case)[0].named(self.draft.step.id)

    @property
    def unread(self) -> bool:
        """Whether somebody else still has to read these words before they go."""
        return self.second is not None and not self.second.lets_go(self.draft.written)

    @property
    def is_mine_to_read(self) -> bool:
        """Whether whoever looks at it is the second person for it."""
        return self.second is not None and self.second.may_be_read_by(officer())

    @property
    def gaps(self) -> tuple[tuple[str, str], ...]:
        """What the text still lacks: the marks that stand in it until somebody types over them, and what each is."""
        text = self.draft.written.subject + self.draft.written.markdown
        marks = ((_mark(name), name) for name in self.draft.lacking)
        return tuple((mark, self._meaning(name)) for mark, name in marks if mark in text)

    @property
    def faults(self) -> list[dict[str, str]]:
        """What is wrong with the words, each with the place to mend it."""
        return faults_of(self.draft.written, self.gaps)

    def _meaning(self, fact: str) -> str:
        """What a missing fact is, and where it comes from."""
        if fact in FACTS:
            return FACTS[fact].meaning
        first, *rest = fact.split(".")
        if first in ("answer", "due", "done") and rest:
            step = rules_of(self.case)[0].named(rest[0])
            return _("it comes from “%(step)s”, which has to be filled in first", step=step)
        titles = {role.id: role.title for role in rules_of(self.case)[0].roles}
        return _("the %(what)s of: %(who)s", what=rest[0] if rest else "name", who=titles.get(first, first))

    def wrong(self, *errors: dict[str, str]) -> Desk:
        return replace(self, errors=errors)


def _mark(fact: str) -> str:
    """How a draft marks a fact that is not known."""
    return f"({fact}?)"


def _open(reference: str, step: str, what: str) -> Desk | ResponseReturnValue:
    """The letter with what was typed; another answer where the case was not opened yet or the letter is not due."""
    case = case_at_desk(reference, f"{what} {step}")
    if case.seen_at is None:
        return redirect(url_for("desk.case", reference=case.reference), 303)
    draft = draft_letter(case, step, moment())
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


@pages.get("")
@access("officer", needs="work")
def letter(reference: str, step: str) -> ResponseReturnValue:
    """The draft as it would go, and a form to change it."""
    desk = _open(reference, step, "letter")
    return _show(desk) if isinstance(desk, Desk) else desk


@pages.post("")
@csrf.exempt  # checked below, so that an old token costs nobody a letter they were writing
@access("officer", needs="work")
def act(reference: str, step: str) -> ResponseReturnValue:
    """Preview, send or record as posted, by the button that was pressed."""
    deeds = {
        "send": _send, "print": _print, "print-large": _print_large, "text": _as_text, "large": _in_large_print,
        "posted": _record_posted, "aside": _put_aside, "ask": _ask, "yes": _say_yes, "back": _send_back,
    }  # fmt: skip
    pressed = request.form.get("do", "")
    desk = _open(reference, step, pressed if pressed in deeds else "preview")
    if not isinstance(desk, Desk):
        return desk
    if not token_is_good():
        return _show(replace(desk, notice=STALE), 400)
    if pressed in REPLACES and _is_overtaken(desk):
        return _show(replace(desk, differs=True), 422)
    return deeds.get(pressed, _preview)(desk)


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
    )  # fmt: skip
    return redirect(url_for("desk.case", reference=desk.case.reference, done=desk.draft.step.id), 303)


def _put_aside(desk: Desk) -> ResponseReturnValue:
    """With the letters for the post, to be printed with the others."""
    if faults := _keeps_it(desk):
        return _show(desk.wrong(*faults), 422)
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
