"""What a filed extension makes of a due date (language.md, section 2, sentence 22)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from webform.words import gettext as _
from webform.words import gettext_noop as N_

from .calendar import NONE_HELD, ONE_DAY, day_of, end_of, long_date, pass_over
from .course import Course, Due
from .folder import Filed
from .limits import ended_holds

if TYPE_CHECKING:
    from .reckoning import Reckoning

NOT_ALLOWED = N_("extended though the procedure allows no extension")
NOT_BY_THEM = N_("extended by somebody who may not")
TOO_LONG = N_("extended beyond what the procedure allows")
NO_NEW_DATE = N_("extended without a new date")
AT_MOST = N_("It may be put off by")


def extended(r: Reckoning, course: Course, due: Due) -> Due:
    """The due date after every extension that was filed while the duty was still to be done."""
    for paper in r.papers.extensions(course.step.id, course.seat):
        if paper.effective_at > r.now or course.is_done_by(paper.effective_at):
            break
        refusal = _refusal(course, paper)
        due = replace(due, warnings=(*due.warnings, refusal)) if refusal else _put_off(r, course, due, paper)
    return due


def _refusal(course: Course, paper: Filed) -> str:
    """Why the extension changes nothing; '' if it does."""
    allowed = course.step.may_be_extended_by()
    if not allowed:
        return NOT_ALLOWED
    if paper.role and paper.role not in allowed:
        return NOT_BY_THEM
    return "" if paper.until else NO_NEW_DATE


def _put_off(r: Reckoning, course: Course, due: Due, paper: Filed) -> Due:
    day = paper.until or r.today
    lines = [
        *due.lines,
        _(
            "Extended on %(effective_at)s to %(day)s.",
            effective_at=long_date(day_of(paper.effective_at)),
            day=long_date(day),
        ),
    ]
    warnings = due.warnings
    known = due.on if due.known else None
    original = due.original or known
    rule = course.step.may_extend
    if rule and rule.most and original:
        last = r.calendar.add(original, rule.most).date
        if day > last:
            day, warnings = last, (*warnings, TOO_LONG)
            lines.append(
                _("%(at_most)s %(most)s at most, to %(day)s.", at_most=_(AT_MOST), most=rule.most, day=long_date(day))
            )
    moved = _moved_by_holds(r, course, paper, day)
    if moved != day:
        lines.append(_("The days on hold since then move it to %(moved)s.", moved=long_date(moved)))
    breached = due.breached or (due.known is not None and due.known < paper.effective_at)
    return replace(
        due, at=end_of(moved), on=moved, forecast=False, lines=tuple(lines), warnings=warnings, original=original,
        breached=breached,
    )  # fmt: skip


def _moved_by_holds(r: Reckoning, course: Course, paper: Filed, day: date) -> date:
    """The new date, moved by the days after the filing that were held."""
    filed_on = day_of(paper.effective_at)
    held, moved = NONE_HELD, day
    for hold, ends in ended_holds(r, course):
        if course.is_done_by(hold.start) or end_of(moved) < hold.start:
            break
        held |= hold.days(day_of(ends))
        moved = pass_over(filed_on, day, ONE_DAY, held).date
    return moved
