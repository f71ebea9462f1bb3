"""What is taken out of a copy of a case before it leaves the house: what only officers read, and other people.

Answers are left out by what their questions mean; text, which may name anybody, is searched for names and for ways to
reach people. What belongs to the people whose case it is stays, and so does what is public.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from typing import Any

from webform.documents.answers import Answers, find
from webform.documents.form import Form, Question
from webform.documents.vocabulary import Meaning
from webform.words import gettext as _
from webform.words import gettext_noop as N_

# Who the people responsible are, and who else reported: a copy names none of them.
NAMED: tuple[Meaning, ...] = ("person.name", "report.reporter_name")
REACHES = ("email", "phone", "address", "postcode")  # types of questions that say how to find somebody
OWN_NAMES: tuple[Meaning, ...] = ("applicant.name", "applicant.organisation", "victim.name")
OWN = ("applicant.", "victim.", "incident.")  # what is meant of the case's own people and places
OWN_RULES = "contact."
OBJECTS: Meaning = "sharing.objects"

FOR_OFFICERS = N_("only officers of the case may read it")
ABOUT_ELSE = N_("it is about somebody else")
SOMEBODY_ELSE = N_("it says how to reach somebody else")
OBJECTED = N_("its author objects to sharing some of it")

# What "The man in flat 9" begins with: no names, though written with a capital.
NO_NAMES = frozenset((
    "the", "man", "woman", "boy", "girl", "men", "women", "people", "person", "family", "neighbour", "neighbours",
    "tenant", "tenants", "landlord", "mrs", "miss", "mister", "his", "her", "our", "their", "someone", "somebody",
    "flat", "house", "number", "old", "young", "upstairs", "downstairs",
))  # fmt: skip
SHORTEST = 3  # letters of a name that can be told from other words
FINDS = re.compile(
    r"""
    [^\s@<>()\[\]"']+ @ [^\s@<>()\[\]"']+ \. [A-Za-z]{2,}                   # an email address
    | (?<![\w/+.-]) (?:\+44[ ()-]{0,2} | \(?0) \d (?:[ ()-]{0,2}\d){8,9} (?![\w/])  # a phone number
    | \b [A-Za-z]{1,2} \d [A-Za-z\d]? [ ]? \d [A-Za-z]{2} \b                 # a postcode
    """,
    re.VERBOSE,
)


def why_left_out(question: Question, own: bool, others: tuple[str, ...] = (), panel: bool = False) -> str:
    """Why an answer goes into no redacted copy; '' where it does. `own`: said by the people whose case it is.
    `others`: how the meaning begins of what is about one of them who is not to read it. `panel`: it is for one."""
    if question.private and not (panel and question.private == "panel"):
        return FOR_OFFICERS
    if (question.means or "").startswith(others):
        return ABOUT_ELSE
    ours = (*OWN, OWN_RULES) if own else OWN
    if question.type in REACHES and not (question.means or "").startswith(ours):
        return SOMEBODY_ELSE
    return ""


def names_in(form: Form, answers: Answers) -> list[str]:
    """Everybody whom a form names as responsible, or as somebody else who reported."""
    return [str(value) for meaning in NAMED for value in find(form, answers, meaning)]


def own_names(form: Form, answers: Answers) -> list[str]:
    """What the people whose case it is are called."""
    return [str(value) for meaning in OWN_NAMES for value in find(form, answers, meaning)]


def is_called_like(name: str, others: Iterable[str]) -> bool:
    """Whether somebody may be one of those: the last word of the name stands in theirs."""
    last = [word.casefold() for word in _words(name)][-1:]
    return any(word.casefold() in last for other in others for word in _words(other)) and not NO_NAMES.issuperset(last)


def own_contacts(form: Form, answers: Answers) -> list[str]:
    """How they can be reached, and the places where it happens."""
    asked = (question for page in form.pages for question in page.questions if question.type in REACHES)
    own = [one.means for one in asked if one.means and one.means.startswith((*OWN, OWN_RULES))]
    return [text for meaning in own for value in find(form, answers, meaning) for text in _texts(value)]


def objects(form: Form, answers: Answers) -> bool:
    """Whether its author objects to sharing some of it."""
    return "yes" in find(form, answers, OBJECTS)


def _texts(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [str(part) for part in value.values() if part]
    return [str(value)]


class Blackout:
    """Takes names and ways to reach people out of text, and counts what it took.

    `names` are taken out wherever they stand: whole, and each word of them that is written like a name. Words of the
    names in `own` stay, and so does every address and number that stands in `public`.
    """

    def __init__(self, names: Iterable[str], own: Iterable[str], public: Iterable[str]):
        self.taken: Counter[str] = Counter()
        self._public = {_plain(found) for text in public for found in FINDS.findall(text)}
        self._names = _pattern({" ".join(name.split()) for name in names}, {*own})

    def __call__(self, text: str) -> str:
        """The text as it may leave."""
        if self._names:
            text = self._names.sub(self._name, text)
        return FINDS.sub(self._contact, text)

    def _name(self, found: re.Match[str]) -> str:
        self.taken[" ".join(found[0].split())] += 1
        return _("[name left out]")

    def _contact(self, found: re.Match[str]) -> str:
        if _plain(found[0]) in self._public:
            return found[0]
        self.taken[found[0]] += 1
        return _("[contact left out]")


def _pattern(names: set[str], own: set[str]) -> re.Pattern[str] | None:
    """The names whole, however they are written; and, as they are written, their words that look like a name."""
    stay = {*NO_NAMES, *(word.casefold() for name in own for word in _words(name))}
    whole = {name for name in names if len(name) >= SHORTEST} - own
    words = {word for name in whole for word in _words(name) if word[0].isupper() and word.casefold() not in stay}
    if not whole:
        return None
    longest = sorted(whole, key=len, reverse=True)
    found = ["(?i:" + r"\s+".join(map(re.escape, name.split())) + ")" for name in longest]
    found += [form for word in sorted(words, key=len, reverse=True) for form in (word, word.upper())]
    return re.compile(rf"(?<!\w)(?:{'|'.join(found)})(?!\w)")


def _words(text: str) -> list[str]:
    return [word for word in re.findall(r"[^\W\d_]+", text) if len(word) >= SHORTEST]


def _plain(found: str) -> str:
    """An address, number or postcode to compare, however it was typed."""
    return re.sub(r"[\s()-]+", "", found).casefold().replace("+44", "0")
