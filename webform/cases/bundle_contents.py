"""What stands in an evidence bundle: documents, timeline and files of a case, and what was left out and why."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import select

from webform.documents.answers import first
from webform.documents.files import TYPES, shown_file, shown_size
from webform.documents.form import Form
from webform.documents.procedure import Procedure
from webform.house import house
from webform.records.attachments import CLEAN, QUARANTINED, Attachment
from webform.records.chunks import BrokenFile
from webform.records.outbox import Message
from webform.records.store import db
from webform.records.tables import Case, Document, Party
from webform.records.vault import vault
from webform.rules.calendar import long_instant
from webform.rules.redaction import (
    FOR_OFFICERS,
    OBJECTED,
    Blackout,
    names_in,
    own_contacts,
    own_names,
    why_left_out,
)
from webform.rules.summary import Row, summary
from webform.sending.bundle import Book, Chunks, Enclosed, Rows, Sheet
from webform.words import gettext as _
from webform.words import gettext_noop as N_

from .bundle_timeline import not_asked, not_come_up, timeline
from .evidence import scans
from .folder import documents_of
from .hand_over import body_of
from .links import stand_in
from .objections import objected_in
from .people import CONTACT, PEOPLE
from .pinned import form_of, rules_of
from .titles import filed_by, role_titles, title_with_whom

CHOSEN = N_("whoever made this copy left it out")
INFECTED = N_("it has a virus")
WAITING = N_("it has not been checked for viruses yet")
BROKEN = N_("it is missing or damaged")
FOR_WHOM = "bundle.for"
PANEL = "panel"  # in what is wanted: that it is for one


@dataclass
class Told:
    """What whoever hands the bundle on has to know first. It is kept with the bundle, sealed."""

    left_out: list[dict[str, Any]] = field(default_factory=list)  # number, title, why, labels
    files: list[dict[str, Any]] = field(default_factory=list)  # number, key, name, and why it is not enclosed
    objections: list[dict[str, Any]] = field(default_factory=list)  # number, title: enclosed though its author objects


@dataclass(frozen=True)
class Contents:
    """A bundle before it is packed: its pages, its files and where they come from, and what has to be told."""

    book: Book
    files: tuple[tuple[str, Chunks], ...]
    told: Mapping[str, Any]
    documents: int


def contents_of(case: Case, wanted: Mapping[str, Any], request: Document | None, now: dt.datetime) -> Contents:
    """Everything that goes into a bundle. With a `request` it is a copy in which nothing is taken out."""
    documents = documents_of(case)
    blackout = Blackout([], [], []) if request else _blackout(case, documents, wanted)
    reader = Reader(case, documents, wanted, bool(request), blackout)
    sheets = tuple(map(reader.sheet, documents))
    procedure = rules_of(case)[0]
    read = reader.text
    book = Book(
        reference=case.reference,
        title=_("Case %(reference)s: evidence", reference=case.reference),
        made_at=now,
        about=_about(case, procedure, request, now),
        notes=_notes(request, bool(wanted.get(PANEL))),
        timeline=tuple(timeline(case, documents, now, read)),
        not_come_up=tuple(not_come_up(case, now, read)),
        not_asked=tuple(not_asked(case, now, read)),
        sheets=sheets,
    )
    told = {**vars(reader.told), "taken": dict(blackout.taken)}
    return Contents(book, tuple(reader.sources), told, len(documents))


def _about(case: Case, procedure: Procedure, request: Document | None, now: dt.datetime) -> Rows:
    form = form_of(request) if request else None
    to = first(form, request.answers or {}, FOR_WHOM) if form and request else None
    rows = [
        (_("Council or other body"), body_of(case.area)),
        (_("Procedure"), procedure.area.title or procedure.area.name),
        (_("Request received"), long_instant(case.received_at)),
        (_("Case closed"), long_instant(case.closed_at) if case.closed_at else _("It is open.")),
        (_("This copy made"), long_instant(now)),
        (_("Made for"), str(to or "")),
    ]
    return tuple((label, value) for label, value in rows if value)


def _notes(request: Document | None, panel: bool) -> tuple[str, ...]:
    if request:
        return (_("This copy holds everything that is on file. Keep it where only people who may read it can see it."),)
    whose = _("This copy is for the panel. It holds what organisations answered: show it to nobody else.")
    return (
        *([whose] if panel else ()),
        _("Other people, and what only officers may read, were taken out of this copy. Each place says so."),
        _("What is said in files was not taken out."),
    )


def _blackout(case: Case, documents: Iterable[Document], wanted: Mapping[str, Any]) -> Blackout:
    """What to take out of the text of this case."""
    filled = [(form, one.answers) for one in documents if one.answers and (form := form_of(one))]
    names = [name for form, answers in filled for name in names_in(form, answers)]
    own = [name for form, answers in filled for name in own_names(form, answers)]
    contacts = [text for form, answers in filled for text in own_contacts(form, answers)]
    return Blackout([*names, *wanted.get("names", ())], own, [*contacts, *public_texts(case)])


def public_texts(case: Case) -> list[str]:
    """Texts that everybody may read: the procedures, and the words of letters and forms."""
    shelves, area = house().shelves, rules_of(case)[0]
    return [area.model_dump_json(), *(one.model_dump_json() for one in (*shelves.letters.values(), *shelves.areas()))]


class Reader:
    """Reads the documents of one case, one after the other, and notes what it left out."""

    def __init__(
        self, case: Case, documents: list[Document], wanted: Mapping[str, Any], full: bool, blackout: Blackout
    ):
        self.full, self.blackout, self.told = full, blackout, Told()
        self.procedure = rules_of(case)[0]
        self.titles = role_titles(self.procedure)
        self.without = frozenset(wanted.get("without", ()))
        self.panel = bool(wanted.get(PANEL))
        self.corrected = {one.replaces: one.number for one in documents if one.replaces}
        self.objected = objected_in(documents)
        rows = db.session.scalars(select(Attachment).where(Attachment.case_id == case.id))
        self.attachments = {row.key: row for row in rows}
        self.proofs = _proofs(case)
        self.sources: list[tuple[str, Chunks]] = []
        self.others: tuple[str, ...] = ()  # what answers mean that are about somebody else of the case
        self.person: Party | None = None  # whose own copy it is

    def text(self, text: str) -> str:
        """A text as it may stand in this copy."""
        return text if self.full else self.blackout(text)

    def sheet(self, document: Document) -> Sheet:
        """One document as it stands in this copy, or why it does not."""
        title = self.text(title_with_whom(document, self.procedure))
        seal = _("Sealed in the record as %(hash)s", hash=document.hash)
        blank = Sheet(document.number, title, self._filed(document), seal=seal)
        form, answers = form_of(document), document.answers or {}
        if document.salt is None:
            return replace(blank, notes=(_("What this document said was erased, and its files with it."),))
        objected = document.number in self.objected
        if objected and not self.full:
            self._leave_out(blank, OBJECTED)
            return replace(blank, notes=(_("Not in this copy: %(why)s.", why=_(OBJECTED)),))
        if objected:
            self.told.objections.append({"number": document.number, "title": title})
            blank = replace(blank, notes=(_("Its author objects to sharing some of it."),))
        blank = replace(blank, notes=(*self._notes(document), *blank.notes))
        if document.body is None:
            return self._filled_in(document, form, blank) if form else blank
        subject = self.text(str(answers.get("subject", ""))) if document.step else ""  # else it is the title
        letter = document.body.replace(f"]({stand_in(document.case)})", "]")  # their own link leads nowhere here
        return replace(blank, subject=subject, letter=self.text(letter))

    def _filed(self, document: Document) -> str:
        who = self.text(filed_by(document, self.titles))
        said = _("By %(who)s. Filed on %(at)s.", who=who, at=long_instant(document.filed_at))
        if document.effective_at == document.filed_at:
            return said
        return " ".join((said, _("It counts from %(at)s.", at=long_instant(document.effective_at))))

    def _notes(self, document: Document) -> tuple[str, ...]:
        notes = [_("It corrects document %(number)s.", number=document.replaces)] if document.replaces else []
        if later := self.corrected.get(document.number):
            notes.append(_("Document %(number)s corrects it.", number=later))
        if document.origin:
            body, reference = body_of(document.origin["area"]), document.origin["case"]
            notes.append(_("It came from %(body)s, case %(reference)s.", body=body, reference=reference))
        if document.body is not None and (document.answers or {}).get("channel") == "paper":
            notes.append(_("Posted on paper."))
        return (*notes, *self.proofs.get(document.id, ()))

    def _filled_in(self, document: Document, form: Form, blank: Sheet) -> Sheet:
        own = document.party is None or document.party.role in PEOPLE
        # How somebody is reached is asked alike of everybody: whoever says it says it of themselves.
        elses = self.person is not None and not is_said_by(document, self.person)
        others = (*self.others, f"{CONTACT}.") if elses else self.others
        sections: list[tuple[str, Rows]] = []
        files: list[Enclosed] = []
        closed: dict[str, list[str]] = {}
        for section in summary(form, document.answers or {}):
            kept = []
            for row in (row for row in section.rows if row.value):
                why = "" if self.full else why_left_out(row.question, own, others, self.panel)
                if why:
                    closed.setdefault(why, []).append(row.label)
                if row.files:
                    files += self._files(document, row, why, len(files))
                elif not why:
                    kept.append((row.label, self.text(row.value)))
            if kept:
                sections.append((section.title, tuple(kept)))
        left_out = tuple(self._leave_out(blank, why, labels) for why, labels in closed.items())
        return replace(blank, sections=tuple(sections), files=tuple(files), left_out=left_out)

    def _leave_out(self, sheet: Sheet, why: str, labels: Iterable[str] = ()) -> str:
        """Notes it for whoever hands the copy on; the line that says so in the copy."""
        named = list(dict.fromkeys(labels))
        self.told.left_out.append({"number": sheet.number, "title": sheet.title, "why": _(why), "labels": named})
        return _("Left out, because %(why)s: %(labels)s.", why=_(why), labels="; ".join(named))

    def _files(self, document: Document, row: Row, why: str, before: int) -> Iterator[Enclosed]:
        """The files of one answer; each is tried, so that the page can say which are not there."""
        for position, item in enumerate(row.files, before + 1):
            kind, ending = TYPES.get(item["type"], (N_("file"), "bin"))
            what = shown_file(item) if self.full else f"{_(kind)}, {shown_size(item['size'])}"
            row_of = self.attachments.get(item["file"])
            reason = why or (CHOSEN if item["file"] in self.without else _why_closed(row_of, item["sha256"]))
            name = f"{document.number:03}-{position}.{ending}"
            note = _("It was not checked for viruses.") if row_of and row_of.state != CLEAN else ""
            if row_of and not reason:
                self.sources.append((name, _source(row_of)))
            if reason != FOR_OFFICERS:
                self.told.files.append(
                    {"number": document.number, "key": item["file"], "name": item["name"], "why": _(reason)}
                )
            yield Enclosed(name, what, note, _("Not in this copy: %(why)s.", why=_(reason)) if reason else "")


def is_said_by(document: Document, party: Party) -> bool:
    """Whether a document is somebody's own. What nobody else is named for is of whoever asked."""
    asked = document.party_id is None and document.body is None and document.effect in ("opens-case", "changes-contact")
    return document.party_id == party.id or (asked and party.role == PEOPLE[0])


def _why_closed(row: Attachment | None, sha256: str) -> str:
    """Why a file can't be enclosed; '' where it can. Where files are scanned, none goes out unscanned."""
    if row is None:
        return BROKEN
    if row.state == QUARANTINED:
        return INFECTED
    if scans() and row.state != CLEAN:
        return WAITING
    digest = hashlib.sha256()
    try:
        for chunk in row.chunks():
            digest.update(chunk)
    except BrokenFile:
        return BROKEN
    return "" if digest.hexdigest() == sha256 else BROKEN


def _source(row: Attachment) -> Chunks:
    """Where the file comes from, once nothing of the database is at hand any more."""
    place, key, secret = vault(), row.key, row.secret
    return lambda: place.read(key, secret)


def _proofs(case: Case) -> dict[int, tuple[str, ...]]:
    """How each letter that was mailed went, without its address."""
    found: dict[int, tuple[str, ...]] = {}
    mailed = select(Message).where(Message.case_id == case.id, Message.document_id.is_not(None)).order_by(Message.id)
    for one in db.session.scalars(mailed):
        if one.document_id is not None:
            found[one.document_id] = (*found.get(one.document_id, ()), _proof(one))
    return found


def _proof(message: Message) -> str:
    if message.came_back_at:
        return _("Sent by email; it came back on %(at)s.", at=long_instant(message.came_back_at))
    if message.state == "sent" and message.sent_at:
        return _("Sent by email: the mail server took it on %(at)s.", at=long_instant(message.sent_at))
    if message.state == "refused":
        return _("Sent by email: the mail server refused it.")
    return _("By email: it is on its way.") if message.state == "waiting" else _("By email: it was cancelled.")
