"""The schema of a form: what anybody is asked, in which order, and what the engine reads from the answers."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field

from webform.roster import Kind

from .condition import When
from .layout import Layout
from .vocabulary import Evidence, Meaning

QuestionType = Literal[
    "text", "textarea", "email", "phone", "date", "approximate-date", "time", "number", "yes-no", "radios",
    "checkboxes", "address", "postcode", "file", "declaration", "score", "group",
]  # fmt: skip

# What a file may be, judged by its content. Pictures are made anew without the place where they were taken.
FileKind = Literal["picture", "pdf", "video", "audio", "office"]

# What filing a form does. Python knows these words and no form by name (language.md, "What binds the engine").
Effect = Literal[
    "opens-case", "seen", "passes-on", "links", "holds", "resumes", "extends", "waives", "delivers", "withdraws",
    "changes-contact", "reopens", "closes", "names", "leaves", "consents", "corrects", "keeps", "lets-go", "publishes",
    "feedback", "bundles", "shares", "unshares", "records",
]  # fmt: skip

Audience = Literal["public", "officer", "either"]

Id = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=60)]
PageId = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*$", max_length=60)]
Words = Annotated[str, Field(min_length=1, max_length=4000)]


class Part(BaseModel):
    """Every table of a document: no unknown key, nothing changed after reading."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """A copy, which works out for itself what the original has kept."""
        copied = super().model_copy(update=update, deep=deep)
        for name in copied.__dict__.keys() - type(self).model_fields.keys():
            del copied.__dict__[name]
        return copied


# Whom or what a choice stands for, where a threshold tells people, homes or organisations apart.
StandsFor = Literal["", "applicant", "same-home", "group", "various"]


# What a choice counts as where votes, or those who were there, are counted.
CountsAs = Literal["", "for", "against", "abstains", "there"]


class Option(Part):
    """One choice. `points` add up over the score questions of a form; `alone` clears the rest.

    `unknown` marks "I do not know": a rule that asks for another answer then waits for a person and never says no.
    `stands_for` tells a count who is meant: whoever asks, somebody in their home, a group, or a different one each
    time ("someone else"), which the question for the name tells apart.
    """

    value: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]*$", max_length=60)]
    """What is kept and compared. Example: `"noise"`"""
    label: Words
    """What people read. Example: `"Noise"`"""
    hint: str = ""
    """A line under the choice."""
    points: int = 0
    """What it adds to the points of a score question."""
    alone: bool = False
    """Choosing it clears the others, such as none of these."""
    unknown: bool = False
    """Means that somebody does not know: rules that ask for more then need judgement and never say no."""
    stands_for: StandsFor = ""
    """Whom a count takes it for: whoever asks, somebody in their home, a group, or a different one each time."""
    counts_as: CountsAs = ""
    """Of a question that means `vote.cast`, how the vote counts; of `vote.result`, which result it says; of
    `sitting.there`, whether somebody was there. Example: `"for"`"""
    large_print: bool = False
    """Of a question that means `contact.needs`: letters to whoever chooses it open and are printed in large print."""
    seats: tuple[Kind, ...] = ()
    """What a `"councillor"` or `"mp"` who has signed in would answer: it is filled in for them. Where the question
    means `applicant.relationship`, who answers so is the councillor or MP of the person they ask for.
    Example: `["councillor"]`"""


class Errors(Part):
    """The wording of each error of a question; what is left out has a default that names the question."""

    missing: str = ""
    """Said when nothing was answered. Example: `"Enter your name"`"""
    invalid: str = ""
    """Said when the answer is not of its kind."""
    too_long: str = ""
    """Said when the text is too long."""
    too_short: str = ""
    """Said when the text is too short."""
    too_low: str = ""
    """Said when the number is too small."""
    too_high: str = ""
    """Said when the number, or the count of entries, is too large."""
    future: str = ""
    """Said when the date lies ahead."""
    past: str = ""
    """Said when the date lies too far back."""


ACCEPTED: tuple[FileKind, ...] = ("picture", "pdf")
MEGABYTES, FILES = 25, 10  # of each file, and how many, where a question says nothing else


class Question(Part):
    """One question. `entry` names an entry of a group in the singular ("incident")."""

    id: Id
    """What conditions, letters and `assess` call it. Example: `"report_date"`"""
    type: QuestionType
    """What kind of answer it takes."""
    label: Words
    """The question. Example: `"When was it reported?"`"""
    short: str = ""
    """How check-your-answers and the referral name it; the label where empty."""
    means: Meaning | None = None
    """What it tells the rules, whatever it is called. Each meaning once a form. Example: `"report.date"`"""
    hint: str = ""
    """A line under the label."""
    options: tuple[Option, ...] = ()
    """The choices of radios, checkboxes and score questions. Where the question means `party.role` they are the roles
    that somebody can be named for; for `sitting.member` the members of the panels; for `about.step` what is owed in a
    case; for `extended.because` the reasons of every `may_extend`. Example: `[{ value = "yes", label = "Yes" }]`"""
    required: bool = True
    """Whether it has to be answered."""
    show_when: When | None = None
    """When it is asked; names are ids of earlier questions. Example: `{ reported = "yes" }`"""
    longest: Annotated[int, Field(ge=1, le=20000)] | None = None
    """The most characters. Example: `200`"""
    least: int | None = None
    """The smallest number. Example: `1`"""
    most: int | None = None
    """The largest number, or the most entries of a group, or the most files. Example: `20`"""
    accept: tuple[FileKind, ...] = ()
    """What kinds of files are taken, judged by their content; pictures and PDF where empty. Example: `["picture"]`"""
    megabytes: Annotated[int, Field(ge=1, le=100)] | None = None
    """The largest size of each file; 25 where empty. Example: `10`"""
    earliest: Literal["today", "120 years ago"] | None = None
    """The first date that is taken."""
    latest: Literal["today"] | None = None
    """The last date that is taken."""
    autocomplete: str = ""
    """The HTML word by which a browser fills it in, for the person at the keyboard only. Example: `"name"`"""
    private: Literal["", "restricted", "panel"] = ""
    """`restricted`: officers of the case only, never in an email or to an agency. `panel`: the same, but the papers
    that officers share with a panel may hold it."""
    entry: str = ""
    """One entry of a group, in the singular. Example: `"incident"`"""
    entries: str = ""
    """Several entries of a group; `entry` with an s where empty. Example: `"people"`"""
    begins_with: Annotated[str, Field(pattern=r"^$|^[a-z][a-z0-9-]*\.[a-z][a-z0-9_]*$")] = ""
    """STEP.question: what was answered there stands here when an officer begins; the entries of a group as lines.
    Example: `"minutes.actions"`"""
    evidence: tuple[Evidence, ...] = ()
    """What of a case's folder it is about. An officer sees beside it what the folder holds of that. A yes-no question
    begins with whether there is any, and one in words with what there is. Example: `["decision"]`"""
    gap: tuple[Evidence, ...] = ()
    """It begins with why the folder holds nothing of that. Example: `["decision"]`"""
    errors: Errors = Errors()
    """The wording of each error."""

    @property
    def accepted(self) -> tuple[FileKind, ...]:
        """The kinds of files that are taken."""
        return self.accept or ACCEPTED

    @property
    def largest(self) -> int:
        """The most bytes of each file."""
        return (self.megabytes or MEGABYTES) * 1_000_000

    @property
    def files(self) -> int:
        """How many files are taken."""
        return self.most or FILES


class Page(Part):
    """One question or one tight group. `each` names the group whose entries the page is asked for, one by one."""

    id: PageId
    """What stands in the address of the page. Example: `"told-when"`"""
    title: str = ""
    """The heading; the label of the only question where empty."""
    caption: str = ""
    """The section it belongs to, for progress. Example: `"About you"`"""
    says: str = ""
    """Guidance above the questions, Markdown."""
    each: Id | None = None
    """The group whose entries the page is asked for, one by one. Example: `"incidents"`"""
    show_when: When | None = None
    """When it is asked; names are ids of earlier questions. Example: `{ reported = "yes" }`"""
    questions: Annotated[tuple[Question, ...], Field(alias="question", min_length=1)]
    """One question, or a tight group of them."""


class Flag(Part):
    """What a reader must know before anything else. `alarm` tells the deputy and the webhook at once."""

    id: PageId
    """What it is called. Example: `"danger"`"""
    label: Words
    """What the reader sees first. Example: `"Someone is in danger now"`"""
    when: When
    """When it is raised; names are question ids. Example: `{ danger = "yes" }`"""
    alarm: bool = False
    """Tells the deputy and the alarm webhook at once."""


class Band(Part):
    """A range of the points that the answers to score questions add up to; a condition reads it as STEP.band."""

    id: PageId
    """What conditions compare STEP.band with. Example: `"high"`"""
    label: Words
    """What people read."""
    at_least: Annotated[int, Field(ge=0)] = 0
    """The points from which on it applies, up to the next band. Example: `24`"""


class Form(Part):
    """A form of the shelf. `id` is its file name. `format` is the version of this schema."""

    id: PageId = "unnamed"
    """The name of the file; never written."""
    format: Literal[1] = 1
    """Version of this schema."""
    title: Words
    """The heading of the form."""
    effect: Effect
    """What filing it does. `names` adds somebody who takes part, or says more of the one that it is about; `leaves`
    takes one off the case; `corrects` asks why, and then anew what a document says, in whose place its answers stand;
    `consents` says what somebody agrees to for whom another person asked; `keeps` has the case kept beyond its time,
    until `lets-go` ends that; `publishes` puts the figures of a period before the public, on a page of its own;
    `feedback` is what anybody thinks of the service, kept in the area's own folder; `bundles` asks for a copy of the
    case in which nothing is taken out; `shares` lets a panel read an evidence bundle, on a page of its own, until
    `unshares` or another bundle ends that; `records` does nothing beyond being kept."""
    audience: Audience = "public"
    """Who fills it in: anybody, officers of the case, or `either`: whoever owes it on their own page, or an officer who
    was told the answers."""
    needs: Literal["work", "decide"] = "work"
    """What an officer must be allowed to do to file it: `decide` for a decision. Which roles may, says `[[role]]`."""
    second_person: When | None = None
    """Answers that go against the test of the Act: where that is met, they count once somebody else who may file the
    form has agreed. Example: `{ decision = "not-met" }`"""
    says: str = ""
    """What stands before the first page, Markdown."""
    who: str = ""
    """On the start page of the form that opens a case: who can use it, Markdown. Example: `"You can be any age."`"""
    have_ready: str = ""
    """On the same page: what it helps to have at hand. Example: `"It helps to have the letter with you."`"""
    check: str = ""
    """What stands above check-your-answers, Markdown."""
    done: str = ""
    """What the page after sending says, Markdown with the placeholders of letters."""
    send_label: str = "Accept and send"
    """The words on the last button. Example: `"Send"`"""
    pages: Annotated[tuple[Page, ...], Field(alias="page")] = ()
    """The pages, in the order they are asked."""
    flags: Annotated[tuple[Flag, ...], Field(alias="flag")] = ()
    """What a reader has to know before anything else."""
    bands: Annotated[tuple[Band, ...], Field(alias="band")] = ()
    """What the points of score questions come to."""

    @cached_property
    def layout(self) -> Layout:
        """Where everything stands in it."""
        return Layout(self.pages)

    def question(self, question_id: str) -> Question | None:
        """The question of that id, wherever it stands; ids are unique in a form."""
        place = self.layout.place_of.get(question_id)
        return place[2] if place else None

    def meaning(self, meaning: str) -> Question | None:
        """The question that means this, if the form asks it."""
        return self.layout.meanings.get(meaning)

    def page_of(self, question_id: str) -> Page | None:
        """The page that asks the question."""
        place = self.layout.place_of.get(question_id)
        return place[1] if place else None
