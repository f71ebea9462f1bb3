"""Groups of a count: whatever is passed over to save time could not have been the best."""

from __future__ import annotations

import datetime as dt
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.unit.rules.forms_for_tests import incident, procedure
from tests.unit.rules.test_counting_sentences import REQUEST
from webform.documents.threshold import Count
from webform.rules.counting import Counting
from webform.rules.standing import COUNTS
from webform.rules.told import Told

RECEIVED = dt.date(2026, 11, 22)
FEATURES = ("problem", "place", "reporter")
UNITS = ("incidents", "reports", "people", "households", "agencies", "dates")
ANCHORS = ("request", "each-incident", "latest-report", "first-incident", "any")


class Watched(Counting):
    """Remembers how many groups were looked at."""

    looked = 0

    def _tally(self, *given: Any) -> Any:
        self.looked += 1
        return super()._tally(*given)


class Thorough(Watched):
    """Looks at every group."""

    def _may_be_better(self, *given: Any) -> bool:
        return True


def told(incidents: list[dict[str, Any]]) -> Told:
    numbered = [{**one, "entry": number} for number, one in enumerate(incidents, 1)]
    return Told(procedure(), REQUEST, {"happenings": numbered}, RECEIVED, {})


@st.composite
def incidents(draw: st.DrawFn) -> dict[str, Any]:
    """One incident of the last months, exact or rough, with up to two reports by few people."""
    days = [str(RECEIVED - dt.timedelta(days=draw(st.integers(0, 240)))) for _ in range(3)]
    happened = draw(st.sampled_from((days[0], tuple(sorted(days[:2])), (None, None))))
    who, what = draw(st.sampled_from((None, "Ann", "Bob", "ann "))), draw(st.sampled_from((None, "noise", "litter")))
    where, to = draw(st.sampled_from((None, "road", "park"))), draw(st.sampled_from(("police", "council")))
    return incident(happened, *days[1 : draw(st.integers(1, 3))], problem=what, place=where, to=to, by=who)


@st.composite
def counts(draw: st.DrawFn, inside: bool = False) -> dict[str, Any]:
    """A count of one or two units in groups, with windows, and perhaps another count inside the same group."""
    units = draw(st.lists(st.sampled_from(UNITS), min_size=1, max_size=2, unique=True))
    features = draw(st.lists(st.sampled_from(FEATURES), min_size=0 if inside else 1, max_size=2, unique=True))
    anchors = draw(st.lists(st.sampled_from(ANCHORS), max_size=2))
    windows = [{"date": "reported", "within": "3 months", "before": anchor} for anchor in anchors]
    more = draw(st.lists(counts(inside=True), max_size=1)) if not inside else []
    least = {unit: draw(st.integers(1, 4)) for unit in units}
    return {"at_least": least, "same": features, "among": {"window": windows}, "of_which": more}


@given(st.lists(incidents(), max_size=6), counts())
def test_passing_over_groups_changes_no_finding(listed: list[dict[str, Any]], written: dict[str, Any]) -> None:
    """Whoever looks at every group finds the same result, the same numbers and the same reasons."""
    rule, asked = Count.model_validate({"source": "Protocol, 1", **written}), told(listed)
    standings = [COUNTS] * len(asked.reports)
    quick, thorough = (kind(asked).judge(rule, standings, "").as_json() for kind in (Counting, Thorough))
    assert quick == thorough


def test_each_of_many_people_by_name_is_not_looked_at_anew() -> None:
    """Forty neighbours by name are forty groups; those that can't come closer than the first are passed over."""
    asked = told([incident("2026-11-01", "2026-11-02", by=f"Neighbour {number}") for number in range(40)])
    rule = Count.model_validate({"source": "Protocol, 1", "at_least": {"incidents": 3}, "same": ["reporter"]})
    quick, thorough = Watched(asked), Thorough(asked)
    for one in (quick, thorough):
        assert one.judge(rule, [COUNTS] * 40, "").result == "needs judgement"
    assert (quick.looked, thorough.looked) == (1, 40)
