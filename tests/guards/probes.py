"""One probe for each key of each table: what is written in its place, and who then sees something else.

The documents are those of small/. A probe writes one value at one place; the views are those of views.py, by name.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tests.guards.small import GONE

Changes = Mapping[str, Any]  # path to value


@dataclass(frozen=True)
class Probe:
    """`key` of `table` changes at `path` to `value`, and `view` is another one. `first` stands in both documents."""

    table: str
    key: str
    path: str
    value: Any
    view: str
    first: Changes

    def __str__(self) -> str:
        return f"{self.table}.{self.key}"


ANSWER = "procedures/small/step/answer"
HELD = "forms/meeting/page/meeting/question/held"  # a question that an officer begins with something


def of(table: str, where: str, keys: Mapping[str, tuple[Any, ...]]) -> Iterator[Probe]:
    """Probes of one table: by key its new value, who sees it, and if need be another place and what else is written."""
    for key, (value, view, *rest) in keys.items():
        place = rest[0] if rest and rest[0] else where
        yield Probe(table, key, f"{place}/{key}", value, view, rest[1] if len(rest) > 1 else {})


# --- Forms ----------------------------------------------------------------------------------------------------------

ASK = "forms/ask"
NAME = f"{ASK}/page/name"
KIND = f"{ASK}/page/kind"


def question(page: str, name: str) -> str:
    return f"{ASK}/page/{page}/question/{name}"


WAITS = {"id": "waits", "question": [{"id": "waits", "type": "yes-no", "label": "Do you wait?"}]}
# The gate asks what the points come to.
BY_BAND = {"procedures/small/gate/elsewhere/when": {"request.band": "low"}}
# The threshold asks for two organisations that were told.
TWO_TOLD = {"procedures/small/threshold/route/three/all/0/at_least": {"agencies": 2}}
FORM = (
    *of("Form", ASK, {
        "id": ("asked", "checked"),
        "format": (2, "readable"),
        "title": ("Another title", "pages"),
        "effect": ("closes", "books", "forms/decision"),
        "needs": ("decide", "desk", "forms/meeting", {"procedures/small/role/spoc/may": ["read", "work"]}),
        "second_person": ({"outcome": "no"}, "books", "forms/decision", {"forms/decision/audience": "officer"}),
        "audience": ("public", "desk", "forms/meeting"),
        "says": ("Have nothing at hand.", "pages"),
        "who": ("Anybody can.", "pages"),
        "have_ready": ("Bring the letter.", "pages"),
        "check": ("Read it twice.", "form"),
        "done": ("Goodbye.", "sent"),
        "send_label": ("Off it goes", "form"),
        "page": ([WAITS], "form", "forms/ask"),
        "flag": ([], "books"),
        "band": ([], "finding", None, BY_BAND),
    }),
    *of("Page", NAME, {
        "id": ("who", "form"),
        "title": ("About whoever you are", "form"),
        "caption": ("Whoever", "form"),
        "says": ("Any name.", "form"),
        "each": (GONE, "checked", f"{ASK}/page/incident"),
        "show_when": ({"kind": "noise"}, "form", f"{ASK}/page/litter"),
        "question": (WAITS["question"], "form"),
    }),
    *of("Question", question("name", "name"), {
        "id": ("first_name", "checked", question("kind", "danger")),
        "type": ("textarea", "form"),
        "label": ("Who are you?", "form"),
        "short": ("The name", "told_back"),
        "means": (GONE, "books"),
        "hint": ("Just the first", "form"),
        "options": ([{"value": "noise", "label": "Noise"}], "form", question("kind", "kind")),
        "required": (True, "typed", question("kind", "places")),
        "show_when": ({"email": {"empty": True}}, "form", question("name", "email_safe")),
        "longest": (100, "typed"),
        "least": (GONE, "typed", question("kind", "how_many")),
        "most": (12, "typed", question("kind", "how_many")),
        "accept": (["video"], "form", question("kind", "proof")),
        "megabytes": (7, "form", question("kind", "proof")),
        "earliest": (GONE, "typed", question("name", "born")),
        "latest": (GONE, "typed", question("name", "born")),
        "autocomplete": ("given-name", "form"),
        "private": ("", "told_back", question("kind", "secret")),
        "entry": ("night", "told_back", question("incidents", "incidents")),
        "entries": ("nights", "told_back", question("incidents", "incidents")),
        "begins_with": ("request.danger", "desk", HELD),
        "evidence": (["procedure"], "desk", HELD),
        "gap": (["risk"], "desk", HELD, {f"{HELD}/type": "textarea", f"{ANSWER}/evidence": ["risk"]}),
        "errors": ({"missing": "Please!"}, "typed"),
    }),
    *of("Option", f"{question('kind', 'kind')}/options/noise", {
        "value": ("music", "checked", f"{question('kind', 'kind')}/options/litter"),
        "label": ("Loud noise", "form"),
        "hint": ("Only music", "form"),
        "points": (4, "told_back", f"{question('kind', 'how_bad')}/options/bad"),
        "alone": (True, "form", f"{question('kind', 'places')}/options/nowhere"),
        "unknown": (False, "finding", f"{question('incident', 'agency')}/options/unsure"),
        "large_print": (True, "desk", f"{question('kind', 'places')}/options/street", {
            f"{question('kind', 'places')}/means": "contact.needs",
        }),
        "counts_as": ("there", "checked"),
        "seats": (["mp"], "filled_in"),
        "stands_for": ("various", "finding", f"{question('incident', 'agency')}/options/council", TWO_TOLD),
    }),
    *of("Errors", f"{question('name', 'name')}/errors", {
        "missing": ("A", "typed"),
        "invalid": ("B", "typed", f"{question('name', 'email')}/errors"),
        "too_long": ("C", "typed"),
        "too_short": ("D", "typed", f"{question('kind', 'secret')}/errors"),
        "too_low": ("E", "typed", f"{question('kind', 'how_many')}/errors"),
        "too_high": ("F", "typed", f"{question('kind', 'how_many')}/errors"),
        "future": ("G", "typed", f"{question('name', 'born')}/errors"),
        "past": ("H", "typed", f"{question('name', 'born')}/errors"),
    }),
    *of("Band", f"{ASK}/band/low", {
        "id": ("lowest", "finding", None, BY_BAND),
        "label": ("Hardly bad", "pages", None, BY_BAND),
        "at_least": (4, "finding", None, BY_BAND),
    }),
    *of("Flag", f"{ASK}/flag/danger", {
        "id": ("peril", "books", None, {f"{ASK}/flag/danger/alarm": True}),
        "label": ("In danger", "desk"),
        "when": ({"danger": "yes"}, "books"),
        "alarm": (True, "books"),
    }),
)  # fmt: skip

# --- Letters --------------------------------------------------------------------------------------------------------

ANSWER = "letters/answer"
LETTER = of("Letter", ANSWER, {
    "id": ("reply", "checked"),
    "format": (2, "readable"),
    "subject": ("We have it now", "books", "letters/receipt"),
    "purpose": ("to-officer", "checked"),
    "requires": (["answer.decide.outcome"], "books", "letters/receipt"),
    "neutral": (True, "checked"),
    "body": ("Nothing to say.", "desk"),
})  # fmt: skip
