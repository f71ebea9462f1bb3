"""The probes of a procedure's keys; see probes.py."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tests.guards.probes import HELD, Probe, of
from tests.guards.small import GONE

SMALL = "procedures/small"
THREE = f"{SMALL}/threshold/route/three"
COUNT, GIVEN, ANY = f"{THREE}/all/0", f"{THREE}/all/1", f"{THREE}/all/2"


def step(name: str) -> str:
    return f"{SMALL}/step/{name}"


def by_its_notes(where: str) -> tuple[Any, ...]:
    """A name that only its own faults and notes are listed under, and that another document lays its own rule over."""
    return "checked", where, {f"{where}/doubt": "Who knows?"}


# Where a table of each kind stands that says where it stands; the public reads what each `says` but of letters.
RULES = {
    "Area": f"{SMALL}/area", "Calendar": f"{SMALL}/calendar", "Consent": f"{SMALL}/consent",
    "Route": THREE, "Exclude": f"{SMALL}/threshold/exclude/unsure", "Clock": f"{SMALL}/clock",
    "Retention": f"{SMALL}/retention", "Publication": f"{SMALL}/publication", "Review": f"{SMALL}/review",
    "WayIn": f"{SMALL}/way_in/call", "Gate": f"{SMALL}/gate/elsewhere", "Role": f"{SMALL}/role/spoc",
    "Panel": f"{SMALL}/panel/board", "Step": step("answer"), "Figure": f"{SMALL}/figure/held",
    "Support": f"{SMALL}/support/friends", "Meeting": f"{SMALL}/meeting/monthly", "Council": f"{SMALL}/council/north",
}  # fmt: skip
CONDITIONS = {"Count": COUNT, "Given": GIVEN, "AnyConditions": ANY, "AllConditions": f"{ANY}/any/0"}


def _of_every_rule() -> Iterator[Probe]:
    """Where a rule stands, what its source leaves open, and what the public reads of it."""
    for table, where in {**RULES, **CONDITIONS, "LetterRule": f"{SMALL}/letters/answer"}.items():
        keys = {
            "source": ("Elsewhere", "finding") if table in CONDITIONS else (GONE, "checked"),
            "silent": (True, "checked"),
            "doubt": ("Who knows?", "checked"),
            "says": ("In other words.", "finding" if table in CONDITIONS else "pages"),
        }
        if table == "LetterRule":
            del keys["says"]
        yield from of(table, where, keys)


ROLES = [{"id": name, "title": name, "local": name != "applicant", "source": "Here"} for name in (
    "applicant", "spoc", "deputy", "agency")]  # fmt: skip
LISTS = of("Procedure", SMALL, {
    "id": ("large", "pages"),
    "format": (2, "readable"),
    "extends": (GONE, "laid_over", "laid over it/over"),
    "area": ({"name": "Large", "body": "Large Council", "opens_with": "ask"}, "pages"),
    "calendar": ({"late_receipt": "same-day"}, "duties"),
    "consent": ({"says": "We never ask."}, "pages"),
    "threshold": ({}, "finding"),
    "notices": ({**dict.fromkeys(("sign_in", "draft_link", "draft_expires", "alarm", "task"), "task"),
                 **dict.fromkeys(("reminder", "overdue", "escalation"), "overdue")}, "books"),
    "clock": ({}, "books"),
    "retention": ({"drafts": "3 days", "warn": "1 day"}, "drafts"),
    "publication": (GONE, "checked"),
    "review": (GONE, "checked"),
    "letters": ({}, "desk"),
    "way_in": ([], "pages"),
    "gate": ([], "finding"),
    "role": (ROLES, "duties"),
    "panel": ([], "pages"),
    "meeting": ([], "pages"),
    "council": ([], "pages"),
    "stage": ([], "checked"),
    "step": ([{"id": "request", "fill": "ask", "by": "applicant", "to": "spoc"}], "duties"),
    "figure": ([], "checked"),
    "support": ([], "pages"),
})  # fmt: skip

# Whose consent is asked for, and what waits for it.
ASKED = {f"{SMALL}/consent/when": {"request.danger": "no"}, f"{SMALL}/consent/of": ["agency"]}
CONSENT = of("Consent", f"{SMALL}/consent", {
    "when": ({"request.danger": "yes"}, "duties", None, ASKED | {f"{SMALL}/consent/stops": ["meeting"]}),
    "of": (["deputy"], "pages", None, ASKED),
    "how": (["signed"], "pages", None, ASKED),
    "from_elsewhere": (True, "pages", None, ASKED),
    "stops": (["meeting"], "duties", None, ASKED | {f"{SMALL}/consent/of": ["deputy"]}),
})  # fmt: skip

AREA = of("Area", f"{SMALL}/area", {
    "name": ("Smaller", "pages"),
    "body": ("Smaller Council", "pages"),
    "kind": ("baseline", "pages"),
    "title": ("Our own procedure", "pages"),
    "phone": ("020 7946 0009", "pages"),
    "email": ("others@small.example", "pages"),
    "address": (["2 Small Street"], "pages"),
    "web": ("https://smaller.example", "pages"),
    "opens_with": ("decision", "pages"),
    "postcodes": (["ZZ9"], "desk"),
    "referral_by_email": ("reference", "books"),
    "effective": ("2026-02-01", "pages"),
    "published": ("2026-02-02", "pages"),
    "approved_by": ("the cabinet", "pages"),
    "consulted": (["the fire brigade"], "pages"),
})  # fmt: skip

TIMES = (
    *of("Calendar", f"{SMALL}/calendar", {
        "division": ("scotland", "duties"),
        "day_starts": ("07:30:00", "books"),
        "day_ends": ("19:00:00", "duties"),
        "late_receipt": ("same-day", "duties"),
        "lands_on_closed": ("next", "duties"),
        "deemed": (GONE, "duties"),
    }),
    *of("Deemed", f"{SMALL}/calendar/deemed", {"email": ("3 days", "duties"), "post": ("4 days", "pages")}),
    *of("Clock", f"{SMALL}/clock", {"remind": ("3 working days", "books"), "escalate_to": (["spoc"], "books")}),
    *of("Retention", f"{SMALL}/retention", {
        "drafts": ("5 days", "drafts"),
        "warn": ("4 days", "drafts"),
        "cases": ("12 months", "pages"),
        "links": ("2 weeks", "own_page"),
        "emails": ("2 weeks", "pages"),
        "looks": ("3 weeks", "pages"),
        "backups": ("4 weeks", "pages"),
        "bundles": ("2 days", "drafts"),
        "feedback": ("5 weeks", "pages"),
    }),
    *of("Publication", f"{SMALL}/publication", {
        "every": ("24 months", "checked"),
        "begins": ("01-01", "pages"),
        "scope": ("half of Small", "pages"),
        "fewest": (4, "published"),
    }),
    *of("Review", f"{SMALL}/review", {"every": ("6 months", "pages")}),
    *of("Notices", f"{SMALL}/notices", {
        "sign_in": ("draft-expires", "drafts"),
        "draft_link": ("sign-in", "drafts"),
        "draft_expires": ("sign-in", "drafts"),
        "reminder": ("overdue", "books"),
        "overdue": ("reminder", "books"),
        "escalation": ("overdue", "books"),
        "alarm": ("task", "books", None, {"forms/ask/flag/danger/alarm": True}),
        "task": ("alarm", "books", None, {"letters/receipt/requires": ["answer.decide.outcome"]}),
        "new_link": ("first-code", "own_page"),
        "first_code": ("new-link", "own_page"),
        "filed": ("task", "own_page"),
        "chase": (GONE, "own_page"),
        "passed_on": (GONE, "own_page"),
        "feedback": ("nothing", "checked"),
    }),
    *of("LetterRule", f"{SMALL}/letters/answer", {
        "requires": (["case.reference"], "desk"),
        "second_reader": ("deputy", "desk"),
    }),
)  # fmt: skip

THRESHOLD = (
    *of("Threshold", f"{SMALL}/threshold", {"route": ([], "finding"), "exclude": ([], "finding")}),
    *of("Route", THREE, {
        "id": ("four", "finding"),
        "kind": ("discretionary", "finding"),
        "all": ([{"at_least": {"incidents": 5}}], "finding"),
    }),
    *of("Count", COUNT, {
        "among": ({}, "finding"),
        "same": (["reporter"], "finding"),
        "at_least": ({"incidents": 2}, "finding"),
        "of_which": ([], "finding"),
    }),
    *of("Among", f"{COUNT}/among", {"when": ({"report.agency": "nobody"}, "finding"), "window": ([], "finding")}),
    *of("Window", f"{COUNT}/among/window/0", {
        "date": ("happened", "finding"),
        "within": ("1 month", "finding"),
        "not_within": ("6 months", "finding", f"{COUNT}/of_which/0/among/window/0"),
        "before": ("latest-report", "finding"),
        "after": ("latest-report", "finding", f"{COUNT}/of_which/0/among/window/0"),
        "counting": ("inclusive", "finding"),
    }),
    *of("Given", GIVEN, {"when": ({"request.danger": "yes"}, "finding"), "hurdle": ("", "checked")}),
    *of("AnyConditions", ANY, {"any": ([{"when": {"request.danger": "yes"}}], "finding")}),
    *of("AllConditions", f"{ANY}/any/0", {"all": ([{"when": {"request.danger": "yes"}}], "finding")}),
    *of("Exclude", f"{SMALL}/threshold/exclude/unsure", {
        "id": ("three", *by_its_notes(f"{SMALL}/threshold/exclude/unsure")),
        "when": ({"report.agency": "council"}, "finding"),
        "effect": ("needs-decision", "finding"),
    }),
    *of("Gate", f"{SMALL}/gate/elsewhere", {
        "id": ("beyond", "finding"),
        "when": ({"request.kind": "noise"}, "finding"),
        "effect": ("needs-decision", "finding"),
        "stops": (["meeting"], "finding"),
        "until": ("meeting", "pages"),
        "by": ("deputy", "finding"),
    }),
)  # fmt: skip

PEOPLE = (
    *of("Role", f"{SMALL}/role/agency", {
        "id": ("authority", "checked"),
        "title": ("an authority", "pages"),
        "local": (False, "books", f"{SMALL}/role/deputy"),
        "plural": (False, "duties"),
        "external": (True, "desk", f"{SMALL}/role/spoc"),
        "named_by": ("decide", "duties", f"{SMALL}/role/deputy"),
        "independent_of": (["spoc"], "pages", f"{SMALL}/role/deputy"),
        "instead": (GONE, "duties", f"{SMALL}/role/deputy"),
        "stood_in_by": (["agency"], "desk", f"{SMALL}/role/spoc"),
        "may": ([], "desk", f"{SMALL}/role/spoc"),
    }),
    *of("Instead", f"{SMALL}/role/deputy/instead/0", {
        "when": ({"meeting.held": "no"}, "duties"),
        "role": ("agency", "duties"),
    }),
    *of("Panel", f"{SMALL}/panel/board", {
        "id": ("council", *by_its_notes(f"{SMALL}/panel/board")),
        "title": ("The council", "pages"),
        "core": (["spoc"], "pages"),
        "invited": ([], "pages"),
        "quorum": (1, "pages"),
        "quorum_of": (["deputy"], "pages"),
        "decides": ("all", "pages"),
        "chair": ("deputy", "pages"),
        "joins": ("meeting", "books"),
        "interest": ("leaves", "checked"),
        "off": ("overdue", "checked"),
    }),
    *of("Invited", f"{SMALL}/panel/board/invited/0", {
        "role": ("applicant", "pages"),
        "when": ({"request.kind": "noise"}, "pages"),
    }),
    *of("Meeting", f"{SMALL}/meeting/monthly", {
        "id": ("weekly", "checked"),
        "title": ("The weekly meeting", "pages"),
        "notice": ("5 working days", "pages"),
    }),
    *of("Council", f"{SMALL}/council/north", {
        "id": ("east", "checked"),
        "name": ("East Council", "pages"),
        "phone": ("020 7946 0005", "pages"),
        "email": ("east@small.example", "pages"),
        "web": ("https://east.example", "pages"),
        "postcodes": (["CC1"], "searched"),
    }),
    *of("WayIn", f"{SMALL}/way_in/call", {
        "id": ("ring", *by_its_notes(f"{SMALL}/way_in/call")),
        "kind": ("online", "checked"),
        "address": ("020 7946 0003", "pages"),
    }),
    *of("Stage", f"{SMALL}/stage/appeal", {
        "id": ("later", "checked"),
        "title": ("If you are cross", "pages"),
        "kind": ("review", "checked"),
        "stops": (["papers"], "duties", f"{SMALL}/stage/start"),
    }),
    *of("Figure", f"{SMALL}/figure/refused", {
        "id": ("declined", *by_its_notes(f"{SMALL}/figure/refused")),
        "title": ("Declined", "pages"),
        "counts": ("nothing", "checked"),
        "when": ({"decide.outcome": "maybe"}, "checked"),
        "dated_by": ("meeting.held", "checked"),
        "public": (False, "published"),
    }),
    *of("Support", f"{SMALL}/support/friends", {
        "id": ("family", *by_its_notes(f"{SMALL}/support/friends")),
        "title": ("Family", "pages"),
        "phone": ("116 001", "pages"),
        "web": ("https://family.example", "pages"),
        "kind": ("ombudsman", "pages"),
    }),
)  # fmt: skip

STEPS = (
    *of("Step", step("answer"), {
        "id": ("reply", "duties"),
        "title": ("Reply", "books"),
        "stage": ("start", "pages"),
        "strength": ("choice", "duties"),
        "fill": ("seen", "checked", step("meeting")),
        "send": ("answer", "books", step("receipt")),
        "by": ("deputy", "duties"),
        "to": ("deputy", "desk"),
        "copy_to": ("spoc", "books", step("receipt")),
        "after": ("seen", "duties"),
        "from": ("meeting", "duties", step("decide")),
        "within": ("5 working days", "duties"),
        "before": ("decide", "duties", step("papers")),
        "at_least": ("5 working days", "duties", step("papers")),
        "at_latest": ({"from": "meeting", "within": "1 week"}, "duties", step("decide")),
        "when": ({"meeting.held": "no"}, "duties", step("decide")),
        "dated": (GONE, "duties", step("meeting")),
        "for": ("area", "duties", step("both")),
        "each": ("request.incidents", "duties"),
        "not_before": ("2 weeks", "duties", step("views")),
        "on": ("meeting.meeting_on", "duties", step("heard")),
        "every": ("2 months", "duties", step("look-again")),
        "until": ("meeting", "duties", step("look-again")),
        "may_extend": (GONE, "duties", step("hearing")),
        "opens": ("others", "duties", step("take-on")),
        "carries": (["request", "answer"], "duties", step("take-on")),
        "returns": ("unhappy", "duties", step("take-on")),
        "evidence": (["risk"], "desk", step("answer"), {f"{HELD}/type": "textarea", f"{HELD}/gap": ["risk"]}),
        "adds_to": ("nothing", "checked", step("unhappy")),
        "hands_back": (True, "duties", step("unhappy")),
        "back_to": ("meeting", "duties", step("unhappy")),
        "again": (True, "books", step("meeting")),
        "needs": (["answer"], "books", step("decide")),
        "invites_to": ("meeting", "books", step("told")),
        "calls_off": ("meeting", "books", step("told")),
        "rests_on": ("views", "checked", step("decide")),
        "sits": ("board", "books", step("meeting")),
        "shares_with": ("board", "checked", step("meeting")),
        "second_reader": ("deputy", "books", step("receipt")),
        "remind": (GONE, "books"),
        "overdue": ({"send": "escalation"}, "books"),
        "escalate_to": ("spoc", "books"),
        "reads": (["applicant.email"], "own_page", step("views")),
    }),
    *of("AllOf", f"{step('both')}/after", {"all": (["request", "seen"], "duties")}),
    *of("AnyOf", f"{step('either')}/after", {"any": (["seen", "meeting"], "duties")}),
    *of("Limit", f"{step('decide')}/at_latest", {"from": ("meeting", "duties"), "within": ("2 weeks", "duties")}),
    *of("Extension", f"{step('hearing')}/may_extend", {
        "by": ("deputy", "duties"),
        "reasons": (["Somebody is away"], "pages"),
        "send": (GONE, "books"),
        "most": ("3 working days", "duties"),
    }),
    *of("Reminder", f"{step('answer')}/remind", {"before": ("1 working day", "books"), "send": ("overdue", "books")}),
)  # fmt: skip

PROCEDURE = (*_of_every_rule(), *LISTS, *CONSENT, *AREA, *TIMES, *THRESHOLD, *PEOPLE, *STEPS)
