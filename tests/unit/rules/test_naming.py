"""Who is named by documents, when they join and when they leave (sentence 10)."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from webform.documents.form import Form
from webform.documents.procedure import Procedure
from webform.rules.folder import Filed, Folder, Member
from webform.rules.folder_file import read_folder
from webform.rules.naming import Named, those_named, with_those_named

NOON = dt.datetime(2026, 11, 2, 12, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)
WHOM = [
    {"value": "police", "label": "The police"},
    {"value": "landlord", "label": "A landlord", "stands_for": "various"},
    {"value": "me", "label": "Me", "stands_for": "applicant"},
    {"value": "none", "label": "Nobody", "alone": True},
    {"value": "unsure", "label": "I do not know", "unknown": True},
]


def question(name: str, kind: str = "text", means: str | None = None, **more: Any) -> dict[str, Any]:
    return {"id": name, "type": kind, "label": name, "means": means, **more}


def form(name: str, effect: str, *pages: dict[str, Any], audience: str = "public") -> Form:
    return Form.model_validate({"id": name, "title": name, "effect": effect, "audience": audience, "page": list(pages)})


def page(name: str, *questions: dict[str, Any], each: str | None = None) -> dict[str, Any]:
    return {"id": name, "each": each, "question": list(questions)}


PERSON = (
    question("p_name", means="party.name"),
    question("p_body", means="party.organisation"),
    question("p_email", "email", "party.email"),
    question("p_safe", "yes-no", "party.email_safe"),
)
AT = question("at", means="report.to")
ASK = form(
    "ask", "opens-case",
    page("who", question("name", means="applicant.name"), question("victim", means="victim.name")),
    page("to", question("agency", "radios", "report.agency", options=WHOM), AT, each="reports"),
    page("told", question("reports", "group", "report", entry="report"), each="incidents"),
    page("all", question("incidents", "group", "incident", entry="incident")),
    page("member", *PERSON, each="members"),
    page("members", question("members", "group", entry="member")),
    page("lead", question("lead", required=False), question("several", "checkboxes", options=WHOM)),
)  # fmt: skip
LEAD = form("lead", "records", page("l", *PERSON), audience="officer")
BODIES = form(
    "bodies", "records", page("b", *PERSON, each="them"), page("t", question("them", "group")), audience="officer"
)
ADD = form("add", "names", page("a", question("part", "radios", "party.role"), *PERSON), audience="officer")
GO = form("go", "leaves", page("g", question("why")), audience="officer")
FORMS = {one.id: one for one in (ASK, LEAD, BODIES, ADD, GO)}


NOTICES = ("sign_in", "draft_link", "draft_expires", "reminder", "overdue", "escalation", "alarm", "task")


def procedure(role: dict[str, Any]) -> Procedure:
    """A small procedure with one role that documents name."""
    roles = [{"id": "applicant", "title": "a", "local": False}, {"id": "spoc", "title": "s"}, {"title": "T", **role}]
    steps = [
        {"id": "request", "fill": "ask"},
        *({"id": name, "fill": name} for name in ("lead", "bodies", "add", "go")),
    ]
    written = {
        "id": "small", "area": {"name": "Small", "body": "Small", "opens_with": "ask"}, "role": roles,
        "notices": dict.fromkeys(NOTICES, "x"), "step": steps,
    }  # fmt: skip
    return Procedure.model_validate(written)


def filed(number: int, step: str, **more: Any) -> Filed:
    at = NOON + number * DAY
    about = FORMS["ask" if step == "request" else step]
    role = "applicant" if step == "request" else "spoc"
    return Filed(
        number, step, "form", about.effect, more.pop("party", None), role, at, at, more.pop("answers", {}), **more
    )


def named(role: dict[str, Any], *documents: Filed) -> dict[str, Named]:
    found = those_named(procedure(role), FORMS, documents, NOON + 100 * DAY)
    return {one.key: one for one in found if one.role == role["id"]}


def reports(*told: tuple[str, str]) -> dict[str, Any]:
    """A request with one incident a report."""
    entries = [{"entry": 1, "agency": agency, "at": at} for agency, at in told]
    incidents = [{"entry": place, "reports": [one]} for place, one in enumerate(entries, start=1)]
    return {"name": "Ann", "victim": "Bo Li", "incidents": incidents}


AGENCY = {"id": "agency", "plural": True, "named_by": "request.agency"}


def test_each_different_choice_is_one_party() -> None:
    """The police told twice are one party, called what the option says; who joins, joins with the request."""
    found = named(AGENCY, filed(1, "request", answers=reports(("police", ""), ("police", "PC Smith"))))
    assert list(found) == ["police"]
    assert found["police"].details == {"organisation": "The police", "choice": "police"}
    assert (found["police"].joined_at, found["police"].left_at) == (NOON + DAY, None)


def test_a_choice_that_stands_for_several_is_told_apart_by_name() -> None:
    """Two landlords are two parties however they are capitalised, and one without a name is one of them."""
    told = reports(("landlord", "Clarion"), ("landlord", "CLARION "), ("landlord", "Moat"), ("landlord", ""))
    found = named(AGENCY, filed(1, "request", answers=told))
    assert list(found) == ["landlord-clarion", "landlord-moat"]
    assert found["landlord-moat"].details == {"organisation": "Moat", "kind": "landlord"}
    alone = named(AGENCY, filed(1, "request", answers=reports(("landlord", ""))))
    assert alone["landlord"].details == {"organisation": "A landlord", "kind": "landlord"}


@pytest.mark.parametrize("value", ["unsure", "none", "me"])
def test_some_choices_name_nobody(value: str) -> None:
    """Who does not know, chose none or means themselves names no organisation."""
    assert named(AGENCY, filed(1, "request", answers=reports((value, "x")))) == {}


@pytest.mark.parametrize("who", ["Ann", "bo  li"])
def test_no_person_becomes_an_organisation(who: str) -> None:
    """The name of whoever asks, or of the person affected, is not put into an agency."""
    found = named(AGENCY, filed(1, "request", answers=reports(("landlord", who))))
    assert {one.details["organisation"] for one in found.values()} == {"A landlord"}


def test_a_question_with_several_choices_or_a_line_of_text_names_too() -> None:
    """Boxes that were ticked are one party each; a line of text is one."""
    answers = {"several": ["police", "landlord"], "lead": "County Police"}
    boxes = named({"id": "agency", "plural": True, "named_by": "request.several"}, filed(1, "request", answers=answers))
    assert list(boxes) == ["police", "landlord"]
    text = named({"id": "lead-body", "named_by": "request.lead"}, filed(1, "request", answers=answers))
    assert text["county-police"].details == {"organisation": "County Police"}


def member(number: int, name: str, **more: str) -> dict[str, Any]:
    return {"entry": number, "p_name": name, **more}


PEOPLE = {"id": "victim", "plural": True, "local": False, "named_by": "request.members"}


def test_each_entry_of_a_group_is_one_party() -> None:
    """Members of a group keep their own address, and email counts as unsafe until somebody said otherwise."""
    members = [member(1, "Ann", p_email="ann@x.example"), member(3, "Bo", p_email="bo@x.example", p_safe="yes")]
    found = named(PEOPLE, filed(1, "request", answers={"members": members}))
    assert list(found) == ["victim-1", "victim-3"]
    assert found["victim-1"].details == {"name": "Ann", "email": "ann@x.example", "email_safe": "no"}
    assert found["victim-3"].details["email_safe"] == "yes"


def test_an_address_typed_by_the_public_is_never_a_bodys() -> None:
    """A role of the council's own takes no email from a public form; from an officer's it does."""
    entry = [member(1, "", p_body="Police", p_email="fake@x.example")]
    public = named(
        {"id": "body", "plural": True, "named_by": "request.members"}, filed(1, "request", answers={"members": entry})
    )
    assert public["body-1"].details == {"organisation": "Police"}
    by_officer = named(
        {"id": "body", "plural": True, "named_by": "bodies"}, filed(1, "bodies", answers={"them": entry})
    )
    assert by_officer["body-1"].details == {"organisation": "Police", "email": "fake@x.example"}


def test_a_later_document_adds_those_that_are_new_and_removes_those_gone() -> None:
    """Whom the second list leaves out leaves with it; who stays keeps the day of joining; who comes back joins anew."""
    role = {"id": "body", "plural": True, "named_by": "bodies.them"}
    lists = [[member(1, "A"), member(2, "B")], [member(2, "B"), member(3, "C")], [member(1, "A")]]
    papers = [filed(place, "bodies", answers={"them": one}) for place, one in enumerate(lists, start=1)]
    two = named(role, *papers[:2])
    assert {key: (one.joined_at, one.left_at) for key, one in two.items()} == {
        "body-1": (NOON + DAY, NOON + 2 * DAY), "body-2": (NOON + DAY, None), "body-3": (NOON + 2 * DAY, None),
    }  # fmt: skip
    three = named(role, *papers)
    assert (three["body-1"].joined_at, three["body-1"].left_at) == (NOON + 3 * DAY, None)


def test_a_correction_replaces() -> None:
    """Whom only the corrected document named was never there."""
    first = filed(1, "request", answers=reports(("police", ""), ("landlord", "Moat")))
    second = filed(2, "request", answers=reports(("police", "")), replaces=1)
    assert list(named(AGENCY, first, second)) == ["police"]


def test_a_document_may_name_the_one_who_holds_a_role() -> None:
    """Without a group the form describes one; the next such document describes the one who follows."""
    role = {"id": "lead-officer", "named_by": "lead"}
    papers = filed(1, "lead", answers={"p_name": "Kim"}), filed(2, "lead", answers={"p_name": "Lou"})
    assert named(role, *papers)["lead-officer"].details["name"] == "Lou"


def test_somebody_is_added_and_taken_off_by_hand() -> None:
    """A form that names adds one; one that is about a party gives more of them; one that lets go removes them."""
    request = filed(1, "request", answers=reports(("police", "")))
    add = filed(2, "add", answers={"part": "agency", "p_body": "Moat Homes", "p_email": "moat@x.example"})
    found = named(AGENCY, request, add)
    assert list(found) == ["police", "moat-homes"]
    more = filed(3, "add", party="police", answers={"part": "agency", "p_email": "desk@police.example"})
    gone = filed(4, "go", party="moat-homes")
    found = named(AGENCY, request, add, more, gone)
    assert found["police"].details["email"] == "desk@police.example"
    assert found["police"].details["organisation"] == "The police"
    assert found["moat-homes"].left_at == NOON + 4 * DAY


def test_one_who_is_called_the_same_is_not_added_twice() -> None:
    """An officer who writes the name that the request has means that party."""
    add = filed(2, "add", answers={"part": "agency", "p_body": "the POLICE", "p_email": "d@police.example"})
    found = named(AGENCY, filed(1, "request", answers=reports(("police", ""))), add)
    assert list(found) == ["police"]
    assert found["police"].details["email"] == "d@police.example"


def test_a_role_that_one_holds_has_one() -> None:
    """Whoever is named next takes the place."""
    adds = [filed(place, "add", answers={"part": "chair", "p_name": name}) for place, name in ((1, "Kim"), (2, "Lou"))]
    found = named({"id": "chair"}, *adds)
    assert {key: one.details["name"] for key, one in found.items()} == {"chair": "Lou"}


def test_replay_names_whom_the_file_says_nothing_of() -> None:
    """A folder without parties gets those that its documents name; one that gives a role's parties keeps its own."""
    rules = procedure(AGENCY)
    request = {"step": "request", "filed_at": NOON.isoformat(), "answers": reports(("police", ""))}
    folder, _ = read_folder(rules, FORMS, {"documents": [request]})
    assert folder.parties == (Member("police", "agency", NOON, key="police"),)
    written = {"id": "moat", "role": "agency", "joined_at": NOON.isoformat()}
    folder, _ = read_folder(rules, FORMS, {"documents": [request], "parties": [written]})
    assert [member.id for member in folder.parties] == ["moat"]


def test_nobody_joins_before_the_document_exists() -> None:
    """A document filed later names nobody yet."""
    folder = Folder((filed(5, "request", answers=reports(("police", ""))),))
    assert with_those_named(procedure(AGENCY), FORMS, folder, NOON).parties == ()


def test_entries_of_a_written_folder_need_no_number() -> None:
    """Two entries that somebody wrote by hand are two parties, called by their places."""
    told = {"them": [{"p_name": "Ann"}, {"p_name": "Bo"}]}
    papers = [{"step": "request", "filed_at": NOON}, {"step": "bodies", "filed_at": NOON + DAY, "answers": told}]
    role = {"id": "body", "plural": True, "named_by": "bodies.them"}
    folder, _ = read_folder(procedure(role), FORMS, {"documents": papers})
    assert [one.id for one in folder.parties] == ["body-1", "body-2"]
