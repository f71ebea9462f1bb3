"""An earlier request of the same person: how long ago it came, what was decided, and what a rule makes of that."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.cases.conftest import Opener
from tests.cases.test_meetings import put
from tests.moment import Moment
from tests.victim import victim_in_merton
from webform.cases.history import beside, known_of_earlier
from webform.documents.condition import When
from webform.documents.procedure import Gate
from webform.documents.shelf import Shelves
from webform.rules.threshold import assess


def test_what_became_of_it_is_shown(opened: Opener, now: Moment, shelves: Shelves) -> None:
    """Both cases show each other: the later one how long before the earlier came, and what was decided there."""
    earlier = opened()
    put(earlier, "threshold-decision", {"decision": "met", "decided_on": "2026-05-11"}, now, shelves)
    now.passes(days=130)
    case = opened()
    put(case, "link", {"linked_to": earlier.reference, "linked_why": "earlier", "linked_months": 4}, now, shelves)
    (found,) = beside(case)
    assert (found.case, found.months) == (earlier, 4)
    assert [(step, said) for step, said, _at in found.decided] == [
        ("Decide on the threshold", "The threshold is met: there is a review")
    ]
    assert [(one.case, one.months) for one in beside(earlier)] == [(case, None)]


@pytest.mark.parametrize(
    ("before", "after", "months"),
    [("2026-01-31", "2026-02-28", 0), ("2026-01-31", "2026-03-31", 2), ("2025-05-12", "2026-05-11", 11)],
)
def test_whole_months_are_counted(
    opened: Opener, now: Moment, shelves: Shelves, before: str, after: str, months: int
) -> None:  # fmt: skip
    """A month is over on the same day of the next one, and not before."""
    earlier, case = (opened(received_at=dt.datetime.fromisoformat(f"{day}T12:00:00+00:00")) for day in (before, after))
    form = shelves.forms["link"]
    assert known_of_earlier(case, form, earlier.reference) == {"linked_months": months, "linked_count": 1}
    assert known_of_earlier(earlier, form, case.reference) == {}
    assert known_of_earlier(case, shelves.forms["hold"], earlier.reference) == {}


def test_earlier_requests_are_counted(opened: Opener, now: Moment, shelves: Shelves) -> None:
    """Each once, those that are on record at an earlier one too; the same request sent twice is none."""
    first, second, twin, case = (opened(received_at=now.passes(days=40)) for _ in range(4))
    said = {"linked_why": "earlier", "linked_months": 1}
    put(second, "link", {"linked_to": first.reference.lower(), **said}, now, shelves)
    put(case, "link", {"linked_to": twin.reference, "linked_why": "same-request"}, now, shelves)
    form = shelves.forms["link"]
    assert known_of_earlier(case, form, second.reference)["linked_count"] == 2
    put(case, "link", {"linked_to": second.reference, **said}, now, shelves)
    assert known_of_earlier(case, form, first.reference) == {"linked_months": 3, "linked_count": 2}


@pytest.mark.parametrize(("when", "true", "false"), [("linked_months", 4, 6), ("linked_count", 1, 2)])
@pytest.mark.parametrize("truth", [True, False, None])
def test_a_rule_can_ask_what_came_before(
    shelves: Shelves, when: str, true: int, false: int, truth: bool | None
) -> None:  # fmt: skip
    """A gate about how long ago, or how many, holds by what the officer has put on record, and waits until then."""
    procedure = shelves.procedures["merton"]
    repeat = Gate(
        id="repeat", when=When({f"link.{when}": {"under": false}}), effect="needs-decision", by="spoc",
        says="They asked before.", source="A test",
    )  # fmt: skip
    said = {"linked_to": "K7QM-24XD", "linked_why": "earlier", when: true if truth else false}
    filed = {"link": (shelves.forms["link"], said)} if truth is not None else {}
    form, day = shelves.forms[procedure.area.opens_with], dt.date(2026, 5, 11)
    asked = procedure.model_copy(update={"gates": (repeat,)})
    assert [gate.truth for gate in assess(asked, form, victim_in_merton(), day, filed).gates] == [truth]
