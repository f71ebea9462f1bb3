"""After anything was filed: what is due now, kept for the clock; and what the software owes, sent by itself."""

from __future__ import annotations

import datetime as dt

from webform.documents.procedure import SERVICE, Procedure
from webform.records.store import db
from webform.records.tables import Case, Deadline
from webform.rules.alerts import Alerts, alerts
from webform.rules.calendar import WorkingCalendar, day_of
from webform.rules.due import NO_MEETING
from webform.rules.folder import Duty
from webform.sending.alarm import raise_alarm
from webform.words import gettext as _

from .figures import keep_figures
from .folder import calendar_of, duties_of
from .letters import send_by_itself
from .pinned import rules_of
from .times import keep_times

OPEN = ("open", "late", "arranged", "held", "waiting")
ACTIONABLE = ("open", "late")
GOES_ON = (*ACTIONABLE, "arranged", "held")
OURS, THEIRS = "ours", "theirs"


def bring_up_to_date(case: Case, now: dt.datetime) -> tuple[Duty, ...]:
    """Send what the software owes, one letter at a time since each may open the next, and keep the open duties."""
    procedure = rules_of(case)[0]
    tried: set[tuple[str, str, int]] = set()  # one that can't go is a task by now, and stays due
    while True:
        duties = duties_of(case, now)
        ours = next((d for d in duties if _is_ours(d, procedure) and d.key not in tried), None)
        if ours is None:
            break
        tried.add(ours.key)
        send_by_itself(case, ours, duties, now)
    _keep(case, procedure, duties, now)
    keep_figures(case, now)
    _miss_meetings(case, duties, now)
    return duties


def _miss_meetings(case: Case, duties: tuple[Duty, ...], now: dt.datetime) -> None:
    """A duty that waits for a meeting of which no date is listed has none itself, and nobody would notice (24)."""
    for duty in duties:
        if NO_MEETING in duty.warnings and duty.state in ACTIONABLE:
            says = _(
                "%(area)s: no date is listed for the meeting of “%(step)s”. Add one to instance/calendar.toml.",
                area=case.area,
                step=duty.step,
            )
            raise_alarm(f"no-meeting:{case.reference}:{duty.step}", "no-meeting", says, now)


def _is_ours(duty: Duty, procedure: Procedure) -> bool:
    step = procedure.step(duty.step)
    return duty.state in ACTIONABLE and duty.owner == (SERVICE,) and step is not None and step.send is not None


def _keep(case: Case, procedure: Procedure, duties: tuple[Duty, ...], now: dt.datetime) -> None:
    """Lay the duties down as rows: new ones added, changed ones moved, settled ones left without anything to do."""
    kept = {(row.step, str(row.party_id or ""), row.occurrence): row for row in case.deadlines}
    calendar = calendar_of(procedure)
    for duty in duties:
        row = kept.pop(duty.key, None)
        if row is None:
            if duty.state not in OPEN:
                continue
            party_id = int(duty.party) if duty.party else None
            row = Deadline(case_id=case.id, step=duty.step, party_id=party_id, occurrence=duty.occurrence)
            row.area = case.area
            case.deadlines.append(row)
        _update(row, duty, procedure, calendar, now)
        row.listed = listed(duty, procedure) if case.seen_at else None
    for row in kept.values():
        row.state, row.listed, row.act_at, row.action = "not needed", None, None, None
    _summarise(case, procedure, duties)
    db.session.flush()


def _update(row: Deadline, duty: Duty, procedure: Procedure, calendar: WorkingCalendar, now: dt.datetime) -> None:
    step = procedure.step(duty.step)
    if row.due_at != duty.due:  # a date that moved is told of anew
        row.reminded_at = row.overdue_at = row.escalated_at = None
    row.owner, row.state, row.forecast = " ".join(duty.owner), duty.state, duty.forecast
    row.opens_at, row.due_at, row.due_on = duty.opens_at, duty.due, duty.due_on
    began = duty.starts or duty.opens_at
    keep_times(row, duty.state, day_of(began) if began else None, day_of(duty.done_at) if duty.done_at else None)
    told = alerts(duty, step, procedure.clock, calendar) if step else Alerts()
    row.act_at, row.action = _next_action(row, duty, told, now) if step else (None, None)


def listed(duty: Duty, procedure: Procedure) -> str | None:
    """On which of the desk's lists a duty stands once its case was opened: what is to be done there, or is waited for.

    What somebody may do and need not is on none, and what the software could not send has become a task.
    """
    step = procedure.step(duty.step)
    if duty.state not in ACTIONABLE or step is None or step.strength == "choice" or duty.owner == (SERVICE,):
        return None
    ours = {role.id for role in procedure.roles if not role.external}
    return OURS if ours.intersection(duty.owner) else THEIRS


def act_at_of(row: Deadline, duty: Duty, procedure: Procedure, now: dt.datetime) -> dt.datetime | None:
    """When the clock should look at a duty again, worked out anew; None where it has nothing more to say of it."""
    step = procedure.step(duty.step)
    told = alerts(duty, step, procedure.clock, calendar_of(procedure)) if step else Alerts()
    return _next_action(row, duty, told, now)[0] if step else None


def _next_action(row: Deadline, duty: Duty, told: Alerts, now: dt.datetime) -> tuple[dt.datetime | None, str | None]:
    """When the clock has to look at this duty again, and for what."""
    if duty.state == "arranged":
        return duty.arranged_for, "look"
    if duty.state == "waiting" and duty.opens_at and duty.opens_at > now:
        return duty.opens_at, "look"
    if told.remind_at and row.reminded_at is None and duty.state == "open":
        return told.remind_at, "remind"
    if told.overdue_at and row.overdue_at is None:
        return told.overdue_at, "overdue"
    return None, None


def _summarise(case: Case, procedure: Procedure, duties: tuple[Duty, ...]) -> None:
    """The columns that lists are sorted and filtered by."""
    owed = [duty for duty in duties if duty.state in ACTIONABLE and duty.owner != (SERVICE,)]
    dates = [duty.due_on for duty in owed if duty.due_on]
    case.next_on = min(dates, default=None)
    case.stage = _stage(procedure, duties) or case.stage


def _stage(procedure: Procedure, duties: tuple[Duty, ...]) -> str:
    """The furthest stage of which something was done, or the one after it that goes on. What may be done at any time
    moves nothing, and neither does what was left behind."""
    order = [stage.id for stage in procedure.stages]
    staged = [
        (duty, order.index(step.stage))
        for duty in duties
        if duty.owner != (SERVICE,) and (step := procedure.step(duty.step)) and step.stage and step.strength != "choice"
    ]
    reached = max((place for duty, place in staged if duty.done_at), default=0)
    ahead = [place for duty, place in staged if duty.state in GOES_ON and place >= reached]
    return order[min(ahead, default=reached)] if staged else ""
