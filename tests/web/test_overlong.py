"""Whatever is posted or stands in an address is measured before it reaches a column, a number or a file."""

from __future__ import annotations

import re

import pytest

from tests.web.attacked import WHO, Attacked

OFFICER = WHO[-1]  # whose looks and presses are put on record
LONG_WORD, LONG_NUMBER = "x" * 3000, "9" * 3000
PUT_IN = re.compile(r"<[^>]+>")
PRESSED = ("do", "way", "go", "where", "owner", "fresh-entry", "add-another")
ON_POSTGRESQL = pytest.mark.parametrize("attacked", ["postgresql"], indirect=True)  # it measures; SQLite takes anything


@ON_POSTGRESQL
def test_no_part_of_an_address_is_too_much(attacked: Attacked) -> None:
    """Each part of each address, one after the other, with the others as they are: a page, or none."""
    for pattern in attacked.patterns:
        parts = PUT_IN.findall(pattern)
        for place in range(len(parts)):
            for value in (LONG_WORD, LONG_NUMBER, "9223372036854775808"):
                path = pattern
                for number, part in enumerate(parts):
                    own = attacked.own.get(part.rpartition(":")[2].strip("<>"), "1")
                    path = path.replace(part, value if number == place else own, 1)
                attacked.send(attacked.people[OFFICER], "GET", path)


@ON_POSTGRESQL
def test_no_field_is_too_much(attacked: Attacked) -> None:
    """Every field of every form at once, and each button by itself: refused with words, or kept."""
    officer, token = attacked.people[OFFICER], {"csrf_token": attacked.door.token}
    for path in attacked.posts:
        every = dict.fromkeys(attacked.names(path, officer))
        for fields in (every, *({name: None} for name in PRESSED)):
            attacked.send(officer, "POST", path, data=dict.fromkeys(fields, LONG_WORD) | token)
        attacked.send(officer, "POST", path, data=dict.fromkeys(every, LONG_NUMBER) | token)
