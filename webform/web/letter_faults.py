"""What keeps a letter from going, each fault with the place to mend it."""

from __future__ import annotations

from collections.abc import Iterable

from webform.documents.letter import Written
from webform.sending.compose import Composed, NotComposable, compose
from webform.words import gettext as _

LONGEST, LONGEST_SUBJECT, LONGEST_WHY = 20_000, 200, 2_000
WHY = "why"  # the field that says why a letter is sent back


def composed(written: Written) -> Composed | None:
    """The letter as an email; None for a text that is too long or too deeply nested to be one."""
    try:
        return compose(written) if len(written.markdown) <= LONGEST else None
    except NotComposable:
        return None


def faults_of_why(why: str) -> list[dict[str, str]]:
    """What is wrong with the words that go back to whoever wrote it."""
    if not _says_something(why):
        return [{"text": _("Enter what should be changed"), "href": f"#{WHY}"}]
    if len(why) > LONGEST_WHY:
        said = _("What should be changed must be %(longest)s characters or fewer", longest=f"{LONGEST_WHY:,}")
        return [{"text": said, "href": f"#{WHY}"}]
    return []


def faults_of(written: Written, gaps: Iterable[tuple[str, str]]) -> list[dict[str, str]]:
    """What keeps the letter from going, each with the place to mend it."""
    faults = [
        {"text": _("Type over “%(mark)s” in the letter: %(what)s", mark=mark, what=what), "href": "#markdown"}
        for mark, what in gaps
    ]
    subject, text = written.subject, written.markdown
    if not _says_something(subject):
        faults.append({"text": _("Enter a subject"), "href": "#subject"})
    if len(subject) > LONGEST_SUBJECT:
        said = _("The subject must be %(longest)s characters or fewer", longest=LONGEST_SUBJECT)
        faults.append({"text": said, "href": "#subject"})
    if not _says_something(text):
        faults.append({"text": _("Write the letter"), "href": "#markdown"})
    if len(text) > LONGEST:
        said = _(
            "The letter must be %(longest)s characters or fewer. You have %(over)s too many",
            longest=f"{LONGEST:,}",
            over=f"{len(text) - LONGEST:,}",
        )
        faults.append({"text": said, "href": "#markdown"})
    elif not composed(written):
        said = _("Lists or quotations stand too deep inside each other. Use fewer levels")
        faults.append({"text": said, "href": "#markdown"})
    return faults


def _says_something(text: str) -> bool:
    """Whether a reader would see a word: blanks and marks alone, seen or unseen, are no letter."""
    return any(sign.isalnum() for sign in text)
