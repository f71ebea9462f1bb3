"""Every key that a document can write does something: change it, and somebody sees something else.

What is probed is compared with the schemas, so that a new key needs a probe, and a probe a key.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, get_args

import pytest
from pydantic import BaseModel

from tests.guards import views
from tests.guards.probes import FORM, LETTER, Probe
from tests.guards.probes_procedure import PROCEDURE
from tests.guards.small import GONE, Papers
from tests.guards.views import Service, View
from tests.installation import Installation, installed
from tests.moment import Moment
from webform.documents.form import Form
from webform.documents.letter import Letter
from webform.documents.procedure import Procedure

PROBES = (*FORM, *LETTER, *PROCEDURE)
Look = Callable[[str, Papers], Any]


def tables(kind: Any, seen: set[Any]) -> set[type[BaseModel]]:
    """The tables that a document of this kind is made of."""
    if kind not in seen:
        seen.add(kind)
        parts = [*get_args(kind)]
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            parts += [field.annotation for field in kind.model_fields.values()]
        for part in parts:
            tables(part, seen)
    return {one for one in seen if isinstance(one, type) and issubclass(one, BaseModel)}


def keys() -> Iterator[tuple[str, str]]:
    """Every key of every table of the three schemas, as documents write it."""
    seen: set[Any] = set()
    for document in (Form, Letter, Procedure):
        tables(document, seen)
    for table in tables(Form, seen):
        for name, field in table.model_fields.items():
            yield table.__name__, field.alias or name


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """An installation with the small area."""
    with installed(tmp_path_factory.mktemp("keys"), Papers().shelves()) as installation:
        yield installation


@pytest.fixture(scope="module")
def seen_before() -> dict[Any, Any]:
    """What each view has seen already of documents that several probes start from."""
    return {}


@pytest.fixture
def look(small: Installation, now: Moment) -> Look:
    """Looks at documents from where the view of that name stands."""
    service = Service(small, now)

    def at(name: str, papers: Papers) -> Any:
        view: View = getattr(service, name, None) or getattr(views, name)
        return view(papers)

    return at


def changed(probe: Probe) -> tuple[Papers, Papers]:
    """The documents as they are, and with the one change."""
    both = Papers(), Papers()
    for papers in both:
        for path, value in probe.first.items():
            papers.put(path, value)
    return both[0], both[1].put(probe.path, probe.value)


def test_every_key_has_one_probe() -> None:
    """No key of a schema goes unproved, none is proved twice, and no probe is left of a key that is gone."""
    probed = [(probe.table, probe.key) for probe in PROBES]
    assert sorted(probed) == sorted(keys())


@pytest.mark.parametrize("probe", PROBES, ids=str)
def test_the_key_makes_a_difference(probe: Probe, look: Look, seen_before: dict[Any, Any]) -> None:
    """A duty, a finding, a page, a letter, a list, a fault or a time of keeping is another one."""
    papers, other = changed(probe)
    known = (probe.view, *sorted(probe.first))
    if known not in seen_before:
        seen_before[known] = look(probe.view, papers)
    assert look(probe.view, other) != seen_before[known]


@pytest.mark.parametrize("name", sorted({probe.view for probe in PROBES}))
def test_a_view_sees_the_same_twice(name: str, look: Look) -> None:
    """What differs is the document's doing: time, references and tokens are no part of a view."""
    assert look(name, Papers()) == look(name, Papers())


def test_a_probe_changes_what_is_there() -> None:
    """What a probe takes out stands in the small documents."""
    for probe in PROBES:
        if probe.value is GONE:
            changed(probe)
