"""Who takes part in a case: parties are named, added and removed by documents (language.md, section 2, sentence 10).

A role with `named_by` is held by those whom the latest document of that step names; forms that name, or let go, add and
remove one. Everything is worked out from the folder each time: a correction is heeded as if it had always stood.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final, get_args

from webform.documents.answers import Answers, entries, find, groups_around, is_empty
from webform.documents.form import Form, Question
from webform.documents.procedure import Procedure, Role
from webform.documents.vocabulary import Meaning

from .apart import NAMES, plain
from .folder import Filed, Folder, Member
from .papers import standing
from .sitting import Sittings, changes_a_panel, has_interest

NAMING, LEAVING = "names", "leaves"
DETAILS: Final = tuple(word.removeprefix("party.") for word in get_args(Meaning) if word.startswith("party."))
REACHED = ("email", "phone")
OURSELVES = ("applicant.name", "victim.name", "report.reporter_name")  # people, who are never an organisation
Details = dict[str, str]


@dataclass(frozen=True)
class Named:
    """Somebody in a role. `key` tells them from others of the role: the choice, the entry, or what they are called.

    `details` say who they are. Beside what was asked of them they hold the `choice` that stands for this body alone, or
    the `kind`, a choice that stands for several: the council's own list of addresses goes by these.
    """

    key: str
    role: str
    joined_at: datetime
    left_at: datetime | None = None
    details: Mapping[str, str] = field(default_factory=dict)
    step: str = ""


Place = tuple[str, str]  # role and key
Roll = dict[Place, Named]


def with_those_named(procedure: Procedure, forms: Mapping[str, Form], folder: Folder, now: datetime) -> Folder:
    """The folder with the parties whom its documents name, in roles that the folder itself says nothing of."""
    written = {member.role for member in folder.parties}
    found = (one for one in those_named(procedure, forms, folder.documents, now) if one.role not in written)
    members = (Member(one.key, one.role, one.joined_at, one.left_at, one.key) for one in found)
    return replace(folder, parties=(*folder.parties, *members))


def those_named(
    procedure: Procedure, forms: Mapping[str, Form], documents: tuple[Filed, ...], now: datetime
) -> tuple[Named, ...]:
    """Everybody whom the standing documents name, those who have left included, in the order in which they came."""
    roll: Roll = {}
    sittings = Sittings(procedure)
    for paper in standing(documents, now):
        step = procedure.step(paper.step)
        form = forms.get(step.fill or "") if step else None
        if form is None:
            continue
        for role in procedure.roles:
            if _naming_step(role) == paper.step:
                _list(roll, role, form, paper)
        if paper.effect == NAMING:
            _add(roll, procedure, form, paper, sittings.out)
        elif paper.effect == LEAVING and paper.party:
            _let_go(roll, paper)
        _sit(roll, sittings, form, paper)
    return tuple(roll.values())


def names_somebody(procedure: Procedure, step: str, form: Form) -> bool:
    """Whether a document of that step can change who takes part."""
    named = form.effect in (NAMING, LEAVING) or any(_naming_step(role) == step for role in procedure.roles)
    return named or changes_a_panel(procedure, step, form)


def _naming_step(role: Role) -> str:
    return (role.named_by or "").partition(".")[0]


# --- What one document does to the roll ---------------------------------------------------------------------------


def _list(roll: Roll, role: Role, form: Form, paper: Filed) -> None:
    """Those whom the step names join or stay; whom an earlier document of it named, and this one does not, goes."""
    listed = named_in(role, form, paper)
    for place, known in list(roll.items()):
        gone = known.role == role.id and known.step == paper.step and known.key not in [one.key for one in listed]
        if gone and known.left_at is None:
            roll[place] = replace(known, left_at=paper.effective_at)
    for one in listed:
        _join(roll, one)


def _join(roll: Roll, one: Named) -> None:
    """Somebody new, or somebody known with what is said of them now. Who comes back joins anew."""
    known = roll.get((one.role, one.key))
    if known is None:
        roll[one.role, one.key] = one
        return
    told = {**known.details, **one.details}
    stays = known.left_at is None
    since = known.joined_at if stays else one.joined_at
    roll[one.role, one.key] = replace(known, details=told, joined_at=since, left_at=None)


def _add(roll: Roll, procedure: Procedure, form: Form, paper: Filed, out: Collection[Place]) -> None:
    """A form that names somebody: whom the document is about, or who is called the same, or somebody new.

    Whoever is named after somebody else had left is another one: nothing of the other is theirs, a vote least of all.
    """
    told = _details(form, paper.answers, ())
    wanted = told.pop("role", "")
    if paper.party:
        meant = [place for place, known in roll.items() if known.key == paper.party]
        for place in [place for place in meant if place[0] == wanted] or meant:
            roll[place] = replace(roll[place], details={**roll[place].details, **told})
        return
    role = next((one for one in procedure.roles if one.id == wanted), None)
    called = plain(told.get("organisation") or told.get("name") or "")
    if role is None or not called:
        return
    theirs = [one for one in roll.values() if one.role == role.id and (one.role, one.key) not in out]
    same = [one.key for one in theirs if called in _called(one) or not (role.plural or one.left_at)]
    key = same[0] if same else _free(roll, role.id, _slug(called) if role.plural else role.id)
    _join(roll, Named(key, role.id, paper.effective_at, details=told, step=paper.step))


def _let_go(roll: Roll, paper: Filed) -> None:
    for place, known in list(roll.items()):
        if known.key == paper.party and known.left_at is None:
            roll[place] = replace(known, left_at=paper.effective_at)


def _free(roll: Roll, role: str, key: str) -> str:
    """The key, or where somebody else has it, one beside it."""
    beside = (key, *(f"{key}-{count}" for count in range(2, len(roll) + 3)))
    return next(one for one in beside if (role, one) not in roll)


# --- Panels ---------------------------------------------------------------------------------------------------------


def _sit(roll: Roll, sittings: Sittings, form: Form, paper: Filed) -> None:
    """Those join, or leave, whose panel is called, whose condition changed, or who have an interest."""
    titles = {role.id: role.title for role in sittings.procedure.roles}
    for role, joins in sittings.heed(paper):
        there = [place for place, known in roll.items() if place[0] == role and known.left_at is None]
        if joins and not there:
            _join(roll, Named(role, role, paper.effective_at, details={"organisation": titles[role]}, step=paper.step))
        for place in () if joins else there:
            roll[place] = replace(roll[place], left_at=paper.effective_at)
    if not has_interest(form, paper.answers):
        return
    for place, known in list(roll.items()):
        if known.key == paper.party and known.role in sittings.leaving:
            sittings.out.add(place)
            roll[place] = replace(known, left_at=known.left_at or paper.effective_at)


def _called(one: Named) -> list[str]:
    return [plain(one.details[name]) for name in ("organisation", "name") if one.details.get(name)]


# --- Whom one document names ----------------------------------------------------------------------------------------


def named_in(role: Role, form: Form, paper: Filed) -> list[Named]:
    """Those whom a document names for a role."""
    question = form.question((role.named_by or "").partition(".")[2])
    if question is not None and question.type != "group":
        return _chosen(role, form, question, paper)
    group = question.id if question else next(iter(_groups_of(form)), "")
    found = []
    for path, entry in entries(form, paper.answers, group):
        told = _details(form, entry, (*groups_around(form, group), group) if group else ())
        if told:
            key = "-".join((role.id, *map(str, path)))
            told = _reached(role, form, told)
            found.append(Named(key, role.id, paper.effective_at, details=told, step=paper.step))
    return found


def entry_number(role: str, key: str) -> int | None:
    """The number of the entry that names somebody, who is then called by role and entry; None for anybody else."""
    number = key.removeprefix(f"{role}-")
    return int(number) if number != key and number.isdecimal() else None


def _groups_of(form: Form) -> tuple[str, ...]:
    """The group, and those around it, in which a form asks who somebody is; none where it asks of one alone."""
    asked = (form.meaning(f"party.{detail}") for detail in DETAILS)
    return next((groups_around(form, one.id)[-1:] for one in asked if one), ())


def _details(form: Form, given: Answers, groups: tuple[str, ...]) -> Details:
    """What the questions of that group, or outside any, say of somebody."""
    found = {}
    for detail in DETAILS:
        question = form.meaning(f"party.{detail}")
        if question and groups_around(form, question.id) == groups and not is_empty(given.get(question.id)):
            found[detail] = str(given[question.id])
    return found


def _reached(role: Role, form: Form, told: Details) -> Details:
    """Nobody writes to a body at an address that a member of the public typed, nor to a person who was not said to be
    safe there."""
    if form.audience == "officer":
        return told
    if role.local:
        return {detail: value for detail, value in told.items() if detail not in REACHED}
    return {"email_safe": "no", **told}


def _chosen(role: Role, form: Form, question: Question, paper: Filed) -> list[Named]:
    """One party for each different choice, or text, in the order in which they were given."""
    groups = groups_around(form, question.id)
    meant = (form.meaning(name) for name in ("party.organisation", NAMES.get(question.means or "", "")))
    beside = next((one for one in meant if one and groups_around(form, one.id) == groups), None)
    people = {plain(name) for meaning in OURSELVES for name in find(form, paper.answers, meaning)}
    found: dict[str, Named] = {}
    for _, entry in entries(form, paper.answers, (groups or ("",))[-1]):
        given = entry.get(question.id)
        name = str(entry.get(beside.id) or "") if beside else ""
        for value in given if isinstance(given, list) else [given] if given else []:
            one = _party(question, str(value), "" if plain(name) in people else name.strip())
            if one:
                found.setdefault(one[0], Named(one[0], role.id, paper.effective_at, None, one[1], paper.step))
    named = {one.details.get("kind") for one in found.values() if one.key != one.details.get("kind")}
    return [one for one in found.values() if one.key not in named]  # "a landlord" is one of those who were named


def _party(question: Question, value: str, name: str) -> tuple[str, Details] | None:
    """Key and details of whoever an answer stands for; None for nobody in particular."""
    if not question.options:
        return _slug(plain(value)), {"organisation": value}
    option = next((one for one in question.options if one.value == value), None)
    if option is None or option.unknown or option.alone or option.stands_for == "applicant":
        return None
    if option.stands_for and name:
        return _slug(f"{value} {plain(name)}"), {"organisation": name, "kind": value}
    return value, {"organisation": option.label, "kind" if option.stands_for else "choice": value}


def _slug(called: str) -> str:
    """A name as a key: words with hyphens between."""
    return "-".join(re.findall(r"[^\W_]+", called))
