"""The way through a form: order, skipping, groups, and what is still missing."""

from __future__ import annotations

import copy
import datetime as dt
from typing import Any

from tests.unit.rules.forms_for_tests import INCIDENT, REQUEST, form, page
from webform.rules.journey import (
    Place,
    add_entry,
    complete,
    entry_answers,
    first_unanswered,
    flags,
    missing,
    next_place,
    places,
    previous_place,
    progress,
    questions,
    remove_entry,
    shows,
    with_entry_answers,
)

TODAY = dt.date(2026, 12, 1)


def written(found: tuple[Place, ...]) -> list[str]:
    return [str(place) for place in found]


def test_pages_keep_the_order_of_the_document() -> None:
    """Without conditions every page is asked once, as written."""
    plain = form(page("one"), page("two"), page("three"))
    assert written(places(plain, {})) == ["one", "two", "three"]


def test_a_condition_skips_a_page_until_it_is_known_to_hold() -> None:
    """A page is asked when its condition holds; not when it fails, and not while nobody has said."""
    skipping = form(page("one"), page("two", show_when={"one": "yes"}), page("three"))
    assert written(places(skipping, {})) == ["one", "three"]
    assert written(places(skipping, {"one": "no"})) == ["one", "three"]
    assert written(places(skipping, {"one": "yes"})) == ["one", "two", "three"]


def test_an_answer_that_is_no_longer_asked_decides_nothing() -> None:
    """An answer left over from another path neither shows nor hides a page."""
    chained = form(page("one"), page("two", show_when={"one": "yes"}), page("three", show_when={"two": "yes"}))
    assert written(places(chained, {"one": "no", "two": "yes"})) == ["one"]


def test_a_condition_reads_nothing_that_stands_later() -> None:
    """A form that slipped past the check can't send a person round in circles."""
    circular = form(page("one", show_when={"two": "yes"}), page("two", show_when={"one": "yes"}))
    assert written(places(circular, {"one": "yes", "two": "yes"})) == []


def test_an_empty_required_group_leads_straight_into_its_first_entry() -> None:
    """Nobody is shown an empty list: the first page of entry 1 comes at once, and its first report."""
    assert written(places(REQUEST, {})) == [
        "name", "incident-when/1", "incident-problem/1", "report-date/1/1", "reports/1", "incidents", "people", "end",
    ]  # fmt: skip


def test_an_empty_optional_group_asks_only_its_own_page() -> None:
    """A group that may be empty offers to add an entry and goes on."""
    assert "person-name/1" not in written(places(REQUEST, {}))
    one, _ = add_entry(REQUEST, {}, "people")
    assert "person-name/1" in written(places(REQUEST, one))


def test_each_entry_is_asked_all_its_pages_before_the_next() -> None:
    """Two incidents with two and one reports unfold in reading order, reports inside their incident."""
    answers = {"incidents": [INCIDENT | {"reports": [{"entry": 1}, {"entry": 2}]}, INCIDENT | {"entry": 2}]}
    asked = written(places(REQUEST, answers))
    assert asked[1:11] == [
        "incident-when/1", "incident-problem/1", "report-date/1/1", "report-date/1/2", "reports/1",
        "incident-when/2", "incident-problem/2", "report-date/2/1", "reports/2", "incidents",
    ]  # fmt: skip


def test_a_condition_inside_a_group_reads_its_own_entry_first() -> None:
    """What is answered about one incident shows a page for that incident alone."""
    hate = {"incidents": [INCIDENT | {"problem": "hate"}, INCIDENT | {"entry": 2}]}
    asked = written(places(REQUEST, hate))
    assert "incident-strand/1" in asked
    assert "incident-strand/2" not in asked


def test_a_condition_inside_a_nested_group_reads_the_entry_around_it() -> None:
    """A report's page may depend on what was said about its incident."""
    nested = form(
        page("a", each="outer"),
        page("b", each="inner", show_when={"a": "yes"}),
        page("inner", type="group", entry="b", each="outer"),
        page("outer", type="group", entry="a"),
    )
    answers = {"outer": [{"entry": 1, "a": "yes"}, {"entry": 2, "a": "no"}]}
    assert written(places(nested, answers)) == ["a/1", "b/1/1", "inner/1", "a/2", "inner/2", "outer"]


def test_a_name_inside_a_group_seen_from_outside_holds_if_any_entry_does() -> None:
    """One entry is enough, unless the document says every."""
    some = form(
        page("a", each="group"),
        page("group", type="group", entry="a"),
        page("any", show_when={"a": "yes"}),
        page("all", show_when={"group": {"every": {"a": "yes"}}}),
    )
    answers = {"group": [{"entry": 1, "a": "yes"}, {"entry": 2, "a": "no"}]}
    assert written(places(some, answers))[-1] == "any"
    both = {"group": [{"entry": 1, "a": "yes"}, {"entry": 2, "a": "yes"}]}
    assert written(places(some, both))[-2:] == ["any", "all"]


def test_a_group_that_is_not_asked_asks_for_no_entry() -> None:
    """Hiding the group's page hides the pages of its entries."""
    hidden = form(
        page("one"), page("a", each="group"), page("group", type="group", entry="a", show_when={"one": "yes"})
    )
    assert written(places(hidden, {"one": "no"})) == ["one"]
    assert written(places(hidden, {"one": "yes"})) == ["one", "a/1", "group"]


def test_next_and_previous_follow_the_places() -> None:
    """Forward from each place comes the next, back from it the one before, and both end."""
    asked = places(REQUEST, {})
    assert [next_place(REQUEST, {}, place) for place in asked] == [*asked[1:], None]
    assert [previous_place(REQUEST, {}, place) for place in asked] == [None, *asked[:-1]]


def test_from_a_page_that_is_no_longer_asked_the_way_goes_on() -> None:
    """A stale address in the browser finds the next page that is asked, and the one before."""
    skipping = form(page("one"), page("two", show_when={"one": "yes"}), page("three"))
    assert next_place(skipping, {"one": "no"}, Place("two")) == Place("three")
    assert previous_place(skipping, {"one": "no"}, Place("two")) == Place("one")


def test_first_unanswered_stops_at_required_answers_and_at_pages_never_seen() -> None:
    """A required question needs an answer; an optional page needs only to have been seen."""
    mixed = form(page("one"), page("two", required=False), page("three"))
    assert first_unanswered(mixed, {}, [Place("one"), Place("two")]) == Place("one")
    assert first_unanswered(mixed, {"one": "yes"}, [Place("one")]) == Place("two")
    assert first_unanswered(mixed, {"one": "yes", "three": "no"}, [Place("one"), Place("two")]) == Place("three")
    everything = [Place("one"), Place("two"), Place("three")]
    assert first_unanswered(mixed, {"one": "yes", "three": "no"}, everything) is None


def test_complete_counts_structurally_empty_values_as_unanswered() -> None:
    """Blanks, empty lists and an address of blanks are no answers; a date that nobody knows is one."""
    one = form(page("one", type="text"))
    blank: list[Any] = ["", "  ", [], None, {"line1": "", "line2": "", "town": " ", "postcode": ""}]
    for nothing in blank:
        assert not complete(one, {"one": nothing}), nothing
    unknown = {"earliest": None, "latest": None, "words": ""}
    for something in ("x", 0, ["a"], unknown, {"line1": "1 High Street", "town": ""}):
        assert complete(one, {"one": something}), something


def test_complete_needs_every_page_to_be_seen_where_visits_are_given() -> None:
    """With a record of visits, an optional page that nobody opened keeps the form open."""
    mixed = form(page("one"), page("two", required=False))
    assert complete(mixed, {"one": "yes"})
    assert not complete(mixed, {"one": "yes"}, [Place("one")])
    assert complete(mixed, {"one": "yes"}, [Place("one"), Place("two")])


def test_a_required_group_needs_an_entry_and_its_entries_their_answers() -> None:
    """An entry that was added and never filled in keeps the form open."""
    group = form(page("a", each="group"), page("group", type="group", entry="a"))
    assert not complete(group, {})
    assert not complete(group, {"group": [{"entry": 1}]})
    assert complete(group, {"group": [{"entry": 1, "a": "yes"}]})
    assert [question.id for question in missing(group, {}, Place("a", (1,)))] == ["a"]


def test_progress_counts_the_sections_that_are_asked() -> None:
    """Captions make the sections; a page without one belongs to the section before."""
    sections = form(page("one", caption="You"), page("two"), page("three", caption="What happened"))
    assert progress(sections, {}, Place("two")) == (1, 2, "You")
    assert progress(sections, {}, Place("three")) == (2, 2, "What happened")


def test_flags_need_to_be_known_to_hold() -> None:
    """A flag is raised by a yes, not by silence; an age is judged on the day given."""
    flagged = form(
        page("danger"),
        page("born", type="date"),
        flags=[
            {"id": "danger", "label": "In danger", "when": {"danger": "yes"}, "alarm": True},
            {"id": "child", "label": "Under 18", "when": {"born": {"age_under": 18, "on": "today"}}},
        ],
    )
    assert flags(flagged, {}, TODAY) == ()
    raised = flags(flagged, {"danger": "yes", "born": "2008-12-02"}, TODAY)
    assert [flag.id for flag in raised] == ["danger", "child"]
    assert flags(flagged, {"born": "2008-12-01"}, TODAY) == ()


def test_a_birthday_on_29_february_falls_on_1_march_in_common_years() -> None:
    """Sentence 37: seventeen on 28 February, eighteen on 1 March."""
    child = form(
        page("born", type="date"),
        flags=[{"id": "child", "label": "Under 18", "when": {"born": {"age_under": 18, "on": "today"}}}],
    )
    born = {"born": "2008-02-29"}
    assert flags(child, born, dt.date(2026, 2, 28))
    assert not flags(child, born, dt.date(2026, 3, 1))


def test_shows_and_questions_look_at_single_questions() -> None:
    """A question on a page that is asked may still have a condition of its own."""
    two = form(page("first"), page("second", more=[{"id": "why", "show_when": {"first": "no"}}]))
    assert [question.id for question in questions(two, {"first": "yes"}, Place("second"))] == ["second"]
    assert [question.id for question in questions(two, {"first": "no"}, Place("second"))] == ["second", "why"]
    why = two.question("why")
    assert why
    assert shows(why, two, {"first": "no"})
    assert shows(two.pages[1], two, {})


def test_writing_an_entry_changes_nothing_else_and_no_input() -> None:
    """New answers share what was not written; the old ones are as they were; None takes an answer away."""
    before: dict[str, Any] = {"name": "Sam", "incidents": [INCIDENT, INCIDENT | {"entry": 2}]}
    kept = copy.deepcopy(before)
    place = Place("report-date", (2, 1))
    after = with_entry_answers(REQUEST, before, place, {"report_date": "2026-11-02"})
    assert before == kept
    assert entry_answers(REQUEST, after, place)["report_date"] == "2026-11-02"
    assert after["incidents"][0] == kept["incidents"][0]
    taken = with_entry_answers(REQUEST, after, place, {"report_date": None})
    assert "report_date" not in entry_answers(REQUEST, taken, place)


def test_writing_to_an_entry_that_does_not_exist_makes_it() -> None:
    """The first answer about the first report of the first incident makes both entries."""
    made = with_entry_answers(REQUEST, {}, Place("report-date", (1, 1)), {"report_date": "2026-11-02"})
    assert made == {"incidents": [{"entry": 1, "reports": [{"entry": 1, "report_date": "2026-11-02"}]}]}
    assert entry_answers(REQUEST, {}, Place("report-date", (1, 1))) == {}


def test_entry_numbers_are_never_given_again() -> None:
    """Removing the last entry and adding one gives a new number, inside a nested group as well."""
    answers, first = add_entry(REQUEST, {}, "incidents")
    answers, second = add_entry(REQUEST, answers, "incidents")
    answers = remove_entry(REQUEST, answers, "incidents", (second,))
    answers, third = add_entry(REQUEST, answers, "incidents")
    assert (first, second, third) == (1, 2, 3)
    answers, report = add_entry(REQUEST, answers, "reports", (1,))
    answers = remove_entry(REQUEST, answers, "reports", (1, report))
    answers, again = add_entry(REQUEST, answers, "reports", (1,))
    assert (report, again) == (1, 2)


def test_a_group_emptied_by_removal_starts_again_with_a_new_number() -> None:
    """After the only incident is removed, the way leads into a fresh one."""
    answers = remove_entry(REQUEST, {"incidents": [INCIDENT]}, "incidents", (1,))
    assert "incident-when/2" in written(places(REQUEST, answers))


def test_a_place_reads_back_as_written() -> None:
    """Drafts keep places as words; reading them gives the same place."""
    for place in (Place("end"), Place("report-date", (3, 1))):
        assert Place.read(str(place)) == place


def test_a_question_may_depend_on_an_earlier_one_of_its_page() -> None:
    """The page brings up the second question once the first is answered."""
    two = form(page("first", more=[{"id": "why", "show_when": {"first": "no"}}]))
    assert [question.id for question in questions(two, {}, Place("first"))] == ["first"]
    assert [question.id for question in questions(two, {"first": "no"}, Place("first"))] == ["first", "why"]
