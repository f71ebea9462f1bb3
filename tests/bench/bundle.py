"""The evidence bundle of a case: page, documents, files, hashes and PDF, of a case with few documents and with many.

As the clock makes it: the PDF in a process of its own, everything sealed and safely on the disk.
"""

from __future__ import annotations

import datetime as dt
import resource
import tempfile
import time
from pathlib import Path

from sqlalchemy import func, select

from tests.agency import ANSWERS
from tests.asked_for import asked_for
from tests.bundles import SAM
from tests.evidence import PDF, kept
from tests.installation import installed
from tests.victim import victim_in_merton
from webform.cases.bundles import ask_for_bundle, make_bundles
from webform.cases.drafts import start_draft
from webform.documents.shelf import Shelves, read_shelves
from webform.records.attachments import Attachment
from webform.records.chain import seal_document
from webform.records.store import begin_writing, db
from webform.records.tables import Case
from webform.settings import SHIPPED

from .table import at_most, figure, heading

FEW, MANY, ROUNDS = 50, 200, 3
MOST, TIMES = 5.0, 1.2  # seconds, and how many times as long a document among many
FILES, SIZE = 10, 1_000_000  # that came with the request, and bytes of each
LETTER = "\n\n".join(
    ["We have read what you told us about the noise. Two people from the council will visit you."] * 15
)
TOLD = {"added_words": "It began again at ten and went on until four. We did not sleep. " * 30}


def main(few: int = FEW, many: int = MANY, rounds: int = ROUNDS) -> None:
    """With a database of its own."""
    heading(f"The evidence bundle of a case with {few} and {many} documents, {rounds} times in turns")
    shelves = read_shelves(SHIPPED)
    with (
        tempfile.TemporaryDirectory() as folder,
        installed(Path(folder), shelves) as installation,
        installation.app.app_context(),
    ):
        cases = {count: _case_with(shelves, count) for count in (few, many)}
        cpu: dict[int, list[float]] = {few: [], many: []}
        wall: dict[int, list[float]] = {few: [], many: []}
        for number in range(rounds + 1):
            for count, case in cases.items():
                used, passed = _spent(case)
                if number:  # the first reads the shelves and the fonts for the first time
                    cpu[count].append(used)
                    wall[count].append(passed)
        made = db.session.scalar(select(func.max(Attachment.size)).where(Attachment.bundle_id.is_not(None))) or 0
    figure("bytes of the larger file", f"{made / 1e6:.1f} MB")
    figure(f"CPU in s with {few} and {many}", f"{min(cpu[few]):.2f}, {min(cpu[many]):.2f}")
    at_most(f"a document among {many} against one among {few}", _each(cpu, many) / _each(cpu, few), TIMES, "times")
    at_most(f"with {many} documents, CPU within", max(cpu[many]), MOST, "s")
    at_most(f"with {many} documents, ready within", max(wall[many]), MOST, "s")


def _each(costs: dict[int, list[float]], count: int) -> float:
    return min(costs[count]) / count


def _case_with(shelves: Shelves, count: int) -> Case:
    """A request with files, then letters, what they tell further and what an organisation says, by turns."""
    begin_writing()
    now, procedure = dt.datetime.now(dt.UTC), shelves.procedures["merton"]
    draft, _ = start_draft(procedure, shelves.forms[procedure.area.opens_with], now)
    files = [kept(draft, now, PDF + bytes(SIZE), f"{number}.pdf") for number in range(FILES)]
    case = asked_for(shelves, victim_in_merton(evidence=["pictures"], added_files=files), now)
    shared = {**ANSWERS, "objects": "no"}
    while case.chain_count < count:
        match case.chain_count % 3:
            case 0:
                letter = {
                    "kind": "letter",
                    "body": LETTER,
                    "answers": {"subject": "How it goes on", "channel": "paper"},
                }
            case 1:
                letter = {"kind": "tell-more", "step": "tell-more", "answers": TOLD}
            case _:
                letter = {"kind": "agency-return", "step": "agency-return", "answers": shared}
        seal_document(case, author=SAM.name, author_role=SAM.role, filed_at=now, **letter)
    db.session.commit()
    return case


def _spent(case: Case) -> tuple[float, float]:
    """CPU time of this process and the one that prints, and wall time, until one bundle is ready."""
    now = dt.datetime.now(dt.UTC)
    begin_writing()
    ask_for_bundle(case, SAM.name, {}, now)
    db.session.commit()
    before, began = _cpu(), time.perf_counter()
    assert make_bundles(now) == 1
    return _cpu() - before, time.perf_counter() - began


def _cpu() -> float:
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


if __name__ == "__main__":
    main()
