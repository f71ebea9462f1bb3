"""What is over its time goes, from every place; what somebody waits for or needs stays. On both databases."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from tests.bundles import ready_bundle
from tests.cases.conftest import Opener
from tests.cases.test_effects import file
from tests.evidence import kept
from tests.moment import Moment
from tests.places import found_in, plant, sealed_columns, secrets_of
from webform.cases.after_restore import KEPT, settle
from webform.cases.cross_check import disagreements
from webform.cases.erase import erase_case, erase_own_draft
from webform.cases.links import mint, revoke
from webform.cases.officers import add_officer, leave
from webform.cases.retention import keep_to_retention, shortest
from webform.cases.sweep import sweep
from webform.clock import the_jobs
from webform.documents.shelf import Shelves
from webform.errors import Refusal
from webform.house import house
from webform.records import erasures
from webform.records.backup import backup, remove_older, restore
from webform.records.chain import verify_all
from webform.records.links import Colleague
from webform.records.outbox import Alarm
from webform.records.store import begin_writing, db
from webform.records.tables import Access, Attempt, BlindIndex, Case, CaseLink, Draft, Link, Message, Officer, Task
from webform.records.verify import look_at_the_record
from webform.sending.alarm import raise_alarm
from webform.sending.mailbox import Mailbox
from webform.sending.outbox import deliver_due

WORDS = "Quillfeather"  # in nobody's name and in no letter
PLAIN = f"%PDF-1.7 {WORDS}".encode()


def drafted(now: Moment, **changes: Any) -> Draft:
    """A form that somebody has begun."""
    begun = {"area": "merton", "form": "request", "version": "v", "created_at": now(), "touched_at": now()}
    draft = Draft(**{**begun, "key_digest": "k", "expires_at": now() + dt.timedelta(days=28), **changes})
    db.session.add(draft)
    db.session.flush()
    return draft


def full_case(opened: Opener, now: Moment, **changes: Any) -> Case:
    """A case with a file, a bundle, a colleague, a form that an officer has begun, a task, looks and a link."""
    begin_writing()
    sent = kept(drafted(now, key_digest=f"sent {changes}"), now(), PLAIN)
    db.session.commit()
    case = opened(evidence=["letters"], added_files=[sent], headline=WORDS, **changes)
    party = case.parties[0]
    officer = add_officer("kim@merton.example", "Kim", "merton", "spoc")
    db.session.flush()
    drafted(now, key_digest=f"begun {case.id}", case_id=case.id, email=WORDS, answers={"what": WORDS})
    mint(party, now())
    ready_bundle(case.id, now(), PLAIN)
    asked = {"step": "s", "name": "A", "email": "a@b.example", "email_digest": "d", "asked_by": "B", "asked_at": now()}
    db.session.add_all([
        Colleague(case_id=case.id, party_id=party.id, **asked),
        Task(case_id=case.id, area="merton", kind="mine", says=WORDS, created_at=now()),
        Access(officer_id=officer.id, case_id=case.id, at=now(), what="case"),
    ])  # fmt: skip
    db.session.commit()
    return case


def close(case: Case, now: Moment) -> None:
    """It ended, years ago in a moment."""
    case.closed_at = now()
    db.session.commit()


def deliver(now: Moment) -> int:
    db.session.rollback()
    db.session.expire_all()
    return deliver_due(now())


def erased(now: Moment) -> int:
    db.session.rollback()
    db.session.expire_all()
    return keep_to_retention(now())


def test_nothing_is_left_of_a_case_in_any_place(
    opened: Opener, now: Moment, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """Words that lie in every sealed column, file, email and backup of a case lie nowhere once its time is over.

    The chain still holds, and nothing of another case, which is still open, is touched.
    """
    case, other = full_case(opened, now), opened(name="Ben Other", email="ben@people.example")
    reference, files = case.reference, secrets_of(case.id)
    for message in db.session.scalars(select(Message).where(Message.case_id == case.id)):
        message.text = WORDS
    db.session.commit()
    assert deliver(now)
    plant(case.id, WORDS, but=("documents", "attachments"))
    close(case, now)
    before = backup(tmp_path / "before", instance=house().settings.instance, now=now())
    everywhere = {f"{table}.{one.name}" for table, columns in sealed_columns().items() for one in columns}
    unplanted = {"documents.body", "documents.salt", *(f"attachments.{one}" for one in ("secret", "name", "sha256"))}
    log = "".join(capfd.readouterr())
    assert found_in(WORDS, log, files, before) == (everywhere - unplanted) | {"a file", "mail", "backup"}
    now.passes(days=6 * 366)
    assert erased(now) == 1
    Mailbox(house().settings.mailbox).sweep()
    after = backup(tmp_path / "after", instance=house().settings.instance, now=now())
    assert found_in(WORDS, "".join(capfd.readouterr()), files, after) == set()
    found = db.session.scalars(select(Case).where(Case.reference == reference)).one()
    assert (found.erased_at, found.headline, found.flags, len(found.documents) > 0) == (now(), None, [], True)
    assert db.session.scalars(select(BlindIndex).where(BlindIndex.case_id == found.id)).all() == []
    assert verify_all() == ()
    assert erasures.is_noted("case", reference)
    assert (other.parties[0].person["name"], other.erased_at) == ("Ben Other", None)


def test_what_somebody_waits_for_is_not_erased(opened: Opener, now: Moment, shelves: Shelves) -> None:
    """An email that has not gone, one that nobody has seen to, a person's decision and another body keep a case."""
    case, other = opened(), opened(name="Ben Other", email="ben@people.example")
    close(case, now)
    now.passes(days=6 * 366)
    assert erased(now) == 0  # its emails wait for the mail server
    assert deliver(now)
    task = Task(case_id=case.id, area="merton", kind="undelivered", says="-", created_at=now())
    db.session.add(task)
    db.session.commit()
    assert erased(now) == 0  # somebody has to find another way
    task.done_at = now()
    db.session.commit()
    file(case, "keep-case", shelves, now, keep_why="The Ombudsman asks for it.")
    assert (case.kept_since, deliver(now), erased(now)) == (now(), 0, 0)
    file(case, "let-case-go", shelves, now, let_go_why="It is over.")
    link = CaseLink(case_id=case.id, other_id=other.id, kind="handed-over", at=now(), step="s")
    db.session.add(link)
    db.session.commit()
    assert (case.kept_since, erased(now)) == (None, 0)  # a decision is awaited from elsewhere
    with pytest.raises(Refusal, match="Nobody has this case kept"):
        file(case, "let-case-go", shelves, now, let_go_why="Again.")
    db.session.rollback()
    link.returned_at = now()
    db.session.commit()
    assert erased(now) == 1


def test_time_counts_from_the_day_that_the_case_closed(opened: Opener, now: Moment) -> None:
    """A case goes once six years have passed in full, and not on their last day; an open one never does."""
    case, _still_open = opened(), opened(name="Ben Other", email="ben@people.example")
    deliver(now)
    close(case, now)  # on 11 May 2026
    now.is_("2032-05-11 23:30")
    assert erased(now) == 0
    now.is_("2032-05-12 00:30")
    db.session.rollback()
    housekeeping = next(job for job in the_jobs(now()) if job.name == "housekeeping")
    housekeeping.work(now(), lambda: False)
    assert case.erased_at == now()
    assert erased(now) == 0


def test_emails_and_looks_go_before_their_case(opened: Opener, now: Moment) -> None:
    """A year on, an email says nothing any more while its letter is on record; who looked is forgotten after two.

    An email that could not be delivered stays as long as somebody still has to see to it.
    """
    case = full_case(opened, now)
    refused = db.session.scalars(select(Message).where(Message.case_id == case.id)).all()[-1]
    refused.state = "refused"
    task = Task(case_id=case.id, area="merton", kind="undelivered", says="-", created_at=now())
    db.session.add_all([task, Attempt(counter="c", at=now())])
    db.session.commit()
    deliver(now)
    now.passes(days=360)
    assert (erased(now), _with_words(case)) == (0, db.session.query(Message).filter_by(case_id=case.id).count())
    assert db.session.query(Attempt).count() == 0
    now.passes(days=10)
    assert (erased(now), _with_words(case), db.session.query(Access).count()) == (0, 1, 1)
    task.done_at = now()
    db.session.commit()
    assert (erased(now), _with_words(case)) == (0, 0)
    assert case.documents[0].answers
    assert [fault for fault in disagreements(now()) if "message" in fault or "letter" in fault] == []
    now.passes(days=370)
    assert (erased(now), db.session.query(Access).count()) == (0, 0)


def _with_words(case: Case) -> int:
    db.session.expire_all()
    return sum(bool(one.text) for one in db.session.scalars(select(Message).where(Message.case_id == case.id)))


def test_an_older_backup_brings_nobody_back_and_sends_nothing(opened: Opener, now: Moment, tmp_path: Path) -> None:
    """After a restore of a backup from before: who was erased is erased again, a draft that was thrown away is gone,
    a link that was ended stays shut, who left stays out; every email that would go is put before a person."""
    case, going_on = full_case(opened, now), opened(name="Ben Other", email="ben@people.example")
    going_on.seen_at = None
    mine = drafted(now, key_digest="mine")
    officer = db.session.scalars(select(Officer).where(Officer.name == "Kim")).one()
    link = db.session.scalars(select(Link).where(Link.case_id == case.id)).first()
    assert link is not None
    close(case, now)
    assert db.session.query(Message).filter_by(state="waiting").count() >= 2
    archive = backup(tmp_path, instance=house().settings.instance, now=now())
    digest, officer_id, mine_id = link.digest, officer.id, mine.id
    now.passes(minutes=1)
    begin_writing()
    erase_own_draft(db.session.get_one(Draft, mine_id), now())
    revoke(case.parties[0], now())
    leave(db.session.get_one(Officer, officer_id), None)
    db.session.commit()
    deliver(now)
    now.passes(days=6 * 366)
    while sweep(now()):  # what the clock had to say meanwhile was said
        pass
    deliver(now)
    assert erased(now) == 1
    beside = erasures.lay_beside(tmp_path)
    known = erasures.erased_before(beside.parent)
    house().settings.erasures.unlink()  # the machine is lost: what lies beside the backup is enough
    sent = {path.name for path in house().settings.mailbox.iterdir()}
    restore(archive, instance=house().settings.instance, force=True, afterwards=lambda made: settle(known, made, now()))
    while sweep(now()):
        pass
    assert deliver(now) == 0
    assert {path.name for path in house().settings.mailbox.iterdir()} == sent
    gone, there = db.session.scalars(select(Case).where(Case.scope == "case").order_by(Case.id))
    assert (gone.erased_at is not None, gone.headline, there.erased_at) == (True, None, None)
    assert db.session.scalar(select(Draft).where(Draft.key_digest == "mine")) is None
    assert db.session.scalars(select(Link.revoked_at).where(Link.digest == digest)).one() is not None
    assert db.session.get_one(Officer, officer_id).active is False
    waits = db.session.scalars(select(Task.says).where(Task.case_id == there.id, Task.kind == "undelivered")).all()
    assert all("brought back from a backup of Monday 11 May 2026" in says for says in waits)
    assert any("ben@people.example" in says for says in waits)
    assert "restored" in _alarms()
    assert erasures.erased_before() == known  # the file was written anew


def _alarms() -> list[str]:
    """The kinds of the alarms that the webhook has not taken."""
    return sorted(db.session.scalars(select(Alarm.kind).where(Alarm.delivered_at.is_(None))))


def test_what_is_still_so_after_a_restore_raises_its_alarm(opened: Opener, now: Moment, tmp_path: Path) -> None:
    """Nobody has opened the referral, and it came due while the service was away: whoever is on call hears of it, and
    of the flag that nobody had taken. An alarm of a case that is over, or of the machine as it was, does not go, and
    one of the machine is raised anew while it is so, on the same day too."""
    case, over = opened(), opened(name="Ben Other", email="ben@people.example")
    deliver(now)
    begin_writing()
    for key in (f"flag:x:{case.reference}", f"flag:x:{over.reference}", f"calendar {now():%Y%m%d}"):
        raise_alarm(key, key.partition(":")[0].partition(" ")[0], "-", now())
    close(over, now)
    archive = backup(tmp_path, instance=house().settings.instance, now=now())
    now.passes(days=4)
    begin_writing()
    raise_alarm("taken", "taken", "-", now())
    db.session.commit()
    case = _brought_back(archive, now)
    assert _alarms() == ["flag", "overdue", "restored"]
    raise_alarm(f"calendar {now() - dt.timedelta(days=4):%Y%m%d}", "calendar", "-", now())
    assert _alarms() == ["calendar", "flag", "overdue", "restored"]
    keys = db.session.scalars(select(Alarm.key).where(Alarm.kind.in_(["flag", "overdue"]))).all()
    assert all(case.reference in key for key in keys)


def test_who_came_back_before_the_backup_stays(store: Flask, now: Moment, tmp_path: Path) -> None:
    """An officer who left and was let in again can sign in after a restore of a backup made since."""
    officer = add_officer("kim@merton.example", "Kim", "merton", "spoc")
    db.session.flush()
    leave(officer, None)
    db.session.commit()
    now.passes(hours=1)
    add_officer("kim@merton.example", "Kim", "merton", "spoc")
    db.session.commit()
    known = erasures.erased_before()
    archive = backup(tmp_path, instance=house().settings.instance, now=now())
    restore(archive, instance=house().settings.instance, force=True, afterwards=lambda made: settle(known, made, now()))
    assert db.session.scalars(select(Officer.active).where(Officer.name == "Kim")).all() == [True]


def test_what_is_kept_is_kept_whole(opened: Opener, now: Moment, shelves: Shelves) -> None:
    """While a person has a case kept, its emails and who looked at it stay as well; once that ends they go."""
    case = full_case(opened, now)
    deliver(now)
    close(case, now)
    file(case, "keep-case", shelves, now, keep_why="The Ombudsman asks for it.")
    looks, words = db.session.query(Access).count(), _with_words(case)
    assert looks
    assert words
    now.passes(days=3 * 366)
    assert (erased(now), _with_words(case), db.session.query(Access).count()) == (0, words, looks)
    file(case, "let-case-go", shelves, now, let_go_why="It is over.")
    assert (erased(now), _with_words(case), db.session.query(Access).count()) == (0, 0, 0)


def _brought_back(archive: Path, now: Moment) -> Case:
    """The first case after a restore of that backup, and after the hourly round that follows."""
    known = erasures.erased_before()
    restore(archive, instance=house().settings.instance, force=True, afterwards=lambda made: settle(known, made, now()))
    erased(now)
    return db.session.scalars(select(Case).where(Case.scope == "case").order_by(Case.id)).all()[0]


def power_goes(case: Case, now: Moment) -> None:
    """The power goes while a case is erased: the register has its line, and the case is there."""
    begin_writing()
    erase_case(case, now())
    db.session.rollback()


def test_no_restore_erases_what_somebody_has_kept(
    opened: Opener, now: Moment, shelves: Shelves, tmp_path: Path
) -> None:
    """A case is kept after a power cut between the register and the erasure, and after the backup was made: whatever
    backup comes back, it is still there and still kept. Once it was let go and erased, it stays erased."""
    case = opened()
    deliver(now)
    close(case, now)
    now.passes(days=6 * 366)
    begin_writing()
    older = backup(tmp_path / "older", instance=house().settings.instance, now=now())
    now.passes(minutes=1)
    power_goes(case, now)
    now.passes(minutes=1)
    file(case, "keep-case", shelves, now, keep_why="A court asks for it.")
    kept_on = now()
    now.passes(minutes=1)
    newer = backup(tmp_path / "newer", instance=house().settings.instance, now=now())
    now.passes(minutes=1)
    for archive in (newer, older):
        back = _brought_back(archive, now)
        assert (back.erased_at, back.kept_since, bool(back.documents[0].answers)) == (None, kept_on, True)
    assert db.session.scalars(select(Task.kind).where(Task.done_at.is_(None), Task.kind == KEPT)).all() == [KEPT]
    file(_brought_back(newer, now), "let-case-go", shelves, now, let_go_why="It is over.")
    for task in db.session.scalars(select(Task)):
        task.done_at = now()  # what the restore has put before a person
    db.session.commit()
    now.passes(minutes=1)
    assert erased(now) == 1
    assert _brought_back(newer, now).erased_at is not None


def test_no_restore_erases_what_somebody_has_opened_again(
    opened: Opener, now: Moment, shelves: Shelves, tmp_path: Path
) -> None:
    """A case is opened again after a power cut between the register and the erasure, and after the backup was made, in
    which it is closed and over its time: it is there and kept until a person has looked at it. A backup from before
    its end has it open, and needs nothing. Once it was closed and erased for good, it stays erased."""
    case = opened()
    deliver(now)
    still_open = backup(tmp_path / "open", instance=house().settings.instance, now=now())
    now.passes(minutes=1)
    close(case, now)
    now.passes(days=6 * 366)
    begin_writing()
    closed = backup(tmp_path / "closed", instance=house().settings.instance, now=now())
    now.passes(minutes=1)
    power_goes(case, now)
    now.passes(minutes=1)
    file(case, "reopen", shelves, now, reopen_from="seen", reopen_why="It goes on.")
    opened_on = now()
    now.passes(minutes=1)
    back = _brought_back(still_open, now)
    assert (back.erased_at, back.closed_at, back.kept_since) == (None, None, None)
    back = _brought_back(closed, now)
    assert (back.erased_at, back.kept_since, bool(back.documents[0].answers)) == (None, opened_on, True)
    asked = db.session.scalars(select(Task.says).where(Task.kind == KEPT)).all()
    assert ["was opened again" in says for says in asked] == [True]
    file(back, "let-case-go", shelves, now, let_go_why="It is over.")
    for task in db.session.scalars(select(Task)):
        task.done_at = now()
    db.session.commit()
    now.passes(minutes=1)
    assert erased(now) == 1
    house().settings.erasures.unlink()  # the rows know the later time as well
    for archive in (still_open, closed):
        gone = _brought_back(archive, now)
        assert gone.erased_at is not None
        assert gone.closed_at is not None
        assert look_at_the_record().faults == ()


def test_a_power_cut_erases_nothing_that_goes_on_again(
    opened: Opener, now: Moment, shelves: Shelves, tmp_path: Path
) -> None:
    """The line in the register of something that was not erased after all costs no case that a later backup holds."""
    case = opened()
    deliver(now)
    close(case, now)
    now.passes(days=6 * 366)
    power_goes(case, now)
    now.passes(minutes=1)
    begin_writing()
    case.closed_at = None  # somebody has opened it again
    db.session.commit()
    now.passes(minutes=1)
    archive = backup(tmp_path, instance=house().settings.instance, now=now())
    assert _brought_back(archive, now).erased_at is None


def test_what_has_the_number_of_something_erased_stays(opened: Opener, now: Moment, tmp_path: Path) -> None:
    """After a restore numbers are given anew: a later document is not what was erased under its number before."""
    case = opened()
    document = case.documents[0]
    erasures.note("document", f"{case.reference} {document.number}", document.filed_at - dt.timedelta(days=1))
    db.session.commit()
    archive = backup(tmp_path, instance=house().settings.instance, now=now())
    assert _brought_back(archive, now).documents[0].answers


def test_backups_are_kept_as_long_as_the_strictest_area_says(store: Flask, now: Moment, tmp_path: Path) -> None:
    """Where backups are written, those over their time are removed; what else lies there stays."""
    for day in (1, 10, 20, 39, 40):
        (tmp_path / f"asb-case-review-{now() - dt.timedelta(days=day):%Y%m%dT%H%M%SZ}.tar").touch()
    for name in ("notes.txt", "asb-case-review-of-mine.tar"):
        (tmp_path / name).touch()
    last = shortest(lambda rule: rule.backups, now())
    assert last is not None
    assert len(remove_older(tmp_path, last)) == 2
    assert len(list(tmp_path.iterdir())) == 5
