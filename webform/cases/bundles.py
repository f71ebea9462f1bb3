"""Evidence bundles: asked for at the desk, made by the clock, kept sealed for some days, and then gone.

Making one takes seconds, and with many files longer: nobody's request waits for it, and nobody's writing does. It is
claimed for the length of a lease; a clock that dies leaves nothing half made, and the next one begins anew.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

import structlog
from sqlalchemy import or_, select, update

from webform.house import house
from webform.logs import places_of
from webform.records.attachments import CLEAN, Attachment
from webform.records.bundles import FAILED, READY, WAITING, Bundle
from webform.records.store import begin_writing, db
from webform.records.tables import Case, Document, Party
from webform.records.vault import Stored, deposit_file
from webform.rules.calendar import day_of, end_of
from webform.sending.bundle import Book, lone_page, pack, paper
from webform.sending.paper import PaperError, pdf

from .bundle_contents import Contents, contents_of
from .calendars import calendar_in_use
from .links import area_of
from .own_data import own_copy

log = structlog.get_logger()
ZIP, PDF, HTML = "application/zip", "application/pdf", "text/html"
PERSON = "person"  # in what is wanted: whose own copy it is
LEASE = dt.timedelta(minutes=10)
MOST_TRIES = 3
PAPER_SECONDS = 120
Stop = Callable[[], bool]


def ask_for_bundle(
    case: Case, asked_by: str, wanted: Mapping[str, Any], now: dt.datetime, request: int | None = None
) -> Bundle:
    """A bundle that the clock will make. Pressed twice for the same, it is one."""
    for one in bundles_of(case, now):
        if (one.state, one.request, dict(one.wanted)) == (WAITING, request, dict(wanted)):
            return one
    bundle = Bundle(
        case_id=case.id, asked_by=asked_by, wanted=wanted, request=request, asked_at=now,
        expires_at=expiry(case, now),
    )  # fmt: skip
    db.session.add(bundle)
    db.session.flush()
    return bundle


def bundles_of(case: Case, now: dt.datetime) -> list[Bundle]:
    """Those that can still be had or are on their way, the latest first."""
    here = (Bundle.case_id == case.id, Bundle.expires_at > now)
    return list(db.session.scalars(select(Bundle).where(*here).order_by(Bundle.id.desc())))


def file_of_kind(bundle: Bundle, media_type: str) -> Attachment | None:
    """What of a bundle is of that kind, once it is made."""
    if bundle.state != READY:
        return None
    return next((one for one in bundle.files if one.media_type == media_type), None)


def expiry(case: Case, now: dt.datetime) -> dt.datetime:
    """When a bundle that is asked for now goes: with the last day of the area's time."""
    procedure = area_of(case)
    calendar = calendar_in_use(procedure, house().settings.instance)
    return end_of(calendar.add(day_of(now), procedure.retention.bundles).date)


def expire_bundles(now: dt.datetime) -> int:
    """Deletes those whose time is over, files and all. Never commits. How many."""
    over = db.session.scalars(select(Bundle).where(Bundle.expires_at <= now).limit(100)).all()
    for bundle in over:
        db.session.delete(bundle)
    return len(over)


# --- the clock makes them ---------------------------------------------------------------------------------------------


def make_bundles(now: dt.datetime, stop: Stop = lambda: False) -> int:
    """Makes those that wait, the oldest first, each with transactions of its own. How many were made."""
    made = 0
    while not stop() and (bundle_id := _claim(now)):
        try:
            _make(bundle_id, now)
            made += 1
        except Exception as fault:
            db.session.rollback()
            # What the error says could quote the case, so only its kind and place are logged.
            log.error("a bundle was not made", fault=type(fault).__name__, at=places_of(fault))
    return made


def _claim(now: dt.datetime) -> int | None:
    """The next one, for the length of a lease. What failed too often is given up."""
    free = (Bundle.state == WAITING, or_(Bundle.lease_until.is_(None), Bundle.lease_until <= now))
    begin_writing()
    db.session.execute(update(Bundle).where(*free, Bundle.attempts >= MOST_TRIES).values(state=FAILED))
    earliest = select(Bundle.id).where(*free).order_by(Bundle.id).limit(1).with_for_update(skip_locked=True)
    claimed = db.session.execute(
        update(Bundle)
        .where(Bundle.id == earliest.scalar_subquery())
        .values(lease_until=now + LEASE, attempts=Bundle.attempts + 1, done=0, total=0)
        .returning(Bundle.id)
        .execution_options(synchronize_session=False)
    ).scalar()
    db.session.commit()
    return claimed


def _make(bundle_id: int, now: dt.datetime) -> None:
    """Reads the case, then writes without the database but for telling how far it is."""
    bundle = db.session.get_one(Bundle, bundle_id)
    person = db.session.get(Party, bundle.wanted[PERSON]) if PERSON in bundle.wanted else None
    contents = (
        own_copy(bundle.case, person, bundle.wanted, now)
        if person
        else contents_of(bundle.case, bundle.wanted, _request(bundle), now)
    )
    db.session.rollback()
    progress = _Progress(bundle_id, len(contents.book.sheets) + len(contents.files) + 2)
    with deposit_file() as zipped:
        pack(contents.book, contents.files, zipped.write, progress.step)
        _keep(bundle_id, contents, {ZIP: zipped.finish(), **_on_screen(contents.book), **_on_paper(contents.book)}, now)


def _request(bundle: Bundle) -> Document | None:
    """The document that asks for a copy in which nothing is taken out."""
    asked = (Document.case_id == bundle.case_id, Document.number == bundle.request)
    return db.session.scalar(select(Document).where(*asked)) if bundle.request else None


def _on_screen(book: Book) -> dict[str, Stored]:
    """The page by itself, for whoever reads it without taking anything along."""
    with deposit_file() as shown:
        shown.write(lone_page(book).encode())
        return {HTML: shown.finish()}


def _on_paper(book: Book) -> dict[str, Stored]:
    """The PDF, where one can be made: not of letters that the font lacks, nor of more than a process may print."""
    try:
        made = pdf(paper(book), seconds=PAPER_SECONDS)
    except PaperError as fault:
        log.warning("a bundle has no PDF", at=places_of(fault))
        return {}
    with deposit_file() as printed:
        printed.write(made)
        return {PDF: printed.finish()}


def _keep(bundle_id: int, contents: Contents, files: Mapping[str, Stored], now: dt.datetime) -> None:
    """The files are the bundle's from now on. It may be gone meanwhile: then they are nobody's, and swept."""
    begin_writing()
    bundle = db.session.get(Bundle, bundle_id)
    if bundle is None:
        db.session.rollback()
        return
    for media_type, stored in files.items():
        # Made here of what was looked at before, so that no scanner has to see it.
        bundle.files.append(
            Attachment(
                key=stored.key, secret=stored.secret, name="", media_type=media_type, size=stored.size,
                sha256=stored.sha256, state=CLEAN, created_at=now,
            )
        )  # fmt: skip
    bundle.state, bundle.made_at, bundle.lease_until = READY, now, None
    bundle.told, bundle.documents, bundle.done = contents.told, contents.documents, bundle.total
    db.session.commit()


class _Progress:
    """Tells how far a bundle is, seldom enough to keep nobody from writing."""

    TOLD = 20  # times in all

    def __init__(self, bundle_id: int, total: int):
        self.bundle_id, self.total, self.done = bundle_id, total, 0

    def step(self) -> None:
        """One more part is packed."""
        self.done += 1
        if self.done % max(1, self.total // self.TOLD):
            return
        begin_writing()
        told = update(Bundle).where(Bundle.id == self.bundle_id).values(done=self.done, total=self.total)
        db.session.execute(told.execution_options(synchronize_session=False))
        db.session.commit()
