"""The one engine of every form: the public's request and what officers fill in.

A caller brings a `Filling`: the form, the draft that answers are kept in, how addresses are built, the layout, and what
happens when all is answered. `respond` does the rest: every page is saved on the server, nothing typed is ever thrown
away, and each successful POST ends in a redirect.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol
from urllib.parse import urlencode

from flask import abort, redirect, render_template, request
from flask.typing import ResponseReturnValue

from webform.documents.form import Form, Page, Question
from webform.rules.journey import Place, Way, entry_answers, with_entry_answers
from webform.rules.summary import mark_of, points, prune, summary
from webform.words import gettext as _
from webform.words import gettext_noop as N_

from . import called_for, form_files, form_groups
from .field_base import Titling
from .fields import PageForm
from .form_groups import BLANK, KEPT, UNSAVED
from .tokens import STALE, token_is_good

RETURN, ADVISE = "return", "note"  # what an address may ask for besides its page
REMOVE = "/remove"
SAVE_FOR_LATER = "for-later"
SEEN = "seen"  # which answers were shown before they were sent
CHANGED = N_("These answers were changed since you looked, maybe in another window. Nothing was sent. Read them again.")


class Draft(Protocol):
    """What a form is kept in. Values are replaced, never changed in place: sealed columns notice nothing else."""

    answers: dict[str, Any]
    visited: list[str]


@dataclass(frozen=True)
class Filling:
    """One form being filled in. `address` turns "check" or "page/1/2" into a URL; `send` is called when all is there.

    The engine prunes the draft before it calls `send`: what was asked in the end is left, and nothing unsaved.
    """

    form: Form
    draft: Draft
    address: Callable[[str], str]
    send: Callable[[], ResponseReturnValue]
    today: dt.date
    layout: str = "layout.html"
    before: str = ""  # where the first page's back link leads
    later: str = ""  # where "Save and come back later" leads; no such button where empty
    skims: bool = False  # whether all is answered before it begins, and one page leads to what is missing, or the end
    heed: Callable[[Page | None], tuple[str, ...]] = lambda page: ()  # what to know after that page, or before sending
    facts: Mapping[str, Any] = field(default_factory=dict)  # what the layout needs
    _ways: list[Way] = field(default_factory=list)

    @property
    def answers(self) -> dict[str, Any]:
        return self.draft.answers

    @property
    def way(self) -> Way:
        """The way through the form with the answers of this moment, worked out once for them."""
        if not self._ways or self._ways[-1].answers is not self.answers:
            self._ways.append(Way(self.form, self.answers, self.today))
        return self._ways[-1]

    @property
    def visited(self) -> set[Place]:
        return {Place.read(written) for written in self.draft.visited}

    def url(self, where: Place | str, back: str = "") -> str:
        """The address of a place; `back` names the page to return to after a change."""
        return with_query(self.address(str(where)), {RETURN: back})

    def render(self, template: str, status: int, **facts: Any) -> ResponseReturnValue:
        """A page of the form. Advice stands on top of the page that follows an alarming answer."""
        page = render_template(template, **{**self.facts, "filling": self, "alarmed": ADVISE in request.args, **facts})
        return page, status


def with_query(address: str, query: Mapping[str, str]) -> str:
    """The address with whatever of the query is not empty."""
    given = {key: value for key, value in query.items() if value}
    return f"{address}?{urlencode(given)}" if given else address


def respond(filling: Filling, where: str) -> ResponseReturnValue:
    """GET or POST of any page of the form: "", "check", "send", "PAGE", "PAGE/1", "PAGE/1/2", "PAGE/1/remove"."""
    posted = request.method == "POST"
    if where == "":
        return redirect(filling.url(_carry_on(filling)))
    if where == "check":
        return check(filling)
    if where == "send":
        return _send(filling) if posted else redirect(filling.url("check"))
    removing = where.endswith(REMOVE)
    place, page = _find(filling.form, where.removesuffix(REMOVE), removing)
    if removing:
        return form_groups.remove(filling, page, place)
    return _save(filling, page, place) if posted else _show(filling, page, place)


def check(filling: Filling, notice: str = "", status: int = 200) -> ResponseReturnValue:
    """Check-your-answers: everything that was asked, with links that change one answer and return here."""
    missing = filling.way.first_unanswered(filling.visited)
    return filling.render(
        "form/check.html", status, heading=_("Check your answers"), missing=missing, notice=notice,
        sections=summary(filling.form, filling.answers), seen=mark_of(filling.form, filling.answers),
        back=_before_check(filling), points=points(filling.form, filling.answers), heeded=filling.heed(None),
    )  # fmt: skip


def _carry_on(filling: Filling) -> Place | str:
    """Where somebody who comes back goes on."""
    return filling.way.first_unanswered(filling.visited) or "check"


def _before_check(filling: Filling) -> str:
    """The last page; where the form begins, if it asks nothing."""
    asked = filling.way.places
    return filling.url(asked[-1]) if asked else filling.before


def _send(filling: Filling) -> ResponseReturnValue:
    if not token_is_good():
        return check(filling, STALE, 400)
    missing = filling.way.first_unanswered(filling.visited)
    if missing:
        return redirect(filling.url(missing, "check"), 303)
    if request.form.get(SEEN) not in (None, mark_of(filling.form, filling.answers)):
        return check(filling, _(CHANGED), 422)
    filling.draft.answers = prune(filling.form, filling.answers)
    return filling.send()


def _find(form: Form, where: str, removing: bool) -> tuple[Place, Page]:
    """The place that an address names, and its page; 404 if there is none. To remove, it names one entry more."""
    try:
        place = Place.read(where)
    except ValueError:
        abort(404)
    page = next((page for page in form.pages if page.id == place.page), None)
    if page is None or len(place.path) != len(form_groups.chain(form, page)) + removing:
        abort(404)
    return place, page


def _show(filling: Filling, page: Page, place: Place) -> ResponseReturnValue:
    asked = filling.way.questions(place)
    if not _is_asked(filling, page, place) or not asked:
        return redirect(filling.url(_carry_on(filling)), 303)
    unsaved = filling.answers.get(UNSAVED, {}).get(str(place))
    page_form = PageForm(asked, filling.today)
    if unsaved:
        page_form.take(unsaved)
    else:
        page_form.fill(entry_answers(filling.form, filling.answers, place))
    form_files.show(filling, page_form, place)
    return _draw(filling, page, place, page_form)


def _is_asked(filling: Filling, page: Page, place: Place) -> bool:
    return place in filling.way.places or form_groups.is_new(filling.form, filling.answers, page, place)


def _draw(
    filling: Filling, page: Page, place: Place, page_form: PageForm, notice: str = "", status: int = 200
) -> ResponseReturnValue:
    """The page itself, with whatever was typed and whatever is wrong with it."""
    form, answers = filling.form, filling.answers
    group = form_groups.of_page(page)
    adding = form_groups.adding(filling, group, place, refused=status == 422) if group else None
    return filling.render(
        "form/page.html", status, page=page, place=place, page_form=page_form, adding=adding, notice=notice,
        heading=page.title or page.questions[0].label,
        titling=_titling(page, page_form),
        errors=page_form.error_list() + (adding.errors if adding else []),
        section=filling.way.progress(place),
        entry=form_groups.named(form, answers, page, place),
        fresh=_fresh(filling, page, place),
        action=filling.url(place, request.args.get(RETURN, "")),
        back=_back(filling, page, place),
        heeded=_heeded(filling, place),
    )  # fmt: skip


def _fresh(filling: Filling, page: Page, place: Place) -> str:
    """Whether this is the page of a new entry, and if so, whether something was typed there before."""
    if not page.each or entry_answers(filling.form, filling.answers, place):
        return ""
    return KEPT if str(place) in filling.answers.get(UNSAVED, {}) else BLANK


def _heeded(filling: Filling, place: Place) -> tuple[str, ...]:
    """What the answers on the page before call for, said once, on the page that follows it."""
    before = filling.way.previous(place)
    page = next((page for page in filling.form.pages if before and page.id == before.page), None)
    return filling.heed(page) if page else ()


def _titling(page: Page, page_form: PageForm) -> Titling:
    """A question alone on its page is the heading, so that it is read once; guidance between them parts the two."""
    if page.title or len(page_form.questions) != 1:
        return "label"
    return "hidden" if page.says else "heading"


def _back(filling: Filling, page: Page, place: Place) -> str:
    """The page before. It is a link, because the browser's own history may hold another form's pages."""
    if request.args.get(RETURN) == "check":
        return filling.url("check")
    if form_groups.is_new(filling.form, filling.answers, page, place):
        return filling.url(form_groups.list_place(filling.form, page, place))
    before = filling.way.previous(place)
    return filling.url(before) if before else filling.before


def _save(filling: Filling, page: Page, place: Place) -> ResponseReturnValue:
    asked = called_for.asked_of(filling, page, place)
    page_form = PageForm(asked, filling.today)
    typed = page_form.keep(request.form)
    page_form.take(typed)
    if not token_is_good():
        form_files.show(filling, page_form, place)
        return _draw(filling, page, place, page_form, STALE, 400)
    if page_form.takes_files:
        place = form_files.own_entry(filling, page, asked, place, typed)
    form_files.receive(filling, page_form, place)
    if form_files.stays():
        return _stay(filling, page, place, page_form, typed)
    group = form_groups.of_page(page)
    good = called_for.is_good(filling, page_form, place)
    if not good or (group and not form_groups.is_answered(filling, group, place)):
        if not page_form.takes_files:
            place = form_groups.own_entry(filling, page, place, typed, None)
        _keep_unsaved(filling, place, typed)
        form_files.keep(filling, page_form, place)
        if request.form.get(SAVE_FOR_LATER) and filling.later:
            return redirect(filling.later, 303)
        return _draw(filling, page, place, page_form, status=422)
    if not page_form.takes_files:
        place = form_groups.own_entry(filling, page, place, typed, page_form.answers())
    known = filling.way.alarms
    _keep(filling, page_form, place)
    if called_for.asks_more(filling, place, asked) and not (request.form.get(SAVE_FOR_LATER) and filling.later):
        ahead, back = filling.url(place), request.args.get(RETURN, "")
    else:
        ahead, back = _onward(filling, place, group)
    return redirect(with_query(ahead, {RETURN: back, ADVISE: "help" if filling.way.alarms - known else ""}), 303)


def _stay(
    filling: Filling, page: Page, place: Place, page_form: PageForm, typed: Mapping[str, list[str]]
) -> ResponseReturnValue:
    """A file was added or taken away, and the person is still on the page. What else they typed waits with them."""
    if typed:
        _keep_unsaved(filling, place, typed)
    form_files.keep(filling, page_form, place)
    if any(field.faults for field in form_files.fields(page_form)):
        page_form.validate_files()
        return _draw(filling, page, place, page_form, status=422)
    return redirect(with_query(filling.url(place), {RETURN: request.args.get(RETURN, "")}), 303)


def _keep_unsaved(filling: Filling, place: Place, typed: Mapping[str, list[str]]) -> None:
    """What can't be accepted yet is kept as it was typed, for this page alone."""
    unsaved = {**filling.answers.get(UNSAVED, {}), str(place): dict(typed)}
    filling.draft.answers = {**filling.answers, UNSAVED: unsaved}


def _keep(filling: Filling, page_form: PageForm, place: Place) -> None:
    given: dict[str, Any] = dict.fromkeys(page_form.names(), None) | page_form.answers()
    answers = with_entry_answers(filling.form, filling.answers, place, given)
    unsaved = {key: typed for key, typed in answers.pop(UNSAVED, {}).items() if key != str(place)}
    filling.draft.answers = answers | ({UNSAVED: unsaved} if unsaved else {})
    if str(place) not in filling.draft.visited:
        filling.draft.visited = [*filling.draft.visited, str(place)]


def _onward(filling: Filling, place: Place, group: Question | None) -> tuple[str, str]:
    """The next address, and the page to return to after it."""
    back = "check" if filling.skims or request.args.get(RETURN) == "check" else ""
    if request.form.get(SAVE_FOR_LATER) and filling.later:
        return filling.later, ""
    if group and form_groups.wants_another():
        return filling.url(form_groups.new_place(filling, group, place)), back
    if back:
        missing = filling.way.first_unanswered(filling.visited)
        return (filling.url(missing), back) if missing else (filling.url("check"), "")
    return filling.url(filling.way.next(place) or "check"), ""
