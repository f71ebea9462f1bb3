"""docs/security.md goes through the whole standard, and points at tests that exist."""

from __future__ import annotations

import re
from collections import Counter

from webform.settings import CHECKOUT

PAGE = (CHECKOUT / "docs" / "security.md").read_text("utf-8")
ITEMS = re.compile(r"^\| ((?:\d+\.\d+\.\d+(?:, )?)+) \|", re.MULTILINE)
TEST = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")
# How many items of levels 1 and 2 each section of ASVS 5.0.0 has, without chapters 10 and 17, which do not apply.
SECTIONS = {
    "1.1": 2, "1.2": 9, "1.3": 11, "1.4": 3, "1.5": 2, "2.1": 3, "2.2": 3, "2.3": 4, "2.4": 1, "3.2": 2, "3.3": 4,
    "3.4": 6, "3.5": 5, "3.7": 2, "4.1": 3, "4.2": 1, "4.3": 2, "4.4": 4, "5.1": 1, "5.2": 3, "5.3": 2, "5.4": 3,
    "6.1": 3, "6.2": 12, "6.3": 4, "6.4": 4, "6.5": 5, "6.6": 3, "6.8": 4, "7.1": 3, "7.2": 4, "7.3": 2, "7.4": 5,
    "7.5": 2, "7.6": 2, "8.1": 2, "8.2": 3, "8.3": 1, "8.4": 1, "9.1": 3, "9.2": 4, "11.1": 2, "11.2": 3, "11.3": 3,
    "11.4": 4, "11.5": 1, "11.6": 1, "12.1": 3, "12.2": 2, "12.3": 4, "13.1": 1, "13.2": 5, "13.3": 2, "13.4": 5,
    "14.1": 2, "14.2": 4, "14.3": 3, "15.1": 3, "15.2": 3, "15.3": 7, "16.1": 1, "16.2": 5, "16.3": 4, "16.4": 3,
    "16.5": 3,
}  # fmt: skip


def test_every_item_of_the_standard_stands_there_once() -> None:
    """No item of levels 1 and 2 is passed over, and none is claimed twice."""
    wanted = {f"{section}.{number}" for section, count in SECTIONS.items() for number in range(1, count + 1)}
    told = Counter(item for items in ITEMS.findall(PAGE) for item in items.split(", "))
    assert set(told) == wanted
    assert set(told.values()) == {1}


def test_every_test_that_is_named_exists() -> None:
    """Whoever follows a reference finds the test, and every item that is said to be shown has one."""
    shown = PAGE.partition("### Shown by tests")[2].partition("\n### ")[0]
    assert all(TEST.search(line) for line in shown.splitlines() if ITEMS.match(line))
    named = TEST.findall(PAGE)
    assert len(named) > 80
    for path, name in named:
        assert re.search(rf"^def {name}\b", (CHECKOUT / path).read_text("utf-8"), re.MULTILINE), f"{path}::{name}"


def test_files_that_are_named_exist() -> None:
    """A place that is pointed at is there."""
    for path in re.findall(r"`((?:webform|tests)/[\w/]+\.(?:py|js|html))`", PAGE):
        assert (CHECKOUT / path).exists(), path
