"""What the shipped documents promise to the people who read them: plain words, honest sources, nothing that blocks."""

from __future__ import annotations

import datetime as dt
import re
import tomllib
import warnings
from collections.abc import Iterator
from typing import Any

import pytest

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # textstat asks for a deprecated module
    import textstat

from webform.documents.form import Form, Question
from webform.documents.letter import Letter
from webform.documents.procedure import Procedure
from webform.documents.shelf import Shelves
from webform.rules.journey import complete, flags, places
from webform.rules.threshold import assess
from webform.settings import SHIPPED

from .fingerprints import fingerprint, published, runs

HARDEST = 7.0  # Flesch-Kincaid grade: 4 to 6 is a reading age of 9 to 11, and labels without verbs come out lower
PUBLIC = ("to-applicant", "draft", "sign-in")
FILES = sorted(path for folder, kind in (("procedures", "toml"), ("forms", "toml"), ("emails", "md"))
               for path in (SHIPPED / folder).glob(f"*.{kind}"))  # fmt: skip


def questions_of(form: Form) -> Iterator[Question]:
    """Every question of a form."""
    for page in form.pages:
        yield from page.questions


def words_of(question: Question) -> Iterator[str]:
    """What somebody reads who answers a question, and who answers it wrongly."""
    yield from (question.label, question.hint)
    for option in question.options:
        yield from (option.label, option.hint)
    yield from question.errors.model_dump().values()


def as_text(pieces: Iterator[str] | list[str]) -> str:
    """Sentences out of labels, list items and Markdown."""
    plain: list[str] = []
    for piece in pieces:
        without_links = re.sub(r"\]\([^)]*\)", "", piece)
        for line in re.sub(r"[*_#\[\]`]|\{[^}]*\}", "", without_links).split("\n"):
            line = line.strip().removeprefix("- ").strip()
            if line:
                plain.append(line if line[-1] in ".?!" else f"{line}.")
    return " ".join(plain)


def grade(pieces: Iterator[str] | list[str]) -> float:
    """The Flesch-Kincaid grade of some text."""
    return float(textstat.flesch_kincaid_grade(as_text(pieces)))


def said_in(part: Any) -> Iterator[str]:
    """Every `says` of a dumped procedure."""
    if isinstance(part, dict):
        yield from (words for key, words in part.items() if key == "says" and words)
    if isinstance(part, dict | list | tuple):
        for inner in part.values() if isinstance(part, dict) else part:
            yield from said_in(inner)


def public_forms(shelves: Shelves) -> list[Form]:
    return [form for form in shelves.forms.values() if form.audience == "public"]


def form_words(form: Form) -> list[str]:
    said = [form.title, form.says, form.check, form.done, form.send_label]
    for page in form.pages:
        said += [page.title, page.caption, page.says]
    return said + [word for question in questions_of(form) for word in words_of(question)]


@pytest.fixture(scope="module")
def merton(shelves: Shelves) -> Procedure:
    return shelves.procedures["merton"]


@pytest.fixture(scope="module")
def request_form(shelves: Shelves) -> Form:
    return shelves.forms["request"]


# --- All there -----------------------------------------------------------------------------------------------------


def test_every_file_is_on_the_shelf(shelves: Shelves) -> None:
    """No file lies in the three folders that is not read and valid."""
    lying = {path.name for folder in ("procedures", "forms", "emails") for path in (SHIPPED / folder).iterdir()}
    documents = {f"{name}.toml" for name in (*shelves.procedures, *shelves.forms)}
    assert lying == documents | {f"{name}.md" for name in shelves.letters}


def test_every_form_and_letter_of_a_procedure_exists(shelves: Shelves) -> None:
    """A step can be done as soon as it is due: its form or its letter is there."""
    for procedure in shelves.procedures.values():
        for step in procedure.steps:
            assert (step.fill in shelves.forms) != (step.send in shelves.letters), step.id


def test_every_form_and_letter_is_used(shelves: Shelves) -> None:
    """Every letter has a sender and every form a step: nothing lies about that nobody can reach."""
    steps = [step for procedure in shelves.procedures.values() for step in procedure.steps]
    notices = {name for procedure in shelves.procedures.values() for name in procedure.notices.model_dump().values()}
    delays = {step.may_extend.send for step in steps if step.may_extend}
    off = {panel.off for procedure in shelves.procedures.values() for panel in procedure.panels}
    assert set(shelves.letters) == ({step.send for step in steps} | notices | delays | off) - {None}
    assert set(shelves.forms) == {step.fill for step in steps if step.fill}


def test_every_rule_has_a_source(shelves: Shelves) -> None:
    """Each role, panel, route, gate, way in, step, figure and helpline says where it stands."""
    for procedure in shelves.procedures.values():
        threshold = procedure.threshold
        rules: list[Any] = [
            procedure.area, procedure.calendar, procedure.consent, procedure.publication, procedure.review,
            procedure.retention, *procedure.roles, *procedure.panels, *procedure.gates, *procedure.ways_in,
            *procedure.steps, *procedure.figures, *procedure.supports, *threshold.routes, *threshold.excludes,
        ]  # fmt: skip
        assert [rule for rule in rules if not rule.source] == []


def test_steps_without_a_time_say_that_the_source_is_silent(shelves: Shelves) -> None:
    """A duty without a date is marked as silent in its source, so that nobody takes it for an oversight."""
    for procedure in shelves.procedures.values():
        dateless = [step for step in procedure.steps if step.after and step.strength == "duty" and not step.within]
        assert [step.id for step in dateless if not step.silent] == []


def test_every_step_says_what_it_is(shelves: Shelves) -> None:
    """Those who work on a case read a title for each step."""
    for procedure in shelves.procedures.values():
        assert [step.id for step in procedure.steps if not step.title] == []


# --- Words ---------------------------------------------------------------------------------------------------------


def test_every_question_says_how_to_mend_a_missing_answer(shelves: Shelves) -> None:
    """No question falls back to a general error: each has its own, and it says what to do."""
    told = {
        (form.id, question.id): question.errors.missing
        for form in shelves.forms.values()
        for question in questions_of(form)
    }
    starts = ("Enter ", "Select ", "Tick ", "Tell us ", "Add ")
    assert [key for key, words in told.items() if not words.startswith(starts)] == []


CHECKED = {
    "email": ("invalid",), "phone": ("invalid",), "date": ("invalid",), "approximate-date": ("invalid",),
    "time": ("invalid",), "number": ("invalid",), "postcode": ("invalid",),
}  # fmt: skip
LIMITS = {"longest": "too_long", "least": "too_low", "earliest": "past"}


def test_every_limit_of_a_question_has_its_own_words(shelves: Shelves) -> None:
    """Whatever can be wrong with an answer is explained in the words of that question."""
    for form in shelves.forms.values():
        for question in questions_of(form):
            kinds = [*CHECKED.get(question.type, ()), *(kind for key, kind in LIMITS.items() if getattr(question, key))]
            kinds += ["future"] * (question.latest is not None) + ["too_high"] * (question.most is not None)
            assert [kind for kind in kinds if not getattr(question.errors, kind)] == [], (form.id, question.id)


def test_public_forms_are_easy_to_read(shelves: Shelves) -> None:
    """Each public form as a whole, and each of its pages, can be read at the age of 9 to 11."""
    for form in public_forms(shelves):
        assert grade(form_words(form)) <= HARDEST, form.id
        for page in form.pages:
            said = [page.title, page.says, *(word for question in page.questions for word in words_of(question))]
            assert grade(said) <= HARDEST, (form.id, page.id)


def test_public_letters_are_easy_to_read(shelves: Shelves) -> None:
    """Each letter to the public can be read at the age of 9 to 11."""
    for letter in shelves.letters.values():
        if letter.purpose in PUBLIC:
            assert grade([letter.subject, letter.body]) <= HARDEST, letter.id


def test_procedures_are_easy_to_read(shelves: Shelves) -> None:
    """What the public reads of a procedure can be read at the age of 9 to 11."""
    for procedure in shelves.procedures.values():
        assert grade(said_in(procedure.model_dump())) <= HARDEST, procedure.id


def test_no_sentence_is_copied(shelves: Shelves) -> None:
    """No eight words in a row come from a published procedure, titles, sources and addresses apart."""
    known = published()
    assert len(known) > 10_000
    for path in FILES:
        lines = path.read_text("utf-8").splitlines()
        text = "\n".join(line for line in lines if not line.startswith(("source =", "title =", "address =")))
        assert [run for run in runs(text) if fingerprint(run) in known] == [], path.name


def test_no_mail_is_addressed_from_a_document(shelves: Shelves) -> None:
    """Documents hold no mail address: only a council's printed contact may be one, and examples end in example.com."""
    for path in FILES:
        text = path.read_text("utf-8")
        if path.suffix == ".toml":
            text = text.replace(str(tomllib.loads(text).get("area", {}).get("email") or "\0"), "")
        found = re.findall(r"[\w.+-]+@[\w.-]+", text)
        assert [address for address in found if not address.rstrip(".").endswith("@example.com")] == [], path.name


AMERICAN = re.compile(
    r"\b(\w{3,}iz(?:e|es|ed|ing|ation|ations)|anal[yi]z\w+|behavior\w*|neighbor\w*|harbor|colors?|favor\w*|honor\w*|labor"
    r"|center\w*|defense|offense|programs?|canceled|canceling|traveled|traveling|enroll|fulfill|judgment|gray)\b",
    re.IGNORECASE,
)


def test_british_spelling() -> None:
    """Documents are spelt as people in England and Wales spell."""
    assert AMERICAN.search("the organization's behavior") is not None
    for path in FILES:
        text = path.read_text("utf-8").replace('autocomplete = "organization"', "")  # a word of HTML
        assert AMERICAN.findall(text) == [], path.name


# --- Safety --------------------------------------------------------------------------------------------------------

TELLING = re.compile(r"anti-?social|behaviour|review|council|police|victim|case\b|request|report|neighbour", re.I)


def test_neutral_letters_give_nothing_away(shelves: Shelves) -> None:
    """A message about a draft, a link or a code says nothing of its matter to somebody reading over a shoulder."""
    neutral = [letter for letter in shelves.letters.values() if letter.neutral]
    assert {letter.purpose for letter in neutral} == {"draft", "sign-in", "link", "feedback"}
    for letter in neutral:
        assert TELLING.findall(letter.subject + letter.body) == [], letter.id


def test_subjects_to_the_public_give_nothing_away(shelves: Shelves) -> None:
    """The subject of a letter to the applicant, which shows on a locked screen, never says anti-social behaviour."""
    subjects = {letter.id: letter.subject for letter in shelves.letters.values() if letter.purpose in PUBLIC}
    telling = re.compile(r"anti-?social|behaviour|victim|police|council|\{area|\{applicant", re.I)
    assert [name for name, subject in subjects.items() if telling.search(subject)] == []


def test_letters_to_applicants_help_at_once(shelves: Shelves) -> None:
    """Each letter to the applicant gives the reference, the phone number of the council and, in danger, 999."""
    lacking: list[tuple[str, str]] = []
    for letter in shelves.letters.values():
        if letter.purpose == "to-applicant":
            lacking += [(letter.id, piece) for piece in _HELP if piece not in letter.subject + letter.body]
    assert lacking == []


_HELP = ("{case.reference}", "{area.phone}", "call 999")


def test_addresses_of_pages_give_nothing_away(shelves: Shelves) -> None:
    """The ids of public pages, which stay in a browser's history, do not say what the form is about."""
    telling = re.compile(rf"{TELLING.pattern}|harm|danger|incident|hate|accus|court|complain", re.I)
    assert [page.id for form in public_forms(shelves) for page in form.pages if telling.search(page.id)] == []


def test_browsers_fill_in_only_the_person_at_the_keyboard(request_form: Form) -> None:
    """Autocomplete stands on every contact detail of the person filling in, and nowhere else."""
    details = (
        "applicant.name",
        "applicant.organisation",
        "applicant.email",
        "applicant.phone",
        "applicant.address",
        "applicant.born",
    )
    marked = {question.means for question in questions_of(request_form) if question.autocomplete}
    assert marked == set(details)


def test_who_is_accused_stays_restricted(request_form: Form) -> None:
    """What is said about the people responsible never leaves the officers of the case."""
    told = [question for question in questions_of(request_form) if (question.means or "").startswith("person")]
    assert len(told) >= 3
    assert [question.id for question in told if question.private != "restricted"] == []


def test_danger_comes_first(request_form: Form) -> None:
    """The first page asks about danger and says 999."""
    first = request_form.pages[0]
    assert "999" in first.says
    assert first.questions[0].id == next(flag.id for flag in request_form.flags if flag.alarm)


# --- The request ---------------------------------------------------------------------------------------------------


def report(day: str, **others: Any) -> dict[str, Any]:
    return {
        "entry": 1, "report_date": _on(day), "report_agency": "council", "report_channel": "phone", "report_by": "me",
        "report_named": "yes", "report_response": "none", **others,
    }  # fmt: skip


def incident(number: int, day: str, *reports: dict[str, Any], **others: Any) -> dict[str, Any]:
    told = {"incident_reported": "yes", "reports": list(reports)} if reports else {"incident_reported": "no"}
    return {
        "entry": number, "incident_date": _on(day), "incident_place": "The hall", "incident_problem": "noise",
        "incident_what": "Loud music until four", "incident_hate": "no", **told, **others,
    }  # fmt: skip


def _on(day: str) -> dict[str, str]:
    return {"earliest": day, "latest": day, "words": ""}


def answers(*incidents: dict[str, Any], **others: Any) -> dict[str, Any]:
    """A whole request of somebody in Merton, as short as the form allows."""
    return {
        "danger": "no", "self_harm": "no", "capacity": "me", "name": "Jo Bell", "sees_messages": "no",
        "email_safe": "yes", "email": "jo@example.com", "phone_safe": "none", "post_safe": "none", "channel": "email",
        "headline": "Music every night", "in_area": "yes", "incidents": list(incidents), "one_problem": "yes",
        "continuing": "yes", "others": "no", "people_known": "no", "accused": "no", "action_taken": "none",
        "own_team": "no", "open_complaint": "no", "court_case": "no", "affected": ["sleep"], "attend": "no",
        "needs": ["none"], "helper": "no", "victim_support": "no", "evidence": ["none"], "consent": "yes",
        "declaration": "yes", **others,
    }  # fmt: skip


THREE = (
    incident(1, "2026-11-01", report("2026-11-02")),
    incident(2, "2026-09-01", report("2026-09-01")),
    incident(3, "2026-06-01", report("2026-06-15")),
)
RECEIVED = dt.date(2026, 11, 23)


def test_the_least_that_can_be_said_is_a_whole_request(request_form: Form) -> None:
    """One incident, no address, no phone and not one optional answer: the form can be sent."""
    told = answers(incident(1, "2026-11-01"))
    assert complete(request_form, told)


@pytest.mark.parametrize("capacity", ["me", "behalf", "group", "business"])
def test_every_page_is_asked_of_somebody(request_form: Form, capacity: str) -> None:
    """Nobody is asked about a person who does not exist, and everybody can say who they ask for."""
    asked = {place.page for place in places(request_form, answers(*THREE, capacity=capacity))}
    own = {"me": {"birthday"}, "behalf": {"how-you-know-them", "they-know", "their-name", "whom-to-contact"}}
    expected = own.get(capacity, {"organisation"})
    others = {"organisation", *own["me"], *own["behalf"]} - expected
    assert expected <= asked
    assert not others & asked


FLAGS = {
    "danger": {"danger": "yes"},
    "self-harm": {"self_harm": "yes"},
    "hate": {"incidents": [incident(1, "2026-11-01", incident_hate="yes")]},
    "under-18": {"born": "2012-02-29"},
    "unsafe-contact": {"email_safe": "no"},
    "also-accused": {"accused": "yes"},
    "own-team": {"own_team": "yes"},
    "other-area": {"in_area": "no"},
}


@pytest.mark.parametrize("flag", FLAGS)
def test_a_reader_is_warned(request_form: Form, flag: str) -> None:
    """Each answer that a reader must know first raises its flag, and an ordinary request raises none."""
    assert flags(request_form, answers(*THREE), RECEIVED) == ()
    assert [one.id for one in flags(request_form, {**answers(*THREE), **FLAGS[flag]}, RECEIVED)] == [flag]


def test_only_danger_and_self_harm_ring_the_alarm(request_form: Form) -> None:
    """The alarm is kept for what cannot wait."""
    assert {flag.id for flag in request_form.flags if flag.alarm} == {"danger", "self-harm"}
    assert {flag.id for flag in request_form.flags} == set(FLAGS)


# --- Merton --------------------------------------------------------------------------------------------------------

DATES = {
    "receipt": "at once", "notice": "at once", "seen": "1 day", "acknowledgement": "2 working days",
    "panel-meeting": "10 working days", "threshold-decision": "at once", "outcome": "2 working days",
    "passed-on": "at once", "withdrawn": "at once", "person-told": "at once", "members-told": "at once",
    "panel-invitation": "at once", "panel-called-off": "at once",
    "vote-request": "at once", "panel-papers-told": "at once",
    "invitation-off": "at once", "action-request": "at once", "agency-return": "10 working days",
    "consent-missing": "10 working days", "member-missing": "10 working days", "publish-figures": "3 months",
}  # fmt: skip


def test_merton_promises_what_it_published(merton: Procedure) -> None:
    """Every date of Merton is the published one or the baseline's, and no other step has any."""
    assert {step.id: str(step.within) for step in merton.steps if step.within} == DATES
    panel = merton.panels[0]
    assert (panel.decides, len(panel.core)) == ("2 of 3", 3)
    assert {way.kind for way in merton.ways_in} == {"online", "letter", "phone"}


def test_merton_reads_in_the_order_of_events(merton: Procedure) -> None:
    """Stages and steps follow one another as they happen, although Merton adds its own between the inherited ones."""
    stages = [stage.id for stage in merton.stages]
    main = ["request", "acknowledgement", "panel-meeting", "minutes", "threshold-decision", "plan", "outcome"]
    assert [step.id for step in merton.steps if step.id in main] == main
    order = [stages.index(str(step.stage)) for step in merton.steps if step.id in main]
    assert order == sorted(order)


def test_merton_says_where_its_source_is_unclear(merton: Procedure) -> None:
    """What the published document leaves unclear is marked, for the lint to list."""
    steps = {step.id for step in merton.steps if step.doubt}
    assert {"seen", "panel-meeting", "threshold-not-met", "escalation-answer"} <= steps
    assert next(role for role in merton.roles if role.id == "health").doubt
    assert next(route for route in merton.threshold.routes if route.kind == "local").doubt


def local(merton: Procedure, form: Form, told: dict[str, Any]) -> bool | None:
    """What Merton's own rule says of a request."""
    finding = assess(merton, form, told, RECEIVED)
    return next(route.truth for route in finding.routes if route.kind == "local")


OTHER_KINDS = tuple(
    {**one, "incident_problem": kind} for one, kind in zip(THREE, ("noise", "threats", "damage"), strict=True)
)
TOLD_A_SCHOOL = tuple({**one, "reports": [{**one["reports"][0], "report_agency": "other"}]} for one in THREE)
NO_NAME = tuple({**one, "reports": [{**one["reports"][0], "report_named": "no"}]} for one in THREE)
LONG_AGO = (*THREE[:2], incident(3, "2026-05-01", report("2026-05-22")))


@pytest.mark.parametrize(
    ("told", "met"),
    [
        (answers(*THREE), True),
        (answers(*THREE[:2]), False),
        (answers(*LONG_AGO), False),
        (answers(*TOLD_A_SCHOOL), False),
        (answers(*NO_NAME), False),
        (answers(*OTHER_KINDS, one_problem="yes"), True),
        (answers(*OTHER_KINDS, one_problem="no"), False),
        (answers(*THREE, action_taken="some"), False),
    ],
    ids=[
        "three",
        "two",
        "seven months ago",
        "told a school",
        "no name",
        "one problem",
        "three problems",
        "some action",
    ],
)
def test_merton_counts_as_it_published(merton: Procedure, request_form: Form, told: dict[str, Any], met: bool) -> None:
    """Three separate incidents of one kind, told to the council, police or landlord in six months, and nothing done."""
    assert local(merton, request_form, told) is met


@pytest.mark.parametrize("told", [answers(*NO_NAME), answers(*THREE, action_taken="some")], ids=["no name", "action"])
def test_no_local_hurdle_defeats_the_law(merton: Procedure, request_form: Form, told: dict[str, Any]) -> None:
    """A request that meets the test of the Act is mandatory, whatever Merton adds to it."""
    assert assess(merton, request_form, told, RECEIVED).result == "met mandatory"


def letters_of(shelves: Shelves, purpose: str) -> list[Letter]:
    return [letter for letter in shelves.letters.values() if letter.purpose == purpose]


def test_refusal_and_outcome_cannot_go_without_reasons(shelves: Shelves) -> None:
    """A letter that decides something names its reasons as required, so that it can't be sent without them."""
    deciding = {
        letter.id: letter.requires for letter in letters_of(shelves, "to-applicant") if ".reasons}" in letter.body
    }
    assert set(deciding) >= {"threshold-not-met", "threshold-met"}
    assert all("answer.threshold-decision.reasons" in deciding[name] for name in ("threshold-not-met", "threshold-met"))


def test_all_that_is_asked_of_reaching_somebody_has_its_meaning(shelves: Shelves) -> None:
    """A copy for somebody else of the case leaves answers out by what they mean. So where a form asks how a person may
    be reached, no answer of that section is without."""
    asked = 0
    for form in shelves.forms.values():
        sections = {page.caption for page in form.pages for one in page.questions if _reaches(one)} - {""}
        here = [one for page in form.pages if page.caption in sections for one in page.questions]
        assert [one.id for one in here if not (one.means or "").startswith(OF_PEOPLE)] == [], form.id
        asked += len(here)
    assert asked > 20


OF_PEOPLE = ("contact.", "applicant.", "victim.", "party.")


def _reaches(question: Question) -> bool:
    return (question.means or "").startswith("contact.") and question.means not in ("contact.main", "contact.needs")
