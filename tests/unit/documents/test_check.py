"""The check across documents: each fault is found, by name, with a cure; and good documents have none."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from webform.documents.check import check
from webform.documents.faults import Fault
from webform.documents.form import Form
from webform.documents.letter import Letter
from webform.documents.procedure import Procedure
from webform.documents.shelf import Shelves, read_shelves
from webform.procedure_cli import procedure as command

SHIPPED = Path(__file__).resolve().parents[3] / "webform"
NOTICES = ("sign-in", "draft-link", "draft-expires", "reminder", "overdue", "escalation", "alarm", "task")
Tables = dict[str, Any]


def question(id: str, type: str = "yes-no", **keys: Any) -> Tables:
    return {"id": id, "type": type, "label": f"{id}?", **keys}


def page(id: str, *questions: Tables, **keys: Any) -> Tables:
    return {"id": id, "question": list(questions), **keys}


TWO = [{"value": "noise", "label": "Noise"}, {"value": "litter", "label": "Litter"}]


def request_form() -> Tables:
    return {
        "title": "Ask",
        "effect": "opens-case",
        "page": [
            page("name", question("name", "text", means="applicant.name")),
            page("when", question("happened_on", "approximate-date", means="incident.date"), each="incidents"),
            page("what", question("problem", "radios", means="incident.problem", options=TWO), each="incidents"),
            page("told", question("told_on", "approximate-date", means="report.date"), each="incidents"),
            page("incidents", question("incidents", "group", means="incident", entry="incident")),
            page("ends", question("nothing_done")),
            page("more", question("why", "text"), show_when={"nothing_done": "yes"}),
        ],
        "flag": [{"id": "f", "label": "Nothing done", "when": {"nothing_done": "yes"}}],
    }


def decision_form() -> Tables:
    return {
        "title": "Decide",
        "effect": "records",
        "audience": "officer",
        "page": [
            page("d", question("decided_on", "date"), question("decision", "radios", options=[
                {"value": "met", "label": "Met"}, {"value": "not-met", "label": "Not met"}])),
            page("i", question("invited", means="meeting.invitation")),
        ],
    }  # fmt: skip


def closing_form() -> Tables:
    pages = [page("c", question("closed", "date"))]
    return {"title": "Close", "effect": "closes", "audience": "officer", "page": pages}


def written_procedure() -> Tables:
    source = {"source": "Protocol, 1"}
    return {
        "area": {"name": "Somewhere", "body": "Somewhere Council", "opens_with": "ask", **source},
        "notices": {name.replace("-", "_"): name for name in NOTICES},
        "publication": {"every": "12 months", **source},
        "review": {"every": "12 months", **source},
        "role": [
            {"id": "spoc", "title": "Contact", **source}, {"id": "applicant", "title": "You", "local": False, **source},
            {"id": "chair", "title": "Chair", **source}, {"id": "reviewer", "title": "Reviewer", **source},
        ],
        "panel": [{"id": "board", "title": "Board", "core": ["spoc"], "decides": "1 of 1",
                   "chair": "chair", **source}],
        "way_in": [{"id": "web", "kind": "online", **source}, {"id": "call", "kind": "phone", **source}],
        "stage": [{"id": f"{kind}-stage", "title": kind, "kind": kind} for kind in (
            "application", "review", "outcome", "appeal")],
        "step": [
            {"id": "request", "fill": "ask", "by": "applicant", "to": "spoc", "stage": "application-stage", **source},
            {"id": "decide", "fill": "decision", "by": "board", "after": "request", "stage": "review-stage",
             "dated": "decided_on", "within": "10 working days", **source},
            {"id": "told", "send": "answer", "to": "applicant", "after": "decide", "stage": "review-stage",
             "when": {"decide.decision": "not-met"}, **source},
            {"id": "result", "send": "answer", "to": "applicant", "after": "decide.decided_on",
             "stage": "outcome-stage", "when": {"decide": "filed"}, **source},
            {"id": "end", "fill": "end", "after": "result", "stage": "outcome-stage", **source},
            {"id": "ended", "send": "answer", "to": "applicant", "after": "end", "stage": "outcome-stage", **source},
            {"id": "unhappy", "fill": "decision", "by": "applicant", "to": "reviewer",
             "after": {"any": ["told", "result"]}, "stage": "appeal-stage", "strength": "choice", **source},
        ],
        "figure": [
            {"id": "asked", "title": "Asked", "counts": "request", **source},
            {"id": "refused", "title": "No", "counts": "decide", "when": {"decide.decision": "not-met"}, **source},
            {"id": "held", "title": "Held", "counts": "result", **source},
            {"id": "advised", "title": "Advised", "counts": "result", "dated_by": "decide.decided_on", **source},
        ],
        "gate": [{"id": "g", "when": {"request.nothing_done": "no"}, "effect": "warn", "stops": ["decide"], **source}],
        "threshold": {
            "route": [{
                "id": "three",
                "all": [{
                    "at_least": {"incidents": 3},
                    "same": ["problem"],
                    "among": {
                        "when": {"incident.problem": "noise"},
                        "window": [{"date": "reported", "within": "6 months", "before": "request"}],
                    },
                }],
                **source,
            }],
            "exclude": [{"id": "x", "when": {"request.problem": "litter"}, **source}],
        },
    }  # fmt: skip


def letters() -> dict[str, Tables]:
    plain: dict[str, Tables] = {
        name: {"subject": "About", "purpose": "to-officer", "body": "Please look."} for name in NOTICES
    }
    for name in ("sign-in", "draft-link", "draft-expires"):
        plain[name] |= {"purpose": name.removesuffix("-link").removesuffix("-expires"), "neutral": True}
    plain["alarm"]["purpose"] = "alarm"
    body = "Dear {applicant.name}, {due.decide}, {answer.decide.decision}, {case.reference}."
    requires = ["case.reference"]
    return {**plain, "answer": {"subject": "Ours", "purpose": "to-applicant", "requires": requires, "body": body}}


class Papers:
    """Good documents, to be spoilt one at a time."""

    def __init__(self) -> None:
        self.rules, self.letters = written_procedure(), letters()
        self.forms = {"ask": request_form(), "decision": decision_form(), "end": closing_form()}

    def check(self) -> tuple[Fault, ...]:
        return tuple(fault for fault in check(self.shelves()) if fault.level != "note")

    def shelves(self) -> Shelves:
        return Shelves(
            {"somewhere": Procedure.model_validate({**self.rules, "id": "somewhere"})},
            {name: Form.model_validate({**form, "id": name}) for name, form in self.forms.items()},
            {name: Letter.model_validate({**letter, "id": name}) for name, letter in self.letters.items()},
        )

    def step(self, name: str) -> Tables:
        return next(step for step in self.rules["step"] if step["id"] == name)

    def page(self, name: str) -> Tables:
        return next(page for page in self.forms["ask"]["page"] if page["id"] == name)

    def question(self, name: str) -> Tables:
        return next(one for page in self.forms["ask"]["page"] for one in page["question"] if one["id"] == name)

    def count(self) -> Tables:
        found: Tables = self.rules["threshold"]["route"][0]["all"][0]
        return found

    def move(self, name: str, to: int) -> None:
        pages = self.forms["ask"]["page"]
        pages.insert(to, pages.pop(pages.index(self.page(name))))


def test_good_documents_have_no_fault() -> None:
    """The documents that the other tests spoil are whole."""
    assert Papers().check() == ()


Spoil = Callable[[Papers], Any]

FORMS: list[tuple[str, Spoil]] = [
    ("duplicate-id page.name", lambda p: p.page("ends").update(id="name")),
    ("duplicate-id question.why", lambda p: p.page("ends")["question"].append(question("why"))),
    ("duplicate-meaning question.why.means", lambda p: p.question("why").update(means="applicant.name")),
    ("options page.what.question.problem", lambda p: p.question("problem").update(options=[])),
    ("options page.name.question.name", lambda p: p.question("name").update(options=TWO)),
    ("duplicate-id page.what.question.problem.options", lambda p: p.question("problem").update(options=[*TWO, *TWO])),
    ("limits page.name.question.name", lambda p: p.question("name").update(least=5, most=2)),
    ("group page.ends.question.people", lambda p: p.page("ends")["question"].append(question("people", "group"))),
    ("group page.what.each", lambda p: p.page("what").update(each="name")),
    ("group page.incidents.each", lambda p: p.page("incidents").update(each="incidents")),
    ("group page.told", lambda p: p.move("name", 2)),
    ("group page.when", lambda p: p.move("incidents", 1)),
    ("reference page.more.show_when", lambda p: p.page("more").update(show_when={"nowhere": "yes"})),
    ("reference page.ends.show_when", lambda p: p.page("ends").update(show_when={"why": {"empty": True}})),
    ("reference page.more.show_when", lambda p: p.page("more").update(show_when={"why": {"empty": True}})),
    ("reference page.incidents.show_when", lambda p: p.page("incidents").update(show_when={"why": {"empty": True}})),
    ("comparison page.more.show_when", lambda p: p.page("more").update(show_when={"nothing_done": "maybe"})),
    ("comparison page.more.show_when", lambda p: p.page("more").update(show_when={"name": {"at_least": 2}})),
    ("comparison page.more.show_when", lambda p: p.page("more").update(show_when={"name": {"passed": True}})),
    ("comparison page.more.show_when", lambda p: p.page("more").update(show_when={"name": {"every": {"why": "x"}}})),
    ("comparison page.more.show_when", lambda p: p.page("more").update(show_when={"happened_on": "x"})),
    ("comparison page.more.show_when",
     lambda p: p.page("more").update(show_when={"incidents": {"every": {"problem": "x"}}})),
    ("reference page.more.show_when",
     lambda p: p.page("more").update(show_when={"happened_on": {"age_under": 18, "on": "never"}})),
    ("reference flag.f.when", lambda p: p.forms["ask"]["flag"][0].update(when={"nowhere": "yes"})),
    ("duplicate-id flag.f", lambda p: p.forms["ask"].update(flag=[*p.forms["ask"]["flag"]] * 2)),
    ("unreachable-page page.more.show_when",
     lambda p: p.page("more").update(show_when={"nothing_done": {"not": ["yes", "no"]}})),
    ("form ", lambda p: p.forms.update(lonely=decision_form())),
]  # fmt: skip

STEPS: list[tuple[str, Spoil]] = [
    ("step step.told", lambda p: p.step("told").pop("send")),
    ("step step.told", lambda p: p.step("told").update(fill="decision")),
    ("reference step.decide.fill", lambda p: p.step("decide").update(fill="decisionn")),
    ("reference step.told.send", lambda p: p.step("told").update(send="answr")),
    ("reference step.told.remind", lambda p: p.step("told").update(remind={"send": "answr"})),
    ("reference step.told.stage", lambda p: p.step("told").update(stage="nowhere")),
    ("reference step.told.to", lambda p: p.step("told").update(to=["aplicant"])),
    ("reference step.told.escalate_to", lambda p: p.step("told").update(escalate_to="boss")),
    ("reference step.told.after", lambda p: p.step("told").update(after="decid")),
    ("reference step.told.from", lambda p: p.step("told").update({"from": "decide.made_on", "within": "2 days"})),
    ("reference step.told.after", lambda p: p.step("told").update(after="decide.decision")),
    ("reference step.told.after", lambda p: p.step("told").update(after="decide.received")),
    ("reference step.unhappy.after", lambda p: p.step("unhappy").update(after={"any": ["told", "result.sent_on"]})),
    ("reference step.told.at_latest.from",
     lambda p: p.step("told").update(at_latest={"from": "nowhere", "within": "2 weeks"})),
    ("reference step.decide.dated", lambda p: p.step("decide").update(dated="decision")),
    ("comparison step.told.when", lambda p: p.step("told").update(when={"decide.decision": "maybe"})),
    ("comparison step.told.when", lambda p: p.step("told").update(when={"decide": "gone"})),
    ("reference step.told.when", lambda p: p.step("told").update(when={"decide.why": "x"})),
    ("reference step.told.when", lambda p: p.step("told").update(when={"incident.problem": "noise"})),
    ("reference step.told.when", lambda p: p.step("told").update(when={"nowhere": "filed"})),
    ("contradiction step.told", lambda p: p.step("told").update(
        before="decide.decided_on", at_least="2 days", within="2 weeks")),
    ("contradiction step.told.before", lambda p: p.step("told").update(before="decide.decided_on")),
    ("contradiction step.told.at_least", lambda p: p.step("told").update(at_least="2 days")),
    ("contradiction step.told.from", lambda p: p.step("told").update({"from": "request"})),
    ("circular step.decide.after", lambda p: p.step("decide").update(after={"all": ["request", "told"]})),
    ("duplicate-id step.spoc", lambda p: p.rules["step"].append({"id": "spoc", "fill": "decision", "source": "x"})),
    ("reference panel.board", lambda p: p.rules["panel"][0].update(core=["boss"])),
    ("contradiction panel.board.quorum", lambda p: p.rules["panel"][0].update(quorum=2)),
    ("contradiction panel.board.decides", lambda p: p.rules["panel"][0].update(decides="2 of 3")),
    ("reference gate.g.when", lambda p: p.rules["gate"][0].update(when={"request.nowhere": "yes"})),
    ("reference gate.g.stops", lambda p: p.rules["gate"][0].update(stops=["nowhere"])),
    ("reference gate.g.by", lambda p: p.rules["gate"][0].update(by="boss")),
    ("reference figure.held.counts", lambda p: p.rules["figure"][2].update(counts="nowhere")),
    ("reference figure.advised.dated_by", lambda p: p.rules["figure"][3].update(dated_by="decide.decision")),
    ("comparison figure.refused.when", lambda p: p.rules["figure"][1].update(when={"decide.decision": "no"})),
    ("source step.told", lambda p: p.step("told").pop("source")),
]  # fmt: skip

THRESHOLDS: list[tuple[str, Spoil]] = [
    ("duplicate-id threshold.route.three",
     lambda p: p.rules["threshold"]["route"].append(copy.deepcopy(p.rules["threshold"]["route"][0]))),
    ("reference threshold.exclude.x.when",
     lambda p: p.rules["threshold"]["exclude"][0].update(when={"incident.hate": "yes"})),
    ("comparison threshold.route.three", lambda p: p.count()["among"].update(when={"incident.problem": "drugs"})),
    ("threshold threshold.route.three", lambda p: p.count().update(at_least={})),
    ("threshold threshold.route.three", lambda p: p.count().update(at_least={"households": 2})),
    ("threshold threshold.route.three", lambda p: p.count().update(at_least={"groups": 2})),
    ("threshold threshold.route.three", lambda p: p.count().update(at_least={"people": 2})),
    ("threshold threshold.route.three", lambda p: p.count().update(same=["place"])),
    ("window threshold.route.three.window", lambda p: p.count()["among"]["window"][0].update(within="48 hours")),
    ("window threshold.route.three.window", lambda p: p.count()["among"]["window"][0].update(not_within="2 months")),
    ("window threshold.route.three.window", lambda p: p.count()["among"]["window"][0].pop("within")),
    ("window threshold.route.three.window", lambda p: p.count()["among"]["window"][0].update(after="each-report")),
    ("window threshold.route.three.window", lambda p: p.count()["among"]["window"][0].update(date="applied")),
    ("window threshold.route.three.window", lambda p: p.count()["among"]["window"].append(
        {"date": "reported", "not_within": "7 months", "before": "request"})),
]  # fmt: skip

LETTERS: list[tuple[str, Spoil]] = [
    ("letter ", lambda p: p.letters.update(lonely=letters()["task"])),
    ("placeholder ", lambda p: p.letters["answer"].update(body="{case.reference} {nobody.knows}")),
    ("placeholder ", lambda p: p.letters["answer"].update(body="{case.reference} {due.nowhere}")),
    ("placeholder ", lambda p: p.letters["answer"].update(body="{case.reference} {answer.decide.nowhere}")),
    ("placeholder ", lambda p: p.letters["sign-in"].update(body="{case.reference}")),
    ("placeholder ", lambda p: p.letters["answer"].update(body="Nothing")),
    ("placeholder step.told.send",
     lambda p: p.letters["answer"].update(requires=["due.nowhere", "case.reference"])),
    ("placeholder step.told.send", lambda p: p.rules.update(letters={"answer": {"requires": ["duty.due"]}})),
    ("placeholder area.opens_with", lambda p: p.forms["ask"].update(done="{due.nowhere}")),
    ("reference letters.nobody", lambda p: p.rules.update(letters={"nobody": {"requires": []}})),
    ("reference notices.task", lambda p: p.rules["notices"].update(task="tsk")),
]  # fmt: skip

LAW: list[tuple[str, Spoil]] = [
    ("contact step", lambda p: p.step("request").update(to="applicant")),
    ("dissatisfaction stage", lambda p: p.step("unhappy").update(after="told")),
    ("dissatisfaction stage", lambda p: p.step("unhappy").update(after="result")),
    ("figures publication", lambda p: p.rules.pop("publication")),
    ("figures publication.every", lambda p: p.rules["publication"].update(every="13 months")),
    ("figures figure", lambda p: p.rules["figure"].pop()),
    ("figures figure", lambda p: p.rules["figure"][0].update(counts="decide")),
    ("telling step", lambda p: p.step("told").update(to="spoc")),
    ("telling step", lambda p: p.step("result").update(stage="review-stage")),
    ("revising review", lambda p: p.rules.pop("review")),
    ("ways-in way_in", lambda p: p.rules["way_in"].pop()),
    ("threshold threshold.route.three", lambda p: p.count().update(at_least={"incidents": 4})),
    ("window threshold.route.three.window", lambda p: p.count()["among"]["window"][0].update(within="5 months")),
    ("window threshold.route.three.window", lambda p: p.count()["among"]["window"].append(
        {"date": "reported", "within": "30 days", "after": "each-incident"})),
    ("window threshold.route.three.window", lambda p: p.count()["among"]["window"].append(
        {"date": "applied", "within": "1 month", "after": "latest-report"})),
    ("hurdle threshold.route.three", lambda p: p.rules["threshold"]["route"][0]["all"].append(
        {"when": {"request.nothing_done": "yes"}, "hurdle": "no-action"})),
    ("bare-days step.decide.within", lambda p: p.step("decide").update(within="10 days")),
]  # fmt: skip


@pytest.mark.parametrize(("expected", "spoil"), [*FORMS, *STEPS, *THRESHOLDS, *LETTERS, *LAW])
def test_each_mistake_is_found_where_it_stands(expected: str, spoil: Spoil) -> None:
    """One mistake in good documents: named by its rule and key, with a reason, a cure and a file."""
    papers = Papers()
    spoil(papers)
    faults = papers.check()
    assert expected in [f"{fault.rule} {fault.key}" for fault in faults]
    assert all(fault.why and fault.cure and fault.file for fault in faults)


@pytest.mark.parametrize(("expected", "spoil"), LAW)
def test_each_fault_before_the_law_names_the_paragraph(expected: str, spoil: Spoil) -> None:
    """Whoever has to change a procedure is told which paragraph asks for it."""
    papers = Papers()
    spoil(papers)
    rule = expected.partition(" ")[0]
    found = [fault for fault in papers.check() if fault.rule == rule]
    assert all(fault.source for fault in found) or rule == "bare-days"
    levels = {"threshold", "window", "hurdle", "ways-in", "bare-days"}
    assert {fault.level for fault in found} == {"warning" if rule in levels else "error"}


def test_a_window_of_the_law_s_length_is_not_shorter() -> None:
    """Six months and a month are what the law gives: no warning."""
    papers = Papers()
    papers.count()["among"]["window"].append({"date": "reported", "within": "1 month", "after": "each-incident"})
    assert papers.check() == ()


def test_an_appeal_body_makes_none_of_a_councils_promises() -> None:
    """The law's demands on a council's procedure are not put to a body that hears appeals."""
    papers = Papers()
    papers.rules["area"]["kind"] = "appeal-body"
    papers.rules.pop("publication")
    assert papers.check() == ()


def test_silence_and_doubt_are_listed_as_notes() -> None:
    """What the source leaves open is listed, and fails nothing."""
    papers = Papers()
    papers.step("told").pop("source")
    papers.step("told").update(silent=True, doubt="Two dates are given.")
    notes = [(fault.level, fault.rule) for fault in check(papers.shelves())]
    assert notes == [("note", "silent"), ("note", "doubt")]


def test_only_one_procedure_is_checked_when_one_is_named() -> None:
    """A fault of another procedure is not this one's."""
    shelves = Papers().shelves()
    other = shelves.procedures["somewhere"].model_copy(update={"id": "other", "review": None})
    both = Shelves({**shelves.procedures, "other": other}, shelves.forms, shelves.letters)
    assert [fault for fault in check(both, "somewhere") if fault.level != "note"] == []
    assert [fault.rule for fault in check(both, "other")] == ["revising"]


def test_the_shipped_documents_have_no_errors() -> None:
    """What is shipped passes its own check."""
    assert [fault.line() for fault in check(read_shelves(SHIPPED)) if fault.level == "error"] == []


# --- The command ----------------------------------------------------------------------------------------------------


def run(*args: str) -> tuple[int, str]:
    result = CliRunner().invoke(command, ["check", *args])
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result.exit_code, result.output


def test_the_command_passes_the_shipped_shelves() -> None:
    """No errors: exit 0, and a count of what was found."""
    code, said = run()
    assert code == 0
    assert "no errors" in said


def broken(text: str, tmp_path: Path) -> list[dict[str, str]]:
    path = tmp_path / "place.toml"
    path.write_text(text, encoding="utf-8")
    code, said = run(str(path), "--json")
    assert code == 1
    found: list[dict[str, str]] = json.loads(said)
    assert all(set(fault) == {"level", "rule", "file", "key", "why", "source", "cure"} for fault in found)
    return found


@pytest.mark.parametrize(
    "text",
    ["= nothing", "a = " + "[" * 20_000, "x" * 10_000_000, 'extends = "place"', 'extends = "nowhere"', "[step]\nid = 3",
     'extends = "standard"\n[[step]]\nid = "seen"\nwhen = ' + "{ any = [" * 40 + "{ a = 1 }" + "] }" * 40],
    ids=["syntax", "deep", "noise", "circle", "parent", "types", "condition"],
)  # fmt: skip
def test_a_broken_file_is_a_message_never_a_traceback(text: str, tmp_path: Path) -> None:
    """Whatever a file holds, the command names file and cure and exits 1."""
    faults = broken(text, tmp_path)
    assert "place.toml" in {fault["file"] for fault in faults}
    assert all(fault["cure"] for fault in faults)


def test_a_file_may_lie_anywhere_and_stands_in_for_its_namesake(tmp_path: Path) -> None:
    """A copy of a shipped procedure, changed: what is checked is the copy."""
    text = (SHIPPED / "procedures" / "merton.toml").read_text(encoding="utf-8")
    path = tmp_path / "merton.toml"
    path.write_text(text.replace('after = "plan-reply"', 'after = "plan-replyy"'), encoding="utf-8")
    code, said = run(str(path))
    assert code == 1
    assert "No step is called 'plan-replyy'. Did you mean 'plan-reply'?" in said


def test_a_procedure_that_is_not_there_is_named() -> None:
    """A slip in the name is told from a broken file, in JSON too."""
    code, said = run("nowhere")
    assert code == 1
    assert "There is no procedure 'nowhere'" in said
    assert json.loads(run("nowhere.toml", "--json")[1])[0]["file"] == "nowhere.toml"
