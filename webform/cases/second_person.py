"""A decision against the test of the Act, or against a vote: it waits until somebody else who may decide agrees."""

from __future__ import annotations

import datetime as dt
import hashlib
import json

from sqlalchemy import select

from webform.documents.form import Form
from webform.errors import Refusal
from webform.house import house
from webform.records.chain import seal_document
from webform.records.officers import Officer
from webform.records.store import db
from webform.records.tables import Case, Document, Draft
from webform.rules.powers import powers_of
from webform.rules.summary import prune
from webform.words import gettext as _

from .against_the_act import why_second
from .drafts import erase_draft
from .file_document import file_document
from .folder import Which
from .letters import add_task, settle_task
from .party_files import tell_whom_it_is_for
from .people import Author
from .pinned import rules_of
from .titles import title_of_step

SECOND = "second-person"  # the channel of a draft that waits for one, and the kind of the paper that says they agreed


def waiting_for_second(case: Case, which: Which) -> Draft | None:
    """What waits for a second person, of a duty."""
    about = Draft.party_id == which.party_id if which.party_id else Draft.party_id.is_(None)
    here = (Draft.case_id == case.id, Draft.step == which.step, Draft.occurrence == which.occurrence, about)
    return db.session.scalars(select(Draft).where(*here, Draft.channel == SECOND).order_by(Draft.id).limit(1)).first()


def mark_of(draft: Draft) -> str:
    """What tells these answers from those that somebody wrote over them."""
    return hashlib.sha256(json.dumps(draft.answers, sort_keys=True).encode()).hexdigest()[:16]


def ask_second_person(case: Case, which: Which, draft: Draft, officer: Officer, now: dt.datetime) -> None:
    """Let it wait, and tell everybody of the area."""
    draft.channel = SECOND
    says = _(
        "%(writer)s has filled in “%(title)s”. %(why)s So somebody else who may decide has to agree before it counts.",
        writer=officer.name, title=title_of_step(case, which.step), why=why_it_waits(case, which, draft, now),
    )  # fmt: skip
    settle_task(case, _answered(which), now)
    add_task(case, _asked(which), says, now)


def why_it_waits(case: Case, which: Which, draft: Draft, now: dt.datetime) -> str:
    """What a second person has to agree to; '' where nothing stands against it any more."""
    procedure, forms = rules_of(case)
    form = forms[draft.form]
    return why_second(case, procedure.step(which.step), form, prune(form, draft.answers), now)


def take_back(case: Case, which: Which, draft: Draft, now: dt.datetime) -> None:
    """Whoever wrote it wants to change it."""
    draft.channel = None
    settle_task(case, _asked(which), now)


def agree(
    case: Case, which: Which, form: Form, mark: str, officer: Officer, now: dt.datetime,
    came_at: dt.datetime | None = None,
) -> Document:  # fmt: skip
    """Somebody else agrees: it is filed as its writer's, after a paper that says who agreed. What came from outside
    counts from when it came, however long it waited here, and whom it is for are told."""
    draft, writer = _to_be_agreed(case, which, form, mark, officer)
    words = _(
        "%(reader)s has agreed to “%(title)s”, as %(writer)s filled it in. %(why)s",
        reader=officer.name, title=title_of_step(case, which.step), writer=writer.name,
        why=why_it_waits(case, which, draft, now),
    ).strip()  # fmt: skip
    seal_document(
        case, kind=SECOND, effect="records", author=officer.name, author_role=officer.role, filed_at=now, body=words
    )  # fmt: skip
    author = Author(writer.name, writer.role)
    document = file_document(
        case, which, form, draft.answers, author=author, now=now, effective_at=came_at, agreed_by=officer.name
    )
    tell_whom_it_is_for(case, which, author, now)
    settle_task(case, _asked(which), now)
    erase_draft(draft)
    return document


def disagree(
    case: Case, which: Which, form: Form, mark: str, why: str, officer: Officer, now: dt.datetime
) -> None:  # fmt: skip
    """Somebody else does not agree and says why: it is its writer's draft again, and the reasons are a task."""
    draft, writer = _to_be_agreed(case, which, form, mark, officer)
    take_back(case, which, draft, now)
    says = _(
        "%(reader)s does not agree to “%(title)s”, as %(writer)s filled it in: %(why)s",
        reader=officer.name, title=title_of_step(case, which.step), writer=writer.name, why=why,
    )  # fmt: skip
    add_task(case, _answered(which), says, now)


def _to_be_agreed(case: Case, which: Which, form: Form, mark: str, officer: Officer) -> tuple[Draft, Officer]:
    """What waits and who wrote it. Raises Refusal for whoever is no second person, and where it was changed."""
    draft = waiting_for_second(case, which)
    if draft is None or draft.officer_id is None:
        raise Refusal(_("Nothing waits here for a second person."))
    powers = powers_of(house().shelves.procedures.get(case.area), officer.role)
    if draft.officer_id == officer.id or form.needs not in powers:
        raise Refusal(_("Somebody else who may decide has to agree."))
    if mark != mark_of(draft):
        raise Refusal(_("It was changed while you read it. Read it again."))
    return draft, db.session.get_one(Officer, draft.officer_id)


def _asked(which: Which) -> str:
    """The kind of the task to agree."""
    return f"agree:{which}"


def _answered(which: Which) -> str:
    """The kind of the task to look at it again."""
    return f"agreed:{which}"
