"""A case with something to hide, its bundle, and what is in it: for tests of bundles."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import zipfile
from dataclasses import dataclass

from flask import Flask
from sqlalchemy import select

from tests.agency import ANSWERS, asked
from tests.asked_for import asked_for
from tests.evidence import PDF, kept, office, stored
from tests.victim import incident, victim_in_merton
from webform.cases.bundles import ZIP, make_bundles
from webform.cases.drafts import start_draft
from webform.cases.file_document import file_document
from webform.cases.folder import Which
from webform.cases.people import Author
from webform.house import house
from webform.records.attachments import Attachment
from webform.records.bundles import READY, Bundle
from webform.records.chain import seal_document
from webform.records.store import begin_writing, db
from webform.records.tables import Case

# Planted where a copy for handing on must not have them, and where it must.
HIDDEN = (
    "Kevin Badger", "Badger", "Rita Heron", "07700 900123", "kev@people.example", "SW19 9ZZ", "Quokka", "kev.docx",
)  # fmt: skip
OPEN = ("Ann Žďárská", "020 7946 0000", "ann@people.example", "SM4 5DX", "Music until four", "We have written it down")
SAM = Author("Sam Spoc", "spoc")
TOLD = "Music until four. It was Kevin Badger from SW19 9ZZ. Badger’s phone is 07700 900123, or kev@people.example."
LETTER = "Dear Ann,\n\n## What you said\n\nWe have written it down: BADGER rang you from 07700 900123."


def case_with_secrets(app: Flask, now: dt.datetime, objects: str = "yes") -> tuple[Case, list[str]]:
    """A case whose text names who did it, with files, a letter, and an organisation that objects to sharing, or not."""
    begin_writing()
    shelves = house().shelves
    procedure = shelves.procedures["merton"]
    draft, _ = start_draft(procedure, shelves.forms[procedure.area.opens_with], now)
    files = [kept(draft, now, PDF, "kev.pdf"), kept(draft, now, office(), "kev.docx")]
    first = incident(1, "2026-05-02", "2026-05-03", incident_what=TOLD)
    report = {**first["reports"][0], "report_by": "someone-else", "report_by_name": "Rita Heron"}
    first["reports"] = [report]
    person = {"entry": 1, "person_name": "Kevin Badger", "person_age": "25-over", "person_note": "Lives at SW19 9ZZ"}
    answers = victim_in_merton(incidents=[first], people=[person], evidence=["pictures"], added_files=files)
    case = asked_for(shelves, answers, now)
    case.seen_at = now
    seal_document(
        case, kind="letter", author=SAM.name, author_role=SAM.role, filed_at=now, body=LETTER,
        answers={"channel": "paper", "subject": "About Kevin Badger"},
    )  # fmt: skip
    db.session.commit()
    _, party_id = asked(app, case.reference)
    begin_writing()
    form = shelves.forms["agency-return"]
    file_document(case, Which("agency-return", party_id), form, ANSWERS | {"objects": objects}, author=SAM, now=now)
    db.session.commit()
    return case, [one["file"] for one in files]


def ready_bundle(case_id: int, now: dt.datetime, content: bytes = b"PK") -> Bundle:
    """A bundle that can be had, whatever is in it."""
    one = stored(content)
    file = Attachment(
        key=one.key, secret=one.secret, name="", media_type=ZIP, size=one.size, sha256=one.sha256, created_at=now
    )
    bundle = Bundle(
        case_id=case_id, asked_by=SAM.name, state=READY, wanted={}, told={}, asked_at=now,
        expires_at=now + dt.timedelta(days=7), files=[file],
    )  # fmt: skip
    db.session.add(bundle)
    db.session.flush()
    return bundle


@dataclass(frozen=True)
class Unpacked:
    """A bundle as whoever gets it has it: the names of what is in it, without the folder, and each content."""

    parts: dict[str, bytes]

    @property
    def page(self) -> str:
        return self.parts["bundle.html"].decode()

    @property
    def everything(self) -> str:
        """All that can be read, names included."""
        return "\n".join(f"{name}\n{content.decode('utf-8', 'ignore')}" for name, content in self.parts.items())

    def digests(self) -> dict[str, str]:
        """What the manifest says of each part."""
        lines = self.parts["manifest.txt"].decode().splitlines()
        return {name: digest for digest, _, name in (line.partition("  ") for line in lines)}


def made(bundle: Bundle, now: dt.datetime) -> Unpacked:
    """The clock makes it, and somebody unpacks it."""
    db.session.commit()
    assert make_bundles(now) == 1
    return unpacked(bundle)


def unpacked(bundle: Bundle) -> Unpacked:
    """What is in a bundle that was made."""
    here = select(Attachment).where(Attachment.bundle_id == bundle.id, Attachment.media_type == ZIP)
    return unzipped(b"".join(db.session.scalars(here).one().chunks()))


def unzipped(content: bytes) -> Unpacked:
    """What is in a ZIP: all of it in one folder, undamaged."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        names = archive.namelist()
        assert len({name.split("/")[0] for name in names}) == 1
        return Unpacked({name.partition("/")[2]: archive.read(name) for name in names})


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
