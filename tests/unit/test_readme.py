"""What the README says is so."""

from __future__ import annotations

import re

from webform.settings import CHECKOUT, NAMES, PREFIX

README = (CHECKOUT / "README.md").read_text(encoding="utf-8")


def test_settings_and_readme_agree() -> None:
    """Every setting has one row of the table, and the table has no row that nothing reads."""
    rows = re.findall(r"^\| `(\w+)` \|", README, re.MULTILINE)
    assert sorted(rows) == sorted(PREFIX + name for name in NAMES)


def test_every_make_target_that_is_named_exists() -> None:
    """A command that somebody copies from the README works."""
    named = set(re.findall(r"(?:`|    )make ([a-z]+)", README))
    targets = set(re.findall(r"^([a-z]+):", (CHECKOUT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    assert {"run", "test", "quick", "check"} <= named <= targets


def test_the_readme_is_short() -> None:
    """Somebody reads it in ten minutes."""
    assert len(README.splitlines()) < 120


def test_no_document_of_ours_names_a_registry() -> None:
    """Packages come from wherever the machine is set up to get them."""
    for name in ("requirements.txt", "package.json", ".npmrc", "Makefile", "README.md"):
        text = (CHECKOUT / name).read_text(encoding="utf-8")
        assert not re.search(r"index-url|registry\s*=|https?://[^ ]*(pypi|npmjs|registry)", text), name


def test_every_requirement_is_pinned() -> None:
    """The same versions on every machine."""
    lines = (CHECKOUT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    packages = [line.partition("#")[0].strip() for line in lines if line.partition("#")[0].strip()]
    assert [package for package in packages if not re.fullmatch(r"[\w.-]+(\[\w+\])?==[\w.]+", package)] == []
    names = [re.split(r"[\[=]", package)[0].lower().replace("_", "-") for package in packages]
    assert len(names) == len(set(names))
