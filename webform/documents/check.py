"""Holds the documents of the shelves against each other and against the law: what one document alone can't show.

What a single file has wrong (syntax, unknown keys, wrong types) is found when it is read; see shelf.py.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from .checks.consent import check_consent, check_words
from .checks.figures import check_figures
from .checks.forms import check_form
from .checks.further import check_further
from .checks.letters import check_letter, check_letters, sendings
from .checks.parties import check_parties
from .checks.report import Desk, Report
from .checks.second_reader import check_second_readers
from .checks.sources import check_sources
from .checks.statute import check_statute
from .checks.steps import check_steps
from .checks.threshold import check_threshold
from .faults import Fault
from .merge import origin
from .procedure import Procedure
from .shelf import Shelves

LEVELS = ("error", "warning", "note")


def check(shelves: Shelves, only: str | None = None) -> tuple[Fault, ...]:
    """Every fault of all documents, or of one procedure with its forms; errors first, each once."""
    chosen = [procedure for procedure in shelves.procedures.values() if only in (None, procedure.id)]
    desks = [_desk(shelves, procedure) for procedure in chosen]
    faults: list[Fault] = []
    for desk in desks:
        check_steps(desk)
        check_figures(desk)
        check_further(desk)
        check_parties(desk)
        check_consent(desk)
        check_threshold(desk)
        check_letters(desk)
        check_second_readers(desk)
        check_statute(desk)
        check_sources(desk)
        faults.extend(desk.report.faults)
    names = set(shelves.forms) if only is None else {name for one in chosen for name in shelves.forms_of(one)}
    faults.extend(_forms(shelves, names))
    everybody = [_desk(shelves, procedure) for procedure in shelves.procedures.values()]
    sent = {name for one in chosen for _, name, _ in sendings(one)} if only else set(shelves.letters)
    faults.extend(_letters(shelves, everybody, sent))
    return tuple(sorted(dict.fromkeys(faults), key=lambda fault: (LEVELS.index(fault.level), fault.file)))


def _desk(shelves: Shelves, procedure: Procedure) -> Desk:
    def file_of(key: str) -> str:
        if procedure.id not in shelves.raw:
            return f"procedures/{procedure.id}.toml"
        return origin(key, procedure.id, shelves.raw)

    return Desk(procedure, shelves.forms, shelves.letters, Report(file_of))


def _forms(shelves: Shelves, names: Iterable[str]) -> list[Fault]:
    faults = []
    for name in sorted(names):
        report = Report(_always(f"forms/{name}.toml"))
        check_form(shelves.forms[name], report)
        check_words(shelves.forms[name], report)
        faults.extend(report.faults)
        if not _is_used(shelves, name):
            why, cure = "No procedure fills in this form.", "Name it in a step, or take it off the shelf."
            faults.append(Fault("warning", "form", f"forms/{name}.toml", "", why, cure))
    return faults


def _always(file: str) -> Callable[[str], str]:
    return lambda key: file


def _is_used(shelves: Shelves, form: str) -> bool:
    return any(form in shelves.forms_of(procedure) for procedure in shelves.procedures.values())


def _letters(shelves: Shelves, desks: list[Desk], names: set[str]) -> list[Fault]:
    """What is wrong with those letters for everybody who sends them."""
    return [
        Fault("error", rule, f"emails/{letter.id}.md", "", why, cure)
        for letter in shelves.letters.values()
        if letter.id in names
        for rule, why, cure in check_letter(letter, desks)
    ]
