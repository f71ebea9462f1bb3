"""The register of cases: every case that was ever opened, so that a whole case can't vanish without a trace.

Each case has an entry: a number, and a mark over what never changes about a case. The register itself is one row: how
many entries there are, under a mark that was made from entry to entry. Both marks need the key: who edits the database
without it can neither take a case out nor set the register back to a shorter one.

What the marks can't tell: that somebody put an older copy of the whole database in its place. For that, what `flask
verify` prints is kept elsewhere, and compared with `flask verify --known`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Row, event, select
from sqlalchemy.orm import Session

from .chain import canonical
from .sealed import keyed_hash
from .store import db, insert_unless_there
from .tables import Case, Register

FIXED = ("id", "reference", "area", "scope", "version", "channel", "received_at", "opened_at")
NEW = "asb_new_cases"  # in the session: who has to be entered before it commits


def enter(case: Case) -> None:
    """Put a new case into the register, at the very end of its transaction.

    Whoever enters a case keeps everybody else from entering one until the commit; and a lock that is always taken last
    can't be part of a deadlock.
    """
    db.session.flush()
    db.session.info.setdefault(NEW, []).append(case.id)


@event.listens_for(Session, "before_commit")
def _enter_new_cases(session: Session) -> None:
    for case_id in session.info.pop(NEW, ()):
        _enter(session.get_one(Case, case_id))


@event.listens_for(Session, "after_rollback")
def _forget_new_cases(session: Session) -> None:
    session.info.pop(NEW, None)


def _enter(case: Case) -> None:
    head = _locked_head()
    case.entry = head.count + 1
    case.entry_mark = entry_mark(case.entry, case)
    head.count, head.mark = case.entry, fold(head.mark, case.entry_mark)
    db.session.flush()


def entry_mark(number: int, case: Case | Row[Any]) -> str:
    """What only an installation with the keys can make of a case's number and of what never changes about it.

    An area's own folder goes over to new rules with its area; a case keeps those that it was opened under.
    """
    fixed = {name: getattr(case, name) for name in FIXED}
    if case.scope != "case":
        del fixed["version"]
    return keyed_hash("register entry", canonical({"number": number, **fixed}))


def fold(before: str, mark: str) -> str:
    """The mark of the register with one more entry."""
    return keyed_hash("register", before + mark)


def register_faults(known: str = "") -> tuple[str, ...]:
    """What was changed or taken away, in plain words. `known`: what was printed at an earlier time."""
    head, rows = _head(), _entries()
    faults = [f"Case {row.reference}: it is not in the register." for row in rows if row.entry is None]
    entered = [row for row in rows if row.entry is not None]
    there = {row.entry for row in entered}
    gone = [number for number in range(1, max([head.count, *there]) + 1) if number not in there]
    faults += [f"Case number {number} of the register is gone, with everything in it." for number in gone]
    faults += [f"Case {row.reference}: what it was opened with was changed." for row in entered if not _holds(row)]
    if not faults and _folded(row.entry_mark for row in entered) != head.mark:
        faults.append("The register is not the one that was kept last.")
    return tuple(faults) + (_known_faults(known, entered) if known else ())


def written_down() -> str:
    """The register in one word, to be kept elsewhere: how many cases there are, and its mark."""
    head = _head()
    return f"{head.count}-{head.mark[:16]}"


def _known_faults(known: str, entered: Iterable[Row[Any]]) -> tuple[str, ...]:
    count, _, mark = known.partition("-")
    number = int(count) if count.isdecimal() else 0
    upto = [row.entry_mark for row in entered if row.entry <= number]
    if number and len(upto) == number and _folded(upto)[: len(mark)] == mark and len(mark) == 16:
        return ()
    return (f"The register does not continue the one that was written down as {known}: an older copy, or another one.",)


def _head() -> Register:
    """The one row; before the first case there is none."""
    query = select(Register).where(Register.id == 1).execution_options(populate_existing=True)
    return db.session.scalar(query) or Register(count=0, mark="")


def _locked_head() -> Register:
    """The one row, made if need be; whoever wants to enter another case waits."""
    insert_unless_there(Register, id=1, count=0, mark="")
    return db.session.get_one(Register, 1, with_for_update=True, populate_existing=True)


def _entries() -> list[Row[Any]]:
    columns = [getattr(Case, name) for name in FIXED]
    return list(db.session.execute(select(Case.entry, Case.entry_mark, *columns).order_by(Case.entry)))


def _holds(row: Row[Any]) -> bool:
    return bool(row.entry_mark == entry_mark(row.entry, row))


def _folded(marks: Iterable[str]) -> str:
    mark = ""
    for one in marks:
        mark = fold(mark, one)
    return mark
