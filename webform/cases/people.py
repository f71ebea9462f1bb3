"""Who a role is in a case, how they can safely be reached, and under which address."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from webform.contacts import Roster
from webform.documents.answers import Answers, first
from webform.documents.form import Form
from webform.documents.procedure import Procedure
from webform.house import house
from webform.records.sealed import normalise
from webform.records.store import db
from webform.records.tables import Case, Deadline, Party
from webform.rules import safe_contact
from webform.rules.safe_contact import FAILS, POST_FAILS
from webform.sending.reach import email_of
from webform.words import gettext as _

# The people whom a form describes by what its questions mean, and what is kept of each.
PEOPLE = ("applicant", "victim")
DETAILS = ("name", "organisation", "email", "phone", "address", "born", "relationship", "capacity")
CONTACT = "contact"
CONTACT_RULES = (
    "channel", "email_safe", "post_safe", "voicemail_safe", "quiet_from", "quiet_until", "times", "note", "needs",
)  # fmt: skip
LARGE_PRINT = "large_print"  # "yes" for somebody whose letters are in large print
REACHED_BY = ("email", "phone", "address")  # what somebody may change of where they are reached


Present = dict[str, list[Party]]  # by role


@dataclass(frozen=True)
class Addressee:
    """Somebody to write to. `email` is '' where email is unsafe or unknown; then the letter goes on paper or waits."""

    role: str
    name: str
    email: str = ""
    party_id: int | None = None
    address: Mapping[str, str] | None = None
    large_print: bool = False


@dataclass(frozen=True)
class Known:
    """What is known of somebody from elsewhere: who they are, and how they may safely be reached."""

    person: Mapping[str, Any]
    contact: Mapping[str, Any]


@dataclass(frozen=True)
class Author:
    """Who files: a name for the record, and the role that they act in. Of people from outside only the role is kept."""

    name: str
    role: str
    party_id: int | None = None


def details_of(person: str, form: Form, answers: Answers) -> dict[str, Any]:
    """What a form says of the applicant or the victim; empty where it asks nothing of them."""
    found = {detail: _meant(form, answers, f"{person}.{detail}") for detail in DETAILS}
    return {detail: value for detail, value in found.items() if value is not None}


def contact_rules(form: Form, answers: Answers) -> dict[str, Any]:
    """How the person may be reached. A safety question that was asked and not answered counts as "no"."""
    rules = {rule: _meant(form, answers, f"contact.{rule}") for rule in CONTACT_RULES}
    asked = {rule for rule in CONTACT_RULES if rule.endswith("_safe") and form.meaning(f"contact.{rule}")}
    kept = {rule: value if value is not None else "no" for rule, value in rules.items() if value or rule in asked}
    return kept | _size_of_print(form, rules["needs"])


def _size_of_print(form: Form, needs: Any) -> dict[str, str]:
    """Whether letters are in large print, where the form asks what they need and they said."""
    question = form.meaning(f"{CONTACT}.needs")
    if question is None or needs is None:
        return {}
    large = any(option.large_print for option in question.options if option.value in needs)
    return {LARGE_PRINT: "yes" if large else "no"}


def rules_for_another(form: Form, answers: Answers) -> dict[str, Any]:
    """How somebody may be reached of whom another person tells: nowhere, unless that person knows that it is safe."""
    return {"email_safe": "yes" if _meant(form, answers, "victim.email_safe") == "yes" else "no", "post_safe": "no"}


def stricter(rules: Mapping[str, Any], others: Mapping[str, Any]) -> dict[str, Any]:
    """Both sets of contact rules: a way is safe only if neither says that it is not. The first wins otherwise."""
    unsafe = {rule for rule in CONTACT_RULES if rule.endswith("_safe") and "no" in (rules.get(rule), others.get(rule))}
    return {**others, **rules, **dict.fromkeys(unsafe, "no")}


def known_people(case: Case) -> dict[str, Known]:
    """Who the people of a case are by now, and how they may be reached."""
    return {role: Known(one.person, one.contact) for role in PEOPLE for one in parties(case, role)[:1]}


def rules_of_request(role: str, form: Form, answers: Answers) -> dict[str, Any]:
    """How a request says that somebody may be reached: its author as they say, nobody else before they were asked."""
    return contact_rules(form, answers) if role == PEOPLE[0] else rules_for_another(form, answers)


def change_contact(party: Party, form: Form, answers: Answers) -> None:
    """Lay what a form says of safe contact over what was known. What it doesn't ask stays; a value left out goes."""
    party.contact = rules_as_changed(party.contact, form, answers)
    party.person = details_as_changed(party.person, form, answers)


def rules_as_changed(rules: Mapping[str, Any], form: Form, answers: Answers) -> dict[str, Any]:
    """Rules of contact once such a form was filed."""
    return {**rules, **contact_rules(form, answers), **_taken_out(form, answers)}


def details_as_changed(details: Mapping[str, Any], form: Form, answers: Answers) -> dict[str, Any]:
    """Who somebody is once such a form was filed."""
    given = {name: _meant(form, answers, f"contact.{name}") for name in REACHED_BY}
    return {**details, **{name: value for name, value in given.items() if value is not None}}


def _taken_out(form: Form, answers: Answers) -> dict[str, Any]:
    """Quiet hours and notes that the form asks for and that were left empty: there are none any more."""
    asked = (rule for rule in CONTACT_RULES if not rule.endswith("_safe") and form.meaning(f"contact.{rule}"))
    return {rule: None for rule in asked if _meant(form, answers, f"contact.{rule}") is None}


def _meant(form: Form, answers: Answers, meaning: str) -> Any:
    return first(form, answers, meaning)


def reads_large_print(party: Party) -> bool:
    """Whether this person asked for letters in large print."""
    return bool(party.contact.get(LARGE_PRINT) == "yes")


def is_about(procedure: Procedure, party: Party) -> bool:
    """Whether the case is theirs: they asked for it, or it is asked for them."""
    return party.role in (*PEOPLE, *procedure.consent.of)


def may_email(party: Party) -> bool:
    """Whether an email to this person is safe and possible."""
    return bool(email_of(party))


def failing(party: Party) -> str:
    """The address at which mail to this person did not arrive; '' if all did, or they have another one by now."""
    email = str(party.contact.get(FAILS) or "")
    return email if email == party.person.get("email") else ""


def post_fails(party: Party) -> bool:
    """Whether a letter to their address came back, and they have no other address and nobody said that it is right."""
    address = party.person.get("address")
    return bool(address) and party.contact.get(POST_FAILS) == address


def may_post(party: Party) -> bool:
    """Whether a letter to this person's address is safe and possible."""
    return safe_contact.may_post(party.person, party.contact)


def ways_to_reach(party: Party) -> tuple[str, ...]:
    """How somebody may safely be reached now, in words for whoever is about to write or call."""
    rules, email = party.contact, email_of(party)
    said = [_("Email to %(email)s", email=email) if email else _("No email")]
    if not party.person.get("address"):
        said.append(_("No postal address"))
    elif may_post(party):
        said.append(_("Letters to their address"))
    elif post_fails(party) and party.contact.get("post_safe", "yes") == "yes":
        said.append(_("No letters to their home: one came back"))
    else:
        said.append(_("No letters to their home: keep them to be collected, or hand them over"))
    if reads_large_print(party):
        said.append(_("Large print for all their letters"))
    said.append(_phone(str(party.person.get("phone") or ""), rules.get("voicemail_safe") == "yes"))
    if rules.get("quiet_from") and rules.get("quiet_until"):
        hours = {"start": rules["quiet_from"], "end": rules["quiet_until"]}
        said.append(_("Quiet from %(start)s until %(end)s: email waits, do not call", **hours))
    if rules.get("times"):
        said.append(_("Times to avoid: %(times)s", times=rules["times"]))
    return (*said, _("They say: %(note)s", note=rules["note"])) if rules.get("note") else tuple(said)


def _phone(number: str, voicemail: bool) -> str:
    if not number:
        return _("No phone number")
    if voicemail:
        return _("Phone %(number)s, voicemail is safe", number=number)
    return _("Phone %(number)s, no voicemail", number=number)


def addressees(
    case: Case, procedure: Procedure, role: str, party_id: int | None = None, there: Present | None = None
) -> tuple[Addressee, ...]:
    """Everybody who has this role in the case, or that one of them; `there` spares looking up who is on the case.

    A role of the council's own that nobody was named for is held by whoever instance/ says.
    """
    on_it = present(case) if there is None else there
    named = [one for one in on_it.get(role, ()) if party_id in (None, one.id)]
    if named or not _is_local(procedure, role):
        return tuple(addressee(party) for party in named)
    roster = house().contacts.get((case.area, role))
    contact = roster.only if roster else None
    return (Addressee(role, contact.name, contact.email),) if contact else ()


def _is_local(procedure: Procedure, role: str) -> bool:
    known = next((one for one in procedure.roles if one.id == role), None)
    return known is None or known.local


def parties(case: Case, role: str) -> list[Party]:
    """The parties of a role that are on the case now."""
    return present(case).get(role, [])


def name_of(case: Case, role: str) -> str:
    """What the first party of a role is called, as whoever asked has written it; '' where nobody did."""
    return next((str(one.person.get("name") or "") for one in parties(case, role)), "")


def present(case: Case) -> Present:
    """Everybody who is on the case now, by role."""
    wanted = select(Party).where(Party.case_id == case.id, Party.left_at.is_(None))
    found: Present = {}
    for party in db.session.scalars(wanted.order_by(Party.id)):
        found.setdefault(party.role, []).append(party)
    return found


def bodies_that_owe(area: str, email: str) -> list[Party]:
    """The organisations that the council's list has under this address, in the open cases where they owe something."""
    lists = house().contacts
    known = {role for (at, role), roster in lists.items() if at == area and _lists(roster, email)}
    if not known:
        return []
    owing = select(Deadline.party_id).join(Case).where(Case.area == area, Deadline.state.in_(("open", "late")))
    named = select(Party).where(Party.id.in_(owing), Party.role.in_(known), Party.left_at.is_(None)).order_by(Party.id)
    return [one for one in db.session.scalars(named) if not one.person.get("email") and _same(email_of(one), email)]


def _lists(roster: Roster, email: str) -> bool:
    return any(_same(one.email, email) for one in roster.contacts)


def _same(one: str, other: str) -> bool:
    return normalise("email", one) == normalise("email", other)


def addressee(party: Party) -> Addressee:
    """A party as somebody to write to, within their safe-contact rules."""
    return Addressee(
        role=party.role,
        name=str(party.person.get("name") or party.person.get("organisation") or ""),
        email=email_of(party),
        party_id=party.id,
        address=party.person["address"] if may_post(party) else None,
        large_print=reads_large_print(party),
    )
