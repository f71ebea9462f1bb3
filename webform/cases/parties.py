"""Who takes part in a case, kept as parties: whom its documents name joins, whom they leave out or let go leaves."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from webform.documents.procedure import Procedure
from webform.records.lookup import index_case
from webform.records.store import db
from webform.records.tables import Case, Party
from webform.rules.folder import Filed
from webform.rules.naming import Named, those_named
from webform.sending.reach import called, with_address
from webform.words import gettext as _

from .called_off import call_off, miss_the_chair
from .folder import folder_of
from .letters import add_task
from .links import revoke
from .move_link import move_link
from .people import addressees
from .pinned import rules_of
from .take_back import take_back

Place = tuple[str, str]
RULES = ("email_safe",)  # what is said of somebody that is a rule for reaching them


def bring_parties_up_to_date(case: Case, now: dt.datetime) -> None:
    """Let the parties be those whom the documents name. People whom only the request describes are left alone.

    What the newest document says of somebody is laid over what is known by now; what it does not change stays, since
    they may have changed it themselves.
    """
    procedure, forms = rules_of(case)
    kept = _named(case)
    papers = tuple(_documents(case, kept))
    there = [party for party in case.parties if party.left_at is None]
    before = {(one.role, one.key): one.details for one in those_named(procedure, forms, papers[:-1], now)}
    corrects = bool(papers) and papers[-1].replaces is not None
    for named in those_named(procedure, forms, papers, now):
        place = named.role, named.key
        told = {what: value for what, value in named.details.items() if before.get(place, {}).get(what) != value}
        party = kept.pop(place, None)
        if party and corrects:
            _take_out(case, party, before.get(place, {}), named.details, now)
        _keep(case, procedure, party, replace(named, details=told), now)
    for party in kept.values():  # a correction took the name out again
        leaves(party, now, now)
    index_case(case)
    gone = [party for party in there if party.left_at is not None]
    call_off(case, gone, now)
    miss_the_chair(case, gone, now)


def named_by_documents(case: Case, now: dt.datetime) -> dict[Place, Named]:
    """Whom the documents name, by role and key, as they are worked out anew."""
    procedure, forms = rules_of(case)
    papers = tuple(_documents(case, _named(case)))
    return {(one.role, one.key): one for one in those_named(procedure, forms, papers, now)}


def _named(case: Case) -> dict[Place, Party]:
    return {(one.role, one.key): one for one in case.parties if one.key}


def _documents(case: Case, kept: Mapping[Place, Party]) -> Iterator[Filed]:
    """The folder's documents, with parties by the keys that naming goes by."""
    keys = {str(party.id): key for (_kind, key), party in kept.items()}
    for paper in folder_of(case).documents:
        yield replace(paper, party=keys.get(paper.party or "", paper.party))


def _take_out(
    case: Case, party: Party, was: Mapping[str, str], says: Mapping[str, str], now: dt.datetime
) -> None:  # fmt: skip
    """What a correction no longer says of somebody goes, unless they have changed it themselves since."""
    leave_wrong_address(case, party, was, says, now)
    gone = {what for what in was.keys() - says.keys() if party.person.get(what) == was[what]}
    party.person = {what: value for what, value in party.person.items() if what not in gone}


def leave_wrong_address(
    case: Case, party: Party, was: Mapping[str, Any], says: Mapping[str, Any], at: dt.datetime
) -> None:  # fmt: skip
    """An email that was written down wrong may be a stranger's: nothing more goes there, and their link ends."""
    wrong = was.get("email")
    if not wrong or wrong == says.get("email") or party.person.get("email") != wrong:
        return
    revoke(party, at)
    take_back(party, _("The address was corrected."))
    words = _("The email address of %(name)s was wrong. What waited for it is stopped: give them a new link.",
              name=called(party))  # fmt: skip
    add_task(case, f"wrong-address:{party.id}", words, at)


def _keep(case: Case, procedure: Procedure, party: Party | None, named: Named, now: dt.datetime) -> None:
    is_new = party is None
    if party is None:
        party = Party(case_id=case.id, role=named.role, key=named.key, person={}, contact={})
        case.parties.append(party)
    before = "" if is_new or not named.details else with_address(party)["email"]
    rules = {rule: value for rule, value in named.details.items() if rule in RULES}
    party.contact = {**party.contact, **rules}
    party.person = {**party.person, **{what: value for what, value in named.details.items() if what not in RULES}}
    if named.left_at is not None and not is_new:
        leaves(party, named.left_at, now)
    party.joined_at, party.left_at = named.joined_at, named.left_at
    db.session.flush()
    if is_new and named.left_at is None:
        _ask_for_address(case, procedure, party, now)
    elif named.left_at is None and before not in ("", with_address(party)["email"]):
        move_link(party, now)


def leaves(party: Party, at: dt.datetime, now: dt.datetime) -> None:
    """What waits for them does not go any more, and no link or word of theirs opens anything again, though they, or
    somebody else in their place, come back."""
    if party.left_at is None:
        party.left_at, party.word_hash = at, None
        revoke(party, now)
        take_back(party, _("They have left the case."))


def _ask_for_address(case: Case, procedure: Procedure, party: Party, now: dt.datetime) -> None:
    """A body that letters go to and nobody has an address for: a person has to find it."""
    role = next(one for one in procedure.roles if one.id == party.role)
    if not role.local or not _is_written_to(procedure, role.id):
        return
    if not any(one.email for one in addressees(case, procedure, role.id, party.id)):
        says = _(
            "No email address is known for %(party)s (%(title)s). Say who takes part, and give it there.",
            party=called(party),
            title=role.title,
        )
        add_task(case, f"address:{party.id}", says, now)


def _is_written_to(procedure: Procedure, role: str) -> bool:
    readers = {one for step in procedure.steps if step.send for one in step.roles("to")}
    panels = {one for panel in procedure.panels if panel.id in readers for one in panel.members()}
    return role in readers | panels
