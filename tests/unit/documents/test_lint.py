"""The lint before law and guidance: for each rule a document that breaks just it, and one that only comes close."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.documents.test_check import SHIPPED, Papers, Spoil, question
from webform.documents.check import check
from webform.documents.shelf import read_shelves

HURDLE = "hurdle threshold.route.three"
WINDOW = "window threshold.route.three.window"


def routes(papers: Papers) -> list[Any]:
    found: list[Any] = papers.rules["threshold"]["route"][0]["all"]
    return found


def among(papers: Papers) -> Any:
    return papers.count()["among"]


def mean(meaning: str, papers: Papers) -> None:
    papers.question("nothing_done").update(means=meaning)


def names_the_last_day(papers: Papers) -> None:
    papers.rules["letters"] = {"answer": {"requires": ["case.appeal_by"], "source": "Protocol, 9"}}
    papers.letters["answer"]["body"] += "\nThe last day is {case.appeal_by}."


ERRORS: list[tuple[str, Spoil, Spoil]] = [
    ("contact step", lambda p: p.step("request").pop("to"), lambda p: p.step("request").update(to=["spoc", "chair"])),
    ("dissatisfaction stage",
     lambda p: p.step("unhappy").update(after="told"),
     lambda p: p.step("unhappy").update(after={"any": ["decide", "result"]})),
    ("dissatisfaction stage",
     lambda p: p.step("unhappy").update(after="result"),
     lambda p: p.step("unhappy").update(after={"any": ["request", "ended"]})),
    ("figures publication", lambda p: p.rules.pop("publication"),
     lambda p: p.rules["publication"].update(every="3 months")),
    ("figures publication.every",
     lambda p: p.rules["publication"].update(every="13 months"),
     lambda p: p.rules["publication"].update(every="52 weeks")),
    ("figures figure", lambda p: p.rules["figure"].pop(), lambda p: p.rules["figure"].append(
        {"id": "more", "title": "More", "counts": "unhappy", "source": "Protocol, 9"})),
    ("telling step", lambda p: p.step("told").update(stage="application-stage"),
     lambda p: p.step("told").update(to=["applicant", "spoc"])),
    ("revising review", lambda p: p.rules.pop("review"), lambda p: p.rules["review"].update(every="3 months")),
]  # fmt: skip

WARNINGS: list[tuple[str, Spoil, Spoil]] = [
    ("threshold threshold.route.three",
     lambda p: p.count().update(at_least={"incidents": 4}), lambda p: p.count().update(at_least={"incidents": 2})),
    ("threshold threshold.route.three", lambda p: p.count().update(at_least={"reports": 5}),
     lambda p: p.rules["threshold"]["route"][0].update(kind="discretionary", all=[{"at_least": {"reports": 5}}])),
    (WINDOW, lambda p: among(p)["window"][0].update(within="5 months"),
     lambda p: among(p)["window"][0].update(within="12 months")),
    (WINDOW, lambda p: among(p)["window"].append({"date": "reported", "within": "30 days", "after": "each-incident"}),
     lambda p: among(p)["window"].append({"date": "reported", "within": "5 weeks", "after": "each-incident"})),
    (WINDOW, lambda p: among(p)["window"].append({"date": "applied", "within": "1 month", "after": "latest-report"}),
     lambda p: among(p)["window"].append({"date": "applied", "within": "7 months", "after": "latest-report"})),
    (HURDLE, lambda p: routes(p).append({"when": {"request.nothing_done": "yes"}, "hurdle": "no-action"}),
     lambda p: routes(p).append({"when": {"request.nothing_done": "yes"}})),
    (HURDLE, lambda p: (mean("case.response", p), routes(p).append({"when": {"case.response": "yes"}})),
     lambda p: (mean("behaviour.continuing", p))),
    (HURDLE, lambda p: (mean("behaviour.continuing", p), routes(p).append({"when": {"request.nothing_done": "yes"}})),
     lambda p: mean("others", p)),
    (HURDLE, lambda p: (mean("case.response", p), among(p).update(when={"case.response": "no"})),
     lambda p: mean("case.response", p)),
    ("ways-in way_in", lambda p: p.rules["way_in"].pop(), lambda p: p.rules["way_in"].append(
        {"id": "post", "kind": "letter", "source": "Protocol, 1"})),
    ("invitation step", lambda p: p.forms["decision"]["page"].pop(),
     lambda p: p.forms["decision"]["page"][1].update(question=[question("asked", means="meeting.invitation")])),
    ("chair panel.board.chair", lambda p: p.rules["panel"][0].pop("chair"),
     lambda p: (p.rules["panel"][0].update(chair="spoc"), p.rules["role"][0].update(independent_of=["reviewer"]))),
    ("chair panel.board.chair", lambda p: p.rules["panel"][0].update(chair="spoc"),
     lambda p: p.rules["panel"][0].update(chair="reviewer")),
    ("appeal-body step", lambda p: p.step("unhappy").update(to="spoc"),
     lambda p: p.step("unhappy").update(to=["spoc", "reviewer"])),
    ("last-day step.told", lambda p: p.step("unhappy").update(within="20 working days"),
     lambda p: (p.step("unhappy").update(within="20 working days"), names_the_last_day(p))),
    ("closure step", lambda p: p.step("ended").update(after="result"),
     lambda p: p.step("ended").update(after={"all": ["end"]})),
    ("bare-days step.decide.within", lambda p: p.step("decide").update(within="10 days"),
     lambda p: p.step("decide").update(within="10 days", doubt="Whether weekends count is not said.")),
    ("retired-name step.told", lambda p: p.step("told").update(says="You can use the community trigger."),
     lambda p: p.step("told").update(says="This was formerly the community trigger.")),
    ("retired-name step.told", lambda p: p.letters["answer"].update(subject="Your Community  Trigger"),
     lambda p: p.letters["answer"].update(subject="Your review, once called community trigger")),
]  # fmt: skip


def found(spoil: Spoil) -> list[str]:
    papers = Papers()
    spoil(papers)
    return [f"{fault.rule} {fault.key.removesuffix('.says').removesuffix('.send')}" for fault in papers.check()]


@pytest.mark.parametrize(("rule", "breaks", "keeps"), [*ERRORS, *WARNINGS])
def test_a_document_that_breaks_one_rule_breaks_no_other(rule: str, breaks: Spoil, keeps: Spoil) -> None:
    """The rule is named alone, and what comes close to breaking it is let pass."""
    assert rule in found(breaks)
    assert {one.partition(" ")[0] for one in found(breaks)} == {rule.partition(" ")[0]}
    assert found(keeps) == []


@pytest.mark.parametrize(("level", "rows"), [("error", ERRORS), ("warning", WARNINGS)])
def test_law_is_an_error_and_guidance_a_warning(level: str, rows: list[tuple[str, Spoil, Spoil]]) -> None:
    """Each fault has its level, its reason, the paragraph that asks for it, and a cure."""
    for _, breaks, _ in rows:
        papers = Papers()
        breaks(papers)
        for fault in papers.check():
            assert (fault.level, bool(fault.source), bool(fault.why), bool(fault.cure)) == (level, True, True, True)


def test_an_area_without_a_panel_has_no_independent_chair() -> None:
    """Nobody to decide is nobody in the chair."""
    papers = Papers()
    papers.rules.pop("panel")
    papers.step("decide").update(by="spoc")
    assert [fault.rule for fault in papers.check()] == ["chair"]


def test_shipped_hurdles_warn_with_the_reason() -> None:
    """Each shipped area that asks for no action taken is told what the guidance says of it."""
    found = [fault for fault in check(read_shelves(SHIPPED)) if fault.rule == "hurdle"]
    faults = [fault for fault in found if "whether anybody acted" in fault.why]
    assert {fault.file.rpartition("/")[2] for fault in faults} >= {"maidstone.toml", "merton.toml", "bromley.toml"}
