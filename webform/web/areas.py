"""Finding an area, by its id or by what somebody knows of it: a name, or a postcode."""

from __future__ import annotations

import re

from flask import abort

from webform.documents.procedure import Procedure
from webform.house import house

LONGEST = 100


def area_or_404(area_id: str) -> Procedure:
    """The area of that id. The baseline is not one."""
    return next((area for area in house().shelves.areas() if area.id == area_id), None) or abort(404)


def served_by(body: str) -> list[Procedure]:
    """The areas that hand cases over to a body, such as one that hears appeals."""
    return [area for area in house().shelves.areas() if any(step.opens == body for step in area.steps)]


def search(typed: str) -> tuple[str, tuple[Procedure, ...]]:
    """What was typed, tidied, and the areas that match it; all of them where nothing was typed."""
    sought = " ".join(typed[:LONGEST].split())
    return sought, tuple(area for area in house().shelves.areas() if matches(area, sought))


def matches(area: Procedure, sought: str) -> bool:
    """Whether what somebody typed is part of the area's name or of its body's, or a postcode that it covers."""
    codes = (*area.area.postcodes, *(code for council in area.councils for code in council.postcodes))
    names = (area.area.name, area.area.body, *(council.name for council in area.councils))
    return outward(sought) in {code.upper() for code in codes} or any(
        sought.casefold() in name.casefold() for name in names
    )


def outward(typed: str) -> str:
    """The first half of a postcode, as "SW19 4JS" or "sw19"; '' for anything else."""
    squeezed = re.sub(r"\s", "", typed).upper()
    full = re.fullmatch(r"([A-Z]{1,2}\d[A-Z\d]?)(\d[A-Z]{2})", squeezed)
    alone = re.fullmatch(r"[A-Z]{1,2}\d[A-Z\d]?", squeezed)
    return full[1] if full else alone[0] if alone else ""
