"""Whether two addresses are of one organisation."""

from __future__ import annotations

import pytest

from webform.rules.same_office import same_office


@pytest.mark.parametrize(
    ("email", "on_record", "same"),
    [
        ("bo@police.example", "desk@police.example", True),
        (" Bo@POLICE.example ", "desk@police.example", True),
        ("bo@police.example.", "desk@police.example", True),
        ("bo@people.example", "desk@police.example", False),
        ("bo@evil-police.example", "desk@police.example", False),
        ("bo@police.example.evil.example", "desk@police.example", False),
        ("bo@sub.police.example", "desk@police.example", False),
        ("bo@gmail.com", "landlord@gmail.com", False),
        ("bo@outlook.com", "landlord@OUTLOOK.com", False),
        ("bo@police.example", "", False),
        ("", "", False),
        ("nobody", "nobody", False),
    ],
)
def test_one_domain_of_their_own(email: str, on_record: str, same: bool) -> None:
    """The same domain counts; a longer one, one that anybody can have, and none at all do not."""
    assert same_office(email, on_record) is same
