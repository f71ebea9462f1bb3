"""The schema of a form: what anybody is asked, in which order, and what the engine reads from the answers."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from .condition import When

QuestionType = Literal[
    "text", "textarea", "email", "phone", "date", "approximate-date", "time", "number", "yes-no", "radios",
    "checkboxes", "address", "postcode", "file", "declaration", "score", "group",
]  # fmt: skip

# What filing a form does. Python knows these words and no form by name (language.md, "What binds the engine").
Effect = Literal[
    "opens-case", "seen", "passes-on", "links", "reopens", "closes", "records",
]  # fmt: skip

Audience = Literal["public", "officer"]

# What an answer tells the engine: Python reads it, or a threshold names it in a condition, whatever the question is
# called. A question that nobody but people read needs none.
Meaning = Literal[
    "applicant.capacity", "applicant.name", "applicant.organisation", "applicant.relationship", "applicant.email",
    "applicant.phone", "applicant.address", "applicant.born",
    "victim.name", "victim.email", "victim.phone", "victim.address", "victim.born",
    "contact.channel", "contact.email_safe", "contact.post_safe", "contact.voicemail_safe", "contact.note",
    "contact.needs", "contact.main",
    "incident", "incident.date", "incident.place", "incident.postcode", "incident.problem", "incident.what",
    "incident.culprit", "incident.hate", "incident.recorded_as_hate",
    "report", "report.date", "report.agency", "report.to", "report.channel", "report.reference",
    "report.response", "report.reporter", "report.reporter_name", "report.household",
    "others", "others.reported", "others.reporters", "others.count", "others.households",
    "person", "person.name", "person.age_band", "behaviour.continuing", "behaviour.satisfied",
    "case.headline", "case.wanted", "case.response", "consent.share", "meeting.invitation",
    "passed.to", "linked.to",
]  # fmt: skip

Id = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=60)]
PageId = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*$", max_length=60)]
Words = Annotated[str, Field(min_length=1, max_length=4000)]


class Part(BaseModel):
    """Every table of a document: no unknown key, nothing changed after reading."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True, use_attribute_docstrings=True)


# Whom or what a choice stands for, where a threshold tells people, homes or organisations apart.
StandsFor = Literal["", "applicant", "same-home", "group", "various"]


class Option(Part):
    """One choice. `points` add up over the score questions of a form; `alone` clears the rest.

    `unknown` marks "I do not know": a rule that asks for another answer then waits for a person and never says no.
    `stands_for` tells a count who is meant: whoever asks, somebody in their home, a group, or a different one each
    time ("someone else"), which the question for the name tells apart.
    """

    value: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]*$", max_length=60)]
    label: Words
    hint: str = ""
    points: int = 0
    alone: bool = False
    unknown: bool = False
    stands_for: StandsFor = ""


class Errors(Part):
    """The wording of each error of a question; what is left out has a default that names the question."""

    missing: str = ""
    invalid: str = ""
    too_long: str = ""
    too_short: str = ""
    too_low: str = ""
    too_high: str = ""
    future: str = ""
    past: str = ""


class Question(Part):
    """One question. `entry` names an entry of a group in the singular ("incident")."""

    id: Id
    type: QuestionType
    label: Words
    short: str = ""  # how check-your-answers and the referral name it; the label where empty
    means: Meaning | None = None
    hint: str = ""
    options: tuple[Option, ...] = ()
    required: bool = True
    show_when: When | None = None
    longest: Annotated[int, Field(ge=1, le=20000)] | None = None
    least: int | None = None
    most: int | None = None
    earliest: Literal["today", "120 years ago"] | None = None
    latest: Literal["today"] | None = None
    autocomplete: str = ""
    private: Literal["", "restricted"] = ""  # restricted: officers of the case only, never in an email or to an agency
    entry: str = ""
    errors: Errors = Errors()


class Page(Part):
    """One question or one tight group. `each` names the group whose entries the page is asked for, one by one."""

    id: PageId
    title: str = ""  # the heading; the only question's label where empty
    caption: str = ""  # the section that it belongs to, for progress
    says: str = ""  # guidance above the questions, Markdown
    each: Id | None = None
    show_when: When | None = None
    questions: Annotated[tuple[Question, ...], Field(alias="question", min_length=1)]


class Flag(Part):
    """What a reader must know before anything else. `alarm` tells the deputy and the webhook at once."""

    id: PageId
    label: Words
    when: When
    alarm: bool = False


class Band(Part):
    """A range of the points that the answers to score questions add up to; a condition reads it as STEP.band."""

    id: PageId
    label: Words
    at_least: Annotated[int, Field(ge=0)] = 0


class Form(Part):
    """A form of the shelf. `id` is its file name. `format` is the version of this schema."""

    id: PageId = "unnamed"
    format: Literal[1] = 1
    title: Words
    effect: Effect
    audience: Audience = "public"
    says: str = ""  # what stands before the first page, Markdown
    check: str = ""  # what stands above check-your-answers, Markdown
    done: str = ""  # what the confirmation page says, Markdown, with the placeholders of letters
    send_label: str = "Accept and send"
    pages: Annotated[tuple[Page, ...], Field(alias="page")] = ()
    flags: Annotated[tuple[Flag, ...], Field(alias="flag")] = ()
    bands: Annotated[tuple[Band, ...], Field(alias="band")] = ()

    def question(self, question_id: str) -> Question | None:
        """The question of that id, wherever it stands; ids are unique in a form."""
        return next((q for page in self.pages for q in page.questions if q.id == question_id), None)

    def meaning(self, meaning: str) -> Question | None:
        """The question that means this, if the form asks it."""
        return next((q for page in self.pages for q in page.questions if q.means == meaning), None)

    def page_of(self, question_id: str) -> Page | None:
        """The page that asks the question."""
        return next((page for page in self.pages if any(q.id == question_id for q in page.questions)), None)
