"""Made-up contacts and officers for local mode. Every address ends in .example, where no mail can ever arrive."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from .contacts import DEPUTY, FILE, NEEDED, POINT_OF_CONTACT, ROSTER
from .documents.form import Form, Option
from .documents.procedure import Procedure, Role
from .roster import TITLES, Kind

HEAD = "# Made-up addresses for trying the service out on one computer. A real installation names its own.\n"


PEOPLE = {POINT_OF_CONTACT: "Alex Carter", DEPUTY: "Robin Shah"}  # made up, like everything here


ELECTED: Mapping[Kind, str] = {"councillor": "Charlie Hill", "mp": "Frances Moor"}


def stand_in_name(role: str) -> str:
    """What the stand-in officer of a role is called, in letters too."""
    return f"{PEOPLE.get(role, role.capitalize())} (stand-in)"


def officer_address(area: str, role: str) -> str:
    """Where the sign-in codes of an area's stand-in officer go."""
    return f"{role}@{area}.example"


def write_contacts(instance: Path, areas: Iterable[Procedure], forms: Mapping[str, Form]) -> bool:
    """Add a stand-in for every role that contacts.toml doesn't name yet. Whether anything was added."""
    path = instance / FILE
    before = path.read_text(encoding="utf-8") if path.exists() else HEAD
    known = tomllib.loads(before)
    added = [entry for area in areas for role, entry in _all(area, forms) if role not in known.get(area.id, {})]
    if added:
        path.write_text(before + "".join(added), encoding="utf-8")
    return bool(added)


def _entry(area: str, role: str, name: str, mark: str = "") -> str:
    """One table of contacts.toml, or one of a list. A JSON string is a TOML string too."""
    head = f"[[{area}.{role}]]\nid = {json.dumps(mark)}" if mark else f"[{area}.{role}]"
    box = f"{mark or role}.mailbox@{area}.example"
    return f'\n{head}\nname = {json.dumps(f"{name} (stand-in)")}\nemail = "{box}"\n'


def _all(area: Procedure, forms: Mapping[str, Form]) -> Iterator[tuple[str, str]]:
    yield from _roles(area, forms)
    if seats := "".join(_seat(area.id, kind) for kind in TITLES if _has_seats(forms[area.area.opens_with], kind)):
        yield ROSTER, seats


def _has_seats(form: Form, kind: Kind) -> bool:
    return any(kind in option.seats for page in form.pages for one in page.questions for option in one.options)


def _seat(area: str, kind: Kind) -> str:
    """Somebody on the roster: a councillor of the area, and an MP of them all."""
    name = f"{ELECTED[kind]} (stand-in)"
    email = f"{kind}@{area}.example" if kind == "councillor" else f"{kind}@parliament.example"
    return f'\n[[{area}.{ROSTER}]]\nname = {json.dumps(name)}\nemail = "{email}"\nkind = "{kind}"\n'


def _roles(area: Procedure, forms: Mapping[str, Form]) -> Iterator[tuple[str, str]]:
    """Every role of the council's own; of one that several hold, those who can be chosen by name."""
    local = [role for role in area.roles if role.local]
    for role in local:
        chosen = _choices(area, role, forms) if role.plural else ()
        listed = [_entry(area.id, role.id, option.label, option.value) for option in chosen]
        yield role.id, "".join(listed) or _entry(area.id, role.id, role.title)
    missing = set(NEEDED) - {role.id for role in local}
    yield from ((role, _entry(area.id, role, role.capitalize())) for role in sorted(missing))


def _choices(area: Procedure, role: Role, forms: Mapping[str, Form]) -> Iterator[Option]:
    """The bodies that the answers to a question stand for, one each."""
    step_id, _, question_id = (role.named_by or "").partition(".")
    step = area.step(step_id)
    form = forms.get(step.fill or "") if step else None
    question = form.question(question_id) if form else None
    for option in question.options if question else ():
        if not (option.unknown or option.alone or option.stands_for):
            yield option
