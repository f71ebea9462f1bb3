"""A deadline comes due: the clock claims it, tells whom the procedure names, and sets when to look again.

Each duty is one transaction, claimed by a conditional UPDATE: two clocks, or one killed in the middle, tell once.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

import structlog
from sqlalchemy import Row, select, update
from sqlalchemy.exc import DBAPIError

from webform.documents.procedure import ALARM, Procedure, Step
from webform.logs import places_of
from webform.records.store import begin_writing, db, lock_case
from webform.records.tables import Case, Deadline
from webform.rules.folder import Duty
from webform.sending.alarm import raise_alarm
from webform.words import gettext as _

from .folder import Which
from .letters import add_task
from .pinned import rules_of
from .remind import not_to_be_told, remind, reminder
from .reschedule import move_dates
from .titles import role_titles, told
from .up_to_date import bring_up_to_date

log = structlog.get_logger()
Found = Row[int, int, dt.datetime | None, str | None]
PUT_OFF = dt.timedelta(minutes=15)


def sweep(now: dt.datetime, limit: int = 100) -> int:
    """Do what is due by now, the earliest first. Returns how many duties were looked at."""
    done = 0
    while done < limit and _one(now):
        done += 1
    return done


def _one(now: dt.datetime) -> bool:
    """Claim and do one duty, in a transaction of its own. False when nothing is due."""
    begin_writing()
    try:
        found = db.session.execute(
            select(Deadline.id, Deadline.case_id, Deadline.act_at, Deadline.action)
            .where(Deadline.act_at <= now).order_by(Deadline.act_at, Deadline.id).limit(1)
        ).first()  # fmt: skip
        if found is None:
            db.session.rollback()
            return False
        try:
            _claim(found, now)
        except DBAPIError:
            raise  # the database is at fault, not this case
        except Exception as fault:
            db.session.rollback()
            _put_off(found, fault, now)
        db.session.commit()
        return True
    except BaseException:
        db.session.rollback()
        raise


def _claim(found: Found, now: dt.datetime) -> None:
    lock_case(found.case_id)
    still_due = (Deadline.id == found.id, Deadline.act_at == found.act_at)
    claimed = db.session.scalar(update(Deadline).where(*still_due).values(act_at=None).returning(Deadline.id))
    if claimed is not None:
        _act(db.session.get_one(Deadline, claimed, populate_existing=True), found.action, now)


def _put_off(found: Found, fault: Exception, now: dt.datetime) -> None:
    """One case that can't be dealt with must not hold up everybody else's: it waits, and somebody is told."""
    begin_writing()
    still_due = (Deadline.id == found.id, Deadline.act_at == found.act_at)
    db.session.execute(update(Deadline).where(*still_due).values(act_at=now + PUT_OFF))
    reference = db.session.get_one(Case, found.case_id).reference
    says = _(
        "Case %(reference)s: a notice that is due can't be made (%(fault)s). See the log of the clock.",
        reference=reference,
        fault=type(fault).__name__,
    )
    raise_alarm(f"sweep:{found.id}:{now:%Y%m%d}", "sweep", says, now)
    log.error("a deadline was put off", deadline=found.id, fault=type(fault).__name__, at=places_of(fault))


def _act(row: Deadline, action: str | None, now: dt.datetime) -> None:
    """Tell what the duty's state calls for now; it may have changed since the row was written."""
    case = db.session.get_one(Case, row.case_id)
    procedure = rules_of(case)[0]
    move_dates(case, now)
    duties = {duty.key: duty for duty in bring_up_to_date(case, now)}
    duty = duties.get((row.step, str(row.party_id or ""), row.occurrence))
    step = procedure.step(row.step)
    if duty is None or step is None:
        return
    if action == "remind" and duty.state == "open":
        row.reminded_at = now
        _remind(case, procedure, step, duty, now)
    elif action == "overdue" and duty.state == "late":
        row.overdue_at = now
        _tell_overdue(case, procedure, step, duty, now)
        row.escalated_at = now
    bring_up_to_date(case, now)


def _remind(case: Case, procedure: Procedure, step: Step, duty: Duty, now: dt.datetime) -> None:
    own = step.remind.send if step.remind else None
    _tell(case, _owners_letters(case, duty.owner, own, procedure.notices.reminder), duty, now)


def _tell_overdue(case: Case, procedure: Procedure, step: Step, duty: Duty, now: dt.datetime) -> None:
    """The owners hear that the date has passed; those whom the procedure escalates to hear that they have to act."""
    own = step.overdue.send if step.overdue else None
    named = step.escalate_to if step.escalate_to is not None else procedure.clock.escalate_to
    others = (named,) if isinstance(named, str) else named
    owners = tuple(role for role in duty.owner if role not in others)
    _tell(case, _owners_letters(case, owners, own, procedure.notices.overdue), duty, now)
    _tell(case, {role: procedure.notices.escalation for role in others if role != ALARM}, duty, now)
    if ALARM in others:
        key = f"overdue:{case.reference}:{duty.step}:{duty.party or ''}:{duty.occurrence}:{duty.due_on}"
        raise_alarm(key, "overdue", f"Case {case.reference} waits too long. Due {duty.due_on}: {step.id}.", now)


def _owners_letters(case: Case, owners: tuple[str, ...], own: str | None, usual: str) -> dict[str, str]:
    return {role: reminder(case, role, own, usual) for role in owners}


def _tell(case: Case, letters: Mapping[str, str], duty: Duty, now: dt.datetime) -> None:
    """Each role that is the council's own or can safely be reached; where nobody can, a person is asked to."""
    procedure = rules_of(case)[0]
    step, titles = told(case, duty, procedure), role_titles(procedure)
    for role, letter in letters.items():
        if whom := not_to_be_told(case, role, duty, now):
            says = _(
                "“%(step)s” is due, and the person affected does not want %(whom)s to be told. No reminder went.",
                step=step, whom=whom,
            )  # fmt: skip
        elif not remind(case, letter, role, duty, now):
            says = _(
                "Nobody could be told that “%(step)s” is due: %(role)s has no safe email address.",
                step=step, role=titles.get(role, role),
            )  # fmt: skip
        else:
            continue
        add_task(case, f"tell:{Which.of(duty)}:{role}", says, now)
