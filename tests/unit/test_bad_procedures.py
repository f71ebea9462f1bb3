"""Whatever a file holds, procedure, form, letter or answers: a message with file, key and cure, never a traceback."""

from __future__ import annotations

import json
import random
import re
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from webform.cli import procedure

SHIPPED = Path(__file__).resolve().parents[2] / "webform"
ANSWERS = '{"incident": [{"incident.date": "2026-03-07", "report": [{"report.date": "2026-03-08"}]}]}'
FOLDER = '{"documents": [], "parties": []}'
START = (
    'extends = "standard"\n[area]\nname = "Place"\nbody = "Place Council"\nkind = "council"\nsource = "Protocol, 1"\n'
)
COUNT = "at_least = { reports = 3 }"
ROUTE = f'{START}[[threshold.route]]\nid = "a"\nsource = "Paper, 2"\n[[threshold.route.all]]\n{COUNT}\n'


def step(keys: str, name: str = "extra") -> str:
    return f'{START}[[step]]\nid = "{name}"\nsource = "Paper, 3"\n{keys}\n'


def window(keys: str) -> str:
    return f"{ROUTE}[threshold.route.all.among]\nwindow = [{keys}]\n"


NEW = 'fill = "close"\n'
BAD: dict[str, tuple[str, str, str]] = {  # the text, the key that is named, and something of the cure
    "unknown key": (step(NEW + 'witin = "2 days"'), "step.extra.witin", "within"),
    "wrong type": (step(NEW + "within = 3"), "step.extra.within", "2 working days"),
    "wrong word": (step(NEW + 'strength = "must"'), "step.extra.strength", "'duty'"),
    "duplicate id": (step(NEW) + step(NEW).removeprefix(START), "step.extra", "Rename"),
    "dangling form": (step('fill = "clos"'), "step.extra.fill", "close"),
    "dangling step": (step(NEW + 'after = "requst"'), "step.extra.after", "request"),
    "dangling role": (step(NEW + 'by = "spok"'), "step.extra.by", "spoc"),
    "dangling question": (step(NEW + 'when = { "request.nothing" = "x" }'), "step.extra.when", "question"),
    "no event": (step(NEW + "after = { some = [1] }"), "step.extra.after", "name of a step"),
    "circular after": (step(NEW + 'after = "close"') + '[[step]]\nid = "close"\nafter = "extra"\n',
                       "step.close.after", "first"),
    "mistyped anchor": (window('{ date = "reported", within = "6 months", before = "requst" }'),
                        "threshold.route.a.all.1.among.window.1.before", "'request'"),
    "two lengths": (window('{ date = "reported", within = "6 months", not_within = "1 week", before = "request" }'),
                    "threshold.route.a.window", "either"),
    "contradictory windows": (window('{ date = "reported", within = "1 week", before = "request" }, '
                                     '{ date = "reported", not_within = "1 month", before = "request" }'),
                              "threshold.route.a.window", "longer"),
    "no such count": (ROUTE.replace("reports = 3", "complaints = 3"),
                      "threshold.route.a.all.1.at_least.complaints", "'incidents'"),
    "no condition": (ROUTE.replace(COUNT, 'says = "Three."'), "threshold.route.a.all.1", "at_least"),
    "condition": (ROUTE.replace(COUNT, "when = { x = { more = 3 } }"),
                  "threshold.route.a.all.1.when", "at_least"),
    "extends nothing": ('extends = "standrd"\n', "extends", "another"),
    "extends itself": ('extends = "place"\n', "extends", "another"),
    "syntax error": ("[area\nname = 3", "", "Mend"),
    "deep nesting": ("a = " + "[" * 5_000 + "]" * 5_000, "", "flatter"),
    "deep condition": (step(NEW + "when = " + "{ any = [" * 60 + "{ a = 1 }" + "] }" * 60), "step.extra.when", "Split"),
    "noise": ("x" * 10_000_000, "", "Split"),
    "not UTF-8": ("\udcff", "", "UTF-8"),
    "an array": ("step = [1, 2]\n" + START, "step.1", "a table"),
    "a table": ("threshold = 3\n" + START, "threshold", "a table"),
}  # fmt: skip
COMMANDS: dict[str, Callable[[Path, Path], list[str]]] = {
    "check": lambda file, told: ["check", str(file)],
    "explain": lambda file, told: ["explain", str(file)],
    "timetable": lambda file, told: ["timetable", str(file), "--received", "2026-05-11"],
    "assess": lambda file, told: ["assess", str(file), str(told), "--received", "2026-05-11"],
    "replay": lambda file, told: ["replay", str(file), str(told.with_name("folder.json")), "--now", "2026-05-11"],
}


def run(*words: str) -> Result:
    result = CliRunner(env={"ASB_INSTANCE": "/nowhere"}).invoke(procedure, list(words))
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    assert "Traceback" not in result.output
    return result


@pytest.fixture
def told(tmp_path: Path) -> Path:
    """A small file of answers, with a small folder beside it."""
    (tmp_path / "folder.json").write_text(FOLDER, encoding="utf-8")
    path = tmp_path / "answers.json"
    path.write_text(ANSWERS, encoding="utf-8")
    return path


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("what", BAD)
def test_bad_input_is_named_with_its_cure(what: str, command: str, tmp_path: Path, told: Path) -> None:
    """File, key and cure, exit 1, in about a second, through every command that reads a procedure."""
    text, key, cure = BAD[what]
    path = tmp_path / "place.toml"
    path.write_bytes(text.encode("utf-8", "surrogateescape"))
    began = time.process_time()
    result = run(*COMMANDS[command](path, told))
    assert time.process_time() - began < 2
    assert result.exit_code == 1
    line = next(line for line in result.output.splitlines() if "error" in line and "place.toml" in line)
    assert f": {key}: " in line or not key
    assert cure in line


def own_shelf(tmp_path: Path) -> Path:
    """A folder with a procedure, and its own forms and letters beside it."""
    for name in ("procedures", "forms", "emails"):
        (tmp_path / name).mkdir()
    path = tmp_path / "procedures" / "place.toml"
    path.write_text(START, encoding="utf-8")
    return path


@pytest.mark.parametrize("command", COMMANDS)
def test_an_unreachable_page_is_named(command: str, tmp_path: Path, told: Path) -> None:
    """A page of the area's own form that no answers lead to."""
    path = own_shelf(tmp_path)
    text = (SHIPPED / "forms" / "close.toml").read_text("utf-8")
    page = '[[page]]\nid = "never"\nshow_when = { closed_for = { not = CHOICES } }\n[[page.question]]\nid = "never"\n'
    choices = json.dumps(re.findall(r'value = "([a-z-]+)"', text))
    page = page.replace("CHOICES", choices) + 'type = "text"\nlabel = "Never"\n'
    (tmp_path / "forms" / "close.toml").write_text(text + page, encoding="utf-8")
    result = run(*COMMANDS[command](path, told))
    assert result.exit_code == 1
    assert "forms/close.toml: page.never.show_when: No answers can ever lead to this page." in result.output


@pytest.mark.parametrize("command", COMMANDS)
def test_a_placeholder_that_nobody_fills_is_named(command: str, tmp_path: Path, told: Path) -> None:
    """A letter of the area's own that states what is not known."""
    path = own_shelf(tmp_path)
    text = (SHIPPED / "emails" / "outcome.md").read_text("utf-8")
    (tmp_path / "emails" / "outcome.md").write_text(text + "\n{nobody.knows}\n", encoding="utf-8")
    result = run(*COMMANDS[command](path, told))
    assert result.exit_code == 1
    assert "nobody.knows" in result.output


# --- Answers ---------------------------------------------------------------------------------------------------------

BAD_ANSWERS: dict[str, tuple[str, str]] = {
    "syntax": ("{", "This is not JSON"),
    "list": ("[]", "Write a table of answers"),
    "deep": ("[" * 100_000, "nested too deep"),
    "noise": ("x" * 10_000_000, "larger than 1 MB"),
    "unknown key": ('{"incidnt": []}', "incidnt: no question"),
    "group": ('{"incident": {}}', "incident: write a list"),
    "group of words": ('{"incident": ["x"]}', "incident: write a list"),
    "date": ('{"incident": [{"incident.date": "7/3/2026"}]}', "incident.1.incident.date: '7/3/2026' is not a date"),
    "range": ('{"incident": [{"incident.date": ["2026-03-02", "2026-03-01"]}]}', "comes after"),
    "choice": ('{"case.response": "loads"}', "case.response: 'loads' is not a choice here"),
    "yes-no": ('{"danger": "maybe"}', 'danger: \'maybe\' is neither "yes" nor "no"'),
    "number": ('{"others_count": "many"}', "others_count: 'many' is not a whole number"),
    "address": ('{"applicant.address": "here"}', "applicant.address: Write an address as a table"),
    "misplaced": ('{"report.date": "2026-03-08"}', "report.date: write it inside incident → report"),
    "too deep": ('{"incident": [{"consent": "yes"}]}', "incident.1.consent: write it at the top"),
    "step": ('{"receipt.x": 1}', "receipt: this step fills in no form"),
    "later": ('{"threshold-decision.x": 1}', "threshold-decision.x: no question of the form"),
    "later table": ('{"threshold-decision": 3}', "threshold-decision: write its answers as a table"),
    "contradiction": ('{"incident": [{"incident_reported": "no", "report": [{"report.date": "2026-03-08"}]}]}',
                      "the form doesn't ask"),
}  # fmt: skip


@pytest.mark.parametrize("what", BAD_ANSWERS)
def test_bad_answers_are_named(what: str, tmp_path: Path) -> None:
    """The key that can't be read, and what to write instead; exit 1."""
    text, said = BAD_ANSWERS[what]
    path = tmp_path / "answers.json"
    path.write_text(text, encoding="utf-8")
    result = run("assess", "merton", str(path), "--received", "2026-05-11")
    assert result.exit_code == 1
    assert said in result.output


# --- Noise -----------------------------------------------------------------------------------------------------------

TEXTS = [path.read_text("utf-8") for path in sorted((SHIPPED / "procedures").glob("*.toml"))]


def swapped(chance: random.Random, lines: list[str]) -> list[str]:
    """Three values stand where another of the same key belongs: all well written, and seldom right."""
    found = list(lines)
    written = [number for number, line in enumerate(lines) if re.match(r"[a-z_]+ = ", line)]
    for number in chance.sample(written, 3):
        key = lines[number].partition(" = ")[0]
        found[number] = chance.choice([lines[other] for other in written if lines[other].startswith(f"{key} = ")])
    return found


SPOILS: list[Callable[[random.Random, list[str]], list[str]]] = [
    lambda chance, lines: [line for line in lines if chance.random() > 0.03],
    lambda chance, lines: chance.sample(lines, len(lines)),
    lambda chance, lines: [line.replace("=", chance.choice("[]{}=")) if chance.random() < 0.03 else line
                           for line in lines],
    lambda chance, lines: [re.sub(r'"[^"]*"', chance.choice(['""', "3", "[]", "{}", '"x"', '"a.b"', "true"]), line)
                           if chance.random() < 0.03 else line for line in lines],
    lambda chance, lines: [line if chance.random() > 0.03 else line + chance.choice(lines) for line in lines],
    lambda chance, lines: [re.sub(r"[a-z]", chance.choice("abcxyz"), line, count=1) if chance.random() < 0.03 else line
                           for line in lines],
    swapped,
    lambda chance, lines: [*lines, *(chance.choice(lines) for _ in range(chance.randrange(9)))],
]  # fmt: skip


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    text=st.sampled_from(TEXTS),
    spoils=st.lists(st.sampled_from(range(len(SPOILS))), min_size=1, max_size=2),
    seed=st.integers(0, 9999),
)
def test_no_mutation_of_a_shipped_document_is_a_traceback(
    text: str, spoils: list[int], seed: int, tmp_path: Path, told: Path
) -> None:
    """Shipped procedures with lines lost, shuffled, spoilt or doubled: each command says something, exit 0 or 1."""
    chance = random.Random(seed)
    lines = text.splitlines()
    for spoil in spoils:
        lines = SPOILS[spoil](chance, lines)
    path = tmp_path / "place.toml"
    path.write_text("\n".join(lines), encoding="utf-8")
    for words in COMMANDS.values():
        result = run(*words(path, told))
        assert result.exit_code in (0, 1)
        assert result.output
