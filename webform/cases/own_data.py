"""A copy of what is held about one person of a case, for that person, without what is about anybody else.

Those whose case it is get every document of it, whoever asks for somebody else as far as that person lets them see it;
anybody else what they said themselves and what they were told. It is made, kept and looked over like an evidence
bundle, and holds the same once more for a machine.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from webform.documents.answers import written_date
from webform.documents.consent import Sight
from webform.records.tables import Case, Document, Party
from webform.rules.calendar import long_instant
from webform.rules.consent import View
from webform.rules.redaction import Blackout, names_in, own_contacts
from webform.sending.bundle import Book, Rows
from webform.words import gettext as _
from webform.words import gettext_noop as N_

from .bundle_contents import Contents, Reader, is_said_by, public_texts
from .consent import sight_of
from .folder import documents_of
from .hand_over import body_of
from .letters import READERS
from .people import PEOPLE, ways_to_reach
from .pinned import form_of, rules_of
from .titles import role_titles

DATA = "data.json"
DETAILS = {
    "name": N_("Name"), "organisation": N_("Organisation"), "born": N_("Date of birth"), "email": N_("Email"),
    "phone": N_("Phone"), "address": N_("Address"),
}  # fmt: skip


def own_copy(case: Case, party: Party, wanted: Mapping[str, Any], now: dt.datetime) -> Contents:
    """Everything that goes into it."""
    sight = sight_of(case, party, now)
    documents = [one for one in documents_of(case) if _is_theirs(one, party, sight)]
    others = [one for one in case.parties if one.id != party.id]
    reader = Reader(case, documents, wanted, False, _blackout(party, others, documents, wanted))
    reader.others = tuple(f"{one.role}." for one in others if one.role in PEOPLE)
    reader.person = party
    book = Book(
        reference=case.reference, title=_("What we hold about you"), made_at=now, about=_about(case, party, now),
        notes=(
            _("Other people, and what only officers may read, were taken out of this copy. Each place says so."),
            _("What is said in files was not taken out."),
            _("The same, for a computer to read, is in the file %(name)s.", name=DATA),
        ),
        timeline=(), not_come_up=(), not_asked=(), sheets=tuple(map(reader.sheet, documents)),
    )  # fmt: skip
    data = json.dumps(dataclasses.asdict(book), ensure_ascii=False, indent=2, default=str).encode()
    told = {**vars(reader.told), "taken": dict(reader.blackout.taken)}
    return Contents(book, ((DATA, lambda: iter((data,))), *reader.sources), told, case.chain_count)


def _is_theirs(document: Document, party: Party, sight: View) -> bool:
    """They said it or were told it; or the case is theirs, and nobody whose case it is as well keeps it from them."""
    is_letter = document.body is not None
    readers = (document.answers or {}).get(READERS, ()) if is_letter else ()
    if is_said_by(document, party) or party.id in readers:
        return True
    kind: Sight = "letters" if is_letter else "details" if document.party_id else "progress"
    return party.role in PEOPLE and sight.shows(kind, document.filed_at)


def _about(case: Case, party: Party, now: dt.datetime) -> Rows:
    """Whose copy it is, and what is known of them apart from the documents."""
    titles = role_titles(rules_of(case)[0])
    rows = [
        (_("Council or other body"), body_of(case.area)),
        (_("This copy made"), long_instant(now)),
        (_("Your part in the case"), titles.get(party.role, party.role)),
        (_("Since"), long_instant(party.joined_at)),
        *((_(label), _shown(party.person[name])) for name, label in DETAILS.items() if party.person.get(name)),
        (_("How we may reach you"), "\n".join(ways_to_reach(party))),
    ]
    return tuple(rows)


def _shown(value: Any) -> str:
    if isinstance(value, Mapping):
        return "\n".join(str(part) for part in value.values() if part)
    try:
        return written_date(dt.date.fromisoformat(str(value)))
    except ValueError:
        return str(value)


def _blackout(
    party: Party, others: Iterable[Party], documents: Iterable[Document], wanted: Mapping[str, Any]
) -> Blackout:  # fmt: skip
    """Takes out everybody else: whom forms name, who else is on the case, and whoever was added by hand."""
    filled = [(form, one.answers) for one in documents if one.answers and (form := form_of(one))]
    people = [one for one in others if not one.person.get("organisation")]
    names = [name for form, answers in filled for name in names_in(form, answers)]
    names += [str(one.person["name"]) for one in others if one.person.get("name")]
    theirs = {text for one in people for text in _texts(one.person)}
    public = [text for form, answers in filled for text in own_contacts(form, answers) if text not in theirs]
    own = [*_texts(party.person), *public, *public_texts(party.case)]
    return Blackout([*names, *wanted.get("names", ())], [str(party.person.get("name") or "")], own)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        for part in value.values():
            yield from _texts(part)
    elif value:
        yield str(value)
