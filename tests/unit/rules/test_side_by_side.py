"""Areas side by side: every number that they have published, and a total that betrays none that they hide."""

from __future__ import annotations

import datetime as dt

from webform.rules.figure_set import FigureSet, Line, Published
from webform.rules.periods import Period
from webform.rules.side_by_side import side_by_side
from webform.rules.worked_out import Meant

YEAR = Period(dt.date(2025, 4, 1), dt.date(2026, 3, 31))
QUARTER = Period(dt.date(2026, 1, 1), dt.date(2026, 3, 31))


def published(period: Period = YEAR, **numbers: int | None) -> Published:
    """What an area has published; None is hidden."""
    meant = Meant("plan", "plan", "")
    lines = (Line(name, name.capitalize(), number or 2, number is None, meant) for name, number in numbers.items())
    return Published(FigureSet(period, tuple(lines), 5))


def test_a_total_is_shown_where_no_part_of_it_is_hidden() -> None:
    """Two areas show their requests and one hides its reviews: requests add up, and reviews do not."""
    (one,) = side_by_side({"Upton": [published(asked=7, held=6)], "Downton": [published(asked=5, held=None)]})
    assert (one.period, one.areas) == (YEAR, ("Upton", "Downton"))
    assert [(column.title, column.total) for column in one.columns] == [("Asked", 12), ("Held", None)]
    assert [line.shown for line in one.columns[1].lines.values()] == [6, None]


def test_other_periods_and_other_figures_stand_by_themselves() -> None:
    """A quarter is not added to a year, and an area that does not count something has no 0 there."""
    quarter, year = side_by_side({
        "Upton": [published(asked=7)], "Downton": [published(QUARTER, asked=5)],
        "Overton": [published(asked=6, appealed=5)],
    })  # fmt: skip
    assert (quarter.period, quarter.areas) == (QUARTER, ("Downton",))
    assert (year.areas, [column.total for column in year.columns]) == (("Upton", "Overton"), [13, 5])
    assert "Upton" not in year.columns[1].lines
