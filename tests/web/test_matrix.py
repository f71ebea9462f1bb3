"""Every address, every method, everybody: who gets in is what the address declares, and nobody else does."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Iterator
from dataclasses import replace
from typing import get_args

import pytest
from sqlalchemy import select

from tests.web.door import METHODS, OPEN_TO_ALL, STATUS_TOKEN, TURNED_AWAY, Door, Person, everybody
from tests.web.site import OPENING, Site, rules
from webform.records.store import db
from webform.records.tables import Case, Party
from webform.web.access import Access

OTHER = "bromley"


@pytest.fixture
def people(site: Site) -> list[Person]:
    """Everybody who may come."""
    return everybody(site, OTHER)


@pytest.fixture
def door(site: Site, people: list[Person], monkeypatch: pytest.MonkeyPatch) -> Iterator[Door]:
    """The door of an installation whose status can be watched with a token."""
    house = site.app.extensions["asb"]
    watched = replace(house, settings=replace(house.settings, status_token=STATUS_TOKEN))
    monkeypatch.setitem(site.app.extensions, "asb", watched)
    door = Door(site)
    yield door
    door.close()


def named(people: list[Person], name: str) -> Person:
    return next(person for person in people if person.name == name)


def addresses(site: Site) -> list[str]:
    """One address of every rule at least."""
    return list(dict.fromkeys(path for rule in rules(site.app) for path in (*site.paths(rule), site.path(rule))))


def test_everybody_gets_in_where_they_may_and_nowhere_else(site: Site, people: list[Person], door: Door) -> None:
    """Route by role by area: the answer is the one that the address declares; a row of others answers as no row."""
    every = {"nobody", "the spoc who wrote it down"}  # ask by methods that hardly any address has as well
    asked = [
        (person, method, path)
        for path in addresses(site)
        for person in people
        for method in (METHODS if person.name in every else ("GET", "HEAD", "POST"))
    ]
    found = [fault for one in asked for fault in door.faults(*one)]
    assert found == []
    assert len(asked) > 3000


def test_each_kind_of_access_lets_somebody_in_and_keeps_somebody_out(site: Site, people: list[Person]) -> None:
    """A new kind of access is no blind spot: the matrix knows whom it lets in and how it turns others away."""
    kinds = set(get_args(Access))
    assert kinds == set(TURNED_AWAY)
    for kind in kinds - OPEN_TO_ALL:
        assert {kind in person.opens for person in people} == {True, False}, kind


def _protected(site: Site) -> list[tuple[str, str]]:
    """Endpoint and address of every view that asks who comes."""
    return [
        (rule.endpoint, site.path(rule))
        for rule in rules(site.app)
        if getattr(site.app.view_functions[rule.endpoint], "access", "") not in OPEN_TO_ALL
    ]


def test_a_view_that_loses_its_guard_is_found(
    site: Site, people: list[Person], door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The matrix would notice: without what `@access` wraps round it, each view meets nobody and a fault is told."""
    monkeypatch.setitem(site.app.config, "SHOW_FAULTS", True)  # a view without its guard may stumble over nobody
    protected = _protected(site)
    assert len(protected) > 25
    for endpoint, path in protected:
        view = site.app.view_functions[endpoint]
        bare = functools.partial(inspect.unwrap(view))
        bare.access = view.access  # type: ignore[attr-defined]  # it still says whom it is for
        with monkeypatch.context() as changed:
            changed.setitem(site.app.view_functions, endpoint, bare)
            told = [fault for method in ("GET", "POST") for fault in door.faults(people[0], method, path)]
        assert told, f"{endpoint} without its guard was not noticed"


def test_a_view_that_forgets_the_area_is_found(
    site: Site, people: list[Person], door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The matrix would notice: a case that is looked up whatever its area shows itself to an officer of another."""
    monkeypatch.setattr(
        "webform.web.officer.case_of",
        lambda _area, reference: db.session.scalar(select(Case).where(Case.reference == reference)),
    )
    monkeypatch.setitem(site.app.config, "SHOW_FAULTS", True)
    stranger = named(people, f"spoc of {OTHER}")
    for rule in (rule for rule in rules(site.app) if "reference" in rule.arguments):
        told = [fault for method in ("GET", "POST") for fault in door.faults(stranger, method, site.path(rule))]
        assert told, f"{rule.rule} without its area was not noticed"


def test_a_case_that_another_councillor_raised_is_found(
    site: Site, people: list[Person], door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The matrix would notice: a seat that opens any case of its area shows it to another councillor."""
    monkeypatch.setattr("webform.web.seated.raised_in", lambda _seats, reference: asker_of(reference))
    monkeypatch.setitem(site.app.config, "SHOW_FAULTS", True)
    stranger = named(people, "another councillor")
    for rule in (rule for rule in rules(site.app) if rule.rule.startswith("/page")):
        path = site.path(rule).replace(OPENING, site.raised, 1)
        told = [fault for method in ("GET", "POST") for fault in door.faults(stranger, method, path)]
        assert told, f"{rule.rule} by any reference was not noticed"


def asker_of(reference: str) -> Party | None:
    """Whoever asked in that case, whoever looks."""
    return db.session.scalars(select(Party).join(Case).where(Case.reference == reference)).first()


def test_a_task_and_a_draft_of_others_are_told_from_ones_own(site: Site, people: list[Person], door: Door) -> None:
    """The matrix looks at real rows: what it expects to be hidden opens once it is the officer's own."""
    rows = [rule for rule in rules(site.app) if rule.arguments & {"task_id", "draft_id"} and "desk" in rule.rule]
    assert len(rows) >= 4
    stranger = named(people, f"spoc of {OTHER}")
    own = replace(named(people, "the spoc who wrote it down"), area=OTHER, owns_draft=False)
    for rule in rows:
        method = "GET" if "GET" in (rule.methods or ()) else "POST"
        path = site.paths(rule)[0]
        assert list(door.faults(stranger, method, path)) == []
        assert list(door.faults(own, method, path)), f"{method} {path} looks the same to its owner"
