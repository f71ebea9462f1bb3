"""One letter as it lies on the desk: the draft with what was typed over it, and how it stands."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace

from webform.cases.folder import Which
from webform.cases.letters import Draft
from webform.cases.pinned import rules_of
from webform.cases.second_reader import Reading
from webform.documents.facts import FACTS
from webform.documents.letter import Written
from webform.records.tables import Case
from webform.web.fields import PageForm
from webform.web.letter_faults import faults_of
from webform.web.officer import officer
from webform.words import gettext as _


def drawn_for(case: Case, draft: Draft) -> str:
    """What tells how things stood when a page was drawn: whether the case was open, who gets the letter and how."""
    people = [(one.role, one.name, one.email, bool(one.address)) for one in (*draft.to, *draft.copies)]
    stood = (case.closed_at is None, people, draft.kept_out, draft.at_risk)
    return hashlib.sha256(repr(stood).encode()).hexdigest()[:16]


@dataclass(frozen=True)
class Desk:
    """One letter on the desk: the case, the draft with what was typed over it, and what is wrong."""

    case: Case
    draft: Draft
    errors: tuple[dict[str, str], ...] = ()
    notice: str = ""
    posted: PageForm | None = None
    large: bool = False  # shown in large print
    aside: bool = False  # waits with the letters for the post
    second: Reading | None = None  # how it stands, where somebody else has to read it
    kept: Written | None = None  # what is kept of it, by whoever wrote it last
    differs: bool = False  # a colleague has kept other words while these were written

    @property
    def drawn(self) -> str:
        """How things stand as this page is drawn."""
        return drawn_for(self.case, self.draft)

    @property
    def which(self) -> Which:
        """The duty that it is to fulfil."""
        return self.draft.which or Which(self.draft.step.id)

    @property
    def base(self) -> str:
        """What tells the words that are kept from those that somebody keeps in their place."""
        return hashlib.sha256(repr(self.kept).encode()).hexdigest()[:16] if self.kept else ""

    @property
    def needs_large(self) -> bool:
        """Whether whoever it goes to asked for large print."""
        return any(one.large_print for one in self.draft.to)

    @property
    def title(self) -> str:
        return rules_of(self.case)[0].named(self.draft.step.id)

    @property
    def unread(self) -> bool:
        """Whether somebody else still has to read these words before they go."""
        return self.second is not None and not self.second.lets_go(self.draft.written)

    @property
    def is_mine_to_read(self) -> bool:
        """Whether whoever looks at it is the second person for it."""
        return self.second is not None and self.second.may_be_read_by(officer())

    @property
    def gaps(self) -> tuple[tuple[str, str], ...]:
        """What the text still lacks: the marks that stand in it until somebody types over them, and what each is."""
        text = self.draft.written.subject + self.draft.written.markdown
        marks = ((_mark(name), name) for name in self.draft.lacking)
        return tuple((mark, self._meaning(name)) for mark, name in marks if mark in text)

    @property
    def faults(self) -> list[dict[str, str]]:
        """What is wrong with the words, each with the place to mend it."""
        return faults_of(self.draft.written, self.gaps)

    def _meaning(self, fact: str) -> str:
        """What a missing fact is, and where it comes from."""
        if fact in FACTS:
            return FACTS[fact].meaning
        first, *rest = fact.split(".")
        if first in ("answer", "due", "done") and rest:
            step = rules_of(self.case)[0].named(rest[0])
            return _("it comes from “%(step)s”, which has to be filled in first", step=step)
        titles = {role.id: role.title for role in rules_of(self.case)[0].roles}
        return _("the %(what)s of: %(who)s", what=rest[0] if rest else "name", who=titles.get(first, first))

    def wrong(self, *errors: dict[str, str]) -> Desk:
        return replace(self, errors=errors)


def _mark(fact: str) -> str:
    """How a draft marks a fact that is not known."""
    return f"({fact}?)"
