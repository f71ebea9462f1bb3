"""What people read, in their language: every sentence of ours is marked here, and looked up in a gettext catalogue.

    from .words import gettext as _
    _("Received %(moment)s", moment=...)

A catalogue lies in `languages/LANGUAGE/LC_MESSAGES/messages.mo`. English has none: its words stand in the code.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from gettext import NullTranslations, translation
from pathlib import Path
from typing import Any

from jinja2 import Environment
from markupsafe import Markup

LANGUAGES = Path(__file__).parent / "languages"
ENGLISH = "en-GB"

_spoken: ContextVar[str] = ContextVar("language", default=ENGLISH)


@lru_cache(maxsize=20)
def catalogue(language: str) -> NullTranslations:
    """The catalogue of a language; one that lacks a word, or is not there, gives the English word."""
    return translation("messages", LANGUAGES, [language.replace("-", "_")], fallback=True)


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Whatever is said meanwhile is said in this language."""
    before = _spoken.set(language)
    try:
        yield
    finally:
        _spoken.reset(before)


def language() -> str:
    """The language of what is being said, as HTML names it."""
    return _spoken.get()


def gettext(message: str, **values: Any) -> str:
    """The message in the language that is spoken, with these values in it. Without values it is no format."""
    found = catalogue(_spoken.get()).gettext(message) if message else ""  # gettext keeps its own notes under ""
    return found % values if values else found


def ngettext(one: str, more: str, num: int, **values: Any) -> str:
    """The message for one or for more of something; `num` is one of its values."""
    return catalogue(_spoken.get()).ngettext(one, more, num) % {"num": num, **values}


def gettext_noop(message: str) -> str:
    """Marks a message that is looked up where it is said, because it is written down before anybody speaks."""
    return message


N_ = gettext_noop
MONTHS = (
    N_("January"), N_("February"), N_("March"), N_("April"), N_("May"), N_("June"), N_("July"), N_("August"),
    N_("September"), N_("October"), N_("November"), N_("December"),
)  # fmt: skip
WEEKDAYS = (
    N_("Monday"), N_("Tuesday"), N_("Wednesday"), N_("Thursday"), N_("Friday"), N_("Saturday"), N_("Sunday"),
)  # fmt: skip


def month(number: int) -> str:
    """The name of a month, 1 to 12."""
    return gettext(MONTHS[number - 1])


def weekday(number: int) -> str:
    """The name of a day of the week, Monday being 0."""
    return gettext(WEEKDAYS[number])


def capital(words: str) -> str:
    """The same with a capital letter, as a sentence or a cell begins; names inside it stay as they are."""
    return words[:1].upper() + words[1:]


def clock_time(time: dt.time) -> str:
    """4pm, 4:05pm, midday, midnight."""
    if time.minute == 0 and time.hour in (0, 12):
        return gettext("midday") if time.hour else gettext("midnight")
    minutes = f":{time.minute:02}" if time.minute else ""
    return f"{time.hour % 12 or 12}{minutes}{gettext('am') if time.hour < 12 else gettext('pm')}"


def install(environment: Environment) -> None:
    """Gives templates the same: `_("...")` and `{% trans %}`. A message may hold HTML; its values are escaped."""
    environment.add_extension("jinja2.ext.i18n")
    # Only names what the extension calls: its own wrapper of "new style" functions takes ten times as long.
    environment.newstyle_gettext = True  # type: ignore[attr-defined]  # an attribute that the extension adds
    environment.globals.update(_=_in_html, gettext=_in_html, ngettext=_count_in_html, language=language)
    environment.filters["said"] = gettext  # for a message that is chosen elsewhere; it is no HTML


@lru_cache(maxsize=5000)
def _known(spoken: str, message: str) -> Markup:
    return Markup(catalogue(spoken).gettext(message))  # noqa: S704  our own words, and a translator's


def _in_html(message: str, **values: Any) -> Markup:
    found = _known(_spoken.get(), message)
    return found % values if values else found


def _count_in_html(one: str, more: str, num: int, **values: Any) -> Markup:
    found = catalogue(_spoken.get()).ngettext(one, more, num)
    return Markup(found) % {"num": num, **values}  # noqa: S704  as above
