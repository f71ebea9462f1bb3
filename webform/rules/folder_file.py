"""A folder as somebody writes it by hand, to replay a case without a database.

    {"documents": [{"step": "request", "filed_at": "2026-11-02T10:00:00+00:00", "answers": {"consent.share": "yes"}},
                   {"step": "plan", "filed_at": "2026-11-20T15:00:00+00:00", "party": "police", "role": "agency"}],
     "parties": [{"id": "police", "role": "agency", "joined_at": "2026-11-03T09:00:00+00:00"}]}

Every instant has an offset. Documents are numbered from 1 in the order in which they stand; one that takes effect at
another time than it was filed says `effective_at`, a correction the number that it `replaces`. `kind` is "waiver" or
"delivery" for what is said of a step without fulfilling it. `effect` is what the step's form does where it is left out;
`about` (a step), `until` (a date), `gate`, `occurrence`, `channel` ("email" or "post") and `elsewhere` (true for what
was filed with another body first and came along) say more of it. Answers are
keyed by question ids or by what the questions mean. `calendar` adds closures, openings and meetings as
instance/calendar.toml does; `"for": "area"` replays the area's own folder; `council`: whose case, in a joint procedure.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, Field, ValidationError

from webform.documents.form import Effect, Form, Part
from webform.documents.procedure import Procedure, Step

from .folder import Filed, Folder, Member
from .naming import with_those_named
from .said import with_what_it_says
from .shown import ENTRY

EARLIEST, LATEST = dt.datetime(1990, 1, 1, tzinfo=dt.UTC), dt.datetime(2100, 1, 1, tzinfo=dt.UTC)
Instant = Annotated[AwareDatetime, Field(ge=EARLIEST, le=LATEST)]
Place = Annotated[int, Field(ge=1, le=100_000)]


class WrittenDocument(Part):
    """One document of the file."""

    step: str = ""
    filed_at: Instant
    effective_at: Instant | None = None
    number: Place | None = None
    kind: Literal["form", "letter", "waiver", "delivery"] | None = None
    effect: Effect | None = None
    party: str | None = None
    role: str = ""
    answers: dict[str, Any] = Field(default_factory=dict)
    replaces: Place | None = None
    about: str = ""
    occurrence: Place | None = None
    until: dt.date | None = None
    gate: str = ""
    channel: Literal["", "email", "post"] = ""
    elsewhere: bool = False


class WrittenMember(Part):
    """One party of the file."""

    id: str
    role: str
    joined_at: Instant
    left_at: Instant | None = None


class WrittenFolder(Part):
    """The whole file. `calendar` is read by whoever knows calendars."""

    documents: tuple[WrittenDocument, ...] = ()
    parties: tuple[WrittenMember, ...] = ()
    scope: Annotated[Literal["case", "area"], Field(alias="for")] = "case"
    council: str = ""
    since: Instant | None = None
    calendar: dict[str, Any] = Field(default_factory=dict)


class BadFolder(Exception):
    """A folder that can't be read; `faults` name each place and say what to write instead."""

    def __init__(self, faults: list[str]):
        self.faults = tuple(faults)
        super().__init__("\n".join(faults))


def read_folder(procedure: Procedure, forms: Mapping[str, Form], written: Any) -> tuple[Folder, dict[str, Any]]:
    """The folder, and what it says of the calendar. Raises BadFolder with every fault."""
    try:
        file = WrittenFolder.model_validate(written)
    except ValidationError as error:
        raise BadFolder([_words(detail["loc"], detail["type"], detail["msg"]) for detail in error.errors()]) from None
    faults = list(_faults(procedure, forms, file))
    if faults:
        raise BadFolder(faults)
    documents = tuple(_filed(procedure, forms, one, place) for place, one in enumerate(file.documents, start=1))
    parties = tuple(Member(one.id, one.role, one.joined_at, one.left_at) for one in file.parties)
    folder = Folder(documents, parties, file.scope, file.council, file.since)
    return with_those_named(procedure, forms, folder, LATEST), file.calendar


def _words(location: tuple[int | str, ...], kind: str, message: str) -> str:
    where = ".".join(str(part + 1 if isinstance(part, int) else part) for part in location) or "the file"
    if kind == "timezone_aware":
        return f"{where}: This time has no offset. Write it like 2026-11-02T10:00:00+00:00."
    if kind.startswith("datetime"):
        return f"{where}: This is not a date with a time. Write it like 2026-11-02T10:00:00+00:00."
    if kind == "missing":
        return f"{where}: This key is missing. Add it."
    if kind == "extra_forbidden":
        return f"{where}: There is no such key here. Take it out, or mend its spelling."
    return f"{where}: {message}."


# --- What stands in it ----------------------------------------------------------------------------------------------


def _faults(procedure: Procedure, forms: Mapping[str, Form], file: WrittenFolder) -> Iterator[str]:
    numbers = [one.number or place for place, one in enumerate(file.documents, start=1)]
    for place, one in enumerate(file.documents, start=1):
        where = f"documents.{place}"
        yield from _misnamed(procedure, one, where)
        if one.replaces is not None and one.replaces not in numbers:
            yield f"{where}.replaces: There is no document {one.replaces}."
        if form := _form(procedure, forms, one):
            yield from _unasked(form, one.answers, f"{where}.answers")
    if len(set(numbers)) < len(numbers):
        yield "documents: Two documents have the same number. Number all of them, or none."
    roles = [role.id for role in procedure.roles]
    for place, member in enumerate(file.parties, start=1):
        if member.role not in roles:
            yield f"parties.{place}.role: No role is called {member.role!r}. There are: {', '.join(roles)}."
    if file.council and file.council not in [council.id for council in procedure.councils]:
        yield f"council: No council is called {file.council!r}."


def _misnamed(procedure: Procedure, one: WrittenDocument, where: str) -> Iterator[str]:
    """The steps and gates that a document names and the procedure does not have."""
    steps = ", ".join(step.id for step in procedure.steps)
    for key, name in (("step", one.step), ("about", one.about)):
        if name and procedure.step(name) is None:
            yield f"{where}.{key}: No step is called {name!r}. There are: {steps}."
    if not one.step and not one.effect:
        yield f"{where}.step: This key is missing. Name the step that the document is for."
    if one.gate and one.gate not in [gate.id for gate in procedure.gates]:
        yield f"{where}.gate: No gate is called {one.gate!r}."


def _form(procedure: Procedure, forms: Mapping[str, Form], document: WrittenDocument) -> Form | None:
    step = procedure.step(document.step)
    return forms.get(step.fill) if step and step.fill else None


def _unasked(form: Form, answers: Mapping[str, Any], where: str) -> Iterator[str]:
    for key, value in answers.items():
        if key != ENTRY and form.question(key) is None and _meant(form, key) is None:
            yield f"{where}.{key}: The form {form.id!r} asks no such question."
        question = form.question(_meant(form, key) or key)
        if question is not None and question.type == "group":
            yield from _misshapen(form, value, f"{where}.{key}")


def _misshapen(form: Form, given: Any, where: str) -> Iterator[str]:
    """What is no list of entries, and what stands in an entry that nobody asks."""
    entries = given if isinstance(given, list) else [given]
    if not isinstance(given, list) or not all(isinstance(entry, dict) for entry in entries):
        yield f"{where}: A group is a list of tables, one for each entry. Write [{{ ... }}, {{ ... }}]."
        return
    numbers = [entry.get(ENTRY, place) for place, entry in enumerate(entries, start=1)]
    if not all(type(number) is int and number > 0 for number in numbers) or len(set(numbers)) < len(numbers):
        yield f"{where}: The key {ENTRY!r} numbers the entries, each differently. Leave it out, or count 1, 2, 3."
    for place, entry in enumerate(entries, start=1):
        yield from _unasked(form, entry, f"{where}.{place}")


def _meant(form: Form, key: str) -> str | None:
    """The id of the question that means this."""
    return next((one.id for page in form.pages for one in page.questions if one.means == key), None)


def _by_id(form: Form, answers: Mapping[str, Any]) -> dict[str, Any]:
    """The answers keyed by question ids, entries of groups included; those without a number get that of their place."""
    return {
        (_meant(form, key) or key): [
            {ENTRY: place, **_by_id(form, one)} if isinstance(one, dict) else one for place, one in enumerate(value, 1)
        ]
        if isinstance(value, list)
        else value
        for key, value in answers.items()
    }


def _filed(procedure: Procedure, forms: Mapping[str, Form], one: WrittenDocument, place: int) -> Filed:
    step, form = procedure.step(one.step), _form(procedure, forms, one)
    answers = _by_id(form, one.answers) if form else one.answers
    document = Filed(
        number=one.number or place, step=one.step, kind=one.kind or ("letter" if step and step.send else "form"),
        effect=one.effect or (form.effect if form else "records"), party=one.party, role=one.role or _author(step),
        filed_at=one.filed_at, effective_at=one.effective_at or one.filed_at, answers=answers, replaces=one.replaces,
        about=one.about, occurrence=one.occurrence, until=one.until, gate=one.gate, channel=one.channel,
    )  # fmt: skip
    return with_what_it_says(document, form)


def _author(step: Step | None) -> str:
    """Who files a document where nobody is named: whoever owes it."""
    return step.roles("by")[0] if step else ""
