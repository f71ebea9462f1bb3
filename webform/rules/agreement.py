"""What one document says of consent, read from a form by what its questions mean."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from webform.documents.answers import first
from webform.documents.consent import WORDS, Main, Reason, Said, Sight, Way
from webform.documents.form import Form

CONSENTS = "consents"
EVERYTHING: frozenset[Sight] = frozenset({"progress", "letters", "details"})


@dataclass(frozen=True)
class Agreement:
    """What was said, how, what may be seen of the case by whoever asked, and who must not be told of it.

    `on`: the day on which it was said, where it was written down for them.
    """

    said: Said
    how: Way | None = None
    shows: frozenset[Sight] = frozenset()
    reason: Reason | None = None
    main: Main | None = None
    not_with: tuple[str, ...] = ()
    on: date | None = None


def agreement_in(form: Form, answers: Mapping[str, Any]) -> Agreement | None:
    """What the answers to a form say of consent; None where it is not that kind of form, or nothing was said."""
    said = _word(form, answers, "consent.said") if form.effect == CONSENTS else None
    if said is None:
        return None
    return Agreement(
        said=cast(Said, said),
        how=cast("Way | None", _word(form, answers, "consent.how")),
        shows=_shown(form, answers, cast(Said, said)),
        reason=cast("Reason | None", _word(form, answers, "consent.reason")),
        main=cast("Main | None", _word(form, answers, "contact.main")),
        not_with=tuple(_listed(first(form, answers, "consent.not_with"))),
        on=_day(first(form, answers, "consent.said_on")),
    )


def _shown(form: Form, answers: Mapping[str, Any], said: Said) -> frozenset[Sight]:
    """What whoever asked may see. Who agrees without leaving anything out agrees to all of it."""
    if said == "yes":
        return EVERYTHING
    if said in ("no", "takes-back"):
        return frozenset()
    chosen = _listed(first(form, answers, "consent.shows"))
    return frozenset(cast(Sight, one) for one in chosen if one in WORDS["consent.shows"])


def _word(form: Form, answers: Mapping[str, Any], meaning: str) -> str | None:
    """The answer, if it is one of the words that its meaning knows."""
    found = first(form, answers, meaning)
    return found if found in WORDS[meaning] else None


def _day(value: Any) -> date | None:
    return date.fromisoformat(str(value)) if value else None


def _listed(value: Any) -> list[str]:
    """Several choices, or the lines of a text."""
    if isinstance(value, list):
        return [str(one) for one in value]
    return [line.strip() for line in str(value or "").splitlines() if line.strip()]
