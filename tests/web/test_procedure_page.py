"""The procedure that the public reads is the one that the software follows."""

from __future__ import annotations

import datetime as dt
import html
import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient

from tests.moment import Moment
from webform.cases.calendars import calendar_for
from webform.documents.answers import written_date
from webform.documents.procedure import Procedure, Step
from webform.documents.shelf import Shelves, snapshot
from webform.procedure_cli import procedure as commands
from webform.records.store import db
from webform.records.tables import ProcedureVersion
from webform.rules.calendar import LONDON
from webform.rules.folder import Filed, Folder
from webform.rules.plain_words import PlainWords, Section, for_long
from webform.rules.published import published
from webform.rules.schedule import schedule
from webform.settings import SHIPPED

Shown = dict[str, tuple[str, str]]  # by step: its date as the page gives it, and all that the page says of it


def text_of(page: str) -> str:
    """What a reader sees."""
    main = page.partition("<main")[2].partition("</main>")[0]
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", main)).split())


def steps_of(page: str) -> Shown:
    """What the page says of each step."""
    parts = re.split(r'<li id="step-([a-z0-9-]+)">', page)
    shown = {}
    for step, words in zip(parts[1::2], parts[2::2], strict=True):
        own = " ".join(html.unescape(re.sub(r"<[^>]+>", " ", words.partition("</ol>")[0])).split())
        date = re.search(r"If you ask today: (?:by|about) (\d+ \w+ \d{4})", own)
        shown[step] = (date[1] if date else "", own)
    return shown


@pytest.mark.parametrize("today", ["2026-05-11 10:00", "2026-12-23 16:00", "2027-03-24 09:00", "2028-01-31 23:30"])
def test_page_timetable_and_schedule_agree(client: FlaskClient, now: Moment, shelves: Shelves, today: str) -> None:
    """On every area's page each step has the date of the command line and of the engine, over every kind of holiday."""
    now.is_(today)
    instant = dt.datetime.now(dt.UTC)
    for area in shelves.areas():
        shown = steps_of(client.get(f"/{area.id}/procedure").text)
        due = {step: dates for step, dates in by_schedule(area, instant).items() if step in shown}
        assert {step: date for step, (date, _) in shown.items() if date} == due, area.id
        assert {step: dates for step, dates in by_timetable(area, instant).items() if step in shown} == due, area.id
        assert due or area.area.kind == "appeal-body", "no date at all was compared"


def by_timetable(area: Procedure, instant: dt.datetime) -> dict[str, str]:
    """The dates by the command line."""
    words = ["timetable", area.id, "--received", instant.isoformat(), "--json"]
    result = CliRunner(env={"ASB_INSTANCE": "/nowhere"}).invoke(commands, words)
    assert result.exit_code == 0, result.output
    duties = [duty for duty in json.loads(result.output) if duty["due"] and duty["state"] in ("open", "waiting")]
    return {duty["step"]: day(dt.datetime.fromisoformat(duty["due"])) for duty in reversed(duties)}


def by_schedule(area: Procedure, instant: dt.datetime) -> dict[str, str]:
    """The dates by the engine, for a folder that holds the request alone."""
    request = Filed(1, area.area.opens_with, "form", "opens-case", None, "applicant", instant, instant)
    calendar = calendar_for(area, SHIPPED)
    duties = schedule(area, Folder((request,)), calendar, instant)
    return {duty.step: day(duty.due) for duty in reversed(duties) if duty.due and duty.state in ("open", "waiting")}


def day(instant: dt.datetime) -> str:
    """The London day as pages write it."""
    return written_date(instant.astimezone(LONDON).date())


def test_times_are_worded_as_they_are_reckoned(client: FlaskClient, now: Moment, shelves: Shelves) -> None:
    """The page's words for a time are those of the document, and the engine's explanation counts exactly so far."""
    compared = 0
    for area in shelves.areas():
        shown = steps_of(client.get(f"/{area.id}/procedure").text)
        instant = dt.datetime.now(dt.UTC)
        request = Filed(1, area.area.opens_with, "form", "opens-case", None, "applicant", instant, instant)
        duties = {duty.step: duty for duty in schedule(area, Folder((request,)), calendar_for(area, SHIPPED), instant)}
        for step in area.steps:
            if step.within is None or step.id not in shown:
                continue
            words = shown[step.id][1].lower()
            assert str(step.within) in words, (area.id, step.id)
            if duties[step.id].due_on and step.within.unit == "working days":
                counted = f"is working day {step.within.amount}"
                assert any(counted in line for line in duties[step.id].explanation), (area.id, step.id)
                compared += 1
    assert compared


# --- What the public should read ------------------------------------------------------------------------------------

Reads = Callable[[Procedure], Iterator[str]]
EACH: dict[str, Reads] = {
    "area.says": lambda one: iter([one.area.says]),
    "area.title": lambda one: iter([one.area.title]),
    "area.body": lambda one: iter([one.area.body]),
    "area.phone": lambda one: iter([one.area.phone]),
    "area.email": lambda one: iter([one.area.email]),
    "area.address": lambda one: iter([", ".join(one.area.address)]),
    "area.web": lambda one: iter([one.area.web]),
    "area.effective": lambda one: iter([written_date(one.area.effective) if one.area.effective else ""]),
    "area.published": lambda one: iter([written_date(one.area.published) if one.area.published else ""]),
    "area.approved_by": lambda one: iter([one.area.approved_by]),
    "area.consulted": lambda one: iter(one.area.consulted),
    "consent": lambda one: iter([one.consent.says, one.consent.source if one.consent.says else ""]),
    "calendar": lambda one: iter([one.calendar.says]),
    "retention": lambda one: iter(
        [str(one.retention.drafts), for_long(one.retention.cases) if one.retention.cases else ""]
    ),
    "publication": lambda one: iter([one.publication.says, one.publication.scope] if one.publication else []),
    "publication.every": lambda one: iter([f"At least every {one.publication.every}"] if one.publication else []),
    "review": lambda one: iter([one.review.says, f"Every {one.review.every}"] if one.review else []),
    "threshold.route": lambda one: (words for route in one.threshold.routes for words in (route.says, route.source)),
    "threshold.exclude": lambda one: (rule.says for rule in one.threshold.excludes),
    "gate": lambda one: (words for gate in one.gates for words in (gate.says, gate.source)),
    "way_in": lambda one: (words for way in one.ways_in for words in (way.says, way.address, way.source)),
    "role": lambda one: (words for role in one.roles if role.says for words in (role.says, role.title, role.source)),
    "panel": lambda one: (words for panel in one.panels for words in (panel.says, panel.title, panel.source)),
    "panel.quorum": lambda one: (f"At least {panel.quorum} of them" for panel in one.panels if panel.quorum),
    "meeting": lambda one: (words for meeting in one.meetings for words in (meeting.title, meeting.says)),
    "council": lambda one: (words for council in one.councils for words in (council.name, council.phone)),
    "stage": lambda one: (stage.title for stage in one.stages if any(in_stage(one, stage.id))),
    "step": lambda one: (words for step in one.steps if step.says for words in (step.says, step.source)),
    "figure": lambda one: (
        words for figure in one.figures if figure.public for words in (figure.title, figure.says, figure.source)
    ),
    "support": lambda one: (words for support in one.supports for words in (support.title, support.phone)),
}
NOT_FOR_THE_PUBLIC = {
    "id", "format", "extends", "notices", "clock", "letters",  # how the software works
}  # fmt: skip


def in_stage(one: Procedure, stage: str) -> Iterator[Step]:
    """The steps of a stage that the public reads of."""
    return (step for step in one.steps if step.stage == stage and step.says)


@pytest.mark.parametrize("key", EACH)
def test_what_the_public_should_read_is_on_the_page(client: FlaskClient, shelves: Shelves, key: str) -> None:
    """Each key of the document that is for the public stands on every area's page, word for word."""
    for area in shelves.areas():
        seen = text_of(client.get(f"/{area.id}/procedure").text).casefold()
        for words in EACH[key](area):
            assert " ".join(words.split()).casefold() in seen, (area.id, words)


def test_no_key_is_forgotten() -> None:
    """Whoever adds a table to the language says whether the public reads it."""
    tables = {key.partition(".")[0] for key in EACH} | NOT_FOR_THE_PUBLIC
    assert {field.alias or name for name, field in Procedure.model_fields.items()} == tables


def test_a_figure_for_the_desk_alone_is_not_published(client: FlaskClient, shelves: Shelves) -> None:
    """What is counted for an appeal body's own view (`public = false`) is not said to be published."""
    kept = [(area.id, figure.title) for area in shelves.areas() for figure in area.figures if not figure.public]
    assert kept
    for area, title in kept:
        assert title.casefold() not in text_of(client.get(f"/{area}/procedure").text).casefold()


def test_doubts_are_not_published(client: FlaskClient, shelves: Shelves) -> None:
    """What a lawyer or the area still has to settle is between them, and so are staff's own words for a step."""
    for area in shelves.areas():
        seen = text_of(client.get(f"/{area.id}/procedure").text)
        rules: list[Any] = [area.area, area.calendar, *area.steps, *area.gates, *area.roles, *area.threshold.routes]
        doubts = [rule.doubt for rule in rules if rule.doubt]
        assert doubts
        assert not [doubt for doubt in doubts if doubt in seen]


# --- Words for what no shipped area may have ------------------------------------------------------------------------

STEP = {"id": "plan", "source": "1", "after": "panel-meeting"}
TIMES: list[tuple[dict[str, Any], str]] = [
    ({"within": "2 working days"}, "Within 2 working days of the panel meeting."),
    ({"within": "at once"}, "At once after the panel meeting."),
    ({"within": "1 day", "from": "request"}, "Within 1 day of your request."),
    ({"before": "panel-meeting.meeting_on", "at_least": "5 working days"},
     "At least 5 working days before the panel meeting."),
    ({"within": "1 week", "at_latest": {"from": "opening", "within": "25 working days"}},
     "At the latest within 25 working days of your request."),
    ({"not_before": "2 days"}, "Not earlier than 2 days after the panel meeting."),
    ({"not_before": "outcome"}, "Not before the outcome."),
    ({"every": "3 months", "until": "close"}, "Every 3 months, counted from the panel meeting, until the close."),
    ({"from": {"any": ["outcome", "close"]}, "within": "28 days"}, "Within 28 days of the outcome or the close."),
    ({"within": "1 week", "may_extend": {"most": "2 weeks", "reasons": ["a court case is open"]}},
     "This can be put off by 2 weeks at most, if a court case is open."),
    ({"from": "outcome.received", "within": "1 month"}, "Within 1 month of getting the outcome."),
]  # fmt: skip


@pytest.mark.parametrize(("keys", "said"), TIMES, ids=[" ".join(keys) for keys, _ in TIMES])
def test_every_kind_of_time_has_words(shelves: Shelves, keys: dict[str, Any], said: str) -> None:
    """However a document sets a time, the page says it in words that need no table to look up."""
    step = Step.model_validate(STEP | keys)
    standard = shelves.procedures["standard"]
    assert said in PlainWords(standard, shelves.forms_of(standard)).times(step)


def test_a_step_for_staff_alone_is_not_published(shelves: Shelves) -> None:
    """Without words for the public and without a time, a step is how staff work; with a time, it is a promise."""
    standard = shelves.procedures["standard"]
    quiet, timed = Step(id="quiet", stage="review", title="Sort it"), Step.model_validate(
        {"id": "timed", "stage": "review", "title": "Call them", "within": "1 day"}
    )  # fmt: skip
    seen = list(every(published(standard.model_copy(update={"steps": (*standard.steps, quiet, timed)}), {})))
    assert "Sort it." not in seen
    assert "Call them." in seen


def every(sections: tuple[Section, ...]) -> Iterator[str]:
    """All that the sections say, one by one."""
    for section in sections:
        yield from (item.says for item in section.items)
        yield from every(section.inner)


# --- Versions ---------------------------------------------------------------------------------------------------------


def keep(app: Flask, shelves: Shelves, procedure: Procedure, version: str) -> None:
    """A version that some case was made under."""
    with app.app_context():
        body = snapshot(procedure, shelves.forms_of(procedure))
        first = dt.datetime(2026, 2, 3, 9, tzinfo=dt.UTC)
        db.session.add(ProcedureVersion(version=version, area="merton", format=1, body=body, first_used_at=first))
        db.session.commit()


def test_an_earlier_version_stays_readable(app: Flask, client: FlaskClient, now: Moment, shelves: Shelves) -> None:
    """The page lists the versions that cases were made under, and each still says what it said then."""
    merton = shelves.procedures["merton"]
    was = merton.model_copy(update={"area": merton.area.model_copy(update={"says": "It was otherwise then."})})
    keep(app, shelves, was, "0123456789abcdef")
    page = client.get("/merton/procedure").text
    assert f"Version {shelves.version(merton)}" in text_of(page)
    assert "It was otherwise then." not in page
    assert "first used on 3 February 2026" in text_of(page)
    earlier = client.get("/merton/procedure/0123456789abcdef")
    assert "It was otherwise then." in earlier.text
    assert "This is an earlier version" in earlier.text
    assert "If you ask today" not in earlier.text, "an old version makes no promise for today"


@pytest.mark.parametrize("address", ["/atlantis/procedure", "/standard/procedure", "/merton/procedure/ffff"])
def test_what_was_never_in_force_is_not_found(client: FlaskClient, address: str) -> None:
    """No page for an area or a version that there is not."""
    assert client.get(address).status_code == 404


def test_a_version_belongs_to_its_area(app: Flask, client: FlaskClient, now: Moment, shelves: Shelves) -> None:
    """What one council promised is not shown under another's name."""
    keep(app, shelves, shelves.procedures["merton"], "0123456789abcdef")
    for area in shelves.areas():
        status = client.get(f"/{area.id}/procedure/0123456789abcdef").status_code
        assert status == (200 if area.id == "merton" else 404)


def test_start_page_leads_there(client: FlaskClient, now: Moment, shelves: Shelves) -> None:
    """From the start page: how it works, the check and the form on paper; and each page leads back."""
    for area in shelves.areas():
        start = client.get(f"/{area.id}/").text
        assert f'href="/{area.id}/procedure"' in start
        assert f'href="/{area.id}/blank"' in start
        assert (f'href="/{area.id}/check"' in start) is bool(area.threshold.routes)
        for page in ("procedure", "blank"):
            assert f'href="/{area.id}/"' in client.get(f"/{area.id}/{page}").text


def test_title_says_nothing_of_the_matter(client: FlaskClient) -> None:
    """The history of the browser shows neutral titles."""
    for page in ("procedure", "check", "blank"):
        title = re.search(r"<title>([^<]+)</title>", client.get(f"/merton/{page}").text)
        assert title
        assert not re.search(r"behaviour|case|review|threshold|police", title[1], re.IGNORECASE), title[1]
