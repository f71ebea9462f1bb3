"""Answers as somebody writes them by hand, to try a threshold out: keyed by what questions mean, or by question ids.

    {"incident": [{"incident.date": "2026-03-07", "report": [{"report.date": "2026-03-08"}]}],
     "threshold-decision.harm": "yes"}

Entries of a group stand in a list, its own questions inside. Dates are "2026-03-07", a pair of dates for a range, or
"unknown". What a form asks only after another answer is taken as asked, unless that answer says otherwise.
"""

from __future__ import annotations

import datetime as dt
import difflib
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from webform.documents.answers import ADDRESS_PARTS, groups_around
from webform.documents.condition import Both, Condition, Either, Is
from webform.documents.form import Form, Question
from webform.documents.procedure import Procedure

from .shown import ENTRY, Asked, Path
from .told import Filed

Table = dict[str, Any]
UNKNOWN = "unknown"


class BadAnswers(Exception):
    """Answers that can't be read; `faults` name each key and say what to write instead."""

    def __init__(self, faults: list[str]):
        self.faults = tuple(faults)
        super().__init__("\n".join(faults))


def read_answers(procedure: Procedure, forms: Mapping[str, Form], written: Any) -> tuple[Table, Filed]:
    """The answers to the opening form, and the documents that were filed later, by step. Raises BadAnswers."""
    opening = forms.get(procedure.area.opens_with)
    if opening is None:
        raise BadAnswers([f"The procedure opens with the form {procedure.area.opens_with!r}, which is not there."])
    if not isinstance(written, dict):
        raise BadAnswers(['Write a table of answers, such as { "incident": [...] }.'])
    faults: list[str] = []
    parts = _by_document(procedure, opening, written)
    answers = _Reader(opening, faults).read(parts.pop("", {}))
    filed: dict[str, tuple[Form, Table]] = {}
    for step_id, part in parts.items():
        step = procedure.step(step_id)
        form = forms.get(step.fill) if step and step.fill else None
        if form is None:
            faults.append(f"{step_id}: this step fills in no form, so it has no answers. Take it out.")
        elif not isinstance(part, dict):
            faults.append(f'{step_id}: write its answers as a table, such as {{ "question": "yes" }}.')
        else:
            filed[step_id] = (form, _Reader(form, faults, f"{step_id}.").read(part))
    if faults:
        raise BadAnswers(faults)
    return answers, filed


def _by_document(procedure: Procedure, opening: Form, written: Table) -> dict[str, Any]:
    """The answers parted by the step whose document they stand in; '' for the opening form."""
    opens = {step.id for step in procedure.steps if step.fill == procedure.area.opens_with}
    parts: dict[str, Any] = {"": {}}
    for key, value in written.items():
        step_id, _, rest = key.partition(".")
        known = opening.meaning(key) or opening.question(key)
        if known or procedure.step(step_id) is None:
            parts[""][key] = value
        elif step_id in opens:
            parts[""].update({rest: value} if rest else value if isinstance(value, dict) else {key: value})
        elif rest and isinstance(parts.setdefault(step_id, {}), dict):
            parts[step_id][rest] = value
        else:
            parts[step_id] = {**parts.get(step_id, {}), **value} if isinstance(value, dict) else value
    return parts


class _Reader:
    """Reads the answers to one form, noting every fault."""

    def __init__(self, form: Form, faults: list[str], where: str = ""):
        self.form, self.faults, self.where = form, faults, where

    def read(self, written: Table) -> Table:
        before = len(self.faults)
        answers = self._table(written, (), self.where)
        if len(self.faults) == before:
            while self._lead_to(answers, answers, 0):
                pass  # what was added may itself be asked only after something else
            self._check_asked(answers)
        return answers

    def _table(self, written: Table, around: tuple[str, ...], where: str) -> Table:
        answers: Table = {}
        for key, value in written.items():
            question = self.form.meaning(key) or self.form.question(key)
            if question is None:
                self.faults.append(f"{where}{key}: {self._unknown(key)}")
            elif groups_around(self.form, question.id) != around:
                self.faults.append(f"{where}{key}: {self._misplaced(question)}")
            elif question.type == "group":
                answers[question.id] = self._entries(question, value, around, f"{where}{key}")
            else:
                try:
                    answers[question.id] = convert(question, value)
                except ValueError as fault:
                    self.faults.append(f"{where}{key}: {fault}")
        return answers

    def _entries(self, group: Question, value: Any, around: tuple[str, ...], where: str) -> list[Table]:
        if not isinstance(value, list) or not all(isinstance(entry, dict) for entry in value):
            self.faults.append(f"{where}: write a list of tables, one for each {group.entry or 'entry'}.")
            return []
        inside = (*around, group.id)
        return [
            {
                **self._table({key: one for key, one in entry.items() if key != ENTRY}, inside, f"{where}.{number}."),
                ENTRY: number,
            }
            for number, entry in enumerate(value, 1)
        ]

    def _unknown(self, key: str) -> str:
        questions = [question for page in self.form.pages for question in page.questions]
        known = [question.id for question in questions] + [str(one.means) for one in questions if one.means]
        close = difflib.get_close_matches(key, known, n=1)
        hint = f"Did you mean {close[0]!r}?" if close else "Take it out, or use what a question means, or its id."
        return f"no question of the form {self.form.id!r} means this or is called this. {hint}"

    def _misplaced(self, question: Question) -> str:
        groups = [self.form.question(name) for name in groups_around(self.form, question.id)]
        names = [str(group.means or group.id) for group in groups if group]
        return f"write it inside {' → '.join(names)}." if names else "write it at the top, outside every list."

    # --- What has to be so for a question to be asked ----------------------------------------------------------------

    def _lead_to(self, top: Table, holder: Table, depth: int) -> bool:
        """Adds the answers that lead to the questions that are answered, where nothing else was said."""
        added = False
        for name, value in list(holder.items()):
            question, page = self.form.question(name), self.form.page_of(name)
            if question is None or page is None:
                continue
            for when in (question.show_when, page.show_when):
                added |= when is not None and self._make_true(when.condition, top, holder, depth)
            for entry in value if question.type == "group" else ():
                added |= self._lead_to(top, entry, depth + 1)
        return added

    def _make_true(self, condition: Condition, top: Table, holder: Table, depth: int) -> bool:
        match condition:
            case Is(name, "equals", value):
                question, around = self.form.question(name), len(groups_around(self.form, name))
                home = holder if around == depth else top if around == 0 else None
                if question is None or home is None or name in home:
                    return False
                home[name] = [value] if question.type == "checkboxes" else value
                return True
            case Both(parts):
                added = [self._make_true(part, top, holder, depth) for part in parts]
                return any(added)
            case Either(parts):
                said = {part.name for part in parts if isinstance(part, Is)} & {*holder, *top}
                return not said and self._make_true(parts[0], top, holder, depth)
        return False

    def _check_asked(self, answers: Table) -> None:
        asked = Asked(self.form, answers)
        for question, path in _answered(self.form, answers):
            if not asked.question_shows(question, path):
                key = question.means or question.id
                self.faults.append(
                    f"{self.where}{key}: after the other answers the form doesn't ask “{question.label}”. "
                    "Take it out, or change the answer that comes before it."
                )


def _answered(form: Form, answers: Table, path: Path = ()) -> Iterator[tuple[Question, Path]]:
    """Every question that has an answer, with the way to its entry."""
    for name, value in answers.items():
        question = form.question(name)
        if question is not None:
            yield question, path
            for entry in value if question.type == "group" else ():
                yield from _answered(form, entry, (*path, entry[ENTRY]))


# --- One answer -------------------------------------------------------------------------------------------------------


def convert(question: Question, value: Any) -> Any:
    """One answer as it is kept. Raises ValueError saying what to write."""
    read: Callable[[Question, Any], Any] = _KINDS.get(question.type, _words)
    return read(question, value)


def _words(question: Question, value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError(f"{_short(value)} is not text. Write it in quotes.")
    return value


def _yes_no(question: Question, value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if value not in ("yes", "no"):
        raise ValueError(f'{_short(value)} is neither "yes" nor "no".')
    return str(value)


def _choice(question: Question, value: Any) -> str:
    values = [option.value for option in question.options]
    if isinstance(value, bool) and {"yes", "no"} <= {*values}:
        value = "yes" if value else "no"
    if value not in values:
        raise ValueError(f"{_short(value)} is not a choice here. Choose one of: {', '.join(values)}.")
    return str(value)


def _choices(question: Question, value: Any) -> list[str]:
    return [_choice(question, one) for one in (value if isinstance(value, list) else [value])]


def _number(question: Question, value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise ValueError(f"{_short(value)} is not a whole number.")
    return value


def _date(question: Question, value: Any) -> str:
    try:
        return dt.date.fromisoformat(value).isoformat()
    except (TypeError, ValueError):
        raise ValueError(f'{_short(value)} is not a date. Write it like "2026-03-07".') from None


def _range(question: Question, value: Any) -> dict[str, Any]:
    if value in (None, UNKNOWN):
        return {"earliest": None, "latest": None, "words": ""}
    if isinstance(value, dict):
        words = str(value.get("words") or "")
        pair = [value.get("earliest"), value.get("latest")]
        if pair == [None, None]:
            return {"earliest": None, "latest": None, "words": words}
    else:
        words, pair = "", value if isinstance(value, list) and len(value) == 2 else [value, value]
    first, last = (_date(question, one) for one in pair)
    if first > last:
        raise ValueError(f"{first} comes after {last}. Write the earlier date first.")
    return {"earliest": first, "latest": last, "words": words}


def _address(question: Question, value: Any) -> dict[str, str]:
    if not isinstance(value, dict) or not set(value) <= {*ADDRESS_PARTS}:
        raise ValueError(f"Write an address as a table with {', '.join(ADDRESS_PARTS)}.")
    return {part: _words(question, line) for part, line in value.items()}


def _short(value: Any) -> str:
    said = repr(value) if isinstance(value, str | int | float | bool | None) else f"a {type(value).__name__}"
    return said if len(said) <= 60 else f"{said[:57]}…"


_KINDS: dict[str, Callable[[Question, Any], Any]] = {
    "yes-no": _yes_no, "radios": _choice, "score": _choice, "checkboxes": _choices, "number": _number, "date": _date,
    "approximate-date": _range, "address": _address,
}  # fmt: skip
