"""Officers on leave: from which day until which, and who stands in. It begins and ends by itself.

Whoever stands in may be away as well: then it is whoever stands in for them, and nobody where that leads in a circle.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import aliased

from webform.house import house
from webform.records.officers import Absence, Officer
from webform.records.store import db
from webform.rules.calendar import long_date
from webform.rules.powers import may_stand_in
from webform.words import gettext as _

LONGEST = dt.timedelta(days=366)
SOON = dt.timedelta(days=14)  # how long before it begins both are told


def absences(area: str, first_on: dt.date, last_on: dt.date = dt.date.max) -> list[Absence]:
    """Who is away on any of these days, the earliest first."""
    away = aliased(Officer)
    here = select(Absence).join(away, away.id == Absence.officer_id).where(away.area == area, away.active)
    within = (Absence.last_on >= first_on, Absence.first_on <= last_on, Absence.first_on <= Absence.last_on)
    return list(db.session.scalars(here.where(*within).order_by(Absence.first_on, Absence.id)))


def stand_in_of(officer: Officer, today: dt.date) -> Officer | None:
    """Who does the work of an officer who is away today; None while they are at work, and where nobody is left."""
    return _stands_in(officer, _away(officer.area, today))


def absence_of(officer: Officer, today: dt.date) -> Absence | None:
    """The leave that the officer is on today, or will be on soon."""
    mine = [one for one in absences(officer.area, today, today + SOON) if one.officer_id == officer.id]
    return next(iter(mine), None)


def stood_in_for(officer: Officer, today: dt.date) -> list[Absence]:
    """The leave of those whose work is this officer's today, and of those who have named them for soon."""
    away = _away(officer.area, today)
    coming = [one for one in absences(officer.area, today, today + SOON) if one.first_on > today]
    now = [one for one in away.values() if _stands_in(one.officer, away) == officer]
    return [*now, *(one for one in coming if one.stand_in_id == officer.id and _still_may(officer, one.officer))]


def stand_ins(area: str, role: str, today: dt.date) -> tuple[Officer, ...]:
    """Who does the work of a role while everybody who holds it at this desk is away; nobody while one of them is in."""
    away = _away(area, today)
    if not any(one.officer.role == role for one in away.values()):
        return ()
    holders = db.session.scalars(select(Officer).where(Officer.area == area, Officer.active, Officer.role == role))
    found = [(holder, _stands_in(holder, away)) for holder in holders]
    if any(holder.id not in away for holder, _in in found):
        return ()
    return tuple(dict.fromkeys(other for _away_one, other in found if other))


def _away(area: str, today: dt.date) -> dict[int, Absence]:
    return {one.officer_id: one for one in reversed(absences(area, today, today))}


def _stands_in(officer: Officer, away: Mapping[int, Absence]) -> Officer | None:
    asked, now = {officer.id}, officer
    while now.id in away:
        absent, now = now, away[now.id].stand_in
        if now.id in asked or not _still_may(now, absent):
            return None
        asked.add(now.id)
    return now if now is not officer else None


def _still_may(stand_in: Officer, absent: Officer) -> bool:
    """Whether they are still there, and may still do as much as when the leave was put on record."""
    here = stand_in.active and stand_in.area == absent.area
    return here and may_stand_in(house().shelves.procedures.get(absent.area), stand_in.role, absent.role)


def record_leave(
    officer: Officer, stand_in: Officer, first_on: dt.date, last_on: dt.date, by: Officer, now: dt.datetime
) -> Absence:  # fmt: skip
    """Put leave on record that was found to be right (`faults`); never commits."""
    absence = Absence(
        officer=officer, stand_in=stand_in, first_on=first_on, last_on=last_on, recorded_at=now, recorded_by=by.id
    )
    db.session.add(absence)
    db.session.flush()
    return absence


def faults(
    officer: Officer, stand_in: Officer, first_on: dt.date, last_on: dt.date, today: dt.date
) -> dict[str, str]:  # fmt: skip
    """What is wrong with leave that somebody wants to put on record, by the answer that it is wrong in."""
    if last_on < first_on:
        return {"last_on": _("The last day must not be before the first")}
    if last_on < today:
        return {"last_on": _("The last day must be today or later")}
    if last_on - first_on > LONGEST:
        return {"last_on": _("Leave must not be longer than a year. Check the year")}
    meanwhile = absences(officer.area, first_on, last_on)
    if mine := next((one for one in meanwhile if one.officer_id == officer.id), None):
        return {"first_on": _("%(name)s is on leave already, %(when)s", name=officer.name, when=in_words(mine))}
    if officer.id == stand_in.id:
        return {"stand_in": _("Select somebody else to stand in")}
    if not may_stand_in(house().shelves.procedures.get(officer.area), stand_in.role, officer.role):
        return {"stand_in": _("%(name)s can’t stand in: their role may not do as much", name=stand_in.name)}
    if theirs := next((one for one in meanwhile if one.officer_id == stand_in.id), None):
        return {"stand_in": _("%(name)s is on leave too, %(when)s", name=stand_in.name, when=in_words(theirs))}
    return {}


def in_words(absence: Absence) -> str:
    """From which day until which."""
    return _("from %(first)s to %(last)s", first=long_date(absence.first_on), last=long_date(absence.last_on))


def end_leave(absence: Absence, today: dt.date) -> None:
    """Whoever was away is back, or stays: the day before today was the last. What is over already stays as it was."""
    absence.last_on = min(absence.last_on, today - dt.timedelta(days=1))
