"""Add another: the list of a group's entries, a new one, and taking one away."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import abort, redirect, request
from flask.typing import ResponseReturnValue

from webform.documents.answers import groups_around, shown
from webform.documents.form import Form, Page, Question
from webform.rules.journey import Place, add_entry, entry_answers, places, remove_entry, shows
from webform.words import capital
from webform.words import gettext as _

from .tokens import STALE, token_is_good

if TYPE_CHECKING:
    from .form_pages import Filling

ANOTHER = "add-another"
FRESH, BLANK, KEPT = "fresh-entry", "blank", "kept"  # of a new entry: whether its page began empty
UNSAVED = "unsaved."  # beside the answers: what was typed and could not be accepted yet, by place
MOST = 50  # entries of one group, where its question names no other number


@dataclass(frozen=True)
class Entry:
    """One entry as the list shows it."""

    name: str
    lines: tuple[str, ...]
    change: str
    remove: str


@dataclass(frozen=True)
class Adding:
    """The page that lists a group: its entries, and "do you want to add another?"."""

    entries: tuple[Entry, ...]
    asks: str
    chosen: str
    errors: list[dict[str, str]]


def chain(form: Form, page: Page) -> tuple[str, ...]:
    """The groups whose entries the page is asked for, outermost first."""
    return groups_around(form, page.questions[0].id)


def of_page(page: Page) -> Question | None:
    """The group that the page lists, if it lists one."""
    return next((question for question in page.questions if question.type == "group"), None)


def entries(form: Form, answers: Mapping[str, Any], group: str, path: tuple[int, ...]) -> list[Mapping[str, Any]]:
    """The entries of a group inside the entry that `path` leads to."""
    page = form.page_of(group)
    holder = entry_answers(form, answers, Place(page.id, path)) if page else {}
    return list(holder.get(group, []))


def named(form: Form, answers: Mapping[str, Any], page: Page, place: Place) -> str:
    """What the page is about, by position: "Incident 2, report 1"; '' outside groups."""
    parts = []
    for depth, group in enumerate(chain(form, page)[: len(place.path)]):
        numbers = [entry["entry"] for entry in entries(form, answers, group, place.path[:depth])]
        number = place.path[depth]
        position = numbers.index(number) + 1 if number in numbers else len(numbers) + 1
        parts.append(f"{_entry_word(form.question(group))} {position}")
    return capital(", ".join(parts))


def _entry_word(group: Question | None) -> str:
    return group.entry if group and group.entry else "entry"


def is_new(form: Form, answers: Mapping[str, Any], page: Page, place: Place) -> bool:
    """Whether the place is the first page of the entry that would come next."""
    if not page.each or place.page != _first_page(form, page.each).id or len(place.path) != len(chain(form, page)):
        return False
    outer = place.path[:-1]
    if outer and not _exists(form, answers, page.each, outer):
        return False
    number = place.path[-1]
    return number == _next_number(form, answers, page.each, outer) or number in _waiting(answers, place)


def _waiting(answers: Mapping[str, Any], place: Place) -> list[int]:
    """The numbers of entries beside this one of which something was typed that could not be accepted yet."""
    written = (Place.read(one) for one in answers.get(UNSAVED, {}))
    return sorted(one.path[-1] for one in written if one.page == place.page and one.path[:-1] == place.path[:-1])


def _exists(form: Form, answers: Mapping[str, Any], group: str, path: tuple[int, ...]) -> bool:
    page = form.page_of(group)
    return page is not None and bool(entry_answers(form, answers, Place(page.id, path)))


def _next_number(form: Form, answers: Mapping[str, Any], group: str, path: tuple[int, ...]) -> int:
    return add_entry(form, answers, group, path)[1]


def _first_page(form: Form, group: str) -> Page:
    return next(page for page in form.pages if page.each == group)


def list_place(form: Form, page: Page, place: Place) -> Place:
    """The page that lists the entries which this page belongs to."""
    listing = form.page_of(page.each or "")
    return Place(listing.id if listing else page.id, place.path[:-1])


def new_place(filling: Filling, group: Question, place: Place) -> Place:
    """Where the next entry begins. It comes to be when its first page is saved: a second click makes no second one.

    What was typed for an entry and could not be accepted comes first, so that it is not forgotten.
    """
    number = _next_number(filling.form, filling.answers, group.id, place.path)
    begun = Place(_first_page(filling.form, group.id).id, (*place.path, number))
    there = {entry["entry"] for entry in entries(filling.form, filling.answers, group.id, place.path)}
    left = [one for one in _waiting(filling.answers, begun) if one not in there]
    return Place(begun.page, (*place.path, min(left, default=number)))


def own_entry(
    filling: Filling, page: Page, place: Place, typed: Mapping[str, list[str]], given: Mapping[str, Any] | None
) -> Place:
    """The place to save at: another number if a second window has begun a different entry under this one meanwhile.

    `given` is empty where what was typed can't be accepted. A page that began empty knows nothing of what another
    window has typed under its number; one that showed it goes on with it.
    """
    fresh = request.form.get(FRESH)
    if not page.each or not fresh:
        return place
    kept = entry_answers(filling.form, filling.answers, place)
    here = {question.id: kept[question.id] for question in page.questions if question.id in kept}
    unsaved = filling.answers.get(UNSAVED, {}).get(str(place), typed) if fresh == BLANK else typed
    if (not here or here == given) and unsaved == typed:
        return place
    following = _next_number(filling.form, filling.answers, page.each, place.path[:-1])
    return Place(place.page, (*place.path[:-1], max([following, *(n + 1 for n in _waiting(filling.answers, place))])))


def wants_another() -> bool:
    """Whether the person asked for one more entry."""
    return request.form.get(ANOTHER) == "yes"


def is_answered(filling: Filling, group: Question, place: Place) -> bool:
    """Whether the list's own question was answered in a way that can be followed."""
    count = len(entries(filling.form, filling.answers, group.id, place.path))
    if wants_another():
        return count < (group.most or MOST)
    return request.form.get(ANOTHER) == "no" and (count > 0 or not group.required)


def adding(filling: Filling, group: Question, place: Place, refused: bool) -> Adding:
    """The list of entries with its question, and what is wrong with the answer if it was refused."""
    word = _entry_word(group)
    found = listed(filling, group, place)
    chosen = request.form.get(ANOTHER, "")
    errors = []
    if refused and not is_answered(filling, group, place):
        full = _(
            "You can add up to %(most)s. Put anything else in the last %(word)s", most=group.most or MOST, word=word
        )
        said = {
            "yes": group.errors.too_high or full,
            "no": group.errors.missing or _("Add at least one %(word)s", word=word),
        }
        text = said.get(chosen, _("Choose yes if you want to add another %(word)s", word=word))
        errors = [{"text": text, "href": f"#{ANOTHER}"}]
    asks = (
        _("Do you want to add another %(word)s?", word=word)
        if found
        else _("Do you want to add %(article)s %(word)s?", article=_article(word), word=word)
    )
    return Adding(found, asks, chosen, errors)


def _article(word: str) -> str:
    return "an" if word[:1].lower() in "aeiou" else "a"


def listed(filling: Filling, group: Question, place: Place) -> tuple[Entry, ...]:
    """The entries for the list page, each with its first answers and the way to change or remove it."""
    word = capital(_entry_word(group))
    found = []
    for position, entry in enumerate(entries(filling.form, filling.answers, group.id, place.path), 1):
        path = (*place.path, entry["entry"])
        first = Place(_first_page(filling.form, group.id).id, path)
        lines = tuple(_lines(filling, group.id, path, entry))[:3]
        removal = filling.address(f"{place}/{entry['entry']}/remove")
        found.append(Entry(f"{word} {position}", lines, filling.url(first), removal))
    return tuple(found)


def _lines(filling: Filling, group: str, path: tuple[int, ...], entry: Mapping[str, Any]) -> list[str]:
    """What was answered in an entry, shortly: enough to tell it from the others."""
    lines = []
    for page in filling.form.pages:
        for question in page.questions if page.each == group else ():
            if shows(question, filling.form, filling.answers, path, filling.today):
                lines.append(shown(question, entry.get(question.id)).replace("\n", ", "))
    return [line if len(line) <= 120 else f"{line[:119]}…" for line in lines if line]


def remove(filling: Filling, page: Page, place: Place) -> ResponseReturnValue:
    """Asks before an entry goes; POST takes it away. A second press finds it gone and goes on."""
    group = of_page(page)
    if group is None or not place.path:
        abort(404)
    listing = Place(place.page, place.path[:-1])
    numbers = [entry["entry"] for entry in entries(filling.form, filling.answers, group.id, listing.path)]
    if place.path[-1] not in numbers:
        return redirect(filling.url(listing), 303)
    good = request.method != "POST" or token_is_good()
    if request.method == "POST" and good:
        filling.draft.answers = remove_entry(filling.form, filling.answers, group.id, place.path)
        left = listing if listing in places(filling.form, filling.answers, filling.today) else ""
        return redirect(filling.url(left), 303)
    position = numbers.index(place.path[-1])
    entry = listed(filling, group, listing)[position]
    heading = _("Do you want to remove %(name)s?", name=entry.name.lower())
    return filling.render(
        "form/remove.html", 200 if good else 400, heading=heading, entry=entry, back=filling.url(listing),
        notice="" if good else STALE,
    )  # fmt: skip
