"""Officers join and leave."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from tests.cases.conftest import Opener
from tests.moment import Moment
from webform.cases.officers import HANDED_OVER, add_officer, find_officer, leave
from webform.errors import Refusal
from webform.records.officers import Officer
from webform.records.outbox import Task
from webform.records.store import db
from webform.records.tables import Draft


def sam(area: str = "merton") -> Officer:
    return add_officer("Sam.Spoc@merton.example", "Sam Spoc", area, "spoc")


def kit(area: str = "merton") -> Officer:
    return add_officer("kit@merton.example", "Kit Deputy", area, "deputy")


def test_officer_is_found_however_the_address_is_written(store: Flask) -> None:
    """Capitals in an address make no second officer."""
    assert find_officer(" sam.SPOC@merton.example ") is None
    officer = sam()
    assert find_officer(" sam.SPOC@merton.example ") is officer
    with pytest.raises(Refusal, match="belongs to an officer already: Sam Spoc"):
        add_officer("sam.spoc@MERTON.example", "Somebody", "merton", "officer")


def test_leaving_ends_sessions_and_codes(store: Flask, now: Moment) -> None:
    """Who leaves is not active, their sessions' key is another one, and their codes are gone."""
    officer = sam()
    officer.us_totp_secrets = "{}"
    before = officer.fs_uniquifier
    leave(officer)
    assert (officer.active, officer.left_at, officer.us_totp_secrets) == (False, now(), None)
    assert officer.fs_uniquifier != before


def test_coming_back_is_a_fresh_start_under_the_same_entry(store: Flask) -> None:
    """Documents name their author, so the entry stays; old sessions and codes stay dead."""
    officer = sam()
    before = officer.fs_uniquifier
    leave(officer)
    again = add_officer("sam.spoc@merton.example", "Sam S. Spoc", "merton", "deputy")
    assert again.id == officer.id
    assert (again.active, again.left_at, again.role, again.name) == (True, None, "deputy", "Sam S. Spoc")
    assert again.fs_uniquifier != before


def test_nobody_who_only_reads_takes_over(store: Flask) -> None:
    """The cases of somebody who leaves go to one who can work on them."""
    auditor = add_officer("ada@merton.example", "Ada Look", "merton", "auditor")
    with pytest.raises(Refusal, match="Ada Look can't take over"):
        leave(sam(), auditor)


def test_cases_and_drafts_go_to_the_successor(opened: Opener, now: Moment) -> None:
    """Each open case changes hands and says so; closed ones stay as they were; unfinished forms go along."""
    case, closed = opened(), opened()
    old, new = sam(), kit()
    case.owner_officer_id = closed.owner_officer_id = old.id
    closed.closed_at = now()
    draft = Draft(
        key_digest="x", area="merton", form="f", version="v", created_at=now(), touched_at=now(), expires_at=now(),
        officer_id=old.id,
    )  # fmt: skip
    db.session.add(draft)
    db.session.flush()
    assert leave(old, hand_to=new) == 1
    db.session.refresh(draft)
    assert (case.owner_officer_id, closed.owner_officer_id, draft.officer_id) == (new.id, old.id, new.id)
    (task,) = db.session.scalars(select(Task).where(Task.kind == HANDED_OVER))
    assert task.says == "Sam Spoc has left. Kit Deputy has taken the case over."
    assert (task.case_id, task.area) == (case.id, "merton")


def test_without_successor_the_case_asks_for_one(opened: Opener) -> None:
    """A case that nobody takes over belongs to nobody, and a task says so."""
    case = opened()
    old = sam()
    case.owner_officer_id = old.id
    assert leave(old) == 1
    assert case.owner_officer_id is None
    (task,) = db.session.scalars(select(Task).where(Task.kind == HANDED_OVER))
    assert task.says.endswith("Nobody has taken the case over yet.")


def test_only_a_colleague_at_work_can_take_over(store: Flask) -> None:
    """Neither another area's officer, nor one who has left, nor the one who leaves."""
    old, other, gone = sam(), kit(area="elsewhere"), add_officer("g@merton.example", "Gone", "merton", "officer")
    leave(gone)
    for successor in (other, gone, old):
        with pytest.raises(Refusal, match="can't take over"):
            leave(old, hand_to=successor)
    assert old.active
